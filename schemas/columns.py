"""Columns: one Arrow schema a stream, and the exact way from events to record batches and back.

Column names are the structs' attribute names. Times are int64 µs UTC, dates int32 days since 1970-01-01, enums and ids
strings, lists list<string>, `values` and `value` JSON text. Schema metadata: `stream`, and `contract` = 1.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pyarrow as pa
from msgspec.structs import astuple

from chuantou.schemas.fields import FIELDS, Field
from chuantou.schemas.streams import STREAM_OF, STREAMS, Envelope

CONTRACT_VERSION = b"1"
_encode_json = msgspec.json.Encoder(order="deterministic").encode
ARROW_TYPES: dict[str, pa.DataType] = {
    "int": pa.int64(),
    "time": pa.int64(),
    "moment": pa.int64(),
    "date": pa.int32(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "enum": pa.string(),
    "json": pa.string(),
    "list": pa.list_(pa.string()),
}


def _schema(stream: str) -> pa.Schema:
    return pa.schema(
        [pa.field(field.name, ARROW_TYPES[field.kind]) for field in FIELDS[stream]],
        metadata={b"stream": stream.encode(), b"contract": CONTRACT_VERSION},
    )


ARROW: dict[str, pa.Schema] = {stream: _schema(stream) for stream in STREAMS}


def to_batch(stream: str, events: Sequence[Envelope]) -> pa.RecordBatch:
    """`events`, all of `stream`, as one batch of `ARROW[stream]`, in their order."""
    schema = ARROW[stream]
    if not events:
        return pa.RecordBatch.from_pylist([], schema=schema)
    columns = [_column(field, values) for field, values in zip(FIELDS[stream], zip(*map(astuple, events)))]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(field: Field, values: tuple[Any, ...]) -> pa.Array:
    arrow_type = ARROW_TYPES[field.kind]
    if values.count(None) == len(values):  # most optional columns of most batches: ten times cheaper than converting
        return pa.nulls(len(values), arrow_type)
    if field.kind == "date":
        return pa.array(values, pa.date32()).view(pa.int32())
    if field.kind == "json":
        values = tuple(None if value is None else _encode_json(value).decode() for value in values)
    return pa.array(values, arrow_type)


def to_batches(events: Iterable[Envelope]) -> dict[str, pa.RecordBatch]:
    """One batch for each stream that occurs, streams in the contract's order, events in theirs."""
    grouped: dict[type, list[Envelope]] = {}
    for event in events:
        grouped.setdefault(event.__class__, []).append(event)
    return {stream: to_batch(stream, grouped[cls]) for stream, cls in STREAMS.items() if cls in grouped}


def from_batch(batch: pa.RecordBatch) -> list[Any]:
    """The events of a batch made by `to_batch` or accepted by `decode_arrow`; exact inverse."""
    stream = batch.schema.metadata[b"stream"].decode()
    cls, names = STREAMS[stream], batch.schema.names
    columns = [_values(field, column) for field, column in zip(FIELDS[stream], batch.columns)]
    return [cls(**dict(zip(names, row))) for row in zip(*columns)]


def _values(field: Field, column: pa.Array) -> list[Any]:
    if field.kind == "date":
        return column.view(pa.date32()).to_pylist()
    if field.kind == "json":
        return [None if text is None else msgspec.json.decode(text) for text in column.to_pylist()]
    return column.to_pylist()


def stream_of(event: Envelope) -> str:
    """The contract name of an event's stream."""
    return STREAM_OF[event.__class__]
