"""One pass over transfers in booking order: balances, first-in-first-out lots of traced money, the transfer log.

Every account has a balance; only accounts that hold traced money have a queue of lots (catalogue §3.6). A lot is
``(root, fen, hop)``: *root* is the log index of the transfer at which the money became interesting (a client's
credit, a disbursed loan, a payment out of a reserve), or ``UNTRACED``. The lots of a queue always add up to the
balance of its account, so what nobody watches costs two array reads and stays exact when traced money arrives later.
"""

from numba import njit

NONE = -1
UNTRACED = -1
# columns of an account's row: one cache line an account
BALANCE, HEAD, TAIL, TRACED, LAST_OUT, FIRST_OUT, LAST_IN, TERMINAL = range(8)
# why a walk stopped
DONE, PARTS_FULL, LOTS_FULL = 0, 1, 2
# counters kept in the `cursor` array
LOG_END, PARTS_END, FREE_HEAD, LIVE_LOTS = 0, 1, 2, 3


@njit(cache=True, inline="always")
def take_lot(lots_next, cursor):
    lot = cursor[FREE_HEAD]
    cursor[FREE_HEAD] = lots_next[lot]
    cursor[LIVE_LOTS] += 1
    return lot


@njit(cache=True, inline="always")
def free_lot(lot, lots_next, cursor):
    lots_next[lot] = cursor[FREE_HEAD]
    cursor[FREE_HEAD] = lot
    cursor[LIVE_LOTS] -= 1


@njit(cache=True, inline="always")
def push_lot(account, root, fen, hop, row, lot_root, lot_fen, lot_hop, lot_next, cursor):
    """Append to the account's queue; equal neighbours become one lot (the order of roots is unchanged)."""
    last = row[account, TAIL]
    if last != NONE and lot_root[last] == root and lot_hop[last] == hop:
        lot_fen[last] += fen
        return
    lot = take_lot(lot_next, cursor)
    lot_root[lot] = root
    lot_fen[lot] = fen
    lot_hop[lot] = hop
    lot_next[lot] = NONE
    if last == NONE:
        row[account, HEAD] = lot
    else:
        lot_next[last] = lot
    row[account, TAIL] = lot
    if root != UNTRACED:
        row[account, TRACED] += 1


@njit(cache=True, nogil=True)
def walk(
    start, time, debtor, creditor, fen, kind, horizon, through, max_hops,
    row,
    lot_root, lot_fen, lot_hop, lot_next,
    log_time, log_kind, log_debtor, log_creditor, log_fen, log_debtor_balance, log_creditor_balance,
    log_next_out, log_next_in, log_out_before, log_base,
    part_transfer, part_root, part_fen, part_hop, moved_root, moved_fen, moved_hop, cursor,
):  # fmt: skip
    """Book transfers ``start ..``; return ``(next row, DONE | PARTS_FULL | LOTS_FULL)``.

    time int64 µs, fen int64, debtor/creditor int32 dense accounts, kind int8 (0: no new root), horizon int64[kinds] µs,
    row int64[accounts, 8]: money that arrives at a TERMINAL account is followed no further, except new roots of a kind
    that goes ``through`` bool[kinds]. Log indices are absolute; arrays hold
    those from ``log_base`` on. A part is one root's share of one transfer: (transfer, root, fen, hop).
    """
    for i in range(start, time.shape[0]):
        payer, payee, amount, now = debtor[i], creditor[i], fen[i], time[i]
        if cursor[LIVE_LOTS] + moved_root.shape[0] + 4 >= lot_root.shape[0]:
            return i, LOTS_FULL
        if cursor[PARTS_END] + moved_root.shape[0] >= part_root.shape[0]:
            return i, PARTS_FULL
        me = cursor[LOG_END]
        cursor[LOG_END] = me + 1
        at = me - log_base
        log_time[at] = now
        log_kind[at] = kind[i]
        log_debtor[at] = payer
        log_creditor[at] = payee
        log_fen[at] = amount
        log_debtor_balance[at] = row[payer, BALANCE]
        log_creditor_balance[at] = row[payee, BALANCE]
        log_next_out[at] = NONE
        log_next_in[at] = NONE
        log_out_before[at] = row[payee, LAST_OUT]
        if row[payer, LAST_OUT] >= log_base:
            log_next_out[row[payer, LAST_OUT] - log_base] = me
        if row[payer, FIRST_OUT] < log_base:
            row[payer, FIRST_OUT] = me
        row[payer, LAST_OUT] = me
        if row[payee, LAST_IN] >= log_base:
            log_next_in[row[payee, LAST_IN] - log_base] = me
        row[payee, LAST_IN] = me
        if payer == payee:
            continue

        # debit: the oldest lots leave first
        need = amount
        moved = 0
        any_traced = False
        while need > 0 and row[payer, HEAD] != NONE:
            lot = row[payer, HEAD]
            taken = min(need, lot_fen[lot])
            root, hop = lot_root[lot], lot_hop[lot] + 1
            need -= taken
            if taken == lot_fen[lot]:
                row[payer, HEAD] = lot_next[lot]
                if row[payer, HEAD] == NONE:
                    row[payer, TAIL] = NONE
                if root != UNTRACED:
                    row[payer, TRACED] -= 1
                free_lot(lot, lot_next, cursor)
            else:
                lot_fen[lot] -= taken
            if root != UNTRACED:
                born = root - log_base
                if born < 0 or hop > max_hops or now - log_time[born] > horizon[log_kind[born]]:
                    root = UNTRACED
                else:
                    p = cursor[PARTS_END]
                    cursor[PARTS_END] = p + 1
                    part_transfer[p] = me
                    part_root[p] = root
                    part_fen[p] = taken
                    part_hop[p] = hop
                    any_traced = True
            if root == UNTRACED:
                hop = 0
            if moved > 0 and moved_root[moved - 1] == root and moved_hop[moved - 1] == hop:
                moved_fen[moved - 1] += taken
            elif moved < moved_root.shape[0]:
                moved_root[moved] = root
                moved_fen[moved] = taken
                moved_hop[moved] = hop
                moved += 1
            else:  # more roots than one transfer may carry: the rest travels untraced, counted by the caller
                moved_root[moved - 1] = UNTRACED
                moved_hop[moved - 1] = 0
                moved_fen[moved - 1] += taken
                cursor[4] += 1
        row[payer, BALANCE] = max(0, row[payer, BALANCE] - amount)
        while row[payer, TRACED] == 0 and row[payer, HEAD] != NONE:  # only untraced money left: the balance says it all
            lot = row[payer, HEAD]
            row[payer, HEAD] = lot_next[lot]
            free_lot(lot, lot_next, cursor)
        if row[payer, HEAD] == NONE:
            row[payer, TAIL] = NONE

        # credit: the payer's lots in the order in which they were taken, unseen money last
        if kind[i] > 0:
            moved_root[0] = me
            moved_fen[0] = amount
            moved_hop[0] = 0
            moved = 1
            need = 0
            any_traced = True
        stops = row[payee, TERMINAL] != 0 and not through[kind[i]]
        if stops:
            any_traced = False
        if row[payee, HEAD] != NONE or any_traced:
            if row[payee, HEAD] == NONE and row[payee, BALANCE] > 0:
                push_lot(payee, UNTRACED, row[payee, BALANCE], 0, row,
                         lot_root, lot_fen, lot_hop, lot_next, cursor)  # fmt: skip
            for m in range(moved):
                root = UNTRACED if stops else moved_root[m]
                push_lot(payee, root, moved_fen[m], moved_hop[m] if root != UNTRACED else 0, row,
                         lot_root, lot_fen, lot_hop, lot_next, cursor)  # fmt: skip
            if need > 0:
                push_lot(payee, UNTRACED, need, 0, row,
                         lot_root, lot_fen, lot_hop, lot_next, cursor)  # fmt: skip
        row[payee, BALANCE] += amount
    return time.shape[0], DONE
