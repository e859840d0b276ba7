"""Transfer loops that keep their amount: each hop moves between ``keep`` and once the hop before (catalogue §4.14).

The search runs backwards from the transfer that closes a loop. A hop before one of ``fen`` must have moved between
``fen`` and ``fen / keep``, so transfers are chained by (payee, size class): a step looks at two chains, newest first,
and never at what is too small, too large or too old. A size class is half an octave; exact amounts are compared anyway.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.prefetch import AHEAD, prefetch

NONE = -1
PPM = 1_000_000
KEY, LAST = 0, 1  # columns of the table: (payee, size class) and its newest edge
EDGE_END, TABLE_USED, TRUNCATED = 0, 1, 2


@njit(cache=True, inline="always")
def size_class(fen):
    """Half octaves: [2^k, 1.5·2^k) is 2k, [1.5·2^k, 2^(k+1)) is 2k+1."""
    octave = 0
    rest = fen
    for shift in (32, 16, 8, 4, 2, 1):
        if rest >> shift:
            rest >>= shift
            octave += shift
    upper = octave > 0 and (fen >> (octave - 1)) & 1
    return 2 * octave + (1 if upper else 0)


@njit(cache=True, inline="always")
def least_kept(fen, keep_ppm):
    """The least amount that keeps ``keep_ppm`` of ``fen``: ⌈fen · keep_ppm / 10⁶⌉ without leaving int64."""
    return fen // PPM * keep_ppm - (-(fen % PPM * keep_ppm) // PPM)


@njit(cache=True, inline="always")
def home_of(key, table):
    return np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & (table.shape[0] - 1)


@njit(cache=True, inline="always")
def slot_of(key, table):
    mask = table.shape[0] - 1
    slot = home_of(key, table)
    while table[slot, KEY] != key and table[slot, KEY] != NONE:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, inline="always")
def newest(account, klass, received, table):
    """The newest edge into ``account`` of a size class, or NONE; ``received`` answers most questions by one bit."""
    if not (received[account] >> np.uint64(klass & 63)) & np.uint64(1):
        return NONE
    slot = slot_of(np.int64(account) * 128 + klass, table)
    return table[slot, LAST] if table[slot, KEY] != NONE else NONE


@njit(cache=True, inline="always")
def chain_up(edge, account, klass, edge_prev, base, received, table, cursor):
    """Make ``edge`` the newest one into ``account`` of its size class."""
    received[account] |= np.uint64(1) << np.uint64(klass & 63)
    slot = slot_of(np.int64(account) * 128 + klass, table)
    if table[slot, KEY] == NONE:
        table[slot, KEY] = np.int64(account) * 128 + klass
        cursor[TABLE_USED] += 1
        edge_prev[edge - base] = NONE
    else:
        edge_prev[edge - base] = table[slot, LAST]
    table[slot, LAST] = edge


@njit(cache=True)
def rebuild(edge_to, edge_fen, edge_prev, end, base, received, table, cursor):
    """Fill an empty table with the edges ``base .. end`` (absolute indices)."""
    cursor[TABLE_USED] = 0
    received[:] = 0
    for e in range(base, end):
        chain_up(e, edge_to[e - base], size_class(edge_fen[e - base]), edge_prev, base, received, table, cursor)


@njit(cache=True, inline="always")
def is_new(path_edge, path_node, depth, first, found, loop_row, loop_hops, edge_from, edge_to, base):
    """Whether no loop ``first .. found`` goes through the same accounts (by later transfers, for they came first)."""
    hops = depth + 2
    for other in range(first, found):
        same = loop_hops[other] == hops
        k = 1
        while same and k <= depth:
            o = loop_row[other, hops - 1 - k] - base
            same = edge_to[o] == path_node[k - 1] and edge_from[o] == path_node[k]
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
    u, v, now, amount, oldest, keep_ppm, max_hops, max_visits, edge_time, edge_from, edge_to, edge_fen, edge_prev, base,
    received, table, loop_row, loop_hops, found, cursor, path_edge, path_node, chain, wider,
):  # fmt: skip
    """Loops that a transfer u → v would close: depth first, backwards from u; path_node[k] pays path_node[k-1].

    ``chain[k]`` is the next edge to try into path_node[k] of one size class, ``wider[k]`` that of the next larger one.
    Returns the number of loops found so far.
    """
    first, visits, depth = found, 0, 0
    path_node[0] = u
    chain[0] = newest(u, size_class(amount), received, table)
    wider[0] = newest(u, size_class(amount) + 1, received, table)
    while depth >= 0:
        e = max(chain[depth], wider[depth])
        later = now if depth == 0 else edge_time[path_edge[depth] - base]
        least = amount if depth == 0 else edge_fen[path_edge[depth] - base]
        if e < base or edge_time[e - base] < oldest:  # NONE is less than any base
            depth -= 1
            continue
        if e == chain[depth]:
            chain[depth] = edge_prev[e - base]
        else:
            wider[depth] = edge_prev[e - base]
        visits += 1
        if visits > max_visits or (found - first) * 2 >= loop_row.shape[0]:
            cursor[TRUNCATED] += 1
            return found
        fen = edge_fen[e - base]
        if edge_time[e - base] >= later or fen < least or least < least_kept(fen, keep_ppm):
            continue
        payer = edge_from[e - base]
        if payer == v:
            if depth > 0 and is_new(path_edge, path_node, depth, first, found, loop_row, loop_hops, edge_from, edge_to, base):
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
    start, time, debtor, creditor, fen, row, blocked, window, keep_ppm, max_hops, max_visits,
    edge_time, edge_from, edge_to, edge_fen, edge_row, edge_prev, base,
    received, table, loop_row, loop_hops, found, cursor,
):  # fmt: skip
    """Insert transfers ``start ..`` and report the loops each closes.

    Loops come newest-first: of several transfers that give the same sequence of accounts the latest are reported once.
    ``loop_row[n]`` lists a loop's rows from its first transfer to its last. Returns ``(next row, loops found)`` and
    stops early when ``loop_row`` or the table is nearly full. received uint64[accounts]: a bit a size class (modulo 64)
    that ever came in; table int64[2^k, 2]. A search past ``max_visits`` steps is counted as truncated.
    """
    path_edge, chain = np.empty(max_hops, np.int64), np.empty(max_hops, np.int64)
    path_node, wider = np.empty(max_hops + 1, np.int64), np.empty(max_hops, np.int64)
    lines = table.reshape(-1)
    for i in range(start, time.shape[0]):
        ahead = i + AHEAD
        if ahead < time.shape[0]:
            prefetch(received, debtor[ahead])
            prefetch(received, creditor[ahead])
            prefetch(lines, 2 * home_of(np.int64(creditor[ahead]) * 128 + size_class(fen[ahead]), table))
            prefetch(lines, 2 * home_of(np.int64(debtor[ahead]) * 128 + size_class(fen[ahead]), table))
        if found * 2 > loop_row.shape[0] or cursor[TABLE_USED] * 2 > table.shape[0]:
            return i, found
        if blocked[i] or debtor[i] == creditor[i]:
            continue
        first = found
        found = search(
            debtor[i], creditor[i], time[i], fen[i], time[i] - window, keep_ppm, max_hops, max_visits,
            edge_time, edge_from, edge_to, edge_fen, edge_prev, base, received, table, loop_row, loop_hops, found, cursor,
            path_edge, path_node, chain, wider,
        )  # fmt: skip
        for n in range(first, found):  # rows of the log instead of edges
            for k in range(loop_hops[n] - 1):
                loop_row[n, k] = edge_row[loop_row[n, k] - base]
            loop_row[n, loop_hops[n] - 1] = row[i]
        me = cursor[EDGE_END] - base
        edge_time[me] = time[i]
        edge_from[me] = debtor[i]
        edge_to[me] = creditor[i]
        edge_fen[me] = fen[i]
        edge_row[me] = row[i]
        chain_up(cursor[EDGE_END], creditor[i], size_class(fen[i]), edge_prev, base, received, table, cursor)
        cursor[EDGE_END] += 1
    return time.shape[0], found
