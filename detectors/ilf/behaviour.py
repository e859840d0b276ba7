"""Investors inferred from behaviour alone: who is paid back like one (catalogue §2); shown apart, counted towards no line."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from chuantou.detectors.ilf.gatherers import Gathering
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import IS_UNSTATED
from chuantou.graph.ledger import CLIENT
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

LEAST_PAYMENTS, SHARE_PERCENT = 2, 25
SPACING_DAYS = (7, 100)


def paid_like_investors(world: World, g: Gathering) -> Iterator[tuple[int, list[int]]]:
    """``(person, log indices of what he gave)`` of those who gave nothing by class or memo, and are paid back like investors.

    At least two payments, each at most a quarter of what he had paid in by then, 7 to 100 days apart.
    """
    back = g.gifts.back
    candidates = np.setdiff1d(back.person, g.gifts.given.person)
    if not len(candidates):
        return
    log, base, used = world.ledger.log, world.ledger.base, world.ledger.end - world.ledger.base
    mine = np.zeros(len(world.parties) + 1, np.bool_)
    mine[[world.parties.get(party) for party in (*g.members, *g.hand) if world.parties.get(party) != NONE]] = True
    his = np.zeros(len(world.parties) + 1, np.bool_)
    his[candidates] = True
    at = np.flatnonzero(mine[log.payee[:used]] & his[log.payer[:used]] & IS_UNSTATED[log.flow_class[:used]])
    at = at[log.kind[at] != CLIENT]
    for who in np.unique(log.payer[at]).tolist():
        rows = at[log.payer[at] == who]
        paid = back.where(back.person == who)
        put = [(time, fen) for time, fen in zip(log.time[rows].tolist(), log.fen[rows].tolist())]
        got = list(zip(paid.time.tolist(), paid.fen.tolist()))
        if fits(put, got):
            yield who, (rows + base).tolist()


def fits(put: list[tuple[int, int]], got: list[tuple[int, int]]) -> bool:
    """Whether some two neighbouring payments ``(µs, fen)`` are returns on what was put in before them."""
    returns = [time for time, fen in got if fen * 100 <= SHARE_PERCENT * sum(given for at, given in put if at < time)]
    first, last = SPACING_DAYS
    return len(returns) >= LEAST_PAYMENTS and any(
        first <= shanghai_day(b) - shanghai_day(a) <= last for a, b in pairwise(returns)
    )
