"""P2P-18 挪用、占用客户资金: clients' money of custody at the controller's, in securities, overnight elsewhere (§4.1)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

PEOPLE, EACH = 10, 5_000_000
DAY = 20
MAY = ("P2P-01", "P2P-02", "P2P-04", "P2P-09", "P2P-15", "P2P-16", "P2P-20", "ILF-04", "REG-04", "REG-06", "AM-01", "RUN-01")


def gathered(scene: Scene, region: str = "320902") -> LendingPlatform:
    """Ten clients pay 50,000 yuan each into custody without sub-ledgers for a listing that is not paid out yet."""
    platform = LendingPlatform(scene, sub_ledgers=False, region=region)
    listing = f"{scene.namespace}-L1"
    scene.product(DAY, hms(8), platform.party, "LISTING", listing=listing, borrower=scene.person(),
                  amount_fen=PEOPLE * EACH, rate_ppm=90_000, term_days=60)  # fmt: skip
    for number in range(PEOPLE):
        scene.pay(DAY, hms(9, number), platform.client().bank, platform.master, EACH, flow_class="INVEST_IN",
                  class_basis="order", order_id=f"{listing}-{number}", listing=listing)  # fmt: skip
    return platform


def told(scene: Scene, platform: LendingPlatform, severity: str, misused: int, ratio: int, day: int) -> None:
    values = {"misused_fen": (misused, misused), "misuse_ratio_ppm": (ratio, ratio)}
    scene.must(platform.party, severity, values, (day, day))
    scene.may(MAY)


def controller(scene: Scene) -> None:
    """150,000 yuan of 500,000 go to the controller's own account."""
    platform = gathered(scene)
    scene.pay(DAY + 2, hms(10), platform.master, scene.account(platform.controller, "PERSONAL_I"), 15_000_000)
    told(scene, platform, "red", 15_000_000, 300_000, DAY + 2)


def stocks(scene: Scene) -> None:
    """Evasion: an outsider's account carries the money into securities, a tenth staying behind."""
    platform = gathered(scene, "320903")
    outsider = scene.person()
    account, settle = scene.account(outsider, "PERSONAL_I", 0), scene.account(outsider, "SEC_SETTLE")
    scene.pay(DAY + 2, hms(10), platform.master, account, 10_000_000)
    scene.pay(DAY + 4, hms(10), account, settle, 9_000_000, flow_class="SEC_TRANSFER", class_basis="source")
    told(scene, platform, "yellow", 9_000_000, 180_000, DAY + 4)


def seeded(scene: Scene) -> None:
    """Evasion (G16): the account in between held twice as much of its own before."""
    platform = gathered(scene, "320904")
    mule = scene.account(scene.person(), "PERSONAL_I", 2 * PEOPLE * EACH)
    scene.pay(DAY + 2, hms(10), platform.master, mule, PEOPLE * EACH)
    scene.pay(DAY + 2, hms(10, 40), mule, scene.account(platform.controller, "PERSONAL_I"), PEOPLE * EACH)
    scene.must(platform.party, "orange", {"misuse_ratio_prorata_ppm": (333_333, 333_333), "misused_fen": (0, 0)},
               (DAY + 2, DAY + 2))  # fmt: skip
    scene.may(MAY)


def overnight(scene: Scene) -> None:
    """Evasion: the money is back before the month ends, but the cut-off saw it missing."""
    platform = gathered(scene, "320925")
    for day, held in ((DAY + 1, PEOPLE * EACH - 12_000_000), (DAY + 2, PEOPLE * EACH)):
        for kind, fen in (("LEDGER_SUB_SUM", PEOPLE * EACH), ("CLOSING", held)):
            scene.emit("acct.balance", "bank:custodian", day, hms(23, 59), account=platform.master, kind=kind, fen=fen,
                       as_of=scene.book.stamp(day, hms(23, 59)))  # fmt: skip
    told(scene, platform, "orange", 12_000_000, 240_000, DAY + 1)


def miscarried(scene: Scene) -> None:
    """Look-alike: a listing fails and every client gets his own money back."""
    platform = LendingPlatform(scene, sub_ledgers=False)
    listing, clients = f"{scene.namespace}-L1", [platform.client() for _ in range(PEOPLE)]
    scene.product(DAY, hms(8), platform.party, "LISTING", listing=listing, borrower=scene.person(),
                  amount_fen=PEOPLE * EACH, rate_ppm=90_000, term_days=60)  # fmt: skip
    marks = {"listing": listing, "class_basis": "order"}
    for number, client in enumerate(clients):
        scene.pay(DAY, hms(9, number), client.bank, platform.master, EACH, flow_class="INVEST_IN",
                  order_id=f"{listing}-{number}", **marks)  # fmt: skip
        scene.pay(DAY + 5, hms(9, number), platform.master, client.bank, EACH, flow_class="REFUND",
                  order_id=f"{listing}-{number}", **marks)  # fmt: skip
    scene.lawful()


def fees(scene: Scene) -> None:
    """Look-alike: fees of 2 % taken out of custody by schedule."""
    platform = gathered(scene)
    scene.pay(DAY + 1, hms(15), platform.master, platform.own, 1_000_000, flow_class="FEE", class_basis="source")
    scene.lawful()


SCENES = (
    ("p2p18.controller", "P2P-18", "clean", controller),
    ("p2p18.stocks", "P2P-18", "into-securities", stocks),
    ("p2p18.seeded", "P2P-18", "seeded-mule", seeded),
    ("p2p18.overnight", "P2P-18", "cured-overnight", overnight),
    ("p2p18.miscarried", "P2P-18", "lookalike:miscarried-listing", miscarried),
    ("p2p18.fees", "P2P-18", "lookalike:fees", fees),
)
