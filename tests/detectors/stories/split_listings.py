"""P2P-08: a long or a large need cut into listings, and borrowers who lawfully borrow again."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-05-23"
CAPPED = "2016-09-05"  # the caps of P2P-12 are in force
TERM = 30
WORDS = "用于盐城恒远置业二期工程流动资金周转"


class Shop:
    """A platform with designated custody without sub-ledgers and one borrower."""

    def __init__(self, name: str, borrower: str | None = None) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.borrower = borrower or self.s.org()
        self.debtor = self.s.account(self.borrower, holds=1_000)
        self.clients: dict[str, list[str]] = {}

    def raise_money(
        self, listing: str, yuan: int, day: str, lend: bool = True, borrower: str | None = None, **fields: str
    ) -> None:
        """Four new clients fill a listing at ten o'clock; at eleven it is lent out."""
        s, who = self.s, borrower or self.borrower
        fields = {"loan_use": WORDS} | fields
        s.product(f"{day}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=who, rate_ppm=90_000, term_days=TERM,
                  **fields)  # fmt: skip
        self.clients[listing] = [s.account(s.person()) for _ in range(4)]
        for number, account in enumerate(self.clients[listing]):
            s.pay(f"{day}T10:0{number}", account, self.pot, yuan // 4, "INVEST_IN", "order", listing=listing)
        s.product(f"{day}T11:00", "DISBURSE", self.platform, yuan, listing=listing, borrower=who)
        s.product(f"{day}T11:01", "REPAY_PLAN", self.platform, listing=listing, plan_id=f"{listing}-1", due=days_after(day, TERM),
                  principal_fen=yuan * 100, interest_fen=yuan)  # fmt: skip
        if lend:
            s.pay(f"{day}T11:02", self.pot, self.debtor, yuan, "LOAN_OUT", listing=listing)

    def spend(self, yuan: int, day: str) -> None:
        self.s.pay(f"{day}T17:00", self.debtor, self.s.account(self.s.org()), yuan, "SUPPLIER")

    def repay(self, listing: str, yuan: int, day: str) -> None:
        marks = {"basis": "obligation", "listing": listing}
        self.s.pay(f"{day}T12:00", self.debtor, self.pot, yuan, "REPAY_PRIN", **marks)
        self.give_back(listing, yuan, day)
        self.s.product(f"{day}T16:00", "REPAY", self.platform, plan_id=f"{listing}-1", principal_fen=yuan * 100,
                       interest_fen=yuan)  # fmt: skip

    def give_back(self, listing: str, yuan: int, day: str) -> None:
        for number, account in enumerate(self.clients[listing]):
            self.s.pay(f"{day}T15:0{number}", self.pot, account, yuan // 4, "RETURN_PRIN", "obligation", listing=listing)

    def told(self, day: str) -> Told:
        self.s.person(f"{days_after(day, 2)}T12:00")
        return Told(self.s, self.platform)


def in_turn(
    name: str, listings: int = 3, gap: int = 0, sizes: tuple[int, ...] = (), words: tuple[str, ...] = (), **fields: str
) -> Told:
    """One listing after the other; each one's money repays the one before on its first day."""
    x = Shop(name)
    day = START
    for number in range(listings):
        yuan = sizes[number] if sizes else 400_000
        told = {"loan_use": words[number]} if words else {}
        x.raise_money(f"L{number}", yuan, day, **told, **fields)
        if number == 0:
            x.spend(yuan, days_after(day, 1))
        else:
            x.repay(f"L{number - 1}", sizes[number - 1] if sizes else 400_000, day)
        last, day = day, days_after(day, TERM + gap)
    return x.told(last)


def three_in_turn() -> Told:
    """A need of ninety days in three listings of thirty."""
    return in_turn("chain")


def two_under_one_contract() -> Told:
    """Two listings of one contract of sixty days."""
    return in_turn("contract", 2, parent_contract="HT-2016-08", words=("工程款", "材料款"))


def by_turns_in_a_group() -> Told:
    """The second listing is a sister company's, under the control of one person."""
    x = Shop("group")
    owner, sister = x.s.person(), x.s.org()
    x.s.owns(owner, x.borrower, 80)
    x.s.owns(owner, sister, 80)
    account = x.s.account(sister)
    x.raise_money("L0", 400_000, START, parent_contract="HT-1")
    x.spend(400_000, days_after(START, 1))
    day = days_after(START, TERM)
    x.raise_money("L1", 400_000, day, lend=False, borrower=sister, parent_contract="HT-1")
    x.s.pay(f"{day}T11:02", x.pot, account, 400_000, "LOAN_OUT", listing="L1")
    x.s.pay(f"{day}T11:30", account, x.pot, 400_000, "REPAY_PRIN", "obligation", listing="L0")
    x.give_back("L0", 400_000, day)
    return x.told(day)


def netted_in_custody() -> Told:
    """The new clients' money pays the old ones straight out of custody; the borrower sees none of it."""
    x = Shop("net")
    day = START
    x.raise_money("L0", 400_000, day)
    x.spend(400_000, days_after(day, 1))
    for number in (1, 2):
        day = days_after(day, TERM)
        x.raise_money(f"L{number}", 400_000, day, lend=False)
        x.give_back(f"L{number - 1}", 400_000, day)
    return x.told(day)


def cut_into_small_ones(each: int = 150_000, day: str = CAPPED, listings: int = 2) -> Told:
    """A person's 300,000 yuan in two listings of one day, each within his cap of 200,000."""
    s = Scenario("amount")
    platform, person = s.platform(), s.person()
    for number in range(listings):
        s.product(f"{day}T09:0{number}", "LISTING", platform, each, listing=f"L{number}", borrower=person, loan_use=WORDS,
                  term_days=90)  # fmt: skip
    s.person(f"{days_after(day, 2)}T12:00")
    return Told(s, platform)


def cut_among_sisters(words: tuple[str, str] = (WORDS, WORDS)) -> Told:
    """Two companies of one owner list the same need at 800,000 yuan each."""
    s = Scenario("sisters")
    platform, owner = s.platform(), s.person()
    for number in range(2):
        firm = s.org()
        s.owns(owner, firm, 80)
        s.product(f"{days_after(CAPPED, number)}T09:00", "LISTING", platform, 800_000, listing=f"L{number}", borrower=firm,
                  loan_use=words[number], term_days=90)  # fmt: skip
    s.person(f"{days_after(CAPPED, 3)}T12:00")
    return Told(s, platform)


def seasonal() -> Told:
    """Every spring's purchase is repaid out of the summer's sales, and three weeks later he borrows again."""
    x = Shop("season")
    day = START
    for number in range(3):
        x.raise_money(f"L{number}", 400_000, day)
        x.spend(400_000, days_after(day, 1))
        due = days_after(day, TERM)
        x.s.pay(f"{due}T10:00", x.s.account(x.s.org(), holds=500_000), x.debtor, 400_000, "MERCH_SETTLE")
        x.repay(f"L{number}", 400_000, due)
        day = days_after(due, 21)
    return x.told(day)


def own_receipts_at_once() -> Told:
    """He borrows again the same day, but what he repays with are his sales."""
    x = Shop("receipts")
    day = START
    for number in range(3):
        if number:
            x.s.pay(f"{day}T08:00", x.s.account(x.s.org(), holds=500_000), x.debtor, 400_000, "MERCH_SETTLE")
            x.s.pay(f"{day}T08:30", x.debtor, x.pot, 400_000, "REPAY_PRIN", "obligation", listing=f"L{number - 1}")
            x.give_back(f"L{number - 1}", 400_000, day)
        x.raise_money(f"L{number}", 400_000, day)
        x.spend(400_000, days_after(day, 1))
        day = days_after(day, TERM)
    return x.told(day)


def tranches_of_a_building() -> Told:
    """Three tranches of one contract as the building grows: none repays another."""
    x = Shop("tranches")
    day = START
    for number in range(3):
        x.raise_money(f"L{number}", 300_000, day, parent_contract="GC-1", describe=f"第{number + 1}期工程进度款")
        x.spend(300_000, days_after(day, 1))
        day = days_after(day, 10)
    return x.told(day)


def licensed_bank() -> Told:
    """Revolving credit of a licensed bank."""
    told = three_in_turn()
    told.scenario.licence(told.subject, "bank")
    return told


EVASIONS = {
    "two under one contract": two_under_one_contract,
    "by turns in a group": by_turns_in_a_group,
    "netted in custody": netted_in_custody,
    "cut into small ones": cut_into_small_ones,
    "cut among sisters": cut_among_sisters,
}
LAWFUL = {
    "seasonal": seasonal,
    "own receipts at once": own_receipts_at_once,
    "tranches of a building": tranches_of_a_building,
    "licensed bank": licensed_bank,
}
