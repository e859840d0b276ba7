"""P2P-12: borrowers above the cap by every route of the catalogue, and those who are lawfully below it."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-09-05"  # the caps are in force
BEFORE = "2016-07-04"


def borrow(s: Scenario, platform: str, borrower: str, yuan: int, day: str = DAY, listing: str | None = None) -> str:
    """A loan paid out at eleven o'clock with one instalment; returns its listing."""
    listing = listing or f"L{len(s.told)}"
    s.product(f"{day}T09:00", "LISTING", platform, yuan, listing=listing, borrower=borrower, rate_ppm=90_000, term_days=90)
    s.product(f"{day}T11:00", "DISBURSE", platform, yuan, listing=listing, borrower=borrower)
    s.product(f"{day}T11:01", "REPAY_PLAN", platform, listing=listing, plan_id=f"{listing}-1", due=days_after(day, 90),
              principal_fen=yuan * 100, interest_fen=yuan * 2)  # fmt: skip
    return listing


def repay(s: Scenario, platform: str, listing: str, day: str, yuan: int) -> None:
    s.product(f"{day}T10:00", "REPAY", platform, plan_id=f"{listing}-1", principal_fen=yuan * 100, interest_fen=yuan * 2)


def person_above() -> Told:
    """Three loans of 90,000 yuan to one person on one platform, none of them repaid."""
    s = Scenario("cap")
    platform, borrower = s.platform(), s.person()
    for number in range(3):
        borrow(s, platform, borrower, 90_000, days_after(DAY, number))
    return Told(s, platform)


def over_all_platforms() -> Told:
    """A company borrows a million on each of six platforms: on none of them too much, on all of them too much."""
    s = Scenario("across")
    company = s.org()
    platforms = [s.platform() for _ in range(6)]
    for number, platform in enumerate(platforms):
        borrow(s, platform, company, 1_000_000, days_after(DAY, number))
    return Told(s, platforms[-1])


def drawn_in_parts() -> Told:
    """One listing of a modest size that is paid out again and again."""
    s = Scenario("parts")
    platform, borrower = s.platform(), s.person()
    borrow(s, platform, borrower, 100_000, listing="L")
    for number in range(1, 4):
        s.product(f"{days_after(DAY, number)}T11:00", "DISBURSE", platform, 60_000, listing="L", borrower=borrower)
    return Told(s, platform)


def group_of_companies() -> Told:
    """Two companies of one owner at 800,000 yuan each: no breach, but shown."""
    s = Scenario("group")
    platform, owner = s.platform(), s.person()
    companies = [s.org() for _ in range(2)]
    for company in companies:
        s.owns(owner, company, 80)
        borrow(s, platform, company, 800_000)
    s.person(f"{days_after(DAY, 2)}T12:00")
    return Told(s, platform)


def at_the_cap() -> Told:
    """A person at 200,000 and a company at a million, to the fen."""
    s = Scenario("exact")
    platform = s.platform()
    borrow(s, platform, s.person(), 200_000)
    borrow(s, platform, s.org(), 1_000_000)
    return Told(s, platform)


def repaid_before_the_next() -> Told:
    """Each loan is repaid in full before the next one is paid out."""
    s = Scenario("repaid")
    platform, borrower = s.platform(), s.person()
    for number in range(4):
        listing = borrow(s, platform, borrower, 180_000, days_after(DAY, 3 * number))
        repay(s, platform, listing, days_after(DAY, 3 * number + 1), 180_000)
    return Told(s, platform)


def overdue_interest() -> Told:
    """Nearly at the cap, overdue, and compensated: interest and penalties on top are no principal."""
    s = Scenario("overdue")
    platform, borrower, guarantor = s.platform(), s.person(), s.org()
    listing = borrow(s, platform, borrower, 195_000)
    s.product(f"{days_after(DAY, 10)}T10:00", "REPAY_PLAN", platform, listing=listing, plan_id="penalty",
              due=days_after(DAY, 90), principal_fen=0, interest_fen=5_000_000)  # fmt: skip
    s.product(f"{days_after(DAY, 91)}T10:00", "OVERDUE", platform, plan_id=f"{listing}-1")
    s.product(f"{days_after(DAY, 95)}T10:00", "COMPENSATE", platform, 195_000, plan_id=f"{listing}-1", guarantor=guarantor)
    return Told(s, platform)


def several_platforms_below() -> Told:
    """Five platforms lend a person 200,000 yuan each: a million, and no more."""
    s = Scenario("five")
    borrower = s.person()
    platforms = [s.platform() for _ in range(5)]
    for platform in platforms:
        borrow(s, platform, borrower, 200_000)
    return Told(s, platforms[-1])


def legacy_loan() -> Told:
    """A loan from before the date, within the later cap, beside a new one: the old one is not counted."""
    s = Scenario("old")
    platform, borrower = s.platform(), s.person()
    borrow(s, platform, borrower, 600_000, BEFORE)
    borrow(s, platform, borrower, 150_000)
    return Told(s, platform)


EVASIONS = {"over all platforms": over_all_platforms, "drawn in parts": drawn_in_parts, "group of companies": group_of_companies}
LAWFUL = {
    "at the cap": at_the_cap,
    "repaid before the next": repaid_before_the_next,
    "overdue interest": overdue_interest,
    "several platforms below": several_platforms_below,
}
