"""G4 and its twin: disguised clearing (catalogue §10.1), to the fen."""

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, fen, only, run
from tests.detectors.stories.disguised_clearing import House, golden_day, retailer


def test_g4_a_day_of_120_pairs() -> None:
    """Limb (a); of (b) it is the first day."""
    told = golden_day()
    alert = only(run(told.scenario), "PAY-06", told.subject)
    assert (alert.severity, alert.clause, alert.amount_fen) == ("orange", "二(二)2", 120 * fen(995))
    assert dict(alert.values) == {
        "pairs": 120, "matched_fen": 120 * fen(995), "net_days": 1, "bank_pairs": 1, "dl_ppm": 1_000_000,
    }  # fmt: skip
    assert alert.first_breach == iso_shanghai(at("2016-06-13T16:59"))


def test_g4_on_five_days_is_net_too() -> None:
    """Limbs (a) and (b): one step graver."""
    h = House("g4five")
    for day in range(5):
        h.level(day, h.clear(day, 120, order=True))
    alert = only(run(h.s), "PAY-06", h.party)
    assert (alert.severity, alert.values["net_days"], alert.values["pairs"]) == ("red", 5, 120)


def test_g4_twin_three_suppliers_are_no_clearing() -> None:
    assert alerts(run(retailer()().scenario), "PAY-06") == []
