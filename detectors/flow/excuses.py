"""What takes payments out of the leads FLOW-02 and FLOW-03: LA-* predicates over the payments of a window (catalogue §3.9)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Excuse
from chuantou.detectors.flow.clusters import Clusters
from chuantou.detectors.flow.payments import Payments
from chuantou.graph.accounts import IS_RESERVE, NONE, role_mask
from chuantou.graph.flow_class import BASES, CLASS_ID, HARD_BASIS
from chuantou.graph.ownership import Window
from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day, shanghai_day

IS_HARD = np.array([basis in HARD_BASIS for basis in BASES])
SWEEPS = [CLASS_ID["SWEEP"], CLASS_ID["POOL_SWEEP"]]
IS_CHANNEL = IS_RESERVE | role_mask("BANK_INTERNAL", "NOSTRO")
# LA-PAYROLL
LEAST_STAFF, MONTHS_BACK, MONTHS_PAID = 5, 3, 2
RECURRENT_PERCENT, STAFF_PAY_IN_PERCENT, PAY_IN_OF_PAY_PERCENT = 70, 20, 50
# LA-ACQ
TO_ENTITIES_PERCENT, FROM_CHANNEL_PERCENT = 70, 50


class Taken(NamedTuple):
    """Which debits a predicate takes out of the lead, and how it came to that."""

    debits: NDArray[np.bool_]
    excuse: Excuse


def by_debit(n: int, found: Sequence[Taken]) -> list[str]:
    """For each of ``n`` debits the id of the predicate that takes it out, of several the last; empty for none."""
    out = [""] * n
    for taken in found:
        for at in np.flatnonzero(taken.debits).tolist():
            out[at] = taken.excuse.id
    return out


def hard_class_is(world: World, rows: NDArray[np.int64], classes: list[int]) -> NDArray[np.bool_]:
    """bool[n]: transfers whose class is one of ``classes`` and rests on more than a memo."""
    log, at = world.ledger.log, rows - world.ledger.base
    return np.isin(log.flow_class[at], classes) & IS_HARD[log.basis[at]]


def group_sweeps(world: World, clusters: Clusters, p: Payments) -> NDArray[np.bool_]:
    """LA-SWEEP and LA-CASHPOOL: a sweep by the bank's own code between parties that hang together."""
    swept = hard_class_is(world, p.row, SWEEPS)
    swept[swept] = clusters.same(p.own[swept], p.other[swept])
    return swept


def between_banks(world: World, owners: Sequence[str], p: Payments, day: int) -> NDArray[np.bool_]:
    """LA-IBK: both parties are banks in their own name."""
    on_day = Window(day, day)
    if not all(world.register.is_bank(owner, on_day) for owner in owners):
        return np.zeros(len(p), np.bool_)
    banks = {who: who >= 0 and world.register.is_bank(world.parties.names[who], on_day) for who in set(p.who.tolist())}
    return np.array([banks[who] for who in p.who.tolist()], np.bool_)


def refunds(credits: Payments, debits: Payments) -> tuple[NDArray[np.int64], Taken]:
    """LA-REFUND: money back to whom it came from, no more than came. Also fen[credits] that went back, newest credit last.

    Whoever gets more than he gave is paid a return, and nothing of it is a refund.
    """
    back = np.zeros(len(credits), np.int64)
    taken = np.zeros(len(debits), np.bool_)
    for who in np.intersect1d(credits.who, debits.who).tolist():
        given, returned = np.flatnonzero(credits.who == who), np.flatnonzero(debits.who == who)
        rest = int(debits.fen[returned].sum())
        if rest > int(credits.fen[given].sum()) or debits.row[returned[0]] < credits.row[given[0]]:
            continue
        taken[returned] = True
        for at in given.tolist():
            back[at] = min(rest, int(credits.fen[at]))
            rest -= int(back[at])
    inputs = {"payees": len(np.unique(debits.who[taken])), "fen": int(back.sum())}
    return back, Taken(taken, Excuse("LA-REFUND", bool(taken.any()), inputs))


def payroll(world: World, accounts: Sequence[int], owners: Sequence[str], debits: Payments) -> Taken:
    """LA-PAYROLL: an entity pays ≥ 5 persons on one day, as it does every month or by the bank's payroll code."""
    taken = np.zeros(len(debits), np.bool_)
    days: list[dict[str, Any]] = []
    known = (debits.who >= 0) & debits.plain
    person = known.copy()
    person[known] = world.party_table.person[debits.who[known]]
    if all(owner.startswith("uscc:") for owner in owners):
        day_of = shanghai_day(debits.time)
        for day in np.unique(day_of[person]).tolist():
            rows = np.flatnonzero(person & (day_of == day))
            staff = np.unique(debits.who[rows])
            if len(staff) < LEAST_STAFF:
                continue
            coded = bool(hard_class_is(world, debits.row[rows], [CLASS_ID["PAYROLL"]]).all())
            past = PayHistory(world, accounts, staff, int(debits.row[rows[-1]]))
            holds = past.no_investors(int(debits.fen[rows].sum())) and (coded or past.recurs(day))
            days.append({"day": day, "staff": len(staff), "coded": coded, "holds": holds})
            taken[rows] = holds
    return Taken(taken, Excuse("LA-PAYROLL", bool(taken.any()), {"days": days}))


class PayHistory:
    """What the accounts paid to, and got from, a set of parties as far back as the log goes (≥ 90 days)."""

    def __init__(self, world: World, accounts: Sequence[int], staff: NDArray[np.int64], last_row: int) -> None:
        log, base = world.ledger.log, world.ledger.base
        used = last_row - base + 1
        out = np.flatnonzero(np.isin(log.debtor[:used], accounts) & np.isin(log.payee[:used], staff))
        into = np.flatnonzero(np.isin(log.creditor[:used], accounts) & np.isin(log.payer[:used], staff))
        self.staff, self.who = staff, log.payee[out]
        self.fen, self.day = log.fen[out], shanghai_day(log.time[out])
        self.came_from, self.came_fen = log.payer[into], int(log.fen[into].sum())

    def no_investors(self, pay_fen: int) -> bool:
        """Few of the staff paid in, or what they paid in is less than half of the pay."""
        few = len(np.unique(self.came_from)) * 100 <= STAFF_PAY_IN_PERCENT * len(self.staff)
        return self.came_fen * 100 < PAY_IN_OF_PAY_PERCENT * pay_fen or (few and self.came_fen < 3 * pay_fen)

    def recurs(self, day: int) -> bool:
        """≥ 70 % of the staff were also paid in ≥ 2 of the 3 months before, about the same (CV ≤ 0.5)."""
        this_month = month_of(day)
        months = np.array([month_of(d) for d in self.day.tolist()], np.int64)
        regular = 0
        for member in self.staff.tolist():
            mine = self.who == member
            before = {m for m in months[mine].tolist() if this_month - MONTHS_BACK <= m < this_month}
            regular += len(before) >= MONTHS_PAID and is_steady([int(fen) for fen in self.fen[mine]])
        return regular * 100 >= RECURRENT_PERCENT * len(self.staff)


def month_of(day: int) -> int:
    date = date_of_day(day)
    return date.year * 12 + date.month


def is_steady(amounts: list[int]) -> bool:
    """Coefficient of variation ≤ 0.5, exactly: 4 · (n · Σx² − (Σx)²) ≤ (Σx)²."""
    total = sum(amounts)
    return 4 * (len(amounts) * sum(x * x for x in amounts) - total * total) <= total * total


def merchant(world: World, accounts: Sequence[int], credits: Payments, debits: Payments) -> Excuse:
    """LA-ACQ: a merchant by its account's role or by where its money comes from, which pays entities (≥ 70 %)."""
    t = world.accounts.table
    tagged = all(world.accounts.role_of(a) == "MERCHANT_SETTLE" and bool(t.third_party[a]) for a in accounts)
    channel = IS_CHANNEL[t.role[credits.other]] & t.third_party[credits.other]
    known = debits.who >= 0
    entity = known & ~world.party_table.person[np.where(known, debits.who, 0)]
    came, sold = int(credits.fen.sum()), int(credits.fen[channel].sum())
    paid, to_entities = int(debits.fen.sum()), int(debits.fen[entity].sum())
    trades = tagged or (came > 0 and sold * 100 >= FROM_CHANNEL_PERCENT * came)
    holds = trades and paid > 0 and to_entities * 100 >= TO_ENTITIES_PERCENT * paid
    inputs = {"merchant_accounts": tagged, "from_acquirers_fen": sold, "came_fen": came, "paid_fen": paid,
              "to_entities_fen": to_entities}  # fmt: skip
    return Excuse("LA-ACQ", holds, inputs)


def owners_of(world: World, accounts: Sequence[int]) -> list[str]:
    """Owners of the accounts (``account:<id>`` where unknown), sorted."""
    return sorted({world.accounts.owner_name(account) for account in accounts if account != NONE})
