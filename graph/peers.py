"""Peers: robust statistics of what many institutions do alike (catalogue §3.11), and the yields they offer.

One peer is one institution of the sector with products of the term in the month; a month is the 30 days up to the day judged.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chuantou.graph.reference import References
from chuantou.schemas.clock import day_of_date, shanghai_day
from chuantou.schemas.streams import ProductEvent

TERM_BUCKETS = ((30, "1-30"), (90, "31-90"), (180, "91-180"), (365, "181-365"))
LONGEST = "366-"
BUCKETS = (*(name for _, name in TERM_BUCKETS), LONGEST)
LEAST_PEERS = 20
MONTH_DAYS = 30
VIEW_DAYS = 180
ON_DEMAND_DAYS = 30  # what a claim that may be given back at any time is reckoned to last [E]
MAD_SCALE = 14_826  # ten thousandths: a normal deviate's median absolute deviation in sigmas
PPM = 1_000_000


class Baseline(NamedTuple):
    """Median and median absolute deviation of peers (ppm), how many they are, and where the figures come from."""

    median: int
    mad: int
    n: int
    source: str  # "peers", or "table" where they are too few

    def z_milli(self, x: int, least_scale: int) -> int:
        """(x − median) / (1.4826 · MAD) in thousandths, rounded down; ``least_scale`` ppm where peers are all but equal."""
        scale = max(MAD_SCALE * self.mad, 10_000 * least_scale)
        return (x - self.median) * 10_000_000 // scale


def term_bucket(days: int) -> str:
    """The bucket of a term in days."""
    return next((name for most, name in TERM_BUCKETS if days <= most), LONGEST)


def median(values: Sequence[int]) -> int:
    """Of an even number the mean of the middle two, rounded down; ValueError for nothing."""
    if not values:
        raise ValueError("no median of nothing")
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def baseline(values: Sequence[int], references: References, table: str, key: str, day: int) -> Baseline | None:
    """Of the peers' values where they are enough, else as the reference table says: ``{median_ppm, mad_ppm, n}``."""
    if len(values) >= LEAST_PEERS:
        middle = median(values)
        return Baseline(middle, median([abs(x - middle) for x in values]), len(values), "peers")
    row = references.at(table, key, day)
    said = row.value if row is not None else None
    if not isinstance(said, dict) or not isinstance(said.get("median_ppm"), int) or not isinstance(said.get("mad_ppm"), int):
        return None
    n = said.get("n")
    return Baseline(said["median_ppm"], max(0, said["mad_ppm"]), n if isinstance(n, int) else 0, "table")


class Sales(NamedTuple):
    """What was sold of a product on one day: Σ fen, Σ fen · days, Σ fen · days · rate."""

    day: int
    fen: int
    fen_days: int
    weighted: int


@dataclass
class Product:
    """A product, or a listing that belongs to none. ``offered``: the yield that it is offered at, ppm."""

    term_days: int = 0
    offered: int = 0
    told: int = 0  # day on which something was last told of it
    sales: deque[Sales] = field(default_factory=deque)

    def sold(self) -> Sales:
        fen, fen_days, weighted = (sum(column) for column in list(zip(*self.sales, (0, 0, 0, 0)))[1:])
        return Sales(self.told, fen, fen_days, weighted)

    def coupon(self) -> int:
        """What investors are promised, ppm a year: as sold, weighted by money and time, or as offered where that is more."""
        sold = self.sold()
        return max(self.offered, sold.weighted // sold.fen_days if sold.fen_days else 0)

    def term(self) -> int:
        sold = self.sold()
        return sold.fen_days // sold.fen if sold.fen else self.term_days


class Yields:
    """Products of all platforms, watched or not; ``today``: of which something was told on the day that closed last."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, Product]] = {}
        self.today: set[tuple[str, str]] = set()
        self._touched: set[tuple[str, str]] = set()

    def take(self, e: ProductEvent) -> None:
        unit, day = e.product or e.listing, shanghai_day(e.event_time)
        if unit is None or e.type not in ("PRODUCT", "LISTING", "SUBSCRIBE"):
            return
        product = self.of.setdefault(e.platform, {}).setdefault(unit, Product())
        product.told = max(product.told, day)
        self._touched.add((e.platform, unit))
        if e.type == "SUBSCRIBE":
            self._sale(product, e, day)
            return
        product.term_days = e.term_days or product.term_days
        rate = e.rate_ppm if e.type == "PRODUCT" else None  # a listing's rate is what its borrower pays
        product.offered = max(rate or 0, e.advertised_yield_ppm or 0)

    @staticmethod
    def _sale(product: Product, e: ProductEvent, day: int) -> None:
        fen = e.amount_fen or 0
        start = day_of_date(e.start) if e.start is not None else day
        days = day_of_date(e.due) - start if e.due is not None else product.term_days
        days = days if days > 0 else ON_DEMAND_DAYS
        rate = e.rate_ppm if e.rate_ppm is not None else product.offered
        today = Sales(day, fen, fen * days, fen * days * rate)
        if product.sales and product.sales[-1].day == day:
            today = Sales(day, *(a + b for a, b in zip(product.sales.pop()[1:], today[1:])))
        product.sales.append(today)

    def close_day(self, day: int) -> None:
        """Forget sales of before the view, and products of which nothing was told in it."""
        self.today, self._touched = self._touched, set()
        for products in self.of.values():
            for product in products.values():
                while product.sales and product.sales[0].day <= day - VIEW_DAYS:
                    product.sales.popleft()
            for name in [name for name, product in products.items() if product.told <= day - VIEW_DAYS]:
                del products[name]

