"""REG-05: months of an institution's money that differ from the month before, or come out of nowhere, and steady ones."""

from tests.detectors.scenario import Scenario
from tests.detectors.schemes import Told

JUNE, JULY = "2016-06", "2016-07"
NUMBER = 25


def days(month: str) -> list[str]:
    """Twenty-five instants of a month."""
    return [f"{month}-{1 + number:02d}T10:{number:02d}" for number in range(NUMBER)]


class Books:
    """An institution with one account, a client who pays fees, and a supplier."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.key = self.s.platform("AM")
        self.own = self.s.account(self.key, holds=9_000_000)
        self.client, self.supplier = self.s.account(self.s.org()), self.s.account(self.s.org())

    def trade(self, month: str, yuan: int = 6_000) -> None:
        """Fees come in, suppliers are paid."""
        for moment in days(month):
            self.s.pay(moment, self.client, self.own, yuan, "FEE")
            self.s.pay(moment, self.own, self.supplier, yuan - 1_000, "SUPPLIER")

    def told(self) -> Told:
        self.s.person("2016-08-05T10:00")
        return Told(self.s, self.key)


def cash_comes() -> Told:
    """A quarter of the month's money comes as cash."""
    b = Books("cash")
    till = b.s.account(b.s.bank(), "BANK_INTERNAL")
    b.trade(JUNE)
    for moment in days(JUNE):
        b.s.pay(moment, till, b.own, 2_000, "CASH_IN")
    return b.told()


def cash_goes() -> Told:
    """The rail alone says that what leaves is cash."""
    b = Books("cashout")
    b.trade(JUNE)
    for moment in days(JUNE):
        b.s.pay(moment, b.own, b.s.account(None), 2_000, rail="CASH")
    return b.told()


def nobody_knows() -> Told:
    """A third comes from accounts whose owners nobody told: a lead."""
    b = Books("unknown")
    b.trade(JUNE)
    for moment in days(JUNE):
        b.s.pay(moment, b.s.account(None), b.own, 3_000)
    return b.told()


def the_circle_takes_over() -> Told:
    """In July its shareholders' money takes the place of its clients' fees: a lead."""
    b = Books("drift")
    holder = b.s.person()
    b.s.owns(holder, b.key, 60)
    b.trade(JUNE)
    account = b.s.account(holder)
    for moment in days(JULY):
        b.s.pay(moment, account, b.own, 6_000)
    return b.told()


def month_by_month() -> Told:
    """Two months alike, the second a little larger."""
    b = Books("steady")
    b.trade(JUNE)
    b.trade(JULY, 7_000)
    return b.told()


def a_little_cash() -> Told:
    """A tenth of it is cash."""
    b = Books("little")
    till = b.s.account(b.s.bank(), "BANK_INTERNAL")
    b.trade(JUNE)
    for moment in days(JUNE):
        b.s.pay(moment, till, b.own, 600, "CASH_IN")
    return b.told()


def too_few() -> Told:
    """All of it is cash, but it is ten payments."""
    b = Books("few")
    till = b.s.account(b.s.bank(), "BANK_INTERNAL")
    for moment in days(JUNE)[:10]:
        b.s.pay(moment, till, b.own, 20_000, "CASH_IN")
    return b.told()


def a_new_line_of_the_same_kind() -> Told:
    """Other clients and other suppliers in July: the kinds stay what they were."""
    b = Books("newline")
    b.trade(JUNE)
    b.client, b.supplier = b.s.account(b.s.org()), b.s.account(b.s.org())
    b.trade(JULY)
    return b.told()


EVASIONS = {"cash goes": cash_goes, "nobody knows": nobody_knows, "the circle takes over": the_circle_takes_over}
LAWFUL = {
    "month by month": month_by_month,
    "a little cash": a_little_cash,
    "too few": too_few,
    "a new line of the same kind": a_new_line_of_the_same_kind,
}
