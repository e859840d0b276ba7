"""ILF-07: sellers whose buyers get fixed payments and their money back, and sellers who sell."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
PRICE = 20_000


class Shop:
    """A company that sells to ten persons; number n pays 20,000 yuan and every third of them twice as much."""

    def __init__(self, name: str, title: str | None = "盐城绿海林业开发有限公司", people: int = 10) -> None:
        self.s = Scenario(name)
        self.party = self.s.org(name=title)
        self.purse = self.s.account(self.party, holds=2_000_000)
        self.accounts = [self.s.account(self.s.person(), "PERSONAL_I") for _ in range(people)]

    def yuan(self, number: int) -> int:
        return PRICE * (1 + number % 3 // 2)

    def total(self) -> int:
        return sum(map(self.yuan, range(len(self.accounts))))

    def sell(self, flow: str | None = None) -> None:
        for number, account in enumerate(self.accounts):
            self.s.pay(f"{DAY}T10:{number:02d}", account, self.purse, self.yuan(number), flow)

    def pay(self, days: int, permille: int, payer: str | None = None, flow: str | None = None) -> None:
        for number, account in enumerate(self.accounts):
            self.s.pay(f"{days_after(DAY, days)}T15:{number:02d}", payer or self.purse, account,
                       self.yuan(number) * permille // 1_000, flow)  # fmt: skip

    def run(self, rents: int = 3, payer: str | None = None, flow: str | None = None) -> None:
        """2 % every twenty days, and at the end the price."""
        self.sell()
        for turn in range(1, rents + 1):
            self.pay(20 * turn, 20, payer, flow)
        self.pay(20 * rents + 15, 1_000, payer, flow)

    def stock(self, percent: int, payee: str | None = None, basis: str = "source") -> None:
        """Goods bought for so much of the sales."""
        supplier = payee or self.s.account(self.s.org())
        self.s.pay(f"{days_after(DAY, 2)}T09:00", self.purse, supplier, self.total() * percent // 100, "SUPPLIER", basis)

    def told(self) -> Told:
        return Told(self.s, self.party)


def trees() -> Told:
    """Trees are sold, leased back and bought back."""
    shop = Shop("trees")
    shop.run()
    return shop.told()


def called_rent() -> Told:
    """The bank's code calls all of it rent and goods, and the name says nothing."""
    shop = Shop("rent", "盐城宏图管理有限公司")
    shop.sell("SUPPLIER")
    for turn in (1, 2, 3):
        shop.pay(20 * turn, 20, flow="RENT")
    shop.pay(75, 1_000, flow="SUPPLIER")
    return shop.told()


def sister_pays() -> Told:
    """A firm in the same hand pays, and sells the seller its “goods”."""
    shop = Shop("sister", "盐城陈藏白酒销售有限公司")
    owner, sister = shop.s.person(), shop.s.org()
    for firm in (shop.party, sister):
        shop.s.owns(owner, firm, 100)
    account = shop.s.account(sister, holds=1_000_000)
    shop.stock(80, account)
    shop.run(payer=account)
    return shop.told()


def promised() -> Told:
    """Three years are not over; the advert says what comes then."""
    shop = Shop("promise", "盐城福寿康养管理有限公司")
    shop.s.text(f"{DAY}T08:00", shop.party, "商铺认购，每月返租，三年后原价回购")
    shop.sell()
    for turn in range(1, 5):
        shop.pay(20 * turn, 20)
    return shop.told()


def goods_are_there() -> Told:
    """A third of what the buyers paid goes to suppliers: LA-COOP."""
    shop = Shop("goods")
    shop.stock(30)
    shop.run()
    return shop.told()


def nine_buyers() -> Told:
    shop = Shop("nine", people=9)
    shop.run()
    return shop.told()


def two_payments() -> Told:
    """Two repairs, and the goods taken back."""
    shop = Shop("two")
    shop.run(rents=2)
    return shop.told()


def harvests() -> Told:
    """Growers paid for seedlings; what their harvests bring is never the same, and in the end the firm returns the deposit."""
    shop = Shop("harvest", "盐城甜园果园农业有限公司")
    shop.sell()
    for turn, permille in enumerate((20, 35, 11, 52)):
        shop.pay(20 * (turn + 1), permille)
    shop.pay(95, 1_000)
    return shop.told()


def no_promise() -> Told:
    """Growers sell their honey at one price every month, and nobody has promised anything."""
    shop = Shop("honey", "盐城甜园养殖有限公司")
    shop.s.text(f"{DAY}T08:00", shop.party, "谨防“原价回购”骗局，本社养殖蜂蜜不承诺回购")
    shop.sell()
    for turn in range(1, 5):
        shop.pay(20 * turn, 20)
    return shop.told()


EVASIONS = {"called rent": called_rent, "sister pays": sister_pays, "promised": promised}
LAWFUL = {
    "goods are there": goods_are_there,
    "nine buyers": nine_buyers,
    "two payments": two_payments,
    "harvests": harvests,
    "no promise": no_promise,
}
