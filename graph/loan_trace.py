"""Where the money of a loan went: outflows that carry a share of what came in, for a few steps (FinBench TCR8).

An edge counts when its amount exceeds ``threshold`` times the upstream of its payer: all transfers into him inside the
window. No order of time along the trace.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from chuantou.graph.edges import TimedEdges


class Reached(NamedTuple):
    """An account that the money reached: ``inflow`` by edges that count, each once; ``distance``, the first account is 1."""

    account: int
    inflow: int
    distance: int


def loan_trace(
    flows: TimedEdges, transfers: TimedEdges, starts: Iterable[int], threshold: Fraction, after: int, before: int, steps: int = 3
) -> list[Reached]:
    """Accounts reached from ``starts`` by at most ``steps`` counting edges of ``flows`` inside the window, by id.

    ``transfers`` are the edges that make an upstream. A start is listed only when it is reached again.
    """
    level = sorted(set(starts))
    expanded: set[int] = set()
    inflow: dict[int, int] = {}
    distance: dict[int, int] = {}
    for step in range(steps):
        following: set[int] = set()
        for account in level:
            expanded.add(account)
            arriving = transfers.incoming.window(account, after, before)
            floor = threshold * int(transfers.incoming.amount[arriving].sum())
            leaving = flows.outgoing.window(account, after, before)
            for other, amount in zip(flows.outgoing.neighbour[leaving].tolist(), flows.outgoing.amount[leaving].tolist()):
                if amount > floor:
                    inflow[other] = inflow.get(other, 0) + amount
                    distance.setdefault(other, step + 2)
                    following.add(other)
        level = sorted(following - expanded)
    return [Reached(account, inflow[account], distance[account]) for account in sorted(inflow)]
