"""REG-03 from its pack: how much of the capital had come from the institution, and how much went to its shareholders."""

from typing import Any

from chuantou.console.recomputers.again import LOG, NONE, PPM, YELLOW, Again, Detail, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked
from chuantou.console.recomputers.tracing import Scene, flow, pool, queue

DAY_US = 86_400_000_000
MANNERS = ("fifo", "prorata", "lifo", "maxflow")

Fen = dict[str, int]


def again(pack: Pack) -> Again:
    return nominee(pack) if "limb" in pack["inputs"] else capital(pack)


def nominee(pack: Pack) -> Again:
    """Whose money a holder's capital was, what else came to him, and to whom his dividends went."""
    inputs, gate = pack["inputs"], pack["thresholds"]["capital.source"]
    rows = inputs["transfers"]
    made = {name: booked(inputs["openings"], rows, METHODS[name]) for name in ("fifo", "prorata")}
    paid = [i for i, row in enumerate(rows) if row["capital"]]
    fen = sum(rows[i]["fen"] for i in paid)
    rooted = {name: sum(part for i in paid for root, part in lots[i] if root >= 0 and rows[root]["behind"])
              for name, lots in made.items()}  # fmt: skip
    other = sum(row["fen"] for row in rows if row["payer"] is None and row["payee"] is not None and not row["behind"])
    got = sum(d["fen"] for d in inputs["dividends"])
    passed = sum(min(d["fen"], sum(p["fen"] for p in d["passed"])) for d in inputs["dividends"])
    shares_ppm = {name: share_ppm(part, fen) for name, part in rooted.items()}
    values: dict[str, int | str] = {
        "rooted_ppm": shares_ppm["fifo"], "rooted_prorata_ppm": shares_ppm["prorata"], "own_inflow_ppm": share_ppm(other, fen),
        "contributed_fen": fen, "dividends_fen": got, "passed_on_ppm": share_ppm(passed, got), "limb": inputs["limb"],
        "kin": int(inputs["kin"]), "circular_ppm": 0, "withdrawn_ppm": 0,
    }  # fmt: skip
    holds = (
        min(shares_ppm.values()) >= line_ppm(gate["rooted"]) and share_ppm(other, fen) < line_ppm(gate["own_inflow"])
        and share_ppm(passed, got) >= line_ppm(gate["passed_on"])
    )  # fmt: skip
    severity = (LOG if inputs["kin"] else YELLOW) if holds else NONE
    return Again(values, fen * shares_ppm["fifo"] // PPM, severity)


def capital(pack: Pack) -> Again:
    inputs, gate = pack["inputs"], pack["thresholds"]["capital.source"]
    payments, details = inputs["payments"], list[Detail]()
    circular = come_round(inputs["openings"], inputs["transfers"], gate["circular_days"] * DAY_US)
    came = [circular[tuple(p["transaction"])] for p in payments]
    gone = [dict.fromkeys(MANNERS, 0) for _ in payments]
    for k, followed in enumerate(inputs["followed"]):
        gone[followed["payment"]] = taken_out(followed)
        details.append(Detail(f"followed[{k}].sink_fen", followed["sink_fen"], gone[followed["payment"]]))
    by: dict[str, list[int]] = {}
    for k, p in enumerate(payments):
        by.setdefault(p["contributor"], []).append(k)
    everything = list(range(len(payments)))
    first = [k for some in by.values() if reaches(payments, came, some, gate["circular"]) for k in some] or everything
    second = [k for k in everything if reaches(payments, gone, [k], gate["withdrawn"])] or everything
    lines = pack["thresholds"]["zero_tolerance_fen"]
    limbs = [(colour(payments, came, first, gate["circular"], lines), came, first),
             (colour(payments, gone, second, gate["withdrawn"], lines), gone, second)]  # fmt: skip
    if sum(gone[k]["fifo"] for k in second) <= inputs["reduced_fen"]:
        limbs[1] = (NONE, gone, second)
    values: dict[str, int | str] = {
        "contributed_fen": sum(p["fen"] for p in payments), "n_contributors": len(by),
        **shares("circular", payments, came, first), **shares("withdrawn", payments, gone, second),
    }  # fmt: skip
    severity, amount = max((severity, sum(fen[k]["fifo"] for k in which)) for severity, fen, which in limbs)
    return Again(values, amount, severity, details)


def come_round(openings: list[Any], rows: list[dict[str, Any]], reach_us: int) -> dict[tuple[str, ...], Fen]:
    """Of each capital payment what labelled money of the time before brought, by manner."""
    made = {name: booked(openings, rows, take) for name, take in METHODS.items()}
    out, used = {}, 0
    for i, row in enumerate(rows):
        if not row["capital"]:
            continue
        counts = [x["label"] is not None and row["time"] - x["time"] <= reach_us for x in rows]
        part = {m: sum(fen for root, fen in lots[i] if 0 <= root != i and counts[root]) for m, lots in made.items()}
        most = max(min(row["fen"], sum(x["fen"] for x, c in zip(rows[:i], counts) if c) - used), *part.values())
        used += most
        out[tuple(row["transaction"])] = part | {"maxflow": most}
    return out


def taken_out(followed: dict[str, Any]) -> Fen:
    scene = Scene.of(followed)
    moved = {"fifo": queue(scene, newest_first=False), "prorata": pool(scene), "lifo": queue(scene, newest_first=True)}
    return {method: scene.arrived(fen) for method, fen in moved.items()} | {"maxflow": flow(scene)}


def share(payments: list[dict[str, Any]], fen: list[Fen], which: list[int]) -> tuple[int, int]:
    """What FIFO and pro-rata both say of the payments, in fen and ppm."""
    least = min(sum(fen[k][m] for k in which) for m in ("fifo", "prorata"))
    return least, share_ppm(least, sum(payments[k]["fen"] for k in which))


def reaches(payments: list[dict[str, Any]], fen: list[Fen], which: list[int], line: str) -> bool:
    return share(payments, fen, which)[1] >= line_ppm(line)


def colour(payments: list[dict[str, Any]], fen: list[Fen], which: list[int], line: str, lines: Any) -> int:
    return zero_tolerance(share(payments, fen, which)[0], lines) if reaches(payments, fen, which, line) else NONE


def shares(name: str, payments: list[dict[str, Any]], fen: list[Fen], which: list[int]) -> dict[str, int | str]:
    paid = sum(payments[k]["fen"] for k in which)
    named = {f"{name}_ppm" if m == "fifo" else f"{name}_{m}_ppm": share_ppm(sum(fen[k][m] for k in which), paid) for m in MANNERS}
    return {**named, f"{name}_of_fen": paid}
