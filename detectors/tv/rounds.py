"""Rounds of payments against what happened since the round before: is it the loss or the turnover they follow (TV-05)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from chuantou.detectors.contract import PPM


@dataclass(frozen=True)
class Rounds:
    """Days of payment and what was ``paid`` on each, against what was ``lost`` and ``traded`` since the one before, ``lag`` days
    earlier: from the day after ``first`` to ``last``. ``traded_corr``: the best correlation with the turnover at any lag."""

    lag: int
    first: int
    last: int
    paid: tuple[int, ...]
    lost: tuple[int, ...]
    traded: tuple[int, ...]
    corr: int
    traded_corr: int

    @property
    def beta_ppm(self) -> int:
        """Σ paid / Σ lost; 0 where clients lost nothing together."""
        return sum(self.paid) * PPM // sum(self.lost) if sum(self.lost) > 0 else 0

    @property
    def misfit_ppm(self) -> int:
        """Σ |paid − β · lost| / Σ paid, with the exact β."""
        paid, lost = sum(self.paid), sum(self.lost)
        if lost <= 0:
            return PPM
        return sum(abs(p * lost - paid * x) for p, x in zip(self.paid, self.lost)) * PPM // (paid * lost)


def rounds_of(paid: Mapping[int, int], lost: Mapping[int, int], traded: Mapping[int, int], most_lag: int) -> Rounds:
    """Of fen by day (``paid`` on at least two): the rounds at the lag where payments follow losses best, of equals the least.

    What the first payment is for began before it was in sight: it is given the usual span between two payments.
    """
    days = sorted(paid)
    gaps = sorted(b - a for a, b in pairwise(days))
    ends = [days[0] - gaps[(len(gaps) - 1) // 2], *days]
    pays = tuple(paid[day] for day in days)
    losses = [spans(lost, ends, lag) for lag in range(most_lag + 1)]
    turnovers = [spans(traded, ends, lag) for lag in range(most_lag + 1)]
    corr = [correlation_ppm(pays, xs) for xs in losses]
    best = corr.index(max(corr))
    most = max(correlation_ppm(pays, xs) for xs in turnovers)
    return Rounds(best, ends[0] - best, ends[-1] - best, pays, losses[best], turnovers[best], corr[best], most)


def spans(by_day: Mapping[int, int], ends: Sequence[int], lag: int) -> tuple[int, ...]:
    """Sums over the days after each end up to the next one, all ``lag`` days earlier."""
    return tuple(sum(by_day.get(day - lag, 0) for day in range(a + 1, b + 1)) for a, b in pairwise(ends))


def correlation_ppm(xs: Sequence[int], ys: Sequence[int]) -> int:
    """Pearson's correlation in ppm, exact in integers and cut towards zero; 0 where one of them does not vary.

    >>> correlation_ppm([1, 2, 3], [10, 20, 30]), correlation_ppm([1, 2, 3], [3, 2, 1]), correlation_ppm([1, 2], [5, 5])
    (1000000, -1000000, 0)
    """
    n, sx, sy = len(xs), sum(xs), sum(ys)
    xy = n * sum(x * y for x, y in zip(xs, ys)) - sx * sy
    spread = (n * sum(x * x for x in xs) - sx * sx) * (n * sum(y * y for y in ys) - sy * sy)
    root = isqrt(xy * xy * PPM * PPM // spread) if spread else 0
    return root if xy >= 0 else -root
