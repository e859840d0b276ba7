"""TV-05: lines, lags and rounds; and the correlation against the one of the standard library."""

import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chuantou.detectors.tv.rounds import correlation_ppm, rounds_of
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories import loss_sharing as stories
from tests.detectors.stories.loss_sharing import DAYS, Venue

SMALL = st.integers(-(10**6), 10**6)


@given(st.lists(st.tuples(SMALL, SMALL), min_size=2, max_size=30))
def test_correlation_is_pearsons(points):
    xs, ys = [x for x, _ in points], [y for _, y in points]
    assume(len(set(xs)) > 1 and len(set(ys)) > 1)
    exact = correlation_ppm(xs, ys)
    assert abs(exact - statistics.correlation(xs, ys) * 1_000_000) < 1.001
    assert correlation_ppm(ys, xs) == exact
    assert correlation_ppm([3 * x + 7 for x in xs], ys) == exact
    assert abs(correlation_ppm([-x for x in xs], ys) + exact) == 0


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_the_lag_is_found_and_the_first_round_has_the_usual_span(lag):
    lost = {day: (day * 7919) % 97 + 1 for day in range(40)}
    paid = {day + lag: sum(lost[d] for d in range(day - 4, day + 1)) for day in range(9, 40, 5)}
    r = rounds_of(paid, lost, {}, most_lag=3)
    assert (r.lag, r.first, r.last, r.beta_ppm, r.corr, r.misfit_ppm) == (lag, 4, 39, 1_000_000, 1_000_000, 0)


def test_first_found_on_the_twentieth_day_of_trading():
    told = stories.half_of_the_losses()
    alert = only(run(told.scenario), "TV-05", told.subject)
    assert alert.first_breach.startswith("2016-07-02")  # 2016-06-13 and nineteen days
    assert alert.subjects[1] in {e.party for e in told.scenario.events() if hasattr(e, "party")}


@pytest.mark.parametrize(("percent", "found"), [(29, 0), (31, 1), (94, 1), (96, 0)])
def test_beta_has_two_ends(percent, found):
    v = Venue("beta")
    v.all_days()
    for number in range(DAYS):
        v.pay(number, v.lost[number] * percent // 100)
    assert len(alerts(run(v.s), "TV-05")) == found


def test_three_payments_that_fit_badly_are_chance():
    v = Venue("chance")
    v.all_days()
    for week, percent in enumerate((30, 60, 90)):
        v.pay(7 * week + 7, sum(v.lost[7 * week : 7 * week + 7]) * percent // 100)
    assert alerts(run(v.s), "TV-05") == []


def test_payments_by_a_stranger_are_none_of_the_venues():
    v = Venue("stranger")
    v.all_days()
    pot = v.s.account(v.s.org(), holds=9_000_000)
    for number in range(DAYS):
        v.pay(number, v.lost[number] // 2, pot)
    assert alerts(run(v.s), "TV-05") == []


def test_a_circle_that_is_told_later_is_seen_with_all_its_payments():
    v = Venue("later")
    firm = v.s.org()
    pot = v.s.account(firm, holds=9_000_000)
    v.all_days()
    for number in range(DAYS):
        v.pay(number, v.lost[number] // 2, pot)
    v.s.owns(v.venue, firm, 90, "2016-07-10")
    alert = only(run(v.s), "TV-05", v.venue)
    assert (alert.values["n_rounds"], alert.severity) == (DAYS, "red")
