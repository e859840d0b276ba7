"""REG-03: where capital came from, and where it went."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.stories import shareholder_capital as stories
from tests.detectors.stories.shareholder_capital import CAPITAL, DAY, founded


def judged(told):
    engine = run(told.scenario)
    alert = only(engine, "REG-03", told.subject)
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row for row in compare(pack) if not row.equal] == []
    return alert


def test_capital_that_came_round():
    alert = judged(stories.come_round())
    assert (alert.severity, alert.amount_fen) == ("red", fen(1_000_000))
    v = alert.values
    assert (v["circular_ppm"], v["circular_prorata_ppm"], v["withdrawn_ppm"]) == (1_000_000, 1_000_000, 0)
    assert (v["contributed_fen"], v["n_contributors"]) == (fen(1_000_000), 1)
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 1)}T10:00"))


def test_every_contributor_behind_whom_the_same_money_stands():
    alert = judged(stories.through_several_hands())
    assert (alert.values["circular_ppm"], alert.values["n_contributors"]) == (1_000_000, 3)
    assert (alert.severity, alert.amount_fen) == ("orange", fen(900_000))


def test_debt_and_capital_without_a_class():
    assert judged(stories.lent_by_the_controller()).values["circular_ppm"] == 1_000_000
    assert judged(stories.without_a_class()).values["circular_ppm"] == 1_000_000


def test_capital_that_was_taken_out():
    alert = judged(stories.taken_out_again())
    assert (alert.values["circular_ppm"], alert.values["withdrawn_ppm"]) == (0, 940_000)
    assert (alert.severity, alert.amount_fen) == ("orange", fen(940_000))
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 22)}T10:00"))


@pytest.mark.parametrize(("own_yuan", "found"), [(500_000, True), (500_001, False)])
def test_half_of_it_is_enough(own_yuan, found):
    s, platform, own, _, account = founded("half")
    s.pay(f"{DAY}T09:00", s.account(s.person()), account, own_yuan)
    s.pay(f"{DAY}T10:00", own, account, 1_000_000 - own_yuan)
    s.pay(f"{DAY}T11:00", account, own, 1_000_000, *CAPITAL)
    assert bool(alerts(run(s), "REG-03", platform)) == found


@pytest.mark.parametrize(("days", "found"), [(60, True), (61, False)])
def test_sixty_days_before(days, found):
    s, platform, own, _, account = founded("reach")
    s.pay(f"{DAY}T10:00", own, account, 1_000_000)
    s.pay(f"{days_after(DAY, days)}T10:00", account, own, 1_000_000, *CAPITAL)
    assert bool(alerts(run(s), "REG-03", platform)) == found


@pytest.mark.parametrize(("days", "yuan", "found"), [(90, 800_000, True), (91, 800_000, False), (90, 799_999, False)])
def test_ninety_days_after(days, yuan, found):
    s, platform, own, holder, account = founded("after")
    s.pay(f"{DAY}T09:00", own, s.account(s.org()), 2_000_000)
    s.pay(f"{DAY}T10:00", s.account(holder, holds=1_000_000), own, 1_000_000, *CAPITAL)
    s.pay(f"{days_after(DAY, days)}T10:00", own, account, yuan)
    assert bool(alerts(run(s), "REG-03", platform)) == found


def test_old_money_in_the_account_hides_nothing_that_pro_rata_does_not_show():
    """A full account of his own: FIFO says nothing came round, so nobody is accused."""
    s, platform, own, _, account = founded("seeded")
    s.pay(f"{DAY}T09:00", s.account(s.person()), account, 1_000_000)
    s.pay(f"{DAY}T10:00", own, account, 1_000_000)
    s.pay(f"{DAY}T11:00", account, own, 1_000_000, *CAPITAL)
    assert alerts(run(s), "REG-03", platform) == []


def test_one_circular_contributor_beside_an_honest_one():
    s, platform, own, _, account = founded("two")
    s.pay(f"{DAY}T10:00", own, account, 1_000_000)
    s.pay(f"{DAY}T11:00", account, own, 1_000_000, *CAPITAL)
    s.pay(f"{DAY}T12:00", s.account(s.person(), holds=9_000_000), own, 9_000_000, *CAPITAL)
    values = only(run(s), "REG-03", platform).values
    assert (values["contributed_fen"], values["circular_of_fen"], values["circular_ppm"]) == (
        fen(10_000_000), fen(1_000_000), 1_000_000
    )  # fmt: skip


def test_a_nominee_and_who_stands_behind_him():
    alert = judged(stories.holds_for_another())
    assert (alert.severity, alert.amount_fen) == ("yellow", fen(594_000))
    assert alert.values == {
        "limb": 3, "kin": 0, "circular_ppm": 0, "withdrawn_ppm": 0, "contributed_fen": fen(600_000), "rooted_ppm": 990_000,
        "rooted_prorata_ppm": 990_099, "own_inflow_ppm": 10_000, "dividends_fen": fen(50_000), "passed_on_ppm": 960_000,
    }  # fmt: skip
    assert len(alert.subjects) == 3


def test_among_kin_it_is_a_lead():
    alert = judged(stories.holds_for_another(kin=True))
    assert alert.severity == "log"
    assert "涉嫌" not in alert.summary_zh
