"""Small random economies in which everything happens to everybody, at times that collide: fuel for properties."""

import datetime as dt
import random

from tests.detectors.scenario import Scenario, days_after

FIRST = "2016-06-06"
FLOWS = ("INVEST_IN", "LOAN_OUT", "REPAY_PRIN", "RETURN_PRIN", "FEE", "TOPUP", "WITHDRAW", "SUPPLIER", "PAYROLL", "RENT",
         "POOL_SWEEP", "REFUND", None, None, None)  # fmt: skip
ROLES = ("OWN_GENERAL", "OWN_GENERAL", "PERSONAL_I", "MERCHANT_SETTLE", "CLIENT_SUB", "ESCROW_PRESALE", "TAX")


class RandomWorld:
    """Two platforms, a payment institution, a bank, and the people and firms around them, over ``days`` days."""

    def __init__(self, seed: int, events: int = 150, days: int = 12) -> None:
        self.random, self.days = random.Random(seed), days
        self.s = s = Scenario(f"w{seed}")
        self.platforms = [s.platform(), s.platform()]
        self.pay, self.bank = s.platform("PAY"), s.bank()
        self.people = [s.person() for _ in range(34)]
        self.firms = [s.org() for _ in range(4)]
        self.accounts = [s.account(p) for p in (*self.platforms, *self.people[:20], *self.firms[:2])]
        self.reserves = [s.account(self.pay, role, bank=f"10{n}311000013", branch_region=f"32090{n + 2}")
                         for n, role in enumerate(("RSV_DEPOSITORY", "RSV_PAYRECV"))]  # fmt: skip
        self.master = s.account(self.bank, "CLIENT_MASTER", platform=self.platforms[0], custodian=self.bank)
        self.accounts += [*self.reserves, self.master, *(s.account(None) for _ in range(3))]
        self.listings: list[tuple[str, str, str]] = []
        for _ in range(events):
            self.random.choice((self.transfer,) * 12 + (self.crowd, self.listing, self.allocate, self.opening,
                               self.relation, self.balances, self.statement, self.signatory, self.licence))()  # fmt: skip

    def moment(self) -> str:
        """Any of a few instants of a day, so that much happens at once."""
        day = days_after(FIRST, self.random.randrange(self.days))
        return f"{day}T{self.random.randrange(9, 18):02d}:{self.random.choice((0, 30)):02d}"

    def some(self, items: list[str]) -> str:
        return self.random.choice(items)

    def transfer(self) -> None:
        payer, payee = self.some(self.accounts), self.some(self.accounts)
        fields = {}
        if self.listings and self.random.random() < 0.4:
            fields["listing"] = self.random.choice(self.listings)[0]
        if self.random.random() < 0.4:
            fields["order_id"] = f"O{self.random.randrange(6)}"
        if self.random.random() < 0.2:
            fields["product"] = f"F{self.random.randrange(2)}"
        self.s.pay(self.moment(), payer, payee, self.random.randrange(1, 40) * 10_000, self.random.choice(FLOWS), **fields)

    def crowd(self) -> None:
        """Many people pay in on one account, at one instant."""
        moment, pool = self.moment(), self.some(self.accounts)
        listing = self.random.choice(self.listings)[0] if self.listings else None
        for person in self.people:
            self.s.pay(moment, f"card:{person}", pool, self.random.randrange(5, 20) * 1_000, "INVEST_IN",
                       debtor_party=person, listing=listing)  # fmt: skip

    def listing(self) -> None:
        platform, borrower = self.some(self.platforms), self.some([*self.people, *self.firms])
        number = f"L{len(self.listings)}"
        self.listings.append((number, platform, borrower))
        self.s.product(self.moment(), "LISTING", platform, 500_000, listing=number, borrower=borrower, term_days=180)
        self.s.product(self.moment(), "DISBURSE", platform, 500_000, listing=number, borrower=borrower)
        self.s.product(self.moment(), "SUBSCRIBE", platform, 300_000, investor=self.some(self.people), listing=number,
                       claim=f"C{number}", due=dt.date(2016, 6, 20))  # fmt: skip

    def allocate(self) -> None:
        if self.listings:
            listing, platform, _ = self.random.choice(self.listings)
            self.s.product(self.moment(), "ALLOC", platform, 100_000, product=f"F{self.random.randrange(2)}", listing=listing)

    def opening(self) -> None:
        """An account that is new, or was seen in transfers before."""
        owner = self.some([*self.people, *self.firms, *self.platforms, self.pay])
        if self.random.random() < 0.5:
            self.accounts.append(self.s.account(owner, self.random.choice(ROLES), self.moment(), branch_region="320904"))
        else:
            self.s.account_event("OPEN", self.some(self.accounts[-3:]), self.moment(), owner=owner)

    def relation(self) -> None:
        holder, company = self.some([*self.people, *self.firms]), self.some([*self.firms, *self.platforms, self.pay])
        if holder != company:
            self.s.owns(holder, company, self.random.choice((0, 26, 60, 100)), self.moment())

    def balances(self) -> None:
        account = self.some([self.master, *self.reserves])
        kind = self.random.choice(("CLOSING", "LEDGER_SUB_SUM"))
        self.s.balance(account, self.moment(), self.random.randrange(5_000_000), kind)

    def statement(self) -> None:
        """A day's balances and report of the payment institution, told the next morning."""
        number = self.random.randrange(self.days)
        day, next_day = days_after(FIRST, number), days_after(FIRST, number + 1)
        for reserve in self.reserves:
            self.s.balance(reserve, f"{next_day}T08:00", 2_000_000, as_of=f"{day}T23:59")
        owed = self.random.choice((3_900_000, 4_000_000, 4_020_000, 4_300_000))
        self.s.report(f"{next_day}T08:30", self.pay, day, customer_balance=owed)

    def signatory(self) -> None:
        self.s.account_event("SIGNATORY_CHANGE", self.some(self.accounts), self.moment(), signatories=[self.some(self.people)])

    def licence(self) -> None:
        self.s.licence(self.some([*self.firms, *self.platforms]), self.random.choice(("bank", "fund")), self.moment())
