"""ILF-04 马甲、跑分账户: lent accounts pass on strangers' money (catalogue §4.6)."""

from typing import Any

from chuantou.city.scene import Scene, hms

DAY = 40
MULES, STRANGERS = 6, 14
EACH = 150_000  # fen that a stranger pays, and 10,000 more for the next
MAY = ("ILF-01", "FLOW-02", "REG-04", "PAY-08")


class Ring:
    """Persons whose accounts take the money of strangers; ``fields`` of the accounts as they are opened."""

    def __init__(self, scene: Scene, count: int = MULES, opened: int | None = DAY - 5, **fields: Any) -> None:
        self.scene = scene
        self.holders = [scene.person(reg_region="320902", op_region="320902") for _ in range(count)]
        scene.region_of |= dict.fromkeys(self.holders, "320902")
        self.accounts = [scene.account(holder) for holder in self.holders] if opened is None else [
            self.opened_on(opened, holder, number, **fields) for number, holder in enumerate(self.holders)
        ]  # fmt: skip
        self.through = 0

    def opened_on(self, day: int, holder: str, number: int, phones: int = 0, **fields: Any) -> str:
        """An account opened in the city's days; ``phones``: so many devices serve all of them in turn."""
        if phones:
            fields["device"] = f"{self.scene.namespace}-phone-{number % phones}"
        return self.scene.account(holder, opened_on=day, since=day, **fields)

    def take(self, number: int, payers: list[str], day: int, hour: int = 10, **fields: Any) -> int:
        """Strangers pay one account in the morning."""
        total = 0
        for turn, payer in enumerate(payers):
            fen = EACH + 10_000 * turn
            self.scene.pay(day, hms(hour, turn), payer, self.accounts[number], fen, **fields)
            total += fen
        return total

    def strangers(self, count: int = STRANGERS) -> list[str]:
        return [self.scene.account(self.scene.person()) for _ in range(count)]

    def run(self, collector: str | None, days: int = 1) -> None:
        """On each day every account is paid by strangers and pays everything to the collector in the evening."""
        for day in range(DAY, DAY + days):
            for number, account in enumerate(self.accounts):
                fen = self.take(number, self.strangers(), day)
                self.through += fen
                if collector is not None:
                    self.scene.pay(day, hms(21, number), account, collector, fen)

    def must(self, subject: str, **values: int) -> None:
        told = {"n_mules": len(self.accounts), "through_fen": self.through} | values
        self.scene.must(subject, "yellow", {name: (fen, fen) for name, fen in told.items()}, (DAY, DAY + 3))
        self.scene.may(MAY)


def boss_of(scene: Scene, region: str = "320902") -> tuple[str, str]:
    boss = scene.person(reg_region=region, op_region=region)
    scene.region_of[boss] = region
    return boss, scene.account(boss)


def two_phones(scene: Scene) -> None:
    """Six new accounts on two phones; all goes to one man in the evening."""
    boss, account = boss_of(scene)
    ring = Ring(scene, phones=2)
    ring.run(account)
    ring.must(boss, n_on_devices=MULES)


def aged_accounts(scene: Scene) -> None:
    """Evasion: accounts of long standing are bought; each gets a new phone and passes on a hundred times what it used to."""
    boss, account = boss_of(scene, "320903")
    ring = Ring(scene, opened=None)
    shop = scene.account(scene.org("盐城街角便利店"), "MERCHANT_SETTLE", role_basis="registry")
    for number, own in enumerate(ring.accounts):
        scene.pay(0, hms(9, number), ring.strangers(1)[0], own, 20_000)
        scene.pay(1, hms(9, number), own, shop, 15_000)
        scene.emit("acct.events", "bank:" + scene.book.accounts[own].bank, DAY - 3, hms(11, number), type="DEVICE_BIND",
                   account=own, owner=ring.holders[number], device=f"{scene.namespace}-phone-{number % 2}")  # fmt: skip
    ring.run(account)
    ring.must(boss)


def no_common_phone(scene: Scene) -> None:
    """Evasion: a phone for each; new accounts whose money only comes together at one man's."""
    boss, account = boss_of(scene, "320904")
    ring = Ring(scene)
    ring.run(account)
    ring.must(boss, n_on_devices=0)


def in_layers(scene: Scene) -> None:
    """Evasion: no collector; four accounts pay a fifth, the fifth a sixth, and there it is drawn in cash."""
    ring = Ring(scene)
    cash = scene.commons.lenders[0]
    for day in (DAY, DAY + 1):
        got = [ring.take(number, ring.strangers(), day) for number in range(MULES)]
        for number in range(MULES - 1):
            to = max(4, number + 1)
            scene.pay(day, hms(15 + number // 4, number), ring.accounts[number], ring.accounts[to], got[number])
            got[to] += got[number]
        scene.pay(day, hms(20), ring.accounts[-1], cash, got[-1], flow_class="CASH_OUT", class_basis="source")
        ring.through += sum(got)
    ring.must(ring.holders[5], n_holders=MULES)


def four_only(scene: Scene) -> None:
    """Look-alike: four friends who share two phones and pass money on: too few to be more than an oddity."""
    _, account = boss_of(scene)
    Ring(scene, 4, phones=2).run(account)
    scene.lawful()


def first_cards(scene: Scene) -> None:
    """Look-alike: a class of students opens accounts at school; parents pay in, fees and shops get it within the day."""
    ring = Ring(scene, 10)
    school = scene.account(scene.org("盐城职业技术学院"), "OWN_BASIC")
    canteen = scene.account(scene.org("盐城校园餐饮有限公司"), "MERCHANT_SETTLE", role_basis="registry")
    for number, account in enumerate(ring.accounts):
        for parent in ring.strangers(2):
            scene.pay(DAY, hms(9, number), parent, account, 600_000)
        scene.pay(DAY, hms(14, number), account, school, 1_100_000)
        scene.pay(DAY, hms(18, number), account, canteen, 50_000)
    for number in range(9):
        scene.pay(DAY + 1, hms(12, number), ring.accounts[number], ring.accounts[number + 1], 2_000)
    scene.lawful()


def market_stalls(scene: Scene) -> None:
    """Look-alike: new stalls of one market sell to passers-by and pay the wholesale company in the evening."""
    ring = Ring(scene, 8)
    ring.run(scene.account(scene.org("盐城农产品批发市场有限公司"), "OWN_BASIC"))
    scene.lawful()


def family_phone(scene: Scene) -> None:
    """Look-alike: six of a family run their shops' accounts from one phone and keep the money."""
    ring = Ring(scene, phones=1)
    ring.run(None)
    scene.lawful()


SCENES = tuple(
    (f"ilf04.{name}", "ILF-04", variant, play)
    for name, variant, play in (
        ("phones", "clean", two_phones),
        ("aged", "aged-accounts", aged_accounts),
        ("apart", "no-common-phone", no_common_phone),
        ("layers", "in-layers", in_layers),
        ("four", "lookalike:four-only", four_only),
        ("students", "lookalike:first-cards", first_cards),
        ("stalls", "lookalike:market-stalls", market_stalls),
        ("family", "lookalike:family-phone", family_phone),
    )
)
