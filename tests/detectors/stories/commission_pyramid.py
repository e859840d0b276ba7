"""ILF-05: people paid by what those below them bring, and people who are paid for work."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
TOPS, MIDS, LEAVES = 2, 6, 24


def above(number: int) -> int | None:
    """Two tops, three below each, four below each of those."""
    if number < TOPS:
        return None
    return (number - TOPS) // 3 if number < TOPS + MIDS else TOPS + (number - TOPS - MIDS) // 4


class Members:
    """Thirty-two persons on three levels; number n brings 5,000 yuan and 1,000 for each seventh of n."""

    def __init__(self, name: str, sector: str = "ILF", leaves: int = LEAVES) -> None:
        self.s = Scenario(name)
        self.body = self.s.org(sector=sector)
        self.purse = self.s.account(self.body, holds=500_000)
        self.people = [self.s.person() for _ in range(TOPS + MIDS + leaves)]
        self.accounts = [self.s.account(person, "PERSONAL_I", holds=100_000) for person in self.people]

    def yuan(self, number: int) -> int:
        return 5_000 + 1_000 * (number % 7)

    def invest(self, flow: str | None = "INVEST_IN", purse: str | None = None) -> None:
        for number, account in enumerate(self.accounts):
            self.s.pay(f"{days_after(DAY, number // 4)}T10:{number % 60:02d}", account, purse or self.purse, self.yuan(number),
                       flow, order_id=f"O{number}")  # fmt: skip

    def reward(self, payer: str | None = None, flow: str | None = "FEE", rates: tuple[int, ...] = (6, 3)) -> None:
        """Percent of each order for the recruiter, for the one above him, and so on."""
        for number in range(len(self.people)):
            upline = above(number)
            for percent in rates:
                if upline is not None:
                    self.s.pay(f"{days_after(DAY, number // 4)}T16:{number % 60:02d}", payer or self.purse, self.accounts[upline],
                               self.yuan(number) * percent // 100, flow, order_id=f"O{number}")  # fmt: skip
                    upline = above(upline)

    def told(self) -> Told:
        return Told(self.s, self.body)


def two_recruiters_an_order() -> Told:
    """For each order 6 % go to the recruiter and 3 % to the one above him."""
    m = Members("orders")
    m.invest()
    m.reward()
    return m.told()


def sister_firm_pays() -> Told:
    """The owner's other firm pays the commissions, as wages."""
    m = Members("sister")
    owner, sister = m.s.person(), m.s.org()
    for firm in (m.body, sister):
        m.s.owns(owner, firm, 80)
    m.invest()
    m.reward(payer=m.s.account(sister, holds=500_000), flow="PAYROLL")
    return m.told()


def from_hand_to_hand() -> Told:
    """Money goes up from hand to hand within a day, and the body pays 5 % to the tops, who share it."""
    m = Members("hands")
    held = [m.yuan(number) for number in range(len(m.people))]
    for number in reversed(range(TOPS, len(m.people))):
        upline = above(number)
        assert upline is not None
        hour = 10 if number >= TOPS + MIDS else 15
        m.s.pay(f"{DAY}T{hour}:{number:02d}", m.accounts[number], m.accounts[upline], held[number])
        held[upline] += held[number]
    for top in range(TOPS):
        m.s.pay(f"{days_after(DAY, 1)}T10:0{top}", m.accounts[top], m.purse, held[top], "INVEST_IN", "order")
        m.s.pay(f"{days_after(DAY, 2)}T10:0{top}", m.purse, m.accounts[top], (held[top] - m.yuan(top)) * 6 // 100)
    for number in range(TOPS, TOPS + MIDS):
        fen = (held[number] - m.yuan(number)) * 3 // 100
        m.s.pay(f"{days_after(DAY, 3)}T10:{number:02d}", m.accounts[(number - TOPS) // 3], m.accounts[number], fen)
    return m.told()


def takes_it_himself() -> Told:
    """A person takes the money on his own account: he is the top level."""
    m = Members("person")
    organiser = m.s.person()
    purse = m.s.account(organiser, "PERSONAL_I", holds=300_000)
    m.invest(purse=purse)
    m.reward(payer=purse, flow=None)
    return Told(m.s, organiser)


def insurance_broker() -> Told:
    """A licensed broker pays agents and their managers for each policy."""
    m = Members("broker", "INS")
    m.s.licence(m.body, "insurance_broker")
    m.invest("PREMIUM", m.s.account(m.body, "INSURER_PREMIUM", role_basis="bank"))
    m.reward()
    return m.told()


def fund_seller() -> Told:
    """A licensed fund seller, by orders into the raising account."""
    m = Members("funds", "AM")
    for kind in ("fund_sales", "fund"):
        m.s.licence(m.body, kind)
    m.invest(purse=m.s.account(m.body, "FUND_RAISE", role_basis="designated"))
    m.reward()
    return m.told()


def goods() -> Told:
    """Salesmen and their leaders are paid for goods that people buy."""
    m = Members("goods", "OTHER")
    m.invest("OTHER")
    m.reward(flow="PAYROLL")
    return m.told()


EVASIONS = {
    "sister firm pays": sister_firm_pays,
    "from hand to hand": from_hand_to_hand,
    "takes it himself": takes_it_himself,
}
LAWFUL = {"insurance broker": insurance_broker, "fund seller": fund_seller, "goods": goods}
