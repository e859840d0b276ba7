"""INS-03 保险公司防火墙: insurers that feed their own firms, and those that pay for services (catalogue §4.8)."""

from chuantou.city.scene import Scene, hms

DAY = 28
PEOPLE = 8


class Insurer:
    """A watched insurer with premiums of eight people, own money, and the e-commerce firm that it owns."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.party = scene.org(f"盐城{scene.namespace}人寿保险有限公司", "INS", region, watched=True)
        scene.licence(self.party, "insurance")
        self.firm = scene.org(f"盐城{scene.namespace}电子商务有限公司", "OTHER", region)
        scene.owns(self.party, self.firm, 1_000_000)
        self.premiums = scene.account(self.party, "INSURER_PREMIUM", role_basis="registry")
        self.own, self.purse = scene.account(self.party, "OWN_BASIC"), scene.account(self.firm, "OWN_BASIC")
        for number in range(PEOPLE):
            policy = {"flow_class": "PREMIUM", "class_basis": "order", "order_id": f"{scene.namespace}-{number}"}
            scene.pay(DAY - 2, hms(10, number), scene.account(scene.person()), self.premiums, 600_000, **policy)

    def pay(self, day: int, fen: int, flow_class: str | None = None, payer: str | None = None) -> None:
        says = {"flow_class": flow_class, "class_basis": "source"} if flow_class else {}
        self.scene.pay(day, hms(11), payer or self.own, self.purse, fen, **says)

    def told(self, severity: str, values: dict[str, int], day: int) -> None:
        self.scene.must(self.party, severity, {name: (value, value) for name, value in values.items()}, (day, day))


def plain(scene: Scene) -> None:
    """Three payments to its own firm within the month, for nothing that is told."""
    insurer = Insurer(scene)
    for day in (DAY, DAY + 8, DAY + 16):
        insurer.pay(day, 45_000_000)
    insurer.told("red", {"outside_fen": 135_000_000, "n_payments": 3}, DAY + 16)


def prepaid(scene: Scene) -> None:
    """Evasion: advertising is prepaid by the bank's code and comes back after a month and a half."""
    insurer = Insurer(scene, "320903")
    insurer.pay(DAY, 120_000_000, "SUPPLIER")
    scene.pay(DAY + 45, hms(15), insurer.purse, insurer.own, 110_000_000)
    insurer.told("red", {"outside_fen": 120_000_000, "returned_fen": 120_000_000}, DAY + 45)


def premiums(scene: Scene) -> None:
    """Evasion: less than a million, but clients' premiums."""
    insurer = Insurer(scene, "320904")
    insurer.pay(DAY, 4_000_000, payer=insurer.premiums)
    insurer.told("yellow", {"premium_fen": 4_000_000, "premium_prorata_fen": 4_000_000}, DAY)


def services(scene: Scene) -> None:
    """Look-alike: service fees by the bank's code, a tenth of one refunded."""
    insurer = Insurer(scene)
    for day in (DAY, DAY + 30, DAY + 60):
        insurer.pay(day, 80_000_000, "FEE")
    scene.pay(DAY + 40, hms(15), insurer.purse, insurer.own, 8_000_000, flow_class="REFUND", class_basis="source")
    scene.lawful()


def capital(scene: Scene) -> None:
    """Look-alike: capital paid in, and a claim of the firm as a policyholder."""
    insurer = Insurer(scene)
    insurer.pay(DAY, 300_000_000, "CAPITAL_IN")
    insurer.pay(DAY + 10, 3_000_000, "CLAIM_PAY", insurer.premiums)
    scene.lawful()


def small(scene: Scene) -> None:
    """Look-alike: small sums of own money."""
    insurer = Insurer(scene)
    for day in (DAY, DAY + 12):
        insurer.pay(day, 40_000_000)
    scene.lawful()


SCENES = (
    ("ins03.plain", "INS-03", "clean", plain),
    ("ins03.prepaid", "INS-03", "returned-prepayment", prepaid),
    ("ins03.premiums", "INS-03", "premiums-below-the-line", premiums),
    ("ins03.services", "INS-03", "lookalike:service-fee", services),
    ("ins03.capital", "INS-03", "lookalike:capital", capital),
    ("ins03.small", "INS-03", "lookalike:small-sums", small),
)
