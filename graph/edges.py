"""Edges with a time and an amount that grow as they come: what questions about paths in a window of time walk over.

A `Window` is open on both sides, as in LDBC FinBench: ``after < time < before``. Amounts are int64 fen, times int64 µs (or any
other integer units), accounts are numbers ``0 … n - 1``. Parallel edges stay edges of their own; a path is a sequence of
accounts. An answer is a function of the set of edges, not of the order in which they came. One set answers one question at a
time: its scratch memory is its own.

>>> edges = TimedEdges.of(3, [0, 1], [1, 2], [10, 20], [500, 300])
>>> edges.shortest_path(0, 2, Window(0, 30)), edges.shortest_path(0, 2, Window(10, 30))
(2, -1)
>>> edges.add(2, 0, 25, 100)
>>> edges.rising_walks(0, Window(0, 30), max_hops=3).tolist()
[[0, 1, -1, -1], [0, 1, 2, -1]]
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.kernels import paths
from chuantou.graph.kernels import timed_edges as layout
from chuantou.graph.kernels.timed_edges import CUTS, EDGE, LIST, SMALLEST_BLOCK

MAX_STEPS = 10_000_000  # edges that one search for walks looks at: well under a second
MAX_SUM = 1 << 62  # of all amounts: no sum of a kernel leaves int64
MAX_ACCOUNTS = (1 << 31) - 1
MAX_HOPS = 16
INT64 = np.iinfo(np.int64)

Ints = NDArray[np.int64]
Accounts = NDArray[np.int32]


class Window:
    """``after < time < before``; with ``limit`` of each account's edges inside only the newest so many (or the oldest).

    The limit holds for edges that a search follows, for each account and direction, before any question about rising times.
    ``cuts`` counts where a question left something out because of the limit or of a bound of its search: above 0 its answer
    is that of fewer edges. Use a window for one question when that matters.
    """

    __slots__ = ("scope",)

    def __init__(self, after: int, before: int, limit: int = 0, newest: bool = True) -> None:
        if not 0 <= limit < MAX_ACCOUNTS:
            raise ValueError(f"limit {limit}: expected 0 (none) or a positive int32")
        for name, instant in (("after", after), ("before", before)):
            if not INT64.min <= instant <= INT64.max:
                raise ValueError(f"{name} {instant}: not an int64")
        self.scope = np.array([after, before, limit if newest else -limit, 0], np.int64)

    @property
    def cuts(self) -> int:
        return int(self.scope[CUTS])


class Totals(NamedTuple):
    """Of some edges of an account: how many distinct other ends, how many edges, and their sum."""

    ends: int
    edges: int
    total: int


class Sums(NamedTuple):
    """Edges by account and other end, in order of the first of them; every column int64[k]."""

    account: Ints
    other: Ints
    edges: Ints
    total: Ints
    largest: Ints


class Triangles(NamedTuple):
    """Third accounts ``other`` with target → other → source; number, sum and largest of both kinds of edges, int64[k]."""

    other: Ints
    back_edges: Ints
    back_total: Ints
    back_largest: Ints
    onward_edges: Ints
    onward_total: Ints
    onward_largest: Ints


class Reach(NamedTuple):
    """``account`` at the end of a walk of ``hops`` edges, with the best ``instant`` over such walks; every column int64[k]."""

    account: Ints
    hops: Ints
    instant: Ints


class Side:
    """The edges of every account in one direction (layout: :mod:`chuantou.graph.kernels.timed_edges`)."""

    def __init__(self, n: int, near: Accounts, far: Accounts, time: Ints, amount: Ints) -> None:
        order = np.lexsort((amount, far, time, near))
        ends = np.cumsum(np.bincount(near, minlength=n))
        self.used = m = len(near)
        self.lists, self.pool = np.zeros(n, LIST), np.zeros(m + m // 4 + SMALLEST_BLOCK, EDGE)  # the first edges more find room
        self.lists["stop"][:] = ends
        self.lists["first"][1:] = ends[:-1]
        self.lists["room"] = self.lists["stop"] - self.lists["first"]
        self.pool["time"][:m], self.pool["amount"][:m], self.pool["other"][:m] = time[order], amount[order], far[order]

    def add(self, near: int, far: int, time: int, amount: int) -> None:
        needed = self.used + max(2 * int(self.lists[near]["room"]), SMALLEST_BLOCK)
        if needed > len(self.pool):
            self.pool = _longer(self.pool, max(needed, 2 * len(self.pool)))
        self.used = layout.insert(near, far, time, amount, self.lists, self.pool, self.used)

    def edges_of(self, account: int) -> NDArray[np.void]:
        """All edges of ``account`` as records (time, amount, other), oldest first: a view."""
        listed = self.lists[account]
        return self.pool[listed["first"] : listed["stop"]]


class TimedEdges:
    """Both directions, and the questions that walk over them. Accounts outside ``0 … n - 1`` raise IndexError."""

    def __init__(self, n: int, source: Accounts, target: Accounts, time: Ints, amount: Ints) -> None:
        """From valid columns; use `of` for anything else."""
        self.n = n
        self.outgoing, self.incoming = Side(n, source, target, time, amount), Side(n, target, source, time, amount)
        self._sum = int(amount.sum())
        self._round = 0
        self._scratch(n)

    @classmethod
    def of(cls, n: int, source: ArrayLike, target: ArrayLike, time: ArrayLike, amount: ArrayLike) -> "TimedEdges":
        """From one entry an edge, in any order.

        ValueError for columns of unequal length, an account that is not one of ``n``, a negative amount, or amounts that add
        up to more than 2⁶²; it names the row.
        """
        if not 0 <= n <= MAX_ACCOUNTS:
            raise ValueError(f"n {n}: expected a count of accounts below 2³¹")
        columns = [np.asarray(column, np.int64) for column in (source, target, time, amount)]
        if len({column.shape for column in columns}) > 1 or columns[0].ndim != 1:
            raise ValueError("source, target, time and amount must have one entry an edge")
        for name, column, below in (("source", columns[0], n), ("target", columns[1], n), ("amount", columns[3], MAX_SUM)):
            wrong = (column < 0) | (column >= below)
            if wrong.any():
                row = int(wrong.argmax())
                raise ValueError(f"row {row}: {name} {column[row]}: expected 0 to {below - 1}")
        if columns[3].sum(dtype=np.float64) > MAX_SUM:
            raise ValueError("the amounts add up to more than 2⁶²")
        return cls(n, columns[0].astype(np.int32), columns[1].astype(np.int32), columns[2], columns[3])

    def _scratch(self, n: int) -> None:
        self._seen = np.zeros((MAX_HOPS, n), np.int64)  # only rows that are used take memory
        self._queues, self._slot = np.empty((2, n), np.int32), np.empty(n, np.int32)

    def grow(self, n: int) -> None:
        """Make room for accounts ``0 … n - 1``; the room doubles, so that asking for one more each time is cheap."""
        if n <= self.n:
            return
        if n > MAX_ACCOUNTS:
            raise ValueError(f"n {n}: expected a count of accounts below 2³¹")
        self.n = n
        if n > len(self.outgoing.lists):
            room = min(max(n, 2 * len(self.outgoing.lists)), MAX_ACCOUNTS)
            for side in (self.outgoing, self.incoming):
                side.lists = _longer(side.lists, room)
            self._scratch(room)

    def add(self, source: int, target: int, time: int, amount: int) -> None:
        """One edge more, wherever its time belongs. ValueError for an amount that is negative or makes the sum leave 2⁶²."""
        self._known(source, target)
        if amount < 0 or self._sum + amount > MAX_SUM:
            raise ValueError(f"amount {amount}: expected 0 to {MAX_SUM - self._sum}")
        self._sum += amount
        self.outgoing.add(source, target, time, amount)
        self.incoming.add(target, source, time, amount)

    def _known(self, *accounts: int) -> None:
        for account in accounts:
            if not 0 <= account < self.n:
                raise IndexError(f"account {account}: expected 0 to {self.n - 1}")

    def _rounds(self, count: int = 1) -> int:
        """The first of ``count`` rounds that nobody used."""
        self._round += count
        return self._round - count + 1

    def scratch(self) -> tuple[Ints, int, Accounts, Accounts]:
        """(seen int64[MAX_HOPS, n], a round that nobody used, slot and queue int32[n]) for a kernel that walks over these."""
        return self._seen, self._rounds(), self._slot, self._queues[0]

    def totals(self, account: int, window: Window, incoming: bool = False, over: int = -1) -> Totals:
        """What ``account`` paid (or was paid); only edges with an amount above ``over``."""
        self._known(account)
        side = self.incoming if incoming else self.outgoing
        return Totals(*layout.totals(account, over, window.scope, side.lists, side.pool, self._seen[0], self._rounds()))

    def sums(self, accounts: Sequence[int], window: Window, incoming: bool = False, over: int = -1) -> Sums:
        """What each of ``accounts`` paid (or was paid), by the other end; only edges with an amount above ``over``."""
        self._known(*accounts)
        side = self.incoming if incoming else self.outgoing
        return Sums(*layout.sums_by_neighbour(np.array(accounts, np.int64), over, window.scope, side.lists, side.pool,
                                              self._seen[0], self._rounds(len(accounts)), self._slot))  # fmt: skip

    def edge_between(self, source: int, target: int, window: Window) -> bool:
        """Whether ``source`` paid ``target`` inside the window."""
        self._known(source, target)
        return bool(layout.edge_between(source, target, window.scope, self.outgoing.lists, self.outgoing.pool))

    def triangles(self, source: int, target: int, window: Window) -> Triangles:
        """Through whom what ``target`` paid can have come back to ``source``: neither of the two, in any order of time."""
        self._known(source, target)
        out, into = self.outgoing, self.incoming
        return Triangles(*layout.triangles(source, target, window.scope, out.lists, out.pool, into.lists, into.pool,
                                           self._seen[0], self._rounds(2), self._slot))  # fmt: skip

    def shortest_path(self, source: int, target: int, window: Window) -> int:
        """Fewest edges from ``source`` to ``target``, all inside the window, in any order of time; −1 without a way."""
        self._known(source, target)
        out, into = self.outgoing, self.incoming
        return int(paths.shortest_path(source, target, window.scope, out.lists, out.pool, into.lists, into.pool,
                                       self._seen, self._rounds(), self._queues))  # fmt: skip

    def reached_from(self, source: int, window: Window) -> list[int]:
        """Everyone reached by edges inside the window, to the end of every chain; sorted, without ``source``."""
        self._known(source)
        side = self.outgoing
        n = paths.reached_from(source, window.scope, side.lists, side.pool, self._seen[0], self._rounds(), self._queues[0])
        return sorted(self._queues[0, 1:n].tolist())

    def rising_reach(self, sources: Sequence[int], window: Window, max_hops: int, upstream: bool = False) -> Reach:
        """Where money of ``sources`` can have come by walks of exactly 1 … ``max_hops`` edges with strictly rising times.

        An account is listed once for each number of hops by which it is reached, in order of hops, with the earliest instant
        at which money can have come there. ``upstream`` turns the question round: from where money can have come to the
        sources, with the latest instant at which it can have left. A walk may pass an account twice, so a source itself may
        be there. The work is at most ``max_hops`` times the edges inside the window.
        """
        self._known(*sources)
        _check_hops(max_hops)
        side = self.incoming if upstream else self.outgoing
        return Reach(*paths.rising_reach(np.array(sources, np.int64), max_hops, upstream, window.scope, side.lists, side.pool,
                                         self._seen[0], self._rounds(max_hops), self._slot, min(self.n, side.used)))  # fmt: skip

    def rising_walks(self, source: int, window: Window, max_hops: int, max_steps: int = MAX_STEPS) -> Accounts:
        """Every sequence of accounts, none twice, that 1 to ``max_hops`` transfers with strictly rising times pass.

        int32[k, max_hops + 1], one walk a row, −1 behind its last account; depth first, from every account by time. Looks at
        no more than ``max_steps`` edges; ``window.cuts`` tells when there were more.
        """
        self._known(source)
        _check_hops(max_hops)
        side = self.outgoing
        found, self._round = paths.rising_walks(source, max_hops, max_steps, window.scope, side.lists, side.pool, self._seen,
                                                self._round + 1)  # fmt: skip
        return found


def _check_hops(max_hops: int) -> None:
    if not 1 <= max_hops <= MAX_HOPS:
        raise ValueError(f"max_hops {max_hops}: expected 1 to {MAX_HOPS}")


def _longer(array: NDArray, length: int) -> NDArray:
    out = np.zeros(length, array.dtype)
    out.view(np.uint8)[: array.nbytes] = array.view(np.uint8)  # record by record is slow
    return out
