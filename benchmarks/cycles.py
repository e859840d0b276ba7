"""CYC-1, CYC-2, CYC-3: temporal cycles of up to 6 accounts closed by each transfer, against networkx and IBM's GFP.

``python -m benchmarks.cycles [--data DIR] [--small]``, DIR (by default ../shared/data/snap) with SNAP files
(``CollegeMsg.txt.gz`` …), else generated transfers. Ours counts the whole file, numbering of accounts included. The peer of
CYC-1, ``networkx.all_simple_paths`` from payee to payer over the transfers of the window and a check of their times, counts
the first transfers, and the ratio is of that part. CYC-2 is the whole file against snapml's GraphFeaturePreprocessor, fed edge
by edge, where it is installed (group ``bench``). Peers must give the same counts. CYC-3 is what parallel transfers cost:
CollegeMsg in windows of a week, as it is and with one transfer a pair and week, µs an edge.
"""

import argparse
import importlib.util
import random
import time
from bisect import bisect_right
from collections import deque
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np

from chuantou.console.loops import read_transfers
from chuantou.graph.cycles import find_cycles

MAX_HOPS = 6
PEER_EDGES = 2_000
RUNS = 3
HOUR = 3_600
SCENARIOS = [  # file, window in seconds
    ("CollegeMsg.txt.gz", HOUR),
    ("CollegeMsg.txt.gz", 24 * HOUR),
    ("email-Eu-core-temporal.txt.gz", 4 * HOUR),
    ("sx-mathoverflow.txt.gz", 24 * HOUR),
    ("sx-mathoverflow.txt.gz", 72 * HOUR),
    ("soc-sign-bitcoinotc.csv.gz", 168 * HOUR),
]

SHARED = Path(__file__).parents[2] / "shared" / "data" / "snap"
WEEK = 168 * HOUR

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def networkx_counts(src: list[int], dst: list[int], times: list[int], window: int) -> np.ndarray:
    counts = np.zeros((len(src), MAX_HOPS + 1), np.int64)
    graph, inside = nx.DiGraph(), deque()
    for row, (payer, payee, now) in enumerate(zip(src, dst, times)):
        while inside and inside[0][2] < now - window:
            u, v, _ = inside.popleft()
            graph[u][v]["times"].pop(0)
            if not graph[u][v]["times"]:
                graph.remove_edge(u, v)
        if payer == payee:
            continue
        if graph.has_node(payee) and graph.has_node(payer):
            for path in nx.all_simple_paths(graph, payee, payer, cutoff=MAX_HOPS - 1):
                counts[row, len(path)] += increases(graph, path, now)
        if not graph.has_edge(payer, payee):
            graph.add_edge(payer, payee, times=[])
        graph[payer][payee]["times"].append(now)
        inside.append((payer, payee, now))
    return counts


def increases(graph: nx.DiGraph, path: list[int], now: int) -> bool:
    """Whether money can go along the path before ``now``: each time the earliest transfer after the one before."""
    arrived = graph[path[0]][path[1]]["times"][0]
    for payer, payee in pairwise(path[1:]):
        times = graph[payer][payee]["times"]
        later = bisect_right(times, arrived)
        if later == len(times):
            return False
        arrived = times[later]
    return arrived < now


def generated(n: int = 200_000, accounts: int = 20_000, seed: int = 1) -> Columns:
    """Payments with a few busy accounts, half of them answering an earlier one: about four a second."""
    rng = random.Random(seed)
    rows: list[tuple[int, int]] = []
    for _ in range(n):
        if rows and rng.random() < 0.5:
            payer = rows[-rng.randrange(1, min(len(rows), 500) + 1)][1]
        else:
            payer = int(accounts * rng.random() ** 3)
        rows.append((payer, int(accounts * rng.random() ** 3)))
    pairs = np.array(rows, np.int64)
    return pairs[:, 0].copy(), pairs[:, 1].copy(), np.arange(n, dtype=np.int64) // 4


def from_file(path: Path) -> Columns:
    table = read_transfers(path, with_amounts=False)
    order = np.argsort(table.time, kind="stable")
    return table.src[order], table.dst[order], table.time[order]


def seconds_of(columns: Columns, window: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        find_cycles(*columns, window, MAX_HOPS)
        return time.perf_counter() - start

    return min(once() for _ in range(RUNS))


def compare(name: str, columns: Columns, window: int) -> None:
    seconds = seconds_of(columns, window)
    total = find_cycles(*columns, window, MAX_HOPS).counts.sum()
    head: Columns = tuple(column[:PEER_EDGES] for column in columns)
    start = time.perf_counter()
    expected = networkx_counts(*(column.tolist() for column in head), window)
    peer_seconds = time.perf_counter() - start
    if not np.array_equal(find_cycles(*head, window, MAX_HOPS).counts, expected):
        raise SystemExit(f"{name}: networkx counts otherwise")
    n = len(columns[0])
    ratio = peer_seconds / seconds_of(head, window)
    peer_rate = len(head[0]) / peer_seconds / 1e6
    print(
        f"CYC-1 {name:32} window {window:7,} s  {n:9,} edges {total:9,} cycles  {n / seconds / 1e6:6.2f} M edges/s;  "
        f"first {len(head[0]):,}: networkx {peer_rate:7.4f} M edges/s, {ratio:,.0f} times slower",
        flush=True,
    )


def compare_gfp(name: str, columns: Columns, window: int) -> None:
    if importlib.util.find_spec("snapml") is None:
        print(f"CYC-2 {name:32} snapml is not installed (uv sync --group bench)")
        return
    from benchmarks.peers.gfp import cycle_counts

    theirs, peer_seconds = cycle_counts(*columns, window)
    ours = find_cycles(*columns, window, MAX_HOPS).counts
    if not np.array_equal(ours[:, 2 : MAX_HOPS + 1], theirs[:, 2 : MAX_HOPS + 1]):
        at = int(np.flatnonzero((ours[:, 2:7] != theirs[:, 2:7]).any(axis=1))[0])
        raise SystemExit(f"{name}: GFP counts otherwise at edge {at}: {theirs[at].tolist()}, we {ours[at].tolist()}")
    seconds = seconds_of(columns, window)
    print(f"CYC-2 {name:32} window {window:7,} s  {len(columns[0]):9,} edges  GFP {peer_seconds:.2f} s edge by edge, "
          f"{peer_seconds / seconds:,.0f} times slower", flush=True)  # fmt: skip


def parallels(columns: Columns) -> None:
    """CYC-3."""
    last: dict[tuple[int, int], int] = {}
    kept = np.zeros(len(columns[0]), np.bool_)
    for i, (u, v, now) in enumerate(zip(*(column.tolist() for column in columns))):
        kept[i] = last.get((u, v), -(1 << 60)) < now - WEEK
        if kept[i]:
            last[u, v] = now
    thin: Columns = tuple(column[kept] for column in columns)
    whole, without = (seconds_of(some, WEEK) / len(some[0]) * 1e6 for some in (columns, thin))
    n = len(thin[0])
    print(f"CYC-3 {len(columns[0]):,} edges {whole:.2f} us an edge, {n:,} without parallels {without:.2f} us", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED, help="directory of SNAP files")
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    if options.small:
        tiny = generated(n=400, accounts=200)
        compare("generated", tiny, HOUR)
        compare_gfp("generated", (*tiny[:2], np.arange(len(tiny[0]))), HOUR)  # GFP takes equal times for an order
        parallels(tiny)
        return
    data = options.data
    scenarios = [(name, window) for name, window in SCENARIOS if (data / name).exists()]
    if not scenarios:
        compare("generated", generated(), HOUR)
    for name, window in scenarios:
        columns = from_file(data / name)
        compare(name, columns, window)
        compare_gfp(name, columns, window)
    if scenarios:
        parallels(from_file(data / SCENARIOS[0][0]))


if __name__ == "__main__":
    main()
