"""P2P-20: all four conditions together, by every route, and scenes that lack one of them lawfully."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Raiser:
    """A platform without licence, custody or borrowers whose general account takes the public's money."""

    def __init__(self, name: str, sector: str = "P2P") -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform(sector)
        self.pot = self.s.account(self.platform, holds=500_000)
        self.people: list[str] = []

    def take(self, people: int, yuan: int = 10_000, day: int = 0, pot: str = "", **fields: str) -> None:
        for number in range(people):
            account = self.s.account(self.s.person(), "PERSONAL_I")
            self.people.append(account)
            self.s.pay(f"{days_after(DAY, day)}T{9 + number // 60:02d}:{number % 60:02d}", account, pot or self.pot, yuan,
                       "INVEST_IN", listing=fields.get("listing", "L1"))  # fmt: skip

    def promise(self, text: str = "本金保障，年化百分之十五", kind: str = "ad") -> None:
        self.s.text(f"{days_after(DAY, 1)}T08:00", self.platform, text, kind)

    def told(self) -> Told:
        return Told(self.s, self.platform)


def promised_to_the_public() -> Told:
    """Forty people, 400,000 yuan in a pool, and an advert that promises the principal."""
    r = Raiser("raise")
    r.take(40)
    r.promise()
    r.s.person(f"{days_after(DAY, 12)}T10:00")
    return r.told()


def many_without_adverts() -> Told:
    """No advert: 160 people by word of mouth; the promise stands in the contract."""
    r = Raiser("mouth")
    r.take(160)
    r.promise("到期保本付息", "contract")
    r.s.person(f"{days_after(DAY, 12)}T10:00")
    return r.told()


def paid_by_the_calendar() -> Told:
    """Nothing is promised in writing; every month everybody gets one per cent out of the pool."""
    r = Raiser("calendar")
    r.take(36, 20_000)
    for month in range(1, 4):
        for number, account in enumerate(r.people):
            r.s.pay(f"{days_after(DAY, 30 * month)}T10:{number:02d}", r.pot, account, 200, "RETURN_INT")
    return r.told()


def under_another_name() -> Told:
    """The owner goes on with a second platform; the first one's pool and the second one's public belong together."""
    r = Raiser("hop")
    owner, second = r.s.person(), r.s.platform()
    r.s.owns(owner, r.platform, 90)
    r.s.owns(owner, second, 90)
    r.take(35)
    other = r.s.account(second)
    r.take(35, 9_000, 20, other, listing="L2")
    r.s.text(f"{days_after(DAY, 21)}T08:00", second, "零风险，稳赚不赔", "app")
    r.s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(r.s, second)


def licensed_bank() -> Told:
    """A bank's own platform: deposits may promise principal and interest."""
    r = Raiser("bank")
    r.s.licence(r.platform, "bank")
    custody = r.s.account(r.platform, "CLIENT_MASTER", platform=r.platform, custodian=r.platform, role_basis="designated")
    r.take(60, pot=custody)
    r.promise("存款保本保息")
    return r.told()


def custody_and_borrowers() -> Told:
    """An honest platform: custody, a borrower who gets the money, an advert that promises nothing."""
    r = Raiser("honest")
    custody = r.s.account(r.platform, "CLIENT_MASTER", platform=r.platform, custodian=r.s.bank(), role_basis="designated")
    borrower = r.s.person()
    r.s.product(f"{DAY}T08:00", "LISTING", r.platform, 400_000, listing="L1", borrower=borrower, term_days=90)
    r.take(40, pot=custody)
    r.s.pay(f"{DAY}T15:00", custody, r.s.account(borrower), 400_000, "LOAN_OUT", listing="L1")
    r.promise("预期年化百分之八，本平台不承诺保本保息，出借有风险")
    return r.told()


def staff_only() -> Told:
    """A promise to twenty-five colleagues and kin, who are no public (G17)."""
    r = Raiser("staff")
    for number in range(25):
        account = r.s.account(r.s.person(), "PERSONAL_I")
        r.s.pay(f"{days_after(DAY, -3)}T10:{number:02d}", r.pot, account, 5_000, "PAYROLL")
        r.s.pay(f"{DAY}T10:{number:02d}", account, r.s.account(r.platform, "OWN_BASIC"), 3_000, "INVEST_IN", listing="L1")
    r.promise("内部员工计划，保本保息", "chat")
    return r.told()


EVASIONS = {
    "many without adverts": many_without_adverts,
    "paid by the calendar": paid_by_the_calendar,
    "under another name": under_another_name,
}
LAWFUL = {"licensed bank": licensed_bank, "custody and borrowers": custody_and_borrowers, "staff only": staff_only}
