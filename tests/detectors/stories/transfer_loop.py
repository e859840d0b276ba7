"""FLOW-01: what a loop is, and every lawful circle that the event contract can tell."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import LOAN_DAY, Told, closed_loop


def circle(
    s: Scenario, accounts: list[str], first: int = 100_000, keep_percent: int = 100, days: int = 1,
    flow: str | None = None,
) -> None:  # fmt: skip
    """Each account pays the next one, the last one the first, ``days`` apart."""
    for hop, payer in enumerate(accounts):
        payee = accounts[(hop + 1) % len(accounts)]
        s.pay(f"{days_after(LOAN_DAY, hop * days)}T10:00", payer, payee, first, flow)
        first = first * keep_percent // 100


def firms(s: Scenario, count: int = 3) -> list[str]:
    return [s.org() for _ in range(count)]


# -- evasions ------------------------------------------------------------------------------------------------------


def skimmed() -> Told:
    """Each hop keeps exactly 80 %."""
    s = Scenario("skim")
    owners = firms(s, 4)
    circle(s, [s.account(o) for o in owners], 100_000, keep_percent=80)
    return Told(s, owners[0])


def six_hops_in_ten_days() -> Told:
    """The longest loop in the longest time: six hops, the last one ten days after the first."""
    s = Scenario("six")
    owners = firms(s, 6)
    circle(s, [s.account(o) for o in owners], days=2)
    return Told(s, owners[0])


def next_to_a_watched_party() -> Told:
    """A subsidiary of a watched platform stands on the path: yellow, and about the one who starts it."""
    s = Scenario("watched")
    platform = s.platform()
    owners = firms(s)
    s.owns(platform, owners[1], 100)
    circle(s, [s.account(o) for o in owners])
    return Told(s, owners[0])


def nobody_knows_the_owners() -> Told:
    """Accounts that were never opened in our sight: the subject is the account."""
    s = Scenario("unknown")
    accounts = [s.account(None) for _ in range(3)]
    circle(s, accounts)
    return Told(s, f"account:{accounts[0]}")


# -- lawful --------------------------------------------------------------------------------------------------------


def _circle_of(accounts: Callable[[Scenario], list[str]], flow: str | None = None) -> Told:
    s = Scenario("lawful")
    s.platform()
    circle(s, accounts(s), flow=flow)
    return Told(s, "*")


def cash_pool() -> Told:
    """LA-CASHPOOL: sweeps by the bank's own code inside one group."""

    def group(s: Scenario) -> list[str]:
        header, *members = firms(s)
        for member in members:
            s.owns(header, member, 100)
        return [s.account(party) for party in (header, *members)]

    return _circle_of(group, "POOL_SWEEP")


def same_owner() -> Told:
    """Four accounts of two owners."""
    return _circle_of(lambda s: [s.account(o) for o in (lambda a, b: (a, b, a, b))(*firms(s, 2))])


def through(role: str) -> Told:
    """A circle through an account in which money does not keep its way."""
    return _circle_of(lambda s: [s.account(s.org()), s.account(s.org(), role), s.account(s.org())])


def banks_in_their_own_name() -> Told:
    """LA-IBK: three licensed banks pay each other, on accounts without a special role."""
    return _circle_of(lambda s: [s.account(s.bank()) for _ in range(3)])


def too_much_kept() -> Told:
    """The second hop keeps one yuan too much."""
    s = Scenario("kept")
    a, b, c = (s.account(o) for o in firms(s))
    for hop, (payer, payee, yuan) in enumerate(((a, b, 100_000), (b, c, 79_999), (c, a, 79_999))):
        s.pay(f"{days_after(LOAN_DAY, hop)}T10:00", payer, payee, yuan)
    return Told(s, "*")


def at_one_instant() -> Told:
    """Times must rise: three transfers of one second are no loop."""
    s = Scenario("instant")
    accounts = [s.account(o) for o in firms(s)]
    circle(s, accounts, days=0)
    return Told(s, "*")


def eleven_days() -> Told:
    """From the first transfer to the last one it takes more than ten days."""
    s = Scenario("eleven")
    circle(s, [s.account(o) for o in firms(s)], days=6)
    return Told(s, "*")


EVASIONS: dict[str, Callable[[], Told]] = {
    "three hops": closed_loop,
    "skimmed": skimmed,
    "six hops in ten days": six_hops_in_ten_days,
    "next to a watched party": next_to_a_watched_party,
    "unknown owners": nobody_knows_the_owners,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "goes on to a fourth": lambda: closed_loop(closed=False),
    "LA-CASHPOOL": cash_pool,
    "same owner": same_owner,
    "LA-SWEEP": lambda: through("CLIENT_MASTER"),
    "LA-SEC": lambda: through("SEC_SETTLE"),
    "bank-internal": lambda: through("BANK_INTERNAL"),
    "nostro": lambda: through("NOSTRO"),
    "tax": lambda: through("TAX"),
    "merchant": lambda: through("MERCHANT_SETTLE"),
    "reserve": lambda: through("RSV_CENTRAL"),
    "premiums": lambda: through("INSURER_PREMIUM"),
    "escrow": lambda: through("ESCROW_PRESALE"),
    "LA-IBK": banks_in_their_own_name,
    "too much kept": too_much_kept,
    "one instant": at_one_instant,
    "eleven days": eleven_days,
}
