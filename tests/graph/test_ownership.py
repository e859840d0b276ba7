"""Effective ownership: golden case G6, rings, history, and agreement with exact fractions."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph import look_through
from chuantou.graph.kernels.ownership import WHOLE, push_shares
from chuantou.graph.ownership import OwnershipGraph, Window
from chuantou.schemas.clock import day_of_date
from tests.graph.register_scenes import DEAL_DAY, Scene
from tests.oracles import ownership as oracle

MOST_PPM = 950_000
HALF_PPM_UNITS = 500_000


@st.composite
def stakes(draw, most_ppm=MOST_PPM, n_most=6):
    """(n, {(holder, company): ppm}) with at most ``most_ppm`` of each company handed out; rings are common."""
    n = draw(st.integers(2, n_most))
    found = {}
    for company in range(n):
        left = most_ppm
        for holder in draw(st.lists(st.integers(0, n - 1), unique=True, max_size=3)):
            ppm = draw(st.one_of(st.sampled_from([1, 250_000, 300_000, 500_000, 500_001]), st.integers(1, most_ppm)))
            if holder != company and ppm <= left:
                found[holder, company] = ppm
                left -= ppm
    return n, found


def columns(n, found):
    """The kernel's arrays."""
    ordered = sorted(found)
    first = np.searchsorted(np.array([h for h, _ in ordered], np.int64), np.arange(n + 1)).astype(np.int64)
    return first, np.array([c for _, c in ordered], np.int64), np.array([found[k] for k in ordered], np.int64)


def scene_of(found) -> Scene:
    scene = Scene()
    for (holder, company), ppm in found.items():
        scene.tie("SHAREHOLDER", f"p{holder}", f"p{company}", ratio_ppm=ppm)
    return scene


def cross_holding() -> Scene:
    return Scene().holds("P", "B", 40).holds("B", "C", 70).holds("C", "B", 20)


def test_golden_case_6_cross_holding():
    register = cross_holding().register()
    assert register.effective_ppm("P", DEAL_DAY) == {"B": 465_116, "C": 325_581}


def test_a_holder_inside_a_ring_owns_by_the_formula_and_never_itself():
    register = cross_holding().register()
    assert register.effective_ppm("B", DEAL_DAY) == {"C": round(Fraction(7, 10) / Fraction(86, 100) * 10**6)}


def test_chains_multiply_and_parallel_chains_add():
    scene = Scene().holds("P", "A", 50).holds("P", "B", 60).holds("A", "C", 50).holds("B", "C", 10).holds("X", "C", 40)
    assert scene.register().effective_ppm("P", DEAL_DAY) == {"A": 500_000, "B": 600_000, "C": 310_000}


def test_treasury_shares_are_no_holding():
    scene = Scene().holds("P", "B", 40).holds("B", "B", 20)
    assert scene.register().effective_ppm("P", DEAL_DAY) == {"B": 400_000}


def test_a_ring_that_owns_all_of_itself_is_reported_as_cut_short():
    scene = Scene().holds("A", "B", 100).holds("B", "A", 100)
    shares = scene.register().effective_shares("A", DEAL_DAY)
    assert shares.truncated
    assert shares.ppm == {"B": 1_000_000}
    assert scene.register().related("A", DEAL_DAY).truncated


def test_a_ring_that_owns_almost_all_of_itself_still_ends():
    scene = Scene().holds("A", "B", 99.9).holds("B", "A", 99.9)
    shares = scene.register().effective_shares("A", DEAL_DAY)
    assert not shares.truncated
    assert shares.ppm == {"B": round(Fraction(999, 1000) / (1 - Fraction(999, 1000) ** 2) * 10**6)}


def test_more_than_all_of_a_company_handed_out_round_a_ring_is_cut_short_not_overflowed():
    scene = Scene()
    for holder, company in (("A", "B"), ("B", "A"), ("A", "C"), ("C", "A"), ("B", "C"), ("C", "B")):
        scene.holds(holder, company, 100)
    shares = scene.register().effective_shares("A", DEAL_DAY)
    assert shares.truncated
    assert shares.ppm == {"B": 1_000_000, "C": 1_000_000}


def test_the_bound_on_stakes_is_reported(monkeypatch):
    monkeypatch.setattr(look_through, "MAX_STAKES", 2)
    shares = Scene().holds("P", "A", 50).holds("A", "B", 50).holds("B", "C", 50).register()
    assert shares.effective_shares("P", DEAL_DAY) == ({"A": 500_000, "B": 250_000}, True)


@settings(max_examples=150, deadline=None)
@given(stakes())
def test_effective_shares_are_those_of_the_inverse_matrix(graph):
    n, found = graph
    register = scene_of(found).register()
    exact = oracle.effective(found, n)
    # each stake loses less than a unit, and what is lost would have gone on to at most 1 / (1 - 0.95) of it
    lost = len(found) * 20
    for i in range(n):
        ours = register.effective_ppm(f"p{i}", DEAL_DAY)
        assert list(ours) == sorted(ours)
        for j in range(n):
            if i != j:
                difference = exact[i][j] * WHOLE - ours.get(f"p{j}", 0) * 10**6
                assert -HALF_PPM_UNITS <= difference <= HALF_PPM_UNITS + lost


@settings(max_examples=150, deadline=None)
@given(stakes(most_ppm=2_000_000), st.integers(0, 5), st.sampled_from([0, 1, 7, 300]))
def test_kernel_agrees_with_its_twin(graph, holder, max_pushes):
    n, found = graph
    arrays = columns(n, found)
    share, cut = push_shares(*arrays, holder % n, max_pushes)
    assert (share.tolist(), bool(cut)) == oracle.push_shares(*(a.tolist() for a in arrays), holder % n, max_pushes)


def test_history_is_kept_and_a_later_stake_supersedes_from_its_first_day():
    scene = (
        Scene()
        .holds("P", "A", 60, told="2014-01-06", since="2014-01-01")
        .holds("P", "A", 20, told="2015-03-02", since="2015-03-01")
        .holds("P", "A", 0, told="2016-02-01", since="2016-01-31")
    )
    register = scene.register()
    on = {date: register.effective_ppm("P", day_of_date(date)).get("A") for date in
          ("2013-12-31", "2014-01-01", "2015-02-28", "2015-03-01", "2016-01-30", "2016-01-31")}  # fmt: skip
    assert on == {
        "2013-12-31": None, "2014-01-01": 600_000, "2015-02-28": 600_000,
        "2015-03-01": 200_000, "2016-01-30": 200_000, "2016-01-31": None,
    }  # fmt: skip


def test_a_last_day_told_later_without_a_first_one_ends_the_stake():
    scene = Scene().holds("P", "A", 60, told="2014-01-06").holds("P", "A", 60, told="2016-03-05", until="2016-03-01")
    register = scene.register()
    assert register.effective_ppm("P", day_of_date("2015-01-01")) == {"A": 600_000}
    assert register.effective_ppm("P", day_of_date("2016-03-01")) == {"A": 600_000}
    assert register.effective_ppm("P", day_of_date("2016-03-02")) == {}


def test_history_told_late_leaves_the_present_alone():
    scene = (
        Scene()
        .holds("P", "A", 60, told="2014-01-06", since="2014-01-01")
        .holds("P", "A", 30, told="2016-01-06", since="2010-01-01", until="2011-12-31")
    )
    register = scene.register()
    assert register.effective_ppm("P", day_of_date("2011-06-01")) == {"A": 300_000}
    assert register.effective_ppm("P", day_of_date("2013-06-01")) == {}
    assert register.effective_ppm("P", DEAL_DAY) == {"A": 600_000}


def test_the_first_day_defaults_to_the_business_day():
    register = Scene().holds("P", "A", 60, told="2015-05-05").register()
    assert register.effective_ppm("P", day_of_date("2015-05-04")) == {}
    assert register.effective_ppm("P", day_of_date("2015-05-05")) == {"A": 600_000}


def test_a_stake_handed_over_within_the_group_is_not_counted_twice_that_day():
    scene = (
        Scene()
        .holds("P", "S1", 100).holds("P", "S2", 100)
        .holds("S1", "A", 20, until="2016-05-01").holds("S2", "A", 20, since="2016-05-01")
    )  # fmt: skip
    register = scene.register()
    for date in ("2016-04-30", "2016-05-01", "2016-05-02"):
        assert register.effective_ppm("P", day_of_date(date))["A"] == 200_000
    assert register.related("A", DEAL_DAY).get("P") is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_order_of_telling_gives_the_same_history(data):
    dates = st.sampled_from(["2014-01-01", "2015-01-01", "2015-06-01", "2016-01-01", "2016-06-01"])
    scene = Scene()
    for _ in range(data.draw(st.integers(1, 6))):
        since, until = data.draw(st.none() | dates), data.draw(st.none() | dates)
        percent = data.draw(st.sampled_from([0, 10, 30]))
        scene.holds("P", "A", percent, told=data.draw(dates), since=since, until=until)
    order = data.draw(st.permutations(range(len(scene.events))))
    one, other = scene.register(), scene.register(order)
    for year in (2013, 2014, 2015, 2016, 2017):
        for month in ("01", "03", "06", "09"):
            day = day_of_date(f"{year}-{month}-01")
            assert one.effective_ppm("P", day) == other.effective_ppm("P", day)


def test_controllers_name_the_links():
    scene = Scene().holds("M", "P", 51).office("L", "P", "legal_rep").office("D", "P", "director").holds("Q", "P", 30)
    register = scene.register()
    assert [k.from_party for k in register.controllers_of("P", DEAL_DAY)] == ["L", "M"]
    assert [k.to_party for k in register.controlled_by("M", DEAL_DAY)] == ["P"]
    assert register.controlled_by("Q", DEAL_DAY) == []


@pytest.mark.parametrize(("others", "controls"), [((14.9,), True), ((15,), False), ((14, 14, 14, 14), True), ((), True)])
def test_the_largest_holder_controls_from_30_percent_and_more_than_twice_the_second(others, controls):
    scene = Scene().holds("H", "P", 30)
    for i, percent in enumerate(others):
        scene.holds(f"o{i}", "P", percent)
    assert bool(scene.register().controllers_of("P", DEAL_DAY)) is controls


def test_below_30_percent_nobody_controls_by_size():
    assert Scene().holds("H", "P", 29.9999).register().controllers_of("P", DEAL_DAY) == []


def test_two_large_holders_in_turn_do_not_hide_each_other():
    scene = Scene().holds("H1", "P", 40, until="2016-04-30").holds("H2", "P", 40, since="2016-05-01")
    controllers = scene.register().controllers_of("P", DEAL_DAY, around_days=180)
    assert [k.from_party for k in controllers] == ["H1", "H2"]


def test_a_pickled_register_answers_the_same():
    register = cross_holding().account("a", "P", ["S"]).register()
    copy = pickle.loads(pickle.dumps(register))
    assert copy.version == register.version
    assert copy.related("P", DEAL_DAY) == register.related("P", DEAL_DAY)
    assert copy.effective_ppm("P", DEAL_DAY) == register.effective_ppm("P", DEAL_DAY)


def test_reach_stops_at_closed_parties():
    graph = OwnershipGraph()
    for event in Scene().holds("P", "A", 50).holds("A", "B", 50).holds("B", "C", 50).events:
        graph.tell(event)
    links, cut = look_through.stakes_reached(graph, "P", Window(DEAL_DAY, DEAL_DAY), False, lambda party: party == "B")
    assert [k.to_party for k in links] == ["A", "B"]
    assert not cut
