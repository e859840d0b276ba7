"""From polled records to chunks: what one partition delivered, decoded once, with the offsets it came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.decode import decode_arrow
from chuantou.schemas.flat_lines import decode_columns, joined
from chuantou.streams.topics import ARROW_CONTENT_TYPE


class Partition(NamedTuple):
    """One partition of one topic; equal to Faust's `TP` and aiokafka's `TopicPartition` of the same pair."""

    topic: str
    partition: int


class Record(Protocol):
    """What we read of an aiokafka `ConsumerRecord`."""

    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass
class Chunk:
    """Consecutive records of one partition: offsets from `first` up to but not including `end`."""

    first: int
    end: int
    batches: list[pa.RecordBatch] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)


def decode_records(partition: Partition, records: Sequence[Any]) -> Chunk:
    """The events of `records` (a non-empty list of :class:`Record`, offsets ascending) as Arrow batches.

    A run of JSON messages becomes one batch a stream; an Arrow message stays as it is. A record without a value is no
    event.
    """
    chunk = Chunk(records[0].offset, records[-1].offset + 1)
    run: list[Any] = []
    for record in records:
        if record.headers and is_arrow(record.headers):
            _decode_json(partition, run, chunk)
            run = []
            batches, dead = decode_arrow(record.value or b"", _place(partition, record.offset))
            chunk.batches += batches
            chunk.dead += dead
        else:
            run.append(record)
    _decode_json(partition, run, chunk)
    return chunk


def _decode_json(partition: Partition, run: list[Any], chunk: Chunk) -> None:
    if not run:
        return
    raws = [record.value or b"" for record in run]
    batches, dead = decode_columns(joined(raws), lambda index: _place(partition, run[index].offset))
    chunk.batches += batches
    chunk.dead += dead


def is_arrow(headers: Sequence[tuple[str, bytes]]) -> bool:
    return any(name.lower() == "content-type" and value == ARROW_CONTENT_TYPE for name, value in headers)


def _place(partition: Partition, offset: int) -> str:
    return f"{partition.topic}/{partition.partition}@{offset}"
