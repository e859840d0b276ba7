"""P2P-14 from its pack: deposits, fundings, interests and returns; or loans traced to securities; or strangers at one account."""

from itertools import pairwise
from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Detail, Pack, line_ppm, zero_tolerance
from chuantou.console.recomputers.tracing import Scene, flow, pool, queue

DAY_US = 86_400_000_000
SHANGHAI_US = 8 * 3_600_000_000
PERIODS, SLACK_US = (7, 10, 15, 30, 90), 2 * DAY_US


def again(pack: Pack) -> Again:
    limbs = {"financed": financed, "listing": by_listing, "hosted": hosted}
    return limbs[pack["inputs"]["limb"]](pack)


def values(n_clients: int, fen: int, **more: int) -> dict[str, int | str]:
    rest = dict.fromkeys(("leverage_max_ppm", "full_cycles", "hosted", "by_listing"), 0)
    same = {f"funded_{name}_fen": fen for name in ("prorata", "lifo", "maxflow")}
    return {"n_clients": n_clients, "funded_fen": fen, **rest, **same, **more}


def financed(pack: Pack) -> Again:
    """Only loans with both lines of leverage and two interests in rhythm count."""
    lines = pack["thresholds"]["margin"]
    sure = [loan for loan in pack["inputs"]["loans"] if holds(loan, lines)]
    whole = [(total(loan["fundings"]), total(loan["deposits"]), total(loan["returns"])) for loan in sure]
    closed = [m * line_ppm(lines["back"]) <= back * PPM and back <= m + d for m, d, back in whole]
    people, fen = len({loan["client"] for loan in sure}), sum(m for m, _, _ in whole)
    cycle = any(ended and m >= lines["cycle_leverage"] * d for ended, (m, d, _) in zip(closed, whole))
    many = people >= lines["clients"] or fen >= lines["fen"]
    colour = max(YELLOW, zero_tolerance(fen, pack["thresholds"]["zero_tolerance_fen"])) if many else YELLOW if cycle else NONE
    most = max((m * PPM // d for m, d, _ in whole), default=0)
    return Again(values(people, fen, leverage_max_ppm=most, full_cycles=sum(closed)), fen, colour)


def total(rows: list[dict[str, Any]]) -> int:
    return sum(row["counted_fen"] for row in rows)


def holds(loan: dict[str, Any], lines: dict[str, Any]) -> bool:
    funded, deposit = total(loan["fundings"]), total(loan["deposits"])
    least, most = lines["leverage"]
    low, high = (line_ppm(line) for line in lines["monthly"])
    start = loan["fundings"][0]["time"]
    days: dict[int, list[int]] = {}
    for row in loan["interest"]:
        day = (row["time"] + SHANGHAI_US) // DAY_US
        days[day] = [row["time"], days.get(day, [0, 0])[1] + row["fen"]]
    for period in PERIODS:
        step, month = period * DAY_US, funded * period
        times = [time for time, fen in days.values() if low * month <= 30 * PPM * fen <= high * month]
        for a, b in pairwise(times):
            if abs(b - a - step) <= SLACK_US and a - start <= step + SLACK_US:
                return deposit * least <= funded <= deposit * most
    return False


def by_listing(pack: Pack) -> Again:
    lines = pack["thresholds"]["margin"]
    fen, people, details = 0, set(), []
    others = {f"funded_{name}_fen": 0 for name in ("prorata", "lifo", "maxflow")}
    for k, loan in enumerate(pack["inputs"]["loans"]):
        scene = Scene.of(loan)
        moved = {"fifo": queue(scene, newest_first=False), "prorata": pool(scene), "lifo": queue(scene, newest_first=True)}
        sink = {name: scene.arrived(parts) for name, parts in moved.items()} | {"maxflow": flow(scene)}
        details += [Detail(f"loans[{k}].sink_fen.{name}", loan["sink_fen"][name], sink[name]) for name in sink]
        if min(sink["fifo"], sink["prorata"]) * PPM >= line_ppm(lines["listing"]) * loan["disbursed_fen"]:
            fen += sink["fifo"]
            others = {name: so_far + sink[name.split("_")[1]] for name, so_far in others.items()}
            people.add(loan["borrower"])
    many = len(people) >= lines["clients"] or fen >= lines["fen"]
    colour = max(YELLOW, zero_tolerance(fen, pack["thresholds"]["zero_tolerance_fen"])) if many else YELLOW if people else NONE
    return Again(values(len(people), fen, by_listing=len(pack["inputs"]["loans"]), **others), fen, colour, details)


def hosted(pack: Pack) -> Again:
    moves = pack["inputs"]["moves"]
    people = max(len({move["party"] for move in moves if move["inward"] is side}) for side in (True, False))
    fen = sum(move["fen"] for move in moves if move["inward"])
    many = people > pack["thresholds"]["margin"]["hosted"]
    colour = max(YELLOW, zero_tolerance(fen, pack["thresholds"]["zero_tolerance_fen"])) if many else NONE
    return Again(values(people, fen, hosted=1), fen, colour)
