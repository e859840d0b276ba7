"""RE-02 and RE-03: platforms that finance builders or sell homes in shares, and those that do not."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Desk:
    """A platform with custody and listings of which ``people`` subscribe equal parts."""

    def __init__(self, name: str, sector: str = "P2P") -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform(sector)
        self.custody = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                      role_basis="designated", holds=9_000_000)  # fmt: skip

    def raise_(self, listing: str, borrower: str, yuan: int, people: int, day: int = 0, pot: str = "", **fields: str) -> None:
        self.s.product(f"{days_after(DAY, day)}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=borrower,
                       term_days=300, **fields)  # fmt: skip
        for number in range(people):
            investor, moment = self.s.person(), f"{days_after(DAY, day)}T10:{number:02d}"
            self.s.product(moment, "SUBSCRIBE", self.platform, yuan // people, investor=investor, listing=listing,
                           claim=f"{listing}-{number}", due=days_after(DAY, day + 300))  # fmt: skip
            self.s.pay(moment, self.s.account(investor), pot or self.custody, yuan // people, "INVEST_IN", "order",
                       listing=listing)  # fmt: skip

    def lend(self, listing: str, account: str, yuan: int, day: int = 0) -> None:
        self.s.pay(f"{days_after(DAY, day)}T12:00", self.custody, account, yuan, "LOAN_OUT", listing=listing)

    def told(self) -> Told:
        return Told(self.s, self.platform)


def developer_borrows() -> Told:
    """A developer asks for 1.2 million yuan."""
    d = Desk("developer")
    firm = d.s.org(sector="REALESTATE")
    d.raise_("L1", firm, 1_200_000, 12)
    d.lend("L1", d.s.account(firm), 1_200_000)
    return d.told()


def stated_use() -> Told:
    """Thirty investors of small sums; the listing gives its use by the code of the supervision interface."""
    d = Desk("use")
    borrower = d.s.org()
    d.raise_("L1", borrower, 90_000, 30, loan_use="3")
    d.lend("L1", d.s.account(borrower), 90_000)
    return d.told()


def builder_in_front() -> Told:
    """A decoration firm borrows; in two steps the money is with a developer and at the land bureau."""
    d = Desk("front")
    firm, other = d.s.org(), d.s.org()
    mine, theirs = d.s.account(firm), d.s.account(other)
    land = d.s.account(d.s.org(name="盐城市国土资源局", sector="OTHER"))
    d.raise_("L1", firm, 1_500_000, 10)
    d.lend("L1", mine, 1_500_000, 1)
    d.s.pay(f"{days_after(DAY, 4)}T10:00", mine, theirs, 1_500_000)
    d.s.pay(f"{days_after(DAY, 20)}T10:00", theirs, land, 700_000)
    d.s.pay(f"{days_after(DAY, 30)}T10:00", theirs, d.s.account(d.s.org(sector="REALESTATE")), 300_000)
    return d.told()


def sister_of_a_developer() -> Told:
    """A trading firm that a developer controls."""
    d = Desk("sister", "ECF")
    firm, developer = d.s.org(), d.s.org(sector="REALESTATE")
    d.s.owns(developer, firm, 80)
    d.raise_("L1", firm, 1_000_000, 8)
    return d.told()


def material_supplier() -> Told:
    """A supplier of steel pays his own suppliers by invoice, one of whom belongs to a developer."""
    d = Desk("steel")
    firm = d.s.org()
    account = d.s.account(firm)
    d.raise_("L1", firm, 1_500_000, 10)
    d.lend("L1", account, 1_500_000, 1)
    d.s.pay(f"{days_after(DAY, 4)}T10:00", account, d.s.account(d.s.org(sector="REALESTATE")), 1_500_000, "SUPPLIER")
    return d.told()


def licensed_trust() -> Told:
    """A trust company lends to a developer."""
    d = Desk("trust", "AM")
    d.s.licence(d.platform, "trust")
    developer = d.s.org(sector="REALESTATE")
    d.raise_("L1", developer, 5_000_000, 10)
    d.lend("L1", d.s.account(developer), 5_000_000)
    return d.told()


def small_rent_deposits() -> Told:
    """Tenants' loans for deposits: a third of each goes to an agent, and all together are small."""
    d = Desk("rent")
    agent = d.s.account(d.s.org(sector="REALESTATE"))
    for number in range(4):
        tenant = d.s.person()
        account = d.s.account(tenant)
        d.raise_(f"L{number}", tenant, 30_000, 3)
        d.lend(f"L{number}", account, 30_000, 1)
        d.s.pay(f"{days_after(DAY, 3)}T10:{number:02d}", account, agent, 10_000, "RENT")
    return d.told()


def shares_of_a_flat() -> Told:
    """Fifteen people subscribe shares of a holiday flat that is to be bought back at a premium."""
    d = Desk("flat", "ECF")
    d.raise_("C1", d.s.org(), 450_000, 15, describe="众筹海景公寓，两年后由开发商溢价回购")
    return d.told()


def through_a_partnership() -> Told:
    """Four subscribers, one of whom is a partnership of nine."""
    d = Desk("wrapper")
    partnership = d.s.org()
    for _ in range(9):
        d.s.owns(d.s.person(), partnership, 11)
    d.raise_("C1", d.s.org(), 90_000, 3, describe="商铺份额认购，包租五年")
    d.s.product(f"{DAY}T15:00", "SUBSCRIBE", d.platform, 300_000, investor=partnership, listing="C1", claim="C1-x",
                due=days_after(DAY, 300))  # fmt: skip
    return d.told()


def group_purchase() -> Told:
    """Twenty families buy flats at a discount, each by his own contract and into the escrow of the pre-sale."""
    d = Desk("group", "ECF")
    escrow = d.s.account(d.s.org(), "ESCROW_PRESALE")
    d.raise_("C1", d.s.org(), 2_000_000, 20, pot=escrow, describe="团购住宅，认购享折扣")
    return d.told()


def co_operative() -> Told:
    """A registered housing co-operative builds for its twelve members."""
    d = Desk("coop", "ECF")
    firm = d.s.org(name="盐城市职工住宅合作社")
    d.raise_("C1", firm, 600_000, 12, describe="社员合建住宅，认购份额，退社时由合作社回购")
    d.lend("C1", d.s.account(firm), 600_000)
    return d.told()


def nine_people() -> Told:
    """Nine people share a flat."""
    d = Desk("nine", "ECF")
    firm = d.s.org()
    d.raise_("C1", firm, 90_000, 9, describe="众筹公寓，三年后转售收益分成")
    d.lend("C1", d.s.account(firm), 90_000)
    return d.told()


def secured_loan() -> Told:
    """A loan secured by a house, and one for decoration at a discount: nobody shares a property."""
    d = Desk("secured")
    for listing, text in (("L1", "以自有房产抵押，经营周转，到期还款"), ("L2", "房屋装修借款，商家给予折扣")):
        borrower = d.s.person()
        d.raise_(listing, borrower, 180_000, 12, describe=text)
        d.lend(listing, d.s.account(borrower), 180_000)
    return d.told()


FINANCE_EVASIONS = {
    "stated use": stated_use,
    "builder in front": builder_in_front,
    "sister of a developer": sister_of_a_developer,
}
FINANCE_LAWFUL = {
    "material supplier": material_supplier,
    "licensed trust": licensed_trust,
    "small rent deposits": small_rent_deposits,
}
CROWD_EVASIONS = {"through a partnership": through_a_partnership}
CROWD_LAWFUL = {
    "group purchase": group_purchase,
    "co-operative": co_operative,
    "nine people": nine_people,
    "secured loan": secured_loan,
}
