"""AM-05 集团防火墙: groups of several licences whose members stand in for each other, and groups that keep apart (§4.9)."""

from chuantou.city.scene import Scene, hms

DAY = 25
LOOP_FEN = 300_000_000
CLIENTS = 6


class Group:
    """A holding with a watched fund manager, a guarantor and a trading firm; one account each."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.head = scene.org(f"盐城{scene.namespace}控股集团有限公司", "OTHER", region)
        self.fund = scene.org(f"盐城{scene.namespace}基金管理有限公司", "AM", region, watched=True)
        self.guarantor = scene.org(f"盐城{scene.namespace}融资担保有限公司", "GUARANTEE", region)
        self.firm = scene.org(f"盐城{scene.namespace}贸易有限公司", "OTHER", region)
        for member in (self.fund, self.guarantor, self.firm):
            scene.owns(self.head, member, 800_000)
        scene.licence(self.fund, "private_fund")
        scene.licence(self.guarantor, "guarantee")
        members = (self.head, self.fund, self.guarantor, self.firm)
        self.purse = {member: scene.account(member, "OWN_GENERAL") for member in members}

    def round(self, path: list[str], day: int, flow_class: str | None = None) -> None:
        """Money along the accounts and back, a day apart, one per cent less each time."""
        says = {"flow_class": flow_class, "class_basis": "source"} if flow_class else {}
        for hop, (payer, payee) in enumerate(zip(path, path[1:] + path[:1])):
            self.scene.pay(day + hop, hms(10 + hop), payer, payee, LOOP_FEN - LOOP_FEN * hop // 100, **says)

    def told(self, severity: str, values: dict[str, int], day: int) -> None:
        for subject in (self.fund, self.head):
            self.scene.must(subject, severity, {name: (value, value) for name, value in values.items()}, (day, day))


def rounds(scene: Scene) -> None:
    """Three million yuan go round three members twice."""
    group = Group(scene)
    path = [group.purse[member] for member in (group.fund, group.guarantor, group.firm)]
    for day in (DAY, DAY + 8):
        group.round(path, day)
    group.told("red", {"members": 4, "circular_fen": 2 * (LOOP_FEN * 98 // 100), "n_loops": 2}, DAY + 10)


def friend(scene: Scene) -> None:
    """Evasion: a firm at the manager's address stands in the loop."""
    group = Group(scene, "320903")
    firm = scene.org("盐城友邻商务有限公司", "OTHER", "320903")
    scene.emit("own.events", "registry:jiangsu", -30, 36_000, type="SAME_ADDRESS", party=group.fund, holder=firm)
    path = [group.purse[group.fund], scene.account(firm, "OWN_GENERAL"), group.purse[group.guarantor]]
    for day in (DAY, DAY + 8):
        group.round(path, day)
    group.told("red", {"circular_fen": 2 * (LOOP_FEN * 98 // 100), "n_loops": 2}, DAY + 10)


def crossing(scene: Scene) -> None:
    """Evasion: no loop; what clients paid to the manager ends on the trading firm's account."""
    group = Group(scene, "320904")
    pot = scene.account(group.fund, "OWN_GENERAL")
    for number in range(CLIENTS):
        scene.pay(DAY, hms(10, number), scene.account(scene.person()), pot, 2_000_000, flow_class="INVEST_IN",
                  class_basis="source", product="稳盈一号")  # fmt: skip
    scene.pay(DAY + 2, hms(11), pot, group.purse[group.firm], 9_000_000)
    group.told("red", {"client_fen": 9_000_000, "client_prorata_fen": 9_000_000}, DAY + 2)


def holding(scene: Scene) -> None:
    """A product of the manager holds a member's paper for a quarter of its money."""
    group = Group(scene, "320921")
    for number in range(CLIENTS):
        scene.product(DAY, hms(10, number), group.fund, "SUBSCRIBE", product="稳盈二号", investor=scene.person(),
                      amount_fen=10_000_000, due=scene.book.date(DAY + 360))  # fmt: skip
    scene.product(DAY + 1, hms(10), group.fund, "HOLDING", vehicle="稳盈二号", asset=group.firm, amount_fen=15_000_000)
    group.told("orange", {"exposure_ppm": 250_000}, DAY + 1)


def cash_pool(scene: Scene) -> None:
    """Look-alike: the bank sweeps the members' accounts by its own code."""
    group = Group(scene)
    path = [group.purse[member] for member in (group.head, group.guarantor, group.firm)]
    for day in (DAY, DAY + 8):
        group.round(path, day, "SWEEP")
    scene.lawful()


def capital(scene: Scene) -> None:
    """Look-alike: capital goes down, goods are paid for, and a dividend of two thirds comes back up."""
    group = Group(scene)
    for day in (DAY, DAY + 8):
        ways = ((group.head, group.firm, "CAPITAL_IN", 3), (group.firm, group.guarantor, "SUPPLIER", 3),
                (group.guarantor, group.head, "DIVIDEND", 2))  # fmt: skip
        for hop, (payer, payee, flow_class, thirds) in enumerate(ways):
            scene.pay(day + hop, hms(10 + hop), group.purse[payer], group.purse[payee], LOOP_FEN // 3 * thirds,
                      flow_class=flow_class, class_basis="source")  # fmt: skip
    scene.lawful()


def services(scene: Scene) -> None:
    """Look-alike: a fee for computers, three per cent of what clients paid in; a small holding of a member's bonds."""
    group = Group(scene)
    pot = scene.account(group.fund, "CLIENT_MASTER", role_basis="designated", platform=group.fund,
                        custodian=scene.commons.custodian)  # fmt: skip
    for number in range(CLIENTS):
        scene.pay(DAY, hms(10, number), scene.account(scene.person()), pot, 20_000_000, flow_class="INVEST_IN",
                  class_basis="source", product="稳盈三号")  # fmt: skip
        scene.product(DAY, hms(11, number), group.fund, "SUBSCRIBE", product="稳盈三号", investor=scene.person(),
                      amount_fen=20_000_000, due=scene.book.date(DAY + 360))  # fmt: skip
    scene.pay(DAY + 2, hms(11), pot, group.purse[group.firm], 3_600_000, flow_class="FEE", class_basis="source")
    scene.product(DAY + 3, hms(10), group.fund, "HOLDING", vehicle="稳盈三号", asset=group.firm, amount_fen=8_000_000)
    scene.lawful()


SCENES = (
    ("am05.rounds", "AM-05", "clean", rounds),
    ("am05.friend", "AM-05", "friendly-firm", friend),
    ("am05.crossing", "AM-05", "clients-money-crosses", crossing),
    ("am05.holding", "AM-05", "own-paper-in-product", holding),
    ("am05.pool", "AM-05", "lookalike:cash-pool", cash_pool),
    ("am05.capital", "AM-05", "lookalike:capital-and-dividend", capital),
    ("am05.services", "AM-05", "lookalike:service-fee", services),
)
