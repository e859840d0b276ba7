"""Loops as they close: agreement with brute force, batches that do not matter, and bounds that are told."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph import loops as module
from chuantou.graph.loops import LoopIndex
from tests.oracles.loops import Move, loops

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in scalar")  # hashes wrap around

KEEP_PPM = 800_000
WINDOW = 10


@st.composite
def histories(draw):
    """Moves in time order between few accounts, their amounts close together so that many hops keep their share."""
    base = draw(st.sampled_from([4, 5, 7, 95, 128, 1_000, 3 * 2**40, 2**61]))
    near = st.integers(base * 3 // 4, base * 4 // 3)
    move = st.tuples(st.sampled_from([0, 0, 1, 1, 2, 5]), st.integers(0, 4), st.integers(0, 4), near, st.integers(0, 9))
    time, moves = 0, []
    for gap, payer, payee, fen, luck in draw(st.lists(move, max_size=32)):
        time += gap
        moves.append(Move(time, payer, payee, fen, luck == 0))
    return moves


def push(index, moves, first_row=0):
    time, fen = (np.array([getattr(m, name) for m in moves], np.int64) for name in ("time", "fen"))
    payer, payee = (np.array([getattr(m, name) for m in moves], np.int32) for name in ("payer", "payee"))
    rows = np.arange(first_row, first_row + len(moves), dtype=np.int64)
    blocked = np.array([m.blocked for m in moves], np.bool_)
    return [loop.rows for loop in index.push(time, payer, payee, fen, rows, blocked)]


def by_closing(found):
    """Loops in the order of the transfers that closed them; those of one transfer sorted."""
    return sorted(found, key=lambda rows: (rows[-1], rows))


@given(histories(), st.integers(3, 6))
@settings(max_examples=200)
def test_agrees_with_brute_force(moves, max_hops):
    index = LoopIndex(WINDOW, KEEP_PPM, max_hops)
    assert by_closing(push(index, moves)) == by_closing(loops(moves, WINDOW, KEEP_PPM, max_hops))
    assert index.truncated == 0


@given(histories(), st.sampled_from([(0, 1), (1, 1), (1, 2), (2, 3), (1, 48), (3, 5)]), st.integers(3, 6))
@settings(max_examples=300)
def test_however_little_a_look_around_may_see(moves, looks_and_reached, max_hops):
    """Hubs begin anywhere: what is parked, meets or hides must not change what is found."""
    index = LoopIndex(WINDOW, KEEP_PPM, max_hops, 20_000, *looks_and_reached)
    assert by_closing(push(index, moves)) == by_closing(loops(moves, WINDOW, KEEP_PPM, max_hops))
    assert index.truncated == 0


@given(histories(), st.sampled_from([750_000, 900_000, 999_999, 1_000_000]))
def test_agrees_for_other_shares(moves, keep_ppm):
    assert by_closing(push(LoopIndex(WINDOW, keep_ppm), moves)) == by_closing(loops(moves, WINDOW, keep_ppm, 6))


@given(histories(), st.lists(st.integers(0, 32), max_size=6))
def test_batches_do_not_matter(moves, cuts):
    bounds = [0, *sorted(min(cut, len(moves)) for cut in cuts), len(moves)]
    index = LoopIndex(WINDOW, KEEP_PPM)
    pieces = [rows for a, b in pairwise(bounds) for rows in push(index, moves[a:b], a)]
    assert pieces == push(LoopIndex(WINDOW, KEEP_PPM), moves)


def test_a_path_through_a_hub_is_found_and_costs_no_search_where_there_is_none():
    """A pool with thousands of payers and payees: most of what touches it closes nothing, and no search is cut."""
    n = 3_000
    into = [Move(k, k + 1, 0, 1_000) for k in range(n)]
    out_of = [Move(n + k, 0, n + k + 1, 1_000) for k in range(n)]
    moves = sorted([*into, *out_of, Move(2 * n, n + 5, 9_999, 950), Move(2 * n + 1, 9_999, 6, 950)], key=lambda move: move.time)
    index = LoopIndex(3 * n, KEEP_PPM, max_visits=200)
    assert push(index, moves) == [(5, n + 4, 2 * n, 2 * n + 1)]
    assert index.truncated == 0


def test_a_snapshot_finds_what_the_index_itself_finds():
    rng = np.random.default_rng(3)
    moves = [Move(k // 3, *rng.integers(0, 40, 2).tolist(), int(rng.integers(90, 120))) for k in range(1_200)]
    whole, part = LoopIndex(WINDOW, KEEP_PPM), LoopIndex(WINDOW, KEEP_PPM)
    found = push(part, moves[:700])
    assert found + push(pickle.loads(pickle.dumps(part)), moves[700:], 700) == push(whole, moves)
    assert found


def test_a_loop_by_hand():
    moves = [Move(1, 0, 1, 100), Move(2, 1, 2, 90), Move(3, 2, 0, 80)]
    assert push(LoopIndex(WINDOW, KEEP_PPM), moves) == [(0, 1, 2)]
    assert push(LoopIndex(2, KEEP_PPM), moves) == [(0, 1, 2)]
    assert push(LoopIndex(1, KEEP_PPM), moves) == []
    for k, changed in ((1, Move(1, 1, 2, 90)), (1, Move(2, 1, 2, 79)), (2, Move(3, 2, 0, 91)), (1, Move(2, 1, 2, 90, True))):
        assert push(LoopIndex(WINDOW, KEEP_PPM), [*moves[:k], changed, *moves[k + 1 :]]) == []


def test_the_latest_of_parallel_transfers_whatever_their_size():
    """The newer one is of the next larger size class: classes must not decide which one is told."""
    moves = [Move(1, 0, 1, 100), Move(2, 1, 2, 95), Move(3, 0, 1, 97), Move(4, 1, 2, 96), Move(5, 2, 0, 90)]
    assert push(LoopIndex(WINDOW, KEEP_PPM), moves) == [(2, 3, 4)]


def test_amounts_near_the_end_of_int64():
    top = 2**63 - 1
    moves = [Move(1, 0, 1, top), Move(2, 1, 2, top * 4 // 5 + 1), Move(3, 2, 0, top * 4 // 5)]
    assert push(LoopIndex(WINDOW, KEEP_PPM), moves) == [(0, 1, 2)]
    moves[1] = Move(2, 1, 2, top * 4 // 5)
    assert push(LoopIndex(WINDOW, KEEP_PPM), moves) == []


def test_a_search_past_its_bound_is_counted_and_the_next_goes_on():
    many = [Move(1 + k, 0, 1, 100) for k in range(40)]
    moves = [*many, Move(50, 1, 2, 100), Move(51, 2, 3, 100), Move(52, 2, 0, 90)]
    index = LoopIndex(100, KEEP_PPM, max_visits=5)
    assert push(index, moves) == [(39, 40, 42)]
    assert index.truncated == 1  # the one that closes a loop; that the two before it close none shows without a search
    assert push(index, [Move(53, 3, 1, 100), Move(54, 3, 1, 100)], 43) == [(40, 41, 43), (40, 41, 44)]
    assert index.truncated == 1


def test_more_loops_by_one_transfer_than_are_told(monkeypatch):
    """Half of a call's room is one transfer's share, however full the call is: batches cannot matter."""
    monkeypatch.setattr(module, "LOOPS_A_CALL", 8)
    moves = [Move(1, 0, k, 100) for k in range(2, 9)] + [Move(2, k, 1, 100) for k in range(2, 9)] + [Move(3, 1, 0, 100)]
    whole, pieces = LoopIndex(WINDOW, KEEP_PPM), LoopIndex(WINDOW, KEEP_PPM)
    moves.append(Move(4, 1, 0, 100))
    found = push(whole, moves)
    assert [rows[-1] for rows in found] == [14] * 4 + [15] * 4
    assert whole.truncated == 2
    assert [rows for k, move in enumerate(moves) for rows in push(pieces, [move], k)] == found


@pytest.mark.parametrize("size", [700, 9_000])
def test_old_transfers_make_room_and_nothing_in_the_window_is_lost(size):
    """Thousands of accounts and far more transfers than the arrays begin with, in batches."""
    rng = np.random.default_rng(7)
    n = 30_000
    time = np.sort(rng.integers(0, n // 2, n))
    moves = [Move(t, a, b, fen) for t, a, b, fen in zip(time.tolist(), rng.integers(0, 4_000, n).tolist(),
                                                       rng.integers(0, 4_000, n).tolist(),
                                                       rng.integers(90, 120, n).tolist())]  # fmt: skip
    for k in range(0, n - 3, 50):  # loops of three, side by side and far apart, between accounts of their own
        start = moves[k].time
        for step in range(3):
            moves[k + step] = Move(start + step, 5_000 + k + step, 5_000 + k + (step + 1) % 3, 100)
    moves.sort(key=lambda move: move.time)
    small, large = LoopIndex(WINDOW, KEEP_PPM), LoopIndex(WINDOW, KEEP_PPM)
    found = [rows for at in range(0, n, size) for rows in push(small, moves[at : at + size], at)]
    assert found == push(large, moves)
    planted = [rows for rows in found if moves[rows[0]].payer >= 5_000]
    assert len(planted) == len(range(0, n - 3, 50))
    assert small.base > 0
    assert len(small.table_in) > 1 << 12
    assert small.truncated == 0
