"""Payments between a group of accounts and everybody else inside a window: what the leads of the FLOW family judge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE
from chuantou.graph.windows import IN, OUT, PLAIN
from chuantou.graph.world import World

MOST_PAYMENTS = 5_000  # a side, the newest; a lead that met it says so


@dataclass(frozen=True, eq=False)
class Payments:
    """Payments of one side, in booking order; arrays of one length.

    row int64: log index; time µs; fen; own, other int32: the accounts; who int64: the party at the other end, or ``~account``
    where it is unknown; plain: it counts as a payer or payee; cut: there were more than the caller's bound.
    """

    row: NDArray[np.int64]
    time: NDArray[np.int64]
    fen: NDArray[np.int64]
    own: NDArray[np.int32]
    other: NDArray[np.int32]
    who: NDArray[np.int64]
    plain: NDArray[np.bool_]
    cut: bool = False

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: NDArray[np.bool_]) -> "Payments":
        """Those that the mask keeps."""
        columns = {name: getattr(self, name)[kept] for name in ("row", "time", "fen", "own", "other", "who", "plain")}
        return replace(self, **columns)


def payments(
    world: World, accounts: Sequence[int], side: int, since: int, last_row: int, most: int = MOST_PAYMENTS
) -> Payments:
    """Payments out of (``OUT``) or into (``IN``) the accounts from ``since`` (µs) up to log index ``last_row``.

    Not those among the accounts themselves or between accounts of their owners; of more than ``most`` the newest. ``since`` lies
    inside the longest window.
    """
    flows, log, base = world.flows, world.ledger.log, world.ledger.base
    found = [flows.rows_of(account, side, since, len(log.time)) for account in accounts]
    rows = np.sort(np.concatenate([rows[rows <= last_row] for rows in found]))
    edges = flows.stored_edges(rows)
    own, other = (edges["payer"], edges["payee"]) if side == OUT else (edges["payee"], edges["payer"])
    party = (log.payee if side == OUT else log.payer)[rows - base].astype(np.int64)
    who = np.where(party == NONE, ~other.astype(np.int64), party)
    owners = world.accounts.table.owner[list(accounts)]
    outside = ~np.isin(other, accounts) & ~np.isin(who, owners[owners != NONE])
    all_of_them = Payments(rows, edges["time"], edges["fen"], own, other, who, (edges["state"] & PLAIN) > 0)
    kept = all_of_them.where(outside)
    if len(kept) <= most:
        return kept
    newest = np.arange(len(kept)) >= len(kept) - most
    return replace(kept.where(newest), cut=True)


def both_sides(
    world: World, accounts: Sequence[int], since: int, last_row: int, most: int = MOST_PAYMENTS
) -> tuple[Payments, Payments]:
    """(credits, debits) of the accounts, as :func:`payments` gives them."""
    credits, debits = (payments(world, accounts, side, since, last_row, most) for side in (IN, OUT))
    return credits, debits


def name_of(world: World, who: int) -> str:
    """The key of a party, or ``account:<id>``."""
    return world.parties.names[who] if who >= 0 else f"account:{world.accounts.ids.names[~who]}"


def names_of(world: World, whos: NDArray[np.int64]) -> list[str]:
    """The names of distinct ``who``, sorted."""
    return sorted(name_of(world, int(who)) for who in np.unique(whos))


def payment_rows(world: World, p: Payments, rows: NDArray[np.int64], end: str, **more: list[Any]) -> list[dict[str, Any]]:
    """Payments as plain data for evidence: ``end`` names the party at the other end, ``more`` further columns by name.

    ``order`` is the place among ``rows``, ascending, so that it does not depend on what else was booked.
    """
    names, order = world.accounts.ids.names, np.searchsorted(rows, p.row).tolist()
    columns = (getattr(p, name).tolist() for name in ("row", "time", "own", "who", "fen", "plain"))
    return [
        {"transaction": list(world.refs.of(row)), "order": order[i], "time": time, "account": names[own],
         end: name_of(world, who), "fen": fen, "counts": plain, **{name: column[i] for name, column in more.items()}}
        for i, (row, time, own, who, fen, plain) in enumerate(zip(*columns))
    ]  # fmt: skip


def most_after(rows: NDArray, account: NDArray, amount: NDArray) -> dict[int, tuple[int, int, int]]:
    """By account: its first row, and the amount and row of its largest amount, the earliest among equals.

    rows (ascending), account, amount: arrays of one length.
    """
    found: dict[int, tuple[int, int, int]] = {}
    _, first = np.unique(account, return_index=True)
    order = np.lexsort((rows, -amount, account))
    _, best = np.unique(account[order], return_index=True)
    for start, at in zip(first.tolist(), order[best].tolist()):
        found[int(account[start])] = (int(rows[start]), int(amount[at]), int(rows[at]))
    return found
