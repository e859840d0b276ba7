"""Client orders, own money and fees of every watched reserve, kept in arrays for the kernel (PAY-02)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.kernels import reserve as kernel
from chuantou.detectors.pay.bank_legs import bank_numbers
from chuantou.detectors.pay.standing import Standing
from chuantou.graph.accounts import IS_RESERVE, NONE, ROLES, role_mask
from chuantou.graph.columns import Columns
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.world import Segment, World

WEALTH_SECTORS = ("SECURITIES", "AM")
WHAT_OF_ROLE = np.full(len(ROLES), kernel.PLAIN, np.int8)
WHAT_OF_ROLE[role_mask("SEC_SETTLE", "FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP")] = kernel.WEALTH
WHAT_OF_ROLE[role_mask("TAX")] = kernel.PUBLIC
WHAT_OF_ROLE[IS_RESERVE] = kernel.RESERVE_ACCOUNT
IS_MERCHANT, IS_DEPOSITORY = role_mask("MERCHANT_SETTLE"), role_mask("RSV_DEPOSITORY")
IS_COOPERATING = role_mask("RSV_PAYRECV", "RSV_REMIT")
INTEREST = CLASS_ID["INTEREST_BANK"]


class Judged(NamedTuple):
    """Rows of a segment at reserve accounts, with what of each its payee was not entitled to."""

    row: NDArray[np.int64]
    excess: NDArray[np.int64]
    reason: NDArray[np.int8]


class ReserveBook:
    """Owns the arrays of :mod:`chuantou.detectors.kernels.reserve`; institutions are numbered by ``standing``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.standing = Standing(world)
        self.money = Columns({"fees": (np.int64, 0), "own": (np.int64, 0)}, 8)
        self.accounts = Columns({"paid_in": (np.int64, 0)})
        self.parties = Columns({"paid_in": (np.int64, 0)})
        self.used = np.zeros(1, np.int64)
        self._what_now: NDArray[np.int8] = np.empty(0, np.int8)
        self._bank_now: NDArray[np.int32] = np.empty(0, np.int32)
        self._what_for: tuple[int, int, int] | None = None
        self._new_orders(1 << 12)

    def _new_orders(self, size: int) -> None:
        self.orders = np.full(size, NONE, np.int64)
        self.order_in, self.order_out, self.order_last = (np.zeros(size, np.int64) for _ in range(3))

    def judge(self, segment: Segment, institutions: list[str], regime_2013: bool) -> Judged:
        """Book the segment's rows at reserve accounts of the institutions."""
        self.standing.refresh(institutions)
        table = self.world.accounts.table
        self.money.reserve(len(self.standing.keys))
        self.accounts.reserve(table.size)
        self.parties.reserve(len(self.world.parties))
        reserve_of = self.standing.reserve_of
        row = np.flatnonzero((reserve_of[segment.debtor] != NONE) | (reserve_of[segment.creditor] != NONE))
        excess, reason = np.zeros(len(row), np.int64), np.zeros(len(row), np.int8)
        if not len(row):
            return Judged(row, excess, reason)
        self._make_room(2 * len(row), 0)
        log, at = self.world.ledger.log, row + segment.first - self.world.ledger.base
        interest = (log.flow_class[at] == INTEREST) & IS_HARD_BASIS[log.basis[at]]
        what, bank = self._what()
        kernel.judge(
            segment.time[row], segment.debtor[row], segment.creditor[row], segment.fen[row], log.order[at], interest, reserve_of,
            self.standing.tier, what, IS_DEPOSITORY[table.role], IS_COOPERATING[table.role], bank, table.owner, regime_2013,
            self.orders, self.order_in, self.order_out, self.order_last, self.used,
            self.money.fees, self.money.own, self.accounts.paid_in, self.parties.paid_in, excess, reason,
        )  # fmt: skip
        return Judged(row, excess, reason)

    def _what(self) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """What every account is, by its role and its owner's sector, and the number of its bank, whatever the branch."""
        table = self.world.accounts.table
        made_for = (self.world.watch.edition, self.world.register.version, table.size)
        if self._what_for != made_for:
            what = WHAT_OF_ROLE[table.role]
            what[IS_MERCHANT[table.role] & table.third_party] = kernel.MERCHANT
            for party in self.world.register.of_sectors(WEALTH_SECTORS):
                for account in self.world.accounts.of_party.get(self.world.parties.get(party), ()):
                    if what[account] != kernel.RESERVE_ACCOUNT:
                        what[account] = kernel.WEALTH
            self._what_now, self._what_for = what, made_for
            self._bank_now = bank_numbers(self.world)[1]
        return self._what_now, self._bank_now

    def forget_before(self, oldest: int) -> None:
        """Drop orders that did not move since ``oldest`` once the table is half full."""
        if int(self.used[0]) * 4 > len(self.orders):
            self._make_room(0, oldest)

    def _make_room(self, more: int, oldest: int) -> None:
        size = len(self.orders)
        if (int(self.used[0]) + more) * 2 <= size and not oldest:
            return
        while (int(self.used[0]) + more) * 2 > size:
            size *= 2
        old = self.orders, self.order_in, self.order_out, self.order_last
        self._new_orders(size)
        self.used[0] = kernel.keep_orders(*old, oldest, self.orders, self.order_in, self.order_out, self.order_last)
