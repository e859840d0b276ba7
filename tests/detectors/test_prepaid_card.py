"""PAY-09: the lines that a case must cross, and which words count where."""

import pytest

from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories.prepaid_card import START, Issuer, days_after, for_cash


@pytest.mark.parametrize(("buyers", "yuan", "shops", "found"), [
    (50, 2_000, 2, True), (49, 2_100, 2, False), (50, 1_999, 2, False), (50, 2_000, 1, False),
])  # fmt: skip
def test_the_lines(buyers: int, yuan: int, shops: int, found: bool) -> None:
    card = Issuer("lines")
    card.people = card.people[:buyers]
    card.sell(yuan=yuan)
    card.settle(card.shops(shops))
    assert bool(alerts(run(card.s), "PAY-09", card.company)) is found


@pytest.mark.parametrize(("shoppers", "found"), [(10, True), (9, False)])
def test_an_untold_merchant_is_one_whom_ten_persons_pay(shoppers: int, found: bool) -> None:
    card = Issuer("shoppers")
    card.sell()
    shops = card.shops(2, "OWN_BASIC")
    for shop in shops:
        for k in range(shoppers):
            card.s.pay(f"{days_after(START, k)}T12:00", card.people[k], shop, 35)
    card.settle(shops, "货款")
    assert bool(alerts(run(card.s), "PAY-09")) is found


@pytest.mark.parametrize(("percent", "found"), [(10, True), (9, False)])
def test_untold_settlements_need_a_tenth_of_what_was_sold(percent: int, found: bool) -> None:
    card = Issuer("tenth")
    card.sell()
    for shop in card.shops(2):
        for week in range(4):
            card.s.pay(f"{days_after(START, 7 * week + 7)}T15:00", card.account, shop, 1_500 * percent // 10, memo="货款")
    assert bool(alerts(run(card.s), "PAY-09")) is found


def test_settlements_called_wages_by_the_bank_are_none() -> None:
    card = Issuer("staff")
    card.sell()
    card.settle(card.shops(), None, flow="PAYROLL")
    assert alerts(run(card.s), "PAY-09") == []


def test_old_money_in_the_account_does_not_hide_told_settlements() -> None:
    card = Issuer("old", holds=1_000_000)
    card.sell()
    card.settle(card.shops())
    alert = only(run(card.s), "PAY-09", card.company)
    assert (alert.values["settled_fen"], alert.values["n_merchants"], alert.severity) == (0, 5, "orange")


@pytest.mark.parametrize("fields", [{"rail": "IBPS"}, {"channel": "pos"}])
def test_by_any_other_means_a_licensed_card_may_be_bought(fields: dict[str, str]) -> None:
    assert alerts(run(for_cash("means", "person", **fields)().scenario), "PAY-09") == []
