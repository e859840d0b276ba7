"""Who gave a platform money, and what it paid them by the calendar: the public and the promise of P2P-20."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.ecf.projects import Paid, Stake
from chuantou.detectors.lookalikes import custody
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS, class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.watch import by_cluster
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

PAYROLL = CLASS_ID["PAYROLL"]
IS_RETURN = class_mask("RETURN_PRIN", "RETURN_INT", "BONUS", "DIVIDEND", "OTHER", "UNKNOWN")
KINDS = ("register", "inferred", "inside")
ALIKE_PERCENT = 5  # by how much equal ratios of payment to principal may differ


@dataclass
class Public:
    """Natural persons' payments into a group of platforms, in order: arrays of one length, and who is paid by the calendar.

    ``kind`` are places in ``KINDS``: an order, an obligation or the source says what it is; nobody does; staff's or kin's.
    """

    rows: NDArray[np.int64]
    investor: NDArray[np.int32]
    fen: NDArray[np.int64]
    kind: NDArray[np.int8]
    regular: list[int]  # payees who are paid one size at equal spacing, at one ratio with most of them

    def people(self, kind: str = "register") -> int:
        return len(np.unique(self.investor[self.kind == KINDS.index(kind)]))

    @property
    def gross_fen(self) -> int:
        return int(self.fen[self.kind == KINDS.index("register")].sum())


class CircleRows(NamedTuple):
    """Log indices of the transfers that enter and leave each institution's cluster, by the cluster, in order."""

    into: dict[int, NDArray[np.int64]]
    out_of: dict[int, NDArray[np.int64]]

    def of(self, places: list[int]) -> NDArray[np.int64]:
        """Those that touch any of the clusters ``places``, in order and each once."""
        sides = [side[place] for place in places for side in self if place in side]
        return np.unique(np.concatenate(sides)) if sides else np.empty(0, np.int64)


def circle_rows(world: World, since: int, now: int) -> CircleRows:
    """Transfers with ``since <= time < now`` that touch any institution's cluster."""
    log, rows, cluster = world.ledger.log, world.ledger.rows_of(since, now), world.watch.cluster_of
    into, out_of = cluster[log.creditor[rows - world.ledger.base]], cluster[log.debtor[rows - world.ledger.base]]
    return CircleRows(by_cluster(into, rows), by_cluster(out_of, rows))


def public_of(world: World, keys: list[str], circles: CircleRows, share_ppm: int, calendar: bool) -> Public:
    """What the public paid into the circles of ``keys`` by ``circles``; with ``calendar``, the rhythm of what it got."""
    log, cluster, places = world.ledger.log, world.watch.cluster_of, sorted(world.watch.index(key) for key in keys)
    rows = circles.of(places)
    at = rows - world.ledger.base
    comes, goes = (np.logical_or.reduce([side == place for place in places])
                   for side in (cluster[log.creditor[at]], cluster[log.debtor[at]]))  # fmt: skip
    payer = log.payer[at]
    given = comes & ~goes & (log.kind[at] == CLIENT) & (payer != NONE) & world.party_table.person[payer]
    inside = _insiders(world, keys, rows[goes & (log.flow_class[at] == PAYROLL)])
    kind = np.where(np.isin(payer, inside), 2, np.where(IS_HARD_BASIS[log.basis[at]], 0, 1))[given].astype(np.int8)
    paid = goes & ~comes & IS_RETURN[log.flow_class[at]] & (log.payee[at] != NONE)
    regular = _regular(world, rows[given], rows[paid].tolist(), share_ppm) if calendar else []
    return Public(rows[given], payer[given], log.fen[at[given]], kind, regular)


def _insiders(world: World, keys: list[str], payroll: NDArray[np.int64]) -> NDArray[np.int64]:
    """Staff by their pay, and kin and officers of the circle: money of certain persons is no public's (特定对象)."""
    log, base = world.ledger.log, world.ledger.base
    tied = {party for key in keys for party, r in world.watch.institutions[key].related.items() if r.tier in ("R1", "R2")}
    staff = set(log.payee[payroll - base].tolist()) | {world.parties.get(party) for party in tied}
    return np.array(sorted(staff - {NONE}), np.int64)


def _regular(world: World, given: NDArray[np.int64], paid: list[int], share_ppm: int) -> list[int]:
    """Payees outside custody who get one size at equal spacing, if most of them get it at one ratio to what they gave."""
    log, base = world.ledger.log, world.ledger.base
    stakes: dict[int, Stake] = {}
    for row in given.tolist():
        put = Paid(int(log.time[row - base]), int(log.fen[row - base]), "", "", row)
        stakes.setdefault(int(log.payer[row - base]), Stake()).put.append(put)
    excused: dict[int, bool] = {}
    for row in paid:
        account, payee = int(log.debtor[row - base]), int(log.payee[row - base])
        if account not in excused:
            excused[account] = custody(world, account, shanghai_day(int(log.time[row - base]))).holds
        if payee in stakes and not excused[account]:
            stakes[payee].got.append(Paid(int(log.time[row - base]), int(log.fen[row - base]), "", "", row))
    steady = {who: s for who, s in stakes.items() if s.got and s.is_regular() and s.is_fixed()}
    ratios = {who: s.interest()[0][1] * 1_000_000 // s.put_fen for who, s in steady.items()}
    middle = sorted(ratios.values())[len(ratios) // 2] if ratios else 0
    alike = [who for who, ratio in ratios.items() if abs(ratio - middle) * 100 <= ALIKE_PERCENT * middle]
    enough = len(alike) * 1_000_000 >= share_ppm * len(ratios)
    return sorted(alike, key=world.parties.names.__getitem__) if enough else []
