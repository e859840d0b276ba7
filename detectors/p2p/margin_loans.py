"""Margin loans outside the exchanges as they show in money: deposit, funding, interest, return (P2P-14)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import PPM, YUAN
from chuantou.detectors.lookalikes import entitled_account
from chuantou.graph.accounts import NONE, ROLE_ID, role_mask
from chuantou.graph.watch import one_control
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, shanghai_day

DEPOSIT_US = 3 * DAY_US
KEEP_US = 180 * DAY_US  # after its funding a loan that never showed its rhythm is forgotten
LEAST_DEPOSIT_FEN = 1_000 * YUAN  # of a stranger to the funded account [E]
MAX_DEPOSITS = 20_000  # credits of a day's financiers that are looked at; of more, the newest
MAX_LOANS = 5_000  # margin loans followed of one financier; of more, the newest
SETTLE = ROLE_ID["SEC_SETTLE"]
IS_FUND = role_mask("FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP")  # LA-CAPCALL may hold
EXEMPT = ("securities", "bank")  # licences that cover margin trading, or the financing of an employee plan

MONTH_DAYS = 30
PERIOD_DAYS = (7, 10, 15, 30, 90)  # the rhythms of ILF-03
SLACK_US = 2 * DAY_US


class Paid(NamedTuple):
    """A transfer of a margin loan; ``counted`` fen of ``fen``: a funding of several clients counts in parts."""

    time: int
    row: int
    fen: int
    counted: int


class Terms(NamedTuple):
    """Lines of the rule pack: monthly interest and what comes back in ppm of the funding, funding by times of the deposit."""

    least_times: int
    most_times: int
    least_monthly: int
    most_monthly: int
    back_ppm: int


@dataclass
class MarginLoan:
    """One client of one financier: ``settles`` are the securities accounts that were funded."""

    client: int
    settles: list[int]
    deposits: list[Paid]
    fundings: list[Paid]
    interest: list[Paid] = field(default_factory=list)  # whatever the client paid after the funding
    returns: list[Paid] = field(default_factory=list)

    @property
    def funded_at(self) -> int:
        return self.fundings[0].time

    @property
    def funded_fen(self) -> int:
        return sum(paid.counted for paid in self.fundings)

    @property
    def deposit_fen(self) -> int:
        return sum(paid.counted for paid in self.deposits)

    def copy(self) -> "MarginLoan":
        """As it stands now, for evidence that is written later."""
        return MarginLoan(self.client, list(self.settles), list(self.deposits), list(self.fundings), list(self.interest),
                          list(self.returns))  # fmt: skip

    def holds(self, terms: Terms) -> bool:
        """Funding of one to fifteen times the deposit, and two periods' interest at equal spacing."""
        funded, deposit = self.funded_fen, self.deposit_fen
        if not deposit * terms.least_times <= funded <= deposit * terms.most_times:
            return False
        return any(self._in_rhythm(period, terms) for period in PERIOD_DAYS)

    def _in_rhythm(self, period: int, terms: Terms) -> bool:
        by_day: dict[int, tuple[int, int]] = {}  # payments of one day are one
        for paid in self.interest:
            day = shanghai_day(paid.time)
            by_day[day] = (paid.time, by_day.get(day, (0, 0))[1] + paid.fen)
        whole = self.funded_fen * period
        times = [
            time for _, (time, fen) in sorted(by_day.items())
            if terms.least_monthly * whole <= fen * MONTH_DAYS * PPM <= terms.most_monthly * whole
        ]  # fmt: skip
        step = period * DAY_US
        return any(
            abs(later - earlier - step) <= SLACK_US and earlier - self.funded_at <= step + SLACK_US
            for earlier, later in pairwise(times)
        )

    def is_closed(self, terms: Terms) -> bool:
        """What was funded came back to the financier, with the deposit or a part of it."""
        back = sum(paid.counted for paid in self.returns)
        return terms.back_ppm * self.funded_fen <= back * PPM and back <= self.funded_fen + self.deposit_fen


class MarginBook:
    """The margin loans of every financier, brought up to date once a day.

    ``loans``: by financier, in order of funding; ``used``: deposits that a loan rests on, log index -> time.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.loans: dict[str, list[MarginLoan]] = {}
        self.used: dict[int, int] = {}

    def forget(self, now: int) -> None:
        for key in sorted(self.loans):
            self.loans[key] = [loan for loan in self.loans[key] if loan.funded_at > now - KEEP_US][-MAX_LOANS:]
            if not self.loans[key]:
                del self.loans[key]
        self.used = {row: time for row, time in self.used.items() if time > now - DEPOSIT_US - DAY_US}

    def take(self, rows: NDArray, into: NDArray, out_of: NDArray, now: int) -> Iterator[tuple[str, int]]:
        """Book the transfers ``rows`` of the day that ends at ``now``; yields ``(financier, µs)`` of every payment to it.

        ``into`` and ``out_of`` bool[n]: the row goes into, comes out of a securities account. What was booked stands when
        the pair is yielded and not later.
        """
        fundings = self._fundings(rows[into])
        keys = sorted({key for key, _ in fundings} | self.loans.keys())
        if not keys:
            return
        member = self._members(keys)
        log, base = self.world.ledger.log, self.world.ledger.base
        at = rows - base
        deposits = self._deposits(keys, member, now) if fundings else {}
        clients = {loan.client for loans in self.loans.values() for loan in loans}
        clients |= {payer for held in deposits.values() for _, payer in held}
        in_hands = member[log.creditor[at]] != NONE
        paid = in_hands & np.isin(log.payer[at], np.array(sorted(clients), np.int64))
        financier = {row: key for key, row in fundings}
        for i in np.flatnonzero(np.isin(rows, sorted(financier)) | paid | (out_of & in_hands)).tolist():
            row = int(rows[i])
            if row in financier:
                self._fund(financier[row], row, deposits.get(financier[row], []))
                continue
            key = keys[member[log.creditor[at[i]]]]
            if self._paid_to(key, row, bool(out_of[i])):
                yield key, int(log.time[at[i]])

    def _fundings(self, rows: NDArray) -> list[tuple[str, int]]:
        """``(financier, log index)`` of payments into securities accounts by somebody who may not finance them."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        at = rows - base
        payer, owner = log.payer[at], world.accounts.table.owner[log.creditor[at]]
        person = world.party_table.person
        # LA-SEC: one's own account; an institution's own may host its clients' trading
        strange = (payer != NONE) & ((payer != owner) | (world.watch.cluster_of[log.debtor[at]] != NONE))
        strange &= ~(person[payer] & (payer == owner))
        out = []
        for row in rows[strange].tolist():
            account, party = int(log.debtor[row - base]), int(log.payer[row - base])
            time = int(log.time[row - base])
            key = self.financier(account, party)
            day = shanghai_day(time)
            if self.world.rules.at("margin", day) is not None and not self._may_finance(key, account, day):
                out.append((key, row))
        return out

    def financier(self, account: int, party: int) -> str:
        cluster = int(self.world.watch.cluster_of[account])
        return self.world.watch.keys[cluster] if cluster != NONE else self.world.parties.names[party]

    def _may_finance(self, key: str, account: int, day: int) -> bool:
        if any(self.world.register.has_licence(key, kind, day) for kind in EXEMPT):
            return True
        info = self.world.register.party(key)
        if info is not None and info.sector == "BANK":
            return True
        fund = entitled_account(self.world, account, day) if IS_FUND[self.world.accounts.table.role[account]] else None
        return fund is not None and fund.holds

    def _members(self, keys: list[str]) -> NDArray[np.int32]:
        """For every account the place in ``keys`` of the financier whose hands it is in, or NONE."""
        world = self.world
        member = np.full(world.accounts.table.size, NONE, np.int32)
        for place, key in enumerate(keys):
            if key in world.watch.institutions:
                member[np.flatnonzero(world.watch.cluster_of == world.watch.index(key))] = place
                continue
            related = world.register.related(key, world.day)
            hands = [key, *(party for party, relation in related.items() if one_control(relation))]
            for party in hands:
                held = world.accounts.of_party.get(world.parties.get(party), [])
                member[[account for account in held if member[account] == NONE]] = place
        member[world.accounts.table.role == SETTLE] = NONE  # what is paid into it is funding, not income
        return member

    def _deposits(self, keys: list[str], member: NDArray, now: int) -> dict[str, list[tuple[int, int]]]:
        """``(log index, payer)`` of credits by others to each financier that a funding of the day may rest on."""
        log, base = self.world.ledger.log, self.world.ledger.base
        rows = self.world.ledger.rows_of(now - DAY_US - DEPOSIT_US, now)
        to = member[log.creditor[rows - base]]
        from_others = (to != NONE) & (to != member[log.debtor[rows - base]]) & (log.payer[rows - base] != NONE)
        rows = rows[from_others][-MAX_DEPOSITS:]
        out: dict[str, list[tuple[int, int]]] = {}
        for row in rows.tolist():
            out.setdefault(keys[member[log.creditor[row - base]]], []).append((row, int(log.payer[row - base])))
        return out

    def _fund(self, key: str, row: int, deposits: list[tuple[int, int]]) -> None:
        """Tie a funding to the deposits it rests on: the account owner's, else the newest of strangers that it covers."""
        log, at = self.world.ledger.log, row - self.world.ledger.base
        time, fen, settle = int(log.time[at]), int(log.fen[at]), int(log.creditor[at])
        owner = int(self.world.accounts.table.owner[settle])
        held = self.loans.setdefault(key, [])
        fresh = [loan for loan in held if time - loan.deposits[0].time <= DEPOSIT_US]
        mine = [loan for loan in fresh if loan.client == owner]
        if mine:  # funded in parts
            self._add(mine[-1:], settle, time, row)
            return
        free = [
            (deposit, payer) for deposit, payer in deposits
            if deposit < row and deposit not in self.used and time - self._time(deposit) <= DEPOSIT_US
        ]  # fmt: skip
        if not free:  # the second account of a pool: the deposits that the first one took in
            self._add([loan for loan in fresh if loan.client != owner], settle, time, row)
        by_client: dict[int, list[Paid]] = {}
        covered = 0
        for deposit, payer in reversed([x for x in free if x[1] == owner] or free):
            part = int(log.fen[deposit - self.world.ledger.base])
            if payer == owner or (part >= LEAST_DEPOSIT_FEN and covered + part <= fen):
                by_client.setdefault(payer, []).insert(0, Paid(self._time(deposit), deposit, part, part))
                covered += part
        for client in sorted(by_client, key=lambda client: by_client[client][0].row):
            part = sum(paid.fen for paid in by_client[client])
            held.append(MarginLoan(client, [settle], by_client[client], [Paid(time, row, fen, fen * part // covered)]))
            self.used.update((paid.row, paid.time) for paid in by_client[client])
        if not held:
            del self.loans[key]

    def _add(self, loans: list[MarginLoan], settle: int, time: int, row: int) -> None:
        """One more funding, in parts by the deposits of the loans."""
        fen, whole = int(self.world.ledger.log.fen[row - self.world.ledger.base]), sum(loan.deposit_fen for loan in loans)
        for loan in loans:
            loan.fundings.append(Paid(time, row, fen, fen * loan.deposit_fen // whole))
            if settle not in loan.settles:
                loan.settles.append(settle)

    def _time(self, row: int) -> int:
        return int(self.world.ledger.log.time[row - self.world.ledger.base])

    def _paid_to(self, key: str, row: int, is_return: bool) -> bool:
        """Note what a client paid, or what a funded account gave back; returns whether it concerns a margin loan."""
        log, at = self.world.ledger.log, row - self.world.ledger.base
        time, fen, payer, debtor = int(log.time[at]), int(log.fen[at]), int(log.payer[at]), int(log.debtor[at])
        if is_return:
            funded = [loan for loan in self.loans.get(key, ()) if debtor in loan.settles and loan.fundings[0].row < row]
            whole = sum(loan.funded_fen for loan in funded)
            for loan in funded:
                loan.returns.append(Paid(time, row, fen, fen * loan.funded_fen // whole))
            return bool(funded)
        mine = [
            loan for loan in self.loans.get(key, ())
            if loan.client == payer and loan.fundings[0].row < row and row not in self.used
        ]  # fmt: skip
        for loan in mine:
            loan.interest.append(Paid(time, row, fen, fen))
        return bool(mine)
