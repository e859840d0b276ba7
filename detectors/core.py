"""The deterministic core: events in the one order → facts → findings → episodes → alerts.

``Core`` holds all state that a snapshot must hold and nothing else; two cores that saw the same events are equal.
"""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from chuantou.detectors.alerting import AlertWriter
from chuantou.detectors.columns_in import ordered, told_once
from chuantou.detectors.contract import RED, Detector, Finding
from chuantou.detectors.episodes import Episode, Episodes
from chuantou.detectors.registry import DETECTORS
from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import KEEP_US
from chuantou.graph.transfer_columns import TransferColumns
from chuantou.graph.world import Segment, World
from chuantou.schemas.alerts import Alert
from chuantou.schemas.clock import day_start_us, shanghai_day
from chuantou.schemas.rules import RulePack
from chuantou.schemas.streams import AccountEvent, BalanceEvent, Event, LiabilityReport, ProductEvent, TextItem

# Silent days in a row are judged this many times and then skipped: beyond every window nothing can change.
QUIET_DAYS = 400
# Days closed after the last event: three working days over the longest holiday (8 days) and its weekends.
CLOSING_DAYS = 16
# Streams whose events are facts for a detector; the others only change what is known.
OBSERVED = (ProductEvent, LiabilityReport, BalanceEvent, TextItem)


def is_fact(event: Event) -> bool:
    """Whether detectors observe an event; of account events only that an account was pledged."""
    return isinstance(event, OBSERVED) or (isinstance(event, AccountEvent) and event.type == "PLEDGE")


class Core:
    """Advance with :meth:`play`; every alert version that leaves is returned in order."""

    def __init__(self, rules: RulePack) -> None:
        self.world = World(rules)
        self.detectors: list[Detector] = [kind(self.world) for kind in DETECTORS]
        self.episodes = Episodes()
        for detector in self.detectors:
            detector.episodes = self.episodes
        self.writer = AlertWriter(self.world, self.episodes, {detector.id: detector.family for detector in self.detectors})
        self.events = 0
        self._stirred: set[str] = set()  # subjects of whom anything was found since the last day close
        self._out: list[Alert] = []

    def play(self, batches: Sequence[pa.RecordBatch]) -> list[Alert]:
        """Take events that all come after those played before, in any order among themselves."""
        transfers, others = told_once(self.world, ordered(self.world, batches))
        self.events += (len(transfers.time) if transfers is not None else 0) + len(others)
        at = 0
        pending: list[tuple[int, Event]] = []
        for position, event in others:
            at = self._until(transfers, at, position, pending)
            run = transfers.cut(at, position) if transfers is not None and position > at else None
            if shanghai_day(event.event_time) > self.world.day or self.world.cuts(event, run):
                self._segment(run, pending)
                at = position
            self._reach(event.event_time)
            self.world.apply(event)
            if is_fact(event):
                pending.append((self.world.ledger.end + position - at, event))
        if transfers is not None:
            at = self._until(transfers, at, len(transfers.time), pending)
            self._segment(transfers.cut(at, len(transfers.time)), pending)
        self._segment(None, pending)
        out, self._out = self._out, []
        return out

    def _until(self, t: TransferColumns | None, at: int, stop: int, pending: list[tuple[int, Event]]) -> int:
        """Book the days of ``t[at:stop]`` that end before its last transfer; returns the first one not booked."""
        if t is None or stop == at:
            return at
        days = shanghai_day(t.time[at:stop])
        while len(days) and int(days[-1]) > self.world.day:
            today = int((days <= self.world.day).sum())
            self._segment(t.cut(at, at + today) if today else None, pending)
            at, days = at + today, days[today:]
            self._reach(int(t.time[at]))
        return at

    def _reach(self, time: int) -> None:
        """Close every day before the one of ``time``; all that came before must be booked."""
        day = shanghai_day(time)
        if self.world.day == NONE:
            self.world.day = day
        if day <= self.world.day:
            return
        last = min(day, self.world.day + QUIET_DAYS)
        for closing in range(self.world.day, last):
            self._close_day(closing)
        self.world.day = day
        self.world.watch.refresh(day)
        self.world.ledger.forget_before(time - KEEP_US)
        self.world.refs.forget_before(self.world.ledger.base)
        self.world.witnesses.forget_before(self.world.ledger.base)

    def _close_day(self, day: int) -> None:
        self.world.day = day
        self.world.watch.refresh(day)
        self.world.close_day(day)
        taken = self._take([finding for detector in self.detectors for finding in detector.day_close(day)])
        taken += self._take([finding for detector in self.detectors for finding in detector.combine(day)])
        self.writer.classify(sorted(self._stirred), day)
        for episode, kind in first_of_each(taken):
            self._tell(episode, kind)
        self.world.watch.changed_today.clear()
        self.world.register.renamed_today.clear()
        self.world.places.close_day(self.world)
        self.world.hands.close_day(self.world, day_start_us(day + 1))
        changed = self.episodes.changed()
        if self.world.coverage.news:
            self.world.coverage.news = False
            marred = {episode.key: episode for episode in (*changed, *filter(self.writer.marred, self.episodes.all()))}
            changed = [marred[key] for key in sorted(marred)]
        for episode in changed:
            self._out.append(self.writer.write(episode, self._detector(episode.detector), "amended"))
        self._out.extend(self.writer.reclassify(episode) for episode in self.writer.reclassified(sorted(self._stirred)))
        self._stirred.clear()

    def _segment(self, run: TransferColumns | None, pending: list[tuple[int, Event]]) -> None:
        """Book a run, let every detector observe its facts, and judge what they found."""
        if (run is None or not len(run.time)) and not pending:
            return
        self.world.watch.refresh(self.world.day)
        segment = self.world.book(run) if run is not None and len(run.time) else Segment.empty(self.world.ledger.end)
        segment.events = list(pending)
        pending.clear()
        self._judge([finding for detector in self.detectors for finding in detector.observe(segment)])

    def _judge(self, findings: Iterable[Finding]) -> None:
        """Findings of instants: each is told before the next is taken, so that no batch decides how many versions there are."""
        for finding in in_order(findings):
            for episode, kind in self._take([finding]):
                self._tell(episode, kind)

    def _take(self, findings: Iterable[Finding]) -> list[tuple[Episode, str]]:
        """Put findings into their episodes; returns those that must be told, and as what."""
        taken = []
        for finding in in_order(findings):
            episode, kind = self.episodes.take(finding)
            self._stirred.add(finding.subject)
            if kind is None:
                continue
            taken.append((episode, kind))
            if finding.severity == RED:
                for detector in self.detectors:
                    detector.suspects.add(finding.subject)
        return taken

    def _tell(self, episode: Episode, kind: str) -> None:
        self._out.append(self.writer.write(episode, self._detector(episode.detector), kind))
        self.episodes.told(episode)

    def _detector(self, detector_id: str) -> Detector:
        return next(d for d in self.detectors if d.id == detector_id)

    def finish(self) -> list[Alert]:
        """The end of time: close days until no window that waits for money is open."""
        if self.world.day != NONE and not self.world.ended:
            self._reach(day_start_us(self.world.day + 1))  # the last day with events closes like every other
            self.world.ended = True
            self._reach(day_start_us(self.world.day + CLOSING_DAYS))
        out, self._out = self._out, []
        return out


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By the instant at which each became known."""
    return sorted(findings, key=lambda f: (f.known or f.time, f.time, f.detector, f.subject))


def first_of_each(taken: Iterable[tuple[Episode, str]]) -> list[tuple[Episode, str]]:
    """Of an episode that was taken twice the first telling: at a day close it is told once, as it then stands."""
    told: dict[tuple[str, str, int], tuple[Episode, str]] = {}
    for episode, kind in taken:
        told.setdefault(episode.key, (episode, kind))
    return list(told.values())
