"""RE-02 and RE-03 房地产金融、众筹买房: developers behind loans, homes in shares (catalogue §4.2)."""

from chuantou.city.lending import Client, LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 18
PEOPLE = 12
MAY = ("P2P-01", "P2P-03", "P2P-04", "P2P-09", "P2P-12", "P2P-13", "P2P-16", "P2P-20", "ECF-01", "ECF-04", "AM-01", "AM-02",
       "ILF-02", "ILF-06", "REG-01", "RE-02", "RE-03")  # fmt: skip


class Desk:
    """A platform whose listings are filled by twelve investors and paid out."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, sub_ledgers=False, region=region)

    def lend(self, borrower: Client, fen: int, people: int = PEOPLE, **fields: str) -> str:
        """A listing of 200 days with what it says; returns its name."""
        scene, platform, date = self.scene, self.platform, self.scene.book.date
        listing = f"{scene.namespace}-L1"
        platform.say(DAY, "LISTING", listing=listing, borrower=borrower.party, amount_fen=fen, rate_ppm=90_000, term_days=200,
                     **fields)  # fmt: skip
        for number in range(people):
            investor, claim = platform.client(), f"{listing}-C{number}"
            platform.say(DAY, "SUBSCRIBE", investor=investor.party, listing=listing, claim=claim, amount_fen=fen // people,
                         start=date(DAY), due=date(DAY + 200))  # fmt: skip
            scene.pay(DAY, hms(14, number), investor.bank, platform.master, fen // people, flow_class="INVEST_IN",
                      class_basis="order", order_id=claim, listing=listing)  # fmt: skip
        platform.say(DAY, "DISBURSE", listing=listing, borrower=borrower.party, amount_fen=fen)
        platform.say(DAY, "REPAY_PLAN", listing=listing, plan_id=f"{listing}-P1", due=date(DAY + 200), principal_fen=fen,
                     interest_fen=fen // 20, issue_no=1)  # fmt: skip
        scene.pay(DAY, hms(16), platform.master, borrower.bank, fen, flow_class="LOAN_OUT", class_basis="source",
                  listing=listing)  # fmt: skip
        return listing

    def firm(self, name: str, sector: str = "OTHER") -> Client:
        return self.platform.client(party=self.scene.org(name, sector), opening_fen=0)

    def told(self, severity: str, values: dict[str, int], day: int) -> None:
        self.scene.must(self.platform.party, severity, {name: (value, value) for name, value in values.items()}, (day, day))
        self.scene.may(MAY)


def developer(scene: Scene) -> None:
    """A developer borrows 1.2 million yuan."""
    desk = Desk(scene)
    desk.lend(desk.firm("盐城新城置业有限公司", "REALESTATE"), 120_000_000)
    desk.told("red", {"raised_fen": 120_000_000, "n_investors": PEOPLE, "by_money": 0}, DAY)


def decorator(scene: Scene) -> None:
    """Evasion: a decoration firm borrows; through another firm the money reaches developer and land bureau."""
    desk = Desk(scene, "320903")
    front, other = desk.firm("盐城美居装饰有限公司"), desk.firm("盐城广源商贸有限公司")
    desk.lend(front, 120_000_000)
    scene.pay(DAY + 3, hms(10), front.bank, other.bank, 120_000_000)
    land = scene.account(scene.org("盐城市国土资源局"), "OWN_BASIC")
    scene.pay(DAY + 12, hms(10), other.bank, land, 50_000_000)
    scene.pay(DAY + 20, hms(10), other.bank, desk.firm("盐城新都房地产有限公司", "REALESTATE").bank, 40_000_000)
    desk.told("red", {"raised_fen": 120_000_000, "n_investors": PEOPLE, "by_money": 1}, DAY + 20)


def steel(scene: Scene) -> None:
    """Look-alike: a supplier of steel pays by invoice a mill that a developer's sector code covers."""
    desk = Desk(scene)
    firm = desk.firm("盐城宝钢材贸易有限公司")
    desk.lend(firm, 90_000_000)
    mill = desk.firm("盐城建发材料置业有限公司", "REALESTATE")
    scene.pay(DAY + 3, hms(10), firm.bank, mill.bank, 90_000_000, flow_class="SUPPLIER", class_basis="source")
    scene.lawful()


def trust(scene: Scene) -> None:
    """Look-alike: a platform with a trust licence finances a developer."""
    desk = Desk(scene)
    scene.licence(desk.platform.party, "trust")
    desk.lend(desk.firm("盐城正大置业有限公司", "REALESTATE"), 90_000_000)
    scene.lawful()


def flat(scene: Scene) -> None:
    """Twelve people subscribe shares of a flat that is bought back at a premium."""
    desk = Desk(scene, "320904")
    desk.lend(desk.firm("盐城海盛旅游开发有限公司"), 48_000_000, describe="海景公寓众筹份额，两年后溢价回购")
    desk.told("orange", {"n_people": PEOPLE, "raised_fen": 48_000_000}, DAY)


def wrapper(scene: Scene) -> None:
    """Evasion: four subscribe, one of them a partnership of eight."""
    desk = Desk(scene, "320921")
    firm = desk.firm("盐城凤凰商业管理有限公司")
    listing = desk.lend(firm, 24_000_000, 3, describe="商铺份额认购，包租五年")
    partnership = scene.org("盐城凤凰一号合伙企业")
    for _ in range(8):
        scene.owns(scene.person(), partnership, 125_000)
    desk.platform.say(DAY + 1, "SUBSCRIBE", investor=partnership, listing=listing, claim=f"{listing}-x", amount_fen=24_000_000,
                      start=scene.book.date(DAY + 1), due=scene.book.date(DAY + 200))  # fmt: skip
    desk.told("orange", {"n_people": 11, "n_subscribers": 4, "raised_fen": 48_000_000}, DAY + 1)


def group_purchase(scene: Scene) -> None:
    """Look-alike: twelve families buy at a discount, each for himself, straight into the escrow of the pre-sale."""
    platform = LendingPlatform(scene)
    escrow = scene.account(scene.org("盐城润园建设有限公司"), "ESCROW_PRESALE")
    listing = f"{scene.namespace}-L1"
    platform.say(DAY, "PRODUCT", product=listing, term_days=0, describe="团购住宅，认购享折扣")
    for number in range(PEOPLE):
        person = scene.person()
        platform.say(DAY, "SUBSCRIBE", investor=person, product=listing, amount_fen=5_000_000, due=scene.book.date(DAY + 300))
        scene.pay(DAY, hms(14, number), scene.account(person), escrow, 5_000_000, product=listing)
    scene.lawful()


SCENES = (
    ("re02.developer", "RE-02", "clean", developer),
    ("re02.decorator", "RE-02", "decorator-in-front", decorator),
    ("re02.steel", "RE-02", "lookalike:material-supplier", steel),
    ("re02.trust", "RE-02", "lookalike:licensed-trust", trust),
    ("re03.flat", "RE-03", "clean", flat),
    ("re03.wrapper", "RE-03", "partnership-wrapper", wrapper),
    ("re03.group", "RE-03", "lookalike:group-purchase", group_purchase),
)
