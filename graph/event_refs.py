"""The events of booked transfers, by log index."""

from bisect import bisect_right
from typing import Any

import pyarrow as pa

from chuantou.schemas.ipc import ipc_bytes


class EventRefs:
    """``(source_id, event_id)`` of every transfer in the log, kept as the Arrow chunks they came in."""

    def __init__(self) -> None:
        self.first: list[int] = []
        self.chunks: list[tuple[pa.Array, pa.Array]] = []

    def append(self, first: int, source_id: pa.Array, event_id: pa.Array) -> None:
        self.first.append(first)
        self.chunks.append((source_id, event_id))

    def of(self, log_index: int) -> tuple[str, str]:
        chunk = bisect_right(self.first, log_index) - 1
        at = log_index - self.first[chunk]
        source_id, event_id = self.chunks[chunk]
        return source_id[at].as_py(), event_id[at].as_py()

    def __getstate__(self) -> dict[str, Any]:
        """As an IPC stream: a pickled slice would take its whole parent buffer along."""
        batches = [pa.RecordBatch.from_arrays(list(chunk), ["source_id", "event_id"]) for chunk in self.chunks]
        return {"first": self.first, "data": ipc_bytes(batches) if batches else b""}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.first = state["first"]
        batches = pa.ipc.open_stream(state["data"]) if state["data"] else ()
        self.chunks = [(batch.column(0), batch.column(1)) for batch in batches]

    def forget_before(self, log_index: int) -> None:
        keep = max(0, bisect_right(self.first, log_index) - 1)
        del self.first[:keep], self.chunks[:keep]
