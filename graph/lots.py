"""What every transfer was made of: money followed from account to account as lots, by FIFO, pro-rata or LIFO (§3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.kernels.lots import BALANCE_OVERFLOW, BOOKED, OTHER, Booking, book_pools, book_queues

Method = Literal["fifo", "prorata", "lifo"]
Int64s = NDArray[np.int64]

MAX_PIECES = 2**28      # of 16 bytes: 4 GiB. Pro-rata can split each transfer into as many pieces as there are roots
EVERY_ROOT = -1


@dataclass(frozen=True)
class Lots:
    """Transfers, booked in order, and the roots of their money. Made by :func:`trace_lots`."""

    method: Method
    accounts: pd.Index      # [k] distinct account ids
    debtor: Int64s          # [n] positions in ``accounts``
    creditor: Int64s
    amount_fen: Int64s
    max_pieces: int
    booking: Booking

    def __len__(self) -> int:
        return len(self.amount_fen)

    def balance_fen(self, account: int) -> int:
        """What the account holds after the last transfer; 0 for an account that no transfer names."""
        if account not in self.accounts:
            return 0
        return int(self.booking.accounts["fen"][self.accounts.get_loc(account)])

    def roots_of(self, i: int) -> tuple[Int64s, Int64s]:
        """What transfer ``i`` was made of: (root index, fen), ascending by root; the fen add up to its amount.

        A root is the transfer that brought the money in, because its payer's lots did not cover it.
        """
        pieces = slice(self.booking.start[self._checked(i)], self.booking.start[i + 1])
        return self.booking.label[pieces], self.booking.fen[pieces]

    def ends_of(self, i: int) -> tuple[Int64s, Int64s]:
        """Where the money of transfer ``i`` rests in the end: (index of the transfer that moved it last, fen),
        ascending by index; the fen add up to the amount of ``i``.

        The payee of that transfer holds it: no account lies outside the transfers, so money can only rest. Money that
        was never paid on ends at ``i`` itself, and so does a transfer to itself.

        All transfers are booked again with the money of ``i`` marked, at the cost of :func:`trace_lots`. Pro-rata then
        shares between the marked money, one amount a last transfer, and all other money as one amount, so that its odd
        fen can fall otherwise than in ``roots_of``.
        """
        if self.debtor[self._checked(i)] == self.creditor[i]:
            return np.array([i], np.int64), self.amount_fen[i : i + 1]
        again = _book(self.debtor, self.creditor, self.amount_fen, len(self.accounts), self.method, i, self.max_pieces)
        marked = again.lots[(again.lots["fen"] > 0) & (again.lots["label"] != OTHER)]
        ends, end_of_lot = np.unique(marked["label"], return_inverse=True)
        fen = np.zeros(len(ends), np.int64)
        np.add.at(fen, end_of_lot, marked["fen"])
        return ends, fen

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
) -> Lots:
    """Books transfers (int64[n]: any account ids, amounts > 0 fen) in the given order and remembers whose money moved.

    Every account starts empty and holds what it is credited until it pays it on. The part of a transfer that its
    payer's lots do not cover is new money: its root is the transfer itself. Lots reach the payee in the order in which
    they were taken, new money last. A transfer to itself changes nothing and consists of itself.

    * ``fifo``, ``lifo``: the oldest, or the newest, lot is taken first and the last one taken is split.
    * ``prorata``: one amount a root; a debit takes floor shares and gives what is left over, one fen each, to the
      largest remainders, ties to the lower root.

    >>> lots = trace_lots([1, 2, 9, 9], [9, 9, 3, 4], [100, 200, 150, 100])
    >>> [part.tolist() for part in lots.roots_of(2)], lots.balance_fen(9)
    ([[0, 1], [100, 50]], 50)

    Raises ``ValueError`` for arrays of different lengths, amounts that are not positive or an unknown method;
    ``OverflowError`` if a balance leaves int64; ``MemoryError`` if the transfers split into more than ``max_pieces``.
    """
    payer_ids, payee_ids, amount = (np.array(column, np.int64, ndmin=1) for column in (debtor, creditor, amount_fen))
    if not len(payer_ids) == len(payee_ids) == len(amount):
        raise ValueError(f"{len(payer_ids)} debtors, {len(payee_ids)} creditors, {len(amount)} amounts")
    if len(amount) and amount.min() <= 0:
        raise ValueError(f"amount {amount.min()} of transfer {amount.argmin()} is not positive")
    if method not in get_args(Method):
        raise ValueError(f"method {method!r} is none of {', '.join(get_args(Method))}")
    positions, accounts = pd.factorize(np.concatenate([payer_ids, payee_ids]))
    payer, payee = positions[: len(amount)], positions[len(amount) :]
    booking = _book(payer, payee, amount, len(accounts), method, EVERY_ROOT, max_pieces)
    return Lots(method, pd.Index(accounts), payer, payee, amount, max_pieces, booking)


def _book(
    payer: Int64s, payee: Int64s, amount: Int64s, accounts: int, method: Method, following: int, max_pieces: int
) -> Booking:
    if method == "prorata":
        booking = book_pools(payer, payee, amount, accounts, following, max_pieces)
    else:
        booking = book_queues(payer, payee, amount, accounts, method == "lifo", following, max_pieces)
    if booking.status == BALANCE_OVERFLOW:
        raise OverflowError(f"transfer {booking.booked} brings a balance past int64 fen")
    if booking.status != BOOKED:
        raise MemoryError(f"transfer {booking.booked} is past {max_pieces} pieces: raise max_pieces, or trace fewer")
    return booking
