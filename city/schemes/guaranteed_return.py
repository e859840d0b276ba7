"""P2P-06 承诺保本保息: investors are paid on the due date whether borrowers pay or not (catalogue §4.1)."""

from chuantou.city.lending import LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

LOANS, REPAID = 24, 3
EACH = 1_000_000  # fen
LENT, TERM = 10, 40
DUE = LENT + TERM
KNOWN = DUE + 3
MAY = ("P2P-02", "P2P-05", "P2P-15", "P2P-16", "P2P-18", "YLD-01", "YLD-02", "YLD-03", "RUN-01")


class Shop:
    """Small loans of one client each, in custody with sub-ledgers; the first few borrowers repay."""

    def __init__(self, scene: Scene, region: str = "320902", repaid: int = REPAID, day: int = DUE) -> None:
        self.scene = scene
        self.platform = LendingPlatform(scene, region=region)
        self.loans = [
            self.platform.lend(LENT, self.platform.client(), [(self.platform.client(), EACH)], TERM, spend=False)
            for _ in range(LOANS)
        ]
        self.claims = [loan.claims[0] for loan in self.loans]
        for loan in self.loans[:repaid]:
            self.platform.repay(loan, day)

    def unpaid(self) -> list[Loan]:
        return [loan for loan in self.loans if loan.issues]

    def pay(self, payer: str, day: int, flow_class: str = "RETURN_PRIN") -> None:
        for number, loan in enumerate(self.unpaid()):
            claim = loan.claims[0]
            self.scene.pay(day, hms(15, number), payer, claim.holder.desk, EACH + 10_000, flow_class=flow_class,
                           class_basis="source", order_id=claim.name, listing=loan.name)  # fmt: skip

    def told(self) -> None:
        unpaid = LOANS - REPAID
        values = {"guaranteed_ppm": (1_000_000, 1_000_000), "n_unpaid": (unpaid, unpaid)}
        self.scene.must(self.platform.party, "orange", values, (KNOWN, KNOWN))
        self.scene.may(MAY)


def clean(scene: Scene) -> None:
    """The platform's own account pays what twenty-one borrowers do not."""
    shop = Shop(scene)
    shop.pay(shop.platform.own, DUE)
    shop.told()


def buy_back(scene: Scene) -> None:
    """Evasion: a third firm “buys back” two days after the due date."""
    shop = Shop(scene, "320903")
    shop.pay(scene.account(scene.org("盐城兴业回购服务有限公司"), "OWN_BASIC"), DUE + 2)
    shop.told()


def promised(scene: Scene, text: str, kind: str, region: str = "320904") -> LendingPlatform:
    """A platform with one small loan, repaid, and a text."""
    platform = LendingPlatform(scene, region=region)
    loan = platform.lend(LENT, platform.client(), [(platform.client(), EACH)], TERM, spend=False)
    platform.repay(loan)
    scene.emit("txt.items", "web:patrol", LENT, hms(8), party=platform.party, kind=kind, text=text)
    return platform


def in_the_contract(scene: Scene) -> None:
    """Evasion: nothing in public; the contract template promises."""
    platform = promised(scene, "甲方承诺到期还本付息，本 金·保障", "contract")
    scene.must(platform.party, "yellow", {"n_promises": (1, 1), "n_unpaid": (0, 0)}, (LENT, LENT))
    scene.may(MAY)


def kept(scene: Scene) -> None:
    """Evasion: a chat script promises ten days before the platform's own account pays."""
    shop = Shop(scene, "320921")
    scene.emit("txt.items", "tip:script", DUE - 10, hms(8), party=shop.platform.party, kind="chat", text="放心，我们保本保息")
    shop.pay(shop.platform.own, DUE)
    scene.must(shop.platform.party, "red", {"n_promises": (1, 1), "n_unpaid": (LOANS - REPAID, LOANS - REPAID)})
    scene.may(MAY)


def denied(scene: Scene) -> None:
    """Look-alike: the contract says that nothing is promised, the site speaks of the past beside a notice of risk."""
    promised(scene, "甲方不承诺保本、保息，出借人自担风险", "contract")
    promised(scene, "历史100%兑付，投资有风险", "site")
    scene.lawful()


def investors_bear_it(scene: Scene) -> None:
    """Look-alike: whose borrower does not pay gets nothing."""
    Shop(scene)
    scene.lawful()


def licensed_guarantor(scene: Scene) -> None:
    """Look-alike: a licensed guarantor covers all that borrowers owe."""
    shop = Shop(scene)
    guarantor = scene.org("盐城市融信融资担保有限公司", "GUARANTEE")
    scene.licence(guarantor, "guarantee")
    shop.pay(scene.account(guarantor, "OWN_BASIC"), DUE + 1, "COMPENSATE_3P")
    scene.lawful()


def late_by_days(scene: Scene) -> None:
    """Look-alike: all borrowers pay two days late, and investors get theirs as it comes."""
    Shop(scene, repaid=LOANS, day=DUE + 2)
    scene.lawful()


SCENES = (
    ("p2p06.clean", "P2P-06", "clean", clean),
    ("p2p06.buyback", "P2P-06", "third-firm-buys-back", buy_back),
    ("p2p06.contract", "P2P-06", "in-the-contract", in_the_contract),
    ("p2p06.kept", "P2P-06", "promised-and-kept", kept),
    ("p2p06.denied", "P2P-06", "lookalike:denied-or-past", denied),
    ("p2p06.bear", "P2P-06", "lookalike:investors-bear-it", investors_bear_it),
    ("p2p06.guarantor", "P2P-06", "lookalike:licensed-guarantor", licensed_guarantor),
    ("p2p06.late", "P2P-06", "lookalike:late-by-two-days", late_by_days),
)
