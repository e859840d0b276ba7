"""The pots of one cluster: whose money each payment out of it was made of, by every method (catalogue §3.6).

Everything that comes from outside is a root; what moves between the cluster's accounts keeps its roots. Money that was
there before the view begins is a root of its own, ``OPENING``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.ledger import Ledger
from chuantou.graph.lots import Method, trace_lots

MAX_ROWS = 20_000  # transfers of one view; of more, the newest are seen and the flag ``truncated`` says so
METHODS: tuple[Method, ...] = ("fifo", "prorata", "lifo")


@dataclass
class Pots:
    """The transfers that touch the cluster between two instants, in booking order.

    ``rows`` int64[n] log indices; ``enters`` and ``leaves`` bool[n]: from outside, to outside. The local ledger begins with
    one opening credit for each account that held something (``openings``: account, fen).
    """

    rows: NDArray[np.int64]
    debtor: NDArray[np.int64]
    creditor: NDArray[np.int64]
    fen: NDArray[np.int64]
    enters: NDArray[np.bool_]
    leaves: NDArray[np.bool_]
    openings: list[tuple[int, int]]
    truncated: bool

    @cached_property
    def _lots(self) -> dict[str, Callable[[int], tuple[NDArray[np.int64], NDArray[np.int64]]]]:
        n, k = len(self.rows), len(self.openings)
        # every payer outside is somebody who pays once, so that what he pays is new money; all payees outside are one sink
        once = -2 - np.arange(n + k, dtype=np.int64)
        accounts = np.array([account for account, _ in self.openings], np.int64)
        debtor = np.concatenate((once[:k], np.where(self.enters, once[k:], self.debtor)))
        creditor = np.concatenate((accounts, np.where(self.leaves, -1, self.creditor)))
        fen = np.concatenate((np.array([fen for _, fen in self.openings], np.int64), self.fen))
        return {method: trace_lots(debtor, creditor, fen, method).roots_of for method in METHODS}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lots"}

    def made_of(self, at: int, method: Method) -> list[tuple[int, int]]:
        """``(place of the root in rows, or -1 for OPENING, fen)`` of the money that ``rows[at]`` moved, oldest root first.

        What the accounts in view did not hold is a root at ``at`` itself.
        """
        k = len(self.openings)
        roots, fen = self._lots[method](at + k)
        return [(max(int(root) - k, -1), int(part)) for root, part in zip(roots, fen)]


def pots_of(
    ledger: Ledger, members: NDArray[np.bool_], after: int, until: int, among: NDArray[np.int64] | None = None
) -> Pots:
    """The view of the accounts ``members`` (bool, by ledger id) over transfers with ``after < time <= until``.

    ``among``: log indices, rising, that hold all of theirs, where they are known (:func:`rows_touching`).
    """
    log = ledger.log
    rows = rows_touching(ledger, members, after, until) if among is None else among
    at = rows - ledger.base
    inside = (log.time[at] > after) & (log.time[at] <= until) & (members[log.debtor[at]] | members[log.creditor[at]])
    at = at[inside]
    truncated, at = len(at) > MAX_ROWS, at[-MAX_ROWS:]
    debtor, creditor = log.debtor[at], log.creditor[at]
    pays, gets = members[debtor], members[creditor]
    openings = _openings(debtor, creditor, pays, gets, log.debtor_balance[at], log.creditor_balance[at])
    return Pots(at + ledger.base, debtor, creditor, log.fen[at].copy(), ~pays, ~gets, openings, truncated)


def rows_touching(ledger: Ledger, members: NDArray[np.bool_], after: int, until: int) -> NDArray[np.int64]:
    """Log indices of the transfers of ``members`` with ``after < time <= until``."""
    log, (first, stop) = ledger.log, ledger.between(after, until)
    touches = members[log.debtor[first:stop]] | members[log.creditor[first:stop]]
    return np.flatnonzero(touches) + (first + ledger.base)


def _openings(
    debtor: NDArray, creditor: NDArray, pays: NDArray, gets: NDArray, paid_from: NDArray, paid_to: NDArray
) -> list[tuple[int, int]]:
    """What each account held before its first transfer in view, by account."""
    held: dict[int, int] = {}
    for i in range(len(debtor)):
        if pays[i]:
            held.setdefault(int(debtor[i]), int(paid_from[i]))
        if gets[i]:
            held.setdefault(int(creditor[i]), int(paid_to[i]))
    return [(account, fen) for account, fen in sorted(held.items()) if fen > 0]
