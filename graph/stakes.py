"""Every stake ever told as rows of one array, for the kernels; kept in step with the graph of ties."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.columns import Rows
from chuantou.graph.kernels import ownership as kernel

if TYPE_CHECKING:
    from chuantou.graph.ownership import Link

NONE = kernel.NONE
ENDLESS = 1 << 40  # the last day of a stake that lasts
STAKE = {"holder": NONE, "company": NONE, "ratio": 0, "first": 0, "last": NONE, "next_held": NONE, "next_holder": NONE}
PARTY = {"first_held": NONE, "first_holder": NONE}
FEW = 16  # below this part of all names, sorting those asked for is cheaper than ranking all


class StakeTable:
    """Stakes by row, parties by number in order of first sight; what is computed from them depends on neither order."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}
        self.links: list[Link | None] = []
        self.stakes = Rows(STAKE)
        self.parties = Rows(PARTY)
        self._ranks: NDArray[np.int64] = np.empty(0, np.int64)

    def number(self, party: str) -> int:
        """The party's number, new if it was never seen."""
        if party not in self.numbers:
            self.numbers[party] = len(self.names)
            self.names.append(party)
            self.parties.reserve(len(self.names))
        return self.numbers[party]

    def write(self, holder: str, company: str, rows: list[int], links: Sequence["Link"]) -> None:
        """``links`` are what stands between the two now; ``rows``, those they had before, grows as needed."""
        while len(rows) < len(links):
            rows.append(self._new(self.number(holder), self.number(company)))
        for i, row in enumerate(rows):
            link = self.links[row] = links[i] if i < len(links) else None
            self.stakes.ratio[row] = 0 if link is None else link.share_ppm
            self.stakes.first[row] = 0 if link is None else link.valid_from
            self.stakes.last[row] = NONE if link is None else ENDLESS if link.valid_to is None else link.valid_to

    def _new(self, holder: int, company: int) -> int:
        row = len(self.links)
        self.links.append(None)
        self.stakes.reserve(row + 1)
        self.stakes.holder[row], self.stakes.company[row] = holder, company
        self.stakes.next_held[row], self.parties.first_held[holder] = self.parties.first_held[holder], row
        self.stakes.next_holder[row], self.parties.first_holder[company] = self.parties.first_holder[company], row
        return row

    def link(self, row: int) -> "Link":
        link = self.links[row]
        assert link is not None, row
        return link

    def mask(self, parties: Iterable[str]) -> NDArray[np.bool_]:
        """bool[parties]: who is named."""
        mask = np.zeros(self.parties.size, np.bool_)
        mask[[self.numbers[party] for party in parties if party in self.numbers]] = True
        return mask

    def by_name(self, parties: NDArray[np.int64]) -> NDArray[np.int64]:
        """These numbers in the order of the names."""
        if len(parties) * FEW < len(self.names):
            return np.array(sorted(parties.tolist(), key=self.names.__getitem__), np.int64)
        if len(self._ranks) != len(self.names):
            self._ranks = np.empty(len(self.names), np.int64)
            self._ranks[sorted(range(len(self.names)), key=self.names.__getitem__)] = np.arange(len(self.names))
        return parties[np.argsort(self._ranks[parties])]


class DayStakes:
    """Stakes that count on one day, between parties numbered by name (``parties``: their numbers in the table)."""

    def __init__(self, table: StakeTable, rows: NDArray[np.int64], also: list[int], day: int, upward: bool) -> None:
        stakes = table.stakes
        self.table, self.day, self.upward = table, day, upward
        self.rows = rows[kernel.that_count(stakes.rows, table.parties.rows, rows, day)]
        holder, company = stakes.holder[self.rows], stakes.company[self.rows]
        named = np.zeros(len(table.names), np.bool_)
        named[holder] = named[company] = named[also] = True
        self.parties = table.by_name(np.flatnonzero(named))
        self.n = len(self.parties)
        self.local = np.empty(len(table.names), np.int64)
        self.local[self.parties] = np.arange(self.n)
        holder, company = self.local[holder], self.local[company]
        self.giver, self.taker = (company, holder) if upward else (holder, company)
        self.ratio = stakes.ratio[self.rows]
        self.arranged = kernel.arrange(self.n, self.giver, self.taker, self.ratio, upward)

    def new_walk(self) -> NDArray[np.float64]:
        """What the rings keep from one question to the next; not shared between threads."""
        return np.zeros(self.n)

    def ppm_from(self, start: int, walk: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_], bool]:
        """(int64[n] ppm of each party, to the nearest; bool[n] who is in a closed ring; whether a bound was met)."""
        ppm, closed, cut = kernel.shares_from(start, walk, *self.arranged)
        return ppm, closed, bool(cut)

    def names_of(self, where: NDArray[np.bool_]) -> list[str]:
        names = self.table.names
        return [names[party] for party in self.parties[where].tolist()]

    def chains(self, start: int, ends: list[int]) -> list[tuple["Link", ...]]:
        """To each of ``ends``, the chain of fewest stakes from ``start``; the larger stake first among equals, then by name."""
        distance = kernel.distances(self.n, self.giver, self.taker, start)
        onward = np.flatnonzero((distance[self.giver] >= 0) & (distance[self.giver] + 1 == distance[self.taker]))
        worst_first = onward[np.lexsort((-self.giver[onward], self.ratio[onward]))]
        last_step = np.full(self.n, NONE, np.int64)
        last_step[self.taker[worst_first]] = worst_first  # of equal places the last stays
        chains = []
        for end in ends:
            chain: list[Link] = []
            while end != start:
                step = int(last_step[end])
                chain.append(self.table.link(int(self.rows[step])))
                end = int(self.giver[step])
            chains.append(tuple(reversed(chain)))
        return chains
