"""INS-01, INS-03 and INS-04: the lines, and what is on which side of them."""

import pytest

from tests.detectors.scenario import Scenario, alerts, days_after, only, run
from tests.detectors.stories import insurer_firewall, policy_loop
from tests.detectors.stories.insurer_firewall import Insurer
from tests.detectors.stories.policy_loop import Agency
from tests.detectors.stories.unlicensed_insurance import DAY, collect, crowd

# -- INS-01 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "found"), [(29, 0), (30, 1)])
def test_thirty_people_pay_premiums(people, found):
    s = Scenario("thirty")
    collect(s, [s.account(s.org())], crowd(s, people))
    assert len(alerts(run(s), "INS-01")) == found


def test_thirty_people_over_two_months_are_not_thirty_in_one():
    s = Scenario("slow")
    pot = s.account(s.org())
    collect(s, [pot], crowd(s, 20))
    collect(s, [pot], crowd(s, 20), first=40)
    assert alerts(run(s), "INS-01") == []


def test_nobody_knows_the_role_of_an_insurers_account():
    s = Scenario("role")
    insurer = s.platform("INS")
    s.licence(insurer, "insurance")
    collect(s, [s.account(insurer, "UNKNOWN")], crowd(s, 40))
    assert alerts(run(s), "INS-01") == []


def test_an_account_of_whom_nobody_knows_the_owner():
    s = Scenario("owner")
    pot = s.account(None)
    collect(s, [pot], crowd(s, 40))
    assert only(run(s), "INS-01").subjects == [f"account:{pot}"]


@pytest.mark.parametrize(("yuan", "found"), [(4_999, 0), (5_000, 1)])
def test_a_claim_is_five_times_what_was_paid(yuan, found):
    s = Scenario("claim")
    firm = s.org()
    pot, people = s.account(firm, holds=90_000), crowd(s, 30)
    s.text(f"{DAY}T08:00", firm, "会员参保，出险赔付", "site")
    collect(s, [pot], people, 1_000, "FEE")
    for number in range(3):
        s.pay(f"{days_after(DAY, 8)}T15:0{number}", pot, s.account(people[number]), yuan)
    assert len(alerts(run(s), "INS-01")) == found


# -- INS-03 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("yuan", "found"), [(999_999, 0), (1_000_000, 1)])
def test_a_million_outside_contracts(yuan, found):
    i = Insurer("million")
    i.pay(1, yuan)
    assert len(alerts(run(i.s), "INS-03")) == found


@pytest.mark.parametrize(("yuan", "found"), [(799_999, 0), (800_000, 1)])
def test_four_fifths_of_a_prepayment_come_back(yuan, found):
    i = Insurer("back")
    i.pay(1, 1_000_000, "SUPPLIER")
    i.s.pay(f"{days_after(DAY, 30)}T11:00", i.purse, i.own, yuan)
    assert len(alerts(run(i.s), "INS-03")) == found


@pytest.mark.parametrize(("days", "found"), [(89, 1), (92, 0)])
def test_within_ninety_days(days, found):
    i = Insurer("ninety")
    i.pay(0, 1_000_000, "FEE")
    i.s.pay(f"{days_after(DAY, days)}T10:00", i.purse, i.own, 1_000_000)
    assert len(alerts(run(i.s), "INS-03")) == found


def test_premiums_behind_old_money_are_not_certain():
    i = Insurer("behind")
    i.premiums = i.own  # nine million of own money lie before the premiums
    i.sell(20, 2_000)
    i.pay(1, 30_000)
    assert alerts(run(i.s), "INS-03") == []


def test_a_controller_of_the_insurer_is_no_subsidiary():
    i = Insurer("upward")
    owner = i.s.org()
    i.s.owns(owner, i.insurer, 80)
    i.s.pay(f"{days_after(DAY, 1)}T10:00", i.own, i.s.account(owner), 3_000_000)
    assert alerts(run(i.s), "INS-03") == []


def test_prepaid_sums_are_returned_in_the_order_in_which_they_were_paid():
    told = insurer_firewall.prepaid_advertising()
    alert = only(run(told.scenario), "INS-03", told.subject)
    assert (alert.values["returned_fen"], alert.values["n_payments"]) == (200_000_000, 2)


# -- INS-04 ------------------------------------------------------------------------------------------------------------


def test_collector_and_insurer_are_told():
    told = policy_loop.surrendered()
    found = {alert.subjects[0]: alert.severity for alert in alerts(run(told.scenario), "INS-04")}
    assert sorted(found.values()) == ["orange", "yellow"]
    assert found[told.subject] == "orange"


@pytest.mark.parametrize(("yuan", "found"), [(15_999, 0), (16_000, 2)])
def test_four_fifths_of_the_premium_come_out_again(yuan, found):
    a = Agency("fifths")
    for number, purse in enumerate(a.purse):
        a.back(10, number, yuan)
        a.invest(12, number, purse, yuan)
    assert len(alerts(run(a.s), "INS-04")) == found


@pytest.mark.parametrize(("day", "found"), [(29, 2), (31, 0)])
def test_within_thirty_days_of_the_premium(day, found):
    a = Agency("thirty")
    for number, purse in enumerate(a.purse):
        a.back(day - 2, number)
        a.invest(day, number, purse)
    assert len(alerts(run(a.s), "INS-04")) == found


def test_savings_beside_the_payout_make_it_uncertain():
    a = Agency("savings")
    for number, purse in enumerate(a.purse):
        a.s.pay(f"{days_after(DAY, 1)}T08:{number:02d}", a.s.account(a.s.org(), holds=900_000), purse, 400_000, "PAYROLL")
        a.back(10, number)
        a.invest(12, number, purse)
    assert alerts(run(a.s), "INS-04") == []  # by FIFO savings went, pro-rata a few per cent of the payout


@pytest.mark.parametrize(("others", "found"), [(3, 0), (4, 2)])
def test_ten_people_pay_the_collector(others, found):
    a = Agency("ten", others=others)
    for number, purse in enumerate(a.purse):
        a.back(10, number)
        a.invest(12, number, purse)
    assert len(alerts(run(a.s), "INS-04")) == found
