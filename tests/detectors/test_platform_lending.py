"""P2P-03: whose money a loan was, who lent first and sold on, and what was paid out before it was raised."""

import pytest

from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import platform_lending as stories
from tests.detectors.stories.platform_lending import DAY, Shop, super_lender

SHARES = tuple(f"own_funded_{manner}ppm" for manner in ("", "prorata_", "lifo_", "maxflow_"))


@pytest.mark.parametrize(
    ("story", "loans", "share"),
    [(stories.out_of_its_own_account, 2, 1_000_000), (stories.by_a_firm_elsewhere, 1, 1_000_000),
     (stories.through_custody, 1, 750_000), (stories.through_investors, 1, 1_000_000)],
)  # fmt: skip
def test_own_money(story, loans, share):
    told = story()
    alert = only(run(told.scenario), "P2P-03", told.subject)
    assert (alert.severity, alert.amount_fen, alert.values["n_loans"], alert.values["limb"]) == ("orange", fen(400_000), loans, 1)
    assert {alert.values[name] for name in SHARES} == {share}


def mixed(own, clients):
    """Own money first in custody, clients' after it; half of all of it is lent."""
    x = Shop("mixed")
    borrower = x.offer("L1", (own + clients) // 2)
    x.s.pay(f"{DAY}T08:00", x.own, x.pot, own)
    x.subscribe("L1", clients)
    x.lend(x.pot, borrower, "L1", (own + clients) // 2)
    return alerts(run(x.told().scenario), "P2P-03")


def test_both_methods_must_be_over_half():
    (alert,) = mixed(200_000, 200_000)
    assert [alert.values[name] for name in SHARES] == [1_000_000, 500_000, 0, 1_000_000]
    assert mixed(199_000, 201_000) == []  # in proportion it is less than half


def test_own_money_that_lay_in_custody_for_days_is_not_told_apart():
    x = Shop("old")
    borrower = x.offer("L1", 100_000)
    x.s.pay(f"{days_after(DAY, -5)}T08:00", x.own, x.pot, 100_000)
    x.lend(x.pot, borrower, "L1", 100_000)
    assert alerts(run(x.told().scenario), "P2P-03") == []


def test_what_investors_got_back_is_their_own():
    x = Shop("back")
    borrower, account = x.offer("L1", 100_000), x.s.account(x.s.person())
    x.s.pay(f"{days_after(DAY, -1)}T08:00", x.own, account, 100_000, "RETURN_PRIN", listing="L0")
    x.s.pay(f"{DAY}T10:00", account, x.pot, 100_000, "INVEST_IN", "order", listing="L1")
    x.lend(x.pot, borrower, "L1", 100_000)
    assert [a for a in alerts(run(x.told().scenario), "P2P-03") if a.values["limb"] == 1] == []


def test_a_licence_does_not_cover_clients_money():
    """The licensed sister lends what clients paid into its own account."""
    x = Shop("licensed")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    x.s.licence(firm, "microloan")
    account, borrower = x.s.account(firm, holds=350_000), x.offer("L1", 400_000)
    x.s.pay(f"{days_after(DAY, -2)}T10:00", x.s.account(x.s.person()), account, 50_000, "INVEST_IN", "order", listing="L9")
    x.lend(account, borrower, "L1", 400_000)
    engine = run(x.told().scenario)
    alert = only(engine, "P2P-03")
    assert alert.values["own_funded_ppm"] == 875_000
    assert [(e["id"], e["holds"]) for e in engine.evidence(alert.alert_id)["look_alikes"]] == [("LA-LICLOAN", False)]


@pytest.mark.parametrize(
    ("loans", "each", "sold", "related", "found"),
    [(10, 500_000, 8, True, 1), (10, 500_000, 7, True, 0), (9, 600_000, 9, True, 0), (10, 499_999, 10, True, 0),
     (10, 500_000, 9, False, 0), (10, 500_000, 10, False, 1)],
)  # fmt: skip
def test_super_lenders(loans, each, sold, related, found):
    told = super_lender(loans, each, sold, related)
    seen = alerts(run(told.scenario), "P2P-03", told.subject)
    assert len(seen) == found
    assert all((a.severity, a.values["sold_ppm"], a.values["limb"]) == ("red", sold * 1_000_000 // loans, 2) for a in seen)


def test_a_sale_after_thirty_days_does_not_count():
    told = super_lender(10, 500_000, 10)
    for event in [e for e in told.scenario.told if getattr(e, "type", None) == "CLAIM_TRANSFER"][:3]:
        told.scenario.correct(event.event_id, event_time=event.event_time + 21 * 86_400_000_000)
    told.scenario.person(f"{days_after(DAY, 50)}T12:00")
    assert alerts(run(told.scenario), "P2P-03") == []


def test_loans_before_money():
    told = stories.lent_before_raised()
    alert = only(run(told.scenario), "P2P-03", told.subject)
    assert (alert.severity, alert.values["n_loans"], alert.values["limb"]) == ("orange", 5, 3)
    wrong = next(e for e in told.scenario.told if getattr(e, "type", None) == "DISBURSE")
    told.scenario.undo("CANCEL", wrong.event_id, f"{days_after(DAY, 3)}T10:00")
    assert alerts(run(told.scenario), "P2P-03") == []
