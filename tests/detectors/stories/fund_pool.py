"""P2P-01: every evasion of the catalogue and every lawful look-alike that the event contract can tell."""

from collections.abc import Callable, Sequence

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told, pooled_credits

DAY = "2016-06-13"


def collect(
    s: Scenario, pools: Sequence[str], people: int = 40, each: int | str = 10_000, day: str = DAY,
    flow: str | None = "INVEST_IN", basis: str | None = "order", **fields: str,
) -> list[str]:  # fmt: skip
    """``people`` new clients pay ``each`` yuan, in turn to the accounts; returns theirs."""
    payers = []
    for number in range(people):
        payer = s.account(s.person())
        moment = f"{day}T10:{number // 60:02d}:{number % 60:02d}"
        fields["order_id"] = f"order-{day}-{number}"
        s.pay(moment, payer, pools[number % len(pools)], each, flow, basis, **fields)
        payers.append(payer)
    return payers


# -- evasions ------------------------------------------------------------------------------------------------------


def small_pools_of_subsidiaries() -> Told:
    """Four firms of the platform with ten investors each."""
    s = Scenario("pools")
    platform = s.platform()
    firms = [s.org() for _ in range(4)]
    for firm in firms:
        s.owns(platform, firm, 70)
    collect(s, [s.account(firm) for firm in firms])
    return Told(s, platform)


def small_pools_on_one_device() -> Told:
    """Strangers' accounts that are worked from the device of the platform's own account."""
    s = Scenario("device")
    platform = s.platform()
    s.account(platform, device="ukey-7")
    collect(s, [s.account(s.person(), device="ukey-7") for _ in range(4)])
    return Told(s, platform)


def employee_account() -> Told:
    """The pool is an employee's personal account for which the platform's own signatory signs."""
    s = Scenario("employee")
    platform, cashier = s.platform(), s.person()
    s.account(platform, signatories=[cashier])
    collect(s, [s.account(s.person(), "PERSONAL_I", signatories=[cashier])])
    return Told(s, platform)


def technology_service_company() -> Told:
    """A “technology service” company controlled by the platform's controller takes the money in."""
    s = Scenario("tech")
    platform, controller, company = s.platform(), s.person(), s.org(name="某技术服务有限公司")
    s.owns(controller, platform, 60)
    s.owns(controller, company, 90)
    collect(s, [s.account(company)])
    return Told(s, platform)


def paper_sub_ledgers() -> Told:
    """A designated master whose sub-ledgers do not add up to it: the evening before, 3 million are missing."""
    s = Scenario("paper")
    platform, bank = s.platform(), s.bank()
    master = s.account(bank, "CLIENT_MASTER", platform=platform, custodian=bank)
    s.balance(master, "2016-06-12T23:50", 5_000_000)
    s.balance(master, "2016-06-12T23:51", 2_000_000, "LEDGER_SUB_SUM")
    collect(s, [master])
    return Told(s, platform)


def paper_sub_ledgers_told_first() -> Told:
    """The same with the two statements in the other order."""
    s = Scenario("paper2")
    platform, bank = s.platform(), s.bank()
    master = s.account(bank, "CLIENT_MASTER", platform=platform, custodian=bank)
    s.balance(master, "2016-06-12T23:50", 2_000_000, "LEDGER_SUB_SUM")
    s.balance(master, "2016-06-12T23:51", 5_000_000)
    collect(s, [master])
    return Told(s, platform)


def sweep_at_day_end() -> Told:
    """Each evening the pool is emptied into a subsidiary, each morning it comes back."""
    s = Scenario("sweep")
    platform, subsidiary = s.platform(), s.org()
    s.owns(platform, subsidiary, 100)
    pool, night = s.account(platform), s.account(subsidiary)
    held = 0
    for number in range(4):
        day = days_after(DAY, number)
        if held:
            s.pay(f"{day}T08:30", night, pool, held)
        collect(s, [pool], people=10, day=day)
        held += 100_000
        s.pay(f"{day}T17:30", pool, night, held)
    return Told(s, platform)


def self_styled_custody() -> Told:
    """The platform calls its own account a client master; nobody else does."""
    s = Scenario("self")
    platform = s.platform()
    collect(s, [s.account(platform, "CLIENT_MASTER", role_basis="inferred", platform=platform)])
    return Told(s, platform)


def unstated_purpose() -> Told:
    """Payments without a class, but each with the order of an investor: inferred from persons and orders."""
    s = Scenario("unstated")
    platform = s.platform()
    collect(s, [s.account(platform)], flow=None)
    return Told(s, platform)


def pays_investors_and_borrowers() -> Told:
    """The structural limb: everything is lent out in time, but one account pays 30 investors and two borrowers."""
    s = Scenario("structure")
    platform = s.platform()
    pool = s.account(platform)
    for number in (1, 2):
        borrower = s.person()
        listing = f"L{number}"
        s.product(f"{DAY}T09:0{number}", "LISTING", platform, 150_000, listing=listing, borrower=borrower)
        payers = collect(s, [pool], people=15, day=days_after(DAY, number - 1), listing=listing)
        s.pay(f"{days_after(DAY, number - 1)}T11:00", pool, s.account(borrower), 150_000, "LOAN_OUT", listing=listing)
        for at, payer in enumerate(payers):
            s.pay(f"{days_after(DAY, number - 1)}T10:30:{at:02d}", pool, payer, "1.50", "BONUS")
    return Told(s, platform)


def owners_told_later() -> Told:
    """Whose some of the accounts are is told after the alert that lists them."""
    s = Scenario("unknown")
    platform = s.platform()
    pool = s.account(platform)
    for number in range(40):
        payer = s.account(None)
        s.pay(f"{DAY}T10:{number:02d}", payer, pool, 10_000, "INVEST_IN", debtor_party=s.person())
        if number % 4 == 0:
            s.account_event("OPEN", payer, f"2016-06-17T1{number // 10}:00", owner=s.person())
    s.pay("2016-06-17T12:30", s.account(s.org()), s.account(s.org()), 1)
    return Told(s, platform)


def sub_ledgers_that_disagree_for_two_hours() -> Told:
    """The sub-ledgers disagree with the master for two hours: what is paid in meanwhile counts."""
    s = Scenario("noon")
    platform, bank = s.platform(), s.bank()
    master = s.account(bank, "CLIENT_MASTER", platform=platform, custodian=bank)
    collect(s, [master], people=20, day=days_after(DAY, -1))
    s.balance(master, f"{DAY}T09:58", 200_000)
    s.balance(master, f"{DAY}T09:59", 100_000, "LEDGER_SUB_SUM")
    collect(s, [master])
    s.balance(master, f"{DAY}T12:00", 600_000)
    s.balance(master, f"{DAY}T12:01", 600_000, "LEDGER_SUB_SUM")
    collect(s, [master], people=20, day=days_after(DAY, 1))
    return Told(s, platform)


# -- lawful --------------------------------------------------------------------------------------------------------


def custody_with_sub_ledgers() -> Told:
    """LA-SWEEP: investors pay into their sub-ledgers, which are swept to a designated master that agrees with them."""
    s = Scenario("custody")
    platform, bank = s.platform(), s.bank()
    master = s.account(bank, "CLIENT_MASTER", platform=platform, custodian=bank)
    for number in range(40):
        person = s.person()
        sub = s.account(person, "CLIENT_SUB", platform=platform, custodian=bank, master_account=master)
        s.pay(f"{DAY}T10:{number:02d}", s.account(person), sub, 10_000, "TOPUP")
        s.pay(f"{DAY}T17:{number:02d}", sub, master, 10_000, "SWEEP")
    s.balance(master, f"{DAY}T23:50", 400_000)
    s.balance(master, f"{DAY}T23:51", 400_000, "LEDGER_SUB_SUM")
    return Told(s, platform)


def custodian_master() -> Told:
    """A licensed custodian's master account without sub-ledgers."""
    s = Scenario("master")
    platform, bank = s.platform(), s.bank()
    collect(s, [s.account(bank, "CLIENT_MASTER", platform=platform, custodian=bank)])
    return Told(s, platform)


def _in_group(role: str, licence: str | None = None, flow: str | None = None, basis: str | None = "order") -> Told:
    """A lawful firm of the platform's group takes many persons' money in an account whose role a bank gave it."""
    s = Scenario("group")
    platform, firm = s.platform(), s.org()
    s.owns(platform, firm, 100)
    if licence is not None:
        s.licence(firm, licence)
    collect(s, [s.account(firm, role)], flow=flow, basis=basis)
    return Told(s, platform)


def cash_pool() -> Told:
    """LA-CASHPOOL: forty group members sweep to the header each evening."""
    s = Scenario("cashpool")
    platform = s.platform()
    header = s.account(platform)
    for number in range(40):
        member = s.org()
        s.owns(platform, member, 100)
        s.pay(f"{DAY}T18:{number:02d}", s.account(member, holds=50_000), header, 10_000, "POOL_SWEEP")
    return Told(s, platform)


def payroll() -> Told:
    """LA-PAYROLL: the platform pays forty employees."""
    s = Scenario("payroll")
    platform = s.platform()
    own = s.account(platform, holds=1_000_000)
    for number in range(40):
        s.pay(f"{DAY}T10:{number:02d}", own, s.account(s.person()), 8_000, "PAYROLL")
    return Told(s, platform)


def too_few_people() -> Told:
    s = Scenario("few")
    platform = s.platform()
    collect(s, [s.account(platform)], people=29, each=10_000)
    return Told(s, platform)


def too_little_money() -> Told:
    s = Scenario("little")
    platform = s.platform()
    collect(s, [s.account(platform)], people=40, each="4999.99")
    return Told(s, platform)


EVASIONS: dict[str, Callable[[], Told]] = {
    "small pools clustered by control": small_pools_of_subsidiaries,
    "small pools clustered by device": small_pools_on_one_device,
    "employee's personal account": employee_account,
    "technology service company": technology_service_company,
    "sub-ledgers on paper": paper_sub_ledgers,
    "sub-ledgers on paper, sum told first": paper_sub_ledgers_told_first,
    "sub-ledgers that disagree for two hours": sub_ledgers_that_disagree_for_two_hours,
    "owners told later": owners_told_later,
    "swept at the end of the day": sweep_at_day_end,
    "custody by its own word": self_styled_custody,
    "no purpose stated": unstated_purpose,
    "pays investors and borrowers": pays_investors_and_borrowers,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "G1 twin, all lent in time": lambda: pooled_credits(to_borrowers=True),
    "LA-SWEEP": custody_with_sub_ledgers,
    "licensed custodian's master": custodian_master,
    "LA-ACQ": lambda: _in_group("MERCHANT_SETTLE"),
    "LA-ESCROW": lambda: _in_group("ESCROW_PRESALE"),
    "LA-CASHPOOL": cash_pool,
    "LA-CAPCALL": lambda: _in_group("FUND_RAISE", "private_fund", "INVEST_IN"),
    "LA-PAYROLL": payroll,
    "insurer's premium account": lambda: _in_group("INSURER_PREMIUM", "insurance"),
    "LA-COOP": lambda: _in_group("OWN_GENERAL", flow="SUPPLIER"),
    "29 people": too_few_people,
    "199,999.60 yuan": too_little_money,
}
