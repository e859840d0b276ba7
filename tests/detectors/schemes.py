"""The golden schemes (catalogue §10.1) as scenarios, each with the lawful twin that differs in one thing."""

from typing import NamedTuple

from tests.detectors.scenario import Scenario, days_after

LOAN_DAY = "2016-06-13"  # a Monday without a holiday in the two weeks that follow


class Told(NamedTuple):
    """A scenario and the party that an alert must, or must not, be about."""

    scenario: Scenario
    subject: str


def pooled_credits(to_borrowers: bool = False) -> Told:
    """G1, its fund pool: sixty investors pay in, one borrower gets 150,000; the twin lends everything out."""
    s = Scenario("g1")
    platform = s.platform()
    pool = s.account(platform)
    groups = []
    for day, each in (("2016-06-13", 5_000), ("2016-06-14", 10_000), ("2016-06-15", 6_000)):
        borrower = s.person()
        listing = f"L{len(groups) + 1}"
        s.product(f"{day}T09:00", "LISTING", platform, each * 20, listing=listing, borrower=borrower, term_days=90)
        people = [s.person() for _ in range(20)]
        for number, person in enumerate(people):
            s.pay(f"{day}T10:{number:02d}", s.account(person), pool, each, "INVEST_IN", order_id=f"{listing}-{number}",
                  listing=listing)  # fmt: skip
        groups.append((listing, s.account(borrower), people))
    (first, account, investors), *_ = groups
    if to_borrowers:
        for (listing, account, _), yuan in zip(groups, (100_000, 200_000, 120_000)):
            s.pay("2016-06-15T15:00", pool, account, yuan, "LOAN_OUT", listing=listing)
        return Told(s, platform)
    # the first listing's borrower gets the money of the first twenty and of five of the second twenty
    s.pay("2016-06-14T15:00", pool, account, 150_000, "LOAN_OUT", listing=first)
    for number, investor in enumerate(investors):
        s.pay(f"2016-06-15T16:{number:02d}", pool, s.account(investor), 5_150, "RETURN_PRIN")
    return Told(s, platform)


def layered_proceeds(to_controller: bool = True) -> Told:
    """G2: a loan of one million goes through three firms that each keep 2 % and ends at the controller's firm."""
    s = Scenario("g2")
    platform = s.platform()
    controller = s.person()
    s.owns(controller, platform, 60)
    firm = s.org(name="终点商贸有限公司")
    if to_controller:
        s.owns(controller, firm, 80)
    borrower = s.org()
    custody = s.account(platform, "CLIENT_MASTER", holds=5_000_000, platform=platform, custodian=s.bank())
    s.product(f"{LOAN_DAY}T09:00", "LISTING", platform, 1_000_000, listing="L1", borrower=borrower, term_days=180)
    chain = [s.account(owner) for owner in (borrower, s.org(), s.org(), s.org(), firm)]
    s.pay(f"{LOAN_DAY}T10:00", custody, chain[0], 1_000_000, "LOAN_OUT", listing="L1")
    s.product(f"{LOAN_DAY}T10:01", "DISBURSE", platform, 1_000_000, listing="L1", borrower=borrower)
    for hop, yuan in enumerate((980_000, 960_400, 941_192, 941_192)):
        s.pay(f"{days_after(LOAN_DAY, hop)}T14:00", chain[hop], chain[hop + 1], yuan)
    return Told(s, platform)


def short_reserve(short: bool = True, days: int = 3) -> Told:
    """G3: 6.5 million owed, 6.445 million held; the twin holds 55,000 yuan more."""
    s = Scenario("g3")
    institution = s.platform("PAY")
    s.licence(institution, "payment")
    reserve = s.account(institution, "RSV_DEPOSITORY")
    for number in range(days):
        day = days_after("2016-06-06", number)
        s.balance(reserve, f"{day}T23:58", 6_430_000 if short else 6_485_000)
        s.report(f"{day}T23:59", institution, day, customer_balance=5_000_000, prepaid_unspent=1_200_000,
                 merchant_payable=300_000, in_process=0, own_in_reserve=25_000, in_transit=40_000)  # fmt: skip
    return Told(s, institution)


def misused_reserve(by_order: bool = False) -> Told:
    """Half a million of clients' money goes to a subsidiary, no client having ordered it; the twin is a real order."""
    s = Scenario("pay02")
    institution = s.platform("PAY")
    s.licence(institution, "payment")
    subsidiary = s.org()
    s.owns(institution, subsidiary, 100)
    reserve = s.account(institution, "RSV_DEPOSITORY", bank="102311000013", branch_region="320903")
    second = s.account(institution, "RSV_PAYRECV", bank="103311000019", branch_region="320904")
    client, shop = s.account(s.person()), s.account(s.org(), "MERCHANT_SETTLE")
    goods = s.account(subsidiary)
    s.pay("2016-06-13T09:00", client, reserve, 500_000, "TOPUP", order_id="O1")
    s.pay("2016-06-13T09:30", client, second, 20_000, "TOPUP", order_id="O2")
    s.pay("2016-06-13T11:00", second, shop, 19_900, "MERCH_SETTLE", order_id="O2")
    s.pay("2016-06-14T11:00", reserve, goods, 500_000, order_id="O1" if by_order else None)
    s.pay("2016-06-14T12:00", second, s.account(institution), 100, "FEE")
    return Told(s, institution)


def mismatched_terms(matched: bool = False) -> Told:
    """G8: investors may leave in 30, 90 and 180 days, borrowers pay in 30, 180 and 360; the twin's terms agree."""
    s = Scenario("g8")
    platform = s.platform()
    claims = ((30, 4_000_000), (90, 4_000_000), (180, 2_000_000))
    loans = claims if matched else ((30, 900_000), (180, 4_100_000), (360, 5_000_000))
    day = "2016-07-04"
    for number, (term, yuan) in enumerate(loans):
        listing, borrower = f"L{number}", s.person()
        s.product(f"{day}T09:00", "LISTING", platform, yuan, listing=listing, borrower=borrower, term_days=term)
        s.product(f"{day}T11:00", "DISBURSE", platform, yuan, listing=listing, borrower=borrower)
        s.product(f"{day}T11:01", "REPAY_PLAN", platform, listing=listing, plan_id=f"P{number}", interest_fen=0,
                  principal_fen=yuan * 100, due=days_after(day, term))  # fmt: skip
    for number, (term, yuan) in enumerate(claims):
        s.product(f"{day}T10:00", "SUBSCRIBE", platform, yuan, investor=s.person(), product="随心投",
                  claim=f"C{number}", start=day, due=days_after(day, term))  # fmt: skip
    return Told(s, platform)


def seeded_mule(own_yuan: int = 1_000_000, to_controller: bool = True) -> Told:
    """G16: the borrower holds a million, gets 500,000 and pays 500,000 to the controller in the same hour."""
    s = Scenario("g16")
    platform = s.platform()
    controller = s.person()
    s.owns(controller, platform, 60)
    mule = s.person()
    custody = s.account(platform, "CLIENT_MASTER", holds=5_000_000, platform=platform, custodian=s.bank())
    account = s.account(mule, holds=own_yuan)
    end = s.account(controller if to_controller else s.person())
    s.product(f"{LOAN_DAY}T09:00", "LISTING", platform, 500_000, listing="L1", borrower=mule, term_days=180)
    s.pay(f"{LOAN_DAY}T10:00", custody, account, 500_000, "LOAN_OUT", listing="L1")
    s.pay(f"{LOAN_DAY}T10:40", account, end, 500_000)
    return Told(s, platform)


def closed_loop(closed: bool = True) -> Told:
    """Three firms send 100,000 yuan in a circle within two days; in the twin it goes on to a fourth."""
    s = Scenario("flow01")
    firms = [s.org() for _ in range(4)]
    accounts = [s.account(firm) for firm in firms]
    path = [0, 1, 2, 0 if closed else 3]
    for hop, yuan in enumerate((100_000, 95_000, 90_000)):
        s.pay(f"{days_after(LOAN_DAY, hop)}T1{hop}:00", accounts[path[hop]], accounts[path[hop + 1]], yuan)
    return Told(s, firms[0])
