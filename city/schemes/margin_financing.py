"""P2P-14 配资: money lent for trading in securities, under nominees' names, by listing, through one host (catalogue §4.1)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

DAY = 10
DEPOSIT, FUNDED = 4_000_000, 20_000_000
CLIENTS = 3
MAY = (
    "P2P-01", "P2P-02", "P2P-03", "P2P-09", "P2P-15", "P2P-16", "P2P-18", "P2P-20",
    "ILF-02", "ILF-03", "ILF-06", "REG-01", "REG-04", "AM-01", "RUN-01",
)  # fmt: skip


def client(scene: Scene) -> tuple[str, str]:
    """A person's bank account and securities account."""
    person = scene.person()
    return scene.account(person), scene.account(person, "SEC_SETTLE", role_basis="registry")


def interest(scene: Scene, bank: str, pot: str, fen: int, start: int, months: int = 2) -> None:
    for month in range(1, months + 1):
        scene.pay(start + 30 * month, hms(11), bank, pot, fen, memo="利息")


def told(scene: Scene, subject: str, severity: str, clients: int, funded: int, times: int, day: int) -> None:
    values = {
        "n_clients": (clients, clients),
        "funded_fen": (funded, funded),
        "leverage_max_ppm": (times * 1_000_000, times * 1_000_000),
    }
    scene.must(subject, severity, values, (day, day))
    scene.may(MAY)


def clean(scene: Scene) -> None:
    """Three clients at five times their deposits; at 2 % a month."""
    platform = LendingPlatform(scene)
    for number in range(CLIENTS):
        bank, settle = client(scene)
        day = DAY + 2 * number
        scene.pay(day, hms(10), bank, platform.own, DEPOSIT, memo="保证金")
        scene.pay(day + 1, hms(10), platform.own, settle, FUNDED)
        interest(scene, bank, platform.own, FUNDED // 50, day + 1)
    told(scene, platform.party, "orange", CLIENTS, CLIENTS * FUNDED, 5, DAY + 65)


def nominees(scene: Scene) -> None:
    """Evasion: the clients trade under the names of two strangers, funded in one sum each."""
    platform = LendingPlatform(scene, region="320903")
    banks = [client(scene)[0] for _ in range(4)]
    hosts = [scene.account(scene.person(), "SEC_SETTLE", role_basis="registry") for _ in range(2)]
    for number, bank in enumerate(banks):
        scene.pay(DAY, hms(10, number), bank, platform.own, DEPOSIT, memo="保证金")
        interest(scene, bank, platform.own, FUNDED // 40, DAY + 1)
    for number, host in enumerate(hosts):
        scene.pay(DAY + 1, hms(10, number), platform.own, host, 2 * FUNDED)
    told(scene, platform.party, "orange", 4, 4 * FUNDED, 5, DAY + 61)


def sister(scene: Scene) -> None:
    """Evasion: the controller's firm funds the accounts, in parts; one client is closed out in the end."""
    platform = LendingPlatform(scene, region="320904")
    firm = scene.org("盐城金汇商务咨询有限公司")
    scene.owns(platform.controller, firm, 1_000_000)
    pot = scene.account(firm, "OWN_BASIC")
    for number in range(CLIENTS):
        bank, settle = client(scene)
        scene.pay(DAY, hms(10, number), bank, platform.own, DEPOSIT)
        for part in range(2):
            scene.pay(DAY + 1, hms(10 + part, number), pot, settle, FUNDED // 2)
        interest(scene, bank, platform.own, FUNDED // 50, DAY + 1, 3)
        if number == 0:
            scene.pay(DAY + 95, hms(14), settle, pot, FUNDED + DEPOSIT // 2)
    told(scene, platform.party, "orange", CLIENTS, CLIENTS * FUNDED, 5, DAY + 61)


def one_cycle(scene: Scene) -> None:
    """One client only, from the deposit to the closing of his account."""
    platform = LendingPlatform(scene, region="320925")
    bank, settle = client(scene)
    scene.pay(DAY, hms(10), bank, platform.own, DEPOSIT)
    scene.pay(DAY, hms(11), platform.own, settle, FUNDED)
    interest(scene, bank, platform.own, FUNDED // 50, DAY)
    scene.pay(DAY + 70, hms(14), settle, platform.own, FUNDED)
    told(scene, platform.party, "yellow", 1, FUNDED, 5, DAY + 70)


def by_listing(scene: Scene) -> None:
    """Evasion: ordinary loans in custody whose listings say 操盘; the borrowers carry the money into securities."""
    platform = LendingPlatform(scene, region="320924")
    fen = 18_000_000
    for number in range(CLIENTS):
        borrower = platform.client()
        settle = scene.account(borrower.party, "SEC_SETTLE", role_basis="registry")
        loan = platform.lend(DAY + number, borrower, [(platform.client(), fen // 2) for _ in range(2)], 60, spend=False)
        scene.product(DAY + number, hms(8), platform.party, "LISTING", listing=loan.name, borrower=borrower.party,
                      amount_fen=fen, rate_ppm=90_000, term_days=60, describe="资深操 盘手借款")  # fmt: skip
        scene.pay(DAY + number + 2, hms(10), borrower.bank, settle, fen, flow_class="SEC_TRANSFER", class_basis="source")
    told(scene, platform.party, "orange", CLIENTS, CLIENTS * fen, 0, DAY + 2)


def host(scene: Scene) -> None:
    """Evasion: a system of sub-accounts behind one securities account, fed by twenty-four strangers."""
    platform = LendingPlatform(scene, region="320902")
    settle = scene.account(platform.controller, "SEC_SETTLE", role_basis="registry")
    for number in range(24):
        scene.pay(DAY + number, hms(10), scene.account(scene.person()), settle, DEPOSIT)
    values = {"n_clients": (24, 24), "funded_fen": (24 * DEPOSIT, 24 * DEPOSIT)}
    scene.must(platform.party, "orange", values, (DAY + 20, DAY + 20))
    scene.may(MAY)


def own_name(scene: Scene) -> None:
    """Look-alike: people move their own money into their own accounts and pay a monthly membership."""
    platform = LendingPlatform(scene)
    for number in range(4):
        bank, settle = client(scene)
        scene.pay(DAY, hms(10, number), bank, settle, FUNDED, flow_class="SEC_TRANSFER", class_basis="source")
        interest(scene, bank, platform.own, 9_900, DAY)
    scene.lawful()


def broker(scene: Scene) -> None:
    """Look-alike: a licensed securities firm lends on margin."""
    firm = scene.org("盐城黄海证券有限责任公司", "SECURITIES")
    scene.licence(firm, "securities")
    pot = scene.account(firm, "OWN_BASIC")
    for number in range(4):
        bank, settle = client(scene)
        scene.pay(DAY, hms(10, number), bank, pot, DEPOSIT)
        scene.pay(DAY, hms(11, number), pot, settle, DEPOSIT)
        interest(scene, bank, pot, DEPOSIT // 150, DAY)
    scene.lawful()


def capital_calls(scene: Scene) -> None:
    """Look-alike: a registered private fund calls capital and invests it; the partners pay its manager every month."""
    manager, fund = scene.org("盐城瀚海投资管理有限公司"), scene.org("盐城瀚海一号合伙企业")
    scene.licence(manager, "private_fund")
    raised = scene.account(fund, "FUND_RAISE", platform=manager)
    settle = scene.account(scene.org("盐城瀚海一号证券专户"), "SEC_SETTLE", role_basis="registry")
    for number in range(4):
        bank, _ = client(scene)
        scene.pay(DAY, hms(10, number), bank, raised, FUNDED, flow_class="CAPITAL_CALL", class_basis="source")
        interest(scene, bank, raised, FUNDED // 100, DAY)
    scene.pay(DAY + 1, hms(10), raised, settle, 4 * FUNDED)
    scene.lawful()


def employee_plan(scene: Scene) -> None:
    """Look-alike: a bank finances the share plan of a company's staff."""
    lender = scene.commons.lenders[0]
    for number in range(4):
        bank, settle = client(scene)
        scene.pay(DAY, hms(10, number), bank, lender, DEPOSIT)
        scene.pay(DAY + 1, hms(10, number), lender, settle, 2 * DEPOSIT)
        interest(scene, bank, lender, DEPOSIT // 50, DAY + 1)
    scene.lawful()


SCENES = (
    ("p2p14.clean", "P2P-14", "clean", clean),
    ("p2p14.cycle", "P2P-14", "clean", one_cycle),
    ("p2p14.nominees", "P2P-14", "nominees", nominees),
    ("p2p14.sister", "P2P-14", "sister-firm-in-parts", sister),
    ("p2p14.listing", "P2P-14", "by-listing", by_listing),
    ("p2p14.host", "P2P-14", "sub-account-host", host),
    ("p2p14.ownname", "P2P-14", "lookalike:own-name", own_name),
    ("p2p14.broker", "P2P-14", "lookalike:licensed-margin", broker),
    ("p2p14.fund", "P2P-14", "lookalike:capital-calls", capital_calls),
    ("p2p14.plan", "P2P-14", "lookalike:employee-plan", employee_plan),
)
