"""TCR1–TCR12 over `FinBench`, answers as the benchmark states them: ids as strings, ratios rounded half up to 3 decimals.

Windows are open (``startTime < t < endTime``, ms); a node that is not there gives the empty answer. The parameters
``truncationLimit`` and ``truncationOrder`` are optional and become the limit of the window: of each account's edges of one
kind and direction inside the window the first so many are followed (TCR8: of transfers and withdrawals together); without
them the answer is exact.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from benchmarks.finbench.graph import FinBench, Loan
from chuantou.graph.edges import Window
from chuantou.graph.loan_trace import loan_trace

Params = dict[str, Any]
MAX_TRACE = 3
MANY_INTO_ONE = 3  # TCR6: more transfers than this
PPM = 1_000_000
OLDEST_FIRST = "TIMESTAMP_ASCENDING"
NOTHING = Loan(0, 0)


class Read(NamedTuple):
    """A question: how it is answered, and the parameters that it needs."""

    answer: Callable[[FinBench, Params, Window], Any]
    parameters: tuple[str, ...]


def window_of(p: Params) -> Window:
    """Its window; times of parameters are ms, those of the graph µs."""
    newest = p.get("truncationOrder") != OLDEST_FIRST
    return Window(p["startTime"] * 1000, p["endTime"] * 1000, p.get("truncationLimit", 0), newest)


def yuan(fen: int) -> float:
    return fen / 100


def rounded(part: int, whole: int) -> float:
    """part ÷ whole, half up to three decimals."""
    return (2_000 * part + whole) // (2 * whole) / 1_000


def ratio(part: int, whole: int) -> float:
    """−1 of nothing."""
    return rounded(part, whole) if whole else -1.0


def line(p: Params, name: str = "threshold") -> int:
    """An amount in fen, rounded down: amounts are whole, so that ``>`` is not changed by it."""
    return int(Decimal(p[name]) * 100 // 1)


def tcr1(data: FinBench, p: Params, window: Window) -> list[dict[str, Any]]:
    """Accounts 1 to 3 transfers with rising times away that a blocked medium signed in to; once for each distance."""
    start = data.number("account", p["id"])
    if start is None:
        return []
    reach = data.edges["transfer"].rising_reach([start], window, MAX_TRACE)
    hops: dict[int, list[int]] = {}
    for other, distance in zip(reach.account.tolist(), reach.hops.tolist()):
        hops.setdefault(other, []).append(distance)
    signed = data.edges["sign_in"].sums(list(hops), window, incoming=True)
    found = [(distance, data.ids[other], data.ids[medium], data.medium_type[medium])
             for other, medium in zip(signed.account.tolist(), signed.other.tolist()) if medium in data.blocked
             for distance in hops[other]]  # fmt: skip
    return [{"otherId": str(other), "accountDistance": distance, "mediumId": str(medium), "mediumType": kind}
            for distance, other, medium, kind in sorted(found)]  # fmt: skip


def tcr2(data: FinBench, p: Params, window: Window) -> list[dict[str, Any]]:
    """Loans deposited into accounts at most 3 transfers upstream of a person's accounts, times rising downstream."""
    upstream = data.edges["transfer"].rising_reach(data.accounts_of(p["id"]), window, MAX_TRACE, upstream=True).account
    deposited = data.edges["deposit"].sums(sorted(set(upstream.tolist())), window, incoming=True)
    sums: dict[int, Loan] = {}
    for other, number in zip(deposited.account.tolist(), deposited.other.tolist()):
        so_far, loan = sums.get(other, NOTHING), data.loans.get(number, NOTHING)
        sums[other] = Loan(so_far.amount + loan.amount, so_far.balance + loan.balance)
    found = [(-loan.amount, data.ids[other], loan.balance) for other, loan in sums.items()]
    return [{"otherId": str(other), "sumLoanAmount": yuan(-amount), "sumLoanBalance": yuan(balance)}
            for amount, other, balance in sorted(found)]  # fmt: skip


def tcr3(data: FinBench, p: Params, window: Window) -> dict[str, int]:
    """Fewest transfers from one account to another inside the window; 0 to itself."""
    ends = data.number("account", p["id1"]), data.number("account", p["id2"])
    if ends[0] is None or ends[1] is None:
        return {"shortestPathLength": -1}
    return {"shortestPathLength": data.edges["transfer"].shortest_path(ends[0], ends[1], window)}


def tcr4(data: FinBench, p: Params, window: Window) -> list[dict[str, Any]]:
    """Third accounts of a transfer triangle src → dst → other → src, all inside the window."""
    src, dst, transfers = data.number("account", p["id1"]), data.number("account", p["id2"]), data.edges["transfer"]
    if src is None or dst is None or not transfers.edge_between(src, dst, window):
        return []
    found = [(data.ids[other], sums[:3], sums[3:])
             for other, *sums in zip(*(column.tolist() for column in transfers.triangles(src, dst, window)))]  # fmt: skip
    found.sort(key=lambda row: (-row[1][1], -row[2][1], row[0]))
    return [{"otherId": str(other), **_edge("Edge2", edge2), **_edge("Edge3", edge3)} for other, edge2, edge3 in found]


def _edge(name: str, sums: list[int]) -> dict[str, Any]:
    count, total, most = sums
    return {f"num{name}": count, f"sum{name}Amount": yuan(total), f"max{name}Amount": yuan(most)}


def tcr5(data: FinBench, p: Params, window: Window) -> list[list[str]]:
    """Sequences of 1–3 transfers with rising times from any account of a person; longest first, then by ids."""
    starts = data.accounts_of(p["id"])
    if not starts:
        return []
    found = np.concatenate([data.edges["transfer"].rising_walks(start, window, MAX_TRACE) for start in starts])
    hops = (found >= 0).sum(axis=1)
    ids = data.ids
    walks = [[ids[account] for account in row[:length]] for row, length in zip(found.tolist(), hops.tolist())]
    return [[str(id_) for id_ in walk] for walk in sorted(walks, key=lambda walk: (-len(walk), walk))]


def tcr6(data: FinBench, p: Params, window: Window) -> list[dict[str, Any]]:
    """Accounts that withdrew to a card after more than three transfers in, both over their thresholds."""
    card = data.number("account", p["id"])
    if card is None:
        return []
    drawn = data.edges["withdraw"].sums([card], window, incoming=True, over=line(p, "threshold2"))
    found, over = [], line(p, "threshold1")
    for mid, second in zip(drawn.other.tolist(), drawn.total.tolist()):
        into = data.edges["transfer"].totals(mid, window, incoming=True, over=over)
        if into.edges > MANY_INTO_ONE:
            found.append((-second, data.ids[mid], into.total))
    return [{"midId": str(mid), "sumEdge1Amount": yuan(first), "sumEdge2Amount": yuan(-second)}
            for second, mid, first in sorted(found)]  # fmt: skip


def tcr7(data: FinBench, p: Params, window: Window) -> dict[str, Any]:
    """Distinct sources and targets of transfers over a threshold, and the ratio of the sums in and out."""
    node = data.number("account", p["id"])
    if node is None:
        return {"numSrc": 0, "numDst": 0, "inOutRatio": -1.0}
    came, went = (data.edges["transfer"].totals(node, window, incoming, line(p)) for incoming in (True, False))
    return {"numSrc": came.ends, "numDst": went.ends, "inOutRatio": ratio(came.total, went.total)}


def tcr8(data: FinBench, p: Params, window: Window) -> list[dict[str, Any]]:
    """Accounts that a loan's money reached in at most 3 steps, their inflow as a share of the loan."""
    number = data.number("loan", p["id"])
    if number is None or not (whole := data.loans[number].amount if number in data.loans else 0):
        return []
    starts = data.edges["deposit"].sums([number], window).other.tolist()
    ppm = Decimal(p["threshold"]) * PPM
    if ppm != int(ppm):
        raise ValueError(f"parameter threshold: {p['threshold']}: expected at most 6 decimals")
    reached = loan_trace(data.flows, data.edges["transfer"], starts, int(ppm), window, MAX_TRACE)
    found = [(-distance, -rounded(fen, whole), data.ids[account])
             for account, fen, distance in zip(*(column.tolist() for column in reached))]  # fmt: skip
    return [{"dstId": str(id_), "ratio": -share, "minDistanceFromLoan": -distance} for distance, share, id_ in sorted(found)]


def tcr9(data: FinBench, p: Params, window: Window) -> dict[str, float]:
    """Deposits against repayments, deposits against transfers out, transfers in against out; amounts over a threshold."""
    node = data.number("account", p["id"])
    sides = (("deposit", True), ("repay", False), ("transfer", True), ("transfer", False))
    if node is None:
        return {"ratioRepay": -1.0, "ratioDeposit": -1.0, "ratioTransfer": -1.0}
    over = line(p)
    deposits, repayments, came, went = (data.edges[kind].totals(node, window, incoming, over).total for kind, incoming in sides)
    return {"ratioRepay": ratio(deposits, repayments), "ratioDeposit": ratio(deposits, went), "ratioTransfer": ratio(came, went)}


def tcr10(data: FinBench, p: Params, window: Window) -> dict[str, float]:
    """Jaccard similarity of the companies that two persons invested in inside the window; 0 of nothing."""
    ends = (data.number("person", p[name]) for name in ("pid1", "pid2"))
    one, two = (set() if end is None else set(data.edges["invest"].sums([end], window).other.tolist()) for end in ends)
    return {"jaccardSimilarity": rounded(len(one & two), len(one | two)) if one | two else 0.0}


def applied_by(data: FinBench, persons: set[int]) -> tuple[int, int]:
    """Sum of the amounts of the distinct loans that persons applied for, at any time, and their number."""
    loans = {loan for person in persons for loan in data.applied.get(person, [])}
    return sum(data.loans[loan].amount for loan in loans if loan in data.loans), len(loans)


def tcr11(data: FinBench, p: Params, window: Window) -> dict[str, Any]:
    """Loans of everybody reached by guarantees inside the window, to the end of the chain; without the start's own."""
    person = data.number("person", p["id"])
    reached = set() if person is None else set(data.edges["guarantee"].reached_from(person, window))
    total, count = applied_by(data, reached)
    return {"sumLoanAmount": yuan(total), "numLoans": count}


def tcr12(data: FinBench, p: Params, window: Window) -> list[dict[str, Any]]:
    """What a person's accounts transferred to each account that a company owns."""
    totals: dict[int, int] = {}
    paid = data.edges["transfer"].sums(data.accounts_of(p["id"]), window)
    for other, fen in zip(paid.other.tolist(), paid.total.tolist()):
        if other in data.company_accounts:
            totals[other] = totals.get(other, 0) + fen
    found = sorted((-fen, data.ids[other]) for other, fen in totals.items())
    return [{"compAccountId": str(other), "sumEdge2Amount": yuan(-fen)} for fen, other in found]


WINDOW = ("startTime", "endTime")
READS = {
    "TCR1": Read(tcr1, ("id", *WINDOW)),
    "TCR2": Read(tcr2, ("id", *WINDOW)),
    "TCR3": Read(tcr3, ("id1", "id2", *WINDOW)),
    "TCR4": Read(tcr4, ("id1", "id2", *WINDOW)),
    "TCR5": Read(tcr5, ("id", *WINDOW)),
    "TCR6": Read(tcr6, ("id", "threshold1", "threshold2", *WINDOW)),
    "TCR7": Read(tcr7, ("id", "threshold", *WINDOW)),
    "TCR8": Read(tcr8, ("id", "threshold", *WINDOW)),
    "TCR9": Read(tcr9, ("id", "threshold", *WINDOW)),
    "TCR10": Read(tcr10, ("pid1", "pid2", *WINDOW)),
    "TCR11": Read(tcr11, ("id", *WINDOW)),
    "TCR12": Read(tcr12, ("id", *WINDOW)),
}
