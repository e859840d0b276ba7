"""FLOW-03: payments that crowd just below a line, how they hide, and amounts that lie there by right."""

from collections.abc import Callable, Iterable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import LOAN_DAY, Told
from tests.detectors.stories.gather_scatter import firms, people


def pay_out(s: Scenario, payer: str, amounts: Iterable[int], flow: str | None = None, payees: list[str] | None = None) -> None:
    """The account pays each amount to another company, or to the payees in turn: three a day."""
    for number, yuan in enumerate(amounts):
        payee = payees[number % len(payees)] if payees else s.account(s.org())
        s.pay(f"{days_after(LOAN_DAY, number // 3)}T1{number % 3}:00", payer, payee, yuan, flow)


def paid_out(amounts: Iterable[int], name: str = "split") -> Told:
    s = Scenario(name)
    owner = s.org()
    pay_out(s, s.account(owner), amounts)
    return Told(s, owner)


# -- schemes -------------------------------------------------------------------------------------------------------


def ten_below() -> Told:
    """Ten payments of 45,000 to 49,999 yuan, after four beside: exactly ten, exactly five times the baseline."""
    beside = [44_999, 40_000, 50_000, 54_999]
    return paid_out([*beside, 45_000, 49_000, 49_900, 48_000, 47_500, 49_999, 46_000, 49_500, 48_800, 45_001])


def to_one_payee() -> Told:
    """Six million in twelve parts below 500,000 yuan, to one firm."""
    s = Scenario("one")
    owner = s.org()
    pay_out(s, s.account(owner), [495_000] * 12, payees=[s.account(s.org())])
    return Told(s, owner)


def among_others() -> Told:
    """Eleven after twenty ordinary payments far from any line."""
    return paid_out([*range(1_000, 21_000, 1_000), *([199_000] * 11)])


def two_hands() -> Told:
    """A company and its subsidiary pay six each."""
    s = Scenario("hands")
    mother, daughter = s.org(), s.org()
    s.owns(mother, daughter, 100)
    pay_out(s, s.account(mother), [49_500] * 6)
    pay_out(s, s.account(daughter), [49_000] * 6)
    return Told(s, mother)


def watched_payee() -> Told:
    """One of the payees is a watched platform."""
    s = Scenario("platform")
    platform, owner = s.platform(), s.org()
    pay_out(s, s.account(owner), [49_500] * 12, payees=[*firms(s, 5), s.account(platform)])
    return Told(s, owner)


def large_value_line() -> Told:
    """Below two million, the line above which transfers of entities are reported (LVT-01)."""
    return paid_out([1_950_000] * 10, "large")


# -- lawful --------------------------------------------------------------------------------------------------------


def wages() -> Told:
    """LA-PAYROLL: twelve people earn 48,000 yuan each, by the bank's payroll code."""
    s = Scenario("wages")
    firm = s.org()
    hub = s.account(firm, holds=1_000_000)
    for member in people(s, 12):
        s.pay(f"{LOAN_DAY}T15:00", hub, member, 48_000, "PAYROLL")
    return Told(s, firm)


def refunds() -> Told:
    """LA-REFUND: twelve deposits of 48,000 yuan go back."""
    s = Scenario("refund")
    owner = s.org()
    hub, payers = s.account(owner), people(s, 12)
    for payer in payers:
        s.pay(f"{LOAN_DAY}T09:00", payer, hub, 48_000)
    pay_out(s, hub, [48_000] * 12, "REFUND", payers)
    return Told(s, owner)


def to(role: str) -> Told:
    """Twelve payments to accounts of a role that a bank gave."""
    s = Scenario("role")
    pay_out(s, s.account(s.org()), [48_000] * 12, payees=[s.account(s.org(), role) for _ in range(12)])
    return Told(s, "*")


def merchant() -> Told:
    """LA-ACQ: a shop's settlement account pays its suppliers."""
    s = Scenario("shop")
    pay_out(s, s.account(s.org(), "MERCHANT_SETTLE"), [48_000] * 12, payees=firms(s))
    return Told(s, "*")


def cash_pool() -> Told:
    """LA-CASHPOOL: the header funds its group by the bank's own sweeps."""
    s = Scenario("pool")
    header = s.org()
    members = [s.org() for _ in range(4)]
    for member in members:
        s.owns(header, member, 100)
    pay_out(s, s.account(header), [48_000] * 12, "POOL_SWEEP", [s.account(member) for member in members])
    return Told(s, header)


def own_accounts() -> Told:
    """Between the accounts of one owner."""
    s = Scenario("own")
    owner = s.org()
    pay_out(s, s.account(owner), [48_000] * 12, payees=[s.account(owner) for _ in range(3)])
    return Told(s, owner)


def between_banks() -> Told:
    s = Scenario("banks")
    pay_out(s, s.account(s.bank()), [48_000] * 12, payees=[s.account(s.bank()) for _ in range(3)])
    return Told(s, "*")


def over_two_months() -> Told:
    """Ten payments, five days apart: never ten inside thirty days."""
    s = Scenario("slow")
    payer = s.account(s.org())
    for number in range(10):
        s.pay(days_after(LOAN_DAY, 5 * number), payer, s.account(s.org()), 49_000)
    return Told(s, "*")


EVASIONS: dict[str, Callable[[], Told]] = {
    "ten below": ten_below,
    "to one payee": to_one_payee,
    "among others": among_others,
    "two hands": two_hands,
    "watched payee": watched_payee,
    "large-value line": large_value_line,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "nine below": lambda: paid_out([49_000] * 9),
    "smooth amounts": lambda: paid_out(range(40_000, 55_000, 500)),
    "five beside": lambda: paid_out([44_000, 44_500, 50_000, 51_000, 54_000, *([49_000] * 10)]),
    "at the line": lambda: paid_out([50_000] * 12),
    "over two months": over_two_months,
    "LA-PAYROLL": wages,
    "LA-REFUND": refunds,
    "LA-ACQ": merchant,
    "LA-CASHPOOL": cash_pool,
    "LA-IBK": between_banks,
    "same owner": own_accounts,
    "LA-SWEEP": lambda: to("CLIENT_MASTER"),
    "LA-SEC": lambda: to("SEC_SETTLE"),
    "LA-ESCROW": lambda: to("ESCROW_PRESALE"),
    "reserve": lambda: to("RSV_CENTRAL"),
    "premiums": lambda: to("INSURER_PREMIUM"),
    "tax": lambda: to("TAX"),
    "bank-internal": lambda: to("BANK_INTERNAL"),
    "shops": lambda: to("MERCHANT_SETTLE"),
}
