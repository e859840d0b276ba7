"""ILF-05 from its pack: who stands below whom, what came in below each and what he earned."""

from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, PPM, RED, Again, Detail, Pack, line_ppm

MOST_LEVELS = 30


def again(pack: Pack) -> Again:
    """Levels, persons and R² of the tree that the payments make."""
    inputs, lines = pack["inputs"], pack["thresholds"]["ilf.pyramid"]
    above = tree(inputs)
    people = set(above) | {upline for some in above.values() for upline in some}
    chains = {person: ancestors(person, above) for person in people}
    net = dict.fromkeys(people, 0)
    earned = dict.fromkeys(people, 0)
    for e in inputs["invested"] + inputs["up"]:
        add(net, e["payer"], e["fen"])
    for e in inputs["up"]:
        add(net, e["payee"], -e["fen"])
    for e in inputs["rewarded"] + inputs["down"]:
        add(earned, e["payee"], e["fen"])
    for e in inputs["down"]:
        add(earned, e["payer"], -e["fen"])
    below = {u: sum(max(0, net[person]) for person in people if u in chains[person]) for u in people}
    gain = {u: max(0, earned[u]) + max(0, -net[u]) for u in people}
    depth = levels(people, above)
    uplines = sorted(u for u in people if below[u] > 0)
    himself = int(inputs["person"])
    values: dict[str, int | str] = {
        "n_participants": len(people) + himself, "levels": max(depth.values(), default=0) + himself, "n_uplines": len(uplines),
        "raised_fen": sum(max(0, fen) for fen in net.values()), "commission_fen": sum(gain[u] for u in uplines),
        "r2_ppm": square([below[u] for u in uplines], [gain[u] for u in uplines]),
    }  # fmt: skip
    table = [{"person": u, "level": depth[u], "below_fen": below[u], "earned_fen": gain[u]} for u in uplines]
    return Again(values, int(values["raised_fen"]), colour(values, lines), [Detail("uplines", inputs["uplines"], table)])


def colour(values: dict[str, Any], lines: dict[str, Any]) -> int:
    """Orange over the first lines, red over the graver ones."""
    enough = values["n_participants"] >= lines["people"] and values["levels"] >= lines["levels"]
    if not enough or values["n_uplines"] < lines["uplines"] or values["r2_ppm"] < line_ppm(lines["r2"]):
        return NONE
    grave = lines["grave"]
    return RED if values["n_participants"] >= grave["people"] or values["raised_fen"] >= grave["fen"] else ORANGE


def add(sums: dict[str, int], person: str, fen: int) -> None:
    if person in sums:
        sums[person] += fen


def tree(inputs: dict[str, Any]) -> dict[str, set[str]]:
    """Right uplines by person; by time, then by names, and no tie that closes a circle."""
    payers: dict[str, set[str]] = {}
    for e in inputs["invested"]:
        if e["order"] is not None:
            payers.setdefault(e["order"], set()).add(e["payer"])
    ties = set()
    for e in inputs["rewarded"]:
        ties |= {(e["time"], who, e["payee"]) for who in payers.get(e["order"], ())}
    ties |= {(e["time"], e["payer"], e["payee"]) for e in inputs["up"]}
    ties |= {(e["time"], e["payee"], e["payer"]) for e in inputs["down"]}
    above: dict[str, set[str]] = {}
    for _, lower, upper in sorted(ties):
        if lower != upper and lower not in ancestors(upper, above):
            above.setdefault(lower, set()).add(upper)
    return above


def ancestors(person: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    new = set(above.get(person, ()))
    while new:
        found |= new
        new = {upline for one in new for upline in above.get(one, ())} - found
    return found


def levels(people: set[str], above: dict[str, set[str]]) -> dict[str, int]:
    """Persons on the longest way from the top, peeled off level by level."""
    depth: dict[str, int] = {}
    rest = set(people)
    while rest:
        ready = {person for person in rest if not above.get(person, set()) & rest}
        for person in ready:
            depth[person] = min(MOST_LEVELS, 1 + max((depth[u] for u in above.get(person, ())), default=0))
        rest -= ready
    return depth


def square(xs: list[int], ys: list[int]) -> int:
    """R² in ppm of what rises together, in whole numbers."""
    n = len(xs)
    cov = sum((n * x - sum(xs)) * (n * y - sum(ys)) for x, y in zip(xs, ys))
    spread_x, spread_y = sum((n * x - sum(xs)) ** 2 for x in xs), sum((n * y - sum(ys)) ** 2 for y in ys)
    return cov * cov * PPM // (spread_x * spread_y) if cov > 0 and spread_x and spread_y else 0
