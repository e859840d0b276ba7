"""Transfer loops that keep their amount: each hop moves between ``keep`` and once the hop before (catalogue §4.14).

A transfer first looks around (:mod:`chuantou.graph.kernels.loop_reach`) whether it can close a loop; few can. The search runs
backwards from one that can. A hop before one of ``fen`` must have moved between ``fen`` and ``fen / keep``, so a step looks at
two chains (:mod:`chuantou.graph.kernels.loop_chains`), newest first, and never at what is too small, too large or too old.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.loop_chains import chain_up, had_any, home_of, least_kept, newest, one_before, size_class
from chuantou.graph.kernels.loop_reach import NOTHING, UNKNOWN, is_marked, look_around
from chuantou.graph.kernels.prefetch import AHEAD, prefetch

EDGE_END, IN_USED, OUT_USED, TRUNCATED = 0, 1, 2, 3  # places of the cursor
LOOKS_A_VISIT = 16  # edges that are no part of a loop, for each that may be


@njit(cache=True, inline="always")
def is_new(path_edge, path_node, depth, first, found, loop_row, loop_hops, payers, payees, base):
    """Whether no loop ``first .. found`` goes through the same accounts (by later transfers, for they came first)."""
    hops = depth + 2
    for other in range(first, found):
        same = loop_hops[other] == hops
        k = 1
        while same and k <= depth:
            o = loop_row[other, hops - 1 - k] - base
            same = payees[o] == path_node[k - 1] and payers[o] == path_node[k]
            k += 1
        if same:
            return False
    return True


@njit(cache=True, inline="always")
def write_loop(e, path_edge, depth, found, loop_row, loop_hops):
    """Write a loop's edges from its first to its last but one; the closing one has no edge yet."""
    hops = depth + 2
    for k in range(1, depth + 1):
        loop_row[found, hops - 1 - k] = path_edge[k]
    loop_row[found, 0] = e
    loop_hops[found] = hops


@njit(cache=True)
def search(
    u, v, now, amount, oldest, keep_ppm, max_hops, max_visits, edges, back, base, received, table, marks, n_marks,
    loop_row, loop_hops, found, cursor, path_edge, path_node, chain, wider,
):  # fmt: skip
    """Loops that a transfer u → v closes: depth first, backwards from u; path_node[k] pays path_node[k-1].

    ``chain[k]`` is the next edge to try into path_node[k] of one size class, ``wider[k]`` that of the next larger one. With
    ``n_marks`` only edges among ``marks`` can be part of a loop. Returns the number of loops found so far.
    """
    times, payers, payees, fens = edges
    first, visits, looks, depth = found, 0, 0, 0
    path_node[0] = u
    chain[0] = newest(u, size_class(amount), received, table)
    wider[0] = newest(u, size_class(amount) + 1, received, table)
    while depth >= 0:
        e = max(chain[depth], wider[depth])
        later = now if depth == 0 else times[path_edge[depth] - base]
        least = amount if depth == 0 else fens[path_edge[depth] - base]
        if e < base or times[e - base] < oldest:  # NONE is less than any base
            depth -= 1
            continue
        if e == chain[depth]:
            chain[depth] = one_before(e, back, base)
        else:
            wider[depth] = one_before(e, back, base)
        may_be = n_marks == 0 or is_marked(e, marks, n_marks)
        visits += may_be
        looks += 1
        if visits > max_visits or looks > LOOKS_A_VISIT * max_visits or (found - first) * 2 >= loop_row.shape[0]:
            cursor[TRUNCATED] += 1
            return found
        fen = fens[e - base]
        if not may_be or times[e - base] >= later or fen < least or least < least_kept(fen, keep_ppm):
            continue
        payer = payers[e - base]
        if payer == v:
            if depth > 0 and is_new(path_edge, path_node, depth, first, found, loop_row, loop_hops, payers, payees, base):
                write_loop(e, path_edge, depth, found, loop_row, loop_hops)
                found += 1
            continue
        on_path = depth + 2 >= max_hops
        for k in range(depth + 1):
            on_path |= path_node[k] == payer
        if on_path:
            continue
        depth += 1
        path_node[depth] = payer
        path_edge[depth] = e
        chain[depth] = newest(payer, size_class(fen), received, table)
        wider[depth] = newest(payer, size_class(fen) + 1, received, table)
    return found


@njit(cache=True, nogil=True)
def close_loops(
    start, time, debtor, creditor, fen, row, blocked, window, keep_ppm, classes, max_hops, max_visits, max_looks,
    edges, edge_row, back_in, back_out, base, received, table_in, paid, table_out, ahead, behind, marks,
    loop_row, loop_hops, found, cursor,
):  # fmt: skip
    """Insert transfers ``start ..`` and report the loops each closes.

    Loops come newest-first: of several transfers that give the same sequence of accounts the latest are reported once.
    ``loop_row[n]`` lists a loop's rows from its first transfer to its last. Returns ``(next row, loops found)`` and
    stops early when ``loop_row`` or a table is nearly full. A search past ``max_visits`` steps is counted as truncated.
    """
    path_edge, chain = np.empty(max_hops, np.int64), np.empty(max_hops, np.int64)
    path_node, wider = np.empty(max_hops + 1, np.int64), np.empty(max_hops, np.int64)
    lines_in, lines_out = table_in.reshape(-1), table_out.reshape(-1)
    times, payers, payees, fens = edges
    for i in range(start, time.shape[0]):
        soon = i + AHEAD
        if soon < time.shape[0]:
            prefetch(received, debtor[soon])
            prefetch(received, creditor[soon])
            prefetch(paid, debtor[soon])
            prefetch(paid, creditor[soon])
            prefetch(lines_in, 2 * home_of(np.int64(creditor[soon]) * 128 + size_class(fen[soon]), table_in))
            prefetch(lines_out, 2 * home_of(np.int64(debtor[soon]) * 128 + size_class(fen[soon]), table_out))
        if found * 2 > loop_row.shape[0] or max(cursor[IN_USED], cursor[OUT_USED]) * 2 > table_in.shape[0]:
            return i, found
        if blocked[i] or debtor[i] == creditor[i]:
            continue
        oldest, klass, where, n_marks = time[i] - window, size_class(fen[i]), NOTHING, 0
        if had_any(creditor[i], klass, classes, paid) and had_any(debtor[i], klass, 2, received):
            where, n_marks = look_around(
                debtor[i], creditor[i], time[i], oldest, fen[i], keep_ppm, classes, max_hops, max_looks, edges, back_in, back_out,
                base, received, table_in, paid, table_out, ahead, behind, marks,
            )  # fmt: skip
        if where != NOTHING:
            first = found
            found = search(
                debtor[i], creditor[i], time[i], fen[i], oldest, keep_ppm, max_hops, max_visits, edges, back_in, base,
                received, table_in, marks, 0 if where == UNKNOWN else n_marks,
                loop_row, loop_hops, found, cursor, path_edge, path_node, chain, wider,
            )  # fmt: skip
            for n in range(first, found):  # rows of the log instead of edges
                for k in range(loop_hops[n] - 1):
                    loop_row[n, k] = edge_row[loop_row[n, k] - base]
                loop_row[n, loop_hops[n] - 1] = row[i]
        me = cursor[EDGE_END] - base
        times[me], payers[me], payees[me], fens[me], edge_row[me] = time[i], debtor[i], creditor[i], fen[i], row[i]
        cursor[IN_USED] += chain_up(cursor[EDGE_END], creditor[i], klass, back_in, base, received, table_in)
        cursor[OUT_USED] += chain_up(cursor[EDGE_END], debtor[i], klass, back_out, base, paid, table_out)
        cursor[EDGE_END] += 1
    return time.shape[0], found
