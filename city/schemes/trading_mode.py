"""TV-04 违规交易方式: venues that trade like an exchange, and lawful ways of trading (catalogue §4.5)."""

from chuantou.city.scene import Scene, hms
from chuantou.city.venues import FIRST, PRICE_FEN, Venue

PRODUCT = "和田玉份额"


def deal(venue: Venue, day: int, number: int, seller: str, buyer: str, fen: int) -> None:
    venue.trade(day, hms(10 + number // 60, number % 60), seller, buyer, fen, 10, PRODUCT)


def next_day(scene: Scene) -> None:
    """Five people buy and sell on the next day, day after day."""
    venue = Venue(scene)
    issuer = scene.org("盐城玉石文化有限公司")
    for number in range(5):
        deal(venue, FIRST + number, number, issuer, venue.clients[number], 10 * PRICE_FEN)
        deal(venue, FIRST + number + 1, number, venue.clients[number], venue.clients[9 - number], 11 * PRICE_FEN)
    scene.must(venue.party, "yellow", {"n_quick_parties": (5, 5)}, (FIRST + 3, FIRST + 3))


def nominees(scene: Scene) -> None:
    """Evasion: thirty names on the list; an agent holds for a hundred and twenty people, a partnership for sixty."""
    venue = Venue(scene, "320903")
    issuer = scene.org("盐城红木文化有限公司")
    agent, partnership = scene.person(), scene.org("盐城红木投资合伙企业（有限合伙）")
    for _ in range(120):
        scene.emit("own.events", "registry:jiangsu", -30, 36_000, type="AGREEMENT", party=agent, holder=scene.person(),
                   valid_from=scene.book.date(-30))  # fmt: skip
    for _ in range(60):
        scene.owns(scene.person(), partnership, 16_000)
    for number, holder in enumerate((agent, partnership, *venue.clients, *(scene.person() for _ in range(18)))):
        deal(venue, FIRST + number // 6, number, issuer, holder, 10 * PRICE_FEN)
    limit = {"n_holders": (208, 208), "direct_holders": (30, 30), "limit": (200, 200)}
    scene.must(venue.party, "orange", limit, (FIRST + 3, FIRST + 3))


def own_rules(scene: Scene) -> None:
    """Evasion: a new name for it on the site, the old thing in the rules of the product."""
    venue = Venue(scene, "320904")
    scene.emit("txt.items", "web:patrol", FIRST, 36_000, party=venue.party, kind="site", text="文化产品交流平台，智能配对")
    scene.product(FIRST, hms(9), venue.party, "PRODUCT", product=PRODUCT, term_days=0, describe="由系统电子撮合，匿名交易")
    deal(venue, FIRST + 1, 0, scene.org("盐城邮币有限公司"), venue.clients[0], 15 * PRICE_FEN)
    scene.must(venue.party, "yellow", {"n_rules": (1, 1)}, (FIRST, FIRST))


def agreement(scene: Scene) -> None:
    """Look-alike: transfers by agreement, as the rules say; one buyer sells on soon."""
    venue = Venue(scene)
    scene.product(FIRST, hms(9), venue.party, "PRODUCT", product=PRODUCT, term_days=0,
                  describe="协议转让，不采用集合竞价、连续竞价等集中交易方式")  # fmt: skip
    issuer = scene.org("盐城产权服务有限公司")
    for number, client in enumerate(venue.clients[:6]):
        deal(venue, FIRST + number, number, issuer, client, 10 * PRICE_FEN)
    deal(venue, FIRST + 6, 0, venue.clients[5], venue.clients[7], 11 * PRICE_FEN)
    deal(venue, FIRST + 20, 0, venue.clients[0], venue.clients[8], 11 * PRICE_FEN)
    scene.lawful()


def exchange(scene: Scene) -> None:
    """Look-alike: an exchange with its licence trades continuously, in and out on one day."""
    venue = Venue(scene, approved=True)
    scene.product(FIRST, hms(9), venue.party, "PRODUCT", product="沥青", term_days=0, describe="采用集合竞价与连续竞价")
    venue.business(winners=5)
    scene.lawful()


def spot(scene: Scene) -> None:
    """Look-alike: a spot market of 205 firms that pay by invoice and fetch their goods; some sell on at once."""
    venue = Venue(scene)
    mill = scene.org("盐城钢铁销售有限公司")
    purse = scene.account(mill, "OWN_GENERAL")
    for number in range(205):
        firm = scene.org(f"盐城建材{number + 1}号经营部")
        venue.trade(FIRST + number % 5, hms(10, number // 5), mill, firm, 5 * PRICE_FEN, 5, "螺纹钢")
        scene.pay(FIRST + number % 5, hms(11, number // 5), scene.account(firm, "OWN_GENERAL"), purse, 5 * PRICE_FEN,
                  flow_class="SUPPLIER", class_basis="source", product="螺纹钢")  # fmt: skip
        if number < 4:
            venue.trade(FIRST + 6, hms(10, number), firm, venue.clients[number], 5 * PRICE_FEN, 5, "螺纹钢")
    scene.lawful()


SCENES = (
    ("tv04.next", "TV-04", "clean", next_day),
    ("tv04.nominees", "TV-04", "nominee-holders", nominees),
    ("tv04.rules", "TV-04", "renamed-mode", own_rules),
    ("tv04.agreement", "TV-04", "lookalike:by-agreement", agreement),
    ("tv04.exchange", "TV-04", "lookalike:approved-exchange", exchange),
    ("tv04.spot", "TV-04", "lookalike:spot-market", spot),
)
