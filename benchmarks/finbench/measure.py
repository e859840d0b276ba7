"""FBR-1 … FBR-12 (TCR1–TCR12) and FBR-13 … FBR-15 (TRW1–TRW3): p50 and p99 over parameter sets drawn from the data.

Every answer of a peer must equal ours. Peers are asked for fewer sets: they are slow. What is written is written in all three,
and forgotten before the next scenario.
"""

import gc
import json
import platform
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.finbench.data import EDGES, MOVES_MONEY, Tables, load
from benchmarks.finbench.duck import Duck
from benchmarks.finbench.graph import FinBench
from benchmarks.finbench.nets import Networkx
from benchmarks.finbench.parameters import QUESTIONS, SEED, WINDOW_MS, Drawing
from benchmarks.finbench.reads import window_of
from benchmarks.finbench.writes import WRITES

PEER_SETS = 20
REPEATS = 3
PEERS = {"networkx": Networkx, "duckdb": Duck}
Params = dict[str, Any]


class Ours:
    """Our graph, asked as the peers are."""

    def __init__(self, tables: Tables) -> None:
        self.data = FinBench(tables)

    def ask(self, read: str, p: Params) -> Any:
        return QUESTIONS[read].answer(self.data, p, window_of(p))


def timed(ask: Callable[[str, Params], Any], read: str, sets: list[Params]) -> tuple[list[Any], np.ndarray]:
    """Answers, and ms each: of a read, which may be repeated, the fastest of three. The collector rests meanwhile."""
    answers, seconds = [], []
    gc.collect()
    gc.disable()
    for p in sets:
        best = float("inf")
        for _ in range(1 if read in WRITES else REPEATS):
            begun = time.perf_counter()
            answer = ask(read, p)
            best = min(best, time.perf_counter() - begun)
        answers.append(answer)
        seconds.append(best)
    gc.enable()
    return answers, np.array(seconds) * 1e3


def tiny() -> Tables:
    """A generated set of a few hundred edges: what is between accounts is dense enough for triangles."""
    rng = random.Random(SEED)
    first = {kind: 100 * place for place, kind in enumerate(("account", "person", "company", "loan", "medium"), start=1)}
    edges = {
        kind: [(first[files.source[0]] + rng.randrange(20), first[files.target[0]] + rng.randrange(20),
                rng.randrange(1, 2 * WINDOW_MS) * 1000, rng.randrange(100, 10**7) if kind in MOVES_MONEY else 0)
               for _ in range(25 if kind in ("guarantee", "apply") else 200)]
        for kind, files in EDGES.items()
    }  # fmt: skip
    loans = range(first["loan"], first["loan"] + 20)
    blocked = {("medium", first["medium"] + k) for k in range(5)}
    media = {first["medium"] + k: "POS" for k in range(20)}
    return Tables(edges, set(), blocked, media, {loan: loan * 5 * 10**6 for loan in loans}, dict.fromkeys(loans, 100))


def measure(root: Path, sets: int, small: bool, out: Path | None) -> None:
    """Prints a line a scenario and writes all to ``out`` as JSON. SystemExit when an answer of a peer differs."""
    tables = tiny() if small else load(root, updates=True)
    drawing, drawn = Drawing(tables), 5 if small else sets
    asked = {name: make(tables) for name, make in ({"ours": Ours} | PEERS).items()}
    rows = []
    load_kernels()
    for number, read in enumerate(QUESTIONS, start=1):
        if read in WRITES:
            asked = {name: make(tables) for name, make in ({"ours": Ours} | PEERS).items()}
        rows.append(scenario(f"FBR-{number}", read, asked, drawing.sets(read, drawn)))
    if out is not None:
        out.write_text(json.dumps({"machine": platform.platform(), "python": platform.python_version(), "rows": rows}, indent=1))


def load_kernels() -> None:
    """Compiling and loading is not measured."""
    ours, drawing = Ours(tiny()), Drawing(tiny())
    for read in QUESTIONS:
        timed(ours.ask, read, drawing.sets(read, 20))


def scenario(id_: str, read: str, asked: dict[str, Any], sets: list[Params]) -> dict[str, Any]:
    """One line of figures; ``asked`` are the three that answer."""
    ours, ms = timed(asked["ours"].ask, read, sets)
    p50, p99 = np.percentile(ms, [50, 99]).tolist()
    row: dict[str, Any] = {"id": id_, "read": read, "sets": len(sets), "p50_ms": p50, "p99_ms": p99}
    beside = []
    for name in PEERS:
        theirs, peer_ms = timed(asked[name].ask, read, sets[:PEER_SETS])
        if theirs != ours[: len(theirs)]:
            at = next(i for i, answer in enumerate(theirs) if answer != ours[i])
            raise SystemExit(f"{read}: {name} answers {theirs[at]!r}, we {ours[at]!r} for {sets[at]}")
        row[f"{name}_p50_ms"] = float(np.median(peer_ms))
        row[f"{name}_ratio"] = float(peer_ms.sum() / ms[: len(peer_ms)].sum())  # total time for the same sets
        beside.append(f"{name} {row[f'{name}_p50_ms']:.3f} ms ratio {row[f'{name}_ratio']:.0f}")
    print(f"{id_} {read} p50 {p50:.3f} ms, p99 {p99:.3f} ms;  {', '.join(beside)}", flush=True)
    return row
