"""Trades on venues: what every party gained or lost by closing positions, and who stood on the other side.

Of a trade the contract's ``from_party`` sells and ``to_party`` buys. A position is a queue of lots, bought (long) or sold
before it was bought (short); a trade the other way closes the oldest lots first. What is still open is neither gain nor loss.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.required import required
from chuantou.schemas.streams import ProductEvent

KEEP_DAYS = 95  # as long as the log of transfers is sure to reach back
MOST_LOTS = 1_000  # open lots of one position; of more, the newest two are one, opened when the earlier was


class Lot(NamedTuple):
    """Units bought for ``fen`` or, sold short, sold for them."""

    units: int
    fen: int
    day: int
    event: tuple[str, str]


class Closing(NamedTuple):
    """Units of a lot that a trade closed: what opened them cost or brought, and what closed them."""

    day: int
    time: int
    party: str
    product: str
    long: bool
    units: int
    opened_fen: int
    closed_fen: int
    opened_day: int
    opened: tuple[str, str]
    event: tuple[str, str]

    @property
    def gain_fen(self) -> int:
        return self.closed_fen - self.opened_fen if self.long else self.opened_fen - self.closed_fen


@dataclass
class Position:
    """Open lots of one party in one product, oldest first; all of them long or all short."""

    long: bool = True
    lots: deque[Lot] = field(default_factory=deque)

    def trade(self, e: ProductEvent, party: str, buys: bool, day: int) -> list[Closing]:
        """Take one side of a trade; returns what it closed."""
        units, fen, product = required(e.units, "units"), required(e.amount_fen, "amount_fen"), required(e.product, "product")
        event, out = (e.source_id, e.event_id), []
        while units and self.lots and self.long != buys:
            lot = self.lots.popleft()
            part = min(units, lot.units)
            opened, closed = lot.fen * part // lot.units, fen * part // units
            out.append(Closing(day, e.event_time, party, product, self.long, part, opened, closed, lot.day, lot.event, event))
            if part < lot.units:
                self.lots.appendleft(lot._replace(units=lot.units - part, fen=lot.fen - opened))
            units, fen = units - part, fen - closed
        if units:
            self.long = buys
            self.lots.append(Lot(units, fen, day, event))
            if len(self.lots) > MOST_LOTS:
                newest, before = self.lots.pop(), self.lots.pop()
                self.lots.append(before._replace(units=before.units + newest.units, fen=before.fen + newest.fen))
        return out


@dataclass
class VenueTrades:
    """One venue's trades. Of the last ``KEEP_DAYS`` days: ``closings`` in order, ``gains`` by day and party (fen, of all who
    closed anything), ``turnover`` by day and (seller, buyer)."""

    positions: dict[tuple[str, str], Position] = field(default_factory=dict)
    closings: deque[Closing] = field(default_factory=deque)
    gains: dict[int, dict[str, int]] = field(default_factory=dict)
    turnover: dict[int, Counter[tuple[str, str]]] = field(default_factory=dict)

    def take(self, e: ProductEvent) -> None:
        """A TRADE; one of a party with itself moves nothing."""
        seller, buyer = required(e.from_party, "from_party"), required(e.to_party, "to_party")
        day = shanghai_day(e.event_time)
        if seller == buyer:
            return
        if day not in self.turnover:
            self._forget(day - KEEP_DAYS)
            self.turnover[day], self.gains[day] = Counter(), {}
        self.turnover[day][seller, buyer] += required(e.amount_fen, "amount_fen")
        for party, buys in ((seller, False), (buyer, True)):
            key = party, required(e.product, "product")
            position = self.positions.setdefault(key, Position())
            for closing in position.trade(e, party, buys, day):
                self.closings.append(closing)
                self.gains[day][party] = self.gains[day].get(party, 0) + closing.gain_fen
            if not position.lots:
                del self.positions[key]

    def _forget(self, before: int) -> None:
        while self.closings and self.closings[0].day < before:
            self.closings.popleft()
        for day in [day for day in self.turnover if day < before]:
            del self.turnover[day], self.gains[day]


class Trades:
    """All venues on which anything was traded, by the ``platform`` of the trades."""

    def __init__(self) -> None:
        self.venues: dict[str, VenueTrades] = {}

    def take(self, e: ProductEvent) -> None:
        if e.type == "TRADE":
            self.venues.setdefault(e.platform, VenueTrades()).take(e)
