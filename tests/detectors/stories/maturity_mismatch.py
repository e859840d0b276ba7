"""P2P-07: every evasion of the catalogue and every lawful look-alike that the event contract can tell."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told, mismatched_terms

DAY = "2016-07-04"


def lend(s: Scenario, platform: str, yuan: int, term: int, instalments: int = 1, number: int = 1) -> str:
    """A loan that is paid out on DAY and repaid in equal parts; returns its listing."""
    listing, borrower = f"L{number}", s.person()
    s.product(f"{DAY}T09:00", "LISTING", platform, yuan, listing=listing, borrower=borrower, term_days=term)
    s.product(f"{DAY}T11:00", "DISBURSE", platform, yuan, listing=listing, borrower=borrower)
    for issue in range(1, instalments + 1):
        plan = f"{listing}-{issue}"
        s.product(f"{DAY}T11:01", "REPAY_PLAN", platform, listing=listing, plan_id=plan, issue_no=issue,
                  due=days_after(DAY, term * issue // instalments), principal_fen=yuan * 100 // instalments)  # fmt: skip
    return listing


def claim(s: Scenario, platform: str, yuan: int, term: int, name: str = "C1", **fields: object) -> str:
    """An investor's claim that falls due after ``term`` days; returns the investor."""
    investor = fields.pop("investor", None) or s.person()
    s.product(f"{DAY}T10:00", "SUBSCRIBE", platform, yuan, investor=investor, claim=name, start=DAY,
              due=days_after(DAY, term), **fields)  # fmt: skip
    return str(investor)


def pass_time(s: Scenario, days: int) -> None:
    """Something unrelated happens ``days`` after DAY, so that the days between are judged."""
    s.person(f"{days_after(DAY, days)}T12:00")


# -- evasions ------------------------------------------------------------------------------------------------------


def automatic_renewal() -> Told:
    """Claims of 30 days roll over by themselves while the loan runs a year: due all the same."""
    s = Scenario("renew")
    platform = s.platform()
    lend(s, platform, 2_000_000, 360)
    investor = claim(s, platform, 2_000_000, 30, product="月月盈")
    s.product(f"{days_after(DAY, 28)}T10:00", "SUBSCRIBE", platform, 2_000_000, investor=investor, claim="C1",
              product="月月盈", due=days_after(DAY, 60))  # fmt: skip
    pass_time(s, 31)
    return Told(s, platform)


def related_market_maker() -> Told:
    """At its exit day a claim on a one-year loan is sold to the controller's firm."""
    s = Scenario("maker")
    platform, controller, maker = s.platform(), s.person(), s.org()
    s.owns(controller, platform, 60)
    s.owns(controller, maker, 60)
    listing = lend(s, platform, 2_000_000, 360)
    claim(s, platform, 1_800_000, 360, "C0", listing=listing)
    investor = claim(s, platform, 200_000, 90, listing=listing)
    s.product(f"{days_after(DAY, 90)}T10:00", "CLAIM_TRANSFER", platform, 200_000, claim="C1", from_party=investor,
              to_party=maker, principal_fen=20_000_000)  # fmt: skip
    pass_time(s, 93)
    return Told(s, platform)


def on_demand() -> Told:
    """“随存随取”: 1,000,100 yuan that may leave at any time, lent for half a year."""
    s = Scenario("demand")
    platform = s.platform()
    s.product(f"{DAY}T08:00", "PRODUCT", platform, product="活期宝", term_days=0)
    lend(s, platform, 1_000_100, 180)
    s.product(f"{DAY}T10:00", "SUBSCRIBE", platform, 1_000_100, investor=s.person(), claim="C1", product="活期宝")
    return Told(s, platform)


# -- lawful --------------------------------------------------------------------------------------------------------


def sold_to_an_independent_lender() -> Told:
    """The claim is bought by a named stranger on its exit day."""
    s = Scenario("sold")
    platform = s.platform()
    listing = lend(s, platform, 2_000_000, 360)
    claim(s, platform, 1_700_000, 360, "C0", listing=listing)
    investor = claim(s, platform, 300_000, 200, listing=listing)
    s.product(f"{days_after(DAY, 40)}T10:00", "CLAIM_TRANSFER", platform, 300_000, claim="C1", from_party=investor,
              to_party=s.person(), principal_fen=30_000_000)  # fmt: skip
    pass_time(s, 203)
    return Told(s, platform)


def instalments() -> Told:
    """Borrowers repay in six parts and investors receive each of them."""
    s = Scenario("parts")
    platform = s.platform()
    listing = lend(s, platform, 1_200_000, 180, instalments=6)
    investor = claim(s, platform, 1_200_000, 180, listing=listing)
    for issue in range(1, 7):
        day = days_after(DAY, 30 * issue)
        s.product(f"{day}T10:00", "REPAY", platform, plan_id=f"{listing}-{issue}", principal_fen=20_000_000)
        s.product(f"{day}T10:01", "REDEEM", platform, 200_000, investor=investor, claim="C1")
    pass_time(s, 185)
    return Told(s, platform)


def licensed(kind: str) -> Told:
    """A licensed bank or money fund with the same terms as G8."""
    told = mismatched_terms()
    told.scenario.licence(told.subject, kind)
    return told


def prepaid_early() -> Told:
    """Half-year loans are paid off on day 50, and investors are paid out."""
    s = Scenario("prepaid")
    platform = s.platform()
    listing = lend(s, platform, 1_200_000, 180)
    investor = claim(s, platform, 1_200_000, 180, listing=listing)
    s.product(f"{days_after(DAY, 50)}T10:00", "REPAY", platform, plan_id="L1-1", principal_fen=120_000_000)
    s.product(f"{days_after(DAY, 50)}T10:01", "REDEEM", platform, 1_200_000, investor=investor, claim="C1")
    pass_time(s, 185)
    return Told(s, platform)


def small_demand_product() -> Told:
    """A million on demand, but not above it, beside ten times as much in matched terms."""
    s = Scenario("smalldemand")
    platform = s.platform()
    s.product(f"{DAY}T08:00", "PRODUCT", platform, product="活期宝", term_days=0)
    lend(s, platform, 11_000_000, 180)
    claim(s, platform, 10_000_000, 180)
    s.product(f"{DAY}T10:00", "SUBSCRIBE", platform, 1_000_000, investor=s.person(), claim="C2", product="活期宝")
    return Told(s, platform)


EVASIONS: dict[str, Callable[[], Told]] = {
    "G8": mismatched_terms,
    "automatic renewal": automatic_renewal,
    "related market maker": related_market_maker,
    "on demand": on_demand,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "G8 twin": lambda: mismatched_terms(matched=True),
    "sold to an independent lender": sold_to_an_independent_lender,
    "instalments": instalments,
    "licensed bank": lambda: licensed("bank"),
    "money fund": lambda: licensed("fund"),
    "prepaid early": prepaid_early,
    "a million on demand": small_demand_product,
}
