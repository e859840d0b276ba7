"""P2P-07: “Evade → counter” and the lines. Its lawful look-alikes are in the generic suite."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import Scenario, alerts, at, days_after, fen, only, run
from tests.detectors.stories.maturity_mismatch import DAY, EVASIONS, claim, lend, pass_time


def test_automatic_renewal_is_due_unless_the_investor_acts() -> None:
    told = EVASIONS["automatic renewal"]()
    alert = only(run(told.scenario), "P2P-07", told.subject)
    assert (alert.severity, alert.values["gap30_ppm"]) == ("red", 1_000_000)
    assert alert.first_breach == iso_shanghai(at("2016-07-05T00:00"))


@pytest.mark.parametrize(("confirmed", "days"), [(True, 30 + 28), (None, 0)])
def test_a_confirmed_renewal_moves_the_due_date(confirmed: bool | None, days: int) -> None:
    """A claim of 60 days against a loan of 60: the gap opens once its renewal is not confirmed by the investor."""
    s = Scenario("confirm")
    platform = s.platform()
    lend(s, platform, 2_000_000, 60)
    investor = claim(s, platform, 2_000_000, 60, product="双月盈")
    s.product(f"{days_after(DAY, 28)}T10:00", "SUBSCRIBE", platform, 2_000_000, investor=investor, claim="C1",
              product="双月盈", due=days_after(DAY, 10), confirmed=confirmed)  # fmt: skip
    pass_time(s, 32)
    assert bool(alerts(run(s), "P2P-07", platform)) is (confirmed is True)


def test_a_sale_to_the_platforms_own_circle_is_no_exit() -> None:
    told = EVASIONS["related market maker"]()
    alert = only(run(told.scenario), "P2P-07", told.subject)
    assert alert.severity == "yellow"
    assert alert.values["early_exits_fen"] == fen(200_000)
    assert alert.values["gap30_ppm"] < 150_000
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 91)}T00:00"))


@pytest.mark.parametrize(("yuan", "found"), [(99_999, False), (100_000, True)])
def test_mismatched_claims_count_from_100_000_yuan(yuan: int, found: bool) -> None:
    """…and 5 %: 100,000 of 2,000,000."""
    s = Scenario("claims")
    platform = s.platform()
    listing = lend(s, platform, 2_000_000, 360)
    claim(s, platform, 2_000_000 - yuan, 360, "C0", listing=listing)
    claim(s, platform, yuan, 90, listing=listing)
    pass_time(s, 95)
    assert bool(alerts(run(s), "P2P-07", platform)) is found


def test_mismatched_claims_below_5_percent() -> None:
    s = Scenario("share")
    platform = s.platform()
    listing = lend(s, platform, 2_000_100, 360)
    claim(s, platform, 1_900_100, 360, "C0", listing=listing)
    claim(s, platform, 100_000, 90, listing=listing)
    pass_time(s, 95)
    assert alerts(run(s), "P2P-07", platform) == []


def test_a_claim_that_leaves_a_day_before_its_loan_ends_is_no_early_exit() -> None:
    """The book still shows the one night between them at the line of 30 days."""
    s = Scenario("dayearly")
    platform = s.platform()
    listing = lend(s, platform, 2_000_000, 91)
    claim(s, platform, 2_000_000, 90, listing=listing)
    pass_time(s, 95)
    assert [a.values["early_exits_fen"] for a in alerts(run(s), "P2P-07", platform)] == [0]


def test_demand_money_over_a_million_is_red() -> None:
    told = EVASIONS["on demand"]()
    alert = only(run(told.scenario), "P2P-07", told.subject)
    assert (alert.severity, alert.values["on_demand_fen"]) == ("red", fen(1_000_100))


@pytest.mark.parametrize(
    ("short", "severity"), [(149_999, None), (150_000, "yellow"), (299_999, "yellow"), (300_000, "red")]
)
def test_the_lines_of_15_and_30_percent(short: int, severity: str | None) -> None:
    """``short`` of a million may leave within 30 days, the loan behind all of it ends on day 40."""
    s = Scenario("gap")
    platform = s.platform()
    lend(s, platform, 1_000_000, 40)
    claim(s, platform, 1_000_000 - short, 40, "C0", product="P")
    claim(s, platform, short, 30, "C1", product="P")
    assert [a.severity for a in alerts(run(s), "P2P-07", platform)] == ([severity] if severity else [])


def test_the_last_day_with_events_is_judged_and_the_days_after_it_are_not() -> None:
    """What falls due after the end of the data says nothing: a matched book does not become overdue by silence."""
    s = Scenario("end")
    platform = s.platform()
    listing = lend(s, platform, 1_000_000, 10)
    claim(s, platform, 1_000_000, 10, listing=listing)
    assert alerts(run(s), "P2P-07") == []


def test_a_listing_that_miscarries_leaves_no_claims() -> None:
    s = Scenario("miscarry")
    platform = s.platform()
    s.product(f"{DAY}T09:00", "LISTING", platform, 1_000_000, listing="L9", borrower=s.person(), term_days=180)
    claim(s, platform, 1_000_000, 1, "C9", listing="L9")
    s.product(f"{DAY}T12:00", "LISTING_STATUS", platform, listing="L9", status="MISCARRY")
    pass_time(s, 5)
    assert alerts(run(s), "P2P-07") == []
