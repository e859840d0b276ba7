"""FLOW-02: what gathers and scatters, how it hides, and every lawful hub that the event contract can tell."""

from collections.abc import Callable, Sequence

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import LOAN_DAY, Told

MANY = 12


def gather(s: Scenario, hub: str, payers: Sequence[str], yuan: int = 50_000, day: str = LOAN_DAY, **fields: object) -> None:
    """Each account pays the hub on one morning, a minute apart."""
    for number, payer in enumerate(payers):
        s.pay(f"{day}T09:{number:02d}", payer, hub, yuan, **fields)  # type: ignore[arg-type]


def scatter(
    s: Scenario, hub: str, payees: Sequence[str], yuan: int = 48_000, after: int = 1, flow: str | None = None
) -> None:  # fmt: skip
    """The hub pays each account on the afternoon ``after`` days later."""
    for number, payee in enumerate(payees):
        s.pay(f"{days_after(LOAN_DAY, after)}T15:{number:02d}", hub, payee, yuan, flow)


def people(s: Scenario, count: int = MANY) -> list[str]:
    return [s.account(s.person()) for _ in range(count)]


def firms(s: Scenario, count: int = MANY) -> list[str]:
    return [s.account(s.org()) for _ in range(count)]


def hub_of(s: Scenario, owner: str, payers: int = MANY, payees: int = MANY, yuan: int = 48_000, after: int = 1) -> Told:
    hub = s.account(owner)
    gather(s, hub, people(s, payers))
    scatter(s, hub, people(s, payees), yuan, after)
    return Told(s, owner)


# -- schemes -------------------------------------------------------------------------------------------------------


def one_account() -> Told:
    """Twelve people pay 50,000 yuan each; next day twelve others get 48,000 each."""
    s = Scenario("flow02")
    return hub_of(s, s.org())


def fewest_and_least() -> Told:
    """Ten payers, ten payees, exactly 80 %, and exactly two days after the last credit."""
    s = Scenario("least")
    owner = s.org()
    hub = s.account(owner)
    for payer in people(s, 10):
        s.pay(f"{LOAN_DAY}T09:00", payer, hub, 50_000)
    for payee in people(s, 10):
        s.pay(f"{days_after(LOAN_DAY, 2)}T09:00", hub, payee, 40_000)
    return Told(s, owner)


def a_few_every_day() -> Told:
    """Three payers and three payees a day for six days, each day's money gone the next: no two days hold ten of either."""
    s = Scenario("daily")
    owner = s.org()
    hub = s.account(owner)
    for day in range(6):
        for number in range(3):
            moment = days_after(LOAN_DAY, day)
            s.pay(f"{moment}T10:{number:02d}", s.account(s.person()), hub, 30_000)
            s.pay(f"{days_after(moment, 1)}T16:{number:02d}", hub, s.account(s.person()), 28_500)
    return Told(s, owner)


def own_money_first() -> Told:
    """A mule that held a million of its own: first-in-first-out would pay that out."""
    s = Scenario("mule")
    owner = s.person()
    hub = s.account(owner, "PERSONAL_I", holds=1_000_000)
    gather(s, hub, people(s))
    scatter(s, hub, people(s))
    return Told(s, owner)


def one_cluster() -> Told:
    """A company gathers, its subsidiary scatters: neither account alone does both."""
    s = Scenario("cluster")
    mother, daughter = s.org(), s.org()
    s.owns(mother, daughter, 100)
    collector, payer = s.account(mother), s.account(daughter)
    gather(s, collector, people(s))
    s.pay(f"{LOAN_DAY}T12:00", collector, payer, 590_000)
    scatter(s, payer, people(s))
    return Told(s, mother)


def own_accounts() -> Told:
    """One owner gathers on three accounts and scatters from a fourth."""
    s = Scenario("own")
    owner = s.org()
    gathers, scatters = [s.account(owner) for _ in range(3)], s.account(owner)
    for number, payer in enumerate(people(s)):
        s.pay(f"{LOAN_DAY}T09:{number:02d}", payer, gathers[number % 3], 50_000)
    for account in gathers:
        s.pay(f"{LOAN_DAY}T12:00", account, scatters, 200_000)
    scatter(s, scatters, people(s))
    return Told(s, owner)


def watched_payee() -> Told:
    """One of the payees is a subsidiary of a watched platform: yellow, about the one that gathers."""
    s = Scenario("watched")
    platform, subsidiary, owner = s.platform(), s.org(), s.org()
    s.owns(platform, subsidiary, 100)
    hub = s.account(owner)
    gather(s, hub, people(s))
    scatter(s, hub, [*people(s, 11), s.account(subsidiary)])
    return Told(s, owner)


def nobody_knows_the_owner() -> Told:
    s = Scenario("unknown")
    hub = s.account(None)
    gather(s, hub, [s.account(None) for _ in range(MANY)])
    scatter(s, hub, [s.account(None) for _ in range(MANY)])
    return Told(s, f"account:{hub}")


# -- lawful --------------------------------------------------------------------------------------------------------


def wages(coded: bool) -> Told:
    """LA-PAYROLL: twelve customers pay, and twelve people get their wages by the bank's payroll code, or as every month."""
    s = Scenario("wages")
    firm = s.org()
    hub, staff = s.account(firm, holds=2_000_000), people(s)
    for month in ("2016-04-14", "2016-05-13"):
        for member in () if coded else staff:
            s.pay(f"{month}T15:00", hub, member, 47_000)
    gather(s, hub, firms(s))
    scatter(s, hub, staff, flow="PAYROLL" if coded else None)
    return Told(s, firm)


def refund() -> Told:
    """LA-REFUND: everybody gets back what he paid in."""
    s = Scenario("refund")
    owner = s.org()
    hub, payers = s.account(owner), people(s)
    gather(s, hub, payers)
    scatter(s, hub, payers, 50_000, flow="REFUND")
    return Told(s, owner)


def shop(role: str) -> Told:
    """LA-ACQ: customers pay a shop, also through its acquirer, and it pays its suppliers, who are companies."""
    s = Scenario("shop")
    owner, acquirer = s.org(), s.org(sector="PAY")
    s.licence(acquirer, "payment")
    hub, reserve = s.account(owner, role), s.account(acquirer, "RSV_DEPOSITORY")
    gather(s, hub, people(s))
    s.pay(f"{LOAN_DAY}T20:00", reserve, hub, 700_000, "MERCH_SETTLE")
    scatter(s, hub, firms(s), 100_000)
    return Told(s, owner)


def cash_pool() -> Told:
    """LA-CASHPOOL: sweeps to and from the header of a group, by the bank's own code."""
    s = Scenario("pool")
    header = s.org()
    hub = s.account(header)
    members = [s.org() for _ in range(2 * MANY)]
    for member in members:
        s.owns(header, member, 100)
    accounts = [s.account(member) for member in members]
    gather(s, hub, accounts[:MANY], flow="POOL_SWEEP")
    scatter(s, hub, accounts[MANY:], flow="POOL_SWEEP")
    return Told(s, header)


def banks_in_their_own_name() -> Told:
    """LA-IBK: a bank settles with two dozen others."""
    s = Scenario("banks")
    hub = s.account(s.bank())
    gather(s, hub, [s.account(s.bank()) for _ in range(MANY)])
    scatter(s, hub, [s.account(s.bank()) for _ in range(MANY)])
    return Told(s, "*")


def designated(role: str) -> Told:
    """Accounts with detectors of their own: the hub has a role that its bank gave it."""
    s = Scenario("role")
    hub = s.account(s.org(), role)
    gather(s, hub, people(s))
    scatter(s, hub, people(s))
    return Told(s, "*")


def one_group_is_one_payer() -> Told:
    """Ten accounts of five owners: payers are parties, not accounts."""
    s = Scenario("five")
    hub = s.account(s.org())
    owners = [s.person() for _ in range(5)]
    gather(s, hub, [s.account(owner) for owner in owners for _ in range(2)])
    scatter(s, hub, people(s), 40_000)
    return Told(s, "*")


def between(payers: int = MANY, payees: int = MANY, yuan: int = 48_000, after: int = 1) -> Told:
    s = Scenario("almost")
    return hub_of(s, s.org(), payers, payees, yuan, after)


EVASIONS: dict[str, Callable[[], Told]] = {
    "one account": one_account,
    "fewest and least": fewest_and_least,
    "a few every day": a_few_every_day,
    "own money first": own_money_first,
    "one cluster": one_cluster,
    "own accounts": own_accounts,
    "watched payee": watched_payee,
    "unknown owner": nobody_knows_the_owner,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "nine payers": lambda: between(payers=9, yuan=36_000),
    "nine payees": lambda: between(payees=9, yuan=60_000),
    "less than 80 %": lambda: between(yuan=39_999),
    "three days later": lambda: between(after=3),
    "scattered before gathered": lambda: between(after=-1),
    "one group is one payer": one_group_is_one_payer,
    "LA-PAYROLL by code": lambda: wages(coded=True),
    "LA-PAYROLL every month": lambda: wages(coded=False),
    "LA-REFUND": refund,
    "LA-ACQ by role": lambda: shop("MERCHANT_SETTLE"),
    "LA-ACQ by its acquirer": lambda: shop("OWN_GENERAL"),
    "LA-CASHPOOL": cash_pool,
    "LA-IBK": banks_in_their_own_name,
    "LA-SWEEP": lambda: designated("CLIENT_MASTER"),
    "LA-SEC": lambda: designated("SEC_SETTLE"),
    "LA-ESCROW": lambda: designated("ESCROW_PRESALE"),
    "reserve": lambda: designated("RSV_CENTRAL"),
    "premiums": lambda: designated("INSURER_PREMIUM"),
    "tax": lambda: designated("TAX"),
    "bank-internal": lambda: designated("BANK_INTERNAL"),
}
