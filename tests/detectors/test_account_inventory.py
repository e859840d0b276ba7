"""REG-04: the declared list against the accounts that are seen."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories import account_inventory as stories
from tests.detectors.stories.account_inventory import DAY, practitioner


def judged(told):
    engine = run(told.scenario)
    alert = only(engine, "REG-04", told.subject)
    assert [row for row in compare(json.loads(canonical_json(engine.evidence(alert.alert_id)))) if not row.equal] == []
    return alert


def test_an_account_that_was_not_declared():
    alert = judged(stories.hidden_account())
    assert (alert.severity, alert.amount_fen) == ("yellow", fen(80_000))
    assert alert.values == {"n_undeclared": 1, "n_related": 0, "n_personal": 0, "n_accounts": 2, "n_outside": 0, "n_new": 0,
                            "business_most": 0}  # fmt: skip
    assert len(alert.accounts) == 1


def test_accounts_of_the_circle():
    assert judged(stories.subsidiary_collects()).values["n_related"] == 1
    card = judged(stories.controllers_own_card())
    assert (card.values["n_personal"], card.values["business_most"], card.amount_fen) == (1, 24, fen(60_000))


@pytest.mark.parametrize(("story", "name", "number"), [(stories.far_away, "n_outside", 1), (stories.very_many, "n_accounts", 12)])
def test_places_and_numbers_are_leads(story, name, number):
    alert = judged(story())
    assert (alert.severity, alert.values[name]) == ("log", number)
    assert "涉嫌" not in alert.summary_zh


@pytest.mark.parametrize(("clients", "found"), [(19, False), (20, True)])
def test_twenty_counterparties(clients, found):
    s, platform, _ = practitioner("twenty")
    controller = s.person()
    s.owns(controller, platform, 80)
    card = s.account(controller, "PERSONAL_I")
    for number in range(clients):
        s.pay(f"{DAY}T10:{number:02d}", s.account(s.person()), card, 3_000, "REPAY_INT")
    assert bool(alerts(run(s), "REG-04", platform)) == found


def test_opened_shortly_before_a_product():
    s, platform, _ = practitioner("launch")
    account = s.account(platform, moment="2016-06-10")
    s.product("2016-07-01T10:00", "PRODUCT", platform, product="p", term_days=90)
    s.pay(f"{DAY}T10:00", s.account(s.org()), account, 80_000)
    assert only(run(s), "REG-04", platform).values["n_new"] == 1


def test_after_ten_days_it_should_have_been_declared():
    s, platform, _ = practitioner("late")
    account = s.account(platform, moment="2016-06-28")
    for day in ("2016-07-08", "2016-07-09"):
        s.pay(f"{day}T10:00", s.account(s.org()), account, 80_000)
    assert only(run(s), "REG-04", platform).first_breach.startswith("2016-07-09")
