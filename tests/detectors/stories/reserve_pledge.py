"""PAY-05: pledge tags and deposits behind loans, and what a bank, a court or an institution may do."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

CODE, BRANCH_CODE, OTHER_CODE = "102311000013", "102311000550", "103311000019"
DAY = "2016-07-04"  # of the loan


class House:
    """An institution with reserve at one bank, forty days of ordinary business, and a closing balance every night."""

    def __init__(self, name: str) -> None:
        self.s = s = Scenario(name)
        self.party = s.platform("PAY")
        s.licence(self.party, "payment")
        self.bank = s.bank()
        self.lender = s.account(self.bank, "BANK_INTERNAL", bank=CODE)
        self.reserve = s.account(self.party, "RSV_DEPOSITORY", bank=CODE, holds=6_000_000)
        self.elsewhere = s.account(self.party, "RSV_PAYRECV", bank=OTHER_CODE, holds=9_000_000)
        self.own = s.account(self.party, "OWN_BASIC", bank=OTHER_CODE)
        self.client, self.shop = s.account(s.person()), s.account(s.org(), "MERCHANT_SETTLE")

    def business(self, first: int = -36, last: int = 8, yuan: int = 50_000) -> None:
        """Each day a client pays in what a shop gets the next morning, from ``first`` to ``last`` of the loan's day."""
        for n in range(first, last + 1):
            order = f"{self.s.name}-{n}"
            self.s.pay(f"{days_after(DAY, n)}T14:00", self.client, self.reserve, yuan + 900 * (n % 7), "TOPUP", order_id=order)
            self.s.pay(f"{days_after(DAY, n + 1)}T09:00", self.reserve, self.shop, yuan + 900 * (n % 7), "MERCH_SETTLE",
                       order_id=order)  # fmt: skip

    def deposit(self, day: int, yuan: int, account: str = "", hour: int = 10) -> None:
        """Reserve money is brought to the lending bank."""
        self.s.pay(f"{days_after(DAY, day)}T{hour}:00", self.elsewhere, account or self.reserve, yuan, "SWEEP")

    def loan(self, yuan: int, payee: str = "", payer: str = "", day: int = 0, flow: str = "LOAN_OUT") -> None:
        self.s.pay(f"{days_after(DAY, day)}T15:00", payer or self.lender, payee or self.own, yuan, flow)

    def told(self) -> Told:
        return Told(self.s, self.party)


def tagged() -> Told:
    """A bank's pledge tag on the reserve; business goes on."""
    h = House("tag")
    h.business(-1, 2)
    h.s.account_event("PLEDGE", h.reserve, f"{DAY}T11:00", custodian=h.s.bank())
    return h.told()


def nobody_named() -> Told:
    """A tag that names no creditor."""
    h = House("noname")
    h.s.account_event("PLEDGE", h.elsewhere, f"{DAY}T11:00")
    h.business(0, 1)
    return h.told()


def two_accounts() -> Told:
    h = House("twotags")
    h.business(0, 1)
    lender = h.s.org(name="盐城融资有限公司")
    h.s.account_event("PLEDGE", h.reserve, f"{DAY}T11:00", owner=lender)
    h.s.account_event("PLEDGE", h.elsewhere, f"{DAY}T11:30", owner=lender)
    return h.told()


def deposit_for_loan() -> Told:
    """Five million are brought to the bank, which lends four and a half two days later; the money stays."""
    h = House("backed")
    h.business()
    h.deposit(-2, 5_000_000)
    h.loan(4_500_000)
    return h.told()


def special_account() -> Told:
    """The deposit lies in an account of its own, from which nothing is paid."""
    h = House("special")
    h.business(-5, 8, 3_000_000)  # at the same bank; it moves far more than the loan
    special = h.s.account(h.party, "RSV_SPECIAL", bank=CODE)
    h.deposit(-1, 2_000_000, special)
    h.loan(2_200_000)
    return h.told()


def another_branch() -> Told:
    """Another branch of the bank lends, to a firm of the owner."""
    h = House("branch")
    owner, firm = h.s.person(), h.s.org()
    h.s.owns(owner, h.party, 80)
    h.s.owns(owner, firm, 80)
    h.business()
    h.deposit(-3, 5_000_000)
    h.loan(5_000_000, h.s.account(firm), h.s.account(h.s.bank(), "BANK_INTERNAL", bank=BRANCH_CODE))
    return h.told()


def in_parts() -> Told:
    """Three deposits and two loans."""
    h = House("parts")
    h.business()
    for day, yuan in ((-3, 1_500_000), (-2, 1_500_000), (-1, 2_000_000)):
        h.deposit(day, yuan)
    h.loan(2_500_000)
    h.loan(2_500_000, day=1)
    return h.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def court_freeze(creditor: str = "盐城市中级人民法院") -> Callable[[], Told]:
    """冻结: a court, the police or the treasury holds the account."""

    def story() -> Told:
        h = House("court")
        h.business(0, 2)
        authority = h.s.org(name=creditor)
        if not creditor:
            h.s.account(authority, "TAX")
        h.s.account_event("PLEDGE", h.reserve, f"{DAY}T11:00", custodian=authority)
        return h.told()

    return story


def own_account_pledged() -> Told:
    """What the institution itself has may secure its debts."""
    h = House("ownpledge")
    h.business(0, 2)
    h.s.account_event("PLEDGE", h.own, f"{DAY}T11:00", custodian=h.bank)
    return h.told()


def working_capital() -> Told:
    """A loan beside ordinary business: the reserve moves as ever."""
    h = House("working")
    h.business(yuan=2_000_000)
    h.loan(2_000_000)
    return h.told()


def money_passes_on() -> Told:
    """The deposit before the loan is settled to shops within two days."""
    h = House("passes")
    h.business()
    h.deposit(-2, 5_000_000)
    h.loan(4_500_000)
    for n in range(5):
        h.s.pay(f"{days_after(DAY, 1)}T11:0{n}", h.reserve, h.shop, 1_000_000, "MERCH_SETTLE")
    return h.told()


def deposit_long_before() -> Told:
    h = House("before")
    h.business()
    h.deposit(-9, 5_000_000)
    h.loan(4_500_000)
    return h.told()


def deposit_too_small() -> Told:
    """Eighty per cent of the loan."""
    h = House("less")
    h.business()
    h.deposit(-2, 4_000_000)
    h.loan(5_000_000)
    return h.told()


def another_bank_lends() -> Told:
    h = House("otherbank")
    h.business()
    h.deposit(-2, 5_000_000)
    h.loan(4_500_000, payer=h.s.account(h.s.bank(), "BANK_INTERNAL", bank="104311000015"))
    return h.told()


def loan_to_a_stranger() -> Told:
    h = House("stranger")
    h.business()
    h.deposit(-2, 5_000_000)
    h.loan(4_500_000, h.s.account(h.s.org()))
    return h.told()


EVASIONS: dict[str, Callable[[], Told]] = {
    "nobody named": nobody_named,
    "two accounts": two_accounts,
    "deposit for loan": deposit_for_loan,
    "special account": special_account,
    "another branch": another_branch,
    "in parts": in_parts,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "court freeze": court_freeze(),
    "police freeze": court_freeze("盐城市公安局亭湖分局"),
    "treasury without a name": court_freeze(""),
    "own account pledged": own_account_pledged,
    "working capital": working_capital,
    "money passes on": money_passes_on,
    "deposit long before": deposit_long_before,
    "deposit too small": deposit_too_small,
    "another bank lends": another_bank_lends,
    "loan to a stranger": loan_to_a_stranger,
}
