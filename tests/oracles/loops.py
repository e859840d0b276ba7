"""Plain twin of ``graph/kernels/loops.py``: every chain of transfers that comes back, by brute force."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

PPM = 1_000_000
LEAST_ACCOUNTS = 3


class Move(NamedTuple):
    time: int
    payer: int
    payee: int
    fen: int
    blocked: bool = False

    @property
    def counts(self) -> bool:
        return not self.blocked and self.payer != self.payee


def follows(before: Move, after: Move, keep_ppm: int) -> bool:
    """Whether ``after`` can be the hop behind ``before``: later, from its payee, and between ``keep`` and once of it."""
    passes_on = before.payee == after.payer and before.time < after.time
    return passes_on and keep_ppm * before.fen <= after.fen * PPM <= before.fen * PPM


def chains(moves: Sequence[Move], last: int, window: int, keep_ppm: int, max_hops: int) -> Iterator[tuple[int, ...]]:
    """Rows of every simple loop that move ``last`` closes, in order of payment."""
    if not moves[last].counts:
        return
    todo = [(last,)]
    while todo:
        rows = todo.pop()
        first = moves[rows[0]]
        between = [moves[row].payer for row in rows]
        for row in range(last):
            move = moves[row]
            if not move.counts or move.time < moves[last].time - window or not follows(move, first, keep_ppm):
                continue
            if move.payer == moves[last].payee:
                if len(rows) + 1 >= LEAST_ACCOUNTS:
                    yield (row, *rows)
            elif move.payer not in between and len(rows) + 2 <= max_hops:
                todo.append((row, *rows))


def loops(moves: Sequence[Move], window: int, keep_ppm: int, max_hops: int) -> list[tuple[int, ...]]:
    """For each move and each sequence of accounts: of all chains the one whose rows, read from the last back, are largest."""
    out = []
    for last in range(len(moves)):
        latest: dict[tuple[int, ...], tuple[int, ...]] = {}
        for rows in chains(moves, last, window, keep_ppm, max_hops):
            accounts = tuple(moves[row].payer for row in rows)
            latest[accounts] = max(latest.get(accounts, rows), rows, key=lambda found: found[::-1])
        out.extend(sorted(latest.values()))
    return out
