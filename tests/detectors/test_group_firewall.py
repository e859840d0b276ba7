"""AM-05: who is told, and what a loop by the bank's codes is."""

import pytest

from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories import group_firewall as stories


def test_member_and_head_of_the_group_are_told_the_same():
    told = stories.round_trip()
    found = alerts(run(told.scenario), "AM-05")
    assert {alert.subjects[0] for alert in found} > {told.subject}
    assert len(found) == 2
    assert found[0].values == found[1].values
    assert {alert.values["circular_fen"] for alert in found} == {2 * 294_000_000}


def test_capital_and_dividends_by_the_banks_codes_are_no_financing():
    engine = run(stories.capital_goes_round().scenario)
    assert alerts(engine, "FLOW-01")
    assert alerts(engine, "AM-05") == []


@pytest.mark.parametrize("days", [[0], [0, 45]])
def test_one_loop_in_a_month_is_none(days):
    h = stories.House("once")
    for day in days:
        h.round([h.purse[h.fund], h.purse[h.guarantor], h.purse[h.firm]], day, 6_000_000)
    assert alerts(run(h.s), "AM-05") == []


def test_a_stranger_in_the_loop_clears_the_group():
    h = stories.House("stranger")
    path = [h.purse[h.fund], h.s.account(h.s.org()), h.purse[h.guarantor]]
    for day in (0, 8):
        h.round(path, day)
    assert alerts(run(h.s), "AM-05") == []


@pytest.mark.parametrize(("yuan", "found"), [(9_999, 0), (10_000, 2)])
def test_clients_money_from_ten_thousand_yuan_on(yuan, found):
    h = stories.House("line")
    pot = h.s.account(h.fund)
    h.clients(5, 20_000, pot)
    h.s.pay("2016-06-15", pot, h.purse[h.firm], yuan)
    assert len(alerts(run(h.s), "AM-05")) == found


def test_own_money_beside_clients_money_is_not_taken_for_it():
    h = stories.House("own")
    pot = h.s.account(h.fund, holds=500_000)
    h.clients(1, 20_000, pot)
    h.s.pay("2016-06-15", pot, h.purse[h.firm], 100_000)  # by FIFO all of it is own money, pro-rata a twenty-sixth is not
    assert alerts(run(h.s), "AM-05") == []


def test_exposure_is_of_the_larger_of_what_is_sold_and_held():
    told = stories.product_of_its_own()
    alert = only(run(told.scenario), "AM-05", told.subject)
    assert (alert.severity, alert.values["exposure_ppm"], alert.values["exposure_fen"]) == ("orange", 125_000, 25_000_000)


def test_loans_to_persons_are_part_of_the_product_and_of_nobody_in_the_group():
    h = stories.House("persons")
    for name, borrower, yuan in (("L1", h.s.person(), 800_000), ("L2", h.guarantor, 200_000)):
        h.s.product("2016-06-14T09:00", "LISTING", h.fund, yuan, listing=name, borrower=borrower, term_days=90)
        for half in (1, 2):
            h.s.product(f"2016-06-14T1{half}:00", "ALLOC", h.fund, yuan // 2, product="稳盈一号", listing=name)
    alert = only(run(h.s), "AM-05", h.fund)
    assert (alert.values["exposure_fen"], alert.values["exposure_ppm"]) == (20_000_000, 200_000)
