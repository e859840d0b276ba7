"""RUN-01: each of the signals, how many of them make a warning, and the season."""

from collections import Counter

import pytest

from chuantou.detectors.run.diary import weighted_median
from tests.detectors.scenario import alerts, at, fen, only, run
from tests.detectors.stories import run_precursors as stories
from tests.detectors.stories.run_precursors import CLAIM_DAYS, EACH, QUIET_DAYS, Shop, spring_festival


def held(alert):
    return {name.removeprefix("signal_") for name, value in alert.values.items() if name.startswith("signal_") and value}


def found(told):
    return alerts(run(told.scenario), "RUN-01", told.subject)


def test_a_run():
    (alert,) = found(stories.run_on_the_desk())
    assert alert.severity == "red"
    assert held(alert) == {"coverage", "outflow", "delay", "fewer_clients", "complaints"}
    assert (alert.values["signals"], alert.values["delay_days"], alert.values["usual_delay_days"]) == (5, 4, 1)
    assert alert.amount_fen == alert.values["due_fen"] - alert.values["covered_fen"] == fen(90_000)
    assert "涉嫌" not in alert.summary_zh


def test_a_flight_in_good_order():
    (alert,) = found(stories.flight_of_the_controller())
    assert (alert.severity, held(alert)) == ("orange", {"fewer_clients", "cash_out", "change"})
    assert alert.values["cash_out_fen"] == fen(150_000)


def test_what_the_circle_puts_in_covers_nobody():
    (alert,) = found(stories.deposits_for_show())
    assert "coverage" in held(alert)
    assert alert.values["covered_fen"] < fen(2_000_000)


def test_two_signals_are_no_warning():
    """Nobody comes any more, and everybody is paid: outflow and fewer clients."""
    x = Shop("off")
    x.quiet()
    for number in range(QUIET_DAYS - CLAIM_DAYS, QUIET_DAYS):
        x.repay(number)
        x.give_back(number)
    assert found(x.told(QUIET_DAYS + CLAIM_DAYS - 1)) == []


def test_the_feast_needs_a_last_year():
    assert found(spring_festival()) == []
    (alert,) = found(spring_festival(last_year=False))
    assert held(alert) == {"outflow", "fewer_clients", "change"}


def test_the_bank_states_what_is_there():
    """Its closing balance outranks what was booked: with the money there, the desk is covered."""
    told = stories.run_on_the_desk()
    pot = next(e.account for e in told.scenario.told if getattr(e, "role", None) == "CLIENT_MASTER")
    for day in range(QUIET_DAYS, QUIET_DAYS + 11):
        told.scenario.balance(pot, f"{Shop('x').day(day)}T23:30", 5_000_000)
    (alert,) = found(told)
    assert (alert.severity, held(alert)) == ("orange", {"delay", "fewer_clients", "complaints"})


@pytest.mark.parametrize(("complaints", "seen"), [(4, False), (5, True)])
def test_five_complaints_in_a_quiet_week(complaints, seen):
    x = Shop("tips")
    x.quiet()
    for number in range(QUIET_DAYS - CLAIM_DAYS, QUIET_DAYS - CLAIM_DAYS + 6):
        x.give_back(number, 3)
    x.complain(QUIET_DAYS + 1, complaints)
    assert any("complaints" in held(alert) for alert in found(x.told(QUIET_DAYS + 6))) == seen


def test_wages_and_dividends_of_the_circle():
    """The controller's wages are no cash-out."""
    x = Shop("wages")
    x.quiet()
    for number in range(QUIET_DAYS - CLAIM_DAYS, QUIET_DAYS - CLAIM_DAYS + 6):
        x.give_back(number, 3)
    x.s.pay(f"{x.day(QUIET_DAYS + 1)}T10:00", x.s.account(x.platform, holds=500_000), x.purse, 300_000, "PAYROLL")
    assert all(alert.values["cash_out_fen"] == 0 for alert in found(x.told(QUIET_DAYS + 6)))


def test_the_first_breach_is_the_day_of_the_third_signal():
    told = stories.flight_of_the_controller()
    alert = only(run(told.scenario), "RUN-01", told.subject)
    assert alert.first_breach[:10] == Shop("x").day(QUIET_DAYS + 3)
    assert at(alert.first_breach[:10]) > 0
    assert alert.amount_fen % EACH == 0


def test_medians_by_money():
    assert weighted_median(Counter()) is None
    assert weighted_median(Counter({1: 50, 9: 50})) == 1
    assert weighted_median(Counter({1: 49, 9: 51})) == 9
