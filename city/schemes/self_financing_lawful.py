"""Lawful twins of P2P-04: borrowers who spend the loan on what it was for (catalogue §4.1 "Not")."""

from chuantou.city.lending import Client, LendingPlatform
from chuantou.city.scene import Scene, hms

FIRST_DAY = 25
LOAN_FEN = 16_000_000  # 160 000 yuan: below the cap of a natural person
GOODS = {"flow_class": "SUPPLIER", "class_basis": "memo", "memo": "货款"}


def own_suppliers(scene: Scene) -> None:
    """The borrower pays five suppliers of his own."""
    _, borrower = _borrow(scene)
    for number in range(5):
        supplier = scene.account(scene.org(f"盐城{number + 1}号建材有限公司"), "OWN_BASIC")
        scene.pay(FIRST_DAY + 2 + number, hms(10), borrower.bank, supplier, LOAN_FEN // 5, **GOODS)
    scene.lawful()


def older_bank_loan(scene: Scene) -> None:
    """The borrower repays an older loan of a licensed bank."""
    _, borrower = _borrow(scene)
    marks = {"flow_class": "REPAY_PRIN", "class_basis": "source"}
    scene.pay(FIRST_DAY + 1, hms(10), borrower.bank, scene.commons.lenders[1], LOAN_FEN, **marks)
    scene.lawful()


def part_time_salary(scene: Scene) -> None:
    """4 % of the loan is the salary of somebody who also sits on the platform's staff; the rest buys goods."""
    platform, borrower = _borrow(scene)
    bookkeeper = scene.person()
    scene.officer(bookkeeper, platform.party, "senior")
    salary = {"flow_class": "PAYROLL", "class_basis": "source"}
    scene.pay(FIRST_DAY + 5, hms(15), borrower.bank, scene.account(bookkeeper), LOAN_FEN // 25, **salary)
    supplier = scene.account(scene.org("盐城五金批发有限公司"), "OWN_BASIC")
    scene.pay(FIRST_DAY + 6, hms(10), borrower.bank, supplier, LOAN_FEN * 24 // 25, **GOODS)
    scene.lawful()


def scheduled_fee(scene: Scene) -> None:
    """The borrower pays the platform's published fee of 2 %, and buys goods with the rest."""
    platform, borrower = _borrow(scene)
    income = scene.account(platform.party, "OWN_FEE", 0)
    fee = {"flow_class": "FEE", "class_basis": "order", "order_id": f"{scene.namespace}-fee"}
    scene.pay(FIRST_DAY + 1, hms(10), borrower.bank, income, LOAN_FEN // 50, **fee)
    supplier = scene.account(scene.org("盐城饲料批发有限公司"), "OWN_BASIC")
    scene.pay(FIRST_DAY + 2, hms(10), borrower.bank, supplier, LOAN_FEN * 49 // 50, **GOODS)
    scene.lawful()


def three_farmers(scene: Scene) -> None:
    """Three farmers buy seed from the same retailer, which is paid into its filed settlement account."""
    platform = LendingPlatform(scene, region="320922")
    shop = scene.account(scene.org("滨海种子零售有限公司", region="320922"), "MERCHANT_SETTLE", role_basis="registry")
    for number in range(3):
        farmer = platform.client(opening_fen=0)
        _fund(platform, farmer, FIRST_DAY + number)
        order = {"order_id": f"{scene.namespace}-seed-{number}", "class_basis": "order", "memo": "购种子"}
        scene.pay(FIRST_DAY + 3 + number, hms(9), farmer.bank, shop, LOAN_FEN * 9 // 10, **order)
    scene.lawful()


def _borrow(scene: Scene) -> tuple[LendingPlatform, Client]:
    platform = LendingPlatform(scene)
    borrower = platform.client(opening_fen=0)
    _fund(platform, borrower, FIRST_DAY)
    return platform, borrower


def _fund(platform: LendingPlatform, borrower: Client, day: int) -> None:
    parts = [(platform.client(), LOAN_FEN // 8) for _ in range(8)]
    platform.lend(day, borrower, parts, 180, spend=False)


SCENES = tuple(
    (f"p2p04.{name}", "P2P-04", f"lookalike:{variant}", play)
    for name, variant, play in (
        ("suppliers", "own-suppliers", own_suppliers),
        ("bankloan", "older-bank-loan", older_bank_loan),
        ("parttime", "part-time-salary", part_time_salary),
        ("fee", "scheduled-fee", scheduled_fee),
        ("farmers", "three-farmers", three_farmers),
    )
)
