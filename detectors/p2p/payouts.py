"""Whose money a platform's payouts to investors were made of: classes of roots, and sums over windows (P2P-02)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import ppm
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.pots import METHODS, Pots
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

# classes of roots, catalogue P2P-02 (i) … (vi)
SAME, OTHER_LOAN, OTHERS, OWN, GUARANTOR, UNKNOWN = "same", "other_loan", "others", "own", "guarantor", "unknown"
CLIENT_ROOT = "client"  # the same investor's own principal, or another's: the payout decides
IS_RETURN = class_mask("RETURN_PRIN", "RETURN_INT", "REFUND")  # a refund that is none is a return (LA-REFUND decides)
IS_REPAY = class_mask("REPAY_PRIN", "REPAY_INT")


@dataclass
class Payout:
    """One return to an investor: ``parts[method]`` is fen by class of root."""

    at: int
    time: int
    payee: int
    fen: int
    parts: dict[str, Counter[str]]


class Roots:
    """The class of every row that brings money into the pots, and how much of it was investors' money before."""

    def __init__(self, world: World, platform: str, pots: Pots, tainted: dict[int, int]) -> None:
        self.world, self.pots = world, pots
        log, at = world.ledger.log, pots.rows - world.ledger.base
        self.payer, self.payee = log.payer[at], log.payee[at]
        self.listing, self.flow, self.kind = log.listing[at], log.flow_class[at], log.kind[at]
        self.time = log.time[at]
        self.tainted = [tainted.get(index, 0) for index in pots.rows.tolist()]
        self.returned: frozenset[int] = frozenset()  # places of the returns in ``pots.rows``
        self.label = [self._label(platform, i) if pots.enters[i] else "" for i in range(len(at))]

    def _label(self, platform: str, i: int) -> str:
        if self.kind[i] == CLIENT:
            return CLIENT_ROOT
        payer, listing = int(self.payer[i]), int(self.listing[i])
        borrower = int(self.world.listing_table.borrower[listing]) if listing != NONE else NONE
        if IS_REPAY[self.flow[i]] or (payer != NONE and payer == borrower):
            return SAME
        name = self.world.parties.names[payer] if payer != NONE else ""
        tier = self.world.watch.institutions[platform].tier(name)
        if tier in ("P", "R1", "R2"):
            return OWN
        day = shanghai_day(int(self.time[i]))
        licensed = self.flow[i] == CLASS_ID["COMPENSATE_3P"] and self.world.register.has_licence(name, "guarantee", day)
        return GUARANTOR if licensed else UNKNOWN

    def split(self, payout: int, parts: list[tuple[int, int]]) -> Counter[str]:
        """Fen by class of what ``rows[payout]`` was made of."""
        out: Counter[str] = Counter()
        for root, fen in parts:
            if root < 0 or root == payout:  # there before the view begins, or never seen to come in
                out[UNKNOWN] += fen
                continue
            label = self.label[root]
            if label == CLIENT_ROOT:
                mine = self.payer[root] != NONE and self.payer[root] == self.payee[payout]
                out[SAME if mine else OTHERS] += fen
                continue
            if label == SAME and self.listing[root] != self.listing[payout]:
                label = OTHER_LOAN
            theirs = fen * self.tainted[root] // int(self.pots.fen[root])
            out[OTHERS] += theirs
            out[label] += fen - theirs
        return out

    def payouts(self, since: int, refunds: NDArray[np.bool_]) -> list[Payout]:
        """Returns to investors later than ``since``, in order; ``refunds`` bool[n] are none."""
        returns = self.pots.leaves & ~self.pots.enters & IS_RETURN[self.flow] & ~refunds & (self.time > since)
        self.returned = frozenset(np.flatnonzero(returns).tolist())
        return [
            Payout(i, int(self.time[i]), int(self.payee[i]), int(self.pots.fen[i]),
                   {method: self.split(i, self.pots.made_of(i, method)) for method in METHODS})
            for i in np.flatnonzero(returns).tolist()
        ]  # fmt: skip

    def most_of_others(self, payouts: set[int]) -> int:
        """The upper bound: all pots as one, investors' money kept for the ``payouts``, everything else paid from the rest."""
        others, rest, most = 0, sum(fen for _, fen in self.pots.openings), 0
        for i, fen in enumerate(self.pots.fen.tolist()):
            if self.pots.enters[i] and not self.pots.leaves[i]:
                theirs = fen if self.label[i] == CLIENT_ROOT else self.tainted[i]
                others, rest = others + theirs, rest + fen - theirs
            elif self.pots.leaves[i] and not self.pots.enters[i]:
                first = min(fen, others) if i in payouts else max(0, min(others, fen - rest))
                most += first if i in payouts else 0
                others, rest = others - first, max(0, rest - (fen - first))
        return most


def window_values(window: list[Payout], most: int) -> dict[str, Any]:
    """The computed values over the payouts of one window (contract, P2P-02); ``most``: fen of the upper bound."""
    paid = sum(payout.fen for payout in window)
    total = {method: Counter[str]() for method in METHODS}
    for payout in window:
        for method in METHODS:
            total[method].update(payout.parts[method])
    return {
        "payouts_fen": paid,
        "n_payees": len({payout.payee for payout in window}),
        **{f"npo_{method}_ppm": ppm(total[method][OTHERS], paid) for method in METHODS},
        "npo_maxflow_ppm": ppm(most, paid),
        "cross_fifo_ppm": ppm(total["fifo"][OTHER_LOAN], paid),
        "support_fifo_ppm": ppm(total["fifo"][OWN], paid),
        "unknown_ppm": ppm(total["fifo"][UNKNOWN], paid),
    }
