"""Sixteen processes that start at once on a cold kernel cache: all of them get the same answer, and the cache is whole after."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROCESSES = 16
PROGRAM = """
from chuantou.graph.lots import trace_lots
from chuantou.graph.edges import TimedEdges, Window
lots = trace_lots([1, 2, 9, 9], [9, 9, 3, 4], [100, 200, 150, 100])
edges = TimedEdges.of(3, [0, 1], [1, 2], [10, 20], [500, 300])
print([part.tolist() for part in lots.roots_of(2)], edges.shortest_path(0, 2, Window(0, 30)))
"""


@pytest.mark.slow
def test_many_processes_compile_at_once(tmp_path: Path) -> None:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    told = [process.communicate(timeout=600) for process in started]
    assert {out for out, _ in told} == {"[[0, 1], [100, 50]] 2\n"}, told
    cached = sorted(tmp_path.rglob("*.nbc"))
    assert cached
    again = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, timeout=600, check=True)
    assert again.stdout == "[[0, 1], [100, 50]] 2\n"
    assert sorted(tmp_path.rglob("*.nbc")) == cached  # the next one compiles nothing
