"""What the circles of watched institutions paid to others, and into custody, in the last days (P2P-03, P2P-05)."""

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from chuantou.graph.accounts import NONE, role_mask
from chuantou.graph.flow_class import class_mask
from chuantou.graph.ledger import LOAN
from chuantou.schemas.clock import DAY_US

if TYPE_CHECKING:
    from chuantou.graph.world import Segment, World

FED_US = 3 * DAY_US  # catalogue P2P-05: funded by the platform within three days
TRADE = ("SUPPLIER", "PAYROLL", "FEE", "REFUND", "LOAN_OUT")  # what the circle pays for a reason of its own
IS_TRADE = class_mask(*TRADE)
IS_CLIENT_ACCOUNT = role_mask("CLIENT_MASTER", "CLIENT_SUB")


class Feeding:
    """Payments of own money by institution and account, of the last ``FED_US`` and the day that closes."""

    def __init__(self) -> None:
        self.paid: deque[tuple[int, int, int]] = deque()  # (time, institution, account)

    def note(self, world: "World", s: "Segment") -> None:
        """Remember the payments of own money of a run."""
        log, base = world.ledger.log, world.ledger.base
        cluster, role = world.watch.cluster_of, world.accounts.table.role
        out_of = cluster[s.debtor]
        own = (out_of != NONE) & ~IS_CLIENT_ACCOUNT[role[s.debtor]] & (s.kind != LOAN)
        own &= (cluster[s.creditor] != out_of) | IS_CLIENT_ACCOUNT[role[s.creditor]]
        own &= ~IS_TRADE[log.flow_class[s.first - base : s.end - base]]
        for i in np.flatnonzero(own).tolist():
            self.paid.append((int(s.time[i]), int(out_of[i]), int(s.creditor[i])))

    def forget(self, before: int) -> None:
        while self.paid and self.paid[0][0] < before:
            self.paid.popleft()

    def fed(self) -> set[tuple[int, int]]:
        """(institution, account) that got own money in the days kept."""
        return {(institution, account) for _, institution, account in self.paid}
