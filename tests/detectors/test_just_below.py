"""FLOW-03: the counting kernel against plain counting, the lines by date, and what is found. Lawful scenes: generic suite."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.detectors.flow.split_counts import ALWAYS, SplitCounts, dated_lines
from chuantou.schemas.clock import day_of_date, day_start_us, iso_shanghai
from chuantou.schemas.rules import load_rule_pack
from tests.detectors.scenario import Scenario, alerts, at, days_after, fen, only, run
from tests.detectors.schemes import LOAN_DAY
from tests.detectors.stories.just_below import EVASIONS, pay_out
from tests.oracles.just_below import Line, Paid, count_near

RULES = load_rule_pack()
# severity, payments just below, of how many in all, the line, beside
FOUND = {
    "ten below": ("log", 10, 14, 50_000, 4),
    "to one payee": ("log", 12, 12, 500_000, 0),
    "among others": ("log", 11, 31, 200_000, 0),
    "two hands": ("log", 12, 12, 50_000, 0),
    "watched payee": ("yellow", 12, 12, 50_000, 0),
    "large-value line": ("log", 10, 10, 2_000_000, 0),
}

LINES = [Line(20, 2, 0, 60), Line(23, 3, 10, 40), Line(200, 20, -5, 1_000)]
near_lines = st.sampled_from([1, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 160, 179, 180, 199, 200, 219, 220])
payments = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), near_lines, st.integers(0, 4)), max_size=40)


def counter(window_us: int) -> SplitCounts:
    counts = SplitCounts(RULES, 30)
    counts.lines = np.array(LINES, np.int64)
    counts.accounts = np.zeros((4, 2 * len(LINES)), np.int64)
    counts.kept = np.zeros((2, 5), np.int64)
    counts.window_us = window_us
    return counts


def columns(paid: list[Paid]) -> tuple[np.ndarray, ...]:
    types = {"time": np.int64, "payer": np.int32, "fen": np.int64, "counts": np.bool_}
    return tuple(np.array([getattr(p, name) for p in paid], kind) for name, kind in types.items())


@given(payments, st.integers(0, 30), st.lists(st.integers(0, 40), max_size=4))
@settings(max_examples=200)
def test_counts_agree_with_plain_counting_in_any_batches(rows, window, cuts) -> None:  # type: ignore[no-untyped-def]
    time, paid = 0, []
    for gap, payer, amount, luck in rows:
        time += gap
        paid.append(Paid(time, payer, amount, luck > 0))
    counts, found = counter(window), []
    bounds = [0, *sorted(min(cut, len(paid)) for cut in cuts), len(paid)]
    for a, b in pairwise(bounds):
        found += [(row[0] + a, *row[1:]) for row in counts.push(*columns(paid[a:b])).tolist()]
    assert [tuple(row) for row in found] == count_near(paid, LINES, window)
    counts.advance(time + window + 1)
    assert not counts.accounts.any()


def test_the_lines_are_those_of_the_date() -> None:
    """The cash line fell from 200,000 to 50,000 yuan; both are lines of §3.8 on all dates. Two million: LVT-01 of entities."""
    since = day_start_us(day_of_date("2007-03-01"))
    assert dated_lines(RULES) == [(fen(yuan), fen(yuan) // 10, since, ALWAYS) for yuan in (50_000, 200_000, 500_000, 2_000_000)]


@pytest.mark.parametrize("name", EVASIONS)
def test_splits(name: str) -> None:
    severity, below, total, line, beside = FOUND[name]
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "FLOW-03", told.subject)
    assert alert.severity == severity
    assert alert.values == {"n_transfers": below, "just_below_ppm": below * 1_000_000 // total, "line_fen": fen(line),
                            "n_beside": beside}  # fmt: skip
    assert fen(line) * 9 // 10 * below <= (alert.amount_fen or 0) < fen(line) * below


def test_the_tenth_makes_it_a_lead() -> None:
    alert = only(run(EVASIONS["to one payee"]().scenario), "FLOW-03")
    assert alert.first_breach == iso_shanghai(at(f"{days_after(LOAN_DAY, 3)}T10:00"))


def test_thirty_days_to_the_second() -> None:
    for second, found in (("", True), (":01", False)):
        s = Scenario("month")
        payer = s.account(s.org())
        for number in range(9):
            s.pay(f"{LOAN_DAY}T10:00", payer, s.account(s.org()), 49_000 + number)
        s.pay(f"{days_after(LOAN_DAY, 30)}T10:00{second}", payer, s.account(s.org()), 49_000)
        assert bool(alerts(run(s), "FLOW-03")) is found


def test_the_line_with_the_most_money_is_told() -> None:
    s = Scenario("two")
    owner = s.org()
    payer = s.account(owner)
    pay_out(s, payer, [49_000] * 12)
    pay_out(s, payer, [490_000] * 10)
    assert only(run(s), "FLOW-03").values["line_fen"] == fen(500_000)
