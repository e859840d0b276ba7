"""TV-04: venues that trade like an exchange, and those that may or do not."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"  # a Monday


class Board:
    """A venue and one product, ``share``; people buy of an issuer and of each other."""

    def __init__(self, name: str, describe: str | None = None, product: str = "紫檀份额") -> None:
        self.s, self.product = Scenario(name), product
        self.venue, self.issuer = self.s.platform("TV"), self.s.org()
        if describe is not None:
            self.s.product(f"{DAY}T09:00", "PRODUCT", self.venue, product=product, term_days=0, describe=describe)

    def trade(self, day: int, seller: str, buyer: str, yuan: int = 10_000, units: int = 10, hour: str = "10:00") -> None:
        self.s.product(f"{days_after(DAY, day)}T{hour}", "TRADE", self.venue, yuan, product=self.product, from_party=seller,
                       to_party=buyer, units=units)  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.venue)


def sold_next_day() -> Told:
    """Four people buy on Friday and sell on the Tuesday after: two trading days."""
    b = Board("next")
    for number in range(4):
        person, other = b.s.person(), b.s.person()
        b.trade(4, b.issuer, person, hour=f"10:{number:02d}")
        b.trade(8, person, other, 11_000, hour=f"10:{number:02d}")
    return b.told()


def rules_of_its_own() -> Told:
    """The product's rules name continuous bidding; two people hold it."""
    b = Board("rules", "本品种采用连续竞价方式交易，T+0")
    b.trade(1, b.issuer, b.s.person(), 60_000)
    b.trade(9, b.issuer, b.s.person(), 60_000)
    return b.told()


def equal_shares() -> Told:
    """The site offers equal shares to the public; nothing was traded yet."""
    b = Board("shares")
    b.s.text(f"{DAY}T09:00", b.venue, "邮币卡等额份额，面向社会公开发行，线上申购", "site")
    b.s.product(f"{days_after(DAY, 1)}T09:00", "SUBSCRIBE", b.venue, 20_000, investor=b.s.person(), product=b.product,
                due="2017-06-13")  # fmt: skip
    return b.told()


def nominees() -> Told:
    """Forty names on the list: an agent holds for a hundred others by contract, a partnership for seventy."""
    b = Board("nominees")
    agent, partnership = b.s.person(), b.s.org(name="盐城木艺投资合伙企业（有限合伙）")
    for _ in range(100):
        b.s.tie("AGREEMENT", b.s.person(), agent)
    for _ in range(70):
        b.s.owns(b.s.person(), partnership, 1)
    for number, holder in enumerate((agent, partnership, *(b.s.person() for _ in range(38)))):
        b.trade(number // 5, b.issuer, holder, 1_000, 1, hour=f"11:{number:02d}")
    return b.told()


def vehicle() -> Told:
    """A vehicle holds the product; two hundred and one people subscribed to it."""
    b = Board("vehicle")
    manager = b.s.platform("AM")
    pot = b.s.org(name="盐城文化艺术品一号")
    for number in range(201):
        moment = f"{DAY}T10:{number // 60:02d}:{number % 60:02d}"
        b.s.product(moment, "SUBSCRIBE", manager, 500, investor=b.s.person(), product=pot, due="2017-06-13")
    b.s.product(f"{days_after(DAY, 1)}T10:00", "HOLDING", b.venue, 100_000, vehicle=pot, asset=b.product)
    return b.told()


def approved_exchange() -> Told:
    """An exchange with its licence trades continuously, in and out on one day."""
    b = Board("exchange", "采用连续竞价")
    b.s.licence(b.venue, "exchange")
    for number in range(5):
        person = b.s.person()
        b.trade(1, b.issuer, person, hour=f"10:{number:02d}")
        b.trade(1, person, b.issuer, 11_000, hour=f"14:{number:02d}")
    return b.told()


def by_agreement() -> Told:
    """The rules exclude bidding; transfers are agreed one by one, one of them soon after the purchase."""
    b = Board("agreement", "协议转让，不采用集合竞价、连续竞价、做市商等集中交易方式")
    people = [b.s.person() for _ in range(6)]
    for number, person in enumerate(people):
        b.trade(number, b.issuer, person)
    b.trade(6, people[5], b.s.person())
    for number, person in enumerate(people[:4]):
        b.trade(20 + number, person, b.s.person())
    return b.told()


def auction() -> Told:
    """Lots are auctioned to 150 bidders, each for himself."""
    b = Board("auction")
    for number in range(150):
        b.trade(number // 10, b.issuer, b.s.person(), 8_000, 1, hour=f"1{number % 10}:00")
    return b.told()


def spot_market() -> Told:
    """A wholesale market: 210 firms buy goods, some sell them on at once; all is paid by invoice."""
    b = Board("spot", product="螺纹钢")
    seller = b.s.account(b.issuer)
    for number in range(210):
        firm, hour = b.s.org(), f"{10 + number // 60}:{number % 60:02d}"
        b.trade(0, b.issuer, firm, 5_000, 2, hour)
        b.s.pay(f"{DAY}T{hour}:30", b.s.account(firm), seller, 5_000, "SUPPLIER", product=b.product)
        if number < 5:
            b.trade(1, firm, b.s.org(), 5_200, 2, hour)
    return b.told()


def over_the_holiday() -> Told:
    """Bought before a week of holidays, sold five trading days later."""
    b = Board("holiday")
    for number in range(4):
        person = b.s.person()
        b.s.product(f"2016-09-29T10:{number:02d}", "TRADE", b.venue, 10_000, product=b.product, from_party=b.issuer,
                    to_party=person, units=10)  # fmt: skip
        b.s.product(f"2016-10-13T10:{number:02d}", "TRADE", b.venue, 11_000, product=b.product, from_party=person,
                    to_party=b.s.person(), units=10)  # fmt: skip
    return b.told()


EVASIONS = {"sold next day": sold_next_day, "rules of its own": rules_of_its_own, "equal shares": equal_shares,
            "nominees": nominees, "vehicle": vehicle}  # fmt: skip
LAWFUL = {"approved exchange": approved_exchange, "by agreement": by_agreement, "auction": auction, "spot market": spot_market,
          "over the holiday": over_the_holiday}  # fmt: skip
