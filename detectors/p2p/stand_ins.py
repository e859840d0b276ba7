"""Payments made in a borrower's place, and how much of each was the platform's circle's own money (P2P-05).

A listing's day is one event: what came in for it, or what its investors were paid, whichever is more own money.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.p2p.exits import MANNERS, is_custody
from chuantou.graph.accounts import NONE
from chuantou.graph.feeding import FED_US, TRADE
from chuantou.graph.interest import OWN_TIERS, tier_of
from chuantou.graph.ledger import CLIENT, LOAN
from chuantou.graph.pots import MAX_ROWS, METHODS, Pots, pots_of, rows_touching
from chuantou.graph.repayments import IS_REPAY, IS_RETURN, missing_fen
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_start_us

POT_US = 180 * DAY_US  # how far back a platform's own account is looked into where clients' money lies on it
MAX_ACCOUNTS = 50  # of one payer that are looked into together
OWN, CLIENTS, BORROWER, OTHER, ANYBODY = "own", "client", "borrower", "other", "anybody"
Labeller = Callable[[World, str, int], str]


class View(NamedTuple):
    """A payer's accounts over some days; ``labels`` say whose money entered, ``held`` whose was there before, ``unseen``
    whose it is that nobody brought in."""

    pots: Pots
    labels: tuple[str, ...]
    held: str
    unseen: str


class Part(NamedTuple):
    """One payment: whole own money where there is no view of its payer."""

    row: int
    fen: int
    payout: bool
    place: int
    view: View | None
    own: dict[str, int]

    def rows(self) -> list[int]:
        """The payment and what its view rests on, as log indices."""
        return [self.row, *(self.view.pots.rows[: self.place + 1].tolist() if self.view is not None else [])]


class StandIn(NamedTuple):
    """What was paid in a borrower's place on one day of one listing; ``told``: (source, event, payer, fen) as the platform says.

    ``own``: fen of the circle's money by method, the greater of Σ in, Σ out and Σ told.
    """

    time: int
    kind: str
    listing: str
    own: dict[str, int]
    parts: tuple[Part, ...]
    told: tuple[tuple[str, str, str, int], ...] = ()


def stand_ins(world: World, mine: set[str], day: int) -> Iterator[tuple[str, str, list[Part]]]:
    """(institution, listing, parts with own money) of the day that closes, in order."""
    t, log, base = world.repayments.today, world.ledger.log, world.ledger.base
    fed, views = world.feeding.fed(), Views(world, day_start_us(day + 1) - 1)
    found: dict[tuple[str, str], list[Part]] = {}
    for i in np.flatnonzero(candidates(world, fed)).tolist():
        row, key = int(t.rows[i]), world.watch.keys[t.institution[i]]
        listing = world.listings.names[log.listing[row - base]]
        is_return = bool(IS_RETURN[log.flow_class[row - base]]) and not t.by_borrower[i]
        if key not in mine or (is_return and not unpaid(world, key, listing, day)):
            continue
        part = own_part(views, key, row, bool(t.payout[i]), fed)
        if part is not None:
            found.setdefault((key, listing), []).append(part)
    for (key, listing), parts in sorted(found.items()):
        yield key, listing, parts


def unpaid(world: World, key: str, listing: str, day: int) -> bool:
    book = world.obligations.books.get(key)
    loan = book.loans.get(listing) if book is not None else None
    return loan is not None and missing_fen(loan, world.repayments.of.get(key, {}).get(listing), day) > 0


def candidates(world: World, fed: set[tuple[int, int]]) -> Any:
    """bool[n] over the day's listed payments: the circle pays, or somebody whom it fed; never a borrower of the circle itself."""
    t, log, base = world.repayments.today, world.ledger.log, world.ledger.base
    at = t.rows - base
    pairs = np.column_stack((t.institution, log.debtor[at]))
    unique, place = np.unique(pairs, axis=0, return_inverse=True) if len(pairs) else (pairs, np.empty(0, np.int64))
    hands = {a for _, a in fed}
    parties = {int(world.accounts.table.owner[a]) for a in hands} - {NONE}
    owner = world.accounts.table.owner
    hit = []
    for institution, account in unique.tolist():
        party = int(owner[account])
        own = party != NONE and tier_of(world, world.watch.keys[institution], party) in OWN_TIERS
        own = own and not is_custody(world, account, world.watch.keys[institution])
        hit.append(own or account in hands or party in parties)
    chosen = np.array(hit, np.bool_)[place.reshape(-1)] if hit else np.zeros(0, np.bool_)
    of_circle = np.array([own_borrower(world, t, i) for i in np.flatnonzero(chosen & t.by_borrower).tolist()], np.bool_)
    chosen[np.flatnonzero(chosen & t.by_borrower)[of_circle]] = False
    return chosen


def own_borrower(world: World, t: Any, i: int) -> bool:
    """A borrower of the circle repays his own loan (self-financing is P2P-04's affair)."""
    payer = int(world.ledger.log.payer[t.rows[i] - world.ledger.base])
    return tier_of(world, world.watch.keys[t.institution[i]], payer) in OWN_TIERS


def own_part(views: "Views", key: str, row: int, payout: bool, fed: set[tuple[int, int]]) -> Part | None:
    """The circle's own money in one payment; None where there is none by any method."""
    world = views.world
    log, at = world.ledger.log, row - world.ledger.base
    account, time = int(log.debtor[at]), int(log.time[at])
    owner = int(world.accounts.table.owner[account])
    custody = is_custody(world, account, key)
    if owner != NONE and tier_of(world, key, owner) in OWN_TIERS and not custody:
        return measured(views, key, row, payout, [account], time - POT_US, OWN)
    alone = owner == NONE or world.accounts.role_of(account) == "CLIENT_MASTER"
    accounts = [account] if alone else world.accounts.of_party[owner][:MAX_ACCOUNTS]
    if not any((world.watch.index(key), a) in fed for a in accounts):
        return None
    return measured(views, key, row, payout, accounts, time - FED_US, OTHER)


def measured(
    views: "Views", key: str, row: int, payout: bool, accounts: list[int], after: int, held: str, label: Labeller | None = None,
    seen_only: bool = False,
) -> Part | None:  # fmt: skip
    """Own money in a payment by the view of some accounts since ``after``; all of it where an own account held none other's.

    With ``seen_only`` what nobody brought into an own account is not its own: it may be anybody's that was not told yet.
    """
    log, base = views.world.ledger.log, views.world.ledger.base
    fen, time = int(log.fen[row - base]), int(log.time[row - base])
    view = views.of(key, accounts, after, time, held, label or label_of)
    view = view._replace(unseen=ANYBODY) if seen_only else view
    place = int(np.searchsorted(view.pots.rows, row))
    by_then = int(np.searchsorted(log.time[view.pots.rows - base], time, "right"))
    unseen = seen_only and any(root == place for root, _ in view.pots.made_of(place, "fifo"))
    if held == OWN and not unseen and not {CLIENTS, BORROWER} & set(view.labels[:by_then]):
        return Part(row, fen, payout, NONE, None, dict.fromkeys(MANNERS, fen))
    own: dict[str, int] = {method: own_fen(view, place, method) for method in METHODS}
    own["maxflow"] = max(min(fen, most_own(view, place)), *own.values())
    return Part(row, fen, payout, place, view, own) if any(own.values()) else None


class Views:
    """Payers' accounts as the payments of one day see them; of one account, those that begin with the same transfer are one view.

    ``until`` is the last µs of the day. What comes after a payment changes nothing of what it was made of.
    """

    def __init__(self, world: World, until: int) -> None:
        self.world, self.until = world, until
        self._touching: dict[tuple[int, ...], NDArray[np.int64]] = {}
        self._views: dict[tuple[str, tuple[int, ...], str, Labeller, int], View] = {}

    def of(self, key: str, accounts: list[int], after: int, time: int, held: str, label: Labeller) -> View:
        """The accounts since ``after``, at least until ``time``; ``label`` says whose money a payment brought in."""
        ledger, who = self.world.ledger, tuple(accounts)
        members = np.zeros(ledger.accounts.size, np.bool_)
        members[accounts] = True
        if who not in self._touching:
            self._touching[who] = rows_touching(ledger, members, self.until - POT_US - DAY_US, self.until)
        among = self._touching[who]
        first = int(np.searchsorted(ledger.log.time[among - ledger.base], after, "right"))
        if len(accounts) > 1 or len(among) - first > MAX_ROWS:  # what they held at first, and where it is cut, depend on its end
            return self._drawn(key, pots_of(ledger, members, after, time, among), held, label)
        shared = (key, who, held, label, first)
        if shared not in self._views:
            self._views[shared] = self._drawn(key, pots_of(ledger, members, after, self.until, among), held, label)
        return self._views[shared]

    def _drawn(self, key: str, pots: Pots, held: str, label: Labeller) -> View:
        entering = zip(pots.rows.tolist(), pots.enters)
        return View(pots, tuple(label(self.world, key, row) if enters else "" for row, enters in entering), held, held)


def label_of(world: World, key: str, row: int) -> str:
    """Whose money came in with a payment; what the circle pays for a reason of its own is the payee's."""
    log, at = world.ledger.log, row - world.ledger.base
    payer = int(log.payer[at])
    if log.kind[at] == CLIENT:
        return CLIENTS
    own = payer != NONE and tier_of(world, key, payer) in OWN_TIERS and not is_custody(world, int(log.debtor[at]), key)
    if own:
        return OTHER if hard_class(world, row) in TRADE or log.kind[at] == LOAN else OWN
    return BORROWER if IS_REPAY[log.flow_class[at]] else OTHER


def own_fen(view: View, place: int, method: Any) -> int:
    """Of one payment out of the view; what an own account holds besides clients' and borrowers' money is own."""
    rest = (CLIENTS, BORROWER, ANYBODY) if view.held == OWN else (CLIENTS, BORROWER, ANYBODY, OTHER)
    total = 0
    for root, fen in view.pots.made_of(place, method):
        label = view.unseen if root == place else view.held if root < 0 else view.labels[root]
        total += fen if label not in rest else 0
    return total


def most_own(view: View, place: int) -> int:
    """Own money that was there or came in before the payment, as if it had been kept for it."""
    theirs = (CLIENTS, BORROWER) if view.held == OWN else (CLIENTS, BORROWER, OTHER)
    came = sum(int(view.pots.fen[i]) for i in range(place) if view.labels[i] and view.labels[i] not in theirs)
    return came + (sum(fen for _, fen in view.pots.openings) if view.held == OWN else 0)


def together(parts: list[Part]) -> dict[str, int]:
    """By manner, the greater of what came in and what went out: a payment out of custody was fed by one into it."""
    return {
        manner: max(sum(p.own[manner] for p in parts if p.payout is out) for out in (True, False)) for manner in MANNERS
    }  # fmt: skip


def payers(world: World, part: Part) -> set[str]:
    """Who paid, and who brought the money in."""
    log, base, names = world.ledger.log, world.ledger.base, world.parties.names
    return {names[log.payer[row - base]] for row in part.rows() if row >= base and log.payer[row - base] != NONE}


def part_row(world: World, part: Part) -> dict[str, Any]:
    """The payment as evidence, with the payer's accounts as a small ledger; null where all of it was own money."""
    shown = {"transaction": list(world.refs.of(part.row)), "fen": part.fen, "payout": part.payout, "ledger": None}
    if part.view is None:
        return shown
    pots, names = part.view.pots, world.accounts.ids.names
    transfers = [
        {"payer": None if pots.enters[i] else names[pots.debtor[i]], "payee": None if pots.leaves[i] else names[pots.creditor[i]],
         "fen": int(pots.fen[i]), "root": part.view.labels[i]}
        for i in range(part.place + 1)
    ]  # fmt: skip
    openings = [[names[account], fen] for account, fen in pots.openings]
    held = {"held": part.view.held, "unseen": part.view.unseen}
    return shown | {"ledger": held | {"openings": openings, "transfers": transfers}}
