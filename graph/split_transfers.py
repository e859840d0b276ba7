"""Split transfers put together again: n transfers from one account to another inside a span count as one edge (catalogue §3.7).

A filter before a search over amounts: `cycles.find_loops` then sees what was moved, not the pieces in which it was.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Merged(NamedTuple):
    """Edges in time order; ``rows`` of edge *i* are ``members[first[i] : first[i + 1]]``, ascending."""

    src: NDArray[np.int64]
    dst: NDArray[np.int64]
    time: NDArray[np.int64]
    amount: NDArray[np.int64]
    first: NDArray[np.int64]
    members: NDArray[np.int64]

    def rows(self, edge: int) -> list[int]:
        """The transfers that edge stands for."""
        return self.members[self.first[edge] : self.first[edge + 1]].tolist()


def merge_splits(src: ArrayLike, dst: ArrayLike, time: ArrayLike, amount: ArrayLike, span: int) -> Merged:
    """int64[n] transfers in time order → edges: from the first transfer of a pair, all within ``span`` after it are one.

    The edge carries the sum, at the time of its last transfer: only then is all of it there to be paid on. Edges of one time
    keep the order of their last transfers. ValueError for columns of unequal length, times that go backwards, amounts below 0
    or a sum past int64.

    >>> merged = merge_splits([1, 1, 2], [2, 2, 1], [0, 5, 9], [40, 50, 90], span=24)
    >>> merged.amount.tolist(), merged.time.tolist(), merged.rows(0)
    ([90, 90], [5, 9], [0, 1])
    """
    columns = [np.asarray(column, np.int64) for column in (src, dst, time, amount)]
    if len({len(column) for column in columns}) > 1:
        raise ValueError("src, dst, time and amount must have one entry a transfer")
    payer, payee, when, fen = columns
    if np.any(np.diff(when) < 0):
        raise ValueError(f"row {int(np.argmax(np.diff(when) < 0)) + 1}: time goes backwards")
    if np.any(fen < 0):
        raise ValueError(f"row {int(np.argmax(fen < 0))}: a negative amount")
    if len(fen) and int(fen.astype(object).sum()) >= 2**63:
        raise ValueError("the amounts add up past int64")
    open_edge: dict[tuple[int, int], tuple[int, int]] = {}  # pair -> (edge, its first time)
    members: list[list[int]] = []
    for row, (a, b, t) in enumerate(zip(payer.tolist(), payee.tolist(), when.tolist())):
        edge, begun = open_edge.get((a, b), (-1, 0))
        if edge < 0 or t > begun + span:
            edge = len(members)
            open_edge[a, b] = edge, t
            members.append([])
        members[edge].append(row)
    order = sorted(range(len(members)), key=lambda e: members[e][-1])
    last = np.array([members[e][-1] for e in order], np.int64)
    flat = np.array([row for e in order for row in members[e]], np.int64)
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum([len(members[e]) for e in order]))).astype(np.int64)
    total = np.add.reduceat(fen[flat], first[:-1]) if len(flat) else flat
    return Merged(payer[last], payee[last], when[last], total, first, flat)
