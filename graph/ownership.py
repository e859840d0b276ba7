"""Who owns, controls and serves whom: on which days, and since when we know (catalogue §3.3).

Every telling of the register is kept. What stands on a day follows from all of them, in any order of arrival: of two
tellings about the same tie, the later one (event time, source, event id) supersedes the earlier from its own first day
on.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple

import networkx as nx

from chuantou.graph.stakes import StakeTable
from chuantou.schemas.clock import day_of_date, shanghai_day
from chuantou.schemas.streams import LicenceEvent, OwnershipEvent

MAJORITY_PPM = 500_000  # control by more than this (§3.3 a)
LARGEST_PPM = 300_000  # control from this on, for a holder with more than twice the second (§3.3 b)
# kinds that are control by themselves (§3.3 c, d); an officer only as legal representative
CONTROL_KINDS = ("AGREEMENT", "BRANCH", "CONTROLLER")


@dataclass(frozen=True, slots=True)
class Link:
    """One tie, evidence of a relation. ``from_party`` is holder, officer, controller, head office or signatory.

    Days count from 1970-01-01 in Shanghai, both inclusive, ``valid_to`` None while it lasts; ``known_at`` is the event
    time (µs UTC) of the event that told us; ``via`` the account or device that ties the two.
    """

    from_party: str
    to_party: str
    kind: str
    ratio_ppm: int | None = None
    role: str | None = None
    valid_from: int = 0
    valid_to: int | None = None
    known_at: int = 0
    via: str | None = None

    @property
    def share_ppm(self) -> int:
        """The ratio as a number; a stake whose ratio was not told counts nothing."""
        return self.ratio_ppm or 0

    def overlaps(self, first: int, last: int) -> bool:
        return self.valid_from <= last and (self.valid_to is None or self.valid_to >= first)

    def other_end(self, party: str) -> str:
        return self.to_party if self.from_party == party else self.from_party


class Window(NamedTuple):
    """Days ``first`` to ``last``, both inclusive."""

    first: int
    last: int


def event_day(e: OwnershipEvent | LicenceEvent) -> int:
    """The business day of an event: as stated, else the Shanghai date of its time."""
    return shanghai_day(e.event_time) if e.biz_date is None else day_of_date(e.biz_date)


def boundary_days(e: OwnershipEvent | LicenceEvent) -> list[int]:
    """The days on which what the event tells may begin, end, or no longer hold."""
    stated = [day_of_date(date) for date in (e.valid_from, e.valid_to) if date is not None]
    return [boundary for day in (event_day(e), *stated) for boundary in (day, day + 1)]


def link_of(e: OwnershipEvent) -> Link:
    """The tie that an event tells. A missing first day is the event's own, or the last day where that is earlier."""
    last = None if e.valid_to is None else day_of_date(e.valid_to)
    first = event_day(e) if e.valid_from is None else day_of_date(e.valid_from)
    if e.valid_from is None and last is not None:
        first = min(first, last)
    ratio = e.ratio_ppm if e.type == "SHAREHOLDER" else None
    return Link(e.holder or "", e.party, e.type, ratio, e.role, first, last, e.event_time)


def standing(told: Iterable[Link]) -> tuple[Link, ...]:
    """What stands of tellings about one tie, in their order: disjoint in time. A ratio of 0 only ends what was.

    History told late stays history: a telling with a last day leaves alone what begins after that day.
    """
    kept: list[Link] = []
    for new in told:
        after = [old for old in kept if new.valid_to is not None and old.valid_from > new.valid_to]
        before = [old for old in kept if old.valid_from < new.valid_from]
        before = [
            replace(old, valid_to=new.valid_from - 1) if old.overlaps(new.valid_from, new.valid_from) else old for old in before
        ]
        empty = new.ratio_ppm == 0 or (new.valid_to is not None and new.valid_to < new.valid_from)
        kept = [*before, *([] if empty else [new]), *after]
    return tuple(kept)


def in_order(links: Iterable[Link]) -> list[Link]:
    """Links in the one order that every search uses: by parties, then known first."""
    return sorted(links, key=lambda k: (k.from_party, k.to_party, k.known_at, k.kind, k.role or "", k.valid_from))


def chosen(
    edges: Iterable[tuple[str, str, tuple[str, str], tuple[Link, ...]]], kinds: Iterable[str], window: Window
) -> list[Link]:
    """Links of these edges that are of the kinds and valid on a day of the window, in order."""
    first, last = window
    return in_order(link for _, _, (kind, _), links in edges if kind in kinds for link in links if link.overlaps(first, last))


def may_control(link: Link) -> bool:
    """Whether a tie is control (§3.3 c, d), or a stake large enough to be (a, b)."""
    if link.kind == "SHAREHOLDER":
        return link.share_ppm >= LARGEST_PPM
    return link.kind in CONTROL_KINDS or link.role == "legal_rep"


def decisive(held: list[Link]) -> list[Link]:
    """The stakes among those of one company on one day that are control (§3.3 a, b)."""
    ranked = sorted(held, key=lambda stake: -stake.share_ppm)
    second = ranked[1].share_ppm if len(ranked) > 1 else 0
    return [
        stake
        for stake in ranked
        if stake.share_ppm > MAJORITY_PPM or (stake.share_ppm >= LARGEST_PPM and stake.share_ppm > 2 * second)
    ]


def on_day(stakes: list[Link], day: int) -> list[Link]:
    """The stakes of one company that count on ``day``; on the day of a hand-over, those of the new holders."""
    valid = [stake for stake in stakes if stake.overlaps(day, day)]
    if any(stake.valid_from == day for stake in valid):
        valid = [stake for stake in valid if stake.valid_to != day or stake.valid_from == day]
    return valid


def change_days(links: Iterable[Link], window: Window) -> list[int]:
    """The days of the window on which the set of valid links may differ from the day before, with its first day."""
    days = {window.first}
    for link in links:
        days.add(link.valid_from)
        if link.valid_to is not None:
            days.add(link.valid_to + 1)
    return sorted(day for day in days if window.first <= day <= window.last)


class OwnershipGraph:
    """Ties between parties as a multigraph ``holder → party``, one edge a (kind, role), with its whole history."""

    def __init__(self) -> None:
        self.graph = nx.MultiDiGraph()
        self.stakes = StakeTable()

    def tell(self, e: OwnershipEvent) -> bool:
        """Take in an event; False where it ties nobody (capital, or a company that holds itself: treasury shares)."""
        if e.type == "CAPITAL" or e.holder is None or e.holder == e.party:
            return False
        tie = (e.type, e.role or "" if e.type == "OFFICER" else "")  # a stake told with a role is the same stake
        if not self.graph.has_edge(e.holder, e.party, tie):
            self.graph.add_edge(e.holder, e.party, tie, told=[], links=(), rows=[])
        edge = self.graph.edges[e.holder, e.party, tie]
        insort(edge["told"], ((e.event_time, e.source_id, e.event_id), link_of(e)), key=itemgetter(0))
        edge["links"] = standing(link for _, link in edge["told"])
        if e.type == "SHAREHOLDER":
            self.stakes.write(e.holder, e.party, edge["rows"], edge["links"])
        return True

    def into(self, party: str, kinds: Iterable[str], window: Window) -> list[Link]:
        """Links of the kinds that end at ``party`` and are valid on a day of the window, in order."""
        return chosen(self.graph.in_edges(party, keys=True, data="links"), kinds, window) if party in self.graph else []

    def out_of(self, party: str, kinds: Iterable[str], window: Window) -> list[Link]:
        """Links of the kinds that start at ``party`` and are valid on a day of the window, in order."""
        return chosen(self.graph.out_edges(party, keys=True, data="links"), kinds, window) if party in self.graph else []

    def standing_on(self, day: int) -> list[Link]:
        """Every tie that is valid on ``day``, in order."""
        return in_order(link for *_, links in self.graph.edges(data="links") for link in links if link.overlaps(day, day))

    def controllers(self, party: str, window: Window) -> list[Link]:
        """Links that gave somebody control of ``party`` on a day of the window (§3.3 a–d), in order.

        Shares are compared with each other day by day: two owners in turn never weaken one another.
        """
        stakes = self.into(party, ("SHAREHOLDER",), window)
        found: set[Link] = set()
        if any(may_control(stake) for stake in stakes):
            for day in change_days(stakes, window):
                found.update(decisive(on_day(stakes, day)))
        found.update(self.into(party, CONTROL_KINDS, window))
        found.update(k for k in self.into(party, ("OFFICER",), window) if may_control(k))
        return in_order(found)

    def controlled(self, party: str, window: Window) -> list[Link]:
        """Links by which ``party`` controlled somebody on a day of the window, in order."""
        ties = self.out_of(party, ("SHAREHOLDER", "OFFICER", *CONTROL_KINDS), window)
        companies = sorted({k.to_party for k in ties if may_control(k)})
        return [k for company in companies for k in self.controllers(company, window) if k.from_party == party]
