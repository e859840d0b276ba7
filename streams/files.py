"""Event files: contract lines here, outside formats by their adapters, all as blocks of decoded events.

A format is a function from a path to blocks; `FORMATS` is the registry, and `auto` finds the one that knows a path.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from chuantou.schemas.adapters import finbench
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.streams import Envelope

BLOCK_BYTES = 1 << 20  # about 4,000 transfers
BLOCK_EVENTS = 4_000
JSONL_SUFFIXES = (".jsonl", ".jsonl.gz")


class Block(NamedTuple):
    """Consecutive events of a file, its dead letters, and how many bytes of text they were (0 where unknown)."""

    events: list[Envelope]
    dead: list[DeadLetter]
    size: int


Reader = Callable[[Path], Iterator[Block]]


def read_lines(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """Blocks of lines without their ends, plain or gzip (`*.gz`), with the number of the first one."""
    with path.open("rb") as file:
        source = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file
        line = 1
        while lines := source.readlines(BLOCK_BYTES):
            yield line, [raw.rstrip(b"\r\n") for raw in lines]
            line += len(lines)


def read_jsonl(path: Path) -> Iterator[Block]:
    """Contract lines."""
    for first, lines in read_lines(path):
        events, dead = decode_lines(lines, numbered(path, first))
        yield Block(events, dead, sum(map(len, lines)) + len(lines))


def adapted(read: Callable[[Path], Iterable[dict[str, Any]]]) -> Reader:
    """A reader from an adapter that yields contract events as dicts: they are held to the same rules as lines."""

    def blocks(path: Path) -> Iterator[Block]:
        rows, number = iter(read(path)), 1
        while fields := list(islice(rows, BLOCK_EVENTS)):
            events, dead = decode_lines(list(map(msgspec.json.encode, fields)), numbered(path, number))
            number += len(fields)
            yield Block(events, dead, 0)

    return blocks


FORMATS: dict[str, Reader] = {"jsonl": read_jsonl, "finbench": adapted(finbench.read)}


def detect(path: Path) -> str:
    """The name of the format that knows `path`. ValueError when none does."""
    if finbench.detects(path):
        return "finbench"
    if path.is_file() and path.name.endswith(JSONL_SUFFIXES):
        return "jsonl"
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
