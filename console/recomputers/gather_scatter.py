"""FLOW-02 from its pack: who paid in, who was paid, and how much can have been passed on in time."""

from typing import Any

from chuantou.console.recomputers.again import LOG, NONE, PPM, YELLOW, Again, Pack, line_ppm, share_ppm


def again(pack: Pack) -> Again:
    """Distinct payers and payees, and the maximum of credits met by later debits; a lead where all reach their lines."""
    inputs, gate = pack["inputs"], pack["thresholds"]["flow.gather"]
    window = range(inputs["now"] - inputs["window_us"], inputs["now"] + 1)
    credits = [(c, c["fen"] - c["back_fen"]) for c in inputs["credits"] if c["time"] in window]
    debits = [d for d in inputs["debits"] if d["time"] in window and d["counts"] and d["excuse"] is None]
    payers = {credit["payer"] for credit, fen in credits if credit["counts"] and fen > 0}
    payees = {debit["payee"] for debit in debits}
    gathered = sum(fen for _, fen in credits)
    passed = most_passed(credits, debits, inputs["pass_us"])
    enough = len(payers) >= gate["payers"] and len(payees) >= gate["payees"]
    fires = enough and passed * PPM >= line_ppm(gate["through"]) * gathered
    values: dict[str, int | str] = {
        "n_payers": len(payers), "n_payees": len(payees), "through_ppm": share_ppm(passed, gathered), "gathered_fen": gathered,
    }  # fmt: skip
    return Again(values, passed, (YELLOW if pack["related"] else LOG) if fires else NONE)


def most_passed(credits: list[tuple[dict[str, Any], int]], debits: list[dict[str, Any]], pass_us: int) -> int:
    """The largest sum of debits that credits not older than ``pass_us`` cover, from the last debit back: newest credits first.

    A credit serves a stretch of debits, and the stretches begin and end in the order of the credits, so that from either end
    greedy is best.
    """
    rest = [fen for _, fen in credits]
    last = len(credits) - 1
    total = 0
    for debit in reversed(debits):
        need = debit["fen"]
        while last >= 0 and credits[last][0]["order"] > debit["order"]:
            last -= 1
        at = last
        while at >= 0 and need and debit["time"] - credits[at][0]["time"] <= pass_us:
            taken = min(need, rest[at])
            rest[at] -= taken
            need -= taken
            total += taken
            at -= 1
    return total
