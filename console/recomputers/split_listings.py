"""P2P-08 from its pack: listings that follow or stand beside each other, and whose money repaid the earlier ones."""

from itertools import pairwise
from typing import Any

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.self_guarantee import MANNERS, own_money

TERM = 1


def again(pack: Pack) -> Again:
    """By the limb that the finding is about."""
    inputs, gate, cap = pack["inputs"], pack["thresholds"]["split_listings"], pack["thresholds"]["cap_fen"]
    listings = inputs["listings"]
    repaid, rolled, sure = 0, dict.fromkeys(MANNERS, 0), True
    for link in inputs["links"]:
        fen = sum(part["fen"] for part in link["parts"])
        moved = [own_money(part) for part in link["parts"]]
        of_link = {manner: sum(part[manner] for part in moved) for manner in MANNERS}
        sure &= all(share_ppm(of_link[manner], fen) >= line_ppm(gate["rolled"]) for manner in ("fifo", "prorata"))
        repaid += fen
        rolled = {manner: rolled[manner] + of_link[manner] for manner in MANNERS}
    total = sum(x["fen"] for x in listings)
    in_turn = inputs["limb"] == TERM
    values: dict[str, int | str] = {
        "chain_length": len(listings),
        "rollover_ppm": share_ppm(rolled["fifo"], repaid),
        **{f"rollover_{manner}_ppm": share_ppm(rolled[manner], repaid) for manner in MANNERS[1:]},
        "listed_fen": total,
        "cap_fen": cap,
        "limb": inputs["limb"],
    }
    amount = rolled["fifo"] if in_turn else total - cap
    fires = sure and is_chain(listings, gate) if in_turn else amount > 0 and all(x["fen"] <= cap for x in listings)
    least = min(amount, rolled["prorata"]) if in_turn else amount
    colour = max(YELLOW, zero_tolerance(least, pack["thresholds"]["zero_tolerance_fen"]))
    return Again(values, amount, colour if fires else NONE)


def is_chain(listings: list[dict[str, Any]], gate: dict[str, Any]) -> bool:
    """Each begins where the one before ends, is as large, and of the same matter; long enough, or under one contract."""
    for a, b in pairwise(listings):
        in_time = abs(b["start"] - a["end"]) <= gate["gap_days"]
        in_size = abs(b["fen"] - a["fen"]) * 1_000_000 <= line_ppm(gate["near"]) * a["fen"]
        one = a["contract"] is not None and a["contract"] == b["contract"]
        if not (in_time and in_size and (one or alike(a["text"], b["text"]) >= line_ppm(gate["alike"]))):
            return False
    contracts = {x["contract"] for x in listings}
    span, term = listings[-1]["end"] - listings[0]["start"], max(x["end"] - x["start"] for x in listings)
    return len(listings) >= 3 or (len(listings) == 2 and contracts != {None} and len(contracts) == 1 and span * 10 >= term * 18)


def alike(a: str, b: str) -> int:
    """Shared pairs of neighbouring characters, in ppm of all."""
    one, other = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b))
    return share_ppm(len(one & other), len(one | other)) if one and other else 0
