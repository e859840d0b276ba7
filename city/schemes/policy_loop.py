"""INS-04 借道保险集资: policies that are only a way to a collector, and policies given up for good reasons (catalogue §4.8)."""

from chuantou.city.scene import Scene, hms

DAY = 30
PEOPLE, OTHERS = 6, 5
PREMIUM_FEN = 3_000_000


class Agency:
    """A licensed insurer, six people who buy policies, and a firm that collects from five others too."""

    def __init__(self, scene: Scene, region: str = "320902", others: int = OTHERS) -> None:
        self.scene = scene
        self.insurer = scene.org(f"盐城{scene.namespace}人寿保险有限公司", "INS", region, watched=True)
        scene.licence(self.insurer, "insurance")
        self.premiums = scene.account(self.insurer, "INSURER_PREMIUM", role_basis="registry")
        self.firm = scene.org(f"盐城{scene.namespace}财富咨询有限公司", "OTHER", region)
        self.pot = scene.account(self.firm, "OWN_GENERAL")
        self.people = [scene.person() for _ in range(PEOPLE)]
        self.purse = [scene.account(person, opening_fen=PREMIUM_FEN) for person in self.people]
        for number, purse in enumerate(self.purse):
            scene.pay(DAY, hms(9, number), purse, self.premiums, PREMIUM_FEN, flow_class="PREMIUM", class_basis="order",
                      order_id=f"{scene.namespace}-{number}")  # fmt: skip
        for number in range(others):
            self.invest(DAY + 2, number, scene.account(scene.person()), 800_000)

    def back(self, day: int, number: int, fen: int, flow_class: str = "WITHDRAW", payee: str | None = None) -> None:
        self.scene.pay(day, hms(10, number), self.premiums, payee or self.purse[number], fen, flow_class=flow_class,
                       class_basis="source")  # fmt: skip

    def invest(self, day: int, number: int, payer: str, fen: int, payee: str | None = None) -> None:
        self.scene.pay(day, hms(15, number), payer, payee or self.pot, fen)

    def told(self, severity: str, collected_fen: int, day: int) -> None:
        """The collector at ``severity``, the insurer yellow."""
        for subject, colour in ((self.firm, severity), (self.insurer, "yellow")):
            values = {"collected_fen": (collected_fen, collected_fen), "n_people": (PEOPLE, PEOPLE)}
            self.scene.must(subject, colour, values, (day, day))


def surrender(scene: Scene) -> None:
    """Surrendered after ten days, and two days later with the firm."""
    agency = Agency(scene)
    for number, purse in enumerate(agency.purse):
        agency.back(DAY + 10, number, 2_700_000)
        agency.invest(DAY + 12, number, purse, 2_600_000)
    agency.told("orange", PEOPLE * 2_600_000, DAY + 12)


def kin(scene: Scene) -> None:
    """Evasion: policy loans spread over kin, who pay the firm."""
    agency = Agency(scene, "320903")
    for number, person in enumerate(agency.people):
        relative = scene.person()
        scene.emit("own.events", "registry:jiangsu", -30, 36_000, type="KIN", party=person, holder=relative)
        account = scene.account(relative, opening_fen=0)
        agency.back(DAY + 8, number, 2_600_000, "LOAN_OUT")
        scene.pay(DAY + 9, hms(10, number), agency.purse[number], account, 2_500_000)
        agency.invest(DAY + 11, number, account, 2_400_000)
    agency.told("orange", PEOPLE * 2_400_000, DAY + 11)


def hardship(scene: Scene) -> None:
    """Look-alike: policy loans for what cannot wait, each paid to another."""
    agency = Agency(scene, others=0)
    for number, purse in enumerate(agency.purse):
        agency.back(DAY + 20, number, 2_600_000, "LOAN_OUT")
        agency.invest(DAY + 22, number, purse, 2_500_000, scene.account(scene.org(f"盐城第{number + 1}医院"), "OWN_BASIC"))
    scene.lawful()


def second_thoughts(scene: Scene) -> None:
    """Look-alike: policies given back within the first days; the money stays where it was."""
    agency = Agency(scene)
    for number in range(PEOPLE):
        agency.back(DAY + 9, number, PREMIUM_FEN, "REFUND")
    scene.lawful()


def hailstorm(scene: Scene) -> None:
    """Look-alike: claims in the first month, and one garage that repairs all the cars."""
    agency = Agency(scene, others=0)
    garage = scene.account(scene.org("盐城顺达汽车修理有限公司"), "OWN_BASIC")
    for number, purse in enumerate(agency.purse):
        agency.back(DAY + 10, number, 2_700_000, "CLAIM_PAY")
        agency.invest(DAY + 12, number, purse, 2_600_000, garage)
    scene.lawful()


SCENES = (
    ("ins04.surrender", "INS-04", "clean", surrender),
    ("ins04.kin", "INS-04", "spread-over-kin", kin),
    ("ins04.hardship", "INS-04", "lookalike:hardship-loans", hardship),
    ("ins04.thoughts", "INS-04", "lookalike:second-thoughts", second_thoughts),
    ("ins04.hail", "INS-04", "lookalike:claims", hailstorm),
)
