"""Sliding windows over every account: how often, how much, with how many others, and how fast it was passed on.

Three lengths, both sides, event time, exact at every instant: a transfer is inside a window of length W at ``now`` while
``time >= now - W`` (inclusive, as for FLOW-01). Memory: 44 bytes a stored transfer and 4 a slot of the table of pairs, in all
at most 64; 128 bytes an account. Expired transfers are overwritten.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.kernels import windows as kernel
from chuantou.graph.kernels.windows import COUNTS, IN, LENGTHS, OUT, PLAIN

__all__ = ["COUNTS", "IN", "OUT", "PLAIN", "Passing", "Side", "Windows"]

NONE = -1
PPM = 1_000_000
SMALLEST = 1 << 12
MOST_EDGES = 1 << 30  # edges are told apart by 31 bits
EMPTY_ACCOUNT = np.zeros(kernel.WIDTH, np.int64)
EMPTY_ACCOUNT[[kernel.OUT + kernel.ENDS, kernel.IN + kernel.ENDS, kernel.OPEN]] = NONE
CACHE_LINE = 64


def account_rows(size: int) -> NDArray[np.int64]:
    """Empty rows that begin at a cache line: a side of an account is one line."""
    raw = np.empty(size * kernel.WIDTH + CACHE_LINE // 8, np.int64)
    start = -raw.ctypes.data % CACHE_LINE // 8
    rows = raw[start : start + size * kernel.WIDTH].reshape(size, kernel.WIDTH)
    rows[:] = EMPTY_ACCOUNT
    return rows


class Passing(NamedTuple):
    """Of each transfer, its payer's window right after it: distinct payers and payees, fen gathered and passed on.

    int32[n], int32[n], int64[n], int64[n]; zero where the transfer does not count.
    """

    payers: NDArray[np.int32]
    payees: NDArray[np.int32]
    gathered: NDArray[np.int64]
    passed: NDArray[np.int64]

    @classmethod
    def empty(cls, n: int = 0) -> "Passing":
        return cls(np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int64))


class Side(NamedTuple):
    """One side of one window, of all accounts or of one: transfers, distinct counterparties, fen."""

    transfers: NDArray[np.int64]
    others: NDArray[np.int64]
    fen: NDArray[np.int64]


class Windows:
    """Windows of ``lengths_us`` (ascending µs). The shortest is also how long money may rest and still be *passed on*;
    ``shown`` is the number of the window of which :meth:`push` tells the payer's state. ValueError for other lengths."""

    def __init__(self, lengths_us: tuple[int, int, int], shown: int = 1) -> None:
        if len(lengths_us) != LENGTHS or list(lengths_us) != sorted(lengths_us) or lengths_us[0] < 0:
            raise ValueError(f"windows need {LENGTHS} lengths in ascending order, not {lengths_us}")
        if not 0 <= shown < LENGTHS:
            raise ValueError(f"no window has the number {shown}")
        self.lengths = np.array(lengths_us, np.int64)
        self.shown = shown
        self.edges = self._reserved = np.zeros(SMALLEST, kernel.EDGE)
        self.accounts = account_rows(1024)
        self.table = np.full(SMALLEST, kernel.EMPTY, np.int32)
        self.cursor = np.zeros(kernel.BUILT + 1, np.int64)
        self.now = -(1 << 62)

    # -- what comes in ---------------------------------------------------------------------------------------------

    def push(self, time: NDArray, payer: NDArray, payee: NDArray, fen: NDArray, state: NDArray) -> Passing:
        """Take transfers in time order: int64 µs, account numbers from 0, int64 fen > 0, bits ``COUNTS`` and ``PLAIN``.

        A transfer from an account to itself never counts. ValueError, naming the row, where time goes back or an amount or
        account is impossible; nothing is taken then.
        """
        n = len(time)
        if not n:
            return Passing.empty()
        self._check(time, payer, payee, fen)
        self._reserve_accounts(int(max(payer.max(), payee.max())) + 1)
        kept = np.where(payer == payee, 0, state).astype(np.int32)
        out, at = Passing.empty(n), 0
        while at < n:
            at = kernel.push(
                at, time, payer, payee, fen, kept, self.lengths, self.shown, self.edges, self.accounts, self.table,
                self.cursor, *out,
            )  # fmt: skip
            if at < n:
                self._make_room()
        self.now = int(time[-1])
        return out

    def advance(self, now: int) -> None:
        """Let everything leave that is too old at ``now``; an earlier instant than the last changes nothing."""
        self.now = max(self.now, now)
        kernel.expire(self.now, self.lengths, self.shown, self.edges, self.accounts, self.cursor)

    def _check(self, time: NDArray, payer: NDArray, payee: NDArray, fen: NDArray) -> None:
        back = np.flatnonzero(np.diff(time) < 0)
        if time[0] < self.now or len(back):
            row = 0 if time[0] < self.now else int(back[0]) + 1
            raise ValueError(f"row {row}: time goes back to {int(time[row])}")
        for name, column, least in (("fen", fen, 1), ("payer", payer, 0), ("payee", payee, 0)):
            if int(column.min()) < least:
                row = int(np.argmax(column < least))
                raise ValueError(f"row {row}: {name} must be at least {least}, not {int(column[row])}")

    def _reserve_accounts(self, size: int) -> None:
        have = len(self.accounts)
        if size > have:
            grown = account_rows(max(size, have + have // 2))
            grown[:have] = self.accounts
            self.accounts = grown

    def _make_room(self) -> None:
        """A larger ring where it is full, then a table for its pairs."""
        oldest, end = int(self.cursor[kernel.OLDEST]), int(self.cursor[kernel.END])
        if end - oldest == len(self.edges):
            self._grow(oldest)
        if 3 * int(self.cursor[kernel.USED]) > 2 * len(self.table) or end - int(self.cursor[kernel.BUILT]) > kernel.REBUILD_AFTER:
            size = SMALLEST
            while size < 2 * kernel.live_pairs(self.edges, self.cursor):
                size *= 2
            self.table = np.full(size, kernel.EMPTY, np.int32)
            kernel.rebuild(self.edges, self.table, self.cursor)

    def _grow(self, oldest: int) -> None:
        """A ring an eighth larger, so that memory stays close to what is stored.

        Twice as much is asked for: pages that nobody has written to cost nothing, and where the ring begins with the oldest
        edge it grows into them without a copy.
        """
        have = len(self.edges)
        if have >= MOST_EDGES:
            raise ValueError(f"more than {MOST_EDGES} transfers inside one window")
        size, start = have + have // 8, (oldest - int(self.cursor[kernel.ORIGIN])) % have
        if start or size > len(self._reserved):
            reserved = np.empty(2 * size, kernel.EDGE)
            reserved[: have - start] = self.edges[start:]
            reserved[have - start : have] = self.edges[:start]
            self._reserved = reserved
        self.edges = self._reserved[:size]
        self.cursor[kernel.ORIGIN] = oldest

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_reserved": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._reserved = self.edges

    # -- what is inside --------------------------------------------------------------------------------------------

    @property
    def stored(self) -> int:
        """Transfers inside the longest window."""
        return int(self.cursor[kernel.END] - self.cursor[kernel.OLDEST])

    @property
    def nbytes(self) -> int:
        """Bytes of stored transfers and pairs (an account's 128 apart)."""
        return self.edges.nbytes + self.table.nbytes

    def side(self, side: int, length: int, account: int | slice | NDArray[np.int64] = slice(None)) -> Side:
        """Transfers, distinct counterparties and fen of a side (``OUT``, ``IN``) and window, of one, some or all accounts."""
        tally, fen = (self.accounts[account, side + 2 * length + k] for k in (0, 1))
        return Side(tally >> 32, tally & (kernel.TALLY - 1), fen)

    def passed(self) -> NDArray[np.int64]:
        """Of the fen that came in inside the window ``shown``, what was passed on within the shortest; int64[accounts]."""
        return self.accounts[:, kernel.PASSED]

    def out_in_ppm(self, length: int, account: int) -> int:
        """Fen paid out for each million that came in, rounded down; 0 where nothing came in."""
        paid, came = (int(self.side(side, length, account).fen) for side in (OUT, IN))
        return paid * PPM // came if came else 0

    def rows_of(self, account: int, side: int, earliest: int, most: int) -> NDArray[np.int64]:
        """Numbers (by order of pushing, from 0) of the account's transfers since ``earliest`` that count, ascending.

        Of more than ``most`` the newest. ``earliest`` may not lie before the longest window.
        """
        if account >= len(self.accounts):
            return np.empty(0, np.int64)
        held = int(self.side(side, LENGTHS - 1, account).transfers)
        found = np.empty(held, np.int64)
        n = kernel.edges_of(account, side, earliest, self.edges, self.accounts, self.cursor, found)
        return found[max(0, n - most) : n]

    def stored_edges(self, rows: NDArray[np.int64]) -> NDArray:
        """The stored edges (dtype ``kernel.EDGE``) with these numbers; they must lie inside the longest window."""
        return self.edges[(rows - self.cursor[kernel.ORIGIN]) % len(self.edges)]

    def payments(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """(rows, times, fen) of stored transfers, int64 each: what ``kernel.match`` and ``kernel.held`` take a side."""
        edges = self.stored_edges(rows)
        return rows, np.ascontiguousarray(edges["time"]), np.ascontiguousarray(edges["fen"])

    def holding_us(self, account: int, length: int, most: int = 1_000_000) -> int | None:
        """How long money rested: the median over the fen paid out in the window, first in first out, µs.

        Only money that came in inside the window counts; None where none was paid on. At most ``most`` transfers a side.
        """
        earliest = self.now - int(self.lengths[length])
        credits, debits = (self.payments(self.rows_of(account, side, earliest, most)) for side in (IN, OUT))
        age, fen = (np.empty(len(credits[0]) + len(debits[0]), np.int64) for _ in range(2))
        pieces = kernel.held(*credits, *debits, age, fen)
        if not pieces:
            return None
        order = np.argsort(age[:pieces], kind="stable")
        running = np.cumsum(fen[:pieces][order])
        return int(age[:pieces][order][np.searchsorted(2 * running, running[-1])])
