"""Traces of one transfer: golden cases, agreement with the plain twin, and what must hold for any transfers at all."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chuantou.graph.trace import trace_root
from tests.oracles import trace as oracle

YUAN = 100
NO_LIMIT = 99


@st.composite
def scenes(draw):
    """A few accounts and many transfers between them, so that lots split, return, overdraw and run in parallel."""
    accounts = draw(st.integers(2, 6))
    fen = st.one_of(st.integers(1, 12), st.integers(1, 10**13))
    account = st.integers(0, accounts - 1)
    transfers = draw(st.lists(st.tuples(account, account, fen), min_size=1, max_size=24))
    debtor, creditor, amount = map(list, zip(*transfers))
    opening = draw(st.lists(st.one_of(st.just(0), st.integers(-5, 30)), min_size=accounts, max_size=accounts))
    flags = st.lists(st.sampled_from([False, False, True]), min_size=accounts, max_size=accounts)
    return {
        "debtor": debtor, "creditor": creditor, "amount_fen": amount, "opening_fen": opening,
        "root": draw(st.integers(0, min(len(transfers) - 1, 5))), "sinks": draw(flags), "terminals": draw(flags),
    }  # fmt: skip


def absorbs(scene):
    return [sink or terminal for sink, terminal in zip(scene["sinks"], scene["terminals"])]


def transfers(scene):
    return scene["debtor"], scene["creditor"], scene["amount_fen"]


def test_g2_skimming_layers_do_not_hide_the_money():
    loan, layers = 1_000_000 * YUAN, [980_000 * YUAN, 960_400 * YUAN, 941_192 * YUAN]
    trace = trace_root([0, 1, 2, 3], [1, 2, 3, 4], [loan, *layers], [0] * 5, 0, [0, 0, 0, 0, 1], [0] * 5)
    assert trace.fifo_fen.tolist() == trace.prorata_fen.tolist() == trace.lifo_fen.tolist() == [loan, *layers]
    assert trace.hop.tolist() == [0, 1, 2, 3]
    sinks = trace.fifo_sink_fen, trace.prorata_sink_fen, trace.lifo_sink_fen, trace.maxflow_sink_fen
    assert sinks == (94_119_200,) * 4
    assert sinks[0] * 1_000_000 // loan == 941_192
    assert not trace.truncated


def test_g16_pre_seeded_mule_is_an_interval():
    paid = 500_000 * YUAN
    trace = trace_root([0, 1], [1, 2], [paid, paid], [0, 1_000_000 * YUAN, 0], 0, [0, 0, 1], [0, 0, 0])
    assert trace.fifo_sink_fen == 0
    assert trace.lifo_sink_fen == trace.maxflow_sink_fen == paid
    assert trace.prorata_sink_fen == 16_666_667     # 33.3 %, rounded to the larger remainder


def test_money_stops_at_a_terminal_and_is_not_counted():
    trace = trace_root([0, 1, 2], [1, 2, 3], [10, 10, 10], [0] * 4, 0, [0, 0, 0, 1], [0, 0, 1, 0])
    assert trace.fifo_fen.tolist() == trace.lifo_fen.tolist() == trace.prorata_fen.tolist() == [10, 10, 0]
    assert (trace.fifo_sink_fen, trace.maxflow_sink_fen) == (0, 0)


def test_a_sink_is_counted_once_and_never_left():
    trace = trace_root([0, 1, 2, 3], [1, 2, 3, 2], [10, 10, 10, 10], [0] * 4, 0, [0, 0, 1, 0], [0] * 4)
    assert trace.fifo_fen.tolist() == [10, 10, 0, 0]
    assert trace.fifo_sink_fen == trace.maxflow_sink_fen == 10


def test_a_root_that_pays_a_sink_has_arrived():
    trace = trace_root([0, 1], [1, 0], [10, 4], [0, 0], 0, [1, 1], [0, 0])
    assert (trace.fifo_sink_fen, trace.prorata_sink_fen, trace.lifo_sink_fen, trace.maxflow_sink_fen) == (10,) * 4


def test_a_payment_before_the_root_cannot_carry_its_money():
    trace = trace_root([1, 0, 1], [2, 1, 2], [7, 10, 3], [0, 7, 0], 1, [0, 0, 1], [0] * 3)
    assert trace.fifo_fen.tolist() == [0, 10, 3]
    assert trace.maxflow_sink_fen == 3


def test_flow_gives_way_to_the_only_other_route():
    # 1 pays 2 and 3; only 3 can pay the sink more than 5, so the flow must leave 2's easy route half unused
    debtor, creditor, fen = [0, 1, 2, 2, 1, 3], [1, 2, 3, 4, 3, 4], [10, 6, 6, 5, 4, 5]
    trace = trace_root(debtor, creditor, fen, [0] * 5, 0, [0, 0, 0, 0, 1], [0] * 5)
    assert trace.maxflow_sink_fen == 10
    assert trace.fifo_sink_fen == 5


def test_the_hop_limit_cuts_and_says_so():
    chain = range(5), range(1, 6), [10] * 5, [0] * 6, 0, [0, 0, 0, 0, 0, 1], [0] * 6
    cut, whole = trace_root(*chain, max_hops=3), trace_root(*chain, max_hops=4)
    assert cut.hop.tolist() == [0, 1, 2, 3, 0]
    assert (cut.fifo_sink_fen, cut.maxflow_sink_fen, cut.truncated) == (0, 10, True)
    assert (whole.fifo_sink_fen, whole.truncated) == (10, False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"root": 2}, ValueError),
        ({"root": -1}, ValueError),
        ({"amount_fen": [5, 0]}, ValueError),
        ({"amount_fen": [5]}, ValueError),
        ({"creditor": [1, 3]}, ValueError),
        ({"debtor": [-1, 1]}, ValueError),
        ({"sinks": [0, 0]}, ValueError),
        ({"max_hops": -1}, ValueError),
        ({"amount_fen": [2**62, 2**62]}, OverflowError),
    ],
)
def test_what_cannot_be_traced_is_refused(change, error):
    good = {"debtor": [0, 1], "creditor": [1, 2], "amount_fen": [5, 5], "opening_fen": [0] * 3, "root": 0}
    with pytest.raises(error):
        trace_root(**{**good, "sinks": [0] * 3, "terminals": [0] * 3, **change})


@given(scenes(), st.integers(0, 4))
@settings(deadline=None, max_examples=150)
@example({"debtor": [0, 1, 1], "creditor": [1, 1, 2], "amount_fen": [3, 9, 3], "opening_fen": [0, 0, 0], "root": 1,
          "sinks": [0, 0, 1], "terminals": [0, 0, 0]}, 1)  # fmt: skip
def test_agrees_with_the_plain_twin(scene, max_hops):
    trace = trace_root(**scene, max_hops=max_hops)
    twins = {
        method: oracle.trace(*transfers(scene), scene["opening_fen"], scene["root"], absorbs(scene), max_hops, method)
        for method in ("fifo", "prorata", "lifo")
    }
    for method, (fen, _, _) in twins.items():
        assert getattr(trace, f"{method}_fen").tolist() == fen, method
        arrived = oracle.sink_fen(scene["debtor"], scene["creditor"], fen, scene["sinks"])
        assert getattr(trace, f"{method}_sink_fen") == arrived, method
    least = [min(filter(None, hops), default=0) for hops in zip(*(hops for _, hops, _ in twins.values()))]
    assert trace.hop.tolist() == least
    assert trace.truncated == any(cut for _, _, cut in twins.values())
    flow = oracle.max_flow(*transfers(scene), scene["root"], scene["sinks"], absorbs(scene))
    assert trace.maxflow_sink_fen == flow


@given(scenes(), st.integers(0, 4))
@settings(deadline=None, max_examples=150)
def test_no_method_exceeds_the_flow_the_root_or_the_transfer(scene, max_hops):
    trace = trace_root(**scene, max_hops=max_hops)
    amount = np.array(scene["amount_fen"])
    assert trace.maxflow_sink_fen <= amount[scene["root"]]
    for method in ("fifo", "prorata", "lifo"):
        fen, arrived = getattr(trace, f"{method}_fen"), getattr(trace, f"{method}_sink_fen")
        assert 0 <= arrived <= trace.maxflow_sink_fen
        assert ((fen >= 0) & (fen <= amount)).all()
        assert not fen[: scene["root"]].any()


@given(scenes())
@settings(deadline=None, max_examples=100)
def test_a_limit_that_does_not_bind_changes_nothing(scene):
    unlimited = trace_root(**scene, max_hops=NO_LIMIT)
    assert not unlimited.truncated
    limited = trace_root(**scene, max_hops=len(scene["debtor"]) - scene["root"])
    for name, value in vars(unlimited).items():
        assert np.array_equal(value, getattr(limited, name)), name


@given(scenes())
@settings(deadline=None, max_examples=100)
def test_renaming_the_accounts_changes_nothing(scene):
    last = len(scene["opening_fen"]) - 1
    renamed = {name: scene[name][::-1] for name in ("opening_fen", "sinks", "terminals")}
    for name in ("debtor", "creditor"):
        renamed[name] = [last - account for account in scene[name]]
    one, other = trace_root(**scene), trace_root(**{**scene, **renamed})
    for name, value in vars(one).items():
        assert np.array_equal(value, getattr(other, name)), name
