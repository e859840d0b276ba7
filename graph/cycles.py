"""Transfer loops: simple temporal cycles over a plain stream of transfers, counted or listed.

A cycle of k accounts is k transfers a₁ → a₂ → … → aₖ → a₁ over distinct accounts at strictly increasing times, the last
at most ``window`` after the first. The last transfer *closes* it. Counts are *bundled*: one for each closing transfer
and sequence of accounts, however many transfers run beside each other. Transfers to oneself are ignored.

Transfers come in array order, which must not go back in time; accounts are any int64; times any integers within ±2⁶¹,
the window in the same unit. Amounts are int64 fen (or any other integer unit), rates ppm. Every search is bounded by
``max_steps`` steps – transfers read, payers tried – for one closing transfer; one that reached the bound is marked
``truncated`` and its counts are lower bounds.

>>> temporal_cycles([1, 2, 3], [2, 3, 1], [10, 20, 30], window=20)[2]
array([0, 0, 0, 1, 0, 0, 0])
>>> enumerate_loops([1, 2, 3], [2, 3, 1], [10, 20, 30], window=20, amount=[100, 98, 90], keep=0.9)
[Loop(accounts=(1, 2, 3), rows=(0, 1, 2))]
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.kernels import cycles as kernel
from chuantou.graph.kernels.account_numbers import hash_slots, number_accounts
from chuantou.graph.kernels.arrivals import DIRECT, LABEL, NOTE
from chuantou.graph.kernels.chain_members import NO_RULE, PPM
from chuantou.graph.kernels.transfer_window import LIST, TRANSFER, move_window, room_for_window

DEFAULT_MAX_STEPS = 10_000_000  # for one closing transfer: well under a second
TIME_BOUND = 1 << 61  # a time less a window stays inside int64
MAX_ROWS = (1 << 31) - 1  # rows and places in the pool are int32 in the kernel
MIN_ROOM = 64
FIRST_LOOPS = 256

Ints = NDArray[np.int64]
_Found = TypeVar("_Found", bound="Cycles")


class TruncatedSearchWarning(RuntimeWarning):
    """A search reached ``max_steps``: the counts or loops of the named rows are incomplete."""


@dataclass(frozen=True)
class Cycles:
    """``counts`` int64[n, max_hops + 1]: column k the cycles of k accounts that row i closes; ``truncated`` bool[n]."""

    counts: Ints
    truncated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Loop:
    """One cycle in order of payment: account j pays account j + 1 in transfer ``rows[j]``; the last row closes it."""

    accounts: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Loops(Cycles):
    """The cycles themselves, by closing row; under a rule on amounts ``counts`` count only those that keep it."""

    loops: list[Loop]


def temporal_cycles(src: ArrayLike, dst: ArrayLike, time: ArrayLike, window: int, max_hops: int = 6) -> Ints:
    """int64[n, max_hops + 1]: in column k the cycles of k accounts that row i closes (bundled count).

    Raises ValueError as :func:`find_cycles`; warns :class:`TruncatedSearchWarning` where that one only marks.
    """
    return _or_warn(find_cycles(src, dst, time, window, max_hops)).counts


def find_cycles(
    src: ArrayLike,
    dst: ArrayLike,
    time: ArrayLike,
    window: int,
    max_hops: int = 6,
    max_steps: int = DEFAULT_MAX_STEPS,
) -> Cycles:
    """Count the cycles of 2 … ``max_hops`` accounts that each transfer closes.

    Raises ValueError naming the row for a time before that of the row above it or beyond ±2⁶¹, and for arrays that are
    not integers of one length, a negative window, max_hops < 2 or max_steps < 1.
    """
    return CycleStream(window, max_hops, max_steps).find(src, dst, time)


def enumerate_loops(
    src: ArrayLike,
    dst: ArrayLike,
    time: ArrayLike,
    window: int,
    max_hops: int = 6,
    amount: ArrayLike | None = None,
    keep: int | float | str | Decimal | None = None,
) -> list[Loop]:
    """The list of :func:`find_loops`; warns :class:`TruncatedSearchWarning` where that one only marks."""
    return _or_warn(find_loops(src, dst, time, window, max_hops, amount, keep)).loops


def find_loops(
    src: ArrayLike,
    dst: ArrayLike,
    time: ArrayLike,
    window: int,
    max_hops: int = 6,
    amount: ArrayLike | None = None,
    keep: int | float | str | Decimal | None = None,
    max_steps: int = DEFAULT_MAX_STEPS,
) -> Loops:
    """List one loop for each closing transfer and sequence of accounts, ordered by closing row.

    With ``keep`` each payment moves between ``keep`` and 1 times the one before it. Of the transfers that fit, a loop
    names the latest: its rows, read from the closing one back, are lexicographically the largest.
    ``keep`` is an int in ppm, or a ratio as float, str or Decimal (0.8 = "0.8" = 800000), exact to the ppm.
    Raises ValueError as :func:`find_cycles`, and for a bad ``keep`` or one without non-negative integer amounts.
    """
    stream = CycleStream(window, max_hops, max_steps)
    keep_ppm, fen = NO_RULE, np.empty(0, np.int64)
    if keep is not None:
        if amount is None:
            raise ValueError("keep needs the amounts of the transfers")
        keep_ppm, fen = ppm_of(keep), _integers(amount, "amount")
        if len(fen) != len(np.asarray(src)):
            raise ValueError(f"amount has {len(fen)} rows, src {len(np.asarray(src))}")
        if np.any(fen < 0):
            raise ValueError(f"row {np.argmax(fen < 0)}: a negative amount")
    columns = transfers(src, dst, time)
    cycles, table = stream._advance(*columns, fen, keep_ppm, listing=True)
    return Loops(cycles.counts, cycles.truncated, list(_read_loops(table, columns[0])))


def ppm_of(keep: int | float | str | Decimal) -> int:
    """An int as it is, any other ratio times 10⁶; ValueError unless that is a whole number of ppm in 0 … 10⁶."""
    try:
        ppm = Decimal(keep) if isinstance(keep, int) else Decimal(str(keep)) * PPM
        if not 0 <= ppm <= PPM or ppm != int(ppm):
            raise ValueError
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"keep is {keep!r}, not a ratio of 0 … 1 in whole ppm") from error
    return int(ppm)


class CycleStream:
    """Cycle counts over a stream pushed in batches of any size: the counts do not depend on how it was cut.

    Memory follows the window, not the stream: 32 bytes a transfer in it, with room to append up to eight times that,
    and about 190 bytes an account ever seen, doubled as they grow.
    """

    def __init__(self, window: int, max_hops: int = 6, max_steps: int = DEFAULT_MAX_STEPS) -> None:
        if window < 0 or max_hops < 2 or max_steps < 1:
            raise ValueError(f"window {window} < 0, max_hops {max_hops} < 2 or max_steps {max_steps} < 1")
        self.window, self.max_hops, self.max_steps = min(int(window), 2 * TIME_BOUND), int(max_hops), int(max_steps)
        self.pushed, self.last_time = 0, -TIME_BOUND
        self._ids, self._known = np.empty(MIN_ROOM, np.int64), 0
        self._slots = hash_slots(self._ids, 0)
        self._lists = np.zeros((0, 2), LIST)
        self._labels = np.zeros(0, LABEL)
        self._notes = np.zeros(0, NOTE)
        self._branches = np.zeros(0, kernel.BRANCH)
        self._queue = np.empty((2, 0), np.int32)
        self._frames = np.zeros(self.max_hops, kernel.FRAME)
        self._used = 0
        self._set_pool(np.empty(0, TRANSFER))

    def push(self, src: ArrayLike, dst: ArrayLike, time: ArrayLike) -> Ints:
        """Counts int64[n, max_hops + 1] of the next transfers; warns :class:`TruncatedSearchWarning`."""
        return _or_warn(self.find(src, dst, time)).counts

    def find(self, src: ArrayLike, dst: ArrayLike, time: ArrayLike) -> Cycles:
        """As :meth:`push`, but marks truncated rows. After a ValueError the stream is as it was before the call."""
        return self._advance(*transfers(src, dst, time), np.empty(0, np.int64), NO_RULE, listing=False)[0]

    def _advance(
        self, src: Ints, dst: Ints, time: Ints, fen: Ints, keep_ppm: int, *, listing: bool
    ) -> tuple[Cycles, Ints]:
        """Search all rows; each time the kernel stops, make the room it lacked. Loops are (length, rows …, 0 …)."""
        self._check_order(time)
        payers, payees = self._number(src), self._number(dst)
        self._fit_accounts()
        counts = np.zeros((len(src), self.max_hops + 1), np.int64)
        truncated = np.zeros(len(src), np.bool_)
        loops = np.zeros((FIRST_LOOPS if listing else 0, self.max_hops + 1), np.int64)
        row, n_loops = 0, 0
        while True:
            row, self._used, n_loops, full = kernel.close_cycles(
                payers, payees, time, fen, row, self.pushed + 1, self.window, self.max_hops, self.max_steps, keep_ppm,
                self._lists, self._pool, self._used, self._labels, self._notes, self._directs, self._branches, self._queue,
                self._payers, self._options, self._frames, self._members, counts, truncated, loops, n_loops,
            )  # fmt: skip
            if row == len(src):
                break
            if full:
                self.pushed += 1  # what the search for this row marked is stale when it begins again
                loops = np.concatenate([loops, np.zeros_like(loops)])
            else:
                self._collect(int(time[row]) - self.window)
        self.pushed += len(src)
        if len(time):
            self.last_time = int(time[-1])
        return Cycles(counts, truncated), loops[:n_loops]

    def _check_order(self, time: Ints) -> None:
        before = np.concatenate([[self.last_time], time[:-1]])
        early = np.flatnonzero(time < before)
        if len(early):
            row = int(early[0])
            above = f"row {row - 1}" if row else "the last push"
            raise ValueError(f"row {row}: time {time[row]} is before {before[row]} of {above}; sort them")

    def _number(self, accounts: Ints) -> NDArray[np.int32]:
        numbers = np.empty(len(accounts), np.int32)
        row = 0
        while True:
            row, self._known = number_accounts(accounts, row, self._slots, self._ids, self._known, numbers)
            if row == len(accounts):
                return numbers
            self._ids = np.concatenate([self._ids, np.empty(max(self._known, MIN_ROOM), np.int64)])
            self._slots = hash_slots(self._ids, self._known)

    def _fit_accounts(self) -> None:
        """Give every known account its rows; the arrays are as long as the table of ids, so they double with it."""
        missing = len(self._ids) - len(self._lists)
        if missing:
            self._lists = np.concatenate([self._lists, np.zeros((missing, 2), LIST)])
            self._labels = np.concatenate([self._labels, np.zeros(missing, LABEL)])
            self._notes = np.concatenate([self._notes, np.zeros(missing, NOTE)])
            self._branches = np.concatenate([self._branches, np.zeros(missing, kernel.BRANCH)])
            self._queue = np.empty((2, len(self._lists)), np.int32)

    def _set_pool(self, pool: NDArray[np.void]) -> None:
        """Take a pool, and room for a search that reads all of it: options twice each, the closing transfer on top."""
        self._pool = pool
        self._directs = np.empty(len(pool), DIRECT)
        self._payers = np.empty(2 * len(pool), kernel.PAYER)
        self._options = np.empty(2 * len(pool) + 1, kernel.OPTION)
        self._members = np.empty(len(pool) + 1, np.int32)

    def _collect(self, earliest: int) -> None:
        """Move what is inside the window to a new pool with room to append for a while: copying stays cheap."""
        live = room_for_window(self._lists, self._pool, earliest)
        room = 4 * (live + len(self._lists) + MIN_ROOM)
        if room > MAX_ROWS:
            raise OverflowError(f"a window of {live} places does not fit the int32 positions of the kernel")
        pool = np.empty(room, TRANSFER)
        move_window(self._lists, self._pool, pool)
        self._used = live
        self._set_pool(pool)


def _integers(values: ArrayLike, name: str) -> Ints:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and (array.dtype.kind not in "iu" or int(array.max()) > np.iinfo(np.int64).max)):
        raise ValueError(f"{name} is not one row of int64: {array.dtype}, {array.ndim} dimensions")
    return np.ascontiguousarray(array, np.int64)


def transfers(src: ArrayLike, dst: ArrayLike, time: ArrayLike) -> tuple[Ints, Ints, Ints]:
    columns = _integers(src, "src"), _integers(dst, "dst"), _integers(time, "time")
    if len({len(column) for column in columns}) > 1 or len(columns[0]) > MAX_ROWS:
        raise ValueError(f"src, dst and time have {', '.join(str(len(c)) for c in columns)} rows; at most {MAX_ROWS}")
    beyond = np.flatnonzero((columns[2] < -TIME_BOUND) | (columns[2] > TIME_BOUND))
    if len(beyond):
        raise ValueError(f"row {beyond[0]}: time {columns[2][beyond[0]]} is beyond ±2⁶¹")
    return columns


def _read_loops(table: Ints, src: Ints) -> Iterator[Loop]:
    lengths, rows = table[:, 0], table[:, 1:]
    for length, accounts, transfers in zip(lengths.tolist(), src[rows].tolist() if len(rows) else [], rows.tolist()):
        yield Loop(tuple(accounts[:length]), tuple(transfers[:length]))


def _or_warn(found: _Found) -> _Found:
    rows = np.flatnonzero(found.truncated)
    if len(rows):
        message = f"{len(rows)} searches reached max_steps, the first for row {rows[0]}: their counts are lower bounds"
        warnings.warn(message, TruncatedSearchWarning, stacklevel=3)
    return found
