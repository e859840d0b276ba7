"""FLOW-02: what it finds, when, about whom and in which colour. Lawful hubs are in the generic suite."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.detectors.flow import payments as payments_module
from chuantou.detectors.flow.payments import most_after
from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import Scenario, alerts, at, days_after, fen, only, run
from tests.detectors.schemes import LOAN_DAY
from tests.detectors.stories.gather_scatter import EVASIONS, MANY, gather, people, scatter

# severity, payers, payees, fen gathered, ppm of it passed on
FOUND = {
    "one account": ("log", 12, 12, fen(600_000), 960_000),
    "fewest and least": ("log", 10, 10, fen(500_000), 800_000),
    "a few every day": ("log", 18, 18, fen(540_000), 950_000),
    "own money first": ("log", 12, 12, fen(600_000), 960_000),
    "one cluster": ("log", 12, 12, fen(600_000), 960_000),
    "own accounts": ("log", 12, 12, fen(600_000), 960_000),
    "watched payee": ("yellow", 12, 12, fen(600_000), 960_000),
    "unknown owner": ("log", 12, 12, fen(600_000), 960_000),
}


@pytest.mark.parametrize("name", EVASIONS)
def test_gatherings(name: str) -> None:
    severity, payers, payees, gathered, through = FOUND[name]
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "FLOW-02", told.subject)
    assert (alert.severity, alert.amount_fen) == (severity, gathered * through // 1_000_000)
    assert alert.values == {"n_payers": payers, "n_payees": payees, "through_ppm": through, "gathered_fen": gathered}


def test_it_holds_from_the_payee_who_brings_it_over_the_line() -> None:
    """Of 12 × 48,000 the tenth makes 80 % of 600,000; the values are those of the last, the largest amount of the day."""
    told = EVASIONS["one account"]()
    alert = only(run(told.scenario), "FLOW-02")
    assert alert.first_breach == iso_shanghai(at(f"{days_after(LOAN_DAY, 1)}T15:09"))
    assert alert.window.last == iso_shanghai(at(f"{days_after(LOAN_DAY, 1)}T15:11"))


def test_the_accounts_of_a_cluster_are_named_and_its_other_owners() -> None:
    told = EVASIONS["one cluster"]()
    alert = only(run(told.scenario), "FLOW-02")
    assert len(alert.accounts) == 2
    assert alert.subjects[0] == told.subject and len(alert.subjects) == 2
    assert alert.first_breach == iso_shanghai(at(f"{days_after(LOAN_DAY, 1)}T15:09"))


def test_a_tie_that_ends_before_leaves_no_cluster() -> None:
    """A subsidiary sold more than 180 days before is in other hands."""
    s = Scenario("sold")
    mother, daughter = s.org(), s.org()
    s.owns(mother, daughter, 100, valid_from=dt.date(2014, 1, 1), valid_to=dt.date(2015, 10, 1))
    collector, payer = s.account(mother), s.account(daughter)
    gather(s, collector, people(s))
    s.pay(f"{LOAN_DAY}T12:00", collector, payer, 590_000)
    scatter(s, payer, people(s))
    assert alerts(run(s), "FLOW-02") == []


def test_whoever_gets_more_than_he_paid_is_no_refund() -> None:
    s = Scenario("return")
    hub, payers = s.account(s.org()), people(s)
    gather(s, hub, payers)
    s.pay(f"{LOAN_DAY}T12:00", s.account(s.org()), hub, 50_000)
    scatter(s, hub, payers, 50_500)
    assert only(run(s), "FLOW-02").values["n_payees"] == MANY


def test_wages_to_those_who_paid_in_are_no_wages() -> None:
    """The bank's payroll code does not cover a pool that pays its investors."""
    s = Scenario("coded")
    hub, payers = s.account(s.org()), people(s)
    gather(s, hub, payers)
    s.pay(f"{LOAN_DAY}T12:00", s.account(s.org()), hub, 50_000)
    scatter(s, hub, payers, 50_500, flow="PAYROLL")
    assert alerts(run(s), "FLOW-02")


def test_tax_and_shops_are_no_payees_and_what_goes_there_is_not_scattered() -> None:
    s = Scenario("tax")
    hub = s.account(s.org())
    gather(s, hub, people(s))
    scatter(s, hub, people(s, 10), 30_000)
    scatter(s, hub, [s.account(s.org(), "TAX"), *(s.account(s.org(), "MERCHANT_SETTLE") for _ in range(3))], 75_000)
    assert alerts(run(s), "FLOW-02") == []


def test_a_role_that_nobody_else_gave_excuses_nobody() -> None:
    s = Scenario("inferred")
    hub = s.account(s.org(), "ESCROW_PRESALE", role_basis="inferred")
    gather(s, hub, people(s))
    scatter(s, hub, people(s))
    assert alerts(run(s), "FLOW-02")


def test_a_bound_that_is_met_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments_module.payments, "__defaults__", (11,))
    monkeypatch.setattr(payments_module.both_sides, "__defaults__", (11,))
    alert = only(run(EVASIONS["one account"]().scenario), "FLOW-02")
    assert alert.flags == ["truncated"]
    assert alert.values["n_payers"] == 11


moves = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=12)


@given(moves)
@settings(max_examples=60)
def test_the_first_row_and_the_largest_of_each_account(found: list[tuple[int, int]]) -> None:
    rows = np.arange(len(found), dtype=np.int64) * 3
    account, amount = (np.array([f[k] for f in found], np.int64) for k in (0, 1))
    expected = {}
    for a in sorted({a for a, _ in found}):
        mine = [(amount, row) for row, (b, amount) in zip(rows.tolist(), found) if b == a]
        most, row = min(mine, key=lambda pair: (-pair[0], pair[1]))
        expected[a] = (mine[0][1], most, row)
    assert most_after(rows, account, amount) == expected
