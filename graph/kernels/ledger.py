"""One pass over transfers in booking order: balances, first-in-first-out lots of traced money, the transfer log.

Every account has a balance; only accounts that hold traced money have a queue of lots (catalogue §3.6). A lot is
``(root, fen, hop)``: *root* is the log index of the transfer at which the money became interesting (a client's
credit, a disbursed loan, a payment out of a reserve), or ``UNTRACED``. The lots of a queue always add up to the
balance of its account, so what nobody watches costs two array reads and stays exact when traced money arrives later.

Arrays are int64 rows, one cache line (or half of one) an entry, with the columns named below.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.prefetch import AHEAD, prefetch

NONE = -1
UNTRACED = -1
# an account
BALANCE, HEAD, TAIL, TRACED, LAST_OUT, FIRST_OUT, LAST_IN, TERMINAL = range(8)
# a lot, a lot on the move, and a part: one root's share of one transfer
ROOT, FEN, HOP, NEXT = range(4)
PART_TRANSFER, PART_ROOT, PART_FEN, PART_HOP = range(4)
# a log entry
TIME, KIND, DEBTOR, CREDITOR, AMOUNT, DEBTOR_BALANCE, CREDITOR_BALANCE, NEXT_OUT, NEXT_IN, OUT_BEFORE = range(10)
# why a walk stopped
DONE, PARTS_FULL, LOTS_FULL = 0, 1, 2
# counters kept in the `cursor` array
LOG_END, PARTS_END, FREE_HEAD, LIVE_LOTS, OVERFLOW = range(5)


@njit(cache=True, inline="always")
def push_lot(account, root, fen, hop, accounts, lots, cursor):
    """Append to the account's queue; equal neighbours become one lot (the order of roots is unchanged)."""
    last = accounts[account, TAIL]
    if last != NONE and lots[last, ROOT] == root and lots[last, HOP] == hop:
        lots[last, FEN] += fen
        return
    lot = cursor[FREE_HEAD]
    cursor[FREE_HEAD] = lots[lot, NEXT]
    cursor[LIVE_LOTS] += 1
    lots[lot, ROOT] = root
    lots[lot, FEN] = fen
    lots[lot, HOP] = hop
    lots[lot, NEXT] = NONE
    if last == NONE:
        accounts[account, HEAD] = lot
    else:
        lots[last, NEXT] = lot
    accounts[account, TAIL] = lot
    if root != UNTRACED:
        accounts[account, TRACED] += 1


@njit(cache=True, inline="always")
def drop_head(account, accounts, lots, cursor):
    """Free the oldest lot of a queue."""
    lot = accounts[account, HEAD]
    accounts[account, HEAD] = lots[lot, NEXT]
    if lots[lot, NEXT] == NONE:
        accounts[account, TAIL] = NONE
    if lots[lot, ROOT] != UNTRACED:
        accounts[account, TRACED] -= 1
    lots[lot, NEXT] = cursor[FREE_HEAD]
    cursor[FREE_HEAD] = lot
    cursor[LIVE_LOTS] -= 1


@njit(cache=True, inline="always")
def write_log(at, me, time, kind, payer, payee, amount, accounts, log, log_base):
    """Log the transfer and hang it into the chains of its payer's debits and its payee's credits."""
    log[at, TIME] = time
    log[at, KIND] = kind
    log[at, DEBTOR] = payer
    log[at, CREDITOR] = payee
    log[at, AMOUNT] = amount
    log[at, DEBTOR_BALANCE] = accounts[payer, BALANCE]
    log[at, CREDITOR_BALANCE] = accounts[payee, BALANCE]
    log[at, NEXT_OUT] = NONE
    log[at, NEXT_IN] = NONE
    if accounts[payer, LAST_OUT] >= log_base:
        log[accounts[payer, LAST_OUT] - log_base, NEXT_OUT] = me
    if accounts[payer, FIRST_OUT] < log_base:
        accounts[payer, FIRST_OUT] = me
    accounts[payer, LAST_OUT] = me
    log[at, OUT_BEFORE] = accounts[payee, LAST_OUT]  # a transfer to itself is the last debit before its credit
    if accounts[payee, LAST_IN] >= log_base:
        log[accounts[payee, LAST_IN] - log_base, NEXT_IN] = me
    accounts[payee, LAST_IN] = me


@njit(cache=True)
def debit(me, payer, amount, now, horizon, max_hops, accounts, lots, log, log_base, parts, moved, cursor):
    """Take the oldest lots; returns how many are on the move in ``moved`` and what no lot covered."""
    need = amount
    n = 0
    while need > 0 and accounts[payer, HEAD] != NONE:
        lot = accounts[payer, HEAD]
        taken = min(need, lots[lot, FEN])
        root, hop = lots[lot, ROOT], lots[lot, HOP] + 1
        need -= taken
        lots[lot, FEN] -= taken
        if lots[lot, FEN] == 0:
            drop_head(payer, accounts, lots, cursor)
        if root != UNTRACED:
            born = root - log_base
            if born < 0 or hop > max_hops or now - log[born, TIME] > horizon[log[born, KIND]]:
                root = UNTRACED
        if root == UNTRACED:
            hop = 0
        else:
            p = cursor[PARTS_END]
            cursor[PARTS_END] = p + 1
            parts[p, PART_TRANSFER] = me
            parts[p, PART_ROOT] = root
            parts[p, PART_FEN] = taken
            parts[p, PART_HOP] = hop
        if n > 0 and moved[n - 1, ROOT] == root and moved[n - 1, HOP] == hop:
            moved[n - 1, FEN] += taken
        elif n < moved.shape[0]:
            moved[n, ROOT] = root
            moved[n, FEN] = taken
            moved[n, HOP] = hop
            n += 1
        else:  # more roots than one transfer may carry: the rest travels untraced, and is counted
            moved[n - 1, ROOT] = UNTRACED
            moved[n - 1, HOP] = 0
            moved[n - 1, FEN] += taken
            cursor[OVERFLOW] += 1
    while accounts[payer, TRACED] == 0 and accounts[payer, HEAD] != NONE:  # untraced money alone: the balance says it
        drop_head(payer, accounts, lots, cursor)
    return n, need


@njit(cache=True)
def credit(payee, n, need, stops, accounts, lots, moved, cursor):
    """Give the payee the moved lots in the order in which they were taken, unseen money last."""
    traced = False
    if not stops:
        for m in range(n):
            traced |= moved[m, ROOT] != UNTRACED
    if accounts[payee, HEAD] == NONE and not traced:
        return
    if accounts[payee, HEAD] == NONE and accounts[payee, BALANCE] > 0:
        push_lot(payee, UNTRACED, accounts[payee, BALANCE], 0, accounts, lots, cursor)
    for m in range(n):
        if stops:
            push_lot(payee, UNTRACED, moved[m, FEN], 0, accounts, lots, cursor)
        else:
            push_lot(payee, moved[m, ROOT], moved[m, FEN], moved[m, HOP], accounts, lots, cursor)
    if need > 0:
        push_lot(payee, UNTRACED, need, 0, accounts, lots, cursor)


@njit(cache=True, nogil=True)
def walk(start, time, debtor, creditor, fen, kind, horizon, through, max_hops, accounts, lots, log, log_base,
         parts, moved, cursor):  # fmt: skip
    """Book transfers ``start ..``; return ``(next row, DONE | PARTS_FULL | LOTS_FULL)``.

    time int64 µs, fen int64, debtor/creditor int32 dense accounts, kind int8 (0: no new root), horizon int64[kinds] µs,
    through bool[kinds]: new roots that are followed out of a TERMINAL account too. Log indices are absolute; the log
    holds those from ``log_base`` on.
    """
    lines, entries = accounts.reshape(-1), log.reshape(-1)
    for i in range(start, time.shape[0]):
        ahead, sooner = i + AHEAD, i + AHEAD // 2
        if ahead < time.shape[0]:
            prefetch(lines, 8 * np.int64(debtor[ahead]))
            prefetch(lines, 8 * np.int64(creditor[ahead]))
        if sooner < time.shape[0]:
            prefetch(entries, 10 * max(0, accounts[debtor[sooner], LAST_OUT] - log_base))
            prefetch(entries, 10 * max(0, accounts[creditor[sooner], LAST_IN] - log_base))
        payer, payee, amount = debtor[i], creditor[i], fen[i]
        if cursor[LIVE_LOTS] + moved.shape[0] + 4 >= lots.shape[0]:
            return i, LOTS_FULL
        if cursor[PARTS_END] + moved.shape[0] + cursor[LIVE_LOTS] * (accounts[payer, TRACED] > moved.shape[0]) >= parts.shape[0]:
            return i, PARTS_FULL
        me = cursor[LOG_END]
        cursor[LOG_END] = me + 1
        write_log(me - log_base, me, time[i], kind[i], payer, payee, amount, accounts, log, log_base)
        if payer == payee:
            continue
        n, need = 0, amount
        if accounts[payer, HEAD] != NONE:
            n, need = debit(me, payer, amount, time[i], horizon, max_hops, accounts, lots, log, log_base, parts, moved, cursor)
        accounts[payer, BALANCE] = max(0, accounts[payer, BALANCE] - amount)
        if kind[i] > 0:
            moved[0, ROOT] = me
            moved[0, FEN] = amount
            moved[0, HOP] = 0
            n, need = 1, 0
        if kind[i] > 0 or n > 0 or accounts[payee, HEAD] != NONE:
            stops = accounts[payee, TERMINAL] != 0 and not through[kind[i]]
            credit(payee, n, need, stops, accounts, lots, moved, cursor)
        accounts[payee, BALANCE] += amount
    return time.shape[0], DONE
