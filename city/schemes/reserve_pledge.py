"""PAY-05 以备付金担保: the reserve stands security for a debt (catalogue §4.3)."""

from chuantou.city.book import BANKS
from chuantou.city.payments import PaymentInstitution
from chuantou.city.scene import Scene, hms

DAY = 45  # of the tag or the loan
RESERVE_BANK, OTHER_BANK = 3, 1  # of the city's banks
MAY = ("AM-01", "REG-06")


class House:
    """An institution with a reserve at the lending bank and another, a cooperating bank's, elsewhere."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.institution = i = PaymentInstitution(scene, region)
        self.elsewhere = scene.account(i.party, "RSV_PAYRECV", 900_000_000, BANKS[OTHER_BANK], role_basis="designated")
        i.trade(DAY - 4, DAY + 5, [i.shop() for _ in range(2)], [i.customer() for _ in range(3)])

    def deposit(self, day: int, fen: int) -> None:
        self.institution.put(day, hms(10), self.elsewhere, fen, flow_class="SWEEP", class_basis="role")

    def loan(self, fen: int, payer: str = "", payee: str = "") -> None:
        lender = payer or self.scene.commons.lenders[RESERVE_BANK]
        marks = {"flow_class": "LOAN_OUT", "class_basis": "source"}
        self.scene.pay(DAY, hms(15), lender, payee or self.institution.own, fen, **marks)

    def must(self, **values: tuple[int, int]) -> None:
        self.scene.must(self.institution.party, "red", values, (DAY, DAY))
        self.scene.may(MAY)


def pledge(house: House, creditor: str) -> None:
    institution, told = house.institution, {"type": "PLEDGE", "custodian": creditor}
    told |= {"account": institution.reserve, "owner": institution.party}
    house.scene.emit("acct.events", "bank:" + BANKS[RESERVE_BANK], DAY, hms(11), **told)


def tagged(scene: Scene) -> None:
    """The bank tags the reserve as pledged to a finance company."""
    house = House(scene)
    pledge(house, scene.org("盐城融资有限公司"))
    house.must(n_accounts=(1, 1), pledged_fen=(600_000_000, 640_000_000))


def deposit_for_loan(scene: Scene) -> None:
    """Evasion: no tag, but five million come to the bank two days before it lends four and a half, and stay."""
    house = House(scene, "320903")
    house.deposit(DAY - 2, 500_000_000)
    house.loan(450_000_000)
    house.must(loan_fen=(450_000_000, 450_000_000), deposit_fen=(480_000_000, 520_000_000))


def another_branch(scene: Scene) -> None:
    """Evasion: another branch of the bank lends, to a firm of the institution's owner."""
    house = House(scene, "320904")
    branch = scene.org("建行盐城大丰支行", "BANK")
    scene.licence(branch, "bank")
    firm = scene.org("盐城股东名下置业有限公司")
    scene.owns(house.institution.owner, firm, 900_000)
    house.deposit(DAY - 3, 500_000_000)
    lender = scene.account(branch, "BANK_INTERNAL", bank=BANKS[RESERVE_BANK])
    house.loan(500_000_000, lender, scene.account(firm, "OWN_BASIC"))
    house.must(loan_fen=(500_000_000, 500_000_000))


def court_freeze(scene: Scene) -> None:
    """Look-alike: a court freezes the account."""
    house = House(scene)
    pledge(house, scene.org("盐城市亭湖区人民法院"))
    scene.lawful()


def working_capital(scene: Scene) -> None:
    """Look-alike: the bank lends while the reserve moves as ever."""
    House(scene).loan(450_000_000)
    scene.lawful()


def money_passes_on(scene: Scene) -> None:
    """Look-alike: what was brought to the bank before the loan goes back the day after it."""
    house = House(scene)
    house.deposit(DAY - 2, 500_000_000)
    house.loan(450_000_000)
    house.institution.take(DAY + 1, hms(11), house.elsewhere, 500_000_000, flow_class="SWEEP", class_basis="role")
    scene.lawful()


SCENES = tuple(
    (f"pay05.{name}", "PAY-05", variant, play)
    for name, variant, play in (
        ("tag", "clean", tagged),
        ("deposit", "deposit-for-loan", deposit_for_loan),
        ("branch", "another-branch", another_branch),
        ("court", "lookalike:court-freeze", court_freeze),
        ("capital", "lookalike:working-capital", working_capital),
        ("passes", "lookalike:money-passes-on", money_passes_on),
    )
)
