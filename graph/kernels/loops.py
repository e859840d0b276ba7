"""Transfer loops that keep their amount: each hop moves between ``keep`` and once the hop before (catalogue §4.14).

The search runs backwards from the transfer that closes a loop. A hop before one of ``fen`` must have moved between
``fen`` and ``fen / keep``, so transfers are chained by (payee, size class): a step looks at two chains, newest first,
and never at what is too small, too large or too old. A size class is half an octave; exact amounts are compared anyway.
"""

import numpy as np
from numba import njit

NONE = -1
PPM = 1_000_000
KEY, LAST = 0, 1  # columns of the table: (payee, size class) and its newest edge
EDGE_END, TABLE_USED, TRUNCATED = 0, 1, 2


@njit(cache=True, inline="always")
def size_class(fen):
    """Half octaves: [2^k, 1.5·2^k) is 2k, [1.5·2^k, 2^(k+1)) is 2k+1."""
    octave = 0
    rest = fen
    while rest > 1:
        rest >>= 1
        octave += 1
    upper = octave > 0 and (fen >> (octave - 1)) & 1
    return 2 * octave + (1 if upper else 0)


@njit(cache=True, inline="always")
def slot_of(key, table):
    mask = table.shape[0] - 1
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
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
    path_edge = np.empty(max_hops, np.int64)
    path_node = np.empty(max_hops + 1, np.int64)
    chain = np.empty(max_hops, np.int64)
    chain_left = np.empty(max_hops, np.int64)
    first_of_event = found
    for i in range(start, time.shape[0]):
        if found + 64 >= loop_row.shape[0] or cursor[TABLE_USED] * 2 > table.shape[0]:
            return i, found
        if blocked[i] or debtor[i] == creditor[i]:
            continue
        u, v, now, amount = debtor[i], creditor[i], time[i], fen[i]
        oldest = now - window
        first_of_event = found
        visits = 0
        # depth-first, backwards from u: path_node[k] pays path_node[k-1]
        depth = 0
        path_node[0] = u
        path_edge[0] = NONE
        mine = size_class(amount)
        chain[0] = newest(u, mine, received, table)
        chain_left[0] = 1
        while depth >= 0:
            e = chain[depth]
            here = path_node[depth]
            later = now if depth == 0 else edge_time[path_edge[depth] - base]
            low = amount if depth == 0 else edge_fen[path_edge[depth] - base]
            if e == NONE or e < base or edge_time[e - base] < oldest:
                if chain_left[depth] > 0:  # the next larger size class
                    chain_left[depth] -= 1
                    chain[depth] = newest(here, size_class(low) + 1, received, table)
                else:
                    depth -= 1
                continue
            chain[depth] = edge_prev[e - base]
            visits += 1
            if visits > max_visits:
                cursor[TRUNCATED] += 1
                break
            if edge_time[e - base] >= later or edge_fen[e - base] < low or low * PPM < keep_ppm * edge_fen[e - base]:
                continue
            payer = edge_from[e - base]
            if payer == v:
                hops = depth + 2
                if hops >= 3 and found == loop_row.shape[0]:
                    cursor[TRUNCATED] += 1
                elif hops >= 3:
                    new = True
                    for other in range(first_of_event, found):  # the same accounts by older transfers?
                        if loop_hops[other] == hops:
                            same = True
                            for k in range(1, depth + 1):
                                o = loop_row[other, hops - 1 - k]
                                same &= edge_to[o - base] == path_node[k - 1] and edge_from[o - base] == path_node[k]
                            new &= not same
                    if new:
                        for k in range(1, depth + 1):
                            loop_row[found, hops - 1 - k] = path_edge[k]
                        loop_row[found, 0] = e
                        loop_row[found, hops - 1] = i
                        loop_hops[found] = hops
                        found += 1
                continue
            if depth + 2 >= max_hops:
                continue
            on_path = False
            for k in range(depth + 1):
                on_path |= path_node[k] == payer
            if on_path:
                continue
            depth += 1
            path_node[depth] = payer
            path_edge[depth] = e
            chain[depth] = newest(payer, size_class(edge_fen[e - base]), received, table)
            chain_left[depth] = 1
        # rows of the log instead of edges, then the transfer itself becomes an edge
        me = cursor[EDGE_END]
        for n in range(first_of_event, found):
            for k in range(loop_hops[n] - 1):
                loop_row[n, k] = edge_row[loop_row[n, k] - base]
            loop_row[n, loop_hops[n] - 1] = row[i]
        edge_time[me - base] = now
        edge_from[me - base] = u
        edge_to[me - base] = v
        edge_fen[me - base] = amount
        edge_row[me - base] = row[i]
        chain_up(me, v, mine, edge_prev, base, received, table, cursor)
        cursor[EDGE_END] = me + 1
    return time.shape[0], found
