"""FLOW-02 归集分散: many pay in, and within two days it goes out to many (event contract, "FLOW family"; catalogue §4.14)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

FIRST_DAY = 45
MANY = 14
EACH_FEN = 3_000_000
MILLION = 1_000_000


def one_account(scene: Scene) -> None:
    """A firm gathers from fourteen people on one day and pays fourteen others on the next."""
    hub = _firm(scene)
    _gather(scene, [hub], FIRST_DAY)
    _scatter(scene, hub, FIRST_DAY + 1, 970_000)
    _found(scene, 970_000, (FIRST_DAY + 1, FIRST_DAY + 1))


def next_to_a_platform(scene: Scene) -> None:
    """One of the payees is a watched platform's subsidiary: a lead worth a look."""
    hub = _firm(scene)
    platform = LendingPlatform(scene)
    subsidiary = scene.org("盐城平台咨询服务有限公司")
    scene.owns(platform.party, subsidiary, 800_000)
    _gather(scene, [hub], FIRST_DAY)
    _scatter(scene, hub, FIRST_DAY + 1, 970_000, last=scene.account(subsidiary, "OWN_GENERAL"))
    _found(scene, 970_000, (FIRST_DAY + 1, FIRST_DAY + 1), "yellow")


def skimmed(scene: Scene) -> None:
    """Evasion: fifteen per cent stay with the hub."""
    hub = _firm(scene)
    _gather(scene, [hub], FIRST_DAY)
    _scatter(scene, hub, FIRST_DAY + 1, 850_000)
    _found(scene, 850_000, (FIRST_DAY + 1, FIRST_DAY + 1))


def seeded_mule(scene: Scene) -> None:
    """Evasion: a person's account that held a large balance of its own; first-in-first-out would pay that out."""
    hub = scene.account(scene.person(), "PERSONAL_I", opening_fen=200_000_000)
    _gather(scene, [hub], FIRST_DAY)
    _scatter(scene, hub, FIRST_DAY + 1, 960_000)
    _found(scene, 960_000, (FIRST_DAY + 1, FIRST_DAY + 1))


def rotated_accounts(scene: Scene) -> None:
    """Evasion: four accounts of one firm gather in turn, its subsidiary's account scatters."""
    mother = scene.org("盐城归集商贸有限公司")
    daughter = scene.org("盐城分散商贸有限公司")
    scene.owns(mother, daughter, 1_000_000)
    gathers = [scene.account(mother, "OWN_GENERAL") for _ in range(4)]
    payer = scene.account(daughter, "OWN_BASIC")
    got = _gather(scene, gathers, FIRST_DAY)
    for account, fen in zip(gathers, got):
        scene.pay(FIRST_DAY, hms(20), account, payer, fen)
    _scatter(scene, payer, FIRST_DAY + 1, 950_000)
    _found(scene, 950_000, (FIRST_DAY + 1, FIRST_DAY + 1))


def payroll(scene: Scene) -> None:
    """Look-alike: customers pay a factory, and on payday it pays its staff, as in the months before (LA-PAYROLL)."""
    hub = _firm(scene)
    staff = [scene.account(scene.person()) for _ in range(MANY)]
    for day in (FIRST_DAY - 30, FIRST_DAY, FIRST_DAY + 30):
        for customer in range(MANY):
            buyer = scene.account(scene.org(f"盐城{day}-{customer}号客户有限公司"), "OWN_BASIC")
            scene.pay(day, hms(10, customer), buyer, hub, 700_000, memo="货款")
        for number, member in enumerate(staff):
            batch = {"batch_id": f"{scene.namespace}-{day}", "flow_class": "PAYROLL", "class_basis": "source"}
            scene.pay(day + 1, hms(15, number), hub, member, 650_000 + number * 1_000, **batch)
    _silent(scene)


def miscarried(scene: Scene) -> None:
    """Look-alike: a group purchase does not come about, and everybody gets his money back (LA-REFUND)."""
    hub = _firm(scene)
    payers = [scene.account(scene.person()) for _ in range(MANY)]
    for number, payer in enumerate(payers):
        scene.pay(FIRST_DAY, hms(10, number), payer, hub, EACH_FEN, order_id=f"{scene.namespace}-{number}")
    for number, payer in enumerate(payers):
        marks = {"order_id": f"{scene.namespace}-{number}", "flow_class": "REFUND", "class_basis": "order"}
        scene.pay(FIRST_DAY + 1, hms(10, number), hub, payer, EACH_FEN, **marks)
    _silent(scene)


def supermarket(scene: Scene) -> None:
    """Look-alike: a shop on a licensed acquirer pays its suppliers, all of them companies (LA-ACQ)."""
    institution = PaymentInstitution(scene)
    shop = institution.shop()
    for number in range(MANY):
        customer = institution.customer()
        order = institution.order(FIRST_DAY, hms(10, number), customer, EACH_FEN)
        institution.settle(FIRST_DAY + 1, hms(9, number), order, shop, EACH_FEN)
        scene.pay(FIRST_DAY + 1, hms(11, number), customer, shop, 60_000)
    for number in range(MANY):
        supplier = scene.account(scene.org(f"盐城{number + 1}号批发有限公司"), "OWN_BASIC")
        scene.pay(FIRST_DAY + 2, hms(14, number), shop, supplier, EACH_FEN * 9 // 10, memo="货款")
    institution.report(FIRST_DAY, FIRST_DAY + 3)
    _silent(scene)


def group_treasury(scene: Scene) -> None:
    """Look-alike: the header of a group sweeps in and funds its members, by the bank's own code (LA-CASHPOOL)."""
    header = scene.org("盐城集团控股有限公司")
    hub = scene.account(header, "OWN_BASIC")
    members = [scene.org(f"盐城集团{number + 1}号成员有限公司") for number in range(2 * MANY)]
    for member in members:
        scene.owns(header, member, 1_000_000)
    accounts = [scene.account(member, "OWN_GENERAL") for member in members]
    sweep = {"flow_class": "POOL_SWEEP", "class_basis": "source"}
    for number, account in enumerate(accounts[:MANY]):
        scene.pay(FIRST_DAY, hms(17, number), account, hub, EACH_FEN, **sweep)
    for number, account in enumerate(accounts[MANY:]):
        scene.pay(FIRST_DAY + 1, hms(9, number), hub, account, EACH_FEN, **sweep)
    _silent(scene)


def slow_wholesaler(scene: Scene) -> None:
    """Look-alike: a wholesaler holds what it earned for weeks before it pays its suppliers."""
    hub = _firm(scene)
    _gather(scene, [hub], FIRST_DAY)
    _scatter(scene, hub, FIRST_DAY + 21, 900_000)
    _silent(scene)


def _firm(scene: Scene) -> str:
    return scene.account(scene.org("盐城中转商贸有限公司"), "OWN_GENERAL", opening_fen=5_000_000)


def _gather(scene: Scene, hubs: list[str], day: int) -> list[int]:
    """Fourteen people pay the hubs in turn; what each hub got."""
    got = [0] * len(hubs)
    for number in range(MANY):
        payer = scene.account(scene.person())
        scene.pay(day, hms(9, number), payer, hubs[number % len(hubs)], EACH_FEN)
        got[number % len(hubs)] += EACH_FEN
    return got


def _scatter(scene: Scene, hub: str, day: int, keep_ppm: int, last: str | None = None) -> None:
    """The hub pays a share of what was gathered to fourteen others."""
    for number in range(MANY):
        payee = last if last is not None and number == MANY - 1 else scene.account(scene.person())
        scene.pay(day, hms(14, number), hub, payee, EACH_FEN * keep_ppm // MILLION)


def _found(scene: Scene, keep_ppm: int, breach: tuple[int, int], severity: str = "log") -> None:
    values = {"n_payers": (MANY, MANY), "n_payees": (MANY, MANY), "through_ppm": (keep_ppm, keep_ppm)}
    scene.must(scene.parties[0], severity, values, breach)


def _silent(scene: Scene) -> None:
    scene.lawful()
    scene.must_not("FLOW-02", "*", "log")


SCENES = tuple(
    (f"flow02.{name}", "FLOW-02", variant, play)
    for name, variant, play in (
        ("clean", "clean", one_account),
        ("watched", "clean", next_to_a_platform),
        ("skim", "skim", skimmed),
        ("mule", "seeded-balance", seeded_mule),
        ("rotated", "rotating-accounts", rotated_accounts),
        ("payroll", "lookalike:payroll", payroll),
        ("refund", "lookalike:refund", miscarried),
        ("shop", "lookalike:merchant", supermarket),
        ("treasury", "lookalike:cash-pool", group_treasury),
        ("slow", "lookalike:slow", slow_wholesaler),
    )
)
