"""Style rules that a machine can hold: sizes, names, and a docstring for every room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("schemas", "graph", "detectors", "streams", "cases", "console", "city")
MAX_FUNCTION_LINES = 70  # one screen
MAX_MODULE_LINES = 400
NAMELESS = {"utils", "util", "helpers", "helper", "misc"}  # names that say nothing of what lives there

MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the signature to the end, without the docstring, which is to be read and not to be followed."""
    assert function.end_lineno is not None
    total = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is None:
        return total
    docstring = function.body[0]
    assert docstring.end_lineno is not None
    return total - (docstring.end_lineno - docstring.lineno + 1)


def too_long(source: str) -> list[str]:
    found = functions(ast.parse(source))
    return [f"{f.name}: {lines_of(f)} lines" for f in found if lines_of(f) > MAX_FUNCTION_LINES]


def test_the_rooms_are_not_empty() -> None:
    assert all(any(path.is_relative_to(ROOT / room) for path in MODULES) for room in ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert too_long(source) == []
    assert len(source.splitlines()) <= MAX_MODULE_LINES
    assert path.stem not in NAMELESS


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is(room: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8")))
    assert docstring is not None
    assert "import" in docstring.lower(), "a room's docstring says what it imports"


def test_the_ruler_measures() -> None:
    body = "    x = 1\n" * MAX_FUNCTION_LINES
    assert too_long(f"def short():\n{body[10:]}") == []
    assert too_long(f"def long():\n{body}") == [f"long: {MAX_FUNCTION_LINES + 1} lines"]
    assert too_long(f'class C:\n  async def told(self):\n    """One.\n\n    Two."""\n{body[10:]}') == []
