"""Event files: contract lines here, outside formats by their adapters, all as blocks of columns.

A format is a function from a path to blocks; `FORMATS` holds contract lines and every adapter of the registry, and `auto` finds
the one that knows a path by its content.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from chuantou.schemas.adapters import feed_file, registry
from chuantou.schemas.adapters.line_charset import LineCharset, unmarked
from chuantou.schemas.adapters.notes import NOTES, Note
from chuantou.schemas.adapters.told import Block as Columns
from chuantou.schemas.adapters.told import Told, held_to_contract
from chuantou.schemas.columns import from_batch
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, Reason, dead_letter
from chuantou.schemas.flat_lines import cut_lines, decode_columns
from chuantou.schemas.streams import Envelope

BLOCK_BYTES = 1 << 20  # about 4,000 transfers
BLOCK_EVENTS = 4_000
LINE_KEPT = 16 << 20  # bytes of an endless line that its dead letter keeps
JSONL_SUFFIXES = (".jsonl", ".jsonl.gz")


class Block(NamedTuple):
    """Consecutive events of a file, its dead letters, how many bytes of text they were (0 where unknown), and its notes."""

    batches: list[pa.RecordBatch]
    dead: list[DeadLetter]
    size: int
    notes: Sequence[Note] = ()

    @property
    def events(self) -> list[Envelope]:
        """The events one by one, stream by stream, for those who do not work on columns."""
        return [event for batch in self.batches for event in from_batch(batch)]


Reader = Callable[[Path], Iterator[Block]]


def read_text(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole lines in UTF-8, about ``BLOCK_BYTES`` at once, of a file that may be gzip, with the number of the first one.

    Of a line longer than ``LINE_KEPT`` the rest is skipped: it is a dead letter anyway, and must not fill the memory. OSError
    where the file breaks off.
    """
    with feed_file.opened(path) as source:
        line, tail, skipping, charset = 1, b"", False, LineCharset()
        for chunk in unmarked(source, BLOCK_BYTES):
            end = chunk.rfind(b"\n") + 1
            if skipping:
                skipping = end == 0
                chunk = chunk[chunk.find(b"\n") + 1 :] if end else b""
                end = chunk.rfind(b"\n") + 1
            if end:
                yield line, charset.utf8(tail + chunk[:end])
                line += chunk.count(b"\n")
                tail = chunk[end:]
            else:
                tail += chunk
            if len(tail) > LINE_KEPT:
                yield line, charset.utf8(tail[:LINE_KEPT])
                line, tail, skipping = line + 1, b"", True
        if tail:
            yield line, charset.utf8(tail)


def decode_text(path: Path, first: int, text: bytes) -> Block:
    """The events of the contract lines ``text``, whose first one has the number ``first``."""
    return Block(*decode_columns(cut_lines(text), numbered(path, first)), len(text))


def read_jsonl(path: Path) -> Iterator[Block]:
    """Contract lines; a file that breaks off ends with a letter for the rest."""
    try:
        for first, text in read_text(path):
            yield decode_text(path, first, text)
    except feed_file.BREAKS as error:
        fault = BrokenRuleError(Reason.BAD_FILE, "$", str(error), "a file that can be read to its end")
        yield Block([], [dead_letter(fault, str(path), b"")], 0)


def adapted(read: Callable[[Path], Iterable[dict[str, Any] | BrokenRuleError | Note | Told]]) -> Reader:
    """A reader from an adapter that yields contract events as dicts: they are held to the same rules as lines.

    A broken rule among them is the dead letter of what could not be made an event. What has no place of its own gets its
    number in the order of the file.
    """

    def blocks(path: Path) -> Iterator[Block]:
        rows, number = iter(read(path)), 1
        while some := list(islice(rows, BLOCK_EVENTS)):
            told = [row if isinstance(row, Told) else Told(_place(i, row), b"", row) for i, row in enumerate(some, number)]
            notes = [one.what for one in told if isinstance(one.what, NOTES)]
            yield Block(*held_to_contract(told, str(path)), 0, notes)
            number += len(some)

    return blocks


def _place(number: int, row: dict[str, Any] | BrokenRuleError | Note) -> str:
    """Of an event its number; a fault without a place is one of the file."""
    return str(number) if isinstance(row, dict) else ""


def columnar(read: Callable[[Path], Iterator[Columns]]) -> Reader:
    """A reader from an adapter that makes columns itself."""
    return lambda path: (Block(*block) for block in read(path))


FORMATS: dict[str, Reader] = {"jsonl": read_jsonl} | {
    name: adapted(adapter.read) if adapter.read_blocks is None else columnar(adapter.read_blocks)
    for name, adapter in registry.adapters().items()
}


def detect(path: Path) -> str:
    """The name of the format that knows `path`, by content; contract lines also by their suffix. ValueError when none does."""
    known = registry.known_by(path)
    if known is not None:
        return known
    if path.is_file() and (path.name.endswith(JSONL_SUFFIXES) or _holds_lines(path)):
        return "jsonl"
    raise ValueError(f"{path}: no format known for {registry.seen_in(path)} (known: {', '.join(FORMATS)})")


def described(path: Path, read: Reader) -> str:
    """The format by which `read` takes `path`, and what its adapter says besides: which mapping, which charset."""
    name = next(name for name, reader in FORMATS.items() if reader is read)
    adapter = registry.adapters().get(name)
    return name if adapter is None else adapter.describe(path)


def _holds_lines(path: Path) -> bool:
    """Whether the first line that is not blank looks like one of the contract."""
    try:
        _, head = next(read_text(path), (1, b""))
    except feed_file.BREAKS:
        return False
    first = head.lstrip()[:LINE_KEPT].partition(b"\n")[0]
    return first.startswith(b"{") and b'"stream"' in first


def expand(paths: Iterable[Path], format: str = "auto") -> list[tuple[Path, Reader]]:
    """What to read, in order: a directory that is no data set itself stands for the files inside whose format is known.

    ValueError for an unknown format, an unknown kind of file or a directory without events; FileNotFoundError.
    """
    if format != "auto" and format not in FORMATS:
        raise ValueError(f"format {format!r}: expected one of auto, {', '.join(FORMATS)}")
    out: list[tuple[Path, Reader]] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory", str(path))
        if path.is_dir() and not _is_data_set(path):
            inside = [(child, FORMATS[name]) for child, name in contents(path) if name is not None]
            if not inside:
                raise ValueError(f"{path}: no event file in it (known: {', '.join(FORMATS)})")
            out += inside
        else:
            out.append((path, FORMATS[detect(path) if format == "auto" else format]))
    return out


def contents(directory: Path) -> Iterator[tuple[Path, str | None]]:
    """The files and data sets inside, with their format or None; hidden ones are left alone, links are not followed."""
    for child in sorted(directory.iterdir()):
        if child.name.startswith(".") or child.is_symlink():
            continue
        if child.is_dir() and not _is_data_set(child):
            yield from contents(child)
        else:
            yield child, format_or_none(child)


def format_or_none(path: Path) -> str | None:
    """As `detect`, without the error."""
    try:
        return detect(path)
    except ValueError:
        return None


def _is_data_set(directory: Path) -> bool:
    """Whether an adapter reads the directory as a whole: one of its files that another format knows speaks against it."""
    if registry.known_by(directory) is None:
        return False
    return not any(child.is_file() and (registry.known_by(child) or _holds_lines(child)) for child in directory.iterdir())


def numbered(path: Path, first: int) -> Callable[[int], str]:
    """Where a line of a block that begins at line ``first`` stands: ``path:line``."""
    return lambda index: f"{path}:{first + index}"
