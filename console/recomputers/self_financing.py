"""P2P-04 from its pack: whose listing it was (SF1), or where the loans' money went (SF2, SF3)."""

from collections.abc import Iterable

from chuantou.console.recomputers.again import (
    NONE,
    ORANGE,
    PPM,
    RED,
    YELLOW,
    Again,
    Detail,
    Pack,
    line_ppm,
    share_ppm,
    zero_tolerance,
)
from chuantou.console.recomputers.tracing import Scene, flow, pool, queue

METHODS = ("fifo", "prorata", "lifo", "maxflow")
CONTROL, BENEFIT = "R1", "R2"  # tiers of related parties that count; R3 is a hint


def again(pack: Pack) -> Again:
    """By the limb that the pack is about."""
    return by_register(pack) if pack["inputs"]["sf"] == 1 else by_money(pack)


def in_circle(pack: Pack, parties: Iterable[str]) -> bool:
    """Whether one of the parties is the institution itself or related to it by a path in the pack."""
    related = pack["related"]
    subject = pack["subjects"][0]["key"]
    return any(p == subject or (p in related and related[p]["tier"] in (CONTROL, BENEFIT)) for p in parties)


def by_register(pack: Pack) -> Again:
    inputs = pack["inputs"]
    paid, asked = inputs["disbursed_fen"], inputs["asked_fen"]
    inside = in_circle(pack, [inputs["borrower"]])
    values: dict[str, int | str] = {"disbursed_fen": paid, "asked_fen": asked, "n_borrowers": 1, "sf": 1}
    values |= {f"traced_{method}_ppm": PPM if inside else 0 for method in METHODS}
    lines = pack["thresholds"]["zero_tolerance_fen"]
    severity = max(YELLOW, zero_tolerance(paid, lines)) if inside else NONE
    return Again(values, paid or asked, severity)


def by_money(pack: Pack) -> Again:
    inputs = pack["inputs"]
    arrived = dict.fromkeys(METHODS, 0)
    details = []
    for k, loan in enumerate(inputs["loans"]):
        scene = Scene.of(loan)
        moved = {"fifo": queue(scene, newest_first=False), "prorata": pool(scene), "lifo": queue(scene, newest_first=True)}
        sink = {method: scene.arrived(fen) for method, fen in moved.items()} | {"maxflow": flow(scene)}
        for method in METHODS:
            arrived[method] += sink[method]
            details.append(Detail(f"loans[{k}].sink_fen.{method}", loan["sink_fen"][method], sink[method]))
        stated = [transfer["traced_fen"] for transfer in loan["transfers"]]
        details.append(Detail(f"loans[{k}].traced_fen", stated, [list(fen) for fen in zip(*moved.values())]))
    paid = sum(loan["disbursed_fen"] for loan in inputs["loans"])
    details.append(Detail("loans.root_fen", [x["transfers"][x["root"]]["fen"] for x in inputs["loans"]],
                          [x["disbursed_fen"] for x in inputs["loans"]]))  # fmt: skip
    values: dict[str, int | str] = {"disbursed_fen": paid, "sf": inputs["sf"]}
    values |= {"n_borrowers": len({loan["borrower"] for loan in inputs["loans"]})}
    values |= {f"traced_{method}_ppm": share_ppm(arrived[method], paid) for method in METHODS}
    if inputs["sf"] == 3:
        return Again(values, arrived["fifo"], RED if in_circle(pack, inputs["hub"]) else YELLOW, details)
    share = pack["thresholds"]["selffin.share"]
    severity = colour({method: share_ppm(fen, paid) for method, fen in arrived.items()}, line_ppm(share["yellow"]),
                      line_ppm(share["red"]))  # fmt: skip
    return Again(values, arrived["fifo"] or arrived["maxflow"], severity, details)


def colour(ppm: dict[str, int], yellow: int, red: int) -> int:
    """Red and yellow need FIFO and pro-rata; orange: the max-flow alone is over the red line and FIFO shows nothing."""
    both = min(ppm["fifo"], ppm["prorata"])
    if both >= red:
        return RED
    if ppm["maxflow"] >= red and ppm["prorata"] >= yellow > ppm["fifo"]:
        return ORANGE
    return YELLOW if both >= yellow else NONE
