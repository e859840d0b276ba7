"""PAY-09 预付卡: one card for the shops of many companies without a licence (catalogue §4.3), and cards of one house."""

from collections.abc import Sequence
from typing import Any

from chuantou.city.scene import Scene, hms

FIRST_DAY = 30
BUYERS = 60
SHOPS = 5
CARD_FEN = 200_000
WEEKS = 4
MAY = ("FLOW-02", "ILF-06", "AM-01", "REG-01", "ILF-04", "REG-04")


class Issuer:
    """A company that sells stored value to sixty people, and the shops that take it."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", **fields: Any) -> None:
        self.scene = scene
        self.company = scene.org(name, region=region, **fields)
        self.account = scene.account(self.company, "OWN_GENERAL")
        self.people = [scene.account(scene.person()) for _ in range(BUYERS)]
        self.sold = 0

    def sell(self, memo: str | None = "购卡", fen: int = CARD_FEN, count: int = BUYERS, **fields: Any) -> None:
        """Ten cards a day."""
        for k, buyer in enumerate(self.people[:count]):
            self.scene.pay(FIRST_DAY + k // 10, hms(10, k % 10), buyer, self.account, fen, memo=memo, **fields)
            self.sold += fen

    def shops(self, count: int = SHOPS, role: str = "MERCHANT_SETTLE") -> list[str]:
        companies = [self.scene.org(f"盐城{number + 1}号餐饮店有限公司") for number in range(count)]
        return [self.scene.account(company, role, role_basis="registry") for company in companies]

    def settle(self, shops: Sequence[str], memo: str | None = "特约商户结算", payer: str | None = None, **fields: Any) -> None:
        """Every week a sixth of what was sold, in unequal parts."""
        for week in range(WEEKS):
            for k, shop in enumerate(shops):
                fen = self.sold // 6 * (k + 1) * 2 // (len(shops) * (len(shops) + 1)) + week * 100
                self.scene.pay(FIRST_DAY + 7 * week + 7, hms(15, k), payer or self.account, shop, fen, memo=memo, **fields)

    def must(self, told: int = SHOPS) -> None:
        sure = {"n_buyers": (BUYERS, BUYERS), "n_merchants": (SHOPS, SHOPS), "n_told": (told, told)}
        self.scene.must(self.company, "orange", sure | {"sold_fen": (self.sold, self.sold)}, (FIRST_DAY + 4, FIRST_DAY + 29))
        self.scene.may(MAY)


def one_card_many_shops(scene: Scene) -> None:
    """Sixty people buy cards of 2,000 yuan; the shops of five companies are settled every week."""
    card = Issuer(scene, "盐城通卡商务服务有限公司")
    card.sell()
    card.settle(card.shops())
    card.must()


def called_points(scene: Scene) -> None:
    """Evasion: “points” are bought, and exchanged at the shops."""
    card = Issuer(scene, "盐城积分宝科技有限公司", "320903")
    card.sell("购积分")
    card.settle(card.shops(), "积分兑换")
    card.must()


def called_goods(scene: Scene) -> None:
    """Evasion: a membership of one house widened to other companies' shops, which are paid for “goods”."""
    card = Issuer(scene, "盐城会员联盟管理有限公司", "320904")
    card.sell("会员卡充值")
    card.settle(card.shops(), "货款", flow_class="SUPPLIER", class_basis="memo")
    card.must(told=0)


def sister_settles(scene: Scene) -> None:
    """Evasion: a subsidiary gets the money and settles."""
    card = Issuer(scene, "盐城惠民卡业有限公司", "320921")
    firm = scene.org("盐城惠民结算服务有限公司", region="320921")
    scene.owns(card.company, firm, 1_000_000)
    account = scene.account(firm, "OWN_BASIC")
    card.sell()
    scene.pay(FIRST_DAY + 6, hms(9), card.account, account, card.sold * 7 // 10)
    card.settle(card.shops(), payer=account)
    card.must()


def beyond_the_licence(scene: Scene) -> None:
    """Evasion: a payment licence, but for acquiring only."""
    card = Issuer(scene, "盐城收单支付服务有限公司", "320922")
    licence(scene, card.company, "银行卡收单")
    card.sell(flow_class="TOPUP", class_basis="source")
    card.settle(card.shops(), None, flow_class="MERCH_SETTLE", class_basis="source")
    card.must()


def for_cash(scene: Scene) -> None:
    """A licensed issuer sells cards of 52,000 yuan to one person in cash, and by credit card."""
    card = Issuer(scene, "盐城预付卡服务有限公司", "320923")
    licence(scene, card.company, "预付卡发行与受理")
    card.sell()
    for k in range(2):
        scene.pay(FIRST_DAY, hms(14, k), card.people[0], card.account, 2_600_000, memo="购卡", rail="CASH")
    scene.pay(FIRST_DAY, hms(15), card.people[1], card.account, 300_000, memo="购卡", channel="pos_credit")
    scene.must(card.company, "yellow", {"cash_fen": (5_200_000, 5_200_000), "credit_card_fen": (300_000, 300_000)},
               (FIRST_DAY, FIRST_DAY))  # fmt: skip
    scene.may(MAY)


def licence(scene: Scene, party: str, scope: str) -> None:
    scene.emit("lic.events", "licence:national", -399, 36_000, party=party, kind="payment", status="VALID", scope=[scope],
               **{"from": scene.book.date(-399)})  # fmt: skip


def own_group(scene: Scene) -> None:
    """Look-alike: a group's card, taken by its own subsidiaries."""
    card = Issuer(scene, "盐城商业集团有限公司")
    shops = []
    for number in range(SHOPS):
        shop = scene.org(f"盐城商业集团{number + 1}店有限公司")
        scene.owns(card.company, shop, 1_000_000)
        shops.append(scene.account(shop, "MERCHANT_SETTLE", role_basis="registry"))
    card.sell()
    card.settle(shops)
    scene.lawful()


def gym(scene: Scene) -> None:
    """Look-alike: a gym's card; a landlord and two suppliers that no customer pays."""
    card = Issuer(scene, "盐城健身服务有限公司")
    card.sell("办卡")
    card.settle(card.shops(2, "OWN_BASIC"), "货款")
    scene.lawful()


def transit(scene: Scene) -> None:
    """Look-alike: the city's transit card."""
    card = Issuer(scene, "盐城市民卡公交有限公司", scope_text="城市公共交通一卡通服务")
    card.sell("充值")
    card.settle(card.shops())
    scene.lawful()


def licensed(scene: Scene) -> None:
    """Look-alike: the same card with the licence for it."""
    card = Issuer(scene, "盐城持证预付卡有限公司")
    licence(scene, card.company, "预付卡发行与受理")
    card.sell()
    card.settle(card.shops())
    scene.lawful()


def tuition(scene: Scene) -> None:
    """Look-alike: fees in whole hundreds, and two canteens paid every week."""
    card = Issuer(scene, "盐城育才培训学校")
    card.sell("学费")
    card.settle(card.shops(2), "伙食")
    scene.lawful()


SCENES = tuple(
    (f"pay09.{name}", "PAY-09", variant, play)
    for name, variant, play in (
        ("card", "clean", one_card_many_shops),
        ("cash", "clean", for_cash),
        ("points", "called-points", called_points),
        ("goods", "called-goods", called_goods),
        ("sister", "sister-firm", sister_settles),
        ("scope", "beyond-the-licence", beyond_the_licence),
        ("group", "lookalike:single-purpose", own_group),
        ("gym", "lookalike:single-purpose", gym),
        ("transit", "lookalike:transit", transit),
        ("licensed", "lookalike:licensed", licensed),
        ("tuition", "lookalike:tuition", tuition),
    )
)
