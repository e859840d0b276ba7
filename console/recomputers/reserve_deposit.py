"""PAY-03 from its pack: which bank, how much centralised, what lies in accounts that nobody filed."""

from typing import Any

from chuantou.console.recomputers.again import PPM, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked


def again(pack: Pack) -> Again:
    return {1: banks, 2: centralised, 3: unlisted}[pack["inputs"]["limb"]](pack)


def banks(pack: Pack) -> Again:
    """Accounts at no bank, at one not on the list, or at one too small."""
    least, lines = pack["thresholds"]["rsv.bank.min_assets"], pack["thresholds"]["zero_tolerance_fen"]
    faulty = [p for p in pack["inputs"]["places"]
              if p["no_bank"] or p["unlisted"] or (p["assets_fen"] is not None and p["assets_fen"] < least)]  # fmt: skip
    fen = sum(p["fen"] for p in faulty)
    values: dict[str, int | str] = {
        "limb": 1, "held_fen": fen, "n_accounts": len(faulty), "no_bank": sum(p["no_bank"] for p in faulty),
        "not_listed": sum(p["unlisted"] for p in faulty),
    }  # fmt: skip
    return Again(values, fen, zero_tolerance(fen, lines))


def centralised(pack: Pack) -> Again:
    """The required share of the average, or all of the day's, less what is centralised."""
    inputs = pack["inputs"]
    there = sum(fen for _, role, fen in inputs["accounts"] if role == "RSV_CENTRAL")
    schedule = inputs["schedule"]
    if "all" in schedule:
        required, base = line_ppm(schedule["all"]), sum(fen for _, _, fen in inputs["accounts"])
    else:
        least = {kind: line_ppm(span[0]) for kind, span in schedule.items()}
        of_its_kinds = [least[kind] for kind in inputs["kinds"]]
        required = max(of_its_kinds) if of_its_kinds else min(least.values())
        base = sum(fen for _, fen in inputs["totals"]) // len(inputs["totals"])
    missing = max(0, base * required // PPM - there)
    values: dict[str, int | str] = {
        "limb": 2, "missing_fen": missing, "central_fen": there, "base_fen": base, "share_ppm": share_ppm(max(0, there), base),
        "required_ppm": required,
    }  # fmt: skip
    return Again(values, missing, zero_tolerance(missing, pack["thresholds"]["zero_tolerance_fen"]))


def unlisted(pack: Pack) -> Again:
    """Clients' credits less what payments out of the accounts were made of."""
    rows: list[dict[str, Any]] = pack["inputs"]["transfers"]
    clients = {i for i, row in enumerate(rows) if row["client"] is not None}
    came = sum(rows[i]["fen"] for i in clients)
    held = {}
    for method in ("fifo", "prorata"):
        parts = booked(pack["inputs"]["openings"], rows, METHODS[method])
        gone = (lot for row, made in zip(rows, parts) if row["payee"] is None for lot in made)
        held[method] = came - sum(fen for root, fen in gone if root in clients)
    values: dict[str, int | str] = {
        "limb": 3, "held_fen": held["fifo"], "held_prorata_fen": held["prorata"], "came_fen": came,
        "n_clients": len({rows[i]["client"] for i in clients}), "n_accounts": len({rows[i]["payee"] for i in clients}),
    }  # fmt: skip
    lines = pack["thresholds"]["zero_tolerance_fen"]
    return Again(values, held["fifo"], min(zero_tolerance(fen, lines) for fen in held.values()))
