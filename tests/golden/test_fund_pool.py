"""G1, the part that P2P-01 sees: what reached its borrower, what stayed, what lay idle (catalogue §10.1)."""

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, fen, only, run
from tests.detectors.schemes import pooled_credits


def test_g1_matched_and_unmatched_lots() -> None:
    told = pooled_credits()
    engine = run(told.scenario)
    alert = only(engine, "P2P-01", told.subject)
    # I1's 100,000 reached the borrower they name; 50,000 of I2 reached him too, but I2 had lent to somebody else
    assert alert.values == {
        "n_investors": 60,
        "inflow_fen": fen(420_000),
        "pool_ratio_ppm": 320_000 * 1_000_000 // 420_000,
        "idle_peak_fen": fen(300_000),
        "structural": 0,
    }
    assert (alert.severity, alert.amount_fen) == ("yellow", fen(320_000))
    # the second day's credits had until the end of the third working day, 17 June; the first day's were all matched
    assert alert.first_breach == iso_shanghai(at("2016-06-18T00:00"))
    credits = engine.evidence(alert.alert_id)["inputs"]["credits"]
    assert [c["matched_fen"] for c in credits] == [fen(5_000)] * 20 + [0] * 40
    assert len(alert.transactions) == 60


def test_g1_twin_that_lends_everything_to_whom_it_was_lent_for() -> None:
    engine = run(pooled_credits(to_borrowers=True).scenario)
    assert {(a.detector, a.severity) for a in engine.final_alerts()} == {
        ("P2P-16", "log"), ("ILF-02", "log"),  # custody was not asked for yet; the sums stand below every line
    }  # fmt: skip
    assert alerts(engine, "P2P-01") == []
