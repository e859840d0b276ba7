"""Capital paid into an institution: who paid it, what stood behind it, and what it was made of (REG-03)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.lookalikes import hard_class
from chuantou.graph.accounts import IS_LOOP_BLOCKED, NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.ownership import Window
from chuantou.graph.pots import METHODS, Pots, pots_of
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

MAX_HOPS = 6
MOST_ACCOUNTS = 200  # looked at behind one institution's capital; reaching it is reported
LEAST_PPM = 10_000  # a payer who brings less than a hundredth of the capital is not looked behind
# what an institution owes anyway: whoever pays it in again brings his own money
EARNED = ("DIVIDEND", "PAYROLL", "WITHDRAW", "RETURN_PRIN", "RETURN_INT", "BONUS", "REFUND", "SUPPLIER", "SWEEP", "POOL_SWEEP",
          "MERCH_SETTLE", "CLAIM_PAY")  # fmt: skip
LOAN_OUT = CLASS_ID["LOAN_OUT"]
OWN, CLIENT, LENT = "own", "client", "lent"
MANNERS = (*METHODS, "maxflow")


@dataclass
class Behind:
    """The accounts behind some capital payments, as pots, with the ``time`` of each row; ``label`` says whose money of the
    institution's circle a row brings in, or is empty; ``paid``: places of the capital payments in the rows."""

    pots: Pots
    time: NDArray[np.int64]
    label: list[str]
    paid: list[int]
    truncated: bool

    def parts(self, reach_us: int) -> dict[int, dict[str, int]]:
        """By log index of each capital payment: fen of it that was the circle's no longer before, by manner."""
        out, used = {}, 0
        for at in self.paid:
            counts = [bool(name) and int(self.time[at]) - int(when) <= reach_us for name, when in zip(self.label, self.time)]
            part = {m: sum(fen for root, fen in self.pots.made_of(at, m) if 0 <= root != at and counts[root]) for m in METHODS}
            came = sum(int(self.pots.fen[row]) for row in range(at) if counts[row])
            most = max(min(int(self.pots.fen[at]), came - used), *part.values())
            used += most
            out[int(self.pots.rows[at])] = part | {"maxflow": most}
        return out


class Sources(NamedTuple):
    """Accounts that hold the institution's own money, or its clients', and who of its circle may have lent (party ids)."""

    own: frozenset[int]
    client: frozenset[int]
    lenders: frozenset[int]


def sources_of(world: World, key: str, day: int) -> Sources:
    """The institution's and its subsidiaries' accounts, the client accounts kept for it, and its R1 and R2 without banks."""
    institution, table, ids = world.watch.institutions[key], world.accounts.table, world.parties
    below = [party for party, share in world.register.effective_ppm(key, day).items() if share > 500_000]
    held = {a for party in (key, *below) for a in world.accounts.of_party.get(ids.get(party), ())}
    client = set(np.flatnonzero(table.platform[: table.size] == ids.get(key)).tolist())
    banks = world.register.banks(Window(day, day))
    lenders = {ids.get(party) for party, r in institution.related.items() if r.tier in ("R1", "R2") and party not in banks}
    return Sources(frozenset(held - client), frozenset(client), frozenset(lenders - {NONE}))


def behind(world: World, key: str, rows: Iterable[int], since: int, until: int) -> Behind:
    """Look behind the capital payments ``rows`` (log indices) from ``since`` to ``until`` (µs), payer by payer."""
    rows = np.array(sorted(rows), np.int64)
    sources = sources_of(world, key, shanghai_day(until))
    members, truncated = _payers(world, sources, rows, since, until)
    inside = np.zeros(world.ledger.accounts.size, np.bool_)
    inside[members] = True
    pots = pots_of(world.ledger, inside, since - 1, until)
    pots.openings.sort(key=lambda held: world.accounts.ids.names[held[0]])
    label = [label_of(world, sources, int(row)) if enters else "" for row, enters in zip(pots.rows, pots.enters)]
    paid = np.flatnonzero(np.isin(pots.rows, rows) & pots.leaves).tolist()
    time = world.ledger.log.time[pots.rows - world.ledger.base]
    return Behind(pots, time, label, paid, truncated or pots.truncated)


def label_of(world: World, sources: Sources, row: int) -> str:
    """Whose money a payment brings: the institution's own, its clients', a loan of its circle, or anybody else's."""
    log, at = world.ledger.log, row - world.ledger.base
    payer, stated = int(log.debtor[at]), hard_class(world, row)
    if stated in EARNED:
        return ""
    if payer in sources.client:
        return CLIENT
    if payer in sources.own:
        return OWN
    return LENT if stated == "LOAN_OUT" and int(log.payer[at]) in sources.lenders else ""


def _payers(
    world: World, sources: Sources, rows: NDArray[np.int64], since: int, until: int
) -> tuple[list[int], bool]:  # fmt: skip
    """Who paid the capital, who paid them, and so on; not the institution itself, banks, nor accounts of mixed money."""
    log, (first, stop) = world.ledger.log, world.ledger.between(since - 1, until)
    debtor, creditor, fen = log.debtor[first:stop], log.creditor[first:stop], log.fen[first:stop]
    lent = (log.flow_class[first:stop] == LOAN_OUT) & IS_HARD_BASIS[log.basis[first:stop]]
    lent &= np.isin(log.payer[first:stop], sorted(sources.lenders))  # a root: what the lender lives on is not looked at
    at = rows - world.ledger.base
    least = max(1, int(log.fen[at].sum()) * LEAST_PPM // 1_000_000)
    apart = sources.own | sources.client
    found, frontier, truncated = set[int](), {int(a) for a in log.debtor[at]}, False
    for _ in range(MAX_HOPS):
        frontier = {a for a in frontier if a not in found and a not in apart and not _is_end(world, a)}
        if not frontier or truncated:
            break
        order = sorted(frontier, key=world.accounts.ids.names.__getitem__)
        truncated = len(found) + len(order) > MOST_ACCOUNTS
        found.update(order[: MOST_ACCOUNTS - len(found)])
        into = np.isin(creditor, list(frontier)) & ~lent
        payers, of = np.unique(debtor[into], return_inverse=True)
        sums = np.zeros(len(payers), np.int64)
        np.add.at(sums, of, fen[into])
        frontier = set(payers[sums >= least].tolist())
    return sorted(found), truncated


def _is_end(world: World, account: int) -> bool:
    table = world.accounts.table
    owner = int(table.owner[account])
    if IS_LOOP_BLOCKED[table.role[account]] and table.third_party[account]:
        return True
    day = world.day
    return owner != NONE and world.register.is_bank(world.parties.names[owner], Window(day, day))


def sure(part: dict[str, int]) -> int:
    """What FIFO and pro-rata both say."""
    return min(part["fifo"], part["prorata"])


def total(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    """fen by manner."""
    out = dict.fromkeys(MANNERS, 0)
    for part in parts:
        out = {manner: out[manner] + part[manner] for manner in MANNERS}
    return out
