"""Whose money an institution's payouts to its investors were made of (YLD-02, YLD-03).

The pots are the accounts in which clients' and borrowers' money lies – custody without sub-ledgers, own accounts that
clients or borrowers paid into or that took money out of such a pot – and the accounts of strangers who pay in the
institution's place. What its other own accounts pay is its own money; so are fees, once they were taken.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.p2p.exits import is_custody
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.interest import OWN_TIERS, VIEW_DAYS, products_of, tier_of
from chuantou.graph.ledger import CLIENT
from chuantou.graph.pots import METHODS, Pots, pots_of
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, shanghai_day

CLIENTS, BORROWER, OWN, GUARANTOR, UNKNOWN = "client", "borrower", "own", "guarantor", "unknown"  # roots
SAME, CROSS, OTHERS = "same", "cross", "others"  # what they are to one payout: its own product's, another's, other clients'
IS_REPAY = class_mask("REPAY_PRIN", "REPAY_INT", "RETURN_PRIN", "RETURN_INT")  # RETURN_*: a borrower pays investors himself
IS_SUPPORT = class_mask("BONUS", "RETURN_INT", "REPAY_INT", "COMPENSATE_3P", "COMPENSATE_PLAT")
MANNERS = (*METHODS, "maxflow")


class Source(NamedTuple):
    """Who brought money in: its kind, the party's name, and for a borrower the products that his loan belongs to."""

    kind: str
    party: str | None
    products: tuple[str, ...]


@dataclass
class Weighed:
    """Fen of payouts by what it was: paid past the pots, and out of them by method."""

    direct: Counter[str]
    pots: dict[str, Counter[str]]
    through_pots: int

    def fen(self, method: str, *what: str) -> int:
        return sum(self.direct[name] + self.pots[method][name] for name in what)

    def support(self, method: str, earmarked: int, *kinds: str) -> int:
        """What own or guarantors' money paid: past the pots, and by the queue or by its tag, whichever says more."""
        queue = sum(self.pots[method][kind] for kind in kinds)
        return sum(self.direct[kind] for kind in kinds) + max(queue, min(earmarked, self.through_pots))


class Sources:
    """The pots of one institution as of ``now`` (µs), and the source of everything that entered them."""

    def __init__(self, world: World, key: str, payers: Iterable[int], now: int) -> None:
        self.world, self.key = world, key
        after = now - (VIEW_DAYS + 30) * DAY_US
        members = np.zeros(world.ledger.accounts.size, np.bool_)
        members[self._members(payers, after, now)] = True
        self.pots: Pots = pots_of(world.ledger, members, after, now - 1)
        self.came = {
            i: self.source(int(row)) for i, row in enumerate(self.pots.rows.tolist()) if self.pots.enters[i]
        }  # fmt: skip

    def _members(self, payers: Iterable[int], after: int, now: int) -> list[int]:
        """``payers``: accounts from which investors were paid."""
        world, log = self.world, self.world.ledger.log
        first, stop = world.ledger.between(after, now - 1)
        cluster = world.watch.cluster_of == world.watch.index(self.key)
        cluster[world.accounts.table.role[: len(cluster)] == ROLE_ID["CLIENT_SUB"]] = False
        debtor, creditor = log.debtor[first:stop], log.creditor[first:stop]
        kind, flow = log.kind[first:stop], log.flow_class[first:stop]
        enters = cluster[creditor] & ~cluster[debtor]
        pots = set(creditor[enters & ((kind == CLIENT) | IS_REPAY[flow])].tolist())
        inside = cluster[creditor] & cluster[debtor] & (flow != CLASS_ID["FEE"]) & (debtor != creditor)
        moves = np.unique(np.column_stack((debtor[inside], creditor[inside])), axis=0).tolist()
        for _ in range(len(moves)):
            reached = {to for come, to in moves if come in pots} - pots
            if not reached:
                break
            pots |= reached
        return sorted(pots | {account for account in payers if self._is_stranger(account)})

    def _is_stranger(self, account: int) -> bool:
        """Neither the institution's circle, nor a client's account in custody, a licensed guarantor or one of its borrowers."""
        owner = int(self.world.accounts.table.owner[account])
        if owner == NONE or self.world.accounts.role_of(account) == "CLIENT_SUB" or is_custody(self.world, account, self.key):
            return False
        if tier_of(self.world, self.key, owner) in OWN_TIERS or self._guarantees(owner):
            return False
        book = self.world.obligations.books.get(self.key)
        name = self.world.parties.names[owner]
        return book is None or all(loan.borrower != name for loan in book.loans.values())

    def _guarantees(self, party: int, day: int | None = None) -> bool:
        name = self.world.parties.names[party]
        when = self.world.day if day is None else day
        return any(self.world.register.has_licence(name, kind, when) for kind in ("guarantee", "insurance"))

    def source(self, row: int) -> Source:
        """Whose money a payment from outside the pots is."""
        world, at = self.world, row - self.world.ledger.base
        log = world.ledger.log
        payer, listing = int(log.payer[at]), int(log.listing[at])
        party = world.parties.names[payer] if payer != NONE else None
        if log.kind[at] == CLIENT:
            return Source(CLIENTS, party, ())
        borrower = int(world.listing_table.borrower[listing]) if listing != NONE else NONE
        own = payer != NONE and tier_of(world, self.key, payer) in OWN_TIERS
        if (payer != NONE and payer == borrower) or (IS_REPAY[log.flow_class[at]] and not own):
            return Source(BORROWER, party, self._products(row))
        if own:
            return Source(OWN, party, self._products(row))
        if payer != NONE and self._guarantees(payer, shanghai_day(int(log.time[at]))):
            return Source(GUARANTOR, party, ())
        return Source(UNKNOWN, party, ())

    def _products(self, row: int) -> tuple[str, ...]:
        log, at = self.world.ledger.log, row - self.world.ledger.base
        if log.product[at] != NONE:
            return (self.world.products.names[log.product[at]],)
        if log.listing[at] == NONE:
            return ()
        book = self.world.obligations.books.get(self.key)
        return tuple(sorted(products_of(book, self.world.listings.names[log.listing[at]])))

    def place(self, row: int) -> int | None:
        """Where the payment stands in the pots, None where it was made past them."""
        at = int(np.searchsorted(self.pots.rows, row))
        found = at < len(self.pots.rows) and int(self.pots.rows[at]) == row and not self.pots.enters[at]
        return at if found else None

    def weigh(self, product: str, payouts: list[tuple[int, int]]) -> "Weighed":
        """What the payouts (row, fen that belong to the product) were made of."""
        w = Weighed(Counter(), {method: Counter() for method in METHODS}, 0)
        log, base = self.world.ledger.log, self.world.ledger.base
        for row, fen in payouts:
            place, payee, paid = self.place(row), self.name(int(log.payee[row - base])), int(log.fen[row - base])
            if place is None:
                w.direct[meaning(self.source(row), product, payee)] += fen
                continue
            w.through_pots += fen
            for method in METHODS:
                for root, part in self.pots.made_of(place, method):
                    came = None if root < 0 or root == place else self.came[root]
                    w.pots[method][meaning(came, product, payee) if came else UNKNOWN] += part * fen // paid
        return w

    def name(self, party: int) -> str | None:
        return self.world.parties.names[party] if party != NONE else None

    def earmarked(self, product: str, since: int, stop: int) -> list[int]:
        """Places below ``stop`` of own and guarantors' money that entered designated custody from the instant ``since`` on
        for this product, or as a bonus of none: the tag outranks the queue there."""
        log, base = self.world.ledger.log, self.world.ledger.base
        out = []
        for i, source in self.came.items():
            row = int(self.pots.rows[i])
            named = product in source.products or (not source.products and bool(IS_SUPPORT[log.flow_class[row - base]]))
            tagged = source.kind in (OWN, GUARANTOR) and named and hard_class(self.world, row) is not None
            timely = i < stop and log.time[row - base] >= since
            if tagged and timely and is_custody(self.world, int(self.pots.creditor[i]), self.key):
                out.append(i)
        return out

    def brought(self, stop: int, *kinds: str) -> int:
        """Fen that sources of these kinds brought into the pots before the place ``stop``."""
        return sum(int(self.pots.fen[i]) for i, source in self.came.items() if i < stop and source.kind in kinds)

    def inputs(self, stop: int, earmarked: list[int]) -> dict[str, Any]:
        """Openings and the first ``stop`` transfers of the pots as evidence."""
        names, log, base = self.world.accounts.ids.names, self.world.ledger.log, self.world.ledger.base
        pots, tagged = self.pots, set(earmarked)
        rows = []
        for i in range(stop):
            at, source = int(pots.rows[i]) - base, self.came.get(i)
            rows.append(
                {
                    "transaction": list(self.world.refs.of(int(pots.rows[i]))),
                    "time": int(log.time[at]),
                    "payer": None if pots.enters[i] else names[pots.debtor[i]],
                    "payee": None if pots.leaves[i] else names[pots.creditor[i]],
                    "fen": int(pots.fen[i]),
                    "root": source.kind if source else "",
                    "party": source.party if source else None,
                    "products": list(source.products) if source else [],
                    "earmarked": i in tagged,
                }
            )
        openings = [[names[account], fen] for account, fen in pots.openings] if stop else []
        return {"openings": openings, "transfers": rows}


def meaning(source: Source, product: str, payee: str | None) -> str:
    """What a source is to a payout of ``product`` to ``payee``: his own money and that of its borrowers is the same."""
    if source.kind == CLIENTS:
        return SAME if source.party is not None and source.party == payee else OTHERS
    if source.kind == BORROWER:
        return SAME if not source.products or product in source.products else CROSS
    return source.kind


def stop_of(sources: Sources, payouts: list[tuple[int, int]]) -> int:
    """How many rows of the pots the payouts rest on."""
    places = [place for row, _ in payouts if (place := sources.place(row)) is not None]
    return max(places, default=-1) + 1
