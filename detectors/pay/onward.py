"""What one party pays on of the card money settled to it, to whom and in which rhythm (PAY-07, in parts PAY-09, PAY-10)."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import PPM, Excuse, ppm
from chuantou.detectors.lookalikes import entitled_account, hard_class
from chuantou.detectors.pay.acquiring import is_licensed
from chuantou.graph.accounts import NONE, TERMINAL_ROLES
from chuantou.graph.pots import Pots, pots_of
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us, shanghai_day

PASSED_ON_PPM = 800_000  # who hands on so much of what he gets, and gets so little else, is no payee but a pair of hands [E]
STAFF_DAYS = 2  # LA-PAYROLL: wages are paid monthly; nobody is paid them on more days than these in a window
NOT_SETTLED = ("TAX", "REFUND")  # by more than a memo: no settlement, whoever gets it


@dataclass(frozen=True)
class Paid:
    """A payment to somebody who is neither the party nor its hands; ``at``: place in the view's rows."""

    at: int
    day: int
    payee: str
    fen: int


@dataclass
class Onward:
    """A view of the party's accounts and its hands' from the window's first day to ``now``.

    ``credits``: places of the settlements inside the window, with their day; ``came``: (day, fen) of all that were kept.
    """

    subject: str
    now: int
    first_day: int
    last_day: int
    pots: Pots
    time: NDArray[np.int64]
    credits: dict[int, int]
    came: list[tuple[int, int]]
    paid: list[Paid]
    hands: list[str]
    excuses: list[Excuse] = field(default_factory=list)

    @property
    def received_fen(self) -> int:
        return sum(int(self.pots.fen[at]) for at in self.credits)

    @property
    def payees(self) -> list[str]:
        return sorted({p.payee for p in self.paid})

    def settled(self, method: str, within_days: int) -> list[dict[int, int]]:
        """For each payment, fen by settlement that came no more than so many days before it."""
        return [
            {root: fen for root, fen in self.pots.made_of(p.at, method)  # type: ignore[arg-type]
             if root in self.credits and p.day - self.credits[root] <= within_days}
            for p in self.paid
        ]  # fmt: skip

    def most_settled(self, within_days: int) -> int:
        """The upper bound: every payment out of the oldest settlement that is young enough, whatever else was paid."""
        waiting: deque[list[int]] = deque()
        paid, most = {p.at: p for p in self.paid}, 0
        for at in sorted({*self.credits, *paid}):
            if at in self.credits:
                waiting.append([self.credits[at], int(self.pots.fen[at])])
                continue
            wanted = paid[at].fen
            while waiting and wanted:
                day, left = waiting[0]
                took = min(wanted, left) if paid[at].day - day <= within_days else 0
                wanted, most, waiting[0][1] = wanted - took, most + took, left - took
                if not took or took == left:
                    waiting.popleft()
        return most


def onward(
    world: World, subject: str, held: Sequence[int], rows: NDArray[np.int64], now: int, days: int, few: int
) -> Onward | None:
    """The view on the party's accounts ``held``; ``rows``: settlements to anybody, ascending log indices.

    The window of ``days`` days is, of those that ended in the last week, the one of the largest sum, of equals the oldest.
    Where fewer than ``few`` payees are seen, natural persons who only hand the money on are looked through too.
    """
    today = shanghai_day(now - 1)
    excuses = [(a, entitled_account(world, a, today)) for a in held if world.accounts.role_of(a) != "MERCHANT_SETTLE"]
    apart = [a for a, excuse in excuses if excuse is not None and excuse.holds]
    members = [a for a in held if a not in apart]
    log, base = world.ledger.log, world.ledger.base
    mine = rows[np.isin(log.creditor[rows - base], members)]
    if not len(mine):
        return None
    first = largest_window(shanghai_day(log.time[mine - base]), log.fen[mine - base], today, days)
    span = first, first + days - 1
    kin = kin_of(world, subject, today)
    view = view_of(world, members, first, now)
    told = [excuse for _, excuse in excuses if excuse is not None]
    out = _onward(world, subject, view, mine, span, now, kin, [])
    hands = hands_of(world, view, kin, len(out.payees) < few)
    if hands:
        view = view_of(world, members + hands, first, now)
        out = _onward(world, subject, view, mine, span, now, kin, hands)
    out.paid, wages = without_staff(world, out, kin)
    out.paid, own_sales = without_own_sales(world, out, rows)
    out.excuses = [*told, wages, own_sales]
    return out


def by_day(world: World, rows: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(day, fen) of the settlements ``rows``, ascending."""
    at = rows - world.ledger.base
    days, number = np.unique(shanghai_day(world.ledger.log.time[at]), return_inverse=True)
    fen = np.zeros(len(days), np.int64)
    np.add.at(fen, number, world.ledger.log.fen[at])
    return list(zip(days.tolist(), fen.tolist()))


def largest_window(days: NDArray[np.int64], fen: NDArray[np.int64], today: int, length: int) -> int:
    """First day of the window of ``length`` days with the largest sum, among those that end today or in the week before."""
    ends = range(today - 7, today + 1)
    return max(ends, key=lambda end: (int(fen[(days > end - length) & (days <= end)].sum()), -end)) - length + 1


def view_of(world: World, members: Sequence[int], first: int, now: int) -> Pots:
    """The pots of the accounts ``members`` from the day ``first`` on until before ``now`` (µs)."""
    inside = np.zeros(world.ledger.accounts.size, np.bool_)
    inside[list(members)] = True
    return pots_of(world.ledger, inside, day_start_us(first) - 1, now - 1)


def kin_of(world: World, subject: str, day: int) -> set[str]:
    """The party and its R1 and R2: whoever is paid among them is not a merchant settled for."""
    if subject.startswith("account:"):
        return {subject}
    return {subject, *(p for p, r in world.register.related(subject, day).items() if r.tier in ("R1", "R2"))}


def hands_of(world: World, pots: Pots, kin: set[str], persons_too: bool) -> list[int]:
    """Accounts that get nearly all their money from the party and hand nearly all of it on: its R1 and R2, and persons."""
    log, base, table = world.ledger.log, world.ledger.base, world.accounts.table
    given: Counter[int] = Counter()
    for at in np.flatnonzero(pots.leaves & ~pots.enters).tolist():
        given[int(pots.creditor[at])] += int(pots.fen[at])
    out = []
    for account in sorted(given):
        owner = int(table.owner[account])
        if owner == NONE or not (world.parties.names[owner] in kin or (persons_too and world.party_table.person[owner])):
            continue
        rows = slice(int(pots.rows[0]) - base, int(world.ledger.end) - base)
        got = int(log.fen[rows][log.creditor[rows] == account].sum())
        gave = int(log.fen[rows][log.debtor[rows] == account].sum())
        if ppm(given[account], got) >= PASSED_ON_PPM and ppm(gave, given[account]) >= PASSED_ON_PPM:
            out.append(account)
    return out


def _onward(
    world: World, subject: str, pots: Pots, mine: NDArray[np.int64], span: tuple[int, int], now: int,
    kin: set[str], hands: list[int],
) -> Onward:  # fmt: skip
    first, last = span
    log, at = world.ledger.log, pots.rows - world.ledger.base
    time, day = log.time[at], shanghai_day(log.time[at])
    credits = np.flatnonzero(np.isin(pots.rows, mine) & pots.enters)
    paid = [Paid(i, int(day[i]), payee, int(pots.fen[i])) for i, payee in payees_of(world, pots, kin)]
    names = sorted(world.accounts.ids.names[a] for a in hands)
    inside = {i: int(day[i]) for i in credits.tolist() if day[i] <= last}
    return Onward(subject, now, first, last, pots, time, inside, by_day(world, mine), paid, names)


def payees_of(world: World, pots: Pots, kin: set[str]) -> Iterator[tuple[int, str]]:
    """Payments to strangers who are no institutions: place and payee (``account:…`` where unknown)."""
    log, base = world.ledger.log, world.ledger.base
    licensed: dict[str, bool] = {}
    for at in np.flatnonzero(pots.leaves & ~pots.enters).tolist():
        row, account = int(pots.rows[at]) - base, int(pots.creditor[at])
        party = int(log.payee[row])
        payee = world.parties.names[party] if party != NONE else world.accounts.owner_name(account)
        role = world.accounts.role_of(account)
        if payee in kin or role.startswith("RSV_") or (role in TERMINAL_ROLES and role != "MERCHANT_SETTLE"):
            continue
        if payee not in licensed:
            licensed[payee] = is_licensed(world, payee, shanghai_day(int(log.time[row])))
        if not licensed[payee] and hard_class(world, int(pots.rows[at])) not in NOT_SETTLED:
            yield at, payee


def without_staff(world: World, view: Onward, kin: set[str]) -> tuple[list[Paid], Excuse]:
    """LA-PAYROLL: who only gets wages by the bank's code, and gets them monthly. Wages that follow the sales come oftener."""
    by_payee: dict[str, list[Paid]] = {}
    for p in view.paid:
        by_payee.setdefault(p.payee, []).append(p)
    staff = {
        payee
        for payee, got in by_payee.items()
        if len({p.day for p in got}) <= STAFF_DAYS and all(hard_class(world, int(view.pots.rows[p.at])) == "PAYROLL" for p in got)
    }
    excuse = Excuse("LA-PAYROLL", bool(staff), {"payees": len(staff), "subject_group": len(kin)})
    return [p for p in view.paid if p.payee not in staff], excuse


def without_own_sales(world: World, view: Onward, rows: NDArray[np.int64]) -> tuple[list[Paid], Excuse]:
    """Who is settled at least as much by licensed acquirers himself has his own contract: a supplier, not a merchant served."""
    log, base = world.ledger.log, world.ledger.base
    paid: Counter[str] = Counter()
    for p in view.paid:
        paid[p.payee] += p.fen
    at = rows[shanghai_day(log.time[rows - base]) >= view.first_day] - base
    own: Counter[str] = Counter()
    for account in np.unique(log.creditor[at]).tolist():
        owner = world.accounts.owner_name(account)
        if owner in paid:
            own[owner] += int(log.fen[at][log.creditor[at] == account].sum())
    suppliers = {payee for payee, fen in own.items() if fen >= paid[payee]}
    excuse = Excuse("LA-ACQ", bool(suppliers), {"own_contract": sorted(suppliers)})
    return [p for p in view.paid if p.payee not in suppliers], excuse


# -- the rhythm --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rhythm:
    """Rounds are days of payment. ``lag_days``: how old the sales are that a round pays for; ``fees`` ppm by round."""

    lag_days: int
    fees: tuple[int, ...]
    rounds: int
    recurring: int

    @property
    def fee_ppm(self) -> int:
        """The median fee, of two the lower."""
        return sorted(self.fees)[(len(self.fees) - 1) // 2]

    @property
    def spread_ppm(self) -> int:
        """The distance of the quartiles, each the inner of two."""
        quarter = (len(self.fees) - 1) // 4
        ordered = sorted(self.fees)
        return ordered[len(ordered) - 1 - quarter] - ordered[quarter]


def rhythm(came: Sequence[tuple[int, int]], paid: Sequence[tuple[int, str, int]], times: int, most_lag: int) -> Rhythm:
    """Of settlements (day, fen) and payments (day, payee, fen, not empty): the lag at which the fee is the steadiest.

    A round at lag ``l`` pays for the sales of the days after the round before, less ``l``, up to its own day less ``l``; the
    first of three or more rounds tells nothing, because the round before it is out of sight. A payee recurs that is paid in
    ``times`` rounds, or in half of them where rounds are rarer.
    """
    days = sorted({day for day, _, _ in paid})
    out_by_day: Counter[int] = Counter()
    for day, _, fen in paid:
        out_by_day[day] += fen
    starts = [days[0] - most_lag, *days[:-1]]
    spans = list(zip(starts, days))[1 if len(days) > 2 else 0 :]
    found = []
    for lag in range(most_lag + 1):
        gross = [sum(fen for day, fen in came if start - lag < day <= end - lag) for start, end in spans]
        fees = tuple(ppm(g - out_by_day[end], g) if g else -PPM for g, (_, end) in zip(gross, spans))
        found.append(Rhythm(lag, fees, len(days), 0))
    best = min(found, key=lambda r: (r.spread_ppm, r.lag_days))
    on_days: dict[str, set[int]] = {}
    for day, payee, _ in paid:
        on_days.setdefault(payee, set()).add(day)
    least = min(times, (len(days) + 1) // 2)
    return Rhythm(best.lag_days, best.fees, len(days), sum(len(some) >= least for some in on_days.values()))
