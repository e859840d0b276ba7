"""PAY-08: the lines that a case must cross, and what a ticket is."""

import numpy as np
import pytest

from chuantou.detectors.columns_in import tills_of
from chuantou.detectors.pay.card_cash_out import at_night
from chuantou.detectors.pay.till_groups import Payback, Ticket, joined_by_terminals, looped_fen
from chuantou.graph.accounts import NONE
from chuantou.graph.transfer_columns import AT_TILL, BY_CREDIT_CARD, IN_CASH, NO_TILL
from chuantou.schemas.clock import DAY_US
from tests.detectors.scenario import Scenario, alerts, at, batches, only, run
from tests.detectors.stories.card_cash_out import HOLDERS, Till, back, rotating_shops


def sale(time: int, fen: int, payer: str = "a", since: int | None = None) -> Ticket:
    return Ticket(0, time, time if since is None else since, fen, payer, "m", False, None, 0)


def paid(time: int, fen: int, holder: str | None = "a", refund: bool = False) -> Payback:
    return Payback(1, time, fen, "x", holder, refund)


def test_no_more_goes_back_than_was_paid_and_the_oldest_first() -> None:
    sales = [sale(0, 100), sale(10, 100), sale(0, 100, "b")]
    assert looped_fen(sales, [paid(20, 350)], DAY_US) == {"m": 200}
    assert looped_fen(sales, [paid(20, 50), paid(21, 40), paid(22, 30, "b")], DAY_US) == {"m": 120}
    assert looped_fen(sales, [paid(20, 50, None), paid(20, 50, refund=True)], DAY_US) == {}


def test_within_a_day_of_having_the_money_and_never_before_the_sale() -> None:
    settled_later = sale(10, 100, since=2 * DAY_US)
    found = [looped_fen([settled_later], [paid(time, 100)], DAY_US) for time in (9, 10, 3 * DAY_US, 3 * DAY_US + 1)]
    assert found == [{}, {"m": 100}, {"m": 100}, {}]


@pytest.mark.parametrize(("moment", "night"), [
    ("2016-08-01T21:59:59", False), ("2016-08-01T22:00", True), ("2016-08-02T05:59:59", True), ("2016-08-02T06:00", False),
    ("2016-08-02T00:00", False), ("2016-08-02T00:00:01", True),
])  # fmt: skip
def test_the_night(moment: str, night: bool) -> None:
    assert at_night(at(moment), 22, 6) is night


@pytest.mark.parametrize(("yuan", "share", "found"), [
    (40_000, 80, True), (39_990, 80, False), (40_000, 79, False),
])  # fmt: skip
def test_the_lines_of_sum_and_loop(yuan: int, share: int, found: bool) -> None:
    till = Till("lines")
    for k in range(5):
        till.swipe(0, k, yuan)
        till.give(1, till.others[k], yuan * share // 100, k)
    assert bool(alerts(run(till.s), "PAY-08", till.shop)) is found


@pytest.mark.parametrize(("hour", "card", "found"), [(23, "借记卡", True), (14, "信用卡", True), (14, "借记卡", False)])
def test_three_of_four(hour: int, card: str, found: bool) -> None:
    till = Till("signs")
    for k in range(5):
        till.swipe(0, k, 49_900, hour=hour, card=card)
        till.give(1, till.others[k], back(49_900), k)
    assert bool(alerts(run(till.s), "PAY-08")) is found


def test_a_payment_that_is_not_at_a_till_is_no_sale() -> None:
    till = Till("plain")
    for k in range(HOLDERS):
        till.s.pay(f"2016-08-01T23:{k:02d}", till.cards[k], till.account, 49_900, memo="信用卡")
        till.give(1, till.others[k], back(49_900), k)
    assert alerts(run(till.s), "PAY-08") == []


def test_shops_that_share_a_terminal_are_told_together() -> None:
    alert = only(run(rotating_shops().scenario), "PAY-08")
    assert (alert.values["n_merchants"], len(alert.subjects), alert.values["n_terminals"]) == (4, 4, 1)


def test_who_only_shares_a_terminal_is_not_named() -> None:
    till = Till("beside")
    beside = till.s.org()
    other = till.s.account(beside, "MERCHANT_SETTLE")
    for k in range(5):
        till.swipe(0, k, 49_900)
        till.give(1, till.others[k], back(49_900), k)
    till.swipe(0, 5, 120, into=other)
    alert = only(run(till.s), "PAY-08")
    assert (alert.subjects, alert.values["n_merchants"]) == ([till.shop], 2)


def test_customers_of_one_terminal_are_not_tied_to_each_other() -> None:
    """Five payments from one device tie an account to it – but the device of a till is the merchant's."""
    till = Till("ties")
    for day in range(5):
        for k in range(HOLDERS):
            till.swipe(day, k, 100)
    engine = run(till.s)
    register = engine.core.world.register
    assert all(not register.related(holder, engine.core.world.day) for holder in till.holders)


@pytest.mark.parametrize(("fields", "how"), [
    ({"rail": "UNIONPAY"}, AT_TILL), ({"channel": "POS"}, AT_TILL), ({"channel": "qr"}, AT_TILL),
    ({"channel": "pos_credit"}, BY_CREDIT_CARD), ({"rail": "UNIONPAY", "memo": "贷记卡消费"}, BY_CREDIT_CARD),
    ({"memo": "信用卡还款"}, NO_TILL), ({"channel": "mobile"}, NO_TILL), ({"rail": "CASH", "memo": "信用卡"}, IN_CASH),
    ({}, NO_TILL),
])  # fmt: skip
def test_how_a_payment_was_made_in_person(fields: dict[str, str], how: int) -> None:
    s = Scenario("how")
    s.pay("2016-08-01", "a", "b", 1, **fields)
    assert tills_of(next(batches(s.events(), 10))[0]).tolist() == [how]


def test_terminals_join_merchants_directly_and_by_others() -> None:
    terminal, place = np.array([7, 7, 8, 8, 9, NONE, NONE]), np.array([0, 1, 1, 2, 3, 4, 5])
    assert joined_by_terminals(6, terminal, place).tolist() == [0, 0, 0, 3, 4, 5]
