"""INS-04 from its pack: payouts of policies, traced again to the accounts of one collector."""

from collections import Counter
from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, PPM, RED, YELLOW, Again, Detail, Pack, line_ppm, zero_tolerance
from chuantou.console.recomputers.tracing import Scene, flow, pool, queue


def again(pack: Pack) -> Again:
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    lines = thresholds["ins.loop"]
    counted = [k for k, chain in enumerate(inputs["chains"]) if gives_back(chain, lines)]
    total, details = Counter[str](), []
    for k, chain in enumerate(inputs["chains"]):
        scene = Scene.of(chain)
        moved = {"fifo": queue(scene, newest_first=False), "prorata": pool(scene), "lifo": queue(scene, newest_first=True)}
        sink = {name: scene.arrived(fen) for name, fen in moved.items()} | {"maxflow": flow(scene)}
        details += [Detail(f"chains[{k}].sink_fen.{name}", chain["sink_fen"][name], fen) for name, fen in sink.items()]
        if k in counted:
            total.update(sink)
    people = {inputs["chains"][k]["person"] for k in counted}
    premiums = {tuple(p["transaction"]): p["fen"] for k in counted for p in inputs["chains"][k]["premiums"]}
    values: dict[str, int | str] = {
        "n_people": len(people),
        "n_investors": len(inputs["investors"]),
        "premium_fen": sum(premiums.values()),
        "payout_fen": sum(inputs["chains"][k]["disbursed_fen"] for k in counted),
        "collected_fen": total["fifo"],
        "collected_prorata_fen": total["prorata"],
        "collected_lifo_fen": total["lifo"],
        "collected_maxflow_fen": total["maxflow"],
    }
    crowd = len(people) >= lines["chains"] and len(inputs["investors"]) >= lines["investors"]
    colour = graded(total, thresholds["zero_tolerance_fen"]) if crowd else NONE
    return Again(values, total["fifo"] or total["maxflow"], min(colour, YELLOW) if inputs["insurer_duty"] else colour, details)


def gives_back(chain: dict[str, Any], lines: dict[str, Any]) -> bool:
    """Whether the person's payouts gave back enough of the premiums."""
    premiums = sum(p["fen"] for p in chain["premiums"])
    return int(chain["back_fen"]) * PPM >= line_ppm(lines["back"]) * premiums


def graded(total: Counter[str], lines: list[list[int]]) -> int:
    """FIFO and pro-rata together; pro-rata with the upper bound where they do not agree."""
    sure = zero_tolerance(min(total["fifo"], total["prorata"]), lines)
    unsure = sure == NONE and zero_tolerance(total["prorata"], lines) != NONE and zero_tolerance(total["maxflow"], lines) == RED
    return ORANGE if unsure else sure
