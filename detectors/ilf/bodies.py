"""Bodies that take persons' investments, watched or not, and the accounts in one hand with each (ILF-05)."""

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import IS_RESERVE, NONE
from chuantou.graph.columns import Columns
from chuantou.graph.flow_class import CLASS_ID, IS_UNSTATED
from chuantou.graph.ledger import CLIENT
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment, World

INVEST = CLASS_ID["INVEST_IN"]
LEAST_CREDITS = 2  # a party with fewer investments ever is no body yet


def is_investment(world: World, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[n]: at these places of the log a person invests: by the stated class, else by what the root says."""
    log = world.ledger.log
    unstated = IS_UNSTATED[log.flow_class[at]] & (log.kind[at] == CLIENT)
    person = world.party_table.person[log.payer[at]] & (log.payer[at] != NONE)
    return person & ((log.flow_class[at] == INVEST) | unstated)


class Bodies:
    """``of`` int32[parties]: the body in whose hand a party is – itself, or one that controls it (R1) – or NONE.

    A body is a party that persons paid investments twice or oftener, on its account or one that holds money for it. Of
    bodies in one hand the one with the most investments stands for all, of equals the first by name.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.counts = Columns({"credits": (np.int64, 0)})
        self.of: NDArray[np.int32] = np.empty(0, np.int32)
        self.circle: dict[int, list[int]] = {}  # body -> parties in its hand, sorted by name
        self._made_for: tuple[int, int, int] | None = None
        self._day = NONE

    def note(self, s: Segment) -> None:
        """Count the investments of a segment."""
        world = self.world
        at = np.arange(s.first, s.end, dtype=np.int64) - world.ledger.base
        took = is_investment(world, at) & ~IS_RESERVE[world.accounts.table.role[s.creditor]]
        if not took.any():
            return
        self.counts.reserve(len(world.parties))
        platform = world.accounts.table.platform[s.creditor[took]]
        taker = np.where(platform != NONE, platform, s.payee_party[took])
        np.add.at(self.counts.credits, taker[taker != NONE], 1)

    @property
    def any(self) -> bool:
        """Whether there is any body."""
        return bool((self.counts.credits >= LEAST_CREDITS).any())

    def refresh(self, day: int) -> None:
        """Draw the circles again where a body was added or the register has changed."""
        world = self.world
        bodies = np.flatnonzero(self.counts.credits[: len(world.parties)] >= LEAST_CREDITS).tolist()
        made_for = (len(bodies), world.register.version, len(world.parties))
        still = self._made_for is not None and self._made_for[:2] == made_for[:2]
        if still and not world.register.window_moves(self._day, day):
            grown = np.full(len(world.parties), NONE, np.int32)
            grown[: len(self.of)] = self.of
            self.of = grown
            return
        self._made_for, self._day = made_for, day
        self.of, self.circle = np.full(len(world.parties), NONE, np.int32), {}
        names, credits = world.parties.names, self.counts.credits
        for body in sorted(bodies, key=lambda party: (-int(credits[party]), names[party])):
            if self.of[body] != NONE:
                continue
            related = world.register.related(names[body], day)
            held = [body, *(world.parties.get(name) for name, relation in related.items() if one_control(relation))]
            free = [party for party in held if party != NONE and self.of[party] == NONE]
            self.of[free] = body
            self.circle[body] = sorted(free, key=names.__getitem__)

    def accounts_of(self, body: int) -> NDArray[np.bool_]:
        """bool[accounts]: accounts of the body's circle, and accounts that hold money for it."""
        table, inside = self.world.accounts.table, np.zeros(self.world.ledger.accounts.size, np.bool_)
        for party in self.circle[body]:
            inside[self.world.accounts.of_party.get(party, [])] = True
            inside[: table.size] |= table.platform[: len(inside)] == party
        return inside
