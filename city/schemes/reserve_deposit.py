"""PAY-03 备付金存放违规: the reserve lies where it may not lie (catalogue §4.3). The city is of 2016, before centralisation."""

from chuantou.city.book import BANKS
from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

DAY = 50
CITY_BANK = 5  # of the city's banks
MAY = ("AM-01", "REG-04", "REG-06", "P2P-15")


def trading(scene: Scene, region: str = "320902") -> PaymentInstitution:
    """An institution with a few days of ordinary business."""
    institution = PaymentInstitution(scene, region)
    institution.trade(DAY - 3, DAY + 3, [institution.shop() for _ in range(2)], [institution.customer() for _ in range(3)])
    return institution


def top_ups(scene: Scene, account: str, fen: int = 4_000_000) -> None:
    """Four customers top up into an account that is no reserve."""
    for n in range(4):
        marks = {"flow_class": "TOPUP", "class_basis": "source", "order_id": f"{scene.namespace}-U{n}"}
        scene.pay(DAY, hms(10, n), scene.account(scene.person()), account, fen, **marks)


def at_a_microloan_company(scene: Scene) -> None:
    """A million of the reserve is kept by a microloan company."""
    institution = trading(scene)
    keeper = scene.org("盐城恒信小额贷款有限公司")
    scene.account(
        institution.party, "RSV_PAYRECV", 100_000_000, BANKS[CITY_BANK], role_basis="designated", custodian=keeper
    )
    scene.must(institution.party, "red", {"held_fen": (100_000_000, 100_000_000), "no_bank": (1, 1)})
    scene.may(MAY)


def own_account(scene: Scene) -> None:
    """Customers' money goes to the institution's own account and stays there."""
    institution = trading(scene, "320903")
    top_ups(scene, institution.own)
    scene.must(institution.party, "orange", {"held_fen": (16_000_000, 16_000_000), "n_clients": (4, 4)}, (DAY, DAY))
    scene.may(MAY)


def sister_name(scene: Scene) -> None:
    """Evasion: the account is in the name of a subsidiary."""
    institution = trading(scene, "320904")
    sister = scene.org("盐城便民缴费服务有限公司")
    scene.owns(institution.party, sister, 1_000_000)
    top_ups(scene, scene.account(sister, "OWN_BASIC"))
    scene.must(institution.party, "orange", {"held_fen": (16_000_000, 16_000_000), "n_clients": (4, 4)}, (DAY, DAY))
    scene.may(MAY)


def passed_on(scene: Scene) -> None:
    """Look-alike: what came to the own account by mistake is in the reserve by the evening."""
    institution = trading(scene)
    own = scene.account(institution.party, "OWN_GENERAL", 0)
    top_ups(scene, own, 400_000)
    institution.put(DAY, hms(16), own, 1_600_000, flow_class="SWEEP", class_basis="role")
    scene.lawful()


def special_business(scene: Scene) -> None:
    """Look-alike: a special-business account at another bank."""
    institution = trading(scene)
    scene.account(institution.party, "RSV_SPECIAL", 80_000_000, BANKS[CITY_BANK], role_basis="designated")
    scene.lawful()


def own_money(scene: Scene) -> None:
    """Look-alike: fees and capital on the own account."""
    institution = trading(scene)
    investor = scene.account(institution.owner)
    scene.pay(DAY, hms(10), investor, institution.own, 50_000_000, flow_class="CAPITAL_IN", class_basis="source")
    scene.pay(DAY, hms(11), scene.account(scene.person()), institution.own, 2_000_000, flow_class="FEE", class_basis="source")
    scene.lawful()


SCENES = tuple(
    (f"pay03.{name}", "PAY-03", variant, play)
    for name, variant, play in (
        ("keeper", "clean", at_a_microloan_company),
        ("own", "clean", own_account),
        ("sister", "sister-name", sister_name),
        ("passed", "lookalike:passed-on", passed_on),
        ("special", "lookalike:special-business", special_business),
        ("money", "lookalike:own-money", own_money),
    )
)
