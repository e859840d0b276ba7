"""AD-02 与许可不符 · an advert that goes beyond the licence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from chuantou.detectors.ad.adverts import AdvertDetector
from chuantou.detectors.ad.offers import business_in, uncovered
from chuantou.detectors.ad.word_lists import Banned, banned_in, classes_of
from chuantou.detectors.contract import Evidence, Excuse, Finding
from chuantou.detectors.lexicon import Hit
from chuantou.detectors.phrases import shown, unsaid
from chuantou.detectors.plain_text import plain_text
from chuantou.graph.licences import LicenceInfo
from chuantou.schemas.rules import RulePack, load_rule_pack
from chuantou.schemas.streams import TextItem

BUSINESS, PRODUCT, REGION = "business", "product", "region"
WIDER = {"全国": "", "全省": "32", "江苏省": "32", "江苏全省": "32", "全市": "3209", "盐城市": "3209", "盐城全市": "3209"}
RECODED = {"320982": "320904"}  # Dafeng, a city until 2015, a district since
SERVES = r"(?:面向|服务|覆盖|辐射|受理|可办|支持)(?:整个)?"


class OffScopeAdvert(AdvertDetector):
    """与许可不符: who holds a financial licence advertises what it does not cover.

    Business of a kind that none of the licences held allows (``ad.licences``); a kind of product (``ad.product_types``) that no
    scope of a licence of its kind names, where one has a scope; a region served (“面向全国”, a county) outside the regions of
    the licences of the advertised business, where they have regions. By 30 days of adverts, sites and apps. What is not said of
    itself, and whose text it is, as for AD-01 and AD-03. Yellow; above it by zero tolerance of the fees paid for the adverts.
    Clause 二(三). Fees in fen.

    >>> covers(["320923"], "3209"), covers(["320900"], "320923"), covers(["000000"], "")
    (False, True, True)
    """

    id = "AD-02"
    title_zh, title_en = "宣传与许可不符", "advert beyond the licence"
    legal_basis = ("SEED 二(三)", "工商总局等 2016 互联网金融广告整治通知 [S18]")
    parameters = ("ad.business", "ad.business.harmless", "ad.licences", "ad.product_types")
    sectors = ("P2P", "PAY", "ECF", "AM", "ILF", "TV", "INS", "BANK", "GUARANTEE", "REALESTATE", "SECURITIES", "OTHER")

    def words(self, e: TextItem, day: int) -> tuple[Banned, ...]:
        return business_in(self.world.rules, e.text, e.kind, day)

    def banned(self, party: str, e: TextItem, day: int, found: tuple[Banned, ...]) -> tuple[Banned, ...]:
        held, rules = self.world.register.licences(party, day), self.world.rules
        if not held:
            return ()
        table = rules.at("ad.licences", day) or {}
        open_ = uncovered({b.rule for b in found}, table, {x.kind for x in held}, ())
        allowing = [x for x in held if any(x.kind in table.get(b.rule, ()) for b in found)]
        return (
            *(b._replace(rule=f"{BUSINESS}:{b.rule}") for b in found if b.rule in open_),
            *products_beyond(rules.at("ad.product_types", day) or {}, e.text, held),
            *regions_beyond(e.text, allowing),
        )

    def day_close(self, day: int) -> Iterator[Finding]:
        for party, time in self.taken(day):
            held = tuple(self.adverts[party])
            rules = {b.rule for advert in held for b in advert.says}
            values = {f"n_{what}": sum(rule.startswith(what) for rule in rules) for what in (BUSINESS, PRODUCT, REGION)}
            yield self.finding(party, time, held, values)

    def evidence(self, finding: Finding) -> Evidence:
        kinds = sorted({x.kind for advert in finding.key for x in advert.licences})
        return self.evidence_of(
            finding, finding.key,
            {"n_business": "different kinds of business that no licence allows",
             "n_product": "different kinds of product that no scope names",
             "n_region": "different regions outside the licences' own"},
            [Excuse("LA-LICENSED", False, {"party": finding.subject, "licences": kinds})],
            **{"ad.licences": self.in_force("ad.licences", finding.time),
               "ad.product_types": self.in_force("ad.product_types", finding.time)},
        )  # fmt: skip


def products_beyond(
    types: Mapping[str, Mapping[str, Sequence[str]]], text: str | None, held: Sequence[LicenceInfo]
) -> Iterator[Banned]:  # fmt: skip
    """Kinds of product in the text that no scope of the licences of their kind names."""
    for kind in sorted(types):
        scopes = [word for licence in held if licence.kind == kind for word in licence.scope]
        if not scopes or any(licence.kind == kind and not licence.scope for licence in held):
            continue
        for said in banned_in(text, classes_of(types[kind])):
            if not named(said.rule, types[kind][said.rule], scopes):
                yield said._replace(rule=f"{PRODUCT}:{kind}:{said.rule}")


def named(product: str, words: Sequence[str], scopes: Sequence[str]) -> bool:
    """Whether a scope names the kind of product, by its name or one of its words."""
    return any(word in scope for scope in scopes for word in (product, *words))


def regions_beyond(text: str | None, licences: Sequence[LicenceInfo]) -> Iterator[Banned]:
    """Regions that the text says it serves, outside those of the licences; nothing where one is valid everywhere."""
    if not licences or any(not licence.region for licence in licences):
        return
    granted = [region for licence in licences for region in licence.region]
    plain, names = plain_text(text), served()
    for hit in re.finditer(f"{SERVES}(?P<place>{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})", plain):
        if not covers(granted, names[hit["place"]]) and not unsaid(plain, *hit.span()):
            said = shown(plain, Hit(hit["place"], *hit.span()))
            yield Banned(f"{REGION}:{names[hit['place']]}", said.word, (said.start, said.end), said.context)


def covers(granted: Sequence[str], code: str) -> bool:
    """Whether a region as advertised (a GB/T 2260 code without its trailing zeros) lies within those granted."""
    return any(code.startswith(re.sub(r"(?:00)+$", "", RECODED.get(region, region))) for region in granted)


@cache
def served() -> dict[str, str]:
    """The code of each name of a region, without trailing zeros; counties by every name they had."""
    pack: RulePack = load_rule_pack("yancheng-counties")
    rows = [row for entry in pack.entries["territory.counties"] for row in entry.value.items()]
    return WIDER | {names["zh"]: RECODED.get(code, code) for code, names in rows if code.isdigit()}
