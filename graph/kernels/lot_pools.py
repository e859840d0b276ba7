"""Pro-rata: an account is a pool, and a debit takes a share of every lot; odd fen go to the largest remainders."""

from __future__ import annotations

import numpy as np
from numba import njit

from chuantou.graph.kernels.lots import (
    ACCOUNT,
    BALANCE_OVERFLOW,
    BOOKED,
    FIRST_LOTS,
    INT64_MAX,
    NONE,
    TOO_MANY_PIECES,
    UNTIED,
    Accounts,
    Booking,
    Ints,
    Lots,
    Rules,
    empty_lots,
    fold,
    is_full,
    label_in_account,
    longer,
    moved_label,
    new_label,
    new_lot,
    room_for,
    sort_and_join,
    unlink,
)


@njit(cache=True)
def share(part: int, debit: int, total: int) -> tuple[int, int]:
    """Quotient and remainder of ``part * debit / total``, 0 <= part, debit <= total, exact for every total in int64."""
    if debit == 0 or part <= INT64_MAX // debit:
        product = part * debit
        return product // total, product % total
    quotient, rest, bit = 0, 0, 62
    while debit >> bit == 0:
        bit -= 1
    while bit >= 0:         # long multiplication by the bits of debit, kept below total: no sum leaves int64
        quotient *= 2
        if rest >= total - rest:
            rest -= total - rest
            quotient += 1
        else:
            rest += rest
        if debit >> bit & 1:
            if rest >= total - part:
                rest -= total - part
                quotient += 1
            else:
                rest += part
        bit -= 1
    return quotient, rest


@njit(cache=True)
def share_out(parts: Ints, debit: int, total: int, shares: Ints) -> None:
    """Splits ``debit`` over ``parts`` (sum ``total`` >= debit) into ``shares``: floor shares, and what is left over one
    fen each to the largest remainders, ties to the lower position. No share exceeds its part."""
    if debit == total:
        shares[:] = parts
        return
    rests = np.empty(parts.shape[0], np.int64)
    left = debit
    for position in range(parts.shape[0]):
        shares[position], rests[position] = share(parts[position], debit, total)
        left -= shares[position]
    if left > 0:
        for position in np.argsort(-rests, kind="mergesort")[:left]:
            shares[position] += 1


@njit(cache=True)
def shares_of(accounts: Accounts, lots: Lots, account: int, debit: int, tie: int) -> Ints:
    """What a debit takes of each lot of an account, in their order: first of those with its tie, then of the others."""
    holder = accounts[account]
    tied, untied = np.zeros(holder["n_lots"], np.int64), np.zeros(holder["n_lots"], np.int64)
    lot = holder["first"]
    for position in range(tied.shape[0]):
        if tie != UNTIED and lots[lot]["tie"] == tie:
            tied[position] = lots[lot]["fen"]
        else:
            untied[position] = lots[lot]["fen"]
        lot = lots[lot]["after"]
    held = tied.sum()
    first = min(debit, held)
    shares, others = np.zeros(tied.shape[0], np.int64), np.zeros(tied.shape[0], np.int64)
    if first > 0:
        share_out(tied, first, held, shares)
    if debit > first:
        share_out(untied, debit - first, holder["fen"] - held, others)
    return shares + others


@njit(cache=True)
def _debit_pool(
    accounts: Accounts, lots: Lots, account: int, debit: int, tie: int, label: Ints, fen: Ints, piece: int
) -> int:
    """Takes ``debit`` fen by share, writes the pieces from ``piece`` on and returns where they end."""
    holder = accounts[account]
    shares = shares_of(accounts, lots, account, debit, tie)
    holder["fen"] -= debit
    before, lot = NONE, holder["first"]
    for position in range(shares.shape[0]):
        after = lots[lot]["after"]
        if shares[position] > 0:
            label[piece], fen[piece] = lots[lot]["label"], shares[position]
            piece += 1
        lots[lot]["fen"] -= shares[position]
        if lots[lot]["fen"] > 0:
            before = lot
        else:
            unlink(accounts, lots, account, before, lot)
        lot = after
    return piece


@njit(cache=True)
def _credit_pool(accounts: Accounts, lots: Lots, account: int, label: Ints, fen: Ints, tie: int) -> None:
    """Merges pieces, ascending by label, into the pool, which ascends by label and tie and holds one lot of each."""
    holder = accounts[account]
    before, lot = NONE, holder["first"]
    last = holder["last"]
    if last != NONE and lots[last]["label"] < label[0]:     # new roots come last
        before, lot = last, NONE
    for piece in range(label.shape[0]):
        wanted = label[piece]
        holder["fen"] += fen[piece]
        while lot != NONE and (lots[lot]["label"] < wanted or (lots[lot]["label"] == wanted and lots[lot]["tie"] < tie)):
            before, lot = lot, lots[lot]["after"]
        if lot != NONE and lots[lot]["label"] == wanted and lots[lot]["tie"] == tie:
            lots[lot]["fen"] += fen[piece]
            continue
        new = new_lot(lots, fen[piece], wanted, tie, lot)
        holder["n_lots"] += 1
        if before == NONE:
            holder["first"] = new
        else:
            lots[before]["after"] = new
        if lot == NONE:
            holder["last"] = new
        lot = new


@njit(cache=True)
def _arriving(label: Ints, fen: Ints, i: int, following: int, n: int, rules: Rules) -> tuple[Ints, Ints]:
    """The pieces of transfer ``i`` as its payee holds them: (labels ascending, fen)."""
    labels, amounts = np.empty_like(label), fen.copy()
    for piece in range(label.shape[0]):
        labels[piece] = label_in_account(moved_label(label[piece], i, following), fen[piece], n, rules.bucket, rules.dust_fen)
    stop = sort_and_join(labels, amounts, 0, labels.shape[0])
    return labels[:stop], amounts[:stop]


@njit(cache=True)
def book_pools(
    debtor: Ints, creditor: Ints, amount: Ints, n_accounts: int, following: int, max_pieces: int, rules: Rules
) -> Booking:
    """Pro-rata: an account holds one lot a label and tie, and pays with shares of all (``share_out``)."""
    n = debtor.shape[0]
    accounts, lots, in_use = np.zeros(n_accounts, ACCOUNT), empty_lots(min(n, FIRST_LOTS) + 1), 0
    start, label, fen = np.zeros(n + 1, np.int64), np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
    for i in range(n):
        payer, payee, piece = debtor[i], creditor[i], start[i]
        stays = payer == payee
        if not stays and accounts[payee]["fen"] > INT64_MAX - amount[i]:
            return Booking(BALANCE_OVERFLOW, i, start, label, fen, accounts, lots)
        debit = 0 if stays else min(accounts[payer]["fen"], amount[i])
        most = piece + 1 if debit == 0 else piece + accounts[payer]["n_lots"] + 1
        if most > label.shape[0]:
            label, fen = longer(label, 2 * most), longer(fen, 2 * most)
        if debit > 0:
            tie = rules.debit_tie[i] if rules.debit_tie.shape[0] else UNTIED
            in_use -= accounts[payer]["n_lots"]
            piece = _debit_pool(accounts, lots, payer, debit, tie, label, fen, piece)
            in_use += accounts[payer]["n_lots"]
        if debit < amount[i]:
            label[piece], fen[piece] = new_label(i, following), amount[i] - debit
            piece += 1
        stop = sort_and_join(label, fen, start[i], piece)
        if stop > max_pieces:
            return Booking(TOO_MANY_PIECES, i, start, label, fen, accounts, lots)
        start[i + 1] = stop
        if not stays:
            labels, amounts = _arriving(label[start[i] : stop], fen[start[i] : stop], i, following, n, rules)
            lots = room_for(lots, in_use, labels.shape[0])
            in_use -= accounts[payee]["n_lots"]
            tie = rules.credit_tie[i] if rules.credit_tie.shape[0] else UNTIED
            _credit_pool(accounts, lots, payee, labels, amounts, tie)
            if is_full(accounts, payee, rules.max_lots):
                fold(accounts, lots, payee, n, rules.bucket, True)
            in_use += accounts[payee]["n_lots"]
    return Booking(BOOKED, n, start, label, fen, accounts, lots)
