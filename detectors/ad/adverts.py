"""What AD-01 … AD-04 and INS-02 have in common: adverts, sites and apps of 30 days by who published them."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from chuantou.detectors.ad.word_lists import Banned
from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.phrases import snapshot_hash
from chuantou.graph.publishers import Publisher
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.streams import TextItem

WINDOW_US = 30 * DAY_US
KINDS = ("ad", "site", "app")
SURE_PPM = 800_000  # how sure it must be whose text it is [E]
MOST = 200  # publications of a party in the window; of more the first count


class Licence(NamedTuple):
    """A licence of the publisher on the day of the text; no scope, or no region: all."""

    kind: str
    scope: tuple[str, ...]
    region: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        return {"kind": self.kind, "scope": list(self.scope), "region": list(self.region)}


class Advert(NamedTuple):
    """One publication of a text that says what a rule bans; ``sha256`` is that of the text, the same wherever it stands."""

    time: int
    kind: str
    event: tuple[str, str]
    sha256: str
    url: str | None
    fee_fen: int
    basis: str
    confidence_ppm: int
    site: str | None
    says: tuple[Banned, ...]
    licences: tuple[Licence, ...]

    def row(self) -> dict[str, Any]:
        return {
            "time": self.time, "kind": self.kind, "event": list(self.event), "sha256": self.sha256, "url": self.url,
            "fee_fen": self.fee_fen, "published_by": self.basis, "confidence_ppm": self.confidence_ppm, "site": self.site,
            "says": [said.row() for said in self.says], "licences": [licence.row() for licence in self.licences],
        }  # fmt: skip


class AdvertDetector(Detector):
    """Reads each text as it comes, and judges its publisher at the close of the day, for the instant of the text."""

    clause = "二(三)"
    family = "publicity"

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.today: list[tuple[TextItem, tuple[Banned, ...]]] = []
        self.adverts: dict[str, deque[Advert]] = {}

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, e in segment.events:
            if isinstance(e, TextItem) and e.kind in KINDS and e.text:
                found = self.words(e, shanghai_day(e.event_time))
                if found:
                    self.today.append((e, found))
        yield from ()

    def taken(self, day: int) -> Iterator[tuple[str, int]]:
        """(party, time) of each publication of the day that says something; its window is up to date then."""
        told, self.today = self.today, []
        for e, found in sorted(told, key=lambda pair: (pair[0].event_time, pair[0].source_id, pair[0].event_id)):
            who = self.world.publishers.of(e, self.world.accounts)
            if who is None or who.confidence_ppm < SURE_PPM:
                continue
            held = self.adverts.setdefault(who.party, deque())
            while held and held[0].time <= e.event_time - WINDOW_US:
                held.popleft()
            says = self.banned(who.party, e, shanghai_day(e.event_time), found) if len(held) < MOST else ()
            if says:
                held.append(self._advert(who, e, says))
                yield who.party, e.event_time
        gone = [party for party, held in self.adverts.items() if not held or held[-1].time <= day_start_us(day + 1) - WINDOW_US]
        for party in gone:
            del self.adverts[party]

    def words(self, e: TextItem, day: int) -> tuple[Banned, ...]:
        """What the text says that the rule is about, whoever published it."""
        raise NotImplementedError

    def banned(self, party: str, e: TextItem, day: int, found: tuple[Banned, ...]) -> tuple[Banned, ...]:
        """What of it the rule bans of this publisher on the day of the text."""
        raise NotImplementedError

    def _advert(self, who: Publisher, e: TextItem, says: tuple[Banned, ...]) -> Advert:
        held = self.world.register.licences(who.party, shanghai_day(e.event_time))
        licences = {Licence(x.kind, x.scope, x.region) for x in held}
        return Advert(e.event_time, e.kind, (e.source_id, e.event_id), snapshot_hash(e.text or ""), e.url, e.fee_fen or 0,
                      who.basis, who.confidence_ppm, who.site, says, tuple(sorted(licences)))  # fmt: skip

    def finding(
        self, party: str, time: int, held: Sequence[Advert], values: dict[str, int], severity: int | None = None, **more: Any
    ) -> Finding:  # fmt: skip
        """Severity, unless it is given, by the advertising fees, where they are known (zero tolerance); at least yellow."""
        fees = sum(advert.fee_fen for advert in held)
        said = {"n_texts": len({advert.sha256 for advert in held}), "n_published": len(held), "fee_fen": fees}
        severity = max(YELLOW, zero_tolerance(fees)) if severity is None else severity
        known = day_start_us(shanghai_day(time) + 1)
        return Finding(self.id, party, time, severity, fees, said | values, (held[0].time, time), known=known,
                       key=more.pop("key", tuple(held)), **more)  # fmt: skip

    def evidence_of(
        self, finding: Finding, held: Sequence[Advert], formulas: dict[str, str], excuses: Sequence[Excuse] = (),
        **thresholds: Any,
    ) -> Evidence:  # fmt: skip
        return Evidence(
            {"n_texts": "different sha256 of the publications", "fee_fen": "sum of their fee_fen", **formulas},
            {"adverts": [advert.row() for advert in held]},
            events=sorted({advert.event for advert in held}),
            excuses=list(excuses),
            thresholds={**thresholds, "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )
