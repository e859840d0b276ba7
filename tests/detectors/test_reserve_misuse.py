"""PAY-02: “Evade → counter”, who is entitled, and the law of the day. Lawful look-alikes are in the generic suite."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.stories.reserve_misuse import DAY, EVASIONS, Institution, branch_that_moves, institutions_work_together

# severity, misused fen, debits, instant of the breach
FOUND = {
    "to a subsidiary": ("red", fen(500_000), 1, "2016-06-14T11:00"),
    "sham merchant": ("red", fen(400_000), 1, "2016-06-14T10:00"),
    "one fen to its own account": ("red", 1, 1, "2016-06-13T12:00"),
    "invented order": ("red", fen(300_000), 1, "2016-06-13T12:00"),
    "order paid many times over": ("red", fen(299_900), 1, "2016-06-13T12:00"),
    "wealth account": ("red", fen(200_000), 1, "2016-06-13T12:00"),
    "more than the fees": ("red", fen(19_400), 1, "2016-06-13T18:00"),
    "split among days": ("orange", fen(120_000), 20, "2016-06-14T12:00"),
    "a branch that moves later that day": ("red", fen(300_000), 1, "2016-06-13T10:00"),
    "past the depository bank": ("yellow", fen(50_000), 1, "2016-06-13T12:00"),
    "another institution in 2016": ("yellow", fen(50_000), 1, "2016-06-13T12:00"),
    "cooperating bank pays across": ("yellow", fen(60_000), 1, "2016-06-13T12:00"),
    "sham merchant without filing": ("red", fen(400_000), 1, "2016-06-13T12:00"),
}


@pytest.mark.parametrize("name", FOUND)
def test_evasions(name: str) -> None:
    severity, misused, debits, breach = FOUND[name]
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "PAY-02", told.subject)
    assert (alert.severity, alert.amount_fen) == (severity, misused)
    assert alert.values == {"misused_fen": misused, "n_debits": debits}
    assert alert.first_breach == iso_shanghai(at(breach))


@pytest.mark.parametrize(("moved", "county"), [(f"{DAY}T15:00", "320902"), (f"{days_after(DAY, -1)}T15:00", "320904")])
def test_the_county_is_that_of_the_evidence_at_the_last_day_close(moved: str, county: str) -> None:
    """Rent alone does not move the lead; with the account of a branch there it does, from the day after it moved."""
    told = branch_that_moves(moved)
    assert only(run(told.scenario), "PAY-02", told.subject).county_lead == county


def test_every_evasion_of_the_stories_has_its_numbers() -> None:
    assert FOUND.keys() == EVASIONS.keys()


@pytest.mark.parametrize(("passed_on", "found"), [(319_999, False), (320_000, True)])
def test_a_merchant_is_a_sham_from_80_percent(passed_on: int, found: bool) -> None:
    p = Institution("share")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.order(400_000)
    p.debit(shop, 400_000, order_id="O1")
    p.s.pay(f"{days_after(DAY, 1)}T10:00", shop, p.s.account(p.subsidiary), passed_on)
    assert bool(alerts(run(p.s), "PAY-02", p.party)) is found


@pytest.mark.parametrize(("moment", "found"), [("2016-06-15T12:00", True), ("2016-06-15T12:01", False)])
def test_a_merchant_is_a_sham_within_two_days(moment: str, found: bool) -> None:
    p = Institution("days")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.order(400_000)
    p.debit(shop, 400_000, order_id="O1")
    p.s.pay(moment, shop, p.s.account(p.subsidiary), 400_000)
    assert bool(alerts(run(p.s), "PAY-02", p.party)) is found


def test_a_sham_merchant_behind_another_firm() -> None:
    p = Institution("behind")
    shop, between = p.s.account(p.s.org(), "MERCHANT_SETTLE"), p.s.account(p.s.org())
    p.order(400_000)
    p.debit(shop, 400_000, order_id="O1")
    p.s.pay(f"{DAY}T13:00", shop, between, 390_000)
    p.s.pay(f"{DAY}T14:00", between, p.s.account(p.subsidiary), 380_000)
    assert only(run(p.s), "PAY-02", p.party).values["misused_fen"] == fen(400_000)


@pytest.mark.parametrize(
    ("yuan", "severity"), [(9_999, None), (10_000, "yellow"), (99_999, "yellow"), (100_000, "orange"), (1_000_000, "red")]
)
def test_strangers_without_an_order_by_the_zero_tolerance_table(yuan: int, severity: str | None) -> None:
    p = Institution("table")
    p.debit(p.s.account(p.s.org()), yuan)
    assert [a.severity for a in alerts(run(p.s), "PAY-02")] == ([severity] if severity else [])


def test_the_window_of_thirty_days() -> None:
    """6,000 yuan on the first and 6,000 on the thirty-second day never are 12,000."""
    p = Institution("window")
    stranger = p.s.account(p.s.org())
    p.debit(stranger, 6_000, f"{DAY}T12:00")
    p.debit(stranger, 6_000, f"{days_after(DAY, 31)}T12:00")
    assert alerts(run(p.s), "PAY-02") == []


@pytest.mark.parametrize(("day", "found"), [("2021-02-28", True), ("2021-03-01", False)])
def test_the_law_of_the_day(day: str, found: bool) -> None:
    """Between the reserves of two institutions: forbidden in 2013, by order allowed from 2021-03-01."""
    assert bool(alerts(run(institutions_work_together(day).scenario), "PAY-02")) is found


def test_a_refund_is_no_more_than_was_paid_in() -> None:
    p = Institution("beyond")
    p.order(50_000)
    p.debit(p.client, 80_000)
    assert only(run(p.s), "PAY-02").values["misused_fen"] == fen(30_000)


def test_a_related_customer_gets_back_no_more_than_it_paid_in() -> None:
    p = Institution("greedy")
    director = p.s.person()
    p.s.tie("OFFICER", director, p.party, role="director")
    card = p.s.account(director)
    p.s.pay(f"{DAY}T09:00", card, p.reserve, 1_000, "TOPUP", order_id="D1")
    p.debit(card, 5_000, order_id="D1")
    alert = only(run(p.s), "PAY-02", p.party)
    assert (alert.severity, alert.amount_fen) == ("red", fen(4_000))


def test_two_regimes_in_one_window_each_by_its_own_rule() -> None:
    """A cooperating bank pays across banks on the last day of the old rules and on the first of the new ones."""
    p = Institution("slices")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE", bank="104311000015")
    for day, order in (("2021-02-28", "O1"), ("2021-03-01", "O2")):
        p.s.pay(f"{day}T09:00", p.client, p.other_bank, 60_000, "TOPUP", order_id=order)
        p.s.pay(f"{day}T12:00", p.other_bank, shop, 60_000, "MERCH_SETTLE", order_id=order)
    p.debit(p.s.account(p.subsidiary), 70_000, "2021-03-02T12:00")
    engine = run(p.s)
    alert = only(engine, "PAY-02", p.party)
    assert alert.values == {"misused_fen": fen(130_000), "n_debits": 2}
    regimes = [debit["regime"] for debit in engine.evidence(alert.alert_id)["inputs"]["debits"]]
    assert regimes == ["client_orders_and_own_reserve_moves", "whitelist5"]


def test_interest_that_is_not_there_is_not_carried_out() -> None:
    p = Institution("more")
    central_bank = p.s.org(name="中国人民银行", sector="BANK")
    p.s.pay("2020-06-21T09:00", p.s.account(central_bank, "BANK_INTERNAL"), p.reserve, 35_000, "INTEREST_BANK")
    p.debit(p.own, 35_001, "2020-06-22T12:00")
    assert only(run(p.s), "PAY-02", p.party).amount_fen == fen(1)


def test_that_the_payee_is_related_may_be_told_later() -> None:
    """The debit to a stranger under 10,000 yuan is judged as what it was known to be: nothing is made up afterwards."""
    p = Institution("later")
    firm = p.s.org()
    p.debit(p.s.account(firm), 9_000)
    p.s.owns(p.party, firm, 100, "2016-06-20")
    assert alerts(run(p.s), "PAY-02") == []
