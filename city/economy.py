"""The ordinary economy around the schemes: people earn, shop, rent and borrow; firms trade and pay taxes.

Nothing in it is unlawful, so the whole of it is one look-alike scene. Its size follows from the number of events asked
for: everything regular is laid down first, then shopping fills up to the exact number.
"""

from collections.abc import Iterator
from typing import Any

from chuantou.schemas.clock import date_of_day

from .book import COUNTIES, Book
from .commons import Commons
from .payments import PaymentInstitution
from .scene import Scene, hms

EVENTS_A_PERSON = 40
PERSONS_AN_EMPLOYER = 25
PERSONS_A_SHOP = 50
CARD_SALES_A_DAY = 3  # each shop, through the acquirer
SMALLEST_BUDGET = 6_000
ACQUIRER_FEE_FEN = 18_000  # a month and shop, billed apart from settlement

# Days of the month on which things are paid.
FEES_DAY, PAYROLL_DAY, TAX_DAY, LOAN_DAY, KIN_DAY, INVOICE_DAY, RENT_DAY = 5, 10, 15, 20, 22, 25, 1


class Economy(Scene):
    """One county town after another, with a share of every trade."""

    def __init__(self, book: Book, commons: Commons) -> None:
        super().__init__(book, commons, "economy", "FLOW-01", "lookalike:ordinary-economy")
        self.lawful()

    def live(self, budget: int) -> None:
        """Write exactly ``budget`` events; ValueError where that is too few for a village."""
        if budget < SMALLEST_BUDGET:
            raise ValueError(f"an economy needs {SMALLEST_BUDGET} events, {budget} are left; ask for more events")
        full = len(self.book.records) + budget
        self._settle_people(budget // EVENTS_A_PERSON)
        self._open_shops(len(self.people) // PERSONS_A_SHOP)
        for day, day_of_month in self._calendar():
            self._month_of_people(day, day_of_month)
            self._month_of_firms(day, day_of_month)
        self._take_cards()
        self._shop(full - len(self.book.records))

    def _settle_people(self, count: int) -> None:
        keys = [self.person(reg_region=COUNTIES[number % len(COUNTIES)]) for number in range(count)]
        self.people = [self.account(key) for key in keys]
        self.wages = [300_000 + self.random.randrange(6_000) * 100 for _ in keys]
        for parent in range(0, count - 1, 10):
            self.emit(
                "own.events", "registry:jiangsu", -1, 36_000, type="KIN", party=keys[parent], holder=keys[parent + 1]
            )
        employers = max(count // PERSONS_AN_EMPLOYER, 1)
        self.employers = [self._firm(f"盐城{n + 1}号机械制造有限公司", n, "OWN_BASIC") for n in range(employers)]

    def _open_shops(self, count: int) -> None:
        self.shops = [self._firm(f"盐城{n + 1}号超市有限公司", n, "MERCHANT_SETTLE") for n in range(count)]
        self.suppliers = [self._firm(f"盐城{n + 1}号食品批发有限公司", n, "OWN_BASIC") for n in range(count // 3 + 4)]
        self.acquirer = PaymentInstitution(self)

    def _firm(self, name: str, number: int, role: str) -> str:
        key = self.org(name, region=COUNTIES[number % len(COUNTIES)])
        return self.account(key, role, role_basis="registry")

    def _calendar(self) -> Iterator[tuple[int, int]]:
        for day in range(self.book.days):
            yield day, date_of_day(self.book.start + day).day

    def _month_of_people(self, day: int, day_of_month: int) -> None:
        people, count = self.people, len(self.people)
        if day_of_month == PAYROLL_DAY:
            for number in range(count * 7 // 10):
                employer = number % len(self.employers)
                batch = {"batch_id": f"payroll-{employer}-{day}", "flow_class": "PAYROLL", "class_basis": "source"}
                self._at_random(day, 14, self.employers[employer], people[number], self.wages[number], **batch)
        elif day_of_month == RENT_DAY:
            for tenant in range(1, count, 5):
                landlord = tenant // 50 * 50
                rent = {"flow_class": "RENT", "class_basis": "memo", "memo": "房租"}
                self._at_random(day, 19, people[tenant], people[landlord], 80_000 + tenant % 17 * 10_000, **rent)
        elif day_of_month == LOAN_DAY:
            for debtor in range(3, count, 10):
                bank = self.commons.lenders[debtor % len(self.commons.lenders)]
                loan = {"flow_class": "REPAY_PRIN", "class_basis": "source"}
                self._at_random(day, 10, people[debtor], bank, 120_000 + debtor % 23 * 5_000, **loan)
        elif day_of_month == KIN_DAY:
            for parent in range(0, count - 1, 10):
                help_fen = 50_000 + parent % 13 * 10_000
                self._at_random(day, 20, people[parent + 1], people[parent], help_fen, memo="生活费")

    def _month_of_firms(self, day: int, day_of_month: int) -> None:
        if day_of_month == TAX_DAY:
            for number, firm in enumerate(self.employers + self.shops + self.suppliers):
                tax = {"flow_class": "TAX", "class_basis": "role"}
                self._at_random(day, 9, firm, self.commons.tax, 300_000 + number % 31 * 20_000, **tax)
        elif day_of_month == INVOICE_DAY:
            # For what was delivered in the month before, 20–40 days ago.
            for number, buyer in enumerate(self.employers + self.shops):
                for turn in range(3):
                    supplier = self.suppliers[(number + turn) % len(self.suppliers)]
                    invoice = {"flow_class": "SUPPLIER", "class_basis": "memo", "memo": "货款"}
                    fen = 800_000 + self.random.randrange(1_500) * 1_000
                    self._at_random(day, 15, buyer, supplier, fen, **invoice)
        elif day_of_month == FEES_DAY:
            for shop in self.shops:
                fee = {"flow_class": "FEE", "class_basis": "source", "memo": "收单手续费"}
                self._at_random(day, 11, shop, self.acquirer.own, ACQUIRER_FEE_FEN, **fee)

    def _take_cards(self) -> None:
        """Card sales reach the acquirer's reserve at once and the shop on the next day, in full."""
        acquirer = self.acquirer
        for day in range(self.book.days):
            for number, shop in enumerate(self.shops):
                sold = 0
                for _ in range(CARD_SALES_A_DAY):
                    fen = 2_000 + self.random.randrange(60_000)
                    acquirer.order(day, self._second(9, 11), self._customer(), fen)
                    sold += fen
                if day + 1 < self.book.days:
                    batch = f"{self.namespace}-T1-{day}-{number}"
                    acquirer.settle(day + 1, self._second(3, 5), batch, shop, sold)
        acquirer.report(0, self.book.days - 1)

    def _shop(self, purchases: int) -> None:
        """Daily shopping, straight into the shop's settlement account."""
        if purchases < 0:
            raise AssertionError("the regular part of the economy is larger than its budget")
        shops, days = self.shops, self.book.days
        for number in range(purchases):
            shop = shops[self.random.randrange(len(shops))]
            self.pay(number % days, self._second(8, 13), self._customer(), shop, 500 + self.random.randrange(60_000))

    def _customer(self) -> str:
        return self.people[self.random.randrange(len(self.people))]

    def _at_random(self, day: int, hour: int, debtor: str, creditor: str, fen: int, **fields: Any) -> None:
        self.pay(day, hms(hour) + self.random.randrange(3_600), debtor, creditor, fen, **fields)

    def _second(self, from_hour: int, hours: int) -> int:
        return hms(from_hour) + self.random.randrange(hours * 3_600)
