"""ILF-04: accounts that were lent or bought to pass on strangers' money, and accounts of people who are only new or busy."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
EACH = 2_000
LONG_AGO, LAST_WEEK = "2015-09-01", "2016-06-08"


class Ring:
    """Five persons with an account each, and a boss."""

    def __init__(self, name: str, count: int = 5, opened: str = LAST_WEEK, phones: int = 0) -> None:
        self.s = Scenario(name)
        self.holders = [self.s.person() for _ in range(count)]
        self.accounts = []
        for number, holder in enumerate(self.holders):
            device = {"device": f"{name}-phone-{number % phones}"} if phones else {}
            self.accounts.append(self.s.account(holder, "PERSONAL_I", opened, **device))
        self.boss = self.s.person()
        self.purse = self.s.account(self.boss, "PERSONAL_I")

    def strangers(self, count: int) -> list[str]:
        return [self.s.account(self.s.person(), "PERSONAL_I", holds=50_000) for _ in range(count)]

    def take(self, number: int, strangers: int = 10, day: str = DAY) -> int:
        """So many strangers pay the account in the morning; returns yuan."""
        for turn, payer in enumerate(self.strangers(strangers)):
            self.s.pay(f"{day}T09:{turn:02d}", payer, self.accounts[number], EACH)
        return strangers * EACH

    def run(self, strangers: int = 10, hour: int = 20, payee: str | None = None) -> None:
        for number, account in enumerate(self.accounts):
            yuan = self.take(number, strangers)
            self.s.pay(f"{DAY}T{hour}:0{number}", account, payee or self.purse, yuan)

    def told(self, subject: str | None = None) -> Told:
        return Told(self.s, subject or self.boss)


def five_new_accounts() -> Told:
    """Five new accounts on one phone, fifty strangers, everything to one man on the same evening."""
    ring = Ring("phones", phones=1)
    ring.run()
    return ring.told()


def woken() -> Told:
    """Accounts that slept for two hundred days."""
    ring = Ring("woken", opened=LONG_AGO)
    for number, account in enumerate(ring.accounts):
        ring.s.pay(f"2015-11-20T09:0{number}", ring.strangers(1)[0], account, 300)
        ring.s.pay(f"2015-11-21T09:0{number}", account, ring.purse, 300)
        ring.s.balance(account, f"{DAY}T23:00", 0)
    ring.run()
    return ring.told()


def one_signatory() -> Told:
    """Old accounts that one man may sign for since last week; nobody of them shares a phone, and the money goes its ways."""
    ring = Ring("signs", opened=LONG_AGO)
    for account in ring.accounts:
        ring.s.account_event("SIGNATORY_CHANGE", account, LAST_WEEK, signatories=[ring.boss])
        ring.s.balance(account, f"{DAY}T23:00", 0)
    for number, account in enumerate(ring.accounts):
        ring.s.pay(f"{DAY}T20:0{number}", account, ring.strangers(1)[0], ring.take(number))
    return ring.told(min(ring.holders, key=lambda holder: ring.accounts[ring.holders.index(holder)]))


def chained() -> Told:
    """No boss: each pays the next, and the last draws it."""
    ring = Ring("chain")
    got = [ring.take(number) for number in range(5)]
    for number in range(4):
        ring.s.pay(f"{DAY}T1{number + 2}:00", ring.accounts[number], ring.accounts[number + 1], got[number])
        got[number + 1] += got[number]
    bank = ring.s.account(ring.s.bank(), "BANK_INTERNAL")
    ring.s.pay(f"{DAY}T20:00", ring.accounts[4], bank, got[4], "CASH_OUT")
    return ring.told(ring.holders[4])


def four_are_no_ring() -> Told:
    ring = Ring("four", 4, phones=1)
    ring.run()
    return ring.told()


def first_cards() -> Told:
    """New accounts of students: parents pay, the school gets it on the same day."""
    ring = Ring("students")
    ring.run(strangers=2, payee=ring.s.account(ring.s.org()))
    return ring.told()


def stalls() -> Told:
    """New stalls that pay one wholesale company in the evening."""
    ring = Ring("stalls")
    ring.run(payee=ring.s.account(ring.s.org()))
    return ring.told()


def kept_overnight() -> Told:
    """One phone, many payers, but the money stays for two days."""
    ring = Ring("kept", phones=1)
    for number, account in enumerate(ring.accounts):
        ring.s.pay(f"{days_after(DAY, 2)}T20:0{number}", account, ring.purse, ring.take(number))
    return ring.told()


EVASIONS = {"woken": woken, "one signatory": one_signatory, "chained": chained}
LAWFUL = {
    "four are no ring": four_are_no_ring,
    "first cards": first_cards,
    "stalls": stalls,
    "kept overnight": kept_overnight,
}
