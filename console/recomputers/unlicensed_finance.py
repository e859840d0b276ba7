"""RE-02 from its pack: what was subscribed to listings for real estate."""

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Detail, Pack, line_ppm, zero_tolerance
from chuantou.console.recomputers.tracing import Scene, flow, pool, queue


def again(pack: Pack) -> Again:
    """A listing counts by its use, by its borrower, or when one of its loans brought enough to the trade."""
    lines = pack["thresholds"]["estate.finance"]
    counted, details = [], []
    arrived = dict.fromkeys(("fifo", "prorata", "lifo", "maxflow"), 0)
    for k, listing in enumerate(pack["inputs"]["listings"]):
        brought = False
        for n, loan in enumerate(listing["loans"]):
            scene = Scene.of(loan)
            moved = {"fifo": queue(scene, newest_first=False), "prorata": pool(scene), "lifo": queue(scene, newest_first=True)}
            sink = {name: scene.arrived(parts) for name, parts in moved.items()} | {"maxflow": flow(scene)}
            details += [Detail(f"listings[{k}].loans[{n}].{name}", loan["sink_fen"][name], sink[name]) for name in sink]
            if listing["why"]["by"] == "money":
                arrived = {name: fen + sink[name] for name, fen in arrived.items()}
            brought |= min(sink["fifo"], sink["prorata"]) * PPM >= line_ppm(lines["share"]) * loan["disbursed_fen"]
        if listing["why"]["by"] in ("use", "borrower") or brought:
            counted.append(listing)
    sales = [sale for listing in counted for sale in listing["sales"]]
    fen, people = sum(sale["fen"] for sale in sales), len({sale["investor"] for sale in sales})
    values: dict[str, int | str] = {
        "raised_fen": fen, "n_investors": people, "n_listings": len(counted),
        "by_money": sum(listing["why"]["by"] == "money" for listing in counted),
        **{f"traced_{name}_fen": fen for name, fen in arrived.items()},
    }  # fmt: skip
    fires = fen >= lines["fen"] or people >= lines["people"]
    colour = max(YELLOW, zero_tolerance(fen, pack["thresholds"]["zero_tolerance_fen"])) if fires else NONE
    return Again(values, fen, colour, details)
