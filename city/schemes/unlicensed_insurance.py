"""INS-01 无证互联网保险: premiums where no premium belongs, mutual-aid pools, and who may take them (catalogue §4.8)."""

from chuantou.city.scene import Scene, hms

DAY = 30
PEOPLE = 32


def collect(scene: Scene, account: str, people: list[str], fen: int, flow_class: str, basis: str = "source") -> None:
    """Eight people a day."""
    for number, person in enumerate(people):
        scene.pay(DAY + number // 8, hms(10, number % 8), person, account, fen, flow_class=flow_class, class_basis=basis)


def crowd(scene: Scene, people: int) -> list[str]:
    return [scene.account(scene.person()) for _ in range(people)]


def premiums(scene: Scene) -> None:
    """A consulting firm takes thirty-two premiums."""
    firm = scene.org("盐城安心咨询服务有限公司")
    collect(scene, scene.account(firm, "OWN_GENERAL"), crowd(scene, PEOPLE), 600_000, "PREMIUM")
    scene.must(firm, "orange", {"n_tagged": (PEOPLE, PEOPLE), "tagged_fen": (19_200_000, 19_200_000)}, (DAY + 3, DAY + 3))


def club(scene: Scene) -> None:
    """Evasion: a club's membership fees; its site speaks of cover, and it pays claims."""
    firm = scene.org("盐城车友俱乐部有限公司", region="320903")
    pot = scene.account(firm, "OWN_GENERAL")
    people = crowd(scene, PEOPLE)
    scene.emit("txt.items", "web:patrol", DAY - 1, 36_000, party=firm, kind="site", text="会员享车辆统筹，出险由会员共同赔付")
    collect(scene, pot, people, 150_000, "FEE")
    for number in range(3):
        scene.pay(DAY + 12 + number, hms(15), pot, people[number], 900_000 + number * 70_000, flow_class="OTHER",
                  class_basis="source")  # fmt: skip
    scene.must(firm, "yellow", {"n_people": (PEOPLE, PEOPLE), "n_claims": (3, 3)}, (DAY + 14, DAY + 14))


def diverted(scene: Scene) -> None:
    """Evasion: a licensed insurer lets premiums come to its ordinary account."""
    insurer = scene.org("盐城恒安财产保险有限公司", "INS", "320904", watched=True)
    scene.licence(insurer, "insurance")
    collect(scene, scene.account(insurer, "INSURER_PREMIUM", role_basis="registry"), crowd(scene, 8), 700_000, "PREMIUM")
    collect(scene, scene.account(insurer, "OWN_GENERAL"), crowd(scene, PEOPLE), 700_000, "PREMIUM", basis="memo")
    scene.must(insurer, "orange", {"n_tagged": (PEOPLE, PEOPLE)}, (DAY + 3, DAY + 3))


def broker(scene: Scene) -> None:
    """Look-alike: a licensed broker with a premium account of its own, and an insurer that sells by its app."""
    agent, insurer = scene.org("盐城信诚保险经纪有限公司", "INS"), scene.org("盐城长泰人寿保险有限公司", "INS")
    scene.licence(agent, "insurance_broker")
    scene.licence(insurer, "insurance")
    scene.emit("txt.items", "web:patrol", DAY - 1, 36_000, party=insurer, kind="app", text="在线投保重疾险，理赔快捷")
    for owner in (agent, insurer):
        collect(scene, scene.account(owner, "INSURER_PREMIUM", role_basis="registry"), crowd(scene, PEOPLE), 300_000, "PREMIUM")
    scene.lawful()


def group_policy(scene: Scene) -> None:
    """Look-alike: an employer collects for its staff's group policy."""
    factory, insurer = scene.org("盐城机床制造有限公司"), scene.org("盐城长泰养老保险有限公司", "INS")
    scene.licence(insurer, "insurance")
    own, staff = scene.account(factory, "OWN_BASIC"), crowd(scene, PEOPLE)
    for number, person in enumerate(staff):
        scene.pay(DAY - 6, hms(9, number), own, person, 400_000 + number * 1_000, flow_class="PAYROLL", class_basis="source")
    collect(scene, own, staff, 25_000, "PREMIUM")
    premium = scene.account(insurer, "INSURER_PREMIUM", role_basis="registry")
    scene.pay(DAY + 6, hms(10), own, premium, 25_000 * PEOPLE, flow_class="PREMIUM", class_basis="source")
    scene.lawful()


def gym(scene: Scene) -> None:
    """Look-alike: a sports club's fees, of which it pays some back."""
    firm = scene.org("盐城跃动健身有限公司")
    own, people = scene.account(firm, "OWN_GENERAL"), crowd(scene, PEOPLE)
    scene.emit("txt.items", "web:patrol", DAY - 1, 36_000, party=firm, kind="ad", text="年卡八折，会员专享团课")
    collect(scene, own, people, 120_000, "FEE")
    for number in range(3):
        scene.pay(DAY + 9, hms(15, number), own, people[number], 120_000, flow_class="REFUND", class_basis="source")
    scene.lawful()


SCENES = (
    ("ins01.premiums", "INS-01", "clean", premiums),
    ("ins01.club", "INS-01", "membership-fee", club),
    ("ins01.diverted", "INS-01", "own-account-of-insurer", diverted),
    ("ins01.broker", "INS-01", "lookalike:licensed-broker", broker),
    ("ins01.group", "INS-01", "lookalike:group-policy", group_policy),
    ("ins01.gym", "INS-01", "lookalike:sports-club", gym),
)
