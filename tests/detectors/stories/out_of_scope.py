"""ILF-06: bodies without a licence that take, lend and guarantee, and bodies that may or do not."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Body:
    """A company by name and sector, with an account."""

    def __init__(self, name: str, title: str = "盐城鼎盛财富管理有限公司", sector: str = "ILF") -> None:
        self.s = Scenario(name)
        self.party = self.s.org(name=title, sector=sector)
        self.purse = self.s.account(self.party, holds=2_000_000)

    def take(self, people: int = 10, yuan: int = 10_000, purse: str | None = None, basis: str = "order") -> list[str]:
        """One investor a minute; returns their parties."""
        persons = [self.s.person() for _ in range(people)]
        for number, person in enumerate(persons):
            account = self.s.account(person, "PERSONAL_I")
            self.s.pay(f"{DAY}T10:{number:02d}", account, purse or self.purse, yuan, "INVEST_IN", basis)
        return persons

    def lend(self, borrowers: int = 5, interest: int = 300, payer: str | None = None) -> list[str]:
        persons = [self.s.person() for _ in range(borrowers)]
        for number, person in enumerate(persons):
            account = self.s.account(person, "PERSONAL_I")
            self.s.pay(f"{DAY}T11:{number:02d}", payer or self.purse, account, 20_000, "LOAN_OUT")
            if interest:
                self.s.pay(f"{days_after(DAY, 30)}T11:{number:02d}", account, self.purse, interest, "REPAY_INT")
        return persons

    def told(self, subject: str | None = None) -> Told:
        return Told(self.s, subject or self.party)


def ten_investors() -> Told:
    """A wealth manager takes 100,000 yuan from ten persons on its own account."""
    b = Body("takes")
    b.take()
    return b.told()


def five_borrowers() -> Told:
    """Loans at interest to five persons."""
    b = Body("lends", "盐城恒通投资咨询有限公司")
    b.lend()
    return b.told()


def guarantor() -> Told:
    """Fees from five, and the claims of five others paid."""
    b = Body("guarantees", "盐城信达非融资性担保有限公司", "GUARANTEE")
    for number in range(5):
        b.s.pay(f"{DAY}T10:0{number}", b.s.account(b.s.person()), b.purse, 500, "FEE")
        b.s.pay(f"{days_after(DAY, 20)}T10:0{number}", b.purse, b.s.account(b.s.person()), 20_000, "COMPENSATE_3P")
    return b.told()


def owners_account() -> Told:
    """The owner of an adviser takes the money on his private account."""
    b = Body("private", "盐城聚源投资咨询有限公司")
    owner = b.s.person()
    b.s.owns(owner, b.party, 100)
    b.take(purse=b.s.account(owner, "PERSONAL_I"))
    return b.told()


def sister_lends() -> Told:
    """A trading firm of the same owner lends, and the adviser takes the interest."""
    b = Body("sister", "盐城聚财商务咨询有限公司")
    owner, sister = b.s.person(), b.s.org(name="盐城聚财商贸有限公司")
    for firm in (b.party, sister):
        b.s.owns(owner, firm, 100)
    b.lend(payer=b.s.account(sister, holds=500_000))
    return b.told(sister)


def nine_investors() -> Told:
    b = Body("nine")
    b.take(9)
    return b.told()


def licensed_lender() -> Told:
    b = Body("microloan", "盐城惠农小额贷款有限公司", "OTHER")
    b.s.licence(b.party, "microloan")
    b.lend(8)
    return b.told()


def pawn_shop() -> Told:
    b = Body("pawn", "盐城诚信典当有限公司", "OTHER")
    b.lend(8)
    return b.told()


def without_interest() -> Told:
    """Eight loans that bear nothing, and four that do."""
    b = Body("helps", "盐城东方机械制造有限公司", "OTHER")
    b.lend(8, 0)
    b.lend(4)
    return b.told()


def raising_account() -> Told:
    """A filed fund, by a raising account that its custodian designated."""
    b = Body("fund", "盐城远见股权投资管理有限公司", "AM")
    b.s.licence(b.party, "private_fund")
    b.take(20, purse=b.s.account(b.party, "FUND_RAISE", role_basis="designated"))
    return b.told()


def refunded() -> Told:
    """Twelve paid, the plan failed, and by the bank's code they got it back; one of them before the others paid."""
    b = Body("refunded")
    for number in range(12):
        account = b.s.account(b.s.person(), "PERSONAL_I")
        day = days_after(DAY, 5 * (number > 3))
        b.s.pay(f"{day}T10:{number:02d}", account, b.purse, 10_000, "INVEST_IN", "order")
        b.s.pay(f"{days_after(day, 2)}T10:{number:02d}", b.purse, account, 10_000, "REFUND")
    return b.told()


def inside() -> Told:
    """Five of the staff, five registered shareholders and five others."""
    b = Body("inside", "盐城合力信息咨询有限公司")
    for number, person in enumerate(b.take(15)):
        if number < 5:
            b.s.pay(f"2016-06-01T10:0{number}", b.purse, b.s.account(person), 5_000, "PAYROLL")
        elif number < 10:
            b.s.owns(person, b.party, 15)
    return b.told()


EVASIONS = {
    "five borrowers": five_borrowers,
    "guarantor": guarantor,
    "owner's account": owners_account,
    "sister lends": sister_lends,
}
LAWFUL = {
    "nine investors": nine_investors,
    "licensed lender": licensed_lender,
    "pawn shop": pawn_shop,
    "without interest": without_interest,
    "raising account": raising_account,
    "refunded": refunded,
    "inside": inside,
}
