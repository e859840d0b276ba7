"""Where each decoded row came from: the record's offset and time, and what of it the contract does not know.

Decoding keeps the order of records within a stream and tells every record and row that it leaves out by a dead letter;
so the rows of a stream are the records of that stream without those.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Union

import msgspec
import numpy as np
import pyarrow as pa

from chuantou.schemas.fields import FIELDS
from chuantou.streams.archive_tables import MOMENT
from chuantou.streams.messages import Chunk, Partition, is_arrow

_KNOWN = {stream: frozenset({"stream", *(f.wire for f in fields)}) for stream, fields in FIELDS.items()}
_KNOWN_COLUMNS = {stream: _KNOWN[stream] | {f.name for f in fields} for stream, fields in FIELDS.items()}


def _frame(stream: str) -> type[msgspec.Struct]:
    """Events that state known fields alone, values unread: the quick way to see that there is nothing to keep."""
    fields = [(field.name, msgspec.Raw, msgspec.Raw(b"")) for field in FIELDS[stream]]
    wires = {field.name: field.wire for field in FIELDS[stream]}
    return msgspec.defstruct(
        "Frame", fields, tag_field="stream", tag=stream, rename=wires, forbid_unknown_fields=True, gc=False
    )


_STREAM_OF = {_frame(stream): stream for stream in FIELDS}
_decode_frame = msgspec.json.Decoder(Union[tuple(_STREAM_OF)]).decode  # noqa: UP007 (made of a tuple)
_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder(enc_hook=str, order="deterministic").encode

Row = tuple[str, int, str | None]


def origins(partition: Partition, records: Sequence[Any], chunk: Chunk) -> list[list[pa.Array]]:
    """For each batch of `chunk` the columns `kafka_offset`, `received_at` and `extra` (`archive_tables.OF_EVENT`).

    `records` are those that `chunk` was decoded from. RuntimeError when rows and records do not fit together.
    """
    rows: dict[str, tuple[list[int], list[str | None]]] = defaultdict(lambda: ([], []))
    for stream, offset, extra in _rows(partition, records, {letter.source for letter in chunk.dead}):
        rows[stream][0].append(offset)
        rows[stream][1].append(extra)
    at: dict[str, int] = defaultdict(int)
    out = []
    for batch in chunk.batches:
        stream = batch.schema.metadata[b"stream"].decode()
        first, at[stream] = at[stream], at[stream] + batch.num_rows
        span = slice(first, at[stream])
        offsets, extras = rows[stream][0][span], rows[stream][1][span]
        out.append([pa.array(offsets, pa.int64()), received_at(offsets, records), pa.array(extras, pa.string())])
    if any(at[stream] != len(offsets) for stream, (offsets, _) in rows.items()):
        raise RuntimeError(f"{partition}: rows and records {chunk.first} to {chunk.end} do not fit together")
    return out


def received_at(offsets: Sequence[int], records: Sequence[Any]) -> pa.Array:
    """The time of the record at each offset, null where the broker gave none."""
    held = np.array([record.offset for record in records], np.int64)
    millis = np.array([record.timestamp for record in records], np.int64)[np.searchsorted(held, np.array(offsets, np.int64))]
    return pa.array(millis * 1_000, mask=millis < 0).view(MOMENT)


def _rows(partition: Partition, records: Sequence[Any], dead: set[str]) -> Iterator[Row]:
    """Stream, offset and unknown fields of every row that was accepted."""
    topic = f"{partition.topic}/{partition.partition}"
    for record in records:
        raw = record.value or b""
        if (dead and f"{topic}@{record.offset}" in dead) or not raw.strip():
            continue
        if record.headers and is_arrow(record.headers):
            for stream, row, extra in _arrow_rows(raw):
                if not dead or f"{topic}@{record.offset}#{row}" not in dead:
                    yield stream, record.offset, extra
            continue
        try:
            yield _STREAM_OF[_decode_frame(raw).__class__], record.offset, None
        except msgspec.ValidationError:
            stated = _decode_fields(raw)
            stream = msgspec.json.decode(stated["stream"], type=str)
            unknown = sorted(stated.keys() - _KNOWN[stream])
            yield stream, record.offset, _encode({name: stated[name] for name in unknown}).decode()


def _arrow_rows(raw: bytes) -> Iterator[Row]:
    with pa.ipc.open_stream(raw) as reader:
        first = 0
        for batch in reader:
            stream = reader.schema.metadata[b"stream"].decode()
            unknown = [name for name in batch.schema.names if name not in _KNOWN_COLUMNS[stream]]
            extras = map(_stated, batch.select(unknown).to_pylist()) if unknown else [None] * batch.num_rows
            yield from ((stream, row, extra) for row, extra in enumerate(extras, first))
            first += batch.num_rows


def _stated(values: dict[str, Any]) -> str | None:
    kept = {name: value for name, value in values.items() if value is not None}
    return _encode(kept).decode() if kept else None
