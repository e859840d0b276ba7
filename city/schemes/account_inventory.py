"""REG-04 账户清查: accounts that the declared list does not know, and persons' accounts that do business (catalogue §4.10)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 25
YUAN = 100
INTEREST = {"flow_class": "REPAY_INT", "class_basis": "memo", "memo": "还息"}


def hidden(scene: Scene) -> None:
    """A second account in the platform's own name takes part in clearing and is not on its list."""
    platform = _declared(scene)
    account = scene.account(platform.party, "OWN_GENERAL")
    for number in range(4):
        _customer_pays(scene, account, 30_000, DAY + 2 * number)
    values = {"n_undeclared": (1, 1), "n_related": (0, 0), "n_personal": (0, 0)}
    scene.must(platform.party, "yellow", values, (DAY, DAY + 6))


def controllers_card(scene: Scene) -> None:
    """Evasion: the controller's personal account pays twenty-two borrowers' and investors' money about."""
    platform = _declared(scene)
    card = scene.account(platform.controller)
    for number in range(22):
        borrower = scene.account(scene.person())
        scene.pay(DAY + number % 5, hms(10, number), borrower, card, 900 * YUAN, **INTEREST)
    values = {"n_personal": (1, 1), "business_most": (20, 22)}
    scene.must(platform.party, "yellow", values, (DAY, DAY + 4))
    scene.may(("P2P-01", "P2P-16"))


def closed(scene: Scene) -> None:
    """Look-alike: an old account that moves nothing any more, closed before the list was made."""
    platform = _declared(scene)
    old, owner = scene.account(platform.party, "OWN_GENERAL"), {"owner": platform.party}
    scene.emit("acct.events", "bank:" + scene.book.accounts[old].bank, 1, hms(9), type="CLOSE", account=old, **owner)
    _customer_pays(scene, platform.own, 20_000, DAY)
    _silent(scene)


def in_time(scene: Scene) -> None:
    """Look-alike: opened, used within the week, and declared."""
    platform = _declared(scene)
    account = scene.account(platform.party, "OWN_GENERAL", since=DAY)
    _declare(scene, platform, account, DAY + 1)
    _customer_pays(scene, account, 20_000, DAY + 3)
    _silent(scene)


def private_life(scene: Scene) -> None:
    """Look-alike: the controller's household account pays thirty shops."""
    platform = _declared(scene)
    card = scene.account(platform.controller)
    for number in range(30):
        shop = scene.account(scene.org("盐城便利店"), "MERCHANT_SETTLE", role_basis="registry")
        scene.pay(DAY + number % 9, hms(12, number), card, shop, 200 * YUAN)
    _customer_pays(scene, platform.own, 20_000, DAY)
    _silent(scene)


def custody(scene: Scene) -> None:
    """Look-alike: clients' money lies in accounts that the custodian designated; they stand on no list of its own."""
    platform = _declared(scene)
    for number in range(3):
        platform.lend(DAY + number, platform.client(), [(platform.client(), 500_000), (platform.client(), 400_000)], 60)
    _silent(scene)


def _declared(scene: Scene) -> LendingPlatform:
    """A platform that declared its own account when the inventory began, and pays its rent from it."""
    platform = LendingPlatform(scene)
    _declare(scene, platform, platform.own, 3)
    landlord = scene.account(scene.org("盐城物业有限公司"), "OWN_BASIC")
    scene.pay(DAY, hms(9), platform.own, landlord, 8_000 * YUAN, flow_class="RENT", class_basis="source")
    return platform


def _declare(scene: Scene, platform: LendingPlatform, account: str, day: int) -> None:
    told = {"type": "DECLARE", "account": account, "owner": platform.party}
    scene.emit("acct.events", "platform:" + platform.party[5:], day, hms(16), **told)


def _customer_pays(scene: Scene, account: str, yuan: int, day: int) -> None:
    customer = scene.account(scene.org("盐城客户贸易有限公司"), "OWN_BASIC")
    scene.pay(day, hms(14), customer, account, yuan * YUAN, flow_class="FEE", class_basis="source")


def _silent(scene: Scene) -> None:
    scene.must_not("REG-04", "*", "log")
    scene.lawful()


SCENES = (
    ("reg04.hidden", "REG-04", "clean", hidden),
    ("reg04.card", "REG-04", "controllers-card", controllers_card),
    ("reg04.closed", "REG-04", "lookalike:closed-dormant", closed),
    ("reg04.time", "REG-04", "lookalike:declared-in-time", in_time),
    ("reg04.private", "REG-04", "lookalike:private-life", private_life),
    ("reg04.custody", "REG-04", "lookalike:designated-custody", custody),
)
