"""The ledger: balances, lots of traced money and the log of transfers, for every account (catalogue §3.6)."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.columns import Columns, Rows
from chuantou.graph.kernels import ledger as kernel
from chuantou.schemas.clock import DAY_US

# what makes a transfer the root of traced money
PLAIN, CLIENT, LOAN, RESERVE = 0, 1, 2, 3
# how long a root is followed by the streaming lots (catalogue P2P-01, P2P-04, PAY-02)
HORIZON_US = np.array([0, 30 * DAY_US, 30 * DAY_US, 2 * DAY_US], np.int64)
# a payout of a reserve is followed out of the merchant's account: a sham merchant is one that passes it on (PAY-02)
THROUGH_TERMINALS = np.array([False, False, False, True])
MAX_HOPS = 8
# how much of the log is kept: the longest look-back of a detector (P2P-02: 180 d of roots before a window of 30) and a margin
KEEP_US = 220 * DAY_US
MAX_ROOTS_A_TRANSFER = 4096
PARTS_A_WALK = 4 * MAX_ROOTS_A_TRANSFER
NONE = -1

ACCOUNT = {"balance": 0, "head": NONE, "tail": NONE, "traced": 0, "last_out": NONE, "first_out": NONE, "last_in": NONE,
           "terminal": 0}  # fmt: skip
LOT = {"root": NONE, "fen": 0, "hop": 0, "next": NONE}
LOG = {"time": 0, "kind": 0, "debtor": NONE, "creditor": NONE, "fen": 0, "debtor_balance": 0, "creditor_balance": 0,
       "next_out": NONE, "next_in": NONE, "out_before": NONE}  # fmt: skip
# what the feed and the register say of a transfer, beside what the kernel writes
SAID = {
    "flow_class": (np.int8, 0),
    "basis": (np.int8, 0),
    "listing": (np.int32, NONE),
    "product": (np.int32, NONE),
    "order": (np.int32, NONE),
    "payer": (np.int32, NONE),
    "payee": (np.int32, NONE),
    "cash": (np.bool_, False),
}


class Parts(NamedTuple):
    """Shares of traced money that transfers moved: int64[n] each."""

    transfer: NDArray
    root: NDArray
    fen: NDArray
    hop: NDArray


class Log(Rows):
    """The transfer log: rows of the kernel, and in ``said`` what else is known of each transfer."""

    def __init__(self) -> None:
        super().__init__(LOG, 4096, fills=False)
        self.said = Columns(SAID, 4096)

    def __getattr__(self, name: str) -> NDArray:
        return getattr(self.said, name) if name in SAID else super().__getattr__(name)

    def reserve(self, size: int) -> None:
        super().reserve(size)
        self.said.reserve(size)

    def drop_front(self, n: int, used: int) -> None:
        super().drop_front(n, used)
        self.said.drop_front(n, used)


class Ledger:
    """Owns the arrays of :mod:`chuantou.graph.kernels.ledger`. Log indices are absolute and never reused."""

    def __init__(self) -> None:
        self.accounts = Rows(ACCOUNT)
        self.lots = Rows(LOT, 4 * MAX_ROOTS_A_TRANSFER)
        self.log = Log()
        self.base = 0
        self.cursor = np.zeros(5, np.int64)
        self.lots.next[:-1] = np.arange(1, self.lots.size)
        self._parts = np.empty((PARTS_A_WALK, 4), np.int64)
        self._moved = np.empty((MAX_ROOTS_A_TRANSFER, 3), np.int64)

    def __getstate__(self) -> dict[str, Any]:
        """Without the room that the log has to spare: a snapshot is taken often."""
        state, log = dict(self.__dict__), Log.__new__(Log)
        log.__setstate__({**self.log.__getstate__(), "rows": self.log.rows[: self.end - self.base]})
        return {**state, "log": log}

    @property
    def end(self) -> int:
        """Absolute index of the next transfer."""
        return int(self.cursor[kernel.LOG_END])

    @property
    def untraced_overflow(self) -> int:
        """Parts that lost their root because one transfer carried more than ``MAX_ROOTS_A_TRANSFER``."""
        return int(self.cursor[kernel.OVERFLOW])

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
        first = self.end - self.base
        self.log.reserve(first + len(time))
        for name, column in extra.items():
            getattr(self.log, name)[first : first + len(time)] = column
        done: list[NDArray[np.int64]] = []
        at, why = 0, kernel.PARTS_FULL
        while why != kernel.DONE:
            self.cursor[kernel.PARTS_END] = 0
            at, why = kernel.walk(
                at, time, debtor, creditor, fen, kind, HORIZON_US, THROUGH_TERMINALS, MAX_HOPS, self.accounts.rows,
                self.lots.rows, self.log.rows, self.base, self._parts, self._moved, self.cursor,
            )  # fmt: skip
            used = int(self.cursor[kernel.PARTS_END])
            done.append(self._parts[:used].copy())
            if why == kernel.LOTS_FULL:
                self._grow_lots()
            elif why == kernel.PARTS_FULL and not used:
                self._parts = np.empty((2 * len(self._parts) + self.lots.size, 4), np.int64)
        parts = done[0] if len(done) == 1 else np.concatenate(done)
        return Parts(*parts.T)

    def _grow_lots(self) -> None:
        old = self.lots.size
        self.lots.reserve(old + MAX_ROOTS_A_TRANSFER + 4)
        self.lots.next[old:-1] = np.arange(old + 1, self.lots.size)
        self.lots.next[-1] = self.cursor[kernel.FREE_HEAD]
        self.cursor[kernel.FREE_HEAD] = old

    def between(self, after: int | None, until: int | None) -> tuple[int, int]:
        """First and one past the last place in the log of the transfers with ``after < time <= until``; None: no bound."""
        time = self.log.time[: self.end - self.base]
        first = 0 if after is None else int(np.searchsorted(time, after, "right"))
        return first, len(time) if until is None else int(np.searchsorted(time, until, "right"))

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

    def rows_of(self, since: int, until: int) -> NDArray[np.int64]:
        """Log indices of the transfers with ``since <= time < until`` (µs) that are kept."""
        first, stop = np.searchsorted(self.log.time[: self.end - self.base], [since, until]).tolist()
        return np.arange(first + self.base, stop + self.base, dtype=np.int64)

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
