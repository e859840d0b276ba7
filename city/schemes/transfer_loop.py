"""FLOW-01 环形资金: money that comes back to where it started (event contract, "FLOW family"; catalogue §4.14)."""

from chuantou.city.book import BANKS, DAY
from chuantou.city.lending import LendingPlatform
from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

FIRST_DAY = 40
MILLION = 1_000_000


def four_hops(scene: Scene) -> None:
    """Four firms, four transfers, a little less each time."""
    firms = _firms(scene, 4)
    _loop(scene, firms, [50_000_000, 48_000_000, 47_000_000, 46_500_000])


def two_percent_skim(scene: Scene) -> None:
    """Evasion: five hops, each keeping 2 %."""
    amounts = [60_000_000]
    for _ in range(4):
        amounts.append(amounts[-1] * 980_000 // MILLION)
    _loop(scene, _firms(scene, 5), amounts)


def through_a_platforms_firm(scene: Scene) -> None:
    """The same loop with a subsidiary of a watched platform on its path: a lead worth a look."""
    firms = _firms(scene, 3)
    platform = LendingPlatform(scene)
    subsidiary = scene.org("盐城平台子公司商贸有限公司")
    scene.owns(platform.party, subsidiary, 900_000)
    path = [*firms, scene.account(subsidiary, "OWN_BASIC")]
    _loop(scene, path, [30_000_000, 29_000_000, 28_000_000, 27_000_000], "yellow")


def back_and_forth(scene: Scene) -> None:
    """Look-alike: two trading partners pay each other; two accounts are no loop."""
    first, second = _firms(scene, 2)
    for number in range(6):
        payer, payee = (first, second) if number % 2 == 0 else (second, first)
        scene.pay(FIRST_DAY + number, hms(10), payer, payee, 40_000_000 - number * 500_000, memo="货款")
    _silent(scene)


def same_owner_round_trip(scene: Scene) -> None:
    """Look-alike: three accounts, two owners – a firm moves money between its own banks on the way."""
    first, second = _firms(scene, 2)
    other = scene.account(_owner(scene, 0), "OWN_GENERAL", bank=BANKS[5])
    _round(scene, [first, other, second], [40_000_000, 39_500_000, 39_000_000])
    _silent(scene)


def through_pooled_account(scene: Scene) -> None:
    """Look-alike: a payment institution's reserve lies between payer and payee; money does not keep its way there."""
    institution = PaymentInstitution(scene)
    buyer, supplier = _firms(scene, 2)
    fen = 20_000_000
    order = institution.order(FIRST_DAY, hms(10), buyer, fen)
    shop = institution.shop()
    institution.settle(FIRST_DAY + 1, hms(10), order, shop, fen)
    scene.pay(FIRST_DAY + 2, hms(10), shop, supplier, fen * 97 // 100, memo="货款")
    scene.pay(FIRST_DAY + 3, hms(10), supplier, buyer, fen * 95 // 100, memo="货款")
    institution.report(FIRST_DAY, FIRST_DAY + 5)
    _silent(scene)


def growing_amounts(scene: Scene) -> None:
    """Look-alike: each firm adds value and bills more than it paid; no hop is a part of the one before."""
    _round(scene, _firms(scene, 4), [30_000_000, 33_000_000, 36_000_000, 41_000_000])
    _silent(scene)


def _firms(scene: Scene, count: int) -> list[str]:
    return [scene.account(scene.org(f"盐城{number + 1}号贸易有限公司"), "OWN_GENERAL") for number in range(count)]


def _owner(scene: Scene, number: int) -> str:
    """The number-th party that the scene registered."""
    return scene.parties[number]


def _round(scene: Scene, accounts: list[str], amounts: list[int]) -> None:
    """One hop a day, from the first account around to the first again."""
    for number, fen in enumerate(amounts):
        payee = accounts[(number + 1) % len(accounts)]
        scene.pay(FIRST_DAY + number, hms(10), accounts[number], payee, fen, memo="货款")


def _loop(scene: Scene, accounts: list[str], amounts: list[int], severity: str = "log") -> None:
    _round(scene, accounts, amounts)
    hops = len(amounts)
    values = {
        "loop_fen": (min(amounts), min(amounts)),
        "hops": (hops, hops),
        "span_seconds": ((hops - 1) * DAY, (hops - 1) * DAY),
    }
    closed = FIRST_DAY + hops - 1
    scene.must(_owner(scene, 0), severity, values, (closed, closed))


def _silent(scene: Scene) -> None:
    scene.lawful()
    scene.must_not("FLOW-01", "*", "log")


SCENES = tuple(
    (f"flow01.{name}", "FLOW-01", variant, play)
    for name, variant, play in (
        ("clean", "clean", four_hops),
        ("watched", "clean", through_a_platforms_firm),
        ("skim", "skim", two_percent_skim),
        ("pair", "lookalike:back-and-forth", back_and_forth),
        ("owner", "lookalike:same-owner", same_owner_round_trip),
        ("pooled", "lookalike:pooled-account", through_pooled_account),
        ("growing", "lookalike:growing-amounts", growing_amounts),
    )
)
