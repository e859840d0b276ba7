"""ILF-05 提成层级: members pay in, and everybody above them is paid a share of it (catalogue §4.6)."""

from typing import Any

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 20
TOPS, MIDS, LEAVES = 3, 9, 27
PEOPLE = TOPS + MIDS + LEAVES
FIRST, SECOND = 60_000, 25_000  # ppm of an investment for the recruiter, and for the one above him
MAY = ("ILF-01", "ILF-02", "ILF-06", "REG-01", "AM-01")


class Members:
    """Three persons, three below each, three below each of those; amounts are whole thousands of yuan."""

    def __init__(self, scene: Scene, body: str, purse: str, flow: str | None = "INVEST_IN", **fields: Any) -> None:
        self.scene, self.body, self.purse = scene, body, purse
        self.flow = {"flow_class": flow, "class_basis": "order"} if flow else {}
        self.fields = fields
        self.accounts = [scene.account(scene.person()) for _ in range(PEOPLE)]
        self.fen = [(5 + scene.random.randrange(36)) * 100_000 for _ in self.accounts]

    @staticmethod
    def above(number: int) -> int:
        """Who brought a member; negative for a top."""
        return (number - TOPS) // 3

    def day(self, number: int) -> int:
        return DAY + number // 3

    def order(self, number: int) -> str:
        return f"{self.scene.namespace}-{number}"

    def invest(self) -> None:
        """Everybody pays in by an order of his own."""
        for number, account in enumerate(self.accounts):
            self.scene.pay(self.day(number), hms(10, number % 3), account, self.purse, self.fen[number],
                           order_id=self.order(number), **self.flow)  # fmt: skip

    def reward(self, payer: str, levels: int = 2, **fields: Any) -> None:
        """In the afternoon the recruiter gets his share of each order, and the one above him his."""
        for number in range(PEOPLE):
            upline = number
            for rate in (FIRST, SECOND)[:levels]:
                if upline < TOPS:
                    break
                upline = self.above(upline)
                self.scene.pay(self.day(number), hms(16, number % 3), payer, self.accounts[upline],
                               self.fen[number] * rate // 1_000_000, order_id=self.order(number), **fields)  # fmt: skip

    def must(self, **values: int) -> None:
        told = {"n_participants": PEOPLE, "levels": 3, "n_uplines": TOPS + MIDS, "raised_fen": sum(self.fen)} | values
        bounds = {name: (value, value) for name, value in told.items()} | {"r2_ppm": (800_000, 1_000_000)}
        self.scene.must(self.body, "orange", bounds, (DAY, DAY + 30))
        self.scene.may(MAY)


def company(scene: Scene, region: str = "320902", name: str = "盐城共赢财富管理有限公司") -> tuple[str, str]:
    body = scene.org(name, "ILF", region)
    return body, scene.account(body, "OWN_BASIC")


def by_orders(scene: Scene) -> None:
    """A wealth manager pays two levels of recruiters for each order."""
    members = Members(scene, *company(scene))
    members.invest()
    members.reward(members.purse, flow_class="FEE", class_basis="source")
    members.must()


def sister_firm(scene: Scene) -> None:
    """Evasion: a consultancy of the same owner pays the commissions as wages."""
    body, purse = company(scene, "320903")
    sister, owner = scene.org("盐城共赢企业咨询有限公司", region="320903"), scene.person()
    for firm in (body, sister):
        scene.owns(owner, firm, 1_000_000)
    members = Members(scene, body, purse)
    members.invest()
    members.reward(scene.account(sister, "OWN_BASIC"), flow_class="PAYROLL", class_basis="source")
    members.must()


def hand_to_hand(scene: Scene) -> None:
    """Evasion: money goes from hand to hand up to the company; each keeps 3 %, and the company pays only the tops."""
    body, purse = company(scene, "320904")
    members = Members(scene, body, purse)
    scene.random.shuffle(members.fen)
    held = list(members.fen)
    for number in reversed(range(TOPS, PEOPLE)):
        upline = members.above(number)
        fen = held[number] if number >= TOPS + MIDS else held[number] - kept(members, number, held)
        scene.pay(DAY, hms(22) - 900 * number // 2, members.accounts[number], members.accounts[upline], fen)
        held[upline] += fen
    for top in range(TOPS):
        fen = held[top] - kept(members, top, held)
        scene.pay(DAY + 1, hms(10, top), members.accounts[top], purse, fen, **members.flow)
        scene.pay(DAY + 2, hms(10, top), purse, members.accounts[top], fen * 2 // 100)
    values = {"n_participants": (PEOPLE, PEOPLE), "levels": (3, 3), "r2_ppm": (800_000, 1_000_000)}
    scene.must(body, "orange", values, (DAY + 2, DAY + 2))
    scene.may(MAY)


def kept(members: Members, number: int, held: list[int]) -> int:
    """3 % of what he collected."""
    return (held[number] - members.fen[number]) * 3 // 100


def shared_out(scene: Scene) -> None:
    """Evasion: no order is named; the company pays the tops, they share it with the next, and so on down."""
    members = Members(scene, *company(scene, "320921"))
    members.invest()
    day = DAY + 14
    below = [sum(members.fen[n] for n in range(PEOPLE) if members.above(n) == number) for number in range(PEOPLE)]
    for number in reversed(range(TOPS)):
        team = below[number] + sum(below[n] for n in range(PEOPLE) if members.above(n) == number)
        scene.pay(day, hms(9, number), members.purse, members.accounts[number], team * 6 // 100)
    for number in range(TOPS, PEOPLE):
        fen = below[number] * 5 // 100 if number < TOPS + MIDS else 20_000
        scene.pay(day + (number >= TOPS + MIDS), hms(15, number), members.accounts[members.above(number)],
                  members.accounts[number], fen)  # fmt: skip
    members.must()


def private_organiser(scene: Scene) -> None:
    """Evasion: no company; a person takes the money on his own account, and he is a level himself."""
    person = scene.person(reg_region="320922", op_region="320922")
    scene.region_of[person] = "320922"
    members = Members(scene, person, scene.account(person))
    members.invest()
    members.reward(members.purse)
    members.must(n_participants=PEOPLE + 1, levels=4)


def insurance_agents(scene: Scene) -> None:
    """Look-alike: a licensed broker's agents and their managers are paid for each policy."""
    broker = scene.org("盐城安泰保险经纪有限公司", "INS")
    scene.licence(broker, "insurance_broker")
    insurer = scene.org("江苏泰和人寿保险股份有限公司", "INS")
    scene.licence(insurer, "insurance")
    premiums = scene.account(insurer, "INSURER_PREMIUM", role_basis="designated")
    members = Members(scene, broker, premiums, "PREMIUM")
    members.invest()
    members.reward(scene.account(broker, "OWN_BASIC"), flow_class="FEE", class_basis="source")
    scene.lawful()


def goods(scene: Scene) -> None:
    """Look-alike: staff and their leaders are paid for the kitchens they sell."""
    firm = scene.org("盐城美家厨具有限公司")
    members = Members(scene, firm, scene.account(firm, "MERCHANT_SETTLE", role_basis="registry"), None)
    members.invest()
    members.reward(scene.account(firm, "OWN_BASIC"), flow_class="PAYROLL", class_basis="source")
    scene.lawful()


def fund_sales(scene: Scene) -> None:
    """Look-alike: a licensed fund seller pays advisers and team leaders by order; the money is in the raising account."""
    seller = scene.org("盐城汇众基金销售有限公司", "AM")
    for kind in ("fund_sales", "fund"):
        scene.licence(seller, kind)
    members = Members(scene, seller, scene.account(seller, "FUND_RAISE", role_basis="designated"))
    members.invest()
    members.reward(scene.account(seller, "OWN_BASIC"), flow_class="PAYROLL", class_basis="source")
    scene.lawful()


def refer_a_friend(scene: Scene) -> None:
    """Look-alike: a lending platform thanks whoever brings a friend, and nobody above him."""
    platform = LendingPlatform(scene, sub_ledgers=False)
    members = Members(scene, platform.party, platform.master)
    members.invest()
    members.reward(platform.own, 1, flow_class="BONUS", class_basis="source")
    scene.lawful()


SCENES = tuple(
    (f"ilf05.{name}", "ILF-05", variant, play)
    for name, variant, play in (
        ("orders", "clean", by_orders),
        ("sister", "sister-firm-pays", sister_firm),
        ("hands", "hand-to-hand", hand_to_hand),
        ("shared", "shared-out", shared_out),
        ("person", "private-organiser", private_organiser),
        ("agents", "lookalike:insurance-agents", insurance_agents),
        ("goods", "lookalike:goods-by-staff", goods),
        ("funds", "lookalike:licensed-fund-sales", fund_sales),
        ("friend", "lookalike:refer-a-friend", refer_a_friend),
    )
)
