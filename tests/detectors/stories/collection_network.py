"""ILF-01: money collected by some accounts and paid back by others, rotated and layered, and trades that only look like it."""

from collections.abc import Callable
from itertools import pairwise

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-06-06"
PEOPLE = 40
EACH = 10_000


class Ring:
    """Investors; one collector, one transit and one payer account unless more are opened."""

    def __init__(self, name: str, people: int = PEOPLE) -> None:
        self.s = Scenario(name)
        self.firm, self.agent, self.teller = self.s.org(), self.s.org(), self.s.person()
        self.collector, self.transit = self.s.account(self.firm), self.s.account(self.agent)
        self.payer = self.s.account(self.teller, "PERSONAL_I")
        self.investors = [self.s.account(self.s.person(), "PERSONAL_I") for _ in range(people)]

    def at(self, day: int, hour: int, number: int = 0) -> str:
        return f"{days_after(START, day)}T{hour + number // 60:02d}:{number % 60:02d}"

    def collect(self, day: int, each: int = EACH, into: str = "", of: slice = slice(None), **fields: str) -> int:
        people = self.investors[of]
        for number, account in enumerate(people):
            self.s.pay(self.at(day, 8, number), account, into or self.collector, each, **fields)
        return each * len(people)

    def pass_on(self, day: int, yuan: int, via: tuple[str, ...], parts: int = 5) -> None:
        """In parts, from each account of the way to the next within the hour."""
        for part in range(parts):
            for step, (payer, payee) in enumerate(pairwise(via)):
                self.s.pay(self.at(day, 10 + part, 10 * step), payer, payee, yuan // parts)

    def pay_out(self, day: int, each: int, out_of: str = "", of: slice = slice(None), flow: str | None = None) -> None:
        for number, account in enumerate(self.investors[of]):
            self.s.pay(self.at(day, 16, number), out_of or self.payer, account, each, flow)

    @property
    def way(self) -> tuple[str, ...]:
        return self.collector, self.transit, self.payer

    def told(self, subject: str = "") -> Told:
        return Told(self.s, subject or self.firm)


def triple() -> Told:
    """Two rounds: 400,000 yuan are collected and 160,000 paid back."""
    r = Ring("triple")
    for day in (0, 10):
        r.pass_on(day, r.collect(day, EACH // 2), r.way)
    for day in (3, 13):
        r.pay_out(day, 2_000)
    return r.told()


def rotated() -> Told:
    """A collector of its own for every ten persons, used for one day each, and two payers."""
    r = Ring("rotated")
    second = r.s.account(r.s.person(), "PERSONAL_I")
    names = [r.s.person() for _ in range(4)]
    for turn, name in enumerate(names):
        collector = r.s.account(name, "PERSONAL_I")
        got = r.collect(20 * turn, EACH, collector, slice(10 * turn, 10 * turn + 10))
        r.pass_on(20 * turn, got, (collector, r.transit), 5)
        r.pass_on(20 * turn, got // 2, (r.transit, r.payer), 5)
        r.pass_on(20 * turn, got // 2, (r.transit, second), 5)
    for day in (64, 66):
        r.pay_out(day, 2_200, of=slice(20))
        r.pay_out(day, 2_200, second, slice(20, None))
    return r.told(r.teller)


def layered() -> Told:
    """Three accounts lie between collector and payer."""
    r = Ring("layered")
    stages = [r.s.account(r.s.person(), "PERSONAL_I") for _ in range(2)]
    way = (r.collector, r.transit, *stages, r.payer)
    r.pass_on(0, r.collect(0), way)
    for day in (2, 9):
        r.pay_out(day, 2_000)
    return r.told()


def skimmed_and_seeded() -> Told:
    """Every stage keeps two per cent, and the payer held 300,000 of its own: what it pays may be that."""
    r = Ring("seeded")
    r.payer = r.s.account(r.teller, "PERSONAL_I", holds=300_000)
    got = r.collect(0)
    for part in range(5):
        r.s.pay(r.at(0, 10 + part), r.collector, r.transit, got * 98 // 500)
        r.s.pay(r.at(0, 10 + part, 30), r.transit, r.payer, got * 9604 // 50_000)
    for day in (2, 9):
        r.pay_out(day, 2_000)
    return r.told()


def two_roles() -> Told:
    """The collector passes on within hours to the account that pays."""
    r = Ring("two")
    r.pass_on(0, r.collect(0), (r.collector, r.payer))
    for day in (2, 9):
        r.pay_out(day, 2_000)
    return r.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def wages(coded: bool) -> Callable[[], Told]:
    """A chain of gyms: customers, some of them staff, pay the till, which feeds the account that pays wages."""

    def story() -> Told:
        r = Ring("gym")
        for month in range(3):
            r.pass_on(30 * month, r.collect(30 * month, 4_000), (r.collector, r.payer))
            r.pay_out(30 * month + 5, 3_800 if not coded else 3_900, of=slice(0, 35), flow="PAYROLL" if coded else None)
        return r.told()

    def cheap() -> Told:
        """Members pay little of what they earn there."""
        r = Ring("gym")
        outsiders = [r.s.account(r.s.person(), "PERSONAL_I") for _ in range(PEOPLE)]
        for month in range(3):
            for number, account in enumerate(outsiders):
                r.s.pay(r.at(30 * month, 9, number), account, r.collector, 3_900)
            r.pass_on(30 * month, r.collect(30 * month, 100) + 3_900 * PEOPLE, (r.collector, r.payer))
            r.pay_out(30 * month + 5, 3_800)
        return r.told()

    return story if coded else cheap


def refunds() -> Told:
    """A school took a term's fee and gives everybody the same part back, once."""
    r = Ring("school")
    r.pass_on(0, r.collect(0, 6_000), r.way)
    r.pay_out(60, 5_000)
    return r.told()


def charity() -> Told:
    """Givers are others than those who are helped."""
    r = Ring("charity")
    r.pass_on(0, r.collect(0), r.way)
    r.investors = [r.s.account(r.s.person(), "PERSONAL_I") for _ in range(PEOPLE)]
    for day in (2, 9):
        r.pay_out(day, 2_000)
    return r.told()


def insurer() -> Told:
    """Premiums in, claims out, by a licensed insurer's accounts."""
    r = Ring("insurer")
    r.s.licence(r.firm, "insurance")
    r.pass_on(0, r.collect(0), r.way)
    for day in (2, 9):
        r.pay_out(day, 2_000)
    return r.told()


def merchant() -> Told:
    """A shop pays most of what it takes to its suppliers; the rest goes to the account that pays back deposits."""
    r = Ring("merchant")
    supplier = r.s.account(r.s.org())
    got = r.collect(0, 25_000)
    r.s.pay(r.at(0, 12), r.collector, supplier, got * 3 // 4)
    r.pass_on(0, got // 5, (r.collector, r.payer))
    for day in (2, 9):
        r.pay_out(day, 2_400)
    return r.told()


def circle_of_friends() -> Told:
    """Twenty-nine acquaintances save together."""
    r = Ring("friends", 29)
    r.pass_on(0, r.collect(0), r.way)
    for day in (2, 9):
        r.pay_out(day, 4_000)
    return r.told()


EVASIONS = {
    "rotated": rotated,
    "layered": layered,
    "skimmed and seeded": skimmed_and_seeded,
    "two roles": two_roles,
}
LAWFUL = {
    "wages by code": wages(True),
    "wages, staff are members": wages(False),
    "refunds": refunds,
    "charity": charity,
    "insurer": insurer,
    "merchant": merchant,
    "friends": circle_of_friends,
}
