"""PAY-12 通道: an acquirer goes on settling to a company after the red alert on it (catalogue §4.3), or stops in time."""

from collections.abc import Sequence

from chuantou.city.scene import Scene, hms

FIRST_DAY = 60  # a Tuesday
SHOPS = 14
SALES_FEN = 6_000_000
RED = FIRST_DAY + 8  # with the ninth day 540,000 yuan are settled and most of it is passed on
COUNTS = RED + 8  # the grace of five working days ends on the seventh day
MAY = ("PAY-07", "FLOW-02", "AM-01", "REG-01", "REG-04", "REG-06", "ILF-04", "ILF-06", "COOP-01")


class Channel:
    """A licensed acquirer, and a company to which it settles card sales."""

    def __init__(self, scene: Scene, name: str, region: str = "320902") -> None:
        self.scene, self.region, self.name = scene, region, name
        self.acquirer = scene.org(f"{name}收单支付有限公司", "PAY", region)
        scene.licence(self.acquirer, "payment")
        self.reserve = scene.account(self.acquirer, "RSV_DEPOSITORY", role_basis="designated")

    def company(self, kind: str = "信息科技") -> tuple[str, str]:
        """A company and its account."""
        company = self.scene.org(f"{self.name}{kind}有限公司", region=self.region)
        return company, self.scene.account(company, "OWN_GENERAL")

    def shops(self, count: int = SHOPS) -> list[str]:
        return [self.scene.account(self.scene.org(f"{self.name}{n + 1}号店"), "OWN_BASIC") for n in range(count)]

    def clear(self, till: str, shops: Sequence[str], first: int, last: int, percent: int = 99) -> None:
        """Sales of each day, passed on in unequal shares the next afternoon."""
        for day in range(first, last + 1):
            self.settle(till, day)
            weights = [10 + self.scene.random.randrange(20) for _ in shops]
            whole = SALES_FEN * percent // 100
            shares = [whole * weight // sum(weights) for weight in weights]
            shares[0] += whole - sum(shares)
            for number, (shop, fen) in enumerate(zip(shops, shares)):
                self.scene.pay(day + 1, hms(14, number), till, shop, fen)

    def settle(self, till: str, day: int) -> None:
        self.scene.pay(day, hms(9, 10), self.reserve, till, SALES_FEN, flow_class="MERCH_SETTLE", class_basis="source")

    def must(self, first: int = COUNTS, **values: tuple[int, int]) -> None:
        self.scene.must(self.acquirer, "orange", values, (first, first + 3))
        self.scene.may(MAY)


def goes_on(scene: Scene) -> None:
    """The acquirer settles for three weeks after the alert."""
    channel = Channel(scene, "盐城通达")
    _, till = channel.company()
    channel.clear(till, channel.shops(), FIRST_DAY, RED)
    for day in range(RED + 1, RED + 21):
        channel.settle(till, day)
    channel.must(n_entities=(1, 1), n_settlements=(13, 13), settled_fen=(13 * SALES_FEN, 13 * SALES_FEN))


def new_contract(scene: Scene) -> None:
    """Evasion: the company's contract ends with the alert; its subsidiary gets a new one."""
    channel = Channel(scene, "盐城新开", "320903")
    company, till = channel.company()
    channel.clear(till, channel.shops(), FIRST_DAY, RED)
    firm, account = channel.company("商务服务")
    scene.owns(company, firm, 1_000_000)
    for day in range(COUNTS, COUNTS + 6):
        channel.settle(account, day)
    channel.must(n_new_contracts=(1, 1), n_settlements=(6, 6))


def three_in_turn(scene: Scene) -> None:
    """Evasion: three companies in turn, each dropped before its own week is over."""
    channel = Channel(scene, "盐城轮换", "320904")
    for start in (0, 4, 6):
        _, till = channel.company(f"{start}号科技")
        channel.clear(till, channel.shops(), FIRST_DAY + start, COUNTS + 1)
    channel.must(n_entities=(3, 3), n_noticed=(3, 3), n_settlements=(6, 6))


def stops_in_time(scene: Scene) -> None:
    """The acquirer ends the contract on the fifth working day after the alert: nothing is said of it."""
    channel = Channel(scene, "盐城守规", "320921")
    company, till = channel.company()
    channel.clear(till, channel.shops(), FIRST_DAY, COUNTS - 1)
    scene.must(company, "red", {"n_payees": (SHOPS, SHOPS)}, (RED, RED + 2))
    scene.must_not("PAY-12", "*", "log")
    scene.may(MAY)


def licensed_company(scene: Scene) -> None:
    """Look-alike: whom it settles to has a licence."""
    channel = Channel(scene, "盐城同业")
    company, till = channel.company("支付服务")
    scene.licence(company, "payment")
    channel.clear(till, channel.shops(), FIRST_DAY, RED + 8)
    scene.lawful()


def few_shops(scene: Scene) -> None:
    """Look-alike: a property company that passes bills on to five utilities."""
    channel = Channel(scene, "盐城物业")
    _, till = channel.company("物业")
    channel.clear(till, channel.shops(5), FIRST_DAY, RED + 8)
    scene.lawful()


def retailer(scene: Scene) -> None:
    """Look-alike: a supermarket that keeps a trade margin."""
    channel = Channel(scene, "盐城大润")
    _, till = channel.company("超市")
    channel.clear(till, channel.shops(), FIRST_DAY, RED + 8, 70)
    scene.lawful()


SCENES = (
    *(
        (f"pay12.{name}", "PAY-12", variant, play)
        for name, variant, play in (
            ("on", "clean", goes_on),
            ("new", "new-contract", new_contract),
            ("three", "three-in-turn", three_in_turn),
            ("licensed", "lookalike:licensed", licensed_company),
            ("utilities", "lookalike:utilities", few_shops),
            ("retailer", "lookalike:retailer", retailer),
        )
    ),
    ("pay12.stops", "PAY-07", "channel-stops-in-time", stops_in_time),
)
