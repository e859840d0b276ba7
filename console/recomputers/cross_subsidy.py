"""YLD-03 from its pack: what of a product's payouts neither its borrowers nor the platform's own money explains."""

from chuantou.console.recomputers.again import NONE, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.yields import brought_in, net_fen, paid_fen, weigh


def again(pack: Pack) -> Again:
    """Sums the payments of the window, and follows its payouts back through the pots."""
    inputs, gate = pack["inputs"], pack["thresholds"]["yld.subsidy"]
    payments, rows, first = inputs["payments"], inputs["transfers"], inputs["first_day"]
    paid = paid_fen(payments, first)
    ever = inputs["before_paid_fen"] - inputs["before_received_fen"] + net_fen(payments)
    excess = max(0, min(paid, net_fen(payments, first), ever))
    weighed = weigh(inputs, first)
    tagged = sum(row["fen"] for row in rows if row["earmarked"])
    left = {method: max(0, excess - weighed.support(method, tagged, ("own", "guarantor"))) for method in weighed.pots}
    foreign = {method: sum(weighed.direct[what] + weighed.pots[method][what] for what in ("cross", "others")) for method in left}
    cross = {method: min(left[method], foreign[method]) for method in left}
    most = min(weighed.through, brought_in(rows, "client", "borrower")) + weighed.direct["cross"] + weighed.direct["others"]
    cross["maxflow"] = max(min(max(left.values()), most), *cross.values())
    values: dict[str, int | str] = {
        "payouts_fen": paid,
        "excess_fen": excess,
        "cross_fen": cross["fifo"],
        "cross_ppm": share_ppm(cross["fifo"], paid),
        "cross_prorata_fen": cross["prorata"],
        "cross_lifo_fen": cross["lifo"],
        "cross_maxflow_fen": cross["maxflow"],
        "other_products_fen": weighed.direct["cross"] + weighed.pots["fifo"]["cross"],
        "other_clients_fen": weighed.direct["others"] + weighed.pots["fifo"]["others"],
    }
    sure = min(cross["fifo"], cross["prorata"])
    fires = sure > 0 and share_ppm(sure, paid) >= line_ppm(gate["cross"])
    colour = zero_tolerance(sure, pack["thresholds"]["zero_tolerance_fen"])
    return Again(values, cross["fifo"], colour if fires else NONE)
