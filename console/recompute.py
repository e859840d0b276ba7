"""`chuantou recompute`: every value of an evidence pack computed again, from the pack alone.

Neither this file nor `recomputers/` imports anything of the engine, so that no error of it is repeated (§3.13).
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chuantou.console.recomputers import RECOMPUTERS
from chuantou.console.recomputers.again import SEVERITIES, Pack

SHOWN = 48  # characters of a long value
PAPER_WIDTH = 120  # where the output is no terminal
ABSENT = "–"


class Comparison(NamedTuple):
    """One value as the pack states it and as it comes out again; ``ABSENT`` where one side does not know it."""

    name: str
    stated: Any
    again: Any

    @property
    def equal(self) -> bool:
        # the text tells 1 from true and from "1", which Python's == does not
        return json.dumps(self.stated, sort_keys=True) == json.dumps(self.again, sort_keys=True)


def recompute(pack: Path) -> int:
    """Print every value twice, and `equal` or `different`; returns the exit code: 0 when all are equal, else 1.

    Above the table stands the pack's SHA-256, to be held against the alert's `evidence_sha256`. ValueError, in one
    line, for a file that is no evidence pack, lacks what its values rest on, or is of an unknown detector.
    """
    content = read_pack(pack)
    try:
        rows = list(compare(content))
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"{pack}: cannot be recomputed: {type(error).__name__}: {error}") from error
    show(content, rows)
    return 0 if all(row.equal for row in rows) else 1


def read_pack(path: Path) -> Pack:
    """The pack of a JSON file; ValueError for bad JSON, a number that is no integer, and anything but an object."""
    try:
        content = json.loads(path.read_bytes(), parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: not an evidence pack: {error}") from error
    if not isinstance(content, dict) or content.get("detector_id") not in RECOMPUTERS:
        known = ", ".join(RECOMPUTERS)
        raise ValueError(f"{path}: not an evidence pack of a detector that can be recomputed ({known})")
    return content


def refuse(number: str) -> NoReturn:
    raise ValueError(f"{number} is not an integer, and a pack holds no other number")


def sha256_of(content: Pack) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8 (contract, `evidence_sha256`)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def compare(pack: Pack) -> Iterator[Comparison]:
    """Values, amount and severity, then the results on the way and what the listed transactions say of the inputs."""
    again = RECOMPUTERS[pack["detector_id"]](pack)
    stated = pack["values"]
    for name in sorted(stated.keys() | again.values.keys()):
        yield Comparison(name, stated.get(name, ABSENT), again.values.get(name, ABSENT))
    yield Comparison("amount_fen", pack["amount_fen"], again.amount_fen)
    yield Comparison("severity", pack["severity"], SEVERITIES[again.severity])
    for detail in again.details:
        yield Comparison(*detail)
    transfers = [t for t in pack["transactions"] if "fen" in t]
    listed = {(t["source_id"], t["event_id"]): t["fen"] for t in transfers}
    used = [(tuple(ref), fen) for ref, fen in references(pack["inputs"])]
    known = [(listed[ref], fen) for ref, fen in used if ref in listed]
    missing = 0 if pack["transactions_more"] else len(used) - len(known)
    yield Comparison("transactions.fen", [fen for fen, _ in known], [fen for _, fen in known])
    yield Comparison("transactions.missing", 0, missing)
    if not pack["transactions_more"]:
        yield Comparison("coverage.listed_fen", pack["coverage"]["listed_fen"], sum(t["fen"] for t in transfers))


def references(inputs: Any) -> Iterator[tuple[list[str], int]]:
    """Every transfer that the inputs name, with the fen that they take it for."""
    if isinstance(inputs, dict):
        if "transaction" in inputs:
            yield inputs["transaction"], inputs["fen"]
        inputs = list(inputs.values())
    if isinstance(inputs, list):
        for part in inputs:
            yield from references(part)


def show(pack: Pack, rows: list[Comparison]) -> None:
    subject = pack["subjects"][0]["key"]
    table = Table(title=f"{pack['detector_id']} {pack['clause_ref']} {subject}")
    table.add_column("数值 value")
    table.add_column("证据包 pack", justify="right")
    table.add_column("重算 again", justify="right")
    table.add_column("结果 result", no_wrap=True)
    for row in rows:
        outcome = Text("相同 equal", "green") if row.equal else Text("不同 different", "bold red")
        table.add_row(Text(row.name), Text(brief(row.stated)), Text(brief(row.again)), outcome)
    console = Console()
    if not console.is_terminal:
        console.width = PAPER_WIDTH
    console.print(f"sha256 {sha256_of(pack)}", highlight=False)
    console.print(table)


def brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
