"""P2P-18: clients' money at ends that are entitled to none of it, by every route, and what clients' money may lawfully do."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
PEOPLE = 5


class Custody:
    """A platform whose five clients hold 500,000 yuan in designated custody without sub-ledgers."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform, self.controller = self.s.platform(), self.s.person()
        self.s.owns(self.controller, self.platform, 60)
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.borrower = self.s.account(self.s.person())
        self.s.product(f"{DAY}T08:00", "LISTING", self.platform, 500_000, listing="L1", borrower=self.s.person(), term_days=90)
        self.clients = [self.s.account(self.s.person()) for _ in range(PEOPLE)]
        for number, account in enumerate(self.clients):
            self.s.pay(f"{DAY}T09:{number:02d}", account, self.pot, 100_000, "INVEST_IN", "order", listing="L1",
                       order_id=f"O{number}")  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.platform)


def to_the_controller() -> Told:
    """60,000 yuan of 500,000 go from custody to the controller: 12 %."""
    c = Custody("mis")
    c.s.pay(f"{days_after(DAY, 2)}T10:00", c.pot, c.s.account(c.controller), 60_000)
    return c.told()


def seeded_mule() -> Told:
    """G16: the mule holds a million of its own, gets 500,000 of clients' money and pays it on within the hour."""
    c = Custody("g16")
    mule = c.s.account(c.s.person(), holds=1_000_000)
    c.s.pay(f"{days_after(DAY, 2)}T10:00", c.pot, mule, 500_000)
    c.s.pay(f"{days_after(DAY, 2)}T10:40", mule, c.s.account(c.controller), 500_000)
    return c.told()


def through_a_borrower() -> Told:
    """The money is lent to a firm that hands it to the controller."""
    c = Custody("round")
    shell = c.s.org()
    account = c.s.account(shell)
    c.s.product(f"{DAY}T08:30", "LISTING", c.platform, 500_000, listing="L2", borrower=shell, term_days=90)
    c.s.pay(f"{days_after(DAY, 1)}T10:00", c.pot, account, 500_000, "LOAN_OUT", listing="L2")
    c.s.pay(f"{days_after(DAY, 3)}T10:00", account, c.s.account(c.controller), 480_000)
    return c.told()


def into_securities() -> Told:
    """A stranger's account passes the money on to a securities account."""
    c = Custody("stock")
    stranger = c.s.person()
    account, stocks = c.s.account(stranger), c.s.account(stranger, "SEC_SETTLE")
    c.s.pay(f"{days_after(DAY, 2)}T10:00", c.pot, account, 200_000)
    c.s.pay(f"{days_after(DAY, 4)}T10:00", account, stocks, 190_000, "SEC_TRANSFER")
    return c.told()


def own_account_gathers() -> Told:
    """No custody: clients pay the platform itself, and it pays its controller out of that."""
    s = Scenario("own")
    platform, controller = s.platform(), s.person()
    s.owns(controller, platform, 60)
    pot = s.account(platform, holds=100_000)
    for number in range(PEOPLE):
        s.pay(f"{DAY}T09:{number:02d}", s.account(s.person()), pot, 100_000, "INVEST_IN", listing="L1")
    s.pay(f"{days_after(DAY, 2)}T10:00", pot, s.account(controller), 300_000)
    return Told(s, platform)


def cured_overnight() -> Told:
    """Custody lacks 150,000 at one cut-off and is whole at the next."""
    c = Custody("short")
    for day, held in ((1, 350_000), (2, 500_000)):
        when = f"{days_after(DAY, day)}T23:59"
        c.s.balance(c.pot, when, 500_000, "LEDGER_SUB_SUM")
        c.s.balance(c.pot, when, held)
    return c.told()


def cashed() -> Told:
    """An employee draws clients' money in cash."""
    c = Custody("cash")
    c.s.pay(f"{days_after(DAY, 2)}T10:00", c.pot, c.s.account(None), 60_000, "CASH_OUT")
    return c.told()


def lent_to_the_borrower() -> Told:
    """The loan reaches the borrower, who buys stocks and pays a shop with it: his own affair."""
    c = Custody("lent")
    borrower = c.s.person()
    account = c.s.account(borrower)
    c.s.product(f"{DAY}T08:30", "LISTING", c.platform, 200_000, listing="L2", borrower=borrower, term_days=90)
    c.s.pay(f"{days_after(DAY, 1)}T10:00", c.pot, account, 200_000, "LOAN_OUT", listing="L2")
    c.s.pay(f"{days_after(DAY, 3)}T10:00", account, c.s.account(borrower, "SEC_SETTLE"), 100_000, "SEC_TRANSFER")
    c.s.pay(f"{days_after(DAY, 3)}T11:00", account, c.s.account(c.s.org()), 100_000, "SUPPLIER")
    return c.told()


def given_back() -> Told:
    """The listing fails and everybody gets his money back."""
    c = Custody("back")
    c.s.product(f"{days_after(DAY, 1)}T09:00", "LISTING_STATUS", c.platform, listing="L1", status="MISCARRY")
    for account in c.clients:
        c.s.pay(f"{days_after(DAY, 1)}T10:00", c.pot, account, 100_000, "REFUND", "order", listing="L1")
    return c.told()


def fees() -> Told:
    """Fees of 5 % of what came in."""
    c = Custody("fees")
    c.s.pay(f"{days_after(DAY, 1)}T10:00", c.pot, c.s.account(c.platform, "OWN_FEE"), 25_000, "FEE")
    return c.told()


def balanced_cut_offs() -> Told:
    """Sub-ledgers and master agree at every cut-off."""
    c = Custody("whole")
    for day in range(1, 6):
        when = f"{days_after(DAY, day)}T23:59"
        c.s.balance(c.pot, when, 500_000, "LEDGER_SUB_SUM")
        c.s.balance(c.pot, when, 500_000)
    return c.told()


EVASIONS = {
    "seeded mule": seeded_mule,
    "through a borrower": through_a_borrower,
    "into securities": into_securities,
    "own account gathers": own_account_gathers,
    "cured overnight": cured_overnight,
    "cashed": cashed,
}
LAWFUL = {
    "lent to the borrower": lent_to_the_borrower,
    "given back": given_back,
    "fees": fees,
    "balanced cut-offs": balanced_cut_offs,
}
