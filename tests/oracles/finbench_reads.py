"""FinBench's reads and writes in plain Python and networkx, straight from lists of edges: slow, and nothing of ours.

The set is `Tables`: edges ``{kind: [(source, target, time in µs, fen)]}`` and attributes by id.
"""

from fractions import Fraction
from typing import Any

import networkx as nx

from benchmarks.finbench.data import EDGES, Edge, Tables
from tests.oracles import paths

Params = dict[str, Any]


def scope(p: Params) -> tuple[int, int, int]:
    limit = p.get("truncationLimit", 0)
    return p["startTime"] * 1000, p["endTime"] * 1000, -limit if p.get("truncationOrder") == "TIMESTAMP_ASCENDING" else limit


def out(data: Tables, kind: str, p: Params) -> list[Edge]:
    """Edges of a kind inside the window, as they are followed from their source."""
    return paths.inside(data.edges.get(kind, []), scope(p), 0)


def into(data: Tables, kind: str, p: Params) -> list[Edge]:
    return paths.inside(data.edges.get(kind, []), scope(p), 1)


def half_up(value: Fraction) -> float:
    return int(value * 1000 + Fraction(1, 2)) / 1000


def share(part: int, whole: int) -> float:
    return half_up(Fraction(part, whole)) if whole else -1.0


def over(edges: list[Edge], line: Any) -> list[Edge]:
    fen = Fraction(line) * 100
    return [e for e in edges if e[3] > fen]


def owned(data: Tables, person: int) -> list[int]:
    return sorted({b for a, b, *_ in data.edges.get("person_owns", []) if a == person})


def known(data: Tables, kind: str) -> set[int]:
    """Ids of nodes of a kind that anything names."""
    found = {id_ for of, id_ in data.nodes if of == kind}
    for name, files in EDGES.items():
        for end, of in enumerate((files.source[0], files.target[0])):
            found |= {e[end] for e in data.edges.get(name, []) if of == kind}
    return found


def tcr1(data: Tables, p: Params) -> list[dict[str, Any]]:
    reached = paths.rising_reach(data.edges.get("transfer", []), [p["id"]], scope(p), 3, upstream=False)
    signed = {(account, medium) for medium, account, *_ in into(data, "sign_in", p) if ("medium", medium) in data.blocked}
    rows = sorted({(hops, other, medium) for other, hops, _ in reached for account, medium in signed if account == other})
    return [{"otherId": str(o), "accountDistance": h, "mediumId": str(m), "mediumType": data.medium_type[m]} for h, o, m in rows]


def tcr2(data: Tables, p: Params) -> list[dict[str, Any]]:
    reached = paths.rising_reach(data.edges.get("transfer", []), owned(data, p["id"]), scope(p), 3, upstream=True)
    rows = []
    for other in {account for account, *_ in reached}:
        loans = {a for a, b, *_ in into(data, "deposit", p) if b == other}
        if loans:
            amount, balance = (sum(t.get(loan, 0) for loan in loans) for t in (data.loan_amount, data.loan_balance))
            rows.append((-amount, other, balance))
    return [{"otherId": str(o), "sumLoanAmount": -a / 100, "sumLoanBalance": b / 100} for a, o, b in sorted(rows)]


def tcr3(data: Tables, p: Params) -> dict[str, Any]:
    graph = nx.DiGraph([(a, b) for a, b, *_ in out(data, "transfer", p)])
    graph.add_nodes_from(known(data, "account"))
    if p["id1"] not in graph or p["id2"] not in graph or not nx.has_path(graph, p["id1"], p["id2"]):
        return {"shortestPathLength": -1}
    return {"shortestPathLength": nx.shortest_path_length(graph, p["id1"], p["id2"])}


def tcr4(data: Tables, p: Params) -> list[dict[str, Any]]:
    src, dst, paid, received = p["id1"], p["id2"], out(data, "transfer", p), into(data, "transfer", p)
    if not any(e[:2] == (src, dst) for e in paid):
        return []
    rows = []
    for other in {e[1] for e in paid if e[0] == dst} - {src, dst}:
        second = [fen for a, b, _, fen in received if (a, b) == (other, src)]
        third = [fen for a, b, _, fen in paid if (a, b) == (dst, other)]
        if second:
            rows.append((-sum(second), -sum(third), other, second, third))
    return [{"otherId": str(o), "numEdge2": len(s), "sumEdge2Amount": sum(s) / 100, "maxEdge2Amount": max(s) / 100,
             "numEdge3": len(t), "sumEdge3Amount": sum(t) / 100, "maxEdge3Amount": max(t) / 100}
            for _, _, o, s, t in sorted(rows)]  # fmt: skip


def tcr5(data: Tables, p: Params) -> list[list[str]]:
    transfers = data.edges.get("transfer", [])
    walks = {walk for account in owned(data, p["id"]) for walk in paths.rising_walks(transfers, account, scope(p), 3)}
    return [[str(x) for x in walk] for walk in sorted(walks, key=lambda walk: (-len(walk), walk))]


def tcr6(data: Tables, p: Params) -> list[dict[str, Any]]:
    drawn = [e for e in over(into(data, "withdraw", p), p["threshold2"]) if e[1] == p["id"]]
    large = over(into(data, "transfer", p), p["threshold1"])
    rows = []
    for mid in {e[0] for e in drawn}:
        poured = [e[3] for e in large if e[1] == mid]
        if len(poured) > 3:
            rows.append((-sum(e[3] for e in drawn if e[0] == mid), mid, sum(poured)))
    return [{"midId": str(m), "sumEdge1Amount": a / 100, "sumEdge2Amount": -b / 100} for b, m, a in sorted(rows)]


def tcr7(data: Tables, p: Params) -> dict[str, Any]:
    came = [e for e in over(into(data, "transfer", p), p["threshold"]) if e[1] == p["id"]]
    went = [e for e in over(out(data, "transfer", p), p["threshold"]) if e[0] == p["id"]]
    return {"numSrc": len({e[0] for e in came}), "numDst": len({e[1] for e in went}),
            "inOutRatio": share(sum(e[3] for e in came), sum(e[3] for e in went))}  # fmt: skip


def tcr8(data: Tables, p: Params) -> list[dict[str, Any]]:
    whole = data.loan_amount.get(p["id"], 0)
    if not whole:
        return []
    transfers = data.edges.get("transfer", [])
    starts = {b for a, b, *_ in out(data, "deposit", p) if a == p["id"]}
    ppm = int(Fraction(p["threshold"]) * 10**6)
    reached = paths.share_trace(transfers + data.edges.get("withdraw", []), transfers, starts, ppm, scope(p), 3)
    found = sorted((-d, -half_up(Fraction(fen, whole)), account) for account, fen, d in reached)
    return [{"dstId": str(id_), "ratio": -r, "minDistanceFromLoan": -d} for d, r, id_ in found]


def tcr9(data: Tables, p: Params) -> dict[str, Any]:
    def total(edges: list[Edge], end: int) -> int:
        return sum(e[3] for e in over(edges, p["threshold"]) if e[end] == p["id"])

    deposits, repaid = total(into(data, "deposit", p), 1), total(out(data, "repay", p), 0)
    came, went = total(into(data, "transfer", p), 1), total(out(data, "transfer", p), 0)
    return {"ratioRepay": share(deposits, repaid), "ratioDeposit": share(deposits, went), "ratioTransfer": share(came, went)}


def tcr10(data: Tables, p: Params) -> dict[str, Any]:
    one, two = ({b for a, b, *_ in out(data, "invest", p) if a == p[key]} for key in ("pid1", "pid2"))
    return {"jaccardSimilarity": half_up(Fraction(len(one & two), len(one | two))) if one | two else 0.0}


def guaranteed(data: Tables, guarantees: list[Edge], person: int, p: Params) -> set[int]:
    """Loans of everybody reached."""
    graph = nx.DiGraph([(a, b) for a, b, *_ in paths.inside(guarantees, scope(p), 0)])
    reached = nx.descendants(graph, person) - {person} if person in graph else set()
    return {b for a, b, *_ in data.edges.get("apply", []) if a in reached}


def tcr11(data: Tables, p: Params) -> dict[str, Any]:
    loans = guaranteed(data, data.edges.get("guarantee", []), p["id"], p)
    return {"sumLoanAmount": sum(data.loan_amount.get(x, 0) for x in loans) / 100, "numLoans": len(loans)}


def tcr12(data: Tables, p: Params) -> list[dict[str, Any]]:
    mine, companies = owned(data, p["id"]), {b for _, b, *_ in data.edges.get("company_owns", [])}
    totals: dict[int, int] = {}
    for a, b, _, fen in out(data, "transfer", p):
        if a in mine and b in companies:
            totals[b] = totals.get(b, 0) + fen
    return [{"compAccountId": str(b), "sumEdge2Amount": -t / 100} for t, b in sorted((-t, b) for b, t in totals.items())]


def written(data: Tables, p: Params, kind: str, node_kind: str) -> tuple[Tables, Any]:
    """The set with the new edge, and the answer to an abort for a blocked end (else None)."""
    new = (p["srcId"], p["dstId"], p["time"] * 1000, int(Fraction(p.get("amount", 0)) * 100))
    added = Tables({**data.edges, kind: [*data.edges.get(kind, []), new]}, data.nodes, data.blocked, data.medium_type,
                   data.loan_amount, data.loan_balance)  # fmt: skip
    blocked = {(node_kind, p["srcId"]), (node_kind, p["dstId"])} & data.blocked
    return added, told("aborted-blocked", [], []) if blocked else None


def told(outcome: str, blocked: list[int], closing: list[str]) -> dict[str, Any]:
    return {"outcome": outcome, "transferAdded": outcome == "committed", "blockedNow": [str(b) for b in blocked],
            "closingAccounts": closing}  # fmt: skip


def trw1(data: Tables, p: Params) -> dict[str, Any]:
    added, abort = written(data, p, "transfer", "account")
    closing = sorted((row["otherId"] for row in tcr4(added, {**p, "id1": p["srcId"], "id2": p["dstId"]})), key=int)
    done = told("aborted-cycle", [p["srcId"], p["dstId"]], closing) if closing else told("committed", [], [])
    return abort or done


def trw2(data: Tables, p: Params) -> dict[str, Any]:
    added, abort = written(data, p, "transfer", "account")
    limit = Fraction(p["ratioThreshold"])
    found = False
    for end in (p["srcId"], p["dstId"]):
        came = sum(e[3] for e in over(into(added, "transfer", p), p["amountThreshold"]) if e[1] == end)
        went = sum(e[3] for e in over(out(added, "transfer", p), p["amountThreshold"]) if e[0] == end)
        found |= went > 0 and Fraction(came, went) > limit
    return abort or (told("aborted-ratio", [p["srcId"], p["dstId"]], []) if found else told("committed", [], []))


def trw3(data: Tables, p: Params) -> dict[str, Any]:
    added, abort = written(data, p, "guarantee", "person")
    loans = guaranteed(data, added.edges["guarantee"], p["srcId"], p)
    found = Fraction(sum(data.loan_amount.get(x, 0) for x in loans), 100) > Fraction(p["threshold"])
    return abort or (told("aborted-guarantee", [p["srcId"], p["dstId"]], []) if found else told("committed", [], []))


ORACLES = {"TCR1": tcr1, "TCR2": tcr2, "TCR3": tcr3, "TCR4": tcr4, "TCR5": tcr5, "TCR6": tcr6, "TCR7": tcr7, "TCR8": tcr8,
           "TCR9": tcr9, "TCR10": tcr10, "TCR11": tcr11, "TCR12": tcr12, "TRW1": trw1, "TRW2": trw2, "TRW3": trw3}  # fmt: skip
