"""The DuckDB peer of FBR: a table a kind of edge, each read as SQL."""

from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.finbench.data import EDGES, Tables
from benchmarks.finbench.nets import half_up, share, told

Params = dict[str, Any]

WINDOW = "t > $after and t < $before"
# One to three transfers with rising times from the accounts in `starts`, as rows (a0 … a3, hops); two = from, to.
RISING = """w as (select {0} as a, {1} as b, t from transfer where t > $after and t < $before),
    h1 as (select distinct s.a as a0, w.b as a1, t from starts s join w on w.a = s.a),
    h2 as (select distinct h.a0, h.a1, w.b as a2, w.t from h1 h join w on w.a = h.a1 and w.t {2} h.t),
    h3 as (select distinct h.a0, h.a1, h.a2, w.b as a3 from h2 h join w on w.a = h.a2 and w.t {2} h.t),
    walks as (select distinct a0, a1, null::bigint as a2, null::bigint as a3, 1 as hops from h1
        union all select distinct a0, a1, a2, null, 2 from h2 union all select a0, a1, a2, a3, 3 from h3)"""
DOWN, UP = RISING.format("src", "dst", ">"), RISING.format("dst", "src", "<")
LAST = "case hops when 1 then a1 when 2 then a2 else a3 end"
OWNED = "starts as (select distinct dst as a from person_owns where src = $id)"
# Two of the triangle, and the loans of a chain of guarantees.
TRIANGLE = f"""w as (select * from transfer where {WINDOW}),
    two as (select src as o, count(*) n, sum(m) s, max(m) x from w where dst = $src group by src),
    three as (select dst as o, count(*) n, sum(m) s, max(m) x from w where src = $dst group by dst)
    select two.o, two.n, two.s, two.x, three.n, three.s, three.x from two join three using (o)
    where o not in ($src, $dst) and exists (select 1 from w where src = $src and dst = $dst)
    order by two.s desc, three.s desc, o"""
CHAIN = f"""with recursive reached(p) as (select dst from guarantee where src = $id and {WINDOW}
    union select g.dst from reached join guarantee g on g.src = reached.p where g.{WINDOW.replace(" and t", " and g.t")}),
    loans as (select distinct dst as loan from apply where src in (select p from reached where p <> $id))
    select coalesce(sum(amount), 0), count(*) from loans left join loan_amount on id = loan"""


class Duck:
    """Amounts in fen, times in µs, as in the tables."""

    def __init__(self, tables: Tables) -> None:
        self.connection = duckdb.connect()
        for kind in EDGES:
            self._table(kind, ["src", "dst", "t", "m"], tables.edges.get(kind, []))
        loans = [(loan, amount, tables.loan_balance.get(loan, 0)) for loan, amount in tables.loan_amount.items()]
        self._table("loan_amount", ["id", "amount", "balance"], loans)
        self._table("bad_medium", ["id"], [(id_,) for kind, id_ in tables.blocked if kind == "medium"])
        self._table("known", ["id"], self._accounts(tables))
        self.medium_type = tables.medium_type
        self.blocked = set(tables.blocked)

    def _table(self, name: str, columns: list[str], rows: Any) -> None:
        cells = list(zip(*rows)) or [() for _ in columns]
        arrow = pa.table([pa.array(column, pa.int64()) for column in cells], columns)
        self.connection.register(f"{name}_arrow", arrow)
        self.connection.execute(f"create table {name} as select * from {name}_arrow")
        self.connection.unregister(f"{name}_arrow")

    @staticmethod
    def _accounts(tables: Tables) -> list[tuple[int]]:
        found = {id_ for kind, id_ in tables.nodes if kind == "account"}
        for kind, files in EDGES.items():
            for end, of in enumerate((files.source[0], files.target[0])):
                if of == "account":
                    found |= {edge[end] for edge in tables.edges.get(kind, [])}
        return [(id_,) for id_ in sorted(found)]

    def ask(self, read: str, p: Params) -> Any:
        return getattr(self, read.lower())(p)

    def rows(self, sql: str, p: Params, **values: Any) -> list[Any]:
        known = {"after": p["startTime"] * 1000, "before": p["endTime"] * 1000, **values}
        return self.connection.execute(sql, {name: v for name, v in known.items() if f"${name}" in sql}).fetchall()

    def tcr1(self, p: Params) -> Any:
        rows = self.rows(f"""with starts as (select $id::bigint as a), {DOWN},
            ends as (select distinct hops, {LAST} as o from walks)
            select distinct hops, o, s.src from ends join sign_in s on s.dst = o
            where s.t > $after and s.t < $before and s.src in (select id from bad_medium) order by all""", p, id=p["id"])
        return [{"otherId": str(o), "accountDistance": h, "mediumId": str(m), "mediumType": self.medium_type[m]}
                for h, o, m in rows]  # fmt: skip

    def tcr2(self, p: Params) -> Any:
        rows = self.rows(f"""with {OWNED}, {UP}, ends as (select distinct {LAST} as o from walks),
            loans as (select distinct o, d.src as loan from ends join deposit d on d.dst = o where d.t > $after and d.t < $before)
            select o, sum(amount) as a, sum(balance) from loans left join loan_amount on id = loan
            group by o order by a desc, o""", p, id=p["id"])
        return [{"otherId": str(o), "sumLoanAmount": int(a or 0) / 100, "sumLoanBalance": int(b or 0) / 100} for o, a, b in rows]

    def tcr3(self, p: Params) -> Any:
        rows = self.rows(f"""with recursive w as (select distinct src, dst from transfer where {WINDOW}),
            b(node, d) using key (node) as (select id, 0 from known where id = $id1
                union select w.dst, b.d + 1 from b join w on w.src = b.node
                where w.dst not in (select node from recurring.b))
            select d from b where node = $id2""", p, id1=p["id1"], id2=p["id2"])
        return {"shortestPathLength": rows[0][0] if rows else -1}

    def tcr4(self, p: Params) -> Any:
        names = ("numEdge2", "sumEdge2Amount", "maxEdge2Amount", "numEdge3", "sumEdge3Amount", "maxEdge3Amount")
        rows = self.rows(f"with {TRIANGLE}", p, src=p["id1"], dst=p["id2"])
        return [{"otherId": str(o), **{n: v if "num" in n else int(v) / 100 for n, v in zip(names, values)}}
                for o, *values in rows]  # fmt: skip

    def tcr5(self, p: Params) -> Any:
        rows = self.rows(f"""with {OWNED}, {DOWN} select a0, a1, a2, a3 from walks
            where a0 <> a1 and (a2 is null or a2 not in (a0, a1)) and (a3 is null or a3 not in (a0, a1, a2))
            order by hops desc, a0, a1, a2, a3""", p, id=p["id"])
        return [[str(id_) for id_ in row if id_ is not None] for row in rows]

    def tcr6(self, p: Params) -> Any:
        rows = self.rows(f"""with drawn as (select src as mid, sum(m) as second from withdraw
                where dst = $id and m > $two and {WINDOW} group by src),
            poured as (select dst as mid, sum(m) as first from transfer
                where dst in (select mid from drawn) and m > $one and {WINDOW} group by dst having count(*) > 3)
            select mid, first, second from drawn join poured using (mid) order by second desc, mid""",
            p, id=p["id"], one=int(p["threshold1"] * 100), two=int(p["threshold2"] * 100))  # fmt: skip
        return [{"midId": str(m), "sumEdge1Amount": int(a) / 100, "sumEdge2Amount": int(b) / 100} for m, a, b in rows]

    def sides(self, id_: int, over: int, p: Params) -> Any:
        """Of transfers over a line: distinct sources and targets, sums in and out."""
        return self.rows(f"""select count(distinct src) filter (dst = $id), count(distinct dst) filter (src = $id),
            coalesce(sum(m) filter (dst = $id), 0)::bigint, coalesce(sum(m) filter (src = $id), 0)::bigint from transfer
            where {WINDOW} and (src = $id or dst = $id) and m > $over""", p, id=id_, over=over)[0]

    def tcr7(self, p: Params) -> Any:
        sources, targets, came, went = self.sides(p["id"], int(p["threshold"] * 100), p)
        return {"numSrc": sources, "numDst": targets, "inOutRatio": share(came, went)}

    def tcr8(self, p: Params) -> Any:
        whole = self.rows("select amount from loan_amount where id = $id", p, id=p["id"])
        if not whole or not whole[0][0]:
            return []
        rows = self.rows(f"""with up as (select dst as a, sum(m) as u from transfer where {WINDOW} group by dst),
            flows as (select src, dst, m from transfer where {WINDOW} union all select src, dst, m from withdraw where {WINDOW}),
            f as (select flows.* from flows left join up on a = src where m::hugeint * 1000000 > $ppm * coalesce(u, 0)),
            l1 as (select distinct dst as a from deposit where src = $id and {WINDOW}),
            l2 as (select distinct dst as a from f where src in (from l1) and dst not in (from l1)),
            l3 as (select distinct dst as a from f where src in (from l2) and dst not in (from l1) and dst not in (from l2)),
            near as (select a, 2 as d from l1 union all select a, 3 from l2 union all select a, 4 from l3)
            select dst, min(d), sum(m)::bigint from f join near on a = src group by dst""",
            p, id=p["id"], ppm=int(p["threshold"] * 10**6))  # fmt: skip
        found = sorted((-d, -half_up(Fraction(fen, whole[0][0])), id_) for id_, d, fen in rows)
        return [{"dstId": str(id_), "ratio": -r, "minDistanceFromLoan": -d} for d, r, id_ in found]

    def tcr9(self, p: Params) -> Any:
        over = int(p["threshold"] * 100)
        sums = [f"(select coalesce(sum(m), 0)::bigint from {kind} where {end} = $id and m > $over and {WINDOW})"
                for kind, end in (("deposit", "dst"), ("repay", "src"), ("transfer", "dst"), ("transfer", "src"))]  # fmt: skip
        ((deposits, repaid, came, went),) = self.rows(f"select {', '.join(sums)}", p, id=p["id"], over=over)
        return {"ratioRepay": share(deposits, repaid), "ratioDeposit": share(deposits, went), "ratioTransfer": share(came, went)}

    def tcr10(self, p: Params) -> Any:
        ((both, either),) = self.rows(f"""with i as (select distinct src, dst from invest where {WINDOW} and src in ($one, $two)),
            one as (select dst from i where src = $one), two as (select dst from i where src = $two)
            select (select count(*) from one where dst in (from two)), (select count(distinct dst) from i)""",
            p, one=p["pid1"], two=p["pid2"])  # fmt: skip
        return {"jaccardSimilarity": half_up(Fraction(both, either)) if either else 0.0}

    def tcr11(self, p: Params) -> Any:
        ((total, count),) = self.rows(CHAIN, p, id=p["id"])
        return {"sumLoanAmount": int(total) / 100, "numLoans": count}

    def tcr12(self, p: Params) -> Any:
        rows = self.rows(f"""select dst, sum(m) s from transfer where {WINDOW}
            and src in (select dst from person_owns where src = $id) and dst in (select dst from company_owns)
            group by dst order by s desc, dst""", p, id=p["id"])
        return [{"compAccountId": str(o), "sumEdge2Amount": int(s) / 100} for o, s in rows]

    def write(self, p: Params, table: str, node_kind: str, found: Any) -> Any:
        """In one transaction: add the edge, look for the pattern, roll back where it is there."""
        ends = [p["srcId"], p["dstId"]]
        if self.blocked & {(node_kind, end) for end in ends}:
            return told("aborted-blocked")
        self.connection.begin()
        self.connection.execute(f"insert into {table} values (?, ?, ?, ?)",
                                [*ends, p["time"] * 1000, int(p.get("amount", 0) * 100)])  # fmt: skip
        pattern, closing = found(*ends)
        if not pattern:
            self.connection.commit()
            return told("committed")
        self.connection.rollback()
        self.blocked |= {(node_kind, end) for end in ends}
        return told(pattern, [str(end) for end in ends], closing)

    def trw1(self, p: Params) -> Any:
        def found(src: int, dst: int) -> Any:
            closing = sorted(o for o, *_ in self.rows(f"with {TRIANGLE}", p, src=src, dst=dst))
            return "aborted-cycle" if closing else None, [str(o) for o in closing]

        return self.write(p, "transfer", "account", found)

    def trw2(self, p: Params) -> Any:
        def found(*ends: int) -> Any:
            for end in ends:
                *_, came, went = self.sides(end, int(p["amountThreshold"] * 100), p)
                if went and came > p["ratioThreshold"] * went:
                    return "aborted-ratio", []
            return None, []

        return self.write(p, "transfer", "account", found)

    def trw3(self, p: Params) -> Any:
        def found(src: int, dst: int) -> Any:
            ((total, _),) = self.rows(CHAIN, p, id=src)
            return ("aborted-guarantee" if total > p["threshold"] * 100 else None), []

        return self.write(p, "guarantee", "person", found)
