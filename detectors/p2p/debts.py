"""What every borrower owes on every platform: Σ DISBURSE − Σ REPAY principal (catalogue §4.14, P2P-12).

Kept event by event, where the books of :mod:`chuantou.graph.obligations` are those of the end of a segment.
"""

from dataclasses import dataclass, field, replace

from chuantou.graph.accounts import NONE
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.streams import ProductEvent


@dataclass
class Debt:
    """One listing's principal. ``entries``: (µs, fen, source id, event id); lent above zero, repaid below."""

    platform: str
    listing: str
    borrower: str
    issued: int = NONE  # day of its first disbursement
    left_fen: int = 0
    entries: list[tuple[int, int, str, str]] = field(default_factory=list)

    def enter(self, e: ProductEvent, fen: int) -> None:
        self.left_fen += fen
        self.entries.append((e.event_time, fen, e.source_id, e.event_id))

    def copy(self) -> "Debt":
        """As it stands now, for evidence that is written later."""
        return replace(self, entries=list(self.entries))


class Debts:
    """Open debts by borrower and by listing; what is repaid in full is forgotten, what is lent after that is a new loan."""

    def __init__(self) -> None:
        self.of_borrower: dict[str, dict[tuple[str, str], Debt]] = {}
        self.of_listing: dict[tuple[str, str], Debt] = {}
        self.asked_by: dict[tuple[str, str], str] = {}  # (platform, listing) -> borrower, as the listing says
        self.planned_for: dict[tuple[str, str], str] = {}  # (platform, plan) -> listing

    def apply(self, e: ProductEvent) -> Debt | None:
        """Take one product event; returns the debt that a disbursement made larger."""
        if e.type == "LISTING" and e.listing is not None and e.borrower is not None:
            self.asked_by[e.platform, e.listing] = e.borrower
        elif e.type == "REPAY_PLAN" and e.listing is not None and e.plan_id is not None:
            self.planned_for[e.platform, e.plan_id] = e.listing
        elif e.type == "REPAY":
            self._repay(e)
        elif e.type == "DISBURSE":
            return self._disburse(e)
        return None

    def _disburse(self, e: ProductEvent) -> Debt | None:
        if e.listing is None or e.amount_fen is None:
            return None
        key = e.platform, e.listing
        borrower = e.borrower or self.asked_by.get(key)
        if borrower is None:
            return None
        debt = self.of_listing.get(key)
        if debt is None:
            debt = self.of_listing[key] = Debt(*key, borrower, shanghai_day(e.event_time))
            self.of_borrower.setdefault(borrower, {})[key] = debt
        debt.enter(e, e.amount_fen)
        return debt

    def _repay(self, e: ProductEvent) -> None:
        listing = self.planned_for.get((e.platform, e.plan_id)) if e.plan_id is not None else None
        debt = self.of_listing.get((e.platform, listing or e.listing or ""))
        paid = min(debt.left_fen, e.principal_fen or 0) if debt is not None else 0
        if debt is None or paid == 0:
            return
        debt.enter(e, -paid)
        if debt.left_fen == 0:
            key = debt.platform, debt.listing
            del self.of_listing[key], self.of_borrower[debt.borrower][key]
            if not self.of_borrower[debt.borrower]:
                del self.of_borrower[debt.borrower]

    def owed_by(self, borrower: str, platform: str | None = None) -> list[Debt]:
        """The borrower's open debts, on one platform or on all, by platform and listing."""
        held = self.of_borrower.get(borrower, {})
        return [held[key] for key in sorted(held) if platform in (None, key[0])]
