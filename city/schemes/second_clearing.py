"""PAY-07 二清: card money of many shops goes through a company that has no licence to settle it (catalogue §4.3)."""

from collections.abc import Sequence
from typing import Any

from chuantou.city.book import BANKS
from chuantou.city.scene import Scene, hms

FIRST_DAY = 20
DAYS = 12
SHOPS = 14
FEE_PPM = 6_200
MAY = ("PAY-12", "FLOW-02", "AM-01", "REG-01", "REG-04", "ILF-04", "ILF-06")


class Till:
    """A company with a merchant contract at a licensed acquirer, and the money that comes by it."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", role: str = "OWN_GENERAL", **fields: Any) -> None:
        self.scene = scene
        acquirer = scene.org("盐城收单支付有限公司", "PAY", region)
        scene.licence(acquirer, "payment")
        self.reserve = scene.account(acquirer, "RSV_DEPOSITORY", role_basis="designated")
        self.company = scene.org(name, "OTHER", region)
        self.account = scene.account(self.company, role, **fields)
        self.sold: dict[int, int] = {}

    def take(self, day: int, fen: int | None = None) -> int:
        """A day's sales, settled by the acquirer in the morning after."""
        fen = fen or 4_000_000 + self.scene.random.randrange(30_000) * 100
        self.scene.pay(day, hms(9, 10), self.reserve, self.account, fen, flow_class="MERCH_SETTLE", class_basis="source")
        self.sold[day] = fen
        return fen

    def shops(self, count: int = SHOPS) -> list[str]:
        return [self.scene.account(self.scene.org(f"盐城{number + 1}号小店"), "OWN_BASIC") for number in range(count)]

    def people(self, count: int) -> list[str]:
        return [self.scene.account(self.scene.person()) for _ in range(count)]

    def pay(self, day: int, payees: Sequence[str], fen: int, payer: str | None = None, hour: int = 14, **fields: Any) -> None:
        """``fen`` in unequal shares that add up."""
        weights = [10 + self.scene.random.randrange(20) for _ in payees]
        shares = [fen * weight // sum(weights) for weight in weights]
        shares[0] += fen - sum(shares)
        for number, (payee, share) in enumerate(zip(payees, shares)):
            self.scene.pay(day, hms(hour, number), payer or self.account, payee, share, **fields)

    def settle_daily(self, payees: Sequence[str], **fields: Any) -> None:
        for day in range(FIRST_DAY, FIRST_DAY + DAYS):
            self.pay(day + 1, payees, after_fee(self.take(day)), **fields)

    def must(self, severity: str = "red", values: dict[str, tuple[int, int]] | None = None) -> None:
        sure = {"n_payees": (SHOPS, SHOPS), "fee_ppm": (FEE_PPM - 10, FEE_PPM + 10)} | (values or {})
        self.scene.must(self.company, severity, sure, (FIRST_DAY + 1, FIRST_DAY + 30))
        self.scene.may(MAY)


def after_fee(fen: int) -> int:
    return fen - fen * FEE_PPM // 1_000_000


def unlicensed_platform(scene: Scene) -> None:
    """A “membership technology” company settles fourteen shops next day and keeps 0.62 %."""
    till = Till(scene, "盐城聚客信息科技有限公司")
    till.settle_daily(till.shops())
    till.must(values={"split_ppm": (900_000, 1_000_000)})


def employees_accounts(scene: Scene) -> None:
    """Evasion: two employees' accounts take the money and pay the shops."""
    till = Till(scene, "盐城云付信息科技有限公司", "320903")
    staff, shops = till.people(2), till.shops()
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        fen = after_fee(till.take(day))
        till.pay(day + 1, staff[:1], fen // 2, hour=10)
        till.pay(day + 1, staff[1:], fen - fen // 2, hour=11)
        till.pay(day + 1, shops[:7], fen // 2, staff[0], 15)
        till.pay(day + 1, shops[7:], fen - fen // 2, staff[1], 16)
    till.must()


def sister_firm(scene: Scene) -> None:
    """Evasion: a subsidiary pays the shops."""
    till = Till(scene, "盐城商联网络科技有限公司", "320904")
    firm = scene.org("盐城商联服务有限公司", region="320904")
    scene.owns(till.company, firm, 1_000_000)
    account, shops = scene.account(firm, "OWN_BASIC"), till.shops()
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        fen = after_fee(till.take(day))
        till.pay(day + 1, [account], fen, hour=10)
        till.pay(day + 1, shops, fen, account, 15)
    till.must()


def weekly_settlement(scene: Scene) -> None:
    """Evasion: the week's money is paid out on the eighth day."""
    till = Till(scene, "盐城周结信息科技有限公司", "320921")
    shops = till.shops()
    for week in range(4):
        days = range(FIRST_DAY + 7 * week, FIRST_DAY + 7 * week + 7)
        till.pay(days[-1] + 1, shops, after_fee(sum(till.take(day) for day in days)))
    till.must()


def payroll_disguise(scene: Scene) -> None:
    """Evasion: shopkeepers are paid “wages” through the bank's payroll service."""
    till = Till(scene, "盐城众薪人力资源有限公司", "320922")
    till.settle_daily(till.people(SHOPS), flow_class="PAYROLL", class_basis="source", memo="工资")
    till.must()


def goods_memo(scene: Scene) -> None:
    """Evasion: every payment says “货款”."""
    till = Till(scene, "盐城汇购贸易有限公司", "320923")
    till.settle_daily(till.shops(), flow_class="SUPPLIER", class_basis="memo", memo="货款")
    till.must()


def old_money(scene: Scene) -> None:
    """Evasion: two million of the company's own lie in the account, and by FIFO the shops get those."""
    till = Till(scene, "盐城厚底信息科技有限公司", "320924", opening_fen=200_000_000)
    till.settle_daily(till.shops())
    till.must("orange", {"split_ppm": (0, 100_000), "split_maxflow_ppm": (600_000, 1_000_000)})


def supermarket(suppliers: int, percent: int) -> Any:
    def play(scene: Scene) -> None:
        """Look-alike: thirty days of sales, and suppliers that are paid for deliveries of a month ago."""
        till = Till(scene, "盐城惠民超市有限公司", role="MERCHANT_SETTLE", role_basis="registry")
        for day in range(FIRST_DAY, FIRST_DAY + 30):
            till.take(day)
        owed = sum(till.sold.values()) * percent // 100
        till.pay(FIRST_DAY + 34, till.shops(suppliers), owed, flow_class="SUPPLIER", class_basis="memo", memo="货款")
        scene.lawful()

    return play


def weekly_store(scene: Scene) -> None:
    """Look-alike: brands are paid by the week, at a trade margin of an eighth."""
    till = Till(scene, "盐城商业大厦有限公司", role="MERCHANT_SETTLE", role_basis="registry")
    brands = till.shops()
    for week in range(4):
        days = range(FIRST_DAY + 7 * week, FIRST_DAY + 7 * week + 7)
        till.pay(days[-1] + 1, brands, sum(till.take(day) for day in days) * 7 // 8, flow_class="SUPPLIER", class_basis="memo")
    scene.lawful()


def bank_sub_ledgers(scene: Scene) -> None:
    """Look-alike: the bank's own sub-ledger product, designated and kept by a licensed bank."""
    fields = {"custodian": scene.commons.custodian, "role_basis": "designated", "bank": BANKS[4]}
    till = Till(scene, "盐城分账电商有限公司", role="CLIENT_MASTER", **fields)
    for _ in range(3):
        scene.account(scene.person(), "CLIENT_SUB", master_account=till.account, role_basis="designated", bank=BANKS[4])
    till.settle_daily(till.shops())
    scene.lawful()


def own_stores(scene: Scene) -> None:
    """Look-alike: a chain's head office passes the money on to its own fourteen stores."""
    till = Till(scene, "盐城连锁餐饮有限公司")
    stores = []
    for number in range(SHOPS):
        store = scene.org(f"盐城连锁餐饮{number + 1}分店有限公司")
        scene.owns(till.company, store, 1_000_000)
        stores.append(scene.account(store, "OWN_BASIC"))
    till.settle_daily(stores)
    scene.lawful()


def licensed_institution(scene: Scene) -> None:
    """Look-alike: the same business with a licence."""
    till = Till(scene, "盐城持证支付有限公司")
    scene.licence(till.company, "payment")
    till.settle_daily(till.shops())
    scene.lawful()


def payout_product(scene: Scene) -> None:
    """Look-alike: a ride-hailing company pays its drivers through a bank's payout product."""
    till = Till(scene, "盐城顺行出行有限公司")
    product, drivers = scene.commons.lenders[0], till.people(SHOPS)
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        fen = after_fee(till.take(day))
        till.pay(day + 1, [product], fen, hour=10)
        till.pay(day + 1, drivers, fen, product, 15)
    scene.lawful()


def utilities(scene: Scene) -> None:
    """Look-alike: a property company collects for five utilities and passes it on."""
    till = Till(scene, "盐城安居物业有限公司")
    till.settle_daily(till.shops(5))
    scene.lawful()


SCENES = tuple(
    (f"pay07.{name}", "PAY-07", variant, play)
    for name, variant, play in (
        ("platform", "clean", unlicensed_platform),
        ("staff", "employees-accounts", employees_accounts),
        ("sister", "sister-firm", sister_firm),
        ("weekly", "weekly-settlement", weekly_settlement),
        ("payroll", "payroll-disguise", payroll_disguise),
        ("goods", "goods-memo", goods_memo),
        ("seeded", "pre-seeded-balance", old_money),
        ("market-5", "lookalike:supermarket", supermarket(5, 70)),
        ("market-14", "lookalike:supermarket", supermarket(14, 90)),
        ("mall", "lookalike:joint-operation-mall", supermarket(14, 97)),
        ("store", "lookalike:weekly-store", weekly_store),
        ("ledgers", "lookalike:bank-sub-ledgers", bank_sub_ledgers),
        ("chain", "lookalike:own-stores", own_stores),
        ("licensed", "lookalike:licensed", licensed_institution),
        ("gig", "lookalike:bank-payout-product", payout_product),
        ("utilities", "lookalike:utilities", utilities),
    )
)
