"""Whether what persons get follows what they gave: equal spacing, one ratio, one lattice (ILF-03). Integers only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from typing import NamedTuple

import numpy as np

PPM = 1_000_000
LEAST_PAYMENTS = 3  # two distances: fewer are no rhythm
LEAST_SUMS = 4  # three periods, over which chance evens out
INTEREST_PERCENT = 25  # §2: of what was paid in, at most; more is no instalment of a return
PRINCIPAL_PERCENT = 50  # a payment of so much gives principal back
ALIKE_PERCENT, ROUGHLY_PERCENT = 5, 10  # by how much equal ratios may differ, and sums of jittered payments [E]
LATTICE_PERCENT = 1
MONTH_DAYS = 30
MOST_UNITS, MOST_AMOUNTS = 512, 64


class Paid(NamedTuple):
    """A payment: µs, Shanghai day, fen."""

    time: int
    day: int
    fen: int


class Point(NamedTuple):
    """What was paid on a day, in ppm of the principal of that moment."""

    day: int
    ratio_ppm: int


class Rhythm(NamedTuple):
    """Period in days, and what each payment is of the principal."""

    period: int
    ratio_ppm: int


@dataclass
class Payee:
    """One person: what he gave and got, by time."""

    put: list[Paid]
    got: list[Paid]

    def days(self) -> list[tuple[int, int, int]]:
        """``(day, fen, principal)`` of every day on which he got anything of a principal."""
        out: list[tuple[int, int, int]] = []
        back = 0
        for day in sorted({paid.day for paid in self.got}):
            fen = sum(paid.fen for paid in self.got if paid.day == day)
            first = min(paid.time for paid in self.got if paid.day == day)
            principal = sum(paid.fen for paid in self.put if paid.time < first) - back
            if principal <= 0:
                continue
            out.append((day, fen, principal))
            if fen * 100 >= PRINCIPAL_PERCENT * principal:
                back += min(fen, principal)
        return out

    def points(self) -> list[Point]:
        """The payments that can be a return: no more than a quarter of the principal."""
        return [Point(day, fen * PPM // held) for day, fen, held in self.days() if fen * 100 <= INTEREST_PERCENT * held]


def rhythm_of(points: Sequence[Point], periods: Iterable[int], slack: int, cv_ppm: int) -> Rhythm | None:
    """The known period that all distances keep within ``slack`` days, where ratios vary by no more than ``cv_ppm`` (CV)."""
    if len(points) < LEAST_PAYMENTS:
        return None
    gaps = [b.day - a.day for a, b in pairwise(points)]
    near = [period for period in periods if all(abs(gap - period) <= slack for gap in gaps)]
    ratios = [point.ratio_ppm for point in points]
    n, total = len(ratios), sum(ratios)
    if not near or total == 0 or (n * sum(r * r for r in ratios) - total * total) * PPM * PPM > cv_ppm * cv_ppm * total * total:
        return None
    return Rhythm(min(near, key=lambda period: (abs(period * len(gaps) - sum(gaps)), period)), total // n)


def gain_of(payee: Payee) -> int | None:
    """What he got above all that he gave, in ppm of it; None where he did not."""
    put, got = sum(paid.fen for paid in payee.put), sum(paid.fen for paid in payee.got)
    return (got - put) * PPM // put if got > put else None


def month_rate(points: Sequence[Point]) -> int | None:
    """Sum of the ratios since the first payment, for 30 days; None for fewer than four payments."""
    if len(points) < LEAST_SUMS:
        return None
    return sum(point.ratio_ppm for point in points[1:]) * MONTH_DAYS // (points[-1].day - points[0].day)


def alike(ratios: dict[str, int], percent: int) -> tuple[int, list[str]]:
    """The middle ratio, and who has it within ``percent``; sorted."""
    if not ratios:
        return 0, []
    middle = sorted(ratios.values())[(len(ratios) - 1) // 2]
    return middle, sorted(who for who, ratio in ratios.items() if abs(ratio - middle) * 100 <= percent * middle)


def unit_of(credits: Sequence[int], share_ppm: int, least: int) -> int:
    """The largest unit ≥ ``least`` fen of which ≥ ``share_ppm`` of the credits are multiples; 0 where there is none.

    Looked for among common divisors of the ``MOST_AMOUNTS`` commonest amounts (of equals the smaller), at most ``MOST_UNITS``.
    """
    count = Counter(credits)
    amounts = sorted(count, key=lambda fen: (-count[fen], fen))[:MOST_AMOUNTS]
    units = set(amounts)
    frontier = sorted(amounts)
    while frontier and len(units) < MOST_UNITS:
        frontier = sorted({unit for a in frontier for b in amounts if (unit := gcd(a, b)) >= least} - units)[:MOST_UNITS]
        units.update(frontier)
    fen, times = np.array(list(count), np.int64), np.array(list(count.values()), np.int64)
    for unit in sorted(units, reverse=True):
        if unit >= least and int(times[fen % unit == 0].sum()) * PPM >= share_ppm * len(credits):
            return unit
    return 0


class Lattice(NamedTuple):
    """The ratio of payouts to what was given, and who was paid it; ``hits`` of ``payouts`` fit."""

    ratio_ppm: int
    hits: int
    payouts: int
    payees: tuple[str, ...]


def lattice_of(payees: dict[str, Payee], unit: int) -> Lattice:
    """The one ratio ``c`` that most payouts have to a multiple of the unit that their payee had given.

    A payout above a sum that was given counts where the payee has got more than he gave by then, one of at most a quarter where
    he got the like three times: what comes back of a payment is a refund.
    """
    fits: list[tuple[int, str, int]] = []  # ratio, payee, number of the payout
    payouts = 0
    for who in sorted(payees):
        got = 0
        for paid in payees[who].got:
            payouts, got = payouts + 1, got + paid.fen
            given = [put.fen for put in payees[who].put if put.time < paid.time]
            bases = {fen for fen in (*given, sum(given)) if fen and unit and fen % unit == 0}
            ratios = {paid.fen * PPM // fen for fen in bases}
            gains = got > sum(given)
            fits += [(r, who, payouts) for r in ratios if (r > PPM and gains) or r * 100 <= INTEREST_PERCENT * PPM]
    fits.sort()
    best, first = Lattice(0, 0, payouts, ()), 0
    for end, (ratio, _, _) in enumerate(fits):
        while ratio * 100 > fits[first][0] * (100 + LATTICE_PERCENT):
            first += 1
        whole = end + 1 == len(fits) or fits[end + 1][0] * 100 > fits[first][0] * (100 + LATTICE_PERCENT)
        if whole and end + 1 - first > best.hits:
            best = max(best, _lattice(fits[first : end + 1], payouts), key=lambda lattice: lattice.hits)
    return best


def _lattice(window: Sequence[tuple[int, str, int]], payouts: int) -> Lattice:
    """What a run of nearly equal ratios makes: the commonest of them, of equals the smallest."""
    times = Counter(who for who, _ in {(who, number) for _, who, number in window})
    least = 1 if window[0][0] > PPM else LEAST_PAYMENTS
    kept = sorted(who for who, n in times.items() if n >= least)
    hits = {number for _, who, number in window if who in kept}
    ratios = Counter(ratio for ratio, who, _ in window if who in kept)
    commonest = min(ratios, key=lambda ratio: (-ratios[ratio], ratio)) if ratios else 0
    return Lattice(commonest, len(hits), payouts, tuple(kept))
