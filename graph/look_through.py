"""Effective ownership through every chain of stakes, rings and cross-holdings included (catalogue §3.3).

E = A(I − A)⁻¹, where ``A[i, j]`` is the share of *j* that *i* holds. One row of E is what one party owns of everybody,
one column is who owns how much of one company; only the stakes that can be reached from it are looked at.

What a register cannot mean: a *closed ring*, companies that hold all of each other, has no owner, and E no inverse; it
is taken as one company that each of them owns whole. A company of which more than 100 % is *issued* is counted as told.
Both are named in the answer. Stakes in oneself (treasury shares) never enter; stakes without a ratio count nothing.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain as joined
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.kernels import ownership as kernel
from chuantou.graph.kernels.ownership import PPM
from chuantou.graph.ownership import Link, OwnershipGraph, Window
from chuantou.graph.stakes import DayStakes, StakeTable

MAX_STAKES = 200_000  # stakes one look-through may touch: three times a city's register
HANDS = 2  # threads of a table: the kernels let go of the interpreter


class Shares(NamedTuple):
    """Effective shares in ppm by party, sorted; lower bounds where a bound was met (``truncated``).

    ``closed_rings``: parties met in rings that hold all of themselves; ``over_issued``: companies met of which more than
    100 % is held on the day. Both sorted: the shares of these and of what they hold are as good as the register.
    """

    ppm: dict[str, int]
    truncated: bool = False
    closed_rings: tuple[str, ...] = ()
    over_issued: tuple[str, ...] = ()


class ShareColumns(NamedTuple):
    """Many rows of E: int32 numbers into ``parties`` (sorted by name) and int64 ppm, ordered by holder and company."""

    parties: list[str]
    holder: NDArray[np.int32]
    company: NDArray[np.int32]
    ppm: NDArray[np.int64]
    truncated: bool


class Holding(NamedTuple):
    """The largest effective share of a window, with the shortest chain behind it on the first such day."""

    ppm: int
    chain: tuple[Link, ...]


def shares_of(graph: OwnershipGraph, holder: str, day: int) -> Shares:
    """What ``holder`` owns of each company on ``day``, to the nearest ppm; nothing below half a ppm, and not itself.

    A holder inside a ring of cross-holdings owns part of itself: by the formula its share of others can pass 100 %.
    """
    table = graph.stakes
    if holder not in table.numbers:
        return Shares({})
    number = table.numbers[holder]
    rows, truncated = stakes_reached(table, number, Window(day, day), upward=False)
    stakes = DayStakes(table, rows, [number], day, upward=False)
    start = int(stakes.local[number])
    ppm, closed, cut = stakes.ppm_from(start, stakes.new_walk())
    issued = kernel.issued(table.stakes.rows, table.parties.rows, stakes.parties, day)
    ppm[start] = 0
    owned = ppm > 0
    shares = dict(zip(stakes.names_of(owned), ppm[owned].tolist()))
    return Shares(shares, truncated or cut, tuple(stakes.names_of(closed)), tuple(stakes.names_of(issued > PPM)))


def shares_of_all(graph: OwnershipGraph, holders: Iterable[str], day: int, least_ppm: int = 1) -> ShareColumns:
    """What each of ``holders`` owns of each company on ``day``: ``shares_of`` for many, of the whole register at once."""
    table = graph.stakes
    known = sorted(holder for holder in set(holders) if holder in table.numbers)
    numbers = [table.numbers[holder] for holder in known]
    stakes = DayStakes(table, np.arange(len(table.links)), numbers, day, upward=False)
    starts = stakes.local[numbers]

    def rows_of(some: NDArray[np.int64]) -> list[tuple[NDArray[np.int32], NDArray[np.int64], bool]]:
        walk, found = stakes.new_walk(), []
        for start in some.tolist():
            ppm, _, cut = stakes.ppm_from(start, walk)
            ppm[start] = 0
            owned = np.flatnonzero(ppm >= least_ppm)
            found.append((owned.astype(np.int32), ppm[owned], cut))
        return found

    with ThreadPoolExecutor(HANDS) as hands:
        found = list(joined.from_iterable(hands.map(rows_of, np.array_split(starts, HANDS))))
    return ShareColumns(
        stakes.names_of(np.ones(stakes.n, np.bool_)),
        np.repeat(starts.astype(np.int32), [len(owned) for owned, _, _ in found]),
        np.concatenate([np.empty(0, np.int32), *(owned for owned, _, _ in found)]),
        np.concatenate([np.empty(0, np.int64), *(ppm for _, ppm, _ in found)]),
        any(cut for _, _, cut in found),
    )


def largest_holdings(
    graph: OwnershipGraph, start: str, window: Window, upward: bool, stops: Iterable[str], least_ppm: int
) -> tuple[dict[str, Holding], bool]:
    """Shares of at least ``least_ppm`` on any day of the window, by company below ``start`` or by holder above it.

    Each day stands for itself: a stake that moves from one of a holder's firms to another is not counted twice.
    Walks do not go on from the parties in ``stops``. The second value says whether a bound was met.
    """
    table = graph.stakes
    if start not in table.numbers:
        return {}, False
    number = table.numbers[start]
    rows, truncated = stakes_reached(table, number, window, upward, stops)
    largest: dict[str, Holding] = {}
    for day in change_days(table, rows, window):
        stakes = DayStakes(table, rows, [number], day, upward)
        here = int(stakes.local[number])
        ppm, _, cut = stakes.ppm_from(here, stakes.new_walk())
        truncated |= cut
        ppm[here] = 0
        larger = [
            (end, name)
            for end, name in zip(np.flatnonzero(ppm >= least_ppm).tolist(), stakes.names_of(ppm >= least_ppm))
            if name not in largest or ppm[end] > largest[name].ppm
        ]
        for (end, name), chain in zip(larger, stakes.chains(here, [end for end, _ in larger]) if larger else ()):
            largest[name] = Holding(int(ppm[end]), chain)
    return largest, truncated


def stakes_reached(
    table: StakeTable, start: int, window: Window, upward: bool, stops: Iterable[str] = ()
) -> tuple[NDArray[np.int64], bool]:
    """Rows of every stake on a walk from ``start`` (to what it holds, or up to its holders), and whether a bound was met."""
    return kernel.reach(
        table.stakes.rows, table.parties.rows, start, window.first, window.last, upward, table.mask(stops), MAX_STAKES
    )


def change_days(table: StakeTable, rows: NDArray[np.int64], window: Window) -> list[int]:
    """The days of the window on which other stakes may count than the day before, with its first day; none without stakes."""
    stakes = table.stakes
    days = np.unique(np.concatenate(([window.first], stakes.first[rows], stakes.last[rows] + 1)))
    return days[(days >= window.first) & (days <= window.last)].tolist() if len(rows) else []
