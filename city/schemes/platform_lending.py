"""P2P-03 平台放贷: own money on the platform's listings by every route, super-lenders, loans paid out before they are raised."""

from chuantou.city.lending import Client, LendingPlatform
from chuantou.city.scene import Scene, hms

LENT, TERM, DAY = 40_000_000, 90, 20  # fen
LOANS = 10
MAY = ("P2P-01", "P2P-04", "P2P-05", "P2P-09", "P2P-12", "P2P-13", "P2P-15", "P2P-16", "P2P-18", "REG-01", "AM-01")


def offer(platform: LendingPlatform, number: int = 1, day: int = DAY) -> tuple[str, str]:
    """A listing of a company that nobody knows; returns its name and the company's account."""
    scene, listing = platform.scene, f"{platform.scene.namespace}-N{number}"
    borrower = scene.org(f"盐城宏图{number}号贸易有限公司")
    platform.say(day, "LISTING", listing=listing, borrower=borrower, amount_fen=LENT, rate_ppm=90_000, term_days=TERM)
    return listing, scene.account(borrower, "OWN_BASIC")


def pay_out(scene: Scene, payer: str, listing: str, account: str, fen: int = LENT, day: int = DAY) -> None:
    scene.pay(day, hms(16), payer, account, fen, flow_class="LOAN_OUT", class_basis="source", listing=listing)


def told(scene: Scene, platform: LendingPlatform, severity: str, loans: int, fen: int, share: int, day: int = DAY) -> None:
    values = {"n_loans": (loans, loans), "lent_fen": (fen, fen), "own_funded_ppm": (share, share)}
    scene.must(platform.party, severity, values, (day, day))
    scene.may(MAY)


def clean(scene: Scene) -> None:
    """The platform's own account lends 400,000 yuan on a listing."""
    platform = LendingPlatform(scene)
    pay_out(scene, platform.own, *offer(platform))
    told(scene, platform, "orange", 1, LENT, 1_000_000)


def firm_elsewhere(scene: Scene) -> None:
    """Evasion: a company of the controller's, registered in another county, is the lender."""
    platform = LendingPlatform(scene, region="320903")
    firm = scene.org("响水众达实业有限公司", region="320921")
    scene.owns(platform.controller, firm, 900_000)
    pay_out(scene, scene.account(firm, "OWN_BASIC"), *offer(platform))
    told(scene, platform, "orange", 1, LENT, 1_000_000)


def through_investors(scene: Scene) -> None:
    """Evasion: four people's accounts are topped up in the morning; they subscribe at once."""
    platform = LendingPlatform(scene, sub_ledgers=False, region="320904")
    listing, account = offer(platform)
    for number in range(4):
        person = scene.person()
        bank = scene.account(person, "PERSONAL_I", 0)
        scene.pay(DAY, hms(10, number), platform.own, bank, LENT // 4)
        platform.say(DAY, "SUBSCRIBE", investor=person, listing=listing, claim=f"{listing}-C{number}", amount_fen=LENT // 4)
        scene.pay(DAY, hms(11, number), bank, platform.master, LENT // 4, flow_class="INVEST_IN", class_basis="order",
                  listing=listing, order_id=f"{listing}-C{number}")  # fmt: skip
    pay_out(scene, platform.master, listing, account)
    told(scene, platform, "orange", 1, LENT, 1_000_000)


def super_lender(scene: Scene) -> None:
    """Evasion: one person lends first on ten listings, and sells all of it to clients in the week after."""
    platform = LendingPlatform(scene, region="320922")
    lender = platform.client()
    for number in range(LOANS):
        borrower = platform.client(party=scene.org(f"盐城顺和{number + 1}号农业有限公司"))
        loan = platform.lend(DAY + number, borrower, [(lender, 50_000_000)], TERM)
        platform.transfer_claim(DAY + number + 7, loan.claims[0], platform.client())
    # a stranger must sell more than nine tenths: the tenth sale
    told(scene, platform, "red", LOANS, LOANS * 50_000_000, 0, DAY + LOANS - 1 + 7)


def lent_first(scene: Scene) -> None:
    """Evasion: five loans are paid out of custody before their listings are raised two days later."""
    platform = LendingPlatform(scene, sub_ledgers=False, region="320923")
    for number in range(1, 6):
        listing, account = offer(platform, number)
        platform.say(DAY, "DISBURSE", listing=listing, borrower=scene.parties[-1], amount_fen=LENT)
        investor = platform.client()
        scene.pay(DAY + 2, hms(8, number), investor.bank, platform.master, LENT, flow_class="INVEST_IN", class_basis="order",
                  listing=listing, order_id=f"{listing}-C")  # fmt: skip
        platform.say(DAY + 2, "SUBSCRIBE", investor=investor.party, listing=listing, claim=f"{listing}-C", amount_fen=LENT)
        pay_out(scene, platform.master, listing, account, day=DAY + 2)
    told(scene, platform, "red", 5, 5 * LENT, 0, DAY + 2)


def licensed_sister(scene: Scene) -> None:
    """Look-alike: a licensed microloan company of the same owner lends its own capital."""
    platform = LendingPlatform(scene)
    firm = scene.org("盐城市亭湖区惠民农村小额贷款有限公司")
    scene.licence(firm, "microloan")
    scene.owns(platform.controller, firm, 600_000)
    pay_out(scene, scene.account(firm, "OWN_BASIC"), *offer(platform))
    scene.lawful()


def controller_among_clients(scene: Scene) -> None:
    """Look-alike: the controller has a tenth of a listing in custody, like nine other clients."""
    platform = LendingPlatform(scene)
    clients: list[Client] = [platform.client() for _ in range(9)]
    clients.append(platform.client(party=platform.controller))
    borrower = platform.client(party=scene.org("盐城宝通机电有限公司"))
    platform.lend(DAY, borrower, [(client, LENT // 10) for client in clients], TERM)
    scene.lawful()


def loan_to_an_employee(scene: Scene) -> None:
    """Look-alike: the platform lends an employee 30,000 yuan."""
    platform = LendingPlatform(scene)
    account = scene.account(scene.person())
    scene.pay(DAY - 10, hms(10), platform.own, account, 900_000, flow_class="PAYROLL", class_basis="source")
    scene.pay(DAY, hms(10), platform.own, account, 3_000_000, flow_class="LOAN_OUT", class_basis="source")
    scene.lawful()


SCENES = (
    ("p2p03.clean", "P2P-03", "clean", clean),
    ("p2p03.elsewhere", "P2P-03", "firm-elsewhere", firm_elsewhere),
    ("p2p03.investors", "P2P-03", "through-investors", through_investors),
    ("p2p03.super", "P2P-03", "super-lender", super_lender),
    ("p2p03.first", "P2P-03", "lent-before-raised", lent_first),
    ("p2p03.licensed", "P2P-03", "lookalike:licensed-lender", licensed_sister),
    ("p2p03.tenth", "P2P-03", "lookalike:controller-among-clients", controller_among_clients),
    ("p2p03.employee", "P2P-03", "lookalike:employee-loan", loan_to_an_employee),
)
