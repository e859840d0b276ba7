"""The ledger: agreement with its plain twin, batches that do not matter, money that does not get lost, and bounds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph import ledger as module
from chuantou.graph.ledger import CLIENT, HORIZON_US, LOAN, MAX_HOPS, PLAIN, RESERVE, THROUGH_TERMINALS, Ledger
from chuantou.schemas.clock import DAY_US
from tests.oracles.ledger import PlainLedger

ACCOUNTS = 6
NO_EXTRA: dict[str, np.ndarray] = {}


@st.composite
def economies(draw):
    """Transfers (time, debtor, creditor, fen, kind) in order, few accounts, gaps around the horizons; and openings."""
    account = st.integers(0, ACCOUNTS - 1)
    fen = st.one_of(st.integers(1, 12), st.integers(1, 10**14))
    kind = st.sampled_from([PLAIN, PLAIN, PLAIN, CLIENT, LOAN, RESERVE])
    gap = st.one_of(st.integers(0, 2), st.integers(0, 3 * DAY_US), st.sampled_from([2 * DAY_US, 30 * DAY_US]))
    rows = draw(st.lists(st.tuples(gap, account, account, fen, kind), max_size=40))
    time, transfers = 0, []
    for gap_us, *rest in rows:
        time += gap_us
        transfers.append((time, *rest))
    openings = draw(st.dictionaries(account, st.integers(-3, 40)))
    terminals = draw(st.sets(account, max_size=2))
    return transfers, openings, terminals


def columns(transfers):
    types = (np.int64, np.int32, np.int32, np.int64, np.int8)
    return [np.array([row[k] for row in transfers], t) for k, t in enumerate(types)]


def book(ledger, transfers):
    return ledger.book(*columns(transfers), NO_EXTRA)


def new_ledger(openings, terminals):
    ledger = Ledger()
    for account, fen in openings.items():
        ledger.set_opening(account, fen)
    for account in terminals:
        ledger.accounts.terminal[account] = True
    return ledger


def sums(*all_parts):
    """{(transfer, root, hop): fen}: how a part is cut into lots is no matter."""
    out = {}
    for parts in all_parts:
        for transfer, root, fen, hop in zip(*(column.tolist() for column in parts)):
            out[transfer, root, hop] = out.get((transfer, root, hop), 0) + fen
    return out


def twin(transfers, openings, terminals):
    plain = PlainLedger(HORIZON_US.tolist(), THROUGH_TERMINALS.tolist(), MAX_HOPS, terminals, openings)
    for row in transfers:
        plain.book(*row)
    return plain


def state(ledger):
    """All that can be seen of a ledger."""
    used = ledger.end - ledger.base
    logs = [getattr(ledger.log, name)[:used].tolist() for name in module.LOG]
    balances = ledger.accounts.balance[:ACCOUNTS].tolist()
    return balances, [ledger.lots_of(a) for a in range(ACCOUNTS)], logs, ledger.untraced_overflow


def by_root(lots):
    """Neighbouring lots of one root as one: hops apart are no matter here, parts tell them."""
    merged = []
    for root, fen in lots:
        if merged and merged[-1][0] == root:
            merged[-1] = (root, merged[-1][1] + fen)
        else:
            merged.append((root, fen))
    return merged


@given(economies())
def test_agrees_with_the_plain_twin(economy):
    transfers, openings, terminals = economy
    ledger, plain = new_ledger(openings, terminals), twin(*economy)
    assert sums(book(ledger, transfers)) == dict(plain.parts)
    for account in range(ACCOUNTS):
        assert ledger.accounts.balance[account] == plain.balance(account)
        assert by_root(ledger.lots_of(account)) == plain.lots(account)
    log = ledger.log
    for i, (time, debtor, creditor, fen, kind) in enumerate(transfers):
        assert (log.time[i], log.debtor[i], log.creditor[i], log.fen[i], log.kind[i]) == (time, debtor, creditor, fen, kind)
        assert (log.debtor_balance[i], log.creditor_balance[i]) == plain.entries[i]
        assert log.next_out[i] == plain.next_out(i)
        assert log.next_in[i] == plain.next_in(i)
        assert ledger.first_out_after(i) == plain.first_out_after(i)


@given(economies(), st.lists(st.integers(0, 40), max_size=6))
def test_batches_do_not_matter(economy, cuts):
    transfers, openings, terminals = economy
    whole, pieces = new_ledger(openings, terminals), new_ledger(openings, terminals)
    at_once = book(whole, transfers)
    bounds = [0, *sorted(min(cut, len(transfers)) for cut in cuts), len(transfers)]
    step_by_step = [book(pieces, transfers[a:b]) for a, b in pairwise(bounds)]
    assert [np.concatenate(c).tolist() for c in zip(*step_by_step)] == [column.tolist() for column in at_once]
    assert state(pieces) == state(whole)


@given(economies())
def test_no_money_is_lost(economy):
    """What accounts hold: their openings, and of every transfer what its payer was not seen to hold."""
    transfers, openings, terminals = economy
    ledger = new_ledger(openings, terminals)
    parts = book(ledger, transfers)
    log = ledger.log
    unseen = sum(max(0, fen - int(log.debtor_balance[i]))
                 for i, (_, debtor, creditor, fen, _) in enumerate(transfers) if debtor != creditor)  # fmt: skip
    assert int(ledger.accounts.balance.sum()) == unseen + sum(max(0, fen) for fen in openings.values())
    for account in range(ACCOUNTS):
        lots = ledger.lots_of(account)
        assert all(fen > 0 for _, fen in lots)
        assert not lots or sum(fen for _, fen in lots) == ledger.accounts.balance[account]
    for transfer in set(parts.transfer.tolist()):
        assert parts.fen[parts.transfer == transfer].sum() <= transfers[transfer][3]
    assert ledger.cursor[3] == sum(len(ledger.lots_of(account)) for account in range(ACCOUNTS))


@given(economies(), st.integers(1, 3))
def test_a_transfer_that_carries_too_many_roots_says_so(economy, most):
    """Its balances stay right, its parts are told in full, and from there on the rest travels untraced."""
    transfers, openings, terminals = economy
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_ROOTS_A_TRANSFER", most)
        narrow = new_ledger(openings, terminals)
        parts = sums(book(narrow, transfers))
    wide = new_ledger(openings, terminals)
    whole = sums(book(wide, transfers))
    assert narrow.accounts.balance[:ACCOUNTS].tolist() == wide.accounts.balance[:ACCOUNTS].tolist()
    if narrow.untraced_overflow == 0:
        assert parts == whole
    else:
        first = min((key[0] for key in whole if whole.get(key) != parts.get(key)), default=len(transfers))
        assert {key: fen for key, fen in parts.items() if key[0] < first} == {k: f for k, f in whole.items() if k[0] < first}
        total = {root: sum(f for (_, r, _), f in whole.items() if r == root) for _, root, _ in whole}
        assert all(sum(f for (_, r, _), f in parts.items() if r == root) <= fen for root, fen in total.items())
        assert set(parts) <= set(whole)


def test_lots_and_parts_grow_without_end():
    """More lots than the arena begins with, all on one account, paid out in one sum."""
    n = Ledger().lots.size + 10
    rows = [(i, 1 + i % 2, 0, 1 + i, CLIENT) for i in range(n)]
    ledger = Ledger()
    assert len(book(ledger, rows).root) == 0
    assert ledger.lots_of(0) == [(i, 1 + i) for i in range(n)]
    half = sum(fen for _, fen in ledger.lots_of(0)[: n // 2])
    parts = book(ledger, [(n, 0, 3, half, PLAIN)])
    assert parts.root.tolist() == list(range(n // 2))
    assert ledger.lots_of(0) == [(i, 1 + i) for i in range(n // 2, n)]
    assert ledger.untraced_overflow == n // 2 - module.MAX_ROOTS_A_TRANSFER
    assert sum(fen for _, fen in ledger.lots_of(3)) == ledger.accounts.balance[3] == half


def test_forgetting_the_old_changes_nothing_that_is_still_followed():
    """The log moves on under the same indices; chains, first debits and parts stay those of a ledger that forgets not."""
    rng = np.random.default_rng(2016)
    n = 12_000
    time = np.sort(rng.integers(0, 150 * DAY_US, n))
    transfers = list(zip(time.tolist(), rng.integers(0, 40, n).tolist(), rng.integers(0, 40, n).tolist(),
                         rng.integers(1, 1_000, n).tolist(), rng.choice([PLAIN, PLAIN, CLIENT, LOAN], n).tolist()))  # fmt: skip
    whole, forgetful = Ledger(), Ledger()
    for at in range(0, n, 1_000):
        chunk = transfers[at : at + 1_000]
        assert sums(book(whole, chunk)) == sums(book(forgetful, chunk))
        forgetful.forget_before(chunk[-1][0] - 31 * DAY_US)
    assert forgetful.base > 4_096
    assert forgetful.end == whole.end == n
    base = forgetful.base
    for name in ("time", "debtor", "creditor", "fen", "next_out", "next_in", "debtor_balance", "creditor_balance"):
        assert getattr(forgetful.log, name)[: n - base].tolist() == getattr(whole.log, name)[base:n].tolist(), name
    assert [forgetful.first_out_after(i) for i in range(base, n)] == [whole.first_out_after(i) for i in range(base, n)]


def test_what_is_said_of_a_transfer_stays_beside_it():
    ledger = Ledger()
    said = {"listing": np.array([7, -1], np.int32), "flow_class": np.array([1, 2], np.int8)}
    ledger.book(*columns([(0, 0, 1, 5, CLIENT), (1, 1, 2, 5, PLAIN)]), said)
    ledger.book(*columns([(2, 0, 1, 5, PLAIN)]), {name: column[:1] + 1 for name, column in said.items()})
    assert ledger.log.listing[:3].tolist() == [7, -1, 8]
    assert ledger.log.flow_class[:3].tolist() == [1, 2, 2]
    assert ledger.log.product[:3].tolist() == [-1, -1, -1]
