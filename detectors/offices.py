"""Which of the eight joint offices handles an alert, and who gets a copy (plan 四(二), catalogue §6.2 and §4.14).

Pure tables: the data is `schemas/rulepacks/yancheng-offices.yaml`. The offices act on what they learn today about any
day, so what happened before the first table goes by the first table.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from typing import Any, get_args

from chuantou.schemas.alerts import Severity
from chuantou.schemas.clock import DAY_US, date_of_day
from chuantou.schemas.rules import RulePack, load_rule_pack

LEADING_GROUP = "LEADING_GROUP"


def offices_of(detector: str, sector: str | None, severity: str, day: int | None = None) -> list[str]:
    """Codes of the main office, then of the copies, for an alert on a subject of ``sector``.

    ``day`` chooses the table in force (default: the newest). ValueError for a severity that is none.
    """
    if severity not in get_args(Severity):
        raise ValueError(f"not a severity: {severity!r}")
    main = _main_office(detector, sector, day)
    return [main, *(code for code in _copies(detector, severity, day) if code != main)]


def is_four_in_one(detector: str, sector: str | None, day: int | None = None) -> bool:
    """Whether the alert falls on one of the plan's four first targets (四合一): P2P, venues, wealth bodies, AM.

    The subject's sector decides where an office stands for it; the detector's family where none does.
    """
    family = detector.partition("-")[0]
    group = sector if sector in _in_force("office.of_sector", day) else family
    return group in _in_force("office.four_in_one", day)


def leading_group(orange_times: Mapping[str, Sequence[int]], day: int | None = None) -> bool:
    """Whether one subject's matter is cross-nested (四(二)2) and goes to the leading group to name who is responsible.

    ``orange_times``: for each main office, the times (µs) of the subject's alerts of orange or red that it has. True
    where two offices have one within 30 days of each other. That AM-01 finds another business than the registered one
    leads to the same queue; the first office keeps its duty until the group has spoken.
    """
    span = _in_force("office.cross_nested_days", day) * DAY_US
    merged = sorted((time, office) for office, times in orange_times.items() for time in times)
    # Two offices within the span have, between them in time, two neighbours of different offices at most as far apart.
    return any(a != b and later - earlier <= span for (earlier, a), (later, b) in pairwise(merged))


def office_name(code: str, language: str, day: int | None = None) -> str:
    """The name of an office or copy code in ``zh`` or ``en``; KeyError for an unknown code."""
    return str(_in_force("office.names", day)[code][language])


def _main_office(detector: str, sector: str | None, day: int | None) -> str:
    for rule in _in_force("office.routing", day):
        if _matches(rule, detector) and ("sectors" not in rule or sector in rule["sectors"]):
            fixed = str(rule["office"])
            return _in_force("office.of_sector", day).get(sector, fixed) if rule.get("by_sector") else fixed
    raise LookupError(f"no office for {detector}")


def _copies(detector: str, severity: str, day: int | None) -> Iterator[str]:
    for rule in _in_force("office.copies", day):
        if _matches(rule, detector) and severity in rule["severities"]:
            yield from rule["offices"]


def _matches(rule: dict[str, Any], detector: str) -> bool:
    return any(fnmatchcase(detector, pattern) for pattern in rule["detectors"])


def table_on(pack: RulePack, key: str, day: int | None) -> Any:
    """The value of ``key`` on ``day``: the newest for None, the first for a day before all of them."""
    entries = pack.entries[key]
    if day is None:
        return entries[-1].value
    date = date_of_day(day)
    return next((entry.value for entry in reversed(entries) if entry.first <= date), entries[0].value)


def _in_force(key: str, day: int | None) -> Any:
    return table_on(_offices(), key, day)


@cache
def _offices() -> RulePack:
    return load_rule_pack("yancheng-offices")
