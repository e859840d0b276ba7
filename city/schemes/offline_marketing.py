"""P2P-11 线下营销: groups led to a counter, shops with card terminals, salesmen paid by what they bring (catalogue §4.1)."""

from chuantou.city.book import BANKS, COUNTIES
from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 15
PEOPLE, EACH = 10, 3_000_000
MAY = ("P2P-01", "P2P-02", "P2P-09", "P2P-15", "P2P-16", "P2P-18", "P2P-20", "AD-03", "AD-04", "ILF-02", "ILF-05", "REG-04",
       "AM-01")  # fmt: skip


class Desk:
    """A platform with custody and investors in the counties."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, sub_ledgers=False, region=region)
        self.orders = 0

    def invest(self, day: int, fen: int, county: str, **fields: str) -> None:
        """A payment into custody for a product; from ten o'clock on, a minute after the one before."""
        self.orders += 1
        account = self.scene.account(self.scene.person(), branch_region=county)
        fields = {"debtor_bank": self.scene.book.accounts[account].bank} | fields
        self.scene.pay(day, hms(10, self.orders % 60, self.orders // 60), account, self.platform.master, fen,
                       flow_class="INVEST_IN", class_basis="order", order_id=f"{self.scene.namespace}-{self.orders}",
                       **fields)  # fmt: skip

    def groups(self, days: int, people: int = PEOPLE, **fields: str) -> None:
        for day in range(days):
            for _ in range(people):
                self.invest(DAY + 3 * day, EACH, "320981", **fields)

    def salesmen(self, payer: str, percent: int) -> None:
        """Twelve persons in four counties; the money of each county is the double of the one before."""
        for place, county in enumerate(COUNTIES[:4]):
            for _ in range(4):
                self.invest(DAY + place, EACH << place, county)
            for number in range(3):
                account = self.scene.account(self.scene.person(), branch_region=county)
                fen = 4 * (EACH << place) * percent // 100 if percent else 400_000 + 30_000 * number
                self.scene.pay(DAY + 20, hms(15), payer, account, fen, flow_class="PAYROLL", class_basis="source")

    def shops(self, counties: int) -> None:
        for county in COUNTIES[:counties]:
            landlord = self.scene.account(self.scene.org("盐城临街商铺管理有限公司"), "OWN_BASIC", branch_region=county)
            self.scene.pay(DAY + 1, hms(15), self.platform.own, landlord, 900_000, flow_class="RENT", class_basis="source")

    def says(self, text: str) -> None:
        self.scene.emit("txt.items", "web:patrol", DAY, hms(8), party=self.platform.party, kind="ad", text=text)

    def told(self, severity: str, signs: dict[str, int], day: int) -> None:
        values = {"limbs": (2, 2), **{name: (value, value) for name, value in signs.items()}}
        self.scene.must(self.platform.party, severity, values, (day, day))
        self.scene.may(MAY)


def groups(scene: Scene) -> None:
    """Ten people at one bank counter on three days, after an advert for a meeting."""
    desk = Desk(scene)
    desk.says("财富宣讲会，周六上午，到场有礼，名额有限")
    desk.groups(3, channel="counter", debtor_bank=BANKS[1])
    desk.told("orange", {"n_investors": 30, "gathered_fen": 30 * EACH, "n_texts": 1}, DAY + 6)


def shops(scene: Scene) -> None:
    """Evasion: no adverts; rented shops in three counties, in one of them a terminal."""
    desk = Desk(scene, "320903")
    desk.groups(3, channel="pos", device=f"{scene.namespace}-T1")
    desk.shops(3)
    desk.told("orange", {"n_investors": 30, "rent_counties": 3}, DAY + 6)


def agents(scene: Scene) -> None:
    """Evasion: “independent” agents whom the controller's firm pays 2 % of what their county brings."""
    desk = Desk(scene, "320904")
    firm = scene.org("盐城众联信息咨询有限公司")
    scene.owns(desk.platform.controller, firm, 1_000_000)
    desk.salesmen(scene.account(firm, "OWN_BASIC"), 2)
    desk.shops(3)
    desk.told("orange", {"n_salesmen": 12, "rent_counties": 3}, DAY + 20)


def field_staff(scene: Scene) -> None:
    """Look-alike: loan officers on fixed pay, and offices in four counties."""
    desk = Desk(scene)
    desk.salesmen(desk.platform.own, 0)
    desk.shops(4)
    scene.lawful()


def counter(scene: Scene) -> None:
    """Look-alike: people who pay at the counter, of their own will."""
    desk = Desk(scene)
    desk.groups(4, channel="counter", debtor_bank=BANKS[2])
    scene.lawful()


def phones(scene: Scene) -> None:
    """Look-alike: many customers of one bank on the same days by their phones; the platform warns of meetings."""
    desk = Desk(scene)
    desk.says("谨防冒用本平台名义的“宣讲会”骗局")
    desk.groups(3, channel="mobile", debtor_bank=BANKS[3])
    desk.shops(2)
    scene.lawful()


SCENES = (
    ("p2p11.groups", "P2P-11", "clean", groups),
    ("p2p11.shops", "P2P-11", "shops-without-adverts", shops),
    ("p2p11.agents", "P2P-11", "independent-agents", agents),
    ("p2p11.staff", "P2P-11", "lookalike:field-staff", field_staff),
    ("p2p11.counter", "P2P-11", "lookalike:counter", counter),
    ("p2p11.phones", "P2P-11", "lookalike:phones", phones),
)
