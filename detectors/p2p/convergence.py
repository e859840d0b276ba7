"""SF3: proceeds of several borrowers that come together in one cluster (catalogue P2P-04)."""

from dataclasses import dataclass

import numpy as np

from chuantou.detectors.p2p.proceeds import Loan, follow_proceeds
from chuantou.graph.accounts import NONE
from chuantou.graph.watch import one_control
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, shanghai_day

WITHIN_US = 30 * DAY_US
BACK_US = 90 * DAY_US  # loans paid out further apart than this are no common scheme [E]
SHARE_PPM = 500_000
BORROWERS = 3


@dataclass
class Hub:
    """A cluster at which ≥ 3 borrowers' money arrived: ``loans`` with the instant of half their money, in time order."""

    parties: tuple[str, ...]
    loans: list[tuple[Loan, int]]

    @staticmethod
    def accounts(world: World, parties: tuple[str, ...]) -> list[int]:
        """Every account of the cluster."""
        return sorted(a for party in parties for a in world.accounts.of_party.get(world.parties.get(party), ()))

    def traced(self, world: World, loans: list[tuple[Loan, int]]) -> dict[str, int]:
        """Σ of what arrived at the cluster by each method, in fen."""
        total = dict.fromkeys(("fifo", "prorata", "lifo", "maxflow"), 0)
        for loan, when in loans:
            traced = follow_proceeds(world, loan, when, self.accounts(world, self.parties)).trace()
            for method in total:
                total[method] += getattr(traced, f"{method}_sink_fen")
        return total


def hubs(world: World, loans: list[Loan], now: int) -> list[Hub]:
    """Clusters in which half of the proceeds of three or more borrowers of one platform arrived within 30 days."""
    recent = sorted((x for x in loans if x.time >= now - BACK_US), key=lambda x: x.root)
    if len({loan.borrower for loan in recent}) < BORROWERS:
        return []
    arrived: dict[int, list[tuple[int, Loan]]] = {}
    for loan in recent:
        for party, when in loan.halves.items():
            arrived.setdefault(party, []).append((when, loan))
    out = []
    for parties in clusters(world, sorted(arrived, key=world.parties.names.__getitem__), shanghai_day(now)):
        first: dict[int, tuple[int, Loan]] = {}
        hits = sorted((hit for p in parties for hit in arrived[p]), key=lambda hit: (hit[0], hit[1].root))
        for when, loan in hits:
            if loan.borrower not in parties:
                first.setdefault(loan.borrower, (when, loan))
        if len(first) >= BORROWERS:
            names = tuple(sorted(world.parties.names[p] for p in parties))
            out.append(Hub(names, [(loan, when) for when, loan in first.values()]))
    return out


def half_arrived(world: World, loan: Loan, now: int) -> dict[int, int]:
    """For each party that took in half of the loan (FIFO) within 30 days: the instant at which it had it."""
    p = follow_proceeds(world, loan, min(now, loan.time + WITHIN_US), ())
    traced = p.trace()
    taken: dict[int, int] = {}
    when: dict[int, int] = {}
    for i in np.flatnonzero(traced.fifo_fen > 0).tolist():
        to = int(p.creditor[i])
        if i == p.flow.root or to >= len(p.flow.accounts) or p.terminals[to]:
            continue
        account = int(p.flow.accounts[to])
        party = int(world.accounts.table.owner[account]) if account != NONE else NONE
        payer = int(world.ledger.log.payer[p.flow.rows[i] - world.ledger.base])
        if party in (NONE, payer, p.loan.borrower):
            continue
        taken[party] = taken.get(party, 0) + int(traced.fifo_fen[i])
        if party not in when and taken[party] * 1_000_000 >= SHARE_PPM * p.loan.fen:
            when[party] = int(world.ledger.log.time[p.flow.rows[i] - world.ledger.base])
    return when


def clusters(world: World, parties: list[int], day: int) -> list[list[int]]:
    """Parties in the same hands (§3.8), groups in the order of their first party; ``parties`` come sorted by name."""
    place = {party: i for i, party in enumerate(parties)}
    group = {party: [party] for party in parties}
    index = {world.parties.names[party]: party for party in parties}
    for party in parties:
        related = world.register.related(world.parties.names[party], day)
        for name in sorted(related.keys() & index.keys()):
            other = index[name]
            if one_control(related[name]) and group[other] is not group[party]:
                merged = sorted(group[party] + group[other], key=place.__getitem__)
                for member in merged:
                    group[member] = merged
    return [group[party] for party in parties if group[party][0] == party]
