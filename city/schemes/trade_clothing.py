"""ILF-07 名义为贸易的集资: goods that nobody delivers, fixed payments, and the money back (catalogue §4.6)."""

from collections.abc import Callable, Sequence
from typing import Any

from chuantou.city.scene import Scene, hms

DAY = 4
PEOPLE, PRICE = 12, 3_000_000
MAY = ("ILF-01", "ILF-02", "ILF-03", "ILF-06", "FLOW-02", "AD-04", "REG-01", "AM-01")


class Shop:
    """A company that sells to persons on the first days; everybody buys for 30,000, 60,000 or 90,000 yuan."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", people: int = PEOPLE) -> None:
        self.scene, self.party = scene, scene.org(name, region=region)
        self.purse = scene.account(self.party, "OWN_GENERAL")
        self.persons = [scene.person() for _ in range(people)]
        self.accounts = [scene.account(person) for person in self.persons]
        self.fen = [PRICE * (1 + number % 3) for number in range(people)]

    def sell(self, **marks: Any) -> None:
        for number, account in enumerate(self.accounts):
            self.scene.pay(DAY + number // 6, hms(10, number), account, self.purse, self.fen[number], **marks)

    def pay(self, day: int, fen: Callable[[int], int], payers: Sequence[str] = (), **marks: Any) -> None:
        for number, account in enumerate(self.accounts):
            self.scene.pay(day, hms(15, number), (payers or (self.purse,))[number % max(1, len(payers))], account, fen(number),
                           **marks)  # fmt: skip

    def rent(self, times: int = 3, percent: int = 2, payers: Sequence[str] = (), **marks: Any) -> None:
        """Every 25 days."""
        for turn in range(1, times + 1):
            self.pay(DAY + 25 * turn, lambda n: self.fen[n] * percent // 100, payers, **marks)

    def buy_back(self, day: int = DAY + 90, **marks: Any) -> None:
        self.pay(day, lambda n: self.fen[n], **marks)

    def stock(self, percent: int, supplier: str | None = None, **marks: Any) -> None:
        """Goods for so much of what was sold."""
        payee = supplier or self.scene.account(self.scene.org("江苏苗木批发市场有限公司"), "OWN_BASIC")
        self.scene.pay(DAY + 5, hms(14), self.purse, payee, sum(self.fen) * percent // 100, flow_class="SUPPLIER", **marks)

    def must(self, severity: str, days: tuple[int, int], **values: int) -> None:
        told = {"n_buyers": len(self.persons), "principal_fen": sum(self.fen)} | values
        self.scene.must(self.party, severity, {name: (value, value) for name, value in told.items()}, days)
        self.scene.may(MAY)


def trees(scene: Scene) -> None:
    """Trees are sold, leased back at 2 % every 25 days and bought back at their price."""
    shop = Shop(scene, "盐城绿海林业开发有限公司")
    shop.sell()
    shop.rent()
    shop.buy_back()
    shop.must("orange", (DAY + 90, DAY + 92), limb=1, n_bought_back=PEOPLE, goods_ppm=0)


def labelled_rent(scene: Scene) -> None:
    """Evasion: by the bank's code the payments are rent and goods."""
    shop = Shop(scene, "盐城古韵艺术品有限公司", "320903")
    shop.sell(flow_class="SUPPLIER", class_basis="source")
    shop.rent(flow_class="RENT", class_basis="source")
    shop.buy_back(flow_class="SUPPLIER", class_basis="source")
    shop.must("orange", (DAY + 90, DAY + 92), limb=1)


def promised_only(scene: Scene) -> None:
    """Evasion: the buy-back lies beyond the time that is looked at; the advert promises it."""
    shop = Shop(scene, "盐城福寿养老公寓有限公司", "320904")
    text = "养老公寓床位，每月返租2%，三年后原价回购"
    scene.emit("txt.items", "web:patrol", DAY, hms(8), party=shop.party, kind="ad", text=text)
    shop.sell()
    shop.rent(4)
    shop.must("yellow", (DAY + 75, DAY + 101), limb=2, n_bought_back=0)


def paper_deliveries(scene: Scene) -> None:
    """Evasion: delivery notes in the memo, and “purchases” from a firm of the same owner."""
    shop = Shop(scene, "盐城陈藏白酒销售有限公司", "320921")
    sister, owner = scene.org("盐城陈藏酒业供应链有限公司", region="320921"), scene.person()
    for firm in (shop.party, sister):
        scene.owns(owner, firm, 1_000_000)
    shop.sell(memo="购酒款，送货单0312")
    shop.stock(60, scene.account(sister, "OWN_BASIC"), class_basis="source")
    shop.rent(memo="代储费")
    shop.buy_back(memo="回收酒款")
    shop.must("orange", (DAY + 90, DAY + 92), limb=1, goods_ppm=0)


def payer_firm(scene: Scene) -> None:
    """Evasion: another firm in the same hand pays."""
    shop = Shop(scene, "盐城惠农种植专业合作社", "320922")
    sister, owner = scene.org("盐城惠农农资有限公司", region="320922"), scene.person()
    for firm in (shop.party, sister):
        scene.owns(owner, firm, 1_000_000)
    shop.sell()
    account = scene.account(sister, "OWN_BASIC")
    shop.rent(payers=(account,))
    shop.pay(DAY + 90, lambda n: shop.fen[n], (account,))
    shop.must("orange", (DAY + 90, DAY + 92), limb=1)


def real_leases(scene: Scene) -> None:
    """Look-alike: trucks are bought for the buyers, let for them, and taken back at a fixed price."""
    shop = Shop(scene, "盐城顺达汽车租赁有限公司")
    shop.sell()
    shop.stock(85, class_basis="order", order_id=f"{scene.namespace}-invoice")
    shop.rent()
    shop.buy_back()
    scene.lawful()


def deposits(scene: Scene) -> None:
    """Look-alike: keepers of bees pay a deposit, sell honey of every size and get the deposit back."""
    shop = Shop(scene, "盐城甜园蜂蜜农业有限公司")
    shop.sell()
    for turn in range(1, 5):
        shop.pay(DAY + 20 * turn, lambda n: 20_000 + scene.random.randrange(400) * 1_000)
    shop.buy_back(DAY + 95)
    scene.lawful()


def returned_goods(scene: Scene) -> None:
    """Look-alike: a shop takes machines back and refunds the price; before, it had repaired them once for everybody."""
    shop = Shop(scene, "盐城家安电器有限公司")
    shop.sell()
    shop.rent(1)
    shop.buy_back(DAY + 30)
    scene.lawful()


def few_friends(scene: Scene) -> None:
    """Look-alike: nine buyers."""
    shop = Shop(scene, "盐城老街古玩店", people=9)
    shop.sell()
    shop.rent()
    shop.buy_back()
    scene.lawful()


SCENES = tuple(
    (f"ilf07.{name}", "ILF-07", variant, play)
    for name, variant, play in (
        ("trees", "clean", trees),
        ("labels", "labelled-as-rent", labelled_rent),
        ("promise", "buy-back-promised", promised_only),
        ("paper", "paper-deliveries", paper_deliveries),
        ("payer", "other-firm-pays", payer_firm),
        ("leases", "lookalike:real-leases", real_leases),
        ("deposits", "lookalike:producers-deposits", deposits),
        ("returns", "lookalike:returned-goods", returned_goods),
        ("friends", "lookalike:nine-buyers", few_friends),
    )
)
