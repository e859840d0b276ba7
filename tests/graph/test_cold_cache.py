"""Processes that start together on an empty cache of compiled kernels do not disturb each other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNT = """
from chuantou.graph.cycles import temporal_cycles
print(temporal_cycles([1, 2, 3], [2, 3, 1], [10, 20, 30], window=20).sum())
"""
TIMEOUT_S = 900


@pytest.mark.parametrize("processes", [4, pytest.param(16, marks=pytest.mark.slow)])
def test_processes_that_compile_at_once(tmp_path: Path, processes: int) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    started = [
        subprocess.Popen([sys.executable, "-c", COUNT], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(processes)
    ]
    for process in started:
        out, err = process.communicate(timeout=TIMEOUT_S)
        assert (process.returncode, out.split()) == (0, [b"1"]), err.decode()
    assert list((tmp_path / "kernels").rglob("*.nbi"))
