"""INS-02 误导/违规承诺收益 · misleading insurance text, promised returns or losses borne."""

from collections.abc import Iterator
from typing import Any

from chuantou.detectors.ad.adverts import AdvertDetector
from chuantou.detectors.ad.misleading_advert import MisleadingAdvert
from chuantou.detectors.ad.word_lists import Banned, banned_in, lists_in_force
from chuantou.detectors.claims_in_text import YIELD, claims_in
from chuantou.detectors.contract import Evidence, Excuse, Finding
from chuantou.detectors.plain_text import plain_text
from chuantou.graph.world import Segment
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent, TextItem

LICENCES = ("insurance", "insurance_broker")
PROMISED = "promised"
NAME = 3  # characters from which on a product's name in a text names the product


class MisleadingInsurance(AdvertDetector):
    """误导/违规承诺收益: an insurer's or broker's texts promise returns beyond the contract, bear losses, or boast of the past.

    Of the sector, or with its licence on the day; adverts, sites and apps of 30 days. Classes: promised returns; losses borne;
    past results; exaggeration, comparison with deposits. Score = Σ weights of different (class, word): 1 for the first two,
    0.5 for the others [E]; fires at 1. A promised return is the contract's own where the text states no yield above the rate
    filed for the product that it names – for any of its products, where it names none. Yellow; above it by zero tolerance of the
    fees. Clause 二(七); 互联网保险业务监管办法 [S27]. Weights and rates in ppm, fees in fen.

    >>> MisleadingInsurance.as_filed([25_000], 25_000), MisleadingInsurance.as_filed([25_000], 60_000)
    (True, False)
    """

    id, clause = "INS-02", "二(七)"
    title_zh, title_en = "保险误导宣传、违规承诺收益", "misleading insurance text, promised returns"
    legal_basis = ("SEED 二(七)", "互联网保险业务监管办法 [S27]", "广告法 art. 25 [L8]")
    parameters = ("ins.banned", "ins.weight", "ad.harmless")
    sectors = ("INS",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.filed: dict[str, dict[str, int]] = {}  # seller or issuer -> product -> highest rate, ppm

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, e in segment.events:
            if isinstance(e, ProductEvent) and e.type == "PRODUCT" and e.rate_ppm is not None and e.product is not None:
                for party in filter(None, (e.platform, e.issuer)):
                    rates = self.filed.setdefault(party, {})
                    rates[e.product] = max(e.rate_ppm, rates.get(e.product, 0))
        yield from super().observe(segment)

    def words(self, e: TextItem, day: int) -> tuple[Banned, ...]:
        lexicon = lists_in_force(self.world.rules, "ins.banned", day, "ad.harmless")
        return banned_in(e.text, lexicon) if lexicon is not None else ()

    def banned(self, party: str, e: TextItem, day: int, found: tuple[Banned, ...]) -> tuple[Banned, ...]:
        register, info = self.world.register, self.world.register.party(party)
        insures = (info is not None and info.sector == "INS") or any(register.has_licence(party, kind, day) for kind in LICENCES)
        if not insures:
            return ()
        if any(b.rule == PROMISED for b in found) and self._in_contract(party, e, day):
            return tuple(b for b in found if b.rule != PROMISED)
        return found

    def _in_contract(self, party: str, e: TextItem, day: int) -> bool:
        """Whether the text states yields, and none above what is filed."""
        stated = [claim.most for claim in claims_in(e.text, day) if claim.what == YIELD]
        filed, plain = self.filed.get(party, {}), plain_text(e.text)
        named = [rate for product, rate in filed.items() if len(product) >= NAME and plain_text(product) in plain]
        return bool(stated) and self.as_filed(named or list(filed.values()), max(stated))

    @staticmethod
    def as_filed(rates: list[int], stated: int) -> bool:
        return stated <= max(rates, default=-1)

    def day_close(self, day: int) -> Iterator[Finding]:
        for party, time in self.taken(day):
            weight, held = self.in_force("ins.weight", time), tuple(self.adverts[party])
            said = {(b.rule, b.word) for advert in held for b in advert.says}
            score = MisleadingAdvert.score_ppm(said, weight["strong"], to_ppm(weight["other"]))
            if score >= to_ppm(weight["fires"]):
                classes = {f"n_{name}": sum(rule == name for rule, _ in said) for name in self.in_force("ins.banned", time)}
                yield self.finding(party, time, held, {"score_ppm": score, "n_hits": len(said), **classes})

    def evidence(self, finding: Finding) -> Evidence:
        out = self.evidence_of(
            finding, finding.key, {"score_ppm": "sum of weights of different (class, word)"},
            [Excuse("as_filed", False, {"filed": sorted(self.filed.get(finding.subject, {}).items())})],
            **{"ins.weight": self.in_force("ins.weight", finding.time)},
        )  # fmt: skip
        out.inputs["classes"] = sorted(self.in_force("ins.banned", finding.time))
        return out
