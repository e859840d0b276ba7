"""ILF-01 集资资金拓扑: accounts that collect, pass on and pay back the public's money (catalogue §4.6)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from chuantou.city.scene import Scene, hms

DAY = 20
PEOPLE = 32
EACH = 1_000_000
BACK = 200_000
THROUGH = 2 * PEOPLE * BACK
MAY = ("FLOW-02", "FLOW-03", "ILF-02", "ILF-03", "ILF-04", "ILF-06", "ILF-07", "REG-01", "REG-04", "AM-01", "PAY-07")


class Ring:
    """Investors with an account each, and one collector, one transit and one payer account unless more are opened."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", seeded_fen: int = 0) -> None:
        self.scene = scene
        self.firm = scene.org(name, region=region)
        self.collector = scene.account(self.firm, "OWN_GENERAL", 0)
        self.transit = scene.account(scene.person(), opening_fen=0)
        self.payer = scene.account(scene.person(), opening_fen=seeded_fen)
        self.investors = [scene.account(scene.person()) for _ in range(PEOPLE)]

    def collect(self, day: int, into: str, people: Sequence[str], fen: int = EACH, **marks: Any) -> int:
        for n, account in enumerate(people):
            self.scene.pay(day, hms(8, n), account, into, fen, **marks)
        return fen * len(people)

    def pass_on(self, day: int, fen: int, *way: str) -> None:
        """In five parts along the way, each within the hour."""
        for part in range(5):
            for step, (payer, payee) in enumerate(pairwise(way)):
                self.scene.pay(day, hms(10 + part, 10 * step), payer, payee, fen // 5)

    def pay_out(self, days: Sequence[int], people: Sequence[str], fen: int = BACK, out_of: str = "", **marks: Any) -> None:
        for day in days:
            for n, account in enumerate(people):
                self.scene.pay(day, hms(16, n), out_of or self.payer, account, fen, **marks)

    def must(self, severity: str, days: tuple[int, int], **values: tuple[int, int]) -> None:
        known = {"n_payers": (PEOPLE, PEOPLE), "n_payees": (PEOPLE, PEOPLE), "overlap_ppm": (1_000_000, 1_000_000)}
        self.scene.must(self.firm, severity, known | values, days)
        self.scene.may(MAY)


def triple(scene: Scene) -> None:
    """One collector, one transit, one payer account; two returns each."""
    ring = Ring(scene, "盐城同福商务服务有限公司")
    ring.pass_on(DAY, ring.collect(DAY, ring.collector, ring.investors), ring.collector, ring.transit, ring.payer)
    ring.pay_out((DAY + 3, DAY + 9), ring.investors)
    ring.must("orange", (DAY + 9, DAY + 9), through_fen=(THROUGH, THROUGH), n_collectors=(1, 1))


def rotated(scene: Scene) -> None:
    """Evasion: every eight persons pay a fresh account that is used for a day."""
    ring = Ring(scene, "盐城聚源信息咨询有限公司", "320903")
    till = scene.org("盐城聚源二部商务有限公司", region="320903")
    ring.payer = scene.account(till, "OWN_GENERAL", 0)
    pots = [ring.collector, *(scene.account(scene.person(), opening_fen=0) for _ in range(3))]
    for turn, pot in enumerate(pots):
        got = ring.collect(DAY + 15 * turn, pot, ring.investors[8 * turn : 8 * turn + 8])
        ring.pass_on(DAY + 15 * turn, got, pot, ring.transit, ring.payer)
    ring.pay_out((DAY + 48, DAY + 55), ring.investors)
    ring.firm = till  # with it most of them deal
    ring.must("orange", (DAY + 55, DAY + 55), through_fen=(THROUGH, THROUGH), n_collectors=(4, 4))


def layered(scene: Scene) -> None:
    """Evasion: three accounts lie between, each of another name."""
    ring = Ring(scene, "盐城远航电子商务有限公司", "320904")
    stages = [scene.account(scene.person(), opening_fen=0) for _ in range(2)]
    got = ring.collect(DAY, ring.collector, ring.investors)
    ring.pass_on(DAY, got, ring.collector, ring.transit, *stages, ring.payer)
    ring.pay_out((DAY + 3, DAY + 9), ring.investors)
    ring.must("orange", (DAY + 9, DAY + 9), through_fen=(THROUGH, THROUGH), n_transits=(3, 5))


def seeded(scene: Scene) -> None:
    """Evasion: the paying account held as much before, so that by FIFO it pays its own money."""
    ring = Ring(scene, "盐城泰和健康管理有限公司", "320921", seeded_fen=THROUGH + 1_000_000)
    ring.pass_on(DAY, ring.collect(DAY, ring.collector, ring.investors), ring.collector, ring.transit, ring.payer)
    ring.pay_out((DAY + 3, DAY + 9), ring.investors)
    ring.must("yellow", (DAY + 9, DAY + 9), through_fen=(0, 0), through_most_fen=(THROUGH, THROUGH))


def school(scene: Scene) -> None:
    """Look-alike: a school gives part of the fee back to everybody, once."""
    ring = Ring(scene, "盐城育才培训学校有限公司")
    ring.pass_on(DAY, ring.collect(DAY, ring.collector, ring.investors), ring.collector, ring.transit, ring.payer)
    ring.pay_out((DAY + 40,), ring.investors, 700_000)
    scene.lawful()


def charity(scene: Scene) -> None:
    """Look-alike: who is helped is not who gave."""
    ring = Ring(scene, "盐城慈善服务中心")
    ring.pass_on(DAY, ring.collect(DAY, ring.collector, ring.investors), ring.collector, ring.transit, ring.payer)
    ring.pay_out((DAY + 3, DAY + 9), [scene.account(scene.person()) for _ in range(PEOPLE)])
    scene.lawful()


def gym(scene: Scene) -> None:
    """Look-alike: staff who are members too get their wages from what members pay, without the bank's code."""
    ring = Ring(scene, "盐城动力健身有限公司")
    members = [scene.account(scene.person()) for _ in range(PEOPLE)]
    for month in (0, 30):
        got = ring.collect(DAY + month, ring.collector, members, 430_000)
        got += ring.collect(DAY + month, ring.collector, ring.investors, 20_000)
        ring.pass_on(DAY + month, got, ring.collector, ring.payer)
        ring.pay_out((DAY + month + 5,), ring.investors, 400_000)
    scene.lawful()


def insurer(scene: Scene) -> None:
    """Look-alike: a licensed insurer takes premiums into the account for them and pays benefits twice out of another."""
    ring = Ring(scene, "盐城平安财产保险有限公司")
    scene.licence(ring.firm, "insurance")
    ring.collector = scene.account(ring.firm, "INSURER_PREMIUM", 0, role_basis="bank")
    ring.transit, ring.payer = (scene.account(ring.firm, "OWN_GENERAL", 0) for _ in range(2))
    got = ring.collect(DAY, ring.collector, ring.investors, flow_class="PREMIUM", class_basis="source")
    ring.pass_on(DAY, got, ring.collector, ring.transit, ring.payer)
    ring.pay_out((DAY + 3, DAY + 9), ring.investors)
    scene.lawful()


SCENES = tuple(
    (f"ilf01.{name}", "ILF-01", variant, play)
    for name, variant, play in (
        ("triple", "clean", triple),
        ("rotated", "rotated-collectors", rotated),
        ("layered", "layered", layered),
        ("seeded", "seeded-payer", seeded),
        ("school", "lookalike:school-refund", school),
        ("charity", "lookalike:charity", charity),
        ("gym", "lookalike:staff-wages", gym),
        ("insurer", "lookalike:insurer", insurer),
    )
)
