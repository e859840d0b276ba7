"""``chuantou score``: a table by family and variant, and the same as one line of JSON."""

import json
from dataclasses import asdict
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from chuantou.detectors.score import Score
from chuantou.detectors.score import score as measure
from chuantou.schemas.alerts import Alert, decode_alert
from chuantou.schemas.truth import load_truth


def score(alerts: Path, truth: Path) -> None:
    """Print how the alerts of a JSON Lines file stand against the scenes of a truth file.

    The last line is JSON: recall, recall_by_variant, clause_accuracy, precision, lookalike_hits, value_errors, scenes.
    Exits with a message naming file and line where an alert does not decode.
    """
    result = measure(_read_alerts(alerts), load_truth(truth))
    Console(width=110).print(_table(result))
    print(json.dumps({name: value for name, value in asdict(result).items() if name != "cells"}, ensure_ascii=False))


def _read_alerts(path: Path) -> list[Alert]:
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                found.append(decode_alert(line))
            except msgspec.DecodeError as error:
                raise SystemExit(f"{path}:{number}: not an alert: {error}") from error
    return found


def _table(result: Score) -> Table:
    table = Table(title="score by family × variant")
    for heading in ("family", "variant"):
        table.add_column(heading)
    for heading in ("scenes", "must", "met", "must-not hits", "value errors"):
        table.add_column(heading, justify="right")
    for cell in result.cells:
        counts = (cell.scenes, cell.must, cell.met, cell.hits, cell.value_errors)
        table.add_row(cell.family, cell.variant, *map(str, counts))
    return table
