"""The subflow of a transfer: what a walk over the whole log finds, a ledger that is right in small, and its bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph import subflow as module
from chuantou.graph.ledger import Ledger
from chuantou.graph.subflow import NONE, OUTSIDE, subflow
from chuantou.graph.trace import trace_root
from tests.oracles import subflow as oracle

ACCOUNTS = 7
NEVER = 1 << 60


def ledger_of(transfers, openings=()):
    """A ledger that booked ``(time, debtor, creditor, fen)`` in order."""
    ledger = Ledger()
    for account, fen in enumerate(openings):
        ledger.set_opening(account, fen)
    book(ledger, transfers)
    return ledger


def book(ledger, transfers):
    types = (np.int64, np.int32, np.int32, np.int64)
    columns = [np.array([row[k] for row in transfers], t) for k, t in enumerate(types)]
    ledger.book(*columns, np.zeros(len(transfers), np.int8), {})


def nowhere(account):
    return False


def ask(ledger, root=0, until=NEVER, max_hops=6, min_fen=1, stops=nowhere):
    return subflow(ledger, root, until, max_hops, min_fen, stops)


def named(flow):
    """``(log index, debtor, creditor)`` by ledger ids; None is OUTSIDE."""
    name = [None, *flow.accounts.tolist()[1:]]
    return [(i, name[d], name[c]) for i, d, c in zip(flow.rows.tolist(), flow.debtor.tolist(), flow.creditor.tolist())]


@st.composite
def questions(draw):
    """A short log between few accounts, and one question about it."""
    account = st.integers(0, draw(st.integers(2, ACCOUNTS - 1)))
    fen = st.one_of(st.integers(1, 12), st.integers(1, 12), st.integers(1, 10**13))
    rows = draw(st.lists(st.tuples(st.integers(0, 2), account, account, fen), min_size=1, max_size=30))
    time, transfers = 0, []
    for gap, *rest in rows:
        time += gap
        transfers.append((time, *rest))
    stopped = draw(st.sets(account, max_size=2))
    question = {
        "root": draw(st.integers(0, min(len(transfers) - 1, 6))), "until": draw(st.integers(0, time) | st.just(NEVER)),
        "max_hops": draw(st.integers(0, 6)), "min_fen": draw(st.integers(1, 9)), "stops": stopped.__contains__,
    }  # fmt: skip
    return transfers, draw(st.lists(st.integers(-3, 40), max_size=ACCOUNTS)), question


@settings(max_examples=300)
@given(questions())
def test_agrees_with_a_walk_over_the_whole_log(asked):
    transfers, openings, question = asked
    flow = ask(ledger_of(transfers, openings), **question)
    assert named(flow) == oracle.subflow(transfers, **question)
    assert flow.fen.tolist() == [transfers[i][3] for i in flow.rows]
    assert (flow.accounts[OUTSIDE], flow.opening_fen[OUTSIDE], flow.root, flow.truncated) == (NONE, 0, 0, False)
    types = [getattr(flow, name).dtype for name in ("rows", "debtor", "creditor", "fen", "opening_fen", "accounts")]
    assert types == [np.int64, np.int32, np.int32, np.int64, np.int64, np.int32]


@st.composite
def crowded_logs(draw):
    """Crumbs and payments among four accounts that held money before; the first transfer is the root."""
    account, fen = st.integers(0, 3), st.sampled_from([1, 2, 10, 15])
    rows = draw(st.lists(st.tuples(account, account, fen), min_size=3, max_size=12))
    return [(i, *row) for i, row in enumerate([(0, 1, 20), *rows])], draw(st.lists(st.integers(0, 40), min_size=4, max_size=4))


@settings(max_examples=300)
@given(crowded_logs(), st.integers(0, 3))
def test_the_small_ledger_holds_what_the_large_one_held(log, max_hops):
    """Before every payment out of an account that the money reached, its balance is that of the whole log."""
    ledger = ledger_of(*log)
    flow = ask(ledger, max_hops=max_hops, min_fen=5)
    balance = flow.opening_fen.tolist()
    for row, payer, payee, fen in zip(*(c.tolist() for c in (flow.rows, flow.debtor, flow.creditor, flow.fen))):
        if payer != OUTSIDE:
            assert balance[payer] == ledger.log.debtor_balance[row]
        if payer != payee:
            balance[payer] = max(0, balance[payer] - fen)
            balance[payee] += fen


def test_crumbs_sent_ahead_hide_nothing():
    """Account 2 gets 1 fen, pays out the 50 it had, and only then gets the money: it passes it on, not its old balance."""
    transfers = [(0, 0, 1, 100), (1, 1, 2, 1), (2, 2, 3, 50), (3, 1, 2, 99), (4, 2, 4, 99)]
    flow = ask(ledger_of(transfers, [100, 0, 50]), min_fen=5)
    assert named(flow) == [(0, None, 1), (1, 1, 2), (3, 1, 2), (4, 2, 4)]
    assert flow.accounts.tolist() == [NONE, 1, 2, 2, 4]
    assert flow.opening_fen.tolist() == [0, 0, 50, 1, 0]
    nobody, at_the_end = np.zeros(5, np.bool_), flow.accounts == 4
    trace = trace_root(flow.debtor, flow.creditor, flow.fen, flow.opening_fen, flow.root, at_the_end, nobody)
    assert (trace.fifo_sink_fen, trace.lifo_sink_fen, trace.maxflow_sink_fen) == (98, 99, 99)


def test_what_mixes_with_the_money_is_there_and_what_was_paid_before_is_not():
    transfers = [(0, 5, 1, 7), (1, 1, 6, 3), (2, 0, 1, 100), (3, 5, 1, 8), (4, 1, 2, 50), (5, 3, 4, 1), (6, 2, 3, 60)]
    flow = ask(ledger_of(transfers, [100]), root=2)
    assert named(flow) == [(2, None, 1), (3, None, 1), (4, 1, 2), (6, 2, 3)]
    assert flow.opening_fen.tolist() == [0, 4, 0, 0]


CHAIN = [(hop, hop, hop + 1, 100 - hop) for hop in range(6)]


@pytest.mark.parametrize(
    ("limit", "last"),
    [({"max_hops": 0}, 1), ({"max_hops": 2}, 3), ({"min_fen": 98}, 3), ({"until": 3}, 3), ({"stops": {4}.__contains__}, 3),
     ({}, 5)],
    ids=["no-hops", "hops", "crumbs", "time", "stops", "none"],
)  # fmt: skip
def test_the_chain_is_followed_up_to_a_limit(limit, last):
    """The transfer that meets the limit is listed; those after it are not."""
    assert ask(ledger_of(CHAIN), **limit).rows.tolist() == list(range(last + 1))


@given(questions(), st.integers(1, 6))
def test_the_bound_on_transfers_is_reported(asked, most):
    transfers, openings, question = asked
    ledger = ledger_of(transfers, openings)
    whole = ask(ledger, **question)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_TRANSFERS", most)
        cut = ask(ledger, **question)
    assert cut.truncated == (len(whole.rows) > most)
    assert named(cut) == named(whole)[:most]


def test_a_log_that_has_forgotten_its_beginning_gives_the_same_answer():
    rng = np.random.default_rng(2016)
    n = 12_000
    payer, payee, fen = (rng.integers(low, high, n).tolist() for low, high in ((0, 400), (0, 400), (1, 1_000)))
    transfers = list(zip(range(n), payer, payee, fen))
    whole, forgetful = ledger_of(transfers), Ledger()
    for at in range(0, n, 1_000):
        book(forgetful, transfers[at : at + 1_000])
        forgetful.forget_before(transfers[at][0] - 1_000)
    assert forgetful.base > 4_096
    for root in range(forgetful.base, n, 97):
        question = {"root": root, "until": root + 2_000, "max_hops": 3, "min_fen": 200}
        ours, theirs = ask(forgetful, **question), ask(whole, **question)
        assert named(ours) == named(theirs)
        assert ours.opening_fen.tolist() == theirs.opening_fen.tolist()
