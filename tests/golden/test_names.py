"""Which words of the lists stand in names and scopes, and on which day the statute reserves them (catalogue §4.10 REG-02)."""

from pathlib import Path

import pytest
import yaml

from chuantou.detectors.reg.name_keywords import lexicons_on, words_of
from chuantou.graph.register import PartyInfo
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.rules import load_rule_pack
from tests.detectors.scenario import Scenario, days_after, only, run

RULES = load_rule_pack()
TABLE = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))


def words(day: str = "2016-06-20", **fields: str) -> list[str]:
    lexicons = lexicons_on(RULES, day_of_date(day))
    assert lexicons is not None
    return [word.word for word in words_of([PartyInfo("A", **fields)], lexicons).get("A", ())]


@pytest.mark.parametrize(("name", "expected"), TABLE["names"].items())
def test_names(name: str, expected: list[str]) -> None:
    assert words(name=name) == expected


@pytest.mark.parametrize(("scope", "expected"), TABLE["scopes"].items())
def test_scopes(scope: str, expected: list[str]) -> None:
    assert words(scope_text=scope) == expected


def test_the_sixteen_words_of_the_plan_are_found_as_they_are_written() -> None:
    listed = RULES.at("names.hard", "2016-06-20")
    assert len(listed) == 16
    assert [words(name=f"盐城{word}有限公司") for word in listed] == [[word] for word in listed]


def test_no_list_before_the_plan() -> None:
    assert lexicons_on(RULES, day_of_date("2016-05-19")) is None


@pytest.mark.parametrize(
    ("day", "statute"),
    [("2021-04-20", 0), ("2021-05-10", 1), ("2023-08-20", 1), ("2023-09-10", 2), ("2024-04-20", 2), ("2024-05-10", 3)],
)
def test_what_the_statute_reserves_by_date(day: str, statute: int) -> None:
    """A wealth manager who says fund and payment, registered on that day."""
    s = Scenario("dated")
    party = s.org(day, name="盐城财富管理有限公司", scope_text="基金、支付", reg_region="320902")
    s.person(f"{days_after(day, 3)}T10:00")
    alert = only(run(s), "REG-02", party)
    assert (alert.severity, alert.values["n_hard"], alert.values["n_statute"]) == ("log", 3, statute)


def test_a_government_platform_is_listed_and_marked() -> None:
    s = Scenario("government")
    office = s.org(name="盐城市人民政府国有资产监督管理委员会")
    party = s.org("2016-06-13", name="盐城城市投资管理有限公司", reg_region="320902")
    s.owns(office, party, 100, "2016-06-13")
    s.person("2016-06-20T10:00")
    engine = run(s)
    alert = only(engine, "REG-02", party)
    assert (alert.severity, alert.values["government"]) == ("log", 1)
    assert engine.evidence(alert.alert_id)["inputs"]["government"] == ["盐城市人民政府国有资产监督管理委员会"]


def test_an_existing_company_is_listed_again_when_a_list_changes() -> None:
    """Listed in 2016 by the plan, and by the statute on the day on which it begins."""
    s = Scenario("again")
    party = s.org("2016-06-13", name="盐城汇通支付有限公司", reg_region="320902")
    for after in range(30, 3_000, 180):  # somebody is told of twice a year
        s.person(days_after("2016-06-13", after))
    found = [a for a in run(s).final_alerts() if a.detector == "REG-02" and a.subjects[0] == party]
    assert sorted((a.first_breach[:10], a.values["n_statute"]) for a in found) == [
        ("2016-06-13", 0), ("2021-05-01", 0), ("2023-09-01", 0), ("2024-05-01", 1),
    ]  # fmt: skip
