"""What FLOW-02 and FLOW-03 share: when a lead is told, about whom, and in which colour."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import LOG, YELLOW, Detector, Finding
from chuantou.detectors.flow.clusters import Clusters
from chuantou.detectors.flow.payments import most_after
from chuantou.graph.flow_windows import IS_UNWATCHED
from chuantou.graph.world import Segment, World


def institutions_on(world: World, parties: Iterable[str]) -> list[str]:
    """Watched institutions among the parties, or of whose R1 or R2 one of them is; sorted."""
    held = {key for party in parties for key in world.watch.institutions_of.get(party, ())
            if world.watch.institutions[key].tier(party) in ("P", "R1", "R2")}  # fmt: skip
    return sorted(held)


class AccountLead(Detector):
    """A lead on every account, found by a kernel and then judged here at two instants of an account's day.

    Judged are the first instant over the line, at once, and the one of the largest amount, at the day close: of all others
    of the day none could represent the episode. Clusters of several accounts are judged at the day close alone.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.clusters = Clusters(world)
        self._today: dict[int, tuple[int, int, int]] = {}  # account -> first row over the line, largest amount and its row
        self._told: set[int] = set()  # accounts with a finding today
        self._day_row = 0  # log index of the first transfer that the last day close did not see

    @staticmethod
    def colour(on_path_of_watched: bool) -> int:
        """A lead is never an accusation: log, or yellow next to a watched institution."""
        return YELLOW if on_path_of_watched else LOG

    @abstractmethod
    def over_the_line(self, segment: Segment) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(positions in the segment, ascending, amounts) at which the kernel's figures of a payer are over the line."""

    @abstractmethod
    def finding(self, accounts: Sequence[int], row: int, time: int) -> Finding | None:
        """The finding about the accounts right after the transfer with log index ``row``."""

    @abstractmethod
    def cluster_rows(self, day: int) -> Iterator[tuple[Sequence[int], list[int]]]:
        """Clusters that may be over the line, with the rows of the day at which to judge each."""

    def observe(self, segment: Segment) -> Iterator[Finding]:
        at, amount = self.over_the_line(segment)
        t = self.world.accounts.table
        watched = ~(IS_UNWATCHED[t.role[segment.debtor[at]]] & t.third_party[segment.debtor[at]])
        at, amount = at[watched], amount[watched]
        if not len(at):
            return
        for account, (row, most, most_row) in most_after(segment.first + at, segment.debtor[at], amount).items():
            before = self._today.get(account)
            if before is None:
                self._today[account] = (row, most, most_row)
                yield from self._judge((account,), row)
            elif most > before[1]:
                self._today[account] = (before[0], most, most_row)

    def day_close(self, day: int) -> Iterator[Finding]:
        names = self.world.accounts.ids.names
        for account in sorted(self._today, key=names.__getitem__):
            first, _, most_row = self._today[account]
            if most_row != first:
                yield from self._judge((account,), most_row)
        self.clusters.refresh()
        if self.world.ledger.end > self._day_row:
            for accounts, rows in self.cluster_rows(day):
                if not self._told.intersection(accounts):
                    for row in rows:
                        yield from self._judge(accounts, row)
        self._today.clear()
        self._told.clear()
        self._day_row = self.world.ledger.end

    def _judge(self, accounts: Sequence[int], row: int) -> Iterator[Finding]:
        time = int(self.world.ledger.log.time[row - self.world.ledger.base])
        finding = self.finding(accounts, row, time)
        if finding is not None:
            self._told.update(accounts)
            yield finding

    def lead(
        self, accounts: Sequence[int], parties: Iterable[str], start: int, time: int, amount: int, values: dict[str, int],
        key: Any, cut: bool,
    ) -> Finding:  # fmt: skip
        """A finding about the owner of the first account; ``parties``: everybody on the path."""
        world = self.world
        subject = world.accounts.owner_name(accounts[0])
        owners = {world.accounts.owner_name(account) for account in accounts}
        watched = institutions_on(world, [*owners, *parties])
        others = sorted({*owners, *watched} - {subject})
        return Finding(
            self.id, subject, time, self.colour(bool(watched)), amount, values, (start, time),
            others=tuple(party for party in others if not party.startswith("account:")),
            accounts=tuple(world.accounts.ids.names[account] for account in accounts), key=key,
            flags=("truncated",) if cut else (),
        )  # fmt: skip
