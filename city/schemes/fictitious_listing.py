"""P2P-09 虚构标的: ghosts, loans that nobody received, lent names, one text, one warehouse twice (catalogue §4.1)."""

from itertools import pairwise
from typing import Any

from chuantou.city.lending import Client, LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 24  # 2016-06-13, a Monday with no holiday in the days after
FEN = 20_000_000
TEXT = "借款人从事海产品加工多年，现因收购季节需要补充流动资金，以自有厂房作抵押，还款来源为销售收入，经营稳定，信用良好"
MAY = (
    "P2P-01", "P2P-02", "P2P-03", "P2P-04", "P2P-08", "P2P-12", "P2P-16", "P2P-18", "P2P-20",
    "ECF-01", "ILF-02", "ILF-04", "REG-01", "REG-04", "AM-01", "RUN-01",
)  # fmt: skip


class Desk:
    """A platform without sub-ledgers and its listings of 200,000 yuan."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, sub_ledgers=False, region=region)
        self.listings = 0

    def offer(self, day: int, borrower: str, **fields: str) -> str:
        """A listing filled by four investors and not yet paid out; returns its name."""
        platform, self.listings = self.platform, self.listings + 1
        listing = f"{self.scene.namespace}-L{self.listings}"
        platform.say(day, "LISTING", listing=listing, borrower=borrower, amount_fen=FEN, rate_ppm=90_000, term_days=200, **fields)
        date = self.scene.book.date
        for number in range(4):
            investor, claim = platform.client(), f"{listing}-C{number}"
            platform.say(day, "SUBSCRIBE", investor=investor.party, listing=listing, claim=claim, amount_fen=FEN // 4,
                         start=date(day), due=date(day + 200))  # fmt: skip
            self.scene.pay(day, hms(15, number), investor.bank, platform.master, FEN // 4, flow_class="INVEST_IN",
                           class_basis="order", order_id=claim, listing=listing)  # fmt: skip
        platform.say(day, "LISTING_STATUS", listing=listing, status="FULL")
        return listing

    def pay_out(self, day: int, listing: str, borrower: str, account: str) -> None:
        self.platform.say(day, "DISBURSE", listing=listing, borrower=borrower, amount_fen=FEN)
        date = self.scene.book.date
        self.platform.say(day, "REPAY_PLAN", listing=listing, plan_id=f"{listing}-P1", due=date(day + 200), principal_fen=FEN,
                          interest_fen=FEN // 20, issue_no=1)  # fmt: skip
        self.scene.pay(day, hms(16), self.platform.master, account, FEN, flow_class="LOAN_OUT", class_basis="source",
                       listing=listing)  # fmt: skip
        self.scene.pay(day + 1, hms(11), account, self.supplier(), FEN, flow_class="SUPPLIER", class_basis="source")

    def supplier(self) -> str:
        return self.scene.account(self.scene.org("盐城供货商贸有限公司"), "OWN_BASIC")

    def told(self, score: int, marks: str, day: int) -> None:
        values = {"score_ppm": (score, score), **dict.fromkeys(marks.split(), (1, 1))}
        self.scene.must(self.platform.party, "orange", values, (day, day))
        self.scene.may(MAY)


def firm_account(scene: Scene, firm: str, **fields: Any) -> str:
    return scene.account(firm, "OWN_BASIC", 0, **fields)


def ghost(scene: Scene) -> None:
    """The borrower is a company that was struck off a year ago."""
    desk = Desk(scene)
    firm = scene.org("盐城宏图粮油有限公司", status="CANCELLED")
    listing = desk.offer(DAY, firm)
    desk.pay_out(DAY, listing, firm, firm_account(scene, firm))
    desk.told(1_000_000, "f1", DAY)


def unpaid(scene: Scene) -> None:
    """Full, debited, said to be paid out; custody still holds the money after three working days."""
    desk = Desk(scene, "320903")
    borrower = scene.person()
    listing = desk.offer(DAY, borrower)
    desk.platform.say(DAY, "DISBURSE", listing=listing, borrower=borrower, amount_fen=FEN)
    desk.told(1_000_000, "f2", DAY + 3)


def lent_names(scene: Scene) -> None:
    """Evasion: real people who lent their names and share a phone; the last one's money goes to a stranger."""
    desk = Desk(scene, "320904")
    people = [scene.person() for _ in range(5)]
    for one, other in pairwise(people):
        scene.emit("own.events", "registry:jiangsu", -2, 36_000, type="SAME_PHONE", party=one, holder=other)
    for number, person in enumerate(people):
        listing = desk.offer(DAY + number, person)
        owner = person if number < 4 else scene.person()
        desk.pay_out(DAY + number, listing, person, scene.account(owner, "PERSONAL_I", 0))
    desk.told(1_000_000, "f3 f6", DAY + 4)


def one_text(scene: Scene) -> None:
    """Evasion: real firms, each with its own account; one text, one agent, and the newest with hardly any capital."""
    desk = Desk(scene, "320921")
    agent = scene.person()
    for number in range(5):
        firm = scene.org(f"盐城鲜达{number + 1}号水产有限公司")
        if number == 4:
            scene.emit("party.events", "registry:jiangsu", DAY, 3_600, party=firm, reg_capital_fen=2_000_000)
        listing = desk.offer(DAY + number, firm, describe=f"{TEXT}，编号{number}", collateral=f"厂房{number // 4 + number}")
        desk.pay_out(DAY + number, listing, firm, firm_account(scene, firm, signatories=[agent]))
    desk.told(1_300_000, "f4 f5 f6", DAY + 4)


def entrusted(scene: Scene) -> None:
    """Look-alike: the money is paid straight to the car dealer."""
    desk = Desk(scene)
    for number in range(3):
        borrower = scene.person()
        listing = desk.offer(DAY + number, borrower)
        dealer = scene.account(scene.org("盐城众诚汽车销售有限公司"), "MERCHANT_SETTLE", role_basis="registry")
        desk.pay_out(DAY + number, listing, borrower, dealer)
    scene.lawful()


def start_up(scene: Scene) -> None:
    """Look-alike: a young firm of little capital that a bank finances as well."""
    desk = Desk(scene)
    firm = scene.org("盐城新芯电子有限公司", reg_capital_fen=2_000_000)
    account = firm_account(scene, firm)
    scene.pay(DAY - 5, hms(10), scene.commons.lenders[1], account, FEN, flow_class="LOAN_OUT", class_basis="source")
    scene.pay(DAY - 4, hms(10), account, desk.supplier(), FEN, flow_class="SUPPLIER", class_basis="source")
    listing = desk.offer(DAY, firm, describe=TEXT)
    desk.pay_out(DAY, listing, firm, account)
    scene.lawful()


def cancelled_listing(scene: Scene) -> None:
    """Look-alike: a full listing is cancelled and refunded."""
    desk = Desk(scene)
    listing = desk.offer(DAY, scene.person())
    desk.platform.say(DAY + 1, "LISTING_STATUS", listing=listing, status="MISCARRY")
    paid = [event for *_, event in scene.book.records if event.get("listing") == listing and event["stream"] == "clr.transfers"]
    for number, event in enumerate(paid):
        scene.pay(DAY + 1, hms(17, number), desk.platform.master, event["debtor_account"], FEN // 4, flow_class="REFUND",
                  class_basis="order", order_id=event["order_id"], listing=listing)  # fmt: skip
    scene.lawful()


def same_house(scene: Scene) -> None:
    """Look-alike: a house secures a second loan after the first has ended."""
    desk = Desk(scene)
    borrower: Client = desk.platform.client()
    for number in range(2):
        listing = desk.offer(DAY + 10 * number, borrower.party, collateral="盐城市解放南路8号房产")
        desk.pay_out(DAY + 10 * number, listing, borrower.party, borrower.bank)
        if number == 0:
            desk.platform.say(DAY + 8, "CLOSE", listing=listing)
    scene.lawful()


SCENES = (
    ("p2p09.ghost", "P2P-09", "clean", ghost),
    ("p2p09.unpaid", "P2P-09", "clean", unpaid),
    ("p2p09.names", "P2P-09", "lent-names", lent_names),
    ("p2p09.text", "P2P-09", "one-text", one_text),
    ("p2p09.entrusted", "P2P-09", "lookalike:entrusted-payment", entrusted),
    ("p2p09.startup", "P2P-09", "lookalike:start-up", start_up),
    ("p2p09.cancelled", "P2P-09", "lookalike:cancelled-listing", cancelled_listing),
    ("p2p09.house", "P2P-09", "lookalike:same-house", same_house),
)
