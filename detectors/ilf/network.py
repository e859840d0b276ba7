"""Accounts through which the public's money is collected, passed on and paid out again, over 180 days (ILF-01).

A network grows from the accounts that pay persons today: whoever feeds them with little else to do, and whoever these feed. It
rests on money alone, so that lent names and rotated accounts are in it; R1 ties add nothing that money does not show.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.ilf.exchanges import IS_OWN_REASON
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import IS_HARD_BASIS
from chuantou.graph.flow_windows import MONTH
from chuantou.graph.gatherings import IS_KEPT_FOR_OTHERS
from chuantou.graph.kernels import windows as kernel
from chuantou.graph.pots import rows_touching
from chuantou.graph.windows import IN, OUT
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US

HORIZON_DAYS = 180
ROUNDS = 4  # payer, two stages of transit, collector
MOST_MEMBERS = 2_000
MONTH_DAYS = 30
FEW_PERSONS = 3  # of whom a rotated account lives; all of them together make the thirty
MOSTLY_PPM = 800_000
COLLECTOR, TRANSIT, PAYER = "collector", "transit", "payer"


@dataclass(frozen=True)
class Network:
    """``roles``: by account id, what it does; ``rows``: log indices of 180 days that touch it; ``truncated``: a bound was met."""

    roles: dict[int, tuple[str, ...]]
    rows: NDArray[np.int64]
    truncated: bool


@dataclass(frozen=True)
class Account:
    """What one account did in the time: int64 log places of its credits and debits."""

    into: NDArray[np.int64]
    out: NDArray[np.int64]


def payers_today(world: World, first: int, gate: dict[str, int]) -> list[int]:
    """Accounts that paid a person since log index ``first`` for no reason of its own, with many payees and few payers.

    Only where one of those payers has few payees himself: whoever is fed by the trade at large collects for nobody.
    """
    log, base, table, flows = world.ledger.log, world.ledger.base, world.accounts.table, world.flows
    at = slice(first - base, world.ledger.end - base)
    payee = log.payee[at]
    hit = (payee != NONE) & world.party_table.person[payee] & ~(IS_OWN_REASON[log.flow_class[at]] & IS_HARD_BASIS[log.basis[at]])
    pays = np.zeros(len(flows.accounts), np.bool_)
    pays[log.debtor[at][hit]] = True
    accounts = np.flatnonzero(pays)
    accounts = accounts[flows.side(OUT, MONTH, accounts).others >= gate["people"] // gate["rotated"]]
    kept = flows.side(IN, MONTH, accounts).others <= gate["few"]
    kept &= ~(IS_KEPT_FOR_OTHERS[table.role[accounts]] & table.third_party[accounts])
    out = []
    for account in accounts[kept].tolist():
        rows = flows.rows_of(account, IN, flows.now - int(flows.lengths[MONTH]), gate["transfers"])
        feeders = np.unique(flows.stored_edges(rows)["payer"])
        if (flows.side(OUT, MONTH, feeders).others <= gate["few"]).any():
            out.append(account)
    return out


def networks(world: World, seeds: list[int], now: int, gate: dict[str, int]) -> list[Network]:
    """The networks around the ``seeds``: whoever feeds them, or is fed by those, round by round; apart where no money joins them.

    By the name of their first account.
    """
    members, rejected = set(seeds), set[int]()
    rows, truncated = _rows(world, seeds, now), False
    for _ in range(ROUNDS):
        around = _around(world, rows, members | rejected)
        theirs, inside = _rows(world, around, now), mask_of(world, members)
        found = [account for account, a in _by_account(world, theirs, _mostly(world, theirs, around, inside)).items()
                 if belongs(world, a, inside, gate)]  # fmt: skip
        rejected.update(set(around) - set(found))
        truncated = len(members) + len(found) > MOST_MEMBERS
        if not found or truncated:
            break
        members.update(found)
        rows = _rows(world, sorted(members), now)
    held, inside = _by_account(world, rows, sorted(members)), mask_of(world, members)
    roles = {account: kinds for account, a in held.items() if (kinds := own_roles(world, a, inside, gate))}
    names = world.accounts.ids.names
    parts = [Network({account: roles[account] for account in part}, _touching(world, rows, part), truncated)
             for part in _parts(world, rows, sorted(roles))]  # fmt: skip
    return sorted(parts, key=lambda network: min(names[account] for account in network.roles))


def _parts(world: World, rows: NDArray[np.int64], members: list[int]) -> list[list[int]]:
    """The members by what hangs together by payments among them, each part ascending."""
    log, at = world.ledger.log, rows - world.ledger.base
    among = at[np.isin(log.debtor[at], members) & np.isin(log.creditor[at], members)]
    root = {account: account for account in members}

    def find(account: int) -> int:
        while root[account] != account:
            account = root[account]
        return account

    for payer, payee in sorted(set(zip(log.debtor[among].tolist(), log.creditor[among].tolist()))):
        one, other = sorted((find(payer), find(payee)))
        root[other] = one
    parts: dict[int, list[int]] = {}
    for account in members:
        parts.setdefault(find(account), []).append(account)
    return list(parts.values())


def _touching(world: World, rows: NDArray[np.int64], members: list[int]) -> NDArray[np.int64]:
    log, at = world.ledger.log, rows - world.ledger.base
    return rows[np.isin(log.debtor[at], members) | np.isin(log.creditor[at], members)]


def _mostly(world: World, rows: NDArray[np.int64], around: list[int], inside: NDArray[np.bool_]) -> list[int]:
    """Those of the accounts that pay most of what they pay into the network, or get most of what they get from it.

    Only such as get and pay, and one of it several times: others can have no role.
    """
    log, at = world.ledger.log, rows - world.ledger.base
    wanted = np.array(around, np.int64)
    sides = ((log.debtor[at], log.creditor[at]), (log.creditor[at], log.debtor[at]))
    mostly, times = np.zeros(len(inside), np.bool_), []
    for own, other in sides:
        whole, ours = np.zeros(len(inside), np.int64), np.zeros(len(inside), np.int64)
        np.add.at(whole, own, log.fen[at])
        np.add.at(ours, own[inside[other]], log.fen[at][inside[other]])
        mostly |= (whole > 0) & (ours // 100 * 1_000_000 >= whole // 100 * MOSTLY_PPM)
        times.append(np.bincount(own, minlength=len(inside)))
    busy = (np.minimum(*times) > 0) & (np.maximum(*times) >= FEW_PERSONS)
    return [int(account) for account in wanted[mostly[wanted] & busy[wanted]]]


def _rows(world: World, accounts: list[int], now: int) -> NDArray[np.int64]:
    return rows_touching(world.ledger, mask_of(world, accounts), now - HORIZON_DAYS * DAY_US - 1, now - 1)


def _around(world: World, rows: NDArray[np.int64], known: set[int]) -> list[int]:
    """Accounts next to the network that may belong to it, ascending: none that keeps others' money by a third party's word."""
    log, table = world.ledger.log, world.accounts.table
    at = rows - world.ledger.base
    accounts = np.setdiff1d(np.concatenate((log.debtor[at], log.creditor[at])), np.array(sorted(known), np.int64))
    apart = IS_KEPT_FOR_OTHERS[table.role[accounts]] & table.third_party[accounts]
    return [int(account) for account in accounts[~apart]]


def _by_account(world: World, rows: NDArray[np.int64], accounts: list[int]) -> dict[int, Account]:
    """Each account's credits and debits among the rows, as places in the log."""
    log = world.ledger.log
    at = rows - world.ledger.base
    at = at[log.debtor[at] != log.creditor[at]]
    sides = []
    wanted = np.array(accounts, np.int64)
    for column in (log.creditor, log.debtor):
        mine = at[np.isin(column[at], wanted)]
        order = np.argsort(column[mine], kind="stable")
        ends = np.searchsorted(column[mine][order], wanted, "right")
        starts = np.searchsorted(column[mine][order], wanted, "left")
        sides.append([mine[order][start:end] for start, end in zip(starts.tolist(), ends.tolist())])
    return {account: Account(into, out) for account, into, out in zip(accounts, *sides)}


def mask_of(world: World, accounts: Iterable[int]) -> NDArray[np.bool_]:
    """bool[accounts]: the given ones."""
    mask = np.zeros(world.ledger.accounts.size, np.bool_)
    mask[list(accounts)] = True
    return mask


def belongs(world: World, a: Account, inside: NDArray[np.bool_], gate: dict[str, int]) -> bool:
    """Whether an account next to the network feeds it with most of what it pays, or is fed by it, and has a role in that."""
    log = world.ledger.log
    came, paid = int(log.fen[a.into].sum()), int(log.fen[a.out].sum())
    fed = int(log.fen[a.into[inside[log.debtor[a.into]]]].sum())
    feeds = int(log.fen[a.out[inside[log.creditor[a.out]]]].sum())
    kinds = own_roles(world, a, inside, gate)
    upstream = paid > 0 and feeds * 1_000_000 >= MOSTLY_PPM * paid and set(kinds) & {COLLECTOR, TRANSIT}
    downstream = came > 0 and fed * 1_000_000 >= MOSTLY_PPM * came and set(kinds) & {PAYER, TRANSIT}
    return bool(upstream or downstream)


def own_roles(world: World, a: Account, inside: NDArray[np.bool_], gate: dict[str, int]) -> tuple[str, ...]:
    """Roles by its own payments, as in ``graph.flow_roles``, but from three persons on: the network has the thirty together.

    Members of the network are nobody's public. Few counterparties are so many for each month of the account's life.
    """
    log = world.ledger.log
    came, paid = int(log.fen[a.into].sum()), int(log.fen[a.out].sum())
    givers = persons(world, log.payer[a.into[~inside[log.debtor[a.into]]]])
    payees = persons(world, log.payee[a.out[~inside[log.creditor[a.out]]]])
    both = np.concatenate((a.into, a.out))
    months = 1 + int(log.time[both].max() - log.time[both].min()) // (MONTH_DAYS * DAY_US) if len(both) else 1
    few_out = len(np.unique(log.creditor[a.out])) <= gate["few"] * months
    few_in = len(np.unique(log.debtor[a.into])) <= gate["few"] * months
    out = []
    if len(givers) >= FEW_PERSONS and paid > 0 and few_out and paid * 1_000_000 >= gate["through"] * came:
        out.append(COLLECTOR)
    even = came > 0 and gate["low"] * came <= paid * 1_000_000 <= gate["high"] * came
    if even and len(both) >= gate["transfers"] and _quick(world, a, gate["holding_days"]):
        out.append(TRANSIT)
    if len(payees) >= FEW_PERSONS and few_in and came > 0:
        out.append(PAYER)
    return tuple(out)


def persons(world: World, parties: NDArray) -> NDArray[np.int64]:
    """Distinct natural persons among the parties, ascending."""
    known = np.unique(parties[parties != NONE]).astype(np.int64)
    return known[world.party_table.person[known]]


def _quick(world: World, a: Account, days: int) -> bool:
    """Whether the median fen rested no longer than so many days, first in first out."""
    log = world.ledger.log
    sides = [(rows, np.ascontiguousarray(log.time[rows]), np.ascontiguousarray(log.fen[rows])) for rows in (a.into, a.out)]
    age, fen = (np.empty(len(a.into) + len(a.out), np.int64) for _ in range(2))
    pieces = kernel.held(*sides[0], *sides[1], age, fen)
    if not pieces:
        return False
    order = np.argsort(age[:pieces], kind="stable")
    running = np.cumsum(fen[:pieces][order])
    return int(age[:pieces][order][np.searchsorted(2 * running, running[-1])]) <= days * DAY_US
