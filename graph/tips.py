"""Complaints and tip-offs: how many a day about whom, and which of them a bank told (catalogue §4.12, §4.10)."""

from collections import Counter
from typing import NamedTuple

from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.streams import Tip

KEEP_DAYS = 120
BANKS_SOURCES = ("bank:", "custodian:")


class Report(NamedTuple):
    """What a bank told about a party: event time (µs), and its source and event."""

    time: int
    source: str
    event: str


class TipCounts:
    """``of[party][day]``; who tips is nobody's business here, but for banks, whose duty it is: ``reports[party]``."""

    def __init__(self) -> None:
        self.of: dict[str, Counter[int]] = {}
        self.reports: dict[str, list[Report]] = {}
        self.reporters: set[str] = set()  # sources of banks that ever reported anything

    def take(self, e: Tip) -> None:
        counts, day = self.of.setdefault(e.subject, Counter()), shanghai_day(e.event_time)
        counts[day] += 1
        for old in [old for old in counts if old <= day - KEEP_DAYS]:
            del counts[old]
        if e.source_id.startswith(BANKS_SOURCES):
            self.reporters.add(e.source_id)
            self.reports.setdefault(e.subject, []).append(Report(e.event_time, e.source_id, e.event_id))

    def on(self, party: str, day: int) -> int:
        return self.of.get(party, Counter())[day]
