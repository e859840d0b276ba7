"""Marks of a listing that nobody may stand behind: who borrows, what it says, what secures it (P2P-09, F1 F4 F5 F6 F8 F9)."""

import re
import unicodedata
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import LOAN
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, shanghai_day
from chuantou.schemas.party_keys import uscc_check_ok

YOUNG_US = 30 * DAY_US
TIMES = 5  # an amount this often its capital, and its receipts, no borrower can carry
RECEIPTS_US = 365 * DAY_US  # as far as the log is kept (220 days)
CO_LENDING_US = 90 * DAY_US
ALIKE_PPM, ALIKE_BORROWERS = 900_000, 5
SHARED_BORROWERS = 5
SHINGLE = 3  # characters
LEAST_TEXT = 30  # characters: shorter descriptions are alike by necessity [E]
MOST_TEXT = 2_000
BANDS, ROWS = 16, 4  # of the MinHash signature: finds 0.9-alike texts with probability 1 − 10⁻⁷
MAX_TIED = 200  # parties looked at for shared means
MAX_ALIKE = 50
GONE = ("CANCELLED", "REVOKED")
BILL = re.compile(r"(?:发票|汇票|票据|票号|单号|提单|保理)[^0-9A-Za-z]{0,8}([0-9A-Z]{8,32})")
MULTIPLIERS = np.array([2 * n * 2_654_435_761 + 1 for n in range(1, BANDS * ROWS + 1)], np.uint64)


@dataclass
class Case:
    """One listing of a supervised platform, and what was found of it: ``marks[f]`` are the inputs of mark ``f`` that holds."""

    platform: str
    listing: str
    borrower: str
    asked_fen: int
    listed_at: int
    event: tuple[str, str]
    text: str = ""
    collateral: str = ""
    bills: tuple[str, ...] = ()
    status: str | None = None
    investors: dict[str, int] = field(default_factory=dict)  # subscriber -> fen
    first_subscribed: int = 0
    full_at: int | None = None
    decided: bool = False  # whether the full subscription was followed by a payout
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        return self.status not in ("CLOSED", "MISCARRY")


def plain_text(text: str | None) -> str:
    """Width made one, blanks and punctuation taken out, at most ``MOST_TEXT`` characters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text or "")[:MOST_TEXT])


def bills_in(*texts: str | None) -> tuple[str, ...]:
    """Numbers of bills and invoices, sorted."""
    found = {hit for text in texts for hit in BILL.findall(unicodedata.normalize("NFKC", text or "")[:MOST_TEXT])}
    return tuple(sorted(found))


def shingles(text: str) -> frozenset[str]:
    return frozenset(text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1))


class AlikeTexts:
    """Descriptions by bands of their MinHash; candidates are compared exactly by their shingles (Broder 1997)."""

    def __init__(self) -> None:
        self.by_band: dict[tuple[int, bytes], list[tuple[str, str]]] = {}
        self.text_of: dict[tuple[str, str], tuple[str, str, int]] = {}  # (platform, listing) -> borrower, plain text, µs

    def add(self, case: Case) -> None:
        key = case.platform, case.listing
        if len(case.text) < LEAST_TEXT or key in self.text_of:
            return
        self.text_of[key] = case.borrower, case.text, case.listed_at
        for band in self._bands(case.text):
            self.by_band.setdefault(band, []).append(key)

    def alike(self, case: Case) -> list[tuple[str, str, str]]:
        """``(listing, borrower, text)`` of listings by any borrower at least 0.9-alike, itself first."""
        if len(case.text) < LEAST_TEXT:
            return []
        mine = shingles(case.text)
        near = {key for band in self._bands(case.text) for key in self.by_band.get(band, ())}
        found = [(case.listing, case.borrower, case.text)]
        for key in sorted(near - {(case.platform, case.listing)}):
            borrower, text, _ = self.text_of[key]
            other = shingles(text)
            if len(mine & other) * 1_000_000 >= ALIKE_PPM * len(mine | other):
                found.append((key[1], borrower, text))
        return found[:MAX_ALIKE]

    def forget(self, before: int) -> None:
        """Drop what was listed before the instant ``before``."""
        old = {key for key, (_, _, listed_at) in self.text_of.items() if listed_at < before}
        if old:
            self.text_of = {key: told for key, told in self.text_of.items() if key not in old}
            kept = {band: [key for key in keys if key not in old] for band, keys in self.by_band.items()}
            self.by_band = {band: keys for band, keys in kept.items() if keys}

    @staticmethod
    def _bands(text: str) -> list[tuple[int, bytes]]:
        codes = np.array([zlib.crc32(part.encode()) for part in sorted(shingles(text))], np.uint64)
        signature: NDArray[np.uint64] = ((codes[:, None] * MULTIPLIERS) >> np.uint64(16)).min(axis=0)
        return [(band, signature[band * ROWS : (band + 1) * ROWS].tobytes()) for band in range(BANDS)]


def not_in_register(world: World, case: Case) -> dict[str, Any] | None:
    """F1: an organisation that no registry knows, or that was cancelled before it asked for money.

    A key with a wrong check digit that the registry itself uses is an old one and kept (§7.1).
    """
    known, (status, since) = world.register.registered_at(case.borrower), world.register.status_since(case.borrower)
    gone = status in GONE and since is not None and since < case.listed_at
    if case.borrower.startswith("person:") or (known is not None and not gone):
        return None
    check = "ok" if uscc_check_ok(case.borrower) else "USCC_CHECK"
    return {"registered_at": known, "status": status, "status_since": since, "listed_at": case.listed_at, "key_check": check}


def cannot_carry(world: World, case: Case, now: int) -> dict[str, Any] | None:
    """F4: an organisation registered within 30 days, or asking for more than five times its capital and its receipts.

    Not where a licensed bank lends beside the platform.
    """
    known, info = world.register.registered_at(case.borrower), world.register.party(case.borrower)
    if case.borrower.startswith("person:") or known is None or info is None:
        return None
    young = case.listed_at - YOUNG_US <= known <= case.listed_at
    capital = info.reg_capital_fen
    over = capital is not None and case.asked_fen > TIMES * capital
    if not (young or over):
        return None
    receipts, bank = receipts_of(world, case, now)
    if bank or not (young or case.asked_fen > TIMES * receipts):
        return None
    return {"registered_at": known, "listed_at": case.listed_at, "capital_fen": capital, "receipts_fen": receipts,
            "asked_fen": case.asked_fen}  # fmt: skip


def receipts_of(world: World, case: Case, now: int) -> tuple[int, bool]:
    """Σ credits of the borrower before the listing without loans, and whether a bank lent to it around that time."""
    ledger, party = world.ledger, world.parties.get(case.borrower)
    mine = np.zeros(ledger.accounts.size, np.bool_)
    mine[world.accounts.of_party.get(party, [])] = True
    at = ledger.rows_of(case.listed_at - RECEIPTS_US, now) - ledger.base
    at = at[mine[ledger.log.creditor[at]] & ~mine[ledger.log.debtor[at]]]
    lent = ledger.log.kind[at] == LOAN
    before = ledger.log.time[at] < case.listed_at
    receipts = int(ledger.log.fen[at[before & ~lent]].sum())
    recent = at[ledger.log.time[at] >= case.listed_at - CO_LENDING_US]
    payers = {world.parties.names[p] for p in ledger.log.payer[recent].tolist() if p != NONE}
    day = shanghai_day(case.listed_at)
    return receipts, any(world.register.has_licence(payer, "bank", day) for payer in sorted(payers))


def shared_means(world: World, case: Case, borrowers: set[str], day: int) -> dict[str, Any] | None:
    """F6: five borrowers hang together by a phone, a device or a person who signs for their accounts."""
    seen, queue, ties = {case.borrower}, deque([case.borrower]), []
    while queue and len(seen) < MAX_TIED:
        party = queue.popleft()
        for link in world.register.shared_means(party, day):
            other = link.other_end(party)
            info = world.register.party(other)
            if other in seen or (info is not None and info.sector == "BANK"):
                continue
            seen.add(other)
            queue.append(other)
            ties.append([party, other, link.kind])
    together = sorted(seen & borrowers)
    return {"borrowers": together, "ties": ties} if len(together) >= SHARED_BORROWERS else None
