"""P2P-05 自保: what a borrower does not pay, the platform's circle pays – openly, through others, or by taking claims at par."""

from chuantou.city.lending import LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

CLIENTS, EACH = 4, 12_000_000  # fen
LENT, TERM = 8, 30
DUE = LENT + TERM
WHOLE = CLIENTS * EACH
MAY = ("P2P-06", "P2P-15", "P2P-16", "P2P-18", "YLD-01", "YLD-02", "YLD-03", "RUN-01")


def business(scene: Scene, region: str = "320902") -> tuple[LendingPlatform, Loan]:
    """Four clients lend a company 480,000 yuan for a month; on the due date it pays nothing."""
    platform = LendingPlatform(scene, region=region)
    borrower = platform.client(party=scene.org("盐城新港物流有限公司"))
    return platform, platform.lend(LENT, borrower, [(platform.client(), EACH) for _ in range(CLIENTS)], TERM)


def overdue(platform: LendingPlatform, loan: Loan, day: int) -> None:
    platform.say(day, "OVERDUE", listing=loan.name, plan_id=loan.issues[0][0])


def pay_clients(scene: Scene, payer: str, loan: Loan, day: int, flow_class: str, fen: int = EACH) -> None:
    for number, claim in enumerate(loan.claims):
        scene.pay(day, hms(15, number), payer, claim.holder.desk, fen, flow_class=flow_class, class_basis="source",
                  order_id=claim.name, listing=loan.name)  # fmt: skip


def told(scene: Scene, platform: LendingPlatform, day: int, events: int = 1) -> None:
    values = {"compensated_fen": (WHOLE, WHOLE), "n_events": (events, events)}
    scene.must(platform.party, "orange", values, (day, day))
    scene.may(MAY)


def clean(scene: Scene) -> None:
    """Two days after the due date the platform compensates its clients."""
    platform, loan = business(scene)
    overdue(platform, loan, DUE + 1)
    pay_clients(scene, platform.own, loan, DUE + 2, "COMPENSATE_PLAT")
    told(scene, platform, DUE + 2)


def controller(scene: Scene) -> None:
    """Evasion: the controller pays, under the name of repayment."""
    platform, loan = business(scene, "320903")
    account = scene.account(platform.controller)
    pay_clients(scene, account, loan, DUE + 1, "RETURN_PRIN")
    told(scene, platform, DUE + 1)


def lends_to_the_borrower(scene: Scene) -> None:
    """Evasion: the platform gives the borrower the money on the day before he repays."""
    platform, loan = business(scene, "320904")
    scene.pay(DUE - 1, hms(16), platform.own, loan.borrower.bank, WHOLE)
    scene.pay(DUE, hms(9), loan.borrower.bank, loan.borrower.sub or "", WHOLE, flow_class="TOPUP", class_basis="source",
              listing=loan.name)  # fmt: skip
    pay_clients(scene, loan.borrower.sub or "", loan, DUE, "RETURN_PRIN")
    told(scene, platform, DUE)


def claims_at_par(scene: Scene) -> None:
    """Evasion: the controller's company takes the claims over at par on the day after."""
    platform, loan = business(scene, "320921")
    firm = scene.org("盐城瑞安资产管理有限公司")
    scene.owns(platform.controller, firm, 900_000)
    buyer = platform.client(party=firm)
    for claim in loan.claims:
        platform.transfer_claim(DUE + 1, claim, buyer)
    told(scene, platform, DUE + 1, CLIENTS)


def fed_guarantor(scene: Scene) -> None:
    """Evasion: a licensed guarantor pays with what the platform gave it the day before."""
    platform, loan = business(scene, "320922")
    guarantor = scene.org("盐城市汇信融资担保有限公司", "GUARANTEE")
    scene.licence(guarantor, "guarantee")
    account = scene.account(guarantor, "OWN_BASIC", 0)
    scene.pay(DUE + 1, hms(10), platform.own, account, WHOLE)
    pay_clients(scene, account, loan, DUE + 2, "COMPENSATE_3P")
    told(scene, platform, DUE + 2)


def risk_reserve(scene: Scene) -> None:
    """Evasion: an association's “risk reserve”, filled by the platform, pays."""
    platform, loan = business(scene, "320923")
    account = scene.account(scene.org("盐城市普惠互助促进会"), "OWN_BASIC", 0)
    scene.pay(DUE, hms(10), platform.own, account, WHOLE + 5_000_000)
    pay_clients(scene, account, loan, DUE + 2, "RETURN_PRIN")
    told(scene, platform, DUE + 2)


def licensed_guarantor(scene: Scene) -> None:
    """Look-alike: a licensed guarantor of nobody's circle pays out of its own capital."""
    platform, loan = business(scene)
    guarantor = scene.org("盐城市融信融资担保有限公司", "GUARANTEE")
    scene.licence(guarantor, "guarantee")
    overdue(platform, loan, DUE + 1)
    pay_clients(scene, scene.account(guarantor, "OWN_BASIC"), loan, DUE + 2, "COMPENSATE_3P")
    scene.lawful()


def performance_bond(scene: Scene) -> None:
    """Look-alike: an insurer pays under its bond."""
    _, loan = business(scene)
    insurer = scene.org("东海财产保险盐城支公司", "INS")
    scene.licence(insurer, "insurance")
    pay_clients(scene, scene.account(insurer, "OWN_BASIC"), loan, DUE + 2, "COMPENSATE_3P")
    scene.lawful()


def late_but_paid(scene: Scene) -> None:
    """Look-alike: the borrower pays five days late, and the platform gives its clients a small fee back."""
    platform, loan = business(scene)
    overdue(platform, loan, DUE + 1)
    clients = list(loan.claims)
    platform.repay(loan, DUE + 5)
    for number, claim in enumerate(clients):
        scene.pay(DUE + 6, hms(15, number), platform.own, claim.holder.bank, 20_000, flow_class="REFUND", class_basis="source",
                  order_id=claim.name)  # fmt: skip
    scene.lawful()


SCENES = (
    ("p2p05.clean", "P2P-05", "clean", clean),
    ("p2p05.controller", "P2P-05", "controller-repays", controller),
    ("p2p05.lent", "P2P-05", "lent-at-the-due-date", lends_to_the_borrower),
    ("p2p05.par", "P2P-05", "claims-at-par", claims_at_par),
    ("p2p05.fed", "P2P-05", "fed-guarantor", fed_guarantor),
    ("p2p05.reserve", "P2P-05", "risk-reserve", risk_reserve),
    ("p2p05.guarantor", "P2P-05", "lookalike:licensed-guarantor", licensed_guarantor),
    ("p2p05.bond", "P2P-05", "lookalike:performance-bond", performance_bond),
    ("p2p05.late", "P2P-05", "lookalike:late-but-paid", late_but_paid),
)
