"""TRW1–TRW3: a write that is undone, and its parties blocked, when what it would close is found."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from benchmarks.finbench.data import UNIT, FinBench
from benchmarks.finbench.reads import WINDOW, Params, threshold, window


def outcome(data: FinBench, p: Params, name: str, closing: list[int], found: bool) -> dict[str, Any]:
    """The answer; a write that is undone blocks both ends."""
    ends = [p["srcId"], p["dstId"]]
    if found:
        data.blocked.update(ends)
    return {
        "outcome": f"aborted-{name}" if found else "committed",
        "transferAdded": not found,
        "blockedNow": [str(end) for end in ends] if found else [],
        "closingAccounts": [str(id_) for id_ in sorted(closing)],
    }


def refused(data: FinBench, p: Params) -> dict[str, Any] | None:
    """The answer when an end is blocked already: nothing changes."""
    if not data.blocked & {p["srcId"], p["dstId"]}:
        return None
    return {"outcome": "aborted-blocked", "transferAdded": False, "blockedNow": [], "closingAccounts": []}


def trw1(data: FinBench, p: Params) -> dict[str, Any]:
    """Transfer under cycle detection: undone when src → dst → other → src exists inside the window with it."""
    if (answer := refused(data, p)) is not None:
        return answer
    src, dst, (after, before) = data.number(p["srcId"]), data.number(p["dstId"]), window(p)
    transfers = data.edges["transfer"]
    if src is None or dst is None:
        return outcome(data, p, "cycle", [], False)
    forth = after < p["time"] < before or dst in transfers.outgoing.sums(src, after, before)
    others = transfers.outgoing.sums(dst, after, before).keys() & transfers.incoming.sums(src, after, before).keys()
    closing = [data.nodes.ids[other] for other in others - {src, dst}] if forth else []
    return outcome(data, p, "cycle", closing, bool(closing))


def trw2(data: FinBench, p: Params) -> dict[str, Any]:
    """Transfer under a limit: undone when the ratio of TCR7, with it, is over ``ratioThreshold`` for src or dst."""
    if (answer := refused(data, p)) is not None:
        return answer
    amount = (Fraction(str(p["amount"])) * UNIT).__floor__()
    counts = p["startTime"] < p["time"] < p["endTime"] and amount > threshold(p)
    limit = Fraction(str(p["ratioThreshold"]))
    over = False
    for end, came, went in (("srcId", 0, amount), ("dstId", amount, 0)):
        node = data.number(p[end])
        sums = [came * counts, went * counts]
        for k, side in enumerate((data.edges["transfer"].incoming, data.edges["transfer"].outgoing)):
            if node is not None:
                amounts = side.amount[side.window(node, *window(p))]
                sums[k] += int(amounts[amounts > threshold(p)].sum())
        over |= sums[1] > 0 and sums[0] > limit * sums[1]
    return outcome(data, p, "ratio", [], over)


def trw3(data: FinBench, p: Params) -> dict[str, Any]:
    """Guarantee under a limit: undone when the sum of TCR11 for src, with it, is over ``threshold``."""
    if (answer := refused(data, p)) is not None:
        return answer
    src, dst = data.number(p["srcId"]), data.number(p["dstId"])
    guarantees = data.edges["guarantee"]
    reached = set(guarantees.reached_from(src, *window(p))) if src is not None else set()
    if dst is not None and p["startTime"] < p["time"] < p["endTime"]:
        reached |= {dst, *guarantees.reached_from(dst, *window(p))}
    loans = {loan for person in reached - {src} for loan in data.targets("apply", data.nodes.ids[person])}
    total = sum(data.loan_amount.get(data.nodes.ids[loan], 0) for loan in loans)
    return outcome(data, p, "guarantee", [], total > threshold(p))


_TRANSFER = ("srcId", "dstId", "time", "amount", *WINDOW)
WRITES: dict[str, tuple[Callable[[FinBench, Params], Any], tuple[str, ...]]] = {
    "TRW1": (trw1, _TRANSFER),
    "TRW2": (trw2, (*_TRANSFER, "threshold", "ratioThreshold")),
    "TRW3": (trw3, ("srcId", "dstId", "time", "threshold", *WINDOW)),
}
