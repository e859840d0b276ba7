"""What a platform sells or passes on beside loans: items, what they are, and running sums over them (P2P-13)."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from chuantou.detectors.phrases import says
from chuantou.graph.world import World
from chuantou.schemas.streams import ProductEvent

# financial products of others: what a text calls them, whose licence makes an issuer one of them, who may sell them (K)
PRODUCTS = {
    "银行理财": (("银行理财", "理财产品"), ("bank",), ("bank",)),
    "券商资管": (("资产管理计划", "资管计划", "集合资产"), ("securities",), ("securities", "fund_sales")),
    "基金": (("基金",), ("fund", "private_fund"), ("fund", "fund_sales", "private_fund", "securities", "bank")),
    "保险": (("保险产品", "投连险", "万能险", "年金险"), ("insurance",), ("insurance", "insurance_broker", "bank")),
    "信托": (("信托",), ("trust",), ("trust", "bank", "securities")),
}
PACKED = ("资产证券化", "资产支持", "信托受益权", "基金份额", "资产包")
PACKED_KINDS = ("abs", "trust", "fund", "private_fund", "securitisation")  # of layer_kind
UNITS = ("收益权", "受益权", "股权")
INCOME = ("收益权", "受益权")  # on a crowdfunding platform equity itself is the business
PLEDGED = re.compile(r"(收益权|受益权|股权)(作为|进行|的)?(质押|抵押|出质)")  # collateral of an ordinary loan
MAY_MANAGE = ("fund", "private_fund", "trust", "securities", "bank", "insurance")


class Entry(NamedTuple):
    """A sale or a transfer of an item; ``member`` is what is counted of the item, which qualifies from ``least`` of them on."""

    time: int
    item: str
    member: str
    fen: int
    least: int
    source: str
    event: str


@dataclass
class Item:
    """A product or listing that is more than a loan: by limb, the word or kind that says so, and the events that told it."""

    marks: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    vehicle: str | None = None
    last: int = 0  # µs of the last event that told or sold it


class Running:
    """Sums over the entries of a window: of items that have enough members."""

    def __init__(self, per_item: bool) -> None:
        self.per_item = per_item
        self.members: dict[str, Counter[str]] = {}
        self.fen: Counter[str] = Counter()
        self.items = self.amount = 0

    def add(self, entry: Entry, sign: int) -> None:
        self._count(entry, -1)
        members = self.members.setdefault(entry.item, Counter())
        members[entry.member] += sign
        if not members[entry.member]:
            del members[entry.member]
        self.fen[entry.item] += sign * entry.fen
        self._count(entry, +1)

    def _count(self, entry: Entry, sign: int) -> None:
        members = self.members.get(entry.item, ())
        if len(members) >= entry.least:
            self.items += sign * (1 if self.per_item else len(members))
            self.amount += sign * self.fen[entry.item]


def marks_of(world: World, e: ProductEvent, sector: str | None) -> dict[str, str]:
    """What an item says that it is, by limb of the catalogue: ``b`` packed, ``d`` somebody else's product, ``e`` units."""
    texts = [PLEDGED.sub("", text) for text in (e.layer_kind, e.describe, e.loan_use, e.asset) if text]
    found = {
        "b": (e.layer_kind or "").lower() if (e.layer_kind or "").lower() in PACKED_KINDS else first_said(texts, PACKED),
        "d": kind_of(world, e, texts) if e.type == "PRODUCT" else None,
        "e": first_said(texts, INCOME if sector == "ECF" else UNITS),
    }
    return {limb: word for limb, word in found.items() if word is not None}


def first_said(texts: list[str], words: tuple[str, ...]) -> str | None:
    return next((word for text in texts if (word := says(text, words)) is not None), None)


def kind_of(world: World, e: ProductEvent, texts: list[str]) -> str | None:
    """The kind of financial product, by its issuer's licence or its own words."""
    for kind, (words, licences, _) in PRODUCTS.items():
        issued = e.issuer is not None and any(world.register.has_licence(e.issuer, k, world.day) for k in licences)
        if issued or first_said(texts, words) is not None:
            return kind
    return None


def trimmed(entries: deque[Entry], before: int) -> None:
    """Drop the entries up to the instant ``before``."""
    while entries and entries[0].time <= before:
        entries.popleft()
