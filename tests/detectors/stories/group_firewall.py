"""AM-05: groups whose members stand in for each other, and groups that keep apart."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
LOOP = 3_000_000


class House:
    """A holding, a watched asset manager and a guarantor with licences, a trading firm; one account each with its own money."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.fund, self.guarantor, self.firm, self.head = self.s.platform("AM"), self.s.org(), self.s.org(), self.s.org()
        for member in (self.fund, self.guarantor, self.firm):
            self.s.owns(self.head, member, 80)
        self.s.licence(self.fund, "private_fund")
        self.s.licence(self.guarantor, "guarantee")
        self.purse = {who: self.s.account(who, holds=9_000_000) for who in (self.fund, self.guarantor, self.firm, self.head)}

    def round(self, path: list[str], day: int, yuan: int = LOOP, flow: str | None = None) -> None:
        """Money along the accounts and back to the first, two days apart, one per cent less each time."""
        for hop, (payer, payee) in enumerate(zip(path, path[1:] + path[:1])):
            self.s.pay(f"{days_after(DAY, day + 2 * hop)}T1{hop}:00", payer, payee, yuan - yuan * hop // 100, flow)

    def clients(self, people: int, yuan: int, account: str, flow: str = "INVEST_IN") -> None:
        for number in range(people):
            self.s.pay(f"{DAY}T10:{number:02d}", self.s.account(self.s.person()), account, yuan, flow, product="稳盈一号")

    def sell(self, manager: str) -> None:
        """Four people subscribe two million to a product of the manager."""
        for number in range(4):
            self.s.product(f"{DAY}T10:{number:02d}", "SUBSCRIBE", manager, 500_000, investor=self.s.person(), product="稳盈一号",
                           due="2017-06-13")  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.fund)


def round_trip() -> Told:
    """Three million go round the group twice within the month."""
    h = House("round")
    path = [h.purse[h.fund], h.purse[h.guarantor], h.purse[h.firm]]
    h.round(path, 0)
    h.round(path, 10)
    return h.told()


def friendly_firm() -> Told:
    """Between two members stands a firm of the same address."""
    h = House("friend")
    friend = h.s.org()
    h.s.tie("SAME_ADDRESS", friend, h.fund)
    path = [h.purse[h.fund], h.s.account(friend), h.purse[h.guarantor]]
    h.round(path, 0)
    h.round(path, 8)
    return h.told()


def clients_money_crosses() -> Told:
    """What clients paid to the fund manager goes to the trading firm, through a friend's account."""
    h = House("clients")
    friend = h.s.org()
    h.s.tie("SAME_PHONE", friend, h.fund)
    pot, other = h.s.account(h.fund), h.s.account(friend)
    h.clients(5, 20_000, pot)
    h.s.pay(f"{days_after(DAY, 1)}T10:00", pot, other, 90_000)
    h.s.pay(f"{days_after(DAY, 2)}T10:00", other, h.purse[h.firm], 80_000)
    return h.told()


def product_of_its_own() -> Told:
    """A product of the manager holds the trading firm's paper and a loan to the guarantor."""
    h = House("product")
    h.sell(h.fund)
    h.s.product(f"{days_after(DAY, 1)}T10:00", "LISTING", h.fund, 300_000, listing="L1", borrower=h.guarantor, term_days=90)
    h.s.product(f"{days_after(DAY, 1)}T11:00", "HOLDING", h.fund, 150_000, vehicle="稳盈一号", asset=h.firm)
    h.s.product(f"{days_after(DAY, 2)}T11:00", "HOLDING", h.fund, 100_000, vehicle="稳盈一号", asset="L1")
    return h.told()


def cash_pool() -> Told:
    """The bank sweeps the members' accounts into the holding's and back, by its own code."""
    h = House("pool")
    path = [h.purse[h.head], h.purse[h.guarantor], h.purse[h.firm]]
    for day in (0, 8):
        h.round(path, day, flow="SWEEP")
    return h.told()


def injection() -> Told:
    """The holding puts capital into a member and gets a dividend out of the account on which clients' money lies too."""
    h = House("injection")
    pot = h.s.account(h.fund)
    h.clients(5, 20_000, pot)
    h.s.pay(f"{days_after(DAY, 1)}T10:00", h.purse[h.head], h.purse[h.firm], LOOP, "CAPITAL_IN")
    h.s.pay(f"{days_after(DAY, 2)}T10:00", pot, h.purse[h.head], 90_000, "DIVIDEND")
    return h.told()


def capital_goes_round() -> Told:
    """Capital down, goods across, a dividend up, twice: a loop for FLOW-01, by the bank's codes no financing."""
    h = House("round")
    ways = ((h.head, h.guarantor, "CAPITAL_IN"), (h.guarantor, h.firm, "SUPPLIER"), (h.firm, h.head, "DIVIDEND"))
    for day in (0, 8):
        for hop, (payer, payee, flow) in enumerate(ways):
            h.s.pay(f"{days_after(DAY, day + hop)}T1{hop}:00", h.purse[payer], h.purse[payee], LOOP, flow)
    return h.told()


def one_licence() -> Told:
    """A group with one licence: its product may hold a sister's paper."""
    h = House("one")
    owner, sister, manager = h.s.org(), h.s.org(), h.s.platform("AM")
    for member in (manager, sister):
        h.s.owns(owner, member, 80)
    h.s.licence(manager, "private_fund")
    h.sell(manager)
    h.s.product(f"{days_after(DAY, 1)}T11:00", "HOLDING", manager, 900_000, vehicle="稳盈一号", asset=sister)
    return h.told()


def service_fee() -> Told:
    """The trading firm keeps the manager's computers for a fee of four per cent; a member gets its own investment back."""
    h = House("fee")
    pot = h.s.account(h.fund, "CLIENT_MASTER", platform=h.fund, custodian=h.s.bank(), role_basis="designated")
    h.clients(10, 50_000, pot)
    h.s.pay(f"{DAY}T11:00", h.purse[h.guarantor], pot, 100_000, "INVEST_IN", product="稳盈一号")
    h.s.pay(f"{days_after(DAY, 1)}T10:00", pot, h.purse[h.firm], 20_000, "FEE")
    h.s.pay(f"{days_after(DAY, 9)}T10:00", pot, h.purse[h.guarantor], 101_000, "RETURN_PRIN")
    return h.told()


def small_exposure() -> Told:
    """Nine per cent of a product are a member's bonds."""
    h = House("small")
    h.sell(h.fund)
    h.s.product(f"{days_after(DAY, 1)}T11:00", "HOLDING", h.fund, 180_000, vehicle="稳盈一号", asset=h.firm)
    h.s.product(f"{days_after(DAY, 1)}T12:00", "HOLDING", h.fund, 1_700_000, vehicle="稳盈一号", asset="国债1605")
    return h.told()


EVASIONS = {"round trip": round_trip, "friendly firm": friendly_firm, "clients' money crosses": clients_money_crosses,
            "product of its own": product_of_its_own}  # fmt: skip
LAWFUL = {"cash pool": cash_pool, "injection": injection, "one licence": one_licence, "service fee": service_fee,
          "small exposure": small_exposure}  # fmt: skip
