"""PAY-01 备付金缺口: the reserve holds less than is owed to customers (catalogue §4.3, §4.14; G3 of §10.1)."""

from chuantou.city.payments import CUSTOMER_BALANCE_FEN, PREPAID_FEN, PaymentInstitution
from chuantou.city.scene import Scene, hms

FIRST_DAY = 15
LAST_DAY = 60
SHORT_FROM = 38  # 2016-06-27, a Monday
MONTH_END = 41  # 2016-06-30
TAKEN_FEN = 13_000_000  # a good 2 % of what is owed
MAY = ("PAY-02", "PAY-03", "PAY-05", "REG-06", "AM-01")


def clean(scene: Scene) -> None:
    """2 % of the reserve goes to the institution's own account and stays there for eleven days."""
    institution = _trading(scene)
    institution.take(SHORT_FROM, hms(16), institution.own, TAKEN_FEN)
    institution.put(SHORT_FROM + 11, hms(16), institution.own, TAKEN_FEN)
    institution.report(FIRST_DAY, LAST_DAY)
    _must(scene, institution)


def window_dressing(scene: Scene) -> None:
    """Evasion: the money comes back for the one night of the month's end and is gone again next morning."""
    institution = _trading(scene, "320904")
    institution.take(SHORT_FROM, hms(16), institution.own, TAKEN_FEN)
    institution.put(MONTH_END, hms(17), institution.own, TAKEN_FEN)
    institution.take(MONTH_END + 1, hms(9, 30), institution.own, TAKEN_FEN)
    institution.put(SHORT_FROM + 15, hms(16), institution.own, TAKEN_FEN)
    institution.report(FIRST_DAY, LAST_DAY)
    _must(scene, institution)


def understated_liabilities(scene: Scene) -> None:
    """Evasion: the report leaves out of the customers' balances exactly what was taken; it does not roll forward."""
    institution = _trading(scene, "320925")
    institution.take(SHORT_FROM, hms(16), institution.own, TAKEN_FEN)
    institution.report(FIRST_DAY, LAST_DAY, dict.fromkeys(range(SHORT_FROM, LAST_DAY + 1), TAKEN_FEN))
    scene.must(institution.party, "orange", first_breach=(SHORT_FROM, SHORT_FROM + 1))
    scene.may(MAY)


def thin_capital(scene: Scene) -> None:
    """The reserve is whole, on a registered capital of less than a tenth of it."""
    institution = PaymentInstitution(scene, "320981")
    capital = {"type": "CAPITAL", "party": institution.party, "amount_fen": 60_000_000}
    scene.emit("own.events", "registry:jiangsu", 1, hms(9), **capital)
    held = institution.opening_fen
    values = {"capital_fen": (60_000_000, 60_000_000), "average_reserve_fen": (held, held)}
    scene.must(institution.party, "yellow", values, (MONTH_END + 62, MONTH_END + 62))
    scene.may(MAY)


def in_transit_over_holiday(scene: Scene) -> None:
    """Look-alike: card sales of the Dragon Boat holiday (9–11 June 2016) arrive on 12 June, reported in transit."""
    institution = _trading(scene)
    holiday, arrival = (20, 21, 22), 23
    for day in holiday:
        fen = 4_000_000 + day * 10_000
        institution.owed[day] += fen
        for night in range(day, arrival):
            institution.in_transit[night] += fen
        order = f"{scene.namespace}-cards-{day}"
        marks = {"flow_class": "TOPUP", "class_basis": "source", "rail": "UNIONPAY", "order_id": order}
        institution.put(arrival, hms(9, 30, day), scene.commons.clearing, fen, **marks)
    institution.report(FIRST_DAY, LAST_DAY)
    scene.lawful()


def refunds_pending(scene: Scene) -> None:
    """Look-alike: cancelled orders wait three days for their refund, in the reserve and in `in_process_fen`."""
    institution = _trading(scene)
    for number in range(6):
        day, fen = 20 + number * 3, 800_000 + number * 10_000
        customer = institution.customer()
        order = institution.order(day, hms(14), customer, fen)
        for night in range(day, day + 3):
            institution.in_process[night] += fen
        institution.refund(day + 3, hms(14), order, customer, fen)
    institution.report(FIRST_DAY, LAST_DAY)
    scene.lawful()


def balanced(scene: Scene) -> None:
    """Look-alike: to the fen, every day."""
    _trading(scene).report(FIRST_DAY, LAST_DAY)
    scene.lawful()


def _trading(scene: Scene, region: str = "320902") -> PaymentInstitution:
    """An institution with five shops and twelve customers, trading from the first to the last day."""
    institution = PaymentInstitution(scene, region)
    shops = [institution.shop() for _ in range(5)]
    customers = [institution.customer() for _ in range(12)]
    institution.trade(FIRST_DAY, LAST_DAY - 1, shops, customers)
    return institution


def _must(scene: Scene, institution: PaymentInstitution) -> None:
    """Red at once (above 1 %), at its first day the largest in relation to what is owed that night."""
    owed = sum(institution.owed[day] for day in range(SHORT_FROM + 1)) + CUSTOMER_BALANCE_FEN + PREPAID_FEN
    values = {
        "liabilities_fen": (owed, owed),
        "assets_fen": (owed - TAKEN_FEN, owed - TAKEN_FEN),
        "shortfall_fen": (TAKEN_FEN, TAKEN_FEN),
        "shortfall_ppm": (TAKEN_FEN * 1_000_000 // owed, TAKEN_FEN * 1_000_000 // owed + 1),
    }
    scene.must(institution.party, "red", values, (SHORT_FROM, SHORT_FROM + 1))
    scene.may(MAY)


SCENES = tuple(
    (f"pay01.{name}", "PAY-01", variant, play)
    for name, variant, play in (
        ("clean", "clean", clean),
        ("dressing", "window-dressing", window_dressing),
        ("understated", "understated-liabilities", understated_liabilities),
        ("capital", "thin-capital", thin_capital),
        ("holiday", "lookalike:in-transit-over-holiday", in_transit_over_holiday),
        ("refunds", "lookalike:refunds-pending", refunds_pending),
        ("balanced", "lookalike:balanced", balanced),
    )
)
