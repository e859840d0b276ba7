"""P2P-07 from its pack: two ladders of principal by due day, claims that left early, claims payable on demand."""

from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, RED, YELLOW, Again, Pack, line_ppm, share_ppm

HORIZONS = (7, 30, 90, 180)
WEEK = 7

Ladder = list[tuple[int, int]]  # (due day, fen)


def again(pack: Pack) -> Again:
    """Gaps and average lives on the day; due days are numbers of days, what is overdue counts as due."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    day, owed, lent = inputs["day"], inputs["owed_to_investors"], inputs["owed_by_borrowers"]
    outstanding = sum(fen for _, fen in owed)
    gap = {h: (due_by(owed, day + h) - due_by(lent, day + h)) * PPM // outstanding for h in HORIZONS}
    (assets, lent_fen), (liabilities, owed_fen) = weighted(lent, day), weighted(owed, day)
    ratio = assets * owed_fen * PPM // (lent_fen * liabilities) if lent_fen and liabilities else 0
    early = sum(fen for _, fen, _, _ in inputs["early_exits"])
    on_demand = sum(fen for _, fen in inputs["on_demand"])
    values: dict[str, int | str] = {f"gap{h}_ppm": gap[h] for h in HORIZONS}
    values |= {
        "wal_assets_days": days(assets, lent_fen),
        "wal_liabilities_days": days(liabilities, owed_fen),
        "wal_ratio_ppm": ratio,
        "outstanding_fen": outstanding,
        "early_exits_fen": early,
        "on_demand_fen": on_demand,
    }
    late = sum(fen for due, fen in lent if due > day + WEEK) + inputs["owed_by_borrowers_without_date_fen"]
    severity = by_lines(gap[30], ratio, thresholds["mismatch"])
    if early >= thresholds["claim_level_fen"] and share_ppm(early, outstanding) >= thresholds["claim_level_ppm"]:
        severity = max(severity, YELLOW)
    if on_demand > thresholds["demand_fen"] and late:
        severity = RED
    return Again(values, max(0, gap[30] * outstanding // PPM, early), severity)


def due_by(ladder: Ladder, day: int) -> int:
    return sum(fen for due, fen in ladder if due <= day)


def weighted(ladder: Ladder, day: int) -> tuple[int, int]:
    """(Σ days left × fen, Σ fen) of what is still owed."""
    owed = [(max(0, due - day), fen) for due, fen in ladder if fen > 0]
    return sum(left * fen for left, fen in owed), sum(fen for _, fen in owed)


def days(weight: int, fen: int) -> int | str:
    """The mean life to one decimal, half a tenth rounded up: an integer where it is whole, else text."""
    whole, tenth = divmod((20 * weight + fen) // (2 * fen) if fen else 0, 10)
    return f"{whole}.{tenth}" if tenth else whole


def by_lines(gap30: int, ratio: int, lines: dict[str, Any]) -> int:
    for severity, k in ((RED, 1), (YELLOW, 0)):
        if gap30 >= line_ppm(lines["gap30"][k]) or ratio >= line_ppm(lines["wal"][k]):
            return severity
    return NONE
