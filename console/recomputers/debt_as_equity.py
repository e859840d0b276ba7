"""ECF-03 from its pack: how evenly investors were paid, by what results, and who was bought out."""

from itertools import pairwise
from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, zero_tolerance

DAY_36_MONTHS = 1_080
Flow = tuple[int, int]


def again(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]["debt.equity"]
    investors = [Investor(told) for told in inputs["investors"]]
    regular = [x for x in investors if x.regular()]
    rates = [x.rate() for x in regular]
    n = len(rates)
    sigma = root(n * sum(r * r for r in rates) - sum(rates) ** 2) // n if n else 0
    first = min(day for x in investors for day, _ in x.put)
    back = [x for x in investors if x.bought_back(first)]
    even = n * PPM >= line_ppm(lines["share"]) * len(investors) and sigma <= line_ppm(lines["sigma"])
    results = [ppm for _, ppm in inputs["results"]]
    losses = [time for time, ppm in inputs["results"] if ppm < 0]
    after = bool(losses) and any(time > losses[0] for x in regular for time in x.paid_at)
    fixed = bool(results) and bool(regular) and all(x.fixed() for x in regular)
    fixed = fixed and (after or max(results) - min(results) >= 10_000)
    holds = {"a": even, "b": fixed, "c": inputs["clause"] is not None or len(back) >= 5}
    score = min(PPM, sum(line_ppm(lines["weights"][name]) for name, held in holds.items() if held))
    put = sum(x.put_fen for x in investors)
    values: dict[str, int | str] = {
        "irr_sigma_ppm": sigma, "score_ppm": score, "n_investors": len(investors), "n_regular": n, "n_bought_back": len(back),
    }  # fmt: skip
    fires = score >= line_ppm(lines["fires"]) and len(investors) >= lines["investors"]
    return Again(values, put, max(YELLOW, zero_tolerance(put, pack["thresholds"]["zero_tolerance_fen"])) if fires else NONE)


class Investor:
    def __init__(self, told: dict[str, Any]) -> None:
        self.put = [(row["day"], row["fen"]) for row in told["put"]]
        self.put_fen = sum(fen for _, fen in self.put)
        days: dict[int, int] = {}
        for row in told["got"]:
            days[row["day"]] = days.get(row["day"], 0) + row["fen"]
        self.got = sorted(days.items())
        self.principal = [(day, fen) for day, fen in self.got if 2 * fen >= self.put_fen]
        self.interest = [flow for flow in self.got if flow not in self.principal]
        self.paid_at = [row["time"] for row in told["got"]]
        self.sold_day = told["sold_day"]

    def regular(self) -> bool:
        days = [day for day, _ in self.interest]
        gaps = sorted(b - a for a, b in pairwise(days))
        return len(days) >= 3 and max(gaps) - gaps[len(gaps) // 2] <= 3 and gaps[len(gaps) // 2] - min(gaps) <= 3

    def fixed(self) -> bool:
        sizes = [fen for _, fen in self.interest]
        return len(sizes) >= 3 and 100 * (max(sizes) - min(sizes)) <= max(sizes)

    def rate(self) -> int:
        """Simple interest to the last day on both sides; principal still out counts at par there."""
        end = self.got[-1][0]
        out = max(0, self.put_fen - sum(fen for _, fen in self.principal))
        profit = sum(fen for _, fen in self.got) + out - self.put_fen
        weight = sum(fen * (end - day) for day, fen in self.put) - sum(fen * (end - day) for day, fen in self.got)
        return profit * 365 * PPM // weight if weight > 0 else 0

    def bought_back(self, first: int) -> bool:
        by_claim = self.sold_day is not None and self.sold_day - first <= DAY_36_MONTHS
        paid = bool(self.put) and sum(fen for _, fen in self.principal) >= self.put_fen
        return by_claim or (paid and self.principal[-1][0] - first <= DAY_36_MONTHS)


def root(square: int) -> int:
    """Whole square root by Newton's method."""
    guess = square
    while guess * guess > square:
        guess = (guess + square // guess) // 2
    return guess
