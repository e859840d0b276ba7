"""Lots: golden cases, agreement with the plain twin, conservation to the fen, and the corners of int64."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chuantou.graph.kernels.lot_pools import book_pools, share, share_out
from chuantou.graph.kernels.lots import BOOKED
from chuantou.graph.lots import PLAIN, trace_lots
from chuantou.graph.trace import trace_root
from tests.oracles import lots as oracle

YUAN = 100
METHODS = ("fifo", "prorata", "lifo")
INT64_MAX = 2**63 - 1


@st.composite
def transfers(draw):
    """Debtors, creditors, amounts between a few accounts of any id, in parallel and to themselves too."""
    ids = draw(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=6, unique=True))
    fen = st.one_of(st.integers(1, 9), st.integers(1, 10**16))
    account = st.sampled_from(ids)
    rows = draw(st.lists(st.tuples(account, account, fen), max_size=40))
    return [list(column) for column in zip(*rows)] if rows else [[], [], []]


def as_dict(pair):
    index, fen = pair
    assert index.dtype == fen.dtype == np.int64
    assert (np.diff(index) > 0).all()
    return dict(zip(index.tolist(), fen.tolist()))


def g1():
    """A: +100 000 of I1, +200 000 of I2, -150 000 to B1, +120 000 of I3, -103 000 to I1. A is 0, I1 1, … B1 4."""
    return [1, 2, 0, 3, 0], [0, 0, 4, 0, 1], [fen * YUAN for fen in (100_000, 200_000, 150_000, 120_000, 103_000)]


def test_g1_new_money_pays_old_by_fifo():
    lots = trace_lots(*g1())
    assert as_dict(lots.roots_of(2)) == {0: 100_000 * YUAN, 1: 50_000 * YUAN}
    assert as_dict(lots.roots_of(4)) == {1: 103_000 * YUAN}
    assert as_dict(lots.ends_of(1)) == {1: 47_000 * YUAN, 2: 50_000 * YUAN, 4: 103_000 * YUAN}
    assert lots.balance_fen(0) == 167_000 * YUAN


def test_g1_by_pro_rata_after_the_loan_was_paid_by_fifo():
    # the catalogue's pro-rata payout starts from what FIFO left: I2 150 000 and I3 120 000
    lots = trace_lots([2, 3, 0], [0, 0, 1], [150_000 * YUAN, 120_000 * YUAN, 103_000 * YUAN], "prorata")
    assert as_dict(lots.roots_of(2)) == {0: 5_722_222, 1: 4_577_778}


def test_g16_mule_with_old_money():
    rows = [8, 1, 2], [2, 2, 3], [1_000_000 * YUAN, 500_000 * YUAN, 500_000 * YUAN]
    assert as_dict(trace_lots(*rows, "fifo").roots_of(2)) == {0: 500_000 * YUAN}
    assert as_dict(trace_lots(*rows, "lifo").roots_of(2)) == {1: 500_000 * YUAN}
    assert as_dict(trace_lots(*rows, "prorata").roots_of(2)) == {0: 33_333_333, 1: 16_666_667}


@pytest.mark.parametrize("method", METHODS)
def test_a_transfer_to_itself_changes_nothing_and_is_its_own_root(method):
    lots = trace_lots([1, 2, 2], [2, 2, 3], [5, 9, 5], method)
    assert as_dict(lots.roots_of(1)) == as_dict(lots.ends_of(1)) == {1: 9}
    assert as_dict(lots.roots_of(2)) == {0: 5}
    assert [lots.balance_fen(account) for account in (1, 2, 3, 4)] == [0, 0, 5, 0]


def test_order_in_which_lots_arrive():
    # 9 holds roots 0, 1 and pays 6 = all of both and 1 new; 8 then pays 3
    rows = [1, 2, 9, 8], [9, 9, 8, 7], [2, 3, 6, 3]
    assert as_dict(trace_lots(*rows, "fifo").roots_of(3)) == {0: 2, 1: 1}
    assert as_dict(trace_lots(*rows, "lifo").roots_of(3)) == {0: 2, 2: 1}      # newest on top: new money, then root 0


def test_odd_fen_go_to_the_largest_remainder_and_ties_to_the_older_root():
    rows = [1, 2, 3, 9], [9, 9, 9, 8]
    assert as_dict(trace_lots(*rows, [1, 1, 1, 2], "prorata").roots_of(3)) == {0: 1, 1: 1}
    assert as_dict(trace_lots(*rows, [1, 5, 3, 4], "prorata").roots_of(3)) == {1: 2, 2: 1, 0: 1}


@pytest.mark.parametrize("method", METHODS)
def test_no_transfers(method):
    lots = trace_lots([], [], [], method)
    assert len(lots) == lots.balance_fen(1) == 0


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (([1], [2], [0]), ValueError),
        (([1], [2], [-5]), ValueError),
        (([1, 1], [2], [5]), ValueError),
        (([1], [2], [5], "average"), ValueError),
        (([1, 3], [2, 2], [INT64_MAX, 1], "fifo"), OverflowError),
        (([1, 3], [2, 2], [INT64_MAX, 1], "prorata"), OverflowError),
        (([1, 3, 2], [2, 2, 4], [5, 5, 7], "lifo", 3), MemoryError),
        (([1, 3, 2], [2, 2, 4], [5, 5, 7], "prorata", 3), MemoryError),
    ],
)
def test_what_cannot_be_booked_is_refused(rows, error):
    with pytest.raises(error):
        trace_lots(*rows)


def test_only_transfers_that_exist_have_roots():
    lots = trace_lots([1], [2], [5])
    for outside in (-1, 1):
        with pytest.raises(IndexError):
            lots.roots_of(outside)
        with pytest.raises(IndexError):
            lots.ends_of(outside)


@given(transfers(), st.sampled_from(METHODS))
@settings(deadline=None, max_examples=200)
@example([[1, 2, 9, 8, 7], [9, 9, 8, 7, 9], [INT64_MAX - 2, 2, INT64_MAX, INT64_MAX - 1, INT64_MAX - 9]], "prorata")
def test_agrees_with_the_plain_twin(rows, method):
    lots = trace_lots(*rows, method)
    roots, held = oracle.trace_lots(*rows, method)
    assert [as_dict(lots.roots_of(i)) for i in range(len(lots))] == roots
    for account in {*rows[0], *rows[1]}:
        assert lots.balance_fen(account) == sum(fen for _, fen in held[account])


@given(transfers(), st.sampled_from(METHODS), st.data())
@settings(deadline=None, max_examples=150)
def test_ends_agree_with_the_plain_twin(rows, method, data):
    if not rows[0]:
        return
    i = data.draw(st.integers(0, len(rows[0]) - 1))
    ends = as_dict(trace_lots(*rows, method).ends_of(i))
    assert ends == oracle.ends_of(*rows, method, i)
    assert sum(ends.values()) == rows[2][i]
    assert min(ends) >= i


@given(transfers(), st.sampled_from(METHODS))
@settings(deadline=None, max_examples=150)
def test_money_is_conserved(rows, method):
    lots = trace_lots(*rows, method)
    brought_in = 0
    for i, amount in enumerate(rows[2]):
        roots = as_dict(lots.roots_of(i))
        assert sum(roots.values()) == amount
        assert min(roots.values()) > 0
        assert max(roots) <= i
        brought_in += roots.get(i, 0) if rows[0][i] != rows[1][i] else 0
    assert sum(lots.balance_fen(account) for account in {*rows[0], *rows[1]}) == brought_in
    assert int(lots.booking.lots["fen"].sum()) == brought_in


@given(transfers(), st.sampled_from(METHODS), st.integers(0, 40))
@settings(deadline=None, max_examples=100)
def test_later_transfers_do_not_change_earlier_roots(rows, method, cut):
    all_of_them, first = trace_lots(*rows, method), trace_lots(*(column[:cut] for column in rows), method)
    assert all(as_dict(first.roots_of(i)) == as_dict(all_of_them.roots_of(i)) for i in range(len(first)))


@given(transfers(), st.sampled_from(["fifo", "lifo"]))
@settings(deadline=None, max_examples=100)
def test_forward_and_backward_answers_agree(rows, method):
    """Backward, what transfer i is made of; forward, what a trace of the first transfer finds that i moved."""
    if not rows[0] or rows[0][0] == rows[1][0]:
        return
    ids = sorted({*rows[0], *rows[1]})
    none = [0] * len(ids)
    payer, payee = ([ids.index(account) for account in column] for column in rows[:2])
    trace = trace_root(payer, payee, rows[2], none, 0, none, none, max_hops=len(payer))
    lots = trace_lots(*rows, method)
    assert getattr(trace, f"{method}_fen").tolist() == [as_dict(lots.roots_of(i)).get(0, 0) for i in range(len(lots))]


@st.composite
def pools(draw):
    parts = draw(st.lists(st.integers(1, INT64_MAX // 8), min_size=1, max_size=8))
    return parts, draw(st.integers(1, sum(parts)))


@given(pools())
@settings(deadline=None, max_examples=200)
@example(([INT64_MAX], INT64_MAX - 1))
@example(([1, INT64_MAX - 1], INT64_MAX - 1))
@example(([INT64_MAX // 2, INT64_MAX // 2, 1], INT64_MAX - 1))
def test_shares_are_exact_up_to_the_end_of_int64(pool):
    parts, debit = pool
    total = sum(parts)
    for part in parts:
        assert tuple(map(int, share(part, debit, total))) == divmod(part * debit, total)
    shares = np.zeros(len(parts), np.int64)
    share_out(np.array(parts), debit, total, shares)
    assert sum(shares.tolist()) == debit
    for part, got in zip(parts, shares.tolist()):
        assert 0 <= got <= part
        assert abs(Fraction(part * debit, total) - got) < 1


def test_the_arena_of_pools_grows():
    # 30 roots meet in one account that pays 40 times by share: far more lots than transfers at the start
    roots, payees = 30, 40
    debtor = np.r_[np.arange(roots), np.full(payees, 99)]
    creditor = np.r_[np.full(roots, 99), np.arange(50, 50 + payees)]
    amount = np.r_[np.full(roots, 1_000_000), np.full(payees, 1_000)]
    booking = book_pools(debtor, creditor, amount, 100, -1, 10_000, PLAIN)
    assert booking.status == BOOKED
    assert (booking.lots["fen"] > 0).sum() == roots * (payees + 1) > 2 * len(amount)
    roots_of_each, _ = oracle.trace_lots(debtor.tolist(), creditor.tolist(), amount.tolist(), "prorata")
    lots = trace_lots(debtor, creditor, amount, "prorata")
    assert [as_dict(lots.roots_of(i)) for i in range(len(lots))] == roots_of_each
