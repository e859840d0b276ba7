"""G3: 55,000 yuan are missing from the reserve (§10.1)."""

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import at, feed, fen, final_set, in_time, only, run
from tests.detectors.schemes import short_reserve


def test_g3_orange_on_the_first_day_red_on_the_third() -> None:
    told = short_reserve()
    engine, versions = feed(in_time(told.scenario.events()), size=1)
    told_as = [(a.kind, a.severity) for a in versions if a.kind != "amended"]  # a day's close may add the recommended class
    assert told_as == [("created", "orange"), ("escalated", "red")]
    alert = only(engine, "PAY-01", told.subject)
    assert alert.values == {
        "liabilities_fen": fen(6_500_000),
        "assets_fen": fen(6_445_000),
        "shortfall_fen": fen(55_000),
        "shortfall_ppm": 8_461,
        "days": 3,
        "understated_fen": 0,
        "borrowed_fen": 0,
        "unreconciled_fen": 0,
    }
    assert alert.amount_fen == fen(55_000)
    assert alert.first_breach == iso_shanghai(at("2016-06-06T23:59"))


def test_g3_two_days_stay_orange() -> None:
    told = short_reserve(days=2)
    assert only(run(told.scenario), "PAY-01", told.subject).severity == "orange"


def test_g3_twin_that_holds_what_it_owes() -> None:
    assert final_set(run(short_reserve(short=False).scenario)) == {}
