"""AD-01 无资质宣传 · financial business advertised without a licence."""

from collections.abc import Iterator

from chuantou.detectors.ad.adverts import AdvertDetector
from chuantou.detectors.ad.offers import business_in, uncovered
from chuantou.detectors.ad.word_lists import Banned
from chuantou.detectors.contract import Evidence, Excuse, Finding
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.streams import TextItem


class UnlicensedAdvert(AdvertDetector):
    """无资质宣传: who holds no financial licence on the day advertises financial business.

    Business by the words of its adverts, sites and apps (a site must solicit, or name a yield); each takes one of the licences
    of ``ad.licences``. Whose text it is must be sure by 0.8 [E]. Who holds any financial licence and goes beyond it is AD-02's.
    A platform's own business is not held against it while platforms were being put in order (``ad.rectifying``). Not: news,
    education, warnings, adverts for staff or courses, what is denied, licensed distributors. Yellow; above it by zero
    tolerance of the fees paid for the adverts. Clause 二(三). Fees in fen.

    >>> uncovered({"loan", "wealth"}, {"loan": ["bank"], "wealth": ["bank", "fund"]}, {"fund"}, ())
    {'loan'}
    """

    id = "AD-01"
    title_zh, title_en = "无资质宣传", "financial business advertised without a licence"
    legal_basis = ("SEED 二(三)", "工商总局等 2016 互联网金融广告整治通知 [S18]")
    parameters = ("ad.business", "ad.business.harmless", "ad.licences", "ad.rectifying")
    sectors = ("P2P", "PAY", "ECF", "AM", "ILF", "TV", "INS", "GUARANTEE", "REALESTATE", "SECURITIES", "OTHER")

    def words(self, e: TextItem, day: int) -> tuple[Banned, ...]:
        return business_in(self.world.rules, e.text, e.kind, day)

    def banned(self, party: str, e: TextItem, day: int, found: tuple[Banned, ...]) -> tuple[Banned, ...]:
        register, rules = self.world.register, self.world.rules
        if register.licences(party, day):
            return ()
        info = register.party(party)
        if info is not None and info.sector == "BANK" and not register.licence_told(party, "bank"):
            return ()  # a bank by its sector, of whose licence nothing was ever told
        spared = (rules.at("ad.rectifying", day) or {}).get(info.sector if info is not None else None, ())
        open_ = uncovered({b.rule for b in found}, rules.at("ad.licences", day) or {}, set(), spared)
        return tuple(b for b in found if b.rule in open_)

    def day_close(self, day: int) -> Iterator[Finding]:
        for party, time in self.taken(day):
            held = tuple(self.adverts[party])
            kinds = {b.rule for advert in held for b in advert.says}
            yield self.finding(party, time, held, {"n_businesses": len(kinds)})

    def evidence(self, finding: Finding) -> Evidence:
        told = self.world.register.licences(finding.subject, shanghai_day(finding.time))
        return self.evidence_of(
            finding, finding.key, {"n_businesses": "different kinds of business in what the adverts say"},
            [Excuse("LA-LICENSED", False, {"party": finding.subject, "licences": [licence.kind for licence in told]})],
            **{"ad.licences": self.in_force("ad.licences", finding.time)},
        )  # fmt: skip
