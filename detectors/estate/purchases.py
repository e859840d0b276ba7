"""Homes that persons buy: down payments, the loans behind them, the mortgage that completes them (RE-01)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import YUAN
from chuantou.detectors.lookalikes import hard_class
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.ledger import LOAN
from chuantou.graph.pots import METHODS, Pots, pots_of
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day

BEFORE_DAYS, AFTER_DAYS = 60, 15  # a loan before, or after the down payment: Shanghai days
MORTGAGE_DAYS = 180
PARTS_US = 30 * DAY_US  # down payments to one seller within a month are one (§3.8)
LEAST_FEN = 10_000 * YUAN  # of a down payment or mortgage [E]
ESCROW, INTERNAL, PAYROLL = ROLE_ID["ESCROW_PRESALE"], ROLE_ID["BANK_INTERNAL"], CLASS_ID["PAYROLL"]
# what a lender may owe a person for another reason than a loan
NO_LOAN = (
    "PAYROLL", "REFUND", "RETURN_PRIN", "RETURN_INT", "BONUS", "ESCROW_OUT", "DIVIDEND", "SUPPLIER", "WITHDRAW", "CLAIM_PAY",
)  # fmt: skip
IS_NO_DOWN_PAYMENT = class_mask("RENT", "FEE", "TAX", "REPAY_PRIN", "REPAY_INT", "INVEST_IN", "REFUND", "SUPPLIER")
LENDERS = ("microloan", "consumer_finance")  # licences of bodies that lend small sums


class Credit(NamedTuple):
    """A loan to the buyer or his kin: who lent (the body behind the account), how much, when."""

    time: int
    row: int
    fen: int
    lender: str


@dataclass
class Purchase:
    """One person's down payment(s) to one seller, in time order; ``before``: loans that came before, ``after``: within 15 days.

    ``parts``: log index of a down payment -> fen of it by method that was rooted in loans before.
    """

    buyer: int
    seller: str
    order: int
    downs: list[tuple[int, int, int]]  # (time, log index, fen)
    before: list[Credit] = field(default_factory=list)
    after: list[Credit] = field(default_factory=list)
    parts: dict[int, dict[str, int]] = field(default_factory=dict)
    views: dict[int, Pots] = field(default_factory=dict)
    mortgage: tuple[int, int, int] | None = None  # (time, log index, fen)

    @property
    def down_fen(self) -> int:
        return sum(fen for *_, fen in self.downs)

    @property
    def loan_fen(self) -> int:
        return sum(credit.fen for credit in (*self.before, *self.after))

    def rooted_fen(self, method: str) -> int:
        return sum(parts[method] for parts in self.parts.values())

    @property
    def least_fen(self) -> int:
        """What was lent of it by the method that finds least, and what was lent right after."""
        return min(self.rooted_fen(method) for method in METHODS) + sum(credit.fen for credit in self.after)

    def lenders(self) -> list[str]:
        return sorted({credit.lender for credit in (*self.before, *self.after)})


def looked_back(time: int) -> int:
    """The last instant before the sixty days that are looked back at from ``time``."""
    return day_start_us(shanghai_day(time) - BEFORE_DAYS) - 1


def seller_of(world: World, account: int) -> str:
    """The owner, or the account itself where nobody is known."""
    return world.accounts.owner_name(account)


def sells_homes(world: World) -> NDArray[np.bool_]:
    """bool by account: pre-sale escrow, and accounts of developers and agents."""
    out = np.zeros(world.accounts.table.size, np.bool_)
    for party in world.register.of_sectors(("REALESTATE",)):
        out[world.accounts.of_party.get(world.parties.get(party), [])] = True
    out |= world.accounts.table.role == ESCROW
    return out


def family(world: World, buyer: int, day: int) -> list[str]:
    """The buyer and his kin on file, sorted."""
    name = world.parties.names[buyer]
    links = [link for _, relation in sorted(world.register.related(name, day).items()) for link in relation.path]
    kin = {link.other_end(name) for link in links if link.kind == "KIN" and name in (link.from_party, link.to_party)}
    return sorted({name} | kin)


def accounts_of(world: World, names: Iterable[str]) -> list[int]:
    return [account for name in names for account in world.accounts.of_party.get(world.parties.get(name), [])]


def lender_behind(world: World, row: int, seller: str, staff: set[tuple[int, int]]) -> str | None:
    """The institution, developer, agent or small lender that a credit comes from as a loan; None for everybody else.

    ``staff``: (employer, employee) pairs by salaries of developers and agents.
    """
    log, at = world.ledger.log, row - world.ledger.base
    account, payer, day = int(log.debtor[at]), int(log.payer[at]), shanghai_day(int(log.time[at]))
    if hard_class(world, row) in NO_LOAN or world.accounts.table.role[account] == ESCROW or resale(world, row):
        return None
    cluster = int(world.watch.cluster_of[account])
    if cluster != NONE:
        return world.watch.keys[cluster]
    if payer == NONE:
        return None
    name = world.parties.names[payer]
    info = world.register.party(name)
    if info is not None and info.sector == "REALESTATE":
        return name
    if any(world.register.has_licence(name, kind, day) for kind in LENDERS):
        return name
    if info is not None and info.sector == "BANK":
        return None
    tied = world.register.related(seller, day).get(name) if not seller.startswith("account:") else None
    if tied is not None and tied.tier in ("R1", "R2"):
        return seller
    employers = sorted(world.parties.names[boss] for boss, man in staff if man == payer)
    return employers[0] if employers else None


def resale(world: World, row: int) -> bool:
    """Sale proceeds of an old home that an agent hands over: somebody else paid for the same order before."""
    log, at = world.ledger.log, row - world.ledger.base
    order, account = int(log.order[at]), int(log.debtor[at])
    if order == NONE or log.kind[at] == LOAN:
        return False
    first = int(np.searchsorted(log.time[:at], log.time[at] - BEFORE_DAYS * DAY_US))
    same = (log.order[first:at] == order) & (log.creditor[first:at] == account) & (log.payer[first:at] != log.payee[at])
    return bool(same.any())


def trace_down_payment(
    world: World, purchase: Purchase, down: tuple[int, int, int], day: int, among: NDArray[np.int64],
    staff: set[tuple[int, int]],
) -> None:  # fmt: skip
    """What of a down payment of the day was loan money of the 60 days before, in all accounts of the family."""
    time, row, _ = down
    members = np.zeros(world.ledger.accounts.size, np.bool_)
    members[accounts_of(world, family(world, purchase.buyer, day))] = True
    pots = pots_of(world.ledger, members, looked_back(time), time, among)
    place = int(np.searchsorted(pots.rows, row))
    loans: dict[int, Credit] = {}
    for i in np.flatnonzero(pots.enters[:place]).tolist():
        index = int(pots.rows[i])
        lender = lender_behind(world, index, purchase.seller, staff)
        if lender is not None:
            loans[i] = Credit(int(world.ledger.log.time[index - world.ledger.base]), index, int(pots.fen[i]), lender)
    known = {credit.row for credit in purchase.before}
    purchase.before += [credit for _, credit in sorted(loans.items()) if credit.row not in known]
    purchase.parts[row] = {
        method: sum(fen for root, fen in pots.made_of(place, method) if root in loans) for method in METHODS
    }
    purchase.views[row] = pots


def told_view(world: World, pots: Pots, row: int, loans: set[int]) -> dict[str, Any]:
    """The family's accounts up to a down payment as plain data."""
    names, place = world.accounts.ids.names, int(np.searchsorted(pots.rows, row))
    return {
        "openings": [[names[account], fen] for account, fen in pots.openings],
        "transfers": [
            {
                "transaction": list(world.refs.of(int(pots.rows[i]))),
                "payer": None if pots.enters[i] else names[pots.debtor[i]],
                "payee": None if pots.leaves[i] else names[pots.creditor[i]],
                "fen": int(pots.fen[i]),
                "loan": int(pots.rows[i]) in loans,
            }
            for i in range(place + 1)
        ],
    }
