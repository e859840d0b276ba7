"""LVT-01: days that reach the line of the large-value report, and such days as no report counts."""

from tests.detectors.scenario import Scenario
from tests.detectors.schemes import Told

DAY = "2016-07-04"


def get(s: Scenario, account: str, *yuan: int, day: str = DAY, hour: int = 9) -> None:
    """Each amount from another person, an hour apart."""
    for number, amount in enumerate(yuan):
        s.pay(f"{day}T{hour + number:02d}:00", s.account(s.person()), account, amount)


def till(s: Scenario) -> str:
    """A bank's own account, out of which cash is booked."""
    return s.account(s.bank(), "BANK_INTERNAL")


def three_payments() -> Told:
    """A person gets 520,000 yuan on one day."""
    s = Scenario("large")
    holder = s.person()
    get(s, s.account(holder), 200_000, 200_000, 120_000)
    return Told(s, holder)


def several_accounts() -> Told:
    """Below the line on each of three accounts, at two banks and one that is not known."""
    s = Scenario("accounts")
    holder = s.person()
    for bank in ("102311000013", "103311000016", None):
        get(s, s.account(holder, bank=bank), 180_000)
    return Told(s, holder)


def many_small() -> Told:
    """A hundred payments of 5,000 yuan."""
    s = Scenario("small")
    payer = s.person()
    account = s.account(payer)
    for number in range(100):
        s.pay(f"{DAY}T10:{number // 2:02d}", account, s.account(s.person()), 5_000)
    return Told(s, payer)


def cash_at_the_counter() -> Told:
    """A company pays in 200,000 yuan of cash: by rail, and by class."""
    s = Scenario("cash")
    company, counter = s.org(), till(s)
    account = s.account(company)
    s.pay(f"{DAY}T10:00", counter, account, 120_000, rail="CASH")
    s.pay(f"{DAY}T11:00", counter, account, 80_000, "CASH_IN")
    return Told(s, company)


def cash_under_the_later_line() -> Told:
    """60,000 yuan of cash, after July 2017."""
    s = Scenario("later")
    holder = s.person()
    s.pay("2017-07-03T10:00", s.account(holder), till(s), 60_000, "CASH_OUT")
    return Told(s, holder)


def to_an_organ_of_state() -> Told:
    """A company pays for land; a bureau pays a grant to another."""
    s = Scenario("state")
    company, other, bureau = s.org(), s.org(), "uscc:113209000142300058"
    s.party_event(bureau, "2015-09-01", kind="org", name="土地储备中心")
    treasury = s.account(bureau)
    s.pay(f"{DAY}T10:00", s.account(company), treasury, 9_000_000)
    s.pay(f"{DAY}T11:00", treasury, s.account(other), 3_000_000)
    return Told(s, company)


def taxes() -> Told:
    """Taxes, to an account that the bank names as the treasury's and by the bank's own code."""
    s = Scenario("taxes")
    company, office = s.org(), s.org()
    account = s.account(company)
    s.pay(f"{DAY}T10:00", account, s.account(office, "TAX"), 5_000_000)
    s.pay(f"{DAY}T11:00", account, s.account(office), 5_000_000, "TAX")
    return Told(s, office)


def own_accounts() -> Told:
    """From a term to a demand account of one owner at one bank."""
    s = Scenario("own")
    holder = s.person()
    one, two = (s.account(holder, bank=branch) for branch in ("102311000013", "102311000021"))
    s.pay(f"{DAY}T10:00", one, two, 3_000_000)
    return Told(s, holder)


def banks_between_themselves() -> Told:
    """Two banks, and the interest that one pays."""
    s = Scenario("banks")
    one, two, holder = s.bank(), s.bank(), s.person()
    own = s.account(one, "OWN_GENERAL")
    s.pay(f"{DAY}T10:00", own, s.account(two, "OWN_GENERAL"), 90_000_000)
    s.pay(f"{DAY}T11:00", own, s.account(holder), 600_000, "INTEREST_BANK")
    return Told(s, holder)


def one_yuan_below() -> Told:
    """Each side one yuan below its line, and cash beside."""
    s = Scenario("below")
    holder = s.person()
    account = s.account(holder)
    get(s, account, 400_000, 99_999)
    s.pay(f"{DAY}T15:00", account, s.account(s.org()), 499_999)
    s.pay(f"{DAY}T16:00", till(s), account, 199_999, "CASH_IN")
    return Told(s, holder)


def payment_accounts_before_they_count() -> Told:
    """600,000 yuan into a payment account, in 2016."""
    s = Scenario("wallet")
    holder = s.person()
    get(s, s.account(holder, "PAYMENT_ACCT"), 300_000, 300_000)
    return Told(s, holder)


EVASIONS = {
    "several accounts": several_accounts, "many small": many_small, "cash at the counter": cash_at_the_counter,
    "cash under the later line": cash_under_the_later_line,
}  # fmt: skip
LAWFUL = {
    "to an organ of state": to_an_organ_of_state,
    "taxes": taxes,
    "own accounts": own_accounts,
    "banks between themselves": banks_between_themselves,
    "one yuan below": one_yuan_below,
    "payment accounts before they count": payment_accounts_before_they_count,
}
