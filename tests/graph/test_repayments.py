"""What a listing's borrower paid himself, and what is missing of what was due."""

import numpy as np

from chuantou.graph.obligations import Instalment, Loan
from chuantou.graph.repayments import DaySum, ListingFlow, due_by, missing_fen
from chuantou.schemas.clock import shanghai_day
from tests.detectors.scenario import at, run
from tests.detectors.stories.self_guarantee import DUE, LATE, by_the_controller, fee_given_back, licensed_guarantor


def plan(*instalments):
    return Loan("L", plan={str(n): Instalment(str(n), due, fen, fen, ("s", "e"), interest) for n, (due, fen, interest) in
                           enumerate(instalments)})  # fmt: skip


def flow(*days):
    out = ListingFlow()
    out.days.extend(DaySum(*day) for day in days)
    out.rows.extend(np.array([n]) for n in range(len(days)))
    return out


def test_what_is_missing_of_what_was_due():
    loan = plan((10, 1_000_000, 10_000), (40, 1_000_000, 5_000))
    assert [due_by(loan, day) for day in (9, 10, 39, 40)] == [0, 1_010_000, 1_010_000, 2_015_000]
    paid = flow((10, 600_000, 0), (12, 399_900, 0))
    assert [missing_fen(loan, paid, day) for day in (9, 10, 12)] == [0, 410_000, 0]  # one per cent is nothing
    assert missing_fen(loan, None, 10) == 1_010_000


def test_sums_outlive_the_view():
    some = flow((1, 10, 20), (5, 30, 40), (9, 50, 60))
    some.forget(6)
    assert (some.before, len(some.days), len(some.rows)) == (DaySum(5, 40, 60), 1, 1)
    assert [some.paid(day).by_borrower for day in (5, 8, 9)] == [40, 40, 90]
    assert some.paid(9) == DaySum(9, 90, 120, 0)


def test_who_paid_the_transfers_say():
    told = by_the_controller()
    flows = run(told.scenario).core.world.repayments.of[told.subject]["L1"]
    assert [tuple(day) for day in flows.days] == [(shanghai_day(at(DUE)), 0, 40_000_000, 0)]
    told = fee_given_back()
    flows = run(told.scenario).core.world.repayments.of[told.subject]["L1"]
    assert [tuple(day) for day in flows.days] == [(shanghai_day(at(DUE)), 40_300_000, 40_000_000, 0)]


def test_a_licensed_guarantor_is_told_apart():
    told = licensed_guarantor()
    flows = run(told.scenario).core.world.repayments.of[told.subject]["L1"]
    assert [tuple(day) for day in flows.days] == [(shanghai_day(at(LATE)), 0, 40_000_000, 40_300_000)]
