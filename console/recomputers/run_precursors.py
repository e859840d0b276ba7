"""RUN-01 from its pack: the signals of a week, from a platform's diary and ladders."""

from typing import Any

from chuantou.console.recomputers.abnormal_yield import median
from chuantou.console.recomputers.again import NONE, ORANGE, RED, Again, Pack, line_ppm

NAMES = ("coverage", "outflow", "delay", "fewer_clients", "cash_out", "change", "overseas", "complaints")


def again(pack: Pack) -> Again:
    """Counts the signals."""
    inputs, gate = pack["inputs"], pack["thresholds"]["run.precursors"]
    diary = [dict(zip(inputs["columns"], row)) for row in inputs["entries"]]
    week, month = diary[-7:], diary[-35:-7]
    weeks = [diary[-7 * (n + 2) : -7 * (n + 1)] for n in range((len(diary) - 7) // 7)]
    due_to = sum(fen for _, fen in inputs["owed_to_investors"])
    lent_in = max(0, sum(day["lent_in"] for day in week))
    covered = max(0, inputs["cash_fen"] - lent_in) + sum(fen for _, fen in inputs["owed_by_borrowers"])
    out_days = net_outflows(week)
    season = [dict(zip(inputs["columns"], row)) for row in inputs["last_year"]]
    last_year, usually = net_outflows(season), sum(day["new_clients"] for day in season)
    delay, usual = delays(inputs)
    new, before = sum(day["new_clients"] for day in week), sum(day["new_clients"] for day in month)
    cash_out = sum(day["cash_out"] for day in week)
    tips = sum(day["complaints"] for day in week)
    share = 1_000_000 - line_ppm(gate["fewer"])
    halved = new * 28 * 1_000_000 <= before * 7 * share and len(month) == 28 and before >= gate["least_clients"]
    scale = pack["thresholds"]["cash_scale_fen"]
    held = {
        "coverage": due_to > 0 and covered < due_to,
        "outflow": out_days >= gate["outflow_days"] and last_year < gate["outflow_days"],
        "delay": delay > 0 and usual > 0 and delay >= gate["delay_ratio"] * usual,
        "fewer_clients": usually > 0 and new * 1_000_000 <= usually * share if season else halved,
        "cash_out": cash_out >= gate["least_cash_out"] and far(cash_out, weeks, "cash_out", gate, scale),
        "change": bool(inputs["changes"]),
        "overseas": False,
        "complaints": tips >= gate["least_complaints"] and far(tips, weeks, "complaints", gate, 1),
    }  # fmt: skip
    signals = sum(held.values())
    values: dict[str, int | str] = {
        "signals": signals,
        **{f"signal_{name}": int(held[name]) for name in NAMES},
        "covered_fen": covered,
        "due_fen": due_to,
        "outflow_days": out_days,
        "delay_days": delay,
        "usual_delay_days": usual,
        "new_clients": new,
        "cash_out_fen": cash_out,
        "complaints": tips,
    }
    severity = RED if signals >= gate["red"] else ORANGE if signals >= gate["orange"] else NONE
    return Again(values, max(0, due_to - covered), severity)


def net_outflows(days: list[dict[str, int]]) -> int:
    return sum(day["inflow"] < day["outflow"] for day in days)


def delays(inputs: dict[str, Any]) -> tuple[int, int]:
    """Median days, by fen, of the week and of the month before it; 0 of nothing."""
    today = inputs["day"]
    recent = [(max(0, day - due) + 1, fen) for day, due, fen in inputs["redeemed"] if day > today - 7]
    usual = [(max(0, day - due) + 1, fen) for day, due, fen in inputs["redeemed"] if day <= today - 7]
    recent += [(today - due + 1, fen) for due, fen in inputs["owed_to_investors"] if due < today]
    return middle(recent), middle(usual)


def middle(weighted: list[tuple[int, int]]) -> int:
    reached, whole = 0, sum(fen for _, fen in weighted)
    for days, fen in sorted(weighted):
        reached += fen
        if reached * 2 >= whole:
            return days
    return 0


def far(total: int, weeks: list[list[dict[str, int]]], name: str, gate: dict[str, Any], scale: int) -> bool:
    """Whether a week's sum lies beyond the line of robust z among the weeks before."""
    before = [sum(day[name] for day in week) for week in weeks]
    if len(before) < gate["least_weeks"]:
        return False
    center = median(before)
    spread = max(14_826 * median([abs(x - center) for x in before]), 10_000 * scale)
    return (total - center) * 10_000_000 // spread >= gate["z"] * 1_000
