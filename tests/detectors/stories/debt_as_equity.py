"""ECF-03: equity that pays like a loan, under every name, and equity that is equity."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
EACH = 50_000


class Raise:
    """A crowdfunding platform and one project of ``people`` investors who put in 50,000 yuan each."""

    def __init__(self, name: str, people: int = 8, **fields: str) -> None:
        self.s = Scenario(name)
        self.platform, self.issuer = self.s.platform("ECF"), self.s.org()
        self.own = self.s.account(self.issuer, holds=3_000_000)
        self.s.product(f"{DAY}T09:00", "LISTING", self.platform, EACH * people, listing="E1", borrower=self.issuer, **fields)
        self.people = [self.s.person() for _ in range(people)]
        self.accounts = [self.s.account(person) for person in self.people]
        for number, (person, account) in enumerate(zip(self.people, self.accounts)):
            moment = f"{DAY}T10:{number:02d}"
            self.s.product(moment, "SUBSCRIBE", self.platform, EACH, investor=person, listing="E1", claim=f"C{number}")
            self.s.pay(moment, account, self.own, EACH, "CAPITAL_IN", listing="E1")

    def pay(self, day: int, yuan: int, flow: str = "DIVIDEND", payer: str | None = None, jitter: bool = False) -> None:
        for number, account in enumerate(self.accounts):
            late = number % 3 if jitter else 0
            self.s.pay(f"{days_after(DAY, day + late)}T15:{number:02d}", payer or self.own, account, yuan, flow)

    def result(self, day: int, ppm: int) -> None:
        """What the project is said to bring."""
        self.s.product(f"{days_after(DAY, day)}T08:00", "LISTING", self.platform, EACH * len(self.people), listing="E1",
                       borrower=self.issuer, project_return_ppm=ppm)  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.platform)


def fixed_with_a_clause() -> Told:
    """One per cent every month for seven months; the text promises to buy back in the third year."""
    r = Raise("clause", describe="三年期满由发行人按本金加年化百分之十二回购")
    for month in range(1, 8):
        r.pay(30 * month, 500)
    return r.told()


def consulting_fees() -> Told:
    """Called a consulting fee and paid by a sister of the issuer, some days late; then everybody is bought out at a premium."""
    r = Raise("fees")
    owner, sister = r.s.person(), r.s.org()
    r.s.owns(owner, r.issuer, 80)
    r.s.owns(owner, sister, 80)
    pot = r.s.account(sister, holds=3_000_000)
    for month in range(1, 7):
        r.pay(30 * month, 500, "FEE" if month % 2 else "PAYROLL", pot, jitter=True)
    r.pay(210, EACH + 2_000, "OTHER")
    return r.told()


def paid_in_loss_months() -> Told:
    """No clause, no repurchase: fixed payments while the project loses."""
    r = Raise("loss")
    for month in range(1, 8):
        r.result(30 * month - 5, 20_000 - 15_000 * month)
        r.pay(30 * month, 500)
    return r.told()


def bought_by_the_controller() -> Told:
    """Claims are sold to the issuer's controller at par after monthly payments."""
    r = Raise("controller")
    controller = r.s.person()
    r.s.owns(controller, r.issuer, 90)
    for month in range(1, 7):
        r.pay(30 * month, 400)
    for number, person in enumerate(r.people[:6]):
        r.s.product(f"{days_after(DAY, 195)}T10:{number:02d}", "CLAIM_TRANSFER", r.platform, EACH, claim=f"C{number}",
                    from_party=person, to_party=controller, principal_fen=EACH * 100)  # fmt: skip
    return r.told()


def dividends_by_results() -> Told:
    """Quarterly dividends that follow the profit."""
    r = Raise("dividend")
    for quarter, yuan in ((1, 900), (2, 400), (3, 1_600)):
        r.result(90 * quarter - 5, 10_000 * quarter)
        r.pay(90 * quarter, yuan)
    return r.told()


def four_investors() -> Told:
    """A venture's four investors with a redemption clause that nobody used."""
    r = Raise("venture", 4, describe="五年未上市则由创始人回购")
    for month in range(1, 8):
        r.pay(30 * month, 300)
    return r.told()


def preferred_shares() -> Told:
    """Preferred shares of a licensed securities firm."""
    r = Raise("preferred", describe="优先股，固定股息，五年后可赎回，回购条款已披露")
    r.s.licence(r.issuer, "securities")
    for month in range(1, 8):
        r.pay(30 * month, 500)
    return r.told()


def four_months() -> Told:
    """Too early to tell."""
    r = Raise("early", describe="到期由发行人回购")
    for month in range(1, 5):
        r.pay(30 * month, 500)
    return r.told()


def no_rhythm() -> Told:
    """Payments when there is money, and one investor bought out by another."""
    r = Raise("free")
    for day, yuan in ((25, 300), (100, 900), (130, 200), (200, 1_200)):
        r.pay(day, yuan)
    r.s.product(f"{days_after(DAY, 195)}T10:00", "CLAIM_TRANSFER", r.platform, EACH, claim="C0", from_party=r.people[0],
                to_party=r.s.person(), principal_fen=EACH * 100)  # fmt: skip
    return r.told()


EVASIONS = {
    "consulting fees": consulting_fees,
    "paid in loss months": paid_in_loss_months,
    "bought by the controller": bought_by_the_controller,
}
LAWFUL = {
    "dividends by results": dividends_by_results,
    "four investors": four_investors,
    "preferred shares": preferred_shares,
    "four months": four_months,
    "no rhythm": no_rhythm,
}
