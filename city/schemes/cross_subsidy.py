"""YLD-03 交叉补贴、使用其他客户资金: one listing's interest out of another's, or out of new principal (catalogue §4.11)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

CLIENTS, EACH, INTEREST = 4, 20_000_000, 600_000  # fen; interest a client and month
LENT, DAY, TERM = 5, 35, 90
MAY = ("P2P-02", "P2P-05", "P2P-06", "P2P-07", "P2P-18", "YLD-01", "YLD-02")


class Shop:
    """Two listings of two companies through one designated account without sub-ledgers."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.platform = LendingPlatform(scene, sub_ledgers=False, region=region)
        self.loans = [
            self.platform.lend(LENT, self.platform.client(party=scene.org(name)),
                               [(self.platform.client(), EACH) for _ in range(CLIENTS)], TERM)
            for name in ("盐城东亭纺织有限公司", "盐城西河机电有限公司")
        ]  # fmt: skip

    def repay(self, number: int, fen: int) -> None:
        loan = self.loans[number]
        self.scene.pay(DAY, hms(9, number), loan.borrower.bank, self.platform.master, fen, flow_class="REPAY_INT",
                       class_basis="obligation", listing=loan.name)  # fmt: skip

    def pay_out(self, number: int, pot: str | None = None) -> None:
        loan = self.loans[number]
        for place, claim in enumerate(loan.claims):
            self.scene.pay(DAY, hms(15 + number, place), pot or self.platform.master, claim.holder.bank, INTEREST,
                           flow_class="RETURN_INT", class_basis="obligation", listing=loan.name, order_id=claim.name)  # fmt: skip

    def told(self) -> None:
        fen = CLIENTS * INTEREST
        values = {"payouts_fen": (fen, fen), "cross_fen": (fen, fen), "cross_ppm": (1_000_000, 1_000_000)}
        self.scene.must(self.platform.party, "yellow", values, (DAY, DAY))
        self.scene.may(MAY)


def clean(scene: Scene) -> None:
    """The second borrower pays twice his interest; the first one's lenders are paid with half of it."""
    shop = Shop(scene)
    shop.repay(1, 2 * CLIENTS * INTEREST)
    shop.pay_out(0)
    shop.pay_out(1)
    shop.told()


def principal(scene: Scene) -> None:
    """Evasion: new clients' principal that waits for its listing pays the interest."""
    shop = Shop(scene, "320903")
    listing = f"{scene.namespace}-N"
    shop.platform.say(DAY - 1, "LISTING", listing=listing, borrower=scene.person(), amount_fen=4 * EACH, rate_ppm=90_000,
                      term_days=TERM)  # fmt: skip
    for number in range(4):
        scene.pay(DAY - 1, hms(10, number), shop.platform.client().bank, shop.platform.master, EACH, flow_class="INVEST_IN",
                  class_basis="order", order_id=f"{listing}-{number}", listing=listing)  # fmt: skip
    shop.pay_out(0)
    shop.told()


def netted(scene: Scene) -> None:
    """Evasion: the surplus leaves custody untagged and pays from an own account; only gross legs show it."""
    shop = Shop(scene, "320904")
    purse = scene.account(shop.platform.party, "OWN_GENERAL", 0)
    shop.repay(1, 2 * CLIENTS * INTEREST)
    scene.pay(DAY, hms(10), shop.platform.master, purse, CLIENTS * INTEREST)
    shop.pay_out(0, purse)
    shop.pay_out(1)
    shop.told()


def each_its_own(scene: Scene) -> None:
    """Look-alike: both borrowers pay; the queue would say that they pay each other's lenders."""
    shop = Shop(scene)
    shop.repay(1, CLIENTS * INTEREST)
    shop.repay(0, CLIENTS * INTEREST)
    shop.pay_out(0)
    shop.pay_out(1)
    scene.lawful()


def licensed_guarantor(scene: Scene) -> None:
    """Look-alike: a licensed guarantor pays for the first borrower."""
    shop = Shop(scene)
    guarantor = scene.org("盐城市融信融资担保有限公司", "GUARANTEE")
    scene.licence(guarantor, "guarantee")
    shop.repay(1, CLIENTS * INTEREST)
    scene.pay(DAY, hms(11), scene.account(guarantor, "OWN_BASIC"), shop.platform.master, CLIENTS * INTEREST,
              flow_class="COMPENSATE_3P", class_basis="source", listing=shop.loans[0].name)  # fmt: skip
    shop.pay_out(0)
    shop.pay_out(1)
    scene.lawful()


SCENES = (
    ("yld03.clean", "YLD-03", "clean", clean),
    ("yld03.principal", "YLD-03", "new-principal", principal),
    ("yld03.netted", "YLD-03", "netted", netted),
    ("yld03.own", "YLD-03", "lookalike:each-its-own", each_its_own),
    ("yld03.guarantor", "YLD-03", "lookalike:licensed-guarantor", licensed_guarantor),
)
