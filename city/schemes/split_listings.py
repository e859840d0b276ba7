"""P2P-08 期限拆分、拆标: one long need in short listings that repay each other, one large need in small ones (catalogue §4.1)."""

from chuantou.city.lending import RATE_PPM, Client, LendingPlatform
from chuantou.city.scene import Scene, hms

CLIENTS, EACH, TERM = 4, 8_000_000, 30  # fen
WHOLE = CLIENTS * EACH
FIRST_DAY = 10
CAPPED_DAY = 100  # 2016-08-28 of the city of 2016: the caps are four days old
WORDS = "用于城南商贸物流园二期项目流动资金周转"
MAY = ("P2P-01", "P2P-02", "P2P-07", "P2P-09", "P2P-12", "P2P-13", "P2P-18", "ILF-01", "ILF-02", "YLD-03", "RUN-01")


class Shop:
    """One company borrows through designated custody without sub-ledgers."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.platform = LendingPlatform(scene, sub_ledgers=False, region=region)
        self.borrower = self.platform.client(party=scene.org("盐城城南商贸有限公司"), opening_fen=0)
        self.clients: dict[str, list[Client]] = {}

    def raise_money(self, number: int, day: int, borrower: Client | None = None, **said: str) -> str:
        """Four new clients fill a listing, and it is paid out at noon; returns its name."""
        scene, platform, to = self.scene, self.platform, borrower or self.borrower
        listing = f"{scene.namespace}-S{number}"
        platform.say(day, "LISTING", listing=listing, borrower=to.party, amount_fen=WHOLE, rate_ppm=RATE_PPM, term_days=TERM,
                     **({"loan_use": WORDS} | said))  # fmt: skip
        self.clients[listing] = [platform.client() for _ in range(CLIENTS)]
        for place, client in enumerate(self.clients[listing]):
            claim = f"{listing}-C{place}"
            platform.say(day, "SUBSCRIBE", investor=client.party, listing=listing, claim=claim, amount_fen=EACH,
                         start=scene.book.date(day), due=scene.book.date(day + TERM), rate_ppm=RATE_PPM)  # fmt: skip
            scene.pay(day, hms(10, place), client.bank, platform.master, EACH, flow_class="INVEST_IN", class_basis="order",
                      listing=listing, order_id=claim)  # fmt: skip
        platform.say(day, "DISBURSE", listing=listing, borrower=to.party, amount_fen=WHOLE)
        platform.say(day, "REPAY_PLAN", listing=listing, plan_id=f"{listing}-P", due=scene.book.date(day + TERM),
                     principal_fen=WHOLE, interest_fen=0)  # fmt: skip
        scene.pay(day, hms(12), platform.master, to.bank, WHOLE, flow_class="LOAN_OUT", class_basis="source", listing=listing)
        return listing

    def spend(self, day: int) -> None:
        shop = self.scene.account(self.scene.org("盐城建工材料有限公司"), "OWN_BASIC")
        self.scene.pay(day, hms(17), self.borrower.bank, shop, WHOLE, flow_class="SUPPLIER", class_basis="source")

    def repay(self, listing: str, day: int, hour: int = 13, payer: Client | None = None) -> None:
        marks = {"listing": listing, "plan_id": f"{listing}-P", "class_basis": "obligation"}
        who = (payer or self.borrower).bank
        self.scene.pay(day, hms(hour), who, self.platform.master, WHOLE, flow_class="REPAY_PRIN", **marks)
        for place, client in enumerate(self.clients[listing]):
            self.scene.pay(day, hms(hour + 1, place), self.platform.master, client.bank, EACH, flow_class="RETURN_PRIN", **marks)
            self.platform.say(day, "REDEEM", investor=client.party, claim=f"{listing}-C{place}", amount_fen=EACH)
        self.platform.say(day, "REPAY", listing=listing, plan_id=f"{listing}-P", principal_fen=WHOLE, interest_fen=0)

    def told(self, length: int, day: int) -> None:
        values = {"chain_length": (length, length), "rollover_ppm": (1_000_000, 1_000_000)}
        self.scene.must(self.platform.party, "orange", values, (day, day))
        self.scene.may(MAY)


def clean(scene: Scene) -> None:
    """Three listings of thirty days; the second and the third repay the one before."""
    shop = Shop(scene)
    first = shop.raise_money(1, FIRST_DAY)
    shop.spend(FIRST_DAY + 1)
    second = shop.raise_money(2, FIRST_DAY + TERM)
    shop.repay(first, FIRST_DAY + TERM)
    shop.raise_money(3, FIRST_DAY + 2 * TERM)
    shop.repay(second, FIRST_DAY + 2 * TERM)
    shop.told(3, FIRST_DAY + 2 * TERM)


def one_contract(scene: Scene) -> None:
    """Evasion: the words differ, but two listings name one contract."""
    shop = Shop(scene, "320903")
    first = shop.raise_money(1, FIRST_DAY, parent_contract="HT-2016-118", loan_use="工程款")
    shop.spend(FIRST_DAY + 1)
    shop.raise_money(2, FIRST_DAY + TERM + 2, parent_contract="HT-2016-118", loan_use="采购")
    shop.repay(first, FIRST_DAY + TERM + 2)
    shop.told(2, FIRST_DAY + TERM + 2)


def sister(scene: Scene) -> None:
    """Evasion: a company of the same owner borrows next, and repays in the first one's place."""
    shop = Shop(scene, "320904")
    owner, firm = scene.person(), scene.org("盐城城南物流有限公司")
    scene.owns(owner, shop.borrower.party, 800_000)
    scene.owns(owner, firm, 800_000)
    sister = shop.platform.client(party=firm, opening_fen=0)
    first = shop.raise_money(1, FIRST_DAY, parent_contract="HT-2016-205")
    shop.spend(FIRST_DAY + 1)
    shop.raise_money(2, FIRST_DAY + TERM, sister, parent_contract="HT-2016-205")
    shop.repay(first, FIRST_DAY + TERM, payer=sister)
    shop.told(2, FIRST_DAY + TERM)


def small_ones(scene: Scene) -> None:
    """Evasion: a person's 320,000 yuan in two listings of 160,000, each within his cap."""
    platform = LendingPlatform(scene, region="320924")
    person = platform.client()
    for _ in range(2):
        platform.lend(CAPPED_DAY, person, [(platform.client(), 16_000_000)], 90)
    values = {"chain_length": (2, 2), "listed_fen": (32_000_000, 32_000_000), "cap_fen": (20_000_000, 20_000_000)}
    scene.must(platform.party, "orange", values, (CAPPED_DAY, CAPPED_DAY))
    scene.may(MAY)


def seasonal(scene: Scene) -> None:
    """Look-alike: repaid out of the season's sales, and borrowed again three weeks later."""
    shop = Shop(scene)
    day = FIRST_DAY
    for number in (1, 2):
        listing = shop.raise_money(number, day)
        shop.spend(day + 1)
        buyer = scene.account(scene.org("盐城海丰贸易有限公司"), "OWN_BASIC")
        scene.pay(day + TERM, hms(9), buyer, shop.borrower.bank, WHOLE, memo="货款")
        shop.repay(listing, day + TERM)
        day += TERM + 21
    scene.lawful()


def tranches(scene: Scene) -> None:
    """Look-alike: three tranches of one building contract; each is repaid out of what the builder is paid."""
    shop = Shop(scene)
    for number in (1, 2, 3):
        day = FIRST_DAY + 10 * number
        listing = shop.raise_money(number, day, parent_contract="GC-2016-03", describe=f"第{number}期工程进度款")
        shop.spend(day + 1)
        buyer = scene.account(scene.org("盐城城投建设有限公司"), "OWN_BASIC")
        scene.pay(day + TERM, hms(9), buyer, shop.borrower.bank, WHOLE, memo="工程款")
        shop.repay(listing, day + TERM)
    scene.lawful()


SCENES = (
    ("p2p08.clean", "P2P-08", "clean", clean),
    ("p2p08.contract", "P2P-08", "one-contract", one_contract),
    ("p2p08.sister", "P2P-08", "sister-company", sister),
    ("p2p08.small", "P2P-08", "cut-into-small-ones", small_ones),
    ("p2p08.seasonal", "P2P-08", "lookalike:seasonal", seasonal),
    ("p2p08.tranches", "P2P-08", "lookalike:tranches", tranches),
)
