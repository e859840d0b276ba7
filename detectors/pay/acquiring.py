"""Card money that licensed acquirers and payment institutions settle to others: who gets it, day by day (PAY-07)."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import IS_RESERVE, NONE
from chuantou.graph.flow_class import CLASS_ID, IS_UNSTATED
from chuantou.graph.ownership import Window
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import shanghai_day


def is_licensed(world: World, party: str, day: int) -> bool:
    """Whether a party may settle payments for others on ``day``: a payment institution or a bank."""
    return world.register.has_licence(party, "payment", day) or world.register.is_bank(party, Window(day, day))


def settles_merchants(world: World, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the log rows that settle merchants, whoever pays: MERCH_SETTLE, or no class stated and out of a reserve to an
    organisation (the role pair says the same)."""
    log, at = world.ledger.log, rows - world.ledger.base
    flow, payee = log.flow_class[at], log.payee[at]
    from_reserve, to_reserve = (world.accounts.third_party_says(IS_RESERVE, side[at]) for side in (log.debtor, log.creditor))
    person = world.party_table.person[payee] & (payee != NONE)
    settles = (flow == CLASS_ID["MERCH_SETTLE"]) | (IS_UNSTATED[flow] & from_reserve & ~person)
    return rows[settles & ~to_reserve]


class Acquired:
    """Log indices of the settlements (:func:`settles_merchants`) by licensed payers, or out of a reserve, of the last
    ``keep_days`` days."""

    def __init__(self, world: World, keep_days: int) -> None:
        self.world, self.keep_days = world, keep_days
        self._days: deque[tuple[int, NDArray[np.int64]]] = deque()
        self._today: list[NDArray[np.int64]] = []

    def note(self, s: Segment) -> None:
        """Take the settlements of a segment; its register is the one they are judged by."""
        world = self.world
        rows = settles_merchants(world, np.arange(s.first, s.end, dtype=np.int64)) - s.first
        if not len(rows):
            return
        day = shanghai_day(int(s.time[0]))
        payers = np.unique(s.payer_party[rows]).tolist()
        names = world.parties.names
        licensed = [payer for payer in payers if payer != NONE and is_licensed(world, names[payer], day)]
        rows = rows[world.accounts.third_party_says(IS_RESERVE, s.debtor[rows]) | np.isin(s.payer_party[rows], licensed)]
        if len(rows):
            self._today.append(rows + s.first)

    def close_day(self, day: int) -> NDArray[np.int64]:
        """Log indices of the days up to and with ``day``, ascending."""
        if self._today:
            self._days.append((day, np.concatenate(self._today)))
            self._today = []
        while self._days and self._days[0][0] <= day - self.keep_days:
            self._days.popleft()
        return np.concatenate([rows for _, rows in self._days]) if self._days else np.empty(0, np.int64)
