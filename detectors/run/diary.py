"""A platform's diary: what each day brought of clients' money, new clients, cash-outs and complaints (RUN-01)."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.watch import by_cluster
from chuantou.graph.world import Segment, World

KEEP_DAYS = 400  # a year and more: the same season of last year
IS_OUT = class_mask("RETURN_PRIN", "RETURN_INT", "WITHDRAW", "CLAIM_TRANSFER")
WAGES = CLASS_ID["PAYROLL"]


class Entry(NamedTuple):
    """One day, in fen and numbers. ``lent_in``: what the circle put in, less what it took back."""

    day: int
    inflow: int = 0
    outflow: int = 0
    new_clients: int = 0
    cash_out: int = 0
    lent_in: int = 0
    complaints: int = 0


@dataclass
class Diary:
    """Entries of one platform by day, without holes; who was ever a client; and changes of control or office."""

    entries: deque[Entry] = field(default_factory=deque)
    clients: set[int] = field(default_factory=set)
    control: frozenset[tuple[str, ...]] | None = None
    office: tuple[str | None, str | None] | None = None
    changes: deque[tuple[int, str]] = field(default_factory=deque)
    rows: deque[tuple[int, NDArray[np.int64]]] = field(default_factory=deque)  # payments of the last week, log indices

    def keep(self, day: int, rows: NDArray[np.int64]) -> None:
        self.rows.append((day, rows))
        while self.rows[0][0] <= day - 7:
            self.rows.popleft()

    def last(self, days: int) -> list[Entry]:
        """The newest entries, at most so many."""
        return list(self.entries)[-days:]


class Notes:
    """The day's payments of watched platforms, put into their diaries at its close."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def take(self, world: World, s: Segment) -> None:
        cluster = world.watch.cluster_of
        into, out_of = cluster[s.creditor], cluster[s.debtor]
        self.rows.append(np.flatnonzero((out_of != NONE) | (into != NONE)) + s.first)

    def close_day(self, world: World, diaries: dict[str, Diary], day: int) -> dict[str, Entry]:
        """What the day brought to each platform in ``diaries``, and their new clients entered."""
        rows = np.concatenate(self.rows) if self.rows else np.empty(0, np.int64)
        self.rows.clear()
        log, cluster, at = world.ledger.log, world.watch.cluster_of, rows - world.ledger.base
        to, by = cluster[log.creditor[at]], cluster[log.debtor[at]]
        apart, none = to != by, np.empty(0, np.int64)
        sides = (by_cluster(to[apart], at[apart]), by_cluster(by[apart], at[apart]), by_cluster(to[~apart], at[~apart]))
        return {
            key: entry_of(world, key, diaries[key], day, *(side.get(world.watch.index(key), none) for side in sides))
            for key in sorted(diaries)
        }


def entry_of(
    world: World, key: str, diary: Diary, day: int, into: NDArray[np.int64], out_of: NDArray[np.int64], within: NDArray[np.int64]
) -> Entry:
    """One platform's day: payments into, out of and within its cluster, as places in the log."""
    if not (len(into) or len(out_of) or len(within)):
        return Entry(day, complaints=world.tips.on(key, day))
    log, itself = world.ledger.log, world.parties.get(key)
    diary.keep(day, np.unique(np.concatenate((into, out_of, within))) + world.ledger.base)
    paid_in = into[log.kind[into] == CLIENT]
    if (log.flow_class[paid_in] == CLASS_ID["TOPUP"]).any():  # a borrower tops his sub-ledger up
        paid_in = paid_in[~np.isin(log.payer[paid_in], borrowers_of(world, key))]
    newcomers = set(np.unique(log.payer[paid_in]).tolist()) - diary.clients - {NONE}
    diary.clients |= newcomers
    related = related_parties(world, key)
    people = [party for party in related if world.parties.names[party].startswith("person:")]
    payee, flow = log.payee[out_of], log.flow_class[out_of]
    drawn = IS_OUT[flow] & ~np.isin(payee, people) & (payee != itself)
    if (drawn & (flow == CLASS_ID["WITHDRAW"])).any():  # a borrower draws his loan
        drawn &= ~np.isin(payee, borrowers_of(world, key))
    # what the circle and the platform pay each other lies within the cluster where the circle is R1
    paid = np.concatenate((out_of, within[log.payer[within] == itself]))
    taken = paid[np.isin(log.payee[paid], people) & (log.flow_class[paid] != WAGES)]
    back = paid[np.isin(log.payee[paid], related)]
    got = np.concatenate((into[log.kind[into] != CLIENT], within[log.payee[within] == itself]))
    lent = got[np.isin(log.payer[got], related)]
    return Entry(day, inflow=int(log.fen[paid_in].sum()), outflow=int(log.fen[out_of[drawn]].sum()), new_clients=len(newcomers),
                 cash_out=int(log.fen[taken].sum()), lent_in=int(log.fen[lent].sum()) - int(log.fen[back].sum()),
                 complaints=world.tips.on(key, day))  # fmt: skip


def related_parties(world: World, key: str) -> list[int]:
    """R1 and R2 as numbers, as far as they were met."""
    circle = world.watch.institutions[key].related
    met = {world.parties.get(party) for party, relation in circle.items() if relation.tier in ("R1", "R2")}
    return sorted(met - {NONE})


def borrowers_of(world: World, key: str) -> list[int]:
    book = world.obligations.books.get(key)
    loans = book.loans.values() if book is not None else ()
    return sorted({world.parties.get(loan.borrower) for loan in loans if loan.borrower is not None})


def masters_of(world: World) -> dict[int, list[int]]:
    """Designated master accounts by the platform that they are for."""
    t = world.accounts.table
    out: dict[int, list[int]] = {}
    for account in np.flatnonzero((t.role == ROLE_ID["CLIENT_MASTER"]) & (t.platform != NONE)).tolist():
        out.setdefault(int(t.platform[account]), []).append(account)
    return out


def cash_of(world: World, key: str, day: int, masters: dict[int, list[int]]) -> int:
    """What lies on the platform's own accounts and on its designated master accounts: as the bank states, else as booked."""
    party = world.parties.get(key)
    held = {*masters.get(party, ()), *world.accounts.of_party.get(party, ())}
    booked = world.ledger.accounts.balance
    return sum(world.stated.get((account, day, "CLOSING"), int(booked[account])) for account in held)


def weighted_median(delays: Counter[int]) -> int | None:
    """Of days weighted by fen: the least by which half of the money is reached; None of nothing."""
    whole, reached = sum(delays.values()), 0
    for days in sorted(delays):
        reached += delays[days]
        if reached * 2 >= whole:
            return days
    return None
