"""Windows of every account: equal to counting again at every instant, batches that do not matter, and bounded memory."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.kernels import windows as kernel
from chuantou.graph.windows import COUNTS, IN, OUT, PLAIN, Windows
from tests.oracles import windows as oracle
from tests.oracles.windows import Move

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in scalar")  # hashes wrap around

LENGTHS = (3, 7, 20)
ACCOUNTS = 5


@st.composite
def histories(draw, most=40):
    gap = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 8, 25])
    row = st.tuples(gap, st.integers(0, ACCOUNTS - 1), st.integers(0, ACCOUNTS - 1), st.integers(1, 9), st.integers(0, 9))
    time, moves = 0, []
    for step, payer, payee, fen, luck in draw(st.lists(row, max_size=most)):
        time += step
        moves.append(Move(time, payer, payee, fen, counts=luck != 0, plain=luck > 1))
    return moves


def columns(moves):
    time, fen = (np.array([getattr(m, name) for m in moves], np.int64) for name in ("time", "fen"))
    payer, payee = (np.array([getattr(m, name) for m in moves], np.int32) for name in ("payer", "payee"))
    state = np.array([(COUNTS if m.counts else 0) | (PLAIN if m.counts and m.plain else 0) for m in moves], np.int32)
    return time, payer, payee, fen, state


def expected(moves, now):
    """Every figure of every account, side and window, and what was passed on."""
    sides = [
        tuple(oracle.side(moves, account, out, now, length))
        for account in range(ACCOUNTS) for out in (True, False) for length in LENGTHS
    ]  # fmt: skip
    return sides, [oracle.passed(moves, account, now, LENGTHS[1], LENGTHS[0]) for account in range(ACCOUNTS)]


def found(windows):
    sides = [
        tuple(int(x) for x in windows.side(side, length, account))
        for account in range(ACCOUNTS) for side in (OUT, IN) for length in range(3)
    ]  # fmt: skip
    return sides, windows.passed()[:ACCOUNTS].tolist()


@given(histories(), st.integers(0, 30))
@settings(max_examples=150)
def test_every_figure_at_every_instant(moves, later):
    windows = Windows(LENGTHS)
    for n, move in enumerate(moves, 1):
        seen = windows.push(*columns([move]))
        assert found(windows) == expected(moves[:n], move.time)
        if move.moves_money:
            payer = oracle.side(moves[:n], move.payer, True, move.time, LENGTHS[1])
            came = oracle.side(moves[:n], move.payer, False, move.time, LENGTHS[1])
            passed = oracle.passed(moves[:n], move.payer, move.time, LENGTHS[1], LENGTHS[0])
            assert [int(column[0]) for column in seen] == [came.others, payer.others, came.fen, passed]
    now = (moves[-1].time if moves else 0) + later
    windows.advance(now)
    assert found(windows) == expected(moves, now)


@given(histories(), st.lists(st.integers(0, 40), max_size=5))
def test_batches_do_not_matter(moves, cuts):
    whole, pieces = Windows(LENGTHS), Windows(LENGTHS)
    at_once = whole.push(*columns(moves))
    bounds = [0, *sorted(min(cut, len(moves)) for cut in cuts), len(moves)]
    seen = [pieces.push(*columns(moves[a:b])) for a, b in pairwise(bounds)]
    for k, column in enumerate(at_once):
        assert np.concatenate([part[k] for part in seen]).tolist() == column.tolist()
    assert found(whole) == found(pieces)


@given(histories(), st.integers(0, 25))
def test_the_transfers_of_an_account_and_how_long_money_rested(moves, length):
    windows = Windows((0, length, 1_000))
    windows.push(*columns(moves))
    now = moves[-1].time if moves else 0
    for account in range(ACCOUNTS):
        for side, end in ((OUT, "payer"), (IN, "payee")):
            mine = [n for n, m in enumerate(moves) if m.moves_money and getattr(m, end) == account and m.time >= now - length]
            assert windows.rows_of(account, side, now - length, 1_000).tolist() == mine
            assert windows.rows_of(account, side, now - length, 2).tolist() == mine[-2:]
        recent = oracle.inside(moves, now, length)
        assert windows.holding_us(account, 1) == oracle.median_held(oracle.pieces_held(recent, account))


payments = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 9)), max_size=7).map(sorted)


@given(payments, payments, st.integers(0, 6))
@settings(max_examples=150)
def test_no_more_can_be_passed_on(credits, debits, horizon):
    """Oldest first is the maximum flow."""
    booked = sorted([(time, 0, fen) for time, fen in credits] + [(time, 1, fen) for time, fen in debits])
    split = [np.array([row[k] for row in rows], np.int64)
             for rows in ([(n, time, fen) for n, (time, kind, fen) in enumerate(booked) if kind == side] for side in (0, 1))
             for k in range(3)]  # fmt: skip
    taken = np.zeros(len(credits), np.int64)
    total = kernel.match(*split, horizon, taken)
    assert total == taken.sum() == oracle.most_matched(credits, debits, horizon)
    assert all(0 <= part <= fen for part, (_, fen) in zip(taken.tolist(), credits))


def test_an_entry_leaves_right_after_its_window():
    windows = Windows((10, 20, 30))
    windows.push(*columns([Move(0, 0, 1, 5)]))
    for now, inside in ((10, [1, 1, 1]), (11, [0, 1, 1]), (20, [0, 1, 1]), (30, [0, 0, 1]), (31, [0, 0, 0])):
        windows.advance(now)
        assert [int(windows.side(OUT, length, 0).transfers) for length in range(3)] == inside
    assert windows.stored == 0
    assert windows.rows_of(0, OUT, 0, 9).tolist() == []


def random_columns(n, accounts, seed=1, step=5):
    draw = np.random.default_rng(seed)
    time = np.cumsum(draw.integers(0, step, n))
    payer, payee = ((accounts * draw.random(n) ** 3).astype(np.int32) for _ in range(2))
    return time, payer, payee, draw.integers(1, 1_000, n), np.full(n, COUNTS | PLAIN, np.int32)


def test_rings_and_tables_grow_and_are_used_again():
    """Far more transfers than either holds: pieces of every size give the same as a fresh count of the last window."""
    n = 30_000 if not kernel_is_plain() else 6_000
    rows = random_columns(n, 400)
    windows = Windows((100, 2_000, 9_000))
    for at in range(0, n, 777):
        windows.push(*(column[at : at + 777] for column in rows))
    time, payer, payee, fen, _ = rows
    for length, us in enumerate((100, 2_000, 9_000)):
        live = (time >= time[-1] - us) & (payer != payee)
        count = np.bincount(payer[live], minlength=400)
        money = np.bincount(payee[live], weights=fen[live], minlength=400)
        pairs = np.unique(np.stack((payee[live], payer[live])), axis=1)
        assert windows.side(OUT, length, slice(400)).transfers.tolist() == count.tolist()
        assert windows.side(IN, length, slice(400)).fen.tolist() == money.tolist()
        assert windows.side(IN, length, slice(400)).others.tolist() == np.bincount(pairs[0], minlength=400).tolist()
    assert len(windows.edges) < n


def kernel_is_plain():
    return not hasattr(kernel.push, "py_func")


@pytest.mark.skipif(kernel_is_plain(), reason="a million transfers take the compiled kernel")
def test_a_stored_transfer_takes_no_more_than_64_bytes():
    """All pairs distinct and a window that keeps growing: the dearest case; and a hub that pays a million times a day."""
    n = 1_000_000
    draw = np.random.default_rng(3)
    payer, payee = (draw.integers(0, n, n).astype(np.int32) for _ in range(2))
    time, fen = np.arange(n, dtype=np.int64), np.ones(n, np.int64)
    windows = Windows((10, 1_000, n))
    for at in range(0, n, 50_000):
        windows.push(*(c[at : at + 50_000] for c in (time, payer, payee, fen, np.full(n, COUNTS | PLAIN, np.int32))))
        if at >= 100_000:
            assert windows.nbytes <= 64 * windows.stored
    hub = Windows((10, 1_000, 5_000))
    hub.push(time, np.zeros(n, np.int32), payee, fen, np.full(n, COUNTS | PLAIN, np.int32))
    assert hub.stored <= 5_001
    assert hub.nbytes < 1 << 20
    assert len(hub.rows_of(0, OUT, n - 5_000, 100)) == 100


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"time": -1}, "row 0: time goes back to -1"),
        ({"fen": 0}, "row 0: fen must be at least 1, not 0"),
        ({"fen": -5}, "row 0: fen must be at least 1, not -5"),
        ({"payee": -1}, "row 0: payee must be at least 0, not -1"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_taken(row, says):
    windows = Windows(LENGTHS)
    windows.push(*columns([Move(0, 0, 1, 5)]))
    before = found(windows)
    with pytest.raises(ValueError, match=says):
        windows.push(*columns([Move(0, 0, 1, 5)._replace(**row)]))
    assert found(windows) == before


def test_other_lengths_are_refused():
    with pytest.raises(ValueError, match="ascending"):
        Windows((5, 4, 6))
    with pytest.raises(ValueError, match="number 3"):
        Windows(LENGTHS, shown=3)
