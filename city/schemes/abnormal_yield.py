"""YLD-01 显失合理的超高回报: yields beyond borrower, peers, project and law (catalogue §4.11)."""

from chuantou.city.lending import RATE_PPM, Client, LendingPlatform
from chuantou.city.scene import Scene, hms

CLIENTS, EACH = 4, 12_500_000  # fen
DAY, TERM = 40, 60
BONUS = 125_000  # on 125,000 yuan for 60 days: 6.08 points a year
MAY = ("P2P-05", "P2P-06", "P2P-09", "P2P-16", "YLD-02", "YLD-03")


class Shop:
    """Four clients buy claims on one listing at a rate; what becomes of the money is nobody's concern here."""

    def __init__(self, scene: Scene, rate: int, borrower_rate: int, region: str = "320902", **said: int) -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, region=region)
        self.listing = f"{scene.namespace}-Y"
        borrower = scene.org("盐城海港物流有限公司")
        self.platform.say(DAY, "LISTING", listing=self.listing, borrower=borrower, amount_fen=CLIENTS * EACH,
                          rate_ppm=borrower_rate, term_days=TERM, **said)  # fmt: skip
        self.clients: list[Client] = [self.platform.client() for _ in range(CLIENTS)]
        for number, client in enumerate(self.clients):
            claim = f"{self.listing}-C{number}"
            self.platform.say(DAY, "SUBSCRIBE", investor=client.party, listing=self.listing, claim=claim, amount_fen=EACH,
                              start=scene.book.date(DAY), due=scene.book.date(DAY + TERM), rate_ppm=rate)  # fmt: skip

    def bonus(self, payer: str, fen: int = BONUS, day: int = DAY + 1) -> None:
        for number, client in enumerate(self.clients):
            self.scene.pay(day, hms(10, number), payer, client.bank, fen, flow_class="BONUS", class_basis="source",
                           listing=self.listing, order_id=f"{self.listing}-C{number}")  # fmt: skip

    def told(self, severity: str, all_in: int, day: int = DAY) -> None:
        self.scene.must(self.platform.party, severity, {"all_in_yield_ppm": (all_in, all_in)}, (day, day))
        self.scene.may(MAY)


def all_in(bonus: int = BONUS) -> int:
    return RATE_PPM + CLIENTS * bonus * 365 * 1_000_000 // (CLIENTS * EACH * TERM)


def clean(scene: Scene) -> None:
    """9 % and a bonus of six points, out of a loan at 9 %."""
    shop = Shop(scene, RATE_PPM, RATE_PPM)
    shop.bonus(shop.platform.own)
    shop.told("red", all_in(), DAY + 1)


def sponsor(scene: Scene) -> None:
    """Evasion: the bonus comes from a brand that wants to be seen."""
    shop = Shop(scene, RATE_PPM, RATE_PPM, "320903")
    shop.bonus(scene.account(scene.org("盐城有礼电子商务有限公司"), "OWN_BASIC"))
    shop.told("red", all_in(), DAY + 1)


def peers(scene: Scene) -> None:
    """Evasion: the borrower pays even more, and the law is kept; only the other platforms show what it is."""
    scene.emit("ref.items", "ref:national", 0, 0, table="peer_yield", key="P2P/31-90",
               value={"median_ppm": RATE_PPM, "mad_ppm": 5_000, "n": 120})  # fmt: skip
    Shop(scene, 150_000, 160_000, "320904").told("orange", 150_000)


def project(scene: Scene) -> None:
    """Evasion: a project that earns 4 % pays 9."""
    Shop(scene, RATE_PPM, 95_000, "320921", project_return_ppm=40_000).told("red", RATE_PPM)


def law(scene: Scene) -> None:
    """Evasion: 26 %, all of it by contract."""
    Shop(scene, 260_000, 300_000, "320922").told("red", 260_000)


def gifts(scene: Scene) -> None:
    """Look-alike: fifty yuan for each newcomer."""
    shop = Shop(scene, RATE_PPM, RATE_PPM)
    shop.bonus(shop.platform.own, 5_000)
    scene.lawful()


def a_little_more(scene: Scene) -> None:
    """Look-alike: 11 % out of a loan at 12 %: more than peers, and bearable."""
    Shop(scene, 110_000, 120_000)
    scene.lawful()


def discount(scene: Scene) -> None:
    """Look-alike: a client sells his claim to another at nine tenths."""
    shop = Shop(scene, RATE_PPM, RATE_PPM)
    seller, buyer = shop.clients[0], shop.platform.client()
    scene.pay(DAY + 3, hms(10), buyer.bank, seller.bank, EACH * 9 // 10, flow_class="CLAIM_TRANSFER", class_basis="order",
              order_id=f"{shop.listing}-C0")  # fmt: skip
    shop.platform.say(DAY + 3, "CLAIM_TRANSFER", claim=f"{shop.listing}-C0", from_party=seller.party, to_party=buyer.party,
                      principal_fen=EACH, amount_fen=EACH * 9 // 10)  # fmt: skip
    scene.lawful()


SCENES = (
    ("yld01.clean", "YLD-01", "clean", clean),
    ("yld01.sponsor", "YLD-01", "sponsor-pays", sponsor),
    ("yld01.peers", "YLD-01", "beyond-peers-alone", peers),
    ("yld01.project", "YLD-01", "beyond-the-project", project),
    ("yld01.law", "YLD-01", "beyond-the-law", law),
    ("yld01.gifts", "YLD-01", "lookalike:newcomers-gifts", gifts),
    ("yld01.more", "YLD-01", "lookalike:a-little-more", a_little_more),
    ("yld01.discount", "YLD-01", "lookalike:discount-between-investors", discount),
)
