"""Payments out of clients' money to somebody who is not its client, and how much of them ended where (P2P-18)."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from chuantou.detectors.contract import ppm
from chuantou.detectors.p2p.proceeds import Loan, Proceeds
from chuantou.graph.accounts import NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID, FLOW_CLASSES
from chuantou.graph.ledger import CLIENT
from chuantou.graph.pots import METHODS, Pots, pots_of
from chuantou.graph.world import World

MANNERS = (*METHODS, "maxflow")
# ends to which clients' money has no business to go, whoever owns them: securities, funds, trusts
IS_WEALTH = role_mask("SEC_SETTLE", "FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP")
SPENT = ("REALESTATE", "SECURITIES")  # sectors of their owners
CASH_OUT = CLASS_ID["CASH_OUT"]


class Arrival(NamedTuple):
    """What of one exit had reached non-entitled ends by ``time``, by manner, and the most at one end (FIFO, pro-rata)."""

    time: int
    row: int
    fen: dict[str, int]
    single: dict[str, int]


@dataclass
class Exit:
    """``client_fen``: how much of the payment was clients' money, by manner; all of it where it left designated custody."""

    loan: Loan
    pot: int
    custody: bool
    to_borrower: bool
    round_trip_ppm: int
    client_fen: dict[str, int] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)

    def counts(self, sink_fen: int) -> bool:
        return not self.to_borrower or ppm(sink_fen, self.loan.fen) >= self.round_trip_ppm

    def by(self, time: int) -> Arrival | None:
        return next((arrival for arrival in reversed(self.arrivals) if arrival.time <= time), None)


@dataclass
class Clients:
    """One platform: who paid in and where, what came in, and what went out; log indices in ``inflow`` and ``fees``."""

    parties: set[int] = field(default_factory=set)
    pots: set[int] = field(default_factory=set)  # its own accounts into which clients paid
    inflow: deque[tuple[int, int, int]] = field(default_factory=deque)  # (time, fen, log index)
    fees: deque[tuple[int, int, int]] = field(default_factory=deque)
    exits: dict[int, Exit] = field(default_factory=dict)
    new_fees: bool = False

    def forget(self, before: int, base: int) -> None:
        for past in (self.inflow, self.fees):
            while past and (past[0][0] <= before or past[0][2] < base):
                past.popleft()
        for root in [r for r, e in self.exits.items() if e.loan.time <= before or r < base]:
            del self.exits[root]


def within(past: deque[tuple[int, int, int]], after: int, until: int) -> list[tuple[int, int, int]]:
    return [entry for entry in past if after < entry[0] <= until]


def wealth_ends(world: World) -> frozenset[int]:
    """Accounts of securities, funds, trusts and of those who sell houses or securities."""
    table = world.accounts.table
    ends = set(np.flatnonzero(IS_WEALTH[table.role]).tolist())
    for party in world.register.of_sectors(SPENT):
        ends.update(world.accounts.of_party.get(world.parties.get(party), ()))
    return frozenset(ends)


def cash_ends(world: World, after: int, until: int) -> set[int]:
    """Accounts that stand for cash: paid by a CASH_OUT between two instants."""
    log, (first, stop) = world.ledger.log, world.ledger.between(after, until)
    return set(log.creditor[first:stop][log.flow_class[first:stop] == CASH_OUT].tolist())


def own_pots(world: World, pots: set[int], after: int, until: int) -> Pots:
    """The view of the platform's own accounts into which clients paid."""
    members = np.zeros(world.ledger.accounts.size, np.bool_)
    members[sorted(pots)] = True
    return pots_of(world.ledger, members, after, until)


def client_parts(world: World, pots: Pots, at: int) -> dict[str, int]:
    """Of ``pots.rows[at]``: fen that clients had paid in, by manner; the most: as if clients' money was kept for it."""
    kind = world.ledger.log.kind[pots.rows - world.ledger.base]
    is_client = pots.enters & (kind == CLIENT)
    parts = {
        method: sum(fen for root, fen in pots.made_of(at, method) if 0 <= root != at and is_client[root]) for method in METHODS
    }
    most = min(int(pots.fen[at]), int(pots.fen[:at][is_client[:at]].sum()))
    return parts | {"maxflow": max(most, *parts.values())}


def arrivals(world: World, exit_: Exit, p: Proceeds, most: int) -> list[Arrival]:
    """Every instant at which money of the exit reached an end; of more than ``most``, the first ones and the last."""
    whole = p.trace()
    reached = np.flatnonzero(p.sinks[p.creditor] & ((whole.hop > 0) | (np.arange(len(p.creditor)) == p.flow.root))).tolist()
    return [arrival(world, exit_, p, at) for at in [*reached[: most - 1], *reached[most - 1 :][-1:]]]


def arrival(world: World, exit_: Exit, p: Proceeds, at: int) -> Arrival:
    traced = p.trace(at + 1)
    sink = {"fifo": traced.fifo_sink_fen, "prorata": traced.prorata_sink_fen, "lifo": traced.lifo_sink_fen,
            "maxflow": traced.maxflow_sink_fen}  # fmt: skip
    whole = exit_.loan.fen
    # less of a loan than this at the platform's circle is its borrower's own affair
    part = {name: exit_.client_fen[name] if exit_.counts(sink[name]) else 0 for name in MANNERS}
    fen: dict[str, int] = {name: part[name] * sink[name] // whole for name in METHODS}
    fen["maxflow"] = min(part["maxflow"], sink["maxflow"])
    single = {}
    for name, moved in (("fifo", traced.fifo_fen), ("prorata", traced.prorata_fen)):
        ends: dict[int, int] = {}
        for i in np.flatnonzero(p.sinks[p.creditor[: at + 1]]).tolist():
            ends[int(p.creditor[i])] = ends.get(int(p.creditor[i]), 0) + int(moved[i])
        single[name] = max((part[name] * end // whole for end in ends.values()), default=0)
    time = int(world.ledger.log.time[p.flow.rows[at] - world.ledger.base])
    return Arrival(time, int(p.flow.rows[at]), fen, single)


def class_of(world: World, row: int) -> str:
    return FLOW_CLASSES[world.ledger.log.flow_class[row - world.ledger.base]]


def is_custody(world: World, account: int, platform: str) -> bool:
    """A client account that a third party designated for this platform."""
    t = world.accounts.table
    named = t.platform[account] != NONE and world.parties.names[t.platform[account]] == platform
    return bool(t.third_party[account]) and named and world.accounts.role_of(account).startswith("CLIENT_")
