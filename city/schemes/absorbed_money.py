"""ILF-02 数额与人数线: money absorbed from the public past a line (catalogue §4.6)."""

from collections.abc import Sequence
from typing import Any

from chuantou.city.scene import Scene, hms

DAY = 30
PEOPLE = 36
EACH = 3_000_000
TOTAL = PEOPLE * EACH
BY_CODE = {"flow_class": "INVEST_IN", "class_basis": "source"}
MAY = ("FLOW-02", "FLOW-03", "ILF-01", "ILF-03", "ILF-06", "ILF-07", "REG-01", "REG-04", "AM-01", "AM-02")


def investors(scene: Scene, count: int = PEOPLE) -> list[str]:
    return [scene.account(scene.person()) for _ in range(count)]


def give(scene: Scene, accounts: Sequence[str], pot: str, fen: int = EACH, day: int = DAY, **marks: Any) -> None:
    for n, account in enumerate(accounts):
        scene.pay(day, hms(9 + n // 60, n % 60), account, pot, fen, **(marks or BY_CODE))


def told(scene: Scene, subject: str, severity: str, days: tuple[int, int], **values: int) -> None:
    scene.must(subject, severity, {name: (value, value) for name, value in values.items()}, days)
    scene.may(MAY)


def entity(scene: Scene) -> None:
    """A consulting firm takes 1,080,000 yuan from thirty-six persons."""
    firm = scene.org("盐城鼎盛财富咨询有限公司")
    give(scene, investors(scene), scene.account(firm, "OWN_GENERAL"))
    told(scene, firm, "red", (DAY, DAY), gross_absorbed_fen=TOTAL, n_people=PEOPLE, net_outstanding_fen=TOTAL)


def below(scene: Scene) -> None:
    """G10 (a) in small: 600,000 yuan are half of the line and more, to be watched."""
    firm = scene.org("盐城鼎泰商务咨询有限公司", region="320903")
    give(scene, investors(scene, 20), scene.account(firm, "OWN_GENERAL"))
    told(scene, firm, "yellow", (DAY, DAY), gross_absorbed_fen=20 * EACH, n_people=20)


def several_firms(scene: Scene) -> None:
    """Evasion: three firms in one hand take a third each."""
    mother = scene.org("盐城汇通投资咨询有限公司", region="320904")
    pots = [scene.account(mother, "OWN_GENERAL")]
    for name in ("盐城汇通一部商务有限公司", "盐城汇通二部商务有限公司"):
        firm = scene.org(name, region="320904")
        scene.owns(mother, firm, 1_000_000)
        pots.append(scene.account(firm, "OWN_GENERAL"))
    people = investors(scene)
    for n, pot in enumerate(pots):
        give(scene, people[12 * n : 12 * n + 12], pot)
    give(scene, people[12:14], pots[0], 10_000, DAY + 1)  # so that the mother gathers from most
    told(scene, mother, "red", (DAY, DAY + 1), n_people=PEOPLE)


def managers_account(scene: Scene) -> None:
    """Evasion: part of it goes to the legal representative's personal account."""
    firm = scene.org("盐城鑫源农业合作有限公司", region="320921")
    manager = scene.person(reg_region="320921")
    scene.officer(manager, firm, "legal_rep")
    people = investors(scene)
    give(scene, people[:16], scene.account(manager))
    give(scene, people[16:], scene.account(firm, "OWN_GENERAL"))
    told(scene, firm, "red", (DAY, DAY), gross_absorbed_fen=TOTAL, n_people=PEOPLE, entity=1)


def rolled_over(scene: Scene) -> None:
    """Evasion: every month all is paid back and given again, so that never more than 400,000 is out."""
    firm = scene.org("盐城润丰养殖有限公司", region="320922")
    pot, people = scene.account(firm, "OWN_GENERAL"), investors(scene, 20)
    for turn in range(3):
        give(scene, people, pot, 2_000_000, DAY + 30 * turn)
        for n, account in enumerate(people):
            scene.pay(DAY + 30 * turn + 25, hms(10, n), pot, account, 2_020_000)
    told(scene, firm, "red", (DAY, DAY + 60), gross_absorbed_fen=120_000_000, n_people=20, net_of_rollover_fen=40_000_000)


def custody(scene: Scene) -> None:
    """Look-alike: the money lies on a licensed bank's custody account."""
    firm = scene.org("盐城稳诚信息服务有限公司")
    bank = scene.org("盐城存管银行股份有限公司", "BANK")
    scene.licence(bank, "bank")
    give(scene, investors(scene), scene.account(bank, "CLIENT_MASTER", platform=firm, custodian=bank))
    scene.lawful()


def private_fund(scene: Scene) -> None:
    """Look-alike: a filed manager calls capital on a raising account."""
    firm = scene.org("盐城黄海创业投资管理有限公司")
    scene.licence(firm, "private_fund")
    give(scene, investors(scene, 12), scene.account(firm, "FUND_RAISE"), 100_000_000)
    scene.lawful()


def inside_unit(scene: Scene) -> None:
    """Look-alike, G17: staff buys the firm's internal product; a column of its own, no line."""
    firm = scene.org("盐城东方机床有限公司")
    pot, staff = scene.account(firm, "OWN_BASIC"), investors(scene)
    for n, account in enumerate(staff):
        scene.pay(DAY - 20, hms(14, n), pot, account, 500_000 + 1_000 * n, flow_class="PAYROLL", class_basis="source")
    give(scene, staff, pot)
    scene.lawful()


def purchases(scene: Scene) -> None:
    """Look-alike: persons pay a developer for cars, by the source's code."""
    firm = scene.org("盐城悦达汽车销售有限公司")
    give(scene, investors(scene), scene.account(firm, "OWN_GENERAL"), 9_000_000, flow_class="MERCH_SETTLE", class_basis="source")
    scene.lawful()


SCENES = tuple(
    (f"ilf02.{name}", "ILF-02", variant, play)
    for name, variant, play in (
        ("entity", "clean", entity),
        ("below", "clean", below),
        ("firms", "several-firms", several_firms),
        ("manager", "managers-account", managers_account),
        ("rolled", "rolled-over", rolled_over),
        ("custody", "lookalike:custody", custody),
        ("fund", "lookalike:private-fund", private_fund),
        ("inside", "lookalike:inside-unit", inside_unit),
        ("purchases", "lookalike:purchases", purchases),
    )
)
