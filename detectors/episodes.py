"""Episodes: findings of one detector and subject until 30 days of silence (catalogue §3.12).

An alert leaves at its first finding, when its severity rises, and at a day close on which it changed; these are
instants of event time, so the versions too are a function of the events.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from chuantou.detectors.contract import Finding
from chuantou.schemas.clock import DAY_US

SILENCE_US = 30 * DAY_US


@dataclass
class Episode:
    """``best`` represents the episode: highest severity, then largest amount, then earliest.

    ``opened`` is the time of the finding that began it, and with detector and subject its identity.
    """

    detector: str
    subject: str
    opened: int
    first_breach: int
    best: Finding
    start: int
    last: int
    flags: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, finding: Finding) -> "Episode":
        return cls(finding.detector, finding.subject, finding.time, finding.time, finding, finding.window[0],
                   max(finding.time, finding.known or 0), set(finding.flags))  # fmt: skip

    @property
    def key(self) -> tuple[str, str, int]:
        return self.detector, self.subject, self.opened

    def covers(self, time: int) -> bool:
        return self.first_breach - SILENCE_US <= time <= self.last + SILENCE_US

    def take(self, finding: Finding) -> bool:
        """Add a finding; returns whether anything an alert shows has changed."""
        before = self._shown()
        self.first_breach = min(self.first_breach, finding.time)
        self.start = min(self.start, finding.window[0])
        self.last = max(self.last, finding.time, finding.known or 0)
        self.flags.update(finding.flags)
        if finding.rank() > self.best.rank():
            self.best = finding
        return self._shown() != before

    def _shown(self) -> tuple[object, ...]:
        return self.first_breach, self.start, len(self.flags), self.best


class Episodes:
    """Episodes by (detector, subject), and those that changed since the last day close."""

    def __init__(self) -> None:
        self.by_subject: dict[tuple[str, str], list[Episode]] = {}
        self._changed: dict[tuple[str, str, int], Episode] = {}

    def take(self, finding: Finding) -> tuple[Episode, str | None]:
        """Put a finding into its episode; returns it with ``created``, ``escalated`` or None."""
        episodes = self.by_subject.setdefault((finding.detector, finding.subject), [])
        for episode in episodes:
            if episode.covers(finding.time):
                before = episode.best.severity
                if episode.take(finding):
                    self._changed[episode.key] = episode
                return episode, "escalated" if episode.best.severity > before else None
        episode = Episode.begin(finding)
        episodes.append(episode)
        return episode, "created"

    def of(self, detectors: Iterable[str], subject: str, least: int, since: int) -> list[Episode]:
        """Episodes of a subject by these detectors, of a severity from ``least`` up, last seen at or after ``since`` (µs)."""
        return [e for e in self.about(detectors, subject) if e.best.severity >= least and e.last >= since]

    def about(self, detectors: Iterable[str], subject: str) -> list[Episode]:
        """All episodes of a subject by these detectors, in their order."""
        return [e for detector in detectors for e in self.by_subject.get((detector, subject), ())]

    def told(self, episode: Episode) -> None:
        """The alert of this episode has just left as it stands."""
        self._changed.pop(episode.key, None)

    def all(self) -> Iterator[Episode]:
        """Every episode, in no order."""
        return chain.from_iterable(self.by_subject.values())

    def changed(self) -> list[Episode]:
        """Episodes that changed and were not told since, sorted; they count as told."""
        out = [self._changed[key] for key in sorted(self._changed)]
        self._changed.clear()
        return out
