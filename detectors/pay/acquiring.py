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


class Acquired:
    """Log indices of the settlements of the last ``keep_days`` days: MERCH_SETTLE from a licensed payer, or no class stated
    and out of a reserve to an organisation (the role pair says the same)."""

    def __init__(self, world: World, keep_days: int) -> None:
        self.world, self.keep_days = world, keep_days
        self._days: deque[tuple[int, NDArray[np.int64]]] = deque()
        self._today: list[NDArray[np.int64]] = []

    def note(self, s: Segment) -> None:
        """Take the settlements of a segment; its register is the one they are judged by."""
        world = self.world
        first, end = s.first - world.ledger.base, s.end - world.ledger.base
        flow = world.ledger.log.flow_class[first:end]
        from_reserve, to_reserve = (world.accounts.third_party_says(IS_RESERVE, side) for side in (s.debtor, s.creditor))
        person = world.party_table.person[s.payee_party] & (s.payee_party != NONE)
        settles = (flow == CLASS_ID["MERCH_SETTLE"]) | (IS_UNSTATED[flow] & from_reserve & ~person)
        rows = np.flatnonzero(settles & ~to_reserve)
        if not len(rows):
            return
        day = shanghai_day(int(s.time[0]))
        payers = np.unique(s.payer_party[rows]).tolist()
        names = world.parties.names
        licensed = [payer for payer in payers if payer != NONE and is_licensed(world, names[payer], day)]
        rows = rows[from_reserve[rows] | np.isin(s.payer_party[rows], licensed)]
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
