"""What customers pay at merchants' tills, by the ticket: straight to the merchant, or through an acquirer (PAY-08)."""

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.pay.acquiring import Acquired
from chuantou.graph.accounts import IS_RESERVE, NONE, role_mask
from chuantou.graph.transfer_columns import AT_TILL, BY_CREDIT_CARD
from chuantou.graph.world import Segment, World

IS_CHANNEL = IS_RESERVE | role_mask("BANK_INTERNAL", "NOSTRO")
UNOWNED = -2  # an account without a known owner stands for itself: UNOWNED − account


def party_or_account(party: NDArray, account: NDArray) -> NDArray[np.int64]:
    """int64[n]: the party, or a number below ``NONE`` for the account where none is known."""
    return np.where(party != NONE, party, UNOWNED - account.astype(np.int64)).astype(np.int64)


def name_of(world: World, who: int) -> str:
    """The party's key, or ``account:<id>``."""
    return world.parties.names[who] if who >= 0 else world.accounts.owner_name(UNOWNED - who)


class Tickets(NamedTuple):
    """Sales, in booking order. ``row``: log index; ``since``: when the merchant had the money, µs; ``payer`` and ``merchant`` as
    of :func:`party_or_account`; ``terminal``: device or NONE; ``till``: the merchant's account."""

    row: NDArray[np.int64]
    time: NDArray[np.int64]
    since: NDArray[np.int64]
    fen: NDArray[np.int64]
    payer: NDArray[np.int64]
    merchant: NDArray[np.int64]
    by_credit: NDArray[np.bool_]
    terminal: NDArray[np.int64]
    till: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> "Tickets":
        return Tickets._make(column[keep] for column in self)


class TillSales:
    """The tickets of the last ``keep_days`` days. One through an acquirer is known by the order of the merchant's settlement."""

    def __init__(self, world: World, keep_days: int) -> None:
        self.world, self.keep_days = world, keep_days
        self.acquired = Acquired(world, keep_days)
        self._days: deque[tuple[int, NDArray[np.int64]]] = deque()
        self._today: list[NDArray[np.int64]] = []

    def note(self, s: Segment) -> None:
        """Take the payments at tills of a segment: int64[3, n] of row, how, terminal."""
        self.acquired.note(s)
        role = self.world.accounts.table.role
        at_till = (s.till == AT_TILL) | (s.till == BY_CREDIT_CARD)
        at = np.flatnonzero(at_till & ~IS_CHANNEL[role[s.debtor]])
        if len(at):
            self._today.append(np.stack((at + s.first, s.till[at].astype(np.int64), s.device[at].astype(np.int64))))

    def close_day(self, day: int) -> Tickets | None:
        """The tickets of the days up to and with ``day``; None where there are none."""
        settled = self.acquired.close_day(day)
        if self._today:
            self._days.append((day, np.concatenate(self._today, axis=1)))
            self._today = []
        while self._days and self._days[0][0] <= day - self.keep_days:
            self._days.popleft()
        if not self._days:
            return None
        return self._tickets(np.concatenate([columns for _, columns in self._days], axis=1), settled)

    def _tickets(self, paid: NDArray[np.int64], settled: NDArray[np.int64]) -> Tickets:
        log, base = self.world.ledger.log, self.world.ledger.base
        row, how, terminal = paid
        at, through = row - base, IS_CHANNEL[self.world.accounts.table.role[log.creditor[row - base]]]
        to = np.where(through, self._settlement(log.order[at], settled), row)
        known = to >= 0
        to, at = to[known] - base, at[known]
        return Tickets(
            row[known], log.time[at], np.maximum(log.time[at], log.time[to]), log.fen[at],
            party_or_account(log.payer[at], log.debtor[at]), party_or_account(log.payee[to], log.creditor[to]),
            how[known] == BY_CREDIT_CARD, terminal[known], log.creditor[to].astype(np.int64),
        )  # fmt: skip

    def _settlement(self, order: NDArray[np.int32], settled: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[n]: the first settlement of each order, or NONE."""
        orders = self.world.ledger.log.order[settled - self.world.ledger.base]
        stated, first = np.unique(orders[orders != NONE], return_index=True)
        rows = settled[orders != NONE][first]
        place = np.searchsorted(stated, order)
        found = (order != NONE) & (place < len(stated))
        found[found] = stated[place[found]] == order[found]
        out = np.full(len(order), NONE, np.int64)
        out[found] = rows[place[found]]
        return out
