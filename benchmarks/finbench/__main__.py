"""FinBench's reads: one answer, or FBR-1 … FBR-13 (what each of them costs beside networkx and DuckDB).

``python -m benchmarks.finbench TCR4 PARAMS_JSON --data DIR``; ``… --measure [--data DIR] [--sets N] [--json FILE]``.

PARAMS_JSON is the JSON itself or a file of it; ids may be strings or numbers, times are ms UTC. Bad parameters end with 2.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.finbench.data import DataError, FinBench
from benchmarks.finbench.measure import measure
from benchmarks.finbench.reads import READS
from benchmarks.finbench.writes import WRITES

QUESTIONS = READS | WRITES
INTEGERS = ("id", "id1", "id2", "srcId", "dstId", "time", "startTime", "endTime")


def parameters(name: str, text: str) -> dict[str, Any]:
    """The parameters of a read, checked. ValueError naming the one that is missing or wrong."""
    if name not in QUESTIONS:
        raise ValueError(f"unknown read {name!r}: expected one of {', '.join(QUESTIONS)}")
    raw = Path(text).read_text("utf-8") if not text.lstrip().startswith("{") else text
    stated = json.loads(raw, parse_float=str)
    if not isinstance(stated, dict):
        raise ValueError(f"parameters: expected a JSON object, found {raw[:80]}")
    return {key: _checked(key, stated) for key in QUESTIONS[name][1]}


def _checked(key: str, stated: dict[str, Any]) -> int | str:
    if key not in stated:
        raise ValueError(f"parameter {key}: missing")
    value = stated[key]
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"parameter {key}: expected a number, found {value!r}")
    if key in INTEGERS:
        if not text.lstrip("-").isdecimal() or abs(int(text)) >= 2**63:
            raise ValueError(f"parameter {key}: expected a 64-bit whole number, found {value!r}")
        return int(text)
    try:
        float(text)
    except ValueError:
        raise ValueError(f"parameter {key}: expected a number, found {value!r}") from None
    return text


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.finbench", description=__doc__.splitlines()[0])
    parser.add_argument("read", nargs="?", help="TCR1 … TCR12, TRW1 … TRW3")
    parser.add_argument("parameters", nargs="?", help="JSON, or a file of it")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/finbench-sf0.3"))
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
        known = parameters(options.read, options.parameters)
        answer = QUESTIONS[options.read][0](FinBench(options.data, options.updates), known)
    except (ValueError, OSError, DataError) as error:
        print(f"finbench: {error}", file=sys.stderr)
        return 2
    print(json.dumps(answer, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
