"""P2P-15: clients' and own money in one account by every route, and accounts that keep them apart."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Desk:
    """A platform with four clients' money, 80,000 yuan, in ``pot``: its general account, or designated custody."""

    def __init__(self, name: str, custody: bool = False, credits: int = 4) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        role = {"platform": self.platform, "custodian": self.s.bank(), "role_basis": "designated"} if custody else {}
        self.pot = self.s.account(self.platform, "CLIENT_MASTER" if custody else "OWN_GENERAL", **role)
        self.own = self.s.account(self.platform, "OWN_BASIC", holds=500_000)
        for number in range(credits):
            self.s.pay(f"{DAY}T09:{number:02d}", self.s.account(self.s.person()), self.pot, 20_000, "INVEST_IN", listing="L1")

    def pay(self, day: int, payer: str, yuan: int, flow: str, payee: str | None = None) -> None:
        self.s.pay(f"{days_after(DAY, day)}T10:00", payer, payee or self.s.account(self.s.org()), yuan, flow)

    def told(self) -> Told:
        return Told(self.s, self.platform)


def rent_and_wages() -> Told:
    """The pot pays the rent and a salary."""
    d = Desk("mixed")
    d.pay(3, d.pot, 6_000, "RENT")
    d.pay(4, d.pot, 4_000, "PAYROLL", d.s.account(d.s.person()))
    return d.told()


def by_a_sister_firm() -> Told:
    """A subsidiary is fed out of the pot and pays the rent."""
    d = Desk("sister")
    sister = d.s.org()
    d.s.owns(d.platform, sister, 100)
    account = d.s.account(sister)
    d.pay(2, d.pot, 30_000, "OTHER", account)
    d.pay(3, account, 6_000, "RENT")
    return d.told()


def own_income() -> Told:
    """The shareholders' capital is paid into the clients' pot."""
    d = Desk("income")
    d.pay(2, d.s.account(d.s.person()), 300_000, "CAPITAL_IN", d.pot)
    return d.told()


def own_money_in_custody() -> Told:
    """The platform moves money of its own into custody without saying what for."""
    d = Desk("incustody", custody=True)
    d.pay(2, d.own, 200_000, "OTHER", d.pot)
    return d.told()


def wages_from_custody() -> Told:
    d = Desk("wages", custody=True)
    d.pay(3, d.pot, 4_000, "PAYROLL", d.s.account(d.s.person()))
    return d.told()


def fees_moved_out() -> Told:
    """The fee is taken out of custody and pays the rent from the income account."""
    d = Desk("fees", custody=True)
    income = d.s.account(d.platform, "OWN_FEE")
    d.pay(2, d.pot, 4_000, "FEE", income)
    d.pay(3, income, 3_000, "RENT")
    return d.told()


def marketing_money() -> Told:
    """The marketing account pays bonuses into custody and to clients."""
    d = Desk("bonus", custody=True)
    marketing = d.s.account(d.platform, holds=100_000)
    d.pay(2, marketing, 40_000, "BONUS", d.pot)
    d.pay(3, marketing, 100, "BONUS", d.s.account(d.s.person()))
    return d.told()


def kept_apart() -> Told:
    """Clients' money in custody, wages, rent and taxes from the platform's own account."""
    d = Desk("apart", custody=True)
    for day, flow in enumerate(("RENT", "SUPPLIER", "TAX"), 2):
        d.pay(day, d.own, 9_000, flow)
    return d.told()


def two_clients() -> Told:
    """Two payments that look like clients' are no practice."""
    d = Desk("two", credits=2)
    d.pay(3, d.pot, 6_000, "RENT")
    return d.told()


EVASIONS = {
    "by a sister firm": by_a_sister_firm,
    "own income": own_income,
    "own money in custody": own_money_in_custody,
    "wages from custody": wages_from_custody,
}
LAWFUL = {
    "fees moved out": fees_moved_out,
    "marketing money": marketing_money,
    "kept apart": kept_apart,
    "two clients": two_clients,
}
