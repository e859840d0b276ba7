"""REG-03 股东资金来源: capital that comes round, capital that goes out again, and who holds for whom (catalogue §4.10)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 20
YUAN = 100
CAPITAL = {"flow_class": "CAPITAL_IN", "class_basis": "source"}
MAY = ("P2P-04", "FLOW-01")  # the same money, told as a loop or as financing of itself


def come_round(scene: Scene) -> None:
    """The platform pays 600,000 yuan to its shareholder, who pays them in as capital two days later."""
    platform, shareholder = _founded(scene)
    scene.pay(DAY, hms(10), platform.own, shareholder, 600_000 * YUAN)
    scene.pay(DAY + 2, hms(10), shareholder, platform.own, 600_000 * YUAN, **CAPITAL)
    _circular(scene, platform, 600_000, 1_000_000, 1, DAY + 2)


def through_hands(scene: Scene) -> None:
    """Evasion: by a trading firm to three persons, each of whom pays in a third."""
    platform, _ = _founded(scene)
    firm = scene.account(scene.org("盐城中转商贸有限公司"), "OWN_BASIC", 0)
    scene.pay(DAY, hms(10), platform.own, firm, 300_000 * YUAN)
    for number in range(3):
        straw = scene.account(scene.person(), opening_fen=0)
        scene.pay(DAY + 1 + number, hms(11), firm, straw, 100_000 * YUAN)
        scene.pay(DAY + 6 + number, hms(10), straw, platform.own, 100_000 * YUAN, **CAPITAL)
    _circular(scene, platform, 300_000, 1_000_000, 3, DAY + 8)


def half_his_own(scene: Scene) -> None:
    """Evasion: a third of it is the shareholder's own."""
    platform, shareholder = _founded(scene)
    scene.pay(DAY, hms(9), scene.account(scene.person()), shareholder, 200_000 * YUAN)
    scene.pay(DAY, hms(10), platform.own, shareholder, 400_000 * YUAN)
    scene.pay(DAY + 3, hms(10), shareholder, platform.own, 600_000 * YUAN, **CAPITAL)
    _circular(scene, platform, 600_000, 666_666, 1, DAY + 3)


def without_a_class(scene: Scene) -> None:
    """Evasion: no class names it; the registered capital rises a week later."""
    platform, shareholder = _founded(scene)
    scene.pay(DAY, hms(10), platform.own, shareholder, 500_000 * YUAN)
    scene.pay(DAY + 2, hms(10), shareholder, platform.own, 500_000 * YUAN)
    rise = {"type": "CAPITAL", "party": platform.party, "amount_fen": 1_050_000_000}
    scene.emit("own.events", "registry:jiangsu", DAY + 9, hms(12), **rise)
    _circular(scene, platform, 500_000, 1_000_000, 1, DAY + 2)


def taken_out(scene: Scene) -> None:
    """Paid in by the shareholder, and sent on to his own firm through a supplier a month later."""
    platform, _ = _founded(scene, opening_fen=0)
    scene.pay(DAY, hms(10), scene.account(platform.controller), platform.own, 700_000 * YUAN, **CAPITAL)
    firm = scene.org("盐城股东名下实业有限公司")
    scene.owns(platform.controller, firm, 900_000)
    middle = scene.account(scene.org("盐城过账商贸有限公司"), "OWN_BASIC", 0)
    scene.pay(DAY + 30, hms(10), platform.own, middle, 690_000 * YUAN)
    scene.pay(DAY + 31, hms(10), middle, scene.account(firm, "OWN_BASIC"), 680_000 * YUAN)
    values = {"withdrawn_ppm": (970_000, 972_000), "circular_ppm": (0, 0), "contributed_fen": (700_000 * YUAN,) * 2}
    scene.must(platform.party, "orange", values, (DAY + 31, DAY + 31))
    scene.may(MAY)


def holds_for_another(scene: Scene) -> None:
    """A driver holds for his employer's owner, and passes the dividends on."""
    platform, _ = _founded(scene)
    holder, master = scene.person(), scene.person()
    scene.owns(holder, platform.party, 100_000)
    account, behind = scene.account(holder, opening_fen=0), scene.account(master)
    scene.pay(DAY, hms(10), behind, account, 300_000 * YUAN)
    scene.pay(DAY + 1, hms(10), account, platform.own, 300_000 * YUAN, **CAPITAL)
    scene.pay(DAY + 60, hms(10), platform.own, account, 20_000 * YUAN, flow_class="DIVIDEND", class_basis="source")
    scene.pay(DAY + 65, hms(10), account, behind, 19_000 * YUAN)
    values = {"rooted_ppm": (1_000_000, 1_000_000), "passed_on_ppm": (950_000, 950_000)}
    scene.must(platform.party, "yellow", values, (DAY + 65, DAY + 65))
    scene.may(MAY)


def own_savings(scene: Scene) -> None:
    """Look-alike: the shareholder sold a flat; from the platform come wages and a dividend only."""
    platform, shareholder = _founded(scene)
    scene.pay(DAY, hms(9), platform.own, shareholder, 20_000 * YUAN, flow_class="PAYROLL", class_basis="source")
    scene.pay(DAY, hms(10), platform.own, shareholder, 300_000 * YUAN, flow_class="DIVIDEND", class_basis="source")
    scene.pay(DAY + 1, hms(10), scene.account(scene.person()), shareholder, 280_000 * YUAN)
    scene.pay(DAY + 2, hms(10), shareholder, platform.own, 600_000 * YUAN, **CAPITAL)
    _silent(scene)


def from_the_mother(scene: Scene) -> None:
    """Look-alike: an approved injection by the mother company, out of its own trade."""
    platform, _ = _founded(scene)
    mother = scene.org("盐城集团控股有限公司")
    scene.owns(mother, platform.party, 100_000)
    account = scene.account(mother, "OWN_BASIC", 0)
    buyer = scene.account(scene.org("盐城购货有限公司"), "OWN_BASIC")
    scene.pay(DAY, hms(10), buyer, account, 900_000 * YUAN, flow_class="SUPPLIER", class_basis="source")
    scene.pay(DAY + 5, hms(10), account, platform.own, 900_000 * YUAN, **CAPITAL)
    _silent(scene)


def spent(scene: Scene) -> None:
    """Look-alike: the new capital pays suppliers, the landlord and a subsidiary's start."""
    platform, _ = _founded(scene, opening_fen=0)
    scene.pay(DAY, hms(10), scene.account(platform.controller), platform.own, 700_000 * YUAN, **CAPITAL)
    below = scene.org("盐城子公司科技有限公司")
    scene.owns(platform.party, below, 1_000_000)
    supplier, landlord = (scene.account(scene.org(name), "OWN_BASIC") for name in ("盐城服务器有限公司", "盐城写字楼有限公司"))
    scene.pay(DAY + 10, hms(10), platform.own, supplier, 300_000 * YUAN, flow_class="SUPPLIER", class_basis="source")
    scene.pay(DAY + 11, hms(10), platform.own, landlord, 100_000 * YUAN, flow_class="RENT", class_basis="source")
    scene.pay(DAY + 12, hms(10), platform.own, scene.account(below, "OWN_BASIC"), 300_000 * YUAN)
    _silent(scene)


def _founded(scene: Scene, opening_fen: int | None = None) -> tuple[LendingPlatform, str]:
    """A platform, and the empty account of a shareholder of a fifth."""
    platform = LendingPlatform(scene)
    if opening_fen is not None:
        platform.own = scene.account(platform.party, "OWN_GENERAL", opening_fen)
    shareholder = scene.person()
    scene.owns(shareholder, platform.party, 200_000)
    return platform, scene.account(shareholder, opening_fen=0)


def _circular(scene: Scene, platform: LendingPlatform, yuan: int, share: int, people: int, day: int) -> None:
    values = {"contributed_fen": (yuan * YUAN,) * 2, "circular_ppm": (share - 1, share + 1), "n_contributors": (people,) * 2}
    first = day - people + 1
    scene.must(platform.party, "orange", values, (first, day))
    scene.may(MAY)


def _silent(scene: Scene) -> None:
    scene.must_not("REG-03", "*", "log")
    scene.lawful()


SCENES = tuple(
    (f"reg03.{name}", "REG-03", variant, play)
    for name, variant, play in (
        ("round", "clean", come_round),
        ("out", "clean", taken_out),
        ("nominee", "clean", holds_for_another),
        ("hands", "through-hands", through_hands),
        ("mixed", "mixed-with-own", half_his_own),
        ("plain", "without-a-class", without_a_class),
        ("savings", "lookalike:own-savings", own_savings),
        ("mother", "lookalike:group-injection", from_the_mother),
        ("spent", "lookalike:spent-on-the-business", spent),
    )
)
