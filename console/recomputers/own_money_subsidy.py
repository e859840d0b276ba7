"""YLD-02 from its pack: what investors were paid beyond what borrowers paid, and what of it was the platform's own money."""

from chuantou.console.recomputers.again import NONE, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.yields import brought_in, net_fen, paid_fen, weigh

MONTH_DAYS = 30


def again(pack: Pack) -> Again:
    """Sums the payments of the product, and follows the payouts back through the pots."""
    inputs, gate = pack["inputs"], pack["thresholds"]["yld.subsidy"]
    payments, rows, day = inputs["payments"], inputs["transfers"], inputs["day"]
    before = inputs["before_paid_fen"] - inputs["before_received_fen"]
    net, paid = before + net_fen(payments), inputs["before_paid_fen"] + paid_fen(payments)
    weighed = weigh(inputs)
    tagged = sum(row["fen"] for row in rows if row["earmarked"])
    own = {method: min(net, weighed.support(method, tagged, ("own",))) for method in weighed.pots}
    most = weighed.direct["own"] + min(weighed.through, brought_in(rows, "own"))
    own["maxflow"] = max(min(net, most), *own.values())
    month = net_fen(payments, day - MONTH_DAYS + 1)
    weighted = sum(fen * days for _, fen, days in inputs["claims"])
    values: dict[str, int | str] = {
        "subsidy_fen": own["fifo"],
        "subsidy_ppm": share_ppm(own["fifo"], paid),
        "all_in_yield_ppm": paid * 365 * 1_000_000 // weighted if weighted else 0,
        "paid_fen": paid,
        "received_fen": paid - net,
        "subsidy_prorata_fen": own["prorata"],
        "subsidy_lifo_fen": own["lifo"],
        "subsidy_maxflow_fen": own["maxflow"],
        "month_fen": max(0, min(own["fifo"], month)),
        "days": days_above(pack, before),
    }
    fires = values["days"] >= gate["days"] and all(
        own[method] > 0
        and (share_ppm(own[method], paid) >= line_ppm(gate["share"]) or min(own[method], month) >= gate["month_fen"])
        for method in ("fifo", "prorata")
    )
    sure = min(own["fifo"], own["prorata"])
    colour = zero_tolerance(sure, pack["thresholds"]["zero_tolerance_fen"])
    return Again(values, own["fifo"], colour if fires else NONE)


def days_above(pack: Pack, before: int) -> int:
    """Day closes in a row, up to the day judged, at which more had been paid than received."""
    inputs = pack["inputs"]
    changes: dict[int, int] = {}
    for p in inputs["payments"]:
        changes[p["day"]] = changes.get(p["day"], 0) + (-p["counted_fen"] if p["what"] == "received" else p["counted_fen"])
    run, net = 0, before
    for day in range(inputs["day"] - pack["thresholds"]["view_days"] + 1, inputs["day"] + 1):
        net += changes.get(day, 0)
        run = run + 1 if net > 0 else 0
    return run
