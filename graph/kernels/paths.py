"""Searches over edges sorted by account and time (layout and ``scope``: :mod:`chuantou.graph.kernels.timed_edges`).

``seen`` int64[n], or int64[k, n] where a search asks k things of an account, holds the round in which an account was last
met: a new round forgets everything at once.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.timed_edges import AFTER, BEFORE, CUTS, LIMIT, first_after, first_from, inside

NOT_REACHED = -1
FIRST_ROOM = 16
PPM = 1_000_000
MOST = (1 << 63) - 1  # more than any amount


@njit(cache=True)
def next_level(begin, end, scope, lists, pool, mine, theirs, round_, queue, tail):
    """Follow everyone in ``queue[begin:end]`` by one edge: (new end of the queue, whether the other search was met)."""
    for head in range(begin, end):
        first, stop = inside(queue[head], scope, lists, pool)
        for at in range(first, stop):
            other = pool[at]["other"]
            if theirs[other] == round_:
                return tail, True
            if mine[other] != round_:
                mine[other] = round_
                queue[tail] = other
                tail += 1
    return tail, False


@njit(cache=True)
def shortest_path(source, target, scope, lists, pool, into_lists, into_pool, seen, round_, queues):
    """Fewest edges inside the scope from ``source`` to ``target``, or ``NOT_REACHED``.

    Searches level by level from both ends, the one with the smaller level first; ``into_*`` are the edges by payee. Two rows of
    seen are used; queues int32[2, n] is scratch. With a limit it searches from ``source`` alone: what the limit leaves of the
    edges by payer is not what it leaves of those by payee.
    """
    if source == target:
        return 0
    seen[0, source] = round_
    seen[1, target] = round_
    queues[0, 0] = source
    queues[1, 0] = target
    begin, end, back_begin, back_end, distance = 0, 1, 0, 1, 0
    while end > begin and back_end > back_begin:
        distance += 1
        if scope[LIMIT] != 0 or end - begin <= back_end - back_begin:
            tail, met = next_level(begin, end, scope, lists, pool, seen[0], seen[1], round_, queues[0], end)
            begin, end = end, tail
        else:
            tail, met = next_level(
                back_begin, back_end, scope, into_lists, into_pool, seen[1], seen[0], round_, queues[1], back_end
            )
            back_begin, back_end = back_end, tail
        if met:
            return distance
    return NOT_REACHED


@njit(cache=True)
def reached_from(source, scope, lists, pool, seen, round_, queue):
    """Writes to queue int32[n] everyone reached from ``source`` inside the scope, ``source`` first; returns how many."""
    seen[source] = round_
    queue[0] = source
    head, tail = 0, 1
    while head < tail:
        first, stop = inside(queue[head], scope, lists, pool)
        head += 1
        for at in range(first, stop):
            other = pool[at]["other"]
            if seen[other] != round_:
                seen[other] = round_
                queue[tail] = other
                tail += 1
    return tail


@njit(cache=True)
def rising_reach(sources, max_hops, backward, scope, lists, pool, seen, round_, slot, most):
    """Ends of walks from int64 ``sources`` of exactly 1, 2 … ``max_hops`` edges whose times rise along the money: int64[3, k].

    Rows are the account, once for each number of hops, the hops, and the best instant: the earliest at which money can have
    come there, or, ``backward`` over edges in the other direction, the latest at which it can have left. Columns are in order
    of hops and of first sight. ``most`` is no less than the accounts that a hop can reach. Uses the rounds ``round_`` to
    ``round_ + max_hops - 1``; slot int32[n] is scratch. The work is at most ``max_hops`` times the edges.
    """
    begin, tail = 0, len(sources)
    out = np.empty((3, tail + most * max_hops), np.int64)
    out[0, :tail] = sources
    out[2, :tail] = scope[BEFORE] if backward else scope[AFTER]
    for hop in range(max_hops):
        end = tail
        for place in range(begin, end):
            first, stop = inside(out[0, place], scope, lists, pool)
            if backward:
                stop = first_from(pool, first, stop, out[2, place])
            else:
                first = first_after(pool, first, stop, out[2, place])
            for at in range(first, stop):
                other, time = pool[at]["other"], pool[at]["time"]
                if seen[other] != round_ + hop:
                    seen[other] = round_ + hop
                    slot[other] = tail
                    out[0, tail] = other
                    out[1, tail] = hop + 1
                    out[2, tail] = time
                    tail += 1
                elif backward:
                    out[2, slot[other]] = max(out[2, slot[other]], time)
                else:
                    out[2, slot[other]] = min(out[2, slot[other]], time)
        begin = end
    return out[:, len(sources) : tail]


@njit(cache=True)
def rising_walks(source, max_hops, max_steps, scope, lists, pool, seen, round_):
    """Every sequence of accounts, none twice, that 1 to ``max_hops`` edges with rising times pass from ``source``, once.

    int32[k, max_hops + 1], −1 behind the last account, depth first; and the next free round. A sequence is followed by its
    earliest times: of parallel edges the first one in time stands for all. seen int64[max_hops, n]. Looks at ``max_steps``
    edges and counts a cut if there were more.
    """
    found = np.full((FIRST_ROOM, max_hops + 1), -1, np.int32)
    stack, place, limit = np.empty((3, max_hops + 1), np.int64)
    rounds = np.full(max_hops + 1, round_)
    count, depth, steps = 0, 0, 0
    stack[0] = source
    place[0], limit[0] = inside(source, scope, lists, pool)
    while depth >= 0:
        at = place[depth]
        if depth == max_hops or at >= limit[depth]:
            depth -= 1
            continue
        if steps == max_steps:
            scope[CUTS] += 1
            break
        steps += 1
        place[depth] = at + 1
        other = pool[at]["other"]
        known = seen[depth, other] == rounds[depth]
        for k in range(depth + 1):
            known |= stack[k] == other
        if known:
            continue
        seen[depth, other] = rounds[depth]
        depth += 1
        stack[depth] = other
        if count == len(found):
            found = np.concatenate((found, np.full(found.shape, -1, np.int32)))
        found[count, : depth + 1] = stack[: depth + 1]
        count += 1
        if depth < max_hops:
            round_ += 1
            rounds[depth] = round_
            first, stop = inside(other, scope, lists, pool)
            place[depth] = first_after(pool, first, stop, pool[at]["time"])
            limit[depth] = stop
    return found[:count], round_ + 1


@njit(cache=True)
def share_of(amount, ppm):
    """⌊amount × ppm / 10⁶⌋ of non-negative int64, ppm at most 10¹⁵; ``MOST`` from just below it on, instead of overflow."""
    millions, rest = amount // PPM, amount % PPM
    if ppm > 0 and millions >= MOST // ppm:
        return MOST
    return millions * ppm + (rest * (ppm // PPM) + rest * (ppm % PPM) // PPM)


@njit(cache=True)
def share_trace(
    starts, max_steps, ppm, scope, lists, pool, into_lists, into_pool, seen, round_, slot, queue, account, inflow, distance
):
    """Accounts that edges reach from ``starts`` int32[s] in at most ``max_steps``, by edges that carry more than a share.

    An edge counts when its amount exceeds ppm / 10⁶ of all that ``into_*`` brings its account inside the window (that sum
    knows no limit). Each account is followed once, at its least distance; the starts, distinct, are at 1. Writes account
    int32[n], inflow int64[n] (all counting edges into it) and distance int64[n] in order of first sight; returns how many.
    ``seen[0]`` marks who has waited in the queue, ``seen[1]`` who was reached; slot and queue int32[n] are scratch.
    """
    n, tail, begin = 0, 0, 0
    for start in starts:
        seen[0, start] = round_
        queue[tail] = start
        tail += 1
    for step in range(max_steps):
        end = tail
        for head in range(begin, end):
            payer = queue[head]
            first, stop = inside(payer, scope, lists, pool)
            if first == stop:
                continue
            listed, upstream = into_lists[payer], 0
            at = first_after(into_pool, listed["first"], listed["stop"], scope[AFTER])
            while at < listed["stop"] and into_pool[at]["time"] < scope[BEFORE]:
                upstream += into_pool[at]["amount"]
                at += 1
            floor = share_of(upstream, ppm)
            for at in range(first, stop):
                other, amount = pool[at]["other"], pool[at]["amount"]
                if amount <= floor:
                    continue
                if seen[1, other] != round_:
                    seen[1, other] = round_
                    slot[other] = n
                    account[n] = other
                    inflow[n] = 0
                    distance[n] = step + 2
                    n += 1
                inflow[slot[other]] += amount
                if seen[0, other] != round_:
                    seen[0, other] = round_
                    queue[tail] = other
                    tail += 1
        begin = end
    return n
