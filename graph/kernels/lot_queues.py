"""First in first out, or last in first out: an account is a queue of lots, and a debit takes from its front."""

from __future__ import annotations

import numpy as np
from numba import njit

from chuantou.graph.kernels.lots import (
    ACCOUNT,
    BALANCE_OVERFLOW,
    BOOKED,
    FEW,
    INT64_MAX,
    LOT,
    NONE,
    PIECES_FULL,
    TOO_MANY_PIECES,
    UNTIED,
    Accounts,
    Booking,
    Ints,
    Lots,
    Rules,
    fold,
    is_full,
    label_in_account,
    moved_label,
    new_label,
    put,
    sort_and_join,
    take,
)
from chuantou.graph.kernels.prefetch import AHEAD, prefetch

MISSING = -1
PIECES = 4      # of a transfer: room at the start; memory that is never written costs nothing
ACCOUNT_WORDS, LOT_WORDS = ACCOUNT.itemsize // 8, LOT.itemsize // 8     # numba has no address of a record


@njit(cache=True)
def before_tied(accounts: Accounts, lots: Lots, account: int, tie: int) -> int:
    """The lot before the first one with that tie, ``NONE`` if that is the first of all, ``MISSING`` if there is none."""
    before, lot = NONE, accounts[account]["first"]
    while lot != NONE and lots[lot]["tie"] != tie:
        before, lot = lot, lots[lot]["after"]
    return MISSING if lot == NONE else before


@njit(cache=True, nogil=True)
def walk_queues(
    at: int, debtor: Ints, creditor: Ints, amount: Ints, newest_first: bool, following: int, max_pieces: int, rules: Rules,
    accounts: Accounts, lots: Lots, start: Ints, label: Ints, fen: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Books from transfer ``at`` on; returns the first that is not booked, and why.

    A transfer adds one lot at most: it splits the last lot it takes, or it takes all and brings new money.
    Whatever is called for every transfer has no loop: a function with one counts references to its arrays (4 × 5 ns).
    """
    n = debtor.shape[0]
    credit_ties, debit_ties, bucket, dust_fen, max_lots = rules
    account_lines, lot_lines = accounts["fen"], lots["fen"]
    for i in range(at, n):
        ahead, sooner, soon = i + AHEAD, i + AHEAD // 2, i + AHEAD // 4
        if ahead < n:
            prefetch(account_lines, ACCOUNT_WORDS * debtor[ahead])
            prefetch(account_lines, ACCOUNT_WORDS * creditor[ahead])
            prefetch(lot_lines, LOT_WORDS * accounts[debtor[sooner]]["first"])
            prefetch(lot_lines, LOT_WORDS * accounts[creditor[sooner]]["last"])
            prefetch(lot_lines, LOT_WORDS * lots[accounts[debtor[soon]]["first"]]["after"])
        payer, payee, missing, piece, in_order = debtor[i], creditor[i], amount[i], start[i], True
        stays = payer == payee
        if not stays and accounts[payee]["fen"] > INT64_MAX - missing:
            return i, BALANCE_OVERFLOW
        if piece + accounts[payer]["n_lots"] + 1 > label.shape[0]:
            return i, PIECES_FULL
        debit_tie = debit_ties[i] if debit_ties.shape[0] else UNTIED
        credit_tie = credit_ties[i] if credit_ties.shape[0] else UNTIED
        while missing > 0:
            taken, moved, before = new_label(i, following), missing, NONE
            if not stays:
                first = accounts[payer]["first"]
                if first != NONE:
                    if debit_tie != UNTIED:
                        before = before_tied(accounts, lots, payer, debit_tie)
                        if before == MISSING:       # the rest is taken in the plain order
                            debit_tie, before = UNTIED, NONE
                    taken = lots[first if before == NONE else lots[before]["after"]]["label"]
                    moved = take(accounts, lots, payer, before, missing)
                arrives = label_in_account(moved_label(taken, i, following), moved, n, bucket, dust_fen)
                put(accounts, lots, payee, moved, arrives, credit_tie, newest_first)
            missing -= moved
            place = piece
            if in_order and piece - start[i] < FEW:
                while place > start[i] and label[place - 1] > taken:
                    label[place], fen[place] = label[place - 1], fen[place - 1]
                    place -= 1
            in_order &= place == start[i] or label[place - 1] < taken
            label[place], fen[place] = taken, moved
            piece += 1
        if not in_order:
            piece = sort_and_join(label, fen, start[i], piece)
        if is_full(accounts, payee, max_lots):
            fold(accounts, lots, payee, n, bucket, False)
        if piece > max_pieces:
            return i, TOO_MANY_PIECES
        start[i + 1] = piece
    return n, BOOKED


def book_queues(
    debtor: Ints, creditor: Ints, amount: Ints, n_accounts: int, newest_first: bool, following: int, max_pieces: int,
    rules: Rules,
) -> Booking:  # fmt: skip
    """FIFO, or LIFO if ``newest_first``. Lots arrive in the order in which they were taken, new money last.

    The arrays are numpy's own, which lie in huge pages: in small ones half of the time goes to finding a lot's page.
    """
    n = len(debtor)
    accounts, lots = np.zeros(n_accounts, ACCOUNT), np.empty(n + 2, LOT)    # see walk_queues: one lot a transfer at most
    lots[0] = 0, 1, NONE, UNTIED
    start, label, fen = np.zeros(n + 1, np.int64), np.empty(PIECES * n, np.int64), np.empty(PIECES * n, np.int64)
    booked, status = 0, PIECES_FULL
    while True:
        booked, status = walk_queues(
            booked, debtor, creditor, amount, newest_first, following, max_pieces, rules, accounts, lots, start, label, fen
        )
        if status != PIECES_FULL:
            return Booking(status, booked, start, label, fen, accounts, lots[: lots[0]["label"]])
        more = start[booked] + accounts[debtor[booked]]["n_lots"] + 1
        label, fen = (np.concatenate([column, np.empty(more, np.int64)]) for column in (label, fen))
