"""P2P-02: every evasion of the catalogue and every lawful look-alike that the event contract can tell."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-06-13"
PEOPLE = 12


class Business:
    """A platform whose first listing was filled by twelve people and lent out; ``pot`` is where its clients' money goes."""

    def __init__(self, name: str, pot_of: Callable[[Scenario, str], str] | None = None) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.pot = pot_of(self.s, self.platform) if pot_of else self.s.account(self.platform)
        self.borrower = self.s.account(self.s.person())
        self.old = self.subscribe(START, "L1", 100_000)
        self.lend(days_after(START, 1), "L1", self.borrower, PEOPLE * 100_000)
        self.s.pay(days_after(START, 2), self.borrower, self.s.account(self.s.org()), PEOPLE * 100_000, "SUPPLIER")

    def subscribe(self, day: str, listing: str, each: int, pot: str | None = None) -> list[str]:
        """Twelve new people pay in; returns their accounts."""
        self.s.product(f"{day}T09:00", "LISTING", self.platform, PEOPLE * each, listing=listing, borrower=self.s.person(),
                       term_days=90)  # fmt: skip
        accounts = [self.s.account(self.s.person()) for _ in range(PEOPLE)]
        for number, account in enumerate(accounts):
            self.s.pay(f"{day}T10:{number:02d}", account, pot or self.pot, each, "INVEST_IN", "order", listing=listing,
                       order_id=f"{listing}-{number}")  # fmt: skip
        return accounts

    def lend(self, day: str, listing: str, borrower: str, yuan: int) -> None:
        self.s.pay(f"{day}T15:00", self.pot, borrower, yuan, "LOAN_OUT", listing=listing)

    def give_back(self, day: str, each: int, flow: str = "RETURN_PRIN", listing: str = "L1", **fields: str) -> Told:
        """The first twelve get their money; the last ones first, so that no queue happens to fit."""
        for number, account in enumerate(reversed(self.old)):
            self.s.pay(f"{day}T16:{number:02d}", self.pot, account, each, flow, "order", listing=listing, **fields)
        return Told(self.s, self.platform)


def paid_from_the_next() -> Told:
    """The golden form: the second listing's money pays the first one's investors."""
    b = Business("npo")
    b.subscribe(days_after(START, 10), "L2", 110_000)
    return b.give_back(days_after(START, 11), 103_000)


def parked_for_weeks() -> Told:
    """The new money lies for 45 days before it pays."""
    b = Business("parked")
    b.subscribe(days_after(START, 10), "L2", 110_000)
    return b.give_back(days_after(START, 55), 103_000)


def through_a_borrower() -> Told:
    """The new money is lent to a shell that hands it to the first borrower, who “repays”."""
    b = Business("shell")
    b.subscribe(days_after(START, 10), "L2", 110_000)
    shell = b.s.account(b.s.org())
    b.lend(days_after(START, 10), "L2", shell, PEOPLE * 110_000)
    b.s.pay(f"{days_after(START, 11)}T09:00", shell, b.borrower, PEOPLE * 105_000)
    b.s.pay(f"{days_after(START, 11)}T10:00", b.borrower, b.pot, PEOPLE * 103_000, "REPAY_PRIN", "obligation", listing="L1")
    return b.give_back(days_after(START, 11), 103_000)


def second_pot() -> Told:
    """A subsidiary gathers the new money and hands it over."""
    b = Business("pots")
    subsidiary = b.s.org()
    b.s.owns(b.platform, subsidiary, 100)
    other = b.s.account(subsidiary)
    b.subscribe(days_after(START, 10), "L2", 110_000, pot=other)
    b.s.pay(f"{days_after(START, 10)}T20:00", other, b.pot, PEOPLE * 110_000)
    return b.give_back(days_after(START, 11), 103_000)


def called_a_refund() -> Told:
    """Returns that are named refunds: of no order that these accounts had paid."""
    b = Business("refund")
    b.subscribe(days_after(START, 10), "L2", 110_000)
    return b.give_back(days_after(START, 11), 103_000, "REFUND", order_id="none")


def custody_with_sub_ledgers() -> Told:
    """G1n: the same queue in designated custody whose bank keeps each client's money apart."""

    def custody(s: Scenario, platform: str) -> str:
        bank = s.bank()
        master = s.account(platform, "CLIENT_MASTER", platform=platform, custodian=bank, role_basis="designated")
        for _ in range(3):
            s.account(s.person(), "CLIENT_SUB", platform=platform, custodian=bank, master_account=master, role_basis="designated")
        return master

    b = Business("g1n", custody)
    b.subscribe(days_after(START, 10), "L2", 110_000)
    b.s.pay(f"{days_after(START, 11)}T09:00", b.s.account(b.s.org()), b.borrower, PEOPLE * 103_000)
    b.s.pay(f"{days_after(START, 11)}T10:00", b.borrower, b.pot, PEOPLE * 103_000, "REPAY_PRIN", "obligation", listing="L1")
    return b.give_back(days_after(START, 11), 103_000)


def master_of(s: Scenario, platform: str) -> str:
    """Designated custody without sub-ledgers: one of the pots, but no fund pool."""
    return s.account(platform, "CLIENT_MASTER", platform=platform, custodian=s.bank(), role_basis="designated")


def borrower_repays() -> Told:
    """The borrower's own receipts repay the loan, and the pot holds nothing else."""
    b = Business("honest", master_of)
    b.s.pay(f"{days_after(START, 40)}T09:00", b.s.account(b.s.org()), b.borrower, PEOPLE * 103_000)
    b.s.pay(f"{days_after(START, 40)}T10:00", b.borrower, b.pot, PEOPLE * 103_000, "REPAY_PRIN", "obligation", listing="L1")
    return b.give_back(days_after(START, 40), 103_000)


def listing_miscarries() -> Told:
    """The second listing fails: everybody gets back what he paid in, whoever stands first in the queue."""
    b = Business("miscarry", master_of)
    b.old = b.subscribe(days_after(START, 10), "L2", 110_000)
    b.s.product(f"{days_after(START, 12)}T09:00", "LISTING_STATUS", b.platform, listing="L2", status="MISCARRY")
    return b.give_back(days_after(START, 12), 110_000, listing="L2")


def order_refunded() -> Told:
    """Every one of twelve orders is refunded under its own number."""
    b = Business("orders", master_of)
    accounts = b.subscribe(days_after(START, 10), "L2", 110_000)
    for number, account in reversed(list(enumerate(accounts))):
        b.s.pay(f"{days_after(START, 12)}T16:{number:02d}", b.pot, account, 110_000, "REFUND", "order", listing="L2",
                order_id=f"L2-{number}")  # fmt: skip
    return Told(b.s, b.platform)


EVASIONS = {
    "parked for weeks": parked_for_weeks,
    "through a borrower": through_a_borrower,
    "second pot": second_pot,
    "called a refund": called_a_refund,
}
LAWFUL = {
    "custody with sub-ledgers": custody_with_sub_ledgers,
    "borrower repays": borrower_repays,
    "listing miscarries": listing_miscarries,
    "order refunded": order_refunded,
}
