"""Plain twin of ``graph/kernels/windows.py``: every window counted again from all transfers, at every instant."""

from collections.abc import Sequence
from typing import NamedTuple


class Move(NamedTuple):
    time: int
    payer: int
    payee: int
    fen: int
    counts: bool = True
    plain: bool = True

    @property
    def moves_money(self) -> bool:
        return self.counts and self.payer != self.payee


class Seen(NamedTuple):
    """One side of one window of one account."""

    count: int
    others: int
    fen: int


def inside(moves: Sequence[Move], now: int, length: int) -> list[Move]:
    return [m for m in moves if m.moves_money and now - length <= m.time <= now]


def side(moves: Sequence[Move], account: int, out: bool, now: int, length: int) -> Seen:
    mine = [m for m in inside(moves, now, length) if (m.payer if out else m.payee) == account]
    others = {m.payee if out else m.payer for m in mine if m.plain}
    return Seen(len(mine), len(others), sum(m.fen for m in mine))


def passed_by_credit(moves: Sequence[Move], account: int, horizon: int) -> dict[int, int]:
    """Fen of each credit (by its number) that plain debits took within ``horizon``, oldest credit first."""
    passed: dict[int, int] = {}
    for number, move in enumerate(moves):
        if not move.moves_money:
            continue
        if move.payee == account:
            passed[number] = 0
        elif move.payer == account and move.plain:
            need = move.fen
            for credit in passed:
                if move.time - moves[credit].time <= horizon:
                    taken = min(need, moves[credit].fen - passed[credit])
                    passed[credit] += taken
                    need -= taken
    return passed


def passed(moves: Sequence[Move], account: int, now: int, length: int, horizon: int) -> int:
    by_credit = passed_by_credit(moves, account, horizon)
    return sum(fen for credit, fen in by_credit.items() if now - length <= moves[credit].time)


def pieces_held(moves: Sequence[Move], account: int) -> list[tuple[int, int]]:
    """(µs held, fen) of every piece of money paid on, first in first out; what never came in is not held."""
    queue: list[list[int]] = []
    pieces = []
    for move in moves:
        if not move.moves_money:
            continue
        if move.payee == account:
            queue.append([move.time, move.fen])
        elif move.payer == account:
            need = move.fen
            while need and queue:
                taken = min(need, queue[0][1])
                pieces.append((move.time - queue[0][0], taken))
                queue[0][1] -= taken
                need -= taken
                if not queue[0][1]:
                    queue.pop(0)
    return pieces


def median_held(pieces: Sequence[tuple[int, int]]) -> int | None:
    """The age at which half of the fen is reached."""
    total, running = sum(fen for _, fen in pieces), 0
    for age, fen in sorted(pieces):
        running += fen
        if 2 * running >= total:
            return age
    return None


def most_matched(credits: Sequence[tuple[int, int]], debits: Sequence[tuple[int, int]], horizon: int) -> int:
    """Maximum flow from credits to debits at most ``horizon`` later, by augmenting paths over the bipartite graph."""
    left, right = [fen for _, fen in credits], [fen for _, fen in debits]
    flow = [[0] * len(debits) for _ in credits]

    def allowed(c: int, d: int) -> bool:
        return 0 <= debits[d][0] - credits[c][0] <= horizon

    def augment(c: int, want: int, seen: set[int]) -> int:
        for d in range(len(debits)):
            if not allowed(c, d) or d in seen:
                continue
            seen.add(d)
            if right[d]:
                sent = min(want, right[d])
                right[d] -= sent
                flow[c][d] += sent
                return sent
            for other in range(len(credits)):
                if flow[other][d]:
                    sent = augment(other, min(want, flow[other][d]), seen)
                    if sent:
                        flow[other][d] -= sent
                        flow[c][d] += sent
                        return sent
        return 0

    total = 0
    for c in range(len(credits)):
        while left[c]:
            sent = augment(c, left[c], set())
            if not sent:
                break
            left[c] -= sent
            total += sent
    return total
