"""AD-04 集资广告 · advert that raises funds from the public."""

from collections.abc import Iterator

from chuantou.detectors.ad.adverts import AdvertDetector
from chuantou.detectors.ad.raising import raising_in
from chuantou.detectors.ad.word_lists import Banned
from chuantou.detectors.contract import LOG, Evidence, Excuse, Finding
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.streams import TextItem

LEAD = "lead"


class FundraisingAdvert(AdvertDetector):
    """集资广告: an advert, site or app asks the public for money and promises something for it.

    Both in one text, in words of ``ad.raising``: asked for (投资, 入股, 认购 …) and promised (回报, 返利, 分红 …), each said of
    itself. From 2021-05-01 a breach (条例 art. 11); before, a lead. Whoever is another's site that carries it – by its
    filing number or host – is told beside the advertiser: whether the documents were checked (art. 11) is to be asked there.
    Not for who may raise from the public (``ad.raising.licensed``), news, warnings, bonuses of shops. Yellow; above it by zero
    tolerance of the fees paid for the adverts. Clause 二(三). Fees in fen.

    >>> FundraisingAdvert.duty_is_owed("lead"), FundraisingAdvert.duty_is_owed("breach")
    (False, True)
    """

    id = "AD-04"
    title_zh, title_en = "集资广告", "advert that raises funds from the public"
    legal_basis = ("SEED 二(三)", "2021 防范和处置非法集资条例 art. 11 [L1]")
    parameters = ("ad.raising", "ad.raising.harmless", "ad.raising.duty", "ad.raising.licensed")
    sectors = ("P2P", "PAY", "ECF", "AM", "ILF", "TV", "INS", "GUARANTEE", "REALESTATE", "SECURITIES", "OTHER")

    def words(self, e: TextItem, day: int) -> tuple[Banned, ...]:
        return raising_in(self.world.rules, e.text, day)

    def banned(self, party: str, e: TextItem, day: int, found: tuple[Banned, ...]) -> tuple[Banned, ...]:
        may = self.world.rules.at("ad.raising.licensed", day) or ()
        if any(licence.kind in may for licence in self.world.register.licences(party, day)):
            return ()
        return found

    @staticmethod
    def duty_is_owed(duty: str | None) -> bool:
        return duty not in (LEAD, None)

    def day_close(self, day: int) -> Iterator[Finding]:
        for party, time in self.taken(day):
            owed = self.duty_is_owed(self.in_force("ad.raising.duty", time))
            held = tuple(a for a in self.adverts[party] if self.duty_is_owed(self.in_force("ad.raising.duty", a.time)) == owed)
            sites = tuple(sorted({advert.site for advert in held if advert.site is not None}))
            yield self.finding(
                party, time, held, {"n_sites": len(sites), "legacy": int(not owed)}, None if owed else LOG, others=sites
            )  # fmt: skip

    def evidence(self, finding: Finding) -> Evidence:
        held = [licence.kind for licence in self.world.register.licences(finding.subject, shanghai_day(finding.time))]
        return self.evidence_of(
            finding, finding.key, {"n_sites": "different sites of others that carry it"},
            [Excuse("LA-LICENSED", False, {"party": finding.subject, "licences": held})],
            **{"ad.raising.duty": self.in_force("ad.raising.duty", finding.time),
               "ad.raising.licensed": self.in_force("ad.raising.licensed", finding.time)},
        )  # fmt: skip
