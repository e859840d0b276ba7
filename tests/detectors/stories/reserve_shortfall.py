"""PAY-01: every evasion of the catalogue and every lawful look-alike that the event contract can tell."""

from collections import defaultdict
from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told, short_reserve

FIRST = "2016-06-06"
OWED = 6_500_000


class Institution:
    """Owes 6.5 million and holds it to the yuan, in two reserve accounts; stories change single days."""

    def __init__(self, name: str, days: int = 8) -> None:
        self.s = Scenario(name)
        self.days = [days_after(FIRST, n) for n in range(days)]
        self.party = self.s.platform("PAY")
        self.s.licence(self.party, "payment")
        self.first, self.second = (self.s.account(self.party, role) for role in ("RSV_DEPOSITORY", "RSV_PAYRECV"))
        self.own = self.s.account(self.party, "OWN_BASIC", holds=2_000_000)
        self.clients = [self.s.account(self.s.person(), holds=500_000) for _ in range(3)]
        self.held = dict.fromkeys(self.days, 5_500_000)  # on the first account; the second holds a million
        self.reported: dict[str, dict[str, int]] = defaultdict(dict)
        self.closed_on: dict[str, str] = {}

    def change(self, first: int, last: int, yuan: int) -> None:
        """The first account holds ``yuan`` more in the nights ``first`` … ``last``."""
        for day in self.days[first : last + 1]:
            self.held[day] += yuan

    def told(self) -> Told:
        """Every night both balances, then the report."""
        for day in self.days:
            self.s.balance(self.first, f"{day}T23:57", self.held[day])
            if day < self.closed_on.get(self.second, "9999"):
                self.s.balance(self.second, f"{day}T23:58", 1_000_000)
            parts = {"customer_balance": OWED, "in_transit": 0, "in_process": 0, "own_in_reserve": 0}
            self.s.report(f"{day}T23:59", self.party, day, **(parts | self.reported[day]))
        return Told(self.s, self.party)


# -- evasions ------------------------------------------------------------------------------------------------------


def window_dressing() -> Told:
    """300,000 are missing all the time but for the night of the audit, for which own money is put in."""
    p = Institution("dressing")
    p.change(0, 7, -300_000)
    p.change(4, 4, 300_000)
    p.s.pay(f"{p.days[4]}T17:00", p.own, p.first, 300_000)
    p.s.pay(f"{p.days[5]}T09:00", p.first, p.own, 300_000)
    return p.told()


def window_dressing_in_two_parts() -> Told:
    """The same, taken out again in two parts."""
    p = Institution("dressing2", days=2)
    p.change(0, 0, -300_000)
    p.change(1, 1, 0)
    p.s.pay(f"{p.days[1]}T17:00", p.own, p.first, 300_000)
    p.s.pay(f"{days_after(p.days[1], 1)}T09:00", p.first, p.own, 150_000)
    p.s.pay(f"{days_after(p.days[1], 1)}T09:30", p.first, p.own, 150_000)
    return p.told()


def understated_liabilities() -> Told:
    """The report owes 300,000 less from one day to the next, though no client was paid."""
    p = Institution("understated")
    p.s.pay(f"{p.days[0]}T12:00", p.clients[0], p.first, 1_000, "TOPUP", order_id="O1")
    p.s.pay(f"{p.days[0]}T13:00", p.first, p.clients[1], 1_000, "WITHDRAW", order_id="O1")
    p.change(3, 7, -300_000)
    for day in p.days[3:]:
        p.reported[day]["customer_balance"] = OWED - 300_000
    return p.told()


def unrecorded_card_sales() -> Told:
    """100,000 come in for cards that the report does not know as unspent value; the money is gone by the evening."""
    p = Institution("cards")
    p.s.pay(f"{p.days[2]}T12:00", p.clients[0], p.first, 100_000, "TOPUP", order_id="CARDS")
    p.s.pay(f"{p.days[2]}T16:00", p.first, p.own, 100_000)
    return p.told()


def closed_account() -> Told:
    """One reserve account was closed, its money is gone with it; balances come for the other alone."""
    p = Institution("closed")
    p.s.account_event("CLOSE", p.second, f"{p.days[3]}T09:00")
    p.closed_on[p.second] = p.days[3]
    return p.told()


def account_opened_next_morning() -> Told:
    """A new reserve account, opened after the night in question, does not hold up the verdict on that night."""
    p = Institution("opened", days=1)
    p.change(0, 0, -300_000)
    p.told()
    p.s.account(p.party, "RSV_REMIT", f"{days_after(FIRST, 1)}T00:30")
    return Told(p.s, p.party)


def borrowed_and_told_in_the_morning() -> Told:
    """Reports come next morning; the own money that filled a hole leaves an hour after the report that it served."""
    p = Institution("morning", days=0)
    p.s.pay(f"{FIRST}T17:00", p.own, p.first, 100_000)
    for number in range(2):
        day, morning = days_after(FIRST, number), days_after(FIRST, number + 1)
        p.s.balance(p.first, f"{morning}T08:00", 5_450_000, as_of=f"{day}T23:59")
        p.s.balance(p.second, f"{morning}T08:01", 1_000_000, as_of=f"{day}T23:59")
        p.s.report(f"{morning}T08:30", p.party, day, customer_balance=OWED)
    p.s.pay(f"{days_after(FIRST, 1)}T09:30", p.first, p.own, 100_000)
    return Told(p.s, p.party)


def thin_capital(own: int | None = 1_999_999, day: str = "2016-07-01", days: int = 200) -> Told:
    """Twenty million of clients' money lie in the reserve all the time, on a capital of less than two million."""
    s = Scenario("capital")
    told = {} if own is None else {"reg_capital_fen": own * 100}
    party = s.platform("PAY", **told)
    s.licence(party, "payment")
    begun = days_after(day, -days)
    s.account(party, "RSV_DEPOSITORY", begun, holds=20_000_000)
    client = s.account(s.person(begun), moment=begun)
    s.pay(f"{day}T10:00", client, s.account(s.org(begun), moment=begun), 1)
    return Told(s, party)


# -- lawful --------------------------------------------------------------------------------------------------------


def in_transit_over_the_holiday() -> Told:
    """Card sales of three holidays are owed at once and arrive on the first working day, in transit until then."""
    p = Institution("holiday")
    for number in (2, 3, 4):
        for night in range(number, 5):
            day = p.days[night]
            p.reported[day]["in_transit"] = p.reported[day].get("in_transit", 0) + 40_000
    for night in range(2, 8):
        p.reported[p.days[night]]["customer_balance"] = OWED + 40_000 * min(night - 1, 3)
    p.change(5, 7, 120_000)
    p.s.pay(f"{p.days[5]}T09:30", p.clients[0], p.first, 120_000, "TOPUP", order_id="CARDS")
    return p.told()


def refunds_pending() -> Told:
    """A cancelled order waits three nights for its refund, in the reserve and in process."""
    p = Institution("refunds")
    p.s.pay(f"{p.days[2]}T12:00", p.clients[0], p.first, 80_000, "TOPUP", order_id="O1")
    p.s.pay(f"{p.days[5]}T12:00", p.first, p.clients[0], 80_000, "REFUND", order_id="O1")
    p.change(2, 4, 80_000)
    for day in p.days[2:5]:
        p.reported[day]["in_process"] = 80_000
    return p.told()


def late_acquirer_file() -> Told:
    """A card acquirer's file comes a working day late: one night in transit."""
    p = Institution("late")
    p.reported[p.days[2]] = {"customer_balance": OWED + 60_000, "in_transit": 60_000}
    for day in p.days[3:]:
        p.reported[day]["customer_balance"] = OWED + 60_000
    p.change(3, 7, 60_000)
    p.s.pay(f"{p.days[3]}T09:30", p.clients[0], p.first, 60_000, "TOPUP", order_id="FILE")
    return p.told()


def declared_top_up() -> Told:
    """Own money is put in as a cushion, declared as own every night, and taken out again."""
    p = Institution("cushion")
    p.s.pay(f"{p.days[2]}T12:00", p.own, p.first, 200_000)
    p.s.pay(f"{p.days[5]}T12:00", p.first, p.own, 200_000)
    p.change(2, 4, 200_000)
    for day in p.days[2:5]:
        p.reported[day]["own_in_reserve"] = 200_000
    return p.told()


def between_own_reserves() -> Told:
    """Money moves from one reserve account to the other and back within the day."""
    p = Institution("moves")
    p.s.pay(f"{p.days[2]}T12:00", p.first, p.second, 500_000)
    p.s.pay(f"{p.days[2]}T13:00", p.second, p.first, 500_000)
    return p.told()


def below_the_floor() -> Told:
    p = Institution("floor")
    p.change(0, 7, -10_000)
    return p.told()


EVASIONS: dict[str, Callable[[], Told]] = {
    "G3": short_reserve,
    "month-end window dressing": window_dressing,
    "window dressing, taken out in parts": window_dressing_in_two_parts,
    "understated liabilities": understated_liabilities,
    "unrecorded card sales": unrecorded_card_sales,
    "a closed account": closed_account,
    "borrowed, told in the morning": borrowed_and_told_in_the_morning,
    "an account opened next morning": account_opened_next_morning,
    "thin capital": thin_capital,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "G3 twin": lambda: short_reserve(short=False),
    "in transit over the holiday": in_transit_over_the_holiday,
    "refunds pending": refunds_pending,
    "late acquirer file": late_acquirer_file,
    "declared top-up": declared_top_up,
    "between own reserves": between_own_reserves,
    "10,000 yuan short": below_the_floor,
    "a tenth of capital": lambda: thin_capital(2_000_000),
    "capital not told": lambda: thin_capital(None),
}
