"""G8: claims of 30, 90 and 180 days against loans of 30, 180 and 360 (§10.1)."""

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import at, fen, only, run
from tests.detectors.schemes import mismatched_terms


def test_g8_gap_and_lives() -> None:
    told = mismatched_terms()
    alert = only(run(told.scenario), "P2P-07", told.subject)
    assert alert.severity == "red"
    expected = {
        "gap7_ppm": 0,
        "gap30_ppm": 310_000,
        "gap90_ppm": 710_000,
        "gap180_ppm": 500_000,
        "wal_assets_days": 256.5,
        "wal_liabilities_days": 84,
        "wal_ratio_ppm": 2565 * 1_000_000 // 840,
        "outstanding_fen": fen(10_000_000),
    }
    assert {name: alert.values[name] for name in expected} == expected
    assert alert.amount_fen == fen(3_100_000)
    assert alert.first_breach == iso_shanghai(at("2016-07-05T00:00"))  # the close of the only day that has events


def test_g8_twin_with_the_same_terms_on_both_sides() -> None:
    found = run(mismatched_terms(matched=True).scenario).final_alerts()
    assert {(a.detector, a.severity) for a in found} <= {("P2P-12", "log"), ("P2P-16", "log")}  # caps and custody came later
