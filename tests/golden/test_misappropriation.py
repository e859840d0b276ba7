"""G16 as P2P-18: an account that held more before is not cleared by first-in-first-out alone (§10.1)."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import at, days_after, fen, only, run
from tests.detectors.stories import misappropriation as stories
from tests.detectors.stories.misappropriation import DAY

MANNERS = ("", "_prorata", "_lifo", "_maxflow")


def test_g16_is_an_interval_and_orange() -> None:
    told = stories.seeded_mule()
    alert = only(run(told.scenario), "P2P-18", told.subject)
    assert alert.severity == "orange"
    assert [alert.values[f"misuse_ratio{m}_ppm"] for m in MANNERS] == [0, 333_333, 1_000_000, 1_000_000]
    assert [alert.values[f"misused{m}_fen"] for m in MANNERS] == [0, 16_666_667, 50_000_000, 50_000_000]
    assert (alert.amount_low_fen, alert.amount_fen, alert.amount_high_fen) == (0, fen(500_000), fen(500_000))
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 2)}T10:40"))


@pytest.mark.parametrize(
    ("story", "severity", "misused", "ratio"),
    [
        (stories.to_the_controller, "yellow", 60_000, 120_000),
        (stories.through_a_borrower, "red", 480_000, 960_000),
        (stories.into_securities, "red", 190_000, 380_000),
        (stories.own_account_gathers, "red", 200_000, 400_000),  # the oldest 100,000 were its own
        (stories.cashed, "yellow", 60_000, 120_000),
        (stories.cured_overnight, "orange", 150_000, 300_000),
    ],
)
def test_what_was_misused(story, severity: str, misused: int, ratio: int) -> None:
    told = story()
    alert = only(run(told.scenario), "P2P-18", told.subject)
    assert (alert.severity, alert.values["misused_fen"], alert.values["misuse_ratio_ppm"]) == (severity, fen(misused), ratio)


def test_the_days_on_which_custody_was_short() -> None:
    told = stories.cured_overnight()
    assert only(run(told.scenario), "P2P-18", told.subject).values["shortfall_days"] == 1
