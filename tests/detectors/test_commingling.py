"""P2P-15: counts and sums of one account's window."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.stories import commingling as stories
from tests.detectors.stories.commingling import DAY, Desk

NAMES = ("client_credits", "client_credits_fen", "own_debits", "own_debits_fen", "own_income_fen", "own_into_custody_fen")


@pytest.mark.parametrize(
    ("story", "severity", "values"),
    [
        (stories.rent_and_wages, "yellow", (4, 80_000, 1, 6_000, 0, 0)),
        (stories.by_a_sister_firm, "yellow", (4, 80_000, 1, 6_000, 0, 0)),
        (stories.own_income, "yellow", (4, 80_000, 0, 0, 300_000, 0)),
        (stories.own_money_in_custody, "orange", (4, 80_000, 0, 0, 0, 200_000)),
        (stories.wages_from_custody, "yellow", (4, 80_000, 1, 4_000, 0, 0)),
    ],
)
def test_what_is_mixed(story, severity, values):
    told = story()
    alert = only(run(told.scenario), "P2P-15", told.subject)
    told_values = [alert.values[name] // (100 if name.endswith("_fen") else 1) for name in NAMES]
    assert (alert.severity, tuple(told_values)) == (severity, values)


def test_the_first_expense_is_the_breach():
    told = stories.rent_and_wages()
    alert = only(run(told.scenario), "P2P-15", told.subject)
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 3)}T10:00"))
    assert alert.amount_fen == fen(80_000)


def test_what_lies_thirty_days_apart_is_not_mixed():
    d = Desk("late")
    d.pay(31, d.pot, 6_000, "RENT")
    assert alerts(run(d.s), "P2P-15") == []
