"""What every recomputer gives back, and the arithmetic they share."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Pack = dict[str, Any]

SEVERITIES = ("none", "log", "yellow", "orange", "red")
NONE, LOG, YELLOW, ORANGE, RED = range(5)
PPM = 1_000_000


class Detail(NamedTuple):
    """A result on the way that the pack states too."""

    name: str
    stated: Any
    again: Any


class Again(NamedTuple):
    """What the pack's inputs and thresholds give: values by name, fen, severity, and results on the way."""

    values: dict[str, int | str]
    amount_fen: int
    severity: int
    details: Sequence[Detail] = ()


def share_ppm(part: int, whole: int) -> int:
    """Parts per million, rounded down; 0 of nothing."""
    return part * PPM // whole if whole else 0


def line_ppm(line: int | str) -> int:
    """A threshold written as a decimal (`"0.15"`), in parts per million. ValueError for what is no number."""
    return int(Fraction(str(line)) * PPM)


def zero_tolerance(fen: int, lines: Sequence[Sequence[int]]) -> int:
    """The gravest severity whose line the amount reaches; ``lines`` of (fen, severity) as the pack lists them."""
    return max((severity for line, severity in lines if fen >= line), default=NONE)
