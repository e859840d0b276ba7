"""P2P-03: the platform's own money in loans on every route, and those who may lend."""

import datetime as dt

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Shop:
    """A platform with designated custody without sub-ledgers, its own account, and borrowers that nobody knows."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform, self.controller = self.s.platform(), self.s.person()
        self.s.owns(self.controller, self.platform, 60)
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=20_000_000)

    def offer(self, listing: str, yuan: int, day: str = DAY) -> str:
        """A listing; returns its borrower's account."""
        borrower = self.s.org()
        self.s.product(f"{day}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=borrower, rate_ppm=90_000,
                       term_days=90)  # fmt: skip
        return self.s.account(borrower)

    def subscribe(self, listing: str, yuan: int, day: str = DAY, people: int = 4, hour: int = 10) -> None:
        for number in range(people):
            person = self.s.person()
            self.s.product(f"{day}T{hour}:{number:02d}", "SUBSCRIBE", self.platform, yuan // people, listing=listing,
                           investor=person, claim=f"{listing}-{number}")  # fmt: skip
            self.s.pay(f"{day}T{hour}:{number:02d}:30", self.s.account(person), self.pot, yuan // people, "INVEST_IN", "order",
                       listing=listing)  # fmt: skip

    def lend(self, payer: str, borrower: str, listing: str | None, yuan: int, day: str = DAY) -> None:
        if listing is not None:
            self.s.product(f"{day}T15:00", "DISBURSE", self.platform, yuan, listing=listing,
                           borrower=next(e.owner for e in self.s.told if getattr(e, "account", None) == borrower))  # fmt: skip
        self.s.pay(f"{day}T15:01", payer, borrower, yuan, "LOAN_OUT", **({"listing": listing} if listing else {}))

    def told(self, days: int = 2) -> Told:
        self.s.person(f"{days_after(DAY, days)}T12:00")
        return Told(self.s, self.platform)


def out_of_its_own_account() -> Told:
    """Two loans of 200,000 yuan from the platform's own account."""
    x = Shop("own")
    for listing in ("L1", "L2"):
        x.lend(x.own, x.offer(listing, 200_000), listing, 200_000)
    return x.told()


def by_a_firm_elsewhere() -> Told:
    """A company that the controller held until two months ago lends on the listing."""
    x = Shop("elsewhere")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90, valid_from=dt.date(2015, 1, 5), valid_to=dt.date(2016, 4, 13))
    x.lend(x.s.account(firm, holds=900_000), x.offer("L1", 400_000), "L1", 400_000)
    return x.told()


def through_custody() -> Told:
    """Own money enters custody in the morning and is lent in the afternoon; clients' 100,000 come along."""
    x = Shop("custody")
    borrower = x.offer("L1", 400_000)
    x.s.pay(f"{DAY}T08:00", x.own, x.pot, 300_000)
    x.subscribe("L1", 100_000)
    x.lend(x.pot, borrower, "L1", 400_000)
    return x.told()


def through_investors() -> Told:
    """The platform tops up four people's accounts, and they subscribe within the hour."""
    x = Shop("investors")
    borrower = x.offer("L1", 400_000)
    for number in range(4):
        person = x.s.person()
        account = x.s.account(person)
        x.s.pay(f"{DAY}T09:1{number}", x.own, account, 100_000)
        x.s.product(f"{DAY}T10:0{number}", "SUBSCRIBE", x.platform, 100_000, listing="L1", investor=person, claim=f"C{number}")
        x.s.pay(f"{DAY}T10:0{number}:30", account, x.pot, 100_000, "INVEST_IN", "order", listing="L1")
    x.lend(x.pot, borrower, "L1", 400_000)
    return x.told()


def super_lender(loans: int = 10, each: int = 500_000, sold: int = 10, related: bool = True) -> Told:
    """A person of the platform's circle lends first, and sells every claim to clients within two weeks."""
    x = Shop("super")
    lender = x.s.person()
    x.s.tie("SAME_PHONE" if related else "KIN", lender, x.platform if related else x.s.person())
    for number in range(loans):
        day = days_after(DAY, number)
        x.offer(f"L{number}", each, day)
        x.s.product(f"{day}T10:00", "SUBSCRIBE", x.platform, each, listing=f"L{number}", investor=lender, claim=f"C{number}")
        if number < sold:
            x.s.product(f"{days_after(day, 10)}T10:00", "CLAIM_TRANSFER", x.platform, each, claim=f"C{number}", from_party=lender,
                        to_party=x.s.person(), principal_fen=each * 100)  # fmt: skip
    return x.told(30)


def lent_before_raised() -> Told:
    """Five loans are paid out on Monday and raised on Wednesday."""
    x = Shop("first")
    for number in range(5):
        listing = f"L{number}"
        borrower = x.offer(listing, 100_000)
        x.s.product(f"{DAY}T15:00", "DISBURSE", x.platform, 100_000, listing=listing,
                    borrower=next(e.owner for e in x.s.told if getattr(e, "account", None) == borrower))  # fmt: skip
        x.subscribe(listing, 100_000, days_after(DAY, 2), hour=11 + number)
    return x.told(4)


def clients_lend() -> Told:
    """Clients fill the listing, and custody pays it out; the controller is one of ten of them."""
    x = Shop("clients")
    borrower = x.offer("L1", 400_000)
    x.s.pay(f"{DAY}T09:30", x.s.account(x.controller), x.pot, 40_000, "INVEST_IN", "order", listing="L1")
    x.subscribe("L1", 360_000)
    x.lend(x.pot, borrower, "L1", 400_000)
    return x.told()


def licensed_sister() -> Told:
    """LA-LICLOAN: a licensed microloan company of the same owner lends its own capital."""
    x = Shop("licensed")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    x.s.licence(firm, "microloan")
    x.lend(x.s.account(firm, holds=900_000), x.offer("L1", 400_000), "L1", 400_000)
    return x.told()


def loan_to_an_employee() -> Told:
    """The platform lends one of its people 50,000 yuan."""
    x = Shop("employee")
    account = x.s.account(x.s.person())
    x.s.pay(f"{days_after(DAY, -10)}T10:00", x.own, account, 8_000, "PAYROLL")
    x.lend(x.own, account, None, 50_000)
    return x.told()


def market_maker_that_keeps() -> Told:
    """A stranger lends on ten listings and sells half of it."""
    return super_lender(sold=5, related=False)


def raised_then_lent() -> Told:
    """Five listings are filled on Monday and paid out on the same evening or later."""
    x = Shop("order")
    for number in range(5):
        listing = f"L{number}"
        borrower = x.offer(listing, 100_000)
        x.subscribe(listing, 100_000, hour=10 + number)
        x.lend(x.pot, borrower, listing, 100_000, days_after(DAY, number % 2))
    return x.told(4)


EVASIONS = {
    "by a firm elsewhere": by_a_firm_elsewhere,
    "through custody": through_custody,
    "through investors": through_investors,
    "super-lender": super_lender,
    "lent before raised": lent_before_raised,
}
LAWFUL = {
    "clients lend": clients_lend,
    "licensed sister": licensed_sister,
    "loan to an employee": loan_to_an_employee,
    "market maker that keeps": market_maker_that_keeps,
    "raised, then lent": raised_then_lent,
}
