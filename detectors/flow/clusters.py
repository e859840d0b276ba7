"""Accounts that hang together, as of the last day close, and which of them are in one pair of hands (catalogue §3.8)."""

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE
from chuantou.graph.flow_windows import IS_UNWATCHED
from chuantou.graph.world import World

MOST_ANCHORS = 8  # parties around whom a cluster is drawn, for each component and day


class Clusters:
    """``component`` int64[accounts]: one number for all accounts whose owners are tied in any way, ever; its own for others.

    Components only say where to look: a cluster is what one party and its R1 parties own. Both are looked up at a day's close,
    so that nothing depends on when inside a day a tie was told.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.component = np.empty(0, np.int64)

    def refresh(self) -> None:
        """Look at what the day brought."""
        owner = self.world.accounts.table.owner[: len(self.world.accounts.ids)].astype(np.int64)
        own = ~np.arange(len(owner), dtype=np.int64)
        self.component = np.where(owner == NONE, own, self.world.roots.of_party[owner])

    def same(self, a: NDArray, b: NDArray) -> NDArray[np.bool_]:
        """bool[n]: whether two accounts hung together at the last day close; accounts met since do with nobody."""
        known = (a < len(self.component)) & (b < len(self.component))
        out = np.zeros(len(a), np.bool_)
        out[known] = self.component[a[known]] == self.component[b[known]]
        return out

    def busy(self, first_row: int, least: list[tuple[NDArray[np.int64], int]]) -> list[tuple[int, ...]]:
        """Accounts (ascending) of each component of ≥ 2 that was moved since ``first_row`` and reaches every line together.

        ``least``: figures by account, and the least sum over a component's watched accounts.
        """
        t, n = self.world.accounts.table, len(self.component)
        watched = ~(IS_UNWATCHED[t.role[:n]] & t.third_party[:n])
        figures = [np.concatenate((column[:n], np.zeros(max(0, n - len(column)), np.int64))) for column, _ in least]
        accounts = np.flatnonzero(watched & (np.sum(figures, axis=0) > 0))
        _, number = np.unique(self.component[accounts], return_inverse=True)
        groups = int(number.max()) + 1 if len(accounts) else 0
        reached = np.bincount(number, minlength=groups) >= 2
        last_out = self.world.ledger.accounts.last_out[accounts]
        reached &= np.bincount(number[last_out >= first_row], minlength=groups) > 0
        for column, (_, line) in zip(figures, least):
            total = np.zeros(groups, np.int64)
            np.add.at(total, number, column[accounts])
            reached &= total >= line
        groups_of_accounts = (accounts[number == group] for group in np.flatnonzero(reached))
        return sorted((tuple(group.tolist()) for group in groups_of_accounts), key=self._names)

    def _names(self, accounts: tuple[int, ...]) -> list[str]:
        return sorted(self.world.accounts.ids.names[account] for account in accounts)

    def in_one_hand(self, accounts: tuple[int, ...], weight: NDArray[np.int64], day: int) -> list[tuple[int, ...]]:
        """Clusters inside a component: around the owner of the largest weight, with its R1 parties, then around the next.

        At least two accounts each; at most ``MOST_ANCHORS``. The anchor's accounts come first.
        """
        by_owner: dict[str, list[int]] = {}
        for account in accounts:
            by_owner.setdefault(self.world.accounts.owner_name(account), []).append(account)
        heavy = sorted(by_owner, key=lambda owner: (-sum(int(weight[a]) for a in by_owner[owner]), owner))
        out: list[tuple[int, ...]] = []
        placed: set[str] = set()
        for anchor in heavy[:MOST_ANCHORS]:
            if anchor in placed:
                continue
            related = self.world.register.related(anchor, day)
            members = [anchor, *(p for p in related if p in by_owner and related[p].tier == "R1" and p not in placed)]
            placed.update(members)
            held = [account for member in members for account in sorted(by_owner[member], key=self._name)]
            if len(held) > 1:
                out.append(tuple(held))
        return out

    def _name(self, account: int) -> str:
        return self.world.accounts.ids.names[account]
