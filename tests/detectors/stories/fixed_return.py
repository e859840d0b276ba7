"""ILF-03: returns by the calendar and on the lattice, the same with jitter, and payments that only look like it."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-06-06"
PEOPLE = 36


class House:
    """A firm that nobody supervises, and persons with one account each."""

    def __init__(self, name: str, people: int = PEOPLE) -> None:
        self.s = Scenario(name)
        self.firm = self.s.org()
        self.pot = self.s.account(self.firm)
        self.persons = [self.s.person() for _ in range(people)]
        self.accounts = [self.s.account(person, "PERSONAL_I") for person in self.persons]

    def moment(self, day: int, number: int) -> str:
        return f"{days_after(START, day)}T{9 + number // 60:02d}:{number % 60:02d}"

    def give(self, yuan: Callable[[int], int | str] = lambda n: 10_000 * (1 + n % 3), day: int = 0, **fields: str) -> None:
        for n, account in enumerate(self.accounts):
            self.s.pay(self.moment(day, n), account, self.pot, yuan(n), **fields)

    def pay(self, day: int, yuan: Callable[[int], int | str], flow: str | None = None, **fields: str) -> None:
        for n, account in enumerate(self.accounts):
            self.s.pay(self.moment(day, n), self.pot, account, yuan(n), flow, **fields)

    def told(self) -> Told:
        return Told(self.s, self.firm)


def share(n: int, thousandths: int) -> int:
    """Yuan of a return on what the n-th gave."""
    return 10 * (1 + n % 3) * thousandths


def jitter(n: int, k: int, width: int) -> int:
    """A number in -width … width, the same in every run."""
    return (n * 7_919 + k * 104_729 + n * k * 31) % (2 * width + 1) - width


def monthly() -> Told:
    """1.5 % every thirty days, four times."""
    h = House("monthly")
    h.give()
    for k in range(1, 5):
        h.pay(30 * k, lambda n: share(n, 15))
    return h.told()


def lattice() -> Told:
    """G13: units of 2,500, and 1.175 of them comes back once."""
    h = House("lattice")
    units = (1, 2, 3, 1, 4)
    h.give(lambda n: 2_500 * units[n % 5])
    h.pay(40, lambda n: f"{29_375 * units[n % 5] // 10}.{29_375 * units[n % 5] % 10}0")
    return h.told()


def jittered_amounts() -> Told:
    """Every payment differs by up to 9 % and the deposits by some yuan."""
    h = House("amounts")
    h.give(lambda n: 10_000 * (1 + n % 3) + jitter(n, 0, 40))
    for k in range(1, 6):
        h.pay(15 * k, lambda n, k=k: share(n, 10) * (100 + jitter(n, k, 9)) // 100)
    return h.told()


def jittered_dates() -> Told:
    """Twice a month, but on other days for everybody every time; the deposits have no unit."""
    h = House("dates")
    h.give(lambda n: 10_000 + 613 * n)
    for k in range(1, 7):
        for n, account in enumerate(h.accounts):
            h.s.pay(h.moment(15 * k + jitter(n, k, 3), n), h.pot, account, (10_000 + 613 * n) * 12 // 1_000)
    return h.told()


def jittered_gains() -> Told:
    """Once, with a gain of about 17.5 % on sums that are no multiples of anything."""
    h = House("gains")
    h.give(lambda n: 10_000 + 613 * n)
    h.pay(60, lambda n: (10_000 + 613 * n) * (1_175 + jitter(n, 1, 12)) // 1_000)
    return h.told()


def rotated_payers() -> Told:
    """Three subsidiaries pay in turn, none of them thirty persons."""
    h = House("rotated")
    firms = [h.s.org() for _ in range(3)]
    for firm in firms:
        h.s.owns(h.firm, firm, 100)
    pots = [h.s.account(firm) for firm in firms]
    h.give()
    for k in range(1, 5):
        for n, account in enumerate(h.accounts):
            h.s.pay(h.moment(10 * k, n), pots[n % 3], account, share(n, 15))
    return h.told()


def paid_in_parts() -> Told:
    """Each return comes in two parts on the day, to other accounts of the same persons, by a memo that calls it wages."""
    h = House("parts")
    h.give()
    second = [h.s.account(person, "PERSONAL_II") for person in h.persons]
    for k in range(1, 4):
        for n in range(PEOPLE):
            for account, part in ((h.accounts[n], 4), (second[n], 11)):
                h.s.pay(h.moment(30 * k, n), h.pot, account, share(n, part), "PAYROLL", "memo")
    return h.told()


def topped_up() -> Told:
    """Deposits grow on the way, and returns with them."""
    h = House("topped")
    h.give(lambda n: 10_000)
    for k in range(1, 5):
        h.pay(30 * k, lambda n, k=k: 150 if k < 3 else 300)
        if k == 2:
            h.give(lambda n: 10_000, day=61)
    return h.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def rent(deposit: int, kind: str | None) -> Callable[[], Told]:
    """An agency that lets flats: owners pay it a fee, tenants pay rent, and it pays the owners every month."""

    def story() -> Told:
        h = House("rent")
        h.give(lambda n: deposit)
        for k in range(1, 5):
            h.pay(30 * k, lambda n: 2_000 + 100 * (n % 7), flow=kind)
        return h.told()

    return story


def insurer(licence: str) -> Callable[[], Told]:
    """Premiums once, an annuity every month."""

    def story() -> Told:
        h = House("annuity")
        h.s.licence(h.firm, licence)
        h.give()
        for k in range(1, 5):
            h.pay(30 * k, lambda n: share(n, 5))
        return h.told()

    return story


def pension_office() -> Told:
    """Contributions and pensions of a public office, on an account of the treasury."""
    h = House("pension")
    h.pot = h.s.account(h.firm, "TAX")
    h.give()
    for k in range(1, 5):
        h.pay(30 * k, lambda n: share(n, 5))
    return h.told()


def dividend(profits: tuple[int, ...], spread: int = 0) -> Callable[[], Told]:
    """A company's registered shareholders get their share of what was earned, every quarter something else."""

    def story() -> Told:
        h = House("dividend")
        for person in h.persons:
            h.s.owns(person, h.firm, 2)
        h.give(lambda n: 20_000)
        for k, profit in enumerate(profits, 1):
            h.pay(50 * k, lambda n, profit=profit: profit + spread * (n % 2), flow="DIVIDEND")
        return h.told()

    return story


def custody_plan() -> Told:
    """Lenders get instalments by plan out of custody."""
    h = House("custody")
    h.pot = h.s.account(h.s.bank(), "CLIENT_MASTER", platform=h.firm)
    h.give(flow="INVEST_IN", basis="order")
    for k in range(1, 5):
        h.pay(30 * k, lambda n: share(n, 9), flow="RETURN_INT", basis="obligation")
    return h.told()


def tuition(refund: str | None) -> Callable[[], Told]:
    """A school takes instalments of tuition, and gives part of one back to everybody."""

    def story() -> Told:
        h = House("tuition")
        for k in range(4):
            h.give(lambda n: 3_000, day=30 * k)
        h.pay(115, lambda n: 6_000, flow=refund)
        return h.told()

    return story


def wages(people: int, stake: int) -> Callable[[], Told]:
    """G17: staff with wages by the bank's code, who bought an internal product that pays them monthly."""

    def story() -> Told:
        h = House("wages", people)
        h.pay(-30, lambda n: 5_000, flow="PAYROLL")
        h.give(lambda n: stake)
        for k in range(1, 5):
            h.pay(30 * k, lambda n: 5_000, flow="PAYROLL")
            h.pay(30 * k + 5, lambda n: stake // 100)
        return h.told()

    return story


def twenty_nine() -> Told:
    """A savings circle of acquaintances."""
    h = House("few", 29)
    h.give()
    for k in range(1, 5):
        h.pay(30 * k, lambda n: share(n, 15))
    return h.told()


def market() -> Told:
    """Sellers pay a deposit to a market that pays them what they sold, every week."""
    h = House("market")
    h.give(lambda n: 2_000)
    for k in range(1, 7):
        h.pay(7 * k, lambda n, k=k: 37 + (n * 2_654_435 + k * 40_503 * n + k * 977) % 440)
    return h.told()


EVASIONS = {
    "lattice": lattice,
    "jittered amounts": jittered_amounts,
    "jittered dates": jittered_dates,
    "jittered gains": jittered_gains,
    "rotated payers": rotated_payers,
    "paid in parts": paid_in_parts,
    "topped up": topped_up,
}
LAWFUL = {
    "rent": rent(500, "RENT"),
    "rent without a code": rent(500, None),
    "rent, a month's deposit": rent(3_000, None),
    "annuity of an insurer": insurer("insurance"),
    "trust": insurer("trust"),
    "pension": pension_office,
    "dividend": dividend((400, 950, 620)),
    "first dividend": dividend((400,)),
    "dividend, two": dividend((400, 404), 2),
    "custody plan": custody_plan,
    "tuition, no refund": tuition("REFUND"),
    "tuition, part of it back": tuition(None),
    "tuition, refund by a memo": tuition("OTHER"),
    "wages": wages(36, 10_000),
    "wages and a large stake": wages(40, 14_000),
    "wages and a small stake": wages(60, 500),
    "twenty-nine": twenty_nine,
    "market": market,
}
