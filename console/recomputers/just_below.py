"""FLOW-03 from its pack: how many payments lie just below the line, and how many beside it."""

from chuantou.console.recomputers.again import LOG, NONE, YELLOW, Again, Pack, share_ppm


def again(pack: Pack) -> Again:
    """The payments just below, their share and their fen; a lead where they are many and out of proportion."""
    inputs, gate = pack["inputs"], pack["thresholds"]["flow.split"]
    line, width = inputs["line"]["line_fen"], inputs["line"]["width_fen"]
    first = max(inputs["now"] - inputs["window_us"], inputs["line"]["from"])
    period = range(first, min(inputs["now"], inputs["line"]["to"]) + 1)
    amounts = [d["fen"] for d in inputs["debits"] if d["counts"] and d["excuse"] is None and d["time"] in period]
    below = [fen for fen in amounts if fen in range(line - width, line)]
    beside = [fen for fen in amounts if fen in range(line - 2 * width, line - width) or fen in range(line, line + width)]
    fires = len(below) >= gate["transfers"] and 2 * len(below) >= gate["ratio"] * len(beside)
    values: dict[str, int | str] = {
        "n_transfers": len(below), "just_below_ppm": share_ppm(len(below), len(amounts)), "line_fen": line,
        "n_beside": len(beside),
    }  # fmt: skip
    return Again(values, sum(below), (YELLOW if pack["related"] else LOG) if fires else NONE)
