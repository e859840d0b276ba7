"""P2P-01: “Evade → counter” and the gates. Its lawful look-alikes are in the generic suite."""

import pytest
from msgspec.structs import replace

from chuantou.schemas.clock import DAY_US, iso_shanghai
from tests.detectors.scenario import Scenario, alerts, at, fen, only, run
from tests.detectors.schemes import pooled_credits
from tests.detectors.stories.fund_pool import DAY, EVASIONS, collect, sweep_at_day_end

POOLED = [name for name in EVASIONS if name != "pays investors and borrowers"]


@pytest.mark.parametrize("name", POOLED)
def test_evasions_end_in_the_same_pool(name: str) -> None:
    """However it is dressed: forty people, 400,000 yuan, nothing of it lent."""
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "P2P-01", told.subject)
    assert alert.severity == "yellow"
    assert alert.values == {
        "n_investors": 40,
        "inflow_fen": fen(400_000),
        "pool_ratio_ppm": 1_000_000,
        "idle_peak_fen": fen(400_000),
        "structural": 0,
    }


def test_the_intraday_peak_is_seen_although_the_account_is_empty_every_evening() -> None:
    told = sweep_at_day_end()
    engine = run(told.scenario)
    pack = engine.evidence(only(engine, "P2P-01", told.subject).alert_id)
    held, peak = pack["inputs"]["held_at_start_fen"], 0
    for _, change in pack["inputs"]["held_changes"]:
        held += change
        peak = max(peak, held)
    assert peak == fen(400_000)


def test_one_account_that_pays_investors_and_borrowers_is_structural() -> None:
    told = EVASIONS["pays investors and borrowers"]()
    alert = only(run(told.scenario), "P2P-01", told.subject)
    assert (alert.severity, alert.values["structural"], alert.values["pool_ratio_ppm"]) == ("yellow", 1, 0)
    # the second listing's loan is out, then the fifteenth investor of the second day gets his bonus
    assert alert.first_breach == iso_shanghai(at("2016-06-14T11:00"))


@pytest.mark.parametrize(
    ("people", "each", "severity"),
    [(29, 10_000, None), (30, 10_000, "yellow"), (30, 6_667, "yellow"), (30, 6_666, None), (149, 10_000, "yellow"),
     (150, 10_000, "red"), (150, 6_666, "yellow"), (150, 6_667, "red")],
)  # fmt: skip
def test_the_gates(people: int, each: int, severity: str | None) -> None:
    """30 people and 200,000 yuan for yellow, 150 and 1,000,000 for red – both of each."""
    s = Scenario("gates")
    platform = s.platform()
    collect(s, [s.account(platform)], people, each)
    assert [a.severity for a in alerts(run(s), "P2P-01", platform)] == ([severity] if severity else [])


@pytest.mark.parametrize(("lent", "severity"), [(320_010, None), (320_000, "yellow")])
def test_a_fifth_must_stay_behind(lent: int, severity: str | None) -> None:
    s = Scenario("fifth")
    platform, borrower = s.platform(), s.person()
    pool = s.account(platform)
    s.product(f"{DAY}T09:00", "LISTING", platform, 400_000, listing="L1", borrower=borrower)
    collect(s, [pool], listing="L1")
    s.pay(f"{DAY}T15:00", pool, s.account(borrower), lent, "LOAN_OUT", listing="L1")
    assert [a.severity for a in alerts(run(s), "P2P-01", platform)] == ([severity] if severity else [])


@pytest.mark.parametrize(("paid_out", "silent"), [("2016-06-14T23:59:59", True), ("2016-06-15T00:00", False)])
def test_three_working_days_over_the_dragon_boat_holiday(paid_out: str, silent: bool) -> None:
    """Credits of 8 June: Thursday to Saturday are holidays, Sunday the 12th is worked; the 14th is the third day."""
    s = Scenario("holiday")
    platform, borrower = s.platform(), s.person()
    pool = s.account(platform)
    s.product("2016-06-08T09:00", "LISTING", platform, 400_000, listing="L1", borrower=borrower)
    collect(s, [pool], day="2016-06-08", listing="L1")
    s.pay(paid_out, pool, s.account(borrower), 400_000, "LOAN_OUT", listing="L1")
    assert (alerts(run(s), "P2P-01") == []) is silent


def test_product_money_counts_as_matched_once_it_is_allocated() -> None:
    """Investors of a product are matched by the listings to which the platform allocated it, told before the payout."""
    for allocated in (True, False):
        s = Scenario("alloc")
        platform, borrower = s.platform(), s.person()
        pool = s.account(platform)
        s.product(f"{DAY}T09:00", "LISTING", platform, 400_000, listing="L1", borrower=borrower)
        collect(s, [pool], product="P1")
        if allocated:
            s.product(f"{DAY}T14:00", "ALLOC", platform, 400_000, product="P1", listing="L1")
        s.pay(f"{DAY}T15:00", pool, s.account(borrower), 400_000, "LOAN_OUT", listing="L1")
        assert bool(alerts(run(s), "P2P-01", platform)) is not allocated


def test_before_the_plan_nothing_is_judged_and_a_pool_across_the_date_counts_from_it() -> None:
    """Version correctness: the gate is in force from 2016-05-20."""
    told = pooled_credits()
    early = [replace(e, event_time=e.event_time - 200 * DAY_US) for e in told.scenario.events()]
    assert alerts(run(early), "P2P-01") == []
    s = Scenario("across")
    platform = s.platform()
    pool = s.account(platform)
    collect(s, [pool], people=30, day="2016-05-19")
    assert alerts(run(s), "P2P-01") == []
    collect(s, [pool], people=30, day="2016-05-20")
    assert only(run(s), "P2P-01").values["n_investors"] == 30


def test_a_pool_that_was_opened_before_the_platform_was_watched() -> None:
    """The register may tell of the account before it tells that its owner is supervised."""
    s = Scenario("order")
    firm = s.org()
    pool = s.account(firm)
    collect(s, [pool])
    s.party_event(firm, "2016-06-14T09:00", sector="P2P", watched=True)
    assert only(run(s), "P2P-01", firm).values["n_investors"] == 40


def test_the_register_lags_the_pool() -> None:
    """That the firm belongs to the platform is told a week after its accounts were filled: the alert says when."""
    s = Scenario("lags")
    platform, firm = s.platform(), s.org()
    collect(s, [s.account(firm)])
    s.owns(platform, firm, 100, "2016-06-20T09:00")
    alert = only(run(s), "P2P-01", platform)
    assert alert.values["n_investors"] == 40
    assert alert.first_breach == iso_shanghai(at("2016-06-21T00:00"))


def test_all_thirty_days_and_no_more() -> None:
    """20 people on the first day, 20 on the thirty-first: within 30 days there are never more than 20."""
    s = Scenario("window")
    platform = s.platform()
    pool = s.account(platform)
    collect(s, [pool], people=20, day="2016-06-13")
    collect(s, [pool], people=20, day="2016-07-14")
    assert alerts(run(s), "P2P-01") == []
    collect(s, [pool], people=10, day="2016-07-12", each=20_000)
    assert only(run(s), "P2P-01").values["n_investors"] == 30
