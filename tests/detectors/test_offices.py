import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors.offices import is_four_in_one, leading_group, office_name, offices_of
from chuantou.schemas.clock import DAY_US, day_of_date
from chuantou.schemas.rules import load_rule_pack


@pytest.mark.parametrize(
    ("detector", "sector", "main"),
    [
        ("P2P-01", "P2P", "O1"),
        ("P2P-01", None, "O1"),
        ("P2P-04", "ECF", "O5"),
        ("P2P-04", "AM", "O6"),
        ("P2P-04", "ILF", "O4"),
        ("P2P-15", "PAY", "O2"),
        ("P2P-15", "BANK", "O1"),
        ("P2P-13", "P2P", "O1"),
        ("P2P-13", "PAY", "O6"),
        ("P2P-13", "ILF", "O6"),
        ("P2P-13", "ECF", "O5"),
        ("P2P-20", "P2P", "O1"),
        ("PAY-01", "PAY", "O2"),
        ("PAY-07", "OTHER", "O2"),
        ("LVT-01", "P2P", "O2"),
        ("AD-03", "P2P", "O3"),
        ("REG-02", "ILF", "O3"),
        ("REG-03", "PAY", "O2"),
        ("REG-01", None, "O4"),
        ("ILF-01", "OTHER", "O4"),
        ("RUN-01", "P2P", "O4"),
        ("ECF-03", "ECF", "O5"),
        ("RE-03", "P2P", "O5"),
        ("RE-02", "P2P", "O1"),
        ("RE-01", "ECF", "O5"),
        ("AM-01", "BANK", "O6"),
        ("COOP-01", "BANK", "O6"),
        ("TV-05", "TV", "O7"),
        ("INS-01", "OTHER", "O8"),
        ("YLD-01", "P2P", "O1"),
        ("YLD-02", "ILF", "O4"),
        ("FLOW-01", "P2P", "O1"),
        ("FLOW-01", "TV", "O7"),
        ("FLOW-01", "OTHER", "O4"),
        ("FLOW-02", None, "O4"),
    ],
)
def test_main_office(detector: str, sector: str | None, main: str) -> None:
    assert offices_of(detector, sector, "log")[0] == main


@pytest.mark.parametrize(
    ("severity", "copies"),
    [("log", []), ("yellow", []), ("orange", ["POLICE", "MARKET"]), ("red", ["POLICE", "MARKET"])],
)
def test_police_and_market_join_every_office_on_orange_and_red(severity: str, copies: list[str]) -> None:
    assert offices_of("P2P-01", "P2P", severity) == ["O1", *copies]
    assert offices_of("ILF-01", "ILF", severity) == ["O4", *copies]


def test_copies_that_do_not_wait_for_orange() -> None:
    assert offices_of("RE-02", "P2P", "yellow") == ["O1", "HOUSING", "CONSTRUCTION"]
    assert offices_of("RE-03", "ECF", "yellow") == ["O5"]
    assert offices_of("INS-02", "INS", "log") == ["O8", "INSURANCE_REGULATOR"]


def test_a_severity_that_is_none() -> None:
    with pytest.raises(ValueError, match="purple"):
        offices_of("P2P-01", "P2P", "purple")


@pytest.mark.parametrize("day", [None, "2010-01-01", "2016-05-20", "2030-01-01"])
def test_offices_act_on_any_past_day(day: str | None) -> None:
    number = None if day is None else day_of_date(day)
    assert offices_of("PAY-01", "PAY", "red", number) == ["O2", "POLICE", "MARKET"]
    assert is_four_in_one("P2P-01", "P2P", number)


@pytest.mark.parametrize(
    ("detector", "sector", "expected"),
    [
        ("P2P-01", "P2P", True),
        ("P2P-01", None, True),
        ("P2P-01", "ECF", False),
        ("P2P-15", "PAY", False),
        ("AD-03", "ILF", True),
        ("PAY-07", "TV", True),
        ("PAY-07", "OTHER", False),
        ("AM-01", "BANK", True),
        ("ILF-02", "OTHER", True),
        ("TV-01", None, True),
        ("INS-01", "INS", False),
        ("FLOW-01", None, False),
    ],
)
def test_four_in_one(detector: str, sector: str | None, expected: bool) -> None:
    assert is_four_in_one(detector, sector) is expected


def test_every_office_that_routing_names_has_a_name() -> None:
    pack = load_rule_pack("yancheng-offices")
    named = pack.at("office.names", "2016-05-20")
    routed = {rule["office"] for rule in pack.at("office.routing", "2016-05-20")}
    copied = {code for rule in pack.at("office.copies", "2016-05-20") for code in rule["offices"]}
    assert routed | copied | set(pack.at("office.of_sector", "2016-05-20").values()) <= named.keys()
    assert routed == {f"O{n}" for n in range(1, 9)}
    assert office_name("O2", "zh") == "第三方支付"


def test_cross_nested_within_thirty_days() -> None:
    assert leading_group({"O1": [0], "O2": [30 * DAY_US]})
    assert not leading_group({"O1": [0], "O2": [30 * DAY_US + 1]})
    assert not leading_group({"O1": [0, 1, 2]})
    assert not leading_group({})


@given(
    st.dictionaries(
        st.sampled_from(["O1", "O2", "O4"]), st.lists(st.integers(0, 200).map(lambda day: day * DAY_US), max_size=5)
    )
)
def test_cross_nested_equals_every_pair(times: dict[str, list[int]]) -> None:
    flat = [(office, time) for office, at in times.items() for time in at]
    expected = any(a != b and abs(s - t) <= 30 * DAY_US for a, s in flat for b, t in flat)
    assert leading_group(times) is expected
