"""RUN-01: a platform on the way to a run or to flight, and one whose clients only come and go."""

from collections.abc import Callable

from chuantou.schemas.streams import Tip
from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-05-23"
QUIET_DAYS = 70
BAD = days_after(START, QUIET_DAYS)
CLAIM_DAYS, EACH = 30, 10_000


class Shop:
    """Every day two new clients bring 10,000 yuan each for thirty days, the day's money is lent, and what is due is paid."""

    def __init__(self, name: str, start: str = START) -> None:
        self.s, self.start = Scenario(name), start
        self.platform, self.controller = self.s.platform(), self.s.person()
        self.s.owns(self.controller, self.platform, 60)
        self.s.tie("OFFICER", self.controller, self.platform, role="legal_rep")
        bank = self.s.bank()
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=bank, role_basis="designated")
        # its bank keeps each client's money apart: what the queue would say is nothing
        self.s.account(self.s.person(), "CLIENT_SUB", platform=self.platform, custodian=bank, master_account=self.pot,
                       role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=10_000)
        self.purse = self.s.account(self.controller)
        self.clients: dict[int, list[tuple[str, str]]] = {}
        self.debtors: dict[int, str] = {}

    def day(self, number: int) -> str:
        return days_after(self.start, number)

    def come(self, number: int, clients: int = 2) -> None:
        """New clients of a day, and the loan that their money becomes."""
        s, day, listing, borrower = self.s, self.day(number), f"L{number}", self.s.org()
        s.product(f"{day}T09:00", "LISTING", self.platform, clients * EACH, listing=listing, borrower=borrower, rate_ppm=90_000,
                  term_days=CLAIM_DAYS)  # fmt: skip
        self.clients[number] = []
        for k in range(clients):
            person = s.person()
            account = s.account(person)
            self.clients[number].append((person, account))
            s.product(f"{day}T10:{k:02d}", "SUBSCRIBE", self.platform, EACH, listing=listing, investor=person,
                      claim=f"C{number}-{k}", start=day, due=self.day(number + CLAIM_DAYS))  # fmt: skip
            s.pay(f"{day}T10:{k:02d}:30", account, self.pot, EACH, "INVEST_IN", "order", listing=listing)
        s.product(f"{day}T11:00", "DISBURSE", self.platform, clients * EACH, listing=listing, borrower=borrower)
        s.product(f"{day}T11:01", "REPAY_PLAN", self.platform, listing=listing, plan_id=f"{listing}-1",
                  due=self.day(number + CLAIM_DAYS), principal_fen=clients * EACH * 100, interest_fen=0)  # fmt: skip
        self.debtors[number] = s.account(borrower, holds=clients * EACH)
        s.pay(f"{day}T12:00", self.pot, self.debtors[number], clients * EACH, "LOAN_OUT", listing=listing)

    def repay(self, number: int, late: int = 0) -> None:
        """The borrower of a day pays when it is due."""
        if number in self.debtors:
            day, yuan = self.day(number + CLAIM_DAYS + late), len(self.clients[number]) * EACH
            self.s.pay(f"{day}T09:00", self.debtors[number], self.pot, yuan, "REPAY_PRIN", "obligation", listing=f"L{number}")
            self.s.product(f"{day}T09:01", "REPAY", self.platform, plan_id=f"L{number}-1", principal_fen=yuan * 100,
                           interest_fen=0)  # fmt: skip

    def give_back(self, number: int, late: int = 0) -> None:
        """The clients of a day get theirs."""
        day = self.day(number + CLAIM_DAYS + late)
        for k, (person, account) in enumerate(self.clients.get(number, ())):
            self.s.pay(f"{day}T15:{k:02d}", self.pot, account, EACH, "RETURN_PRIN", "obligation", listing=f"L{number}")
            self.s.product(f"{day}T15:{k:02d}:30", "REDEEM", self.platform, EACH, claim=f"C{number}-{k}", investor=person)

    def quiet(self, until: int = QUIET_DAYS, come: Callable[[int], bool] = lambda number: True) -> None:
        for number in range(until):
            if come(number):
                self.come(number)
            self.repay(number - CLAIM_DAYS)
            self.give_back(number - CLAIM_DAYS)

    def complain(self, number: int, count: int) -> None:
        for _ in range(count):
            self.s._tell(Tip, f"{self.day(number)}T14:00", "tips:yc", subject=self.platform, reason="提现困难")

    def told(self, until: int) -> Told:
        self.s.person(f"{self.day(until)}T12:00")
        return Told(self.s, self.platform)


def run_on_the_desk() -> Told:
    """No new clients, borrowers stop paying, what is due is paid days late, and the complaints come."""
    x = Shop("run")
    x.quiet()
    for number in range(QUIET_DAYS - CLAIM_DAYS, QUIET_DAYS - CLAIM_DAYS + 6):
        x.give_back(number, 3)
    x.complain(QUIET_DAYS + 4, 12)
    return x.told(QUIET_DAYS + 10)


def flight_of_the_controller() -> Told:
    """The controller takes 150,000 yuan, hands his seat to a stranger, and the office moves; nobody new comes."""
    x = Shop("flight")
    x.quiet()
    for number in range(QUIET_DAYS - CLAIM_DAYS, QUIET_DAYS - CLAIM_DAYS + 8):
        x.repay(number)
        x.give_back(number)
    x.s.pay(f"{x.day(QUIET_DAYS + 2)}T20:00", x.s.account(x.platform, holds=300_000), x.purse, 150_000)
    x.s.tie("OFFICER", x.s.person(), x.platform, f"{x.day(QUIET_DAYS + 3)}T10:00", role="legal_rep")
    x.s.party_event(x.platform, f"{x.day(QUIET_DAYS + 4)}T10:00", op_region="320921")
    return x.told(QUIET_DAYS + 8)


def deposits_for_show() -> Told:
    """On the eve of an inspection the controller fills the account; what he put in covers nobody."""
    x = Shop("show")
    x.quiet()
    x.s.pay(f"{x.day(QUIET_DAYS)}T08:00", x.s.account(x.controller, holds=2_000_000), x.own, 2_000_000)
    for number in range(QUIET_DAYS - CLAIM_DAYS, QUIET_DAYS - CLAIM_DAYS + 6):
        x.give_back(number, 3)
    x.complain(QUIET_DAYS + 4, 12)
    return x.told(QUIET_DAYS + 10)


def clients_come_and_go() -> Told:
    """Ninety days of ordinary business, with a busy week of payments."""
    x = Shop("honest")
    x.quiet(90)
    return x.told(89)


def new_management() -> Told:
    """A new legal representative and a new office, and two complaints: business goes on."""
    x = Shop("moved")
    x.quiet(80)
    x.s.tie("OFFICER", x.s.person(), x.platform, f"{x.day(75)}T10:00", role="legal_rep")
    x.s.party_event(x.platform, f"{x.day(76)}T10:00", op_region="320921")
    x.complain(76, 2)
    return x.told(79)


def spring_festival(last_year: bool = True) -> Told:
    """In the weeks around the feast clients draw and none come – as they did last year; the legal representative changes."""
    x = Shop("feast", "2016-01-01")
    feasts = (range(31, 46), range(386, 401))  # 2016-02-01 … 15 and 2017-01-21 … 02-04

    def comes(number: int) -> bool:
        return not any(number in feast for feast in (feasts if last_year else feasts[1:]))

    x.quiet(398, comes)
    x.s.tie("OFFICER", x.s.person(), x.platform, f"{x.day(392)}T10:00", role="legal_rep")
    return x.told(397)


EVASIONS = {"flight of the controller": flight_of_the_controller, "deposits for show": deposits_for_show}
LAWFUL = {"clients come and go": clients_come_and_go, "new management": new_management, "spring festival": spring_festival}
