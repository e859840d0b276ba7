"""Lawful twins of P2P-01: many people pay one account, and nobody's money is pooled (catalogue §3.9, §4.1 "Not")."""

from typing import Any

from chuantou.city.book import BANKS
from chuantou.city.lending import Client, LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

INVESTORS = 40
FIRST_DAY = 12


def custody_sub_ledgers(scene: Scene) -> None:
    """LA-SWEEP: client money on sub-ledgers; the custodian sweeps them into its master overnight."""
    platform = LendingPlatform(scene)
    investors = [platform.client() for _ in range(INVESTORS)]
    loans = [_lend(scene, platform, investors, FIRST_DAY + number, number, 30) for number in range(5)]
    for loan in loans:
        platform.repay(loan)
        _sweep_overnight(scene, platform, loan)
    scene.lawful()


def _lend(
    scene: Scene, platform: LendingPlatform, investors: list[Client], day: int, number: int, term_days: int
) -> Loan:
    """The number-th group of eight investors lends 160 000 yuan to a new borrower."""
    group = investors[number * 8 : number * 8 + 8]
    return platform.lend(day, platform.client(), [(investor, 2_000_000) for investor in group], term_days)


def _sweep_overnight(scene: Scene, platform: LendingPlatform, loan: Loan) -> None:
    """What investors were repaid spends the night on the master, and is theirs to withdraw next day."""
    day = loan.start + loan.term_days
    for number, claim in enumerate(loan.claims):
        sub, marks = claim.holder.desk, {"flow_class": "SWEEP", "class_basis": "role", "rail": "CUSTODY_BOOK"}
        withdrawal = {"flow_class": "WITHDRAW", "class_basis": "source"}
        scene.pay(day, hms(22, number), sub, platform.master, 2_000_000, **marks)
        scene.pay(day + 1, hms(6, number), platform.master, sub, 2_000_000, **marks)
        scene.pay(day + 1, hms(10, number), sub, claim.holder.bank, 2_000_000, **withdrawal)


def prompt_pass_through(scene: Scene) -> None:
    """A designated master without sub-ledgers: every listing goes to its named borrower the day it is filled."""
    platform = LendingPlatform(scene, sub_ledgers=False, region="320904")
    investors = [platform.client() for _ in range(INVESTORS)]
    for number in range(5):
        platform.repay(_lend(scene, platform, investors, FIRST_DAY + number, number, 60))
    scene.lawful()


def filed_private_fund(scene: Scene) -> None:
    """LA-CAPCALL: 35 qualified partners pay 1.2 m yuan each into a raising account; custody pays the companies."""
    manager = scene.org("盐城沿海创业股权投资基金管理有限公司", "AM", "320904", watched=True)
    scene.licence(manager, "private_fund")
    fund = scene.org("盐城沿海一期创业投资合伙企业", "AM", "320904")
    scene.licence(fund, "private_fund")
    raising = scene.account(fund, "FUND_RAISE", 0, BANKS[1], role_basis="designated")
    designated: dict[str, Any] = {"role_basis": "designated", "custodian": scene.commons.custodian}
    custody = scene.account(fund, "FUND_CUSTODY", 0, BANKS[1], **designated)
    scene.product(
        FIRST_DAY, hms(9), manager, "PRODUCT", product="coast-1", term_days=1_825, issuer=manager, vehicle=fund,
        risk_rating=5, min_subscribe_fen=100_000_000,
    )  # fmt: skip
    for number in range(35):
        partner = scene.person()
        day = FIRST_DAY + number // 5
        scene.product(
            day, hms(10, number), manager, "SUBSCRIBE", investor=partner, product="coast-1", amount_fen=120_000_000,
            claim=f"coast-1-{number}", start=scene.book.date(day), due=scene.book.date(day + 1_825), investor_rating=5,
            qualified=True,
        )  # fmt: skip
        call = {"flow_class": "CAPITAL_CALL", "class_basis": "order", "order_id": f"coast-1-{number}"}
        scene.pay(day, hms(11, number), scene.account(partner), raising, 120_000_000, **call)
    closing = FIRST_DAY + 9
    scene.pay(closing, hms(10), raising, custody, 35 * 120_000_000, flow_class="CAPITAL_IN", class_basis="role")
    for number in range(3):
        company = scene.org(f"盐城{number + 1}号新能源科技有限公司")
        scene.product(
            closing + 7, hms(9, number), manager, "HOLDING", vehicle=fund, asset=company, amount_fen=1_200_000_000
        )
        marks = {"flow_class": "CAPITAL_IN", "class_basis": "source"}
        scene.pay(closing + 7, hms(10, number), custody, scene.account(company, "OWN_BASIC"), 1_200_000_000, **marks)
    scene.lawful()


def presale_escrow(scene: Scene) -> None:
    """LA-ESCROW: the platform's sister developer sells homes; buyers pay escrow, escrow pays the builders."""
    platform = LendingPlatform(scene)
    developer = scene.org("盐城湿地置业有限公司", "REALESTATE", reg_capital_fen=10_000_000_000)
    scene.owns(platform.controller, developer, 700_000)
    escrow = scene.account(developer, "ESCROW_PRESALE", 0, BANKS[0])
    for number in range(50):
        buyer = scene.account(scene.person())
        marks = {"flow_class": "ESCROW_IN", "class_basis": "order", "order_id": f"home-{number}"}
        scene.pay(FIRST_DAY + number // 4, hms(10, number), buyer, escrow, 20_000_000 + number * 500_000, **marks)
    for number in range(4):
        builder = scene.account(scene.org(f"盐城{number + 1}建建设工程有限公司"), "OWN_BASIC")
        marks = {"flow_class": "ESCROW_OUT", "class_basis": "order", "order_id": f"progress-{number}", "memo": "工程款"}
        scene.pay(FIRST_DAY + 30 + number, hms(14), escrow, builder, 200_000_000, **marks)
    scene.lawful()


def payroll(scene: Scene) -> None:
    """LA-PAYROLL: the platform pays 40 people monthly; eight of them also lend through custody."""
    platform = LendingPlatform(scene)
    staff = [platform.client() for _ in range(40)]
    wages = [550_000 + number * 10_000 for number in range(40)]
    for month_day in (10, 41, 71, 102):
        for number, (worker, wage) in enumerate(zip(staff, wages)):
            marks = {"flow_class": "PAYROLL", "class_basis": "source", "batch_id": f"{scene.namespace}-{month_day}"}
            scene.pay(month_day, hms(15, 0, number), platform.own, worker.bank, wage, **marks)
        tax = {"flow_class": "TAX", "class_basis": "role"}
        scene.pay(month_day + 5, hms(11), platform.own, scene.commons.tax, 4_000_000, **tax)
    platform.repay(platform.lend(FIRST_DAY, platform.client(), [(worker, 1_000_000) for worker in staff[:8]], 60))
    scene.lawful()


def retailer(scene: Scene) -> None:
    """LA-ACQ: a shop owned by the platform's controller takes cards and down payments, and pays its suppliers."""
    platform = LendingPlatform(scene)
    shop = scene.org("盐城家家乐电器有限公司")
    scene.owns(platform.controller, shop, 800_000)
    till = scene.account(shop, "MERCHANT_SETTLE", 0, role_basis="registry")
    suppliers = [scene.account(scene.org(f"盐城{number + 1}号电器批发有限公司"), "OWN_BASIC") for number in range(5)]
    taken = 0
    for number in range(60):
        day, fen = FIRST_DAY + number // 3, 150_000 + scene.random.randrange(400) * 1_000
        taken += fen
        marks = {"order_id": f"sale-{number}", "class_basis": "order", "memo": "定金"}
        scene.pay(day, hms(11, number), scene.account(scene.person()), till, fen, **marks)
    for week in range(4):
        fen = 5_000_000 + scene.random.randrange(1_000) * 1_000
        taken += fen
        marks = {"flow_class": "MERCH_SETTLE", "class_basis": "source", "rail": "UNIONPAY"}
        scene.pay(FIRST_DAY + 7 * week, hms(9), scene.commons.clearing, till, fen, **marks)
    for number, supplier in enumerate(suppliers):
        marks = {"flow_class": "SUPPLIER", "class_basis": "source", "memo": "货款", "order_id": f"invoice-{number}"}
        scene.pay(FIRST_DAY + 35 + number, hms(15), till, supplier, taken // 7, **marks)
    scene.lawful()


def group_cash_pool(scene: Scene) -> None:
    """LA-CASHPOOL: five member firms of one group sweep to its licensed finance company and draw on it by day."""
    platform = LendingPlatform(scene)
    parent = scene.org("盐城黄海控股集团有限公司", reg_capital_fen=50_000_000_000)
    scene.owns(platform.controller, parent, 510_000)
    treasury = scene.org("黄海集团财务有限公司", "BANK", reg_capital_fen=100_000_000_000)
    scene.licence(treasury, "bank")
    scene.owns(parent, treasury, 1_000_000)
    header = scene.account(treasury, "OWN_GENERAL")
    members = []
    for number in range(5):
        member = scene.org(f"黄海集团{number + 1}号实业有限公司")
        scene.owns(parent, member, 1_000_000)
        members.append(scene.account(member, "OWN_BASIC"))
    marks = {"flow_class": "POOL_SWEEP", "class_basis": "source"}
    for day in range(FIRST_DAY, FIRST_DAY + 30):
        for number, member in enumerate(members):
            fen = (number + 1) ** 2 * 3_000_000 + day * 10_000
            scene.pay(day, hms(8, number), header, member, fen, **marks)
            scene.pay(day, hms(18, number), member, header, fen, **marks)
    scene.lawful()


def insurance_premiums(scene: Scene) -> None:
    """LA-INSCLAIM: a licensed insurer takes 80 premiums and pays nine claims; it also owns a lending platform."""
    platform = LendingPlatform(scene)
    insurer = scene.org("盐城互助财产保险股份有限公司", "INS", watched=True, reg_capital_fen=20_000_000_000)
    scene.licence(insurer, "insurance")
    scene.owns(insurer, platform.party, 100_000)
    premiums = scene.account(insurer, "INSURER_PREMIUM", 0, role_basis="registry")
    for number in range(80):
        holder = scene.account(scene.person())
        policy = {"class_basis": "order", "order_id": f"policy-{number}"}
        fen = 300_000 + number * 5_000
        scene.pay(FIRST_DAY + number // 4, hms(10, number), holder, premiums, fen, flow_class="PREMIUM", **policy)
        if number % 9 == 0:
            fen = 900_000 + number * 13_000
            scene.pay(FIRST_DAY + 40 + number // 9, hms(14), premiums, holder, fen, flow_class="CLAIM_PAY", **policy)
    scene.lawful()


def trade_prepayments(scene: Scene) -> None:
    """LA-COOP: a farm-supply firm of the platform's controller takes prepayments and buys what it delivers."""
    platform = LendingPlatform(scene)
    firm = scene.org("盐城丰收农资有限公司", "OTHER", "320924")
    scene.owns(platform.controller, firm, 600_000)
    account = scene.account(firm, "OWN_BASIC", 0)
    for number in range(45):
        farmer = scene.account(scene.person())
        fen = 600_000 + number * 20_000
        order = {"order_id": f"seed-{number}", "class_basis": "order"}
        scene.pay(FIRST_DAY + number // 3, hms(9, number), farmer, account, fen, memo="预付种子化肥款", **order)
        if number in (7, 19):
            scene.pay(FIRST_DAY + 18, hms(16, number), account, farmer, fen, flow_class="REFUND", **order)
    for number in range(3):
        factory = scene.account(scene.org(f"盐城{number + 1}号化肥厂有限公司"), "OWN_BASIC")
        marks = {"flow_class": "SUPPLIER", "class_basis": "source", "memo": "货款"}
        scene.pay(FIRST_DAY + 25 + number, hms(15), account, factory, 12_000_000, **marks)
    scene.lawful()


SCENES = tuple(
    (f"p2p01.{name}", "P2P-01", f"lookalike:{variant}", play)
    for name, variant, play in (
        ("custody", "custody-sub-ledgers", custody_sub_ledgers),
        ("through", "prompt-pass-through", prompt_pass_through),
        ("fund", "filed-private-fund", filed_private_fund),
        ("escrow", "presale-escrow", presale_escrow),
        ("payroll", "payroll", payroll),
        ("retail", "retailer", retailer),
        ("cashpool", "group-cash-pool", group_cash_pool),
        ("premium", "insurance-premiums", insurance_premiums),
        ("prepay", "trade-prepayments", trade_prepayments),
    )
)
