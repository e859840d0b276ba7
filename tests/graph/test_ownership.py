"""Effective ownership: golden case G6, rings, history, and agreement with exact fractions."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph import look_through
from chuantou.graph.kernels import ownership as kernel
from chuantou.graph.ownership import OwnershipGraph, Window
from chuantou.schemas.clock import day_of_date
from tests.graph.register_scenes import DEAL_DAY, Scene
from tests.oracles import ownership as oracle

MOST_PPM = 950_000
HALF_PPM_UNITS = kernel.WHOLE // (2 * 10**6)


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


def test_a_ring_that_owns_all_of_itself_is_one_company_and_is_named():
    scene = Scene().holds("A", "B", 100).holds("B", "A", 100).holds("B", "Sub", 30).holds("Sub", "Last", 50)
    for party in ("A", "B"):
        shares = scene.register().effective_shares(party, DEAL_DAY)
        other = {"A": "B", "B": "A"}[party]
        assert shares.ppm == {other: 1_000_000, "Sub": 300_000, "Last": 150_000}
        assert shares.closed_rings == ("A", "B")
        assert not shares.truncated
    assert scene.register().related("Sub", DEAL_DAY)["A"].effective_ppm is None  # R1: it controls B
    assert scene.holds("P", "A", 10).register().effective_shares("P", DEAL_DAY) == (
        {"A": 100_000, "B": 100_000, "Sub": 30_000, "Last": 15_000}, False, ("A", "B"), ("A",),
    )  # fmt: skip


def test_a_company_of_which_more_than_all_is_held_counts_as_told_and_is_named():
    scene = Scene().holds("P", "A", 70).holds("Q", "A", 70).holds("A", "B", 50)
    assert scene.register().effective_shares("P", DEAL_DAY) == ({"A": 700_000, "B": 350_000}, False, (), ("A",))
    assert Scene().holds("P", "A", 70).holds("Q", "A", 30).register().effective_shares("P", DEAL_DAY).over_issued == ()


def test_a_ring_that_owns_almost_all_of_itself_still_ends():
    scene = Scene().holds("A", "B", 99.9).holds("B", "A", 99.9)
    shares = scene.register().effective_shares("A", DEAL_DAY)
    assert not shares.truncated
    assert shares.ppm == {"B": round(Fraction(999, 1000) / (1 - Fraction(999, 1000) ** 2) * 10**6)}


def test_a_ring_short_of_closed_by_one_ppm_is_cut_short_at_all_of_it():
    scene = Scene().holds("A", "B", 99.9999).holds("B", "A", 100).holds("A", "C", 1)
    shares = scene.register().effective_shares("A", DEAL_DAY)
    assert shares.truncated
    assert shares.ppm == {"B": 1_000_000, "C": 1_000_000}


def test_more_than_all_of_a_company_handed_out_round_a_ring_is_a_closed_ring():
    scene = Scene()
    for holder, company in (("A", "B"), ("B", "A"), ("A", "C"), ("C", "A"), ("B", "C"), ("C", "B")):
        scene.holds(holder, company, 100)
    shares = scene.register().effective_shares("A", DEAL_DAY)
    assert shares == ({"B": 1_000_000, "C": 1_000_000}, False, ("A", "B", "C"), ("A", "B", "C"))


def test_the_bound_on_stakes_is_reported_and_cuts_at_a_distance(monkeypatch):
    monkeypatch.setattr(look_through, "MAX_STAKES", 2)
    register = Scene().holds("P", "A", 50).holds("A", "B", 50).holds("B", "C", 50).register()
    assert register.effective_shares("P", DEAL_DAY)[:2] == ({"A": 500_000, "B": 250_000}, True)
    register = Scene().holds("P", "A", 50).holds("A", "B", 50).holds("A", "C", 50).register()
    assert register.effective_shares("P", DEAL_DAY)[:2] == ({"A": 500_000}, True)


def arranged(n, found, upward):
    ordered = sorted(found)
    holder, company = (np.array([pair[end] for pair in ordered], np.int64) for end in (0, 1))
    ratio = np.array([found[pair] for pair in ordered], np.int64)
    return kernel.arrange(n, *((company, holder) if upward else (holder, company)), ratio, upward)


@settings(max_examples=300, deadline=None)
@given(stakes(most_ppm=1_100_000), st.data(), st.booleans())
def test_the_kernel_gives_the_least_fixed_point_and_proves_its_brackets(graph, data, upward):
    n, found = graph
    start = data.draw(st.integers(0, n - 1))
    place, *rest = arranged(n, found, upward)
    plain = oracle.least_fixed_point(found, n, start, upward)
    for exact in (True, False):
        low, high, _, cut = kernel.settle(place[start], exact, np.zeros(n), *rest)
        assert cut == (max(plain) >= kernel.MAX_SHARE)
        for node in range(n):
            assert low[place[node]] <= plain[node] <= high[place[node]]
            assert not exact or low[place[node]] == plain[node]
    ppm, closed, cut = kernel.shares_from(start, np.zeros(n), place, *rest)
    most = 10**6 if cut else 10**12
    assert ppm.tolist() == [min(most, (y + HALF_PPM_UNITS) // (2 * HALF_PPM_UNITS)) for y in plain]
    rings = [ring for ring in oracle.rings(found, n) if oracle.is_closed(ring, found)]
    assert {int(i) for i in np.flatnonzero(closed)} == {i for ring in rings for i in ring if plain[i] > 0}


def test_float_accidents_do_not_reach_the_result(monkeypatch):
    """However wrong the guess of a ring, what comes out is the same; the bracket is proven or the ring climbs from zero."""
    n, found = 3, {(0, 1): 400_000, (1, 2): 700_000, (2, 1): 333_333, (0, 2): 123_457}
    place, *rest = arranged(n, found, upward=False)
    stop, first, inside, source, ratio, weight, closed = rest
    right = kernel.shares_from(0, np.zeros(n), place, *rest)[0].tolist()
    for error in (1e-15, 1e-9, 1e-3, 0.5, -2.0, float("nan")):
        wrong = (stop, first, inside, source, ratio, weight * (1 + error), closed)
        assert kernel.shares_from(0, np.zeros(n), place, *wrong)[0].tolist() == right


@settings(max_examples=150, deadline=None)
@given(stakes())
def test_effective_shares_are_those_of_the_inverse_matrix_to_the_nearest_ppm(graph):
    n, found = graph
    register = scene_of(found).register()
    exact = oracle.effective(found, n)
    for i in range(n):
        ours = register.effective_ppm(f"p{i}", DEAL_DAY)
        assert list(ours) == sorted(ours)
        assert ours == {f"p{j}": ppm for j in range(n) if i != j and (ppm := nearest(exact[i][j]))}
    table = register.effective_table([f"p{i}" for i in range(n)], DEAL_DAY)
    told = zip(table.holder.tolist(), table.company.tolist(), table.ppm.tolist())
    assert [(table.parties[h], table.parties[c], ppm) for h, c, ppm in told] == [
        (f"p{i}", company, ppm) for i in range(n) for company, ppm in register.effective_ppm(f"p{i}", DEAL_DAY).items()
    ]


def nearest(share: Fraction) -> int:
    """Half a ppm goes up where it is half exactly in units; shares this close to half do not arise otherwise."""
    return int(share * 10**6 + Fraction(1, 2))


@settings(max_examples=60, deadline=None)
@given(stakes(most_ppm=1_000_000), st.randoms(use_true_random=False))
def test_the_order_of_telling_moves_nothing(graph, random):
    n, found = graph
    scene = scene_of(found)
    order = list(range(len(scene.events)))
    random.shuffle(order)
    one, other = scene.register(), scene.register(order)
    for i in range(n):
        assert one.effective_shares(f"p{i}", DEAL_DAY) == other.effective_shares(f"p{i}", DEAL_DAY)
        assert one.related(f"p{i}", DEAL_DAY) == other.related(f"p{i}", DEAL_DAY)


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


def test_reach_stops_at_banks():
    graph = OwnershipGraph()
    for event in Scene().holds("P", "A", 50).holds("A", "B", 50).holds("B", "C", 50).events:
        graph.tell(event)
    start = graph.stakes.numbers["P"]
    rows, cut = look_through.stakes_reached(graph.stakes, start, Window(DEAL_DAY, DEAL_DAY), False, ["B", "unknown"])
    assert [graph.stakes.link(row).to_party for row in rows.tolist()] == ["A", "B"]
    assert not cut
