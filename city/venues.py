"""A trading venue at work: a maker of its own against whom clients trade, and a member that brought them."""

from .scene import Scene, hms

PRICE_FEN = 100_000  # of a unit
SWINGS = (9, 34, 14, 47, 5, 28, 20, 41)  # what a unit loses in a day, in thousandths of its price
CLIENTS, A_DAY = 10, 3
FIRST, LAST = 10, 30  # days of the city on which clients trade


class Venue:
    """A watched venue; every day three of its ten clients buy from the maker and sell back lower, the first of them higher."""

    def __init__(self, scene: Scene, region: str = "320902", makers: int = 1, approved: bool = False) -> None:
        self.scene = scene
        self.party = scene.org(f"盐城{scene.namespace}大宗商品交易中心", "TV", region, watched=True)
        if approved:  # else its clients could not close what they opened on the same day (TV-04)
            scene.licence(self.party, "exchange")
        self.owner = scene.person()
        scene.owns(self.owner, self.party, 700_000)
        self.own = scene.account(self.party, "OWN_BASIC")
        self.makers = [scene.org(f"盐城{scene.namespace}做市{n + 1}号有限公司", "OTHER", region) for n in range(makers)]
        for maker in self.makers:
            scene.owns(self.party, maker, 800_000)
        self.member = scene.org(f"盐城{scene.namespace}会员商贸有限公司", "OTHER", region)
        self.purse = scene.account(self.member, "OWN_GENERAL")
        self.clients = [scene.person() for _ in range(CLIENTS)]
        self.lost, self.traded = dict.fromkeys(range(LAST + 1), 0), dict.fromkeys(range(LAST + 1), 0)

    def trade(self, day: int, second: int, seller: str, buyer: str, fen: int, units: int, product: str = "沥青") -> None:
        self.scene.product(day, second, self.party, "TRADE", product=product, from_party=seller, to_party=buyer, units=units,
                           amount_fen=fen)  # fmt: skip

    def business(self, winners: int = 1) -> None:
        """Every day until the last; ``winners`` of the clients sell higher than they bought."""
        for day in range(FIRST, LAST + 1):
            for turn in range(A_DAY):
                number = (day * A_DAY + turn) % CLIENTS
                client, maker = self.clients[number], self.makers[number % len(self.makers)]
                units = 3 + (day * 5 + turn * 2) % 7
                swing = SWINGS[(day * 3 + turn) % len(SWINGS)]
                paid = PRICE_FEN * units
                got = paid + (paid * swing // 4_000 if number < winners else -(paid * swing // 1_000))
                self.trade(day, hms(10, turn), maker, client, paid, units)
                self.trade(day, hms(14, turn), client, maker, got, units)
                self.lost[day] += paid - got
                self.traded[day] += paid + got

    def pay(self, day: int, fen: int, payer: str | None = None, flow_class: str = "FEE") -> None:
        """A commission, whatever it is called, in the evening."""
        self.scene.pay(day, hms(17), payer or self.own, self.purse, fen, flow_class=flow_class, class_basis="source")
