"""LVT-01 from its pack: one side of a customer's day, with others and at each bank, against the line of the date."""

from collections import Counter

from chuantou.console.recomputers.again import LOG, NONE, Again, Pack


def again(pack: Pack) -> Again:
    """What no report counts carries a reason; own money between two banks counts at each of them."""
    inputs, line = pack["inputs"], pack["thresholds"]["line_fen"]
    at_bank: Counter[str | None] = Counter()
    others = n = 0
    for entry in (*inputs["payments"], *inputs["rest"]):
        others += entry["fen"] if entry["reason"] is None else 0
        if entry["reason"] in (None, "other_bank"):
            at_bank[entry["bank"]] += entry["fen"]
            n += entry.get("n", 1)
    one = max(at_bank.values(), default=0)
    total = max(others, one)
    values: dict[str, int | str] = {
        "total_fen": total, "others_fen": others, "line_fen": line, "n_transfers": n, "incoming": int(inputs["incoming"]),
        "cash": int(inputs["cash"]), "n_banks": len(at_bank), "one_bank_fen": one,
    }  # fmt: skip
    return Again(values, total, LOG if total >= line else NONE)
