"""P2P-01 from its pack: client credits, what of them reached the borrowers, and the client money held."""

from itertools import accumulate

from chuantou.console.recomputers.again import NONE, RED, YELLOW, Again, Pack, line_ppm, share_ppm

DAY_US = 86_400_000_000


def again(pack: Pack) -> Again:
    """Credits of the window; one whose deadline is over counts with what had not reached its borrower by then."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    gate, now = thresholds["pool.gate"], inputs["now"]
    window = range(now - gate["window_days"] * DAY_US, now + 1)
    credits = [credit for credit in inputs["credits"] if credit["time"] in window]
    inflow = sum(credit["fen"] for credit in credits)
    pooled = sum(credit["fen"] - credit["matched_fen"] for credit in credits if credit["deadline"] <= now)
    people = len({credit["investor"] for credit in credits})
    ratio = share_ppm(pooled, inflow)
    held = accumulate((change for _, change in inputs["held_changes"]), initial=inputs["held_at_start_fen"])
    structural = (
        len(set(inputs["paid_investors"])) >= thresholds["structural_investors"]
        and len(set(inputs["paid_listings"])) >= thresholds["structural_listings"]
    )
    severity = YELLOW if structural else NONE
    if people >= gate["people"] and inflow >= gate["fen"] and ratio >= line_ppm(gate["ratio"]):
        many = people >= thresholds["ilf.entity.people"] and inflow >= thresholds["ilf.entity.amount"]
        severity = RED if many else YELLOW
    values: dict[str, int | str] = {
        "n_investors": people,
        "inflow_fen": inflow,
        "pool_ratio_ppm": ratio,
        "idle_peak_fen": max(held),
        "structural": int(structural),
    }
    return Again(values, pooled or inflow, severity)
