"""P2P-20 平台非法集资 · illegal fund-raising by a platform."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from chuantou.detectors.contract import ORANGE, RED, SEVERITIES, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.episodes import Episode
from chuantou.detectors.p2p.promises import promise_of
from chuantou.detectors.p2p.public_money import KINDS, CircleRows, Public, circle_rows, public_of
from chuantou.graph.accounts import NONE
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent, TextItem

WINDOW_US = 180 * DAY_US
HOPPING_DAYS = 730  # the R1 cluster over 24 months: who goes on under another name
POOLS = ("P2P-01", "P2P-02", "P2P-04", "P2P-18")  # fourth limb: it takes and uses the public's money
BEYOND = ("P2P-03", "P2P-05", "P2P-07", "P2P-13", "P2P-15", "P2P-16")  # more than an intermediary does, beside these
ADVERTS = ("AD-01", "AD-02", "AD-03", "AD-04")
PROMISES = ("P2P-06", "ILF-03")
LICENSED = ("bank", "trust", "fund", "private_fund", "securities", "insurance")  # may take the public's money
FILED = ("p2p_filing", "crowdfunding")


class Told(NamedTuple):
    """A text of the platform: µs, where it was published, what it promises (or ""), where it is in the feed."""

    time: int
    kind: str
    promise: str
    source: str
    event: str


class Limbs(NamedTuple):
    """What each of the four limbs rests on."""

    licences: tuple[str, ...]
    beyond: tuple[Episode, ...]
    adverts: tuple[Episode, ...]
    promises: tuple[Episode, ...]
    pools: tuple[Episode, ...]
    texts: tuple[Told, ...]


class IllegalFundraising(Detector):
    """平台非法集资: the four conditions of illegal fund-raising together, each with what it rests on.

    Over 180 days, for a platform and every platform in one control with it within 24 months: 非法性 no licence to take the
    public's money, and no filing or conduct beyond an intermediary's; 公开性 an advert, or ≥ 30 persons; 利诱性 a promise of
    principal or return in its texts, a finding of P2P-06 or ILF-03, or, without one, ≥ 30 payees outside custody who get one
    size at equal spacing at one ratio; 社会性 a finding of P2P-01, P2P-02, P2P-04 or P2P-18 from yellow up. Persons and fen as
    ILF-02 counts them: payments by order, obligation or the source's code, gross; inferred and inside money apart. Orange; red
    when the entity's line is reached (150 persons, or 1,000,000 yuan) [L4b]. Judged at day closes. Clause 二(一)1; SPC
    interpretation art. 1 [L4].

    >>> [IllegalFundraising.colour(people, 0, 150, 100_000_000) for people in (149, 150)]
    [3, 4]
    """

    id, clause, family = "P2P-20", "二(一)1", "client_money"
    title_zh, title_en = "平台非法集资", "illegal fund-raising by a platform"
    legal_basis = ("SEED 二(一)1", "最高人民法院非法集资解释 art. 1 [L4]")
    parameters = ("ilf.entity.amount", "ilf.entity.people", "illegal.raising", "ad.banned")
    sectors = ("P2P", "ECF", "AM", "ILF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)1", "ILF": "二(五)"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.texts: dict[str, list[Told]] = {}
        self.shown: dict[str, tuple[int, ...]] = {}  # what the last finding of a platform rested on, in numbers
        self.touched: set[str] = set()  # institutions with a text, or money in or out of their circle, today

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, TextItem) and event.kind != "news" and event.party in self.world.watch.institutions:
                self._note(event.party, event.kind, event)
            elif isinstance(event, ProductEvent) and event.platform in self.world.watch.institutions:
                self._note(event.platform, "product", event)
        watch = self.world.watch
        if segment.first < segment.end:
            circles = np.unique(np.concatenate((segment.into, segment.out_of)))
            self.touched.update(watch.keys[place] for place in circles.tolist() if place != NONE)
        yield from ()

    def _note(self, key: str, kind: str, e: TextItem | ProductEvent) -> None:
        promise = promise_of(self.world.rules, e)
        if promise is not None or kind == "ad":
            word = promise.says[0].word if promise is not None else ""
            self.touched.add(key)
            self.texts.setdefault(key, []).append(Told(e.event_time, kind, word, e.source_id, e.event_id))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def combine(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for held in self.texts.values():
            held[:] = [told for told in held if told.time >= now - WINDOW_US]
        pooling = [key for key in self.institutions() if self._stirs(key, now)]
        self.touched.clear()
        if pooling:
            circles = circle_rows(self.world, now - WINDOW_US, now)
            for key in pooling:
                yield from self._judge(key, circles, day, now)

    def _stirs(self, key: str, now: int) -> bool:
        """Whether it pools, and anything of it or of those that hang together with it is new today."""
        if not self._episodes([key], POOLS, now):
            return False
        found = self._episodes([key], (*POOLS, *ADVERTS, *PROMISES), now)
        fresh = any(episode.last >= now - DAY_US for episode in found) or key in self.world.watch.changed_today
        return fresh or not self.touched.isdisjoint(self.world.watch.components.watched(key))

    def _episodes(self, keys: list[str], detectors: tuple[str, ...], now: int) -> tuple[Episode, ...]:
        return tuple(e for key in keys for e in self.episodes.of(detectors, key, YELLOW, now - WINDOW_US))

    def _group(self, key: str, day: int) -> list[str]:
        """The platform and the institutions in one control with it on any day within 24 months, sorted."""
        related = self.world.register.related(key, day, HOPPING_DAYS)
        mine = set(self.institutions())
        return sorted({key, *(party for party, relation in related.items() if party in mine and one_control(relation))})

    def _judge(self, key: str, circles: CircleRows, day: int, now: int) -> Iterator[Finding]:
        pack, keys = self.in_force("illegal.raising", now - 1), self._group(key, day)
        licences = tuple(sorted({k.kind for k in self.world.register.licences(key, day)}))
        if pack is None or set(licences) & set(LICENSED):
            return
        limbs = Limbs(
            licences, self._episodes(keys, BEYOND, now), self._episodes(keys, ADVERTS, now), self._episodes(keys, PROMISES, now),
            self._episodes(keys, POOLS, now), tuple(told for each in keys for told in self.texts.get(each, ())),
        )  # fmt: skip
        advertised = bool(limbs.adverts) or any(told.kind == "ad" for told in limbs.texts)
        in_words = bool(limbs.promises) or any(told.promise for told in limbs.texts)
        told = any(promise.detector != "ILF-03" for promise in limbs.promises) or any(text.promise for text in limbs.texts)
        public = public_of(self.world, keys, circles, to_ppm(pack["alike"]), calendar=not told)
        promised = in_words or len(public.regular) >= pack["payees"]
        # who pools does more than an intermediary does, filed or not: the first limb stands with the fourth
        if not (promised and (advertised or public.people() >= pack["public"])):
            return
        shown = (public.people(), public.gross_fen, len(public.rows), len(limbs.pools), len(public.regular), len(limbs.texts))
        if self.shown.get(key) == shown:
            return
        self.shown[key] = shown
        yield self._finding(key, keys, limbs, public, now)

    def _finding(self, key: str, keys: list[str], limbs: Limbs, public: Public, now: int) -> Finding:
        many, much = self.in_force("ilf.entity.people", now - 1), self.in_force("ilf.entity.amount", now - 1)
        people, fen = public.people(), public.gross_fen
        values = {
            "n_people": people, "gross_absorbed_fen": fen, "n_inferred": public.people("inferred"),
            "n_inside": public.people("inside"),
            "n_regular": len(public.regular), "n_adverts": sum(told.kind == "ad" for told in limbs.texts) + len(limbs.adverts),
            "n_promises": sum(bool(told.promise) for told in limbs.texts) + len(limbs.promises), "n_pools": len(limbs.pools),
        }  # fmt: skip
        first = min(episode.first_breach for episode in limbs.pools)
        return Finding(
            self.id, key, now, self.colour(people, fen, many, much), fen, values, (first, now),
            others=tuple(other for other in keys if other != key), key=(tuple(keys), limbs, public),
        )  # fmt: skip

    @staticmethod
    def colour(people: int, fen: int, many: int | None, much: int | None) -> int:
        """Red from the entity's lines of the day on (ILF-02), orange below."""
        over = (many is not None and people >= many) or (much is not None and fen >= much)
        return RED if over else ORANGE

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        keys, limbs, public = finding.key
        names, refs = self.world.parties.names, self.world.refs
        time, base = self.world.ledger.log.time, self.world.ledger.base
        columns = (public.rows, public.investor, public.fen, public.kind)
        gifts = [
            {"transaction": list(refs.of(row)), "time": int(time[row - base]), "investor": names[who], "fen": fen,
             "kind": KINDS[kind]}
            for row, who, fen, kind in zip(*(column.tolist() for column in columns))
        ]  # fmt: skip
        texts = [{"event": [t.source, t.event], "time": t.time, "kind": t.kind, "promise": t.promise} for t in limbs.texts]
        day = shanghai_day(finding.time - 1)
        return Evidence(
            {"gross_absorbed_fen": "sum of the payments of kind register", "n_people": "their distinct investors"},
            {
                "cluster": list(keys),
                "illegality": {"licences": list(limbs.licences), "beyond": told_of(limbs.beyond)},
                "publicness": {"adverts": told_of(limbs.adverts)},
                "inducement": {"findings": told_of(limbs.promises), "regular": [names[who] for who in public.regular]},
                "sociality": {"findings": told_of(limbs.pools)},
                "texts": texts,
                "credits": gifts,
            },
            public.rows.tolist(), sorted({(t.source, t.event) for t in limbs.texts}),
            excuses=[Excuse("LA-LICENCE", False, {"party": finding.subject, "licences": list(limbs.licences)})],
            thresholds={
                "illegal.raising": self.in_force("illegal.raising", finding.time - 1),
                "ilf.entity.people": self.world.rules.at("ilf.entity.people", day),
                "ilf.entity.amount": self.world.rules.at("ilf.entity.amount", day),
                "licensed": LICENSED, "filed": FILED,
            },
        )  # fmt: skip


def told_of(episodes: tuple[Episode, ...]) -> list[dict[str, Any]]:
    """Findings of other detectors by what identifies their alerts."""
    return [
        {"detector": e.detector, "subject": e.subject, "opened": e.opened, "severity": SEVERITIES[e.best.severity],
         "amount_fen": e.best.amount_fen}
        for e in sorted(episodes, key=lambda e: e.key)
    ]  # fmt: skip
