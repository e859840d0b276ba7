"""P2P-12 限额: borrowers above the caps of 2016-08-24 on one platform, on several, in tranches (catalogue §4.1)."""

from chuantou.city.lending import Client, LendingPlatform
from chuantou.city.scene import Scene

FIRST_DAY = 98  # 2016-08-26 of the city of 2016: the caps are two days old
BEFORE = 20
TERM = 90
MAY = ("P2P-08", "P2P-09", "P2P-13")


def lend(platform: LendingPlatform, day: int, borrower: Client, fen: int) -> None:
    """Two investors of equal parts."""
    half = fen // 2
    platform.lend(day, borrower, [(platform.client(), half), (platform.client(), fen - half)], TERM)


def told(scene: Scene, platform: LendingPlatform, severity: str, outstanding: int, cap: int, day: int) -> None:
    exactly = {"outstanding_fen": (outstanding, outstanding), "cap_fen": (cap, cap)}
    scene.must(platform.party, severity, exactly, (day, day))
    scene.may(MAY)


def person(scene: Scene) -> None:
    """Three loans of 9,000,000 fen to one person; the third takes him to 135 % of the cap."""
    platform = LendingPlatform(scene)
    borrower = platform.client()
    for number in range(3):
        lend(platform, FIRST_DAY + number, borrower, 9_000_000)
    told(scene, platform, "red", 27_000_000, 20_000_000, FIRST_DAY + 2)


def company(scene: Scene) -> None:
    """A company ten per cent above its million."""
    platform = LendingPlatform(scene, region="320903")
    borrower = platform.client(party=scene.org("盐城恒昌机械有限公司"))
    for number in range(2):
        lend(platform, FIRST_DAY + number, borrower, 55_000_000)
    told(scene, platform, "yellow", 110_000_000, 100_000_000, FIRST_DAY + 1)


def across_platforms(scene: Scene) -> None:
    """Evasion: a person borrows on seven platforms, on each within the cap; the sixth takes him over a million."""
    borrower = scene.person()
    for number in range(7):
        platform = LendingPlatform(scene, region="320904")
        lend(platform, FIRST_DAY + number, platform.client(party=borrower), 18_000_000)
        if number >= 5:
            told(scene, platform, "yellow" if number == 5 else "red", 18_000_000 * (number + 1), 100_000_000,
                 FIRST_DAY + number)  # fmt: skip


def in_tranches(scene: Scene) -> None:
    """Evasion: one listing within the cap that is paid out three times."""
    platform = LendingPlatform(scene, region="320925")
    borrower = platform.client()
    lend(platform, FIRST_DAY, borrower, 15_000_000)
    for number in (1, 2):
        platform.say(FIRST_DAY + number, "DISBURSE", listing=f"{scene.namespace}-L1", borrower=borrower.party,
                     amount_fen=6_000_000)  # fmt: skip
    told(scene, platform, "red", 27_000_000, 20_000_000, FIRST_DAY + 1)


def legacy(scene: Scene) -> None:
    """Look-alike: a loan from before the rule, and a new one within the cap."""
    platform = LendingPlatform(scene)
    borrower = platform.client()
    lend(platform, BEFORE, borrower, 30_000_000)
    lend(platform, FIRST_DAY, borrower, 15_000_000)
    scene.lawful()


def one_after_the_other(scene: Scene) -> None:
    """Look-alike: each loan is repaid before the next."""
    platform = LendingPlatform(scene)
    borrower = platform.client()
    for number in range(3):
        parts = [(platform.client(), 9_000_000) for _ in range(2)]
        loan = platform.lend(FIRST_DAY + 4 * number, borrower, parts, TERM)
        platform.repay(loan, FIRST_DAY + 4 * number + 2)
    scene.lawful()


def group(scene: Scene) -> None:
    """Look-alike: two companies of one owner, each within its own cap; their sum is shown and accuses nobody."""
    platform, owner = LendingPlatform(scene), scene.person()
    for name in ("盐城海纳纺织有限公司", "盐城海纳印染有限公司"):
        firm = scene.org(name)
        scene.owns(owner, firm, 800_000)
        lend(platform, FIRST_DAY, platform.client(party=firm), 80_000_000)
    scene.lawful()


SCENES = (
    ("p2p12.person", "P2P-12", "clean", person),
    ("p2p12.company", "P2P-12", "clean", company),
    ("p2p12.across", "P2P-12", "across-platforms", across_platforms),
    ("p2p12.tranches", "P2P-12", "in-tranches", in_tranches),
    ("p2p12.legacy", "P2P-12", "lookalike:legacy-loan", legacy),
    ("p2p12.repaid", "P2P-12", "lookalike:one-after-the-other", one_after_the_other),
    ("p2p12.group", "P2P-12", "lookalike:group-of-companies", group),
)
