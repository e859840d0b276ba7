"""How well one series of amounts follows another, in whole numbers (P2P-11, PAY-04, ILF-05)."""

from collections.abc import Sequence
from itertools import permutations
from math import factorial

from chuantou.detectors.contract import PPM

MOST_ORDERED = 8  # points of which every order is tried: 40,320


def r_squared(points: Sequence[tuple[int, int]]) -> int:
    """Squared correlation of (x, y) in ppm, exact; 0 where one of them does not vary or they fall together.

    >>> r_squared([(1, 10), (2, 20), (3, 30)]), r_squared([(1, 5), (2, 5), (3, 5)]), r_squared([(1, 3), (2, 2), (3, 1)])
    (1000000, 0, 0)
    """
    n, sx, sy = len(points), sum(x for x, _ in points), sum(y for _, y in points)
    xy = n * sum(x * y for x, y in points) - sx * sy
    xx = n * sum(x * x for x, _ in points) - sx * sx
    yy = n * sum(y * y for _, y in points) - sy * sy
    return xy * xy * PPM // (xx * yy) if xy > 0 and xx and yy else 0


def chance_ppm(points: Sequence[tuple[int, int]]) -> int:
    """Share of all orders of the y in which they rise with the x at least as well (exact permutation test), ppm.

    Of more than eight points the last eight are tried.

    >>> chance_ppm([(1, 10), (2, 20), (3, 30)]), chance_ppm([(1, 10), (2, 30), (3, 20), (4, 40)])
    (166666, 166666)
    """
    last = points[-MOST_ORDERED:]
    xs, ys = [x for x, _ in last], [y for _, y in last]
    least = sum(x * y for x, y in last)
    as_well = sum(sum(x * y for x, y in zip(xs, order)) >= least for order in permutations(ys))
    return as_well * PPM // factorial(len(last))
