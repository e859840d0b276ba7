"""YLD-02: when a product's subsidy counts, whose money it was, and to which product a payment belongs."""

import pytest

from chuantou.console.recompute import compare
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import own_money_subsidy as stories
from tests.detectors.stories.own_money_subsidy import END, START, Loan


def with_bonus(yuan, name="x", **fields):
    x = Loan(name)
    x.repay("22191.78")
    x.pay_out("22191.78")
    x.s.pay(f"{END}T15:30", x.own, x.client, yuan, "BONUS", **fields)
    return x


@pytest.mark.parametrize(
    ("yuan", "severity"), [(9_999, None), (10_000, "yellow"), (99_999, "yellow"), (100_000, "orange"), (1_000_000, "red")]
)
def test_severity_by_zero_tolerance(yuan, severity):
    told = with_bonus(yuan, listing="L1").told()
    found = alerts(run(told.scenario), "YLD-02", told.subject)
    assert [a.severity for a in found] == ([severity] if severity else [])


def test_a_tenth_of_what_was_paid_or_a_hundred_thousand_in_a_month():
    def paid(yuan, bonus):
        x = Loan("share")
        x.repay(yuan)
        x.pay_out(yuan)
        x.s.pay(f"{END}T15:30", x.own, x.client, bonus, "BONUS", listing="L1")
        return alerts(run(x.told().scenario), "YLD-02")

    assert [a.values["subsidy_ppm"] for a in paid(90_000, 10_000)] == [100_000]
    assert paid(90_001, 10_000) == []
    assert [a.values["month_fen"] for a in paid(2_000_000, 100_000)] == [fen(100_000)]
    assert paid(2_000_000, 99_999) == []


def test_the_thirtieth_day_close_above_zero():
    x = with_bonus(20_000, listing="L1")
    x.repay("20000", days_after(END, 29), hour="23:00")  # the borrower makes it good on the last day
    assert alerts(run(x.told().scenario), "YLD-02") == []
    x = with_bonus(20_000, listing="L1")
    x.repay("20000", days_after(END, 30), hour="00:10")
    assert only(run(x.told().scenario), "YLD-02").values["days"] == 30


def test_after_the_last_event_nothing_is_said():
    x = with_bonus(20_000, listing="L1")
    x.s.person(f"{days_after(END, 28)}T12:00")
    assert alerts(run(x.s), "YLD-02") == []


def test_money_of_a_stranger_is_nobodys_subsidy():
    x = Loan("stranger")
    x.repay("22191.78")
    x.pay_out("22191.78")
    x.s.pay(f"{END}T15:30", x.s.account(x.s.org(), holds=50_000), x.client, 20_000, "BONUS", listing="L1")
    assert alerts(run(x.told().scenario), "YLD-02") == []


def test_a_bonus_without_a_product_goes_to_the_order_or_the_largest_claim():
    for fields in ({"order_id": "C-L1"}, {}):
        x = with_bonus(20_000, **fields)
        assert only(run(x.told().scenario), "YLD-02").values["paid_fen"] == fen("42191.78")


def test_interest_of_a_listing_shared_by_two_products():
    """Three quarters of the listing are product A's money, a quarter is B's; only A's investors get a bonus."""
    x = Loan("shared")
    for product, yuan in (("A", 750_000), ("B", 250_000)):
        x.s.product(f"{START}T12:00", "PRODUCT", x.platform, product=product, term_days=90)
        x.s.product(f"{START}T12:01", "ALLOC", x.platform, yuan, product=product, listing="L1")
    x.repay("20000")
    x.pay_out("20000")
    x.s.pay(f"{END}T15:30", x.own, x.client, 20_000, "BONUS", product="A")
    engine = run(x.told().scenario)
    alert = only(engine, "YLD-02")
    assert {name: alert.values[name] for name in ("paid_fen", "received_fen", "subsidy_fen")} == {
        "paid_fen": fen(35_000), "received_fen": fen(15_000), "subsidy_fen": fen(20_000),
    }  # fmt: skip
    pack = engine.evidence(alert.alert_id)
    assert pack["inputs"]["product"] == "A"
    assert all(row.equal for row in compare(pack))


@pytest.mark.parametrize("story", [stories.sponsor_pays, stories.controller_pays_the_interest])
def test_evidence_names_who_paid(story):
    told = story()
    engine = run(told.scenario)
    pack = engine.evidence(only(engine, "YLD-02").alert_id)
    assert {row["root"] for row in [*pack["inputs"]["transfers"], *pack["inputs"]["payments"]]} >= {"own"}
    assert pack["thresholds"]["yld.subsidy"]["days"] == 30
