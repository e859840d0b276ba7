"""Equity projects: who put in how much, what each was paid since, and at what rate (ECF-03)."""

from dataclasses import dataclass, field
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

from chuantou.detectors.contract import PPM
from chuantou.schemas.clock import shanghai_day

YEAR_DAYS = 365
SLACK_DAYS = 3  # of equal spacing
LEAST_PAYMENTS = 3
FIXED_PERCENT = 1  # by how much payments of a fixed rate may differ
PRINCIPAL_PERCENT = 50  # a payment of so much of what was put in gives principal back


class Paid(NamedTuple):
    """A payment: µs, fen, where it is in the feeds, and its log index."""

    time: int
    fen: int
    source: str
    event: str
    row: int


@dataclass
class Stake:
    """One investor of a project: ``put`` what was subscribed, ``got`` what the issuer's side paid, in time order."""

    put: list[Paid] = field(default_factory=list)
    got: list[Paid] = field(default_factory=list)

    @property
    def put_fen(self) -> int:
        return sum(paid.fen for paid in self.put)

    def by_day(self) -> list[tuple[int, int]]:
        """``(day, fen)`` of what was paid, the payments of a day as one."""
        days: dict[int, int] = {}
        for paid in self.got:
            day = shanghai_day(paid.time)
            days[day] = days.get(day, 0) + paid.fen
        return sorted(days.items())

    def returns(self) -> list[tuple[int, int]]:
        """Days on which principal came back."""
        return [(day, fen) for day, fen in self.by_day() if fen * 100 >= PRINCIPAL_PERCENT * self.put_fen]

    def interest(self) -> list[tuple[int, int]]:
        back = {day for day, _ in self.returns()}
        return [(day, fen) for day, fen in self.by_day() if day not in back]

    def is_regular(self) -> bool:
        """At least three payments whose distances are within three days of the middle one."""
        days = [day for day, _ in self.interest()]
        gaps = sorted(later - earlier for earlier, later in pairwise(days))
        return len(days) >= LEAST_PAYMENTS and all(abs(gap - gaps[len(gaps) // 2]) <= SLACK_DAYS for gap in gaps)

    def is_fixed(self) -> bool:
        """Whether all interest payments are of one size, ± 1 %."""
        sizes = [fen for _, fen in self.interest()]
        return len(sizes) >= LEAST_PAYMENTS and (max(sizes) - min(sizes)) * 100 <= FIXED_PERCENT * max(sizes)

    def is_bought_back(self) -> bool:
        """Whether what was put in came back at par or more."""
        return bool(self.put) and sum(fen for _, fen in self.returns()) >= self.put_fen

    def rate_ppm(self) -> int:
        """Internal rate of return, simple interest, act/365, in ppm a year; principal still out is worth par on the last day.

        The r at which everything put in and everything got, each with simple interest at r to the last day, are equal.
        """
        got = self.by_day()
        last = got[-1][0]
        still_out = max(0, self.put_fen - sum(fen for _, fen in self.returns()))
        flows = [*((shanghai_day(paid.time), -paid.fen) for paid in self.put), *got, (last, still_out)]
        profit = sum(fen for _, fen in flows)
        weight = -sum(fen * (last - day) for day, fen in flows)
        return profit * YEAR_DAYS * PPM // weight if weight > 0 else 0


def sigma_ppm(rates: list[int]) -> int:
    """Standard deviation over all of them, rounded down."""
    n = len(rates)
    return isqrt(n * sum(rate * rate for rate in rates) - sum(rates) ** 2) // n if n else 0
