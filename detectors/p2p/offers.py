"""Who lent first on each listing, to whom he sold, and when listings were full: from what the platform tells (P2P-03)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chuantou.detectors.contract import ppm
from chuantou.schemas.streams import ProductEvent

Ref = tuple[str, str]


@dataclass
class Listing:
    """One listing. ``first``: (time, creditor, claim, fen) of its first subscription; ``sales``: (time, fen, event) of it."""

    name: str
    asked_fen: int = 0
    subscribed_fen: int = 0
    paid_out: int = 0
    paid_fen: int = 0
    full_at: int = 0
    told: int = 0  # when something was last told of it
    first: tuple[int, str, str, int] | None = None
    sales: list[tuple[int, int, Ref]] = field(default_factory=list)
    events: dict[str, Ref] = field(default_factory=dict)


class EarlyLoan(NamedTuple):
    """A loan that was paid out before its listing was full."""

    listing: str
    fen: int
    paid_out: int
    full_at: int
    events: tuple[Ref, ...]

    def row(self) -> dict[str, Any]:
        return {"listing": self.listing, "fen": self.fen, "paid_out": self.paid_out, "full_at": self.full_at}


class FirstLoan(NamedTuple):
    """A loan of which somebody was the first creditor, and what of it he sold in time."""

    listing: str
    fen: int
    time: int
    sold: tuple[tuple[int, int], ...]  # (time, fen)
    events: tuple[Ref, ...]

    def row(self) -> dict[str, Any]:
        return {"listing": self.listing, "fen": self.fen, "time": self.time, "sold": [list(sale) for sale in self.sold]}


class Sold(NamedTuple):
    """All first loans of one lender."""

    lender: str
    loans: tuple[FirstLoan, ...]

    @property
    def lent_fen(self) -> int:
        return sum(loan.fen for loan in self.loans)

    @property
    def share_ppm(self) -> int:
        return ppm(sum(fen for loan in self.loans for _, fen in loan.sold), self.lent_fen)

    @property
    def first(self) -> int:
        return min(loan.time for loan in self.loans)

    @property
    def last(self) -> int:
        return max(max([loan.time, *(time for time, _ in loan.sold)]) for loan in self.loans)


class Offers:
    """The listings of one platform; ``take`` its product events in order."""

    def __init__(self) -> None:
        self.listings: dict[str, Listing] = {}
        self.claims: dict[str, str] = {}  # first claim -> listing

    def take(self, e: ProductEvent) -> None:
        if e.type == "CLAIM_TRANSFER":
            self._sale(e)
        if e.listing is None:
            return
        x = self.listings.setdefault(e.listing, Listing(e.listing))
        x.told, ref = e.event_time, (e.source_id, e.event_id)
        if e.type == "LISTING":
            x.asked_fen = e.amount_fen or 0
            x.events["LISTING"] = ref
        elif e.type == "DISBURSE" and not x.paid_out:
            x.paid_out, x.paid_fen = e.event_time, e.amount_fen or 0
            x.events["DISBURSE"] = ref
        elif e.type in ("SUBSCRIBE", "ALLOC"):
            self._subscription(e, x, ref)

    def _subscription(self, e: ProductEvent, x: Listing, ref: Ref) -> None:
        x.subscribed_fen += e.amount_fen or 0
        if x.first is None and e.type == "SUBSCRIBE" and e.investor is not None:
            claim = e.claim or f"{e.source_id}/{e.event_id}"
            x.first = (e.event_time, e.investor, claim, e.amount_fen or 0)
            x.events["SUBSCRIBE"] = ref
            self.claims[claim] = x.name
        if not x.full_at and x.asked_fen and x.subscribed_fen >= x.asked_fen:
            x.full_at = e.event_time
            x.events["FULL"] = ref

    def _sale(self, e: ProductEvent) -> None:
        x = self.listings.get(self.claims.get(e.claim or "", ""))
        if x is not None and x.first is not None and e.from_party == x.first[1]:
            x.sales.append((e.event_time, min(e.principal_fen or 0, x.first[3]), (e.source_id, e.event_id)))
            x.told = e.event_time

    def forget(self, before: int) -> None:
        for name in [name for name, x in self.listings.items() if x.told <= before]:
            gone = self.listings.pop(name)
            if gone.first is not None:
                self.claims.pop(gone.first[2], None)

    def first_creditors(self, since: int, within: int) -> Iterator[Sold]:
        """By lender, the loans that he was first to lend on since an instant, with his sales at most ``within`` µs later."""
        by: dict[str, list[FirstLoan]] = {}
        for name in sorted(self.listings):
            x = self.listings[name]
            if x.first is None or x.first[0] <= since:
                continue
            time, lender, _, fen = x.first
            sales = [sale for sale in x.sales if sale[0] - time <= within]
            events = (*x.events.values(), *(event for *_, event in sales))
            by.setdefault(lender, []).append(FirstLoan(name, fen, time, tuple(sale[:2] for sale in sales), events))
        for lender in sorted(by):
            yield Sold(lender, tuple(by[lender]))

    def lent_first(self, since: int, ahead: int) -> list[EarlyLoan]:
        """Loans paid out at least ``ahead`` µs before they were full, by when they were full."""
        out = [
            EarlyLoan(x.name, x.paid_fen, x.paid_out, x.full_at, tuple(x.events.values()))
            for x in self.listings.values() if x.paid_out > since and x.full_at - x.paid_out >= ahead
        ]  # fmt: skip
        return sorted(out, key=lambda loan: (loan.full_at, loan.listing))
