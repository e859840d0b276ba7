"""Listings of one borrower that follow each other, and whose money repaid the earlier one (P2P-08)."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import PPM, ppm
from chuantou.detectors.p2p.exits import MANNERS
from chuantou.detectors.p2p.stand_ins import OTHER, Part, View
from chuantou.graph.accounts import NONE
from chuantou.graph.obligations import FAR, Loan
from chuantou.graph.pots import METHODS, pots_of
from chuantou.graph.repayments import IS_REPAY, IS_RETURN
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.streams import ProductEvent

VIEW_US = 10 * DAY_US  # how far back the payer's accounts are looked into
MAX_ACCOUNTS = 50
NEXT = "next"  # money of the following listing


@dataclass(frozen=True)
class Asked:
    """A listing as it was offered. ``text``: use and description."""

    listing: str
    borrower: str
    fen: int
    day: int
    term_days: int
    contract: str | None
    text: str
    event: tuple[str, str]

    @classmethod
    def of(cls, e: ProductEvent) -> "Asked":
        text = f"{e.loan_use or ''}\n{e.describe or ''}".strip()
        return cls(e.listing or "", e.borrower or "", e.amount_fen or 0, shanghai_day(e.event_time), e.term_days or 0,
                   e.parent_contract, text, (e.source_id, e.event_id))  # fmt: skip


class Placed(NamedTuple):
    """A listing with the days from which and to which its loan runs, and its size."""

    asked: Asked
    start: int
    end: int
    fen: int

    def row(self) -> dict[str, Any]:
        a = self.asked
        return {"listing": a.listing, "borrower": a.borrower, "fen": self.fen, "start": self.start, "end": self.end,
                "contract": a.contract, "text": a.text, "event": list(a.event)}  # fmt: skip


class Link(NamedTuple):
    """The following listing's money repaid the earlier one: fen ``repaid``, of them ``rolled`` by manner."""

    earlier: str
    later: str
    time: int
    repaid_fen: int
    rolled: dict[str, int]
    parts: tuple[Part, ...]


def placed(asked: Asked, loan: Loan | None) -> Placed:
    """By the platform's books; a loan that nobody paid out yet begins with its listing."""
    start = loan.disbursed_on if loan is not None and loan.disbursed_on is not None else asked.day
    ends = loan.ends if loan is not None else FAR
    end = ends if ends != FAR else start + asked.term_days
    return Placed(asked, start, end, (loan.disbursed_fen if loan is not None else 0) or asked.fen)


def follows(a: Placed, b: Placed, gate: dict[str, Any], near: int, alike: int) -> bool:
    """Whether ``b`` takes the place of ``a``: in time, in size, and by its contract or its words; lines in ppm."""
    in_time = a.start < b.start and abs(b.start - a.end) <= gate["gap_days"]
    in_size = abs(b.fen - a.fen) * PPM <= near * a.fen
    return in_time and in_size and same_matter(a.asked, b.asked, alike)


def same_matter(a: Asked, b: Asked, alike: int) -> bool:
    """One contract, or words that are ``alike`` (ppm)."""
    return (a.contract is not None and a.contract == b.contract) or similarity_ppm(a.text, b.text) >= alike


def similarity_ppm(a: str, b: str) -> int:
    """Shared pairs of neighbouring characters among all of either text; 0 where a text has none."""
    x, y = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b))
    return ppm(len(x & y), len(x | y)) if x and y else 0


def link_of(world: World, key: str, a: Placed, b: Placed, group: set[str], gate: dict[str, Any]) -> Link | None:
    """How ``a`` was repaid from ``gap_days`` before ``b`` began; None where less than half of it was."""
    flow = world.repayments.of.get(key, {}).get(a.asked.listing)
    if flow is None:
        return None
    log, base = world.ledger.log, world.ledger.base
    since = day_start_us(b.start - gate["gap_days"])
    rows = sorted(row for part in flow.rows for row in part.tolist() if row >= base and log.time[row - base] >= since)
    theirs = {world.parties.get(party) for party in group}
    by_borrower = [r for r in rows if int(log.payer[r - base]) in theirs and (IS_REPAY | IS_RETURN)[log.flow_class[r - base]]]
    paid_out = [r for r in rows if int(log.payer[r - base]) not in theirs and IS_RETURN[log.flow_class[r - base]]]
    for chosen in (by_borrower, paid_out):  # without the borrower: the new clients' money pays the old ones at once
        fen = sum(int(log.fen[row - base]) for row in chosen)
        if fen * 2 >= a.fen:
            parts = tuple(rolled_part(world, row, b.asked.listing) for row in chosen)
            rolled = {manner: sum(part.own[manner] for part in parts) for manner in MANNERS}
            return Link(a.asked.listing, b.asked.listing, int(log.time[chosen[-1] - base]), fen, rolled, parts)
    return None


def rolled_part(world: World, row: int, later: str) -> Part:
    """What of a payment came into its payer's accounts for the later listing, in the days before."""
    log, at = world.ledger.log, row - world.ledger.base
    account, owner, time = int(log.debtor[at]), int(world.accounts.table.owner[log.debtor[at]]), int(log.time[at])
    alone = owner == NONE or world.accounts.role_of(account) == "CLIENT_MASTER"
    members = np.zeros(world.ledger.accounts.size, np.bool_)
    members[[account] if alone else world.accounts.of_party[owner][:MAX_ACCOUNTS]] = True
    pots = pots_of(world.ledger, members, time - VIEW_US, time)
    of_later = log.listing[pots.rows - world.ledger.base] == world.listings.get(later)
    labels = tuple((NEXT if theirs else OTHER) if enters else "" for theirs, enters in zip(of_later, pots.enters))
    place = int(np.searchsorted(pots.rows, row))
    moved: dict[str, int] = {
        method: sum(fen for root, fen in pots.made_of(place, method) if 0 <= root != place and labels[root] == NEXT)
        for method in METHODS
    }
    most = min(int(log.fen[at]), sum(int(pots.fen[i]) for i in range(place) if labels[i] == NEXT))
    moved["maxflow"] = max(most, *moved.values())
    return Part(row, int(log.fen[at]), True, place, View(pots, labels, OTHER, OTHER), moved)


def longest_chain(links: dict[tuple[str, str], Link], places: dict[str, Placed], last: Link) -> list[Link]:
    """The longest run of links that ends with ``last``; of equals, the first by name."""
    best: dict[str, list[Link]] = {}

    def before(listing: str) -> list[Link]:
        if listing not in best:
            best[listing] = []
            for earlier, later in sorted(links):
                if later == listing and earlier in places and places[earlier].start < places[listing].start:
                    chain = [*before(earlier), links[earlier, later]]
                    if len(chain) > len(best[listing]):
                        best[listing] = chain
        return best[listing]

    return [*before(last.earlier), last]
