"""P2P-17 存管机构不合格: custody by a payment institution alone, by a firm, and custody that is only advertised (§4.1)."""

from chuantou.city.book import BANKS
from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 22
PEOPLE, EACH = 6, 5_000_000
MAY = ("P2P-01", "P2P-09", "P2P-16", "P2P-20", "AD-03", "ILF-02", "ILF-06", "REG-01", "REG-06", "AM-01", "PAY-07", "PAY-10")


def keep(scene: Scene, platform: LendingPlatform, custodian: str, owner: str | None = None, since: int = 0) -> str:
    """A master account designated to the platform and kept by ``custodian``; returns it."""
    return scene.account(owner or platform.party, "CLIENT_MASTER", 0, BANKS[0], since=since, role_basis="designated",
                         platform=platform.party, custodian=custodian)  # fmt: skip


def invest(scene: Scene, account: str, day: int) -> None:
    for number in range(PEOPLE):
        scene.pay(day, hms(10, number), scene.account(scene.person()), account, EACH, flow_class="INVEST_IN",
                  class_basis="order", order_id=f"{scene.namespace}-{day}-{number}")  # fmt: skip


def alone(scene: Scene) -> None:
    """A payment institution keeps clients' money alone."""
    platform = LendingPlatform(scene, custody=False)
    keeper = scene.org("盐城汇通支付有限公司")
    scene.licence(keeper, "payment")
    invest(scene, keep(scene, platform, keeper), DAY)
    values = {"payment_alone": (1, 1), "no_bank": (0, 0), "held_fen": (PEOPLE * EACH, PEOPLE * EACH)}
    scene.must(platform.party, "orange", values)
    scene.may(MAY)


def lost(scene: Scene) -> None:
    """A bank whose licence is withdrawn keeps on."""
    platform = LendingPlatform(scene, custody=False, region="320903")
    bank = scene.org("盐城滨海村镇银行", "BANK")
    scene.licence(bank, "bank")
    account = keep(scene, platform, bank)
    invest(scene, account, DAY)
    scene.emit("lic.events", "licence:national", DAY + 3, 36_000, party=bank, kind="bank", status="CANCELLED")
    invest(scene, account, DAY + 5)
    scene.must(platform.party, "orange", {"no_bank": (1, 1), "held_fen": (2 * PEOPLE * EACH, 2 * PEOPLE * EACH)},
               (DAY + 3, DAY + 3))  # fmt: skip
    scene.may(MAY)


def claimed(scene: Scene) -> None:
    """Evasion: custody is advertised, and no bank has designated an account."""
    platform = LendingPlatform(scene, custody=False, region="320904")
    scene.product(DAY, hms(8), platform.party, "LISTING", listing=f"{scene.namespace}-L1", borrower=scene.person(),
                  amount_fen=5_000_000, rate_ppm=90_000, term_days=90)  # fmt: skip
    scene.emit("txt.items", "web:patrol", DAY, hms(9), party=platform.party, kind="site", text="资金存管系统已全面上线")
    scene.must(platform.party, "yellow", {"claimed": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def joint(scene: Scene) -> None:
    """Look-alike: a payment institution does the work, and the money lies in a bank's own account."""
    platform = LendingPlatform(scene, custody=False)
    keeper = scene.org("盐城联付支付有限公司")
    scene.licence(keeper, "payment")
    invest(scene, keep(scene, platform, keeper, scene.commons.custodian), DAY)
    scene.lawful()


def migration(scene: Scene) -> None:
    """Look-alike: a bank gives up its licence, and within four days the money is with another one."""
    platform = LendingPlatform(scene, custody=False)
    bank = scene.org("盐城阜宁村镇银行", "BANK")
    scene.licence(bank, "bank")
    old = keep(scene, platform, bank)
    invest(scene, old, DAY)
    scene.emit("lic.events", "licence:national", DAY + 3, 36_000, party=bank, kind="bank", status="CANCELLED")
    new = scene.account(platform.party, "OWN_GENERAL", 0, BANKS[1])
    scene.emit("acct.events", "bank:" + BANKS[1], DAY + 3, 37_000, type="CUSTODY_DESIGNATE", account=new,
               owner=platform.party, platform=platform.party, custodian=scene.commons.custodian, role="CLIENT_MASTER",
               role_basis="designated")  # fmt: skip
    scene.pay(DAY + 5, hms(9), old, new, PEOPLE * EACH, flow_class="SWEEP", class_basis="source")
    scene.emit("acct.events", "bank:" + BANKS[0], DAY + 6, 37_000, type="CUSTODY_REVOKE", account=old, owner=platform.party,
               platform=platform.party)  # fmt: skip
    invest(scene, new, DAY + 8)
    scene.lawful()


SCENES = (
    ("p2p17.alone", "P2P-17", "clean", alone),
    ("p2p17.lost", "P2P-17", "clean", lost),
    ("p2p17.claimed", "P2P-17", "claimed-before-go-live", claimed),
    ("p2p17.joint", "P2P-17", "lookalike:joint-model", joint),
    ("p2p17.migration", "P2P-17", "lookalike:migration", migration),
)
