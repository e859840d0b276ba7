"""PAY-08 套现: a till that gives cash for credit (catalogue §4.3), terminals sold to anybody, and tills that look like it."""

from typing import Any

from chuantou.city.scene import Scene, hms

FIRST_DAY = 40
DAYS = 5
HOLDERS = 6
MAY = ("FLOW-02", "ILF-04", "REG-01")


class Till:
    """A small merchant with a terminal, and people who have a credit card and another account."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", person: bool = False) -> None:
        self.scene = scene
        self.shop = scene.person(reg_region=region, op_region=region) if person else scene.org(name, region=region)
        scene.region_of[self.shop] = region
        self.account = scene.account(self.shop, "MERCHANT_SETTLE", role_basis="registry")
        self.holders = [scene.person() for _ in range(HOLDERS)]
        self.cards = [scene.account(holder, "UNKNOWN") for holder in self.holders]
        self.others = [scene.account(holder) for holder in self.holders]

    def swipe(self, day: int, k: int, hour: int = 23, card: str = "信用卡", into: str | None = None, terminal: str = "T1",
              fen: int | None = None, **fields: Any) -> int:  # fmt: skip
        """A sale just below ten thousand yuan, unless said otherwise."""
        fen = fen or 990_000 + self.scene.random.randrange(90) * 100
        marks = {"rail": "UNIONPAY", "channel": "pos", "device": f"{self.scene.namespace}-{terminal}", "memo": f"{card}消费"}
        self.scene.pay(day, hms(hour, k), self.cards[k % HOLDERS], into or self.account, fen, **marks | fields)
        return fen

    def give(self, day: int, k: int, fen: int, payer: str | None = None, payee: str | None = None, **fields: Any) -> None:
        self.scene.pay(day, hms(9, k), payer or self.account, payee or self.others[k], fen, **fields)

    def nights(self, hour: int = 23, payer: str | None = None, **fields: Any) -> None:
        for day in range(FIRST_DAY, FIRST_DAY + DAYS):
            for k in range(HOLDERS):
                fen = self.swipe(day, k, hour)
                self.give(day + 1, k, fen * 99 // 100, payer, **fields)

    def must(self, **values: tuple[int, int]) -> None:
        sure = {"loop_ppm": (980_000, 1_000_000)} | values
        self.scene.must(self.shop, "orange", sure, (FIRST_DAY + 2, FIRST_DAY + DAYS + 1))
        self.scene.may(MAY)


def night_shop(scene: Scene) -> None:
    """Six people draw just below 10,000 yuan each night by credit card and have it back next morning less 1 %."""
    till = Till(scene, "盐城夜来香烟酒店")
    till.nights()
    till.must(night_ppm=(1_000_000, 1_000_000))


def individual(scene: Scene) -> None:
    """The terminal belongs to a natural person."""
    till = Till(scene, "", "320903", person=True)
    till.nights()
    till.must()


def by_day(scene: Scene) -> None:
    """Evasion: in office hours; the shape of the amounts and the cards still tell."""
    till = Till(scene, "盐城日日新商行", "320904")
    till.nights(14)
    till.must(night_ppm=(0, 0))


def operator_pays(scene: Scene) -> None:
    """Evasion: the owner pays out from his own account."""
    till = Till(scene, "盐城诚信商行", "320921")
    owner = scene.person()
    scene.owns(owner, till.shop, 1_000_000)
    till.nights(payer=scene.account(owner))
    till.must()


def called_refund(scene: Scene) -> None:
    """Evasion: “refunds”, but to another account than the card that paid."""
    till = Till(scene, "盐城好再来商行", "320922")
    till.nights(flow_class="REFUND", class_basis="source", memo="退款")
    till.must()


def rotating_shops(scene: Scene) -> None:
    """Evasion: four shops with one terminal take turns, none reaches the line alone."""
    till = Till(scene, "盐城轮转商行", "320923")
    accounts = [till.account]
    for number in range(3):
        accounts.append(scene.account(scene.org(f"盐城轮转{number + 1}号商行", region="320923"), "MERCHANT_SETTLE"))
    for turn, account in enumerate(accounts):
        for k in range(HOLDERS):
            fen = till.swipe(FIRST_DAY + turn, k, into=account, fen=995_000 if turn else 998_000)
            till.give(FIRST_DAY + turn + 1, k, fen * 99 // 100, account)
    till.must(n_merchants=(4, 4))


def terminals_for_everybody(scene: Scene) -> None:
    """A firm offers “POS machines without a shop”, takes the sales of thirty of them and pays the thirty persons."""
    till = Till(scene, "盐城秒到科技有限公司", "320924")
    scene.emit("txt.items", "web:patrol", 30, hms(10), party=till.shop, kind="ad", text="个人POS机办理，无需营业执照，秒到账")
    many_terminals(till)
    till.must(loop_ppm=(0, 0), n_terminals=(30, 30))


def many_terminals(till: Till) -> None:
    people = [till.scene.account(till.scene.person()) for _ in range(30)]
    for day in range(FIRST_DAY, FIRST_DAY + 4):
        for k, payee in enumerate(people):
            fen = till.swipe(day, k, 11, "借记卡", terminal=f"M{k}", fen=210_000 + 3_700 * k)
            till.scene.pay(day, hms(18, k), till.account, payee, fen - 2_000)


def corner_shop(scene: Scene) -> None:
    """Look-alike: debit cards by day, and a supplier."""
    till = Till(scene, "盐城街角便利店")
    supplier = scene.account(scene.org("盐城粮油批发部"), "OWN_BASIC")
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        sold = sum(till.swipe(day, k, 10 + k, "借记卡") for k in range(HOLDERS))
        till.give(day + 1, 0, sold * 7 // 10, payee=supplier)
    scene.lawful()


def night_market(scene: Scene) -> None:
    """Look-alike: a trader at night; round sums by code, and he draws his takings to his own account."""
    till = Till(scene, "", person=True)
    purse = scene.account(till.shop)
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        sold = sum(till.swipe(day, k, 22, "扫码", fen=900_000) for k in range(HOLDERS))
        till.give(day + 1, 0, sold, payee=purse)
    scene.lawful()


def hotel(scene: Scene) -> None:
    """Look-alike: credit cards in the evening; deposits go back to the card that paid them, by the acquirer's code."""
    till = Till(scene, "盐城迎宾酒店")
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        for k in range(HOLDERS):
            fen = till.swipe(day, k)
            till.give(day + 1, k, fen * 9 // 10, payee=till.cards[k], flow_class="REFUND", class_basis="source")
    scene.lawful()


def returns_by_order(scene: Scene) -> None:
    """Look-alike: goods of a fair taken back, the same order and the same card."""
    till = Till(scene, "盐城珠宝行")
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        for k in range(HOLDERS):
            order = f"{scene.namespace}-F{day}-{k}"
            fen = till.swipe(day, k, 15, order_id=order)
            till.give(day + 1, k, fen, payee=till.cards[k], order_id=order)
    scene.lawful()


def licensed(scene: Scene) -> None:
    """Look-alike: a licensed acquirer with its own terminals settles to persons with small shops."""
    till = Till(scene, "盐城持证收单支付有限公司")
    scene.licence(till.shop, "payment")
    many_terminals(till)
    scene.lawful()


SCENES = tuple(
    (f"pay08.{name}", "PAY-08", variant, play)
    for name, variant, play in (
        ("night", "clean", night_shop),
        ("person", "clean", individual),
        ("offers", "terminals-for-everybody", terminals_for_everybody),
        ("day", "by-day", by_day),
        ("owner", "operator-pays", operator_pays),
        ("refund", "called-refund", called_refund),
        ("turns", "rotating-merchants", rotating_shops),
        ("corner", "lookalike:small-shop", corner_shop),
        ("market", "lookalike:night-market", night_market),
        ("hotel", "lookalike:hotel", hotel),
        ("fair", "lookalike:refunds", returns_by_order),
        ("licensed", "lookalike:licensed", licensed),
    )
)
