"""Legs of yields: to which product a payment is put, and how long it is remembered."""

import numpy as np

from chuantou.graph.interest import BONUS, FEE, INTEREST, RECEIVED, Leg, ProductLegs, principal_days
from chuantou.graph.obligations import Book
from chuantou.schemas.clock import shanghai_day
from tests.detectors.scenario import at, run
from tests.detectors.stories.own_money_subsidy import END, START, Loan


def leg(day, what, *fen):
    return Leg(day, what, np.arange(len(fen)), np.array(fen, np.int64))


def test_net_is_exact_beyond_the_view():
    legs = ProductLegs()
    for one in (leg(1, INTEREST, 70, 30), leg(1, RECEIVED, 120), leg(2, FEE, 15), leg(9, BONUS, 11)):
        legs.add(one)
    assert legs.net == 100 - 120 + 15 + 11
    legs.forget(5)
    assert (legs.before_paid, legs.before_received, legs.net) == (100, 105, 6)
    assert (legs.total(INTEREST, BONUS), legs.total(RECEIVED)) == (11, 0)
    assert legs.copy().legs is not legs.legs


def test_sums_of_a_listing_and_its_end():
    x = Loan("sum")
    x.repay("22191.78")
    x.s.pay(f"{END}T09:30", x.pot, x.own, "1232.88", "FEE", listing="L1")
    x.pay_out("20958.90")
    engine = run(x.s)
    legs = engine.core.world.interest.of[x.platform]["L1"]
    assert {what: legs.total(what) for what in (INTEREST, BONUS, RECEIVED, FEE)} == {
        INTEREST: 2_095_890, BONUS: 0, RECEIVED: 2_219_178, FEE: 123_288,
    }  # fmt: skip
    assert legs.net == 0


def test_what_nobody_watched_lends_is_not_kept():
    x = Loan("other")
    stranger = x.s.org()
    x.s.product(f"{START}T09:00", "LISTING", stranger, 1_000, listing="Z", borrower=x.borrower, term_days=30)
    x.s.pay(f"{END}T15:00", x.s.account(stranger), x.client, 10, "RETURN_INT", listing="Z")
    assert run(x.s).core.world.interest.of == {}


def test_a_product_without_a_payment_in_the_view_is_forgotten():
    x = Loan("gone")
    x.repay("100")
    x.s.person("2017-03-01")
    assert run(x.s).core.world.interest.of == {x.platform: {}}


def test_principal_days():
    x = Loan("days")
    x.close(START)
    book = Book(x.platform)
    for e in x.s.told:
        if getattr(e, "platform", None) == x.platform and hasattr(e, "principal_fen"):
            book.apply(e)
    assert principal_days(book, "L1", shanghai_day(at(END))) == []
    x = Loan("days")
    book = Book(x.platform)
    for e in x.s.told:
        if getattr(e, "platform", None) == x.platform and hasattr(e, "principal_fen"):
            book.apply(e)
    day = shanghai_day(at(START))
    assert principal_days(book, "L1", day + 10) == [("C-L1", 100_000_000, 10)]
    assert principal_days(book, "L1", day + 500) == [("C-L1", 100_000_000, 90)]
    assert principal_days(None, "L1", day) == []
