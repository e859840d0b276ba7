"""REG-06: banks whose own records show a breach and that do not report it, and banks that have nothing to report."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told
from tests.detectors.stories.misappropriation import DAY, Custody

BREACH_DAY = days_after(DAY, 2)  # 2016-06-15


def kept(name: str) -> tuple[Custody, str, str]:
    """A platform in custody, its bank, and the source of the bank's reports; it reported about another firm before."""
    c = Custody(name)
    bank = next(e.custodian for e in c.s.told if getattr(e, "custodian", None) is not None)
    source = f"custodian:{bank}"
    c.s.tip("2016-06-01T10:00", c.s.org(), source)
    return c, bank, source


def misuse(c: Custody) -> None:
    """60,000 yuan of 500,000 leave custody for the controller."""
    c.s.pay(f"{BREACH_DAY}T10:00", c.pot, c.s.account(c.controller), 60_000)


def goes_on(s: Scenario, days: int = 30) -> None:
    """Life goes on, so that days are closed."""
    for number in range(0, days, 5):
        s.person(f"{days_after(BREACH_DAY, number + 1)}T12:00")


def never_reported() -> Told:
    """The custodian sees the money go and says nothing for a month."""
    c, bank, _ = kept("silent")
    misuse(c)
    goes_on(c.s)
    return Told(c.s, bank)


def reported_late() -> Told:
    """It reports after three weeks."""
    c, bank, source = kept("late")
    misuse(c)
    goes_on(c.s)
    c.s.tip(f"{days_after(BREACH_DAY, 21)}T10:00", c.platform, source)
    return Told(c.s, bank)


def reported_something_else() -> Told:
    """It reports about other firms, and about this one before the breach."""
    c, bank, source = kept("else")
    c.s.tip("2016-06-10T10:00", c.platform, source)
    misuse(c)
    goes_on(c.s)
    c.s.tip(f"{days_after(BREACH_DAY, 1)}T10:00", c.s.org(), source)
    return Told(c.s, bank)


def two_red_ones() -> Told:
    """Two platforms of one custodian lose most of their clients' money on one day."""
    c, bank, _ = kept("two")
    c.s.pay(f"{BREACH_DAY}T10:00", c.pot, c.s.account(c.controller), 300_000)
    second, owner = c.s.platform(), c.s.person()
    c.s.owns(owner, second, 60)
    pot = c.s.account(second, "CLIENT_MASTER", platform=second, custodian=bank, role_basis="designated")
    c.s.product(f"{DAY}T08:00", "LISTING", second, 500_000, listing="M1", borrower=c.s.person(), term_days=90)
    for number in range(5):
        c.s.pay(f"{DAY}T11:{number:02d}", c.s.account(c.s.person()), pot, 100_000, "INVEST_IN", "order", listing="M1",
                order_id=f"M{number}")  # fmt: skip
    c.s.pay(f"{BREACH_DAY}T11:00", pot, c.s.account(owner), 300_000)
    goes_on(c.s, 10)
    return Told(c.s, bank)


def nothing_to_report() -> Told:
    """The money goes to the borrower; the bank reported other firms and has nothing to say of this one."""
    c, bank, _ = kept("honest")
    c.s.product(f"{DAY}T12:00", "DISBURSE", c.platform, 500_000, listing="L1", borrower=c.s.person())
    c.s.pay(f"{BREACH_DAY}T10:00", c.pot, c.borrower, 500_000, "LOAN_OUT", listing="L1")
    goes_on(c.s)
    return Told(c.s, bank)


def refunded() -> Told:
    """The listing fails and everybody gets his own back."""
    c, bank, _ = kept("refund")
    for number, account in enumerate(c.clients):
        c.s.pay(f"{BREACH_DAY}T10:{number:02d}", c.pot, account, 100_000, "REFUND", "order", order_id=f"O{number}", listing="L1")
    goes_on(c.s)
    return Told(c.s, bank)


def small_fees() -> Told:
    """Fees by schedule leave custody."""
    c, bank, _ = kept("fees")
    c.s.pay(f"{BREACH_DAY}T10:00", c.pot, c.s.account(c.platform), 5_000, "FEE")
    goes_on(c.s)
    return Told(c.s, bank)


EVASIONS = {
    "reported late": reported_late,
    "reported something else": reported_something_else,
    "two red ones": two_red_ones,
}
LAWFUL = {"nothing to report": nothing_to_report, "refunded": refunded, "small fees": small_fees}
