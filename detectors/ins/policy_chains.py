"""Premiums that come out of the insurer again at once, and whom the money is paid on to (INS-04)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chuantou.detectors.lookalikes import hard_class
from chuantou.graph.accounts import NONE
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, shanghai_day

# by more than a memo: a claim is insurance at work; the others have nothing to do with a policyholder's money
NO_PAYOUT = ("CLAIM_PAY", "PAYROLL", "TAX", "SUPPLIER", "FEE", "RENT", "DIVIDEND", "CAPITAL_IN")
# by more than a memo: what is bought, owed or insured is no investment
NO_INVESTMENT = ("MERCH_SETTLE", "TAX", "RENT", "REPAY_PRIN", "REPAY_INT", "PREMIUM", "SUPPLIER", "REFUND", "CASH_OUT")
MOST_PAYMENTS = 1_000  # out of one account after one payout


class Premium(NamedTuple):
    """A person's premium; ``order`` as the transfers name it, or NONE."""

    time: int
    row: int
    person: str
    insurer: str
    fen: int
    order: int


@dataclass(frozen=True)
class Chain:
    """A payout of those that gave back ``back_fen``, most of the ``premiums``; its money is followed ``until`` (µs)."""

    person: str
    insurer: str
    premiums: tuple[Premium, ...]
    back_fen: int
    row: int
    time: int
    fen: int
    until: int


class Outlay(NamedTuple):
    """A payment that the person, or kin paid by him, made after the payout."""

    row: int
    time: int
    payee: str
    fen: int


def kin_of(world: World, person: str, day: int) -> set[str]:
    """Kin on file."""
    links = [link for relation in world.register.related(person, day).values() for link in relation.path]
    return {link.other_end(person) for link in links if link.kind == "KIN" and person in (link.from_party, link.to_party)}


def outlays(world: World, chain: Chain, until: int) -> list[Outlay]:
    """What was paid on after the payout by whoever got it, and by kin on whom it was spread, in booking order."""
    log, base = world.ledger.log, world.ledger.base
    family = {chain.person, *kin_of(world, chain.person, shanghai_day(chain.time))}
    payee = world.accounts.owner_name(int(log.creditor[chain.row - base]))
    if payee not in family:  # the insurer paid somebody else for the policyholder
        return [Outlay(chain.row, chain.time, payee, chain.fen)]
    out, spread = [], [chain.row]
    while spread:
        for row in debits_after(world, spread.pop(), until):
            at = row - base
            to = world.accounts.owner_name(int(log.creditor[at]))
            if to in family:
                spread += [row] if world.accounts.owner_name(int(log.debtor[at])) == chain.person and to != chain.person else []
            elif hard_class(world, row) not in NO_INVESTMENT and not world.ledger.accounts.terminal[log.creditor[at]]:
                out.append(Outlay(row, int(log.time[at]), to, int(log.fen[at])))
    return sorted(set(out))


def debits_after(world: World, credit: int, until: int) -> Iterator[int]:
    """Log indices of the payments out of the account that log entry ``credit`` paid into, after it and up to ``until``."""
    log, base = world.ledger.log, world.ledger.base
    row = world.ledger.first_out_after(credit)
    for _ in range(MOST_PAYMENTS):
        if row == NONE or int(log.time[row - base]) > until:
            return
        yield row
        row = int(log.next_out[row - base])


class Policies:
    """Premiums of the last days by person, and the chains that they became."""

    def __init__(self, days: int) -> None:
        self.window_us = days * DAY_US
        self.premiums: dict[str, list[Premium]] = {}
        self.orders: dict[int, str] = {}  # order → person
        self.paid_out: dict[tuple[str, str], list[tuple[int, int, int]]] = {}  # (person, insurer) → (time, row, fen)

    def pay_in(self, premium: Premium) -> None:
        self.premiums.setdefault(premium.person, []).append(premium)
        if premium.order != NONE:
            self.orders[premium.order] = premium.person

    def pay_out(self, person: str, insurer: str, time: int, row: int, fen: int, share_ppm: int) -> list[Chain]:
        """The chains that a payout completes: all payouts since the premiums, once they are so much of them."""
        since = [p for p in self.premiums.get(person, ()) if p.insurer == insurer and time - self.window_us <= p.time <= time]
        if not since:
            return []
        first = min(p.time for p in since)
        known = self.paid_out.setdefault((person, insurer), [])
        known.append((time, row, fen))
        mine = [payout for payout in known if payout[0] >= first]
        back = sum(payout[2] for payout in mine)
        if back * 1_000_000 < share_ppm * sum(p.fen for p in since):
            return []
        return [Chain(person, insurer, tuple(since), back, r, t, f, first + self.window_us) for t, r, f in mine]

    def forget(self, before: int) -> None:
        """Drop premiums and payouts older than ``before`` (µs)."""
        premiums = {who: [p for p in held if p.time >= before] for who, held in self.premiums.items()}
        self.premiums = {who: held for who, held in premiums.items() if held}
        self.orders = {p.order: who for who, held in self.premiums.items() for p in held if p.order != NONE}
        payouts = {key: [payout for payout in held if payout[0] >= before] for key, held in self.paid_out.items()}
        self.paid_out = {key: held for key, held in payouts.items() if held}
