"""PAY-07: the rhythm of payments by itself, and the lines that a case must cross."""

import numpy as np
import pytest
from msgspec.structs import replace

from chuantou.detectors.pay.onward import largest_window, rhythm
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories.second_clearing import SHOPS, Business, after_fee, every_day, fourteen_shops, sales, settle_daily

WEEK = 7
SHOPS_PAID = ("a", "b")


def paid_at(days_and_fen: dict[int, int]) -> list[tuple[int, str, int]]:
    return [(day, shop, fen // 2) for day, fen in days_and_fen.items() for shop in SHOPS_PAID]


@pytest.mark.parametrize("lag", range(8))
def test_the_lag_of_the_sales_is_found(lag: int) -> None:
    sold = {day: 100_000 + day * 7_919 % 20_000 for day in range(30)}
    beat = rhythm(list(sold.items()), paid_at({day + lag: fen * 98 // 100 // 2 * 2 for day, fen in sold.items()}), 8, WEEK)
    assert (beat.lag_days, beat.rounds, beat.recurring) == (lag, 30, 2)
    assert 20_000 <= beat.fee_ppm <= 20_030
    assert beat.spread_ppm <= 30


def test_weekends_are_paid_on_monday() -> None:
    sold = {day: 100_000 + day * 7_919 % 20_000 for day in range(28)}
    workdays = [day for day in range(1, 28) if day % 7 not in (5, 6)]
    due = {end: sum(sold[day] for day in range(start, end)) for start, end in zip([0, *workdays], workdays)}
    beat = rhythm(list(sold.items()), paid_at({day: fen * 99 // 100 // 2 * 2 for day, fen in due.items()}), 8, WEEK)
    assert (beat.lag_days, beat.rounds) == (1, len(workdays))
    assert beat.spread_ppm <= 30


def test_a_payment_without_sales_is_no_fee() -> None:
    beat = rhythm([(0, 1_000)], [(5, "a", 900), (20, "a", 900)], 8, WEEK)
    assert beat.fees == (100_000, -1_000_000)
    assert (beat.spread_ppm, beat.fee_ppm) == (1_100_000, -1_000_000)


def test_recurring_is_eight_rounds_or_half_of_few() -> None:
    often = [(day, "a", 10) for day in range(20)] + [(day, "b", 10) for day in range(8)] + [(day, "c", 10) for day in range(7)]
    assert rhythm([], often, 8, WEEK).recurring == 2
    few = [(day, "a", 10) for day in (0, 7, 14, 21)] + [(0, "b", 10), (7, "b", 10), (21, "c", 10)]
    assert rhythm([], few, 8, WEEK).recurring == 2


def test_the_window_of_the_largest_sum_and_of_equals_the_oldest() -> None:
    days, fen = np.arange(30), np.full(30, 5)
    assert largest_window(days, fen, 30, 30) == 0
    assert largest_window(days, fen, 36, 30) == 0
    assert largest_window(np.array([0, 35]), np.array([1, 100]), 36, 30) == 6


@pytest.mark.parametrize(("sold", "paid", "shops", "found"), [
    (500_000, 496_900, 10, True),
    (499_999, 496_900, 10, False),
    (500_000, 496_900, 9, False),
    (500_000, 499_751, 10, False),  # a fee below 0.05 %
    (500_000, 474_999, 10, False),  # above 5 %
])  # fmt: skip
def test_the_lines(sold: int, paid: int, shops: int, found: bool) -> None:
    b = Business("lines")
    b.take(0, sold)
    b.pay(1, b.shops(shops), paid)
    assert bool(alerts(run(b.s), "PAY-07", b.company)) == found


def test_shops_at_one_address_are_one_trade() -> None:
    """A mall's own tenants: no ten unrelated addresses behind one contract."""
    b = Business("mall")
    owners = [b.s.org() for _ in range(SHOPS)]
    for owner in owners[1:]:
        b.s.tie("SAME_ADDRESS", owners[0], owner)
    told = settle_daily(b, [b.s.account(owner) for owner in owners])
    alert = only(run(told.scenario), "PAY-07", told.subject)
    assert (alert.severity, alert.values["n_unrelated"], alert.values["n_payees"]) == ("orange", 1, SHOPS)


def test_a_licence_that_lapsed_no_longer_excuses() -> None:
    b = Business("lapsed")
    b.s.licence(b.company, "payment")
    settle_daily(b, b.shops())
    assert alerts(run(b.s), "PAY-07") == []
    licence = next(e for e in b.s.told if getattr(e, "party", None) == b.company and getattr(e, "kind", None) == "payment")
    b.s.told.append(replace(licence, event_id="lost", status="CANCELLED", event_time=licence.event_time + 1))
    assert only(run(b.s), "PAY-07", b.company).severity == "red"


def test_before_the_plan_nothing_is_judged() -> None:
    b = Business("early")
    settle_daily(b, b.shops())
    shift = 365 * 86_400_000_000
    early = [replace(e, event_time=e.event_time - shift) for e in b.s.events()]
    assert alerts(run(early), "PAY-07") == []


def test_fees_that_differ_from_round_to_round_say_nothing() -> None:
    b = Business("rough")
    shops = b.shops()
    for day in range(12):
        b.take(day, sales(day))
        b.pay(day + 1, shops, float(after_fee(sales(day))) * (1 - day % 3 / 100))  # type: ignore[arg-type]
    assert alerts(run(b.s), "PAY-07") == []


def test_the_golden_forms_differ_only_in_time() -> None:
    values = [only(run(story().scenario), "PAY-07").values for story in (fourteen_shops, every_day)]
    assert values[0]["settled_fen"] == values[1]["settled_fen"]
