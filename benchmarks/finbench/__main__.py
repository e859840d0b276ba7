"""FinBench's reads: one answer, or FBR-1 … FBR-15 (what each of them costs beside networkx and DuckDB).

``python -m benchmarks.finbench TCR4 PARAMS_JSON --data DIR``; ``… --measure [--data DIR] [--sets N] [--json FILE]``.

PARAMS_JSON is the JSON itself or a file of it; ids may be strings or numbers, times are ms UTC. Bad parameters end with 2.
"""

import argparse
import json
import sys
from pathlib import Path

from benchmarks.finbench.data import load
from benchmarks.finbench.graph import FinBench
from benchmarks.finbench.measure import measure
from benchmarks.finbench.parameters import QUESTIONS, parameters
from benchmarks.finbench.reads import window_of

DATA = Path("../shared/data/finbench-sf0.3")


def answer(read: str, text: str, data: Path, updates: bool) -> str:
    """The answer as JSON; says on the error stream when a limit cut something off."""
    known = parameters(read, text)
    window = window_of(known)
    found = QUESTIONS[read].answer(FinBench(load(data, updates)), known, window)
    if window.cuts:
        print(f"finbench: a limit cut off edges {window.cuts} times: the answer is that of fewer edges", file=sys.stderr)
    return json.dumps(found, ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.finbench", description=__doc__.splitlines()[0])
    parser.add_argument("read", nargs="?", help="TCR1 … TCR12, TRW1 … TRW3")
    parser.add_argument("parameters", nargs="?", help="JSON, or a file of it")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--updates", action="store_true", help="add the writes of the set's streams to its snapshot")
    parser.add_argument("--measure", action="store_true", help="FBR: p50 and p99 of each read against networkx and DuckDB")
    parser.add_argument("--sets", type=int, default=200, help="parameter sets a read")
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    try:
        if options.measure or options.small:
            measure(options.data, options.sets, options.small, options.json)
            return 0
        if options.read is None or options.parameters is None:
            parser.error("a read and its parameters, or --measure")
        print(answer(options.read, options.parameters, options.data, options.updates))
    except (ValueError, OSError) as error:
        print(f"finbench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
