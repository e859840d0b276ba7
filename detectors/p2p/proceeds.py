"""Where the proceeds of one loan went: its subflow with sinks, terminals and excused payments (P2P-04)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Excuse
from chuantou.detectors.lookalikes import hard_class
from chuantou.graph.accounts import NONE
from chuantou.graph.subflow import OUTSIDE, Subflow, subflow
from chuantou.graph.trace import Trace, trace_root
from chuantou.graph.world import World

MAX_HOPS = 6
FEE_LIMIT_PPM = 50_000  # what may go back as fees; the contract carries no fee schedule [E]
PAYROLL_LIMIT_PPM = 50_000  # catalogue P2P-04 “Not”: part-time salary under 5 %
# predicate by class, and whether it is limited to a share of the loan
EXCUSED = {
    "FEE": ("LA-FEE", FEE_LIMIT_PPM),
    "PAYROLL": ("LA-PAYROLL", PAYROLL_LIMIT_PPM),
    "SUPPLIER": ("LA-COOP", None),
    "REPAY_PRIN": ("LA-REPAY", None),
    "REPAY_INT": ("LA-REPAY", None),
    "REFUND": ("LA-REFUND", None),
}


@dataclass
class Loan:
    """A disbursement that is followed. ``root`` is its log index; ``reached`` the accounts its money can have met."""

    root: int
    platform: str
    borrower: int
    listing: int
    fen: int
    time: int
    checked: int = NONE  # end of the log when it was last followed
    reached: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    halves: dict[int, int] = field(default_factory=dict)  # party -> instant at which it had half of the money


@dataclass
class Proceeds:
    """A loan's subflow up to an instant; ``creditor`` differs from the subflow's where a payment is excused."""

    loan: Loan
    until: int
    sink_accounts: tuple[int, ...]
    flow: Subflow
    creditor: NDArray[np.int32]
    opening_fen: NDArray[np.int64]
    sinks: NDArray[np.bool_]
    terminals: NDArray[np.bool_]
    excuses: list[Excuse]

    def trace(self, rows: int | None = None, sinks: NDArray[np.bool_] | None = None) -> Trace:
        """Trace by all methods over the first ``rows`` transfers (default all)."""
        f = self.flow
        return trace_root(f.debtor[:rows], self.creditor[:rows], f.fen[:rows], self.opening_fen, f.root,
                          self.sinks if sinks is None else sinks, self.terminals, MAX_HOPS)  # fmt: skip


def follow_proceeds(world: World, loan: Loan, until: int, sink_accounts: Iterable[int]) -> Proceeds:
    """Gather where ``loan`` can have gone by ``until`` (µs) and mark what it may lawfully have paid.

    The borrower's own accounts are no sinks.
    """
    sinks = set(sink_accounts) - set(world.accounts.of_party.get(loan.borrower, ()))
    return replace(follow_to(world, loan, until, sinks.__contains__), sink_accounts=tuple(sorted(sinks)))


def follow_to(world: World, loan: Loan, until: int, ends: Callable[[int], bool]) -> Proceeds:
    """The same to every account for which ``ends`` holds, the borrower's own among them."""
    flow = subflow(
        world.ledger, loan.root, until, MAX_HOPS, max(1, loan.fen // 1000),
        lambda account: ends(account) or bool(world.ledger.accounts.terminal[account]) or is_stop(world, account),
    )  # fmt: skip
    accounts = flow.accounts
    is_sink = np.array([account != NONE and ends(account) for account in accounts.tolist()], np.bool_)
    stop = np.array(
        [a != NONE and (bool(world.ledger.accounts.terminal[a]) or is_stop(world, a)) for a in accounts.tolist()]
    )
    excused_end = len(accounts)  # a local account of its own: what is excused arrives there and stays
    creditor, excuses = _excused(world, loan, flow, excused_end)
    return Proceeds(
        loan, until, tuple(accounts[is_sink].tolist()), flow, creditor, np.append(flow.opening_fen, 0), np.append(is_sink, False),
        np.append(stop & ~is_sink, True), excuses,
    )  # fmt: skip


def is_stop(world: World, account: int) -> bool:
    """A client master account that a third party designated, and banks' own accounts: money is not followed through them.

    A sub-ledger is one client's own and is followed.
    """
    if bool(world.accounts.table.third_party[account]) and world.accounts.role_of(account) == "CLIENT_MASTER":
        return True
    owner = int(world.accounts.table.owner[account])
    info = world.register.party(world.parties.names[owner]) if owner != NONE else None
    return info is not None and info.sector == "BANK"


def _excused(world: World, loan: Loan, flow: Subflow, excused_end: int) -> tuple[NDArray[np.int32], list[Excuse]]:
    creditor = flow.creditor.copy()
    groups: dict[str, list[int]] = {}
    limits: dict[str, int | None] = {}
    for i, row in enumerate(flow.rows.tolist()):
        if i == flow.root or flow.debtor[i] == OUTSIDE:
            continue
        stated = hard_class(world, row)
        if stated not in EXCUSED or (stated.startswith("REPAY") and not _of_this_loan(world, loan, row)):
            continue
        if stated == "PAYROLL" and not _to_person(world, row):
            continue
        predicate, limits[stated] = EXCUSED[stated]
        groups.setdefault(predicate, []).append(i)
    limit_of = {EXCUSED[stated][0]: limit for stated, limit in limits.items()}
    excuses = []
    for predicate in sorted(groups):
        total = sum(int(flow.fen[i]) for i in groups[predicate])
        limit = limit_of[predicate]
        holds = limit is None or total * 1_000_000 <= limit * loan.fen
        if holds:
            creditor[groups[predicate]] = excused_end
        inputs = {"paid_fen": total, "loan_fen": loan.fen, "limit_ppm": limit,
                  "transactions": [list(world.refs.of(int(flow.rows[i]))) for i in groups[predicate]]}  # fmt: skip
        excuses.append(Excuse(predicate, holds, inputs))
    return creditor, excuses


def _of_this_loan(world: World, loan: Loan, row: int) -> bool:
    """The borrower himself pays on this very listing, to an account that holds its investors' money."""
    log, at = world.ledger.log, row - world.ledger.base
    return int(log.payer[at]) == loan.borrower and int(log.listing[at]) in (loan.listing, NONE)


def _to_person(world: World, row: int) -> bool:
    payee = int(world.ledger.log.payee[row - world.ledger.base])
    return payee != NONE and world.parties.names[payee].startswith("person:")
