"""From an episode to an alert and its evidence pack (catalogue §3.12, §3.13)."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from chuantou.detectors import wording
from chuantou.detectors.contract import ORANGE, PPM, SEVERITIES, YELLOW, Detector, Finding
from chuantou.detectors.disposal import inputs_of
from chuantou.detectors.episodes import Episode, Episodes
from chuantou.detectors.evidence import build_pack, merkle_root
from chuantou.detectors.offices import LEADING_GROUP, is_four_in_one, leading_group, offices_of
from chuantou.detectors.territory import TerritoryEvidence, territory_of
from chuantou.graph.world import World
from chuantou.schemas.alerts import Alert, TransactionRef, Window, canonical_json, sha256_hex
from chuantou.schemas.clock import date_of_day, iso_shanghai, parse_time, shanghai_day

TRANSACTIONS_SHOWN = 200
# weight of a severity and what uncertainty takes from it (catalogue §3.12) [E]
WEIGHT_PPM = {"log": 200_000, "yellow": 500_000, "orange": 700_000, "red": 900_000}
FLAG_PPM, WIDTH_PPM, LEAST_PPM = 100_000, 300_000, 300_000
ORGANISATION = "uscc:"
FUNDRAISING = ("P2P-01", "P2P-02", "P2P-20", "ILF-")


class AlertWriter:
    """Writes alerts; ``written`` holds the last one of each id and ``packs`` its evidence."""

    def __init__(self, world: World, episodes: Episodes, families: dict[str, str]) -> None:
        self.world, self.episodes = world, episodes
        self.families = families  # by detector id, in the order of the registry
        self.disposals: dict[str, dict[str, Any]] = {}  # by subject, as of the last day close on which anything was found of it
        self.written: dict[str, Alert] = {}
        self.packs: dict[str, dict[str, Any]] = {}
        self._best: dict[str, tuple[Finding, dict[str, Any]]] = {}

    def write(self, episode: Episode, detector: Detector, kind: str) -> Alert:
        """The alert of an episode as it stands; its evidence is gathered anew only where another finding represents it."""
        alert_id = identity(episode)
        best = episode.best
        held = self._best.get(alert_id)
        if held is None or held[0] is not best:
            held = self._best[alert_id] = (best, build_pack(self.world, detector, best))
        pack = {**held[1], **self._span(episode), "data_quality": self.flags_of(episode), "disposal": self._disposal(episode)}
        before = self.written.get(alert_id)
        alert = self._alert(alert_id, episode, detector, pack)
        alert = numbered(alert, before.version + 1 if before else 1, kind)
        self.written[alert_id], self.packs[alert_id] = alert, pack
        return alert

    @staticmethod
    def _span(episode: Episode) -> dict[str, Any]:
        return {
            "as_of_known_time": iso_shanghai(episode.best.known or episode.best.time),
            "first_breach": iso_shanghai(episode.first_breach),
            "window": {"from": iso_shanghai(episode.start), "to": iso_shanghai(episode.best.time)},
        }

    def classify(self, subjects: Iterable[str], day: int) -> None:
        """Recommend a class for organisations by all that is found of them at the close of ``day`` (DSP-01)."""
        for subject in subjects:
            if subject.startswith(ORGANISATION):
                about = self.episodes.about(self.families, subject)
                self.disposals[subject] = inputs_of(self.world, subject, about, self.families, day).as_evidence(day)

    def _disposal(self, episode: Episode) -> dict[str, Any] | None:
        """Class and inputs as of the last day close; none for what is only a lead."""
        return self.disposals.get(episode.subject) if episode.best.severity >= YELLOW else None

    def reclassify(self, episode: Episode) -> Alert:
        """The alert of an episode of which nothing but the recommended class has changed."""
        alert_id = identity(episode)
        pack = self.packs[alert_id] = {**self.packs[alert_id], "disposal": self._disposal(episode)}
        alert = replace(
            self.written[alert_id], recommended_class=class_in(pack["disposal"]), evidence_sha256=sha256_hex(canonical_json(pack))
        )
        self.written[alert_id] = alert = numbered(alert, alert.version + 1, "amended")
        return alert

    def reclassified(self, subjects: Iterable[str]) -> list[Episode]:
        """Episodes of the subjects whose alerts show another class than is recommended by now."""
        about = (episode for subject in subjects for episode in self.episodes.about(self.families, subject))
        return [e for e in about if self.written[identity(e)].recommended_class != class_in(self._disposal(e))]

    def flags_of(self, episode: Episode) -> list[str]:
        """What marred the data of an episode: what its findings say, and what the feeds owe of its accounts and its subject's."""
        best = episode.best
        return sorted(episode.flags | self._coverage((best.subject,), best.accounts, episode.start, best.time))

    def marred(self, episode: Episode) -> bool:
        """Whether the alert of an episode shows other flags than are known by now."""
        return self.written[identity(episode)].flags != self.flags_of(episode)

    def uncleared(self, alert: Alert) -> Alert:
        """An alert that no longer holds, with what the feeds owe of its accounts: to withdraw it there is no all-clear."""
        window = (parse_time(alert.window.first), parse_time(alert.window.last))
        return replace(alert, flags=sorted({*alert.flags} | self._coverage(alert.subjects, alert.accounts, *window)))

    def _coverage(self, parties: Sequence[str], accounts: Sequence[str], start_us: int, end_us: int) -> set[str]:
        known = self.world.accounts
        own = (known.ids.names[i] for party in parties for i in known.of_party.get(self.world.parties.get(party), ()))
        return self.world.coverage.flags({*accounts, *own}, start_us, end_us)

    def _alert(self, alert_id: str, episode: Episode, detector: Detector, pack: dict[str, Any]) -> Alert:
        best, world = episode.best, self.world
        severity = SEVERITIES[best.severity]
        info = world.register.party(best.subject)
        sector = info.sector if info is not None else None
        day = shanghai_day(best.time)
        territory = territory_of(
            info.reg_region if info is not None else None, info.op_region if info is not None else None,
            self._places(best.subject), day, detector.id.startswith(FUNDRAISING),
        )  # fmt: skip
        refs = [TransactionRef(t["source_id"], t["event_id"]) for t in pack["transactions"]]
        shown, rest = refs[:TRANSACTIONS_SHOWN], refs[TRANSACTIONS_SHOWN:]
        span = (str(date_of_day(shanghai_day(episode.start))), str(date_of_day(day)))
        clause = detector.clause_for(sector)
        who = f"{info.name}（{best.subject}）" if info is not None and info.name else best.subject
        return Alert(
            alert_id=alert_id, version=1, kind="created", detector=detector.id, clause=clause,
            subjects=[best.subject, *best.others], accounts=list(best.accounts), severity=severity,  # type: ignore[arg-type]
            score=score(best, severity, len(pack["data_quality"])), amount_fen=best.amount_fen,
            amount_low_fen=best.amount_fen if best.low_fen is None else best.low_fen,
            amount_high_fen=best.amount_fen if best.high_fen is None else best.high_fen,
            window=Window(first=iso_shanghai(episode.start), last=iso_shanghai(best.time)),
            first_breach=iso_shanghai(episode.first_breach), values=dict(best.values), transactions=shown,
            more=len(rest) + pack["transactions_more"],
            merkle_root=merkle_root([f"{r.source_id}/{r.event_id}" for r in rest]) if rest else pack["merkle_root"],
            offices=self._offices(episode, sector, day), county_lead=territory.lead,
            county_assist=list(territory.assist), four_in_one=is_four_in_one(detector.id, sector, day),
            recommended_class=class_in(pack["disposal"]), rule_pack=world.rules.id,
            evidence_sha256=sha256_hex(canonical_json(pack)),
            summary_zh=wording.summary_zh(detector.id, detector.title_zh, clause, who, span, best.values),
            summary_en=wording.summary_en(detector.id, detector.title_en, clause, who, span, best.values),
            flags=pack["data_quality"],
        )  # fmt: skip

    def _offices(self, episode: Episode, sector: str | None, day: int) -> list[str]:
        """The main office, copies, and the leading group where the subject's matter is cross-nested (四(二)2)."""
        offices = offices_of(episode.detector, sector, SEVERITIES[episode.best.severity], day)
        times: dict[str, list[int]] = {}
        for other in self.episodes.of(self.families, episode.subject, ORANGE, 0):
            office = offices_of(other.detector, sector, SEVERITIES[other.best.severity], day)[0]
            times.setdefault(office, []).extend((other.best.time, other.last))
        crossed = episode.best.severity >= ORANGE and leading_group(times, day)
        return [*offices, LEADING_GROUP] if crossed else offices

    def _places(self, party: str) -> TerritoryEvidence:
        """Evidence of the operating place as of the last day close."""
        world = self.world
        accounts: dict[str, int] = {}
        for account in world.accounts.of_party.get(world.parties.get(party), ()):
            region = world.accounts.branch.get(account)
            if region is not None and world.places.active(account):
                accounts[region] = accounts.get(region, 0) + 1
        counts = world.places.counts
        return TerritoryEvidence(counts.get((party, "rent"), {}), counts.get((party, "payroll"), {}), accounts)


def class_in(disposal: dict[str, Any] | None) -> str | None:
    return None if disposal is None else str(disposal["recommended_class"])


def identity(episode: Episode) -> str:
    """The alert's id: a hash of detector, subject and episode."""
    return sha256_hex(canonical_json(list(episode.key)))[:32]


def numbered(alert: Alert, number: int, kind: str) -> Alert:
    """The same alert as another version."""
    return replace(alert, version=number, kind=kind)


def same_content(a: Alert, b: Alert) -> bool:
    """Whether two versions say the same."""
    return numbered(a, b.version, b.kind) == b


def score(best: Finding, severity: str, flags: int) -> int:
    """0–100: gravity times confidence; a wide attribution interval and data faults take from it."""
    low = best.amount_fen if best.low_fen is None else best.low_fen
    high = best.amount_fen if best.high_fen is None else best.high_fen
    width = (high - low) * WIDTH_PPM // high if high else 0
    confidence = max(LEAST_PPM, PPM - width - flags * FLAG_PPM)
    return WEIGHT_PPM[severity] * confidence * 100 // (PPM * PPM)

