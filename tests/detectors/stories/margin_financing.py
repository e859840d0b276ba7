"""P2P-14: money lent for trading in securities by every route, and those who may lend it or lend nothing."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Financier:
    """A platform's own account takes deposits, funds securities accounts and is paid interest every month."""

    def __init__(self, name: str, sector: str = "P2P") -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform(sector)
        self.own = self.s.account(self.platform, "OWN_BASIC", holds=5_000_000)

    def client(self) -> tuple[str, str]:
        """A person's bank account and securities account."""
        person = self.s.person()
        return self.s.account(person, "PERSONAL_I", holds=500_000), self.s.account(person, "SEC_SETTLE")

    def lend(
        self, bank: str, settle: str, deposit: int, funded: int, first: int = 0, months: int = 2, rate: str = "0.02",
        pot: str | None = None,
    ) -> None:  # fmt: skip
        """Deposit on day ``first``, funding the day after, then monthly interest."""
        own = pot or self.own
        self.s.pay(f"{days_after(DAY, first)}T10:00", bank, own, deposit)
        self.s.pay(f"{days_after(DAY, first + 1)}T10:00", own, settle, funded)
        self.interest(bank, funded, first, months, rate, own)

    def interest(self, bank: str, funded: int, first: int, months: int, rate: str, own: str | None = None) -> None:
        for month in range(1, months + 1):
            self.s.pay(f"{days_after(DAY, first + 1 + 30 * month)}T11:00", bank, own or self.own, int(funded * float(rate)))

    def told(self) -> Told:
        return Told(self.s, self.platform)


def three_clients() -> Told:
    """Three clients, five times their deposits, two monthly interests each."""
    f = Financier("margin")
    for number in range(3):
        f.lend(*f.client(), 40_000, 200_000, first=2 * number)
    return f.told()


def full_cycle() -> Told:
    """One client only: the money went in, interest was paid, and what was lent came back."""
    f = Financier("cycle")
    bank, settle = f.client()
    f.lend(bank, settle, 50_000, 250_000)
    f.s.pay(f"{days_after(DAY, 70)}T14:00", settle, f.own, 280_000)
    return f.told()


def nominees() -> Told:
    """Two strangers' securities accounts are funded for four clients at once."""
    f = Financier("nominee")
    clients = [f.client()[0] for _ in range(4)]
    hosts = [f.s.account(f.s.person(), "SEC_SETTLE") for _ in range(2)]
    for number, bank in enumerate(clients):
        f.s.pay(f"{DAY}T10:{number:02d}", bank, f.own, 50_000)
        if number % 2:
            f.s.pay(f"{DAY}T11:{number:02d}", f.own, hosts[number // 2], 400_000)
        f.interest(bank, 200_000, 0, 2, "0.03")
    return f.told()


def by_a_sister() -> Told:
    """The deposits go to the platform, its controller's firm funds the accounts, in parts of one day."""
    f = Financier("sister")
    controller, firm = f.s.person(), f.s.org()
    f.s.owns(controller, f.platform, 80)
    f.s.owns(controller, firm, 80)
    pot = f.s.account(firm, holds=3_000_000)
    for number in range(3):
        bank, settle = f.client()
        f.s.pay(f"{DAY}T10:{number:02d}", bank, f.own, 30_000)
        f.s.pay(f"{days_after(DAY, 1)}T10:{number:02d}", pot, settle, 80_000)
        f.s.pay(f"{days_after(DAY, 1)}T15:{number:02d}", pot, settle, 70_000)
        f.interest(bank, 150_000, 0, 3, "0.015")
    return f.told()


def unwatched_financier() -> Told:
    """A firm that nobody supervises."""
    f = Financier("firm")
    firm = f.s.org()
    pot = f.s.account(firm, holds=3_000_000)
    for number in range(3):
        f.lend(*f.client(), 40_000, 160_000, first=number, pot=pot)
    return Told(f.s, firm)


def by_listing() -> Told:
    """A loan “for the financial market” is in the borrower's securities account three days later."""
    f = Financier("listing")
    custody = f.s.account(f.platform, "CLIENT_MASTER", holds=2_000_000, platform=f.platform, custodian=f.s.bank())
    borrower = f.s.person()
    bank, settle = f.s.account(borrower, "PERSONAL_I"), f.s.account(borrower, "SEC_SETTLE")
    f.s.product(f"{DAY}T09:00", "LISTING", f.platform, 300_000, listing="L1", borrower=borrower, term_days=90,
                describe="股票配 资，随借随还")  # fmt: skip
    f.s.pay(f"{DAY}T10:00", custody, bank, 300_000, "LOAN_OUT", listing="L1")
    f.s.pay(f"{days_after(DAY, 3)}T10:00", bank, settle, 260_000, "SEC_TRANSFER")
    return f.told()


def sub_account_host() -> Told:
    """One person's securities account through which twenty-five strangers trade."""
    f = Financier("host")
    host = f.s.person()
    settle = f.s.account(host, "SEC_SETTLE")
    for number in range(25):
        bank, _ = f.client()
        f.s.pay(f"{days_after(DAY, number)}T10:00", bank, settle, 20_000)
    return Told(f.s, host)


def own_name() -> Told:
    """Every client moves his own money into his own account and pays the platform a membership fee each month."""
    f = Financier("own")
    for number in range(4):
        bank, settle = f.client()
        f.s.pay(f"{DAY}T10:{number:02d}", bank, f.own, 2_000, "FEE")
        f.s.pay(f"{DAY}T11:{number:02d}", bank, settle, 200_000, "SEC_TRANSFER")
        f.interest(bank, 200_000, 0, 2, "0.01")
    return f.told()


def licensed_margin() -> Told:
    """A securities firm lends to its clients."""
    f = Financier("broker")
    broker = f.s.org(sector="SECURITIES")
    f.s.licence(broker, "securities")
    pot = f.s.account(broker, holds=5_000_000)
    for number in range(4):
        f.lend(*f.client(), 50_000, 100_000, first=number, pot=pot)
    return Told(f.s, broker)


def capital_calls() -> Told:
    """A registered private fund calls its partners' money and invests it; management fees follow each month."""
    f = Financier("fund")
    manager, fund = f.s.org(), f.s.org()
    f.s.licence(manager, "private_fund")
    raise_ = f.s.account(fund, "FUND_RAISE", platform=manager)
    settle = f.s.account(f.s.org(), "SEC_SETTLE")
    for number in range(4):
        bank, _ = f.client()
        f.s.pay(f"{DAY}T10:{number:02d}", bank, raise_, 200_000, "CAPITAL_CALL")
        f.interest(bank, 200_000, 0, 2, "0.01", raise_)
    f.s.pay(f"{days_after(DAY, 1)}T10:00", raise_, settle, 800_000)
    return Told(f.s, fund)


def employee_plan() -> Told:
    """A bank finances the share plan of a company's staff."""
    f = Financier("plan")
    bank = f.s.bank()
    pot = f.s.account(bank, "BANK_INTERNAL", holds=5_000_000)
    for number in range(4):
        f.lend(*f.client(), 50_000, 150_000, first=number, pot=pot)
    return Told(f.s, bank)


def denied() -> Told:
    """A loan that says it must not be used for margin trading; a third of it goes into securities all the same."""
    f = Financier("denied")
    custody = f.s.account(f.platform, "CLIENT_MASTER", holds=2_000_000, platform=f.platform, custodian=f.s.bank())
    borrower = f.s.person()
    bank, settle = f.s.account(borrower, "PERSONAL_I"), f.s.account(borrower, "SEC_SETTLE")
    f.s.product(f"{DAY}T09:00", "LISTING", f.platform, 300_000, listing="L1", borrower=borrower, term_days=90,
                describe="用于装修，借款不得用于配资、打新")  # fmt: skip
    f.s.pay(f"{DAY}T10:00", custody, bank, 300_000, "LOAN_OUT", listing="L1")
    f.s.pay(f"{days_after(DAY, 3)}T10:00", bank, settle, 260_000, "SEC_TRANSFER")
    return f.told()


EVASIONS = {
    "full cycle": full_cycle,
    "nominees": nominees,
    "by a sister": by_a_sister,
    "unwatched financier": unwatched_financier,
    "by listing": by_listing,
    "sub-account host": sub_account_host,
}
LAWFUL = {
    "own name": own_name,
    "licensed margin": licensed_margin,
    "capital calls": capital_calls,
    "employee plan": employee_plan,
    "denied": denied,
}
