"""P2P-04 自融: loans whose money goes to the platform's own circle (catalogue §4.1; G2 and G16 of §10.1).

Every chain starts from borrowers' and mules' accounts that open empty, so what reaches the end is known by hand.
"""

from itertools import pairwise

from chuantou.city.lending import Client, LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

FIRST_DAY = 30
LOAN_FEN = 100_000_000
MILLION = 1_000_000
MAY = (
    "P2P-01", "P2P-02", "P2P-09", "P2P-12", "P2P-16", "P2P-18", "P2P-20",
    "ILF-04", "RE-02", "REG-04", "REG-06", "RUN-01",
)  # fmt: skip


def by_register_subsidiary(scene: Scene) -> None:
    """SF1: the borrower is a company of which the platform itself holds 80 %."""
    platform = LendingPlatform(scene)
    firm = scene.org("盐城自家置地管理有限公司")
    scene.owns(platform.party, firm, 800_000)
    _lend_to_relative(scene, platform, firm)


def by_register_controller(scene: Scene) -> None:
    """SF1: the borrower is another company of the platform's controller."""
    platform = LendingPlatform(scene, region="320921")
    firm = scene.org("盐城旁支实业有限公司")
    scene.owns(platform.controller, firm, 600_000)
    _lend_to_relative(scene, platform, firm)


def _lend_to_relative(scene: Scene, platform: LendingPlatform, firm: str) -> None:
    borrower = platform.client(party=firm)
    _fund(platform, FIRST_DAY, borrower, LOAN_FEN * 3 // 2, spend=True)
    values = {"disbursed_fen": (LOAN_FEN * 3 // 2, LOAN_FEN * 3 // 2)}
    scene.must(platform.party, "red", values, (FIRST_DAY, FIRST_DAY + 1))
    scene.may(MAY)


def by_money(scene: Scene) -> None:
    """SF2, the shape of G2: three mules keep 2 % each, 94.1192 % reaches the controller's firm."""
    _chain(scene, mules=3, keep_ppm=980_000)


def five_layers(scene: Scene) -> None:
    """Evasion: four mules between borrower and firm – five hops after the borrower's account."""
    _chain(scene, mules=4, keep_ppm=995_000)


def five_percent_skim(scene: Scene) -> None:
    """Evasion: every mule keeps 5 %, so that no two amounts look alike."""
    _chain(scene, mules=3, keep_ppm=950_000)


def twenty_days_delay(scene: Scene) -> None:
    """Evasion: the money rests ten days with each of two mules."""
    _chain(scene, mules=2, keep_ppm=980_000, rest_days=10)


def split_hop(scene: Scene) -> None:
    """Evasion: one hop goes in five unequal parts within a day."""
    platform, borrower, firm = _stage(scene)
    _fund(platform, FIRST_DAY, borrower, LOAN_FEN, spend=False)
    mules = [scene.account(scene.person(), opening_fen=0) for _ in range(2)]
    scene.pay(FIRST_DAY + 1, hms(10), borrower.bank, mules[0], LOAN_FEN)
    for number, share in enumerate((30, 25, 20, 15, 10)):
        scene.pay(FIRST_DAY + 2, hms(9 + 2 * number), mules[0], mules[1], LOAN_FEN * share // 100)
    scene.pay(FIRST_DAY + 3, hms(10), mules[1], firm, LOAN_FEN)
    _must_traced(scene, platform, MILLION, FIRST_DAY + 3)


def seeded_mule(scene: Scene) -> None:
    """Evasion, the shape of G16: the mule holds 1 m yuan of its own, so FIFO says nothing reached the firm."""
    platform, borrower, firm = _stage(scene)
    fen = LOAN_FEN // 2
    _fund(platform, FIRST_DAY, borrower, fen, spend=False)
    mule = scene.account(scene.person(), opening_fen=LOAN_FEN)
    scene.pay(FIRST_DAY + 1, hms(10), borrower.bank, mule, fen)
    scene.pay(FIRST_DAY + 1, hms(10, 40), mule, firm, fen)
    values = {
        "disbursed_fen": (fen, fen),
        "traced_fifo_ppm": (0, 0),
        "traced_prorata_ppm": (333_333, 333_334),
        "traced_lifo_ppm": (MILLION, MILLION),
        "traced_maxflow_ppm": (MILLION, MILLION),
    }
    scene.must(platform.party, "orange", values, (FIRST_DAY + 1, FIRST_DAY + 2))
    scene.may(MAY)


def convergence(scene: Scene) -> None:
    """SF3: four borrowers with nothing in common on paper; nine tenths of each loan end with one unknown firm."""
    platform = LendingPlatform(scene, region="320922")
    hidden = scene.account(scene.org("盐城隐名投资咨询有限公司"), "OWN_BASIC", 0)
    fen = LOAN_FEN // 5
    for number in range(4):
        borrower = platform.client(opening_fen=0)
        day = FIRST_DAY + 2 * number
        _fund(platform, day, borrower, fen, spend=False)
        mule = scene.account(scene.person(), opening_fen=0)
        scene.pay(day + 1, hms(11), borrower.bank, mule, fen * 19 // 20)
        scene.pay(day + 2, hms(11), mule, hidden, fen * 18 // 20)
    scene.must(platform.party, "yellow", {"n_borrowers": (3, 4)}, (FIRST_DAY + 6, FIRST_DAY + 7))
    scene.may(MAY)


def _stage(scene: Scene) -> tuple[LendingPlatform, Client, str]:
    """A platform, an unrelated borrower whose account opens empty, and the account of the controller's firm."""
    platform = LendingPlatform(scene, sub_ledgers=False)
    borrower = platform.client(party=scene.org("盐城不相干贸易有限公司"), opening_fen=0)
    firm = scene.org("盐城控股关联商贸有限公司")
    scene.owns(platform.controller, firm, 700_000)
    return platform, borrower, scene.account(firm, "OWN_BASIC", 0)


def _fund(platform: LendingPlatform, day: int, borrower: Client, fen: int, spend: bool) -> Loan:
    """Ten investors lend equal parts for 180 days."""
    parts = [(platform.client(), fen // 10) for _ in range(10)]
    return platform.lend(day, borrower, parts, 180, spend=spend)


def _chain(scene: Scene, mules: int, keep_ppm: int, rest_days: int = 1) -> None:
    platform, borrower, firm = _stage(scene)
    _fund(platform, FIRST_DAY, borrower, LOAN_FEN, spend=False)
    stops = [borrower.bank] + [scene.account(scene.person(), opening_fen=0) for _ in range(mules)]
    day, fen = FIRST_DAY + 1, LOAN_FEN
    for payer, payee in pairwise(stops):
        fen = fen * keep_ppm // MILLION
        scene.pay(day, hms(10), payer, payee, fen)
        day += rest_days
    scene.pay(day, hms(10), stops[-1], firm, fen)
    _must_traced(scene, platform, fen * MILLION // LOAN_FEN, day)


def _must_traced(scene: Scene, platform: LendingPlatform, traced_ppm: int, day: int) -> None:
    """Empty accounts and one chain: all four methods must agree on what arrived."""
    values = {f"traced_{method}_ppm": (traced_ppm, traced_ppm) for method in ("fifo", "prorata", "lifo", "maxflow")}
    scene.must(platform.party, "red", {"disbursed_fen": (LOAN_FEN, LOAN_FEN)} | values, (day, day + 1))
    scene.may(MAY)


SCENES = tuple(
    (f"p2p04.{name}", "P2P-04", variant, play)
    for name, variant, play in (
        ("sf1a", "clean", by_register_subsidiary),
        ("sf1b", "clean", by_register_controller),
        ("sf2", "clean", by_money),
        ("sf3", "clean", convergence),
        ("layers", "layering", five_layers),
        ("skim", "skim", five_percent_skim),
        ("split", "split", split_hop),
        ("delay", "delay", twenty_days_delay),
        ("seeded", "seeded-mule", seeded_mule),
    )
)
