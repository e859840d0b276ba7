"""P2P-20 平台非法集资: a pool, the public, a promise and no licence (catalogue §4.1)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 25
EACH = 1_500_000
MAY = (
    "P2P-01", "P2P-02", "P2P-03", "P2P-06", "P2P-09", "P2P-15", "P2P-16", "P2P-18", "AD-01", "AD-03", "AD-04", "ILF-02", "ILF-03",
    "ILF-06", "AM-01", "REG-01", "REG-04", "RUN-01", "YLD-01",
)  # fmt: skip


def gathered(scene: Scene, people: int, region: str) -> tuple[LendingPlatform, str, list[str]]:
    """The platform, its pot, and the accounts of those who paid 15,000 yuan each into it."""
    platform = LendingPlatform(scene, custody=False, region=region)
    pot = scene.account(platform.party, "OWN_GENERAL")
    accounts = [scene.account(scene.person()) for _ in range(people)]
    for number, account in enumerate(accounts):
        scene.pay(DAY, hms(9 + number // 60, number % 60), account, pot, EACH, flow_class="INVEST_IN", class_basis="order",
                  order_id=f"{scene.namespace}-{number}")  # fmt: skip
    return platform, pot, accounts


def says(scene: Scene, platform: LendingPlatform, text: str, kind: str) -> None:
    scene.emit("txt.items", "web:patrol", DAY + 1, hms(8), party=platform.party, kind=kind, text=text)


def told(scene: Scene, platform: LendingPlatform, severity: str, people: int, **more: int) -> None:
    values = {"n_people": people, "gross_absorbed_fen": people * EACH, **more}
    scene.must(platform.party, severity, {name: (value, value) for name, value in values.items()})
    scene.may(MAY)


def promised(scene: Scene) -> None:
    """Forty people after an advert that promises principal and interest."""
    platform, _, _ = gathered(scene, 40, "320902")
    says(scene, platform, "本息保障，年化百分之十六", "ad")
    told(scene, platform, "orange", 40, n_adverts=2, n_promises=2)


def by_mouth(scene: Scene) -> None:
    """Evasion: no advert; a hundred and sixty people, and the promise only in the contract."""
    platform, _, _ = gathered(scene, 160, "320903")
    says(scene, platform, "甲方承诺到期保本付息", "contract")
    told(scene, platform, "red", 160, n_adverts=0)


def calendar(scene: Scene) -> None:
    """Evasion: nothing in writing; one per cent for everybody every month, out of the pool."""
    platform, pot, accounts = gathered(scene, 34, "320904")
    for month in range(1, 4):
        for number, account in enumerate(accounts):
            scene.pay(DAY + 30 * month, hms(10, number), pot, account, EACH // 100, flow_class="RETURN_INT", class_basis="source")
    told(scene, platform, "orange", 34, n_promises=1, n_regular=34)


def honest_advert(scene: Scene) -> None:
    """Look-alike: custody, borrowers who get the money, and an advert that promises nothing."""
    platform = LendingPlatform(scene)
    for number in range(3):
        borrower = platform.client()
        platform.lend(DAY + number, borrower, [(platform.client(), EACH) for _ in range(11)], 90)
    says(scene, platform, "预期年化百分之八，不承诺保本保息，出借有风险", "ad")
    scene.lawful()


def deposits(scene: Scene) -> None:
    """Look-alike: a licensed bank's platform may promise principal and interest on deposits."""
    platform = LendingPlatform(scene, sub_ledgers=False)
    scene.licence(platform.party, "bank")
    for number in range(40):
        scene.pay(DAY, hms(9, number), scene.account(scene.person()), platform.master, EACH, flow_class="TOPUP",
                  class_basis="source", order_id=f"{scene.namespace}-{number}")  # fmt: skip
    says(scene, platform, "存款保本保息", "ad")
    scene.lawful()


SCENES = (
    ("p2p20.promised", "P2P-20", "clean", promised),
    ("p2p20.mouth", "P2P-20", "by-word-of-mouth", by_mouth),
    ("p2p20.calendar", "P2P-20", "paid-by-the-calendar", calendar),
    ("p2p20.advert", "P2P-20", "lookalike:honest-advert", honest_advert),
    ("p2p20.deposits", "P2P-20", "lookalike:bank-deposits", deposits),
)
