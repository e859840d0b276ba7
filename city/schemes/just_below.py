"""FLOW-03 拆分: payments that crowd just below a line (catalogue §3.8, §4.14)."""

from collections.abc import Iterable

from chuantou.city.book import BANKS
from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

FIRST_DAY = 50
YUAN = 100
LINE_FEN = 50_000 * YUAN
TIMES = 14


def below_fifty_thousand(scene: Scene) -> None:
    """Fourteen payments of a little less than 50,000 yuan within a week."""
    _split(scene, _below(scene, LINE_FEN), LINE_FEN)


def below_half_a_million(scene: Scene) -> None:
    """The same below the large-value line of persons, to one payee."""
    payee = scene.account(scene.org("盐城收款贸易有限公司"), "OWN_BASIC")
    _split(scene, _below(scene, 10 * LINE_FEN), 10 * LINE_FEN, [payee])


def to_a_platform(scene: Scene) -> None:
    """One of the payees is the subsidiary of a watched platform: a lead worth a look."""
    platform = LendingPlatform(scene)
    subsidiary = scene.org("盐城平台科技有限公司")
    scene.owns(platform.party, subsidiary, 700_000)
    payees = [scene.account(subsidiary, "OWN_BASIC"), *_payees(scene, 4)]
    _split(scene, _below(scene, LINE_FEN), LINE_FEN, payees, "yellow")


def among_ordinary_payments(scene: Scene) -> None:
    """Evasion: as many ordinary payments before, far from any line."""
    ordinary = [200_000 + 37_000 * number for number in range(TIMES)]
    _split(scene, [*ordinary, *_below(scene, LINE_FEN)], LINE_FEN)


def two_firms_in_one_hand(scene: Scene) -> None:
    """Evasion: a company and its subsidiary pay seven each."""
    mother, daughter = scene.org("盐城拆分控股有限公司"), scene.org("盐城拆分子公司有限公司")
    scene.owns(mother, daughter, 1_000_000)
    payers = [scene.account(party, "OWN_GENERAL") for party in (mother, daughter)]
    amounts = sorted(_below(scene, LINE_FEN), reverse=True)
    for payer, part in zip(payers, (amounts[: TIMES // 2], amounts[TIMES // 2 :])):
        _pay(scene, payer, part, _payees(scene, 5))
    _found(scene, mother, TIMES, TIMES, LINE_FEN)


def smooth(scene: Scene) -> None:
    """Look-alike: invoices of all sizes around the line."""
    _pay(scene, _payer(scene), [LINE_FEN * percent // 100 for percent in range(70, 130, 2)], _payees(scene, 6))
    _silent(scene)


def managers(scene: Scene) -> None:
    """Look-alike: fourteen managers earn 48,000 yuan, paid by the bank's payroll service (LA-PAYROLL)."""
    payer = _payer(scene)
    staff = [scene.account(scene.person()) for _ in range(TIMES)]
    for number, member in enumerate(staff):
        batch = {"batch_id": scene.namespace, "flow_class": "PAYROLL", "class_basis": "source"}
        scene.pay(FIRST_DAY, hms(15, number), payer, member, 48_000 * YUAN, **batch)
    _silent(scene)


def own_accounts(scene: Scene) -> None:
    """Look-alike: a firm moves money between its own banks."""
    owner = scene.org("盐城多户制造有限公司")
    payer, *payees = (scene.account(owner, "OWN_GENERAL", bank=bank) for bank in BANKS[:4])
    _pay(scene, payer, _below(scene, LINE_FEN), payees)
    _silent(scene)


def deposits_back(scene: Scene) -> None:
    """Look-alike: fourteen deposits of 48,000 yuan go back to whom they came from (LA-REFUND)."""
    payer = _payer(scene)
    tenants = [scene.account(scene.person()) for _ in range(TIMES)]
    for number, tenant in enumerate(tenants):
        scene.pay(FIRST_DAY - 7, hms(9, number), tenant, payer, 48_000 * YUAN, memo="押金")
    _pay(scene, payer, [48_000 * YUAN] * TIMES, tenants)
    _silent(scene)


def _payer(scene: Scene) -> str:
    return scene.account(scene.org("盐城付款贸易有限公司"), "OWN_GENERAL")


def _payees(scene: Scene, count: int) -> list[str]:
    return [scene.account(scene.org(f"盐城{number + 1}号供货有限公司"), "OWN_BASIC") for number in range(count)]


def _below(scene: Scene, line: int) -> list[int]:
    """Amounts in the upper tenth below the line."""
    return [line - 1 - scene.random.randrange(line // 10) for _ in range(TIMES)]


def _pay(scene: Scene, payer: str, amounts: Iterable[int], payees: list[str]) -> None:
    """Two payments a day, to the payees in turn."""
    for number, fen in enumerate(amounts):
        scene.pay(FIRST_DAY + number // 2, hms(10, number), payer, payees[number % len(payees)], fen, memo="货款")


def _split(
    scene: Scene, amounts: list[int], line: int, payees: list[str] | None = None, severity: str = "log"
) -> None:  # fmt: skip
    owner = scene.org("盐城拆分付款有限公司")
    _pay(scene, scene.account(owner, "OWN_GENERAL"), amounts, payees or _payees(scene, 5))
    _found(scene, owner, TIMES, len(amounts), line, severity)


def _found(scene: Scene, subject: str, below: int, total: int, line: int, severity: str = "log") -> None:
    share = below * 1_000_000 // total
    values = {"n_transfers": (below, below), "just_below_ppm": (share, share), "line_fen": (line, line)}
    scene.must(subject, severity, values)


def _silent(scene: Scene) -> None:
    scene.lawful()
    scene.must_not("FLOW-03", "*", "log")


SCENES = tuple(
    (f"flow03.{name}", "FLOW-03", variant, play)
    for name, variant, play in (
        ("clean", "clean", below_fifty_thousand),
        ("large", "clean", below_half_a_million),
        ("watched", "clean", to_a_platform),
        ("mixed", "among-others", among_ordinary_payments),
        ("hands", "two-hands", two_firms_in_one_hand),
        ("smooth", "lookalike:smooth", smooth),
        ("payroll", "lookalike:payroll", managers),
        ("owner", "lookalike:same-owner", own_accounts),
        ("refund", "lookalike:refund", deposits_back),
    )
)
