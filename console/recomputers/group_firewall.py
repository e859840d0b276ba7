"""AM-05 from its pack: loops inside the group, what a product holds of other members, clients' money that crossed."""

from itertools import pairwise
from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, RED, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked


def again(pack: Pack) -> Again:
    """The gravest of three limbs; the amount is the largest of theirs."""
    inputs, lines = pack["inputs"], pack["thresholds"]["am.group"]
    members, friends = set(inputs["members"]), set(inputs["friends"])
    loops = [loop for loop in inputs["loops"] if closes(loop, members, friends)]
    circular = sum(min(hop["fen"] for hop in loop) for loop in loops)
    held = sum(holding["fen"] for holding in inputs["holdings"]) + inputs["to_persons_fen"]
    exposed = sum(holding["fen"] for holding in inputs["holdings"] if holding["party"] in members)
    exposure = share_ppm(exposed, max(held, inputs["sold_fen"]))
    client = crossed(inputs, members)
    values: dict[str, int | str] = {
        "members": len(members),
        "n_licences": len(inputs["licences"]),
        "circular_fen": circular,
        "n_loops": len(loops),
        "exposure_ppm": exposure,
        "exposure_fen": exposed,
        "client_fen": client["fifo"],
        "client_prorata_fen": client["prorata"],
        "client_lifo_fen": client["lifo"],
        "client_maxflow_fen": client["maxflow"],
    }
    colours = [NONE]
    if len(members) > 1 and len(inputs["licences"]) >= lines["licences"]:
        if min(client["fifo"], client["prorata"]) >= lines["client_fen"]:
            colours.append(RED)
        if exposure >= line_ppm(lines["exposure"]):
            colours.append(ORANGE)
        if len(loops) >= lines["loops"] and circular >= lines["loop_fen"]:
            colours.append(zero_tolerance(circular, pack["thresholds"]["zero_tolerance_fen"]))
    return Again(values, max(circular, exposed, client["fifo"]), max(colours))


def closes(loop: list[dict[str, Any]], members: set[str], friends: set[str]) -> bool:
    """A closed way in time through three parties, two of them members and the others friends."""
    owners = {hop["owner"] for hop in loop}
    joined = all(hop["payee"] == after["payer"] for hop, after in zip(loop, loop[1:] + loop[:1]))
    rising = all(hop["time"] < after["time"] for hop, after in pairwise(loop))
    return joined and rising and len(owners) >= 3 and len(owners & members) >= 2 and owners <= members | friends


def crossed(inputs: dict[str, Any], members: set[str]) -> dict[str, int]:
    """Clients' money in the payments that cross, by three conventions and at most."""
    rows = inputs["transfers"]
    places = [i for i, row in enumerate(rows) if row["crosses"] and row["party"] in members]
    out = {}
    for name, take in METHODS.items():
        made = booked(inputs["openings"], rows, take)
        out[name] = sum(fen for i in places for root, fen in made[i] if 0 <= root != i and rows[root]["client"])
    came = sum(row["fen"] for row in rows[: places[-1]] if row["client"]) if places else 0
    return out | {"maxflow": max(min(sum(rows[i]["fen"] for i in places), came), *out.values())}
