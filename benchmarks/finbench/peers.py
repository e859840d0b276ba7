"""The peers of FBR: networkx (a neighbourhood cut out of a graph, then the plain reading of it) and DuckDB (SQL)."""

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np

from benchmarks.finbench.data import FinBench
from tests.oracles.finbench_reads import ORACLES, PlainSet, share, yuan

# read -> (kinds of edges, parameters that name the middle, how far, also upstream)
CUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], int, bool]] = {
    "TCR1": (("transfer", "sign_in"), ("id",), 3, False),
    "TCR2": (("transfer", "deposit", "person_owns"), ("id",), 5, True),
    "TCR3": (("transfer",), ("id1", "id2"), 10**6, False),
    "TCR4": (("transfer",), ("id1", "id2"), 1, True),
    "TCR5": (("transfer", "person_owns"), ("id",), 4, False),
    "TCR6": (("transfer", "withdraw"), ("id",), 2, True),
    "TCR7": (("transfer",), ("id",), 1, True),
    "TCR8": (("transfer", "withdraw", "deposit"), ("id",), 4, True),
    "TCR9": (("transfer", "deposit", "repay"), ("id",), 1, True),
    "TCR10": (("invest",), ("id1", "id2"), 1, False),
    "TCR11": (("guarantee", "apply"), ("id",), 10**6, False),
    "TCR12": (("transfer", "person_owns", "company_owns"), ("id",), 2, False),
}
TIMELESS = {"person_owns", "company_owns", "apply"}


class Networkx:
    """One MultiDiGraph a kind of edge, built once; a question walks out from its parameters and reads what it met."""

    def __init__(self, data: FinBench) -> None:
        self.data = data
        self.graphs = {kind: nx.MultiDiGraph(rows_of(data, kind, keyed=True)) for kind in data.edges}

    def ask(self, read: str, p: dict[str, Any]) -> Any:
        kinds, names, hops, both = CUTS[read]
        edges: dict[str, dict[tuple[int, int, int], tuple[int, int, int, int]]] = {kind: {} for kind in kinds}
        met, level = set(), {p[name] for name in names}
        while level and hops:
            hops -= 1
            met |= level
            following: set[int] = set()
            for kind in kinds:
                graph = self.graphs[kind]
                for node in level & graph.nodes:
                    touching = list(graph.out_edges(node, keys=True, data=True))
                    touching += graph.in_edges(node, keys=True, data=True) if both or kind in ("sign_in", "company_owns") else []
                    for a, b, key, values in touching:
                        if kind in TIMELESS or p["startTime"] < values["time"] < p["endTime"]:
                            edges[kind][a, b, key] = (a, b, values["time"], values["amount"])
                            following |= {a, b} if both else {b}
            level = following - met
        if read == "TCR1":
            self._sign_ins(met, edges, p)
        if read == "TCR12":
            edges["company_owns"] = {(a, b, 0): (a, b, 0, 0) for a, b in self.graphs["company_owns"].edges() if b in met | level}
        plain = PlainSet({kind: list(found.values()) for kind, found in edges.items()}, self.data.blocked,
                         self.data.medium_type, self.data.loan_amount, self.data.loan_balance)  # fmt: skip
        return ORACLES[read](plain, p)

    def _sign_ins(self, met: set[int], edges: dict, p: dict[str, Any]) -> None:
        accounts = met | {b for _, b, *_ in edges["transfer"].values()}
        graph = self.graphs["sign_in"]
        edges["sign_in"] = {
            (a, b, key): (a, b, values["time"], 0)
            for account in accounts & graph.nodes for a, b, key, values in graph.in_edges(account, keys=True, data=True)
        }  # fmt: skip


def rows_of(data: FinBench, kind: str, keyed: bool = False) -> list[Any]:
    """Every edge of a kind as (source id, target id, …)."""
    side, ids = data.edges[kind].outgoing, data.nodes.ids
    sources = np.repeat(np.arange(len(side.offsets) - 1), np.diff(side.offsets)).tolist()
    rows = zip(sources, side.neighbour.tolist(), side.time.tolist(), side.amount.tolist())
    if keyed:
        return [(ids[a], ids[b], i, {"time": t, "amount": m}) for i, (a, b, t, m) in enumerate(rows)]
    return [(ids[a], ids[b], t, m) for a, b, t, m in rows]


class Duck:
    """Tables in DuckDB; the reads that SQL states without recursion."""

    def __init__(self, data: FinBench) -> None:
        import duckdb
        import pyarrow as pa

        self.connection = duckdb.connect()
        for kind in data.edges:
            columns = list(zip(*rows_of(data, kind))) or [(), (), (), ()]
            table = pa.table([pa.array(column, pa.int64()) for column in columns], ["src", "dst", "t", "m"])
            self.connection.register(f"{kind}_arrow", table)
            self.connection.execute(f"create table {kind} as select * from {kind}_arrow")

    def ask(self, read: str, p: dict[str, Any]) -> Any:
        return ASKED[read](self.connection, p)


def tcr4(c: Any, p: dict[str, Any]) -> Any:
    rows = c.execute(
        """with w as (select * from transfer where t > $startTime and t < $endTime),
        two as (select src as o, count(*) n, sum(m) s, max(m) x from w where dst = $id1 group by src),
        three as (select dst as o, count(*) n, sum(m) s, max(m) x from w where src = $id2 group by dst)
        select two.o, two.n, two.s, two.x, three.n, three.s, three.x from two join three using (o)
        where o not in ($id1, $id2) and exists (select 1 from w where src = $id1 and dst = $id2)
        order by two.s desc, three.s desc, o""",
        {k: p[k] for k in ("id1", "id2", "startTime", "endTime")}).fetchall()  # fmt: skip
    names = ("numEdge2", "sumEdge2Amount", "maxEdge2Amount", "numEdge3", "sumEdge3Amount", "maxEdge3Amount")
    named = ((str(o), zip(names, values)) for o, *values in rows)
    return [{"otherId": o, **{n: v if "num" in n else yuan(int(v)) for n, v in row}} for o, row in named]


def tcr7(c: Any, p: dict[str, Any]) -> Any:
    (row,) = c.execute(
        """select count(distinct src) filter (dst = $id), count(distinct dst) filter (src = $id),
        coalesce(sum(m) filter (dst = $id), 0), coalesce(sum(m) filter (src = $id), 0) from transfer
        where t > $startTime and t < $endTime and (src = $id or dst = $id) and m > $line""",
        {"line": int(float(p["threshold"]) * 1000), **{k: p[k] for k in ("id", "startTime", "endTime")}}).fetchall()  # fmt: skip
    return {"numSrc": row[0], "numDst": row[1], "inOutRatio": share(int(row[2]), int(row[3]))}


def tcr12(c: Any, p: dict[str, Any]) -> Any:
    rows = c.execute(
        """select dst, sum(m) s from transfer where t > $startTime and t < $endTime
        and src in (select dst from person_owns where src = $id) and dst in (select dst from company_owns)
        group by dst order by s desc, dst""", {k: p[k] for k in ("id", "startTime", "endTime")}).fetchall()  # fmt: skip
    return [{"compAccountId": str(o), "sumEdge2Amount": yuan(int(s))} for o, s in rows]


ASKED: dict[str, Callable[[Any, dict[str, Any]], Any]] = {"TCR4": tcr4, "TCR7": tcr7, "TCR12": tcr12}
