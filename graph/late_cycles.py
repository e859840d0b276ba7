"""Cycle counts over transfers that may come late: what one of them changes is counted again, nothing is lost.

A transfer that comes late can close cycles itself and stand in those that later ones closed. So the stream goes back to a
window before it, counts again from there, and tells every transfer whose counts are new or no longer what they were. The
last word on each transfer is what :func:`chuantou.graph.cycles.find_cycles` says of all of them in order of time,
whatever order and batches they came in.
"""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.cycles import DEFAULT_MAX_STEPS, Cycles, CycleStream, Ints, transfers

NEVER = -(1 << 62)  # before any time that is accepted


@dataclass(frozen=True)
class Recount(Cycles):
    """Counts of transfers that are new or changed: row i is the transfer that was pushed as number ``numbers[i]``, from 0."""

    numbers: Ints


@dataclass
class _Told:
    """Transfers in order of time with what was last told of them."""

    time: Ints
    src: Ints
    dst: Ints
    number: Ints
    counts: Ints
    truncated: NDArray[np.bool_]

    def columns(self) -> list[NDArray]:
        return [self.time, self.src, self.dst, self.number, self.counts, self.truncated]

    def cut(self, start: int, stop: int | None = None) -> "_Told":
        return _Told(*(column[start:stop] for column in self.columns()))

    def followed_by(self, other: "_Told") -> "_Told":
        return _Told(*(np.concatenate(both) for both in zip(self.columns(), other.columns(), strict=True)))

    def in_order(self) -> "_Told":
        """By time; those of one time as they were: none of them can follow another in a cycle."""
        order = np.argsort(self.time, kind="stable")
        return _Told(*(column[order] for column in self.columns()))


class LateCycleStream:
    """A :class:`~chuantou.graph.cycles.CycleStream` for transfers that come up to ``lateness`` behind the newest one.

    Keeps those of the last ``window`` + ``lateness``. A late transfer costs a search for each transfer since a window
    before it; those in order cost what they cost there.

    >>> stream = LateCycleStream(window=100, lateness=50)
    >>> stream.push([1, 3], [2, 1], [10, 30]).counts.sum()
    np.int64(0)
    >>> late = stream.push([2], [3], [20])
    >>> late.numbers.tolist(), late.counts[:, 3].tolist()
    ([1, 2], [1, 0])
    """

    def __init__(self, window: int, lateness: int, max_hops: int = 6, max_steps: int = DEFAULT_MAX_STEPS) -> None:
        """Raises ValueError as CycleStream, and for a negative lateness."""
        if lateness < 0:
            raise ValueError(f"lateness {lateness} < 0")
        self.window, self.lateness, self.max_hops, self.max_steps = window, int(lateness), max_hops, max_steps
        self.pushed, self.newest = 0, NEVER
        self._stream = CycleStream(window, max_hops, max_steps)
        empty = np.empty(0, np.int64)
        self._told = _Told(empty, empty, empty, empty, np.empty((0, max_hops + 1), np.int64), np.empty(0, np.bool_))

    def push(self, src: ArrayLike, dst: ArrayLike, time: ArrayLike) -> Recount:
        """Counts of these transfers, and of earlier ones that they change, by number.

        Raises ValueError as :func:`~chuantou.graph.cycles.find_cycles`, but for the order, and naming the row for a transfer
        more than ``lateness`` behind the newest one before it; then the stream is as it was before the call.
        """
        payers, payees, when = transfers(src, dst, time)
        self._refuse_too_late(when)
        n = len(when)
        numbers = np.arange(self.pushed, self.pushed + n)
        nothing = np.full((n, self.max_hops + 1), -1, np.int64)  # no count: whatever is found is news
        coming = _Told(when, payers, payees, numbers, nothing, np.zeros(n, np.bool_)).in_order()
        news = self._count(coming) if n else coming
        self.pushed += n
        by_number = np.argsort(news.number)
        return Recount(news.counts[by_number], news.truncated[by_number], news.number[by_number])

    def _refuse_too_late(self, when: Ints) -> None:
        newest_before = list(accumulate(when.tolist(), max, initial=self.newest))[:-1]
        for row, (now, newest) in enumerate(zip(when.tolist(), newest_before)):
            if now < newest - self.lateness:
                raise ValueError(f"row {row}: time {now} is more than {self.lateness} behind {newest}")

    def _count(self, coming: _Told) -> _Told:
        """Take transfers in order of time; return those of which something new is to be told."""
        begin = int(coming.time[0])
        kept = int(np.searchsorted(self._told.time, begin))  # those before are counted already, and not changed
        if kept < len(self._told.time):
            self._stream = CycleStream(self.window, self.max_hops, self.max_steps)
            again = self._told.cut(int(np.searchsorted(self._told.time, begin - self._stream.window)), kept)
            self._stream.find(again.src, again.dst, again.time)
        after = self._told.cut(kept).followed_by(coming).in_order()
        found = self._stream.find(after.src, after.dst, after.time)
        changed = np.any(found.counts != after.counts, axis=1) | (found.truncated != after.truncated)
        after.counts, after.truncated = found.counts, found.truncated
        self.newest = max(self.newest, int(after.time[-1]))
        self._told = self._told.cut(0, kept).followed_by(after)
        needed = self.newest - self.lateness - self._stream.window
        self._told = self._told.cut(int(np.searchsorted(self._told.time, needed)))
        return _Told(*(column[changed] for column in after.columns()))
