"""A licensed payment institution at work: orders in, settlements out, and the two daily reports a supervisor reads."""

from collections import defaultdict
from typing import Any

from .book import BANKS
from .scene import Scene, hms

CUSTOMER_BALANCE_FEN = 500_000_000
PREPAID_FEN = 120_000_000
ORDERS_A_DAY = 4


class PaymentInstitution:
    """One watched institution, its owner, its own account and its reserve account (depository bank, 2013 regime).

    The reserve opens with exactly what is owed; every later movement is recorded, so that ``report`` can state the
    true liabilities and balances of each day – or what the institution would rather have them be.
    """

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.party = scene.org(f"盐城{scene.namespace}支付有限公司", "PAY", region, watched=True)
        scene.licence(self.party, "payment")
        self.owner = scene.person()
        scene.owns(self.owner, self.party, 800_000)
        self.own = scene.account(self.party, "OWN_BASIC")
        self.opening_fen = CUSTOMER_BALANCE_FEN + PREPAID_FEN
        self.reserve = scene.account(self.party, "RSV_DEPOSITORY", self.opening_fen, BANKS[3], role_basis="designated")
        self.owed: dict[int, int] = defaultdict(int)  # change of merchant payables by day
        self.moved: dict[int, int] = defaultdict(int)  # change of the reserve balance by day
        self.fees: dict[int, int] = defaultdict(int)  # fees earned, less fees carried out, by day
        self.in_transit: dict[int, int] = defaultdict(int)  # level by day
        self.in_process: dict[int, int] = defaultdict(int)  # level by day
        self._orders = 0

    def shop(self) -> str:
        """A merchant with its filed settlement account."""
        owner = self.scene.org(f"盐城{self.scene.namespace}商店", "OTHER")
        return self.scene.account(owner, "MERCHANT_SETTLE", role_basis="registry")

    def customer(self) -> str:
        return self.scene.account(self.scene.person(), "PERSONAL_I")

    def order(self, day: int, second: int, customer: str, fen: int) -> str:
        """A customer pays for goods: money into the reserve, owed to the merchant."""
        self._orders += 1
        order = f"{self.scene.namespace}-O{self._orders}"
        marks = {"flow_class": "TOPUP", "class_basis": "order", "order_id": order}
        self.scene.pay(day, second, customer, self.reserve, fen, **marks)
        self.owed[day] += fen
        self.moved[day] += fen
        return order

    def settle(self, day: int, second: int, order: str, merchant: str, fen: int, fee_fen: int = 0) -> None:
        """Pay the merchant ``fen`` less the institution's fee, which stays in the reserve."""
        marks = {"flow_class": "MERCH_SETTLE", "class_basis": "order", "order_id": order}
        self.scene.pay(day, second, self.reserve, merchant, fen - fee_fen, **marks)
        self.owed[day] -= fen
        self.moved[day] -= fen - fee_fen
        self.fees[day] += fee_fen

    def refund(self, day: int, second: int, order: str, customer: str, fen: int) -> None:
        marks = {"flow_class": "REFUND", "class_basis": "order", "order_id": order}
        self.scene.pay(day, second, self.reserve, customer, fen, **marks)
        self.owed[day] -= fen
        self.moved[day] -= fen

    def take(self, day: int, second: int, payee: str, fen: int, **fields: Any) -> None:
        """Any other debit of the reserve: nobody is owed less for it."""
        self.scene.pay(day, second, self.reserve, payee, fen, **fields)
        self.moved[day] -= fen

    def put(self, day: int, second: int, payer: str, fen: int, **fields: Any) -> None:
        """Any other credit of the reserve: nobody is owed more for it."""
        self.scene.pay(day, second, payer, self.reserve, fen, **fields)
        self.moved[day] += fen

    def trade(self, first: int, last: int, merchants: list[str], customers: list[str], fee_ppm: int = 0) -> None:
        """Ordinary business: four orders a day, each settled next morning less the institution's fee."""
        for day in range(first, last + 1):
            for i in range(ORDERS_A_DAY):
                fen = self.scene.random.randrange(20_000, 300_000)
                order = self.order(day, hms(12, i), customers[(day * ORDERS_A_DAY + i) % len(customers)], fen)
                self.settle(day + 1, hms(9, i), order, merchants[i % len(merchants)], fen, fen * fee_ppm // 1_000_000)

    def report(self, first: int, last: int, hidden_fen: dict[int, int] | None = None) -> None:
        """Write the bank's closing balance and the institution's liability report for every day.

        ``hidden_fen``: what the institution leaves out of its customer balances, by day.
        """
        owed = reserve = fees = 0
        for day in range(0, last + 1):
            owed += self.owed[day]
            reserve += self.moved[day]
            fees += self.fees[day]
            if day >= first:
                self._report_day(day, owed, self.opening_fen + reserve, fees, (hidden_fen or {}).get(day, 0))

    def _report_day(self, day: int, owed: int, reserve: int, fees: int, hidden: int) -> None:
        scene = self.scene
        closing = scene.book.stamp(day, hms(23, 58))
        scene.emit(
            "acct.balance", "bank:" + BANKS[3], day, hms(23, 58),
            account=self.reserve, as_of=closing, kind="CLOSING", fen=reserve,
        )  # fmt: skip
        scene.emit(
            "rep.liability", "pi:" + self.party[5:], day, hms(23, 59),
            party=self.party, as_of=scene.book.date(day), customer_balance_fen=CUSTOMER_BALANCE_FEN - hidden,
            prepaid_unspent_fen=PREPAID_FEN, merchant_payable_fen=owed - self.in_process[day],
            in_process_fen=self.in_process[day], own_in_reserve_fen=fees, in_transit_fen=self.in_transit[day],
        )  # fmt: skip
