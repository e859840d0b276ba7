"""REG-04: accounts that the declared list does not know, persons' accounts that do business, and lawful ones."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-07-04"


def practitioner(name: str, sector: str = "P2P") -> tuple[Scenario, str, str]:
    """A scenario, an institution, and its one declared account."""
    s = Scenario(name)
    platform = s.platform(sector)
    own = s.account(platform, "OWN_BASIC")
    s.account_event("DECLARE", own, "2016-05-25", owner=platform)
    s.pay(f"{DAY}T09:00", own, s.account(s.org()), 10_000, "RENT")
    return s, platform, own


def hidden_account() -> Told:
    """A second account in its own name takes part in clearing and was not declared."""
    s, platform, _ = practitioner("hidden")
    s.pay(f"{DAY}T10:00", s.account(s.org()), s.account(platform), 80_000)
    return Told(s, platform)


def subsidiary_collects() -> Told:
    """Clients pay to an account of its subsidiary that nobody declared."""
    s, platform, _ = practitioner("subsidiary")
    firm = s.org()
    s.owns(platform, firm, 100)
    account = s.account(firm)
    for number in range(3):
        s.pay(f"{DAY}T1{number}:00", s.account(s.person()), account, 5_000, "INVEST_IN", "order", order_id=f"o{number}")
    return Told(s, platform)


def controllers_own_card() -> Told:
    """The controller's personal account deals with twenty clients."""
    s, platform, _ = practitioner("card")
    controller = s.person()
    s.owns(controller, platform, 80)
    card = s.account(controller, "PERSONAL_I", holds=500_000)
    for number in range(12):
        s.pay(f"{DAY}T10:{number:02d}", s.account(s.person()), card, 3_000, "INVEST_IN", "memo")
        s.pay(f"{days_after(DAY, 9)}T10:{number:02d}", card, s.account(s.person()), 2_000, "RETURN_INT", "memo")
    return Told(s, platform)


def far_away() -> Told:
    """A declared account at a branch of another province: a lead."""
    s, platform, _ = practitioner("away")
    away = s.account(platform, branch_region="440305")
    s.account_event("DECLARE", away, "2016-05-25", owner=platform)
    s.pay(f"{DAY}T10:00", s.account(s.org()), away, 80_000)
    return Told(s, platform)


def very_many() -> Told:
    """Twelve settlement accounts, all declared: a lead."""
    s, platform, _ = practitioner("many")
    for number in range(11):
        account = s.account(platform)
        s.account_event("DECLARE", account, "2016-05-25", owner=platform)
        s.pay(f"{DAY}T11:{number:02d}", s.account(s.org()), account, 1_000)
    return Told(s, platform)


def all_declared() -> Told:
    """Two accounts, both declared; custody is designated by the bank."""
    s, platform, _ = practitioner("declared")
    bank = s.bank()
    second = s.account(platform)
    s.account_event("DECLARE", second, "2016-05-25", owner=platform)
    master = s.account(platform, "CLIENT_MASTER", role_basis="designated", platform=platform, custodian=bank)
    s.pay(f"{DAY}T10:00", s.account(s.org()), second, 80_000)
    s.pay(f"{DAY}T11:00", s.account(s.person()), master, 5_000, "INVEST_IN", "order", order_id="o1")
    return Told(s, platform)


def no_list_was_told() -> Told:
    """No account was ever declared: what is not told accuses nobody."""
    s = Scenario("untold")
    platform = s.platform()
    s.pay(f"{DAY}T10:00", s.account(s.org()), s.account(platform), 80_000)
    return Told(s, platform)


def closed_and_dormant() -> Told:
    """An old account that was never declared, and moves nothing."""
    s, platform, _ = practitioner("dormant")
    old = s.account(platform)
    s.account_event("CLOSE", old, "2016-06-01")
    return Told(s, platform)


def just_opened() -> Told:
    """Opened six days before; there is time to declare it."""
    s, platform, _ = practitioner("fresh")
    account = s.account(platform, moment="2016-06-28")
    s.pay(f"{DAY}T10:00", s.account(s.org()), account, 80_000)
    s.account_event("DECLARE", account, "2016-07-06", owner=platform)
    return Told(s, platform)


def a_private_life() -> Told:
    """The controller shops, pays rent and school fees, and his family pays him."""
    s, platform, _ = practitioner("private")
    controller = s.person()
    s.owns(controller, platform, 80)
    card = s.account(controller, "PERSONAL_I", holds=500_000)
    for number in range(30):
        s.pay(f"{days_after(DAY, number % 9)}T1{number % 7}:00", card, s.account(s.org()), 300)
    return Told(s, platform)


def branch_account() -> Told:
    """An account in Nantong, where the institution registered a branch."""
    s, platform, _ = practitioner("branch")
    s.tie("BRANCH", platform, s.org(), region="320602")
    account = s.account(platform, branch_region="320602")
    s.account_event("DECLARE", account, "2016-05-25", owner=platform)
    s.pay(f"{DAY}T10:00", s.account(s.org()), account, 80_000)
    return Told(s, platform)


EVASIONS = {
    "subsidiary collects": subsidiary_collects,
    "controllers own card": controllers_own_card,
    "far away": far_away,
    "very many": very_many,
}
LAWFUL = {
    "all declared": all_declared,
    "no list was told": no_list_was_told,
    "closed and dormant": closed_and_dormant,
    "just opened": just_opened,
    "a private life": a_private_life,
    "branch account": branch_account,
}
