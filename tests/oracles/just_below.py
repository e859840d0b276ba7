"""Plain twin of ``detectors/kernels/just_below.py``: everything near a line counted again at every payment."""

from collections.abc import Sequence
from typing import NamedTuple


class Line(NamedTuple):
    fen: int
    width: int
    first: int
    last: int


class Paid(NamedTuple):
    time: int
    payer: int
    fen: int
    counts: bool


def near(line: Line, p: Paid) -> bool:
    return p.counts and line.first <= p.time <= line.last and line.fen - 2 * line.width <= p.fen < line.fen + line.width


def below(line: Line, p: Paid) -> bool:
    return near(line, p) and line.fen - line.width <= p.fen < line.fen


def count_near(paid: Sequence[Paid], lines: Sequence[Line], window: int) -> list[tuple[int, int, int, int, int]]:
    """(position, line, just below, beside, fen just below) for each payment just below a line."""
    found = []
    for i, last in enumerate(paid):
        for number, line in enumerate(lines):
            if not below(line, last):
                continue
            mine = [p for p in paid[: i + 1] if p.payer == last.payer and p.time >= last.time - window and near(line, p)]
            under = [p for p in mine if below(line, p)]
            found.append((i, number, len(under), len(mine) - len(under), sum(p.fen for p in under)))
    return found
