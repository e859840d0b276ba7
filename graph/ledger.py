"""The ledger: balances, lots of traced money and the log of transfers, for every account (catalogue §3.6)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.columns import Columns
from chuantou.graph.kernels import ledger as kernel
from chuantou.schemas.clock import DAY_US

# what makes a transfer the root of traced money
PLAIN, CLIENT, LOAN, RESERVE = 0, 1, 2, 3
# how long a root is followed by the streaming lots (catalogue P2P-01, P2P-04, PAY-02)
HORIZON_US = np.array([0, 30 * DAY_US, 30 * DAY_US, 2 * DAY_US], np.int64)
# a payout of a reserve is followed out of the merchant's account: a sham merchant is one that passes it on (PAY-02)
THROUGH_TERMINALS = np.array([False, False, False, True])
MAX_HOPS = 8
# how much of the log is kept: the longest look-back of a detector (90 d re-run of red suspects, §4.1) and a margin
KEEP_US = 100 * DAY_US
MAX_ROOTS_A_TRANSFER = 4096
PARTS_A_WALK = 4 * MAX_ROOTS_A_TRANSFER
NONE = -1

LOT = {"root": (np.int64, NONE), "fen": (np.int64, 0), "hop": (np.int8, 0), "next": (np.int32, NONE)}
LOG = {
    "time": (np.int64, 0),
    "kind": (np.int8, 0),
    "debtor": (np.int32, NONE),
    "creditor": (np.int32, NONE),
    "fen": (np.int64, 0),
    "debtor_balance": (np.int64, 0),
    "creditor_balance": (np.int64, 0),
    "next_out": (np.int64, NONE),
    "next_in": (np.int64, NONE),
    "out_before": (np.int64, NONE),
}
EXTRA = {
    "flow_class": (np.int8, 0),
    "basis": (np.int8, 0),
    "listing": (np.int32, NONE),
    "product": (np.int32, NONE),
    "order": (np.int32, NONE),
    "payer": (np.int32, NONE),
    "payee": (np.int32, NONE),
}


class Parts(NamedTuple):
    """Shares of traced money that transfers moved: all int64[n]; hop int8[n]."""

    transfer: NDArray
    root: NDArray
    fen: NDArray
    hop: NDArray


def _column(number: int) -> property:
    return property(lambda self: self.rows[:, number])


class AccountRows:
    """int64[size, 8]: one row, one cache line, an account; the columns are views."""

    EMPTY = np.array([0, NONE, NONE, 0, NONE, NONE, NONE, 0], np.int64)
    balance, head, tail, traced = (_column(c) for c in (kernel.BALANCE, kernel.HEAD, kernel.TAIL, kernel.TRACED))
    last_out, first_out, last_in = (_column(c) for c in (kernel.LAST_OUT, kernel.FIRST_OUT, kernel.LAST_IN))
    terminal = _column(kernel.TERMINAL)

    def __init__(self, size: int = 1024) -> None:
        self.rows = np.tile(self.EMPTY, (size, 1))

    @property
    def size(self) -> int:
        return len(self.rows)

    def reserve(self, size: int) -> None:
        """Make room for ``size`` accounts."""
        if size > self.size:
            self.rows = np.concatenate((self.rows, np.tile(self.EMPTY, (max(size, 2 * self.size) - self.size, 1))))


class Ledger:
    """Owns the arrays of :mod:`chuantou.graph.kernels.ledger`. Log indices are absolute and never reused."""

    def __init__(self) -> None:
        self.accounts = AccountRows()
        self.lots = Columns(LOT, 4096)
        self.log = Columns(LOG | EXTRA, 4096)
        self.base = 0
        self.cursor = np.zeros(5, np.int64)
        self.lots.next[:-1] = np.arange(1, self.lots.size, dtype=np.int32)
        part = Parts(*(np.empty(PARTS_A_WALK, np.int64) for _ in range(3)), np.empty(PARTS_A_WALK, np.int8))
        self._scratch = part, tuple(np.empty(MAX_ROOTS_A_TRANSFER, t) for t in (np.int64, np.int64, np.int8))

    @property
    def end(self) -> int:
        """Absolute index of the next transfer."""
        return int(self.cursor[kernel.LOG_END])

    @property
    def untraced_overflow(self) -> int:
        """Parts that lost their root because one transfer carried more than ``MAX_ROOTS_A_TRANSFER``."""
        return int(self.cursor[4])

    def book(
        self,
        time: NDArray,
        debtor: NDArray,
        creditor: NDArray,
        fen: NDArray,
        kind: NDArray,
        extra: dict[str, NDArray],
    ) -> Parts:
        """Book transfers in order; returns the traced shares that they moved."""
        first = self.end
        self.log.reserve(first - self.base + len(time))
        for name, column in extra.items():
            getattr(self.log, name)[first - self.base : first - self.base + len(time)] = column
        part, moved = self._scratch
        done: list[Parts] = []
        at, lg = 0, self.log
        while True:
            self.cursor[kernel.PARTS_END] = 0
            at, why = kernel.walk(
                at, time, debtor, creditor, fen, kind, HORIZON_US, THROUGH_TERMINALS, MAX_HOPS,
                self.accounts.rows,
                self.lots.root, self.lots.fen, self.lots.hop, self.lots.next,
                lg.time, lg.kind, lg.debtor, lg.creditor, lg.fen, lg.debtor_balance, lg.creditor_balance,
                lg.next_out, lg.next_in, lg.out_before, self.base,
                part.transfer, part.root, part.fen, part.hop, *moved, self.cursor,
            )  # fmt: skip
            used = int(self.cursor[kernel.PARTS_END])
            done.append(Parts(*(column[:used].copy() for column in part)))
            if why == kernel.LOTS_FULL:
                self._grow_lots()
            elif why == kernel.DONE:
                return done[0] if len(done) == 1 else Parts(*(np.concatenate(c) for c in zip(*done)))

    def _grow_lots(self) -> None:
        old = self.lots.size
        self.lots.reserve(old + MAX_ROOTS_A_TRANSFER + 4)
        self.lots.next[old:-1] = np.arange(old + 1, self.lots.size, dtype=np.int32)
        self.lots.next[-1] = self.cursor[kernel.FREE_HEAD]
        self.cursor[kernel.FREE_HEAD] = old

    def set_opening(self, account: int, fen: int) -> None:
        """What an account held before its first transfer: untraced money (origin OPENING)."""
        self.accounts.balance[account] = max(0, fen)

    def forget_before(self, time_us: int) -> None:
        """Drop log entries older than ``time_us`` once they are more than half of the log."""
        used = self.end - self.base
        old = int(np.searchsorted(self.log.time[:used], time_us))
        if old > 4096 and old * 2 > used:
            self.log.drop_front(old, used)
            self.base += old
            payers, first = np.unique(self.log.debtor[: used - old], return_index=True)
            self.accounts.first_out[:] = NONE
            self.accounts.first_out[payers] = first + self.base

    def first_out_after(self, credit: int) -> int:
        """First debit of the payee of log entry ``credit`` booked after it, or ``NONE``."""
        before = int(self.log.out_before[credit - self.base])
        if before >= self.base:
            return int(self.log.next_out[before - self.base])
        first = int(self.accounts.first_out[self.log.creditor[credit - self.base]])
        return first if first > credit else NONE

    def lots_of(self, account: int) -> list[tuple[int, int]]:
        """``(root, fen)`` of the account's queue, oldest first (for tests and evidence)."""
        out, lot = [], int(self.accounts.head[account])
        while lot != NONE:
            out.append((int(self.lots.root[lot]), int(self.lots.fen[lot])))
            lot = int(self.lots.next[lot])
        return out
