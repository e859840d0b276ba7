"""Which parties hang together by ties of any kind, ever, as one array (the components of the watch list)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE

if TYPE_CHECKING:
    from chuantou.graph.world import World


class PartyRoots:
    """``of_party`` int64[parties + 1]: one party's id for all that hang together, their own for others; -1 for nobody.

    Roots only say where to look: who is in one hand, the register tells. They are as of the last day close.
    """

    def __init__(self) -> None:
        self.of_party: NDArray[np.int64] = np.full(1, NONE, np.int64)
        self._ties = 0

    def close_day(self, world: "World") -> None:
        """Look at the ties and parties that the day brought."""
        components = world.watch.components
        if len(components.parent) == self._ties and len(world.parties) < len(self.of_party):
            return
        self._ties = len(components.parent)
        roots = {party: world.parties.id(components.root(party)) for party in list(components.parent)}
        self.of_party = np.arange(len(world.parties) + 1, dtype=np.int64)
        self.of_party[-1] = NONE
        for party, root in roots.items():
            if world.parties.get(party) != NONE:
                self.of_party[world.parties.get(party)] = root
