"""PAY-04: the regression against its plain twin, the readings of a period, and the lines."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.detectors.correlation import chance_ppm
from chuantou.detectors.pay.interest_periods import calendar_before, since_the_last
from chuantou.schemas.clock import date_of_day, day_of_date
from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories.reserve_interest import EVASIONS, LEVELS, MONTHS, House, Wallets, pboc_interest

points = st.lists(st.tuples(st.integers(0, 10**13), st.integers(1, 10**11)), min_size=1, max_size=6)


@given(points)
@settings(max_examples=50)
def test_chance_counts_the_orders_that_correlate_as_well(some):
    xs, ys = zip(*some)
    told = sum(x * y for x, y in some)
    as_well = [sum(x * y for x, y in zip(xs, order)) >= told for order in permutations(ys)]
    assert chance_ppm(some) == sum(as_well) * 10**6 // len(as_well)


def days(*dates):
    return [day_of_date(date) for date in dates]


def dates(spans):
    return [(str(date_of_day(first)), str(date_of_day(last))) for first, last in spans]


def test_readings_of_a_period():
    quarterly = days("2016-03-21", "2016-06-21", "2016-09-21")
    assert dates(since_the_last(quarterly))[1:] == [("2016-03-21", "2016-06-20"), ("2016-06-21", "2016-09-20")]
    assert dates(calendar_before(quarterly))[0] == ("2015-12-01", "2016-02-29")
    assert dates(calendar_before(days("2016-07-05", "2016-08-04")))[0] == ("2016-06-01", "2016-06-30")


@pytest.mark.parametrize(("yuan", "found"), [("0.99", False), (1, True)])
def test_a_yuan_is_the_line_of_open_interest(yuan, found):
    h = House("line")
    h.s.pay("2016-06-21T10:00", h.banks_own, h.reserve, yuan, "INTEREST_BANK")
    assert bool(alerts(run(h.s), "PAY-04")) is found


@pytest.mark.parametrize(("day", "found"), [("2016-06-21", True), ("2019-07-31", True), ("2019-08-01", False)])
def test_the_day_from_which_the_central_bank_may_pay(day, found):
    assert bool(alerts(run(pboc_interest(day).scenario), "PAY-04")) is found


def test_before_the_plan_nothing_is_judged():
    h = House("before")
    h.s.pay("2016-05-19T10:00", h.banks_own, h.reserve, 5_000, "INTEREST_BANK")
    assert alerts(run(h.s), "PAY-04") == []


@pytest.mark.parametrize(("share", "found"), [(2_800, False), (2_799, True)])
def test_ten_thousand_yuan_is_the_line_of_disguised_interest(share, found):
    h = House("ten")
    h.levels()
    for month, level in zip(MONTHS, LEVELS):
        h.s.pay(f"{month}T15:00", h.banks_own, h.own, f"{level // share}.00")
    assert bool(alerts(run(h.s), "PAY-04")) is found


def test_a_rebate_that_does_not_follow_the_balance_is_silent():
    h = House("loose")
    h.levels()
    h.rebates(h.banks_own, h.own, (LEVELS[1], LEVELS[0], LEVELS[3], LEVELS[2]))
    assert alerts(run(h.s), "PAY-04") == []


def test_the_firms_of_banks_staff_and_of_the_owner_are_named():
    told = EVASIONS["through a marketing firm"]()
    engine = run(told.scenario)
    alert = only(engine, "PAY-04", told.subject)
    related = engine.evidence(alert.alert_id)["related"]
    assert {row["tier"] for row in related.values()} == {"R2"}
    assert [row.get("of") for _, row in sorted(related.items())].count(None) == 1  # the payee; the payer is the bank's
    assert alert.values["interest_fen"] == sum(fen(level) for level in LEVELS) // 500


def test_users_interest_is_banned_from_2024_05_01():
    assert alerts(run(Wallets("old", 2023).pay_users(lambda n: 10, "INTEREST_BANK").scenario), "PAY-04") == []
    told = Wallets("new", 2024).pay_users(lambda n: 10, "INTEREST_BANK")
    assert only(run(told.scenario), "PAY-04", told.subject).values["n_users"] == 12
