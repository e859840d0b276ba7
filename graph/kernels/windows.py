"""Sliding windows of three lengths over the transfers of every account, both ways, in event time.

Transfers come in time order, so what leaves a window is always its oldest transfer: one ring of edges serves all accounts,
and each window is a tail that follows the end. An edge is inside a window of length W at ``now`` while
``time >= now - W`` (inclusive): it leaves by the first microsecond after that.

How many counterparties are distinct needs no count a pair: the table knows the newest edge of each (payer, payee), an edge
that a newer one of its pair follows is *followed*, and only an edge that is not takes its counterparty along when it leaves.

What an account *passed on*: each plain debit is taken from the oldest credits of the shortest window that are not yet
passed on, which is the largest amount that can have been passed on in time.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.prefetch import AHEAD, prefetch

NONE = -1
LENGTHS = 3
EDGE = np.dtype([("time", "i8"), ("fen", "i8"), ("passed", "i8"), ("payer", "i4"), ("payee", "i4"),
                 ("next_out", "i4"), ("next_in", "i4"), ("state", "i4")])  # fmt: skip
# bits of an edge's state: it moves money between owners; its ends are counterparties of each other; see above
COUNTS, PLAIN, FOLLOWED = 1, 2, 4
# columns of an account: a cache line a side – (tally, sum) a length, its first and last edge (low bits of both), and one more:
# out, the oldest credit that may be passed on; in, the fen passed on of the window shown. A tally holds two numbers:
# transfers · 2³² + distinct counterparties
OUT, IN, WIDTH = 0, 8, 16
ENDS, OPEN, PASSED = 6, 7, 15
TALLY = 1 << 32
# counters: edges pushed, the oldest edge inside each window, the edge that lies at the ring's start, slots in use, and the
# edge at which the table was built
END, TAIL, ORIGIN, USED, BUILT = 0, 1, 4, 5, 6
OLDEST = TAIL + LENGTHS - 1
EMPTY = np.int32(-1)
LOW_BITS = 0x7FFFFFFF  # of an edge's number: no more edges than that are ever stored
REBUILD_AFTER = 1 << 30

inlined = njit(cache=True, inline="always")


@inlined
def place(edge, edges, cursor):
    """Where a stored edge lies in the ring."""
    at = edge - cursor[ORIGIN]
    return at - edges.shape[0] if at >= edges.shape[0] else at


@inlined
def by_low_bits(low, cursor):
    """The newest edge whose number has these low bits."""
    return cursor[END] - ((cursor[END] - low) & LOW_BITS)


@inlined
def home_of(payer, payee, table):
    key = (np.uint64(payer) << np.uint64(32)) | np.uint64(payee)
    return np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(24)) & (table.shape[0] - 1)


@njit(cache=True)
def slot_of(payer, payee, edges, table, cursor):
    """The slot of a pair and its newest edge; without one, a slot that is free and ``NONE``."""
    oldest, mask = cursor[OLDEST], table.shape[0] - 1
    slot, free = home_of(payer, payee, table), NONE
    while table[slot] != EMPTY:
        edge = by_low_bits(table[slot], cursor)
        if edge < oldest:
            free = slot if free == NONE else free
        else:
            at = place(edge, edges, cursor)
            if edges[at]["payer"] == payer and edges[at]["payee"] == payee:
                return slot, edge
        slot = (slot + 1) & mask
    return (slot if free == NONE else free), NONE


@inlined
def leave(at, length, shown, edges, accounts):
    """The edge at a place of the ring leaves a window."""
    state = edges[at]["state"]
    if state & COUNTS:
        payer, payee, fen = edges[at]["payer"], edges[at]["payee"], edges[at]["fen"]
        less = TALLY + (1 if state & PLAIN and not state & FOLLOWED else 0)
        accounts[payer, OUT + 2 * length] -= less
        accounts[payer, OUT + 2 * length + 1] -= fen
        accounts[payee, IN + 2 * length] -= less
        accounts[payee, IN + 2 * length + 1] -= fen
        if length == shown:
            accounts[payee, PASSED] -= edges[at]["passed"]


@inlined
def drop_first(account, side, edge, further, accounts):
    """The account's first edge leaves the ring; ``further``: how many edges on its next one is, 0 for none."""
    ends = accounts[account, side + ENDS]
    accounts[account, side + ENDS] = (ends & ~LOW_BITS) | ((edge + further) & LOW_BITS) if further else NONE


@inlined
def forget(edge, at, edges, accounts, cursor):
    """The edge leaves the longest window, and with it the ring."""
    if edges[at]["state"] & COUNTS:
        payee, next_in = edges[at]["payee"], edges[at]["next_in"]
        drop_first(edges[at]["payer"], OUT, edge, edges[at]["next_out"], accounts)
        drop_first(payee, IN, edge, next_in, accounts)
        if accounts[payee, OPEN] == edge:
            accounts[payee, OPEN] = edge + next_in if next_in else NONE
    if edge + 1 - cursor[ORIGIN] == edges.shape[0]:
        cursor[ORIGIN] += edges.shape[0]


@inlined
def let_leave(now, lengths, shown, edges, accounts, lines, cursor):
    """Let everything leave that is older than its window at ``now``; ``lines``: the accounts as one row."""
    for length in range(LENGTHS):
        edge, earliest = cursor[TAIL + length], now - lengths[length]
        while edge < cursor[END]:
            at = place(edge, edges, cursor)
            if edges[at]["time"] >= earliest:
                break
            ahead = min(edge + AHEAD, cursor[END] - 1)
            then = place(ahead, edges, cursor)
            prefetch(lines, np.int64(edges[then]["payer"]) * WIDTH + OUT)
            prefetch(lines, np.int64(edges[then]["payee"]) * WIDTH + IN)
            leave(at, length, shown, edges, accounts)
            if length == LENGTHS - 1:
                forget(edge, at, edges, accounts, cursor)
            edge += 1
        cursor[TAIL + length] = edge


@njit(cache=True)
def expire(now, lengths, shown, edges, accounts, cursor):
    """Let everything leave that is older than its window at ``now``."""
    let_leave(now, lengths, shown, edges, accounts, accounts.reshape(-1), cursor)


@inlined
def chain_up(account, side, name, edge, edges, accounts, cursor):
    """Hang an edge behind the last one of the account's side."""
    ends, low = accounts[account, side + ENDS], edge & LOW_BITS
    if ends == NONE:
        accounts[account, side + ENDS] = (low << 32) | low
    else:
        last = by_low_bits(ends >> 32, cursor)
        edges[place(last, edges, cursor)][name] = edge - last
        accounts[account, side + ENDS] = (low << 32) | (ends & LOW_BITS)


@njit(cache=True)
def meet(edge, payer, payee, edges, accounts, table, cursor):
    """A plain edge: a counterparty where none was inside the window."""
    slot, before = slot_of(payer, payee, edges, table, cursor)
    if before != NONE:
        edges[place(before, edges, cursor)]["state"] |= FOLLOWED
    elif table[slot] == EMPTY:
        cursor[USED] += 1
    table[slot] = np.int32(edge & LOW_BITS)
    for length in range(LENGTHS):
        if before < cursor[TAIL + length]:
            accounts[payer, OUT + 2 * length] += 1
            accounts[payee, IN + 2 * length] += 1


@njit(cache=True)
def pass_on(payer, fen, earliest, edges, accounts, cursor):
    """Take a debit from the payer's oldest credits since ``earliest``; each credit is looked at once and then left."""
    edge, need = accounts[payer, OPEN], fen
    while edge != NONE and need > 0:
        at = place(edge, edges, cursor)
        rest = edges[at]["fen"] - edges[at]["passed"]
        if edges[at]["time"] >= earliest and rest > 0:
            taken = min(need, rest)
            edges[at]["passed"] += taken
            need -= taken
            accounts[payer, PASSED] += taken
            if taken < rest:
                break
        edge = edge + edges[at]["next_in"] if edges[at]["next_in"] else NONE
    accounts[payer, OPEN] = edge


@njit(cache=True, nogil=True)
def push(
    start, time, payer, payee, fen, state, lengths, shown, edges, accounts, table, cursor,
    payers, payees, gathered, passed,
):  # fmt: skip
    """Take transfers ``start ..``; stops before the ring or the table is full and returns the row to go on with.

    time, fen int64[n]; payer, payee int32[n]; state int32[n] of the bits ``COUNTS`` and ``PLAIN``. Of each transfer that
    counts, the payer's window ``shown`` right after it: distinct payers and payees, fen gathered and passed on.
    """
    lines = accounts.reshape(-1)
    for i in range(start, time.shape[0]):
        ahead = i + AHEAD
        if ahead < time.shape[0]:
            prefetch(lines, np.int64(payer[ahead]) * WIDTH + OUT)
            prefetch(lines, np.int64(payer[ahead]) * WIDTH + IN)
            prefetch(lines, np.int64(payee[ahead]) * WIDTH + IN)
            prefetch(table, home_of(payer[ahead], payee[ahead], table))
        let_leave(time[i], lengths, shown, edges, accounts, lines, cursor)
        edge = cursor[END]
        full = edge - cursor[OLDEST] == edges.shape[0] or 3 * cursor[USED] > 2 * table.shape[0]
        if full or edge - cursor[BUILT] > REBUILD_AFTER:
            return i
        at = place(edge, edges, cursor)
        edges[at]["time"] = time[i]
        edges[at]["fen"] = fen[i]
        edges[at]["passed"] = 0
        edges[at]["payer"] = payer[i]
        edges[at]["payee"] = payee[i]
        edges[at]["next_out"] = 0
        edges[at]["next_in"] = 0
        edges[at]["state"] = state[i]
        if state[i] & COUNTS:
            u, v = payer[i], payee[i]
            if state[i] & PLAIN:
                pass_on(u, fen[i], time[i] - lengths[0], edges, accounts, cursor)
                meet(edge, u, v, edges, accounts, table, cursor)
            for length in range(LENGTHS):
                accounts[u, OUT + 2 * length] += TALLY
                accounts[u, OUT + 2 * length + 1] += fen[i]
                accounts[v, IN + 2 * length] += TALLY
                accounts[v, IN + 2 * length + 1] += fen[i]
            chain_up(u, OUT, "next_out", edge, edges, accounts, cursor)
            chain_up(v, IN, "next_in", edge, edges, accounts, cursor)
            if accounts[v, OPEN] == NONE:
                accounts[v, OPEN] = edge
            payers[i] = accounts[u, IN + 2 * shown] & (TALLY - 1)
            payees[i] = accounts[u, OUT + 2 * shown] & (TALLY - 1)
            gathered[i] = accounts[u, IN + 2 * shown + 1]
            passed[i] = accounts[u, PASSED]
        cursor[END] = edge + 1
    return time.shape[0]


@njit(cache=True)
def rebuild(edges, table, cursor):
    """Fill an empty table with the newest edges of all pairs."""
    cursor[USED] = 0
    cursor[BUILT] = cursor[END]
    mask = table.shape[0] - 1
    for edge in range(cursor[OLDEST], cursor[END]):
        at = place(edge, edges, cursor)
        if edges[at]["state"] & (PLAIN | FOLLOWED) == PLAIN:
            slot = home_of(edges[at]["payer"], edges[at]["payee"], table)
            while table[slot] != EMPTY:
                slot = (slot + 1) & mask
            table[slot] = np.int32(edge & LOW_BITS)
            cursor[USED] += 1


@njit(cache=True)
def live_pairs(edges, cursor):
    """How many pairs of counterparties lie inside the longest window."""
    pairs = 0
    for edge in range(cursor[OLDEST], cursor[END]):
        pairs += edges[place(edge, edges, cursor)]["state"] & (PLAIN | FOLLOWED) == PLAIN
    return pairs


@njit(cache=True)
def edges_of(account, side, earliest, edges, accounts, cursor, found):
    """Fill ``found`` with the account's edges since ``earliest``, oldest first; their number."""
    ends, count = accounts[account, side + ENDS], 0
    edge = NONE if ends == NONE else by_low_bits(ends & LOW_BITS, cursor)
    while edge != NONE and count < found.shape[0]:
        at = place(edge, edges, cursor)
        if edges[at]["time"] >= earliest:
            found[count] = edge
            count += 1
        further = edges[at]["next_out"] if side == OUT else edges[at]["next_in"]
        edge = edge + further if further else NONE
    return count


@njit(cache=True)
def match(credit_row, credit_time, credit_fen, debit_row, debit_time, debit_fen, horizon, taken):
    """Pass credits on by later debits, oldest first, at most ``horizon`` after the credit; fills ``taken`` a credit.

    All int64, in the order of their rows, which are numbers in the order of booking. Returns the sum, the most that can have
    been passed on.
    """
    total, first = 0, 0
    for d in range(debit_time.shape[0]):
        need, c = debit_fen[d], first
        while c < credit_row.shape[0] and credit_row[c] < debit_row[d] and need > 0:
            rest = credit_fen[c] - taken[c]
            if debit_time[d] - credit_time[c] <= horizon and rest > 0:
                part = min(rest, need)
                taken[c] += part
                need -= part
                total += part
                if part < rest:
                    break
            c += 1
        first = c
    return total


@njit(cache=True)
def held(credit_row, credit_time, credit_fen, debit_row, debit_time, debit_fen, age, fen):
    """Pieces of what was paid on, first in first out: how long each was held and its fen; their number.

    ``age`` and ``fen`` have room for as many pieces as there are credits and debits.
    """
    pieces, c, rest = 0, 0, np.int64(0)
    if credit_fen.shape[0]:
        rest = credit_fen[0]
    for d in range(debit_time.shape[0]):
        need = debit_fen[d]
        while need > 0 and c < credit_row.shape[0] and credit_row[c] < debit_row[d]:
            part = min(rest, need)
            age[pieces] = debit_time[d] - credit_time[c]
            fen[pieces] = part
            pieces += 1
            need -= part
            rest -= part
            if rest == 0:
                c += 1
                if c < credit_time.shape[0]:
                    rest = credit_fen[c]
    return pieces
