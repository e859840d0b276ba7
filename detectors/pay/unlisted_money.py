"""Clients' money that lies overnight in accounts which nobody filed as reserve (PAY-03 d)."""

from collections import deque
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import IS_RESERVE, NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.pots import Method, Pots, pots_of
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US

WINDOW_US = 30 * DAY_US
TOPUP = CLASS_ID["TOPUP"]
# accounts of others' money by a third party's word, and the books of wallets themselves
IS_FILED = role_mask("CLIENT_MASTER", "CLIENT_SUB", "ESCROW_PRESALE", "FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP", "TAX",
                     "MERCHANT_SETTLE", "PAYMENT_ACCT", "INSURER_PREMIUM", "SEC_SETTLE")  # fmt: skip


@dataclass
class Held:
    """The view of an institution's unlisted accounts, and the places in it at which clients paid in."""

    pots: Pots
    clients: NDArray[np.int64]

    @cached_property
    def came_fen(self) -> int:
        return int(self.pots.fen[self.clients].sum())

    def left(self, method: Method) -> int:
        """Fen that clients paid in within the window and that are still there."""
        theirs = set(self.clients.tolist())
        gone = (self.pots.made_of(place, method) for place in np.flatnonzero(self.pots.leaves).tolist())
        return self.came_fen - sum(fen for parts in gone for root, fen in parts if root in theirs)


class UnlistedMoney:
    """Credits by clients (TOPUP by more than a memo) of 30 days to accounts of institutions and their R1 that are no reserve."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.credits: dict[str, deque[tuple[int, int]]] = {}  # institution -> (time, log index)

    def _unlisted(self) -> NDArray[np.bool_]:
        table = self.world.accounts.table
        return ~IS_RESERVE[table.role] & ~(IS_FILED[table.role] & table.third_party)

    def note(self, rows: range, mine: set[str]) -> None:
        """Take the credits of a day's log indices."""
        log, base, cluster = self.world.ledger.log, self.world.ledger.base, self.world.watch.cluster_of
        at = slice(rows.start - base, rows.stop - base)
        into, out_of = cluster[log.creditor[at]], cluster[log.debtor[at]]
        found = (log.flow_class[at] == TOPUP) & IS_HARD_BASIS[log.basis[at]] & (into != NONE) & (into != out_of)
        if not found.any():
            return
        found &= self._unlisted()[log.creditor[at]]
        for i in np.flatnonzero(found).tolist():
            key = self.world.watch.keys[into[i]]
            if key in mine:
                self.credits.setdefault(key, deque()).append((int(log.time[i + at.start]), i + rows.start))

    def held(self, key: str, now: int) -> Held | None:
        """What lies in the institution's unlisted accounts at ``now``; None without a client's credit in the window."""
        credits = self.credits.get(key)
        while credits and credits[0][0] < now - WINDOW_US:
            credits.popleft()
        if not credits:
            return None
        members = (self.world.watch.cluster_of == self.world.watch.index(key)) & self._fitting()
        pots = pots_of(self.world.ledger, members, now - WINDOW_US - 1, now - 1)
        clients = np.flatnonzero(np.isin(pots.rows, [row for _, row in credits]) & pots.enters)
        return Held(pots, clients) if len(clients) else None

    def _fitting(self) -> NDArray[np.bool_]:
        """The mask of unlisted accounts, as long as ``cluster_of``."""
        mask = np.zeros(len(self.world.watch.cluster_of), np.bool_)
        unlisted = self._unlisted()[: len(mask)]
        mask[: len(unlisted)] = unlisted
        return mask
