"""Record batches as bytes: the Arrow IPC stream format, of messages, between processes and in the archive."""

from collections.abc import Sequence

import pyarrow as pa


def ipc_bytes(batches: Sequence[pa.RecordBatch], compression: str | None = None) -> bytes:
    """Batches of one schema, at least one, as an Arrow IPC stream; ``compression`` is None, `lz4` or `zstd`."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, batches[0].schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()
