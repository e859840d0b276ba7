"""PAY-09: one card for many shops without a licence, its evasions, a licensed card sold for cash, and cards of one house."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-08-01"
BUYERS = 60
SHOPS = 5
CARD_YUAN = 2_000
WEEKS = 4


class Issuer:
    """A company, people who buy its cards, and shops."""

    def __init__(self, name: str, holds: int | None = None, **fields: Any) -> None:
        self.s = Scenario(name)
        self.company = self.s.org(**fields)
        self.account = self.s.account(self.company, holds=holds)
        self.people = [self.s.account(self.s.person()) for _ in range(BUYERS)]

    def sell(self, memo: str | None = "购卡", flow: str | None = None, yuan: int = CARD_YUAN, **fields: Any) -> None:
        """Ten cards a day for six days."""
        for k, buyer in enumerate(self.people):
            self.s.pay(f"{days_after(START, k // 10)}T10:{k % 10:02d}", buyer, self.account, yuan, flow, memo=memo, **fields)

    def shops(self, count: int = SHOPS, role: str = "MERCHANT_SETTLE") -> list[str]:
        return [self.s.account(self.s.org(), role) for _ in range(count)]

    def settle(self, shops: Sequence[str], memo: str | None = "特约商户结算", payer: str | None = None, flow: str | None = None,
               percent: int = 60) -> None:  # fmt: skip
        """Every week an uneven part of what was sold goes to the shops."""
        whole = BUYERS * CARD_YUAN * percent // 100 // WEEKS
        for week in range(WEEKS):
            for k, shop in enumerate(shops):
                yuan = whole * (k + 1) * 2 // (len(shops) * (len(shops) + 1)) + week
                self.s.pay(f"{days_after(START, 7 * week + 7)}T15:{k:02d}", payer or self.account, shop, yuan, flow, memo=memo)

    def told(self) -> Told:
        return Told(self.s, self.company)


def one_card_many_shops() -> Told:
    """Sixty people buy cards of 2,000 yuan; five companies' shops are settled every week."""
    card = Issuer("card")
    card.sell()
    card.settle(card.shops())
    return card.told()


def topped_up() -> Told:
    """The bank's own codes on both sides."""
    card = Issuer("codes")
    card.sell(None, "TOPUP")
    card.settle(card.shops(), None, flow="MERCH_SETTLE")
    return card.told()


def called_points() -> Told:
    """“Points” are bought and “exchanged” at the shops."""
    card = Issuer("points")
    card.sell("购积分")
    card.settle(card.shops(), "积分兑换")
    return card.told()


def called_goods() -> Told:
    """A “membership” that other companies' shops take; they are paid for “goods”."""
    card = Issuer("member")
    card.sell("会员卡充值")
    card.settle(card.shops(), "货款")
    return card.told()


def shops_by_their_customers() -> Told:
    """The shops have no merchant's account, but customers; nothing is said on paying them."""
    card = Issuer("customers")
    card.sell("储值")
    shops = card.shops(role="OWN_BASIC")
    for shop in shops:
        for k in range(12):
            card.s.pay(f"{days_after(START, k)}T12:{k:02d}", card.people[k], shop, f"{30 + k}.50")
    card.settle(shops, None)
    return card.told()


def face_values() -> Told:
    """Nothing is said on selling; the sums are whole hundreds, and the settlements are told."""
    card = Issuer("faces")
    card.sell(None)
    card.settle(card.shops())
    return card.told()


def sister_settles() -> Told:
    """A subsidiary gets the money and settles."""
    card = Issuer("sister")
    firm = card.s.org()
    card.s.owns(card.company, firm, 100)
    account = card.s.account(firm)
    card.sell()
    card.s.pay(f"{days_after(START, 6)}T09:00", card.account, account, BUYERS * CARD_YUAN)
    card.settle(card.shops(), payer=account, percent=95)
    return card.told()


def beyond_the_licence() -> Told:
    """A licence for acquiring only."""
    card = Issuer("scope")
    card.s.licence(card.company, "payment", scope=["银行卡收单"])
    card.sell()
    card.settle(card.shops())
    return card.told()


def for_cash(name: str, payers: str, **fields: Any) -> Callable[[], Told]:
    """A licensed issuer sells cards in cash over the line, or by credit card."""

    def story() -> Told:
        card = Issuer(name)
        card.s.licence(card.company, "payment", scope=["预付卡发行与受理"])
        buyer = card.s.account(card.s.org() if payers == "company" else card.s.person())
        for k in range(2):
            yuan = 3_000 if payers == "company" else 26_000
            card.s.pay(f"{START}T11:{k:02d}", buyer, card.account, yuan, memo="购卡", **fields)
        return card.told()

    return story


# -- lawful ------------------------------------------------------------------------------------------------------------


def own_group() -> Told:
    """A card of one group: the shops are its subsidiaries."""
    card = Issuer("group")
    shops = []
    for _ in range(SHOPS):
        shop = card.s.org()
        card.s.owns(card.company, shop, 100)
        shops.append(card.s.account(shop, "MERCHANT_SETTLE"))
    card.sell()
    card.settle(shops)
    return card.told()


def franchise() -> Told:
    """A brand's card: the shops are tied to it by contract."""
    card = Issuer("brand")
    shops = []
    for _ in range(SHOPS):
        shop = card.s.org()
        card.s.tie("AGREEMENT", card.company, shop)
        shops.append(card.s.account(shop, "MERCHANT_SETTLE"))
    card.sell("会员卡充值")
    card.settle(shops)
    return card.told()


def gym() -> Told:
    """A gym sells cards and pays a landlord and, weekly, two suppliers that no customer ever pays."""
    card = Issuer("gym")
    card.sell("办卡")
    card.settle(card.shops(2, "OWN_BASIC"), "货款")
    card.s.pay("2016-08-20", card.account, card.s.account(card.s.org(), "OWN_BASIC"), 20_000, "RENT")
    return card.told()


def one_partner() -> Told:
    """A cinema's card that one café takes: one company, not two."""
    card = Issuer("cinema")
    card.sell()
    card.settle(card.shops(1))
    return card.told()


def few_buyers() -> Told:
    """Forty-nine buyers."""
    card = Issuer("few")
    card.people = card.people[:49]
    card.sell(yuan=2_500)
    card.settle(card.shops())
    return card.told()


def transit() -> Told:
    """The city's transit card, by its registered scope."""
    card = Issuer("bus", scope_text="城市公共交通一卡通服务")
    card.sell("充值")
    card.settle(card.shops())
    return card.told()


def licensed() -> Told:
    """The same card with a licence for it; nobody pays in cash over the line."""
    card = Issuer("licensed")
    card.s.licence(card.company, "payment", scope=["预付卡发行与受理"])
    card.sell()
    card.settle(card.shops())
    card.s.pay(f"{START}T11:00", card.people[0], card.account, 49_900, memo="购卡", rail="CASH")
    return card.told()


def tuition() -> Told:
    """A school: fees in whole hundreds, weekly payments to two canteens that everybody uses – and no card."""
    card = Issuer("school")
    card.sell("学费")
    card.settle(card.shops(2), "伙食")
    return card.told()


EVASIONS = {
    "codes": topped_up,
    "points": called_points,
    "called goods": called_goods,
    "shops by their customers": shops_by_their_customers,
    "face values": face_values,
    "sister settles": sister_settles,
    "beyond the licence": beyond_the_licence,
    "for cash, company": for_cash("cash1", "company", rail="CASH"),
    "for cash, person": for_cash("cash2", "person", rail="CASH"),
    "by credit card": for_cash("credit", "person", channel="pos_credit"),
}
LAWFUL = {
    "own group": own_group,
    "franchise": franchise,
    "gym": gym,
    "one partner": one_partner,
    "few buyers": few_buyers,
    "transit": transit,
    "licensed": licensed,
    "tuition": tuition,
}
