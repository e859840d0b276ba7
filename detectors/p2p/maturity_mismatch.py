"""P2P-07 期限错配 · maturity mismatch."""

from collections.abc import Iterator
from typing import Any

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import PPM, RED, YELLOW, YUAN, Detector, Evidence, Excuse, Finding, ppm
from chuantou.graph.obligations import FAR, Book, Claim
from chuantou.schemas.clock import DAY_US, day_start_us
from chuantou.schemas.required import required
from chuantou.schemas.rules import to_ppm

HORIZONS = (7, 30, 90, 180)
CLAIM_LEVEL_FEN = 100_000 * YUAN  # §4.14
CLAIM_LEVEL_PPM = 50_000
DEMAND_FEN = 1_000_000 * YUAN  # “活期” product backed by term loans: red above this
CLAIM_MEMORY_DAYS = 90
LICENSED = ("bank", "fund", "trust", "insurance")  # “Not”: licensed banks, money funds


class MaturityMismatch(Detector):
    """期限错配: investors may leave before the borrowers pay.

    Book level, at every day close: ``gap(h) = (Σ investor principal due ≤ h − Σ borrower principal due ≤ h) /
    outstanding`` for h of 7, 30, 90, 180 days, what is overdue counting as due, and ``wal_ratio`` = weighted average
    life of assets / of liabilities. Yellow at gap(30) ≥ 0.15 or ratio ≥ 1.5, red at 0.30 or 2.5; red at any size over
    1,000,000 yuan for a product payable on demand that is backed by term loans. Claim level: a claim whose exit came
    more than a day before its loan ends, without a sale to an independent buyer by then, is mismatched; yellow at
    100,000 yuan and 5 % of the outstanding principal. Clause 二(一)1. Principal in fen, shares in ppm, lives in days.

    >>> MaturityMismatch.life({30: 4, 90: 4, 180: 2}, 0)
    (840, 10)
    """

    id, clause, family = "P2P-07", "二(一)1", "client_money"
    title_zh, title_en = "期限错配", "maturity mismatch"
    legal_basis = ("SEED 二(一)1", "资管新规 art. 15 [M-h]")
    parameters = ("mismatch",)
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.exits: dict[str, list[tuple[int, int, str, int]]] = {}  # platform -> (exit day, fen, claim, loan end)

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        if self.world.ended or self.in_force("mismatch", now) is None:
            return
        for key in self.institutions():
            book = self.world.obligations.books.get(key)
            if book is None:
                continue
            excuse = self._licensed(key, day)
            self._note_exits(key, book, day)
            finding = None if excuse.holds else self._judge(key, book, day)
            if finding is not None:
                yield finding

    def _licensed(self, key: str, day: int) -> Excuse:
        held = [kind for kind in LICENSED if self.world.register.has_licence(key, kind, day)]
        return Excuse("LA-LICENSED", bool(held), {"party": key, "licences": held})

    def _note_exits(self, key: str, book: Book, day: int) -> None:
        """Claims whose holder left today, at his exit or by a sale to the platform's own circle, before the loan ends."""
        exits = self.exits.setdefault(key, [])
        for claim in [*book.claims.values(), *book.closed_claims.values()]:
            inside = any(sold == day and not self._independent(key, buyer) for sold, buyer in claim.sold_to)
            if not claim.exited and (inside or claim.exit_due == day) and self._mismatched(key, book, claim, day):
                claim.exited = True
                loan = book.loan(required(claim.listing, "listing"))  # mismatched with a loan, so it has one
                exits.append((day, claim.subscribed_fen, claim.key, loan.ends))
        book.forget_closed(day)
        self.exits[key] = [e for e in exits if e[0] > day - CLAIM_MEMORY_DAYS]

    def _mismatched(self, key: str, book: Book, claim: Claim, day: int) -> bool:
        loan = book.loans.get(claim.listing) if claim.listing is not None else None
        if loan is None or loan.disbursed_on is None or loan.repaid or loan.ends == FAR or loan.ends - 1 <= day:
            return False
        return not any(sold <= day and self._independent(key, buyer) for sold, buyer in claim.sold_to)

    def _independent(self, key: str, buyer: str) -> bool:
        return self.world.watch.institutions[key].tier(buyer) not in ("P", "R1", "R2")

    def _judge(self, key: str, book: Book, day: int) -> Finding | None:
        outstanding = book.outstanding_fen()
        if outstanding <= 0:
            return None
        now = day_start_us(day + 1)
        values, gaps = self._values(book, outstanding, day)
        line = self.in_force("mismatch", now)
        severity = NO_SEVERITY
        for level, at in ((YELLOW, 0), (RED, 1)):
            if gaps[30] >= to_ppm(line["gap30"][at]) or values["wal_ratio_ppm"] >= to_ppm(line["wal"][at]):
                severity = level
        exits = self.exits[key]
        early = sum(fen for _, fen, _, _ in exits)
        if early >= CLAIM_LEVEL_FEN and ppm(early, outstanding) >= CLAIM_LEVEL_PPM:
            severity = max(severity, YELLOW)
        demand = sum(claim.principal_fen for claim in self._on_demand(book))
        if demand > DEMAND_FEN and self._owed_after(book, day + 7):
            severity = RED
        if severity == NO_SEVERITY:
            return None
        gap_fen = max(0, gaps[30] * outstanding // PPM)
        values |= {"outstanding_fen": outstanding, "early_exits_fen": early, "on_demand_fen": demand}
        return Finding(self.id, key, now, severity, max(gap_fen, early), values,
                       (now - CLAIM_MEMORY_DAYS * DAY_US if early else now - DAY_US, now), key=day)  # fmt: skip

    def _values(self, book: Book, outstanding: int, day: int) -> tuple[dict[str, int | float], dict[int, int]]:
        gaps = {}
        for h in HORIZONS:
            due_to = sum(fen for due, fen in book.owed_to_investors.items() if due <= day + h)
            due_from = sum(fen for due, fen in book.owed_by_borrowers.items() if due <= day + h)
            gaps[h] = (due_to - due_from) * PPM // outstanding
        owed, own = self.life(book.owed_to_investors, day), self.life(book.owed_by_borrowers, day)
        ratio = own[0] * owed[1] * PPM // (own[1] * owed[0]) if own[1] and owed[0] else 0
        values: dict[str, int | float] = {f"gap{h}_ppm": gaps[h] for h in HORIZONS}
        values["wal_assets_days"] = decimal_days(*own)
        values["wal_liabilities_days"] = decimal_days(*owed)
        values["wal_ratio_ppm"] = ratio
        return values, gaps

    @staticmethod
    def life(ladder: dict[int, int], day: int) -> tuple[int, int]:
        """``(Σ days·fen, Σ fen)`` of a ladder; what is overdue has no life left."""
        known = [(due, fen) for due, fen in ladder.items() if due != FAR and fen > 0]
        return sum(max(0, due - day) * fen for due, fen in known), sum(fen for _, fen in known)

    @staticmethod
    def _on_demand(book: Book) -> list[Claim]:
        """Claims on products that may be left at any time."""
        return [
            claim
            for claim in book.claims.values()
            if claim.product is not None and claim.product in book.products
            and not book.products[claim.product].term_days and claim.exit_due <= claim.since
        ]  # fmt: skip

    @staticmethod
    def _owed_after(book: Book, day: int) -> int:
        return sum(fen for due, fen in book.owed_by_borrowers.items() if due > day)

    def evidence(self, finding: Finding) -> Evidence:
        book, day = self.world.obligations.books[finding.subject], finding.key
        ladder_to = sorted((due, fen) for due, fen in book.owed_to_investors.items() if fen)
        ladder_from = sorted((due, fen) for due, fen in book.owed_by_borrowers.items() if fen)
        claims = sorted((c for c in book.claims.values() if c.running), key=lambda c: (c.due, c.key))
        loans = [loan for _, loan in sorted(book.loans.items()) if loan.disbursed_on is not None]
        events = [c.event for c in claims] + [loan.event for loan in loans if loan.event[1]]
        events += [i.event for loan in loans for _, i in sorted(loan.plan.items())]
        return Evidence(
            formulas={
                "gap<h>_ppm": "(sum(owed_to_investors due <= day + h) - sum(owed_by_borrowers due <= day + h)) / outstanding",
                "wal_*_days": "sum(max(0, due - day) * fen) / sum(fen)",
                "outstanding_fen": "sum(owed_to_investors)",
                "early_exits_fen": "sum(early_exits.fen)",
                "on_demand_fen": "sum(on_demand.fen)",
            },
            inputs={
                "day": day,
                "owed_to_investors": [[due, fen] for due, fen in ladder_to],
                "owed_by_borrowers": [[due, fen] for due, fen in ladder_from if due != FAR],
                "owed_by_borrowers_without_date_fen": sum(fen for due, fen in ladder_from if due == FAR),
                "early_exits": [[when, fen, claim, ends] for when, fen, claim, ends in self.exits[finding.subject]],
                "on_demand": sorted([claim.key, claim.principal_fen] for claim in self._on_demand(book)),
            },
            events=sorted(set(events)),
            excuses=[self._licensed(finding.subject, day)],
            thresholds={
                "mismatch": self.in_force("mismatch", finding.time),
                "claim_level_fen": CLAIM_LEVEL_FEN,
                "claim_level_ppm": CLAIM_LEVEL_PPM,
                "demand_fen": DEMAND_FEN,
            },
        )


def decimal_days(weighted: int, fen: int) -> int | float:
    """Days to one decimal, rounded half up; a whole number stays an int."""
    tenths = (20 * weighted + fen) // (2 * fen) if fen else 0
    return tenths // 10 if tenths % 10 == 0 else tenths / 10
