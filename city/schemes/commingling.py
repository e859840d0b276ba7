"""P2P-15 未分账: clients' and own money in one account, by the platform, by its subsidiary, in custody (catalogue §4.1)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

CLIENTS, EACH = 6, 4_000_000
RENT, WAGE = 1_200_000, 600_000
DAY = 20
MAY = (
    "P2P-01", "P2P-02", "P2P-09", "P2P-16", "P2P-18", "P2P-20",
    "ILF-02", "ILF-06", "REG-01", "REG-04", "REG-06", "AM-01", "RUN-01",
)  # fmt: skip


def gathered(scene: Scene, custody: bool, region: str = "320902") -> tuple[LendingPlatform, str]:
    """Six clients pay 40,000 yuan each into the platform's general account, or into custody; returns that account."""
    platform = LendingPlatform(scene, sub_ledgers=False, custody=custody, region=region)
    pot = platform.master if custody else scene.account(platform.party, "OWN_GENERAL", 0)
    for number in range(CLIENTS):
        scene.pay(DAY, hms(9, number), scene.account(scene.person(), "PERSONAL_I"), pot, EACH, flow_class="INVEST_IN",
                  class_basis="order", order_id=f"{scene.namespace}-{number}")  # fmt: skip
    return platform, pot


def told(scene: Scene, platform: LendingPlatform, severity: str, debits: int, fen: int, day: int) -> None:
    values = {
        "client_credits": (CLIENTS, CLIENTS),
        "client_credits_fen": (CLIENTS * EACH, CLIENTS * EACH),
        "own_debits": (debits, debits),
        "own_debits_fen": (fen, fen),
    }
    scene.must(platform.party, severity, values, (day, day))
    scene.may(MAY)


def rent(scene: Scene, account: str, day: int) -> None:
    landlord = scene.account(scene.org("盐城城南物业管理有限公司"), "OWN_BASIC")
    scene.pay(day, hms(14), account, landlord, RENT, flow_class="RENT", class_basis="source")


def clean(scene: Scene) -> None:
    """The pot pays the office's rent."""
    platform, pot = gathered(scene, custody=False)
    rent(scene, pot, DAY + 3)
    told(scene, platform, "orange", 1, RENT, DAY + 3)


def sister_firm(scene: Scene) -> None:
    """Evasion: a subsidiary is fed from the pot and pays the rent in the platform's place."""
    platform, pot = gathered(scene, custody=False, region="320903")
    sister = scene.org("盐城汇达商务服务有限公司")
    scene.owns(platform.party, sister, 1_000_000)
    account = scene.account(sister, "OWN_BASIC", 0)
    scene.pay(DAY + 2, hms(11), pot, account, 2 * RENT)
    rent(scene, account, DAY + 3)
    told(scene, platform, "orange", 1, RENT, DAY + 3)


def into_custody(scene: Scene) -> None:
    """Evasion: own money is moved into custody without a tag."""
    platform, pot = gathered(scene, custody=True, region="320904")
    scene.pay(DAY + 2, hms(11), platform.own, pot, 30_000_000)
    scene.must(platform.party, "orange", {"own_into_custody_fen": (30_000_000, 30_000_000)}, (DAY + 2, DAY + 2))
    scene.may(MAY)


def fees(scene: Scene) -> None:
    """Look-alike: a fee is deducted in custody, moved to the income account, and pays the rent there."""
    platform, pot = gathered(scene, custody=True)
    scene.pay(DAY + 2, hms(11), pot, platform.own, 300_000, flow_class="FEE", class_basis="source")
    rent(scene, platform.own, DAY + 3)
    scene.lawful()


def marketing(scene: Scene) -> None:
    """Look-alike: the marketing account pays bonuses into custody."""
    platform, pot = gathered(scene, custody=True)
    account = scene.account(platform.party, "OWN_GENERAL")
    scene.pay(DAY + 2, hms(11), account, pot, 2_000_000, flow_class="BONUS", class_basis="source")
    scene.lawful()


SCENES = (
    ("p2p15.clean", "P2P-15", "clean", clean),
    ("p2p15.sister", "P2P-15", "sister-firm", sister_firm),
    ("p2p15.custody", "P2P-15", "own-into-custody", into_custody),
    ("p2p15.fees", "P2P-15", "lookalike:fees", fees),
    ("p2p15.marketing", "P2P-15", "lookalike:marketing", marketing),
)
