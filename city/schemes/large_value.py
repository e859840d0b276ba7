"""LVT-01 大额交易: days on which a customer reaches the line of the large-value report (catalogue §3.14, §4.12)."""

from collections.abc import Sequence

from chuantou.city.book import BANKS
from chuantou.city.scene import Scene, hms

DAY = 40
YUAN = 100
CASH = {"rail": "CASH", "flow_class": "CASH_IN", "class_basis": "source"}


def person(scene: Scene) -> None:
    """A person gets 520,000 yuan in three payments of one day."""
    seller = scene.person()
    _get(scene, scene.account(seller), (200_000, 200_000, 120_000))
    _report(scene, seller, 520_000, 500_000, n_transfers=3)


def company(scene: Scene) -> None:
    """A company pays 2,000,000 yuan to one supplier, to the fen."""
    payer = scene.org("盐城大额贸易有限公司")
    supplier = scene.account(scene.org("盐城大额供货有限公司"), "OWN_BASIC")
    scene.pay(DAY, hms(10), scene.account(payer, "OWN_BASIC"), supplier, 2_000_000 * YUAN)
    _report(scene, payer, 2_000_000, 2_000_000, incoming=0)


def cash(scene: Scene) -> None:
    """A person carries 210,000 yuan to the counter, in three parts."""
    holder = scene.person()
    account = scene.account(holder, bank=BANKS[0])
    for number, yuan in enumerate((90_000, 70_000, 50_000)):
        scene.pay(DAY, hms(9 + number), scene.commons.lenders[0], account, yuan * YUAN, **CASH)
    _report(scene, holder, 210_000, 200_000, cash=1)


def at_two_banks(scene: Scene) -> None:
    """Evasion: the same person at two banks, at each of them below the line."""
    holder = scene.person()
    for bank in BANKS[:2]:
        _get(scene, scene.account(holder, bank=bank), (150_000, 120_000))
    _report(scene, holder, 540_000, 500_000, n_banks=2, one_bank_fen=270_000 * YUAN)


def in_small_parts(scene: Scene) -> None:
    """Evasion: sixty payments of 9,000 yuan to sixty payees."""
    payer = scene.person()
    account = scene.account(payer)
    for number in range(60):
        scene.pay(DAY, hms(9, number), account, scene.account(scene.person()), 9_000 * YUAN)
    _report(scene, payer, 540_000, 500_000, incoming=0, n_transfers=60)


def to_the_state(scene: Scene) -> None:
    """Look-alike: land money to a bureau of the city, and a tax payment."""
    payer = scene.org("盐城大额置业有限公司")
    account = scene.account(payer, "OWN_BASIC")
    bureau = scene.account(scene.org("盐城市国土资源局", code="11"), "OWN_BASIC")
    scene.pay(DAY, hms(10), account, bureau, 9_000_000 * YUAN)
    scene.pay(DAY, hms(11), account, scene.commons.tax, 3_000_000 * YUAN, flow_class="TAX", class_basis="role")
    _silent(scene)


def own_savings(scene: Scene) -> None:
    """Look-alike: a person's term deposit goes to his own demand account at the same bank."""
    holder = scene.person()
    term, demand = (scene.account(holder, bank=BANKS[1]) for _ in range(2))
    scene.pay(DAY, hms(10), term, demand, 800_000 * YUAN)
    _silent(scene)


def between_banks(scene: Scene) -> None:
    """Look-alike: two banks settle with each other in their own name."""
    first, second = scene.commons.lenders[:2]
    scene.pay(DAY, hms(17), first, second, 50_000_000 * YUAN, flow_class="INTERBANK", class_basis="source")
    _silent(scene)


def below_on_each_side(scene: Scene) -> None:
    """Look-alike: 400,000 yuan come and 400,000 go; the sides are not added up, nor are cash and transfers."""
    holder = scene.person()
    account = scene.account(holder, bank=BANKS[0])
    _get(scene, account, (250_000, 150_000))
    scene.pay(DAY, hms(8), scene.commons.lenders[0], account, 150_000 * YUAN, **CASH)
    scene.pay(DAY, hms(16), account, scene.account(scene.person()), 400_000 * YUAN)
    _silent(scene)


def _get(scene: Scene, account: str, yuan: Sequence[int]) -> None:
    for number, amount in enumerate(yuan):
        scene.pay(DAY, hms(9 + number), scene.account(scene.person()), account, amount * YUAN)


def _report(scene: Scene, subject: str, yuan: int, line: int, **values: int) -> None:
    exact = {"total_fen": yuan * YUAN, "line_fen": line * YUAN} | values
    scene.must(subject, "log", {name: (value, value) for name, value in exact.items()}, (DAY, DAY))
    scene.must_not("*", "*", "yellow")


def _silent(scene: Scene) -> None:
    scene.must_not("LVT-01", "*", "log")
    scene.lawful()


SCENES = (
    ("lvt01.person", "LVT-01", "clean", person),
    ("lvt01.company", "LVT-01", "clean", company),
    ("lvt01.cash", "LVT-01", "clean", cash),
    ("lvt01.banks", "LVT-01", "at-two-banks", at_two_banks),
    ("lvt01.parts", "LVT-01", "in-small-parts", in_small_parts),
    ("lvt01.state", "LVT-01", "lookalike:to-the-state", to_the_state),
    ("lvt01.savings", "LVT-01", "lookalike:own-savings", own_savings),
    ("lvt01.interbank", "LVT-01", "lookalike:between-banks", between_banks),
    ("lvt01.below", "LVT-01", "lookalike:below-on-each-side", below_on_each_side),
)
