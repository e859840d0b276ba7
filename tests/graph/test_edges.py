"""Timed edges: every kernel equals its plain twin, edges that come later are as good as edges from the start."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.edges import MAX_HOPS, MAX_SUM, TimedEdges, Window
from chuantou.graph.kernels import paths as kernel
from chuantou.graph.kernels import timed_edges as layout
from chuantou.graph.loan_trace import loan_trace
from tests.oracles import paths as oracle

N = 6
edge_rows = st.lists(st.tuples(*map(st.integers, (0, 0, 0, 0), (N - 1, N - 1, 9, 5))), max_size=30)
scopes = st.tuples(st.integers(-1, 9), st.integers(0, 11), st.integers(-3, 3))


def columns(rows):
    return zip(*rows) if rows else ((), (), (), ())


def window_of(scope):
    after, before, limit = scope
    return Window(after, before, abs(limit), limit >= 0)


def some_at_once_the_rest_later(rows, later):
    edges = TimedEdges.of(1, *columns([]))
    kept = rows[: len(rows) - later]
    if kept:
        edges = TimedEdges.of(N, *columns(kept))
    edges.grow(N)
    for row in rows[len(kept) :]:
        edges.add(*row)
    return edges


@settings(max_examples=150)
@given(edge_rows, scopes, st.integers(0, 30), st.integers(1, 4), st.data())
def test_every_question_equals_its_plain_twin(rows, scope, later, hops, data):
    edges = some_at_once_the_rest_later(rows, min(later, len(rows)))
    one, two = data.draw(st.integers(0, N - 1)), data.draw(st.integers(0, N - 1))
    assert edges.shortest_path(one, two, window_of(scope)) == oracle.shortest_path(rows, one, two, scope)
    assert edges.reached_from(one, window_of(scope)) == oracle.reached_from(rows, one, scope)
    walks = edges.rising_walks(one, window_of(scope), hops).tolist()
    found = [tuple(account for account in walk if account >= 0) for walk in walks]
    assert set(found) == oracle.rising_walks(rows, one, scope, hops) and len(set(found)) == len(found)
    for upstream in (False, True):
        reach = edges.rising_reach(sorted({one, two}), window_of(scope), hops, upstream)
        ends = list(zip(*(column.tolist() for column in reach)))
        expected = oracle.rising_reach(rows, sorted({one, two}), scope, hops, upstream)
        assert set(ends) == expected and len(ends) == len(expected)


@settings(max_examples=150)
@given(edge_rows, scopes, st.integers(-1, 5), st.integers(0, 30))
def test_sums_equal_their_plain_twins(rows, scope, over, later):
    edges = some_at_once_the_rest_later(rows, min(later, len(rows)))
    for incoming in (False, True):
        expected = {account: oracle.sums(rows, account, scope, incoming, over) for account in range(N)}
        table = edges.sums(list(expected), window_of(scope), incoming, over)
        found = {account: {} for account in expected}
        for account, other, *values in zip(*(column.tolist() for column in table)):
            assert other not in found[account]
            found[account][other] = tuple(values)
        assert found == expected
        for account, by_other in expected.items():
            counts, totals = ([values[k] for values in by_other.values()] for k in (0, 1))
            assert edges.totals(account, window_of(scope), incoming, over) == (len(by_other), sum(counts), sum(totals))


@settings(max_examples=100)
@given(edge_rows, scopes, st.integers(0, N - 1), st.integers(0, N - 1))
def test_triangles_equal_their_plain_twin(rows, scope, source, target):
    edges = TimedEdges.of(N, *columns(rows))
    back, onward = oracle.sums(rows, source, scope, True, -1), oracle.sums(rows, target, scope, False, -1)
    table = edges.triangles(source, target, window_of(scope))
    found = {other: tuple(values) for other, *values in zip(*(column.tolist() for column in table))}
    assert found == {other: (*back[other], *onward[other]) for other in (back.keys() & onward.keys()) - {source, target}}
    assert edges.edge_between(source, target, window_of(scope)) == (target in oracle.sums(rows, source, scope, False, -1))


@settings(max_examples=100)
@given(edge_rows, edge_rows, scopes, st.sets(st.integers(0, N - 1)), st.sampled_from([0, 1, 333_333, 10**6, 10**15]))
def test_loan_traces_equal_their_plain_twin(transfers, withdrawals, scope, starts, ppm):
    flows = TimedEdges.of(N, *columns(transfers + withdrawals))
    traced = loan_trace(flows, TimedEdges.of(N, *columns(transfers)), starts, ppm, window_of(scope))
    found = list(zip(*(column.tolist() for column in traced)))
    expected = oracle.share_trace(transfers + withdrawals, transfers, starts, ppm, scope, 3)
    assert set(found) == expected and len(found) == len(expected)


@settings(max_examples=60)
@given(edge_rows, st.randoms(use_true_random=False))
def test_the_order_of_edges_changes_nothing(rows, rng):
    shuffled = rng.sample(rows, len(rows))
    one, other = TimedEdges.of(N, *columns(rows)), some_at_once_the_rest_later(shuffled, len(rows) // 2)
    for side, again in ((one.outgoing, other.outgoing), (one.incoming, other.incoming)):
        assert [side.edges_of(a).tolist() for a in range(N)] == [again.edges_of(a).tolist() for a in range(N)]


@given(edge_rows, scopes, st.integers(0, N - 1))
def test_a_limit_that_drops_an_edge_is_told(rows, scope, account):
    window = window_of(scope)
    TimedEdges.of(N, *columns(rows)).totals(account, window)
    assert (window.cuts > 0) == oracle.cut([row for row in rows if row[0] == account], scope, 0)


def test_a_search_for_walks_that_meets_its_bound_says_so():
    rows = [(a, b, time, 1) for time in range(6) for a in range(N) for b in range(N) if a != b]
    edges, whole, bounded = TimedEdges.of(N, *columns(rows)), Window(-1, 6), Window(-1, 6)
    every = {tuple(walk) for walk in edges.rising_walks(0, whole, 4).tolist()}
    some = {tuple(walk) for walk in edges.rising_walks(0, bounded, 4, max_steps=40).tolist()}
    assert whole.cuts == 0 and bounded.cuts == 1
    assert some < every and len(some) <= 40


def test_a_hub_with_many_parallel_transfers_is_one_walk():
    rows = [(0, 1, time, 1) for time in range(5_000)] + [(1, 2, 9_999, 1)]
    assert TimedEdges.of(3, *columns(rows)).rising_walks(0, Window(-1, 10_000), 3).tolist() == [[0, 1, -1, -1], [0, 1, 2, -1]]


def test_lists_that_grow_keep_everything():
    rng = random.Random(3)
    rows = [(rng.randrange(300), rng.randrange(300), rng.randrange(10**6), rng.randrange(10**6)) for _ in range(3_000)]
    edges, whole = TimedEdges.of(0, *columns([])), TimedEdges.of(300, *columns(rows))
    for source, target, *rest in rows:
        edges.grow(max(source, target) + 1)
        edges.add(source, target, *rest)
    for account in range(300):
        assert edges.outgoing.edges_of(account).tolist() == whole.outgoing.edges_of(account).tolist()
    assert len(edges.outgoing.pool) <= 8 * len(rows)


@given(st.integers(0, MAX_SUM), st.integers(0, 10**15))
def test_a_share_is_exact_or_more_than_any_amount(amount, ppm):
    exact = amount * ppm // 10**6
    assert kernel.share_of(amount, ppm) == exact or (exact > MAX_SUM and kernel.share_of(amount, ppm) > MAX_SUM)


@given(st.lists(st.integers(0, 9)), st.integers(-1, 10))
def test_places_in_time(times, instant):
    pool = np.zeros(len(times), layout.EDGE)
    pool["time"] = sorted(times)
    assert layout.first_after(pool, 0, len(times), instant) == sum(time <= instant for time in times)
    assert layout.first_from(pool, 0, len(times), instant) == sum(time < instant for time in times)


def test_far_times_and_large_amounts():
    low, high = -(2**63), 2**63 - 1
    edges = TimedEdges.of(2, [0, 0], [1, 1], [low + 1, high - 1], [MAX_SUM // 2, MAX_SUM // 2])
    assert edges.totals(0, Window(low, high)) == (1, 2, MAX_SUM)
    with pytest.raises(ValueError, match="amount 1: expected 0 to 0"):
        edges.add(0, 1, 0, 1)


def test_nothing():
    edges = TimedEdges.of(1, [], [], [], [])
    assert edges.shortest_path(0, 0, Window(0, 9)) == 0
    assert edges.rising_walks(0, Window(0, 9), 3).shape == (0, 4)
    assert len(edges.rising_reach([], Window(9, 0), 3).account) == 0
    assert edges.sums([], Window(0, 9)).other.tolist() == []


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: TimedEdges.of(2, [0], [1], [1, 2], [1]), ValueError, "one entry an edge"),
        (lambda: TimedEdges.of(2, [0, 2], [1, 1], [1, 2], [1, 1]), ValueError, "row 1: source 2: expected 0 to 1"),
        (lambda: TimedEdges.of(2, [0], [-1], [1], [1]), ValueError, "row 0: target -1"),
        (lambda: TimedEdges.of(2, [0], [1], [1], [-5]), ValueError, "row 0: amount -5"),
        (lambda: TimedEdges.of(1, [0] * 5, [0] * 5, [0] * 5, [2**61] * 5), ValueError, "more than 2⁶²"),
        (lambda: TimedEdges.of(-1, [], [], [], []), ValueError, "n -1"),
        (lambda: TimedEdges.of(1, [], [], [], []).grow(2**31), ValueError, "n 2147483648"),
        (lambda: TimedEdges.of(1, [], [], [], []).add(0, 1, 0, 1), IndexError, "account 1"),
        (lambda: TimedEdges.of(1, [], [], [], []).shortest_path(0, 1, Window(0, 1)), IndexError, "account 1"),
        (lambda: TimedEdges.of(1, [], [], [], []).rising_walks(0, Window(0, 1), MAX_HOPS + 1), ValueError, "max_hops 17"),
        (lambda: Window(0, 2**63), ValueError, "before .*: not an int64"),
        (lambda: Window(0, 1, -1), ValueError, "limit -1"),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_bad_input_of_a_loan_trace_is_named():
    edges, more = TimedEdges.of(1, [], [], [], []), TimedEdges.of(2, [], [], [], [])
    with pytest.raises(ValueError, match="threshold_ppm -1"):
        loan_trace(edges, edges, [0], -1, Window(0, 1))
    with pytest.raises(ValueError, match="flows have 1 accounts, transfers 2"):
        loan_trace(edges, more, [0], 0, Window(0, 1))
    with pytest.raises(IndexError, match="starts 0 to 1"):
        loan_trace(edges, edges, [1, 0], 0, Window(0, 1))
