"""Every account holds money in labelled lots, a transfer moves lots from payer to payee (catalogue §3.6).

The lots of all accounts live in one arena: each account is a linked list in it, a lot is one row, so that a step costs
one cache line. ``following`` says what a label means:

* ``following < 0``: the root. New money of transfer *i* is labelled *i*, and a label never changes.
* ``following = f``: the last transfer that moved the money of transfer *f*; all other money is ``OTHER``.

Labels from the number of transfers on are buckets: crumbs of many roots of one kind, kept as one lot (``Rules``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

OTHER = -1                  # label of money that nobody asked about; lower than every transfer index
NONE = 0                    # end of a list of lots: row 0 of the arena is never a lot
UNTIED = -1                 # money that no obligation has a claim to; a transfer that settles none
INT64_MAX = 2**63 - 1
BOOKED, BALANCE_OVERFLOW, TOO_MANY_PIECES, PIECES_FULL = range(4)
FIRST_LOTS = 1_024          # rows of a new arena of pools; it doubles, so that a lot costs 64 bytes at most
FEW = 24                    # up to so many pieces are sorted in place

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Lots = NDArray[np.void]     # of LOT
Accounts = NDArray[np.void]     # of ACCOUNT

# after: the next lot of the account; tie: the obligation under which the money came in
LOT = np.dtype([("fen", np.int64), ("label", np.int64), ("after", np.int64), ("tie", np.int64)])
# folded: how many lots were left when the account was last folded into buckets
ACCOUNT = np.dtype([("first", np.int64), ("last", np.int64), ("fen", np.int64), ("n_lots", np.int32), ("folded", np.int32)])


class Rules(NamedTuple):
    """Departures from the plain order, int64[n] each, or int64[0] for none.

    ``credit_tie``: the obligation that the payee's money is tied to from now on; ``debit_tie``: the one whose money is
    taken before all other (``UNTIED``: neither). ``bucket``: 0, 1, …, the kind of the money that transfer *i* brings in.
    A credited lot of less than ``dust_fen`` joins the bucket of its kind, and so do all lots of an account that has more
    than ``max_lots``, or twice as many as there were after it was last folded.
    """

    credit_tie: Ints
    debit_tie: Ints
    bucket: Ints
    dust_fen: int
    max_lots: int


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
    """An arena with room for ``size`` lots. Row 0 is never a lot: ``after`` heads the list of rows that were given back,
    ``label`` is the first row that was never used."""
    lots = np.zeros(size + 1, LOT)
    lots[0]["label"] = 1
    return lots


@njit(cache=True)
def room_for(lots: Lots, in_use: int, needed: int) -> Lots:
    """The same arena with at least ``needed`` free rows; it doubles, so that copying stays linear."""
    size = lots.shape[0] - 1
    if size - in_use >= needed:
        return lots
    larger = np.zeros(max(2 * size, in_use + needed) + 1, LOT)
    larger[: size + 1] = lots
    return larger


@njit(cache=True, inline="always")
def new_lot(lots: Lots, fen: int, label: int, tie: int, after: int) -> int:
    """A free row with these contents; there must be one."""
    new = lots[0]["after"]
    if new == NONE:
        new = lots[0]["label"]
        lots[0]["label"] = new + 1
    else:
        lots[0]["after"] = lots[new]["after"]
    lots[new]["fen"], lots[new]["label"], lots[new]["tie"], lots[new]["after"] = fen, label, tie, after
    return new


@njit(cache=True)
def free_lot(lots: Lots, lot: int) -> None:
    lots[lot]["fen"] = 0
    lots[lot]["after"] = lots[0]["after"]
    lots[0]["after"] = lot


@njit(cache=True, inline="always")
def put(accounts: Accounts, lots: Lots, account: int, fen: int, label: int, tie: int, newest_first: bool) -> None:
    """Adds money to be taken last, first if ``newest_first``. It joins a neighbour of its label and tie: no debit can tell."""
    holder = accounts[account]
    holder["fen"] += fen
    neighbour = holder["first"] if newest_first else holder["last"]
    if neighbour != NONE and lots[neighbour]["label"] == label and lots[neighbour]["tie"] == tie:
        lots[neighbour]["fen"] += fen
        return
    holder["n_lots"] += 1
    if newest_first:
        holder["first"] = new_lot(lots, fen, label, tie, neighbour)
        if neighbour == NONE:
            holder["last"] = holder["first"]
        return
    new = new_lot(lots, fen, label, tie, NONE)
    holder["last"] = new
    if neighbour == NONE:
        holder["first"] = new
    else:
        lots[neighbour]["after"] = new


@njit(cache=True)
def take(accounts: Accounts, lots: Lots, account: int, before: int, wanted: int) -> int:
    """Takes up to ``wanted`` fen from the lot after ``before`` (``NONE``: the first), and frees it if that was all."""
    holder = accounts[account]
    lot = holder["first"] if before == NONE else lots[before]["after"]
    held = lots[lot]["fen"]
    if held > wanted:
        lots[lot]["fen"] = held - wanted
        holder["fen"] -= wanted
        return wanted
    unlink(accounts, lots, account, before, lot)
    holder["fen"] -= held
    return held


@njit(cache=True)
def unlink(accounts: Accounts, lots: Lots, account: int, before: int, lot: int) -> None:
    """Frees ``lot``, which follows ``before`` (``NONE``: is the first)."""
    holder = accounts[account]
    after = lots[lot]["after"]
    holder["n_lots"] -= 1
    if before == NONE:
        holder["first"] = after
    else:
        lots[before]["after"] = after
    if after == NONE:
        holder["last"] = before
    free_lot(lots, lot)


@njit(cache=True)
def label_in_account(label: int, fen: int, n: int, bucket: Ints, dust_fen: int) -> int:
    """Under which label a lot arrives: its own, or its bucket's if it is a crumb. ``n``: number of transfers."""
    return n + bucket[label] if fen < dust_fen and 0 <= label < n else label


@njit(cache=True)
def is_full(accounts: Accounts, account: int, max_lots: int) -> bool:
    """Whether the account has to be folded."""
    return 0 < max_lots < accounts[account]["n_lots"] and accounts[account]["n_lots"] > 2 * accounts[account]["folded"]


@njit(cache=True)
def fold(accounts: Accounts, lots: Lots, account: int, n: int, bucket: Ints, by_label: bool) -> None:
    """Turns all lots of an account into buckets, one lot a bucket and tie, sums kept. A bucket stands where its first lot
    stood, or ``by_label``, which leaves the list ascending by label and tie."""
    holder = accounts[account]
    count = holder["n_lots"]
    rows, keys = np.empty(count, np.int64), np.empty(count, np.int64)
    lot = holder["first"]
    for place in range(count):
        label = lots[lot]["label"]
        lots[lot]["label"] = n + bucket[label] if 0 <= label < n else label
        rows[place], keys[place] = lot, lots[lot]["label"] * 2**31 + lots[lot]["tie"] + 1
        lot = lots[lot]["after"]
    order = np.argsort(keys, kind="mergesort")
    stays = np.zeros(count, np.bool_)
    leader = 0
    for rank in range(count):
        place = order[rank]
        if rank == 0 or keys[place] != keys[leader]:
            leader, stays[place] = place, True
        else:
            lots[rows[leader]]["fen"] += lots[rows[place]]["fen"]
            free_lot(lots, rows[place])
    before, kept = NONE, 0
    for rank in range(count):
        place = order[rank] if by_label else rank
        if stays[place]:
            if before == NONE:
                holder["first"] = rows[place]
            else:
                lots[before]["after"] = rows[place]
            before = rows[place]
            kept += 1
    lots[before]["after"] = NONE
    holder["last"], holder["n_lots"], holder["folded"] = before, kept, kept


@njit(cache=True)
def longer(array: Ints, length: int) -> Ints:
    copy = np.empty(length, np.int64)
    copy[: array.shape[0]] = array
    return copy


@njit(cache=True)
def _sort_many(label: Ints, fen: Ints, start: int, stop: int) -> None:
    order = np.argsort(label[start:stop], kind="mergesort")
    label[start:stop], fen[start:stop] = label[start:stop][order], fen[start:stop][order]


@njit(cache=True)
def sort_and_join(label: Ints, fen: Ints, start: int, stop: int) -> int:
    """Orders pieces ``start:stop`` by label, adds up those of one label, returns the new stop."""
    if stop - start > FEW:
        _sort_many(label, fen, start, stop)
    for piece in range(start + 1, stop):    # sorts few in place, and finds many sorted
        moving, amount, place = label[piece], fen[piece], piece
        while place > start and label[place - 1] > moving:
            label[place], fen[place] = label[place - 1], fen[place - 1]
            place -= 1
        label[place], fen[place] = moving, amount
    last = start
    for piece in range(start + 1, stop):
        if label[piece] == label[last]:
            fen[last] += fen[piece]
        else:
            last += 1
            label[last], fen[last] = label[piece], fen[piece]
    return last + 1


@njit(cache=True)
def new_label(i: int, following: int) -> int:
    return i if following < 0 else OTHER


@njit(cache=True)
def moved_label(label: int, i: int, following: int) -> int:
    """The label of money that transfer ``i`` has moved."""
    if following < 0:
        return label
    return i if i == following or label != OTHER else OTHER


@njit(cache=True)
def plain_balances(debtor: Ints, creditor: Ints, amount: Ints, n_accounts: int) -> Ints:
    """What every account holds after the transfers, told without lots."""
    held = np.zeros(n_accounts, np.int64)
    for i in range(debtor.shape[0]):
        if debtor[i] != creditor[i]:
            held[debtor[i]] -= min(held[debtor[i]], amount[i])
            held[creditor[i]] += amount[i]
    return held


@njit(cache=True)
def first_unequal_transfer(amount: Ints, start: Ints, fen: Ints) -> int:
    """The first transfer whose pieces are not all positive or do not add up to its amount, -1 if there is none."""
    for i in range(amount.shape[0]):
        left = amount[i]
        for piece in range(start[i], start[i + 1]):
            if not 0 < fen[piece] <= left:
                return i
            left -= fen[piece]
        if left != 0:
            return i
    return -1


@njit(cache=True)
def first_unequal_account(accounts: Accounts, lots: Lots, held: Ints) -> int:
    """The first account whose lots are not all positive and its own, or do not add up to ``held``; -1 if there is none.

    The account after the last stands for the free list: rows that are in no list, or in two.
    """
    seen = np.zeros(lots.shape[0], np.bool_)
    for account in range(accounts.shape[0]):
        holder = accounts[account]
        lot, last, left, count = holder["first"], NONE, held[account], 0
        while lot != NONE:
            if seen[lot] or not 0 < lots[lot]["fen"] <= left:
                return account
            seen[lot] = True
            left -= lots[lot]["fen"]
            count += 1
            last, lot = lot, lots[lot]["after"]
        if left != 0 or holder["fen"] != held[account] or holder["n_lots"] != count or holder["last"] != last:
            return account
    lot = lots[0]["after"]
    while lot != NONE and not seen[lot]:
        seen[lot] = True
        lot = lots[lot]["after"]
    whole = lot == NONE and seen[1 : lots[0]["label"]].all() and not seen[lots[0]["label"] :].any()
    return -1 if whole else accounts.shape[0]
