"""LVT-01: one side of a customer's day against the line of its date."""

import numpy as np
import pytest

from chuantou.detectors.lvt.large_value import LISTED
from tests.detectors.scenario import Scenario, alerts, fen, only, run
from tests.detectors.stories.large_value import DAY, cash_at_the_counter, get, several_accounts, three_payments, till


def test_a_day_of_a_person():
    told = three_payments()
    engine = run(told.scenario)
    alert = only(engine, "LVT-01")
    assert alert.subjects == [told.subject]
    assert (alert.severity, alert.amount_fen) == ("log", fen(520_000))
    assert alert.values == {"total_fen": fen(520_000), "line_fen": fen(500_000), "n_transfers": 3, "incoming": 1, "cash": 0,
                            "n_banks": 1, "one_bank_fen": fen(520_000), "others_fen": fen(520_000)}  # fmt: skip
    assert "涉嫌" not in alert.summary_zh
    assert "线索" not in alert.summary_zh
    pack = engine.evidence(alert.alert_id)
    assert (pack["inputs"]["day"], pack["inputs"]["file_by"]) == (DAY, "2016-07-11")
    assert len(alert.transactions) == 3


def test_what_lies_at_one_bank_is_told_apart():
    told = several_accounts()
    values = only(run(told.scenario), "LVT-01", told.subject).values
    assert (values["total_fen"], values["n_banks"], values["one_bank_fen"]) == (fen(540_000), 3, fen(180_000))


@pytest.mark.parametrize(("yuan", "company", "found"), [
    (499_999, False, False), (500_000, False, True), (1_999_999, True, False), (2_000_000, True, True),
])  # fmt: skip
def test_the_lines(yuan, company, found):
    s = Scenario()
    holder = s.org() if company else s.person()
    s.pay(f"{DAY}T10:00", s.account(None), s.account(holder), yuan)
    assert bool(alerts(run(s), "LVT-01")) == found


@pytest.mark.parametrize(("day", "yuan", "line"), [
    ("2017-06-30", 199_999, None), ("2017-06-30", 200_000, 200_000), ("2017-07-01", 49_999, None),
    ("2017-07-01", 50_000, 50_000),
])  # fmt: skip
def test_each_day_has_the_line_of_its_date(day, yuan, line):
    s = Scenario()
    holder, counter = s.person("2016-09-01"), till(s)
    s.pay(f"{day}T23:59", counter, s.account(holder), yuan, "CASH_IN")
    found = alerts(run(s), "LVT-01", holder)
    assert [alert.values["line_fen"] for alert in found] == ([fen(line)] if line else [])


def test_two_days_in_a_row_are_not_added_up():
    s = Scenario()
    account = s.account(s.person())
    get(s, account, 300_000, hour=23)
    get(s, account, 300_000, day="2016-07-05", hour=0)
    assert alerts(run(s), "LVT-01") == []


def test_payment_accounts_count_from_2019_on():
    s = Scenario()
    holder = s.person("2018-06-01")
    get(s, s.account(holder, "PAYMENT_ACCT", "2018-06-01"), 300_000, 300_000, day="2019-01-02")
    assert only(run(s), "LVT-01").values["total_fen"] == fen(600_000)


def test_own_money_counts_at_each_of_two_banks_and_is_not_paid_to_others():
    s = Scenario()
    holder = s.person()
    one, two = (s.account(holder, bank=bank) for bank in ("102311000013", "103311000016"))
    s.pay(f"{DAY}T10:00", one, two, 600_000)
    alert = only(run(s), "LVT-01", holder)
    assert (alert.values["total_fen"], alert.values["others_fen"]) == (fen(600_000), 0)


def test_money_on_its_way_through_an_own_account_is_counted_once():
    s = Scenario()
    holder = s.person()
    one, two = (s.account(holder, bank=bank) for bank in ("102311000013", "103311000016"))
    s.pay(f"{DAY}T10:00", one, two, 300_000)
    s.pay(f"{DAY}T11:00", two, s.account(s.org()), 300_000)
    assert alerts(run(s), "LVT-01") == []


def test_cash_and_what_is_not_counted_are_shown():
    told = cash_at_the_counter()
    engine = run(told.scenario)
    alert = only(engine, "LVT-01", told.subject)
    assert (alert.values["cash"], alert.values["total_fen"]) == (1, fen(200_000))
    assert {x["id"] for x in engine.evidence(alert.alert_id)["look_alikes"]} == {
        "same_name", "other_bank", "LA-GOV", "LA-IBK", "interest", "payment_account"
    }  # fmt: skip


def test_of_very_many_payments_the_largest_are_listed_and_the_rest_is_a_sum():
    s = Scenario()
    payer, shop = s.account(s.person()), s.account(s.org(), bank="102311000013")
    for number in range(LISTED + 5):
        s.pay(f"{DAY}T10:{number // 60:02d}:{number % 60:02d}", payer, shop, 1_000 + number % 2)
    engine = run(s)
    received = next(a for a in alerts(engine, "LVT-01") if a.values["incoming"])
    pack = engine.evidence(received.alert_id)
    assert received.values["n_transfers"] == LISTED + 5
    assert len(pack["inputs"]["payments"]) == LISTED
    assert pack["inputs"]["rest"] == [{"bank": "102", "reason": None, "n": 5, "fen": fen(5_000)}]
    assert "truncated" in received.flags


def test_sums_are_exact_beyond_what_a_float_holds():
    s = Scenario()
    holder = s.org()
    account, other = s.account(holder), s.account(s.org())
    huge = 2**53 + 1
    for number, amount in enumerate((huge, 1)):
        s.pay(f"{DAY}T1{number}:00", other, account, f"{amount // 100}.{amount % 100:02d}")
    assert only(run(s), "LVT-01", holder).values["total_fen"] == huge + 1 == int(np.int64(huge) + 1)
