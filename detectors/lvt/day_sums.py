"""What every customer paid and received on one day, in cash and by transfer, and what of it no report counts (LVT-01)."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.pay.bank_legs import bank_numbers
from chuantou.graph.accounts import NONE, ROLE_ID, role_mask
from chuantou.graph.columns import Columns
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.ownership import Window
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us

# why a payment is not counted: the customer's own move inside one bank, or between two (which each of them counts by itself),
# organs of state and taxes, banks among themselves, a bank's interest, and payment accounts before they had to be reported
REASONS = ("", "same_name", "other_bank", "LA-GOV", "LA-IBK", "interest", "payment_account")
COUNTS, SAME_NAME, OTHER_BANK, STATE, INTERBANK, INTEREST, PAYMENT_ACCOUNT = range(7)
IS_BANKS_OWN = role_mask("BANK_INTERNAL", "NOSTRO")
NEVER = np.iinfo(np.int64).max


class Lines(NamedTuple):
    """The amounts of a date, in fen (None: none in force), and whether payment accounts are reported by then."""

    cash: int | None
    person: int | None
    entity: int | None
    payment_accounts: bool

    def table(self) -> NDArray[np.int64]:
        """int64[2, 2]: by person (1) or not (0), and cash (1) or not (0)."""
        cash, person, entity = (NEVER if line is None else line for line in (self.cash, self.person, self.entity))
        return np.array([[entity, cash], [person, cash]], np.int64)


class DaySide(NamedTuple):
    """One side of a customer's day that may reach its line: log indices int64[n], and why some do not count (int8[n])."""

    party: str
    incoming: bool
    cash: bool
    line_fen: int
    rows: NDArray[np.int64]
    reason: NDArray[np.int8]


def day_sides(world: World, day: int, lines: Lines) -> Iterator[DaySide]:
    """Customers' sides of ``day`` that reach their lines, own moves between banks included, by name, receipts first."""
    table = lines.table()
    first, stop = world.ledger.between(day_start_us(day) - 1, day_start_us(day + 1) - 1)
    if first == stop or int(table.min()) == NEVER:
        return
    banks = [world.parties.get(bank) for bank in world.register.banks(Window(day, day))]
    found = [side for incoming in (True, False) for side in _sides(world, first, stop, incoming, table, lines, banks)]
    yield from sorted(found, key=lambda side: (side.party, not side.incoming, side.cash))


def _sides(
    world: World, first: int, stop: int, incoming: bool, table: NDArray[np.int64], lines: Lines, banks: list[int]
) -> Iterator[DaySide]:
    log = world.ledger.log
    party = (log.payee if incoming else log.payer)[first:stop]
    at = first + np.flatnonzero(_sums(world, party, log.fen[first:stop])[party] >= int(table.min()))
    party = party[at - first]
    at, party = at[~np.isin(party, banks)], party[~np.isin(party, banks)]
    if not len(at):
        return
    reason = _reasons(world, at, incoming, lines, banks)
    cash = log.cash[at]
    counted = (reason == COUNTS) | (reason == OTHER_BANK)
    sums = np.stack([_sums(world, party, np.where(counted & (cash == kind), log.fen[at], 0)) for kind in (False, True)], 1)
    world.party_table.reserve(len(sums))
    person = world.party_table.person[: len(sums)].astype(np.int8)
    reached = sums >= table[person]
    kept = np.flatnonzero(reached[party, cash.astype(np.int8)])
    key = party[kept].astype(np.int64) * 2 + cash[kept]
    order = np.argsort(key, kind="stable")
    keys, start = np.unique(key[order], return_index=True)
    for who, rows in zip(keys.tolist(), np.split(kept[order], start[1:])):
        line = int(table[int(person[who // 2]), who % 2])
        name = world.parties.names[who // 2]
        yield DaySide(name, incoming, bool(who % 2), line, at[rows] + world.ledger.base, reason[rows])


def _sums(world: World, party: NDArray[np.int32], fen: NDArray[np.int64]) -> NDArray[np.int64]:
    """fen by party id; nobody (-1) has the last place, and nothing."""
    sums = np.zeros(len(world.parties) + 1, np.int64)
    np.add.at(sums, party, fen)
    sums[-1] = 0
    return sums


def _reasons(world: World, at: NDArray[np.int64], incoming: bool, lines: Lines, banks: list[int]) -> NDArray[np.int8]:
    log, t, kinds = world.ledger.log, world.accounts.table, world.party_table
    debtor, creditor, payer, payee = (log.debtor[at], log.creditor[at], log.payer[at], log.payee[at])
    own = creditor if incoming else debtor
    hard = IS_HARD_BASIS[log.basis[at]]
    flow = log.flow_class[at]
    reason = np.zeros(len(at), np.int8)
    if not lines.payment_accounts:
        reason[t.role[own] == ROLE_ID["PAYMENT_ACCT"]] = PAYMENT_ACCOUNT
    third = t.third_party
    by_bank = np.isin(payer, banks) | (IS_BANKS_OWN[t.role[debtor]] & third[debtor])
    reason[hard & (flow == CLASS_ID["INTEREST_BANK"]) & by_bank] = INTEREST
    reason[(np.isin(payer, banks) & np.isin(payee, banks)) | (IS_BANKS_OWN[t.role[own]] & third[own])] = INTERBANK
    organ = (kinds.organ[payer] & (payer != NONE)) | (kinds.organ[payee] & (payee != NONE))
    treasury = _is_treasury(t, debtor) | _is_treasury(t, creditor)
    reason[organ | treasury | (hard & (flow == CLASS_ID["TAX"]))] = STATE
    elsewhere = _at_two_banks(world, debtor, creditor)
    reason[(payer == payee) & ~elsewhere] = SAME_NAME
    reason[(payer == payee) & elsewhere & (reason == COUNTS)] = OTHER_BANK
    return reason


def _is_treasury(t: Columns, account: NDArray[np.int32]) -> NDArray[np.bool_]:
    return (t.role[account] == ROLE_ID["TAX"]) & t.third_party[account]


def _at_two_banks(world: World, debtor: NDArray[np.int32], creditor: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether the accounts are known to lie at two banks."""
    _, bank = bank_numbers(world)
    one, two = bank[debtor], bank[creditor]
    return (one != NONE) & (two != NONE) & (one != two)
