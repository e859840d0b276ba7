"""RE-01: what was lent of a down payment, by the money itself."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import down_payment_loan as stories
from tests.detectors.stories.down_payment_loan import DAY, Town


@pytest.mark.parametrize(
    ("story", "loan", "down", "share", "buyers", "severity", "day"),
    [
        (stories.half_lent, 120_000, 200_000, 600_000, 1, "red", 10),
        (stories.a_quarter_lent, 60_000, 200_000, 300_000, 1, "yellow", 10),
        (stories.five_buyers, 300_000, 1_000_000, 300_000, 5, "red", 10),
        (stories.consumer_label, 150_000, 200_000, 750_000, 1, "red", 10),
        (stories.staff_lends, 150_000, 200_000, 750_000, 1, "red", 10),
        (stories.reimbursed, 150_000, 200_000, 750_000, 1, "red", 10),
        (stories.through_kin, 160_000, 200_000, 800_000, 1, "red", 10),
    ],
)
def test_what_was_lent(story, loan, down, share, buyers, severity, day):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "RE-01", told.subject)
    found = {name: alert.values[name] for name in ("loan_fen", "down_payment_fen", "share_ppm", "n_buyers")}
    assert found == {"loan_fen": fen(loan), "down_payment_fen": fen(down), "share_ppm": share, "n_buyers": buyers}
    assert (alert.severity, alert.first_breach[:10]) == (severity, days_after(DAY, day))
    assert alert.offices[0] == "O1"
    assert {"HOUSING", "CONSTRUCTION"} <= set(alert.offices)
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []


def test_money_that_the_loan_did_not_pay_accuses_nobody():
    """Old savings pay the home, first in first out, and the loan is still there."""
    t = Town("savings")
    t.home(120_000, savings=200_000)
    assert alerts(run(t.s), "RE-01") == []


@pytest.mark.parametrize(("before", "found"), [(60, 1), (61, 0)])
def test_sixty_days_before(before, found):
    t = Town("days")
    t.home(120_000, savings=80_000, before=before)
    assert len(alerts(run(t.s), "RE-01")) == found


def test_a_loan_after_the_mortgage_but_within_fifteen_days():
    t = Town("late")
    account = t.home(0, savings=250_000)
    t.s.pay(f"{days_after(DAY, 14)}T10:00", t.own, account, 120_000, "LOAN_OUT")
    alert = only(run(t.s), "RE-01", t.platform)
    assert (alert.values["share_ppm"], alert.first_breach[:10]) == (600_000, days_after(DAY, 14))


def test_five_buyers_of_one_developer_with_five_lenders():
    t = Town("seller")
    for number in range(5):
        lender = t.s.org()
        t.s.licence(lender, "microloan")
        t.home(60_000, 200_000, lender=t.s.account(lender, holds=500_000), first=number, savings=140_000)
    alert = only(run(t.s), "RE-01", t.developer)
    assert (alert.severity, alert.values["n_buyers"]) == ("red", 5)


def test_a_mortgage_for_another_contract_completes_nothing():
    t = Town("other")
    t.home(120_000, savings=80_000, mortgage=False)
    t.s.pay(f"{days_after(DAY, 10)}T12:00", t.bank, t.escrow, 600_000, "LOAN_OUT", order_id="somebody else's")
    assert alerts(run(t.s), "RE-01") == []
