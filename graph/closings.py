"""What the accounts of payment institutions held at each day's close: as their bank states it, else as booked (PAY-*).

A booked balance lacks what was never told; the last stated closing before it says by how much, and that is carried on.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chuantou.schemas.clock import closing_day
from chuantou.schemas.streams import BalanceEvent

if TYPE_CHECKING:
    from chuantou.graph.world import World

KEEP_DAYS = 400  # four quarters of reserve interest and a margin
TOLD_LATE_DAYS = 3  # closings that are told some days later still correct the day that they are about
SECTOR = "PAY"


class Closings:
    """Closing balances in fen of every account that a watched payment institution owns, by account id and day."""

    def __init__(self) -> None:
        self.levels: dict[int, dict[int, int]] = {}
        self._booked: dict[int, dict[int, int]] = {}  # of the last days alone, as the ledger had them
        self._told: dict[int, int] = {}  # account -> first day of which a closing was told since the last close
        self._events: dict[int, tuple[str, str]] = {}  # account -> the last balance event told of it

    def note(self, account: int, e: BalanceEvent) -> None:
        """A balance was told."""
        day = closing_day(e.as_of)
        self._told[account] = min(day, self._told.get(account, day))
        self._events[account] = e.source_id, e.event_id

    def close_day(self, world: "World", day: int) -> None:
        """Take the balances of ``day``, and what was told since of the days just before."""
        for key in sorted(world.watch.institutions):
            info = world.register.party(key)
            if info is not None and info.sector == SECTOR:
                for account in world.watch.accounts_of(key):
                    self._close(world, account, day)
        self._told.clear()

    def _close(self, world: "World", account: int, day: int) -> None:
        booked, levels = self._booked.setdefault(account, {}), self.levels.setdefault(account, {})
        booked[day] = int(world.ledger.accounts.balance[account])
        oldest = day - TOLD_LATE_DAYS
        for on in range(max(oldest, min(day, self._told.get(account, day))), day + 1):
            stated = world.stated.get((account, on, "CLOSING"))
            if stated is not None:
                levels[on] = stated
            elif on in booked:
                unseen = levels[on - 1] - booked[on - 1] if on - 1 in booked and on - 1 in levels else 0
                levels[on] = booked[on] + unseen
        if len(booked) > 2 * TOLD_LATE_DAYS:
            self._booked[account] = {on: fen for on, fen in booked.items() if on >= oldest - 1}
        if len(levels) > 2 * KEEP_DAYS:
            self.levels[account] = {on: fen for on, fen in levels.items() if on > day - KEEP_DAYS}

    def total(self, accounts: Iterable[int], day: int) -> int | None:
        """Σ of the accounts at the close of ``day``; None where nothing is known of any of them."""
        held = [level for account in accounts if (level := self.levels.get(account, {}).get(day)) is not None]
        return sum(held) if held else None

    def events(self, accounts: Iterable[int]) -> list[tuple[str, str]]:
        """``(source_id, event_id)`` of the last balance told of each account, sorted."""
        return sorted({self._events[account] for account in accounts if account in self._events})
