"""REG-03: capital that comes round, that goes out again, and capital that is a shareholder's own."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-07-04"
CAPITAL = ("CAPITAL_IN", "source")


def founded(name: str, sector: str = "P2P") -> tuple[Scenario, str, str, str, str]:
    """A scenario, an institution with an own account that holds two million, and a shareholder with an empty one."""
    s = Scenario(name)
    platform = s.platform(sector)
    own = s.account(platform, holds=2_000_000)
    holder = s.person()
    s.owns(holder, platform, 60)
    return s, platform, own, holder, s.account(holder, holds=0)


def come_round() -> Told:
    """The platform pays its shareholder a million, who pays it in as capital on the next day."""
    s, platform, own, _, account = founded("round")
    s.pay(f"{DAY}T10:00", own, account, 1_000_000)
    s.pay(f"{days_after(DAY, 1)}T10:00", account, own, 1_000_000, *CAPITAL)
    return Told(s, platform)


def through_several_hands() -> Told:
    """By a trading firm to three persons, each of whom pays a third."""
    s, platform, own, _, account = founded("hands")
    firm = s.account(s.org(), holds=0)
    s.pay(f"{DAY}T10:00", own, firm, 900_000)
    for number in range(3):
        straw = s.account(s.person(), holds=0)
        s.pay(f"{days_after(DAY, 2)}T1{number}:00", firm, straw, 300_000)
        s.pay(f"{days_after(DAY, 5 + number)}T10:00", straw, own, 300_000, *CAPITAL)
    s.pay(f"{days_after(DAY, 9)}T10:00", own, account, 1)
    return Told(s, platform)


def lent_by_the_controller() -> Told:
    """The controller's company lends the money to a shareholder: debt as capital."""
    s, platform, own, holder, _ = founded("debt")
    firm = s.org()
    s.owns(holder, firm, 90)
    other = s.person()
    s.owns(other, platform, 40)
    borrowed = s.account(other, holds=0)
    s.pay(f"{DAY}T10:00", s.account(firm, holds=800_000), borrowed, 800_000, "LOAN_OUT")
    s.pay(f"{days_after(DAY, 3)}T10:00", borrowed, own, 800_000, *CAPITAL)
    return Told(s, platform)


def without_a_class() -> Told:
    """Nobody calls it capital, but the register's capital rises by it ten days later."""
    s, platform, own, _, account = founded("plain")
    s.pay(f"{DAY}T10:00", own, account, 1_000_000)
    s.pay(f"{days_after(DAY, 1)}T10:00", account, own, 1_000_000)
    s.tie("CAPITAL", None, platform, f"{days_after(DAY, 11)}T10:00", amount_fen=500_000_000)
    return Told(s, platform)


def taken_out_again() -> Told:
    """A million of the shareholder's own is paid in, and leaves by a supplier to his brother-in-law's firm."""
    s = Scenario("out")
    platform = s.platform()
    own, holder = s.account(platform, holds=0), s.person()
    s.owns(holder, platform, 60)
    s.pay(f"{DAY}T10:00", s.account(holder, holds=1_000_000), own, 1_000_000, *CAPITAL)
    firm, middle = s.org(), s.account(s.org(), holds=0)
    s.owns(holder, firm, 100)
    s.pay(f"{days_after(DAY, 20)}T10:00", own, middle, 950_000)
    s.pay(f"{days_after(DAY, 22)}T10:00", middle, s.account(firm), 940_000)
    return Told(s, platform)


def holds_for_another(kin: bool = False) -> Told:
    """A driver pays in what his employer's owner gave him, and gives him the dividends."""
    s = Scenario("nominee")
    platform, holder, master = s.platform(), s.person(), s.person()
    own, account, behind = s.account(platform, holds=500_000), s.account(holder, holds=0), s.account(master, holds=1_000_000)
    s.owns(holder, platform, 20)
    if kin:
        s.tie("KIN", holder, master)
    s.pay(f"{DAY}T09:00", s.account(s.org()), account, 6_000, "PAYROLL")
    s.pay(f"{DAY}T10:00", behind, account, 600_000)
    s.pay(f"{days_after(DAY, 1)}T10:00", account, own, 600_000, *CAPITAL)
    s.pay(f"{days_after(DAY, 70)}T10:00", own, account, 50_000, "DIVIDEND")
    s.pay(f"{days_after(DAY, 80)}T10:00", account, behind, 48_000)
    return Told(s, platform)


def his_own_savings() -> Told:
    """The shareholder sold his house; the platform pays him nothing but wages."""
    s, platform, own, _, account = founded("savings")
    s.pay(f"{DAY}T09:00", own, account, 20_000, "PAYROLL")
    s.pay(f"{DAY}T10:00", s.account(s.person()), account, 1_000_000)
    s.pay(f"{days_after(DAY, 1)}T10:00", account, own, 1_000_000, *CAPITAL)
    return Told(s, platform)


def a_dividend_paid_in() -> Told:
    """Dividends by the bank's code are the shareholders' own money, and so may become capital."""
    s, platform, own, _, account = founded("dividend")
    s.pay(f"{DAY}T10:00", own, account, 1_000_000, "DIVIDEND")
    s.pay(f"{days_after(DAY, 1)}T10:00", account, own, 1_000_000, *CAPITAL)
    return Told(s, platform)


def group_injection() -> Told:
    """The mother company, to whose header account the bank sweeps every day, puts in capital of its own trade."""
    s = Scenario("group")
    mother, platform = s.org(), s.platform()
    s.owns(mother, platform, 100)
    header, own = s.account(mother, holds=0), s.account(platform, holds=800_000)
    for number in range(4):
        s.pay(f"{days_after(DAY, number)}T18:00", own, header, 200_000, "SWEEP")
    s.pay(f"{days_after(DAY, 5)}T10:00", s.account(s.org()), header, 2_000_000, "SUPPLIER")
    s.pay(f"{days_after(DAY, 6)}T10:00", header, own, 2_000_000, *CAPITAL)
    s.pay(f"{days_after(DAY, 6)}T18:00", own, header, 1_900_000, "SWEEP")
    return Told(s, platform)


def bank_acquisition_loan() -> Told:
    """A licensed bank lends the shareholder the price."""
    s, platform, own, _, account = founded("bank")
    bank = s.bank()
    s.pay(f"{DAY}T10:00", s.account(bank, "BANK_INTERNAL"), account, 1_000_000, "LOAN_OUT")
    s.pay(f"{days_after(DAY, 1)}T10:00", account, own, 1_000_000, *CAPITAL)
    return Told(s, platform)


def spent_on_the_business() -> Told:
    """What was paid in goes to suppliers, landlords, staff, and into a subsidiary."""
    s = Scenario("spent")
    platform = s.platform()
    own, holder, below = s.account(platform, holds=0), s.person(), s.org()
    s.owns(holder, platform, 60)
    s.owns(platform, below, 100)
    s.pay(f"{DAY}T10:00", s.account(holder, holds=1_000_000), own, 1_000_000, *CAPITAL)
    s.pay(f"{days_after(DAY, 9)}T10:00", own, s.account(s.org()), 400_000, "SUPPLIER")
    s.pay(f"{days_after(DAY, 10)}T10:00", own, s.account(below), 500_000)
    s.pay(f"{days_after(DAY, 11)}T10:00", own, s.account(holder), 30_000, "PAYROLL")
    return Told(s, platform)


def borrowed_from_a_friend() -> Told:
    """A friend's money is in the capital, but the dividends stay with the shareholder."""
    told = holds_for_another()
    told.scenario.told = [e for e in told.scenario.told if getattr(e, "amount_fen", 0) != 4_800_000]
    return told


def reduced_capital() -> Told:
    """The registered capital is reduced by what goes back."""
    s = Scenario("less")
    platform = s.platform()
    own, holder = s.account(platform, holds=0), s.person()
    s.owns(holder, platform, 60)
    s.tie("CAPITAL", None, platform, amount_fen=300_000_000)
    account = s.account(holder, holds=1_000_000)
    s.pay(f"{DAY}T10:00", account, own, 1_000_000, *CAPITAL)
    s.tie("CAPITAL", None, platform, f"{days_after(DAY, 40)}T10:00", amount_fen=200_000_000)
    s.pay(f"{days_after(DAY, 45)}T10:00", own, account, 1_000_000)
    return Told(s, platform)


EVASIONS = {
    "through several hands": through_several_hands,
    "lent by the controller": lent_by_the_controller,
    "without a class": without_a_class,
    "taken out again": taken_out_again,
    "holds for another": holds_for_another,
}
LAWFUL = {
    "his own savings": his_own_savings,
    "a dividend paid in": a_dividend_paid_in,
    "group injection": group_injection,
    "bank acquisition loan": bank_acquisition_loan,
    "spent on the business": spent_on_the_business,
    "reduced capital": reduced_capital,
    "borrowed from a friend": borrowed_from_a_friend,
}
