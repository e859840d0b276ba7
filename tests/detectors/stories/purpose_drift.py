"""PAY-11: months unlike those of the peers, and months like them."""

from collections.abc import Callable

from chuantou.schemas.streams import ReferenceItem
from tests.detectors.scenario import Scenario
from tests.detectors.schemes import Told

MONTH = "2016-06"


class Trade:
    """One institution and its peers, each with a month of business; all told by single payments."""

    def __init__(self, name: str, peers: int = 20) -> None:
        self.s = Scenario(name)
        self.firms = [self._institution() for _ in range(peers + 1)]
        self.party, self.reserve, self.own = self.firms[0]
        self.clients = [self.s.account(self.s.person()) for _ in range(4)]
        self.shop = self.s.account(self.s.org(), "MERCHANT_SETTLE")
        self.bank = self.s.account(self.s.bank(), "BANK_INTERNAL")

    def _institution(self) -> tuple[str, str, str]:
        party = self.s.platform("PAY")
        self.s.licence(party, "payment")
        return party, self.s.account(party, "RSV_DEPOSITORY"), self.s.account(party, "OWN_FEE")

    def usual(self, firms: slice = slice(1, None)) -> None:
        """Shopping for 30,000 yuan in four payments, and fees of 300."""
        for k, (_, reserve, own) in list(enumerate(self.firms))[firms]:
            for n, client in enumerate(self.clients):
                day = f"{MONTH}-{6 + n:02d}"
                self.pay(day, client, reserve, 7_500 + 10 * k, "TOPUP", f"{k}-{n}")
                self.pay(day, reserve, self.shop, 7_400 + 10 * k, "MERCH_SETTLE", f"{k}-{n}")
            self.s.pay(f"{MONTH}-28T10:00", reserve, own, 300, "FEE")

    def pay(self, day: str, payer: str, payee: str, yuan: int, flow: str | None, order: str) -> None:
        self.s.pay(f"{day}T{10 if payer in self.clients else 16}:00", payer, payee, yuan, flow, order_id=order)

    def told(self) -> Told:
        """The month is over once July has begun."""
        self.s.pay("2016-07-01T10:00", self.clients[0], self.clients[1], 1)
        return Told(self.s, self.party)


def large_tickets() -> Told:
    """Nine tenths of what its clients pay comes in payments of 80,000 yuan."""
    t = Trade("large")
    t.usual(slice(None))
    for n in range(4):
        t.pay(f"{MONTH}-{10 + n}", t.clients[n], t.reserve, 80_000, "TOPUP", f"big-{n}")
        t.pay(f"{MONTH}-{10 + n}", t.reserve, t.shop, 80_000, "MERCH_SETTLE", f"big-{n}")
    return t.told()


def transfers_without_trade() -> Told:
    """Clients pay each other through it."""
    t = Trade("transfers")
    t.usual(slice(None))
    for n in range(8):
        t.pay(f"{MONTH}-{10 + n}", t.clients[n % 4], t.reserve, 9_000, "TOPUP", f"p2p-{n}")
        t.pay(f"{MONTH}-{10 + n}", t.reserve, t.clients[(n + 1) % 4], 9_000, "OTHER", f"p2p-{n}")
    return t.told()


def lives_on_interest() -> Told:
    """“吃利差”: most of its income is interest of banks."""
    t = Trade("interest")
    t.usual(slice(None))
    t.s.pay(f"{MONTH}-21T10:00", t.bank, t.own, 4_000, "INTEREST_BANK")
    return t.told()


def by_the_table() -> Told:
    """Too few peers; the reference table says what is usual."""
    t = Trade("table", peers=2)
    t.s._tell(ReferenceItem, "2016-01-01", "ref:pboc", table="peer_index", key="PAY/large",
              value={"median_ppm": 50_000, "mad_ppm": 20_000, "n": 260})  # fmt: skip
    t.usual(slice(None))
    t.pay(f"{MONTH}-10", t.clients[0], t.reserve, 90_000, "TOPUP", "big")
    return t.told()


# -- like the others ---------------------------------------------------------------------------------------------------


def like_the_others() -> Told:
    t = Trade("like")
    t.usual(slice(None))
    return t.told()


def withdrawals() -> Told:
    """Clients take their own money out again."""
    t = Trade("withdraw")
    t.usual(slice(None))
    for n in range(8):
        t.pay(f"{MONTH}-{10 + n}", t.clients[n % 4], t.reserve, 9_000, "TOPUP", f"own-{n}")
        t.pay(f"{MONTH}-{10 + n}", t.reserve, t.clients[n % 4], 9_000, "WITHDRAW", f"own-{n}")
    return t.told()


def settlements_of_banks() -> Told:
    """A clearing organisation brings a day's card sales in one sum."""
    t = Trade("batch")
    t.usual(slice(None))
    t.s.pay(f"{MONTH}-10T10:00", t.bank, t.reserve, 900_000, "TOPUP", order_id="cards")
    t.pay(f"{MONTH}-11", t.reserve, t.shop, 900_000, "MERCH_SETTLE", "cards")
    return t.told()


def nobody_to_compare_with() -> Told:
    t = Trade("alone", peers=3)
    t.usual(slice(None))
    t.pay(f"{MONTH}-10", t.clients[0], t.reserve, 900_000, "TOPUP", "big")
    return t.told()


def a_small_month() -> Told:
    """Eight thousand yuan in one payment."""
    t = Trade("little")
    t.usual()
    t.pay(f"{MONTH}-10", t.clients[0], t.reserve, 8_000, "TOPUP", "one")
    return t.told()


EVASIONS: dict[str, Callable[[], Told]] = {
    "transfers without trade": transfers_without_trade,
    "lives on interest": lives_on_interest,
    "by the table": by_the_table,
}
LAWFUL: dict[str, Callable[[], Told]] = {
    "like the others": like_the_others,
    "withdrawals": withdrawals,
    "settlements of banks": settlements_of_banks,
    "nobody to compare with": nobody_to_compare_with,
    "a small month": a_small_month,
}
