"""RUN-01 爆雷、挤兑前兆: five weeks of ordinary business, and then a run, a flight, or nothing of the kind (catalogue §4.12)."""

from chuantou.city.lending import LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

EACH, TERM = 1_500_000, 20  # fen, days
BAD = 38  # the first day on which nobody comes
MAY = ("P2P-05", "P2P-06", "P2P-07", "P2P-15", "P2P-18", "P2P-20", "REG-01", "REG-03")


class Shop:
    """Every day one new client lends to one borrower; what is due is paid. The bank keeps each client's money apart."""

    def __init__(self, scene: Scene, region: str = "320902", days: int = BAD) -> None:
        self.scene = scene
        self.platform = LendingPlatform(scene, sub_ledgers=False, region=region)
        self.platform._sub_ledger(scene.person())
        self.loans: dict[int, Loan] = {}
        for day in range(days):
            self.come(day)
            if day - TERM in self.loans:
                self.platform.repay(self.loans[day - TERM])

    def come(self, day: int) -> None:
        lender, borrower = self.platform.client(), self.platform.client()
        self.loans[day] = self.platform.lend(day, borrower, [(lender, EACH)], TERM, spend=False)

    def pay_late(self, first: int, last: int, late: int) -> None:
        """Borrowers no longer pay; clients get their principal some days late, out of what lies there."""
        for number in range(first, last):
            loan, day = self.loans[number], number + TERM + late
            claim = loan.claims[0]
            self.scene.pay(day, hms(15), self.platform.master, claim.holder.bank, EACH, flow_class="RETURN_PRIN",
                           class_basis="obligation", listing=loan.name, order_id=claim.name)  # fmt: skip
            self.platform.redeem(day, claim, EACH)

    def complain(self, day: int, count: int) -> None:
        for number in range(count):
            self.scene.emit("tip.items", "tips:yancheng", day, hms(14, number), subject=self.platform.party, reason="提现困难")

    def told(self, severity: str, signals: int, day: int) -> None:
        self.scene.must(self.platform.party, severity, {"signals": (signals, 8)}, (day, day + 3))
        self.scene.may(MAY)


def clean(scene: Scene) -> None:
    """Nobody comes, borrowers stop paying, clients wait for days and complain."""
    shop = Shop(scene)
    scene.pay(BAD, hms(8), shop.platform.own, shop.platform.master, 12 * EACH, flow_class="TOPUP", class_basis="source")
    shop.pay_late(BAD - TERM, BAD - TERM + 8, 3)
    shop.complain(BAD + 5, 10)
    shop.told("orange", 3, BAD + 4)


def flight(scene: Scene) -> None:
    """Evasion: everybody is paid, while the controller draws 150,000 yuan, hands over his seat and the office moves."""
    shop = Shop(scene, "320903")
    for number in range(BAD - TERM, BAD - TERM + 9):
        shop.platform.repay(shop.loans[number])
    scene.pay(BAD + 2, hms(20), shop.platform.own, scene.account(shop.platform.controller), 15_000_000)
    scene.emit("own.events", "registry:jiangsu", BAD + 3, hms(10), type="OFFICER", party=shop.platform.party,
               holder=scene.person(), role="legal_rep", valid_from=scene.book.date(BAD + 3))  # fmt: skip
    shop.told("orange", 3, BAD + 3)


def deposits_for_show(scene: Scene) -> None:
    """Evasion: before an inspection the controller fills the platform's account; it covers nobody."""
    shop = Shop(scene, "320904")
    scene.pay(BAD, hms(8), scene.account(shop.platform.controller), shop.platform.own, 200_000_000)
    scene.pay(BAD, hms(9), shop.platform.own, shop.platform.master, 12 * EACH, flow_class="TOPUP", class_basis="source")
    shop.pay_late(BAD - TERM, BAD - TERM + 8, 3)
    shop.complain(BAD + 5, 10)
    shop.told("orange", 3, BAD + 4)


def come_and_go(scene: Scene) -> None:
    """Look-alike: six weeks of ordinary business, that then runs off: whoever is due is paid."""
    shop = Shop(scene, days=44)
    for number in range(44 - TERM, 44):
        shop.platform.repay(shop.loans[number])
    scene.lawful()


def new_office(scene: Scene) -> None:
    """Look-alike: a new legal representative and two complaints in the middle of business."""
    shop = Shop(scene, days=44)
    scene.emit("own.events", "registry:jiangsu", 36, hms(10), type="OFFICER", party=shop.platform.party,
               holder=scene.person(), role="legal_rep", valid_from=scene.book.date(36))  # fmt: skip
    shop.complain(37, 2)
    for number in range(44 - TERM, 44):
        shop.platform.repay(shop.loans[number])
    scene.lawful()


SCENES = (
    ("run01.clean", "RUN-01", "clean", clean),
    ("run01.flight", "RUN-01", "flight", flight),
    ("run01.show", "RUN-01", "deposits-for-show", deposits_for_show),
    ("run01.ordinary", "RUN-01", "lookalike:ordinary-business", come_and_go),
    ("run01.office", "RUN-01", "lookalike:new-management", new_office),
)
