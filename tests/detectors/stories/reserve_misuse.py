"""PAY-02: every evasion of the catalogue and every lawful look-alike that the event contract can tell."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told, misused_reserve

DAY = "2016-06-13"


class Institution:
    """A payment institution with a depository and a cooperating reserve account at two banks, and a subsidiary.

    ``centralised``: as since 2019, a centralised and a special-business account.
    """

    def __init__(self, name: str, centralised: bool = False) -> None:
        first, second = ("RSV_CENTRAL", "RSV_SPECIAL") if centralised else ("RSV_DEPOSITORY", "RSV_PAYRECV")
        self.s = s = Scenario(name)
        self.party, self.subsidiary = s.platform("PAY"), s.org()
        s.licence(self.party, "payment")
        s.owns(self.party, self.subsidiary, 100)
        self.reserve = s.account(self.party, first, bank="102311000013", holds=9_000_000)
        self.other_bank = s.account(self.party, second, bank="103311000019", holds=1_000_000)
        self.own = s.account(self.party, "OWN_BASIC", holds=1_000_000)
        self.person = s.person()
        self.client = s.account(self.person)

    def order(self, yuan: int, order: str = "O1", day: str = DAY) -> None:
        """A client pays in under an order, at nine."""
        self.s.pay(f"{day}T09:00", self.client, self.reserve, yuan, "TOPUP", order_id=order)

    def debit(self, payee: str, yuan: int | str, moment: str = f"{DAY}T12:00", **fields: object) -> None:
        self.s.pay(moment, self.reserve, payee, yuan, **fields)

    def told(self) -> Told:
        return Told(self.s, self.party)


# -- evasions ------------------------------------------------------------------------------------------------------


def sham_merchant() -> Told:
    """A filed merchant passes 90 % of what it is paid on to the subsidiary, next day."""
    p = Institution("sham")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.order(400_000)
    p.debit(shop, 400_000, order_id="O1")
    p.s.pay(f"{days_after(DAY, 1)}T09:00", shop, p.s.account(p.s.org(), "OWN_BASIC"), 40_000)
    p.s.pay(f"{days_after(DAY, 1)}T10:00", shop, p.s.account(p.subsidiary), 360_000)
    return p.told()


def sham_merchant_without_filing() -> Told:
    """The same with a firm that nobody filed, and without an order: one debit is misused once."""
    p = Institution("unfiled")
    shop = p.s.account(p.s.org())
    p.debit(shop, 400_000)
    p.s.pay(f"{days_after(DAY, 1)}T10:00", shop, p.s.account(p.subsidiary), 400_000)
    return p.told()


def one_fen_to_own() -> Told:
    """Red from one fen."""
    p = Institution("fen")
    p.debit(p.own, "0.01")
    return p.told()


def invented_order() -> Told:
    """The subsidiary is paid under an order that no client gave."""
    p = Institution("invented")
    p.debit(p.s.account(p.subsidiary), 300_000, order_id="O-none")
    return p.told()


def order_paid_many_times_over() -> Told:
    """A client's order over 100 yuan carries 300,000 to the subsidiary."""
    p = Institution("reused")
    p.order(100)
    p.debit(p.s.account(p.subsidiary), 300_000, order_id="O1")
    return p.told()


def wealth_account() -> Told:
    p = Institution("wealth")
    p.debit(p.s.account(p.s.org(sector="SECURITIES"), "SEC_SETTLE"), 200_000)
    return p.told()


def more_than_the_fees() -> Told:
    """600 yuan of fees were earned, 20,000 are carried out."""
    p = Institution("fees2")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.order(100_000)
    p.debit(shop, 99_400, order_id="O1")
    p.debit(p.own, 20_000, f"{DAY}T18:00", flow_class="FEE", class_basis="source")
    return p.told()


def split_among_days() -> Told:
    """Twenty payments of 6,000 yuan to one stranger within a month."""
    p = Institution("split")
    stranger = p.s.account(p.s.org())
    for number in range(20):
        p.debit(stranger, 6_000, f"{days_after(DAY, number)}T12:00")
    return p.told()


def past_the_depository() -> Told:
    """2013 rules: a cooperating bank may only send to the depository bank."""
    p = Institution("past")
    third = p.s.account(p.party, "RSV_PAYRECV", bank="104311000015")
    p.s.pay(f"{DAY}T12:00", p.other_bank, third, 50_000)
    return p.told()


def other_institution_in_2016() -> Told:
    """2013 rules: no transfers between the reserves of two institutions."""
    p = Institution("two")
    p.debit(p.s.account(p.s.org(sector="PAY"), "RSV_DEPOSITORY"), 50_000, order_id="O1")
    return p.told()


def cooperating_bank_pays_across() -> Told:
    """2013 rules: a cooperating bank's account pays a shop at a third bank, by a client's order."""
    p = Institution("across")
    p.s.pay(f"{DAY}T09:00", p.client, p.other_bank, 60_000, "TOPUP", order_id="O1")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE", bank="104311000015")
    p.s.pay(f"{DAY}T12:00", p.other_bank, shop, 60_000, "MERCH_SETTLE", order_id="O1")
    return p.told()


def branch_that_moves(moment: str = f"{DAY}T15:00") -> Told:
    """An account of another county's branch pays its first transfer, hours after the misuse: no evidence of place yet."""
    p = Institution("branch")
    elsewhere = p.s.account(p.party, "OWN_GENERAL", holds=100_000, branch_region="320904")
    landlord = p.s.account(p.s.org(), branch_region="320904")
    p.s.pay(f"{days_after(DAY, -3)}T10:00", p.own, landlord, 30_000, "RENT")
    p.debit(p.s.account(p.subsidiary), 300_000, f"{DAY}T10:00")
    p.s.pay(moment, elsewhere, landlord, 100)
    return p.told()


# -- lawful --------------------------------------------------------------------------------------------------------


def refund_to_the_payer() -> Told:
    """LA-REFUND: money back to the account it came from, without an order id of its own."""
    p = Institution("refund")
    p.order(50_000)
    p.debit(p.client, 50_000)
    return p.told()


def refund_to_the_same_name() -> Told:
    """LA-REFUND: to another card of the same person."""
    p = Institution("samename")
    p.order(50_000)
    p.debit(p.s.account(p.person, "PERSONAL_I"), 50_000)
    return p.told()


def fees_carried_out() -> Told:
    """Fees of completed orders, to the last fen."""
    p = Institution("carry")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.order(100_000)
    p.debit(shop, 99_400, order_id="O1")
    p.debit(p.own, 600, f"{DAY}T18:00", flow_class="FEE", class_basis="source")
    return p.told()


def own_top_up_taken_back() -> Told:
    p = Institution("topup")
    p.s.pay(f"{DAY}T09:00", p.own, p.reserve, 200_000)
    p.debit(p.own, 200_000)
    return p.told()


def court_deduction() -> Told:
    """冻结扣划: the court takes a client's money."""
    p = Institution("court")
    p.debit(p.s.account(p.s.org(), "TAX"), 80_000)
    return p.told()


def institutions_work_together(day: str = "2021-06-15") -> Told:
    """2021 rules: another institution's reserve, by order."""
    p = Institution("coop", centralised=day >= "2019-01-14")
    p.order(50_000, day=day)
    p.debit(p.s.account(p.s.org(sector="PAY"), "RSV_CENTRAL"), 50_000, f"{day}T12:00", order_id="O1")
    return p.told()


def related_customer() -> Told:
    """A director of the institution uses its wallet like everybody else: pays in, pays a shop, takes the rest out."""
    p = Institution("director")
    director = p.s.person()
    p.s.tie("OFFICER", director, p.party, role="director")
    card, shop = p.s.account(director), p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.s.pay(f"{DAY}T09:00", card, p.reserve, 1_000, "TOPUP", order_id="D1")
    p.debit(shop, 300, order_id="D1")
    p.debit(card, 700, f"{DAY}T15:00", flow_class="WITHDRAW", class_basis="order", order_id="D1")
    return p.told()


def depository_moves() -> Told:
    """2013 rules: the depository bank may pay across banks, a cooperating bank may send to it."""
    p = Institution("moves")
    p.s.pay(f"{DAY}T12:00", p.reserve, p.other_bank, 50_000)
    p.s.pay(f"{DAY}T13:00", p.other_bank, p.reserve, 80_000)
    return p.told()


def within_its_own_bank(day: str = DAY, bank: str = "103311000550") -> Told:
    """2013 rules: a cooperating bank's account pays a shop at another branch of the bank; from 2021 at any bank."""
    p = Institution("within", centralised=day >= "2019-01-14")
    p.s.pay(f"{day}T09:00", p.client, p.other_bank, 60_000, "TOPUP", order_id="O1")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE", bank=bank)
    p.s.pay(f"{day}T12:00", p.other_bank, shop, 60_000, "MERCH_SETTLE", order_id="O1")
    return p.told()


def interest_carried_out() -> Told:
    """What the central bank paid for the reserve in 2020 is the institution's own."""
    p = Institution("interest", centralised=True)
    central_bank = p.s.org(name="中国人民银行", sector="BANK")
    p.s.pay("2020-06-21T09:00", p.s.account(central_bank, "BANK_INTERNAL"), p.reserve, 35_000, "INTEREST_BANK")
    p.debit(p.own, 35_000, "2020-06-22T12:00")
    return p.told()


def honest_merchant() -> Told:
    """A filed merchant pays its suppliers; a tenth of it happens to be the subsidiary's goods."""
    p = Institution("shop")
    shop = p.s.account(p.s.org(), "MERCHANT_SETTLE")
    p.order(400_000)
    p.debit(shop, 400_000, order_id="O1")
    p.s.pay(f"{days_after(DAY, 1)}T10:00", shop, p.s.account(p.s.org()), 350_000)
    p.s.pay(f"{days_after(DAY, 1)}T11:00", shop, p.s.account(p.subsidiary), 40_000)
    return p.told()


EVASIONS: dict[str, Callable[[], Told]] = {
    "to a subsidiary": misused_reserve,
    "sham merchant": sham_merchant,
    "sham merchant without filing": sham_merchant_without_filing,
    "one fen to its own account": one_fen_to_own,
    "invented order": invented_order,
    "order paid many times over": order_paid_many_times_over,
    "wealth account": wealth_account,
    "more than the fees": more_than_the_fees,
    "split among days": split_among_days,
    "a branch that moves later that day": branch_that_moves,
    "past the depository bank": past_the_depository,
    "another institution in 2016": other_institution_in_2016,
    "cooperating bank pays across": cooperating_bank_pays_across,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "a client's order": lambda: misused_reserve(by_order=True),
    "refund to the payer": refund_to_the_payer,
    "refund to the same name": refund_to_the_same_name,
    "fees carried out": fees_carried_out,
    "own top-up taken back": own_top_up_taken_back,
    "court deduction": court_deduction,
    "institutions work together": institutions_work_together,
    "related customer": related_customer,
    "moves of the depository bank": depository_moves,
    "within its own bank": within_its_own_bank,
    "across banks in 2021": lambda: within_its_own_bank("2021-06-15", "104311000015"),
    "interest carried out": interest_carried_out,
    "honest merchant": honest_merchant,
}
