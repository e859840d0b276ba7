"""ILF-06 from its pack: whom a body without a licence took from, lent to or paid for."""

from typing import Any

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, zero_tolerance

PUT = {1: "given", 2: "lent", 3: "compensated"}
INCOME = {1: None, 2: "back", 3: "fee"}
LINE = {1: "investors", 2: "borrowers", 3: "guaranteed"}


def again(pack: Pack) -> Again:
    """Persons outside, amount and colour of the limb."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    limb, entries = inputs["limb"], inputs["entries"]
    least = thresholds["ilf.scope"][LINE[limb]]
    outside = [e for e in entries if e["inside"] is None]
    put = [e for e in outside if e["what"] == PUT[limb]]
    income = [e for e in outside if e["what"] == INCOME[limb]]
    if limb == 2:
        paying = {e["who"] for e in put if bears_interest(e["who"], put, income)}
        put, income = ([e for e in some if e["who"] in paying] for some in (put, income))
    told = {e["who"] for e in put if e["register"]}
    everybody = {e["who"] for e in put}
    amount = sum(e["fen"] for e in put if e["register"] or len(told) < least)
    values: dict[str, int | str] = {
        "limb": limb, "n_people": len(told), "n_inferred": len(everybody - told),
        "n_inside": len({e["who"] for e in entries if e["inside"] is not None}), "amount_fen": amount,
        "income_fen": sum(e["fen"] for e in income),
    }  # fmt: skip
    fees = {e["who"] for e in entries if e["what"] == "fee"}
    colour = zero_tolerance(amount, thresholds["zero_tolerance_fen"])
    colour = colour if len(told) >= least else min(colour, YELLOW)
    fires = len(everybody) >= least and (limb != 3 or len(fees) >= least)
    return Again(values, amount, colour if fires else NONE)


def bears_interest(who: str, lent: list[dict[str, Any]], back: list[dict[str, Any]]) -> bool:
    """A payment that is called interest, or more back than was lent."""
    paid = [e for e in back if e["who"] == who]
    return any(e["interest"] for e in paid) or sum(e["fen"] for e in paid) > sum(e["fen"] for e in lent if e["who"] == who)
