"""INS-01 from its pack: who paid premiums, and what a pool took and paid."""

from typing import Any

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance

DAY_US = 86_400_000_000


def again(pack: Pack) -> Again:
    """Premiums by their class, insurance under another name, or a mutual-aid pool."""
    inputs, lines = pack["inputs"], pack["thresholds"]["ins.unlicensed"]
    since = inputs["now"] - lines["window_days"] * DAY_US
    tagged = [p for p in inputs["tagged"] if p["time"] >= since]
    pool = inputs["came"] if inputs["texts"] else []
    fees = [p for p in pool if p["time"] >= since]
    both = {tuple(p["transaction"]): p for p in tagged + fees}.values()
    claims = {p["person"] for p in inputs["claims"] if is_claim(p, pool, lines["multiple"])}
    values: dict[str, int | str] = {
        "n_people": len(people(both)), "premium_fen": total(both), "n_tagged": len(people(tagged)), "tagged_fen": total(tagged),
        "n_members": len(people(pool)), "prepaid_fen": total(pool), "n_claims": len(claims),
    }  # fmt: skip
    limbs = [
        (len(people(tagged)) >= lines["people"], total(tagged)),
        (len(people(fees)) >= lines["people"] and len(claims) >= lines["claims"], total(both)),
        (any(text["mutual"] for text in inputs["texts"]) and len(people(pool)) >= lines["members"], total(pool)),
    ]
    payers = people(tagged) | people(pool)
    employer = share_ppm(len(payers & set(inputs["staff"])), len(payers)) >= line_ppm(lines["staff"])
    amount = max([fen for holds, fen in limbs if holds], default=0)
    fires = any(holds for holds, _ in limbs) and not employer
    return Again(values, amount, max(YELLOW, zero_tolerance(amount, pack["thresholds"]["zero_tolerance_fen"])) if fires else NONE)


def people(payments: Any) -> set[str]:
    return {p["person"] for p in payments}


def total(payments: Any) -> int:
    return sum(p["fen"] for p in payments)


def is_claim(paid: dict[str, Any], pool: list[dict[str, Any]], multiple: int) -> bool:
    """Whether a member got a multiple of all that he had paid in before."""
    before = sum(p["fen"] for p in pool if p["person"] == paid["person"] and p["time"] <= paid["time"])
    return 0 < before * multiple <= paid["fen"]
