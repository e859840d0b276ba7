"""What a detector is: an id, a clause, and two verbs – observe facts, and judge at a day close.

A detector turns facts into findings; a finding is a definition that holds at one instant for one subject. Episodes,
alerts, evidence, offices and webhooks are not its concern.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import shanghai_day

SEVERITIES = ("none", "log", "yellow", "orange", "red")
NONE, LOG, YELLOW, ORANGE, RED = range(5)
PPM = 1_000_000
YUAN = 100
# §4.14: zero-tolerance rows without a number of their own
ZERO_TOLERANCE_FEN = ((1_000_000 * YUAN, RED), (100_000 * YUAN, ORANGE), (10_000 * YUAN, YELLOW))


def zero_tolerance(fen: int) -> int:
    """Severity of an amount where the law knows no tolerated one (catalogue §4.14)."""
    return next((severity for line, severity in ZERO_TOLERANCE_FEN if fen >= line), NONE)


def ppm(part: int, whole: int) -> int:
    """Parts per million, rounded down; 0 of nothing is 0."""
    return part * PPM // whole if whole else 0


@dataclass(frozen=True)
class Excuse:
    """A look-alike predicate that was tested: its id, whether it holds, and what it was decided on."""

    id: str
    holds: bool
    inputs: dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """The definition of ``detector`` holds for ``subject`` at ``time`` (µs)."""

    detector: str
    subject: str
    time: int
    severity: int
    amount_fen: int
    values: Mapping[str, int | float]
    window: tuple[int, int]
    low_fen: int | None = None
    high_fen: int | None = None
    others: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    known: int | None = None  # when it became knowable, where that is later than ``time``
    key: Any = None  # what the detector needs to write the evidence of this very instant
    flags: tuple[str, ...] = ()

    def rank(self) -> tuple[int, int, int]:
        """Order of representatives: highest severity, then largest amount, then earliest."""
        return self.severity, self.amount_fen, -self.time


@dataclass
class Evidence:
    """What a finding rests on, enough to compute its values again."""

    formulas: dict[str, str]
    inputs: dict[str, Any]
    transactions: list[int] = field(default_factory=list)  # log indices
    events: list[tuple[str, str]] = field(default_factory=list)  # other events, (source_id, event_id)
    related: dict[str, Any] = field(default_factory=dict)
    excuses: list[Excuse] = field(default_factory=list)
    thresholds: dict[str, Any] = field(default_factory=dict)


class Detector:
    """Base of all detectors; subclasses register themselves by being imported (see ``registry``)."""

    id: ClassVar[str]
    clause: ClassVar[str]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    family: ClassVar[str]
    legal_basis: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[tuple[str, ...]] = ()  # keys of the rule pack
    sectors: ClassVar[tuple[str, ...]] = ()
    clause_in: ClassVar[dict[str, str]] = {}  # where another clause says the same of a sector

    @classmethod
    def clause_for(cls, sector: str | None) -> str:
        """The clause of the plan by which a subject of this sector is told."""
        return cls.clause_in.get(sector or "", cls.clause)

    def __init__(self, world: World) -> None:
        self.world = world
        self.episodes: Any = None  # what all detectors found so far, shared by the core
        self.suspects: set[str] = set()  # parties with an open red alert, kept by the engine

    def observe(self, segment: Segment) -> Iterable[Finding]:
        """Findings at the instants of a segment's facts."""
        return ()

    def day_close(self, day: int) -> Iterable[Finding]:
        """Findings that are judged at the end of ``day`` (the instant is the following midnight)."""
        return ()

    def combine(self, day: int) -> Iterable[Finding]:
        """Findings that rest on what other detectors have found by the end of ``day`` (``episodes``)."""
        return ()

    def evidence(self, finding: Finding) -> Evidence:
        """The evidence of one of this detector's findings, while the facts are still kept (≥ 35 days)."""
        raise NotImplementedError

    def in_force(self, key: str, time: int) -> Any:
        """The rule pack's value on the Shanghai date of ``time``."""
        return self.world.rules.at(key, shanghai_day(time))

    def institutions(self) -> tuple[str, ...]:
        """Watched institutions of this detector's sectors, sorted."""
        return self.world.watch.of_sectors(self.sectors)
