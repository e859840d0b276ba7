"""Every accepted event, so that the past can be played again: sealed, compressed segments and an open tail.

A segment is one stream's batches as an Arrow IPC stream with zstd; beside it stand its time span and the sorted hashes
of its keys, so that most questions need not open it. A sealed segment never changes: a snapshot takes it as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.detectors.kernels import keyset
from chuantou.schemas.ipc import ipc_bytes
from chuantou.schemas.text import text_buffers

SEAL_ROWS = 100_000  # rows in the open tail that make it worth a segment: about 10 MB of columns
Key = tuple[str, str]


@dataclass(frozen=True)
class SealedSegment:
    """One stream's batches: times in µs, ``hashes`` uint64 sorted."""

    data: bytes
    oldest: int
    newest: int
    hashes: NDArray[np.uint64]

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield from pa.ipc.open_stream(self.data)


class Archive:
    """Append, read back what is later than an instant, find events by key."""

    def __init__(self) -> None:
        self.segments: list[SealedSegment] = []
        self.tail: list[pa.RecordBatch] = []
        self.tail_rows = 0

    def append(self, batch: pa.RecordBatch) -> None:
        self.tail.append(batch)
        self.tail_rows += batch.num_rows
        if self.tail_rows >= SEAL_ROWS:
            self.seal()

    def seal(self) -> None:
        """Turn the tail into segments, one a stream."""
        for batch in by_stream(self.tail):
            times, hashes = batch.column("event_time").to_numpy(), np.sort(key_hashes(batch))
            self.segments.append(SealedSegment(ipc_bytes([batch], "zstd"), int(times.min()), int(times.max()), hashes))
        self.tail, self.tail_rows = [], 0

    def since(self, after: int) -> Iterator[pa.RecordBatch]:
        """Rows with ``event_time > after``."""
        for segment in self.segments:
            if segment.newest > after:
                for batch in segment.batches():
                    yield from later(batch, after)
        for batch in self.tail:
            yield from later(batch, after)

    def oldest_of(self, keys: Iterable[Key]) -> int | None:
        """Oldest event time among events with these ``(source_id, event_id)``; None when none is there."""
        wanted = sorted(keys)
        if not wanted:
            return None
        hashes = key_hashes(pa.record_batch([pa.array(column) for column in zip(*wanted)], ["source_id", "event_id"]))
        found: list[int] = []
        for segment in self.segments:
            at = np.minimum(np.searchsorted(segment.hashes, hashes), len(segment.hashes) - 1)
            if bool((segment.hashes[at] == hashes).any()):
                found.extend(time for batch in segment.batches() for time in _times(batch, set(wanted), hashes))
        for batch in self.tail:
            found.extend(_times(batch, set(wanted), hashes))
        return min(found, default=None)

    def __getstate__(self) -> dict[str, Any]:
        return {"segments": list(self.segments), "tail": [ipc_bytes([batch], "zstd") for batch in by_stream(self.tail)]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.segments = state["segments"]
        self.tail = [batch for data in state["tail"] for batch in pa.ipc.open_stream(data)]
        self.tail_rows = sum(batch.num_rows for batch in self.tail)


def by_stream(batches: Iterable[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """One batch a stream: a live feed comes in batches of a few rows, and each would cost a header and a compressor."""
    groups: dict[bytes, list[pa.RecordBatch]] = defaultdict(list)
    for batch in batches:
        groups[batch.schema.metadata[b"stream"]].append(batch)
    return [group[0] if len(group) == 1 else pa.concat_batches(group) for group in groups.values()]


def key_hashes(batch: pa.RecordBatch) -> NDArray[np.uint64]:
    """uint64[n] over (source_id, event_id): equal keys have equal hashes."""
    high, low = np.full(batch.num_rows, 1, np.uint64), np.full(batch.num_rows, 2, np.uint64)
    for name in ("source_id", "event_id"):
        keyset.mix(high, low, *text_buffers(batch.column(name)))
    return high


def later(batch: pa.RecordBatch, after: int) -> Iterator[pa.RecordBatch]:
    """The rows of a batch later than an instant, if any."""
    keep = batch.column("event_time").to_numpy() > after
    if keep.all():
        yield batch
    elif keep.any():
        yield batch.filter(pa.array(keep))


def _times(batch: pa.RecordBatch, wanted: set[Key], hashes: NDArray[np.uint64]) -> Iterator[int]:
    hit = np.isin(key_hashes(batch), hashes)
    if hit.any():
        rows = batch.select(["source_id", "event_id", "event_time"]).filter(pa.array(hit)).to_pylist()
        yield from (row["event_time"] for row in rows if (row["source_id"], row["event_id"]) in wanted)
