"""YLD-03: interest of one product paid out of another's, or out of clients' principal, and the twins that are explained."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-05-23"
PAID = days_after(START, 30)


class Shop:
    """Two listings of two millions each in one designated account without sub-ledgers; A promises what B earns."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=5_000_000)
        self.clients, self.debtors = {}, {}
        for listing in ("A", "B"):
            self.lend(listing, 2_000_000)

    def lend(self, listing: str, yuan: int) -> None:
        s, company = self.s, self.s.org()
        s.product(f"{START}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=company, rate_ppm=90_000,
                  term_days=90)  # fmt: skip
        self.debtors[listing] = s.account(company, holds=5_000_000)
        self.clients[listing] = [s.account(s.person(), holds=1_000_000) for _ in range(4)]
        for number, account in enumerate(self.clients[listing]):
            s.pay(f"{START}T10:{number:02d}", account, self.pot, yuan // 4, "INVEST_IN", "order", listing=listing)
        s.product(f"{START}T11:00", "DISBURSE", self.platform, yuan, listing=listing, borrower=company)
        s.pay(f"{START}T11:01", self.pot, self.debtors[listing], yuan, "LOAN_OUT", listing=listing)

    def repay(self, listing: str, yuan: int, hour: str = "09:00") -> None:
        self.s.pay(f"{PAID}T{hour}", self.debtors[listing], self.pot, yuan, "REPAY_INT", "obligation", listing=listing)

    def pay_out(self, listing: str, yuan: int, hour: int = 15, pot: str | None = None) -> None:
        for number, account in enumerate(self.clients[listing]):
            self.s.pay(f"{PAID}T{hour}:{number:02d}", pot or self.pot, account, yuan // 4, "RETURN_INT", "obligation",
                       listing=listing)  # fmt: skip

    def told(self) -> Told:
        self.s.person(f"{days_after(PAID, 3)}T12:00")
        return Told(self.s, self.platform)


def out_of_the_other_listing() -> Told:
    """A's borrower pays nothing, B's pays 40,000; A's clients get 24,000 and B's 16,000."""
    x = Shop("cross")
    x.repay("B", 40_000)
    x.pay_out("A", 24_000)
    x.pay_out("B", 16_000, 16)
    return x.told()


def out_of_new_principal() -> Told:
    """No borrower pays; the money of a third listing lies in the account."""
    x = Shop("principal")
    s = x.s
    s.product(f"{PAID}T08:00", "LISTING", x.platform, 400_000, listing="N", borrower=s.org(), term_days=90)
    for number in range(4):
        s.pay(f"{PAID}T08:1{number}", s.account(s.person()), x.pot, 100_000, "INVEST_IN", "order", listing="N")
    x.pay_out("A", 24_000)
    return x.told()


def netted() -> Told:
    """B's surplus leaves custody untagged, and the platform's own account pays A's clients with it: only gross legs show it."""
    x = Shop("net")
    x.repay("A", 12_000)
    x.repay("B", 40_000, "09:30")
    purse = x.s.account(x.platform)
    x.pay_out("A", 12_000, 11)
    x.pay_out("B", 16_000, 12)
    x.s.pay(f"{PAID}T13:00", x.pot, purse, 24_000)
    x.pay_out("A", 24_000, 15, purse)
    return x.told()


def each_its_own() -> Told:
    """Every borrower's interest pays his own lenders, whatever the queue says."""
    x = Shop("own")
    x.repay("B", 40_000)
    x.repay("A", 24_000, "09:30")
    x.pay_out("A", 24_000)
    x.pay_out("B", 40_000, 16)
    return x.told()


def bonus_of_the_platform() -> Told:
    """The platform pays what is missing into custody under its name (that is YLD-02's affair, after a month)."""
    x = Shop("bonus")
    x.repay("B", 40_000)
    x.s.pay(f"{PAID}T10:00", x.own, x.pot, 24_000, "BONUS", listing="A")
    x.pay_out("A", 24_000)
    x.pay_out("B", 40_000, 16)
    return x.told()


def guarantor_pays() -> Told:
    """LA-GUAR: a licensed guarantor pays for A's borrower."""
    x = Shop("guar")
    guarantor = x.s.org(sector="GUARANTEE")
    x.s.licence(guarantor, "guarantee")
    x.repay("B", 40_000)
    x.s.pay(f"{PAID}T10:00", x.s.account(guarantor, holds=50_000), x.pot, 24_000, "COMPENSATE_3P", listing="A")
    x.pay_out("A", 24_000)
    x.pay_out("B", 40_000, 16)
    return x.told()


EVASIONS = {"out of new principal": out_of_new_principal, "netted": netted}
LAWFUL = {"each its own": each_its_own, "bonus of the platform": bonus_of_the_platform, "guarantor pays": guarantor_pays}
