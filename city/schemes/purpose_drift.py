"""PAY-11 偏离小额便民: a month's business unlike that of the other institutions (catalogue §4.3). July 2016 is days 42 to 72."""

from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

JULY, END = 42, 72
MAY = ("AM-01",)


def trading(scene: Scene, region: str = "320902") -> PaymentInstitution:
    institution = PaymentInstitution(scene, region)
    institution.trade(JULY + 2, JULY + 9, [institution.shop() for _ in range(2)], [institution.customer() for _ in range(3)])
    return institution


def large_tickets(scene: Scene) -> None:
    """Four payments of 80,000 yuan beside a week of shopping."""
    institution = trading(scene)
    shop = institution.shop()
    for n in range(4):
        order = institution.order(JULY + 4 + n, hms(14), institution.customer(), 8_000_000)
        institution.settle(JULY + 5 + n, hms(10), order, shop, 8_000_000)
    scene.must(institution.party, "log", {"large_ppm": (700_000, 1_000_000)}, (END, END))
    scene.may(MAY)


def transfers(scene: Scene) -> None:
    """Customers pay each other through it."""
    institution = trading(scene, "320903")
    people = [institution.customer() for _ in range(4)]
    for n in range(8):
        order = institution.order(JULY + 4 + n, hms(14), people[n % 4], 1_500_000)
        marks = {"flow_class": "OTHER", "class_basis": "order", "order_id": order}
        scene.pay(JULY + 4 + n, hms(14, 5), institution.reserve, people[(n + 1) % 4], 1_500_000, **marks)
    scene.must(institution.party, "log", {"transfers_ppm": (500_000, 1_000_000)}, (END, END))
    scene.may(MAY)


def withdrawals(scene: Scene) -> None:
    """Look-alike: customers take out again what they paid in."""
    institution = trading(scene)
    for n in range(8):
        customer = institution.customer()
        order = institution.order(JULY + 4 + n, hms(14), customer, 1_500_000)
        marks = {"flow_class": "WITHDRAW", "class_basis": "order", "order_id": order}
        scene.pay(JULY + 4 + n, hms(15), institution.reserve, customer, 1_500_000, **marks)
    scene.must_not("PAY-11", institution.party, "log")
    scene.lawful()


def like_the_others(scene: Scene) -> None:
    """Look-alike: small payments for goods."""
    institution = trading(scene)
    scene.must_not("PAY-11", institution.party, "log")
    scene.lawful()


SCENES = tuple(
    (f"pay11.{name}", "PAY-11", variant, play)
    for name, variant, play in (
        ("large", "clean", large_tickets),
        ("transfers", "transfers-without-trade", transfers),
        ("withdrawals", "lookalike:withdrawals", withdrawals),
        ("usual", "lookalike:like-the-others", like_the_others),
    )
)
