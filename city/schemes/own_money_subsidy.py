"""YLD-02 自有资金补贴: bonuses out of the platform's own pocket, its sponsor's and its controller's (catalogue §4.11)."""

from chuantou.city.lending import LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

CLIENTS, EACH, BONUS = 4, 25_000_000, 300_000  # fen
LENT, TERM, PAID_ON = 5, 60, 20
STANDS = 29  # day closes after the first one above zero
MAY = ("P2P-05", "P2P-06", "P2P-18", "YLD-01")


def business(scene: Scene, region: str = "320902") -> tuple[LendingPlatform, Loan]:
    """Four clients lend a company a million for sixty days in custody with sub-ledgers."""
    platform = LendingPlatform(scene, region=region)
    borrower = platform.client(party=scene.org("盐城宏达机械有限公司"))
    return platform, platform.lend(LENT, borrower, [(platform.client(), EACH) for _ in range(CLIENTS)], TERM)


def bonuses(
    scene: Scene, payer: str, loan: Loan, fen: int = BONUS, day: int = PAID_ON, flow_class: str = "BONUS"
) -> None:
    for number, claim in enumerate(loan.claims):
        scene.pay(day, hms(15, number), payer, claim.holder.bank, fen, flow_class=flow_class, class_basis="source",
                  order_id=claim.name, listing=loan.name)  # fmt: skip


def told(scene: Scene, platform: LendingPlatform) -> None:
    fen = CLIENTS * BONUS
    day = PAID_ON + STANDS
    scene.must(platform.party, "yellow", {"subsidy_fen": (fen, fen), "subsidy_ppm": (1_000_000, 1_000_000)}, (day, day))
    scene.may(MAY)


def clean(scene: Scene) -> None:
    """The platform pays 12,000 yuan on top; at maturity the borrower pays what he owes and no more."""
    platform, loan = business(scene)
    bonuses(scene, platform.own, loan)
    platform.repay(loan)
    told(scene, platform)


def sponsor(scene: Scene) -> None:
    """Evasion: an advertising firm pays in the platform's place, out of what the platform paid it."""
    platform, loan = business(scene, "320903")
    account = scene.account(scene.org("盐城悦动广告有限公司"), "OWN_BASIC", 0)
    scene.pay(PAID_ON - 1, hms(10), platform.own, account, 1_300_000, flow_class="SUPPLIER", class_basis="source")
    bonuses(scene, account, loan)
    platform.repay(loan)
    told(scene, platform)


def controller(scene: Scene) -> None:
    """Evasion: the controller pays from his own account."""
    platform, loan = business(scene, "320904")
    bonuses(scene, scene.account(platform.controller), loan)
    platform.repay(loan)
    told(scene, platform)


def interest_advanced(scene: Scene) -> None:
    """Look-alike: what the platform paid in advance, the borrower pays back as interest within twenty days."""
    platform, loan = business(scene)
    bonuses(scene, platform.own, loan, day=LENT + TERM - 20, flow_class="RETURN_INT")
    scene.pay(LENT + TERM, hms(8), loan.borrower.bank, platform.own, CLIENTS * BONUS, flow_class="REPAY_INT",
              class_basis="obligation", listing=loan.name)  # fmt: skip
    platform.repay(loan)
    scene.lawful()


def newcomers_gifts(scene: Scene) -> None:
    """Look-alike: fifty yuan for each new client."""
    platform, loan = business(scene)
    bonuses(scene, platform.own, loan, 5_000)
    platform.repay(loan)
    scene.lawful()


def licensed_guarantor(scene: Scene) -> None:
    """Look-alike: a licensed guarantor of nobody's circle pays interest in the borrower's place."""
    platform, loan = business(scene)
    guarantor = scene.org("盐城市融信融资担保有限公司", "GUARANTEE")
    scene.licence(guarantor, "guarantee")
    account = scene.account(guarantor, "OWN_BASIC")
    for number, claim in enumerate(loan.claims):
        scene.pay(LENT + 30, hms(15, number), account, claim.holder.desk, BONUS, flow_class="RETURN_INT", class_basis="source",
                  order_id=claim.name, listing=loan.name)  # fmt: skip
    platform.repay(loan)
    scene.lawful()


SCENES = (
    ("yld02.clean", "YLD-02", "clean", clean),
    ("yld02.sponsor", "YLD-02", "sponsor-pays", sponsor),
    ("yld02.controller", "YLD-02", "controller-pays", controller),
    ("yld02.advance", "YLD-02", "lookalike:advance-repaid", interest_advanced),
    ("yld02.gifts", "YLD-02", "lookalike:newcomers-gifts", newcomers_gifts),
    ("yld02.guarantor", "YLD-02", "lookalike:licensed-guarantor", licensed_guarantor),
)
