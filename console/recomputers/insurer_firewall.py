"""INS-03 from its pack: payments outside contracts, prepayments that came back, premiums in them, hands in common."""

from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, zero_tolerance
from chuantou.console.recomputers.group_firewall import crossed

DAY_US = 86_400_000_000


def again(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]["ins.firewall"]
    payments, since = inputs["payments"], inputs["now"] - lines["window_days"] * DAY_US
    back = came_back(payments, line_ppm(lines["returned"]), lines["return_days"] * DAY_US)
    prepaid = [i for i, at in back.items() if at >= since]
    outside = [i for i, p in enumerate(payments) if p["what"] == "outside" and p["time"] >= since]
    contracts = [i for i, p in enumerate(payments) if p["what"] == "contract" and i not in back and p["time"] >= since]
    premium = crossed(inputs, set(inputs["parties"]))
    total = sum(payments[i]["fen"] for i in (*outside, *prepaid))
    values: dict[str, int | str] = {
        "outside_fen": total,
        "n_payments": len(outside) + len(prepaid),
        "returned_fen": sum(payments[i]["fen"] for i in prepaid),
        "contract_fen": sum(payments[i]["fen"] for i in contracts),
        "premium_fen": premium["fifo"],
        "premium_prorata_fen": premium["prorata"],
        "premium_lifo_fen": premium["lifo"],
        "premium_maxflow_fen": premium["maxflow"],
        "n_shared": len(inputs["shared"]),
    }
    graded = pack["thresholds"]["zero_tolerance_fen"]
    colours = [zero_tolerance(min(premium["fifo"], premium["prorata"]), graded), YELLOW if inputs["shared"] else NONE]
    if total >= lines["fen"]:
        colours.append(zero_tolerance(total, graded))
    return Again(values, max(total, premium["fifo"]), max(colours))


def came_back(payments: list[dict[str, Any]], least_ppm: int, within_us: int) -> dict[int, int]:
    """Places of services of which enough came back in time, and when; money back is for the oldest that is young enough."""
    got: dict[int, int] = {}
    out: dict[int, int] = {}
    for at, p in enumerate(payments):
        if p["what"] != "back":
            continue
        fen = p["fen"]
        for i, service in enumerate(payments[:at]):
            mine = service["what"] == "contract" and service["party"] == p["party"]
            if mine and p["time"] - within_us <= service["time"]:
                part = min(fen, service["fen"] - got.get(i, 0))
                got[i] = got.get(i, 0) + part
                fen -= part
                if part and got[i] * PPM >= least_ppm * service["fen"]:
                    out.setdefault(i, p["time"])
    return out
