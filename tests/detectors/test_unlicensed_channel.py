"""PAY-12: when a settlement counts, and what ends a notice."""

import pytest

from tests.detectors.scenario import alerts, days_after, only, run
from tests.detectors.stories.unlicensed_channel import GRACE, RED_DAY, SALES_YUAN, START, Channel


def channel_of(last: int, name: str = "c", start: int = 0) -> Channel:
    c = Channel(name)
    c.clear(start, last)
    return c


@pytest.mark.parametrize(("days", "count"), [(GRACE - 1, 0), (GRACE, 1), (GRACE + 1, 2)])
def test_five_working_days_after_the_notice(days: int, count: int) -> None:
    engine = run(channel_of(RED_DAY + days).s)
    assert only(engine, "PAY-07").severity == "red"
    found = alerts(engine, "PAY-12")
    assert [alert.values["n_settlements"] for alert in found] == ([count] if count else [])
    assert [alert.amount_fen for alert in found] == ([count * SALES_YUAN * 100] if count else [])


def test_the_national_holiday_makes_the_grace_longer() -> None:
    """Red on Friday 30 September 2016: the fifth working day is 12 October, because 8 and 9 October are worked."""
    start = 60 - RED_DAY
    assert days_after(START, start + RED_DAY) == "2016-09-30"
    engine = run(channel_of(start + RED_DAY + 20, start=start).s)
    assert only(engine, "PAY-12").first_breach[:10] == "2016-10-13"


def test_an_orange_alert_is_no_notice() -> None:
    """Shops at one address: no ten unrelated trades behind one contract."""
    c = Channel("orange")
    owners = [e.owner for e in c.s.told if getattr(e, "account", None) in c.shops[0]]  # type: ignore[attr-defined]
    for owner in owners[1:]:
        c.s.tie("SAME_ADDRESS", owners[0], owner)
    c.clear(0, RED_DAY + 20)
    engine = run(c.s)
    assert only(engine, "PAY-07").severity == "orange"
    assert alerts(engine, "PAY-12") == []


def test_a_licence_for_the_company_ends_it() -> None:
    c = channel_of(RED_DAY + 20, "granted")
    c.s.licence(c.companies[0], "payment", f"{days_after(START, RED_DAY + 3)}T00:00")
    assert alerts(run(c.s), "PAY-12") == []


def test_who_of_the_circle_was_settled_before_has_a_contract_of_its_own() -> None:
    c = Channel("old")
    firm = c.s.org()
    c.s.owns(c.companies[0], firm, 100)
    shop = c.s.account(firm)
    c.settle(0, into=shop)
    c.clear(0, RED_DAY)
    for day in range(RED_DAY + GRACE, RED_DAY + GRACE + 5):
        c.settle(day, into=shop)
    assert alerts(run(c.s), "PAY-12") == []


def test_two_companies_are_not_several() -> None:
    c = Channel("two", 2)
    for k, start in enumerate((0, 4)):
        c.clear(start, RED_DAY + GRACE + 1, k)
    assert only(run(c.s), "PAY-12", c.acquirer).values["n_entities"] == 1


def test_a_payer_without_a_licence_is_no_channel() -> None:
    c = channel_of(RED_DAY, "stranger")
    payer = c.s.account(c.s.org())
    for day in range(RED_DAY + GRACE, RED_DAY + GRACE + 5):
        c.s.pay(f"{days_after(START, day)}T09:30", payer, c.tills[0], SALES_YUAN, "MERCH_SETTLE")
    assert alerts(run(c.s), "PAY-12") == []
