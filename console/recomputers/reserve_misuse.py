"""PAY-02 from its pack: debits of the reserve, and what of each its payee was not entitled to."""

from collections import Counter

from chuantou.console.recomputers.again import RED, Again, Pack, zero_tolerance


def again(pack: Pack) -> Again:
    """Grave debits count from one fen, others once their payee has had enough within the window."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    now = inputs["now"]
    window = range(now - inputs["window_us"], now + 1)
    within = [d for d in inputs["debits"] if d["time"] in window and 0 < d["misused_fen"] <= d["fen"]]
    debits = list({tuple(debit["transaction"]): debit for debit in within}.values())  # each counts once
    had: Counter[str] = Counter()
    for debit in debits:
        had[debit["payee"]] += debit["misused_fen"]
    counted = [d for d in debits if d["grave"] or had[d["payee"]] >= thresholds["others_fen"]]
    misused = sum(debit["misused_fen"] for debit in counted)
    grave = any(debit["grave"] for debit in counted)
    severity = RED if grave else zero_tolerance(misused, thresholds["zero_tolerance_fen"])
    return Again({"misused_fen": misused, "n_debits": len(counted)}, misused, severity)
