"""RE-01: lent down payments by every route, and buyers who pay with money that is theirs."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Town:
    """A platform, a developer with its escrow account, an agent, and a bank that lends on mortgage."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.own = self.s.account(self.platform, holds=3_000_000)
        self.developer, self.agent = self.s.org(sector="REALESTATE"), self.s.org(sector="REALESTATE")
        self.escrow = self.s.account(self.developer, "ESCROW_PRESALE", holds=100_000)
        self.desk = self.s.account(self.agent, holds=3_000_000)
        self.bank = self.s.account(self.s.bank(), "BANK_INTERNAL", holds=9_000_000)
        self.homes = 0

    def home(
        self, loan: int, down: int = 200_000, *, lender: str | None = None, first: int = 0, before: int = 5, savings: int = 0,
        buyer: str | None = None, flow: str = "LOAN_OUT", payer: str | None = None, mortgage: bool = True,
    ) -> str:  # fmt: skip
        """A loan ``before`` days before the down payment, ten days later a mortgage; returns the buyer's account."""
        self.homes += 1
        order = f"{self.s.name}-H{self.homes}"
        account = self.s.account(buyer or self.s.person(), "PERSONAL_I", holds=savings)
        if loan:
            self.s.pay(f"{days_after(DAY, first - before)}T10:{self.homes:02d}", lender or self.own, account, loan, flow)
        self.s.pay(f"{days_after(DAY, first)}T11:{self.homes:02d}", payer or account, self.escrow, down, "OTHER", order_id=order)
        if mortgage:
            self.s.pay(f"{days_after(DAY, first + 10)}T12:{self.homes:02d}", self.bank, self.escrow, 3 * down, "LOAN_OUT",
                       order_id=order)  # fmt: skip
        return account

    def told(self, subject: str | None = None) -> Told:
        return Told(self.s, subject or self.platform)


def half_lent() -> Told:
    """120,000 of 200,000 yuan come from the platform five days before."""
    t = Town("half")
    t.home(120_000, savings=80_000)
    return t.told()


def a_quarter_lent() -> Told:
    t = Town("quarter")
    t.home(60_000, 200_000, savings=140_000)
    return t.told()


def five_buyers() -> Told:
    """Five buyers of one agent who lends each of them a quarter."""
    t = Town("five")
    for number in range(5):
        t.home(60_000, 200_000, lender=t.desk, first=5 * number, savings=140_000)
    return t.told(t.agent)


def consumer_label() -> Told:
    """A platform's loan “for consumption”, paid out of custody under a listing."""
    t = Town("label")
    custody = t.s.account(t.platform, "CLIENT_MASTER", holds=500_000, platform=t.platform, custodian=t.s.bank())
    buyer = t.s.person()
    t.s.product(f"{days_after(DAY, -9)}T09:00", "LISTING", t.platform, 150_000, listing="L1", borrower=buyer, term_days=360,
                describe="消费借款")  # fmt: skip
    account = t.home(0, buyer=buyer)
    t.s.pay(f"{days_after(DAY, -8)}T10:00", custody, account, 150_000, "LOAN_OUT", listing="L1")
    return t.told()


def staff_lends() -> Told:
    """A clerk on the agent's payroll lends; the agent sells."""
    t = Town("staff")
    clerk = t.s.account(t.s.person(), "PERSONAL_I", holds=500_000)
    t.s.pay(f"{days_after(DAY, -20)}T10:00", t.desk, clerk, 5_000, "PAYROLL")
    t.home(150_000, lender=clerk, flow="OTHER", savings=50_000)
    return t.told(t.agent)


def reimbursed() -> Told:
    """The buyer pays out of his savings and gets most of it back from the developer's controller a week later."""
    t = Town("back")
    controller = t.s.person()
    t.s.owns(controller, t.developer, 70)
    account = t.home(0, savings=250_000)
    t.s.pay(f"{days_after(DAY, 7)}T10:00", t.s.account(controller, "PERSONAL_I", holds=300_000), account, 150_000)
    return t.told(t.developer)


def through_kin() -> Told:
    """The loan goes to the father, who gives it to his son and pays the developer himself for the rest."""
    t = Town("kin")
    father, son = t.s.person(), t.s.person()
    t.s.tie("KIN", father, son)
    his = t.s.account(father, "PERSONAL_I")
    t.s.pay(f"{days_after(DAY, -6)}T10:00", t.own, his, 160_000, "LOAN_OUT")
    account = t.home(0, buyer=son, savings=40_000)
    t.s.pay(f"{days_after(DAY, -2)}T10:00", his, account, 160_000)
    return t.told()


def family_gift() -> Told:
    """Parents give; a friend lends."""
    t = Town("gift")
    mother, child = t.s.person(), t.s.person()
    t.s.tie("KIN", mother, child)
    t.home(150_000, buyer=child, lender=t.s.account(mother, "PERSONAL_I", holds=400_000), flow="OTHER", savings=50_000)
    t.home(150_000, lender=t.s.account(t.s.person(), "PERSONAL_I", holds=400_000), flow="OTHER", savings=50_000)
    return t.told()


def provident_fund() -> Told:
    t = Town("fund")
    fund = t.s.account(t.s.org(), holds=900_000)
    for _ in range(2):
        t.home(150_000, lender=fund, flow="OTHER", savings=50_000)
    return t.told()


def old_home_sold() -> Told:
    """The agent hands over what somebody paid for the old home."""
    t = Town("sold")
    buyer = t.s.person()
    t.s.pay(f"{days_after(DAY, -8)}T09:00", t.s.account(t.s.person(), "PERSONAL_I", holds=400_000), t.desk, 180_000, "OTHER",
            order_id="OLD-1")  # fmt: skip
    account = t.home(0, buyer=buyer, savings=20_000)
    t.s.pay(f"{days_after(DAY, -5)}T09:00", t.desk, account, 180_000, "OTHER", order_id="OLD-1")
    return t.told()


def bank_bridge() -> Told:
    """A licensed bank lends until the old home is released."""
    t = Town("bridge")
    t.home(180_000, lender=t.bank, savings=20_000)
    return t.told()


def discount_without_credit() -> Told:
    """The developer takes the down payment in three instalments and pays back a promised discount of 15,000 yuan."""
    t = Town("discount")
    account = t.s.account(t.s.person(), "PERSONAL_I", holds=400_000)
    for number in range(3):
        t.s.pay(f"{days_after(DAY, 8 * number)}T11:00", account, t.escrow, 70_000, "OTHER", order_id="H")
    t.s.pay(f"{days_after(DAY, 18)}T11:00", t.s.account(t.developer, holds=90_000), account, 15_000, "REFUND", order_id="H")
    t.s.pay(f"{days_after(DAY, 30)}T11:00", t.bank, t.escrow, 600_000, "LOAN_OUT", order_id="H")
    return t.told()


def staff_who_buy() -> Told:
    """An employee of the agent buys out of three months' pay and savings; a small loan of a tenth from it."""
    t = Town("pay")
    account = t.home(20_000, 200_000, lender=t.desk, savings=150_000)
    for month in range(1, 3):
        t.s.pay(f"{days_after(DAY, -20 * month)}T10:00", t.desk, account, 30_000, "PAYROLL")
    return t.told()


def no_mortgage() -> Told:
    """An agent's loan and a payment to a developer, and no bank: another matter."""
    t = Town("cash")
    t.home(120_000, lender=t.desk, savings=80_000, mortgage=False)
    return t.told()


EVASIONS = {
    "a quarter lent": a_quarter_lent,
    "five buyers": five_buyers,
    "consumer label": consumer_label,
    "staff lends": staff_lends,
    "reimbursed": reimbursed,
    "through kin": through_kin,
}
LAWFUL = {
    "family gift": family_gift,
    "provident fund": provident_fund,
    "old home sold": old_home_sold,
    "bank bridge": bank_bridge,
    "discount without credit": discount_without_credit,
    "staff who buy": staff_who_buy,
    "no mortgage": no_mortgage,
}
