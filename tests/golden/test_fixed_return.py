"""G13: the instalment lattice (catalogue §10.1), exact; and its lines."""

from dataclasses import replace

import pytest

from chuantou.detectors.ilf.returns import Paid, Payee, lattice_of, rhythm_of, unit_of
from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories.fixed_return import House, lattice, monthly, share

UNITS = (1, 2, 3, 1, 4)  # credits of 2,500, 5,000, 7,500, 2,500 and 10,000


def test_g13_unit_and_ratio() -> None:
    told = lattice()
    alert = only(run(told.scenario), "ILF-03", told.subject)
    credits = sum(fen(2_500) * UNITS[n % 5] for n in range(36))
    assert (alert.severity, alert.clause, alert.amount_fen) == ("yellow", "二(五)", credits)
    assert dict(alert.values) == {
        "n_payees": 36, "unit_fen": fen(2_500), "payout_ratio_ppm": 1_175_000, "period_days": 0, "n_rhythm": 0, "n_lattice": 36,
        "n_sums": 0, "n_gains": 36, "n_inside": 0, "principal_fen": credits, "paid_fen": credits * 1_175 // 1_000,
    }  # fmt: skip


@pytest.mark.parametrize(("people", "found"), [(29, 0), (30, 1)])
def test_thirty_payees(people: int, found: int) -> None:
    h = House("line", people)
    h.give()
    for k in range(1, 4):
        h.pay(30 * k, lambda n: share(n, 15))
    assert len(alerts(run(h.s), "ILF-03")) == found


@pytest.mark.parametrize(("each", "severity"), [(27_000, "yellow"), (28_000, "orange")])
def test_orange_from_the_entitys_line_of_money(each: int, severity: str) -> None:
    h = House("much")
    h.give(lambda n: each)
    for k in range(1, 4):
        h.pay(30 * k, lambda n: each // 50)
    assert only(run(h.s), "ILF-03", h.firm).severity == severity


def test_the_third_payment_makes_the_rhythm() -> None:
    alert = only(run(monthly().scenario), "ILF-03")
    assert (alert.first_breach[:10], alert.values["period_days"], alert.values["n_rhythm"]) == ("2016-09-04", 30, 36)


def test_the_unit_is_the_largest_that_enough_credits_have() -> None:
    assert unit_of([2_500, 5_000, 7_500, 2_500, 10_000], 800_000, 500) == 2_500
    assert unit_of([2_500, 5_000, 7_500, 2_500, 10_001], 800_000, 500) == 2_500
    assert unit_of([2_500, 5_000, 7_500, 2_501, 10_001], 800_000, 500) == 0
    assert unit_of([600, 1_000, 1_500], 1_000_000, 100) == 100


def test_spacing_slack_and_ratios() -> None:
    put = [Paid(0, 0, 100_000)]
    days = [Paid(day * 10, day, 1_000) for day in (30, 62, 90)]
    assert rhythm_of(Payee(put, days).points(), (7, 30), 2, 50_000) == (30, 10_000)
    late = [*days[:2], days[2]._replace(day=95)]
    assert rhythm_of(Payee(put, late).points(), (7, 30), 2, 50_000) is None
    uneven = [*days[:2], days[2]._replace(fen=1_200)]
    assert rhythm_of(Payee(put, uneven).points(), (7, 30), 2, 50_000) is None
    topped_up = Payee([*put, Paid(700, 70, 100_000)], [*days[:2], days[2]._replace(fen=2_000)])
    assert rhythm_of(topped_up.points(), (7, 30), 2, 50_000) == (30, 10_000)


def test_what_comes_back_is_no_gain() -> None:
    back = Payee([Paid(n, n, 3_000) for n in range(4)], [Paid(9, 9, 6_000)])
    assert lattice_of({"x": back}, 3_000).hits == 0
    gained = replace(back, put=back.put[:1])
    assert lattice_of({"x": gained}, 3_000).ratio_ppm == 2_000_000
