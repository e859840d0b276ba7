"""The banks that keep an institution's reserve, and what they or their people pay to its circle (PAY-04, PAY-05)."""

from typing import NamedTuple

import numpy as np

from chuantou.detectors.pay.bank_legs import bank_key
from chuantou.detectors.pay.standing import TIERS
from chuantou.graph.accounts import IS_RESERVE, NONE, ROLE_ID
from chuantou.graph.flow_class import IS_HARD_BASIS
from chuantou.graph.ownership import Window
from chuantou.graph.world import World

BANK_INTERNAL = ROLE_ID["BANK_INTERNAL"]
CENTRAL_BANK_NAME, CENTRAL_BANK_CODE = "人民银行", "001"  # CNAPS numbers of the central bank begin with 001 [M-h]


class ReserveBank(NamedTuple):
    """A bank by its CNAPS number (else its party), the institution's reserve accounts there, and who stands for it.

    ``parties``: the bank and its branches (``bank``), and its R1 and R2: controlled firms, staff and what staff controls.
    """

    name: str
    accounts: tuple[int, ...]
    parties: dict[str, str]


class Paid(NamedTuple):
    """A payment to the circle: ``ref`` names it after the log has forgotten ``row``; ``flow`` is its stated class."""

    time: int
    row: int
    ref: tuple[str, str]
    fen: int
    flow: int
    hard: bool
    bank: str
    payer: str
    tier: str
    payee: str
    account: int


def reserve_accounts(world: World, key: str) -> list[int]:
    """The institution's reserve accounts, by name."""
    held = [a for a in world.watch.accounts_of(key) if IS_RESERVE[world.accounts.table.role[a]]]
    return sorted(held, key=world.accounts.ids.names.__getitem__)


def bank_of(world: World, account: int) -> str | None:
    """The bank that keeps an account: by CNAPS number, else the custodian; None where neither is known."""
    table = world.accounts.table
    if table.bank[account] != NONE:
        return bank_key(world.accounts.banks.names[table.bank[account]])
    return world.parties.names[table.custodian[account]] if table.custodian[account] != NONE else None


def bank_parties(world: World, day: int) -> dict[str, list[str]]:
    """Banks of the day in the register, by CNAPS bank of their internal accounts (of any account where they have none)."""
    out: dict[str, list[str]] = {}
    role = world.accounts.table.role
    for party in sorted(world.register.banks(Window(day, day))):
        accounts = world.accounts.of_party.get(world.parties.get(party), [])
        internal = [a for a in accounts if role[a] == BANK_INTERNAL]
        for name in sorted({name for a in internal or accounts if (name := bank_of(world, a)) is not None}):
            out.setdefault(name, []).append(party)
    return out


def reserve_banks(world: World, key: str, day: int, known: dict[str, list[str]]) -> list[ReserveBank]:
    """The banks of the institution's reserve accounts, by name; ``known`` as :func:`bank_parties` gives it."""
    held: dict[str, list[int]] = {}
    for account in reserve_accounts(world, key):
        name = bank_of(world, account)
        if name is not None:
            held.setdefault(name, []).append(account)
    custodian, names = world.accounts.table.custodian, world.parties.names
    out = []
    for name in sorted(held):
        told = {names[custodian[a]] for a in held[name] if custodian[a] != NONE}
        parties = dict.fromkeys(sorted({*known.get(name, ()), *told}), "bank")
        for bank in sorted(parties):
            for party, relation in world.register.related(bank, day).items():
                if relation.tier in TIERS:
                    parties.setdefault(party, relation.tier)
        out.append(ReserveBank(name, tuple(held[name]), parties))
    return out


def is_central_bank(world: World, party: int, account: int) -> bool:
    """Whether a payer is the central bank, by its name or by the number of its account's bank."""
    info = world.register.party(world.parties.names[party]) if party != NONE else None
    if info is not None and info.name is not None and CENTRAL_BANK_NAME in info.name:
        return True
    bank = int(world.accounts.table.bank[account])
    return bank != NONE and world.accounts.banks.names[bank].startswith(CENTRAL_BANK_CODE)


class BankMoney:
    """Day by day: ``banks`` of every institution, and what was paid out of them to its circle."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.banks: dict[str, list[ReserveBank]] = {}
        self._end = 0

    def close_day(self, day: int, institutions: list[str]) -> tuple[range, dict[str, list[Paid]]]:
        """The day's log indices, and by institution the payments of its banks to it and its R1 and R2, in booking order.

        What the reserve itself is paid does not count, nor what the circle pays itself.
        """
        first, self._end = self._end, self.world.ledger.end
        first = max(first, self.world.ledger.base)
        rows = range(first, self._end)
        if not rows or not institutions:
            return rows, {}
        known = bank_parties(self.world, day)
        self.banks = {key: reserve_banks(self.world, key, day, known) for key in institutions}
        circles = {key: set(self.world.watch.institutions[key].circle(*TIERS)) for key in institutions}
        out: dict[str, list[Paid]] = {}
        for row, payer, payee in self._candidates(rows, circles):
            for key in institutions:
                bank = next((bank for bank in self.banks[key] if payer in bank.parties), None)
                if bank is not None and payee in circles[key] and payer not in circles[key]:
                    out.setdefault(key, []).append(self._paid(row, bank, payer, payee))
        return rows, out

    def _candidates(self, rows: range, circles: dict[str, set[str]]) -> list[tuple[int, str, str]]:
        log, parties = self.world.ledger.log, self.world.parties
        at = slice(rows.start - self.world.ledger.base, rows.stop - self.world.ledger.base)
        payers, payees = (np.zeros(len(parties) + 1, np.bool_) for _ in range(2))  # the last entry answers for nobody
        for banks in self.banks.values():
            payers[[i for bank in banks for name in bank.parties if (i := parties.get(name)) != NONE]] = True
        for circle in circles.values():
            payees[[i for name in circle if (i := parties.get(name)) != NONE]] = True
        reserve = IS_RESERVE[self.world.accounts.table.role[log.creditor[at]]]
        found = np.flatnonzero(payers[log.payer[at]] & payees[log.payee[at]] & ~reserve) + at.start
        names = parties.names
        return [(i + self.world.ledger.base, names[log.payer[i]], names[log.payee[i]]) for i in found.tolist()]

    def _paid(self, row: int, bank: ReserveBank, payer: str, payee: str) -> Paid:
        log, at = self.world.ledger.log, row - self.world.ledger.base
        return Paid(int(log.time[at]), row, self.world.refs.of(row), int(log.fen[at]), int(log.flow_class[at]),
                    bool(IS_HARD_BASIS[log.basis[at]]), bank.name, payer, bank.parties[payer], payee,
                    int(log.creditor[at]))  # fmt: skip
