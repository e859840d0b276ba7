"""P2P-05: what counts as standing in for a borrower, and how much of it was the circle's own money."""

import pytest

from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import self_guarantee as stories
from tests.detectors.stories.self_guarantee import DUE, LATE, START, Loan, unlicensed_guarantor


@pytest.mark.parametrize(
    ("story", "events"),
    [(stories.compensated, 1), (stories.by_the_controller, 1), (stories.lent_at_the_due_date, 1), (stories.claims_at_par, 4),
     (stories.fed_guarantor, 1), (stories.risk_reserve, 1), (stories.untagged_top_up, 1)],
)  # fmt: skip
def test_what_was_made_good(story, events):
    told = story()
    alert = only(run(told.scenario), "P2P-05", told.subject)
    assert (alert.severity, alert.amount_fen, alert.values["n_events"]) == ("orange", fen(400_000), events)
    assert {alert.values[f"compensated_{m}fen"] for m in ("", "prorata_", "lifo_", "maxflow_")} == {fen(400_000)}


def test_a_related_guarantor_is_seen_before_any_money_moves():
    told = stories.related_guarantor()
    alert = only(run(told.scenario), "P2P-05", told.subject)
    assert (alert.severity, alert.amount_fen, alert.values["n_guaranteed"]) == ("yellow", 0, 1)
    assert alert.values["guaranteed_fen"] == fen(400_000)
    assert len(alert.subjects) == 2


@pytest.mark.parametrize(
    ("borrowers", "licence", "found"), [(2, None, 0), (3, None, 1), (3, "guarantee", 0), (3, "insurance", 0), (3, "microloan", 1)]
)
def test_an_unlicensed_company_that_guarantees_the_public(borrowers, licence, found):
    told = unlicensed_guarantor(borrowers, licence)
    assert len(alerts(run(told.scenario), "P2P-05", told.subject)) == found


def test_three_small_events_or_one_large_one():
    def days(*yuan):
        x = Loan("small")
        for number, amount in enumerate(yuan):
            x.s.pay(f"{days_after(LATE, number)}T10:00", x.own, x.clients[0], amount, "COMPENSATE_PLAT", listing="L1")
        return [(a.severity, a.amount_fen) for a in alerts(run(x.told().scenario), "P2P-05")]

    assert days(9_999) == days(9_999, 9_999) == []
    assert days(10_000) == [("yellow", fen(10_000))]
    assert days(100, 100, 100) == [("yellow", fen(300))]
    assert days(1_000_000) == [("red", fen(1_000_000))]


def test_money_into_custody_and_out_of_it_is_one_event():
    x = Loan("twice")
    x.s.pay(f"{LATE}T10:00", x.own, x.pot, 300_000, "COMPENSATE_PLAT", listing="L1")
    x.pay_clients(x.pot, LATE, each=75_000)
    x.s.product(f"{LATE}T16:00", "COMPENSATE", x.platform, 280_000, plan_id="L1-1", guarantor=x.platform)
    alert = only(run(x.told().scenario), "P2P-05")
    assert (alert.values["compensated_fen"], alert.values["n_events"]) == (fen(300_000), 1)


def test_what_the_platform_says_counts_where_it_says_more():
    x = Loan("said")
    x.s.product(f"{LATE}T16:00", "COMPENSATE", x.platform, 280_000, plan_id="L1-1", guarantor=x.platform)
    assert only(run(x.told().scenario), "P2P-05").values["compensated_fen"] == fen(280_000)


def test_part_of_the_repayment_by_the_queue_and_in_proportion():
    """The borrower holds 100,000 of his own and gets 300,000 from the platform; 200,000 of the 400,000 are repaid."""
    x = Loan("part")
    x.s.pay(f"{days_after(DUE, -2)}T09:00", x.s.account(x.s.org(), holds=100_000), x.debtor, 100_000, "MERCH_SETTLE")
    x.s.pay(f"{days_after(DUE, -1)}T16:00", x.own, x.debtor, 300_000)
    x.s.pay(f"{DUE}T10:00", x.debtor, x.pot, 200_000, "REPAY_PRIN", "obligation", listing="L1")
    alert = only(run(x.told().scenario), "P2P-05")
    parts = {name: alert.values[f"compensated_{name}fen"] for name in ("", "prorata_", "lifo_", "maxflow_")}
    assert parts == {"": fen(100_000), "prorata_": fen(150_000), "lifo_": fen(200_000), "maxflow_": fen(200_000)}
    assert (alert.amount_low_fen, alert.amount_high_fen) == (fen(100_000), fen(200_000))


@pytest.mark.parametrize("hours", ["T09:59", "T10:01"])
def test_fed_within_three_days(hours):
    x = Loan("days")
    x.s.pay(f"{days_after(DUE, -3)}{hours}", x.own, x.debtor, 400_000)
    x.s.pay(f"{DUE}T10:00", x.debtor, x.pot, 400_000, "REPAY_PRIN", "obligation", listing="L1")
    assert bool(alerts(run(x.told().scenario), "P2P-05")) == (hours == "T10:01")


def test_returns_on_a_listing_whose_borrower_paid_are_nobodys_guarantee():
    """Own money in the account that also pays clients: what it pays is not looked at while borrowers pay."""
    x = Loan("paid")
    x.s.pay(f"{DUE}T08:00", x.s.account(x.s.org(), holds=500_000), x.debtor, 403_000)
    x.s.pay(f"{DUE}T09:00", x.debtor, x.pot, 403_000, "REPAY_PRIN", "obligation", listing="L1")
    x.pay_clients(x.own, DUE)
    assert alerts(run(x.told().scenario), "P2P-05") == []


def test_the_circle_repays_its_own_loan():
    """Self-financing is another clause: who borrowed and pays is no guarantor."""
    x = Loan("self")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    x.lend("L2", firm)
    x.s.pay(f"{DUE}T10:00", x.s.account(firm, holds=500_000), x.pot, 400_000, "REPAY_PRIN", "obligation", listing="L2")
    assert alerts(run(x.told().scenario), "P2P-05") == []


def test_claims_taken_over_long_before_anything_is_due():
    x = Loan("early")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    x.s.product(f"{days_after(START, 10)}T10:00", "CLAIM_TRANSFER", x.platform, 100_000, claim="C0-L1", from_party=x.people[0],
                to_party=firm, principal_fen=10_000_000)  # fmt: skip
    assert alerts(run(x.told().scenario), "P2P-05") == []
