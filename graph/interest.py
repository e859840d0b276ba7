"""What investors of each product were paid beyond their principal, and what its borrowers paid (catalogue §4.11).

A product is what the platform sells: a named product, or a listing that belongs to none. Payments are noted as they come and
put to their product at the day close, when everything that the day told of products is known.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.obligations import Book, Claim

if TYPE_CHECKING:
    from chuantou.graph.world import Segment, World

VIEW_DAYS = 180  # payments of which each one is known; older ones are two sums
INTEREST, BONUS, RECEIVED, FEE = "interest", "bonus", "received", "fee"
PAID = (INTEREST, BONUS)
IS_LEG = class_mask("RETURN_INT", "BONUS", "REPAY_INT", "FEE")
OWN_TIERS = ("P", "R1", "R2")


class Leg(NamedTuple):
    """Payments of one day and kind: log indices and the fen of each that belong to the product, in booking order."""

    day: int
    what: str
    rows: NDArray[np.int64]
    fen: NDArray[np.int64]


@dataclass
class ProductLegs:
    """One product's legs of the view, and what was paid and received before it. ``net``: subsidy since its beginning."""

    legs: deque[Leg] = field(default_factory=deque)
    before_paid: int = 0
    before_received: int = 0
    net: int = 0

    def add(self, leg: Leg) -> None:
        self.legs.append(leg)
        self.net += sign(leg.what) * int(leg.fen.sum())

    def copy(self) -> "ProductLegs":
        """As it stands now, for evidence that is written later."""
        return replace(self, legs=deque(self.legs))

    def forget(self, oldest_day: int) -> None:
        while self.legs and self.legs[0].day < oldest_day:
            leg = self.legs.popleft()
            if leg.what in PAID:
                self.before_paid += int(leg.fen.sum())
            else:
                self.before_received -= sign(leg.what) * int(leg.fen.sum())

    def total(self, *what: str, since: int = 0) -> int:
        """Fen of the legs of these kinds from the day ``since`` on."""
        return sum(int(leg.fen.sum()) for leg in self.legs if leg.what in what and leg.day >= since)


def sign(what: str) -> int:
    """Fees are taken out of what borrowers paid."""
    return -1 if what == RECEIVED else 1


class InterestLegs:
    """The legs of all watched institutions: ``of[institution][product]``; ``touched`` today."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, ProductLegs]] = {}
        self.touched: set[tuple[str, str]] = set()
        self._today: list[NDArray[np.int64]] = []

    def note(self, world: "World", s: "Segment") -> None:
        """Remember the interest, bonuses and fees of a run that name a product or touch a watched institution."""
        log, first = world.ledger.log, s.first - world.ledger.base
        here = slice(first, first + len(s.time))
        hit = IS_LEG[log.flow_class[here]]
        if not hit.any():
            return
        cluster = world.watch.cluster_of
        named = (log.listing[here] != NONE) | (log.product[here] != NONE)
        hit &= named | (cluster[s.debtor] != NONE) | (cluster[s.creditor] != NONE)
        self._today.append(np.flatnonzero(hit) + s.first)

    def close_day(self, world: "World", day: int) -> None:
        """Put the day's payments to their products."""
        self.touched.clear()
        rows = np.concatenate(self._today) if self._today else np.empty(0, np.int64)
        self._today.clear()
        if len(rows):
            self._settle(world, rows, day)
        for products in self.of.values():
            for legs in products.values():
                legs.forget(day + 1 - VIEW_DAYS)
            for name in [name for name, legs in products.items() if not legs.legs]:
                del products[name]  # without a payment in the whole view: it has ended

    def _settle(self, world: "World", rows: NDArray[np.int64], day: int) -> None:
        log, at, watch = world.ledger.log, rows - world.ledger.base, world.watch
        institution = institutions_of(world, rows)
        keep = institution != NONE
        rows, at, institution = rows[keep], at[keep], institution[keep]
        flow, payer, payee, listing = log.flow_class[at], log.payer[at], log.payee[at], log.listing[at]
        itself = watch.party_ids()[institution]
        borrower = np.where(listing != NONE, world.listing_table.borrower[listing], NONE)
        by_borrower = (payer != NONE) & (payer == borrower)
        to_client, to_itself = payee != itself, payee == itself
        parts = {
            INTEREST: (flow == CLASS_ID["RETURN_INT"]) & to_client,
            BONUS: (flow == CLASS_ID["BONUS"]) & to_client,
            RECEIVED: ((flow == CLASS_ID["REPAY_INT"]) | ((flow == CLASS_ID["RETURN_INT"]) & to_client & by_borrower))
            & (by_borrower | ~self._own(world, institution, payer)),
            FEE: (flow == CLASS_ID["FEE"]) & to_itself & ~by_borrower,
        }
        product = log.product[at]
        alone = np.where((listing == NONE) & (product == NONE), rows, NONE)  # names nothing: looked at one by one
        keys = np.column_stack((institution, product, listing, alone))
        groups, place, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        members = np.split(np.argsort(place.reshape(-1), kind="stable"), np.cumsum(count)[:-1])
        holders: dict[str, dict[str, Claim]] = {}
        for (where, sold, listed, row), mine in zip(groups.tolist(), members):
            shares = self._shares(world, watch.keys[where], sold, listed, row, holders)
            for what, mask in parts.items():
                chosen = mine[mask[mine]]
                if len(chosen) and shares:
                    self._add(watch.keys[where], shares, Leg(day, what, rows[chosen], log.fen[at[chosen]].copy()))

    @staticmethod
    def _own(world: "World", institution: NDArray[np.int32], payer: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether the payer stands in the institution's own circle: what it pays is not received from a borrower."""
        pairs, place = np.unique(np.column_stack((institution, payer)), axis=0, return_inverse=True)
        answers = [
            party != NONE and tier_of(world, world.watch.keys[where], party) in OWN_TIERS for where, party in pairs.tolist()
        ]
        return np.array(answers, np.bool_)[place.reshape(-1)]

    def _shares(
        self, world: "World", key: str, product: int, listing: int, row: int, holders: dict[str, dict[str, Claim]]
    ) -> dict[str, int]:
        """To which products of the institution a payment belongs, and with what weight."""
        if product != NONE:
            return {world.products.names[product]: 1}
        book = world.obligations.books.get(key)
        if listing != NONE:
            return products_of(book, world.listings.names[listing])
        claim = self._claim_of(world, book, row, holders) if book is not None else None
        if claim is None:
            return {}
        return {claim.product: 1} if claim.product is not None else products_of(book, claim.listing or "")

    @staticmethod
    def _claim_of(world: "World", book: Book, row: int, holders: dict[str, dict[str, Claim]]) -> Claim | None:
        """The claim that the order names, else the payee's largest running one."""
        log, at = world.ledger.log, row - world.ledger.base
        order = world.orders.names[log.order[at]] if log.order[at] != NONE else ""
        claim = book.claims.get(order) or book.closed_claims.get(order)
        if claim is not None or log.payee[at] == NONE:
            return claim
        if book.platform not in holders:
            running = sorted((c for c in book.claims.values() if c.running), key=lambda c: (c.principal_fen, c.key))
            holders[book.platform] = {c.holder: c for c in running}
        return holders[book.platform].get(world.parties.names[log.payee[at]])

    def _add(self, key: str, shares: dict[str, int], leg: Leg) -> None:
        whole, given = sum(shares.values()), np.zeros_like(leg.fen)
        for n, product in enumerate(sorted(shares)):
            part = leg.fen - given if n == len(shares) - 1 else leg.fen * shares[product] // whole
            given = given + part
            self.of.setdefault(key, {}).setdefault(product, ProductLegs()).add(leg._replace(fen=part))
            self.touched.add((key, product))


def institutions_of(world: "World", rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """int32[n]: index of the watched institution of each payment: by account, else by listing, else by product; -1 for none."""
    log, at, watch = world.ledger.log, rows - world.ledger.base, world.watch
    out_of, into = watch.cluster_of[log.debtor[at]], watch.cluster_of[log.creditor[at]]
    found = np.where(out_of != NONE, out_of, into).astype(np.int32)
    index = np.full(len(world.parties) + 1, NONE, np.int32)  # the last entry answers party -1
    index[watch.party_ids()[:-1]] = np.arange(len(watch.keys))
    index[NONE] = NONE
    listed = (found == NONE) & (log.listing[at] != NONE)
    found[listed] = index[world.listing_table.platform[log.listing[at[listed]]]]
    for product in np.unique(log.product[at[(found == NONE) & (log.product[at] != NONE)]]).tolist():
        name = world.products.names[product]
        offers = [key for key in sorted(watch.institutions) if name in offered(world, key)]
        if len(offers) == 1:
            found[(found == NONE) & (log.product[at] == product)] = watch.index(offers[0])
    return found


def offered(world: "World", key: str) -> Mapping[str, object]:
    """The products that the institution offers, by name."""
    book = world.obligations.books.get(key)
    return book.products if book is not None else {}


def products_offered(world: "World", key: str) -> dict[str, object]:
    book = world.obligations.books.get(key)
    return dict(book.products) if book is not None else {}


def products_of(book: Book | None, listing: str) -> dict[str, int]:
    """The products whose money a listing has, by fen matched to it; the listing itself where there is none."""
    matched = book.matched.get(listing) if book is not None else None
    return dict(matched) if matched else {listing: 1}


def tier_of(world: "World", key: str, party: int) -> str | None:
    return world.watch.institutions[key].tier(world.parties.names[party])


def principal_days(book: Book | None, product: str, day: int) -> list[tuple[str, int, int]]:
    """``(claim, fen, days)`` of the product at the close of ``day``, by claim; what was given back stands first, without a
    claim, as one fen for its fen-days."""
    if book is None:
        return []
    out = [("", book.given_back[product], 1)] if book.given_back[product] else []
    for key, claim in sorted(book.claims.items()):
        if claim.unit == product and claim.running:
            until = min(day, claim.due) if claim.due > claim.since else day
            out.append((key, claim.principal_fen, max(0, until - claim.since)))
    return out
