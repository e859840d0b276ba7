"""Roles of ILF-01 in a flow: who collects, passes on and pays out (catalogue §4.6), from the windows, as of an instant.

A role describes what an account did in the last 30 days; it accuses nobody. One account may have several.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE
from chuantou.graph.flow_windows import MONTH
from chuantou.graph.windows import IN, OUT, PLAIN
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, shanghai_day
from chuantou.schemas.rules import to_ppm

COLLECTOR, TRANSIT, PAYER = "collector", "transit", "payer"
PPM = 1_000_000
MOST_PAYMENTS = 1_000_000  # a side of an account that are looked at; the windows' own figures are exact beyond it


class FlowRole(NamedTuple):
    """An account's role at the instant ``time`` and the figures that it rests on, over the window.

    payers, payees: distinct accounts on the other side; persons_in, persons_out: natural persons among them, by party;
    out_in_ppm: paid out for each million that came in; holding_us: median time that money rested, None where none was paid on.
    """

    account: int
    time: int
    role: str
    payers: int
    payees: int
    persons_in: int
    persons_out: int
    in_fen: int
    out_fen: int
    out_in_ppm: int
    holding_us: int | None


def flow_roles(world: World, now: int) -> list[FlowRole]:
    """The roles of all accounts at ``now`` (µs, not before the last transfer), by account id and role.

    The windows pick who may have a role; only those accounts' payments are looked at. Nothing where the rule pack has no
    ``flow.roles`` in force.
    """
    gate = world.rules.at("flow.roles", shanghai_day(now))
    if gate is None:
        return []
    world.flows.advance(now)
    return [role for account in candidates(world, gate).tolist() for role in roles_of(world, account, gate)]


def candidates(world: World, gate: dict[str, Any]) -> NDArray[np.int64]:
    """Accounts whose window figures allow a role: natural persons and holding times are not looked at yet."""
    came, paid = (world.flows.side(side, MONTH) for side in (IN, OUT))
    collects = (came.others >= gate["people"]) & (paid.others <= gate["few"]) & (paid.transfers > 0)
    pays = (paid.others >= gate["people"]) & (came.others <= gate["few"]) & (came.transfers > 0)
    low, high = (to_ppm(bound) for bound in gate["band"])
    even = (paid.fen >= came.fen // PPM * low) & (paid.fen // PPM <= came.fen // PPM * high // PPM + 2)
    passes = (came.transfers + paid.transfers >= gate["transfers"]) & (came.transfers > 0) & even
    return np.flatnonzero(collects | pays | passes)


def roles_of(world: World, account: int, gate: dict[str, Any]) -> Iterator[FlowRole]:
    """The roles of one account at the instant to which the windows have advanced."""
    flows = world.flows
    came, paid = (flows.side(side, MONTH, account) for side in (IN, OUT))
    in_fen, out_fen = int(came.fen), int(paid.fen)
    payers, payees = int(came.others), int(paid.others)
    persons_in, persons_out = (persons(world, account, side) for side in (IN, OUT))
    figures = (payers, payees, persons_in, persons_out, in_fen, out_fen, flows.out_in_ppm(MONTH, account))
    few, people = gate["few"], gate["people"]
    low, high = (to_ppm(bound) for bound in gate["band"])
    holding = flows.holding_us(account, MONTH, MOST_PAYMENTS)
    quick = holding is not None and holding <= gate["holding_days"] * DAY_US
    even = low * in_fen <= out_fen * PPM <= high * in_fen
    held = {
        COLLECTOR: persons_in >= people and 0 < payees <= few and out_fen * PPM >= to_ppm(gate["through"]) * in_fen,
        TRANSIT: quick and even and int(came.transfers + paid.transfers) >= gate["transfers"],
        PAYER: 0 < payers <= few and persons_out >= people,
    }
    for role, holds in held.items():
        if holds:
            yield FlowRole(account, flows.now, role, *figures, holding)


def persons(world: World, account: int, side: int) -> int:
    """Natural persons among those who paid the account (``IN``) or were paid by it (``OUT``) in the window."""
    flows, log = world.flows, world.ledger.log
    rows = flows.rows_of(account, side, flows.now - int(flows.lengths[MONTH]), MOST_PAYMENTS)
    rows = rows[flows.stored_edges(rows)["state"] & PLAIN > 0] - world.ledger.base
    parties = np.unique((log.payer if side == IN else log.payee)[rows])
    return int(world.party_table.person[parties[parties != NONE]].sum())
