"""From both ends of a transfer u → v: can money of v have come to u? Most often the few edges near either end say no.

A loop is a path v → … → u of edges with rising times that each keep their share, closed by the transfer. ``reach`` follows it
from one end, edge by edge, but looks at no more than a few edges of an account: an edge behind which there are more – that
leads to a hub – is *parked*. Where nothing is parked on one side, that side has seen every path. Where both sides have parked
edges, a path without a gap meets itself at the last account that the way back could not enter (``meets``); only a path from one
hub to another can hide in the gap between the two (``may_hide``).
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.loop_chains import MOST, NONE, least_kept, most_before, newest, one_before, size_class

EDGE, DEPTH, PARKED = 0, 1, 2  # columns of what was reached; row 0 is the end itself, without an edge
NOTHING, AMONG_REACHED, UNKNOWN = 0, 1, 2


@njit(cache=True)
def reach(
    start, goal, forward, now, oldest, amount, keep_ppm, classes, max_hops, max_looks, edges, back, base, bits, table, reached
):  # fmt: skip
    """Follow edges from ``start`` (v ``forward``, else u) until they reach ``goal``.

    ``classes``: how many size classes the first payment of a loop may lie above its last.
    ``reached`` int64[k, 3] is filled with edge, number of edges from the end, and whether it is parked. Returns the rows
    filled, whether the goal was reached by two edges or more, and whether anything is parked.
    """
    times, payers, payees, fens = edges
    far = payees if forward else payers
    reached[0] = NONE, 0, 0
    n, at, met, parked = 1, 0, False, False
    while at < n:
        edge, depth = reached[at, EDGE], reached[at, DEPTH]
        at += 1
        if depth >= max_hops - 1:
            continue
        if edge == NONE:
            account, limit, low, high = start, oldest - 1 if forward else now, amount, MOST
            last_class = size_class(amount) + (classes if forward else 2) - 1
        else:
            account, limit, fen = far[edge - base], times[edge - base], fens[edge - base]
            if forward:
                low, high = max(amount, least_kept(fen, keep_ppm)), fen
            else:
                low, high = fen, most_before(fen, keep_ppm)
            last_class = size_class(high)
        looks, ended = 0, False
        for klass in range(size_class(low), last_class + 1):
            other = newest(account, klass, bits, table)
            while other >= base and times[other - base] >= oldest and not (forward and times[other - base] <= limit):
                looks += 1
                if looks > max_looks or n == len(reached):
                    reached[at - 1, PARKED] = 1
                    parked = True
                    break
                time, fen, end = times[other - base], fens[other - base], far[other - base]
                follows = (time < now if forward else time < limit) and low <= fen <= high and end != start
                if follows and end == goal:
                    fits = depth > 0 and not ended and (not forward or least_kept(fen, keep_ppm) <= amount)
                    if fits:  # of several the newest: it stands for the same accounts
                        met = ended = True
                        if not known(other, reached, n):
                            reached[n] = other, max_hops, 0
                            n += 1
                elif follows and not known(other, reached, n):
                    reached[n] = other, depth + 1, 0
                    n += 1
                other = one_before(other, back, base)
            if reached[at - 1, PARKED]:
                break
    return n, met, parked


@njit(cache=True, inline="always")
def known(edge, reached, n):
    for k in range(1, n):  # noqa: SIM110 (numba compiles loops, not any())
        if reached[k, EDGE] == edge:
            return True
    return False


@njit(cache=True)
def meets(edges, base, keep_ppm, max_hops, ahead, n_ahead, behind, n_behind):
    """Whether an edge reached from v leads to an edge parked on the way back from u."""
    times, payers, payees, fens = edges
    for k in range(1, n_behind):
        if not behind[k, PARKED]:
            continue
        after = behind[k, EDGE] - base
        for i in range(1, n_ahead):
            before = ahead[i, EDGE] - base
            if payees[before] != payers[after] or times[before] >= times[after]:
                continue
            if ahead[i, DEPTH] + behind[k, DEPTH] >= max_hops:
                continue
            if fens[after] <= fens[before] and least_kept(fens[before], keep_ppm) <= fens[after]:
                return True
    return False


@njit(cache=True)
def may_hide(start, goal, amount, now, oldest, edges, base, max_hops, ahead, n_ahead, behind, n_behind):
    """Whether a path can go from what is parked ahead of v through edges that nobody saw to what is parked behind u."""
    times, payers, payees, fens = edges
    for i in range(n_ahead):
        if not ahead[i, PARKED]:
            continue
        before = ahead[i, EDGE] - base
        here, since, most = (payees[before], times[before], fens[before]) if i else (start, oldest - 1, MOST)
        for k in range(n_behind):
            if not behind[k, PARKED]:
                continue
            after = behind[k, EDGE] - base
            there, until, least = (payers[after], times[after], fens[after]) if k else (goal, now, amount)
            if here != there and since + 1 < until and most >= least and ahead[i, DEPTH] + behind[k, DEPTH] + 2 <= max_hops:
                return True
    return False


@njit(cache=True)
def look_around(
    u, v, now, oldest, amount, keep_ppm, classes, max_hops, max_looks, edges, back_in, back_out, base,
    received, table_in, paid, table_out, ahead, behind, marks,
):  # fmt: skip
    """Where loops closed by u → v can be: nowhere, among the edges ``marks[:n]`` (sorted), or unknown; and n."""
    n_ahead, met_ahead, parked_ahead = reach(
        v, u, True, now, oldest, amount, keep_ppm, classes, max_hops, max_looks, edges, back_out, base, paid, table_out, ahead
    )
    if not parked_ahead:
        return (AMONG_REACHED if met_ahead else NOTHING), mark(ahead, n_ahead, behind, 0, marks)
    n_behind, met_behind, parked_behind = reach(
        u, v, False, now, oldest, amount, keep_ppm, classes, max_hops, max_looks, edges, back_in, base, received, table_in, behind
    )
    if not parked_behind:
        return (AMONG_REACHED if met_behind else NOTHING), mark(ahead, 0, behind, n_behind, marks)
    if may_hide(v, u, amount, now, oldest, edges, base, max_hops, ahead, n_ahead, behind, n_behind):
        return UNKNOWN, 0
    if met_ahead or met_behind or meets(edges, base, keep_ppm, max_hops, ahead, n_ahead, behind, n_behind):
        return AMONG_REACHED, mark(ahead, n_ahead, behind, n_behind, marks)
    return NOTHING, 0


@njit(cache=True, inline="always")
def mark(ahead, n_ahead, behind, n_behind, marks):
    """Write the edges that were reached to ``marks``, sorted; their number."""
    n = 0
    for k in range(1, n_ahead):
        marks[n] = ahead[k, EDGE]
        n += 1
    for k in range(1, n_behind):
        marks[n] = behind[k, EDGE]
        n += 1
    marks[:n] = np.sort(marks[:n])
    return n


@njit(cache=True, inline="always")
def is_marked(edge, marks, n):
    at = np.searchsorted(marks[:n], edge)
    return at < n and marks[at] == edge
