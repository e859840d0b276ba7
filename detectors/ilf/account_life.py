"""How accounts live: when each was first and last used, when it woke from a long sleep, what it took before (ILF-04)."""

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE
from chuantou.graph.columns import Columns
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us

COLUMNS = {
    "first_day": (np.int32, NONE), "last_day": (np.int32, NONE), "woke_day": (np.int32, NONE), "slept_days": (np.int32, 0),
    "came_fen": (np.int64, 0),
}  # fmt: skip


class AccountLife:
    """By account: days of the first and last transfer seen, the day of the first transfer after a sleep of ``dormant`` days
    and more and how long it was, and fen that came in ever."""

    def __init__(self) -> None:
        self.columns = Columns(COLUMNS)

    def close_day(self, world: World, day: int, dormant: int) -> NDArray[np.int64]:
        """Take a day's transfers; returns the accounts that paid out on it."""
        rows = world.ledger.rows_of(day_start_us(day), day_start_us(day + 1)) - world.ledger.base
        c, log = self.columns, world.ledger.log
        c.reserve(world.ledger.accounts.size)
        paid = np.zeros(c.size, np.bool_)
        debtor, creditor = log.debtor[rows], log.creditor[rows]
        paid[debtor] = True
        moved = paid.copy()
        moved[creditor] = True
        active = np.flatnonzero(moved)
        last = c.last_day[active]
        woken = active[(last != NONE) & (day - last >= dormant)]
        c.woke_day[woken], c.slept_days[woken] = day, day - c.last_day[woken]
        new = active[c.first_day[active] == NONE]
        c.first_day[new] = day
        c.last_day[active] = day
        np.add.at(c.came_fen, creditor, log.fen[rows])
        return np.flatnonzero(paid)
