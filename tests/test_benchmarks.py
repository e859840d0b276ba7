"""The benchmarks' table is complete and true to the tree, and each of them runs in a tiny size."""

import importlib
import json
import re
from pathlib import Path

import pytest

from benchmarks import __main__ as suite

ROOT = Path(__file__).parents[1]
BENCHMARKS = sorted(
    [path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem not in ("__init__", "__main__")]
    + [path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py")]
)
KERNELS = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("schemas", "graph", "detectors")
    for path in (ROOT / room / "kernels").glob("*.py")
    if path.stem != "__init__"
)
NEEDS_BROKER = {"WRK-1", "WRK-2", "LAT-1", "LAT-2"}  # not run by --small
EXCLUDED = re.compile(r"excluded: \w+ \w+ \w+")  # a reason has some words


def table_under(heading: str) -> list[dict[str, str]]:
    """The rows of the table in a section of the README, by column name."""
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    header, _, *rows = lines
    assert all(len(row) == len(header) for row in rows)
    return [dict(zip(header, row)) for row in rows]


SCENARIOS = table_under("Scenarios")
IDS = [row["id"] for row in SCENARIOS]


def module_of(row: dict[str, str]) -> str:
    found = re.search(r"python -m benchmarks\.(\w+)", row["command"])
    assert found, row
    return found[1]


def imported(name: str) -> str:
    """Below ``benchmarks``: the module that ``python -m benchmarks.name`` runs."""
    return f"{name}.__main__" if (ROOT / "benchmarks" / name / "__main__.py").exists() else name


def test_ids_are_unique() -> None:
    assert len(IDS) == len(set(IDS))


def test_every_benchmark_has_a_scenario_and_every_scenario_a_benchmark() -> None:
    assert sorted({module_of(row) for row in SCENARIOS}) == BENCHMARKS


def test_every_scenario_says_all_of_itself() -> None:
    assert all(cell for row in SCENARIOS for cell in row.values())
    for row in SCENARIOS:
        assert row["figure"] == "not measured yet" or any(letter.isdigit() for letter in row["figure"]), row["id"]


@pytest.mark.parametrize("row", SCENARIOS, ids=IDS)
def test_a_benchmark_names_its_scenarios(row: dict[str, str]) -> None:
    source = (ROOT / "benchmarks" / imported(module_of(row)).replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    assert row["id"].partition(" ")[0] in source


def test_every_kernel_is_measured_or_excluded_with_a_reason() -> None:
    rows = table_under("Kernels")
    assert sorted(row["kernel"].strip("`") for row in rows) == KERNELS
    for row in rows:
        named = row["scenarios"].split(", ")
        assert EXCLUDED.match(row["scenarios"]) or set(named) <= set(IDS), row


@pytest.mark.parametrize("name", BENCHMARKS)
def test_it_runs_in_a_tiny_size(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module(f"benchmarks.{imported(name)}").main(["--small"])
    printed = capsys.readouterr().out
    expected = {row["id"].partition(" ")[0] for row in SCENARIOS if module_of(row) == name} - NEEDS_BROKER
    assert expected and all(scenario in printed for scenario in expected), printed


def test_the_suite_gives_medians_of_what_its_scenarios_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figures.json"
    assert suite.main(["GRW-1", "GRW-2", "--runs", "2", "--small", "--json", str(out)]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert {row["id"] for row in told["rows"]} == {"GRW-1", "GRW-2"}
    assert all(row["runs"] == 2 and len(row["medians"]) == len(row["spread_percent"]) for row in told["rows"])
    assert told["machine"]["versions"]["numba"]
    assert "GRW-1" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        suite.main(["GRW-99"])


def test_medians_and_spread() -> None:
    runs = [["X-1 ab 1,000 ns, 2.50 M"], ["X-1 ab 1,200 ns, 2.60 M"], ["noise", "X-1 ab 900 ns, 2.70 M"]]
    (row,) = suite.figures(runs, {"X-1"})
    assert (row["medians"], row["spread_percent"]) == ([1000, 2.6], [30, 8])
    assert suite.shown(row) == "X-1 ab 1,000 (±15 %) ns, 2.60 (±4 %) M"


def test_the_suite_knows_every_scenario() -> None:
    assert set(suite.scenarios()) == {one for id_ in IDS for one in suite.each(id_ if " to " in id_ else id_.partition(" ")[0])}
