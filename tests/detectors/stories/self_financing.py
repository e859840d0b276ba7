"""P2P-04: every evasion of the catalogue and every lawful look-alike that the event contract can tell."""

import datetime as dt
from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import LOAN_DAY, Told, layered_proceeds, seeded_mule


class Lending:
    """A platform with custody at a bank, its controller, and loans of 500,000 yuan."""

    def __init__(self, name: str) -> None:
        self.s = s = Scenario(name)
        self.platform, self.controller, bank = s.platform(), s.person(), s.bank()
        s.owns(self.controller, self.platform, 60)
        self.custody = s.account(self.platform, "CLIENT_MASTER", holds=9_000_000, platform=self.platform, custodian=bank)
        self.listings = 0

    def lend(self, borrower: str, yuan: int = 500_000, day: str = LOAN_DAY) -> str:
        """List and pay out a loan at ten; returns the borrower's account."""
        self.listings += 1
        s, listing = self.s, f"L{self.listings}"
        account = s.account(borrower)
        s.product(f"{day}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=borrower, term_days=180)
        s.pay(f"{day}T10:00", self.custody, account, yuan, "LOAN_OUT", listing=listing)
        s.product(f"{day}T10:01", "DISBURSE", self.platform, yuan, listing=listing, borrower=borrower)
        return account

    def told(self) -> Told:
        return Told(self.s, self.platform)


# -- evasions ------------------------------------------------------------------------------------------------------


def borrower_in_the_register() -> Told:
    """SF1: the borrower is a firm of the controller."""
    p = Lending("sf1")
    firm = p.s.org()
    p.s.owns(p.controller, firm, 51)
    p.lend(firm, yuan=2_000_000)
    return p.told()


def register_lags() -> Told:
    """SF1: the tie existed when the loan was made, but the register tells it a fortnight later."""
    p = Lending("lag")
    firm = p.s.org()
    p.lend(firm, yuan=2_000_000)
    p.s.owns(p.controller, firm, 51, days_after(LOAN_DAY, 14), valid_from=dt.date(2015, 1, 5))
    return p.told()


def beneficial_owner() -> Told:
    """R2: somebody with 26 % of the platform gets the borrower's money."""
    p = Lending("r2")
    holder = p.s.person()
    p.s.owns(holder, p.platform, 26)
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(holder), 480_000)
    return p.told()


def relative_dropped_before_the_deal() -> Told:
    """The controller sells the firm at which the money ends 100 days before."""
    p = Lending("dropped")
    firm = p.s.org()
    p.s.owns(p.controller, firm, 80)
    p.s.owns(p.controller, firm, 0, days_after(LOAN_DAY, -100))
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(firm), 500_000)
    return p.told()


def nominee_borrowers(related: bool = True) -> Told:
    """SF3: three strangers borrow; most of it meets at one firm, which is related or hides one borrower."""
    p = Lending("hub")
    firm = p.s.org()
    if related:
        p.s.owns(p.controller, firm, 80)
    hub = p.s.account(firm)
    for number in range(3):
        account = p.lend(p.s.person(), day=days_after(LOAN_DAY, number))
        middle = p.s.account(p.s.person())
        p.s.pay(f"{days_after(LOAN_DAY, number)}T11:00", account, middle, 450_000)
        p.s.pay(f"{days_after(LOAN_DAY, number + 1)}T09:30", middle, hub, 400_000)
    return p.told()


def delayed_by_a_red_suspect() -> Told:
    """The platform is red for one loan; another loan's money waits 45 days before it goes to the controller."""
    p = Lending("delay")
    first, second = p.lend(p.s.person()), p.lend(p.s.person(), yuan=3_000_000)
    end = p.s.account(p.controller)
    p.s.pay(f"{LOAN_DAY}T15:00", first, end, 500_000)
    p.s.pay(f"{days_after(LOAN_DAY, 45)}T15:00", second, end, 3_000_000)
    return p.told()


def assets_bought_from_relatives() -> Told:
    """The money buys goods of a related firm; that it is a purchase only a memo says."""
    p = Lending("assets")
    firm = p.s.org()
    p.s.owns(p.controller, firm, 80)
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(firm), 500_000, "SUPPLIER", basis="memo", memo="货款")
    return p.told()


def offset_by_trade() -> Told:
    """The borrower “buys” from a stranger, who buys from the controller's firm."""
    p = Lending("trade")
    firm, trader = p.s.org(), p.s.org()
    p.s.owns(p.controller, firm, 80)
    account, between = p.lend(p.s.org()), p.s.account(trader)
    p.s.pay(f"{LOAN_DAY}T15:00", account, between, 490_000)
    p.s.pay(f"{days_after(LOAN_DAY, 3)}T15:00", between, p.s.account(firm), 485_000)
    return p.told()


def split_in_many() -> Told:
    """Forty transfers through eight mules, none above 50,000."""
    p = Lending("split")
    account, end = p.lend(p.s.person()), p.s.account(p.controller)
    mules = [p.s.account(p.s.person()) for _ in range(8)]
    for number in range(40):
        p.s.pay(f"{LOAN_DAY}T11:{number:02d}", account, mules[number % 8], 12_000)
        p.s.pay(f"{days_after(LOAN_DAY, 1)}T11:{number:02d}", mules[number % 8], end, 11_900)
    return p.told()


# -- lawful --------------------------------------------------------------------------------------------------------


def delivered_goods() -> Told:
    """LA-COOP: the parent is the supplier, and the invoices say so."""
    p = Lending("goods")
    parent = p.s.org()
    p.s.owns(parent, p.platform, 30)
    account = p.lend(p.s.org())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(parent), 450_000, "SUPPLIER", basis="order", order_id="VAT-1")
    return p.told()


def older_bank_loan() -> Told:
    """The borrower pays off a bank that holds a third of the platform."""
    p = Lending("oldloan")
    bank = p.s.bank()
    p.s.owns(bank, p.platform, 33)
    account = p.lend(p.s.org())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(bank, "BANK_INTERNAL"), 500_000, "REPAY_PRIN")
    return p.told()


def fees_within_schedule() -> Told:
    """LA-FEE: the borrower pays the platform 4 %."""
    p = Lending("fees")
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T10:05", account, p.s.account(p.platform, "OWN_FEE"), 20_000, "FEE")
    return p.told()


def part_time_salary() -> Told:
    """LA-PAYROLL: a director of the platform works part-time for the borrower."""
    p = Lending("salary")
    director = p.s.person()
    p.s.tie("OFFICER", director, p.platform, role="director")
    account = p.lend(p.s.org())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(director), 20_000, "PAYROLL")
    return p.told()


def related_two_years_later() -> Told:
    """The borrower is bought by the controller two years after the loan."""
    p = Lending("later")
    firm = p.s.org()
    p.lend(firm)
    p.s.owns(p.controller, firm, 100, days_after(LOAN_DAY, 730))
    return p.told()


def own_money_of_the_borrower() -> Told:
    """A borrower with ten million pays 500,000 to the controller: 4.8 % of a mixed account is the loan's."""
    return seeded_mule(own_yuan=10_000_000)


def mixed_before_it_is_reached() -> Told:
    """The payee first lends to the borrower, then is paid back by it: what it pays on was its own all along.

    It held 500,000 of its own when 500,000 came back (FIFO the loan's, pro-rata half of it), and paid 500,000 to the
    controller: FIFO 0, pro-rata 25 %.
    """
    p = Lending("mixed")
    other = p.s.account(p.s.person(), holds=1_000_000)
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T11:00", other, account, 500_000)
    p.s.pay(f"{LOAN_DAY}T12:00", account, other, 500_000)
    p.s.pay(f"{LOAN_DAY}T13:00", other, p.s.account(p.controller), 500_000)
    return p.told()


EVASIONS: dict[str, Callable[[], Told]] = {
    "SF1, by register": borrower_in_the_register,
    "SF1, the register lags": register_lags,
    "fee-skimming layers": layered_proceeds,
    "beneficial owner": beneficial_owner,
    "relative dropped before the deal": relative_dropped_before_the_deal,
    "nominee borrowers": nominee_borrowers,
    "single hidden borrower": lambda: nominee_borrowers(related=False),
    "delays": delayed_by_a_red_suspect,
    "assets bought from relatives": assets_bought_from_relatives,
    "offset by trade": offset_by_trade,
    "split in many": split_in_many,
    "pre-seeded mule": seeded_mule,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "G2 twin": lambda: layered_proceeds(to_controller=False),
    "G16 twin": lambda: seeded_mule(to_controller=False),
    "LA-COOP": delivered_goods,
    "older bank loan": older_bank_loan,
    "fees within schedule": fees_within_schedule,
    "part-time salary": part_time_salary,
    "related two years later": related_two_years_later,
    "own money of the borrower": own_money_of_the_borrower,
    "own money that mixed before": mixed_before_it_is_reached,
}
