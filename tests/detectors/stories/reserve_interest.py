"""PAY-04: G15, the disguises that the event contract can tell, and what a bank or an institution may pay."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

BANK_CODE, OTHER_CODE = "102311000013", "103311000019"
START = "2016-05-25"
MONTHS = ("2016-06-30", "2016-07-31", "2016-08-31", "2016-09-30")
LEVELS = (6_000_000, 9_000_000, 5_000_000, 8_000_000)  # yuan in the reserve, month by month


class House:
    """An institution whose reserve lies at one bank and changes at the first of each month, as the bank states."""

    def __init__(self, name: str, months: tuple[str, ...] = MONTHS, role: str = "RSV_DEPOSITORY") -> None:
        self.s = s = Scenario(name)
        self.months = months
        self.party = s.platform("PAY")
        s.licence(self.party, "payment")
        self.bank = s.bank()
        self.banks_own = s.account(self.bank, "BANK_INTERNAL", bank=BANK_CODE)
        self.reserve = s.account(self.party, role, bank=BANK_CODE)
        self.own = s.account(self.party, "OWN_BASIC", bank=BANK_CODE)
        self.client = s.account(s.person())

    def levels(self) -> None:
        """The bank states the reserve's balance when it changes."""
        for month, level in zip(self.months, LEVELS):
            day = f"{month[:8]}01"
            self.s.balance(self.reserve, f"{days_after(day, -1)}T23:59", level)

    def rebates(self, payer: str, payee: str, shares: tuple[int, ...] = (), fixed: int = 0, flow: str | None = None) -> None:
        """At each month's end 0.2 % of what lay there, or of ``shares``, and a fixed sum."""
        for month, level in zip(self.months, shares or LEVELS):
            self.s.pay(f"{month}T15:00", payer, payee, fixed + level // 500, flow)

    def told(self) -> Told:
        return Told(self.s, self.party)


def pboc_interest(day: str = "2016-08-22", name: str | None = "中国人民银行盐城市中心支行") -> Told:
    """G15: the central bank pays interest on the centralised reserve account."""
    s = Scenario("g15")
    party = s.platform("PAY")
    s.licence(party, "payment")
    central_bank = s.org(name=name, sector="BANK")
    reserve = s.account(party, "RSV_CENTRAL", f"{day[:4]}-05-21", role_basis="designated")
    s.pay(f"{day}T10:00", s.account(central_bank, "BANK_INTERNAL"), reserve, 35_000, "INTEREST_BANK")
    s.pay(f"{days_after(day, 1)}T10:00", s.account(s.person()), reserve, 500, "TOPUP", order_id="O1")
    return Told(s, party)


def one_yuan() -> Told:
    """A commercial bank pays interest on the reserve, by its own code."""
    h = House("direct")
    h.s.pay("2016-06-21T10:00", h.banks_own, h.reserve, 1, "INTEREST_BANK")
    return h.told()


def small_sums() -> Told:
    """Ninety fen each month, below a yuan every time."""
    h = House("small")
    for month in MONTHS[:3]:
        h.s.pay(f"{month}T10:00", h.banks_own, h.reserve, "0.90", "INTEREST_BANK")
    return h.told()


def commercial_bank_in_2020() -> Told:
    """After 2019-08-01 a commercial bank still may not."""
    h = House("later", ("2020-06-30",), role="RSV_SPECIAL")
    h.s.pay("2020-06-30T10:00", h.banks_own, h.reserve, 20_000, "INTEREST_BANK")
    return h.told()


def marketing_fee() -> Told:
    """A “marketing fee” of the reserve's bank, 0.2 % of the average reserve every month."""
    h = House("fee")
    h.levels()
    h.rebates(h.banks_own, h.own, flow="OTHER")
    return h.told()


def with_a_fixed_part() -> Told:
    """The same with 20,000 yuan that do not change."""
    h = House("fixed")
    h.levels()
    h.rebates(h.banks_own, h.own, fixed=20_000)
    return h.told()


def through_a_marketing_firm() -> Told:
    """A firm of the bank's manager pays a firm of the institution's owner."""
    h = House("firm")
    h.levels()
    manager, owner = h.s.person(), h.s.person()
    h.s.tie("OFFICER", manager, h.bank, role="senior")
    agent, friend = h.s.org(), h.s.org()
    h.s.owns(manager, agent, 90)
    h.s.owns(owner, h.party, 80)
    h.s.owns(owner, friend, 80)
    h.rebates(h.s.account(agent, bank=OTHER_CODE), h.s.account(friend, bank=OTHER_CODE))
    return h.told()


def another_branch() -> Told:
    """Another branch of the same bank pays, on the fifth of the next month."""
    h = House("branch")
    h.levels()
    branch = h.s.account(h.s.bank(), "BANK_INTERNAL", bank="102311000550")
    for month, level in zip(MONTHS, LEVELS):
        h.s.pay(f"{days_after(month, 5)}T10:00", branch, h.own, level // 500)
    return h.told()


def in_parts() -> Told:
    """Each month's rebate in three parts, to the institution and its subsidiary."""
    h = House("parts")
    h.levels()
    subsidiary = h.s.org()
    h.s.owns(h.party, subsidiary, 100)
    purse = h.s.account(subsidiary)
    for month, level in zip(MONTHS, LEVELS):
        for n, (payee, share) in enumerate(((h.own, 5), (purse, 3), (h.own, 2))):
            h.s.pay(f"{days_after(month, -2 * n)}T10:00", h.banks_own, payee, level // 5_000 * share)
    return h.told()


class Wallets(House):
    """Twelve users with money in their wallets, in 2024."""

    def __init__(self, name: str, year: int = 2024) -> None:
        super().__init__(name, (f"{year}-06-30",), role="RSV_CENTRAL")
        self.day = f"{year}-06-20"
        self.users = [self.s.account(self.s.person()) for _ in range(12)]
        for n, user in enumerate(self.users):
            self.s.pay(f"{year}-06-03T10:{n:02d}", user, self.reserve, 1_000 * (n + 1), "TOPUP")

    def pay_users(self, yuan: Callable[[int], int], flow: str | None, from_reserve: bool = False) -> Told:
        for n, user in enumerate(self.users):
            payer = self.reserve if from_reserve else self.own
            order = {"order_id": f"fund-{n}"} if from_reserve else {}
            if from_reserve:
                self.s.pay(f"{self.day}T09:{n:02d}", self.client, self.reserve, yuan(n), "TOPUP", **order)
            self.s.pay(f"{self.day}T10:{n:02d}", payer, user, yuan(n), flow, **order)
        return self.told()


def interest_to_users() -> Told:
    return Wallets("users").pay_users(lambda n: 10 * (n + 1), "RETURN_INT")


def gifts_by_balance() -> Told:
    """Red packets of one per cent of what each user has in his wallet."""
    return Wallets("packets").pay_users(lambda n: 10 * (n + 1), "BONUS")


# -- lawful ------------------------------------------------------------------------------------------------------------


def central_bank_by_its_number() -> Told:
    """The payer is not named; its account is at the central bank by its number."""
    h = House("number", ("2020-06-30",), role="RSV_CENTRAL")
    h.s.pay("2020-06-30T10:00", h.s.account(h.s.bank(), bank="001311000013"), h.reserve, 20_000, "INTEREST_BANK")
    return h.told()


def central_account_and_nobody_named() -> Told:
    """Interest on a centralised account, of which no other bank is told."""
    return pboc_interest("2019-12-21", None)


def central_bank_to_the_own_account() -> Told:
    """What the central bank pays for the centralised reserve goes to the institution's own account, month by month."""
    months = ("2019-09-30", "2019-10-31", "2019-11-30", "2019-12-31")
    h = House("ownaccount", months, role="RSV_CENTRAL")
    h.levels()
    h.s.party_event(h.bank, "2015-09-02", name="中国人民银行盐城市中心支行")
    h.rebates(h.banks_own, h.own, flow="INTEREST_BANK")
    return h.told()


def interest_on_own_money() -> Told:
    """The bank pays interest on what the institution itself has in its own account, which changes otherwise."""
    h = House("ownmoney")
    h.levels()
    own = (300_000, 100_000, 900_000, 200_000)
    for month, level in zip(MONTHS, own):
        h.s.balance(h.own, f"{days_after(f'{month[:8]}01', -1)}T23:59", level * 100)
    h.rebates(h.banks_own, h.own, tuple(level * 100 for level in own), flow="INTEREST_BANK")
    return h.told()


def fixed_fee() -> Told:
    """A service fee that is the same every month."""
    h = House("fixedfee")
    h.levels()
    h.rebates(h.banks_own, h.own, (6_000_000,) * 4)
    return h.told()


def turnover_commission() -> Told:
    """A commission on what comes in; the balance moves with it, though less closely."""
    h = House("turnover")
    sold = (7_000_000, 8_500_000, 5_000_000, 8_000_000)
    h.levels()
    for month, yuan in zip(MONTHS, sold):
        h.s.pay(f"{month[:8]}10T10:00", h.client, h.reserve, yuan, "TOPUP", order_id=f"T{month}")
        h.s.pay(f"{month[:8]}10T11:00", h.reserve, h.client, yuan, "WITHDRAW", order_id=f"T{month}")
    h.rebates(h.banks_own, h.own, sold)
    return h.told()


def loans_of_the_bank() -> Told:
    """Working-capital loans that happen to follow the balance, by the bank's own code."""
    h = House("loans")
    h.levels()
    for month, level in zip(h.months, LEVELS):
        h.s.pay(f"{month[:8]}15T15:00", h.banks_own, h.own, level // 500, "LOAN_OUT")
    return h.told()


def another_bank() -> Told:
    """A bank that keeps none of the reserve."""
    h = House("stranger")
    h.levels()
    h.rebates(h.s.account(h.s.bank(), "BANK_INTERNAL", bank=OTHER_CODE), h.own)
    return h.told()


def two_periods() -> Told:
    h = House("two", MONTHS[:2])
    h.levels()
    h.rebates(h.banks_own, h.own)
    return h.told()


def users_before_the_ban() -> Told:
    return Wallets("before", 2023).pay_users(lambda n: 10 * (n + 1), "RETURN_INT")


def welcome_gifts() -> Told:
    """Red packets that do not follow the balances."""
    return Wallets("gifts").pay_users(lambda n: 10 + n * 7 % 11, "BONUS")


def fund_dividends() -> Told:
    """A fund's dividend passes through the reserve under its order."""
    return Wallets("fund").pay_users(lambda n: 10 * (n + 1), "RETURN_INT", from_reserve=True)


EVASIONS: dict[str, Callable[[], Told]] = {
    "one yuan": one_yuan,
    "small sums": small_sums,
    "commercial bank in 2020": commercial_bank_in_2020,
    "marketing fee": marketing_fee,
    "with a fixed part": with_a_fixed_part,
    "through a marketing firm": through_a_marketing_firm,
    "another branch": another_branch,
    "in parts": in_parts,
    "interest to users": interest_to_users,
    "gifts by balance": gifts_by_balance,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "G15 in 2019": lambda: pboc_interest("2019-12-21"),
    "central bank by its number": central_bank_by_its_number,
    "central account and nobody named": central_account_and_nobody_named,
    "central bank to the own account": central_bank_to_the_own_account,
    "interest on own money": interest_on_own_money,
    "fixed fee": fixed_fee,
    "turnover commission": turnover_commission,
    "loans of the bank": loans_of_the_bank,
    "another bank": another_bank,
    "two periods": two_periods,
    "users before the ban": users_before_the_ban,
    "welcome gifts": welcome_gifts,
    "fund dividends": fund_dividends,
}
