"""The networkx peer of FBR: one MultiDiGraph a kind of edge, each read in the plain way a user of networkx would write it."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import networkx as nx

from benchmarks.finbench.data import EDGES, Tables

Params = dict[str, Any]
Edge = tuple[Any, Any, int, int]


class Networkx:
    """Nodes are (kind, id)."""

    def __init__(self, tables: Tables) -> None:
        self.graphs: dict[str, nx.MultiDiGraph] = {}
        for kind, files in EDGES.items():
            rows = tables.edges.get(kind, [])
            self.graphs[kind] = nx.MultiDiGraph()
            self.graphs[kind].add_edges_from(
                ((files.source[0], a), (files.target[0], b), {"time": time, "fen": fen}) for a, b, time, fen in rows
            )
        known = {node for graph in self.graphs.values() for node in graph} | tables.nodes
        self.graphs["transfer"].add_nodes_from(sorted(node for node in known if node[0] == "account"))
        self.blocked = set(tables.blocked)
        self.tables = tables

    def ask(self, read: str, p: Params) -> Any:
        return getattr(self, read.lower())(p)

    def out(self, kind: str, node: Any, p: Params) -> Iterator[Edge]:
        """Edges from the node, inside the window."""
        return self._inside(self.graphs[kind].out_edges(node, data=True), kind, node, p)

    def into(self, kind: str, node: Any, p: Params) -> Iterator[Edge]:
        return self._inside(self.graphs[kind].in_edges(node, data=True), kind, node, p)

    def _inside(self, edges: Any, kind: str, node: Any, p: Params) -> Iterator[Edge]:
        if node in self.graphs[kind]:
            after, before = p["startTime"] * 1000, p["endTime"] * 1000
            yield from ((a, b, d["time"], d["fen"]) for a, b, d in edges if after < d["time"] < before)

    def targets(self, kind: str, node: Any) -> set[Any]:
        return set(self.graphs[kind].successors(node)) if node in self.graphs[kind] else set()

    def rising(self, start: Any, p: Params, backward: bool = False) -> Iterator[tuple[Any, ...]]:
        """Walks of one to three transfers with rising times from (or to) ``start``."""
        level: list[tuple[tuple[Any, ...], int | None]] = [((start,), None)]
        for _ in range(3):
            longer = {}
            for walk, last in level:
                for a, b, time, _ in (self.into if backward else self.out)("transfer", walk[-1], p):
                    if last is None or (time < last if backward else time > last):
                        longer[(*walk, a if backward else b), time] = None
            level = list(longer)
            yield from (walk for walk, _ in level)

    def tcr1(self, p: Params) -> Any:
        reached = {(walk[-1], len(walk) - 1) for walk in self.rising(("account", p["id"]), p)}
        rows = {(hops, other[1], a[1], self.tables.medium_type[a[1]])
                for other, hops in reached for a, *_ in self.into("sign_in", other, p) if a in self.blocked}  # fmt: skip
        return [{"otherId": str(o), "accountDistance": h, "mediumId": str(m), "mediumType": t} for h, o, m, t in sorted(rows)]

    def tcr2(self, p: Params) -> Any:
        upstream = {walk[-1] for account in self.targets("person_owns", ("person", p["id"]))
                    for walk in self.rising(account, p, backward=True)}  # fmt: skip
        rows = []
        for other in upstream:
            loans = {a[1] for a, *_ in self.into("deposit", other, p)}
            if loans:
                amount, balance = (sum(t.get(loan, 0) for loan in loans)
                                   for t in (self.tables.loan_amount, self.tables.loan_balance))  # fmt: skip
                rows.append((-amount, other[1], balance))
        return [{"otherId": str(o), "sumLoanAmount": -a / 100, "sumLoanBalance": b / 100} for a, o, b in sorted(rows)]

    def tcr3(self, p: Params) -> Any:
        graph, after, before = self.graphs["transfer"], p["startTime"] * 1000, p["endTime"] * 1000
        view = nx.subgraph_view(graph, filter_edge=lambda a, b, key: after < graph.adj[a][b][key]["time"] < before)
        try:
            return {"shortestPathLength": nx.shortest_path_length(view, ("account", p["id1"]), ("account", p["id2"]))}
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return {"shortestPathLength": -1}

    def tcr4(self, p: Params) -> Any:
        src, dst = ("account", p["id1"]), ("account", p["id2"])
        if not any(b == dst for _, b, *_ in self.out("transfer", src, p)):
            return []
        edge2, edge3 = (by_end(edges, end) for edges, end in
                        ((self.into("transfer", src, p), 0), (self.out("transfer", dst, p), 1)))  # fmt: skip
        others = (edge2.keys() & edge3.keys()) - {src, dst}
        rows = sorted((-sum(edge2[o]), -sum(edge3[o]), o[1], edge2[o], edge3[o]) for o in others)
        return [{"otherId": str(o), "numEdge2": len(s), "sumEdge2Amount": sum(s) / 100, "maxEdge2Amount": max(s) / 100,
                 "numEdge3": len(t), "sumEdge3Amount": sum(t) / 100, "maxEdge3Amount": max(t) / 100}
                for _, _, o, s, t in rows]  # fmt: skip

    def tcr5(self, p: Params) -> Any:
        walks = {walk for account in self.targets("person_owns", ("person", p["id"])) for walk in self.rising(account, p)
                 if len(set(walk)) == len(walk)}  # fmt: skip
        ids = [[node[1] for node in walk] for walk in walks]
        return [[str(id_) for id_ in walk] for walk in sorted(ids, key=lambda walk: (-len(walk), walk))]

    def tcr6(self, p: Params) -> Any:
        first, second = p["threshold1"] * 100, p["threshold2"] * 100
        drawn = by_end((e for e in self.into("withdraw", ("account", p["id"]), p) if e[3] > second), 0)
        rows = []
        for mid, amounts in drawn.items():
            into = [fen for *_, fen in self.into("transfer", mid, p) if fen > first]
            if len(into) > 3:
                rows.append((-sum(amounts), mid[1], sum(into)))
        return [{"midId": str(m), "sumEdge1Amount": a / 100, "sumEdge2Amount": -b / 100} for b, m, a in sorted(rows)]

    def tcr7(self, p: Params) -> Any:
        node, over = ("account", p["id"]), p["threshold"] * 100
        into = [e for e in self.into("transfer", node, p) if e[3] > over]
        out = [e for e in self.out("transfer", node, p) if e[3] > over]
        return {"numSrc": len({a for a, *_ in into}), "numDst": len({b for _, b, *_ in out}),
                "inOutRatio": share(sum(e[3] for e in into), sum(e[3] for e in out))}  # fmt: skip

    def tcr8(self, p: Params) -> Any:
        whole = self.tables.loan_amount.get(p["id"], 0)
        level = {b for _, b, *_ in self.out("deposit", ("loan", p["id"]), p)}
        done: set[Any] = set()
        found: dict[Any, list[int]] = {}
        for distance in (2, 3, 4):
            following = set()
            for node in level:
                floor = p["threshold"] * sum(fen for *_, fen in self.into("transfer", node, p))
                for kind in ("transfer", "withdraw"):
                    for _, other, _, fen in self.out(kind, node, p):
                        if fen > floor:
                            found.setdefault(other, [0, distance])[0] += fen
                            following.add(other)
            done |= level
            level = following - done
        rows = sorted((-d, -half_up(Fraction(fen, whole)), node[1]) for node, (fen, d) in found.items()) if whole else []
        return [{"dstId": str(id_), "ratio": -r, "minDistanceFromLoan": -d} for d, r, id_ in rows]

    def tcr9(self, p: Params) -> Any:
        node, over = ("account", p["id"]), p["threshold"] * 100
        sides = (self.into("deposit", node, p), self.out("repay", node, p), self.into("transfer", node, p),
                 self.out("transfer", node, p))  # fmt: skip
        deposits, repaid, came, went = (sum(fen for *_, fen in edges if fen > over) for edges in sides)
        return {"ratioRepay": share(deposits, repaid), "ratioDeposit": share(deposits, went), "ratioTransfer": share(came, went)}

    def tcr10(self, p: Params) -> Any:
        one, two = ({b for _, b, *_ in self.out("invest", ("person", p[name]), p)} for name in ("pid1", "pid2"))
        return {"jaccardSimilarity": half_up(Fraction(len(one & two), len(one | two))) if one | two else 0.0}

    def guaranteed(self, person: Any, p: Params) -> tuple[int, int]:
        """Sum and number of the loans of everybody reached by guarantees."""
        reached, waiting = {person}, [person]
        while waiting:
            for _, other, *_ in self.out("guarantee", waiting.pop(), p):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        loans = {loan[1] for other in reached - {person} for loan in self.targets("apply", other)}
        return sum(self.tables.loan_amount.get(loan, 0) for loan in loans), len(loans)

    def tcr11(self, p: Params) -> Any:
        total, count = self.guaranteed(("person", p["id"]), p)
        return {"sumLoanAmount": total / 100, "numLoans": count}

    def tcr12(self, p: Params) -> Any:
        companies = self.graphs["company_owns"]
        totals: dict[int, int] = {}
        for account in self.targets("person_owns", ("person", p["id"])):
            for _, other, _, fen in self.out("transfer", account, p):
                if other in companies and companies.in_degree(other):
                    totals[other[1]] = totals.get(other[1], 0) + fen
        return [{"compAccountId": str(o), "sumEdge2Amount": -t / 100} for t, o in sorted((-t, o) for o, t in totals.items())]

    def write(self, p: Params, graph: str, node_kind: str, found: Any) -> Any:
        """Add the edge, look for the pattern, take the edge back where it is there."""
        ends = [(node_kind, p["srcId"]), (node_kind, p["dstId"])]
        if self.blocked & set(ends):
            return told("aborted-blocked")
        fen = int(p.get("amount", 0) * 100)
        key = self.graphs[graph].add_edge(*ends, time=p["time"] * 1000, fen=fen)
        pattern, closing = found(*ends)
        if not pattern:
            return told("committed")
        self.graphs[graph].remove_edge(*ends, key)
        self.blocked |= set(ends)
        return told(pattern, [str(id_) for _, id_ in ends], closing)

    def trw1(self, p: Params) -> Any:
        def found(src: Any, dst: Any) -> Any:
            closing = sorted(int(row["otherId"]) for row in self.tcr4({**p, "id1": src[1], "id2": dst[1]}))
            return "aborted-cycle" if closing else None, [str(id_) for id_ in closing]

        return self.write(p, "transfer", "account", found)

    def trw2(self, p: Params) -> Any:
        def found(*ends: Any) -> Any:
            over = p["amountThreshold"] * 100
            for end in ends:
                came, went = (sum(fen for *_, fen in edges if fen > over)
                              for edges in (self.into("transfer", end, p), self.out("transfer", end, p)))  # fmt: skip
                if went and came > p["ratioThreshold"] * went:
                    return "aborted-ratio", []
            return None, []

        return self.write(p, "transfer", "account", found)

    def trw3(self, p: Params) -> Any:
        def found(src: Any, dst: Any) -> Any:
            return ("aborted-guarantee" if self.guaranteed(src, p)[0] > p["threshold"] * 100 else None), []

        return self.write(p, "guarantee", "person", found)


def told(outcome: str, blocked: list[str] | None = None, closing: list[str] | None = None) -> dict[str, Any]:
    return {"outcome": outcome, "transferAdded": outcome == "committed", "blockedNow": blocked or [],
            "closingAccounts": closing or []}  # fmt: skip


def by_end(edges: Any, end: int) -> dict[Any, list[int]]:
    out: dict[Any, list[int]] = {}
    for edge in edges:
        out.setdefault(edge[end], []).append(edge[3])
    return out


def half_up(value: Fraction) -> float:
    return int(value * 1000 + Fraction(1, 2)) / 1000


def share(part: int, whole: int) -> float:
    return half_up(Fraction(part, whole)) if whole else -1.0
