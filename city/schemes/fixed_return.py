"""ILF-03 固定返利节律: persons are paid a fixed return on what they gave (catalogue §4.6)."""

from collections.abc import Callable
from typing import Any

from chuantou.city.scene import Scene, hms

DAY = 6
PEOPLE = 32
UNIT = 250_000
MAY = ("FLOW-02", "FLOW-03", "ILF-01", "ILF-02", "ILF-06", "ILF-07", "REG-01", "REG-04", "AM-01")


class House:
    """A firm that nobody supervises, its account, and persons with one account each."""

    def __init__(
        self, scene: Scene, name: str, region: str = "320902", people: int = PEOPLE, role: str = "OWN_GENERAL", **told: Any
    ) -> None:
        self.scene, self.region = scene, region
        self.firm = scene.org(name, region=region)
        self.pot = scene.account(self.firm, role, **told)
        self.persons = [scene.person() for _ in range(people)]
        self.accounts = [scene.account(person) for person in self.persons]
        self.given = [UNIT * (1 + n % 4) for n in range(people)]

    def give(self, day: int = DAY, **marks: Any) -> None:
        for n, account in enumerate(self.accounts):
            self.scene.pay(day, hms(9, n), account, self.pot, self.given[n], **marks)

    def pay(
        self, day: int, fen: Callable[[int], int], pots: tuple[str, ...] = (), shift: Callable[[int], int] = lambda n: 0,
        **marks: Any,
    ) -> None:  # fmt: skip
        """To everybody what ``fen`` says, ``shift`` days off."""
        for n, account in enumerate(self.accounts):
            self.scene.pay(day + shift(n), hms(14, n), (pots or (self.pot,))[n % max(1, len(pots))], account, fen(n), **marks)

    def must(self, days: tuple[int, int], subject: str = "", **values: tuple[int, int]) -> None:
        self.scene.must(subject or self.firm, "yellow", {"n_payees": (PEOPLE, PEOPLE), **values}, days)
        self.scene.may(MAY)


def monthly(scene: Scene) -> None:
    """1.8 % every thirty days."""
    house = House(scene, "盐城聚金商务咨询有限公司")
    house.give()
    for k in range(1, 4):
        house.pay(DAY + 30 * k, lambda n: house.given[n] * 18 // 1_000)
    house.must((DAY + 90, DAY + 91), unit_fen=(UNIT, UNIT), payout_ratio_ppm=(18_000, 18_000), n_rhythm=(PEOPLE, PEOPLE))


def lattice(scene: Scene) -> None:
    """G13: units of 2,500 yuan come back once, with 17.5 % on top."""
    house = House(scene, "盐城恒信养老服务有限公司", "320903")
    house.give()
    house.pay(DAY + 45, lambda n: house.given[n] * 1_175 // 1_000)
    house.must((DAY + 45, DAY + 46), unit_fen=(UNIT, UNIT), payout_ratio_ppm=(1_175_000, 1_175_000))


def jittered_amounts(scene: Scene) -> None:
    """Evasion: deposits without a unit, and every payment up to 8 % off."""
    house = House(scene, "盐城沐阳农业发展有限公司", "320904")
    house.given = [fen + scene.random.randrange(40_000) * 7 for fen in house.given]
    house.give()
    for k in range(1, 7):
        house.pay(DAY + 15 * k, lambda n: house.given[n] * (9_200 + scene.random.randrange(1_600)) // 1_000_000)
    house.must((DAY + 60, DAY + 91), payout_ratio_ppm=(18_500, 21_500))


def jittered_dates(scene: Scene) -> None:
    """Evasion: paid about every fifteen days, on another day each time, on deposits without a unit."""
    house = House(scene, "盐城丰泽贸易有限公司", "320921")
    house.given = [fen + scene.random.randrange(40_000) * 7 for fen in house.given]
    house.give()
    for k in range(1, 7):
        house.pay(DAY + 15 * k, lambda n: house.given[n] // 100, shift=lambda n: scene.random.randrange(-3, 4))
    house.must((DAY + 57, DAY + 94), payout_ratio_ppm=(19_000, 25_000))


def rotated_payers(scene: Scene) -> None:
    """Evasion: two subsidiaries and the firm pay in turn, none of them thirty persons."""
    house = House(scene, "盐城万利投资咨询有限公司", "320922")
    firms = [scene.org(name, region="320922") for name in ("盐城万利一号商务有限公司", "盐城万利二号商务有限公司")]
    for firm in firms:
        scene.owns(house.firm, firm, 1_000_000)
    pots = (house.pot, *(scene.account(firm, "OWN_GENERAL") for firm in firms))
    house.give()
    for k in range(1, 5):
        house.pay(DAY + 15 * k, lambda n: house.given[n] * 12 // 1_000, pots)
    house.must((DAY + 45, DAY + 61), payout_ratio_ppm=(12_000, 12_000))


def rent(scene: Scene) -> None:
    """Look-alike: an agency took a fee from landlords and passes the rent on every month."""
    house = House(scene, "盐城安居房屋租赁有限公司")
    house.given = [50_000] * PEOPLE
    house.give()
    for k in range(1, 4):
        house.pay(DAY + 30 * k, lambda n: 180_000 + 10_000 * (n % 9))
    scene.lawful()


def annuity(scene: Scene) -> None:
    """Look-alike: an insurer's annuity on single premiums."""
    house = House(scene, "盐城民生人寿保险有限公司", role="INSURER_PREMIUM", role_basis="bank")
    scene.licence(house.firm, "insurance")
    house.give(flow_class="PREMIUM", class_basis="source")
    for k in range(1, 4):
        house.pay(DAY + 30 * k, lambda n: house.given[n] * 5 // 1_000)
    scene.lawful()


def dividend(scene: Scene) -> None:
    """Look-alike: shareholders who paid their shares in get their part of what was earned, each time something else."""
    house = House(scene, "盐城众兴水产股份有限公司")
    for person in house.persons:
        scene.owns(person, house.firm, 1_000_000 // PEOPLE)
    house.given = [UNIT] * PEOPLE
    house.give(flow_class="CAPITAL_IN", class_basis="source")
    profits = {DAY + 30: 4_100, DAY + 60: 9_300, DAY + 90: 6_700}
    for day in profits:
        house.pay(day, lambda n: profits[day], flow_class="DIVIDEND", class_basis="source")  # noqa: B023
    scene.lawful()


def inside_unit(scene: Scene) -> None:
    """Look-alike, G17: staff with monthly wages holds the firm's internal product, which pays them monthly."""
    house = House(scene, "盐城振兴纺织有限公司")
    for day in (1, 31, 61, 91):
        house.pay(day, lambda n: 420_000 + 1_000 * n, flow_class="PAYROLL", class_basis="source")
    house.give()
    for k in range(1, 4):
        house.pay(DAY + 30 * k, lambda n: house.given[n] // 100)
    scene.lawful()


SCENES = tuple(
    (f"ilf03.{name}", "ILF-03", variant, play)
    for name, variant, play in (
        ("monthly", "clean", monthly),
        ("lattice", "clean", lattice),
        ("amounts", "jittered-amounts", jittered_amounts),
        ("dates", "jittered-dates", jittered_dates),
        ("rotated", "rotated-payers", rotated_payers),
        ("rent", "lookalike:rent", rent),
        ("annuity", "lookalike:annuity", annuity),
        ("dividend", "lookalike:dividend", dividend),
        ("inside", "lookalike:inside-unit", inside_unit),
    )
)
