"""FIN-1, FIN-2: transfer loops in LDBC FinBench data, ``LoopIndex`` against a plain networkx enumeration of the same rule.

``python -m benchmarks.finbench_loops [--data DIR ...] [--small]``, DIR a FinBench directory (default: those in
``/work/shared/data``, else the slice in ``tests/data``). A loop is a simple cycle of 3 to 6 accounts with strictly
increasing times, at most 10 days from first to last, one for each closing transfer and sequence of accounts: the latest.
In FIN-1 each hop moves 80 to 100 % of the one before (FLOW-01). FinBench draws its amounts independently, so that such
a loop hardly ever occurs; FIN-2 therefore asks for the same loops with all amounts made equal.

Reading the files is not timed. Both search every transfer, and must find the same loops.
"""

import argparse
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from chuantou.graph.loops import LoopIndex
from chuantou.graph.world import LOOP_KEEP_PPM, LOOP_WINDOW_US
from chuantou.schemas.adapters import finbench

MAX_HOPS = 6
PPM = 1_000_000
SHARED = Path("/work/shared/data")
SLICE = Path(__file__).parents[1] / "tests" / "data" / "finbench"


class Move(NamedTuple):
    """One transfer; ``blocked`` where payer or payee is a bank's internal account: money does not keep its way there."""

    time: int
    payer: str
    payee: str
    fen: int
    blocked: bool


def moves_of(events: Iterable[dict[str, Any]]) -> list[Move]:
    """The transfers among FinBench's contract events, in booking order: time, source, event id."""
    internal: set[str] = set()
    keyed = []
    for event in events:
        if event["stream"] == "acct.events" and event.get("role") == "BANK_INTERNAL":
            internal.add(event["account"])
        elif event["stream"] == "clr.transfers":
            payer, payee = event["debtor_account"], event["creditor_account"]
            move = Move(event["event_time"], payer, payee, event["amount_fen"], payer in internal or payee in internal)
            keyed.append(((event["event_time"], event["source_id"], event["event_id"]), move))
    return [move for _, move in sorted(keyed)]


def networkx_loops(moves: list[Move]) -> set[tuple[int, ...]]:
    """Rows of each loop in order of payment: all simple paths of the last 10 days from payee to payer, then the rule."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    inside: deque[int] = deque()
    found: set[tuple[int, ...]] = set()
    for row, move in enumerate(moves):
        while inside and moves[inside[0]].time < move.time - LOOP_WINDOW_US:
            old = inside.popleft()
            graph.remove_edge(moves[old].payer, moves[old].payee, key=old)
        if move.blocked or move.payer == move.payee:
            continue
        found.update(closed_by(row, moves, graph))
        graph.add_edge(move.payer, move.payee, key=row)
        inside.append(row)
    return found


def closed_by(row: int, moves: list[Move], graph: nx.MultiDiGraph) -> Iterator[tuple[int, ...]]:
    payer, payee = moves[row].payer, moves[row].payee
    if not (graph.has_node(payer) and graph.has_node(payee)):
        return
    latest: dict[tuple[str, ...], tuple[int, ...]] = defaultdict(tuple)  # accounts -> rows, from the closing one back
    for path in nx.all_simple_edge_paths(graph, payee, payer, cutoff=MAX_HOPS - 1):
        rows = (*(key for _, _, key in path), row)
        if len(rows) >= 3 and all(follows(moves[before], moves[after]) for before, after in pairwise(rows)):
            accounts = tuple(moves[hop].payer for hop in rows)
            latest[accounts] = max(latest[accounts], rows[::-1])
    yield from (rows[::-1] for rows in latest.values())


def follows(before: Move, after: Move) -> bool:
    return before.time < after.time and LOOP_KEEP_PPM * before.fen <= PPM * after.fen <= PPM * before.fen


class Columns(NamedTuple):
    """What ``LoopIndex.push`` takes."""

    time: np.ndarray
    payer: np.ndarray
    payee: np.ndarray
    fen: np.ndarray
    row: np.ndarray
    blocked: np.ndarray


def columns_of(moves: list[Move]) -> Columns:
    numbers: dict[str, int] = {}
    times, payers, payees, fen, blocked = zip(*moves)
    return Columns(
        np.array(times, np.int64),
        *(np.array([numbers.setdefault(account, len(numbers)) for account in end], np.int32) for end in (payers, payees)),
        np.array(fen, np.int64), np.arange(len(moves)), np.array(blocked, np.bool_),
    )  # fmt: skip


def ours(columns: Columns) -> set[tuple[int, ...]]:
    index = LoopIndex(LOOP_WINDOW_US, LOOP_KEEP_PPM, MAX_HOPS)
    found = {loop.rows for loop in index.push(*columns)}
    if index.truncated:
        raise SystemExit(f"{index.truncated} searches met their bound: the loops are not all")
    return found


def compare(scenario: str, name: str, moves: list[Move]) -> None:
    columns = columns_of(moves)
    ours(columns)  # loads the kernel
    start = time.perf_counter()
    found = ours(columns)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    expected = networkx_loops(moves)
    peer_seconds = time.perf_counter() - start
    if found != expected:
        raise SystemExit(f"{scenario} {name}: networkx finds {len(expected)} loops, we {len(found)}")
    n = len(moves)
    print(
        f"{scenario} {name}: {n:,} transfers, {len(found):,} loops  {n / seconds / 1e6:6.2f} M transfers/s;  "
        f"networkx {n / peer_seconds / 1e6:7.4f} M transfers/s, ratio {peer_seconds / seconds:,.0f}",
        flush=True,
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="*", help="FinBench directories")
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    shared = [place for place in (SHARED / "finbench", SHARED / "finbench-sf0.3") if place.exists()]
    for directory in [SLICE] if options.small else options.data or shared or [SLICE]:
        moves = moves_of(finbench.read(directory))
        compare("FIN-1", directory.name, moves)
        compare("FIN-2", f"{directory.name}, equal amounts", [move._replace(fen=1) for move in moves])


if __name__ == "__main__":
    main()
