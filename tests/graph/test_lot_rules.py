"""Lots by the rules of §3.6: obligation match, buckets, limits, unseen money; after every step the book adds up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.kernels.lots import ACCOUNT, LOT
from chuantou.graph.lots import BEYOND, Buckets, Ties, trace_lots
from chuantou.graph.maxflow import most_between
from tests.oracles import lots as oracle
from tests.oracles import maxflow as flow_oracle

YUAN = 100
METHODS = ("fifo", "prorata", "lifo")
NO_TIE = -1


@st.composite
def ruled(draw):
    """Transfers among few accounts, with few obligations and few kinds, and small bounds so that all of them bind."""
    account, tie = st.integers(0, 3), st.integers(-1, 2)
    fen = st.one_of(st.integers(1, 9), st.integers(1, 400))
    told = draw(st.lists(st.tuples(account, account, fen, tie, tie, st.integers(0, 2)), max_size=30))
    rows, ties = [row[:3] for row in told], [row[3:5] for row in told]
    return rows, ties, [row[5] for row in told], draw(st.integers(0, 40)), draw(st.integers(0, 5))


def traced(rows, method, ties=None, buckets=None):
    columns = zip(*rows) if rows else ([], [], [])
    return trace_lots(*(list(column) for column in columns), method, ties=ties, buckets=buckets)


def tied(ties):
    return Ties([credit for credit, _ in ties], [debit for _, debit in ties])


def as_dict(pair):
    return dict(zip(*(column.tolist() for column in pair)))


@settings(deadline=None, max_examples=300)
@given(ruled(), st.sampled_from(METHODS))
def test_agrees_with_the_plain_twin(scene, method):
    rows, ties, kind, dust_fen, max_lots = scene
    lots = traced(rows, method, tied(ties), Buckets(kind, dust_fen, max_lots))
    roots, held, _ = oracle.trace_by_rules(rows, method, ties, kind, dust_fen, max_lots)
    assert [as_dict(lots.roots_of(i)) for i in range(len(rows))] == roots
    for account in range(4):
        assert lots.balance_fen(account) == sum(fen for _, fen, _ in held[account])
    lots.check()


@settings(deadline=None, max_examples=60)
@given(ruled(), st.sampled_from(METHODS))
def test_money_is_conserved_after_every_step(scene, method):
    rows, ties, kind, dust_fen, max_lots = scene
    for n in range(len(rows) + 1):
        lots = traced(rows[:n], method, tied(ties[:n]), Buckets(kind[:n], dust_fen, max_lots))
        lots.check()
        assert [sum(lots.roots_of(i)[1].tolist()) for i in range(n)] == [fen for _, _, fen in rows[:n]]


# G1n: I1 and I2 pay into custody account 0, B1 gets the loan and repays 103 000 under plan 7, I1 is paid under plan 7
G1N = [(1, 0, 100_000), (2, 0, 200_000), (0, 4, 150_000), (3, 0, 120_000), (4, 0, 103_000), (0, 1, 103_000)]
G1N = [(payer, payee, fen * YUAN) for payer, payee, fen in G1N]
PLAN_7 = Ties([-1, -1, -1, -1, 7, -1], [-1, -1, -1, -1, -1, 7])


def test_g1n_an_obligation_outranks_the_queue():
    by_plan, by_order = as_dict(traced(G1N, "fifo", PLAN_7).roots_of(5)), as_dict(traced(G1N, "fifo").roots_of(5))
    # B1 repays from its loan: I1's 100 000 and 3 000 of I2's, in the order in which they were lent
    assert by_plan == {0: 100_000 * YUAN, 1: 3_000 * YUAN}
    assert by_order == {1: 103_000 * YUAN}
    lots = traced(G1N, "fifo", PLAN_7)
    assert as_dict(lots.ends_of(4)) == {5: 103_000 * YUAN}  # the borrower's repayment is what I1 gets
    assert as_dict(traced(G1N, "fifo").ends_of(4)) == {4: 103_000 * YUAN}


@pytest.mark.parametrize("method", METHODS)
def test_g1n_by_every_method_the_payout_is_the_borrowers_repayment(method):
    assert as_dict(traced(G1N, method, PLAN_7).ends_of(4)) == {5: 103_000 * YUAN}


def test_sub_ledgers_keep_their_lots_apart():
    """Clients 1 and 2 of one master: their money lies on sub-ledgers 11 and 12, so that 1 is paid his own."""
    rows = [(1, 11, 500), (2, 12, 900), (2, 12, 100), (11, 1, 400), (12, 2, 950)]
    for method in METHODS:
        lots = traced(rows, method)
        assert as_dict(lots.roots_of(3)) == {0: 400}
        assert 0 not in as_dict(lots.roots_of(4))


def test_what_a_tie_does_not_cover_is_taken_in_order():
    rows, ties = [(1, 0, 10), (2, 0, 10), (3, 0, 10), (0, 5, 15)], [(-1, -1), (8, -1), (-1, -1), (-1, 8)]
    assert as_dict(traced(rows, "fifo", tied(ties)).roots_of(3)) == {1: 10, 0: 5}
    assert as_dict(traced(rows, "lifo", tied(ties)).roots_of(3)) == {1: 10, 2: 5}
    assert as_dict(traced(rows, "prorata", tied(ties)).roots_of(3)) == {1: 10, 0: 3, 2: 2}


def test_crumbs_join_the_bucket_of_their_kind_and_keep_their_sum():
    rows = [(1, 0, 60), (2, 0, 70), (3, 0, 500), (0, 5, 630)]
    lots = traced(rows, "fifo", buckets=Buckets([4, 4, 9, 9]))
    assert as_dict(lots.roots_of(3)) == {2: 500, len(rows) + 4: 130}
    lots.check()


@pytest.mark.parametrize("method", METHODS)
def test_a_queue_of_more_than_ten_thousand_lots_is_folded(method):
    n = 10_001
    rows = [(i + 1, 0, 1_000) for i in range(n)] + [(0, n + 1, 1_000 * n)]
    lots = traced(rows, method, buckets=Buckets([i % 3 for i in range(n)] + [3]))
    assert as_dict(lots.roots_of(n)) == {n + 1 + k: 1_000 * len(range(k, n, 3)) for k in range(3)}
    assert len(traced(rows, method).roots_of(n)[0]) == n
    lots.check()


@settings(deadline=None, max_examples=100)
@given(ruled(), st.sampled_from(METHODS))
def test_no_account_holds_more_lots_than_the_bound(scene, method):
    rows, ties, kind, _, max_lots = scene
    _, held, longest = oracle.trace_by_rules(rows, method, ties, kind, 0, max_lots)
    buckets_there_can_be = 3 * 4  # kinds and ties
    if max_lots:
        lots = traced(rows, method, tied(ties), Buckets(kind, 0, max_lots))
        assert longest <= max(max_lots, 2 * buckets_there_can_be)
        assert lots.booking.accounts["n_lots"].tolist() == [len(held[a]) for a in range(len(lots.accounts))]


def test_a_live_lot_costs_less_than_a_hundred_bytes():
    """A queue's arena uses a new row only when no freed one is left: its rows are the most lots that ever lived at once."""
    draw = np.random.default_rng(2016)
    debtor, creditor, fen = draw.integers(0, 50, 3_000), draw.integers(0, 50, 3_000), draw.integers(1, 10_000, 3_000)
    most = 0
    for n in range(0, 3_001, 100):
        booking = trace_lots(debtor[:n], creditor[:n], fen[:n]).booking
        most = max(most, int(booking.accounts["n_lots"].sum()))
        assert booking.lots.nbytes <= LOT.itemsize * (most + 100 + 1)  # between two looks 100 transfers add 100 lots at most
    assert LOT.itemsize == 32 and ACCOUNT.itemsize == 32
    pools = trace_lots(debtor[:300], creditor[:300], fen[:300], "prorata").booking
    live = int(pools.accounts["n_lots"].sum())
    assert live > 2_000 and pools.lots.nbytes <= 100 * live  # a pool's arena doubles, and pieces come in at once


@settings(deadline=None, max_examples=150)
@given(ruled(), st.data())
def test_hops_and_days_bound_roots_and_ends(scene, data):
    rows = scene[0]
    if not rows:
        return
    i, hops = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 4))
    since, until = data.draw(st.integers(0, i)), data.draw(st.integers(i, len(rows) - 1))
    payer, payee, _ = zip(*rows)

    def near(first, last):
        needed = flow_oracle.hops_between(payer, payee, first, last)
        return needed is not None and needed <= hops

    for method in METHODS:
        lots = traced(rows, method)
        roots, ends = as_dict(lots.roots_of(i)), as_dict(lots.ends_of(i))

        for found, within, limited in (
            (roots, {r for r in roots if r >= since and near(r, i)}, lots.roots_of(i, hops, since)),
            (ends, {e for e in ends if e <= until and near(i, e)}, lots.ends_of(i, hops, until)),
        ):
            expected = {r: fen for r, fen in found.items() if r in within}
            beyond = sum(found.values()) - sum(expected.values())
            assert as_dict(limited) == ({BEYOND: beyond} if beyond else {}) | expected


@settings(deadline=None, max_examples=150)
@given(ruled(), st.data())
def test_the_most_between_two_transfers_agrees_and_bounds_every_method(scene, data):
    rows = scene[0]
    if not rows:
        return
    last = data.draw(st.integers(0, len(rows) - 1))
    first = data.draw(st.integers(0, last))
    debtor, creditor, fen = (np.array(column, np.int64) for column in zip(*rows))
    found = most_between(debtor, creditor, fen, first, last)
    assert found == flow_oracle.most_between(*(column.tolist() for column in (debtor, creditor, fen)), first, last)
    for method in METHODS:
        assert as_dict(traced(rows, method).roots_of(last)).get(first, 0) <= found


def test_max_flow_says_where_it_is_bounded_and_what_it_cannot_be_asked():
    debtor, creditor, fen = np.arange(5), np.arange(1, 6), np.full(5, 7)
    assert most_between(debtor, creditor, fen, 0, 4, most=5) == 7
    assert most_between(debtor, creditor, fen, 0, 4, most=4) is None
    for first, last in ((-1, 2), (3, 2), (0, 5)):
        with pytest.raises(IndexError):
            most_between(debtor, creditor, fen, first, last)


def test_g16_is_an_interval_from_nothing_to_all():
    paid = 500_000 * YUAN
    rows = [(8, 2, 2 * paid), (1, 2, paid), (2, 3, paid)]
    by_method = {method: as_dict(traced(rows, method).roots_of(2)).get(1, 0) for method in METHODS}
    assert by_method == {"fifo": 0, "prorata": 16_666_667, "lifo": paid}
    assert most_between(*(np.array(column) for column in zip(*rows)), 1, 2) == paid


def test_g2_keeps_its_share_through_three_layers():
    rows = [(0, 1, 1_000_000), (1, 2, 980_000), (2, 3, 960_400), (3, 4, 941_192)]
    rows = [(payer, payee, fen * YUAN) for payer, payee, fen in rows]
    for method in METHODS:
        assert as_dict(traced(rows, method).roots_of(3)) == {0: 94_119_200}
        assert as_dict(traced(rows, method).ends_of(0))[3] == 94_119_200
    assert most_between(*(np.array(column) for column in zip(*rows)), 0, 3) * 1_000_000 // rows[0][2] == 941_192


def test_unseen_money_of_a_known_account_is_told_apart():
    lots = traced([(1, 2, 100), (2, 3, 150), (4, 2, 5)], "fifo")
    assert [lots.overdrawn(i) for i in range(3)] == [False, True, False]
    assert as_dict(lots.roots_of(1)) == {0: 100, 1: 50}


@pytest.mark.parametrize("what", ["lots", "accounts", "pieces", "free"])
def test_a_broken_book_is_noticed(what):
    lots = traced([(1, 2, 100), (2, 3, 100), (2, 3, 50), (3, 4, 60)], "fifo")
    lots.check()
    if what == "lots":
        lots.booking.lots["fen"][lots.booking.accounts["first"][3]] += 1
    elif what == "accounts":
        lots.booking.accounts["fen"][3] -= 1
    elif what == "pieces":
        lots.booking.fen[0] -= 1
    else:
        lots.booking.lots["after"][0] = lots.booking.accounts["first"][4]
    with pytest.raises(RuntimeError):
        lots.check()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (([1], [2], [0.5]), "float64"),
        (([1], [2], [2**63]), "past int64"),
        (([1], [2], [10**30]), "object"),
        ((["a"], [2], [1]), "debtor"),
        (([1], [2], [True]), "bool"),
    ],
)
def test_numbers_that_are_not_int64_are_refused(columns, told):
    with pytest.raises(ValueError, match=told):
        trace_lots(*columns)


@pytest.mark.parametrize(
    "rules",
    [{"ties": Ties([1], [1, 2])}, {"ties": Ties([1, 2], [0.5, 1])}, {"buckets": Buckets([0])}, {"buckets": Buckets([0, -1])}],
)
def test_rules_that_do_not_fit_are_refused(rules):
    with pytest.raises(ValueError, match=r"ties|bucket"):
        trace_lots([1, 2], [2, 3], [5, 5], **rules)


@pytest.mark.parametrize("ids", [[0, 1, 2], [2**62, -(2**62), 5], [7_000, 1, 99]], ids=["dense", "wide", "sparse"])
def test_account_ids_are_any_int64(ids):
    a, b, c = ids
    lots = trace_lots([a, b], [b, c], [10, 4])
    assert [lots.balance_fen(x) for x in (a, b, c, 12_345)] == [0, 6, 4, 0]
    assert as_dict(lots.roots_of(1)) == {0: 4}
