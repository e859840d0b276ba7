"""Temporal cycles against brute force, against networkx, and against themselves however the stream is cut."""

import gzip
import os
import random
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.cycles import (
    CycleStream,
    Loop,
    TruncatedSearchWarning,
    enumerate_loops,
    find_cycles,
    find_loops,
    ppm_of,
    temporal_cycles,
)
from chuantou.graph.kernels.account_numbers import hash_slots, number_accounts
from chuantou.graph.kernels.chain_members import least_kept
from tests.oracles import cycles as oracle

HERE = Path(__file__).parents[1] / "data" / "snap"
SNAP = Path(os.environ.get("CHUANTOU_SNAP", "/work/shared/data/snap"))
INT64 = st.integers(-(2**63), 2**63 - 1)

pairs = st.tuples(st.integers(0, 4), st.integers(0, 4))
transfers = st.lists(st.tuples(pairs, st.integers(0, 2)), max_size=22).map(
    lambda steps: [(u, v, t) for ((u, v), _), t in zip(steps, np.cumsum([gap for _, gap in steps]).tolist())]
)
bursts = st.lists(
    st.tuples(st.permutations(range(4)), st.booleans(), st.lists(st.integers(0, 2), min_size=1, max_size=4)), max_size=7
).map(lambda told: in_time(told))
amounts = st.lists(st.integers(7, 12) | st.just(0), min_size=22, max_size=22)


def in_time(told):
    """Rows of transfers between two accounts, one after each gap of time, all one way or to and fro."""
    pairs = [ends[:2][:: -1 if back and i % 2 else 1] for ends, back, gaps in told for i, _ in enumerate(gaps)]
    times = np.cumsum([gap for _, _, gaps in told for gap in gaps]).tolist()
    return [(payer, payee, time) for (payer, payee), time in zip(pairs, times)]


def columns(rows):
    return tuple(np.array(rows, np.int64).reshape(-1, 3).T)


def head_of_college_messages(n):
    with gzip.open(HERE / "CollegeMsg-head.txt.gz", "rt") as lines:
        return sorted((tuple(map(int, line.split())) for line in list(lines)[1 : n + 1]), key=lambda row: row[2])


def busy_stream(n, accounts, seed):
    rng = random.Random(seed)
    times = sorted(rng.randrange(n) for _ in range(n))
    return [(rng.randrange(accounts), rng.randrange(accounts), time) for time in times]


@settings(max_examples=150, deadline=None)
@given(transfers, st.integers(0, 25), st.integers(2, 7))
def test_counts_equal_brute_force(rows, window, max_hops):
    found = find_cycles(*columns(rows), window, max_hops)
    assert found.counts.tolist() == oracle.bundled_counts(rows, window, max_hops)
    assert not found.truncated.any()


@settings(max_examples=150, deadline=None)
@given(bursts, st.integers(0, 12), st.integers(2, 5))
def test_transfers_that_were_passed_over_are_missed_by_nobody(rows, window, max_hops):
    """Of several transfers in a row of one pair the window keeps what later ones may need, and the counts show it."""
    assert find_cycles(*columns(rows), window, max_hops).counts.tolist() == oracle.bundled_counts(rows, window, max_hops)
    found = find_loops(*columns(rows), window, max_hops).loops
    expected = [oracle.loops_closed_by(i, rows, window, max_hops) for i in range(len(rows))]
    assert sorted(loop.rows for loop in found) == sorted(chain for loops in expected for chain in loops.values())


@settings(max_examples=150, deadline=None)
@given(transfers, st.integers(0, 25), st.integers(2, 6), amounts, st.sampled_from([None, 0, 500_000, 900_000, 10**6]))
def test_loops_equal_brute_force(rows, window, max_hops, fen, keep):
    fen = fen[: len(rows)]
    found = find_loops(*columns(rows), window, max_hops, fen, keep)
    rule = (None, 0) if keep is None else (fen, keep)
    expected = [oracle.loops_closed_by(i, rows, window, max_hops, *rule) for i in range(len(rows))]
    assert sorted((loop.rows[-1], loop.accounts, loop.rows) for loop in found.loops) == sorted(
        (i, accounts, chain) for i, loops in enumerate(expected) for accounts, chain in loops.items()
    )
    assert [loop.rows[-1] for loop in found.loops] == sorted(loop.rows[-1] for loop in found.loops)
    assert found.counts.sum(axis=1).tolist() == [len(loops) for loops in expected]


@pytest.mark.parametrize("keep", [700_000, 850_000])
def test_loops_among_many_parallel_transfers_of_like_amounts(keep):
    rows, rng = busy_stream(150, 4, seed=5), random.Random(6)
    fen = [rng.randrange(75, 101) for _ in rows]
    found = find_loops(*columns(rows), 60, 5, fen, keep)
    chosen = {(loop.rows[-1], loop.accounts): loop.rows for loop in found.loops}
    expected = {
        (i, accounts): chain
        for i in range(len(rows))
        for accounts, chain in oracle.loops_closed_by(i, rows, 60, 5, fen, keep).items()
    }
    assert chosen == expected and len(chosen) == len(found.loops) > 80


@settings(max_examples=60, deadline=None)
@given(transfers, st.integers(0, 25), st.lists(st.integers(0, 22), max_size=6))
def test_counts_do_not_depend_on_batches(rows, window, cuts):
    whole = temporal_cycles(*columns(rows), window)
    stream = CycleStream(window)
    pieces = [stream.push(*columns(rows[a:b])) for a, b in pairwise(sorted({0, *cuts, len(rows)})) if b <= len(rows)]
    assert np.array_equal(np.concatenate(pieces) if pieces else whole, whole)


@pytest.mark.parametrize("batch", [1, 7, 640])
def test_a_long_stream_wins_memory_back_and_loses_no_cycle(batch):
    rows = busy_stream(2000, 20, seed=3)
    src, dst, time = columns(rows)
    stream = CycleStream(window=40, max_hops=5)
    pieces = [stream.push(src[i : i + batch], dst[i : i + batch], time[i : i + batch]) for i in range(0, 2000, batch)]
    counts = np.concatenate(pieces)
    for i in range(0, 2000, 29):
        inside = [row for row in rows[: i + 1] if row[2] >= rows[i][2] - 40]
        expected = oracle.loops_closed_by(len(inside) - 1, inside, 40, 5)
        assert counts[i].tolist() == [sum(len(accounts) == k for accounts in expected) for k in range(6)]
    assert counts.sum() > 400
    assert len(stream._pool) < 2000  # 4,000 entries went in


def test_networkx_finds_the_same_cycles_in_college_messages():
    rows, window, max_hops = head_of_college_messages(900), 3600, 4
    counts = temporal_cycles(*columns(rows), window, max_hops)
    assert counts.sum() > 90
    for i, (payer, payee, now) in enumerate(rows):
        inside = [row for row in rows[:i] if now - window <= row[2] < now]
        graph = nx.DiGraph([(payer, payee)])
        graph.add_edges_from((u, v) for u, v, _ in inside if u != v)
        expected = [0] * (max_hops + 1)
        component = next(c for c in nx.strongly_connected_components(graph) if payer in c)
        for cycle in nx.simple_cycles(graph.subgraph(component), max_hops):
            if payer in cycle and cycle[(cycle.index(payer) + 1) % len(cycle)] == payee:
                start = cycle.index(payee)
                expected[len(cycle)] += earliest_return(cycle[start:] + cycle[:start], inside) is not None
        assert counts[i].tolist() == expected


def earliest_return(path, inside):
    """Earliest time at which money can have gone along ``path``, or None."""
    arrived = -1
    for payer, payee in pairwise(path):
        later = [time for u, v, time in inside if (u, v) == (payer, payee) and time > arrived]
        if not later:
            return None
        arrived = min(later)
    return arrived


def test_known_numbers_of_a_slice():
    rows = head_of_college_messages(1500)
    counts = temporal_cycles(*columns(rows), 3600)
    assert counts.tolist() == oracle.bundled_counts(rows, 3600, 6)


@pytest.mark.slow
@pytest.mark.skipif(not (SNAP / "CollegeMsg.txt.gz").exists(), reason="whole SNAP data not here")
@pytest.mark.parametrize(("max_hops", "total"), [(6, 18_694), (40, 18_701)])
def test_published_total_of_college_messages(max_hops, total):
    with gzip.open(SNAP / "CollegeMsg.txt.gz", "rt") as lines:
        table = np.array([line.split() for line in list(lines)[1:]], np.int64)
    table = table[np.argsort(table[:, 2], kind="stable")]
    assert temporal_cycles(*table.T, 3600, max_hops).sum() == total


def test_times_strictly_increase_and_the_window_is_inclusive():
    triangle = [1, 2, 3], [2, 3, 1]
    assert temporal_cycles(*triangle, [10, 20, 30], 20)[2, 3] == 1
    assert temporal_cycles(*triangle, [10, 20, 30], 19).sum() == 0
    assert temporal_cycles(*triangle, [10, 10, 30], 99).sum() == 0
    assert temporal_cycles(*triangle, [10, 20, 20], 99).sum() == 0
    assert temporal_cycles([1, 1, 2], [1, 2, 1], [1, 2, 3], 99)[:, 2].tolist() == [0, 0, 1]  # to itself: ignored


def test_parallel_transfers_are_one_cycle_and_the_latest_are_named():
    loops = enumerate_loops([1, 2, 2, 2, 3], [2, 3, 3, 3, 1], [10, 15, 20, 30, 30], 100)
    assert loops == [Loop((1, 2, 3), (0, 2, 4))]
    # The latest 2 -> 3 that fits the amounts *and* an earlier 1 -> 2; row 3 would be later but nothing of 1 fits it.
    src, dst, fen = [1, 1, 2, 2, 3], [2, 2, 3, 3, 1], [100, 50, 98, 96, 96]
    assert enumerate_loops(src, dst, [1, 2, 3, 4, 5], 9, amount=fen, keep=0.97) == [Loop((1, 2, 3), (0, 2, 4))]


def test_accounts_and_times_may_be_any_int64_of_their_range():
    far = 2**61
    ids = [2**63 - 1, -(2**63), 0, 2**63 - 1], [-(2**63), 0, 2**63 - 1, 0]
    assert temporal_cycles(*ids, [-far, 0, far - 1, far], 2**64)[:, 3].tolist() == [0, 0, 1, 0]
    assert temporal_cycles(*ids, [far - 3, far - 2, far - 1, far], 3)[2, 3] == 1


def test_empty_input():
    assert temporal_cycles([], [], [], 5).shape == (0, 7)
    assert enumerate_loops([], [], [], 5, amount=[], keep=0.5) == []


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: temporal_cycles([1, 2, 3], [2, 3, 1], [1, 5, 4], 9), "row 2: time 4 is before 5 of row 1"),
        (lambda: temporal_cycles([1], [2], [2**63 - 1], 9), "row 0: time .* beyond"),
        (lambda: temporal_cycles([1.5], [2], [1], 9), "src is not one row of int64"),
        (lambda: temporal_cycles([1, 2], [2], [1], 9), "2, 1, 1 rows"),
        (lambda: temporal_cycles([1], [2], [1], -1), "window -1"),
        (lambda: temporal_cycles([1], [2], [1], 1, 1), "max_hops 1"),
        (lambda: enumerate_loops([1], [2], [1], 1, keep=0.8), "keep needs the amounts"),
        (lambda: enumerate_loops([1], [2], [1], 1, amount=[-5], keep=0.8), "row 0: a negative amount"),
        (lambda: enumerate_loops([1], [2], [1], 1, amount=[5, 6], keep=0.8), "amount has 2 rows"),
        (lambda: enumerate_loops([1], [2], [1], 1, amount=[5], keep=1.2), "keep is 1.2"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_refused_push_changes_nothing():
    stream = CycleStream(window=100)
    stream.push([1], [2], [10])
    with pytest.raises(ValueError, match="before 10 of the last push"):
        stream.push([2], [1], [9])
    assert stream.push([2], [1], [11]).tolist() == [[0, 0, 1, 0, 0, 0, 0]]


def test_a_search_that_reaches_its_bound_says_so():
    rows = busy_stream(300, 8, seed=1)
    full = find_cycles(*columns(rows), 200)
    cut = find_cycles(*columns(rows), 200, max_steps=20)
    assert cut.truncated.any() and not full.truncated.any()
    assert (cut.counts <= full.counts).all()
    assert np.array_equal(cut.counts[~cut.truncated], full.counts[~cut.truncated])
    assert (cut.counts[cut.truncated].sum(axis=1) <= 20).all()
    stream = CycleStream(200, max_steps=20)
    with pytest.warns(TruncatedSearchWarning, match=f"{cut.truncated.sum()} searches .* row {cut.truncated.argmax()}"):
        stream.push(*columns(rows))


def test_a_row_whose_loops_do_not_fit_is_searched_again_from_scratch():
    """What the first search of the row marked must not be taken for what the second one found."""
    rows = busy_stream(600, 9, seed=11)
    found = find_loops(*columns(rows), 80, 6)
    assert np.array_equal(found.counts, temporal_cycles(*columns(rows), 80))
    assert len(set(found.loops)) == len(found.loops) == found.counts.sum() > 2_000


MANY = 20_000 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 1_000_000


def test_a_million_parallel_transfers_cost_what_a_few_do():
    n = MANY
    src, dst = np.ones(n + 1, np.int64), np.full(n + 1, 2)
    src[n], dst[n] = 2, 1
    stream = CycleStream(window=n)
    assert stream.push(src, dst, np.arange(n + 1))[:, 2].tolist() == [0] * n + [1]
    assert len(stream._pool) < 2_000
    kept = find_loops(src, dst, np.arange(n + 1), n, amount=np.full(n + 1, 5), keep=1)
    assert kept.loops == [Loop((1, 2), (n - 1, n))]


def test_a_million_transfers_to_and_fro_cost_what_a_few_do():
    """… and each of them closes a cycle of two, also where the window only just holds the one before."""
    to = np.arange(MANY) % 2
    for window in (MANY, 1):
        stream = CycleStream(window)
        assert stream.push(to + 1, 2 - to, np.arange(MANY))[:, 2].tolist() == [0] + [1] * (MANY - 1)
        assert len(stream._pool) < 2_000


def test_more_loops_than_the_first_table_holds():
    rows = busy_stream(400, 7, seed=2)
    found = find_loops(*columns(rows), 60)
    assert len(found.loops) == found.counts.sum() == temporal_cycles(*columns(rows), 60).sum() > 1000


@given(st.integers(0, 2**63 - 1), st.integers(0, 10**6))
def test_least_kept_is_the_exact_ceiling(fen, keep_ppm):
    assert least_kept(np.int64(fen), np.int64(keep_ppm)) == -(-fen * keep_ppm // 10**6)


@pytest.mark.parametrize(
    ("keep", "ppm"), [(0.8, 800_000), ("0.8", 800_000), (800_000, 800_000), (1.0, 10**6), ("1", 10**6), (0, 0)]
)
def test_keep_is_exact(keep, ppm):
    assert ppm_of(keep) == ppm


@pytest.mark.parametrize("keep", [-1, 1_000_001, 1.1, "x", "nan", "inf", 0.1234567, ""])
def test_a_keep_that_is_no_ppm_is_refused(keep):
    with pytest.raises(ValueError, match="keep is"):
        ppm_of(keep)


@settings(max_examples=60, deadline=None)
@given(st.lists(INT64 | st.integers(-4, 4) | st.integers(0, 7).map(lambda i: i << 60), max_size=60))
def test_account_numbers_equal_a_dict(accounts):
    ids, numbers = np.empty(64, np.int64), np.empty(len(accounts), np.int32)
    slots = hash_slots(ids, 0)
    row, known = number_accounts(np.array(accounts, np.int64), 0, slots, ids, 0, numbers)
    assert (row, known) == (len(accounts), len(set(accounts)))
    assert numbers.tolist() == oracle.number_accounts(accounts)
    assert ids[numbers].tolist() == accounts
    assert sorted(hash_slots(ids, known)) == sorted(slots)
