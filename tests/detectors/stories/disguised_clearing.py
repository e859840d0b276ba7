"""PAY-06: the golden case, every evasion that the event contract can tell, and the lawful twins of the catalogue."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after, fen
from tests.detectors.schemes import Told

START = "2016-06-13"
BANK_A, BANK_B, BANK_C = "102311000013", "103311000019", "104311000015"
BRANCH_OF_A = "102311000550"


class House:
    """An institution with an account at each of two banks, and customers at both."""

    def __init__(self, name: str, sector: str = "PAY", second_owner: str | None = None, start: str = START) -> None:
        self.s, self.start = Scenario(name), start
        self.party = self.s.platform(sector)
        if sector == "PAY":
            self.s.licence(self.party, "payment")
        self.at_a = self.s.account(self.party, bank=BANK_A)
        if second_owner == "nominee":
            nominee = self.s.org()
            self.s.owns(self.party, nominee, 100)
            self.at_b = self.s.account(nominee, bank=BANK_B)
        else:
            self.at_b = self.s.account(self.party, bank=BANK_B)

    def customers(self, bank: str, count: int, org: bool = False) -> list[str]:
        return [self.s.account(self.s.org() if org else self.s.person(), bank=bank) for _ in range(count)]

    def moment(self, day: int, seconds: int) -> str:
        return f"{days_after(self.start, day)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"

    def clear(
        self, day: int, pairs: int, delay_s: Callable[[int], int] = lambda n: 180, order: bool = False,
        yuan: Callable[[int], int] = lambda n: 1_000,
    ) -> int:  # fmt: skip
        """Customers at A pay in, customers at B get it less 0.5 %; returns fen paid out."""
        payers, payees, total = self.customers(BRANCH_OF_A, 6), self.customers(BANK_B, 6), 0
        for n in range(pairs):
            at = 9 * 3600 + n * 240
            known = {"order_id": f"{self.s.name}-{day}-{n}"} if order else {}
            out = fen(yuan(n)) * 995 // 1_000
            self.s.pay(self.moment(day, at), payers[n % 6], self.at_a, yuan(n), **known)
            later = at + delay_s(n)
            self.s.pay(self.moment(day + later // 86_400, later % 86_400), self.at_b, payees[n % 5], written(out), **known)
            total += out
        return total

    def level(self, day: int, total_fen: int, hour: int = 18) -> None:
        """The position goes from A to B in one sum."""
        self.s.pay(self.moment(day, hour * 3600), self.at_a, self.at_b, written(total_fen))

    def told(self) -> Told:
        return Told(self.s, self.party)


def written(fen_: int) -> str:
    return f"{fen_ // 100}.{fen_ % 100:02d}"


def golden_day(order: bool = True) -> Told:
    """G4: 120 pairs of 1,000.00 and 995.00, three minutes apart, and the net moved at 18:00."""
    h = House("g4")
    h.level(0, h.clear(0, 120, order=order))
    return h.told()


def five_days() -> Told:
    """Fewer pairs, but the position is moved net every evening of five days."""
    h = House("net")
    for day in range(5):
        h.level(day, h.clear(day, 12, yuan=lambda n: 1_000 + 37 * n))
    return h.told()


def no_order() -> Told:
    return golden_day(order=False)


def random_delays() -> Told:
    """Hours, up to the next evening, lie between the legs."""
    h = House("delay")
    h.clear(0, 104, lambda n: 1_200 + n * 7_919 % 80_000, yuan=lambda n: 1_000 + 37 * n)
    return h.told()


def split_legs() -> Told:
    """Every payment out is split in three, and every payment in comes in two parts."""
    h = House("split")
    payers, payees = h.customers(BANK_A, 104), h.customers(BANK_B, 104)
    for n in range(104):
        at, whole = 9 * 3600 + n * 300, (1_000 + n) * 1_000
        out = whole * 995 // 1_000
        for part in range(2):
            h.s.pay(h.moment(0, at + part), payers[n], h.at_a, written(whole // 2))
        for share in (out * 2 // 5, out // 3, out - out * 2 // 5 - out // 3):
            at += 20
            h.s.pay(h.moment(0, at), h.at_b, payees[n], written(share))
    return h.told()


def put_together() -> Told:
    """Payments of five minutes are paid out as one sum, to many payees of large amounts at two more banks."""
    h = House("sums")
    at_c = h.s.account(h.party, bank=BANK_C)
    sides = ((h.at_b, h.customers(BANK_B, 3)), (at_c, h.customers(BANK_C, 3)))
    payers = h.customers(BANK_A, 8)
    for n in range(20):
        at, (account, payees) = 9 * 3600 + n * 1_200, sides[n % 2]
        for k, payer in enumerate(payers):
            h.s.pay(h.moment(0, at + k), payer, h.at_a, 7_000 + 100 * n + k)
        total = sum(fen(7_000 + 100 * n + k) for k in range(8)) * 995 // 1_000
        h.s.pay(h.moment(0, at + 120), account, payees[n % 3], written(total))
    return h.told()


def nominee() -> Told:
    """A subsidiary holds the second account."""
    h = House("nominee", second_owner="nominee")
    h.clear(0, 104)
    return h.told()


def after_the_cut() -> Told:
    """From 2018-06-30 ten pairs are enough."""
    h = House("cut", start="2018-07-03")
    h.clear(0, 10, order=True)
    return h.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def retailer(suppliers: int = 3, each: int = 38_000) -> Callable[[], Told]:
    """G4's twin: 120 sales at A, and suppliers at B are paid."""

    def story() -> Told:
        h = House("retail", "OTHER")
        for n, payer in enumerate(h.customers(BANK_A, 120)):
            h.s.pay(h.moment(0, 9 * 3600 + n * 240), payer, h.at_a, 1_000)
        h.level(0, fen(110_000), 10)
        for n, supplier in enumerate(h.customers(BANK_B, suppliers, org=True)):
            h.s.pay(h.moment(0, 15 * 3600 + n), h.at_b, supplier, each)
        return h.told()

    return story


def bank_itself() -> Told:
    h = House("bank", "BANK")
    h.clear(0, 120, order=True)
    return h.told()


def between_banks() -> Told:
    """Payers and payees are banks in their own name."""
    h = House("ibk")
    payer, payee = h.s.account(h.s.bank(), bank=BANK_A), h.s.account(h.s.bank(), bank=BANK_B)
    for n in range(110):
        h.s.pay(h.moment(0, 9 * 3600 + n * 240), payer, h.at_a, 1_000)
        h.s.pay(h.moment(0, 9 * 3600 + n * 240 + 60), h.at_b, payee, 995)
    return h.told()


def payroll_agent() -> Told:
    """Employers at A pay in, and their staff at B and C is paid by the bank's payroll code."""
    h = House("payroll", "OTHER")
    staff = h.customers(BANK_B, 110)
    for n, employer in enumerate(h.customers(BANK_A, 110, org=True)):
        h.s.pay(h.moment(0, 9 * 3600 + n * 240), employer, h.at_a, 5_000)
        h.s.pay(h.moment(0, 9 * 3600 + n * 240 + 60), h.at_b, staff[n], 4_990, "PAYROLL")
    return h.told()


def treasury() -> Told:
    """The institution moves its own money between its banks, however often."""
    h = House("treasury")
    for n in range(120):
        h.level(0, fen(20_000 + n), 8 + n % 12)
    return h.told()


def through_a_clearing_system() -> Told:
    """Payers are at other banks than the account that they pay: a clearing system carried every payment."""
    h = House("cleared")
    payers, payees = h.customers(BANK_C, 6), h.customers(BANK_B, 6)
    for n in range(120):
        h.s.pay(h.moment(0, 9 * 3600 + n * 240), payers[n % 6], h.at_a, 1_000, order_id=f"c{n}")
        h.s.pay(h.moment(0, 9 * 3600 + n * 240 + 60), h.at_b, payees[n % 6], 995, order_id=f"c{n}")
    return h.told()


def one_bank() -> Told:
    """Two branches of one bank are one bank."""
    h = House("onebank")
    second = h.s.account(h.party, bank=BRANCH_OF_A)
    payers, payees = h.customers(BANK_A, 6), h.customers(BANK_A, 6)
    for n in range(120):
        h.s.pay(h.moment(0, 9 * 3600 + n * 240), payers[n % 6], h.at_a, 1_000, order_id=f"b{n}")
        h.s.pay(h.moment(0, 9 * 3600 + n * 240 + 60), second, payees[n % 6], 995, order_id=f"b{n}")
    return h.told()


EVASIONS = {
    "five days net": five_days,
    "no order": no_order,
    "random delays": random_delays,
    "split legs": split_legs,
    "put together": put_together,
    "nominee": nominee,
    "after the cut": after_the_cut,
}
LAWFUL = {
    "retailer": retailer(),
    "retailer, nine suppliers": retailer(9, 12_600),
    "bank itself": bank_itself,
    "between banks": between_banks,
    "payroll agent": payroll_agent,
    "treasury": treasury,
    "through a clearing system": through_a_clearing_system,
    "one bank": one_bank,
}
