"""Transfers that come late: the last word on each is that of the same transfers in order, however they came."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.cycles import find_cycles
from chuantou.graph.late_cycles import LateCycleStream
from tests.oracles import cycles as oracle

WINDOW, LATENESS = 12, 8
row = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 40))


def columns(rows):
    return tuple(np.array(rows, np.int64).reshape(-1, 3).T)


def as_they_come(rows, delays):
    """Each transfer a delay after its time, but never later than it may."""
    return [told for _, _, told in sorted((told[2] + delay, i, told) for i, (told, delay) in enumerate(zip(rows, delays)))]


def last_word(stream, rows, cuts):
    counts = np.full((len(rows), stream.max_hops + 1), -1)
    for a, b in pairwise(sorted({0, *(cut for cut in cuts if cut < len(rows)), len(rows)})):
        told = stream.push(*columns(rows[a:b]))
        assert sorted(set(told.numbers.tolist())) == told.numbers.tolist()
        assert set(range(a, b)) <= set(told.numbers.tolist()) <= set(range(b))
        earlier = told.numbers < a
        assert (told.counts[earlier] != counts[told.numbers[earlier]]).any(axis=1).all()  # only what has changed
        counts[told.numbers] = told.counts
    return counts


@settings(max_examples=150, deadline=None)
@given(
    st.lists(row, max_size=22),
    st.lists(st.integers(0, LATENESS), min_size=22, max_size=22),
    st.lists(st.integers(0, 22), max_size=8),
)
def test_the_last_word_is_that_of_the_transfers_in_order(rows, delays, cuts):
    came = as_they_come(rows, delays)
    in_order = sorted(range(len(came)), key=lambda i: came[i][2])
    expected = oracle.bundled_counts([came[i] for i in in_order], WINDOW, 5)
    found = last_word(LateCycleStream(WINDOW, LATENESS, 5), came, cuts)
    assert found[in_order].tolist() == expected


@pytest.mark.parametrize("batch", [1, 13, 400])
def test_a_long_stream_in_batches_of_any_size_forgets_what_is_old(batch):
    rng = random.Random(9)
    rows = [(rng.randrange(15), rng.randrange(15), i // 2) for i in range(400)]
    came = as_they_come(rows, [rng.randrange(LATENESS + 1) for _ in rows])
    stream = LateCycleStream(WINDOW, LATENESS, 4)
    found = last_word(stream, came, range(0, 400, batch))
    in_order = sorted(range(400), key=lambda i: came[i][2])
    assert np.array_equal(found[in_order], find_cycles(*columns([came[i] for i in in_order]), WINDOW, 4).counts)
    assert found.sum() > 20
    assert len(stream._told.time) <= 2 * (WINDOW + LATENESS + 1)


def test_one_that_comes_too_late_is_named_and_changes_nothing():
    stream = LateCycleStream(window=100, lateness=10)
    stream.push([1], [2], [50])
    with pytest.raises(ValueError, match="row 2: time 41 is more than 10 behind 52"):
        stream.push([2, 3, 4], [3, 4, 5], [52, 42, 41])
    assert stream.push([2], [1], [51]).counts[:, 2].tolist() == [1]
    assert stream.push([], [], []).numbers.tolist() == []


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: LateCycleStream(10, -1), "lateness -1"),
        (lambda: LateCycleStream(-1, 1), "window -1"),
        (lambda: LateCycleStream(10, 1).push([1.5], [2], [3]), "src is not one row of int64"),
        (lambda: LateCycleStream(10, 1).push([1], [2], [2**62]), "row 0: time"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_search_cut_short_is_marked():
    rng = random.Random(1)
    rows = sorted(((rng.randrange(8), rng.randrange(8), rng.randrange(200)) for _ in range(200)), key=lambda told: told[2])
    assert LateCycleStream(100, 50, max_steps=10).push(*columns(rows)).truncated.any()
