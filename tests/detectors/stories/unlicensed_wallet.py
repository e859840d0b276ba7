"""PAY-10: balances that are topped up, paid with and cashed without a licence, in many dresses, and what only looks like it."""

from collections.abc import Callable
from typing import Any

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-08-01"
USERS = 100


class Wallet:
    """A company and its users; each tops up on one of five days and takes out on one of the next."""

    def __init__(self, name: str, users: int = USERS, **fields: Any) -> None:
        self.s = Scenario(name)
        self.company = self.s.org(**fields)
        self.account = self.s.account(self.company)
        self.people = [self.s.person() for _ in range(users)]
        self.banks = [self.s.account(person) for person in self.people]

    def move(self, day: int, k: int, payer: str, payee: str, yuan: int, flow: str | None = None, memo: str | None = None,
             hour: int = 10, **fields: Any) -> None:  # fmt: skip
        moment = f"{days_after(START, day)}T{hour + k // 60:02d}:{k % 60:02d}"
        self.s.pay(moment, payer, payee, yuan, flow, memo=memo, **fields)

    def top_up(self, k: int, yuan: int = 500, into: str | None = None, flow: str | None = "TOPUP", **fields: Any) -> None:
        self.move(k % 5, k, self.banks[k], into or self.account, yuan, flow, **fields)

    def cash(self, k: int, yuan: int, payer: str | None = None, flow: str | None = "WITHDRAW", **fields: Any) -> None:
        self.move(k % 5 + 3, k, payer or self.account, self.banks[k], yuan, flow, hour=16, **fields)

    def told(self) -> Told:
        return Told(self.s, self.company)


def taken(k: int) -> int:
    """Half of the users paid 200 of their 500 to the other half."""
    return 300 if k % 2 else 700


def users_pay_each_other() -> Told:
    """A hundred users put in 500 yuan each; half of them take out 300, the others 700."""
    w = Wallet("each")
    for k in range(USERS):
        w.top_up(k)
    for k in range(USERS):
        w.cash(k, taken(k))
    return w.told()


def game_coins() -> Told:
    """“Game coins” that are bought, passed on and “bought back” to the bank account."""
    w = Wallet("coins")
    for k in range(USERS):
        w.top_up(k, flow=None, memo="买游戏币")
    for k in range(USERS):
        w.cash(k, taken(k), flow=None, memo="回收游戏币")
    return w.told()


def sister_pays_out() -> Told:
    """One company takes the money, another of the same owner pays it out."""
    w = Wallet("sister")
    firm = w.s.org()
    w.s.owns(w.company, firm, 100)
    till = w.s.account(firm, holds=100_000)
    for k in range(USERS):
        w.top_up(k)
    for k in range(USERS):
        w.cash(k, taken(k), payer=till)
    return w.told()


def by_the_book() -> Told:
    """Payment accounts under the company's master account; users pay each other on its book."""
    w = Wallet("book")
    wallets = [w.s.account(person, "PAYMENT_ACCT", master_account=w.account) for person in w.people]
    for k in range(USERS):
        w.top_up(k, into=wallets[k], flow=None)
    for k in range(0, USERS, 2):
        w.move(k % 5 + 1, k, wallets[k], wallets[k + 1], 20, rail="PI_BOOK", hour=12)
    for k in range(USERS):
        w.cash(k, 480 + 40 * (k % 2), payer=wallets[k], flow=None)
    return w.told()


def run_by_platform() -> Told:
    """The same, the accounts told as the platform's; top-ups go into them and spending goes to shops."""
    w = Wallet("platform")
    shops = [w.s.account(w.s.org(), "MERCHANT_SETTLE") for _ in range(4)]
    wallets = [w.s.account(person, "PAYMENT_ACCT", platform=w.company) for person in w.people]
    for k in range(USERS):
        w.top_up(k, into=wallets[k])
        w.move(k % 5 + 1, k, wallets[k], shops[k % 4], 30, hour=12)
    for k in range(USERS):
        w.cash(k, 470, payer=wallets[k])
    return w.told()


def by_order() -> Told:
    """The company pays shops by the order of the top-up."""
    w = Wallet("order")
    shop = w.s.account(w.s.org(), "MERCHANT_SETTLE")
    for k in range(USERS):
        w.top_up(k, order_id=f"W{k}")
        w.move(k % 5 + 1, k, w.account, shop, 20, "MERCH_SETTLE", order_id=f"W{k}", hour=12)
    for k in range(USERS):
        w.cash(k, 480)
    return w.told()


def shops_settled() -> Told:
    """Users pay at shops, which are settled together."""
    w = Wallet("shops")
    shops = [w.s.account(w.s.org(), "MERCHANT_SETTLE") for _ in range(3)]
    for k in range(USERS):
        w.top_up(k, flow=None, memo="余额充值")
    for k, shop in enumerate(shops):
        w.move(6, k, w.account, shop, 1_500, None, "商户结算")
    for k in range(USERS):
        w.cash(k, 450, flow=None, memo="余额提现")
    return w.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def licensed(**fields: Any) -> Callable[[], Told]:
    """The same with a licence for internet payment."""

    def story() -> Told:
        w = Wallet("licensed")
        w.s.licence(w.company, "payment", **fields)
        for k in range(USERS):
            w.top_up(k)
        for k in range(USERS):
            w.cash(k, taken(k))
        return w.told()

    return story


def points_that_stay() -> Told:
    """Game points: bought, never paid out; shops of the game are paid for advertising."""
    w = Wallet("points")
    for k in range(USERS):
        w.top_up(k, flow=None, memo="充值游戏币")
    for k in range(5):
        w.move(8, k, w.account, w.s.account(w.s.org()), 900, "SUPPLIER")
    return w.told()


def membership() -> Told:
    """A sauna's balances are spent at the sauna; who moves away gets the rest back."""
    w = Wallet("sauna")
    for k in range(USERS):
        w.top_up(k, memo="会员卡充值", flow=None)
    for k in range(USERS):
        w.cash(k, 100 + k, flow=None, memo="退卡")
    return w.told()


def deposits() -> Told:
    """Deposits for bicycles, given back whole."""
    w = Wallet("bicycle")
    for k in range(USERS):
        w.top_up(k, 299, flow=None, memo="押金充值")
    for k in range(USERS):
        w.cash(k, 299, flow=None, memo="押金余额提现")
    return w.told()


def inside_a_licensed_reserve() -> Told:
    """A market place whose users' money lies in a licensed institution's reserve."""
    w = Wallet("escrow")
    institution = w.s.org(sector="PAY")
    w.s.licence(institution, "payment")
    reserve = w.s.account(institution, "RSV_CENTRAL")
    for k in range(USERS):
        w.top_up(k, into=reserve)
    for k in range(USERS):
        w.cash(k, taken(k), payer=reserve)
    return Told(w.s, w.company)


def fewer_users() -> Told:
    """Ninety-nine users."""
    w = Wallet("fewer", users=99)
    for k in range(99):
        w.top_up(k)
    for k in range(99):
        w.cash(k, taken(k))
    return w.told()


def refunds() -> Told:
    """An online shop: orders are paid, and some are refunded in part by the source's code."""
    w = Wallet("shop")
    for k in range(USERS):
        w.top_up(k)
        w.cash(k, taken(k) if k % 2 else 500, flow="REFUND")
    return w.told()


EVASIONS = {
    "game coins": game_coins,
    "sister pays out": sister_pays_out,
    "by the book": by_the_book,
    "run by the platform": run_by_platform,
    "by order": by_order,
    "shops settled": shops_settled,
}
LAWFUL = {
    "licensed": licensed(),
    "licensed for internet payment": licensed(scope=["互联网支付"]),
    "points that stay": points_that_stay,
    "membership": membership,
    "deposits": deposits,
    "inside a licensed reserve": inside_a_licensed_reserve,
    "fewer users": fewer_users,
    "refunds": refunds,
}
