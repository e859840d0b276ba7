"""Clients' money that leaves one party's accounts for those of others who are entitled to none of it (AM-05, INS-03)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.pots import METHODS, Pots
from chuantou.graph.world import World


@dataclass(frozen=True)
class Crossing:
    """Payments out of the pots at ``places`` of ``pots.rows``, and what of each clients had paid in (``client``: those rows).

    ``parts``: fen of clients' money by method and payment; ``most``: the upper bound over all of them.
    """

    pots: Pots
    places: tuple[int, ...]
    client: tuple[bool, ...]
    parts: dict[str, tuple[int, ...]]
    most: int

    def fen(self, method: str) -> int:
        return self.most if method == "maxflow" else sum(self.parts[method])

    @property
    def end(self) -> int:
        """One past the last payment: no later row of the view is part of the evidence."""
        return self.places[-1] + 1

    def openings(self, world: World) -> list[list[Any]]:
        return [[world.accounts.ids.names[account], fen] for account, fen in self.pots.openings]

    def rows(self, world: World) -> list[dict[str, Any]]:
        """The view up to the last payment as plain data."""
        return [self._row(world, i) for i in range(self.end)]

    def _row(self, world: World, i: int) -> dict[str, Any]:
        pots, names, crosses = self.pots, world.accounts.ids.names, i in self.places
        return {
            "transaction": list(world.refs.of(int(pots.rows[i]))), "fen": int(pots.fen[i]), "client": self.client[i],
            "payer": None if pots.enters[i] else names[pots.debtor[i]], "crosses": crosses,
            "payee": None if pots.leaves[i] else names[pots.creditor[i]],
            "party": world.accounts.owner_name(int(pots.creditor[i])) if crosses else None,
        }  # fmt: skip


def crossing_of(pots: Pots, client: NDArray[np.bool_], places: list[int]) -> Crossing | None:
    """What of the payments at ``places`` was money of the rows ``client`` (bool[n]); None where there is no such payment."""
    if not places:
        return None
    parts: dict[str, tuple[int, ...]] = {
        method: tuple(sum(fen for root, fen in pots.made_of(i, method) if 0 <= root != i and client[root]) for i in places)
        for method in METHODS
    }
    came = int(pots.fen[: places[-1]][client[: places[-1]]].sum())
    most = max(min(sum(int(pots.fen[i]) for i in places), came), *map(sum, parts.values()))
    return Crossing(pots, tuple(places), tuple(client.tolist()), parts, most)
