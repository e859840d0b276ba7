"""P2P-13 未批资管、债权转让: plans under management, packages, dealers in claims, products of others (catalogue §4.1)."""

from chuantou.city.lending import RATE_PPM, LendingPlatform
from chuantou.city.scene import Scene

DAY = 12
EACH = 2_000_000
MAY = (
    "P2P-01", "P2P-02", "P2P-03", "P2P-07", "P2P-09", "P2P-16", "P2P-20", "ECF-04",
    "AM-01", "AM-02", "ILF-02", "ILF-06", "REG-01", "COOP-01",
)  # fmt: skip


class Register:
    """The platform's register of claims; the money of this story is not told."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, region=region)
        self.claims = 0

    def subscribe(self, day: int, investor: str, fen: int, **what: str) -> str:
        self.claims += 1
        claim = f"{self.scene.namespace}-C{self.claims}"
        date = self.scene.book.date
        self.platform.say(day, "SUBSCRIBE", investor=investor, claim=claim, amount_fen=fen, start=date(day),
                          due=date(day + 365), rate_ppm=RATE_PPM, **what)  # fmt: skip
        return claim

    def transfer(self, day: int, claim: str, seller: str, fen: int, **what: str) -> None:
        self.platform.say(day, "CLAIM_TRANSFER", claim=claim, from_party=seller, to_party=self.scene.person(),
                          principal_fen=fen, amount_fen=fen, **what)  # fmt: skip

    def told(self, limb: int, items: int, fen: int, day: int) -> None:
        values = {"limb": (limb, limb), "n_items": (items, items), "amount_fen": (fen, fen)}
        self.scene.must(self.platform.party, "orange", values, (day, day))
        self.scene.may(MAY)


def dealer(scene: Scene) -> None:
    """One lender passes on twelve claims of 20,000 yuan within a month."""
    register, lender = Register(scene), scene.person()
    for number in range(12):
        claim = register.subscribe(DAY, lender, EACH, listing=f"{scene.namespace}-L{number}")
        register.transfer(DAY + 2 * number, claim, lender, EACH)
    register.told(3, 12, 12 * EACH, DAY + 18)


def three_hands(scene: Scene) -> None:
    """Evasion: three firms of one owner pass on four claims each."""
    register, owner = Register(scene, "320903"), scene.person()
    for number in range(3):
        firm = scene.org(f"盐城鑫源{number + 1}号商务有限公司")
        scene.owns(owner, firm, 900_000)
        for claim_number in range(4):
            claim = register.subscribe(DAY, firm, EACH, listing=f"{scene.namespace}-L{number}{claim_number}")
            register.transfer(DAY + 3 + claim_number, claim, firm, EACH)
    register.told(3, 12, 12 * EACH, DAY + 6)


def zone(scene: Scene) -> None:
    """Evasion: a “zone” whose money is matched anew to other listings every month."""
    register, product = Register(scene, "320904"), f"{scene.namespace}-专区"
    register.platform.say(DAY, "PRODUCT", product=product, term_days=365)
    claims = [register.subscribe(DAY, scene.person(), 6 * EACH, product=product) for _ in range(3)]
    for number in range(24):
        for claim in claims:
            register.platform.say(DAY + 30 * (number // 8), "ALLOC", product=product, claim=claim, amount_fen=EACH // 4,
                                  listing=f"{scene.namespace}-L{number}")  # fmt: skip
    register.told(1, 24, 18 * EACH, DAY + 60)


def package(scene: Scene) -> None:
    """Evasion: four claims under one item of transfer."""
    register, seller = Register(scene, "320921"), scene.person()
    for number in range(4):
        claim = register.subscribe(DAY, seller, 2 * EACH, listing=f"{scene.namespace}-L{number}")
        register.transfer(DAY + 2, claim, seller, 2 * EACH, product=f"{scene.namespace}-尊享")
    register.told(2, 4, 8 * EACH, DAY + 2)


def trust_plan(scene: Scene) -> None:
    """A trust plan is sold in small parts, without a licence to sell it."""
    register, product = Register(scene, "320922"), f"{scene.namespace}-稳盈"
    trust = scene.org("江苏黄海信托有限责任公司", "AM")
    scene.licence(trust, "trust")
    register.platform.say(DAY, "PRODUCT", product=product, term_days=365, issuer=trust)
    for _ in range(6):
        register.subscribe(DAY + 1, scene.person(), 2 * EACH, product=product)
    register.told(4, 1, 12 * EACH, DAY + 1)


def income_rights(scene: Scene) -> None:
    """Shares of the rent of a hotel are sold to three people."""
    register, listing = Register(scene, "320923"), f"{scene.namespace}-L1"
    register.platform.say(DAY, "LISTING", listing=listing, borrower=scene.org("盐城湖畔酒店有限公司"), amount_fen=9 * EACH,
                          rate_ppm=RATE_PPM, term_days=365, describe="酒店客房收益权转让")  # fmt: skip
    for _ in range(3):
        register.subscribe(DAY + 1, scene.person(), 3 * EACH, listing=listing)
    register.told(5, 3, 9 * EACH, DAY + 1)


def between_lenders(scene: Scene) -> None:
    """Look-alike: lenders who need their money sell one claim, or three in a quarter, to another lender."""
    register = Register(scene)
    for number in range(5):
        lender = scene.person()
        for turn in range(3 if number == 0 else 1):
            claim = register.subscribe(DAY, lender, 5 * EACH, listing=f"{scene.namespace}-L{number}{turn}")
            register.transfer(DAY + 20 * turn + number, claim, lender, 5 * EACH)
    scene.lawful()


def licensed_sales(scene: Scene) -> None:
    """Look-alike: a platform that is licensed to sell funds sells one."""
    register, product = Register(scene), f"{scene.namespace}-货币"
    scene.licence(register.platform.party, "fund_sales")
    fund = scene.org("江苏黄海基金管理有限公司", "AM")
    scene.licence(fund, "fund")
    register.platform.say(DAY, "PRODUCT", product=product, term_days=365, issuer=fund)
    for _ in range(6):
        register.subscribe(DAY + 1, scene.person(), 2 * EACH, product=product)
    scene.lawful()


def bidding_tool(scene: Scene) -> None:
    """Look-alike: money that was spread over many listings at once, and not moved again; equity that only secures a loan."""
    register, product = Register(scene), f"{scene.namespace}-自动投标"
    register.platform.say(DAY, "PRODUCT", product=product, term_days=365)
    claims = [register.subscribe(DAY, scene.person(), 5 * EACH, product=product) for _ in range(3)]
    for number in range(22):
        for claim in claims:
            register.platform.say(DAY + number % 3, "ALLOC", product=product, claim=claim, amount_fen=EACH // 8,
                                  listing=f"{scene.namespace}-L{number}")  # fmt: skip
    listing = f"{scene.namespace}-P1"
    register.platform.say(DAY, "LISTING", listing=listing, borrower=scene.org("盐城远航船务有限公司"), amount_fen=9 * EACH,
                          rate_ppm=RATE_PPM, term_days=365, describe="股权质押经营借款")  # fmt: skip
    for _ in range(3):
        register.subscribe(DAY + 1, scene.person(), 3 * EACH, listing=listing)
    scene.lawful()


SCENES = (
    ("p2p13.dealer", "P2P-13", "clean", dealer),
    ("p2p13.trust", "P2P-13", "clean", trust_plan),
    ("p2p13.units", "P2P-13", "clean", income_rights),
    ("p2p13.hands", "P2P-13", "three-hands", three_hands),
    ("p2p13.zone", "P2P-13", "zone-matched-anew", zone),
    ("p2p13.package", "P2P-13", "package", package),
    ("p2p13.lenders", "P2P-13", "lookalike:between-lenders", between_lenders),
    ("p2p13.sales", "P2P-13", "lookalike:licensed-sales", licensed_sales),
    ("p2p13.tool", "P2P-13", "lookalike:bidding-tool", bidding_tool),
)
