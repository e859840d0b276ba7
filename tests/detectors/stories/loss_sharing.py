"""TV-05: venues that live on what their clients lose, and venues whose members are paid for turnover or at all events."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
PEOPLE, DAYS = 12, 22
SWING = (7, 31, 12, 44, 3, 25, 18, 39)  # what a unit loses, in thousandths of 1,000 yuan, in an order that no turnover has
UNITS = (9, 4, 6, 5, 8, 3, 7)


class Venue:
    """A venue whose clients trade with its ``makers`` every day; the member gets what ``commission`` makes of a day's figures."""

    def __init__(self, name: str, makers: int = 1, related: bool = True, approved: bool = False) -> None:
        self.s = Scenario(name)
        self.venue, self.member = self.s.platform("TV"), self.s.org()
        if approved:  # else its clients could not close what they opened on the same day (TV-04)
            self.s.licence(self.venue, "exchange")
        self.own, self.purse = self.s.account(self.venue, holds=9_000_000), self.s.account(self.member)
        self.makers = [self.s.org() for _ in range(makers)]
        for maker in self.makers if related else ():
            self.s.owns(self.venue, maker, 80)
        self.clients = [self.s.person() for _ in range(PEOPLE)]
        self.lost, self.traded = [0] * DAYS, [0] * DAYS

    def trade(self, moment: str, seller: str, buyer: str, yuan: int, units: int) -> None:
        self.s.product(moment, "TRADE", self.venue, yuan, product="沥青", from_party=seller, to_party=buyer, units=units)

    def day(self, number: int, sign: int = 1, winners: int = 1) -> None:
        """Everybody buys and sells back lower, but for the winners, who sell higher."""
        day = days_after(DAY, number)
        for i, client in enumerate(self.clients):
            maker = self.makers[(i + number) % len(self.makers)]
            units, swing = UNITS[(i + number) % len(UNITS)], SWING[(number * 3 + i // 6) % len(SWING)]
            paid, got = 1_000 * units, (1_000 - sign * swing) * units if i >= winners else (1_000 + sign * swing // 4) * units
            self.trade(f"{day}T10:{i:02d}", maker, client, paid, units)
            self.trade(f"{day}T14:{i:02d}", client, maker, got, units)
            self.lost[number] += paid - got
            self.traded[number] += paid + got

    def all_days(self) -> None:
        for number in range(DAYS):
            self.day(number)

    def pay(self, number: int, yuan: int, payer: str | None = None, hour: str = "16:00", flow: str | None = "FEE") -> None:
        self.s.pay(f"{days_after(DAY, number)}T{hour}", payer or self.own, self.purse, yuan, flow)

    def told(self) -> Told:
        return Told(self.s, self.venue)


def half_of_the_losses() -> Told:
    """The member gets half of what the clients lost, every evening."""
    v = Venue("half")
    v.all_days()
    for number in range(DAYS):
        v.pay(number, max(1, v.lost[number] // 2))
    return v.told()


def by_a_third_firm() -> Told:
    """A firm of the venue's controller pays by the week, two days late, and calls it consulting."""
    v = Venue("third")
    owner, firm = v.s.person(), v.s.org()
    v.s.owns(owner, v.venue, 70)
    v.s.owns(owner, firm, 90)
    pot = v.s.account(firm, holds=9_000_000)
    v.all_days()
    for week in range(3):
        lost = sum(v.lost[7 * week : 7 * week + 7])
        v.pay(7 * week + 8, lost * 7 // 10, pot, flow="SUPPLIER")
    return v.told()


def two_members() -> Told:
    """Two members share a part each, neither of them in step alone."""
    v = Venue("two", makers=2)
    other = v.s.account(v.s.org())
    v.all_days()
    for number in range(DAYS):
        share = v.lost[number] * 8 // 10
        first = share * (1 + number * 5 % 7) // 9
        v.pay(number, first)
        v.s.pay(f"{days_after(DAY, number)}T16:30", v.own, other, share - first, "FEE")
    return v.told()


def member_bets() -> Told:
    """The member itself stands against the clients, who also trade a little with each other; some positions stay open."""
    v = Venue("bets", related=False)
    v.s.party_event(v.makers[0], "2016-06-01", name="盐城第一会员")
    v.member, v.purse = v.makers[0], v.s.account(v.makers[0])
    v.all_days()
    for number in range(DAYS):
        day = days_after(DAY, number)
        v.trade(f"{day}T11:00", v.clients[3], v.clients[4], 1_000, 1)
        v.trade(f"{day}T11:01", v.clients[4], v.clients[3], 1_000, 1)
        v.trade(f"{day}T15:00", v.makers[0], v.clients[5], 2_000, 2)
        v.pay(number, v.lost[number] * 2 // 5)
    return v.told()


def by_volume() -> Told:
    """The member gets a thousandth of the turnover, on the next day."""
    v = Venue("volume", approved=True)
    v.all_days()
    for number in range(DAYS):
        v.pay(number, v.traded[number] // 100, hour="17:00")
    return v.told()


def flat_fee() -> Told:
    """A fixed fee every day."""
    v = Venue("flat", approved=True)
    v.all_days()
    for number in range(DAYS):
        v.pay(number, 900)
    return v.told()


def clients_among_themselves() -> Told:
    """Clients trade with each other; a member's fee happens to follow the losses of one side."""
    v = Venue("among", makers=6, related=False, approved=True)
    v.all_days()
    for number in range(DAYS):
        v.pay(number, max(1, v.lost[number] // 2))
    return v.told()


def clients_who_win() -> Told:
    """Half of the clients win; the fee follows what the others lose."""
    v = Venue("win", approved=True)
    for number in range(DAYS):
        v.day(number, winners=6)
        v.pay(number, max(1, v.lost[number] // 2))
    return v.told()


def a_fortnight() -> Told:
    """Ten days are too few to tell anything."""
    v = Venue("fortnight", approved=True)
    for number in range(10):
        v.day(number)
        v.pay(number, max(1, v.lost[number] // 2))
    return v.told()


def withdrawals() -> Told:
    """What is paid in proportion is what a firm takes out of its own account, by the bank's code."""
    v = Venue("withdrawals", approved=True)
    v.all_days()
    for number in range(DAYS):
        v.pay(number, v.lost[number] // 2, flow="WITHDRAW")
    return v.told()


EVASIONS = {"half of the losses": half_of_the_losses, "by a third firm": by_a_third_firm, "two members": two_members,
            "the member bets": member_bets}  # fmt: skip
LAWFUL = {"by volume": by_volume, "flat fee": flat_fee, "among themselves": clients_among_themselves,
          "clients who win": clients_who_win, "a fortnight": a_fortnight, "withdrawals": withdrawals}  # fmt: skip
