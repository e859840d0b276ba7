"""FBR-1 … FBR-12 and FBR-13 (TRW1): p50 and p99 of each read over parameter sets drawn from the data, beside the peers.

Every answer of a peer must equal ours. Peers are asked for fewer sets: they are slow.
"""

import json
import platform
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.finbench.data import EDGES, FinBench
from benchmarks.finbench.peers import ASKED, CUTS, Duck, Networkx
from benchmarks.finbench.reads import READS
from benchmarks.finbench.writes import WRITES

SEED = 2016
PEER_SETS = 20
WINDOW_MS = 2 * 365 * 86_400_000


def draw(data: FinBench, read: str, sets: int) -> list[dict[str, Any]]:
    """Seeded parameters: accounts, persons and loans drawn by their edges, windows of two years."""
    rng = np.random.default_rng(SEED)
    side, ids = data.edges["transfer"].outgoing, data.nodes.ids
    edge, incoming = {"TCR2": ("person_owns", False), "TCR5": ("person_owns", False), "TCR12": ("person_owns", False),
                      "TCR8": ("deposit", False), "TCR6": ("withdraw", True), "TCR10": ("invest", False),
                      "TCR11": ("guarantee", False), "TCR7": ("transfer", True)}.get(read, ("transfer", False))  # fmt: skip
    of = data.edges[edge].incoming if incoming else data.edges[edge].outgoing
    ends = np.repeat(np.arange(len(of.offsets) - 1), np.diff(of.offsets))  # by edge: who has many is asked often
    payers = np.repeat(np.arange(len(side.offsets) - 1), np.diff(side.offsets))
    first, last = int(side.time.min()), int(side.time.max())
    out = []
    for _ in range(sets):
        begin = int(rng.integers(first, max(first + 1, last - WINDOW_MS)))
        src = int(rng.choice(payers))
        dst = int(rng.choice(side.neighbour[side.offsets[src] : side.offsets[src + 1]]))
        one, two = int(rng.choice(ends)), int(rng.choice(ends))
        pair = (src, dst) if read in ("TCR3", "TCR4", "TRW1") else (one, two)
        out.append({
            "id": ids[one], "id1": ids[pair[0]], "id2": ids[pair[1]], "srcId": ids[pair[0]], "dstId": ids[pair[1]],
            "threshold": "0.1" if read == "TCR8" else "1000", "threshold1": "1000", "threshold2": "1000", "amount": "100.00",
            "time": begin + WINDOW_MS // 2, "startTime": begin, "endTime": begin + WINDOW_MS,
        })  # fmt: skip
    return out


def timed(ask: Callable[[dict[str, Any]], Any], sets: list[dict[str, Any]]) -> tuple[list[Any], np.ndarray]:
    answers, seconds = [], []
    for p in sets:
        begun = time.perf_counter()
        answers.append(ask(p))
        seconds.append(time.perf_counter() - begun)
    return answers, np.array(seconds) * 1e3


def measure(root: Path, sets: int, small: bool, out: Path | None) -> None:
    """Prints a table and writes it to ``out`` as JSON. SystemExit when an answer of a peer differs."""
    if small:
        with tempfile.TemporaryDirectory() as scratch:
            return _measure(FinBench(tiny(Path(scratch))), 5, 2, out)
    return _measure(FinBench(root), sets, PEER_SETS, out)


def tiny(root: Path) -> Path:
    """A generated set of a few hundred edges, as FinBench writes it."""
    rng = np.random.default_rng(SEED)
    for stem, _, (source, target), _ in EDGES.values():
        rows = rng.integers(1, 40, (200, 2)) * 10, rng.integers(100, 10**6, 200), rng.integers(0, 4 * WINDOW_MS, 200)
        lines = [f"{a}|{b}|{m / 100:.2f}|{t}" for (a, b), m, t in zip(*(column.tolist() for column in rows))]
        (root / f"{stem}.csv").write_text("\n".join([f"{source}|{target}|amount|createTime", *lines, ""]))
    loans = [f"{loan * 10}|{loan * 1000}.00|1.00" for loan in range(1, 40)]
    (root / "Loan.csv").write_text("\n".join(["loanId|loanAmount|balance", *loans, ""]))
    return root


def _measure(data: FinBench, sets: int, peer_sets: int, out: Path | None) -> None:
    graph, tables = Networkx(data), Duck(data)
    rows = []
    for number, read in enumerate([*READS, "TRW1"], start=1):
        ask = partial((READS | WRITES)[read][0], data)
        drawn = draw(data, read, sets)
        blocked = set(data.blocked)
        timed(ask, drawn[:2])
        data.blocked = set(blocked)
        ours, ms = timed(ask, drawn)
        data.blocked = blocked
        p50, p99 = np.percentile(ms, [50, 99]).tolist()
        row: dict[str, Any] = {"id": f"FBR-{number}", "read": read, "p50_ms": p50, "p99_ms": p99}
        for name, peer, known in (("networkx", graph, CUTS), ("duckdb", tables, ASKED)):
            if read in known:
                theirs, peer_ms = timed(partial(peer.ask, read), drawn[:peer_sets])
                if theirs != ours[: len(theirs)]:
                    at = next(i for i, answer in enumerate(theirs) if answer != ours[i])
                    raise SystemExit(f"{read}: {name} answers {theirs[at]!r}, we {ours[at]!r} for {drawn[at]}")
                row[f"{name}_p50_ms"] = float(np.median(peer_ms))
        rows.append(row)
        beside = ", ".join(f"{n} {row[f'{n}_p50_ms']:.2f} ms (x{row[f'{n}_p50_ms'] / row['p50_ms']:.0f})"
                           for n in ("networkx", "duckdb") if f"{n}_p50_ms" in row)  # fmt: skip
        print(f"{row['id']:7} {read:6} p50 {row['p50_ms']:7.3f} ms, p99 {row['p99_ms']:7.3f} ms;  {beside}", flush=True)
    if out is not None:
        out.write_text(json.dumps({"machine": platform.platform(), "python": platform.python_version(), "rows": rows}, indent=1))
