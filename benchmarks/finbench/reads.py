"""TCR1–TCR12 over `FinBench`, answers as the benchmark states them: ids as strings, amounts rounded half up to 3 decimals.

Windows are open (``startTime < t < endTime``); an id that is not there gives the empty answer.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from benchmarks.finbench.data import UNIT, FinBench
from chuantou.graph.loan_trace import loan_trace

Params = dict[str, Any]
MAX_TRACE = 3


def rounded(value: Fraction | int) -> float:
    """Half up to three decimals."""
    thousandths = (Fraction(value) * 1000 + Fraction(1, 2)).__floor__()
    return thousandths / 1000


def money(amount: int) -> float:
    """Thousandths as a number."""
    return rounded(Fraction(amount, UNIT))


def ratio(part: int, whole: int) -> float:
    """−1 of nothing."""
    return rounded(Fraction(part, whole)) if whole else -1.0


def threshold(p: Params, name: str = "threshold") -> int:
    """An amount in thousandths, rounded down: amounts have no finer unit, so ``>`` is not changed by it."""
    return (Fraction(str(p[name])) * UNIT).__floor__()


def window(p: Params) -> tuple[int, int]:
    return p["startTime"], p["endTime"]


def tcr1(data: FinBench, p: Params) -> list[dict[str, Any]]:
    """Accounts at most 3 transfers with rising times away that a blocked medium signed in to inside the window."""
    start = data.number(p["id"])
    if start is None:
        return []
    distance: dict[int, int] = {}
    for walk in data.edges["transfer"].rising_walks(start, *window(p), MAX_TRACE):
        distance[walk[-1]] = min(len(walk) - 1, distance.get(walk[-1], MAX_TRACE))
    found = []
    for other, hops in distance.items():
        for medium in data.edges["sign_in"].incoming.sums(other, *window(p)):
            id_ = data.nodes.ids[medium]
            if id_ in data.blocked:
                found.append((hops, data.nodes.ids[other], id_, data.medium_type.get(id_, "")))
    return [{"otherId": str(other), "accountDistance": hops, "mediumId": str(medium), "mediumType": kind}
            for hops, other, medium, kind in sorted(found)]  # fmt: skip


def tcr2(data: FinBench, p: Params) -> list[dict[str, Any]]:
    """Loans deposited into accounts at most 3 transfers upstream of a person's accounts, times rising downstream."""
    upstream: set[int] = set()
    back = data.upstream
    after, before = window(p)
    for account in data.accounts_of(p["id"]):
        upstream |= {walk[-1] for walk in back.rising_walks(account, -before, -after, MAX_TRACE)}
    found = []
    for other in upstream:
        loans = [data.nodes.ids[loan] for loan in data.edges["deposit"].incoming.sums(other, after, before)]
        if loans:
            amount, balance = (sum(table.get(loan, 0) for loan in loans) for table in (data.loan_amount, data.loan_balance))
            found.append((-amount, data.nodes.ids[other], balance))
    return [{"otherId": str(other), "sumLoanAmount": money(-amount), "sumLoanBalance": money(balance)}
            for amount, other, balance in sorted(found)]  # fmt: skip


def tcr3(data: FinBench, p: Params) -> dict[str, int]:
    """Fewest transfers from one account to another inside the window; 0 to itself."""
    ends = data.number(p["id1"]), data.number(p["id2"])
    if ends[0] is None or ends[1] is None:
        return {"shortestPathLength": -1}
    return {"shortestPathLength": data.edges["transfer"].shortest_path(ends[0], ends[1], *window(p))}


def tcr4(data: FinBench, p: Params) -> list[dict[str, Any]]:
    """Third accounts of a transfer triangle src → dst → other → src, all inside the window."""
    src, dst = data.number(p["id1"]), data.number(p["id2"])
    transfers = data.edges["transfer"]
    if src is None or dst is None or dst not in transfers.outgoing.sums(src, *window(p)):
        return []
    onward, back = transfers.outgoing.sums(dst, *window(p)), transfers.incoming.sums(src, *window(p))
    others = (onward.keys() & back.keys()) - {src, dst}
    found = sorted((-back[o][1], -onward[o][1], data.nodes.ids[o], back[o], onward[o]) for o in others)
    return [
        {"otherId": str(other), **_edge("Edge2", edge2), **_edge("Edge3", edge3)} for _, _, other, edge2, edge3 in found
    ]  # fmt: skip


def _edge(name: str, sums: tuple[int, int, int]) -> dict[str, Any]:
    count, total, most = sums
    return {f"num{name}": count, f"sum{name}Amount": money(total), f"max{name}Amount": money(most)}


def tcr5(data: FinBench, p: Params) -> list[list[str]]:
    """Sequences of 1–3 transfers with rising times from any account of a person; longest first, then by ids."""
    walks = {walk for account in data.accounts_of(p["id"])
             for walk in data.edges["transfer"].rising_walks(account, *window(p), MAX_TRACE)}  # fmt: skip
    ids = sorted(([data.nodes.ids[node] for node in walk] for walk in walks), key=lambda walk: (-len(walk), walk))
    return [[str(id_) for id_ in walk] for walk in ids]


def tcr6(data: FinBench, p: Params) -> list[dict[str, Any]]:
    """Accounts that withdrew to a card after more than three transfers in, both over their thresholds."""
    card = data.number(p["id"])
    if card is None:
        return []
    found = []
    into = data.edges["withdraw"].incoming
    drawn: dict[int, int] = {}
    inside = into.window(card, *window(p))
    for mid, amount in zip(into.neighbour[inside].tolist(), into.amount[inside].tolist()):
        if amount > threshold(p, "threshold2"):
            drawn[mid] = drawn.get(mid, 0) + amount
    side = data.edges["transfer"].incoming
    for mid, second in drawn.items():
        amounts = side.amount[side.window(mid, *window(p))]
        big = amounts[amounts > threshold(p, "threshold1")]
        if len(big) > 3:
            found.append((-second, data.nodes.ids[mid], int(big.sum())))
    return [{"midId": str(mid), "sumEdge1Amount": money(first), "sumEdge2Amount": money(-second)}
            for second, mid, first in sorted(found)]  # fmt: skip


def tcr7(data: FinBench, p: Params) -> dict[str, Any]:
    """Distinct sources and targets of transfers over a threshold, and the ratio of the sums in and out."""
    node = data.number(p["id"])
    if node is None:
        return {"numSrc": 0, "numDst": 0, "inOutRatio": -1.0}
    sums, people = [], []
    for side in (data.edges["transfer"].incoming, data.edges["transfer"].outgoing):
        inside = side.window(node, *window(p))
        big = side.amount[inside] > threshold(p)
        people.append(len(set(side.neighbour[inside][big].tolist())))
        sums.append(int(side.amount[inside][big].sum()))
    return {"numSrc": people[0], "numDst": people[1], "inOutRatio": ratio(*sums)}


def tcr8(data: FinBench, p: Params) -> list[dict[str, Any]]:
    """Accounts that a loan's money reached in at most 3 steps, their inflow as a share of the loan."""
    loan = data.number(p["id"])
    whole = data.loan_amount.get(p["id"], 0)
    if loan is None or not whole:
        return []
    starts = data.edges["deposit"].outgoing.sums(loan, *window(p))
    reached = loan_trace(data.flows, data.edges["transfer"], starts, Fraction(str(p["threshold"])), *window(p), steps=MAX_TRACE)
    found = [(-r.distance, -rounded(Fraction(r.inflow, whole)), data.nodes.ids[r.account]) for r in reached]
    return [{"dstId": str(id_), "ratio": -share, "minDistanceFromLoan": -distance} for distance, share, id_ in sorted(found)]


def tcr9(data: FinBench, p: Params) -> dict[str, float]:
    """Deposits against repayments, deposits against transfers out, transfers in against out; amounts over a threshold."""
    node = data.number(p["id"])
    sides = (data.edges["deposit"].incoming, data.edges["repay"].outgoing, data.edges["transfer"].incoming,
             data.edges["transfer"].outgoing)  # fmt: skip
    totals = []
    for side in sides:
        amounts = side.amount[side.window(node, *window(p))] if node is not None else side.amount[:0]
        totals.append(int(amounts[amounts > threshold(p)].sum()))
    deposits, repayments, came, went = totals
    return {"ratioRepay": ratio(deposits, repayments), "ratioDeposit": ratio(deposits, went), "ratioTransfer": ratio(came, went)}


def tcr10(data: FinBench, p: Params) -> dict[str, float]:
    """Jaccard similarity of the companies that two persons invested in inside the window; 0 of nothing."""
    ends = (data.number(p["id1"]), data.number(p["id2"]))
    one, two = (set(data.edges["invest"].outgoing.sums(x, *window(p))) if x is not None else set() for x in ends)
    either = one | two
    return {"jaccardSimilarity": rounded(Fraction(len(one & two), len(either))) if either else 0.0}


def tcr11(data: FinBench, p: Params) -> dict[str, Any]:
    """Loans of everybody reached by guarantees inside the window, to the end of the chain; without the start's own."""
    person = data.number(p["id"])
    if person is None:
        return {"sumLoanAmount": 0.0, "numLoans": 0}
    reached = data.edges["guarantee"].reached_from(person, *window(p))
    loans = {loan for other in reached for loan in data.targets("apply", data.nodes.ids[other])}
    total = sum(data.loan_amount.get(data.nodes.ids[loan], 0) for loan in loans)
    return {"sumLoanAmount": money(total), "numLoans": len(loans)}


def tcr12(data: FinBench, p: Params) -> list[dict[str, Any]]:
    """What a person's accounts transferred to each account that a company owns."""
    totals: dict[int, int] = {}
    for account in data.accounts_of(p["id"]):
        for other, (_, amount, _) in data.edges["transfer"].outgoing.sums(account, *window(p)).items():
            if other in data.company_accounts:
                totals[other] = totals.get(other, 0) + amount
    found = sorted((-amount, data.nodes.ids[other]) for other, amount in totals.items())
    return [{"compAccountId": str(other), "sumEdge2Amount": money(-amount)} for amount, other in found]


WINDOW = ("startTime", "endTime")
READS: dict[str, tuple[Callable[[FinBench, Params], Any], tuple[str, ...]]] = {
    "TCR1": (tcr1, ("id", *WINDOW)),
    "TCR2": (tcr2, ("id", *WINDOW)),
    "TCR3": (tcr3, ("id1", "id2", *WINDOW)),
    "TCR4": (tcr4, ("id1", "id2", *WINDOW)),
    "TCR5": (tcr5, ("id", *WINDOW)),
    "TCR6": (tcr6, ("id", "threshold1", "threshold2", *WINDOW)),
    "TCR7": (tcr7, ("id", "threshold", *WINDOW)),
    "TCR8": (tcr8, ("id", "threshold", *WINDOW)),
    "TCR9": (tcr9, ("id", "threshold", *WINDOW)),
    "TCR10": (tcr10, ("id1", "id2", *WINDOW)),
    "TCR11": (tcr11, ("id", *WINDOW)),
    "TCR12": (tcr12, ("id", *WINDOW)),
}
