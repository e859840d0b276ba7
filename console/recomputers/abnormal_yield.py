"""YLD-01 from its pack: a product's all-in yield against its peers, the law, its borrower and its project."""

from collections import Counter
from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, RED, YELLOW, Again, Pack, line_ppm


def again(pack: Pack) -> Again:
    """Adds bonuses to the coupon, and finds median and deviation of the peers again."""
    inputs, gate = pack["inputs"], pack["thresholds"]["yld.abnormal"]
    times = Counter(b["party"] for b in inputs["bonuses"])
    bonuses = sum(b["counted_fen"] for b in inputs["bonuses"] if b["counted_fen"] > gate["gift_fen"] or times[b["party"]] > 1)
    all_in = inputs["coupon_ppm"] + (bonuses * 365 * 1_000_000 // inputs["fen_days"] if inputs["fen_days"] else 0)
    base = baseline(inputs, pack["thresholds"]["least_peers"])
    middle, mad, n = base or (0, 0, 0)
    scale = max(14_826 * mad, 10_000 * line_ppm(gate["scale_floor"]))
    z = (all_in - middle) * 10_000_000 // scale if base else 0
    line = legal_line(inputs, pack["thresholds"]["yld.line"])
    borrower, project = mean(inputs["assets"], 2), mean(inputs["assets"], 3)
    reasons = {
        "over_line": line is not None and all_in >= line,
        "over_borrower": borrower is not None and all_in >= borrower + line_ppm(gate["above_borrower"]),
        "over_project": project is not None and all_in > 0 and all_in >= gate["project_multiple"] * project,
    }
    values: dict[str, int | str] = {
        "all_in_yield_ppm": all_in,
        "peer_median_ppm": middle,
        "peer_z_milli": z,
        "n_peers": n,
        "borrower_rate_ppm": borrower or 0,
        "legal_line_ppm": line or 0,
        **{name: int(held) for name, held in reasons.items()},
    }
    far = base is not None and all_in - middle >= line_ppm(gate["above_median"])
    by_peers = ORANGE if z >= gate["z"][1] * 1_000 else YELLOW if z >= gate["z"][0] * 1_000 else NONE
    return Again(values, inputs["sold_fen"], RED if any(reasons.values()) else by_peers if far else NONE)


def baseline(inputs: dict[str, Any], least: int) -> tuple[int, int, int] | None:
    """Median, median absolute deviation, n: of the peers, else of the table."""
    yields = [x for _, x in inputs["peers"]]
    if len(yields) >= least:
        middle = median(yields)
        return middle, median([abs(x - middle) for x in yields]), len(yields)
    table = inputs["peer_table"]
    if not isinstance(table, dict) or not all(isinstance(table.get(name), int) for name in ("median_ppm", "mad_ppm")):
        return None
    return table["median_ppm"], max(0, table["mad_ppm"]), table["n"] if isinstance(table.get("n"), int) else 0


def median(numbers: list[int]) -> int:
    """Of an even number the mean of the middle two, rounded down."""
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def legal_line(inputs: dict[str, Any], law: dict[str, Any] | None) -> int | None:
    if law is None:
        return None
    if "soft" in law:
        return line_ppm(law["soft"])
    return law["lpr1y_multiple"] * inputs["lpr_ppm"] if inputs["lpr_ppm"] is not None else None


def mean(assets: list[list[Any]], place: int) -> int | None:
    told = [(row[1], row[place]) for row in assets if row[place] is not None]
    whole = sum(fen for fen, _ in told)
    return sum(fen * rate for fen, rate in told) // whole if whole else None
