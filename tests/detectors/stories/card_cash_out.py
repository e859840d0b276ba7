"""PAY-08: a till that gives cash for credit, its evasions, terminals sold to anybody, and tills that look like it."""

from collections.abc import Callable
from typing import Any

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-08-01"
DAYS = 5
HOLDERS = 6
FEE_PERCENT = 1


class Till:
    """A small merchant with a terminal, and people with a card and another account."""

    def __init__(self, name: str, person: bool = False, **fields: Any) -> None:
        self.s = Scenario(name)
        self.shop = self.s.person() if person else self.s.org(**fields)
        self.account = self.s.account(self.shop, "MERCHANT_SETTLE")
        self.holders = [self.s.person() for _ in range(HOLDERS)]
        self.cards = [self.s.account(holder, "UNKNOWN") for holder in self.holders]
        self.others = [self.s.account(holder) for holder in self.holders]

    def swipe(self, day: int, k: int, yuan: int, hour: int = 23, card: str = "信用卡", into: str | None = None,
              terminal: str = "T1", **fields: Any) -> None:  # fmt: skip
        self.s.pay(f"{days_after(START, day)}T{hour:02d}:{k:02d}", self.cards[k % HOLDERS], into or self.account, yuan,
                   rail="UNIONPAY", channel="pos", device=f"{self.s.name}-{terminal}", memo=f"{card}消费", **fields)  # fmt: skip

    def give(self, day: int, payee: str, yuan: int, minute: int, payer: str | None = None, hour: int = 9, **fields: Any) -> None:
        self.s.pay(f"{days_after(START, day)}T{hour:02d}:{minute:02d}", payer or self.account, payee, yuan, **fields)

    def told(self) -> Told:
        return Told(self.s, self.shop)


def amount(day: int, k: int) -> int:
    """Just below ten thousand yuan, another sum each time."""
    return 9_900 + (day * 7 + k * 13) % 90


def back(yuan: int) -> int:
    return yuan * (100 - FEE_PERCENT) // 100


def night_shop() -> Told:
    """Six people draw just below 10,000 yuan each night by credit card and have it back next morning less 1 %."""
    till = Till("night")
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k))
            till.give(day + 1, till.others[k], back(amount(day, k)), k)
    return till.told()


def individual() -> Told:
    """The terminal is a natural person's."""
    till = Till("person", person=True)
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k))
            till.give(day + 1, till.others[k], back(amount(day, k)), k)
    return till.told()


def by_day() -> Told:
    """In office hours: shape and cards still tell."""
    till = Till("day")
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k), hour=14)
            till.give(day, till.others[k], back(amount(day, k)), k, hour=16)
    return till.told()


def odd_amounts() -> Told:
    """Amounts of no particular shape, at night and by credit card."""
    till = Till("odd")
    for day in range(DAYS):
        for k in range(HOLDERS):
            yuan = 7_310 + day * 131 + k * 77
            till.swipe(day, k, yuan)
            till.give(day + 1, till.others[k], back(yuan), k)
    return till.told()


def rotating_shops() -> Told:
    """Four shops with one terminal take turns; none reaches the line alone."""
    till = Till("turns")
    shops = [till.account, *(till.s.account(till.s.org(), "MERCHANT_SETTLE") for _ in range(3))]
    for day in range(4):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k) + 10 * (not day), into=shops[day])
            till.give(day + 1, till.others[k], back(amount(day, k)), k, payer=shops[day])
    return till.told()


def operator_pays() -> Told:
    """The shop's owner pays out from his own account."""
    till = Till("owner")
    owner = till.s.person()
    till.s.owns(owner, till.shop, 100)
    purse = till.s.account(owner)
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k))
            till.give(day + 1, till.others[k], back(amount(day, k)), k, payer=purse)
    return till.told()


def friends_device() -> Told:
    """The money goes to other persons, who pay from the cardholders' phones."""
    till = Till("friends")
    friends = []
    for k in range(HOLDERS):
        for account in (till.others[k], till.s.account(till.s.person())):
            till.s.account_event("DEVICE_BIND", account, "2015-09-02", device=f"phone-{k}")
            friends.append(account)
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k))
            till.give(day + 1, friends[2 * k + 1], back(amount(day, k)), k)
    return till.told()


def called_refund() -> Told:
    """“Refunds” – to another account than the card that paid."""
    till = Till("refund")
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, amount(day, k))
            till.give(day + 1, till.others[k], back(amount(day, k)), k, flow="REFUND")
    return till.told()


def through_an_acquirer() -> Told:
    """The cards are taken by a licensed acquirer, which settles each sale to the shop by its order."""
    till = Till("acquirer")
    acquirer = till.s.org(sector="PAY")
    till.s.licence(acquirer, "payment")
    reserve = till.s.account(acquirer, "RSV_CENTRAL")
    for day in range(DAYS):
        for k in range(HOLDERS):
            order = f"O{day}-{k}"
            till.swipe(day, k, amount(day, k), into=reserve, order_id=order)
            till.s.pay(f"{days_after(START, day + 1)}T09:{k:02d}", reserve, till.account, amount(day, k) - 30, "MERCH_SETTLE",
                       order_id=order)  # fmt: skip
            till.give(day + 1, till.others[k], back(amount(day, k)), k, hour=20)
    return till.told()


def terminals_for_everybody() -> Told:
    """A firm advertises “POS machines without a shop”, gets the sales of thirty and pays the thirty persons."""
    till = Till("offers")
    till.s.text("2016-07-20", till.shop, "个人POS机办理，无需营业执照，秒到账")
    people = [till.s.account(till.s.person()) for _ in range(30)]
    for day in range(4):
        for k in range(30):
            till.swipe(day, k, 2_100 + 37 * k, hour=11, card="借记卡", terminal=f"M{k}")
            till.give(day, people[k], 2_080 + 37 * k, k, hour=18)
    return till.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def corner_shop() -> Told:
    """Debit cards and codes by day; the shop pays its suppliers."""
    till = Till("corner")
    supplier = till.s.account(till.s.org())
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, 9_310 + 41 * k, hour=10 + k, card="借记卡")
        till.give(day + 1, supplier, 40_000, 0)
    return till.told()


def night_market() -> Told:
    """Traders at night, round sums, codes and debit cards; the trader draws his takings to his own account."""
    till = Till("market", person=True)
    purse = till.s.account(till.shop)
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, 9_000, card="扫码")
        till.give(day + 1, purse, 54_000, 0)
    return till.told()


def hotel() -> Told:
    """Credit cards in the evening, and deposits that go back to the card that paid them, by the acquirer's code."""
    till = Till("hotel", scope_text="住宿服务")
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, 9_900)
            till.give(day + 1, till.cards[k], 9_000, k, flow="REFUND")
    return till.told()


def bar() -> Told:
    """Night, credit cards and round sums – and wages once, to people who were never guests."""
    till = Till("bar")
    staff = [till.s.account(till.s.person()) for _ in range(8)]
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, 9_000)
    for k, waiter in enumerate(staff):
        till.give(5, waiter, 32_000, k, flow="PAYROLL")
    return till.told()


def returns_by_order() -> Told:
    """A jeweller takes nearly all of a fair's sales back: the same order, the same card."""
    till = Till("jeweller")
    for day in range(DAYS):
        for k in range(HOLDERS):
            till.swipe(day, k, 9_950, order_id=f"F{day}-{k}")
            till.give(day + 1, till.cards[k], 9_950, k, order_id=f"F{day}-{k}")
    return till.told()


def licensed(name: str, text: bool) -> Callable[[], Told]:
    """A licensed acquirer with its own terminals settles to persons with small shops."""

    def story() -> Told:
        till = Till(name)
        till.s.licence(till.shop, "payment")
        if text:
            till.s.text("2016-07-20", till.shop, "手机POS，个人商户均可申请")
        people = [till.s.account(till.s.person()) for _ in range(30)]
        for day in range(4):
            for k in range(30):
                till.swipe(day, k, 2_100 + 37 * k, hour=11, terminal=f"M{k}")
                till.give(day, people[k], 2_080 + 37 * k, k, hour=18)
        return till.told()

    return story


EVASIONS = {
    "an individual's terminal": individual,
    "by day": by_day,
    "odd amounts": odd_amounts,
    "rotating shops": rotating_shops,
    "the operator pays": operator_pays,
    "friends with the same device": friends_device,
    "called refund": called_refund,
    "through an acquirer": through_an_acquirer,
    "terminals for everybody": terminals_for_everybody,
}
LAWFUL = {
    "corner shop": corner_shop,
    "night market": night_market,
    "hotel": hotel,
    "bar": bar,
    "returns by order": returns_by_order,
    "licensed acquirer": licensed("licence", text=False),
    "licensed acquirer that advertises": licensed("advert", text=True),
}
