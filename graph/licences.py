"""Licences by party and kind, with their history."""

from bisect import insort
from dataclasses import dataclass, replace
from operator import itemgetter

from chuantou.graph.ownership import event_day
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.streams import LicenceEvent


@dataclass(frozen=True, slots=True)
class LicenceInfo:
    """One licence and the days it is valid, both inclusive (``valid_to`` None: open); ``known_at`` µs UTC."""

    party: str
    kind: str
    scope: tuple[str, ...]
    region: tuple[str, ...]
    valid_from: int
    valid_to: int | None
    known_at: int

    def overlaps(self, first: int, last: int) -> bool:
        return self.valid_from <= last and (self.valid_to is None or self.valid_to >= first)


class LicenceBook:
    """What every licence event told; what stands follows from all of them in order of event time, source, event id."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], list[tuple[tuple[int, str, str], LicenceEvent]]] = {}
        self._standing: dict[str, dict[str, list[LicenceInfo]]] = {}

    def tell(self, e: LicenceEvent) -> None:
        told = self._told.setdefault((e.party, e.kind), [])
        insort(told, ((e.event_time, e.source_id, e.event_id), e), key=itemgetter(0))
        self._standing.setdefault(e.party, {})[e.kind] = standing([event for _, event in told])

    def told(self, party: str, kind: str) -> bool:
        return (party, kind) in self._told

    def valid(self, party: str, first: int, last: int) -> list[LicenceInfo]:
        """Licences of ``party`` valid on a day from ``first`` to ``last``, by kind and first day."""
        kinds = self._standing.get(party, {})
        return [licence for kind in sorted(kinds) for licence in kinds[kind] if licence.overlaps(first, last)]


def standing(events: list[LicenceEvent]) -> list[LicenceInfo]:
    """The spells of one kind of licence, disjoint and in order.

    A new licence supersedes what was from its first day on. A loss (suspended, cancelled, expired) ends what was, until
    a new VALID; whatever begins after a licence's last day stays.
    """
    spells: list[LicenceInfo] = []
    for e in events:
        first = loss_day(e, spells) if e.status != "VALID" else first_day(e)
        last = day_of_date(e.valid_to) if e.status == "VALID" and e.valid_to is not None else None
        after = [spell for spell in spells if last is not None and spell.valid_from > last]
        before = [
            replace(spell, valid_to=first - 1) if spell.overlaps(first, first) else spell
            for spell in spells
            if spell.valid_from < first
        ]
        granted = e.status == "VALID" and (last is None or last >= first)
        new = LicenceInfo(
            e.party, e.kind, tuple(e.scope or ()), tuple(e.region or ()), first, last, e.event_time
        )  # fmt: skip
        spells = [*before, *([new] if granted else []), *after]
    return spells


def first_day(e: LicenceEvent) -> int:
    """The first day a licence event states, else its own."""
    return event_day(e) if e.valid_from is None else day_of_date(e.valid_from)


def loss_day(e: LicenceEvent, spells: list[LicenceInfo]) -> int:
    """The day from which a licence is lost.

    A stated first day is that of the loss, unless it repeats the first day of the licence itself: then, as without one,
    it is the event's own day, or the day after the stated last day where that comes earlier.
    """
    first = first_day(e)
    if e.valid_from is not None and all(spell.valid_from != first for spell in spells):
        return first
    return event_day(e) if e.valid_to is None else min(event_day(e), day_of_date(e.valid_to) + 1)
