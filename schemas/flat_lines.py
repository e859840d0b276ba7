"""From JSON lines to columns without an object an event: what is plain goes through a kernel, the rest the exact road.

The tables of the kernel are read off `fields.FIELDS` and `rules_of_streams`, the one description of the contract. A line
that the kernel does not take is decoded by `decode.decode_lines`, so accepted events, dead letters and their reasons are
those of that road, whatever the form of the input.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.schemas.clock import TIME_MAX, TIME_MIN
from chuantou.schemas.columns import ARROW, ARROW_TYPES, to_batches
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.fields import FIELDS, Field
from chuantou.schemas.kernels import flat_json as kernel
from chuantou.schemas.kernels import gather
from chuantou.schemas.rules_of_streams import NEEDS_REF, TYPE_NEEDS
from chuantou.schemas.streams import STREAMS

NAMES = tuple(STREAMS)
_FIELD_NAMESPACE, _CHOICE_NAMESPACE = 1, 1 + len(NAMES)
_NEEDS_MAX = 5  # of one type, plus one
_LENGTH_MAX = (1 << kernel.SHIFT) - 1


class Tables(NamedTuple):
    """What the kernel knows of the contract."""

    streams: NDArray[np.int64]
    fields: NDArray[np.int64]
    needs: NDArray[np.uint64]
    table: NDArray[np.int64]
    arena: NDArray[np.uint8]


@cache
def _tables() -> Tables:
    """Built at first use: it runs a kernel."""
    names: list[tuple[int, str, int]] = [(kernel.STREAMS, name, i) for i, name in enumerate(NAMES)]
    streams = np.full((len(NAMES), 6), -1, np.int64)
    fields: list[list[int]] = []
    most = max(len(field.choices) for known in FIELDS.values() for field in known)
    needs = np.zeros((len(NAMES), most, _NEEDS_MAX), np.uint64)
    for s, stream in enumerate(NAMES):
        known = FIELDS[stream]
        at = {field.name: i for i, field in enumerate(known)}
        streams[s] = (len(fields), _FIELD_NAMESPACE + s, sum(1 << i for i, f in enumerate(known) if f.required),
                      at.get("type", -1) if STREAMS[stream] in TYPE_NEEDS else -1, at["op"], at["ref_event_id"])  # fmt: skip
        for i, field in enumerate(known):
            names.append((_FIELD_NAMESPACE + s, field.wire, i))
            namespace = _CHOICE_NAMESPACE + len(fields)
            names += [(namespace, choice, k) for k, choice in enumerate(_choices(field))]
            fields.append([*_row(field), namespace])
        for kind, wanted in TYPE_NEEDS.get(STREAMS[stream], {}).items():
            row = known[at["type"]].choices.index(kind)
            for k, need in enumerate(wanted):
                needs[s, row, k] = sum(1 << at[name] for name in need.split("|"))
    table, arena = _name_table(names)
    return Tables(streams, np.array(fields, np.int64), needs, table, arena)


def _choices(field: Field) -> tuple[str, ...]:
    """Of `op` those that need a reference come after the first one: the kernel asks no more of it."""
    if field.name != "op":
        return field.choices
    return (*(c for c in field.choices if c not in NEEDS_REF), *(c for c in field.choices if c in NEEDS_REF))


def _row(field: Field) -> tuple[int, int, int]:
    if field.kind == "int":
        return kernel.F_INT, field.low or 0, field.high or 0
    if field.kind == "text":
        return _text_row(field)
    kinds = {"enum": kernel.F_ENUM, "bool": kernel.F_BOOL, "date": kernel.F_DATE, "time": kernel.F_TIME}
    return kinds.get(field.kind, kernel.F_OTHER), 0, _LENGTH_MAX


def _text_row(field: Field) -> tuple[int, int, int]:
    if field.pattern is None:
        return kernel.F_TEXT, field.min_length or 0, _LENGTH_MAX if field.max_length is None else field.max_length
    if field.is_party:
        return kernel.F_PARTY, 8, 256
    digits = {r"^[0-9]{6}\Z": 6, r"^[0-9]{12}\Z": 12}.get(field.pattern)
    return (kernel.F_OTHER, 0, 0) if digits is None else (kernel.F_DIGITS, digits, digits)


def _name_table(names: list[tuple[int, str, int]]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    size = 1 << (4 * len(names)).bit_length()
    table = np.full((size, 4), -1, np.int64)
    arena = np.frombuffer("".join(name for _, name, _ in names).encode("ascii"), np.uint8)
    at = 0
    for namespace, name, value in names:
        kernel.put_name(namespace, arena, at, at + len(name), value, table)
        at += len(name)
    return table, arena


class Lines(NamedTuple):
    """Lines inside one buffer: ``data[starts[i]:stops[i]]``."""

    data: bytes
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]

    def line(self, i: int) -> bytes:
        return self.data[self.starts[i] : self.stops[i]]


def cut_lines(data: bytes) -> Lines:
    """The lines of a block of a file, without their ends; the last one needs none."""
    text = _bytes(data)
    ends = np.flatnonzero(text == ord("\n"))
    if data and not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.zeros_like(ends)
    starts[1:] = ends[:-1] + 1
    returns = (ends > starts) & (text[ends - 1] == ord("\r"))
    return Lines(data, starts, ends - returns)


def joined(raws: Sequence[bytes]) -> Lines:
    """Messages, one event each, as lines."""
    sizes = np.fromiter(map(len, raws), np.int64, len(raws))
    stops = np.cumsum(sizes)
    return Lines(b"".join(raws), stops - sizes, stops)


def decode_columns(lines: Lines, source: Callable[[int], str]) -> tuple[list[pa.RecordBatch], list[DeadLetter]]:
    """One batch for each stream that occurs, events in their order, and a dead letter for each other line that is not blank.

    `source(i)` names where line `i` stood; it is asked for dead letters alone.
    """
    n, data = len(lines.starts), _bytes(lines.data)
    stream_of, known, cells = np.empty(n, np.int8), np.empty(n, np.uint64), np.empty((n, kernel.TOKENS_MAX), np.int64)
    if _is_utf8(lines.data):
        kernel.read_lines(data, lines.starts, lines.stops, *_tables(), TIME_MIN, TIME_MAX, stream_of, known, cells)
    else:
        stream_of[:] = kernel.NOT_PLAIN
    batches = {}
    for s in np.flatnonzero(np.bincount(stream_of[stream_of >= 0], minlength=len(NAMES))).tolist():
        rows = np.flatnonzero(stream_of == s)
        batches[NAMES[s]] = _batch(NAMES[s], rows, _Read(data, known, cells)), rows
    others = np.flatnonzero(stream_of == kernel.NOT_PLAIN)
    if not len(others):
        return [batch for batch, _ in batches.values()], []
    return _with_others(lines, others, batches, source)


def _with_others(
    lines: Lines,
    others: NDArray[np.int64],
    batches: dict[str, tuple[pa.RecordBatch, NDArray[np.int64]]],
    source: Callable[[int], str],
) -> tuple[list[pa.RecordBatch], list[DeadLetter]]:
    """Decode what is not plain, and put it between the plain lines where it stood."""
    dead: list[DeadLetter] = []
    slow: dict[str, tuple[list[Any], list[int]]] = {}
    for i in others.tolist():
        events, letters = decode_lines([lines.line(i)], lambda _, i=i: source(i))  # type: ignore[misc]
        dead += letters
        for stream, batch in to_batches(events).items():
            found, rows = slow.setdefault(stream, ([], []))
            found.append(batch)
            rows.append(i)
    out = []
    for stream in (name for name in NAMES if name in batches or name in slow):
        parts, places = slow.get(stream, ([], []))
        if stream in batches:
            parts.append(batches[stream][0])
            places += batches[stream][1].tolist()
        out.append(pa.concat_batches(parts).take(pa.array(np.argsort(places, kind="stable"))))
    return out, dead


class _Read(NamedTuple):
    data: NDArray[np.uint8]
    known: NDArray[np.uint64]
    cells: NDArray[np.int64]


def _batch(stream: str, rows: NDArray[np.int64], read: _Read) -> pa.RecordBatch:
    present = int(np.bitwise_or.reduce(read.known[rows]))
    columns = [_column(field, i, present >> i & 1, rows, read) for i, field in enumerate(FIELDS[stream])]
    return pa.RecordBatch.from_arrays(columns, schema=ARROW[stream])


def _column(field: Field, i: int, present: int, rows: NDArray[np.int64], read: _Read) -> pa.Array:
    n, arrow_type = len(rows), ARROW_TYPES[field.kind]
    if not present:
        return pa.nulls(n, arrow_type) if field.default is None else pa.repeat(pa.scalar(field.default, arrow_type), n)
    valid = np.empty(n, np.bool_)
    if field.kind in ("text", "enum"):
        default = np.frombuffer((field.default or "").encode(), np.uint8)
        offsets = np.empty(n + 1, np.int32)
        size = gather.text_sizes(rows, i, read.known, read.cells, len(default), offsets, valid)
        text = np.empty(size, np.uint8)
        gather.copy_text(rows, i, read.known, read.cells, read.data, default, offsets, text)
        buffers = [_bits(valid, field.default), pa.py_buffer(offsets), pa.py_buffer(text)]
    else:
        numbers = np.empty(n, np.int64)
        gather.copy_numbers(rows, i, read.known, read.cells, field.default or 0, numbers, valid)
        typed = np.packbits(numbers.astype(np.bool_), bitorder="little") if field.kind == "bool" else numbers
        buffers = [_bits(valid, field.default), pa.py_buffer(typed.astype(np.int32) if field.kind == "date" else typed)]
    return pa.Array.from_buffers(arrow_type, n, buffers)


def _bits(valid: NDArray[np.bool_], default: Any) -> pa.Buffer | None:
    """Arrow's validity bitmap; none where every row has a value."""
    if default is not None or valid.all():
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def _bytes(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
