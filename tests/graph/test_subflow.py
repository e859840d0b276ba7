"""The subflow of a transfer: what a walk over the whole log finds, a ledger that is right in small, and its bounds."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chuantou.graph import subflow as module
from chuantou.graph.ledger import Ledger
from chuantou.graph.subflow import NONE, OUTSIDE, subflow
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


def named(flow):
    """``(log index, debtor, creditor)`` by ledger ids; None is OUTSIDE."""
    name = [None, *flow.accounts.tolist()[1:]]
    return [(i, name[d], name[c]) for i, d, c in zip(flow.rows.tolist(), flow.debtor.tolist(), flow.creditor.tolist())]


@st.composite
def questions(draw):
    """A short log between few accounts, and one question about it."""
    account, fen = st.integers(0, ACCOUNTS - 1), st.one_of(st.integers(1, 12), st.integers(1, 10**13))
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


def ask(ledger, root, until, max_hops, min_fen, stops):
    return subflow(ledger, root, until, max_hops, min_fen, stops)


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


@settings(max_examples=300)
@given(questions())
def test_the_small_ledger_holds_what_the_large_one_held(asked):
    """Before every payment out of an account that the money reached, its balance is that of the whole log."""
    transfers, openings, question = asked
    _, payer, payee, _ = transfers[question["root"]]
    assume(payer != payee)  # the root is money that came from elsewhere
    ledger = ledger_of(transfers, openings)
    flow = ask(ledger, **question)
    balance = flow.opening_fen.tolist()
    for row, payer, payee, fen in zip(*(c.tolist() for c in (flow.rows, flow.debtor, flow.creditor, flow.fen))):
        if payer != OUTSIDE:
            assert balance[payer] == ledger.log.debtor_balance[row]
        if payer != payee:
            balance[payer] = max(0, balance[payer] - fen)
            balance[payee] += fen
