"""TV-05 from its pack: rounds of payments against losses and turnover of the clients."""

from collections import Counter
from itertools import pairwise
from math import isqrt
from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, RED, Again, Pack, line_ppm, share_ppm


def again(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]["tv.loss_sharing"]
    outside = set(inputs["not_clients"])
    paid = Counter[int]()
    for payment in inputs["payments"]:
        paid[payment["day"]] += payment["fen"]
    gains = [(c["day"], c["party"], gain(c)) for c in inputs["closings"]] + [tuple(row) for row in inputs["unlisted"]]
    sides = [(day, client, other, fen) for day, a, b, fen in inputs["turnover"] for client, other in ((a, b), (b, a))
             if client not in outside]  # fmt: skip
    ends = round_ends(sorted(paid))
    fees = [paid[day] for day in ends[1:]]
    lags = range(lines["most_lag"] + 1)
    losses = [sums(((day, -fen) for day, _, fen in gains), ends, lag) for lag in lags]
    turnovers = [sums(((day, fen) for day, _, _, fen in sides), ends, lag) for lag in lags]
    corr = [correlation(fees, xs) for xs in losses]
    lag = max(lags, key=lambda at: (corr[at], -at))
    first, last, lost = ends[0] - lag, ends[-1] - lag, losses[lag]
    by_client = Counter[str]()
    for day, party, fen in gains:
        by_client[party] += fen if first < day <= last else 0
    closed = {party for day, party, _ in gains if first < day <= last}
    seen = [side for side in sides if first < side[0] <= last]
    values: dict[str, int | str] = {
        "beta_ppm": share_ppm(sum(fees), sum(lost)) if sum(lost) > 0 else 0,
        "corr_ppm": corr[lag],
        "turnover_corr_ppm": max(correlation(fees, xs) for xs in turnovers),
        "commission_fen": sum(fees),
        "lost_fen": sum(lost),
        "misfit_ppm": misfit(fees, lost),
        "n_rounds": len(fees),
        "lag_days": lag,
        "n_days": len({day for day, *_ in seen}),
        "n_clients": len(closed),
        "losers_ppm": share_ppm(sum(by_client[party] < 0 for party in closed), len(closed)),
        "n_counterparties": len(inputs["hubs"]),
        "against_ppm": share_ppm(sum(fen for *_, other, fen in seen if other in inputs["hubs"]), sum(fen for *_, fen in seen)),
    }
    return Again(values, sum(fees), RED if fires(values, lines, inputs["hubs"]) else NONE)


def fires(values: dict[str, Any], lines: dict[str, Any], hubs: list[str]) -> bool:
    low, high = (line_ppm(line) for line in lines["beta"])
    return (
        low <= values["beta_ppm"] <= high
        and values["corr_ppm"] >= line_ppm(lines["corr"])
        and values["corr_ppm"] > values["turnover_corr_ppm"]
        and (values["n_rounds"] >= lines["many_rounds"] or values["misfit_ppm"] <= line_ppm(lines["misfit"]))
        and values["n_days"] >= lines["days"]
        and values["n_clients"] >= lines["clients"]
        and values["losers_ppm"] >= line_ppm(lines["losers"])
        and values["against_ppm"] >= line_ppm(lines["against"])
        and len(hubs) <= lines["counterparties"]
    )


def gain(closing: dict[str, Any]) -> int:
    """A long position gains by what it brought more than it cost, a short one by what it cost less."""
    more: int = closing["closed_fen"] - closing["opened_fen"]
    return more if closing["long"] else -more


def round_ends(days: list[int]) -> list[int]:
    """Days of payment, and before them the end of the round before, one usual gap earlier."""
    gaps = sorted(later - day for day, later in pairwise(days))
    return [days[0] - gaps[(len(gaps) - 1) // 2], *days]


def sums(rows: Any, ends: list[int], lag: int) -> list[int]:
    """Fen of each round, ``lag`` days before its payment."""
    total = [0] * (len(ends) - 1)
    for day, fen in rows:
        at = sum(end < day + lag for end in ends) - 1
        if 0 <= at < len(total):
            total[at] += fen
    return total


def correlation(xs: list[int], ys: list[int]) -> int:
    """Pearson's, in ppm cut towards zero; 0 where something does not vary."""
    n, all_x, all_y = len(xs), sum(xs), sum(ys)
    cov = sum((n * x - all_x) * (n * y - all_y) for x, y in zip(xs, ys))
    var = sum((n * x - all_x) ** 2 for x in xs) * sum((n * y - all_y) ** 2 for y in ys)
    size = isqrt(cov * cov * PPM * PPM // var) if var else 0
    return size if cov >= 0 else -size


def misfit(fees: list[int], lost: list[int]) -> int:
    """How far the rounds are from one common share of the losses, of all that was paid."""
    paid, loss = sum(fees), sum(lost)
    if loss <= 0:
        return PPM
    return sum(abs(fee * loss - paid * x) for fee, x in zip(fees, lost)) * PPM // (paid * loss)
