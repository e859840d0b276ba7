"""PAY-05: what a tag names, and the lines of a deposit behind a loan."""

import pytest

from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories.reserve_pledge import DAY, EVASIONS, House, deposit_for_loan, tagged


def test_the_creditor_of_a_pledge_is_no_custodian_and_no_signatory() -> None:
    told = tagged()
    engine = run(told.scenario)
    alert = only(engine, "PAY-05", told.subject)
    assert (alert.severity, alert.values["pledged_fen"]) == ("red", alert.amount_fen)
    creditor = alert.subjects[1]
    world = engine.core.world
    account = world.accounts.ids.get(alert.accounts[0])
    assert world.accounts.table.custodian[account] == -1
    assert creditor not in world.watch.institutions[told.subject].related


def test_a_deposit_behind_a_loan_is_known_three_days_later() -> None:
    told = deposit_for_loan()
    engine = run(told.scenario)
    alert = only(engine, "PAY-05", told.subject)
    assert alert.first_breach.startswith(f"{DAY}T15:00")
    assert engine.evidence(alert.alert_id)["as_of_known_time"].startswith(days_after(DAY, 4))


@pytest.mark.parametrize(("yuan", "found"), [(4_499_999, False), (4_500_000, True)])
def test_ninety_per_cent_of_the_loan(yuan: int, found: bool) -> None:
    h = House("share")
    h.deposit(-2, yuan)
    h.loan(5_000_000)
    h.business(10, 11)
    assert bool(alerts(run(h.s), "PAY-05")) is found


@pytest.mark.parametrize(("day", "found"), [(-3, True), (-4, False)])
def test_three_days_before_the_loan(day: int, found: bool) -> None:
    h = House("days")
    h.deposit(day, 5_000_000)
    h.loan(5_000_000)
    h.business(10, 11)
    assert bool(alerts(run(h.s), "PAY-05")) is found


def test_a_feed_that_ends_with_the_loan_says_nothing_of_what_stays() -> None:
    h = House("ends")
    h.deposit(-2, 5_000_000)
    h.loan(5_000_000)
    assert alerts(run(h.s), "PAY-05") == []


def test_two_pledges_of_a_day_are_one() -> None:
    told = EVASIONS["two accounts"]()
    alert = only(run(told.scenario), "PAY-05", told.subject)
    assert alert.first_breach.startswith(f"{DAY}T11:00")
    assert (alert.values["n_accounts"], alert.amount_fen) == (2, fen(15_050_000))
