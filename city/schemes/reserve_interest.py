"""PAY-04 备付金计息: the bank that keeps the reserve pays for it (catalogue §4.3; G15 of §10.1)."""

from chuantou.city.book import BANKS
from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

FIRST_DAY = 11
PAY_DAYS = (41, 72, 103)  # 30 June, 31 July, 31 August 2016
RESERVE_BANK, OTHER_BANK = 3, 1  # of the city's banks
MAY = ("AM-01", "REG-04", "REG-06", "ILF-04")


class House:
    """An institution whose reserve changes by large orders, and the daily closings from which a rebate is reckoned."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.institution = i = PaymentInstitution(scene, region)
        shops, customers = [i.shop() for _ in range(3)], [i.customer() for _ in range(6)]
        i.trade(FIRST_DAY, FIRST_DAY + 3, shops, customers)
        for first, last, fen in ((42, 73, 300_000_000), (73, 100, 120_000_000)):
            i.settle(last, hms(10), i.order(first, hms(8), i.customer(), fen), shops[0], fen)
        self.paid: list[int] = []

    def closing(self, day: int) -> int:
        return self.institution.opening_fen + sum(fen for on, fen in self.institution.moved.items() if on <= day)

    def average(self, day: int) -> int:
        """Of the 31 days before a pay day (30 for the first)."""
        days = range(day - 31, day)
        return sum(map(self.closing, days)) // len(days)

    def rebate(self, payer: str, payee: str, share_ppm: int = 5_000, **fields: str) -> None:
        """At each month's end half a per cent of the average reserve."""
        for day in PAY_DAYS:
            self.paid.append(self.average(day) * share_ppm // 1_000_000)
            self.scene.pay(day, hms(15), payer, payee, self.paid[-1], **fields)

    def must(self) -> None:
        total = sum(self.paid)
        values = {"interest_fen": (total, total), "periods": (3, 3), "r2_ppm": (950_000, 1_000_000)}
        self.scene.must(self.institution.party, "orange", values, (PAY_DAYS[-1], PAY_DAYS[-1]))
        self.scene.may(MAY)


def on_the_reserve(scene: Scene) -> None:
    """Quarterly interest of 3,100 yuan, credited to the reserve by the bank's own code."""
    house = House(scene)
    marks = {"flow_class": "INTEREST_BANK", "class_basis": "source"}
    house.institution.put(32, hms(9), scene.commons.lenders[RESERVE_BANK], 310_000, **marks)
    house.institution.report(30, 35)
    scene.must(house.institution.party, "yellow", {"interest_fen": (310_000, 310_000)}, (32, 32))
    scene.may(MAY)


def marketing_fee(scene: Scene) -> None:
    """Evasion: a “marketing fee” to the institution's own account, in proportion to the average reserve."""
    house = House(scene, "320903")
    house.rebate(scene.commons.lenders[RESERVE_BANK], house.institution.own, memo="营销费")
    house.must()


def marketing_firm(scene: Scene) -> None:
    """Evasion: a firm of the bank's manager pays a firm of the institution's owner."""
    house = House(scene, "320904")
    agent, friend = scene.org("盐城银企推广有限公司"), scene.org("盐城股东名下广告有限公司")
    manager = scene.person()
    scene.officer(manager, scene.commons.banks[RESERVE_BANK], "senior")
    scene.owns(manager, agent, 900_000)
    scene.owns(house.institution.owner, friend, 900_000)
    house.rebate(scene.account(agent, "OWN_BASIC"), scene.account(friend, "OWN_BASIC"), memo="推广费")
    house.must()


def fixed_fee(scene: Scene) -> None:
    """Look-alike: a service fee of the bank, the same every month."""
    house = House(scene)
    for day in PAY_DAYS:
        scene.pay(day, hms(15), scene.commons.lenders[RESERVE_BANK], house.institution.own, 3_000_000, memo="手续费分成")
    scene.lawful()


def own_money(scene: Scene) -> None:
    """Look-alike: interest on the institution's own account, whose balance changes otherwise."""
    house = House(scene)
    institution = house.institution
    own = scene.account(institution.party, "OWN_GENERAL", 900_000_000, BANKS[RESERVE_BANK])
    treasury = scene.account(institution.party, "OWN_GENERAL", 900_000_000, BANKS[OTHER_BANK])
    level = {PAY_DAYS[0]: 900_000_000, PAY_DAYS[1]: 300_000_000, PAY_DAYS[2]: 700_000_000}
    scene.pay(PAY_DAYS[0], hms(16), own, treasury, 600_000_000)
    scene.pay(PAY_DAYS[1], hms(16), treasury, own, 400_000_000)
    for day in PAY_DAYS:
        marks = {"flow_class": "INTEREST_BANK", "class_basis": "source"}
        scene.pay(day, hms(15), scene.commons.lenders[RESERVE_BANK], own, level[day] // 500, **marks)
    scene.lawful()


def another_bank(scene: Scene) -> None:
    """Look-alike: a bank that keeps none of the reserve pays the same sums."""
    house = House(scene)
    house.rebate(scene.commons.lenders[OTHER_BANK], house.institution.own)
    scene.lawful()


SCENES = tuple(
    (f"pay04.{name}", "PAY-04", variant, play)
    for name, variant, play in (
        ("direct", "clean", on_the_reserve),
        ("fee", "disguised-rebate", marketing_fee),
        ("firm", "marketing-firm", marketing_firm),
        ("fixed", "lookalike:fixed-fee", fixed_fee),
        ("own", "lookalike:own-money", own_money),
        ("other", "lookalike:another-bank", another_bank),
    )
)
