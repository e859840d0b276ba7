"""Debits of reserve accounts against what their payees are entitled to (PAY-02), in booking order."""

import numpy as np
from numba import njit

NONE = -1
# how the payee stands to the institution that owns the reserve
STRANGER, SELF, RELATED = 0, 1, 2
# what the payee's account is
PLAIN, RESERVE_ACCOUNT, WEALTH, MERCHANT, PUBLIC = 0, 1, 2, 3, 4
# reasons, in the order of detectors.pay.reserve_misuse.REASONS
ENTITLED, OWN_BEYOND, RELATED_NO_ORDER, WEALTH_NO_ORDER, UNKNOWN_PAYEE, PAST_DEPOSITORY, OTHER_RESERVE = range(7)
# share of a settlement without an order of its own that may be the institution's fee (G5 sees 0.62 %) [E]
SETTLEMENT_FEE_PPM = 10_000


@njit(cache=True, inline="always")
def order_slot(institution, order, keys):
    key = (np.int64(institution) << 40) | np.int64(order)
    mask = keys.shape[0] - 1
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
    while keys[slot] != NONE and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, inline="always")
def book_order(slot, institution, order, time, paid_in, paid_out, keys, order_in, order_out, order_last, used, fees):
    """Add to an order; what a completed order leaves over is the institution's fee."""
    if keys[slot] == NONE:
        keys[slot] = (np.int64(institution) << 40) | np.int64(order)
        used[0] += 1
    before = max(0, order_in[slot] - order_out[slot]) if order_out[slot] > 0 else 0
    order_in[slot] += paid_in
    order_out[slot] += paid_out
    order_last[slot] = time
    after = max(0, order_in[slot] - order_out[slot]) if order_out[slot] > 0 else 0
    fees[institution] += after - before


@njit(cache=True, inline="always")
def across(bank, one, other):
    """Whether two accounts are at different banks, where both are known."""
    return bank[one] != NONE and bank[other] != NONE and bank[one] != bank[other]


@njit(cache=True)
def judge(
    time, debtor, creditor, fen, order, interest, reserve_of, tier, what, depository, cooperating, bank, owner, regime_2013,
    keys, order_in, order_out, order_last, used, fees, own, paid_in, paid_in_by, excess, reason,
):  # fmt: skip
    """For every row: how much of it its payee was not entitled to (``excess``), and why (``reason``).

    reserve_of int32[accounts]: institution whose reserve the account is; tier int8[institutions, accounts]; what
    int8[accounts]; depository, cooperating bool[accounts]; bank int32[accounts] (the bank, whatever the branch); interest
    bool[rows]: interest of a bank on the reserve, which is the institution's own. keys … order_last: one open-addressed table of
    orders with room for all rows; fees, own int64[institutions]. Net client money: paid_in_by int64[parties] by owner
    (owner int32[accounts]: a refund may go to another card of the same name), paid_in int64[accounts] where unknown.
    """
    for i in range(time.shape[0]):
        payer, payee, amount, number = debtor[i], creditor[i], fen[i], order[i]
        p, into = reserve_of[payer], reserve_of[payee]
        excess[i] = 0
        reason[i] = ENTITLED
        if p != NONE:
            stands = tier[p, payee]
            known = False
            slot = 0
            if number != NONE:
                slot = order_slot(p, number, keys)
                known = keys[slot] != NONE
            if what[payee] == RESERVE_ACCOUNT:
                if stands == SELF:
                    if regime_2013 and not depository[payer] and not depository[payee] and across(bank, payer, payee):
                        reason[i] = PAST_DEPOSITORY
                        excess[i] = amount
                elif regime_2013 or number == NONE:
                    reason[i] = OTHER_RESERVE
                    excess[i] = amount
            elif stands == SELF:
                allowed = max(0, own[p] + fees[p])
                own[p] -= min(amount, allowed)
                excess[i] = max(0, amount - allowed)
                reason[i] = OWN_BEYOND if excess[i] > 0 else ENTITLED
            elif stands == RELATED or what[payee] == WEALTH:  # no more than the client put under his order
                ordered = max(0, order_in[slot] - order_out[slot]) if known else 0
                excess[i] = max(0, amount - ordered)
                if excess[i] > 0:
                    reason[i] = RELATED_NO_ORDER if stands == RELATED else WEALTH_NO_ORDER
            elif number == NONE and what[payee] != MERCHANT and what[payee] != PUBLIC:
                back = min(paid_in[payee], amount)
                paid_in[payee] -= back
                if owner[payee] != NONE:
                    same_name = min(paid_in_by[owner[payee]], amount - back)
                    paid_in_by[owner[payee]] -= same_name
                    back += same_name
                excess[i] = amount - back
                reason[i] = UNKNOWN_PAYEE if excess[i] > 0 else ENTITLED
            if stands == STRANGER and excess[i] == 0 and not known and what[payee] != RESERVE_ACCOUNT:
                fees[p] += amount * SETTLEMENT_FEE_PPM // 1_000_000
            if known and excess[i] < amount:
                book_order(slot, p, number, time[i], 0, amount - excess[i], keys, order_in, order_out, order_last, used, fees)
            plain = stands == STRANGER and excess[i] == 0 and what[payee] != RESERVE_ACCOUNT and what[payee] != PUBLIC
            if regime_2013 and plain and cooperating[payer] and across(bank, payer, payee):
                reason[i] = PAST_DEPOSITORY  # whoever is paid: only the depository bank pays other banks' customers
                excess[i] = amount
        if into != NONE and into != p:
            if interest[i] or tier[into, payer] == SELF or (tier[into, payer] == RELATED and number == NONE):
                own[into] += amount  # a related party that orders is a client like others
            else:
                if owner[payer] != NONE:
                    paid_in_by[owner[payer]] += amount
                else:
                    paid_in[payer] += amount
                if number != NONE:
                    slot = order_slot(into, number, keys)
                    book_order(slot, into, number, time[i], amount, 0, keys, order_in, order_out, order_last, used, fees)


@njit(cache=True)
def keep_orders(old_keys, old_in, old_out, old_last, oldest, keys, order_in, order_out, order_last):
    """Copy the orders that moved since ``oldest`` into an empty table; returns how many."""
    kept = 0
    for s in range(old_keys.shape[0]):
        key = old_keys[s]
        if key == NONE or old_last[s] < oldest:
            continue
        slot = order_slot(key >> 40, key & ((np.int64(1) << 40) - 1), keys)
        keys[slot] = key
        order_in[slot] = old_in[s]
        order_out[slot] = old_out[s]
        order_last[slot] = old_last[s]
        kept += 1
    return kept
