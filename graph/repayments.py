"""What came in for each listing, from its borrower and from others, and what its investors were paid (P2P-05, P2P-06).

Who repaid, the transfers say, not the platform: an instalment is unpaid by its borrower while what he himself paid on the
listing does not reach the instalments that were due.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.interest import OWN_TIERS, institutions_of, tier_of
from chuantou.graph.obligations import Loan
from chuantou.schemas.clock import shanghai_day

if TYPE_CHECKING:
    from chuantou.graph.world import Segment, World

VIEW_DAYS = 120  # days of which each is known; older ones are two sums
IS_RETURN = class_mask("RETURN_PRIN", "RETURN_INT")
IS_REPAY = class_mask("REPAY_PRIN", "REPAY_INT")
IS_COMPENSATION = class_mask("COMPENSATE_3P", "COMPENSATE_PLAT")
IS_LISTED = IS_RETURN | IS_REPAY | IS_COMPENSATION | class_mask("TOPUP")


class DaySum(NamedTuple):
    """One day of a listing, in fen."""

    day: int
    by_borrower: int
    to_investors: int
    by_guarantor: int = 0  # licensed, and of nobody's circle


@dataclass
class ListingFlow:
    """A listing's days of the view with the payments of each (log indices), and the sums before."""

    days: deque[DaySum] = field(default_factory=deque)
    rows: deque[NDArray[np.int64]] = field(default_factory=deque)
    before: DaySum = field(default_factory=lambda: DaySum(NONE, 0, 0))

    def forget(self, oldest: int) -> None:
        while self.days and self.days[0].day < oldest:
            gone = self.days.popleft()
            self.rows.popleft()
            self.before = DaySum(gone.day, *(a + b for a, b in zip(self.before[1:], gone[1:])))

    def paid(self, until: int) -> DaySum:
        """Sums since the beginning, by the close of a day."""
        told = [d for d in self.days if d.day <= until]
        return DaySum(until, *(sum(column) for column in zip(self.before[1:], *(d[1:] for d in told))))


class Today(NamedTuple):
    """The listed payments of one day: log indices, and for each its institution and whether it goes to an investor."""

    rows: NDArray[np.int64]
    institution: NDArray[np.int32]
    payout: NDArray[np.bool_]
    by_borrower: NDArray[np.bool_]
    by_guarantor: NDArray[np.bool_]


class Repayments:
    """``of[institution][listing]``, and the payments of the day that closed last."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, ListingFlow]] = {}
        self._noted: list[NDArray[np.int64]] = []
        self.today: Today = no_payments()

    def note(self, world: "World", s: "Segment") -> None:
        """Remember the repayments, returns and compensations of a run that name a listing."""
        log, first = world.ledger.log, s.first - world.ledger.base
        here = slice(first, first + len(s.time))
        hit = IS_LISTED[log.flow_class[here]] & (log.listing[here] != NONE)
        if hit.any():
            self._noted.append(np.flatnonzero(hit) + s.first)

    def close_day(self, world: "World", day: int) -> None:
        rows = np.concatenate(self._noted) if self._noted else np.empty(0, np.int64)
        self._noted.clear()
        self.today = told_of(world, rows) if len(rows) else no_payments()
        if len(self.today.rows):
            self._sum(world, day)
        for listings in self.of.values():
            for flow in listings.values():
                flow.forget(day + 1 - VIEW_DAYS)
            for name in [name for name, flow in listings.items() if not flow.days]:
                del listings[name]

    def _sum(self, world: "World", day: int) -> None:
        t, log = self.today, world.ledger.log
        at = t.rows - world.ledger.base
        keys = np.column_stack((t.institution, log.listing[at]))
        groups, place, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        place = place.reshape(-1)
        sums = np.zeros((len(groups), 3), np.int64)
        for column, mask in enumerate((t.by_borrower, t.payout, t.by_guarantor)):
            np.add.at(sums[:, column], place[mask], log.fen[at[mask]])
        rows = np.split(t.rows[np.argsort(place, kind="stable")], np.cumsum(count)[:-1])
        for (institution, listing), paid, theirs in zip(groups.tolist(), sums.tolist(), rows):
            flows = self.of.setdefault(world.watch.keys[institution], {})
            flow = flows.setdefault(world.listings.names[listing], ListingFlow())
            flow.days.append(DaySum(day, *paid))
            flow.rows.append(theirs)


def told_of(world: "World", rows: NDArray[np.int64]) -> Today:
    """The rows that concern a watched institution."""
    log = world.ledger.log
    institution = institutions_of(world, rows)
    at = rows - world.ledger.base
    flow, payer = log.flow_class[at], log.payer[at]
    by_borrower = (payer != NONE) & (payer == world.listing_table.borrower[log.listing[at]]) & ~IS_COMPENSATION[flow]
    # a borrower may top the common account up; on his own sub-ledger the money is not paid yet
    subs = world.accounts.table.role[log.creditor[at]] == ROLE_ID["CLIENT_SUB"]
    keep = (institution != NONE) & ((flow != CLASS_ID["TOPUP"]) | (by_borrower & ~subs))
    rows, institution, by_borrower, at, flow = (column[keep] for column in (rows, institution, by_borrower, at, flow))
    itself = world.watch.party_ids()[institution]
    payout = (IS_RETURN[flow] | IS_COMPENSATION[flow]) & (log.payee[at] != itself)
    return Today(rows, institution, payout, by_borrower, by_guarantors(world, institution, at))


def by_guarantors(world: "World", institution: NDArray[np.int32], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[n]: compensations by a licensed guarantor or insurer that stands in nobody's circle (LA-GUAR)."""
    log = world.ledger.log
    out = IS_COMPENSATION[log.flow_class[at]] & (log.payer[at] != NONE)
    for i in np.flatnonzero(out).tolist():
        payer = int(log.payer[at[i]])
        day = shanghai_day(int(log.time[at[i]]))
        licensed = any(world.register.has_licence(world.parties.names[payer], kind, day) for kind in ("guarantee", "insurance"))
        out[i] = licensed and tier_of(world, world.watch.keys[institution[i]], payer) not in OWN_TIERS
    return out


def no_payments() -> Today:
    none = np.empty(0, np.int64)
    never = none.astype(np.bool_)
    return Today(none, none.astype(np.int32), never, never, never)


def due_by(loan: Loan, day: int) -> int:
    """Principal and interest of the instalments that fall due by the close of a day."""
    return sum(i.principal_fen + i.interest_fen for i in loan.plan.values() if i.due <= day)


def missing_fen(loan: Loan, flow: ListingFlow | None, day: int) -> int:
    """What of the instalments due by ``day`` the borrower himself has not paid; up to 1 % or 100 fen (LA-REPAY) is none."""
    due = due_by(loan, day)
    return missing_of(due, flow.paid(day).by_borrower if flow is not None else 0)


def missing_of(due: int, paid: int) -> int:
    """What is missing of ``due``; a little is nothing."""
    return due - paid if due - paid > max(100, due // 100) else 0
