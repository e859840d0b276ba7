"""What a buyer got for what he paid: fixed payments, then his money back (ILF-07). Integers only."""

from collections.abc import Sequence
from typing import NamedTuple

from chuantou.detectors.ilf.returns import ALIKE_PERCENT, INTEREST_PERCENT, PPM, Payee

LEAST_FIXED = 3
FIXED_PERCENT = 70  # of the small payments
BACK_DAYS = 3  # a buy-back may come in parts, within so many days


class Course(NamedTuple):
    """fen paid in; how many fixed payments of it, and their fen; fen bought back at the end (0: not yet)."""

    principal_fen: int
    fixed: int
    fixed_fen: int
    back_fen: int


def course_of(payee: Payee) -> Course | None:
    """The course of one buyer's money; None without three fixed payments.

    Fixed are payments of at most a quarter of what was paid in before them that lie within 5 % of the middle one by ratio,
    where those are most of the small ones. Bought back is what comes within three days and reaches all that was paid in.
    """
    by_day: dict[int, int] = {}
    for paid in payee.got:
        by_day[paid.day] = by_day.get(paid.day, 0) + paid.fen
    small: list[tuple[int, int]] = []  # ratio in ppm, fen
    held = back = 0
    for day, fen in sorted(by_day.items()):
        held = held_on(payee, day)
        lately = sum(by_day.get(day - ago, 0) for ago in range(BACK_DAYS))
        if held and lately >= held:
            back = lately
            break
        if held and fen * 100 <= INTEREST_PERCENT * held:
            small.append((fen * PPM // held, fen))
    fixed = alike_in_ratio(small)
    if len(fixed) < LEAST_FIXED or len(fixed) * 100 < FIXED_PERCENT * len(small):
        return None
    return Course(held, len(fixed), sum(fen for _, fen in fixed), back)


def held_on(payee: Payee, day: int) -> int:
    """fen that the buyer had paid in before the first payment to him on the day."""
    first = min(paid.time for paid in payee.got if paid.day == day)
    return sum(paid.fen for paid in payee.put if paid.time < first)


def alike_in_ratio(small: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those within ``ALIKE_PERCENT`` of the middle ratio, of two the lower."""
    if not small:
        return []
    middle = sorted(ratio for ratio, _ in small)[(len(small) - 1) // 2]
    return [(ratio, fen) for ratio, fen in small if abs(ratio - middle) * 100 <= ALIKE_PERCENT * middle]
