"""FLOW-01 from its pack: the hops of a loop, and whether they are one."""

from itertools import pairwise
from typing import Any

from chuantou.console.recomputers.again import LOG, NONE, PPM, YELLOW, Again, Pack

SECOND_US = 1_000_000
LEAST = 3  # accounts, and owners


def again(pack: Pack) -> Again:
    """The smallest transfer, the number of hops and their span; yellow where a watched institution's circle is met."""
    inputs = pack["inputs"]
    hops = inputs["hops"]
    smallest = min(hop["fen"] for hop in hops)
    span = hops[-1]["time"] - hops[0]["time"]
    lead = YELLOW if pack["related"] else LOG
    severity = lead if is_loop(hops, inputs["keep_ppm"]) and span <= inputs["window_us"] else NONE
    values: dict[str, int | str] = {"loop_fen": smallest, "hops": len(hops), "span_seconds": span // SECOND_US}
    return Again(values, smallest, severity)


def is_loop(hops: list[dict[str, Any]], keep_ppm: int) -> bool:
    """Whether the hops close over distinct accounts of three owners, later and not larger at each, keeping enough."""
    return (
        all(hop["payee"] == after["payer"] for hop, after in zip(hops, [*hops[1:], hops[0]]))
        and len({hop["payer"] for hop in hops}) == len(hops) >= LEAST
        and len({hop["owner"] for hop in hops}) >= LEAST
        and all(hop["time"] < after["time"] for hop, after in pairwise(hops))
        and all(keep_ppm * hop["fen"] <= after["fen"] * PPM <= hop["fen"] * PPM for hop, after in pairwise(hops))
    )
