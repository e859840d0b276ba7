"""P2P-13: managing, packing, dealing in and selling what a platform may not, and what lenders may do among themselves."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Desk:
    """A platform with its listings; claims are subscribed to listings or to a product."""

    def __init__(self, name: str, sector: str = "P2P", **fields: str) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform(sector, **fields)
        self.claims = 0

    def say(self, day: int, kind: str, yuan: int | None = None, hour: int = 10, **fields: object) -> None:
        self.s.product(f"{days_after(DAY, day)}T{hour:02d}:00", kind, self.platform, yuan, **fields)

    def subscribe(self, day: int, investor: str, yuan: int, **fields: object) -> str:
        """A claim of ninety days; returns its name."""
        self.claims += 1
        claim = f"{self.s.name}-C{self.claims}"
        self.say(day, "SUBSCRIBE", yuan, investor=investor, claim=claim, start=days_after(DAY, day),
                 due=days_after(DAY, day + 90), **fields)  # fmt: skip
        return claim

    def transfer(self, day: int, claim: str, seller: str, buyer: str, yuan: int, **fields: object) -> None:
        self.say(day, "CLAIM_TRANSFER", yuan, 14, claim=claim, from_party=seller, to_party=buyer, principal_fen=yuan * 100,
                 **fields)  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.platform)


def super_lender() -> Told:
    """One person passes on twelve claims of 15,000 yuan within three weeks."""
    d = Desk("super")
    lender = d.s.person()
    for number in range(12):
        claim = d.subscribe(0, lender, 15_000, listing=f"L{number}")
        d.transfer(2 * number, claim, lender, d.s.person(), 15_000)
    return d.told()


def spread_over_hands() -> Told:
    """Three firms of one owner pass on four claims each."""
    d = Desk("hands")
    owner = d.s.person()
    firms = [d.s.org() for _ in range(3)]
    for firm in firms:
        d.s.owns(owner, firm, 90)
        for number in range(4):
            claim = d.subscribe(0, firm, 12_000, listing=f"L{number}")
            d.transfer(5 + number, claim, firm, d.s.person(), 12_000)
    return d.told()


def managed_plan(product: str = "安心计划", listings: int = 24, name: str = "plan", **fields: str) -> Told:
    """Money of four investors is spread over twenty-four listings and matched anew every month."""
    d = Desk(name, **fields)
    d.say(0, "PRODUCT", product=product, term_days=180, hour=8)
    claims = [d.subscribe(0, d.s.person(), 60_000, product=product) for _ in range(4)]
    for number in range(listings):
        for claim in claims[: 2 if number % 2 else 4]:
            d.say(30 * (number // (listings // 3)), "ALLOC", 2_500, 12, product=product, listing=f"L{number}", claim=claim)
    return d.told()


def packed_claims() -> Told:
    """Six claims go to one buyer as one package, twice."""
    d = Desk("pack")
    seller = d.s.person()
    for package in range(2):
        buyer = d.s.person()
        for number in range(3):
            claim = d.subscribe(0, seller, 20_000, listing=f"L{package}{number}")
            d.transfer(3, claim, seller, buyer, 20_000, product=f"专区{package}")
    return d.told()


def packed_in_a_vehicle() -> Told:
    """A vehicle holds three claims, and shares of it are sold as a product."""
    d = Desk("vehicle")
    firm, vehicle = d.s.org(), d.s.org()
    claims = [d.subscribe(0, firm, 80_000, listing=f"L{number}") for number in range(3)]
    for claim in claims:
        d.say(1, "HOLDING", 80_000, vehicle=vehicle, asset=claim)
    d.say(2, "PRODUCT", product="优选三号", term_days=90, vehicle=vehicle)
    for _ in range(6):
        d.subscribe(3, d.s.person(), 40_000, product="优选三号")
    return d.told()


def trust_sold() -> Told:
    """A trust plan is sold in pieces by a platform that has no licence to sell it."""
    d = Desk("trust")
    trust = d.s.org()
    d.s.licence(trust, "trust")
    d.say(0, "PRODUCT", product="稳盈一号", term_days=365, issuer=trust)
    for _ in range(5):
        d.subscribe(1, d.s.person(), 50_000, product="稳盈一号")
    return d.told()


def units_of_income() -> Told:
    """A listing that sells shares of the income of a film."""
    d = Desk("units")
    d.say(0, "LISTING", 300_000, listing="E1", borrower=d.s.org(), term_days=90, describe="影视收 益权转让")
    for _ in range(3):
        d.subscribe(1, d.s.person(), 100_000, listing="E1")
    return d.told()


def on_a_crowdfunding_platform() -> Told:
    """The same by a platform for equity crowdfunding (ECF-05)."""
    d = Desk("ecf", "ECF")
    d.say(0, "LISTING", 300_000, listing="E1", borrower=d.s.org(), term_days=90, describe="商铺租金收益权份额")
    for _ in range(3):
        d.subscribe(1, d.s.person(), 100_000, listing="E1")
    return d.told()


def between_lenders() -> Told:
    """Six lenders pass on one claim each to another lender."""
    d = Desk("lenders")
    for number in range(6):
        lender = d.s.person()
        claim = d.subscribe(0, lender, 80_000, listing=f"L{number}")
        d.transfer(20 + number, claim, lender, d.s.person(), 80_000)
    return d.told()


def three_in_a_quarter() -> Told:
    """One lender who needs money sells three claims within ninety days."""
    d = Desk("three")
    lender = d.s.person()
    for number in range(3):
        claim = d.subscribe(0, lender, 100_000, listing=f"L{number}")
        d.transfer(25 * number + 1, claim, lender, d.s.person(), 100_000)
    return d.told()


def licensed_sales() -> Told:
    """A platform with a licence to sell funds sells a fund."""
    d = Desk("sales", "AM")
    d.s.licence(d.platform, "fund_sales")
    fund = d.s.org()
    d.s.licence(fund, "fund")
    d.say(0, "PRODUCT", product="货币一号", term_days=0, issuer=fund, describe="公募基金")
    for _ in range(5):
        d.subscribe(1, d.s.person(), 80_000, product="货币一号")
    return d.told()


def licensed_manager() -> Told:
    """A trust company manages a pooled plan."""
    s = Desk("manager", "AM")
    s.s.licence(s.platform, "trust")
    s.say(0, "PRODUCT", product="集合一号", term_days=180)
    claims = [s.subscribe(0, s.s.person(), 500_000, product="集合一号") for _ in range(2)]
    for number in range(24):
        s.say(30 * (number // 8), "ALLOC", 20_000, 12, product="集合一号", listing=f"L{number}", claim=claims[number % 2])
    return s.told()


def spread_once() -> Told:
    """A bidding tool spreads the money over twenty-five listings in three days, and leaves it there."""
    d = Desk("tool")
    d.say(0, "PRODUCT", product="自动投标", term_days=90, hour=8)
    claims = [d.subscribe(0, d.s.person(), 50_000, product="自动投标") for _ in range(4)]
    for number in range(25):
        for claim in claims:
            d.say(number % 3, "ALLOC", 2_000, 12, product="自动投标", listing=f"L{number}", claim=claim)
    return d.told()


def pledged_equity() -> Told:
    """Equity and income rights that only secure a loan are not sold."""
    d = Desk("pledge")
    d.say(0, "LISTING", 300_000, listing="L1", borrower=d.s.org(), term_days=90, describe="以股权质押、门票收益权质押的借款")
    for _ in range(3):
        d.subscribe(1, d.s.person(), 100_000, listing="L1")
    return d.told()


def own_equity_on_crowdfunding() -> Told:
    """Equity of the project itself is what a crowdfunding platform is for."""
    d = Desk("equity", "ECF")
    d.say(0, "LISTING", 300_000, listing="E1", borrower=d.s.org(), term_days=365, describe="出让公司股权百分之十")
    for _ in range(3):
        d.subscribe(1, d.s.person(), 100_000, listing="E1")
    return d.told()


EVASIONS = {
    "spread over hands": spread_over_hands,
    "managed plan": managed_plan,
    "packed claims": packed_claims,
    "packed in a vehicle": packed_in_a_vehicle,
    "trust sold": trust_sold,
    "units of income": units_of_income,
    "on a crowdfunding platform": on_a_crowdfunding_platform,
}
LAWFUL = {
    "between lenders": between_lenders,
    "three in a quarter": three_in_a_quarter,
    "licensed sales": licensed_sales,
    "licensed manager": licensed_manager,
    "spread once": spread_once,
    "pledged equity": pledged_equity,
    "own equity on crowdfunding": own_equity_on_crowdfunding,
}
