"""Complaints and tip-offs: how many a day about whom (catalogue §4.12)."""

from collections import Counter

from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.streams import Tip

KEEP_DAYS = 120


class TipCounts:
    """``of[party][day]``; who tips is nobody's business here."""

    def __init__(self) -> None:
        self.of: dict[str, Counter[int]] = {}

    def take(self, e: Tip) -> None:
        counts, day = self.of.setdefault(e.subject, Counter()), shanghai_day(e.event_time)
        counts[day] += 1
        for old in [old for old in counts if old <= day - KEEP_DAYS]:
            del counts[old]

    def on(self, party: str, day: int) -> int:
        return self.of.get(party, Counter())[day]
