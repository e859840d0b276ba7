"""Event files: contract lines here, outside formats by their adapters, all as blocks of columns.

A format is a function from a path to blocks; `FORMATS` is the registry, and `auto` finds the one that knows a path.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec
import pyarrow as pa

from chuantou.schemas.adapters import camt, csv_table, finbench
from chuantou.schemas.columns import from_batch
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, dead_letter
from chuantou.schemas.flat_lines import cut_lines, decode_columns, joined
from chuantou.schemas.streams import Envelope

BLOCK_BYTES = 1 << 20  # about 4,000 transfers
BLOCK_EVENTS = 4_000
LINE_KEPT = 16 << 20  # bytes of an endless line that its dead letter keeps
JSONL_SUFFIXES = (".jsonl", ".jsonl.gz")


class Block(NamedTuple):
    """Consecutive events of a file, its dead letters, and how many bytes of text they were (0 where unknown)."""

    batches: list[pa.RecordBatch]
    dead: list[DeadLetter]
    size: int

    @property
    def events(self) -> list[Envelope]:
        """The events one by one, stream by stream, for those who do not work on columns."""
        return [event for batch in self.batches for event in from_batch(batch)]


Reader = Callable[[Path], Iterator[Block]]


def read_text(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole lines, about ``BLOCK_BYTES`` at once, of a file that may be gzip (`*.gz`), with the number of the first one.

    Of a line longer than ``LINE_KEPT`` the rest is skipped: it is a dead letter anyway, and must not fill the memory.
    """
    with path.open("rb") as file:
        source = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file
        line, tail, skipping = 1, b"", False
        while chunk := source.read(BLOCK_BYTES):
            end = chunk.rfind(b"\n") + 1
            if skipping:
                skipping = end == 0
                chunk = chunk[chunk.find(b"\n") + 1 :] if end else b""
                end = chunk.rfind(b"\n") + 1
            if end:
                yield line, tail + chunk[:end]
                line += chunk.count(b"\n")
                tail = chunk[end:]
            else:
                tail += chunk
            if len(tail) > LINE_KEPT:
                yield line, tail[:LINE_KEPT]
                line, tail, skipping = line + 1, b"", True
        if tail:
            yield line, tail


def decode_text(path: Path, first: int, text: bytes) -> Block:
    """The events of the contract lines ``text``, whose first one has the number ``first``."""
    return Block(*decode_columns(cut_lines(text), numbered(path, first)), len(text))


def read_jsonl(path: Path) -> Iterator[Block]:
    """Contract lines."""
    for first, text in read_text(path):
        yield decode_text(path, first, text)


def adapted(read: Callable[[Path], Iterable[dict[str, Any] | BrokenRuleError]]) -> Reader:
    """A reader from an adapter that yields contract events as dicts: they are held to the same rules as lines.

    A broken rule among them is the dead letter of what could not be made an event.
    """

    def blocks(path: Path) -> Iterator[Block]:
        rows, number = iter(read(path)), 1
        while fields := list(islice(rows, BLOCK_EVENTS)):
            said = [row for row in fields if isinstance(row, dict)]
            batches, dead = decode_columns(joined(list(map(msgspec.json.encode, said))), numbered(path, number))
            dead += [dead_letter(row, str(path), b"") for row in fields if isinstance(row, BrokenRuleError)]
            yield Block(batches, dead, 0)
            number += len(fields)

    return blocks


FORMATS: dict[str, Reader] = {
    "jsonl": read_jsonl, "finbench": adapted(finbench.read), "camt": adapted(camt.read), "csv": adapted(csv_table.read),
}  # fmt: skip


def detect(path: Path) -> str:
    """The name of the format that knows `path`. ValueError when none does."""
    if finbench.detects(path):
        return "finbench"
    if camt.detects(path):
        return "camt"
    if path.is_file() and path.name.endswith(JSONL_SUFFIXES):
        return "jsonl"
    if csv_table.detects(path):
        return "csv"
    raise ValueError(f"{path}: no format known for it (known: {', '.join(FORMATS)})")


def expand(paths: Iterable[Path], format: str = "auto") -> list[tuple[Path, Reader]]:
    """What to read, in order: a directory that is no data set itself stands for the `.jsonl[.gz]` files inside.

    ValueError for an unknown format, an unknown kind of file or a directory without events; FileNotFoundError.
    """
    if format != "auto" and format not in FORMATS:
        raise ValueError(f"format {format!r}: expected one of auto, {', '.join(FORMATS)}")
    out: list[tuple[Path, Reader]] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory", str(path))
        if path.is_dir() and not finbench.detects(path):
            inside = sorted(child for child in path.rglob("*") if child.name.endswith(JSONL_SUFFIXES))
            if not inside:
                raise ValueError(f"{path}: no event file in it ({', '.join(JSONL_SUFFIXES)})")
            out += [(child, read_jsonl) for child in inside]
        else:
            out.append((path, FORMATS[detect(path) if format == "auto" else format]))
    return out


def numbered(path: Path, first: int) -> Callable[[int], str]:
    """Where a line of a block that begins at line ``first`` stands: ``path:line``."""
    return lambda index: f"{path}:{first + index}"
