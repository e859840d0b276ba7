"""What every transfer was made of: money followed from account to account as lots, by FIFO, pro-rata or LIFO (§3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.kernels.account_numbers import hash_slots, number_accounts
from chuantou.graph.kernels.lot_pools import book_pools
from chuantou.graph.kernels.lot_queues import book_queues
from chuantou.graph.kernels.lots import (
    BALANCE_OVERFLOW,
    BOOKED,
    OTHER,
    Booking,
    Rules,
    first_unequal_account,
    first_unequal_transfer,
    plain_balances,
)
from chuantou.graph.kernels.trace import hops_from, hops_to

Method = Literal["fifo", "prorata", "lifo"]
Int64s = NDArray[np.int64]

MAX_PIECES = 2**28      # of 16 bytes: 4 GiB. Pro-rata can split each transfer into as many pieces as there are roots
MAX_TRANSFERS = 2**30   # so that label and tie of a lot fit into one int64 when lots are sorted
DUST_FEN = 100          # catalogue §3.6
MAX_LOTS = 10_000       # of one account, catalogue §3.6
EVERY_ROOT = -1
BEYOND = -1             # the index under which roots_of and ends_of add up what lies beyond their limits
DENSE = 4               # account ids below so many times the number of transfers are taken as positions
NO_INTS = np.zeros(0, np.int64)
PLAIN = Rules(NO_INTS, NO_INTS, NO_INTS, 0, 0)


class Ties(NamedTuple):
    """Obligation match (§3.6, golden case G1n): int64[n] ids of repayment plans, orders or claims, -1 for none.

    ``credit``: the obligation under which the payee gets the money; ``debit``: the one whose money the payer has to use
    first. Give them only where the account is a designated custody account: elsewhere the platform writes the ids itself.
    """

    credit: ArrayLike
    debit: ArrayLike


class Buckets(NamedTuple):
    """Dust (§3.6): ``kind`` int64[n] ≥ 0, the kind (origin class, owner, product, day) of the money each transfer brings in.

    A lot credited with less than ``dust_fen``, and every lot of an account with more than ``max_lots`` of them, is kept as
    part of the bucket of its kind: sums stay exact to the fen, the root is known by kind only. An account never holds more
    than the greater of ``max_lots`` and twice its number of kinds. 0 switches either rule off.
    """

    kind: ArrayLike
    dust_fen: int = DUST_FEN
    max_lots: int = MAX_LOTS


@dataclass(frozen=True)
class Lots:
    """Transfers, booked in order, and the roots of their money. Made by :func:`trace_lots`."""

    method: Method
    accounts: Int64s        # [k] account ids by position
    debtor: Int64s          # [n] positions in ``accounts``
    creditor: Int64s
    amount_fen: Int64s
    max_pieces: int
    rules: Rules
    booking: Booking

    def __len__(self) -> int:
        return len(self.amount_fen)

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {account: position for position, account in enumerate(self.accounts.tolist())}

    @cached_property
    def _first_credit(self) -> Int64s:
        first = np.full(len(self.accounts), len(self), np.int64)
        np.minimum.at(first, self.creditor, np.arange(len(self)))
        return first

    def balance_fen(self, account: int) -> int:
        """What the account holds after the last transfer; 0 for an account that no transfer names."""
        position = self._positions.get(account)
        return 0 if position is None else int(self.booking.accounts["fen"][position])

    def roots_of(self, i: int, max_hops: int | None = None, since: int = 0) -> tuple[Int64s, Int64s]:
        """What transfer ``i`` was made of: (root index, fen), ascending by root; the fen add up to its amount.

        A root is the transfer that brought the money in, because its payer's lots did not cover it. A root of ``len(self)
        + kind`` is a bucket of :class:`Buckets`.
        Roots before transfer ``since``, and those from which money needs more than ``max_hops`` transfers to have gone
        through ``i``, are added up as ``BEYOND``. The hops are the least there can have been, so that all methods have
        the same limit.
        """
        pieces = slice(self.booking.start[self._checked(i)], self.booking.start[i + 1])
        roots, fen = self.booking.label[pieces], self.booking.fen[pieces]
        named = roots < len(self)
        beyond = named & (roots < since)
        if max_hops is not None:
            beyond[named] |= hops_to(self.debtor, self.creditor, i)[roots[named]] > max_hops
        return _with_beyond(roots, fen, beyond)

    def ends_of(self, i: int, max_hops: int | None = None, until: int | None = None) -> tuple[Int64s, Int64s]:
        """Where the money of transfer ``i`` rests in the end: (index of the transfer that moved it last, fen),
        ascending by index; the fen add up to the amount of ``i``.

        The payee of that transfer holds it: no account lies outside the transfers, so money can only rest. Money that
        was never paid on ends at ``i`` itself, and so does a transfer to itself.
        Ends after transfer ``until``, and those farther than ``max_hops`` (as in ``roots_of``), are added up as ``BEYOND``.

        All transfers are booked again with the money of ``i`` marked, at the cost of :func:`trace_lots` and without
        buckets. Pro-rata then shares between the marked money, one amount a last transfer, and all other money as one
        amount, so that its odd fen can fall otherwise than in ``roots_of``.
        """
        if self.debtor[self._checked(i)] == self.creditor[i]:
            return np.array([i], np.int64), self.amount_fen[i : i + 1]
        rules = self.rules._replace(dust_fen=0, max_lots=0)
        again = _book(
            self.debtor, self.creditor, self.amount_fen, len(self.accounts), self.method, i, self.max_pieces, rules
        )
        marked = again.lots[1 : again.lots[0]["label"]]
        marked = marked[(marked["fen"] > 0) & (marked["label"] != OTHER)]
        ends, end_of_lot = np.unique(marked["label"], return_inverse=True)
        fen = np.zeros(len(ends), np.int64)
        np.add.at(fen, end_of_lot, marked["fen"])
        beyond = ends > (len(self) if until is None else until)
        if max_hops is not None:
            beyond |= hops_from(self.debtor, self.creditor, i)[ends] > max_hops
        return _with_beyond(ends, fen, beyond)

    def overdrawn(self, i: int) -> bool:
        """Whether the payer of transfer ``i`` was credited before it: what his lots do not cover is then money that nobody
        saw arrive (``OVERDRAFT_OR_UNSEEN``, §3.6), and not that of an account seen here for the first time."""
        return bool(self._first_credit[self.debtor[self._checked(i)]] < i)

    def check(self) -> None:
        """RuntimeError unless money was conserved to the fen: the pieces of every transfer add up to its amount, the lots of
        every account to the balance that a plain sum without lots gives, and no row of the arena is in two lists or lost."""
        i = first_unequal_transfer(self.amount_fen, self.booking.start, self.booking.fen)
        if i >= 0:
            raise RuntimeError(f"the pieces of transfer {i} do not add up to its {self.amount_fen[i]} fen")
        held = plain_balances(self.debtor, self.creditor, self.amount_fen, len(self.accounts))
        position = first_unequal_account(self.booking.accounts, self.booking.lots, held)
        if position == len(self.accounts):
            raise RuntimeError("a row of the arena is in two lists, or in none")
        if position >= 0:
            raise RuntimeError(f"the lots of account {self.accounts[position]} are not its balance of {held[position]} fen")

    def _checked(self, i: int) -> int:
        if not 0 <= i < len(self):
            raise IndexError(f"transfer {i} of {len(self)}")
        return i


def trace_lots(
    debtor: ArrayLike,
    creditor: ArrayLike,
    amount_fen: ArrayLike,
    method: Method = "fifo",
    max_pieces: int = MAX_PIECES,
    ties: Ties | None = None,
    buckets: Buckets | None = None,
) -> Lots:
    """Books transfers (int64[n]: any account ids, amounts > 0 fen) in the given order and remembers whose money moved.

    Every account starts empty and holds what it is credited until it pays it on. The part of a transfer that its
    payer's lots do not cover is new money: its root is the transfer itself. Lots reach the payee in the order in which
    they were taken, new money last. A transfer to itself changes nothing and consists of itself.

    * ``fifo``, ``lifo``: the oldest, or the newest, lot is taken first and the last one taken is split.
    * ``prorata``: one amount a root; a debit takes floor shares and gives what is left over, one fen each, to the
      largest remainders, ties to the lower root.

    What an account held before (``OPENING``), what its bank pays it (``INTEREST_BANK``) and what comes out of an account
    that nobody follows is new money: let an account id of its own pay it. Money that is followed no further is paid to an
    id of its own. Lots of a sub-ledger lie on the sub-ledger's id. An event that was reversed is left out.
    ``ties``: an obligation outranks the order. ``buckets``: crumbs are known by kind only.

    >>> lots = trace_lots([1, 2, 9, 9], [9, 9, 3, 4], [100, 200, 150, 100])
    >>> [part.tolist() for part in lots.roots_of(2)], lots.balance_fen(9)
    ([[0, 1], [100, 50]], 50)

    Raises ``ValueError`` for arrays of different lengths or other numbers than int64, amounts that are not positive or an
    unknown method; ``OverflowError`` if a balance leaves int64; ``MemoryError`` if the transfers split into more than
    ``max_pieces``.
    """
    payer_ids, payee_ids, amount = _int64("debtor", debtor), _int64("creditor", creditor), _int64("amount_fen", amount_fen)
    n = len(amount)
    if not len(payer_ids) == len(payee_ids) == n <= MAX_TRANSFERS:
        raise ValueError(f"{len(payer_ids)} debtors, {len(payee_ids)} creditors, {n} amounts; at most {MAX_TRANSFERS}")
    if n and amount.min() <= 0:
        raise ValueError(f"amount {amount.min()} of transfer {amount.argmin()} is not positive")
    if method not in get_args(Method):
        raise ValueError(f"method {method!r} is none of {', '.join(get_args(Method))}")
    accounts, payer, payee = _numbered(payer_ids, payee_ids)
    rules = _rules(n, ties, buckets)
    booking = _book(payer, payee, amount, len(accounts), method, EVERY_ROOT, max_pieces, rules)
    return Lots(method, accounts, payer, payee, amount, max_pieces, rules, booking)


def _int64(name: str, column: ArrayLike) -> Int64s:
    """A copy as int64[n]; a fraction or a number past int64 is refused, not rounded."""
    given = np.array(column, ndmin=1)
    if given.size and given.dtype.kind not in "iu":
        raise ValueError(f"{name} holds {given.dtype}, not int64")
    if given.dtype.kind == "u" and given.size and given.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} {given.max()} of transfer {given.argmax()} is past int64")
    return given.astype(np.int64, copy=False)


def _numbered(payer: Int64s, payee: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """(account ids, positions of payers, positions of payees); small ids are their own positions."""
    low, high = min(payer.min(initial=0), payee.min(initial=0)), max(payer.max(initial=-1), payee.max(initial=-1))
    if low >= 0 and high < DENSE * len(payer):
        return np.arange(high + 1), payer, payee
    ids, known = np.empty(2 * len(payer), np.int64), 0
    slots, numbers = hash_slots(ids, 0), np.empty((2, len(payer)), np.int64)
    for side, column in enumerate((payer, payee)):
        _, known = number_accounts(column, 0, slots, ids, known, numbers[side])
    return ids[:known].copy(), numbers[0], numbers[1]


def _rules(n: int, ties: Ties | None, buckets: Buckets | None) -> Rules:
    rules = PLAIN
    if ties is not None:
        credit, debit = _int64("credit ties", ties.credit), _int64("debit ties", ties.debit)
        if not len(credit) == len(debit) == n:
            raise ValueError(f"{len(credit)} and {len(debit)} ties for {n} transfers")
        known, dense = np.unique(np.concatenate([credit, debit]), return_inverse=True)
        dense = dense - np.searchsorted(known, 0)     # 0, 1, …, as Rules has them; whatever is negative is no tie
        dense = np.maximum(dense, -1)
        rules = rules._replace(credit_tie=dense[:n].copy(), debit_tie=dense[n:].copy())
    if buckets is not None:
        kind = _int64("bucket kinds", buckets.kind)
        if len(kind) != n or (n and not 0 <= kind.min() <= kind.max() < MAX_TRANSFERS):
            raise ValueError(f"{len(kind)} bucket kinds for {n} transfers, each from 0 to {MAX_TRANSFERS - 1}")
        rules = rules._replace(bucket=kind, dust_fen=buckets.dust_fen, max_lots=buckets.max_lots)
    return rules


def _with_beyond(index: Int64s, fen: Int64s, beyond: NDArray[np.bool_]) -> tuple[Int64s, Int64s]:
    if not beyond.any():
        return index, fen
    return np.concatenate([[BEYOND], index[~beyond]]), np.concatenate([[fen[beyond].sum()], fen[~beyond]])


def _book(
    payer: Int64s, payee: Int64s, amount: Int64s, accounts: int, method: Method, following: int, max_pieces: int, rules: Rules
) -> Booking:
    if method == "prorata":
        booking = book_pools(payer, payee, amount, accounts, following, max_pieces, rules)
    else:
        booking = book_queues(payer, payee, amount, accounts, method == "lifo", following, max_pieces, rules)
    if booking.status == BALANCE_OVERFLOW:
        raise OverflowError(f"transfer {booking.booked} brings a balance past int64 fen")
    if booking.status != BOOKED:
        raise MemoryError(f"transfer {booking.booked} is past {max_pieces} pieces: raise max_pieces, or trace fewer")
    return booking
