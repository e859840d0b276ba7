"""G1 and G1n: whose money the payout was (catalogue §10.1), to the fen."""

import numpy as np

from chuantou.graph.ledger import Ledger
from chuantou.graph.pots import METHODS, pots_of
from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, fen, only, run
from tests.detectors.stories.new_money_pays_old import PEOPLE, START, custody_with_sub_ledgers, paid_from_the_next

POT, I1, I2, I3, B1 = range(5)


def g1() -> Ledger:
    """+100,000 I1, +200,000 I2, −150,000 to B1, +120,000 I3, −103,000 to I1."""
    ledger = Ledger()
    ledger.accounts.reserve(5)
    rows = [(I1, POT, 100_000), (I2, POT, 200_000), (POT, B1, 150_000), (I3, POT, 120_000), (POT, I1, 103_000)]
    payer, payee, yuan = (np.array(column) for column in zip(*rows))
    nothing = np.zeros(len(rows), np.int8)
    ledger.book(np.arange(1, 6), payer.astype(np.int32), payee.astype(np.int32), yuan * 100, nothing, {})
    return ledger


def test_g1_lots_of_the_loan_and_of_the_payout() -> None:
    members = np.array([True, False, False, False, False])
    pots = pots_of(g1(), members, 0, 10)
    assert pots.made_of(2, "fifo") == [(0, 10_000_000), (1, 5_000_000)]
    assert pots.made_of(4, "fifo") == [(1, 10_300_000)]
    # pro-rata all the way: I1 keeps a third of what is left of the first two. (The catalogue's 57,222.22 and 45,777.78 share
    # the payout alone over the lots that first-in-first-out had left: 15 and 12 parts of 27.)
    assert dict(pots.made_of(4, "prorata")) == {0: 1_907_407, 1: 3_814_815, 3: 4_577_778}
    assert [10_300_000 * part // 27 for part in (15, 12)] == [5_722_222, 4_577_777]
    assert [sum(part for _, part in pots.made_of(4, method)) for method in METHODS] == [10_300_000] * 3


def test_g1_new_money_pays_the_old_investors() -> None:
    told = paid_from_the_next()
    engine = run(told.scenario)
    alert = only(engine, "P2P-02", told.subject)
    assert {k: v for k, v in alert.values.items() if k.startswith("npo_")} == {
        f"npo_{method}_ppm": 1_000_000 for method in (*METHODS, "maxflow")
    }
    assert (alert.severity, alert.amount_fen) == ("red", PEOPLE * fen(103_000))
    assert (alert.values["payouts_fen"], alert.values["n_payees"]) == (PEOPLE * fen(103_000), PEOPLE)
    # the tenth payee opens the gate
    assert alert.first_breach == iso_shanghai(at("2016-06-24T16:09"))
    assert alert.first_breach > START


def test_g1n_obligations_outrank_the_queue_in_custody() -> None:
    engine = run(custody_with_sub_ledgers().scenario)
    assert alerts(engine, "P2P-02") == []
    assert {a.detector for a in engine.final_alerts()} <= {"LVT-01"}  # a report of its size
