"""G2 and G16: a loan through three skimming layers, and one through an account that held more before (§10.1)."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import at, fen, final_set, only, run
from tests.detectors.schemes import layered_proceeds, seeded_mule

METHODS = ("fifo", "prorata", "lifo", "maxflow")


def test_g2_layering_with_skims_of_2_percent() -> None:
    told = layered_proceeds()
    engine = run(told.scenario)
    alert = only(engine, "P2P-04", told.subject)
    assert alert.severity == "red"
    assert alert.values["disbursed_fen"] == fen(1_000_000)
    assert {alert.values[f"traced_{m}_ppm"] for m in METHODS} == {941_192}
    assert (alert.amount_low_fen, alert.amount_fen, alert.amount_high_fen) == (fen(941_192),) * 3
    assert alert.first_breach == iso_shanghai(at("2016-06-16T14:00"))
    assert len(alert.accounts) == 5  # borrower, three layers, the controller's firm
    assert [len(loan["transfers"]) for loan in engine.evidence(alert.alert_id)["inputs"]["loans"]] == [5]


def test_g2_twin_that_ends_at_a_stranger() -> None:
    assert final_set(run(layered_proceeds(to_controller=False).scenario)) == {}


def test_g16_pre_seeded_mule_is_an_interval_and_orange() -> None:
    told = seeded_mule()
    alert = only(run(told.scenario), "P2P-04", told.subject)
    assert alert.severity == "orange"
    assert [alert.values[f"traced_{m}_ppm"] for m in METHODS] == [0, 333_333, 1_000_000, 1_000_000]
    assert (alert.amount_low_fen, alert.amount_fen, alert.amount_high_fen) == (0, fen(500_000), fen(500_000))
    assert alert.first_breach == iso_shanghai(at("2016-06-13T10:40"))


@pytest.mark.parametrize(("own_yuan", "to_controller"), [(1_000_000, False), (10_000_000, True)])
def test_g16_twins_with_a_stranger_and_with_far_more_money_of_its_own(own_yuan: int, to_controller: bool) -> None:
    told = run(seeded_mule(own_yuan, to_controller).scenario).final_alerts()
    assert {a.detector for a in told} <= {"LVT-01"}  # reports of their size
