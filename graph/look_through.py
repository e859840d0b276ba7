"""Effective ownership through every chain of stakes, rings and cross-holdings included (catalogue §3.3).

E = A(I − A)⁻¹, where ``A[i, j]`` is the share of *j* that *i* holds. One row of E is what one party owns of everybody,
one column is who owns how much of one company; only the stakes that can be reached from it are looked at.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from chuantou.graph.kernels.ownership import PPM, WHOLE, push_shares
from chuantou.graph.ownership import Link, OwnershipGraph, Window, change_days, on_day

STAKE = ("SHAREHOLDER",)
MAX_STAKES = 200_000  # stakes one look-through may touch: three times a city's register
MAX_PUSHES = 8_000_000  # about half a second; needed only where the whole register is one ring
UNITS_A_PPM = WHOLE // PPM


class Shares(NamedTuple):
    """Effective shares in ppm by party; lower bounds where a bound was met (``truncated``)."""

    ppm: dict[str, int]
    truncated: bool


class Holding(NamedTuple):
    """The largest effective share of a window, with the shortest chain behind it on the first such day."""

    ppm: int
    chain: tuple[Link, ...]


def everything_open(_: str) -> bool:
    return False


def shares_of(graph: OwnershipGraph, holder: str, day: int) -> Shares:
    """What ``holder`` owns of each company on ``day``, to the nearest ppm; nothing below half a ppm, and not itself.

    A holder inside a ring of cross-holdings owns part of itself: by the formula its share of others can pass 100 %.
    """
    links, cut = stakes_reached(graph, holder, Window(day, day), upward=False)
    shares = look_through(stakes_on(graph, links, day), holder, upward=False)
    return Shares(shares.ppm, shares.truncated or cut)


def largest_holdings(
    graph: OwnershipGraph, start: str, window: Window, upward: bool, closed: Callable[[str], bool], least_ppm: int
) -> tuple[dict[str, Holding], bool]:
    """Shares of at least ``least_ppm`` on any day of the window, by company below ``start`` or by holder above it.

    Each day stands for itself: a stake that moves from one of a holder's firms to another is not counted twice.
    Walks do not go on from ``closed`` parties. The second value says whether a bound was met.
    """
    links, truncated = stakes_reached(graph, start, window, upward, closed)
    largest: dict[str, Holding] = {}
    for day in change_days(links, window) if links else ():
        stakes = stakes_on(graph, links, day)
        shares = look_through(stakes, start, upward)
        truncated |= shares.truncated
        floor = {party: max(least_ppm, holding.ppm + 1) for party, holding in largest.items()}
        larger = [party for party, ppm in shares.ppm.items() if ppm >= floor.get(party, least_ppm)]
        chains = shortest_chains(stakes, start, larger, upward) if larger else {}
        largest.update({party: Holding(shares.ppm[party], chains[party]) for party in larger})
    return largest, truncated


def stakes_reached(
    graph: OwnershipGraph, start: str, window: Window, upward: bool, closed: Callable[[str], bool] = everything_open
) -> tuple[list[Link], bool]:
    """Every stake on a walk from ``start`` (to what it holds, or up to its holders), and whether a bound was met.

    Walks do not go on from parties that are ``closed``.
    """
    step = graph.into if upward else graph.out_of
    seen, queue = {start}, deque([start])
    links: list[Link] = []
    while queue:
        for link in step(queue.popleft(), STAKE, window):
            if len(links) == MAX_STAKES:
                return links, True
            links.append(link)
            end = link.from_party if upward else link.to_party
            if end not in seen:
                seen.add(end)
                if not closed(end):
                    queue.append(end)
    return links, False


def stakes_on(graph: OwnershipGraph, links: Iterable[Link], day: int) -> list[Link]:
    """Those of ``links`` that count on ``day``, as ``on_day`` says of each company's stakes."""
    valid = [link for link in links if link.overlaps(day, day)]
    ending = sorted({link.to_party for link in valid if link.valid_to == day})
    current = {link for company in ending for link in on_day(graph.into(company, STAKE, Window(day, day)), day)}
    return [link for link in valid if link.valid_to != day or link in current]


def look_through(stakes: list[Link], start: str, upward: bool) -> Shares:
    """Shares of ``start`` in every company below it, or of every holder above in ``start``, by these stakes alone."""
    names = sorted({start, *(k.from_party for k in stakes), *(k.to_party for k in stakes)})
    ids = {name: i for i, name in enumerate(names)}
    giver = np.array([ids[k.to_party if upward else k.from_party] for k in stakes], np.int64)
    taker = np.array([ids[k.from_party if upward else k.to_party] for k in stakes], np.int64)
    ratio = np.array([k.share_ppm for k in stakes], np.int64)
    order = np.lexsort((taker, giver))
    first = np.zeros(len(names) + 1, np.int64)
    np.cumsum(np.bincount(giver, minlength=len(names)), out=first[1:])
    units, truncated = push_shares(first, taker[order], ratio[order], ids[start], MAX_PUSHES)
    ppm = (units + UNITS_A_PPM // 2) // UNITS_A_PPM
    if truncated:  # what goes round a closed ring has no end, and says no more than "all of it"
        ppm = np.minimum(ppm, PPM)
    shares = {name: share for name, share in zip(names, ppm.tolist()) if share > 0 and name != start}
    return Shares(shares, bool(truncated))


def shortest_chains(stakes: Iterable[Link], start: str, parties: Iterable[str], upward: bool) -> dict[str, tuple[Link, ...]]:
    """For each of ``parties``, the chain of fewest stakes from ``start`` to it; the larger stake first among equals."""
    near, far = ("to_party", "from_party") if upward else ("from_party", "to_party")
    steps: dict[str, list[Link]] = {}
    for link in sorted(stakes, key=lambda k: (-k.share_ppm, k.from_party, k.to_party)):
        steps.setdefault(getattr(link, near), []).append(link)
    last_step: dict[str, Link] = {}
    queue = deque([start])
    while queue:
        for link in steps.pop(queue.popleft(), ()):
            end = getattr(link, far)
            if end != start and end not in last_step:
                last_step[end] = link
                queue.append(end)
    chains = {}
    for party in parties:
        chain: list[Link] = []
        end = party
        while end != start:
            chain.append(last_step[end])
            end = getattr(last_step[end], near)
        chains[party] = tuple(reversed(chain))
    return chains
