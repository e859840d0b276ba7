"""PAY-01: “Evade → counter”. Its lawful look-alikes are in the generic suite."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.stories.reserve_shortfall import EVASIONS, FIRST, OWED, Institution, thin_capital

# severity, liabilities, shortfall, days in a row, instant of the breach
FOUND = {
    "month-end window dressing": ("red", OWED, 300_000, 1, "2016-06-06T23:59"),
    "understated liabilities": ("red", OWED, 300_000, 1, "2016-06-09T23:59"),
    "unrecorded card sales": ("red", OWED + 100_000, 100_000, 1, "2016-06-08T23:59"),
    "an account opened next morning": ("red", OWED, 300_000, 1, "2016-06-06T23:59"),
    "a closed account": ("red", OWED, 1_000_000, 1, "2016-06-09T23:59"),
}


@pytest.mark.parametrize("name", FOUND)
def test_evasions(name: str) -> None:
    severity, owed, short, days, breach = FOUND[name]
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "PAY-01", told.subject)
    assert alert.severity == severity
    expected = {"liabilities_fen": fen(owed), "shortfall_fen": fen(short), "days": days}
    assert {key: alert.values[key] for key in expected} == expected
    assert alert.first_breach == iso_shanghai(at(breach))


def test_money_borrowed_for_one_night_does_not_count_on_that_night() -> None:
    """The audit's night balances to the fen; next morning the money leaves, and the alert says that day."""
    p = Institution("night", days=3)
    p.change(1, 1, 0)
    p.s.pay(f"{p.days[1]}T17:00", p.own, p.first, 50_000)
    p.s.pay(f"{p.days[2]}T09:00", p.first, p.own, 50_000)
    told = p.told()
    engine = run(told.scenario)
    alert = only(engine, "PAY-01", told.subject)
    assert (alert.values["borrowed_fen"], alert.values["shortfall_fen"]) == (fen(50_000), fen(50_000))
    assert alert.first_breach == iso_shanghai(at(f"{p.days[1]}T23:59"))
    pack = engine.evidence(alert.alert_id)
    assert pack["as_of_known_time"] == iso_shanghai(at(f"{p.days[2]}T09:00"))


@pytest.mark.parametrize(("days", "found"), [(5, True), (6, False)])
def test_own_money_that_stays_longer_than_five_days_was_not_borrowed(days: int, found: bool) -> None:
    p = Institution("stays")
    p.s.pay(f"{p.days[0]}T12:00", p.own, p.first, 50_000)
    p.s.pay(f"{days_after(FIRST, days)}T12:00", p.first, p.own, 50_000)
    assert bool(alerts(run(p.told().scenario), "PAY-01")) is found


def test_understating_is_flagged() -> None:
    told = EVASIONS["understated liabilities"]()
    alert = only(run(told.scenario), "PAY-01", told.subject)
    assert "LIABILITY_UNDERSTATED" in alert.flags
    assert alert.values["understated_fen"] == fen(300_000)


@pytest.mark.parametrize(
    ("short", "days", "severity"),
    [(10_000, 8, None), (10_001, 1, "orange"), (10_001, 2, "orange"), (10_001, 3, "red"), (64_999, 1, "orange"),
     (65_000, 1, "red")],
)  # fmt: skip
def test_the_lines(short: int, days: int, severity: str | None) -> None:
    """Above 10,000 yuan orange, red on the third day or from 1 % of 6.5 million."""
    p = Institution("lines")
    p.change(0, days - 1, -short)
    assert [a.severity for a in alerts(run(p.told().scenario), "PAY-01")] == ([severity] if severity else [])


def test_two_days_short_then_whole_then_short_again_is_not_three_in_a_row() -> None:
    p = Institution("gap")
    p.change(0, 1, -20_000)
    p.change(3, 4, -20_000)
    alert = only(run(p.told().scenario), "PAY-01")
    assert (alert.severity, alert.values["days"]) == ("orange", 1)


def test_the_balance_may_come_after_the_report() -> None:
    """Judged when both are there; what they are about is the day that they state."""
    p = Institution("late", days=1)
    p.s.report(f"{FIRST}T23:00", p.party, FIRST, customer_balance=OWED)
    p.s.balance(p.first, "2016-06-07T08:00", 5_300_000, as_of=f"{FIRST}T23:59")
    assert alerts(run(p.s), "PAY-01") == []
    p.s.balance(p.second, "2016-06-07T09:00", 1_000_000, as_of=f"{FIRST}T23:59")
    alert = only(run(p.s), "PAY-01", p.party)
    assert alert.values["shortfall_fen"] == fen(200_000)
    assert alert.first_breach == iso_shanghai(at("2016-06-07T09:00"))


def test_capital_against_the_average_of_ninety_days() -> None:
    told = thin_capital()
    alert = only(run(told.scenario), "PAY-01", told.subject)
    assert (alert.severity, alert.amount_fen) == ("yellow", 100)
    expected = {"limb": 2, "capital_fen": 199_999_900, "average_reserve_fen": fen(20_000_000), "capital_ppm": 99_999,
                "required_ppm": 100_000, "liabilities_fen": 0}  # fmt: skip
    assert {name: alert.values[name] for name in expected} == expected
    assert alert.summary_zh.count("10.00%") == 1


@pytest.mark.parametrize(("days", "found"), [(109, True), (108, False)])
def test_the_capital_rule_of_2010_ends_in_april_2024(days: int, found: bool) -> None:
    """Ninety closings are there on the last of April, or on the first of May."""
    assert bool(alerts(run(thin_capital(day="2024-05-20", days=days).scenario), "PAY-01")) is found


@pytest.mark.parametrize(("days", "found"), [(90, True), (89, False)])
def test_an_average_takes_ninety_days(days: int, found: bool) -> None:
    """The last of June is the ninetieth day of the account that opened on the second of April."""
    assert bool(alerts(run(thin_capital(days=days).scenario), "PAY-01")) is found


def test_closings_that_move_without_a_transfer_are_shown() -> None:
    """The bank's balance falls by 60,000 that no transfer tells; 5,000 are told."""
    p = Institution("reconcile", days=3)
    p.s.pay(f"{p.days[1]}T12:00", p.clients[0], p.first, 5_000, "TOPUP", order_id="O1")
    p.change(1, 2, -60_000)
    engine = run(p.told().scenario)
    alert = only(engine, "PAY-01", p.party)
    assert "DQ-07" in alert.flags
    assert engine.evidence(alert.alert_id)["inputs"]["reconciled"] == [[p.first, fen(5_500_000), fen(5_440_000), fen(5_000)]]
    assert alert.values["unreconciled_fen"] == fen(65_000)
