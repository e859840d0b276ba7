"""ILF-01: the roles, the lines of persons, overlap and money, and what the network is not."""

import pytest

from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories.collection_network import EACH, Ring, skimmed_and_seeded, triple


def ring(people: int = 40, back: int = 2_000, strangers: int = 0) -> Ring:
    """One round; ``strangers`` of the payees never gave."""
    r = Ring("line", people)
    r.pass_on(0, r.collect(0), r.way)
    r.investors[:strangers] = [r.s.account(r.s.person(), "PERSONAL_I") for _ in range(strangers)]
    for day in (2, 9):
        r.pay_out(day, back)
    return r


def test_the_roles_and_the_money() -> None:
    told = triple()
    alert = only(run(told.scenario), "ILF-01", told.subject)
    assert (alert.severity, alert.clause, alert.amount_fen) == ("orange", "二(五)", fen(160_000))
    assert dict(alert.values) == {
        "n_payers": 40, "n_payees": 40, "overlap_ppm": 1_000_000, "n_collectors": 1, "n_transits": 2, "n_payer_accounts": 1,
        "through_fen": fen(160_000), "through_prorata_fen": fen(160_000), "through_lifo_fen": fen(160_000),
        "through_most_fen": fen(160_000), "collected_fen": fen(400_000), "cash_ppm": 0,
    }  # fmt: skip
    assert len(alert.accounts) == 3


@pytest.mark.parametrize(("people", "found"), [(29, 0), (30, 1)])
def test_thirty_persons(people: int, found: int) -> None:
    assert len(alerts(run(ring(people).s), "ILF-01")) == found


@pytest.mark.parametrize(("strangers", "found"), [(20, 1), (21, 0)])
def test_half_of_the_payees_had_paid(strangers: int, found: int) -> None:
    assert len(alerts(run(ring(strangers=strangers).s), "ILF-01")) == found


@pytest.mark.parametrize(("back", "severity"), [(1_249, None), (1_250, "orange")])
def test_a_hundred_thousand_yuan(back: int, severity: str | None) -> None:
    assert [a.severity for a in alerts(run(ring(back=back).s), "ILF-01")] == ([severity] if severity else [])


def test_a_million_is_red() -> None:
    r = Ring("million")
    r.pass_on(0, r.collect(0, 10 * EACH), r.way)
    for day in (2, 9):
        r.pay_out(day, 13_000)
    assert only(run(r.s), "ILF-01").severity == "red"


def test_old_money_in_the_payers_account_leaves_an_interval() -> None:
    alert = only(run(skimmed_and_seeded().scenario), "ILF-01")
    assert (alert.severity, alert.amount_low_fen, alert.amount_high_fen) == ("yellow", 0, fen(160_000))


def test_wages_by_the_banks_code_are_no_return() -> None:
    r = Ring("coded")
    r.pass_on(0, r.collect(0), r.way)
    for day in (2, 9):
        r.pay_out(day, 2_000, flow="PAYROLL")
    assert not alerts(run(r.s), "ILF-01")


def test_an_account_that_a_bank_keeps_for_others_is_no_collector() -> None:
    r = Ring("kept")
    r.collector = r.s.account(r.s.bank(), "CLIENT_MASTER", platform=r.firm)
    r.pass_on(0, r.collect(0), r.way)
    for day in (2, 9):
        r.pay_out(day, 2_000)
    assert not alerts(run(r.s), "ILF-01")
