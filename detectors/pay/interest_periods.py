"""Payments of a bank as interest on a balance: which period each pays for, and what lay there on average (PAY-04)."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import lcm
from typing import NamedTuple

from chuantou.detectors.contract import PPM
from chuantou.detectors.pay.bank_money import Paid
from chuantou.graph.peers import median
from chuantou.schemas.clock import date_of_day, day_of_date, shanghai_day

MONTH_DAYS = 45  # payments farther apart pay for quarters
MOST_PERIODS = 12
YEAR_DAYS = 365

Level = Callable[[int], int | None]


class Period(NamedTuple):
    """What was paid for the days ``first`` … ``last``, and the sum over ``days`` of them of what lay there at the close."""

    first: int
    last: int
    days: int
    level_days_fen: int
    fen: int
    paid: tuple[Paid, ...]


def month_of(day: int) -> int:
    """Months since year 0, of the day's date."""
    date = date_of_day(day)
    return date.year * 12 + date.month - 1


def first_of(month: int) -> int:
    """The first day of a month counted as :func:`month_of` counts."""
    return day_of_date(f"{month // 12:04d}-{month % 12 + 1:02d}-01")


def pay_days(paid: Sequence[Paid]) -> list[tuple[int, tuple[Paid, ...]]]:
    """Payments by calendar month, told by the last day on which one was paid; the last twelve months with any."""
    months: dict[int, list[Paid]] = {}
    for each in paid:
        months.setdefault(month_of(shanghai_day(each.time)), []).append(each)
    return [(shanghai_day(held[-1].time), tuple(held)) for _, held in sorted(months.items())][-MOST_PERIODS:]


def since_the_last(days: Sequence[int]) -> list[tuple[int, int]]:
    """Each pays for the days since the one before; the first for as many as lie between the others (median).

    >>> since_the_last([100, 130, 161])
    [(70, 99), (100, 129), (130, 160)]
    """
    usual = median([b - a for a, b in pairwise(days)])
    return [(before, day - 1) for before, day in zip([days[0] - usual, *days], days)]


def calendar_before(days: Sequence[int]) -> list[tuple[int, int]]:
    """Each pays for the calendar month before its own, or the three months where payments are quarterly."""
    length = 1 if median([b - a for a, b in pairwise(days)]) <= MONTH_DAYS else 3
    months = [month_of(day) for day in days]
    return [(first_of(month - length), first_of(month) - 1) for month in months]


READINGS = {"since_the_last": since_the_last, "calendar_before": calendar_before}


def periods(paid: Sequence[Paid], reading: str, level: Level) -> list[Period]:
    """The periods for which the payments are read to pay; those of which less than half of the days are known are left out."""
    told = pay_days(paid)
    if len(told) < 2:
        return []
    out = []
    for (_, held), (first, last) in zip(told, READINGS[reading]([day for day, _ in told])):
        known = [fen for day in range(first, last + 1) if (fen := level(day)) is not None]
        if 2 * len(known) >= last - first + 1:
            out.append(Period(first, last, len(known), sum(known), sum(each.fen for each in held), held))
    return out


def points(found: Sequence[Period]) -> list[tuple[int, int]]:
    """(average balance, fen paid) of each, the averages on one scale so that they are whole."""
    scale = lcm(*(period.days for period in found)) if found else 1
    return [(period.level_days_fen * (scale // period.days), period.fen) for period in found]


def rate_ppm(found: Sequence[Period]) -> int:
    """What was paid, as a yearly rate on what lay there."""
    level_days = sum(period.level_days_fen for period in found)
    return sum(period.fen for period in found) * YEAR_DAYS * PPM // level_days if level_days > 0 else 0
