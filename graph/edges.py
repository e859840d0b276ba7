"""Edges with a time and an amount, sorted by account and time in both directions: what a question about paths walks over.

A window is open on both sides: ``after < time < before``. Money is int64 in whatever unit the caller uses.

>>> edges = TimedEdges.of(3, [0, 1], [1, 2], [10, 20], [500, 300])
>>> edges.shortest_path(0, 2, after=0, before=30), edges.shortest_path(0, 2, after=10, before=30)
(2, -1)
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.kernels import paths as kernel

MAX_WALKS = 1_000_000


class Side(NamedTuple):
    """The edges of every account in one direction, by time: ``offsets`` int64[n + 1], the rest one entry an edge."""

    offsets: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    time: NDArray[np.int64]
    amount: NDArray[np.int64]

    def window(self, account: int, after: int, before: int) -> slice:
        """Where the edges of ``account`` inside the window stand."""
        start, stop = int(self.offsets[account]), int(self.offsets[account + 1])
        times = self.time[start:stop]
        return slice(start + int(np.searchsorted(times, after, "right")), start + int(np.searchsorted(times, before)))

    def sums(self, account: int, after: int, before: int) -> dict[int, tuple[int, int, int]]:
        """``{neighbour: (count, sum, largest)}`` of the account's edges inside the window."""
        inside = self.window(account, after, before)
        out: dict[int, tuple[int, int, int]] = {}
        for other, amount in zip(self.neighbour[inside].tolist(), self.amount[inside].tolist()):
            count, total, most = out.get(other, (0, 0, 0))
            out[other] = count + 1, total + amount, max(most, amount)
        return out


class TooManyWalksError(RuntimeError):
    """More walks than ``MAX_WALKS``: the answer would be cut, so there is none."""


class TimedEdges:
    """Both directions, and the questions that need more than one account."""

    def __init__(self, n: int, outgoing: Side, incoming: Side) -> None:
        self.n, self.outgoing, self.incoming = n, outgoing, incoming
        self._seen = np.zeros(n, np.int64)
        self._queue = np.empty(n, np.int32)
        self._round = 0

    @classmethod
    def of(cls, n: int, source: ArrayLike, target: ArrayLike, time: ArrayLike, amount: ArrayLike) -> "TimedEdges":
        """From ``m`` edges in any order between accounts ``0 … n - 1``. ValueError for columns of unequal length."""
        ends = [np.asarray(column, np.int32) for column in (source, target)]
        when, fen = np.asarray(time, np.int64), np.asarray(amount, np.int64)
        if len({len(ends[0]), len(ends[1]), len(when), len(fen)}) > 1:
            raise ValueError("source, target, time and amount must have one entry an edge")
        return cls(n, _side(n, ends[0], ends[1], when, fen), _side(n, ends[1], ends[0], when, fen))

    def shortest_path(self, source: int, target: int, after: int, before: int) -> int:
        """Fewest edges from ``source`` to ``target``, all inside the window, in any order of time; -1 when there is no way."""
        side, self._round = self.outgoing, self._round + 1
        return int(kernel.shortest_path(source, target, after, before, side.offsets, side.neighbour, side.time,
                                        self._seen, self._round, self._queue))  # fmt: skip

    def reached_from(self, source: int, after: int, before: int) -> list[int]:
        """Everyone reached by edges inside the window, to the end of every chain; sorted, without ``source``."""
        side, self._round = self.outgoing, self._round + 1
        n = kernel.reached_from(source, after, before, side.offsets, side.neighbour, side.time,
                                self._seen, self._round, self._queue)  # fmt: skip
        return sorted(self._queue[1:n].tolist())

    def rising_walks(self, source: int, after: int, before: int, max_hops: int) -> set[tuple[int, ...]]:
        """Every sequence of accounts that 1 to ``max_hops`` transfers with strictly rising times pass, no account twice.

        TooManyWalksError beyond ``MAX_WALKS`` (parallel transfers count one each).
        """
        side, room = self.outgoing, 1024
        while True:
            found, lengths = np.empty((room, max_hops + 1), np.int64), np.empty(room, np.int64)
            stack, place = np.empty((2, max_hops + 1), np.int64)
            n = kernel.rising_steps(source, after, before, max_hops, side.offsets, side.neighbour, side.time,
                                    stack, place, found, lengths)  # fmt: skip
            if n <= room:
                return {tuple(walk[: length + 1]) for walk, length in zip(found[:n].tolist(), lengths[:n].tolist())}
            if n > MAX_WALKS:
                raise TooManyWalksError(f"{n} walks from one account, at most {MAX_WALKS} are answered")
            room = n

    def reversed(self) -> "TimedEdges":
        """The same edges, each the other way round and with its time negated: rising walks become upstream traces."""
        return TimedEdges.of(self.n, *_reverse(self.outgoing))


def union(n: int, parts: Sequence[TimedEdges]) -> TimedEdges:
    """All edges of several sets over the same accounts."""
    sides = [_forward(part.outgoing) for part in parts]
    return TimedEdges.of(n, *(np.concatenate(columns) for columns in zip(*sides)))


def _side(n: int, source: NDArray, target: NDArray, time: NDArray, amount: NDArray) -> Side:
    order = np.lexsort((time, source))
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=n), out=offsets[1:])
    return Side(offsets, target[order], time[order], amount[order])


def _forward(side: Side) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    source = np.repeat(np.arange(len(side.offsets) - 1, dtype=np.int32), np.diff(side.offsets))
    return source, side.neighbour, side.time, side.amount


def _reverse(side: Side) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    source, target, time, amount = _forward(side)
    return target, source, -time, amount
