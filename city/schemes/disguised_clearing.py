"""PAY-06 变相跨行清算: one institution's accounts at several banks stand in for a clearing system (catalogue §4.3)."""

from collections.abc import Callable

from chuantou.city.book import BANKS, DAY
from chuantou.city.scene import Scene, hms

FIRST_DAY = 40
PAIRS = 104
A, B, C = BANKS[0], BANKS[1], BANKS[2]
MAY = ("PAY-02", "PAY-03", "FLOW-02", "AM-01", "REG-04", "ILF-04")


class House:
    """A watched institution with an account at bank A and one, its own or a nominee's, at bank B."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", nominee: bool = False) -> None:
        self.scene = scene
        self.party = scene.org(name, "PAY", region, watched=True)
        scene.licence(self.party, "payment")
        holder = self.party
        if nominee:
            holder = scene.org("盐城通联商务有限公司", region=region)
            scene.owns(self.party, holder, 1_000_000)
        self.at_a, self.at_b = scene.account(self.party, "OWN_GENERAL", bank=A), scene.account(holder, "OWN_GENERAL", bank=B)
        self.payers = [scene.account(scene.person(), bank=A) for _ in range(8)]
        self.payees = [scene.account(scene.person(), bank=B) for _ in range(8)]

    def pay(self, day: int, second: int, payer: str, payee: str, fen: int, order: str | None = None) -> None:
        marks = {"order_id": order, "class_basis": "order", "flow_class": "OTHER"} if order else {}
        self.scene.pay(day + second // DAY, second % DAY, payer, payee, fen, **marks)

    def clear(
        self, day: int, pairs: int = PAIRS, delay: Callable[[int], int] = lambda n: 180, ordered: bool = False
    ) -> int:  # fmt: skip
        """Payments in at A, answered at B less 0.5 %; returns fen paid out."""
        total = 0
        for n in range(pairs):
            fen, second = 60_000 + self.scene.random.randrange(90_000), hms(9) + 240 * n
            order = f"{self.scene.namespace}-{day}-{n}" if ordered else None
            self.pay(day, second, self.payers[n % 8], self.at_a, fen, order)
            self.pay(day, second + delay(n), self.at_b, self.payees[n % 7], fen * 995 // 1_000, order)
            total += fen * 995 // 1_000
        return total

    def level(self, day: int, fen: int) -> None:
        self.pay(day, hms(18), self.at_a, self.at_b, fen)

    def must(self, severity: str, days: int = 1, **values: tuple[int, int]) -> None:
        self.scene.must(self.party, severity, values, (FIRST_DAY, FIRST_DAY + days))
        self.scene.may(MAY)


def by_order(scene: Scene) -> None:
    """A hundred and four orders on one day, and the net moved in the evening."""
    house = House(scene, "盐城快付网络有限公司")
    total = house.clear(FIRST_DAY, ordered=True)
    house.level(FIRST_DAY, total)
    house.must("orange", pairs=(PAIRS, PAIRS), matched_fen=(total, total), net_days=(1, 1))


def net_every_evening(scene: Scene) -> None:
    """Twelve pairs a day only, but the position is moved net on six days."""
    house = House(scene, "盐城日清支付有限公司", "320903")
    for day in range(FIRST_DAY, FIRST_DAY + 6):
        house.level(day, house.clear(day, 12))
    house.must("orange", 6, pairs=(12, 12), net_days=(5, 6))


def random_delays(scene: Scene) -> None:
    """Evasion: without order numbers, hours and nights apart."""
    house = House(scene, "盐城缓付支付有限公司", "320904")
    house.clear(FIRST_DAY, delay=lambda n: 1_200 + n * 7_919 % 80_000)
    house.must("yellow", pairs=(100, PAIRS))


def split_legs(scene: Scene) -> None:
    """Evasion: every payment out goes in three."""
    house = House(scene, "盐城拆付支付有限公司", "320921")
    for n in range(PAIRS):
        fen, second = 90_000 + scene.random.randrange(9_000), hms(9) + 300 * n
        out = fen * 995 // 1_000
        house.pay(FIRST_DAY, second, house.payers[n % 8], house.at_a, fen)
        for k, share in enumerate((out * 2 // 5, out // 3, out - out * 2 // 5 - out // 3)):
            house.pay(FIRST_DAY, second + 20 * (k + 1), house.at_b, house.payees[n % 7], share)
    house.must("yellow", pairs=(PAIRS, PAIRS))


def nominee_account(scene: Scene) -> None:
    """Evasion: a subsidiary holds the second account."""
    house = House(scene, "盐城代持支付有限公司", "320922", nominee=True)
    house.clear(FIRST_DAY)
    house.must("yellow", pairs=(PAIRS, PAIRS))


def retailer(scene: Scene) -> None:
    """Look-alike: the institution sells terminals at A and pays three suppliers of them at B."""
    house = House(scene, "盐城机具支付有限公司")
    suppliers = [scene.account(scene.org(f"盐城{n + 1}号供货有限公司"), "OWN_BASIC", bank=B) for n in range(3)]
    for n in range(120):
        house.pay(FIRST_DAY, hms(9) + 240 * n, house.payers[n % 8], house.at_a, 100_000)
    house.level(FIRST_DAY, 11_000_000)
    for n, supplier in enumerate(suppliers):
        house.pay(FIRST_DAY, hms(19, n), house.at_b, supplier, 3_800_000)
    scene.lawful()


def payroll_agent(scene: Scene) -> None:
    """Look-alike: employers at A, their staff at B, by the bank's payroll code."""
    house = House(scene, "盐城代发支付有限公司")
    for n in range(PAIRS):
        house.pay(FIRST_DAY, hms(9) + 240 * n, house.payers[n % 8], house.at_a, 500_000 + n)
        wages = {"flow_class": "PAYROLL", "class_basis": "source"}
        scene.pay(FIRST_DAY, hms(9) + 240 * n + 60, house.at_b, house.payees[n % 8], 499_000 + n, **wages)
    scene.lawful()


def treasury(scene: Scene) -> None:
    """Look-alike: own money moved between own banks all day."""
    house = House(scene, "盐城资金支付有限公司")
    for n in range(110):
        house.pay(FIRST_DAY, hms(8) + 300 * n, house.at_a, house.at_b, 2_000_000 + n)
    scene.lawful()


def through_clearing(scene: Scene) -> None:
    """Look-alike: payers at a third bank, so that a clearing system carried each payment."""
    house = House(scene, "盐城合规支付有限公司")
    house.payers = [scene.account(scene.person(), bank=C) for _ in range(8)]
    house.clear(FIRST_DAY, ordered=True)
    scene.lawful()


SCENES = tuple(
    (f"pay06.{name}", "PAY-06", variant, play)
    for name, variant, play in (
        ("orders", "clean", by_order),
        ("net", "clean", net_every_evening),
        ("delays", "random-delays", random_delays),
        ("split", "split-legs", split_legs),
        ("nominee", "nominee-account", nominee_account),
        ("retailer", "lookalike:retailer", retailer),
        ("payroll", "lookalike:payroll-agent", payroll_agent),
        ("treasury", "lookalike:treasury", treasury),
        ("cleared", "lookalike:through-clearing", through_clearing),
    )
)
