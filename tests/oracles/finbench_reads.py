"""FinBench's reads in plain Python and networkx, straight from lists of edges: slow, and nothing of ours but the rounding.

A set is ``{kind: [(source, target, time, amount)]}`` with amounts in thousandths, and attributes by id.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import networkx as nx

Edge = tuple[int, int, int, int]


@dataclass
class PlainSet:
    edges: dict[str, list[Edge]]
    blocked: set[int] = field(default_factory=set)
    medium_type: dict[int, str] = field(default_factory=dict)
    loan_amount: dict[int, int] = field(default_factory=dict)
    loan_balance: dict[int, int] = field(default_factory=dict)

    def inside(self, kind: str, p: dict[str, Any]) -> list[Edge]:
        return [e for e in self.edges.get(kind, []) if p["startTime"] < e[2] < p["endTime"]]


def half_up(value: Fraction) -> float:
    return int((value * 1000 + Fraction(1, 2)) // 1) / 1000


def yuan(amount: int) -> float:
    return half_up(Fraction(amount, 1000))


def share(part: int, whole: int) -> float:
    return half_up(Fraction(part, whole)) if whole else -1.0


def over(edges: list[Edge], line: Any) -> list[Edge]:
    return [e for e in edges if Fraction(e[3], 1000) > Fraction(str(line))]


def traces(edges: list[Edge], start: int, hops: int) -> set[tuple[int, ...]]:
    """All accounts sequences of 1 … hops edges with rising times, no account twice."""
    found: set[tuple[int, ...]] = set()
    walks = [((start,), -(10**30))]
    for _ in range(hops):
        walks = [((*walk, e[1]), e[2]) for walk, last in walks for e in edges
                 if e[0] == walk[-1] and e[2] > last and e[1] not in walk]  # fmt: skip
        found |= {walk for walk, _ in walks}
    return found


def owned(data: PlainSet, person: int) -> list[int]:
    return sorted({e[1] for e in data.edges.get("person_owns", []) if e[0] == person})


def tcr1(data: PlainSet, p: dict[str, Any]) -> list[dict[str, Any]]:
    distance: dict[int, int] = {}
    for walk in traces(data.inside("transfer", p), p["id"], 3):
        distance[walk[-1]] = min(distance.get(walk[-1], 9), len(walk) - 1)
    signed = {(e[1], e[0]) for e in data.inside("sign_in", p) if e[0] in data.blocked}
    pairs = product(distance.items(), signed)
    rows = sorted((hops, other, medium) for (other, hops), (account, medium) in pairs if account == other)
    return [{"otherId": str(o), "accountDistance": h, "mediumId": str(m), "mediumType": data.medium_type.get(m, "")}
            for h, o, m in rows]  # fmt: skip


def tcr2(data: PlainSet, p: dict[str, Any]) -> list[dict[str, Any]]:
    edges, mine = data.inside("transfer", p), set(owned(data, p["id"]))
    starts = {e[0] for e in edges}
    upstream = {start for start in starts for walk in traces(edges, start, 3) if walk[-1] in mine}
    rows = []
    for other in upstream:
        loans = {e[0] for e in data.inside("deposit", p) if e[1] == other}
        if loans:
            rows.append((-sum(data.loan_amount.get(x, 0) for x in loans), other, sum(data.loan_balance.get(x, 0) for x in loans)))
    return [{"otherId": str(o), "sumLoanAmount": yuan(-a), "sumLoanBalance": yuan(b)} for a, o, b in sorted(rows)]


def tcr3(data: PlainSet, p: dict[str, Any]) -> dict[str, Any]:
    graph = nx.DiGraph([(e[0], e[1]) for e in data.inside("transfer", p)])
    graph.add_nodes_from(x for kind in data.edges.values() for e in kind for x in e[:2])
    if p["id1"] not in graph or p["id2"] not in graph or not nx.has_path(graph, p["id1"], p["id2"]):
        return {"shortestPathLength": -1}
    return {"shortestPathLength": nx.shortest_path_length(graph, p["id1"], p["id2"])}


def tcr4(data: PlainSet, p: dict[str, Any]) -> list[dict[str, Any]]:
    edges, src, dst = data.inside("transfer", p), p["id1"], p["id2"]
    if not any(e[:2] == (src, dst) for e in edges):
        return []
    rows = []
    for other in {e[1] for e in edges if e[0] == dst} - {src, dst}:
        second = [e[3] for e in edges if e[:2] == (other, src)]
        third = [e[3] for e in edges if e[:2] == (dst, other)]
        if second:
            rows.append((-sum(second), -sum(third), other, second, third))
    return [{"otherId": str(o), "numEdge2": len(s), "sumEdge2Amount": yuan(sum(s)), "maxEdge2Amount": yuan(max(s)),
             "numEdge3": len(t), "sumEdge3Amount": yuan(sum(t)), "maxEdge3Amount": yuan(max(t))}
            for _, _, o, s, t in sorted(rows)]  # fmt: skip


def tcr5(data: PlainSet, p: dict[str, Any]) -> list[list[str]]:
    edges = data.inside("transfer", p)
    walks = {walk for account in owned(data, p["id"]) for walk in traces(edges, account, 3)}
    return [[str(x) for x in walk] for walk in sorted(walks, key=lambda walk: (-len(walk), walk))]


def tcr6(data: PlainSet, p: dict[str, Any]) -> list[dict[str, Any]]:
    drawn = [e for e in over(data.inside("withdraw", p), p["threshold2"]) if e[1] == p["id"]]
    rows = []
    for mid in {e[0] for e in drawn}:
        into = [e[3] for e in over(data.inside("transfer", p), p["threshold1"]) if e[1] == mid]
        if len(into) > 3:
            rows.append((-sum(e[3] for e in drawn if e[0] == mid), mid, sum(into)))
    return [{"midId": str(m), "sumEdge1Amount": yuan(a), "sumEdge2Amount": yuan(-b)} for b, m, a in sorted(rows)]


def tcr7(data: PlainSet, p: dict[str, Any]) -> dict[str, Any]:
    edges = over(data.inside("transfer", p), p["threshold"])
    into, out = [e for e in edges if e[1] == p["id"]], [e for e in edges if e[0] == p["id"]]
    return {"numSrc": len({e[0] for e in into}), "numDst": len({e[1] for e in out}),
            "inOutRatio": share(sum(e[3] for e in into), sum(e[3] for e in out))}  # fmt: skip


def tcr8(data: PlainSet, p: dict[str, Any]) -> list[dict[str, Any]]:
    whole = data.loan_amount.get(p["id"], 0)
    transfers = data.inside("transfer", p)
    edges = transfers + data.inside("withdraw", p)
    level = {e[1] for e in data.inside("deposit", p) if e[0] == p["id"]}
    graph = nx.MultiDiGraph()
    for i, (a, b, _, amount) in enumerate(edges):
        upstream = sum(e[3] for e in transfers if e[1] == a)
        if amount > Fraction(str(p["threshold"])) * upstream:
            graph.add_edge(a, b, key=i, amount=amount)
    near = {}
    for start in level & set(graph):
        for node, hops in nx.single_source_shortest_path_length(graph, start, cutoff=2).items():
            near[node] = min(near.get(node, 9), hops)
    rows: dict[int, list[int]] = {}
    for a, b, values in graph.edges(data=True):
        if a in near:
            row = rows.setdefault(b, [0, 9])
            row[0] += values["amount"]
            row[1] = min(row[1], near[a] + 2)
    if not whole:
        return []
    found = sorted((-d, -half_up(Fraction(total, whole)), node) for node, (total, d) in rows.items())
    return [{"dstId": str(n), "ratio": -r, "minDistanceFromLoan": -d} for d, r, n in found]


def tcr9(data: PlainSet, p: dict[str, Any]) -> dict[str, Any]:
    def total(kind: str, end: int) -> int:
        return sum(e[3] for e in over(data.inside(kind, p), p["threshold"]) if e[end] == p["id"])

    deposits, repayments, came, went = total("deposit", 1), total("repay", 0), total("transfer", 1), total("transfer", 0)
    return {"ratioRepay": share(deposits, repayments), "ratioDeposit": share(deposits, went), "ratioTransfer": share(came, went)}


def tcr10(data: PlainSet, p: dict[str, Any]) -> dict[str, Any]:
    one, two = ({e[1] for e in data.inside("invest", p) if e[0] == p[key]} for key in ("id1", "id2"))
    return {"jaccardSimilarity": half_up(Fraction(len(one & two), len(one | two))) if one | two else 0.0}


def tcr11(data: PlainSet, p: dict[str, Any]) -> dict[str, Any]:
    graph = nx.DiGraph([(e[0], e[1]) for e in data.inside("guarantee", p)])
    reached = nx.descendants(graph, p["id"]) - {p["id"]} if p["id"] in graph else set()
    loans = {e[1] for e in data.edges.get("apply", []) if e[0] in reached}
    return {"sumLoanAmount": yuan(sum(data.loan_amount.get(x, 0) for x in loans)), "numLoans": len(loans)}


def tcr12(data: PlainSet, p: dict[str, Any]) -> list[dict[str, Any]]:
    mine, companies = set(owned(data, p["id"])), {e[1] for e in data.edges.get("company_owns", [])}
    totals: dict[int, int] = {}
    for a, b, _, amount in data.inside("transfer", p):
        if a in mine and b in companies:
            totals[b] = totals.get(b, 0) + amount
    return [{"compAccountId": str(b), "sumEdge2Amount": yuan(-t)} for t, b in sorted((-t, b) for b, t in totals.items())]


def trw1(data: PlainSet, p: dict[str, Any]) -> dict[str, Any]:
    src, dst = p["srcId"], p["dstId"]
    if {src, dst} & data.blocked:
        return {"outcome": "aborted-blocked", "transferAdded": False, "blockedNow": [], "closingAccounts": []}
    added = PlainSet({"transfer": [*data.edges.get("transfer", []), (src, dst, p["time"], 0)]})
    closing = [row["otherId"] for row in tcr4(added, {**p, "id1": src, "id2": dst})]
    return {"outcome": "aborted-cycle" if closing else "committed", "transferAdded": not closing,
            "blockedNow": [str(src), str(dst)] if closing else [], "closingAccounts": sorted(closing, key=int)}  # fmt: skip


ORACLES = {"TCR1": tcr1, "TCR2": tcr2, "TCR3": tcr3, "TCR4": tcr4, "TCR5": tcr5, "TCR6": tcr6, "TCR7": tcr7, "TCR8": tcr8,
           "TCR9": tcr9, "TCR10": tcr10, "TCR11": tcr11, "TCR12": tcr12, "TRW1": trw1}  # fmt: skip
