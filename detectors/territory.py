"""Which county leads on an alert and which assist (plan 四(三), catalogue §6.3 and §4.14, "RTE-02 confidence").

Pure tables: counties, weights and the dates of codes are `schemas/rulepacks/yancheng-counties.yaml`, the rule for
matters that cross regions is `route.cross_region` of the rule pack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from chuantou.detectors.offices import table_on
from chuantou.schemas.rules import RulePack, load_rule_pack

PPM = 1_000_000
Basis = Literal["unknown", "same_place", "operating_leads", "registered_leads", "operating_outside", "both_outside"]


@dataclass(frozen=True)
class TerritoryEvidence:
    """Where a party works: for each kind of evidence, how many items point to each region code.

    ``rent``: payees of leases and utilities; ``payroll``: branches of salary receivers; ``accounts``: branches that
    opened its active accounts. The declared business address is an argument of `territory_of`.
    """

    rent: Mapping[str, int] = field(default_factory=dict)
    payroll: Mapping[str, int] = field(default_factory=dict)
    accounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Territory:
    """Who leads and who assists, and the two places it was decided on; codes are those in force on the day.

    ``unsure``: the evidence for the operating place was below one half, and the registered place stands for it.
    """

    lead: str | None
    assist: tuple[str, ...]
    basis: Basis
    unsure: bool
    registered: str | None
    operating: str | None
    confidence_ppm: int


def territory_of(
    reg_region: str | None,
    op_region: str | None,
    evidence: TerritoryEvidence,
    day: int,
    illegal_fundraising: bool,
    city_level: bool = False,
) -> Territory:
    """The counties responsible for a matter of ``day`` (Shanghai day number).

    ``reg_region``: registered address of an organisation or residence of a person; ``op_region``: declared business
    address. ``illegal_fundraising`` selects the rule of the 2021 Regulation, art. 20; ``city_level`` marks key
    platforms, private investment bodies, venues and their members, where the city screens and rectifies too.
    """
    registered = None if reg_region is None else _code_on(reg_region, day)
    operating, confidence = _operating_place(op_region, evidence, day)
    unsure = confidence * PPM < _at("territory.min_confidence_ppm", day)
    if unsure:
        operating = registered or operating  # without a registered place the weak answer is the only one
    basis, lead, assist = _responsible(registered, operating, day, illegal_fundraising)
    if city_level:
        assist.append(_at("territory.city", day))
    assist = list(dict.fromkeys(code for code in assist if code != lead))
    return Territory(lead, tuple(assist), basis, unsure, registered, operating, int(confidence * PPM))


def county_name(code: str, language: str, day: int) -> str | None:
    """The name of a responsible body of the city in ``zh`` or ``en``; None for a code that is none on ``day``."""
    county = _at("territory.counties", day).get(code)
    return None if county is None else str(county[language])


def _responsible(
    registered: str | None, operating: str | None, day: int, illegal_fundraising: bool
) -> tuple[Basis, str | None, list[str]]:
    city = _at("territory.city", day)
    if operating is None:
        return "unknown", None, []
    if registered is None:
        registered = operating
    registered_inside, operating_inside = _is_inside(registered, day), _is_inside(operating, day)
    if not registered_inside and not operating_inside:
        return "both_outside", None, [city]
    if registered == operating:
        return "same_place", registered, []
    if illegal_fundraising and _registered_leads(day):
        return "registered_leads", registered, [operating]
    if not operating_inside:  # the registered county opens the file and asks for help; the city tells the province
        return "operating_outside", registered, [operating, city]
    return "operating_leads", operating, [registered]


def _registered_leads(day: int) -> bool:
    return _rules().at("route.cross_region", day) == "registered_leads_for_illegal_fundraising"


def _operating_place(declared: str | None, evidence: TerritoryEvidence, day: int) -> tuple[str | None, Fraction]:
    """The region of highest weight, the lower code on a tie, and that weight; kinds without items count zero."""
    kinds: dict[str, Mapping[str, int]] = {
        "rent": evidence.rent,
        "payroll": evidence.payroll,
        "accounts": evidence.accounts,
        "declared": {} if declared is None else {declared: 1},
    }
    weight_of: dict[str, Fraction] = {}
    for kind, items in kinds.items():
        total = sum(items.values())
        for region, count in items.items():
            code = _code_on(region, day)
            share = Fraction(_at("territory.weights_ppm", day)[kind] * count, total * PPM) if total else Fraction(0)
            weight_of[code] = weight_of.get(code, Fraction(0)) + share
    if not weight_of:
        return None, Fraction(0)
    best = min(weight_of, key=lambda code: (-weight_of[code], code))
    return best, weight_of[best]


def _code_on(region: str, day: int) -> str:
    """The code of a region on ``day``; a code of the city that is no responsible body is the city's own."""
    code = _at("territory.recoded", day).get(region, region)
    known = not _is_inside(code, day) or code in _at("territory.counties", day)
    return code if known else str(_at("territory.city", day))


def _is_inside(code: str, day: int) -> bool:
    return code.startswith(_at("territory.prefix", day))


def _at(key: str, day: int) -> Any:
    return table_on(_counties(), key, day)


@cache
def _counties() -> RulePack:
    return load_rule_pack("yancheng-counties")


@cache
def _rules() -> RulePack:
    return load_rule_pack()
