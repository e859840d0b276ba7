"""TRW1–TRW3: a write that is undone, and its parties blocked, when what it would close is found.

Who has not been named before is new. The answer is found before anything is written, so there is nothing to undo; what is
committed is in the graph for every later question. The windows have no limit: who is blocked is decided by all edges.
"""

from decimal import Decimal
from typing import Any

from benchmarks.finbench.graph import FinBench
from benchmarks.finbench.reads import WINDOW, Params, Read, applied_by, line
from chuantou.graph.edges import Window


def ends_of(data: FinBench, kind: str, p: Params) -> tuple[int, int] | None:
    """Numbers of src and dst; None where one of them is blocked, and nothing has changed."""
    if any(data.number(kind, p[end]) in data.blocked for end in ("srcId", "dstId")):
        return None
    return data.named(kind, p["srcId"]), data.named(kind, p["dstId"])


def refused() -> dict[str, Any]:
    return {"outcome": "aborted-blocked", "transferAdded": False, "blockedNow": [], "closingAccounts": []}


def inside(p: Params) -> bool:
    """Whether the new edge is inside the window of the question."""
    return p["startTime"] < p["time"] < p["endTime"]


def transfer(data: FinBench, p: Params, src: int, dst: int) -> None:
    for edges in (data.edges["transfer"], data.flows):
        edges.add(src, dst, p["time"] * 1000, int(Decimal(p["amount"]) * 100))


def undone(data: FinBench, pattern: str, ends: tuple[int, int], closing: list[int]) -> dict[str, Any]:
    """The answer to a write that closed a pattern; both ends are blocked from here on."""
    data.blocked.update(ends)
    return {"outcome": f"aborted-{pattern}", "transferAdded": False, "blockedNow": [str(data.ids[end]) for end in ends],
            "closingAccounts": [str(id_) for id_ in sorted(data.ids[account] for account in closing)]}  # fmt: skip


def committed() -> dict[str, Any]:
    return {"outcome": "committed", "transferAdded": True, "blockedNow": [], "closingAccounts": []}


def trw1(data: FinBench, p: Params, window: Window) -> dict[str, Any]:
    """Transfer under cycle detection: undone when src → dst → other → src exists inside the window with it."""
    if (ends := ends_of(data, "account", p)) is None:
        return refused()
    src, dst = ends
    transfers = data.edges["transfer"]
    if inside(p) or transfers.edge_between(src, dst, window):
        closing = transfers.triangles(src, dst, window).other.tolist()
        if closing:
            return undone(data, "cycle", ends, closing)
    transfer(data, p, src, dst)
    return committed()


def trw2(data: FinBench, p: Params, window: Window) -> dict[str, Any]:
    """Transfer under a limit: undone when the ratio of TCR7, with it, is over ``ratioThreshold`` for src or dst."""
    if (ends := ends_of(data, "account", p)) is None:
        return refused()
    src, dst = ends
    over, fen = line(p, "amountThreshold"), int(Decimal(p["amount"]) * 100)
    counted = fen if inside(p) and fen > over else 0
    limit, whole = Decimal(p["ratioThreshold"]).as_integer_ratio()
    for end in (src, dst):
        came, went = (data.edges["transfer"].totals(end, window, incoming, over).total for incoming in (True, False))
        came, went = came + counted * (end == dst), went + counted * (end == src)
        if went and came * whole > limit * went:
            return undone(data, "ratio", ends, [])
    transfer(data, p, src, dst)
    return committed()


def trw3(data: FinBench, p: Params, window: Window) -> dict[str, Any]:
    """Guarantee under a limit: undone when the sum of TCR11 for src, with it, is over ``threshold``."""
    if (ends := ends_of(data, "person", p)) is None:
        return refused()
    src, dst = ends
    guarantees = data.edges["guarantee"]
    reached = set(guarantees.reached_from(src, window))
    if inside(p):
        reached |= {dst, *guarantees.reached_from(dst, window)}
    if applied_by(data, reached - {src})[0] > line(p):
        return undone(data, "guarantee", ends, [])
    guarantees.add(src, dst, p["time"] * 1000, 0)
    return committed()


_TRANSFER = ("srcId", "dstId", "time", "amount")
WRITES = {
    "TRW1": Read(trw1, (*_TRANSFER, *WINDOW)),
    "TRW2": Read(trw2, (*_TRANSFER, "amountThreshold", "ratioThreshold", *WINDOW)),
    "TRW3": Read(trw3, ("srcId", "dstId", "time", "threshold", *WINDOW)),
}
