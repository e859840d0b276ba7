"""PAY-12: an acquirer that goes on settling to the unlicensed after the red alert, and settlements that need no alert."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-08-01"
SHOPS = 14
SALES_YUAN = 60_000
RED_DAY = 8  # with the ninth day 540,000 yuan are settled and most of it is passed on: the alert is red that evening
GRACE = 8  # 9 August is a Tuesday: the fifth working day after it is the 16th, and from the 17th on it counts
PAID_PERCENT = 99


class Channel:
    """A licensed acquirer, and companies to which it settles card sales that they pass on to shops."""

    def __init__(self, name: str, companies: int = 1) -> None:
        self.s = Scenario(name)
        self.acquirer = self.s.org(sector="PAY", reg_region="320902", op_region="320902")
        self.s.licence(self.acquirer, "payment")
        self.reserve = self.s.account(self.acquirer, "RSV_CENTRAL")
        self.companies = [self.s.org() for _ in range(companies)]
        self.tills = [self.s.account(company) for company in self.companies]
        self.shops = [[self.s.account(self.s.org()) for _ in range(SHOPS)] for _ in self.companies]

    def settle(self, day: int, k: int = 0, yuan: int = SALES_YUAN, into: str | None = None) -> None:
        self.s.pay(f"{days_after(START, day)}T09:1{k}", self.reserve, into or self.tills[k], yuan, "MERCH_SETTLE")

    def pass_on(self, day: int, k: int = 0, yuan: int = SALES_YUAN) -> None:
        """Equal shares, and what does not divide to the last shop."""
        whole, shops = yuan * PAID_PERCENT, self.shops[k]
        for number, shop in enumerate(shops):
            fen = whole // len(shops) + (whole % len(shops) if shop == shops[-1] else 0)
            self.s.pay(f"{days_after(START, day)}T14:{number:02d}", self.tills[k], shop, f"{fen // 100}.{fen % 100:02d}")

    def clear(self, first: int, last: int, k: int = 0) -> None:
        """Sales from the first to the last day, each passed on the next morning."""
        for day in range(first, last + 1):
            self.settle(day, k)
            self.pass_on(day + 1, k)

    def told(self) -> Told:
        return Told(self.s, self.acquirer)


def goes_on() -> Told:
    """Red on 9 August; the acquirer settles until the 31st."""
    c = Channel("on")
    c.clear(0, 30)
    return c.told()


def new_contract() -> Told:
    """The company's own contract ends with the alert; its subsidiary gets one."""
    c = Channel("new")
    c.clear(0, RED_DAY)
    firm = c.s.org()
    c.s.owns(c.companies[0], firm, 100)
    account = c.s.account(firm)
    for day in range(RED_DAY + 9, RED_DAY + 15):
        c.settle(day, into=account)
    return c.told()


def three_in_turn() -> Told:
    """Three such companies; two are noticed days later than the first, and all end two days after the first one's grace."""
    c = Channel("three", 3)
    for k, start in enumerate((0, 4, 6)):
        c.clear(start, RED_DAY + GRACE + 1, k)
    return c.told()


def bank_as_channel() -> Told:
    """The channel is a bank that settles out of its own account."""
    c = Channel("bank")
    bank = c.s.bank()
    c.clear(0, RED_DAY)
    account = c.s.account(bank, "BANK_INTERNAL")
    for day in range(RED_DAY + 8, RED_DAY + 12):
        c.s.pay(f"{days_after(START, day)}T09:30", account, c.tills[0], SALES_YUAN, "MERCH_SETTLE")
        c.pass_on(day + 1)
    return Told(c.s, bank)


# -- lawful ------------------------------------------------------------------------------------------------------------


def licensed_company() -> Told:
    """Whom the acquirer settles to has a licence itself."""
    c = Channel("licence")
    c.s.licence(c.companies[0], "payment")
    c.clear(0, 30)
    return c.told()


def chain() -> Told:
    """A chain passes on to its own stores."""
    c = Channel("chain")
    for shop in c.shops[0]:
        c.s.owns(c.companies[0], owner_of(c.s, shop), 100)
    c.clear(0, 30)
    return c.told()


def few_shops() -> Told:
    """A property company passes bills on to five utilities."""
    c = Channel("utilities")
    c.shops[0] = c.shops[0][:5]
    c.clear(0, 30)
    return c.told()


def retailer() -> Told:
    """A supermarket that keeps a trade margin."""
    c = Channel("retailer")
    for day in range(31):
        c.settle(day)
        c.pass_on(day + 1, yuan=SALES_YUAN * 7 // 10)
    return c.told()


def owner_of(s: Scenario, account: str) -> str:
    return next(e.owner for e in s.told if getattr(e, "account", None) == account)  # type: ignore[attr-defined]


EVASIONS = {"new contract": new_contract, "three in turn": three_in_turn, "a bank as channel": bank_as_channel}
LAWFUL = {"licensed company": licensed_company, "chain": chain, "few shops": few_shops, "retailer": retailer}
