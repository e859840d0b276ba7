"""PAY-02 备付金挪用: the reserve pays somebody who is not entitled to it (catalogue §4.3, §4.14)."""

from chuantou.city.book import BANKS
from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

FIRST_DAY = 15
LAST_DAY = 55
MISUSE_DAY = 30
MAY = ("PAY-01", "PAY-03", "PAY-05", "PAY-12", "P2P-18", "ILF-04", "REG-04", "REG-06", "AM-01", "AM-05")


def shareholders_firm(scene: Scene) -> None:
    """Three debits of 100 000 yuan to a company of the institution's main shareholder."""
    institution = _trading(scene)
    payee = _related_account(scene, institution)
    for number in range(3):
        institution.take(MISUSE_DAY + 2 * number, hms(15), payee, 10_000_000)
    _must(scene, institution, 30_000_000, 3)


def own_account(scene: Scene) -> None:
    """200 000 yuan to the institution's own account, where the fees of the scene are a few hundred."""
    institution = _trading(scene, fee_ppm=3_000)
    institution.take(MISUSE_DAY, hms(15), institution.own, 20_000_000)
    # Fees (and, read widely, orders not yet settled) may be carried out; the rest is misuse under any reading.
    entitled = sum(institution.moved[day] for day in range(MISUSE_DAY + 1)) + 20_000_000
    institution.report(FIRST_DAY, LAST_DAY)
    scene.must(
        institution.party, "red", {"misused_fen": (20_000_000 - entitled, 20_000_000), "n_debits": (1, 1)},
        (MISUSE_DAY, MISUSE_DAY + 1),
    )  # fmt: skip
    scene.may(MAY)


def securities_account(scene: Scene) -> None:
    """500 000 yuan to the institution's own account at a securities firm."""
    institution = _trading(scene, "320922")
    payee = scene.account(institution.party, "SEC_SETTLE")
    institution.take(MISUSE_DAY, hms(15), payee, 50_000_000)
    _must(scene, institution, 50_000_000, 1)


def sham_merchant(scene: Scene) -> None:
    """Evasion: a filed merchant without customers gets "settlements" and hands nine tenths to the owner next day."""
    institution = _trading(scene, "320923")
    merchant = institution.shop()
    owner = scene.account(institution.owner)
    for number in range(6):
        day = MISUSE_DAY + 2 * number
        marks = {"flow_class": "MERCH_SETTLE", "class_basis": "source", "order_id": f"{scene.namespace}-sham-{number}"}
        institution.take(day, hms(9, 45), merchant, 5_000_000, **marks)
        scene.pay(day + 1, hms(10), merchant, owner, 4_500_000)
    institution.report(FIRST_DAY, LAST_DAY)
    scene.must(institution.party, "orange", first_breach=(MISUSE_DAY, MISUSE_DAY + 4))
    scene.may(MAY)


def small_debits(scene: Scene) -> None:
    """Evasion: forty debits of 4 000 yuan within twenty days, each far below any line."""
    institution = _trading(scene, "320921")
    payee = _related_account(scene, institution)
    for number in range(40):
        institution.take(MISUSE_DAY + number // 2, hms(15, number), payee, 400_000)
    _must(scene, institution, 16_000_000, 40)


def cooperating_bank(scene: Scene) -> None:
    """Evasion: a cooperating bank's account pays a shop at a third bank, by real orders, past the depository bank."""
    institution = PaymentInstitution(scene, "320924")
    collecting = scene.account(institution.party, "RSV_PAYRECV", 0, BANKS[1], role_basis="designated")
    shop = scene.account(scene.org("盐城跨行商店"), "MERCHANT_SETTLE", bank=BANKS[2], role_basis="registry")
    for number in range(3):
        order = {"order_id": f"{scene.namespace}-across-{number}", "class_basis": "order"}
        scene.pay(MISUSE_DAY + number, hms(11), institution.customer(), collecting, 2_000_000, flow_class="TOPUP", **order)
        scene.pay(MISUSE_DAY + number, hms(15), collecting, shop, 2_000_000, flow_class="MERCH_SETTLE", **order)
    values = {"misused_fen": (6_000_000, 6_000_000), "n_debits": (3, 3)}
    scene.must(institution.party, "yellow", values, (MISUSE_DAY, MISUSE_DAY + 1))
    scene.may(MAY)


def filed_merchants(scene: Scene) -> None:
    """Look-alike: settlement to filed merchants, each by its order."""
    _trading(scene).report(FIRST_DAY, LAST_DAY)
    scene.lawful()


def refund_to_payer(scene: Scene) -> None:
    """Look-alike: half of the returned orders' money goes back to the account that paid them."""
    institution = _trading(scene)
    shop = institution.shop()
    for number in range(8):
        day, customer = MISUSE_DAY + number, institution.customer()
        order = institution.order(day, hms(14), customer, 500_000 + number * 20_000)
        if number % 2:
            institution.refund(day + 1, hms(14), order, customer, 500_000 + number * 20_000)
        else:
            institution.settle(day + 1, hms(14), order, shop, 500_000 + number * 20_000)
    institution.report(FIRST_DAY, LAST_DAY)
    scene.lawful()


def fee_carried_out(scene: Scene) -> None:
    """Look-alike: fees of three weeks are carried out to the filed own-money account, to the fen."""
    institution = _trading(scene, fee_ppm=3_000)
    accrued = sum(institution.fees[day] for day in range(MISUSE_DAY + 1))
    institution.take(MISUSE_DAY, hms(20), institution.own, accrued, flow_class="FEE", class_basis="source")
    institution.fees[MISUSE_DAY] -= accrued
    institution.report(FIRST_DAY, LAST_DAY)
    scene.lawful()


def own_reserve_move(scene: Scene) -> None:
    """Look-alike: a cooperating bank's collecting account passes on to the depository bank every evening."""
    institution = _trading(scene)
    collecting = scene.account(institution.party, "RSV_PAYRECV", 0, BANKS[1], role_basis="designated")
    shop = institution.shop()
    for number in range(10):
        day, fen = MISUSE_DAY + number, 300_000 + number * 11_000
        order = {"order_id": f"{scene.namespace}-coop-{number}", "class_basis": "order"}
        scene.pay(day, hms(11), institution.customer(), collecting, fen, flow_class="TOPUP", **order)
        institution.owed[day] += fen
        institution.put(day, hms(17), collecting, fen, flow_class="SWEEP", class_basis="role")
        institution.settle(day + 1, hms(9, 50), order["order_id"], shop, fen)
    institution.report(FIRST_DAY, LAST_DAY)
    for day in range(FIRST_DAY, LAST_DAY + 1):
        closing = {"account": collecting, "as_of": scene.book.stamp(day, hms(23, 58)), "kind": "CLOSING", "fen": 0}
        scene.emit("acct.balance", "bank:" + BANKS[1], day, hms(23, 58), **closing)
    scene.lawful()


def _trading(scene: Scene, region: str = "320902", fee_ppm: int = 0) -> PaymentInstitution:
    institution = PaymentInstitution(scene, region)
    shops = [institution.shop() for _ in range(5)]
    customers = [institution.customer() for _ in range(12)]
    institution.trade(FIRST_DAY, LAST_DAY - 1, shops, customers, fee_ppm=fee_ppm)
    return institution


def _related_account(scene: Scene, institution: PaymentInstitution) -> str:
    firm = scene.org("盐城股东名下贸易有限公司")
    scene.owns(institution.owner, firm, 900_000)
    return scene.account(firm, "OWN_BASIC")


def _must(scene: Scene, institution: PaymentInstitution, misused_fen: int, debits: int) -> None:
    institution.report(FIRST_DAY, LAST_DAY)
    values = {"misused_fen": (misused_fen, misused_fen), "n_debits": (debits, debits)}
    scene.must(institution.party, "red", values, (MISUSE_DAY, MISUSE_DAY + 1))
    scene.may(MAY)


SCENES = tuple(
    (f"pay02.{name}", "PAY-02", variant, play)
    for name, variant, play in (
        ("related", "clean", shareholders_firm),
        ("own", "clean", own_account),
        ("wealth", "clean", securities_account),
        ("sham", "sham-merchant", sham_merchant),
        ("small", "small-debits", small_debits),
        ("across", "cooperating-bank", cooperating_bank),
        ("merchants", "lookalike:filed-merchants", filed_merchants),
        ("refund", "lookalike:refund-to-payer", refund_to_payer),
        ("fees", "lookalike:fee-carried-out", fee_carried_out),
        ("depository", "lookalike:own-reserve-move", own_reserve_move),
    )
)
