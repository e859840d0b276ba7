"""P2P-18 from its pack: what of clients' money each payment was, where it ended, and what custody lacked at a cut-off."""

from typing import Any

from chuantou.console.recomputers import new_money_pays_old as pots
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

MANNERS = ("fifo", "prorata", "lifo", "maxflow")


def again(pack: Pack) -> Again:
    """By the limb that the pack is about."""
    return shortfall(pack) if pack["inputs"]["limb"] == "short" else misuse(pack)


def shortfall(pack: Pack) -> Again:
    inputs = pack["inputs"]
    owed, held = (inputs["balances"][kind]["fen"] for kind in ("LEDGER_SUB_SUM", "CLOSING"))
    missing = owed - held
    values: dict[str, int | str] = {
        "misused_fen": missing,
        "misuse_ratio_ppm": share_ppm(missing, owed),
        "shortfall_days": len(inputs["history"]),
    }
    return Again(values, missing, zero_tolerance(missing, pack["thresholds"]["zero_tolerance_fen"]))


def misuse(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]["misuse"]
    made = {name: pots.booked(inputs["openings"], inputs["pot_transfers"], take) for name, take in pots.METHODS.items()}
    total, single, base = dict.fromkeys(MANNERS, 0), {"fifo": 0, "prorata": 0}, 0
    details = []
    for k, payment in enumerate(inputs["exits"]):
        whole = client_part(inputs["pot_transfers"], made, payment)
        least = line_ppm(lines["round_trip"]) if payment["to_borrower"] else 0
        scene = Scene.of(payment)
        moved = {"fifo": queue(scene, False), "prorata": pool(scene), "lifo": queue(scene, True)}
        base += whole["fifo"]
        sink = {name: scene.arrived(fen) for name, fen in moved.items()} | {"maxflow": flow(scene)}
        part = {n: whole[n] if share_ppm(fen, payment["disbursed_fen"]) >= least else 0 for n, fen in sink.items()}
        for name, fen in moved.items():
            arrived = sink[name]
            details.append(Detail(f"exits[{k}].sink_fen.{name}", payment["sink_fen"][name], arrived))
            total[name] += part[name] * arrived // payment["disbursed_fen"]
            if name in single:
                single[name] = max(single[name], part[name] * at_one_end(scene, fen) // payment["disbursed_fen"])
        total["maxflow"] += min(part["maxflow"], sink["maxflow"])
    base = max(base, sum(credit["fen"] for credit in inputs["client_inflow"]))
    excess = max(0, sum(fee["fen"] for fee in inputs["fees"]) - base * line_ppm(lines["fees"]) // PPM)
    total = {name: fen + excess for name, fen in total.items()}
    total["maxflow"] = max(min(total["maxflow"], base), *(total[name] for name in MANNERS[:3]))
    ratio = {name: share_ppm(fen, base) for name, fen in total.items()}
    level = {name: graded(total[name], max(single[name], excess), ratio[name], lines) for name in single}
    most = graded(total["maxflow"], total["maxflow"], ratio["maxflow"], lines)
    unsure = level["fifo"] == NONE and most == RED and ratio["prorata"] >= line_ppm(lines["yellow"])
    values: dict[str, int | str] = {"client_inflow_fen": base, "shortfall_days": 0}
    for name in MANNERS:
        which = "" if name == "fifo" else f"_{name}"
        values |= {f"misused{which}_fen": total[name], f"misuse_ratio{which}_ppm": ratio[name]}
    return Again(values, total["fifo"] or total["maxflow"], ORANGE if unsure else min(level.values()), details)


def client_part(rows: list[dict[str, Any]], made: dict[str, Any], payment: dict[str, Any]) -> dict[str, int]:
    """Of one payment: all of it out of custody, else what clients had paid into the pot, and at most all they had."""
    at, fen = payment["pot_row"], payment["disbursed_fen"]
    if at is None:
        return dict.fromkeys(MANNERS, fen)
    part = {
        name: sum(amount for root, amount in of[at] if 0 <= root != at and rows[root]["client"]) for name, of in made.items()
    }
    most = min(fen, sum(row["fen"] for row in rows[:at] if row["client"]))
    return part | {"maxflow": max(most, *part.values())}


def at_one_end(scene: Scene, moved: list[int]) -> int:
    ends: dict[int, int] = {}
    for (_, payee, _), fen in zip(scene.transfers, moved):
        if scene.sinks[payee]:
            ends[payee] = ends.get(payee, 0) + fen
    return max(ends.values(), default=0)


def graded(fen: int, single: int, share: int, lines: dict[str, Any]) -> int:
    if share >= line_ppm(lines["red"]) or fen >= lines["red_fen"]:
        return RED
    large = single >= lines["single_fen"] and share >= line_ppm(lines["single"])
    return YELLOW if large or share >= line_ppm(lines["yellow"]) else NONE
