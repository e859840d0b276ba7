"""Plain twins of the searches over timed edges: lists of (source, target, time, amount), nothing but loops."""

from collections.abc import Iterable

Edge = tuple[int, int, int, int]
Scope = tuple[int, int, int]  # after, before, limit: newest so many, oldest if negative, all if 0


def inside(edges: Iterable[Edge], scope: Scope, end: int) -> list[Edge]:
    """Edges that the scope keeps for each account at ``end`` (0: payer, 1: payee)."""
    after, before, limit = scope
    by_account: dict[int, list[Edge]] = {}
    for edge in edges:
        if after < edge[2] < before:
            by_account.setdefault(edge[end], []).append(edge)
    kept = []
    for account in sorted(by_account):
        mine = sorted(by_account[account], key=lambda e: (e[2], e[1 - end], e[3]))
        kept += mine[-limit:] if limit > 0 else mine[: -limit or None]
    return kept


def cut(edges: Iterable[Edge], scope: Scope, end: int) -> bool:
    """Whether the limit drops any edge of any account."""
    edges = list(edges)
    return len(inside(edges, scope, end)) < len(inside(edges, (*scope[:2], 0), end))


def shortest_path(edges: list[Edge], source: int, target: int, scope: Scope) -> int:
    kept, level, met, distance = inside(edges, scope, 0), {source}, {source}, 0
    while level:
        if target in level:
            return distance
        level = {b for a, b, *_ in kept if a in level} - met
        met |= level
        distance += 1
    return -1


def reached_from(edges: list[Edge], source: int, scope: Scope) -> list[int]:
    kept, met = inside(edges, scope, 0), {source}
    while more := {b for a, b, *_ in kept if a in met} - met:
        met |= more
    return sorted(met - {source})


def rising_reach(
    edges: list[Edge], sources: list[int], scope: Scope, max_hops: int, upstream: bool
) -> set[tuple[int, int, int]]:
    """(account, hops, best instant), from every walk there is."""
    kept = inside(edges, scope, 1 if upstream else 0)
    edges = [(b, a, -time, amount) for a, b, time, amount in kept] if upstream else kept
    level: set[tuple[int, int | None]] = {(source, None) for source in sources}
    found = set()
    for hops in range(1, max_hops + 1):
        level = {(b, time) for account, last in level for a, b, time, _ in edges
                 if a == account and (last is None or time > last)}  # fmt: skip
        for account in {account for account, _ in level}:
            best = min(time for other, time in level if other == account and time is not None)
            found.add((account, hops, -best if upstream else best))
    return found


def rising_walks(edges: list[Edge], source: int, scope: Scope, max_hops: int) -> set[tuple[int, ...]]:
    """Sequences of accounts, none twice."""
    kept, found = inside(edges, scope, 0), set()
    walks: set[tuple[tuple[int, ...], int | None]] = {((source,), None)}
    for _ in range(max_hops):
        walks = {((*walk, b), time) for walk, last in walks for a, b, time, _ in kept
                 if a == walk[-1] and b not in walk and (last is None or time > last)}  # fmt: skip
        found |= {walk for walk, _ in walks}
    return found


def sums(edges: list[Edge], account: int, scope: Scope, incoming: bool, over: int) -> dict[int, tuple[int, int, int]]:
    """Other end -> count, sum, largest."""
    near = 1 if incoming else 0
    amounts: dict[int, list[int]] = {}
    for edge in inside(edges, scope, near):
        if edge[near] == account and edge[3] > over:
            amounts.setdefault(edge[1 - near], []).append(edge[3])
    return {other: (len(found), sum(found), max(found)) for other, found in amounts.items()}


def share_trace(
    flows: list[Edge], transfers: list[Edge], starts: set[int], ppm: int, scope: Scope, steps: int
) -> set[tuple[int, int, int]]:
    """(account, inflow, distance)."""
    kept, unlimited = inside(flows, scope, 0), inside(transfers, (*scope[:2], 0), 1)
    level, followed = set(starts), set(starts)
    inflow: dict[int, int] = {}
    distance: dict[int, int] = {}
    for step in range(steps):
        reached = set()
        for a, b, _, amount in kept:
            upstream = sum(e[3] for e in unlimited if e[1] == a)
            if a in level and amount * 10**6 > ppm * upstream:
                inflow[b] = inflow.get(b, 0) + amount
                distance.setdefault(b, step + 2)
                reached.add(b)
        level = reached - followed
        followed |= level
    return {(account, inflow[account], distance[account]) for account in inflow}
