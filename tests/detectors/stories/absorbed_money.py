"""ILF-02: money absorbed past a line, by every way of staying under it, and money that is nobody's to count."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-06-06"


class Raiser:
    """A party that nobody supervises and its account; investors pay in by the source's own code."""

    def __init__(self, name: str, person: bool = False, start: str = START) -> None:
        self.s, self.start = Scenario(name), start
        self.party = self.s.person() if person else self.s.org()
        self.pot = self.s.account(self.party, "PERSONAL_I" if person else "OWN_GENERAL")
        self.investors: list[str] = []
        self.accounts: list[str] = []

    def invite(self, count: int) -> "Raiser":
        for _ in range(count):
            self.investors.append(self.s.person())
            self.accounts.append(self.s.account(self.investors[-1], "PERSONAL_I"))
        return self

    def moment(self, day: int, number: int) -> str:
        return f"{days_after(self.start, day)}T{9 + number // 60:02d}:{number % 60:02d}"

    def give(
        self, each: int, day: int = 0, pot: str = "", flow: str | None = "INVEST_IN", basis: str = "source",
        of: range | None = None, **fields: str,
    ) -> "Raiser":  # fmt: skip
        for number in of or range(len(self.accounts)):
            self.s.pay(self.moment(day, number), self.accounts[number], pot or self.pot, each, flow, basis, **fields)
        return self

    def back(self, each: int, day: int, flow: str | None = "RETURN_PRIN", of: range | None = None) -> "Raiser":
        for number in of or range(len(self.accounts)):
            self.s.pay(self.moment(day, number), self.pot, self.accounts[number], each, flow)
        return self

    def told(self) -> Told:
        return Told(self.s, self.party)


def over_a_million() -> Told:
    """An entity takes 1,200,000 yuan from forty persons."""
    return Raiser("million").invite(40).give(30_000).told()


def person_over_thirty() -> Told:
    """A natural person takes small sums from thirty."""
    return Raiser("thirty", person=True).invite(30).give(1_000).told()


def several_firms() -> Told:
    """Three firms in one hand take 400,000 each."""
    r = Raiser("firms").invite(36)
    for place in range(2):
        firm = r.s.org()
        r.s.owns(r.party, firm, 100)
        r.give(33_400, pot=r.s.account(firm), of=range(12 * place, 12 * place + 12))
    r.give(33_400, of=range(24, 36))
    r.give(100, day=1, of=range(20))
    return r.told()


def into_the_managers_account() -> Told:
    """Half goes to the personal account of the legal representative."""
    r = Raiser("manager").invite(40)
    manager = r.s.person()
    r.s.tie("OFFICER", manager, r.party, role="legal_rep")
    r.give(30_000, pot=r.s.account(manager, "PERSONAL_I"), of=range(19))
    r.give(30_000, of=range(19, 40))
    return r.told()


def month_by_month() -> Told:
    """120,000 yuan a month for ten months: older ones are sums by then."""
    r = Raiser("months").invite(12)
    for month in range(10):
        r.give(10_000, day=30 * month)
    return r.told()


def repaid_and_given_again() -> Told:
    """400,000 yuan three times, each time paid back before: nothing is deducted."""
    r = Raiser("again").invite(20)
    for turn in range(3):
        r.give(20_000, day=40 * turn)
        r.back(20_600, day=40 * turn + 30)
    return r.told()


def by_subscription() -> Told:
    """Payments say nothing but “理财”; what was bought is in the platform's own books, and overdue in the end."""
    r = Raiser("books").invite(30)
    r.s.party_event(r.party, days_after(START, -9), sector="ILF", watched=True)
    for number, investor in enumerate(r.investors):
        r.s.product(r.moment(0, number), "SUBSCRIBE", r.party, 20_000, investor=investor, product="P1", due=days_after(START, 20))
    r.give(20_000, flow=None, basis="", memo="理财")
    r.give(10, day=30, of=range(1), flow="INVEST_IN")
    return r.told()


def across_two_regimes() -> Told:
    """A person takes 150,000 yuan from twenty before 2022-03-01 and 900,000 after: neither part is over its own lines but one."""
    r = Raiser("regimes", person=True, start="2022-02-20").invite(40)
    r.give(8_000, of=range(31))
    r.give(12_000, day=15)
    return r.told()


def owner_unknown() -> Told:
    """The account's owner is not known."""
    r = Raiser("unknown").invite(40)
    pot = r.s.account(None)
    r.give(30_000, pot=pot)
    return Told(r.s, f"account:{pot}")


# -- lawful ------------------------------------------------------------------------------------------------------------


def in_custody() -> Told:
    r = Raiser("custody").invite(40)
    pot = r.s.account(r.s.bank(), "CLIENT_MASTER", platform=r.party)
    return r.give(30_000, pot=pot).told()


def licensed(kind: str, role: str = "FUND_RAISE") -> Callable[[], Told]:
    def story() -> Told:
        r = Raiser("licensed").invite(40)
        r.s.licence(r.party, kind)
        return r.give(30_000, pot=r.s.account(r.party, role)).told()

    return story


def nine() -> Told:
    return Raiser("nine").invite(9).give(300_000).told()


def paid_for(flow: str, basis: str = "source") -> Callable[[], Told]:
    """Money for something else than an investment."""
    return lambda: Raiser("paid").invite(40).give(30_000, flow=flow, basis=basis).told()


def firms_invest() -> Told:
    """Limited partners are companies."""
    r = Raiser("partners")
    for number in range(40):
        r.s.pay(r.moment(0, number), r.s.account(r.s.org()), r.pot, 300_000, "INVEST_IN")
    return r.told()


EVASIONS = {
    "a person, thirty": person_over_thirty,
    "several firms": several_firms,
    "into the manager's account": into_the_managers_account,
    "month by month": month_by_month,
    "repaid and given again": repaid_and_given_again,
    "by subscription": by_subscription,
    "across two regimes": across_two_regimes,
    "owner unknown": owner_unknown,
}
LAWFUL = {
    "custody": in_custody,
    "private fund": licensed("private_fund"),
    "trust": licensed("trust", "TRUST_PROP"),
    "insurer": licensed("insurance", "OWN_GENERAL"),
    "nine": nine,
    "purchases": paid_for("MERCH_SETTLE"),
    "wallet": paid_for("TOPUP"),
    "capital": paid_for("CAPITAL_IN"),
    "firms": firms_invest,
}
