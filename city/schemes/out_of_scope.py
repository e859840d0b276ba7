"""ILF-06 超范围金融业务: bodies without a licence take, lend and guarantee (catalogue §4.6)."""

from typing import Any

from chuantou.city.scene import Scene, hms

DAY = 25
PEOPLE, EACH = 12, 2_000_000
MAY = ("ILF-01", "ILF-02", "ILF-03", "REG-01", "REG-02", "REG-04", "AM-01", "AD-04", "FLOW-02")


class Body:
    """A company, its account, and what people have to do with it."""

    def __init__(self, scene: Scene, name: str, sector: str = "ILF", region: str = "320902", **fields: Any) -> None:
        self.scene, self.party = scene, scene.org(name, sector, region, **fields)
        self.account = scene.account(self.party, "OWN_BASIC")

    def take(self, people: int = PEOPLE, purse: str | None = None, basis: str = "order", flow: str = "INVEST_IN") -> list[str]:
        """One investor a day; returns their parties."""
        persons = [self.scene.person() for _ in range(people)]
        for number, person in enumerate(persons):
            self.scene.pay(DAY + number, hms(10), self.scene.account(person), purse or self.account, EACH, flow_class=flow,
                           class_basis=basis, order_id=f"{self.scene.namespace}-{number}")  # fmt: skip
        return persons

    def lend(self, borrowers: int, payer: str | None = None, interest: int = 40_000) -> None:
        """Loans of 20,000 yuan, and interest a month later."""
        for number in range(borrowers):
            account = self.scene.account(self.scene.person())
            loan = {"flow_class": "LOAN_OUT", "class_basis": "source"}
            self.scene.pay(DAY + number, hms(11), payer or self.account, account, EACH, **loan)
            if interest:
                self.scene.pay(DAY + 30 + number, hms(11), account, self.account, interest, flow_class="REPAY_INT",
                               class_basis="source")  # fmt: skip

    def must(self, day: int, severity: str = "orange", **values: int) -> None:
        self.scene.must(self.party, severity, {name: (value, value) for name, value in values.items()}, (DAY, day))
        self.scene.may(MAY)


def wealth_manager(scene: Scene) -> None:
    """A wealth manager takes its customers' money on its own account."""
    body = Body(scene, "盐城鼎盛第三方理财有限公司")
    body.take()
    body.must(DAY + PEOPLE, limb=1, n_people=PEOPLE, amount_fen=PEOPLE * EACH)


def lends(scene: Scene) -> None:
    """An investment adviser lends its own money at 2 % a month."""
    body = Body(scene, "盐城恒通投资咨询有限公司", region="320903")
    body.lend(6)
    body.must(DAY + 40, limb=2, n_people=6, amount_fen=6 * EACH, income_fen=240_000)


def guarantees(scene: Scene) -> None:
    """A non-financing guarantor takes fees from borrowers and pays their lenders."""
    body = Body(scene, "盐城信达非融资性担保有限公司", region="320904")
    for number in range(6):
        borrower, lender = (scene.account(scene.person()) for _ in range(2))
        scene.pay(DAY + number, hms(10), borrower, body.account, 60_000, flow_class="FEE", class_basis="source")
        scene.pay(DAY + 30 + number, hms(10), body.account, lender, EACH, flow_class="COMPENSATE_3P", class_basis="source")
    body.must(DAY + 40, limb=3, n_people=6, amount_fen=6 * EACH, income_fen=360_000)


def by_a_sister(scene: Scene) -> None:
    """Evasion: half of the customers pay a sister firm of the same owner."""
    body = Body(scene, "盐城颐乐养老服务有限公司", "OTHER", "320921")
    sister, owner = Body(scene, "盐城颐乐健康管理有限公司", "OTHER", "320921"), scene.person()
    for firm in (body.party, sister.party):
        scene.owns(owner, firm, 1_000_000)
    body.take(7)
    sister.take(5)
    body.must(DAY + PEOPLE, limb=1, n_people=PEOPLE, amount_fen=PEOPLE * EACH)


def private_account(scene: Scene) -> None:
    """Evasion: the money goes to the private account of the owner."""
    body = Body(scene, "盐城聚源财富管理有限公司", region="320922")
    owner = scene.person()
    scene.owns(owner, body.party, 1_000_000)
    body.take(purse=scene.account(owner))
    body.must(DAY + PEOPLE, limb=1, n_people=PEOPLE)


def lends_through_a_sister(scene: Scene) -> None:
    """Evasion: a trading firm of the same owner pays the loans out, the adviser takes the interest."""
    body = Body(scene, "盐城聚财商务咨询有限公司", region="320923")
    sister, owner = Body(scene, "盐城聚财商贸有限公司", "OTHER", "320923"), scene.person()
    for firm in (body.party, sister.party):
        scene.owns(owner, firm, 1_000_000)
    body.lend(6, sister.account)
    scene.must(sister.party, "orange", {"limb": (2, 2), "n_people": (6, 6)}, (DAY, DAY + 40))
    scene.may(MAY)


def nine(scene: Scene) -> None:
    """Look-alike: nine friends invest in a workshop."""
    Body(scene, "盐城木语家具工作室有限公司", "OTHER").take(9)
    scene.lawful()


def occasional_loans(scene: Scene) -> None:
    """Look-alike: a manufacturer helps four customers with loans at interest, and eight without any."""
    body = Body(scene, "盐城东方机械制造有限公司", "OTHER")
    body.lend(4)
    body.lend(8, interest=0)
    scene.lawful()


def pawn_shop(scene: Scene) -> None:
    """Look-alike: a registered pawn shop lends on pledges."""
    Body(scene, "盐城诚信典当有限公司").lend(8)
    scene.lawful()


def microloan(scene: Scene) -> None:
    """Look-alike: a licensed small-loan company."""
    body = Body(scene, "盐城惠农小额贷款有限公司", "OTHER")
    scene.licence(body.party, "microloan")
    body.lend(8)
    scene.lawful()


def private_fund(scene: Scene) -> None:
    """Look-alike: a filed private fund's raising account, designated by its custodian."""
    body = Body(scene, "盐城远见股权投资管理有限公司", "AM")
    scene.licence(body.party, "private_fund")
    body.take(purse=scene.account(body.party, "FUND_RAISE", role_basis="designated"))
    scene.lawful()


def staff_and_owners(scene: Scene) -> None:
    """Look-alike: six of the staff and six registered shareholders put money into their own firm."""
    body = Body(scene, "盐城合力信息咨询有限公司")
    persons = body.take(12)
    for number, person in enumerate(persons):
        if number < 6:
            account = scene.account(person)
            for month in (0, 1, 2):
                scene.pay(10 + 30 * month, hms(15, number), body.account, account, 600_000 + 1_000 * number, flow_class="PAYROLL",
                          class_basis="source")  # fmt: skip
        else:
            scene.owns(person, body.party, 160_000)
    scene.lawful()


def members_cards(scene: Scene) -> None:
    """Look-alike: a gym sells its members cards that are used there alone."""
    Body(scene, "盐城动力健身会员服务有限公司", "OTHER").take(30, basis="source", flow="OTHER")
    scene.lawful()


SCENES = tuple(
    (f"ilf06.{name}", "ILF-06", variant, play)
    for name, variant, play in (
        ("wealth", "clean", wealth_manager),
        ("lends", "clean", lends),
        ("guarantee", "clean", guarantees),
        ("sister", "by-a-sister", by_a_sister),
        ("private", "private-account", private_account),
        ("lends-sister", "lends-through-a-sister", lends_through_a_sister),
        ("nine", "lookalike:nine-friends", nine),
        ("occasional", "lookalike:occasional-loans", occasional_loans),
        ("pawn", "lookalike:pawn-shop", pawn_shop),
        ("microloan", "lookalike:licensed-lender", microloan),
        ("fund", "lookalike:private-fund", private_fund),
        ("inside", "lookalike:staff-and-shareholders", staff_and_owners),
        ("cards", "lookalike:single-purpose-cards", members_cards),
    )
)
