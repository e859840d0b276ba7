"""FinBench's tables as our graph: every kind of edge as `TimedEdges` over the numbers of one space of nodes."""

from typing import NamedTuple

import numpy as np

from benchmarks.finbench.data import EDGES, Edge, Node, Tables
from chuantou.graph.edges import TimedEdges


class Loan(NamedTuple):
    """Amount and balance in fen."""

    amount: int
    balance: int


class FinBench:
    """Nodes by number: ``ids``, ``blocked``, media, loans, what a person owns; ``edges[kind]``, ``flows`` = transfers and
    withdrawals. Numbers follow (kind, id), so that nothing depends on the order of rows; nodes that writes name come after.
    """

    def __init__(self, tables: Tables) -> None:
        ends = {kind: (files.source[0], files.target[0]) for kind, files in EDGES.items()}
        nodes = set(tables.nodes)
        nodes |= {("loan", loan) for loan in tables.loan_amount} | {("medium", medium) for medium in tables.medium_type}
        for kind, (source, target) in ends.items():
            for a, b, *_ in tables.edges.get(kind, []):
                nodes |= {(source, a), (target, b)}
        ordered = sorted(nodes)
        self.ids = [id_ for _, id_ in ordered]
        self.numbers: dict[Node, int] = {node: number for number, node in enumerate(ordered)}
        self.blocked = {self.numbers[node] for node in tables.blocked if node in self.numbers}
        self.medium_type = {self.numbers["medium", id_]: kind for id_, kind in tables.medium_type.items()}
        self.loans = {self.numbers["loan", id_]: Loan(amount, tables.loan_balance.get(id_, 0))
                      for id_, amount in tables.loan_amount.items()}  # fmt: skip
        rows = {kind: self._numbered(tables.edges.get(kind, []), *ends[kind]) for kind in EDGES}
        self.edges = {kind: TimedEdges.of(len(ordered), *columns) for kind, columns in rows.items()}
        self.flows = TimedEdges.of(len(ordered), *np.concatenate((rows["transfer"], rows["withdraw"]), axis=1))
        self.owned, self.applied = (_targets(rows[kind]) for kind in ("person_owns", "apply"))
        self.company_accounts = frozenset(rows["company_owns"][1].tolist())

    def _numbered(self, edges: list[Edge], source: str, target: str) -> np.ndarray:
        """int64[4, m]: source, target, time, amount."""
        rows = [(self.numbers[source, a], self.numbers[target, b], time, fen) for a, b, time, fen in edges]
        return np.array(rows, np.int64).reshape(-1, 4).T

    def number(self, kind: str, id_: int) -> int | None:
        """The node of this kind and id, or None."""
        return self.numbers.get((kind, id_))

    def accounts_of(self, person: int) -> list[int]:
        """Numbers of the accounts that the person with this id owns."""
        return self.owned.get(self.numbers.get(("person", person), -1), [])

    def named(self, kind: str, id_: int) -> int:
        """The node of this kind and id, a new one if nothing has named it before."""
        number = self.numbers.setdefault((kind, id_), len(self.ids))
        if number == len(self.ids):
            self.ids.append(id_)
            for edges in (*self.edges.values(), self.flows):
                edges.grow(len(self.ids))
        return number


def _targets(rows: np.ndarray) -> dict[int, list[int]]:
    """The distinct targets of each source, in order."""
    found: dict[int, set[int]] = {}
    for source, target in zip(rows[0].tolist(), rows[1].tolist()):
        found.setdefault(source, set()).add(target)
    return {source: sorted(targets) for source, targets in found.items()}
