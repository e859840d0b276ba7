"""RE-01 首付贷: platforms, agents and their clerks lend buyers the down payment (catalogue §4.2)."""

from typing import Any

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 20
DOWN = 30_000_000
MAY = ("P2P-03", "P2P-04", "P2P-09", "P2P-16", "P2P-18", "P2P-20", "RE-02", "ILF-06", "REG-01", "AM-01")


class Town:
    """A developer with pre-sale escrow, an agent, and a bank that lends on mortgage."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene, self.homes = scene, 0
        self.developer = scene.org("盐城盛世置业有限公司", "REALESTATE", region)
        self.escrow = scene.account(self.developer, "ESCROW_PRESALE")
        self.agent = scene.org("盐城安家房产经纪有限公司", "REALESTATE", region)
        self.desk = scene.account(self.agent, "OWN_BASIC")
        self.bank = scene.commons.lenders[2]

    def home(
        self, day: int, lender: str | None, loan: int, savings: int = 0, *, buyer: str | None = None, **fields: Any
    ) -> str:  # fmt: skip
        """A loan three days before the down payment, a mortgage two weeks after it; returns the buyer's account."""
        self.homes += 1
        order = {"order_id": f"{self.scene.namespace}-H{self.homes}"}
        account = self.scene.account(buyer or self.scene.person(), "PERSONAL_I", savings)
        if lender is not None:
            self.scene.pay(day - 3, hms(10), lender, account, loan, **fields)
        self.scene.pay(day, hms(11), account, self.escrow, DOWN, memo="首付", **order)
        self.scene.pay(day + 14, hms(12), self.bank, self.escrow, 2 * DOWN, flow_class="LOAN_OUT", class_basis="source", **order)
        return account

    def told(self, subject: str, severity: str, loan: int, buyers: int, day: int) -> None:
        share = min(loan, buyers * DOWN) * 1_000_000 // (buyers * DOWN)
        values = {
            "loan_fen": (loan, loan), "down_payment_fen": (buyers * DOWN, buyers * DOWN), "share_ppm": (share, share),
            "n_buyers": (buyers, buyers),
        }  # fmt: skip
        self.scene.must(subject, severity, values, (day, day))
        self.scene.may(MAY)


def platform_lends(scene: Scene) -> None:
    """A P2P loan pays 60 % of a down payment."""
    town, platform = Town(scene), LendingPlatform(scene)
    borrower = platform.client(opening_fen=12_000_000)
    platform.lend(DAY - 3, borrower, [(platform.client(), 9_000_000) for _ in range(2)], 90, spend=False)
    order = f"{scene.namespace}-H1"
    scene.pay(DAY, hms(11), borrower.bank, town.escrow, DOWN, order_id=order)
    scene.pay(DAY + 14, hms(12), town.bank, town.escrow, 2 * DOWN, flow_class="LOAN_OUT", class_basis="source", order_id=order)
    town.told(platform.party, "red", 18_000_000, 1, DAY + 14)


def agent_of_five(scene: Scene) -> None:
    """An agent lends a quarter to each of five buyers."""
    town = Town(scene, "320903")
    for number in range(5):
        town.home(DAY + 4 * number, town.desk, 7_500_000, DOWN - 7_500_000)
    town.told(town.agent, "red", 37_500_000, 5, DAY + 14)


def clerk(scene: Scene) -> None:
    """Evasion: a clerk of the agent lends in his own name."""
    town = Town(scene, "320904")
    account = scene.account(scene.person(), "PERSONAL_I")
    scene.pay(DAY - 12, hms(15), town.desk, account, 600_000, flow_class="PAYROLL", class_basis="source")
    town.home(DAY, account, 21_000_000, DOWN - 21_000_000)
    town.told(town.agent, "red", 21_000_000, 1, DAY + 14)


def afterwards(scene: Scene) -> None:
    """Evasion: the buyer pays out of his savings and is given a “decoration loan” a week later."""
    town = Town(scene, "320921")
    account = town.home(DAY, None, 0, DOWN)
    scene.pay(DAY + 7, hms(10), town.desk, account, 10_000_000, memo="装修贷")
    town.told(town.agent, "yellow", 10_000_000, 1, DAY + 14)


def gift(scene: Scene) -> None:
    """Look-alike: parents give the down payment; the provident fund pays the rest."""
    town, mother, child = Town(scene), scene.person(), scene.person()
    scene.emit("own.events", "registry:jiangsu", -5, 36_000, type="KIN", party=mother, holder=child)
    account = town.home(DAY, scene.account(mother), 20_000_000, 0, buyer=child)
    scene.pay(DAY - 2, hms(10), scene.account(scene.org("盐城市住房公积金管理中心")), account, DOWN - 20_000_000)
    scene.lawful()


def old_home(scene: Scene) -> None:
    """Look-alike: the agent hands over what a buyer paid for the old home."""
    town = Town(scene)
    order = {"order_id": f"{scene.namespace}-OLD"}
    scene.pay(DAY - 6, hms(10), scene.account(scene.person()), town.desk, DOWN, **order)
    town.home(DAY, town.desk, DOWN, 0, **order)
    scene.lawful()


def bridge(scene: Scene) -> None:
    """Look-alike: a licensed bank lends until the old home is released, and the developer's instalments cost nothing."""
    town = Town(scene)
    town.home(DAY, scene.commons.lenders[3], DOWN, 0, flow_class="LOAN_OUT", class_basis="source")
    account = scene.account(scene.person(), "PERSONAL_I")
    for number in range(3):
        scene.pay(DAY + 7 * number, hms(11), account, town.escrow, DOWN // 3, order_id=f"{scene.namespace}-I")
    scene.pay(DAY + 30, hms(12), town.bank, town.escrow, 2 * DOWN, flow_class="LOAN_OUT", class_basis="source",
              order_id=f"{scene.namespace}-I")  # fmt: skip
    scene.lawful()


SCENES = (
    ("re01.platform", "RE-01", "clean", platform_lends),
    ("re01.agent", "RE-01", "clean", agent_of_five),
    ("re01.clerk", "RE-01", "clerk-lends", clerk),
    ("re01.afterwards", "RE-01", "reimbursed", afterwards),
    ("re01.gift", "RE-01", "lookalike:family-gift", gift),
    ("re01.oldhome", "RE-01", "lookalike:old-home-sold", old_home),
    ("re01.bridge", "RE-01", "lookalike:bank-bridge", bridge),
)
