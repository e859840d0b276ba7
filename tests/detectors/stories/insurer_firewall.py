"""INS-03: insurers that feed their own firms, and those that pay for services."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Insurer:
    """A watched insurer with a premium account and own money, and its e-commerce firm."""

    def __init__(self, name: str, percent: int = 100) -> None:
        self.s = Scenario(name)
        self.insurer, self.shop = self.s.platform("INS"), self.s.org(name="盐城惠保电子商务有限公司")
        self.s.licence(self.insurer, "insurance")
        self.s.owns(self.insurer, self.shop, percent)
        self.premiums = self.s.account(self.insurer, "INSURER_PREMIUM", role_basis="registry")
        self.own, self.purse = self.s.account(self.insurer, holds=9_000_000), self.s.account(self.shop, holds=50_000)

    def sell(self, people: int, yuan: int) -> None:
        for number in range(people):
            self.s.pay(f"{DAY}T10:{number:02d}", self.s.account(self.s.person()), self.premiums, yuan, "PREMIUM", "order")

    def pay(self, day: int, yuan: int, flow: str | None = None, basis: str = "source", payer: str | None = None) -> None:
        self.s.pay(f"{days_after(DAY, day)}T11:00", payer or self.own, self.purse, yuan, flow, basis)

    def told(self) -> Told:
        return Told(self.s, self.insurer)


def without_a_contract() -> Told:
    """Three payments of 400,000 within the month, for nothing that is told but a memo."""
    i = Insurer("plain")
    for day in (1, 9, 20):
        i.pay(day, 400_000, "FEE", "memo")
    return i.told()


def premiums_reach_it() -> Told:
    """Twenty premiums go on to the subsidiary's subsidiary the next day."""
    i = Insurer("premiums")
    firm = i.s.org(name="盐城惠保科技有限公司")
    i.s.owns(i.shop, firm, 60)
    i.sell(20, 2_000)
    i.s.pay(f"{days_after(DAY, 1)}T11:00", i.premiums, i.s.account(firm), 30_000)
    return i.told()


def prepaid_advertising() -> Told:
    """Two million of advertising are prepaid by the bank's code, and come back two months later less a little."""
    i = Insurer("prepaid")
    i.pay(1, 1_200_000, "SUPPLIER")
    i.pay(3, 800_000, "FEE")
    i.s.pay(f"{days_after(DAY, 60)}T11:00", i.purse, i.own, 1_900_000)
    return i.told()


def same_hands() -> Told:
    """The same clerk signs for accounts of both."""
    i = Insurer("hands")
    clerk = i.s.person()
    i.s.account(i.insurer, signatories=[clerk])
    i.s.account(i.shop, signatories=[clerk])
    i.pay(1, 20_000, "FEE")
    return i.told()


def service_fees() -> Told:
    """Service fees by the bank's code, month after month; a fifth of one is refunded."""
    i = Insurer("services")
    for month in range(3):
        i.pay(30 * month, 900_000, "FEE")
    i.s.pay(f"{days_after(DAY, 70)}T11:00", i.purse, i.own, 180_000, "REFUND")
    return i.told()


def capital() -> Told:
    """Capital paid in, its own staff's policy and a claim."""
    i = Insurer("capital")
    i.sell(20, 2_000)
    i.pay(1, 3_000_000, "CAPITAL_IN")
    i.s.pay(f"{days_after(DAY, 2)}T11:00", i.purse, i.premiums, 40_000, "PREMIUM", "order")
    i.pay(9, 60_000, "CLAIM_PAY", "order", i.premiums)
    return i.told()


def small_sums() -> Told:
    """Nine hundred thousand of own money within the month, a little more over two."""
    i = Insurer("small")
    for day in (1, 20, 50):
        i.pay(day, 450_000)
    return i.told()


def associate() -> Told:
    """A firm in which it holds a tenth is no subsidiary; an insurance subsidiary has a licence of its own."""
    i = Insurer("associate", 10)
    broker = i.s.org()
    i.s.owns(i.insurer, broker, 100)
    i.s.licence(broker, "insurance_broker")
    i.pay(1, 2_000_000)
    i.s.pay(f"{days_after(DAY, 2)}T11:00", i.own, i.s.account(broker), 2_000_000)
    return i.told()


EVASIONS = {"without a contract": without_a_contract, "premiums reach it": premiums_reach_it,
            "prepaid advertising": prepaid_advertising, "same hands": same_hands}  # fmt: skip
LAWFUL = {"service fees": service_fees, "capital": capital, "small sums": small_sums, "associate": associate}
