"""REG-06: what a bank could see, and when it said so."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.detectors.reg.custodian_duty import working_days
from chuantou.schemas.alerts import canonical_json
from chuantou.schemas.clock import day_of_date
from tests.detectors.scenario import alerts, days_after, only, run
from tests.detectors.stories import custodian_duty as stories
from tests.detectors.stories.custodian_duty import BREACH_DAY, goes_on, kept, misuse
from tests.detectors.stories.misappropriation import Custody


def judged(told):
    engine = run(told.scenario)
    alert = only(engine, "REG-06", told.subject)
    assert [row for row in compare(json.loads(canonical_json(engine.evidence(alert.alert_id)))) if not row.equal] == []
    return alert


def test_a_bank_that_says_nothing():
    alert = judged(stories.never_reported())
    assert (alert.severity, alert.values) == (
        "yellow", {"n_breaches": 1, "n_late": 1, "n_unreported": 1, "n_unreported_red": 0, "lag_days": 6}
    )  # fmt: skip
    assert alert.first_breach.startswith("2016-06-23")  # the sixth working day after the 15th
    assert alert.amount_fen == 6_000_000


def test_late_and_about_others():
    assert judged(stories.reported_late()).values["n_late"] == 1
    assert judged(stories.reported_something_else()).values["n_unreported"] == 1


def test_two_red_ones_are_orange_on_the_next_working_day():
    alert = judged(stories.two_red_ones())
    assert (alert.severity, alert.values["n_unreported_red"]) == ("orange", 2)
    assert alert.first_breach.startswith("2016-06-16")


@pytest.mark.parametrize(("days", "found"), [(1, False), (7, False), (8, True)])
def test_five_working_days(days, found):
    c, _, source = kept("days")
    misuse(c)
    goes_on(c.s)
    c.s.tip(f"{days_after(BREACH_DAY, days)}T10:00", c.platform, source)
    assert bool(alerts(run(c.s), "REG-06")) == found


def test_a_bank_whose_reports_are_not_received_is_not_judged():
    c = Custody("unknown")
    misuse(c)
    goes_on(c.s)
    assert alerts(run(c.s), "P2P-18")
    assert alerts(run(c.s), "REG-06") == []


def test_the_list_says_since_when_reports_are_received():
    c = Custody("listed")
    bank = next(e.custodian for e in c.s.told if getattr(e, "custodian", None) is not None)
    c.s.reference("2016-06-01T10:00", "custodian_list", bank, {"reports_since": "2016-06-01"})
    misuse(c)
    goes_on(c.s)
    assert only(run(c.s), "REG-06").subjects[0] == bank


def test_what_lies_at_another_bank_it_cannot_see():
    """Clients pay to an account of the platform at a bank that is not its custodian."""
    c, bank, _ = kept("bypass")
    away = c.s.account(c.platform, bank="313311000013")
    for number in range(6):
        c.s.pay(f"{BREACH_DAY}T1{number}:00", c.clients[number % 5], away, 40_000, "INVEST_IN", "order", listing="L1",
                order_id=f"B{number}")  # fmt: skip
    goes_on(c.s)
    engine = run(c.s)
    assert alerts(engine, "P2P-16")
    assert alerts(engine, "REG-06", bank) == []


def test_working_days_leave_out_holidays():
    assert working_days(day_of_date("2016-06-08"), day_of_date("2016-06-13")) == 2  # 端午: 9–11 off, 12 (Sunday) worked
