"""INS-04: policies that are only a way to a collector, and policies that are given up for good reasons."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Agency:
    """A licensed insurer, people who buy policies of 20,000 yuan, and a firm that collects from them and from others."""

    def __init__(self, name: str, people: int = 6, others: int = 5) -> None:
        self.s = Scenario(name)
        self.insurer, self.firm = self.s.platform("INS"), self.s.org(name="盐城鼎盛财富咨询有限公司")
        self.s.licence(self.insurer, "insurance")
        self.premiums = self.s.account(self.insurer, "INSURER_PREMIUM", role_basis="registry", holds=900_000)
        self.pot = self.s.account(self.firm)
        self.people = [self.s.person() for _ in range(people)]
        self.purse = [self.s.account(person) for person in self.people]
        for number, purse in enumerate(self.purse):
            self.s.pay(f"{DAY}T09:{number:02d}", purse, self.premiums, 20_000, "PREMIUM", "order", order_id=f"{name}-{number}")
        for number in range(others):
            self.invest(2, number, self.s.account(self.s.person()), 5_000)

    def back(
        self, day: int, number: int, yuan: int = 18_000, flow: str = "WITHDRAW", payee: str | None = None, **fields: str
    ) -> None:  # fmt: skip
        self.s.pay(f"{days_after(DAY, day)}T10:{number:02d}", self.premiums, payee or self.purse[number], yuan, flow, **fields)

    def invest(self, day: int, number: int, payer: str, yuan: int = 17_500, payee: str | None = None) -> None:
        self.s.pay(f"{days_after(DAY, day)}T15:{number:02d}", payer, payee or self.pot, yuan)

    def told(self) -> Told:
        return Told(self.s, self.firm)


def surrendered() -> Told:
    """Surrendered after ten days for nine tenths; two days later the firm has the money."""
    a = Agency("surrendered")
    for number, purse in enumerate(a.purse):
        a.back(10, number)
        a.invest(12, number, purse)
    return a.told()


def over_kin() -> Told:
    """Policy loans spread over wives and brothers, who pay two firms of one owner."""
    a = Agency("kin")
    owner, sister = a.s.person(), a.s.org()
    a.s.owns(owner, a.firm, 70)
    a.s.owns(owner, sister, 70)
    pots = [a.pot, a.s.account(sister)]
    for number, person in enumerate(a.people):
        kin = a.s.person()
        a.s.tie("KIN", kin, person)
        account = a.s.account(kin)
        if number % 2:
            a.back(8, number, 17_000, "LOAN_OUT", account)
        else:
            a.back(8, number, 17_000, "LOAN_OUT")
            a.s.pay(f"{days_after(DAY, 9)}T10:{number:02d}", a.purse[number], account, 16_500)
        a.invest(11, number, account, 16_000, pots[number % 2])
    return a.told()


def straight_from_the_insurer() -> Told:
    """The insurer pays the surrender values to the firm, for the policies' orders."""
    a = Agency("straight")
    for number in range(6):
        a.back(6, number, payee=a.pot, order_id=f"straight-{number}")
    return a.told()


def hardship_loans() -> Told:
    """Policy loans for what cannot wait: the hospital, the landlord, the school, each by himself."""
    a = Agency("hardship", others=0)
    for number, purse in enumerate(a.purse):
        a.back(20, number, flow="LOAN_OUT")
        a.invest(22, number, purse, payee=a.s.account(a.s.org()))
    return a.told()


def second_thoughts() -> Told:
    """Policies given back in the first days: the money stays."""
    a = Agency("thoughts")
    for number in range(6):
        a.back(9, number, 20_000, "REFUND")
    return a.told()


def claims() -> Told:
    """A hailstorm: claims in the first month, and a garage that repairs all the cars."""
    a = Agency("claims", others=0)
    garage = a.s.account(a.s.org(name="盐城顺达汽车修理有限公司"))
    for number, purse in enumerate(a.purse):
        a.back(10, number, flow="CLAIM_PAY")
        a.invest(12, number, purse, payee=garage)
    return a.told()


def four_of_them() -> Told:
    """Four people are no crowd."""
    a = Agency("four", people=4, others=8)
    for number, purse in enumerate(a.purse):
        a.back(10, number)
        a.invest(12, number, purse)
    return a.told()


EVASIONS = {"surrendered": surrendered, "over kin": over_kin, "straight from the insurer": straight_from_the_insurer}
LAWFUL = {"hardship loans": hardship_loans, "second thoughts": second_thoughts, "claims": claims, "four of them": four_of_them}
