"""P2P-06: investors who are paid whether borrowers pay or not, and those who bear what borrowers leave unpaid."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-05-23"
DUE = days_after(START, 30)
EACH, INTEREST = 10_000, 80


class Shop:
    """Thirty companies borrow 10,000 yuan each of two people for a month, in designated custody without sub-ledgers."""

    def __init__(self, name: str, loans: int = 30) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=9_000_000)
        self.people = [[self.s.person() for _ in range(2)] for _ in range(loans)]
        self.clients = [[self.s.account(person) for person in pair] for pair in self.people]
        self.debtors = [self.s.account(self.s.org(), holds=20_000) for _ in range(loans)]
        for number in range(loans):
            self.lend(number)

    def lend(self, number: int) -> None:
        s, listing = self.s, f"L{number}"
        owner = next(e.owner for e in s.told if getattr(e, "account", None) == self.debtors[number] and e.type == "OPEN")
        s.product(f"{START}T09:00", "LISTING", self.platform, EACH, listing=listing, borrower=owner, rate_ppm=97_000,
                  term_days=30)  # fmt: skip
        for person, account in zip(self.people[number], self.clients[number]):
            s.product(f"{START}T09:30", "SUBSCRIBE", self.platform, EACH // 2, listing=listing, investor=person,
                      claim=f"C-{account}", start=START, due=DUE)  # fmt: skip
            s.pay(f"{START}T10:00", account, self.pot, EACH // 2, "INVEST_IN", "order", listing=listing, order_id=f"C-{account}")
        s.product(f"{START}T11:00", "DISBURSE", self.platform, EACH, listing=listing, borrower=owner)
        s.product(f"{START}T11:01", "REPAY_PLAN", self.platform, listing=listing, plan_id=f"{listing}-1", due=DUE,
                  principal_fen=EACH * 100, interest_fen=INTEREST * 100)  # fmt: skip
        s.pay(f"{START}T12:00", self.pot, self.debtors[number], EACH, "LOAN_OUT", listing=listing)

    def repay(self, numbers: range, day: str = DUE) -> None:
        for number in numbers:
            marks = {"basis": "obligation", "listing": f"L{number}"}
            self.s.pay(f"{day}T09:00", self.debtors[number], self.pot, EACH, "REPAY_PRIN", **marks)
            self.s.pay(f"{day}T09:01", self.debtors[number], self.pot, INTEREST, "REPAY_INT", **marks)

    def pay_out(self, numbers: range, day: str = DUE, pot: str | None = None, flow: str = "RETURN_PRIN") -> None:
        for number in numbers:
            for account in self.clients[number]:
                self.s.pay(f"{day}T15:00", pot or self.pot, account, (EACH + INTEREST) // 2, flow, "obligation",
                           listing=f"L{number}")  # fmt: skip

    def told(self) -> Told:
        self.s.person(f"{days_after(DUE, 6)}T12:00")
        return Told(self.s, self.platform)


def paid_all_the_same() -> Told:
    """Five borrowers pay, twenty-five do not; everybody's investors get everything on the due date."""
    x = Shop("guaranteed")
    x.repay(range(5))
    x.s.pay(f"{DUE}T10:00", x.own, x.pot, 260_000)
    x.pay_out(range(30))
    return x.told()


def third_firm_buys_back() -> Told:
    """A firm's “buy-back agreement” pays the investors two days later."""
    x = Shop("buyback")
    x.repay(range(5))
    x.pay_out(range(5))
    x.pay_out(range(5, 30), days_after(DUE, 2), x.s.account(x.s.org(), holds=900_000))
    return x.told()


def alike_though_some_default() -> Told:
    """Two borrowers of thirty do not pay; nobody can tell from the yields whose investors they were."""
    x = Shop("alike")
    x.repay(range(28))
    x.s.pay(f"{DUE}T10:00", x.own, x.pot, 30_000)
    x.pay_out(range(30))
    return x.told()


def investors_bear_it() -> Told:
    """Six borrowers do not pay, and their investors get nothing."""
    x = Shop("bear")
    x.repay(range(24))
    x.pay_out(range(24))
    return x.told()


def licensed_guarantor() -> Told:
    """LA-GUAR: a licensed guarantor of nobody's circle covers twenty-five."""
    x = Shop("guar")
    guarantor = x.s.org(sector="GUARANTEE")
    x.s.licence(guarantor, "guarantee")
    x.repay(range(5))
    x.pay_out(range(5))
    x.pay_out(range(5, 30), days_after(DUE, 1), x.s.account(guarantor, holds=900_000), "COMPENSATE_3P")
    return x.told()


def late_by_two_days() -> Told:
    """All borrowers are two days late, and their investors get theirs as it comes."""
    x = Shop("late")
    x.repay(range(30), days_after(DUE, 2))
    x.pay_out(range(30), days_after(DUE, 2))
    return x.told()


def bank_deposits() -> Told:
    """A licensed bank's own product: deposits are paid whatever its borrowers do."""
    x = Shop("bank", 25)
    x.s.licence(x.platform, "bank")
    x.repay(range(2))
    x.pay_out(range(2))
    x.pay_out(range(2, 25), days_after(DUE, 1), x.s.account(x.s.org(), holds=900_000))
    return x.told()


def promised_alone(name: str, text: str, kind: str = "contract") -> Told:
    """All borrowers pay; a text of the platform promises."""
    x = Shop(name, 5)
    x.s.text(f"{days_after(DUE, -5)}T08:00", x.platform, text, kind)
    x.repay(range(5))
    x.pay_out(range(5))
    return x.told()


def promised_and_kept() -> Told:
    """The chat script promises what the platform then does."""
    x = Shop("kept")
    x.s.text(f"{days_after(DUE, -8)}T08:00", x.platform, "客户您放心，我们平台保本保息", "chat")
    x.repay(range(5))
    x.s.pay(f"{DUE}T10:00", x.own, x.pot, 260_000)
    x.pay_out(range(30))
    return x.told()


EVASIONS = {"third firm buys back": third_firm_buys_back, "alike though some default": alike_though_some_default,
            "in the contract": lambda: promised_alone("contract", "乙方承诺到期还本付息，本金保障"),
            "in a chat": lambda: promised_alone("chat", "放心吧，稳 赚·不赔", "chat"),
            "promised and kept": promised_and_kept}  # fmt: skip
LAWFUL = {
    "denied in the contract": lambda: promised_alone("denied", "甲方不承诺保本、保息，出借人自担风险"),
    "the past, with a notice": lambda: promised_alone("past", "历史100%兑付，投资有风险", "site"),
    "news of it": lambda: promised_alone("news", "该平台宣传保本保息", "news"),
    "investors bear it": investors_bear_it,
    "licensed guarantor": licensed_guarantor,
    "late by two days": late_by_two_days,
    "bank deposits": bank_deposits,
}
