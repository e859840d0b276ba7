"""P2P-06 from its pack: what borrowers left unpaid and investors got all the same, and what was promised."""

from math import isqrt
from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, RED, YELLOW, Again, Pack, line_ppm, share_ppm

TERMS = (30, 90, 180, 365)


def again(pack: Pack) -> Again:
    """Counts the instalments, and the spread of yields by bucket."""
    inputs, gate = pack["inputs"], pack["thresholds"]["guaranteed.return"]
    share = line_ppm(gate["covered"])
    unpaid = [i for i in inputs["instalments"] if missing(i) and not covers(i, i["by_guarantor_fen"], share)]
    made_good = [i for i in unpaid if covers(i, i["to_investors_fen"] - i["by_borrower_fen"], share)]
    fen = sum(max(0, min(missing(i), i["to_investors_fen"] - i["by_borrower_fen"])) for i in made_good)
    part = share_ppm(len(made_good), len(unpaid))
    alike = max(alike_buckets(inputs, gate), key=lambda found: found["n_alike"], default=None)
    values: dict[str, int | str] = {
        "guaranteed_ppm": part,
        "n_unpaid": len(unpaid),
        "guaranteed_fen": fen,
        **(alike or {"spread_ppm": 0, "n_alike": 0, "default_ppm": 0}),
        "n_promises": len({promise["sha256"] for promise in inputs["promises"]}),
    }
    level = len(unpaid) >= gate["unpaid"] and part >= line_ppm(gate["share"])
    told = any(i["by_borrower_fen"] for i in inputs["instalments"])
    behaves, promised = bool(told and (level or alike)), bool(values["n_promises"])
    return Again(values, fen, (RED if promised else ORANGE) if behaves else YELLOW if promised else NONE)


def missing(instalment: dict[str, Any]) -> int:
    """What the borrower left unpaid; up to one per cent or one yuan is nothing."""
    left = instalment["due_fen"] - instalment["by_borrower_fen"]
    return left if left > max(100, instalment["due_fen"] // 100) else 0


def covers(instalment: dict[str, Any], fen: int, share: int) -> bool:
    return share_ppm(max(0, min(missing(instalment), fen)), missing(instalment)) >= share


def alike_buckets(inputs: dict[str, Any], gate: dict[str, Any]) -> list[dict[str, int]]:
    """Buckets whose yields lie within the line while their borrowers default."""
    out = []
    for bucket in range(len(TERMS) + 1):
        yields = [
            (x["received_fen"] - x["principal_fen"]) * 365 * 1_000_000 // (x["principal_fen"] * x["term_days"])
            for x in inputs["lent"]
            if place(x["term_days"]) == bucket
        ]
        last = {i["listing"]: i for i in inputs["instalments"] if place(i["term_days"]) == bucket}
        left = sum(missing(i) - max(0, min(missing(i), i["by_guarantor_fen"])) for i in last.values())
        default = share_ppm(left, sum(i["due_fen"] for i in last.values()))
        n = len(yields)
        if n < gate["unpaid"]:
            continue
        squares = n * sum(y * y for y in yields) - sum(yields) ** 2
        root = isqrt(squares)
        spread = root // n if root * root == squares and root % n == 0 else root // n + 1
        if spread <= line_ppm(gate["spread"]) and default >= line_ppm(gate["default"]):
            out.append({"spread_ppm": spread, "n_alike": n, "default_ppm": default})
    return out


def place(term: int) -> int:
    return sum(term > most for most in TERMS)
