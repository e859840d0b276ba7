"""How every account stands to every watched payment institution, as arrays (PAY-01, PAY-02)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import IS_RESERVE, NONE
from chuantou.graph.world import World

STRANGER, SELF, RELATED = 0, 1, 2
TIERS = ("R1", "R2")


class Standing:
    """Institutions are numbered in order of first sight.

    ``tier`` int8[institutions, accounts]: SELF for the institution's own accounts, RELATED for R1 and R2, else STRANGER;
    ``reserve_of`` int32[accounts]: the institution whose reserve the account is, or -1.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys: list[str] = []
        self.tier: NDArray[np.int8] = np.zeros((0, 0), np.int8)
        self.reserve_of: NDArray[np.int32] = np.empty(0, np.int32)
        self._made_for: tuple[int, int, int] | None = None

    def refresh(self, institutions: Iterable[str]) -> None:
        """Number new institutions, and look again where a circle, an owner or a role has changed."""
        self.keys.extend(key for key in institutions if key not in self.keys)
        watch, table = self.world.watch, self.world.accounts.table
        made_for = (watch.edition, table.size, len(self.keys))
        if self._made_for == made_for:
            return
        self._made_for = made_for
        self.tier = np.zeros((len(self.keys), table.size), np.int8)
        self.reserve_of = np.full(table.size, NONE, np.int32)
        for k, key in enumerate(self.keys):
            self.tier[k, watch.accounts_of(key, *TIERS)] = RELATED
            own = np.array(watch.accounts_of(key), np.int64)
            self.tier[k, own] = SELF
            self.reserve_of[own[IS_RESERVE[table.role[own]]]] = k

    def reserves(self, key: str) -> list[int]:
        """Reserve accounts of one institution, sorted by name: ids depend on how events came in."""
        held = np.flatnonzero(self.reserve_of == self.keys.index(key)).tolist() if key in self.keys else []
        return sorted(held, key=self.world.accounts.ids.names.__getitem__)
