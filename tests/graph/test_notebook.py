"""The notebook for analysts runs, and its stored outputs are the ones it gives."""

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "docs" / "notebooks" / "analyst.ipynb").read_text(encoding="utf-8"))["cells"]


def run(source: str, names: dict[str, Any]) -> tuple[str, str]:
    """(what the cell prints, the text of its last expression)."""
    tree, printed, value = ast.parse(source), io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return printed.getvalue(), "" if value is None else repr(value)


def test_every_cell_gives_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    code = [cell for cell in CELLS if cell["cell_type"] == "code"]
    assert len(code) >= 8
    for cell in code:
        stored = {"stream": "", "execute_result": ""}
        for output in cell["outputs"]:
            text = output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
            stored[output["output_type"]] = "".join(text)
        assert run("".join(cell["source"]), names) == (stored["stream"], stored["execute_result"])
