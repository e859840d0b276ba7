"""The suite: every scenario of the README's table, or those named, several times; medians and spread.

``python -m benchmarks [ID …] [--runs 5] [--small] [--json FILE]``. Each scenario prints lines of figures that begin with its id;
a run is a process of its own, so that nothing is warm that would not be. Lines of equal words are one measurement: of every
number in them the median over the runs is shown, with the spread (largest − smallest) in percent of it. Peers are part of
every scenario and run inside the same process.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
RUNS = 5
TIMEOUT_S = 900
NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?![\w-])")
PEERS = ("networkx", "rustworkx", "igraph", "snapml", "pandas", "scipy", "duckdb", "lxml")
OURS = ("numba", "numpy", "pyarrow")


def scenarios() -> dict[str, str]:
    """Module by scenario id, from the table of the README: a scenario that is not in it does not exist."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w.-]+(?: to [\w.-]+)?).*?`python -m benchmarks\.(\w+)([^`]*)`", text, re.MULTILINE)
    return {id_: f"{module}{options.partition('[')[0].rstrip()}" for ids, module, options in rows for id_ in each(ids)}


def each(ids: str) -> list[str]:
    """``FBR-1 to FBR-13`` is thirteen ids."""
    first, _, last = ids.partition(" to ")
    family, _, number = first.rpartition("-")
    return [f"{family}-{n}" for n in range(int(number), int(last.rpartition("-")[2]) + 1)] if last else [first]


def lines_of(command: str, small: bool) -> list[str]:
    """What one run prints. SystemExit with its words when it fails."""
    module, *options = command.split()
    call = [sys.executable, "-m", f"benchmarks.{module}", *(["--small"] if small else options)]
    ran = subprocess.run(call, capture_output=True, text=True, timeout=TIMEOUT_S, cwd=ROOT.parent)
    if ran.returncode:
        raise SystemExit(f"benchmarks.{module} ended with {ran.returncode}: {(ran.stderr or ran.stdout).strip()[-2_000:]}")
    return ran.stdout.splitlines()


def figures(runs: list[list[str]], ids: set[str]) -> list[dict[str, Any]]:
    """One entry for each line of equal words that begins with an id: the line with medians, and median and spread by number."""
    found: dict[tuple[str, int], list[tuple[str, list[float]]]] = defaultdict(list)
    for lines in runs:
        seen: dict[str, int] = defaultdict(int)
        for line in lines:
            id_ = line.split(" ", 1)[0]
            if id_ in ids:
                words = NUMBER.sub("#", line.removeprefix(id_))
                numbers = [float(number.replace(",", "")) for number in NUMBER.findall(line.removeprefix(id_))]
                found[id_ + words, seen[words]].append((line, numbers))
                seen[words] += 1
    out = []
    for told in found.values():
        line, rows = told[0][0], [numbers for _, numbers in told]
        medians = [statistics.median(column) for column in zip(*rows)]
        spreads = [round((max(c) - min(c)) / m * 100) if m else 0 for c, m in zip(zip(*rows), medians)]
        out.append({"id": line.split(" ", 1)[0], "runs": len(told), "line": line, "medians": medians, "spread_percent": spreads})
    return out


def shown(row: dict[str, Any]) -> str:
    """The line with medians in place of its numbers, and the spread behind each one that varied."""
    id_, rest = row["line"].split(" ", 1)
    values = iter(zip(row["medians"], row["spread_percent"]))

    def median(match: re.Match[str]) -> str:
        value, spread = next(values)
        digits = len(match[0].partition(".")[2])
        return f"{value:,.{digits}f}" + (f" (±{spread / 2:.0f} %)" if spread else "")

    return f"{id_} {NUMBER.sub(median, rest)}"


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    versions = {}
    for name in (*OURS, *PEERS):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return {"platform": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0],
            "python": platform.python_version(), "versions": versions}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    known = scenarios()
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", metavar="ID", help=f"one of {', '.join(known)}; all when none is named")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--peers", action="store_true", help="peers always run; the option is kept for scripts that name it")
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    parser.add_argument("--json", type=Path, help="also write everything here")
    options = parser.parse_args(arguments)
    unknown = [id_ for id_ in options.ids if id_ not in known]
    if unknown:
        parser.error(f"unknown scenario {', '.join(unknown)}: expected one of {', '.join(known)}")
    ids = set(options.ids or known)
    told = {"machine": machine(), "rows": []}
    print(json.dumps(told["machine"]))
    for command in dict.fromkeys(known[id_] for id_ in known if id_ in ids):
        begun = time.monotonic()
        rows = figures([lines_of(command, options.small) for _ in range(options.runs)], ids)
        told["rows"] += rows
        print("\n".join(map(shown, rows)))
        print(f"  {command}: {options.runs} runs in {time.monotonic() - begun:.0f} s", flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
