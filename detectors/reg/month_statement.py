"""A month of an institution's money: from whom it came and for what it went, by kinds (REG-05)."""

from collections import Counter
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import ppm
from chuantou.graph.accounts import NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID, FLOW_CLASSES, IS_HARD_BASIS
from chuantou.graph.ledger import CLIENT
from chuantou.graph.ownership import Window
from chuantou.graph.world import World

SOURCES = ("investors", "borrowers", "related", "banks", "income", "cash", "other", "unknown")
USES = ("investors", "borrowers", "related", "expenses", "real_estate", "securities", "banks", "cash", "other", "unknown")
BY_CLASS_IN = {
    "investors": ("INVEST_IN", "TOPUP", "CLAIM_TRANSFER"), "borrowers": ("REPAY_PRIN", "REPAY_INT", "RECOVER"),
    "income": ("FEE", "MERCH_SETTLE", "SUPPLIER"),
}  # fmt: skip
BY_CLASS_OUT = {
    "investors": ("RETURN_PRIN", "RETURN_INT", "WITHDRAW", "REFUND", "BONUS", "CLAIM_TRANSFER"), "borrowers": ("LOAN_OUT",),
    "expenses": ("FEE", "TAX", "PAYROLL", "RENT", "SUPPLIER"),
}  # fmt: skip
IS_ESTATE, IS_SECURITIES = role_mask("ESCROW_PRESALE"), role_mask("SEC_SETTLE")
SIZES_FEN = (100_000, 1_000_000, 10_000_000)  # investors by what they brought in the month: 1,000, 10,000, 100,000 yuan
LEAST_PPM = 100  # a share in the index is never taken for less than 0.01 %: its logarithm would be without end [E]
EXACT = Context(prec=40)


@dataclass(frozen=True)
class Side:
    """Payments in, or out, of one month: log indices, and what each is (place in ``names``)."""

    names: tuple[str, ...]
    rows: NDArray[np.int64]
    kind: NDArray[np.int8]
    fen: NDArray[np.int64]

    def sums(self) -> dict[str, int]:
        """fen by kind, every kind named."""
        return {name: int(self.fen[self.kind == n].sum()) for n, name in enumerate(self.names)}

    def counts(self) -> dict[str, int]:
        return {name: int((self.kind == n).sum()) for n, name in enumerate(self.names)}


def side_of(world: World, key: str, rows: NDArray[np.int64], incoming: bool) -> Side:
    """What the payments ``rows`` into (or out of) the institution's accounts are.

    By order: cash; R1 and R2; developers and securities (out); the class, where its basis is hard or the party is known; banks; a
    party that is known; nobody that is known.
    """
    names, by_class = (SOURCES, BY_CLASS_IN) if incoming else (USES, BY_CLASS_OUT)
    log, at, place = world.ledger.log, rows - world.ledger.base, {name: n for n, name in enumerate(names)}
    party = (log.payer if incoming else log.payee)[at]
    account = (log.debtor if incoming else log.creditor)[at]
    kind = np.where(party == NONE, place["unknown"], place["other"]).astype(np.int8)
    banks = [world.parties.get(bank) for bank in world.register.banks(Window(world.day, world.day))]
    kind[np.isin(party, banks)] = place["banks"]
    of_class = np.full(len(FLOW_CLASSES), NONE, np.int8)
    for name, classes in by_class.items():
        of_class[[CLASS_ID[flow] for flow in classes]] = place[name]
    stated = of_class[log.flow_class[at]]
    told = (stated != NONE) & (IS_HARD_BASIS[log.basis[at]] | (party != NONE))
    kind[told] = stated[told]
    if incoming:
        kind[log.kind[at] == CLIENT] = place["investors"]
    else:
        role = world.accounts.table.role[account]
        kind[IS_ESTATE[role] | np.isin(party, _of_sector(world, "REALESTATE"))] = place["real_estate"]
        kind[IS_SECURITIES[role] | np.isin(party, _of_sector(world, "SECURITIES"))] = place["securities"]
    circle = world.watch.institutions[key].related
    kind[np.isin(party, [world.parties.get(p) for p, r in circle.items() if r.tier in ("R1", "R2")])] = place["related"]
    kind[log.cash[at]] = place["cash"]
    return Side(names, rows, kind, log.fen[at].copy())


def _of_sector(world: World, sector: str) -> list[int]:
    return [world.parties.get(party) for party in world.register.of_sectors((sector,))]


def stability_ppm(now: dict[str, int], before: dict[str, int]) -> int:
    """The population stability index of two months' sums by kind, Σ (p − q) · ln(p / q), in ppm, rounded down; exact.

    >>> stability_ppm({"a": 50, "b": 50}, {"a": 50, "b": 50}), stability_ppm({"a": 80, "b": 20}, {"a": 50, "b": 50})
    (0, 415888)
    """
    index = Decimal(0)
    whole_now, whole_before = sum(now.values()), sum(before.values())
    for name in now:
        p, q = max(LEAST_PPM, ppm(now[name], whole_now)), max(LEAST_PPM, ppm(before[name], whole_before))
        index += (p - q) * EXACT.ln(EXACT.divide(Decimal(p), Decimal(q)))
    return int(index.to_integral_value(rounding="ROUND_FLOOR"))


def investors(world: World, side: Side) -> dict[str, list[list[Any]]]:
    """Of the investors of the month: how many of which size and from which region brought how much."""
    party = world.ledger.log.payer[side.rows - world.ledger.base]
    brought: Counter[int] = Counter()
    mine = side.kind == side.names.index("investors")
    for who, fen in zip(party[mine].tolist(), side.fen[mine].tolist()):
        brought[who] += fen
    by: dict[str, dict[str, list[int]]] = {"size": {}, "region": {}}
    for who, fen in brought.items():
        info = world.register.party(world.parties.names[who]) if who != NONE else None
        size = next((f"<{line}" for line in SIZES_FEN if fen < line), f">={SIZES_FEN[-1]}")
        for name, value in (("size", size), ("region", (info.reg_region if info is not None else None) or "unknown")):
            count = by[name].setdefault(value, [0, 0])
            count[0] += 1
            count[1] += fen
    return {name: [[value, *count] for value, count in sorted(groups.items())] for name, groups in by.items()}


def share(sums: dict[str, int], name: str) -> int:
    """ppm of one kind among all."""
    return ppm(sums[name], sum(sums.values()))


