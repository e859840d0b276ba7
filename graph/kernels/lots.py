"""Every account holds money in labelled lots, a transfer moves lots from payer to payee (catalogue §3.6).

The lots of all accounts live in one arena: each account is a linked list in it, a lot is one row, so that a step costs
one cache line. ``following`` says what a label means:

* ``following < 0``: the root. New money of transfer *i* is labelled *i*, and a label never changes.
* ``following = f``: the last transfer that moved the money of transfer *f*; all other money is ``OTHER``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

OTHER = -1                  # label of money that nobody asked about; lower than every transfer index
NONE = 0                    # end of a list of lots: row 0 of the arena is never a lot
INT64_MAX = 2**63 - 1
BOOKED, BALANCE_OVERFLOW, TOO_MANY_PIECES = 0, 1, 2

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Lots = NDArray[np.void]     # of LOT
Accounts = NDArray[np.void]     # of ACCOUNT

LOT = np.dtype([("fen", np.int64), ("label", np.int64), ("after", np.int64)])       # after: the next lot of the account
ACCOUNT = np.dtype([("first", np.int64), ("last", np.int64), ("n_lots", np.int64), ("fen", np.int64)])


class Booking(NamedTuple):
    """What transfers were made of, and what is left.

    ``booked``: how many transfers, all of them if ``status`` is ``BOOKED``, else those before the one that was refused.
    Pieces ``start[i]:start[i + 1]`` of ``label``, ``fen`` are transfer *i*, ascending by label.
    ``accounts``, ``lots``: what is left. A lot with 0 fen is not in use.
    """

    status: int
    booked: int
    start: Ints
    label: Ints
    fen: Ints
    accounts: Accounts
    lots: Lots


@njit(cache=True)
def empty_lots(size: int) -> Lots:
    """An arena with room for ``size`` lots. Row 0 is never a lot: it heads the list of free rows."""
    lots = np.zeros(size + 1, LOT)
    for lot in range(size):
        lots[lot]["after"] = lot + 1      # the last row keeps 0: no more
    return lots


@njit(cache=True)
def put(accounts: Accounts, lots: Lots, account: int, fen: int, label: int, newest_first: bool) -> None:
    """Adds money to be taken last, first if ``newest_first``. It joins a neighbour of its label: no debit can tell."""
    holder = accounts[account]
    holder["fen"] += fen
    neighbour = holder["first"] if newest_first else holder["last"]
    if neighbour != NONE and lots[neighbour]["label"] == label:
        lots[neighbour]["fen"] += fen
        return
    new = lots[0]["after"]
    lots[0]["after"] = lots[new]["after"]
    lots[new]["fen"], lots[new]["label"] = fen, label
    holder["n_lots"] += 1
    if newest_first:
        lots[new]["after"] = neighbour
        holder["first"] = new
        return
    lots[new]["after"] = NONE
    holder["last"] = new
    if neighbour == NONE:
        holder["first"] = new
    else:
        lots[neighbour]["after"] = new


@njit(cache=True)
def take(accounts: Accounts, lots: Lots, account: int, wanted: int) -> int:
    """Takes up to ``wanted`` fen from the first lot of an account that has one, and frees the lot if that was all."""
    holder = accounts[account]
    lot = holder["first"]
    held = lots[lot]["fen"]
    if held > wanted:
        lots[lot]["fen"] = held - wanted
        holder["fen"] -= wanted
        return wanted
    holder["fen"] -= held
    holder["n_lots"] -= 1
    holder["first"] = lots[lot]["after"]
    if holder["first"] == NONE:
        holder["last"] = NONE
    lots[lot]["fen"] = 0
    lots[lot]["after"] = lots[0]["after"]
    lots[0]["after"] = lot
    return held


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
def _longer(array: Ints, length: int) -> Ints:
    copy = np.zeros(length, np.int64)
    copy[: array.shape[0]] = array
    return copy


@njit(cache=True)
def _sort_and_join(label: Ints, fen: Ints, start: int, stop: int) -> int:
    """Orders pieces ``start:stop`` by label, adds up those of one label, returns the new stop."""
    order = np.argsort(label[start:stop], kind="mergesort")
    labels, amounts = label[start:stop][order], fen[start:stop][order]
    last = start - 1
    for piece in range(order.shape[0]):
        if piece == 0 or labels[piece] != labels[piece - 1]:
            last += 1
            label[last], fen[last] = labels[piece], 0
        fen[last] += amounts[piece]
    return last + 1


@njit(cache=True)
def _new_label(i: int, following: int) -> int:
    return i if following < 0 else OTHER


@njit(cache=True)
def _moved_label(label: int, i: int, following: int) -> int:
    """The label of money that transfer ``i`` has moved."""
    if following < 0:
        return label
    return i if i == following or label != OTHER else OTHER


@njit(cache=True)
def book_queues(
    debtor: Ints, creditor: Ints, amount: Ints, n_accounts: int, newest_first: bool, following: int, max_pieces: int
) -> Booking:
    """FIFO, or LIFO if ``newest_first``. Lots arrive in the order in which they were taken, new money last."""
    n = debtor.shape[0]
    # a transfer adds one lot at most: it splits the last lot it takes, or it takes all and brings new money
    accounts, lots = np.zeros(n_accounts, ACCOUNT), empty_lots(n)
    start, label, fen = np.zeros(n + 1, np.int64), np.zeros(2 * n, np.int64), np.zeros(2 * n, np.int64)
    status, booked = BOOKED, n
    for i in range(n):
        payer, payee, missing, piece = debtor[i], creditor[i], amount[i], start[i]
        stays, ascending, previous = payer == payee, True, OTHER - 1
        if not stays and accounts[payee]["fen"] > INT64_MAX - missing:
            status, booked = BALANCE_OVERFLOW, i
            break
        most = piece + accounts[payer]["n_lots"] + 1
        if most > label.shape[0]:
            label, fen = _longer(label, 2 * most), _longer(fen, 2 * most)
        while missing > 0:
            taken, moved = _new_label(i, following), missing
            if not stays:
                if accounts[payer]["first"] != NONE:
                    taken = lots[accounts[payer]["first"]]["label"]
                    moved = take(accounts, lots, payer, missing)
                put(accounts, lots, payee, moved, _moved_label(taken, i, following), newest_first)
            label[piece], fen[piece] = taken, moved
            ascending, previous = ascending and taken > previous, taken
            missing -= moved
            piece += 1
        start[i + 1] = piece if ascending else _sort_and_join(label, fen, start[i], piece)
        if start[i + 1] > max_pieces:
            status, booked = TOO_MANY_PIECES, i
            break
    return Booking(status, booked, start, label, fen, accounts, lots)


@njit(cache=True)
def _with_room(lots: Lots, in_use: int, needed: int) -> Lots:
    """The same arena with at least ``needed`` free rows; it doubles, so that copying stays linear."""
    size = lots.shape[0] - 1
    if size - in_use >= needed:
        return lots
    larger = empty_lots(max(2 * size, in_use + needed))
    larger[larger.shape[0] - 1]["after"] = lots[0]["after"]
    larger[: size + 1] = lots
    larger[0]["after"] = size + 1
    return larger


@njit(cache=True)
def _debit_pool(accounts: Accounts, lots: Lots, account: int, debit: int, label: Ints, fen: Ints, piece: int) -> int:
    """Takes ``debit`` fen by share, writes the pieces from ``piece`` on and returns where they end."""
    holder = accounts[account]
    parts, shares = np.empty(holder["n_lots"], np.int64), np.empty(holder["n_lots"], np.int64)
    lot = holder["first"]
    for position in range(parts.shape[0]):
        parts[position] = lots[lot]["fen"]
        lot = lots[lot]["after"]
    share_out(parts, debit, holder["fen"], shares)
    holder["fen"] -= debit
    before, lot = NONE, holder["first"]
    for position in range(parts.shape[0]):
        after = lots[lot]["after"]
        if shares[position] > 0:
            label[piece], fen[piece] = lots[lot]["label"], shares[position]
            piece += 1
        lots[lot]["fen"] -= shares[position]
        if lots[lot]["fen"] > 0:
            before = lot
        else:
            holder["n_lots"] -= 1
            if before == NONE:
                holder["first"] = after
            else:
                lots[before]["after"] = after
            lots[lot]["after"] = lots[0]["after"]
            lots[0]["after"] = lot
        lot = after
    return piece


@njit(cache=True)
def _credit_pool(
    accounts: Accounts, lots: Lots, account: int, label: Ints, fen: Ints, i: int, following: int
) -> None:
    """Merges pieces, ascending by label, into the pool, which ascends by label too and holds one lot a label."""
    holder = accounts[account]
    before, lot = NONE, holder["first"]
    for piece in range(label.shape[0]):
        wanted = _moved_label(label[piece], i, following)
        holder["fen"] += fen[piece]
        while lot != NONE and lots[lot]["label"] < wanted:
            before, lot = lot, lots[lot]["after"]
        if lot != NONE and lots[lot]["label"] == wanted:
            lots[lot]["fen"] += fen[piece]
            continue
        new = lots[0]["after"]
        lots[0]["after"] = lots[new]["after"]
        lots[new]["label"], lots[new]["fen"], lots[new]["after"] = wanted, fen[piece], lot
        holder["n_lots"] += 1
        if before == NONE:
            holder["first"] = new
        else:
            lots[before]["after"] = new
        lot = new


@njit(cache=True)
def book_pools(
    debtor: Ints, creditor: Ints, amount: Ints, n_accounts: int, following: int, max_pieces: int
) -> Booking:
    """Pro-rata: an account holds one lot a label and pays with shares of all (``share_out``)."""
    n = debtor.shape[0]
    accounts, lots, in_use = np.zeros(n_accounts, ACCOUNT), empty_lots(n), 0
    start, label, fen = np.zeros(n + 1, np.int64), np.zeros(2 * n, np.int64), np.zeros(2 * n, np.int64)
    status, booked = BOOKED, n
    for i in range(n):
        payer, payee, piece = debtor[i], creditor[i], start[i]
        stays = payer == payee
        if not stays and accounts[payee]["fen"] > INT64_MAX - amount[i]:
            status, booked = BALANCE_OVERFLOW, i
            break
        debit = 0 if stays else min(accounts[payer]["fen"], amount[i])
        most = piece + 1 if debit == 0 else piece + accounts[payer]["n_lots"] + 1
        if most > label.shape[0]:
            label, fen = _longer(label, 2 * most), _longer(fen, 2 * most)
        if debit > 0:
            in_use -= accounts[payer]["n_lots"]
            piece = _debit_pool(accounts, lots, payer, debit, label, fen, piece)
            in_use += accounts[payer]["n_lots"]
        if debit < amount[i]:
            label[piece], fen[piece] = _new_label(i, following), amount[i] - debit
            piece += 1
        # by root the pieces ascend: new money is the newest root. Other money does not follow itself that way
        start[i + 1] = piece if following < 0 else _sort_and_join(label, fen, start[i], piece)
        if start[i + 1] > max_pieces:
            status, booked = TOO_MANY_PIECES, i
            break
        if not stays:
            pieces = slice(start[i], start[i + 1])
            lots = _with_room(lots, in_use, start[i + 1] - start[i])
            in_use -= accounts[payee]["n_lots"]
            _credit_pool(accounts, lots, payee, label[pieces], fen[pieces], i, following)
            in_use += accounts[payee]["n_lots"]
    return Booking(status, booked, start, label, fen, accounts, lots)
