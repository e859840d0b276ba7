"""Who gave a platform money, and what it paid them by the calendar: the public and the promise of P2P-20."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chuantou.detectors.ecf.projects import Paid, Stake
from chuantou.detectors.lookalikes import custody
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS, class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

PAYROLL = CLASS_ID["PAYROLL"]
IS_RETURN = class_mask("RETURN_PRIN", "RETURN_INT", "BONUS", "DIVIDEND", "OTHER", "UNKNOWN")
ALIKE_PERCENT = 5  # by how much equal ratios of payment to principal may differ


class Gift(NamedTuple):
    """A client's payment. ``kind``: ``register`` (an order, an obligation or the source says so), ``inferred``, or ``inside``."""

    time: int
    row: int
    investor: int
    fen: int
    kind: str


@dataclass
class Public:
    """What a group of platforms took in since an instant, in order."""

    gifts: list[Gift]
    regular: list[int]  # payees who are paid one size at equal spacing, at one ratio with most of them

    @property
    def registered(self) -> list[Gift]:
        return [gift for gift in self.gifts if gift.kind == "register"]

    @property
    def people(self) -> int:
        return len({gift.investor for gift in self.registered})

    @property
    def fen(self) -> int:
        return sum(gift.fen for gift in self.registered)


def public_of(world: World, keys: list[str], since: int, now: int, share_ppm: int) -> Public:
    """Natural persons' payments into the circles of ``keys`` with ``since <= time < now``, and the rhythm of what they got."""
    log, base, watch = world.ledger.log, world.ledger.base, world.watch
    places = {watch.index(key) for key in keys}
    rows = world.ledger.rows_of(since, now)
    at = rows - base
    into, out_of = watch.cluster_of[log.creditor[at]], watch.cluster_of[log.debtor[at]]
    circle = np.array(sorted(places), np.int32)
    comes, goes = np.isin(into, circle), np.isin(out_of, circle)
    payer, person = log.payer[at], world.party_table.person
    given = comes & ~goes & (log.kind[at] == CLIENT) & (payer != NONE) & person[payer]
    inside = _insiders(world, keys, rows[goes & (log.flow_class[at] == PAYROLL)])
    hard = IS_HARD_BASIS[log.basis[at]]
    gifts = [
        Gift(int(log.time[i]), int(row), int(log.payer[i]), int(log.fen[i]),
             "inside" if int(log.payer[i]) in inside else "register" if sure else "inferred")
        for row, i, sure in zip(rows[given].tolist(), at[given].tolist(), hard[given].tolist())
    ]  # fmt: skip
    paid = goes & ~comes & IS_RETURN[log.flow_class[at]] & (log.payee[at] != NONE)
    return Public(gifts, _regular(world, gifts, rows[paid].tolist(), share_ppm))


def _insiders(world: World, keys: list[str], payroll: np.ndarray) -> set[int]:
    """Staff by their pay, and kin and officers of the circle: money of certain persons is no public's (特定对象)."""
    log, base = world.ledger.log, world.ledger.base
    tied = {party for key in keys for party, r in world.watch.institutions[key].related.items() if r.tier in ("R1", "R2")}
    return set(log.payee[payroll - base].tolist()) | {world.parties.get(party) for party in tied}


def _regular(world: World, gifts: list[Gift], paid: list[int], share_ppm: int) -> list[int]:
    """Payees outside custody who get one size at equal spacing, if most of them get it at one ratio to what they gave."""
    log, base = world.ledger.log, world.ledger.base
    stakes: dict[int, Stake] = {}
    for gift in gifts:
        stakes.setdefault(gift.investor, Stake()).put.append(Paid(gift.time, gift.fen, "", "", gift.row))
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
