"""REG-05 资金来源与运用: months in which an institution's money comes as cash, or from elsewhere (catalogue §4.10)."""

from chuantou.city.scene import Scene, hms
from chuantou.schemas.clock import date_of_day

NUMBER = 24
YUAN = 100
FEE = {"flow_class": "FEE", "class_basis": "source"}
SUPPLIER = {"flow_class": "SUPPLIER", "class_basis": "source"}
CASH = {"rail": "CASH", "flow_class": "CASH_IN", "class_basis": "source"}


class Books:
    """An asset manager with one account, its clients, and its suppliers."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.party = scene.org(f"盐城{scene.namespace}资产管理有限公司", "AM", watched=True)
        self.owner = scene.person()
        scene.owns(self.owner, self.party, 900_000)
        self.own = scene.account(self.party, "OWN_BASIC")
        self.client, self.supplier = (
            scene.account(scene.org(name), "OWN_BASIC") for name in ("盐城委托客户有限公司", "盐城数据服务有限公司")
        )
        first = next(day for day in range(40) if date_of_day(scene.book.start + day).day == 1)
        self.months = [first, next(day for day in range(first + 1, 80) if date_of_day(scene.book.start + day).day == 1)]

    def trade(self, month: int, fen: int = 600_000) -> None:
        """Fees in and suppliers paid on each of twenty-four days of a month."""
        for day in self.days(month):
            self.scene.pay(day, hms(10), self.client, self.own, fen, **FEE)
            self.scene.pay(day, hms(15), self.own, self.supplier, fen - 100_000, **SUPPLIER)

    def days(self, month: int) -> range:
        return range(self.months[month], self.months[month] + NUMBER)

    def last_day(self, month: int) -> int:
        """The last day of the month, at whose close it is judged."""
        day = self.months[month]
        while date_of_day(self.scene.book.start + day + 1).day != 1:
            day += 1
        return day


def cash(scene: Scene) -> None:
    """A third of the month's money comes over the counter."""
    books = Books(scene)
    books.trade(0)
    for day in books.days(0):
        scene.pay(day, hms(11), scene.commons.lenders[1], books.own, 300_000, **CASH)
    _must(books, "yellow", 0, cash_in_ppm=333_333, unknown_in_ppm=0)


def by_rail_alone(scene: Scene) -> None:
    """Evasion: no class names it, but the rail is that of cash."""
    books = Books(scene)
    books.trade(0)
    for day in books.days(0):
        scene.pay(day, hms(11), scene.commons.lenders[1], books.own, 300_000, rail="CASH")
    _must(books, "yellow", 0, cash_in_ppm=333_333)


def another_source(scene: Scene) -> None:
    """In the second month the shareholder pays where clients paid before: a lead."""
    books = Books(scene)
    books.trade(0)
    account = scene.account(books.owner)
    for day in books.days(1):
        scene.pay(day, hms(10), account, books.own, 600_000)
    _must(books, "log", 1, cash_in_ppm=0)


def steady(scene: Scene) -> None:
    """Look-alike: two months alike, the second larger."""
    books = Books(scene)
    books.trade(0)
    books.trade(1, 800_000)
    _silent(scene)


def other_clients(scene: Scene) -> None:
    """Look-alike: new clients and new suppliers, of the same kinds."""
    books = Books(scene)
    books.trade(0)
    books.client, books.supplier = (scene.account(scene.org(name), "OWN_BASIC") for name in ("盐城新客户", "盐城新供应商"))
    books.trade(1)
    _silent(scene)


def a_little_cash(scene: Scene) -> None:
    """Look-alike: a tenth is cash."""
    books = Books(scene)
    books.trade(0)
    for day in books.days(0):
        scene.pay(day, hms(11), scene.commons.lenders[1], books.own, 60_000, **CASH)
    _silent(scene)


def _must(books: Books, severity: str, month: int, **values: int) -> None:
    books.scene.sector = "AM"
    day = books.last_day(month)
    books.scene.must(books.party, severity, {name: (value, value) for name, value in values.items()}, (day, day))


def _silent(scene: Scene) -> None:
    scene.must_not("REG-05", "*", "log")
    scene.lawful()


SCENES = (
    ("reg05.cash", "REG-05", "clean", cash),
    ("reg05.source", "REG-05", "clean", another_source),
    ("reg05.rail", "REG-05", "by-rail-alone", by_rail_alone),
    ("reg05.steady", "REG-05", "lookalike:steady", steady),
    ("reg05.clients", "REG-05", "lookalike:other-clients", other_clients),
    ("reg05.little", "REG-05", "lookalike:a-little-cash", a_little_cash),
)
