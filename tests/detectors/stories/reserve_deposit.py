"""PAY-03: banks, shares and unlisted accounts, and where the reserve may lie."""

import datetime as dt
from collections.abc import Callable

from chuantou.schemas.streams import LicenceEvent, ReferenceItem
from tests.detectors.scenario import Scenario, days_after, fen
from tests.detectors.schemes import Told

CODE, SMALL_CODE, CENTRAL_CODE = "102311000013", "313311000013", "001311000013"
BILLION = 1_000_000_000


class House:
    """An institution with reserve accounts at two banks; every night their closings."""

    def __init__(self, name: str, day: str = "2016-06-20", scope: tuple[str, ...] = ()) -> None:
        self.s = s = Scenario(name)
        self.day = day
        self.since = f"{int(day[:4]) - 1}{day[4:]}"
        self.party = s.platform("PAY")
        s._tell(LicenceEvent, self.since, "licence:cn", party=self.party, kind="payment", status="VALID", scope=list(scope))
        self.bank, self.small = s.bank(), s.bank()
        self.reserve = self.account("RSV_DEPOSITORY", CODE, custodian=self.bank)
        self.own = self.account("OWN_BASIC", CODE)
        self.clients = [s.account(s.person(), moment=self.since) for _ in range(4)]

    def account(self, role: str, code: str, owner: str = "", **fields: str) -> str:
        return self.s.account(owner or self.party, role, self.since, bank=code, role_basis="designated", **fields)

    def nights(self, *held: tuple[str, int], days: int = 3) -> None:
        """The closings of the accounts (yuan) for some nights, and a client's small payment to move the day on."""
        for n in range(days + 1):
            on = days_after(self.day, n)
            self.s.pay(f"{on}T12:00", self.clients[0], self.clients[1], 10)
            for account, yuan in held if n < days else ():
                self.s.balance(account, f"{on}T23:50", yuan)

    def listed(self, bank: str, billions: int, since: str = "2015-09-01") -> None:
        """The bank stands on the list of reserve banks, with its total assets."""
        self.s._tell(ReferenceItem, f"{self.since}T08:00", "ref:pboc", table="reserve_bank", key=bank,
                     value={"total_assets_fen": fen(billions * BILLION)}, valid_from=dt.date.fromisoformat(since))  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.party)


def too_small(billions: int = 199) -> Callable[[], Told]:
    """A reserve account at a city bank of 199 bn yuan."""

    def story() -> Told:
        h = House("small")
        h.listed(h.bank, 2_000)
        h.listed(h.small, billions)
        h.nights((h.reserve, 5_000_000), (h.account("RSV_PAYRECV", SMALL_CODE, custodian=h.small), 800_000))
        return h.told()

    return story


def not_on_the_list() -> Told:
    h = House("unlisted")
    h.listed(h.bank, 2_000)
    h.nights((h.reserve, 5_000_000), (h.account("RSV_PAYRECV", SMALL_CODE, custodian=h.small), 1_200_000))
    return h.told()


def no_bank_at_all() -> Told:
    """A microloan company keeps reserve."""
    h = House("nobank")
    firm = h.s.org(sector="OTHER")
    h.nights((h.reserve, 5_000_000), (h.account("RSV_PAYRECV", SMALL_CODE, custodian=firm), 100_000))
    return h.told()


def share(central: int, *, day: str = "2017-06-20", scope: tuple[str, ...] = ("网络支付",), in_all: int = 10_000_000,
          special: int = 0) -> Callable[[], Told]:  # fmt: skip
    """Of ten million in all so much lies at the central bank."""

    def story() -> Told:
        h = House("share", day, scope)
        there = h.account("RSV_CENTRAL", CENTRAL_CODE)
        held = [(h.reserve, in_all - central), (there, central)]
        if special:
            held.append((h.account("RSV_SPECIAL", CODE), special))
        h.nights(*held)
        return h.told()

    return story


def commercial_after_2019() -> Told:
    """Thirty thousand yuan are left in an old account after everything had to be centralised."""
    return share(9_970_000, day="2019-01-14")()


def own_account(passed_on: int = 0, hour: int = 17, day: str = "2016-06-20") -> Callable[[], Told]:
    """Clients' top-ups of 120,000 yuan go to the institution's own account; so much of it goes on to the reserve."""

    def story() -> Told:
        h = House("own", day)
        h.s.pay(f"{h.day}T08:00", h.s.account(h.s.org(), moment=h.since), h.own, 40_000, "RENT")
        for n, client in enumerate(h.clients):
            h.s.pay(f"{h.day}T10:0{n}", client, h.own, 30_000, "TOPUP", order_id=f"U{n}")
        if passed_on:
            h.s.pay(f"{h.day}T{hour}:00", h.own, h.reserve, passed_on, "SWEEP")
        h.nights((h.reserve, 5_000_000))
        return h.told()

    return story


def sister_firm() -> Told:
    """An account in the name of a subsidiary collects, and pays some of it out for other things."""
    h = House("sister")
    sister = h.s.org()
    h.s.owns(h.party, sister, 100)
    purse = h.account("OWN_GENERAL", SMALL_CODE, sister)
    for n, client in enumerate(h.clients):
        h.s.pay(f"{h.day}T10:0{n}", client, purse, 50_000, "TOPUP", order_id=f"U{n}")
    h.s.pay(f"{h.day}T16:00", purse, h.s.account(h.s.org(), moment=h.since), 60_000, "SUPPLIER")
    h.nights((h.reserve, 5_000_000))
    return h.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def fees_and_sales() -> Told:
    """Own money in the own account: fees, a terminal sold, capital."""
    h = House("fees")
    h.s.pay(f"{h.day}T09:00", h.clients[0], h.own, 60_000, "FEE")
    h.s.pay(f"{h.day}T10:00", h.clients[1], h.own, 60_000, order_id="terminal")
    h.s.pay(f"{h.day}T11:00", h.clients[2], h.own, 500_000, "CAPITAL_IN")
    h.nights((h.reserve, 5_000_000))
    return h.told()


def central_bank_unknown() -> Told:
    """The feed knows no centralised account of anybody."""
    h = House("blind", "2017-06-20", ("网络支付",))
    h.nights((h.reserve, 5_000_000))
    return h.told()


def dip_of_a_day() -> Told:
    """The reserve trebles over a holiday; the share is of the average."""
    h = House("dip", "2017-04-28", ("银行卡收单",))
    there = h.account("RSV_CENTRAL", CENTRAL_CODE)
    for n in range(40):
        on = days_after(h.day, n)
        h.s.pay(f"{on}T12:00", h.clients[0], h.clients[1], 10)
        h.s.balance(h.reserve, f"{on}T23:50", 8_800_000 if n < 36 else 20_000_000)
        h.s.balance(there, f"{on}T23:51", 1_200_000)
    return h.told()


def no_list_yet() -> Told:
    """There is no list of reserve banks, and of the bank nothing is known."""
    h = House("nolist")
    h.nights((h.reserve, 5_000_000), (h.account("RSV_PAYRECV", SMALL_CODE), 800_000))
    return h.told()


EVASIONS: dict[str, Callable[[], Told]] = {
    "not on the list": not_on_the_list,
    "no bank at all": no_bank_at_all,
    "share of network payment": share(1_100_000),
    "two kinds of business": share(1_500_000, scope=("银行卡收单", "预付卡发行与受理")),
    "after the first steps": share(900_000, day="2018-09-03", scope=("银行卡收单",)),
    "commercial bank after 2019": commercial_after_2019,
    "own account": own_account(),
    "most of it passed on": own_account(60_000),
    "sister firm": sister_firm,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "bank of 200 bn": too_small(200),
    "no list yet": no_list_yet,
    "share reached": share(1_200_000),
    "before the schedule": share(0, day="2017-04-10"),
    "special-business account": share(10_000_000, day="2019-03-01", special=700_000),
    "less than 10,000 yuan left": share(9_991_000, day="2019-03-01"),
    "central bank unknown": central_bank_unknown,
    "dip of a day": dip_of_a_day,
    "passed on by the evening": own_account(160_000),
    "fees and sales": fees_and_sales,
}
