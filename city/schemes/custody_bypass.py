"""P2P-16 绕过存管: clients pay, and are paid, past the designated custodian (catalogue §4.1)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

CLIENTS, EACH, PAST = 10, 5_000_000, 1_500_000
DAY = 20
MAY = ("P2P-01", "P2P-02", "P2P-09", "P2P-15", "P2P-18", "P2P-20", "ILF-02", "ILF-04", "ILF-06", "REG-01", "REG-04", "REG-06",
       "AM-01")  # fmt: skip


class Desk:
    """Ten clients, 50,000 yuan each in custody."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, sub_ledgers=False, region=region)
        self.clients = [self.platform.client().bank for _ in range(CLIENTS)]
        self.invest(DAY, self.platform.master, EACH)

    def invest(self, day: int, account: str, each: int) -> None:
        for number, client in enumerate(self.clients):
            self.scene.pay(day, hms(9, number), client, account, each, flow_class="INVEST_IN", class_basis="order",
                           order_id=f"{self.scene.namespace}-{day}-{number}")  # fmt: skip

    def told(self, severity: str, bypass: int, day: int) -> None:
        ratio = bypass * 1_000_000 // (bypass + CLIENTS * EACH)
        values = {"bypass_fen": (bypass, bypass), "bypass_ratio_ppm": (ratio, ratio), "n_investors": (CLIENTS, CLIENTS)}
        self.scene.must(self.platform.party, severity, values, (day, day))
        self.scene.may(MAY)


def own_account(scene: Scene) -> None:
    """15,000 yuan of each client go to the platform's general account: 23 %."""
    desk = Desk(scene)
    desk.invest(DAY + 3, scene.account(desk.platform.party, "OWN_GENERAL", 0), PAST)
    desk.told("red", CLIENTS * PAST, DAY + 3)


def stranger(scene: Scene) -> None:
    """Evasion: an outsider collects and hands everything over next day."""
    desk = Desk(scene, "320903")
    account = scene.account(scene.person(), "PERSONAL_I", 0)
    for number, client in enumerate(desk.clients):
        scene.pay(DAY + 3, hms(9, number), client, account, PAST, flow_class="INVEST_IN", class_basis="order",
                  order_id=f"{scene.namespace}-x{number}")  # fmt: skip
    scene.pay(DAY + 4, hms(10), account, desk.platform.own, CLIENTS * PAST)
    desk.told("red", CLIENTS * PAST, DAY + 4)


def returns(scene: Scene) -> None:
    """Evasion: returns are paid out of the platform's own account."""
    desk = Desk(scene, "320904")
    for number, client in enumerate(desk.clients):
        scene.pay(DAY + 10, hms(9, number), desk.platform.own, client, PAST, flow_class="RETURN_INT", class_basis="source")
    desk.told("red", CLIENTS * PAST, DAY + 10)


def capital(scene: Scene) -> None:
    """Look-alike: shareholders pay capital in, and a fee leaves custody."""
    desk = Desk(scene)
    shareholder = scene.account(desk.platform.controller, "PERSONAL_I")
    scene.pay(DAY + 2, hms(11), shareholder, desk.platform.own, 50_000_000, flow_class="CAPITAL_IN", class_basis="source")
    scene.pay(DAY + 3, hms(11), desk.platform.master, desk.platform.own, 500_000, flow_class="FEE", class_basis="source")
    scene.lawful()


SCENES = (
    ("p2p16.own", "P2P-16", "clean", own_account),
    ("p2p16.stranger", "P2P-16", "forwarded", stranger),
    ("p2p16.returns", "P2P-16", "paid-from-elsewhere", returns),
    ("p2p16.capital", "P2P-16", "lookalike:capital-and-fees", capital),
)
