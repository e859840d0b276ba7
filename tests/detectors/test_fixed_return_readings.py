"""What ILF-03 reads in payments equals what the plain words say, on random amounts and days."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.detectors.ilf.behaviour import fits
from chuantou.detectors.ilf.returns import Paid, Payee, lattice_of, month_rate, rhythm_of, unit_of
from chuantou.schemas.clock import DAY_US

AMOUNTS = st.lists(st.integers(1, 240), min_size=1, max_size=12)


@given(AMOUNTS, st.sampled_from([500_000, 800_000, 1_000_000]), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_the_unit_is_the_largest_number_that_divides_enough(amounts: list[int], share: int, least: int) -> None:
    fits_ = [u for u in range(least, max(amounts) + 1) if sum(a % u == 0 for a in amounts) * 1_000_000 >= share * len(amounts)]
    assert unit_of(amounts, share, least) == max(fits_, default=0)


@given(st.lists(st.integers(1, 40), min_size=3, max_size=6), st.sampled_from([7, 10, 15, 30]), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_rhythm_keeps_every_distance(gaps: list[int], period: int, slack: int) -> None:
    days = [sum(gaps[:n]) for n in range(len(gaps) + 1)]
    payee = Payee([Paid(-1, -1, 100_000)], [Paid(day * DAY_US, day, 1_000) for day in days])
    found = rhythm_of(payee.points(), (period,), slack, 50_000)
    assert (found is not None) == all(abs(gap - period) <= slack for gap in gaps)
    assert month_rate(payee.points()) == 10_000 * (len(days) - 1) * 30 // days[-1]


@given(st.lists(st.integers(1, 20), min_size=2, max_size=12), st.integers(1_011, 1_500))
@settings(max_examples=60, deadline=None)
def test_one_factor_on_whole_units_is_found_for_everybody(units: list[int], thousandths: int) -> None:
    payees = {
        f"p{n}": Payee([Paid(0, 0, unit * 100_000)], [Paid(1, 9, unit * 100 * thousandths)]) for n, unit in enumerate(units)
    }  # fmt: skip
    found = lattice_of(payees, 100_000)
    assert (found.ratio_ppm, found.hits, found.payees) == (thousandths * 1_000, len(units), tuple(sorted(payees)))


def test_two_returns_a_week_to_a_hundred_days_apart() -> None:
    put = [(0, 100_000)]
    assert fits(put, [(30 * DAY_US, 1_000), (60 * DAY_US, 1_000)])
    assert not fits(put, [(30 * DAY_US, 1_000), (36 * DAY_US, 1_000)])
    assert not fits(put, [(30 * DAY_US, 1_000), (131 * DAY_US, 1_000)])
    assert not fits(put, [(30 * DAY_US, 26_000), (60 * DAY_US, 26_000)])
