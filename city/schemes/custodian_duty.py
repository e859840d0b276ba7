"""REG-06 存管银行履责: custodians that see a breach in their own records and do not report it (catalogue §4.10)."""

from chuantou.city.book import BANKS
from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 20
PEOPLE, EACH = 10, 5_000_000
MAY = ("P2P-18", "P2P-01", "P2P-02", "P2P-04", "P2P-09", "P2P-15", "P2P-20", "RUN-01")


def silent(scene: Scene) -> None:
    """60,000 yuan of 500,000 leave custody for the controller; the bank, which reported others before, says nothing."""
    bank, _ = _misused(scene)
    values = {"n_late": (1, 1), "n_unreported": (1, 1), "lag_days": (6, 60)}
    scene.must(bank, "yellow", values, (DAY + 7, DAY + 14))
    scene.may(MAY)


def late(scene: Scene) -> None:
    """Evasion: it reports, but only after three weeks."""
    bank, platform = _misused(scene)
    _report(scene, bank, platform.party, DAY + 23)
    scene.must(bank, "yellow", {"n_late": (1, 1)}, (DAY + 7, DAY + 14))
    scene.may(MAY)


def nothing_to_report(scene: Scene) -> None:
    """Look-alike: the money goes to the borrower, and the bank has nothing to say of this platform."""
    platform, bank = _kept(scene)
    _report(scene, bank, scene.org("盐城其他平台有限公司"), 5)
    platform.lend(DAY, platform.client(), [(platform.client(), 400_000), (platform.client(), 300_000)], 60)
    scene.lawful()


def warned_beforehand(scene: Scene) -> None:
    """Look-alike: the bank reported a doubt that came to nothing, and fees leave custody by schedule."""
    platform, bank = _kept(scene)
    listing = _gathered(scene, platform)
    _report(scene, bank, platform.party, DAY + 1)
    scene.pay(DAY + 2, hms(15), platform.master, platform.own, 1_000_000, flow_class="FEE", class_basis="source", listing=listing)
    scene.lawful()


def given_back(scene: Scene) -> None:
    """Look-alike: the listing fails and everybody gets his own money back out of custody; nobody reports it."""
    platform, bank = _kept(scene)
    _report(scene, bank, scene.org("盐城其他平台有限公司"), 5)
    clients = [platform.client().bank for _ in range(4)]
    for day, flow in ((DAY, "INVEST_IN"), (DAY + 5, "REFUND")):
        for number, client in enumerate(clients):
            ends = (client, platform.master) if flow == "INVEST_IN" else (platform.master, client)
            scene.pay(day, hms(9, number), *ends, 800_000, flow_class=flow, class_basis="order", listing=f"{scene.namespace}-L1",
                      order_id=f"{scene.namespace}-{number}")  # fmt: skip
    scene.lawful()


def _kept(scene: Scene) -> tuple[LendingPlatform, str]:
    """A platform whose clients' money is in custody with a bank of its own scene."""
    platform = LendingPlatform(scene, sub_ledgers=False, custody=False)
    bank = scene.org("盐城存管村镇银行", "BANK")
    scene.licence(bank, "bank")
    platform.master = scene.account(platform.party, "CLIENT_MASTER", 0, BANKS[5], role_basis="designated",
                                    platform=platform.party, custodian=bank)  # fmt: skip
    return platform, bank


def _gathered(scene: Scene, platform: LendingPlatform) -> str:
    """Ten clients pay 50,000 yuan each into custody for one listing."""
    listing = f"{scene.namespace}-L1"
    scene.product(DAY, hms(8), platform.party, "LISTING", listing=listing, borrower=scene.person(),
                  amount_fen=PEOPLE * EACH, rate_ppm=90_000, term_days=60)  # fmt: skip
    for number in range(PEOPLE):
        scene.pay(DAY, hms(9, number), platform.client().bank, platform.master, EACH, flow_class="INVEST_IN",
                  class_basis="order", order_id=f"{listing}-{number}", listing=listing)  # fmt: skip
    return listing


def _misused(scene: Scene) -> tuple[str, LendingPlatform]:
    platform, bank = _kept(scene)
    _report(scene, bank, scene.org("盐城其他平台有限公司"), 5)
    _gathered(scene, platform)
    scene.pay(DAY + 2, hms(10), platform.master, scene.account(platform.controller, "PERSONAL_I"), 6_000_000)
    return bank, platform


def _report(scene: Scene, bank: str, subject: str, day: int) -> None:
    scene.emit("tip.items", f"custodian:{bank}", day, hms(16), subject=subject, reason="存管账户资金异常")


SCENES = (
    ("reg06.silent", "REG-06", "clean", silent),
    ("reg06.late", "REG-06", "reported-late", late),
    ("reg06.honest", "REG-06", "lookalike:nothing-to-report", nothing_to_report),
    ("reg06.doubt", "REG-06", "lookalike:warned-beforehand", warned_beforehand),
    ("reg06.back", "REG-06", "lookalike:given-back", given_back),
)
