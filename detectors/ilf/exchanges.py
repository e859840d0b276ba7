"""What natural persons gave a hand of parties and were paid by it, over 180 days: the ground of ILF-03 and ILF-07.

Nothing is looked at one by one before counts over columns say that enough persons stand on both sides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Excuse
from chuantou.detectors.ilf.gatherers import excused_accounts, hands, name_of, roots_of
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import IS_HARD_BASIS, class_mask
from chuantou.graph.flow_windows import MONTH
from chuantou.graph.gatherings import IS_KEPT_FOR_OTHERS
from chuantou.graph.windows import OUT
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us

WINDOW_DAYS = 180  # catalogue §4.13, ILF-03
ROUNDS_A_WINDOW = 3  # a month's window sees a third of the payees of a quarterly rhythm
# by more than a memo: what is paid for a reason of its own
IS_OWN_REASON = class_mask(
    "PAYROLL", "RENT", "SUPPLIER", "FEE", "TAX", "MERCH_SETTLE", "LOAN_OUT", "CLAIM_PAY", "SEC_TRANSFER", "REFUND", "CASH_IN",
    "CASH_OUT", "TOPUP", "WITHDRAW",
)  # fmt: skip
# licences to take and pay out the public's money
LICENSED = ("bank", "trust", "fund", "private_fund", "securities", "insurance")


@dataclass(frozen=True, eq=False)
class Exchange:
    """Payments between a hand and the persons who gave it money, by log index; the subject is the first member.

    given, paid: ascending log indices inside the window. ``excuses``: what was left out, and why.
    """

    subject: str
    members: tuple[str, ...]
    hand: tuple[str, ...]
    given: NDArray[np.int64]
    paid: NDArray[np.int64]
    excuses: tuple[Excuse, ...]


class Exchanges:
    """Finds at each day close the hands that paid persons on that day, and enough of those who had given.

    ``own_reason``: by class, what is paid for a reason of its own where it rests on more than a memo.
    """

    def __init__(self, world: World, own_reason: NDArray[np.bool_] = IS_OWN_REASON) -> None:
        self.world, self.own_reason = world, own_reason
        self._first_row = 0

    def today(self, day: int, people: int) -> Iterator[Exchange]:
        """Hands with a payment on the closed ``day`` and ≥ ``people`` persons who gave and were paid in the window."""
        world = self.world
        first, end = max(self._first_row, world.ledger.base), world.ledger.end
        self._first_row = end
        roots = self._stirred(first, end, people) if end > first else np.empty(0, np.int64)
        if not len(roots):
            return
        rows = world.ledger.rows_of(day_start_us(day + 1 - WINDOW_DAYS), day_start_us(day + 1))
        given, paid = self._sides(rows, roots)
        log, base = world.ledger.log, world.ledger.base
        giver = self._who(given, log.creditor, log.payee), log.payer[given - base].astype(np.int64)
        payer = self._who(paid, log.debtor, log.payer), log.payee[paid - base].astype(np.int64)
        root_in, root_out = roots_of(world, giver[0]), roots_of(world, payer[0])
        parties = len(world.parties) + 1
        both = np.intersect1d(root_in * parties + giver[1], root_out * parties + payer[1])
        groups, count = np.unique(both // parties, return_counts=True)
        found: list[Exchange] = []
        for root in groups[count >= people].tolist():
            into, out = given[root_in == root], paid[root_out == root]
            found += self._in_one_hand(into, out, giver[0][root_in == root], payer[0][root_out == root], day, people)
        yield from sorted(found, key=lambda exchange: exchange.subject)

    def _stirred(self, first: int, end: int, people: int) -> NDArray[np.int64]:
        """Roots of those who paid a person since ``first`` for no reason of its own, and whose accounts paid enough others."""
        world, base = self.world, self.world.ledger.base
        log, at = world.ledger.log, slice(first - base, end - base)
        payee = log.payee[at]
        person = (payee != NONE) & world.party_table.person[payee]
        own_reason = self.own_reason[log.flow_class[at]] & IS_HARD_BASIS[log.basis[at]]
        rows = np.flatnonzero(person & ~own_reason) + first
        rows = rows[log.payer[rows - base] != log.payee[rows - base]]
        payers = roots_of(world, self._who(rows, log.debtor, log.payer))
        stirs = np.zeros(len(world.parties) + 1, np.bool_)
        stirs[payers[payers >= 0]] = True
        owner = world.accounts.table.owner[: len(world.flows.accounts)]
        mine = np.flatnonzero((owner != NONE) & stirs[world.roots.of_party[owner]])
        sums = np.zeros(len(stirs), np.int64)
        np.add.at(sums, world.roots.of_party[owner[mine]], world.flows.side(OUT, MONTH, mine).others)
        least = people // ROUNDS_A_WINDOW
        alone = ~np.unique(payers[payers < 0])
        return np.concatenate((np.flatnonzero(sums >= least), ~alone[world.flows.side(OUT, MONTH, alone).others >= least]))

    def _sides(self, rows: NDArray[np.int64], roots: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows on which persons give to the roots, and are paid by them for no reason of its own."""
        world, base = self.world, self.world.ledger.base
        log, table, at = world.ledger.log, world.accounts.table, rows - self.world.ledger.base
        mine = np.zeros(len(world.roots.of_party), np.bool_)
        mine[np.isin(world.roots.of_party[:-1], roots[roots >= 0]).nonzero()[0]] = True
        apart = IS_KEPT_FOR_OTHERS[table.role] & table.third_party
        alone = np.zeros(len(apart), np.bool_)
        alone[~roots[roots < 0]] = True
        person = world.party_table.person
        sides = []
        for party, other, account in ((log.payee, log.payer, log.creditor), (log.payer, log.payee, log.debtor)):
            here, there = party[at], other[at]
            hit = np.flatnonzero((there != NONE) & person[there] & (here != there) & (mine[here] | (here == NONE)))
            own = account[at[hit]]
            hit = hit[~apart[own] & ((here[hit] != NONE) | alone[own])]
            sides.append(rows[hit])
        paid = sides[1] - base
        return sides[0], sides[1][~(self.own_reason[log.flow_class[paid]] & IS_HARD_BASIS[log.basis[paid]])]

    def _who(self, rows: NDArray[np.int64], account: NDArray, party: NDArray) -> NDArray[np.int64]:
        at = rows - self.world.ledger.base
        known = party[at].astype(np.int64)
        return np.where(known == NONE, ~account[at], known)

    def _in_one_hand(
        self, given: NDArray[np.int64], paid: NDArray[np.int64], giver: NDArray[np.int64], payer: NDArray[np.int64], day: int,
        people: int,
    ) -> Iterator[Exchange]:  # fmt: skip
        """Exchanges around whoever deals with most persons; ``giver`` and ``payer`` are who of the roots is on either side."""
        world = self.world
        log, base = world.ledger.log, world.ledger.base
        payee, now = log.payee[paid - base], day_start_us(day)
        who, person = np.concatenate((giver, payer)), np.concatenate((log.payer[given - base], payee))
        weight = {each: len(np.unique(person[who == each])) for each in np.unique(who).tolist()}
        for members, hand in hands(world, weight, day):
            subject = name_of(world, members[0])
            own = np.array(sorted({*members, *(world.parties.get(party) for party in hand)}), np.int64)
            into = given[np.isin(giver, own)]
            excused, excuses = excused_accounts(world, log.creditor[into - base], day)
            into = into[~np.isin(log.creditor[into - base], excused) & ~np.isin(log.payer[into - base], own)]
            out = paid[np.isin(payer, own) & ~np.isin(payee, own)]
            out = out[np.isin(log.payee[out - base], log.payer[into - base])]
            stirs = len(out) > 0 and int(log.time[out[-1] - base]) >= now
            if len(np.unique(log.payee[out - base])) < people or not stirs or self._licensed(subject, day):
                continue
            yield Exchange(subject, tuple(name_of(world, who) for who in members), tuple(sorted(hand)), into, out, excuses)

    def _licensed(self, subject: str, day: int) -> bool:
        return any(self.world.register.has_licence(subject, kind, day) for kind in LICENSED)
