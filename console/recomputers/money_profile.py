"""REG-05 from its pack: the shares of a month's sources and uses, and how far they moved since the month before."""

from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from chuantou.console.recomputers.again import LOG, NONE, YELLOW, Again, Detail, Pack, line_ppm, share_ppm

LEAST_PPM = 100


def again(pack: Pack) -> Again:
    inputs, gate = pack["inputs"], pack["thresholds"]["money.profile"]
    before = inputs["before"]
    tables = {"in": inputs["sources"], "out": inputs["uses"]}
    months = {side: {row["kind"]: row["fen"] for row in table} for side, table in tables.items()}
    earlier = {"in": before["sources"], "out": before["uses"]} if before is not None else {"in": {}, "out": {}}
    values: dict[str, int | str] = {"sources_fen": sum(months["in"].values()), "uses_fen": sum(months["out"].values())}
    gravest, details = {"cash": 0, "unknown": 0, "psi": 0}, list[Detail]()
    for side, sums in months.items():
        details.append(Detail(f"n_{side}", inputs[f"n_{side}"], sum(row["n"] for row in tables[side])))
        judged = large_enough(sums, inputs[f"n_{side}"], gate)
        moved = judged and before is not None and large_enough(earlier[side], before[f"n_{side}"], gate)
        found = {name: share_ppm(sums[name], sum(sums.values())) for name in ("cash", "unknown")}
        found["psi"] = stability(sums, earlier[side]) if moved else 0
        values[f"judged_{side}"] = int(judged)
        values |= {f"{name}_{side}_ppm": number for name, number in found.items()}
        gravest = {name: max(number, found[name] if judged else 0) for name, number in gravest.items()}
    lead = gravest["unknown"] >= line_ppm(gate["share"]) or gravest["psi"] >= line_ppm(gate["psi"])
    severity = YELLOW if gravest["cash"] >= line_ppm(gate["share"]) else LOG if lead else NONE
    return Again(values, sum(sums[name] for sums in months.values() for name in ("cash", "unknown")), severity, details)


def large_enough(sums: dict[str, int], n: int, gate: dict[str, Any]) -> bool:
    return n >= gate["payments"] and sum(sums.values()) >= gate["fen"]


def stability(now: dict[str, int], before: dict[str, int]) -> int:
    """Population stability index in ppm: the logarithms as differences, to forty digits, and rounded down at the end."""
    with localcontext() as context:
        context.prec = 40
        index = Decimal(0)
        for kind in now:
            p, q = (Decimal(max(LEAST_PPM, share_ppm(sums[kind], sum(sums.values())))) for sums in (now, before))
            index += (p - q) * (p.ln() - q.ln())
        return int(index.to_integral_value(ROUND_FLOOR))
