"""P2P-05: a borrower's debt made good by the platform's circle on every route, and those who may lawfully stand in."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-05-23"
DUE = days_after(START, 30)
LATE = days_after(DUE, 2)


class Loan:
    """400,000 yuan lent to a company for a month in designated custody; 3,000 of interest fall due with it."""

    def __init__(self, name: str, **listing: str) -> None:
        self.s = Scenario(name)
        self.platform, self.controller = self.s.platform(), self.s.person()
        self.s.owns(self.controller, self.platform, 60)
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=5_000_000)
        self.people = [self.s.person() for _ in range(4)]
        self.clients = [self.s.account(person) for person in self.people]
        self.borrower = self.s.org()
        self.debtor = self.s.account(self.borrower)
        self.lend("L1", self.borrower, **listing)

    def lend(self, listing: str, borrower: str, **fields: str) -> None:
        s = self.s
        s.product(f"{START}T09:00", "LISTING", self.platform, 400_000, listing=listing, borrower=borrower, rate_ppm=90_000,
                  term_days=30, **fields)  # fmt: skip
        for number, (person, account) in enumerate(zip(self.people, self.clients)):
            s.product(f"{START}T09:3{number}", "SUBSCRIBE", self.platform, 100_000, listing=listing, investor=person,
                      claim=f"C{number}-{listing}", start=START, due=DUE)  # fmt: skip
            s.pay(f"{START}T10:0{number}", account, self.pot, 100_000, "INVEST_IN", "order", listing=listing,
                  order_id=f"C{number}-{listing}")  # fmt: skip
        s.product(f"{START}T11:00", "DISBURSE", self.platform, 400_000, listing=listing, borrower=borrower)
        s.product(f"{START}T11:01", "REPAY_PLAN", self.platform, listing=listing, plan_id=f"{listing}-1", due=DUE,
                  principal_fen=40_000_000, interest_fen=300_000)  # fmt: skip
        s.pay(f"{START}T12:00", self.pot, self.debtor, 400_000, "LOAN_OUT", listing=listing)
        s.pay(f"{days_after(START, 1)}T12:00", self.debtor, s.account(s.org()), 400_000, "SUPPLIER")

    def pay_clients(self, pot: str, day: str, flow: str = "RETURN_PRIN", each: int = 100_000) -> None:
        for number, account in enumerate(self.clients):
            self.s.pay(f"{day}T15:0{number}", pot, account, each, flow, "order", listing="L1", order_id=f"C{number}-L1")

    def told(self) -> Told:
        self.s.person(f"{days_after(LATE, 10)}T12:00")
        return Told(self.s, self.platform)


def compensated() -> Told:
    """The borrower pays nothing; two days later the platform compensates, and its bank says so."""
    x = Loan("comp")
    x.s.product(f"{days_after(DUE, 1)}T09:00", "OVERDUE", x.platform, plan_id="L1-1")
    x.s.pay(f"{LATE}T10:00", x.own, x.pot, 400_000, "COMPENSATE_PLAT", listing="L1")
    x.pay_clients(x.pot, LATE)
    return x.told()


def by_the_controller() -> Told:
    """The controller repays in the borrower's place."""
    x = Loan("r1")
    x.s.pay(f"{DUE}T10:00", x.s.account(x.controller, holds=500_000), x.pot, 400_000, "REPAY_PRIN", "obligation", listing="L1")
    x.pay_clients(x.pot, DUE)
    return x.told()


def lent_at_the_due_date() -> Told:
    """The platform lends the borrower what he repays the next morning."""
    x = Loan("lent")
    x.s.pay(f"{days_after(DUE, -1)}T16:00", x.own, x.debtor, 400_000)
    x.s.pay(f"{DUE}T10:00", x.debtor, x.pot, 400_000, "REPAY_PRIN", "obligation", listing="L1")
    x.pay_clients(x.pot, DUE)
    return x.told()


def claims_at_par() -> Told:
    """A firm of the controller's takes the claims over at par, a day after the borrower did not pay."""
    x = Loan("par")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    for number, person in enumerate(x.people):
        x.s.product(f"{days_after(DUE, 1)}T10:0{number}", "CLAIM_TRANSFER", x.platform, 100_000, claim=f"C{number}-L1",
                    from_party=person, to_party=firm, principal_fen=10_000_000)  # fmt: skip
    return x.told()


def fed_guarantor() -> Told:
    """A licensed guarantor of nobody's circle pays; the platform gave it the money the day before."""
    x = Loan("fed")
    guarantor = x.s.org(sector="GUARANTEE")
    x.s.licence(guarantor, "guarantee")
    account = x.s.account(guarantor)
    x.s.pay(f"{days_after(LATE, -1)}T10:00", x.own, account, 400_000)
    x.s.pay(f"{LATE}T10:00", account, x.pot, 400_000, "COMPENSATE_3P", listing="L1")
    x.pay_clients(x.pot, LATE)
    return x.told()


def risk_reserve() -> Told:
    """A “risk reserve” in the name of an association, filled by the platform, pays the clients."""
    x = Loan("reserve")
    reserve = x.s.account(x.s.org())
    x.s.pay(f"{days_after(LATE, -2)}T10:00", x.own, reserve, 600_000)
    x.pay_clients(reserve, LATE)
    return x.told()


def untagged_top_up() -> Told:
    """Own money enters custody without a word, and custody pays the clients of the overdue listing."""
    x = Loan("untagged")
    x.s.pay(f"{LATE}T10:00", x.own, x.pot, 400_000)
    x.pay_clients(x.pot, LATE)
    return x.told()


def related_guarantor() -> Told:
    """The controller's company, licensed, is the listing's guarantor."""
    s = Scenario("g")
    controller = s.person()
    firm = s.org(sector="GUARANTEE")
    s.licence(firm, "guarantee")
    platform, borrower = s.platform(), s.org()
    s.owns(controller, platform, 60)
    s.owns(controller, firm, 60)
    s.product(f"{START}T09:00", "LISTING", platform, 400_000, listing="L1", borrower=borrower, guarantor=firm, term_days=30)
    s.person(f"{days_after(START, 2)}T12:00")
    return Told(s, platform)


def unlicensed_guarantor(borrowers: int = 3, licence: str | None = None) -> Told:
    """A company without a licence stands surety for three borrowers."""
    s = Scenario("unlicensed")
    firm, platform = s.org(), s.platform()
    if licence is not None:
        s.licence(firm, licence)
    for number in range(borrowers):
        s.product(f"{days_after(START, number)}T09:00", "LISTING", platform, 400_000, listing=f"L{number}", borrower=s.org(),
                  guarantor=firm, term_days=30)  # fmt: skip
    s.person(f"{days_after(START, 5)}T12:00")
    return Told(s, platform)


def licensed_guarantor() -> Told:
    """LA-GUAR: a licensed guarantor of nobody's circle pays out of its own capital."""
    x = Loan("guar")
    guarantor = x.s.org(sector="GUARANTEE")
    x.s.licence(guarantor, "guarantee")
    x.s.pay(f"{LATE}T10:00", x.s.account(guarantor, holds=900_000), x.pot, 403_000, "COMPENSATE_3P", listing="L1")
    x.pay_clients(x.pot, LATE)
    return x.told()


def performance_bond() -> Told:
    """An insurer pays under its performance bond."""
    x = Loan("bond")
    insurer = x.s.org(sector="INS")
    x.s.licence(insurer, "insurance")
    x.s.pay(f"{LATE}T10:00", x.s.account(insurer, holds=900_000), x.pot, 403_000, "COMPENSATE_3P", listing="L1")
    x.pay_clients(x.pot, LATE)
    return x.told()


def fee_given_back() -> Told:
    """The borrower pays; the platform gives the clients its own fee back."""
    x = Loan("fee")
    x.s.pay(f"{DUE}T09:00", x.s.account(x.s.org(), holds=500_000), x.debtor, 403_000)
    x.s.pay(f"{DUE}T10:00", x.debtor, x.pot, 400_000, "REPAY_PRIN", "obligation", listing="L1")
    x.s.pay(f"{DUE}T10:01", x.debtor, x.pot, 3_000, "REPAY_INT", "obligation", listing="L1")
    x.pay_clients(x.pot, DUE)
    x.pay_clients(x.own, DUE, "REFUND", 200)
    return x.told()


def trade_with_the_circle() -> Told:
    """The borrower sells the controller's firm goods and repays out of the price."""
    x = Loan("trade")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    x.s.pay(f"{days_after(DUE, -1)}T10:00", x.s.account(firm, holds=900_000), x.debtor, 500_000, "SUPPLIER")
    x.s.pay(f"{DUE}T10:00", x.debtor, x.pot, 403_000, "REPAY_PRIN", "obligation", listing="L1")
    x.pay_clients(x.pot, DUE)
    return x.told()


def bad_claims_at_a_discount() -> Told:
    """A debt collector of the circle buys what is overdue at 40 % of par: a price, no guarantee."""
    x = Loan("discount")
    firm = x.s.org()
    x.s.owns(x.controller, firm, 90)
    for number, person in enumerate(x.people):
        x.s.product(f"{days_after(DUE, 5)}T10:0{number}", "CLAIM_TRANSFER", x.platform, 40_000, claim=f"C{number}-L1",
                    from_party=person, to_party=firm, principal_fen=10_000_000)  # fmt: skip
    return x.told()


EVASIONS = {
    "by the controller": by_the_controller,
    "lent at the due date": lent_at_the_due_date,
    "claims at par": claims_at_par,
    "fed guarantor": fed_guarantor,
    "risk reserve": risk_reserve,
    "untagged top-up": untagged_top_up,
    "related guarantor": related_guarantor,
    "unlicensed guarantor": unlicensed_guarantor,
}
LAWFUL = {
    "licensed guarantor": licensed_guarantor,
    "performance bond": performance_bond,
    "fee given back": fee_given_back,
    "trade with the circle": trade_with_the_circle,
    "bad claims at a discount": bad_claims_at_a_discount,
}
