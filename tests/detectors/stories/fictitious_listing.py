"""P2P-09: listings behind which nobody borrowed, by each of nine marks, and borrowers who only look strange."""

from itertools import pairwise

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"  # a Monday
TEXT = "借款人经营建材批发多年，因扩大经营需要补充流动资金，以自有房产作抵押，还款来源为日常经营收入，信用记录良好，无不良嗜好"


class Desk:
    """A platform whose custody holds the money of four investors of each listing."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.custody = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                      role_basis="designated")  # fmt: skip

    def offer(self, listing: str, borrower: str, yuan: int = 200_000, day: int = 0, paid: bool = True, **fields: str) -> None:
        """A listing, its four subscriptions, and what the investors pay in."""
        self.s.product(f"{days_after(DAY, day)}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=borrower,
                       term_days=90, **fields)  # fmt: skip
        for number in range(4):
            investor = self.s.person()
            moment = f"{days_after(DAY, day)}T10:{number:02d}"
            self.s.product(moment, "SUBSCRIBE", self.platform, yuan // 4, investor=investor, listing=listing,
                           claim=f"{listing}-C{number}", due=days_after(DAY, day + 90))  # fmt: skip
            self.s.pay(moment, self.s.account(investor), self.custody, yuan // 4, "INVEST_IN", "order", listing=listing)
        self.s.product(f"{days_after(DAY, day)}T11:00", "LISTING_STATUS", self.platform, listing=listing, status="FULL")
        if paid:
            self.lend(listing, borrower, self.s.account(borrower), yuan, day)

    def lend(self, listing: str, borrower: str, account: str, yuan: int = 200_000, day: int = 0) -> None:
        self.s.product(f"{days_after(DAY, day)}T12:00", "DISBURSE", self.platform, yuan, listing=listing, borrower=borrower)
        self.s.pay(f"{days_after(DAY, day)}T12:00", self.custody, account, yuan, "LOAN_OUT", listing=listing)

    def told(self) -> Told:
        return Told(self.s, self.platform)


def unknown_to_the_register() -> Told:
    """The borrower has a key that no registry ever told."""
    d = Desk("ghost")
    d.offer("L1", "uscc:91320900MA1GHOST00")
    return d.told()


def cancelled_before() -> Told:
    d = Desk("cancelled")
    firm = d.s.org()
    d.s.party_event(firm, "2016-05-02", status="CANCELLED")
    d.offer("L1", firm)
    return d.told()


def never_paid_out() -> Told:
    """Full, debited, and said to be paid out; no borrower ever saw the money."""
    d = Desk("unpaid")
    borrower = d.s.person()
    d.offer("L1", borrower, paid=False)
    d.s.product(f"{DAY}T12:00", "DISBURSE", d.platform, 200_000, listing="L1", borrower=borrower)
    return d.told()


def lent_names() -> Told:
    """Five people with one phone; the money of the fifth goes to a stranger's account."""
    d = Desk("names")
    people = [d.s.person() for _ in range(5)]
    for one, other in pairwise(people):
        d.s.tie("SAME_PHONE", one, other)
    for number, person in enumerate(people[:4]):
        d.offer(f"L{number}", person, day=number)
    d.offer("L4", people[4], day=4, paid=False)
    d.lend("L4", people[4], d.s.account(d.s.person()), day=4)
    return d.told()


def one_text() -> Told:
    """Five firms with nearly one text and one agent who signs for all of them; the newest was founded last week."""
    d = Desk("text")
    agent = d.s.person()
    for number in range(5):
        firm = d.s.org("2016-06-06") if number == 4 else d.s.org()
        d.offer(f"L{number}", firm, day=number, describe=TEXT + f"（{number}）", paid=False)
        d.lend(f"L{number}", firm, d.s.account(firm, signatories=[agent]), day=number)
    return d.told()


def same_bill() -> Told:
    """A new firm with too little capital pledges the warehouse and the bill of another listing that still runs."""
    d = Desk("bill")
    d.offer("L1", d.s.org(), collateral="盐城市亭湖区仓库一号", describe="电子商业汇票 票号 130531300001820160518")
    d.offer("L2", d.s.org(reg_capital_fen=1_000_000), day=3, collateral="盐城市亭湖区仓库 一号",
            describe="商业汇票票号：130531300001820160518")  # fmt: skip
    return d.told()


def repaid_by_the_platform() -> Told:
    """The loan went to a stranger, and the platform gives the borrower what he repays."""
    d = Desk("repaid")
    borrower = d.s.person()
    own, mine = d.s.account(d.platform, holds=500_000), d.s.account(borrower)
    d.offer("L1", borrower, paid=False)
    d.lend("L1", borrower, d.s.account(d.s.person()))
    d.s.pay(f"{days_after(DAY, 29)}T10:00", own, mine, 51_500)
    d.s.product(f"{DAY}T13:00", "REPAY_PLAN", d.platform, listing="L1", plan_id="P1", due=days_after(DAY, 30),
                principal_fen=5_000_000, interest_fen=150_000)  # fmt: skip
    d.s.pay(f"{days_after(DAY, 30)}T10:00", mine, d.custody, 51_500, "REPAY_PRIN", listing="L1", plan_id="P1")
    return d.told()


def honest() -> Told:
    """Known borrowers who get the money."""
    d = Desk("honest")
    d.offer("L1", d.s.person())
    d.offer("L2", d.s.org(reg_capital_fen=100_000_000))
    return d.told()


def entrusted_payment() -> Told:
    """The money goes to the car dealer and the hospital; the borrower's firm is new."""
    d = Desk("dealer")
    for number in range(2):
        borrower = d.s.org("2016-06-06")
        dealer = d.s.account(d.s.org(), "MERCHANT_SETTLE")
        d.offer(f"L{number}", borrower, paid=False)
        d.lend(f"L{number}", borrower, dealer)
    return d.told()


def start_up_with_a_bank() -> Told:
    """A new firm with little capital; a licensed bank lends beside the platform."""
    d = Desk("startup")
    firm, bank = d.s.org("2016-06-01", reg_capital_fen=1_000_000), d.s.bank()
    account = d.s.account(firm)
    d.s.pay("2016-06-10", d.s.account(bank, "BANK_INTERNAL", holds=900_000), account, 300_000, "LOAN_OUT")
    d.offer("L1", firm, paid=False, collateral="设备一批", describe="发票号码 12345678")
    d.lend("L1", firm, account)
    return d.told()


def miscarried() -> Told:
    """A listing that was full fails, and everybody gets his money back."""
    d = Desk("failed")
    d.offer("L1", d.s.person(), paid=False)
    payers = [e for e in d.s.told if getattr(e, "flow_class", None) == "INVEST_IN"]
    for number, paid in enumerate(payers):
        d.s.pay(f"{days_after(DAY, 2)}T10:{number:02d}", d.custody, paid.debtor_account, 50_000, "REFUND", "order", listing="L1")
    return d.told()


def collateral_released() -> Told:
    """The same house secures a second loan after the first one has ended."""
    d = Desk("released")
    borrower = d.s.org("2016-06-06", reg_capital_fen=100_000_000)
    d.offer("L1", borrower, collateral="解放南路8号房产")
    d.s.product(f"{days_after(DAY, 5)}T09:00", "CLOSE", d.platform, listing="L1")
    d.offer("L2", borrower, day=6, collateral="解放南路8号房产")
    return d.told()


EVASIONS = {
    "cancelled before": cancelled_before,
    "never paid out": never_paid_out,
    "lent names": lent_names,
    "one text": one_text,
    "same bill": same_bill,
    "repaid by the platform": repaid_by_the_platform,
}
LAWFUL = {
    "honest": honest,
    "entrusted payment": entrusted_payment,
    "start-up with a bank": start_up_with_a_bank,
    "miscarried": miscarried,
    "collateral released": collateral_released,
}
