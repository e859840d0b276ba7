"""ARC-1: the archive of a generated city: bytes a transfer, rows a second written and read back as the engine takes them.

``python -m benchmarks.archive [--events N] [--small]``. The city's events come as the Arrow messages of ``chuantou
ingest`` and are committed every so often, as a worker does. The peer, pandas, writes and reads the same transfers as one
Parquet file with zstd: no days, no offsets, no exactly-once.
"""

import time
from pathlib import Path

import pandas as pd
import pyarrow as pa

from benchmarks.replay import run_on_city
from chuantou.schemas.ipc import ipc_bytes
from chuantou.streams.archive_files import committed_files
from chuantou.streams.archive_reading import ArchiveReader
from chuantou.streams.event_archive import EventArchive
from chuantou.streams.files import read_jsonl
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.reading import StoredRecord
from chuantou.streams.topics import ARROW_HEADERS, IN_PREFIX, IN_TOPICS

COMMIT_EVENTS = 1_000_000  # about what a worker that catches up reads between two snapshots
FIRST_MS = 1_480_000_000_000
TRANSFERS = "clr.transfers"


def messages(events: Path) -> list[tuple[Partition, StoredRecord]]:
    """The city as records of Arrow batches, in the order of the file."""
    ends: dict[Partition, int] = {}
    out = []
    for block in read_jsonl(events):
        for batch in block.batches:
            partition = Partition(IN_PREFIX + batch.schema.metadata[b"stream"].decode(), 0)
            offset = ends[partition] = ends.get(partition, -1) + 1
            out.append((partition, StoredRecord(offset, None, ipc_bytes([batch]), list(ARROW_HEADERS), FIRST_MS + len(out))))
    return out


def fill(root: Path, records: list[tuple[Partition, StoredRecord]]) -> tuple[float, list[pa.RecordBatch]]:
    """Seconds that the archive took, without decoding; and the transfers."""
    archive = EventArchive(root)
    reached = {Partition(topic, 0): 0 for topic in IN_TOPICS}
    archive.begin(reached)
    seconds, waiting, transfers = 0.0, 0, []
    for partition, record in records:
        chunk = decode_records(partition, [record])
        start = time.perf_counter()
        archive.append(partition, [record], chunk)
        waiting += sum(batch.num_rows for batch in chunk.batches)
        reached[partition] = chunk.end
        if waiting >= COMMIT_EVENTS:
            archive.commit(reached, 0)
            waiting = 0
        seconds += time.perf_counter() - start
        if partition.topic == IN_PREFIX + TRANSFERS:
            transfers += chunk.batches
    start = time.perf_counter()
    archive.commit(reached, 0)
    return seconds + time.perf_counter() - start, transfers


def compare(events: Path, scratch: Path) -> None:
    root = scratch / "archive"
    written, transfers = fill(root, messages(events))
    start = time.perf_counter()
    rows = sum(batch.num_rows for block in ArchiveReader(root).blocks() for batch in block.batches)
    read = time.perf_counter() - start
    moved = sum(batch.num_rows for batch in transfers)
    files = [file.path for file in committed_files(root, "events") if f"stream={TRANSFERS}" in file.path.parts]
    frame, peer = pa.Table.from_batches(transfers).to_pandas(), scratch / "peer.parquet"
    start = time.perf_counter()
    frame.to_parquet(peer, compression="zstd")
    peer_written = time.perf_counter() - start
    start = time.perf_counter()
    if len(pd.read_parquet(peer)) != moved:
        raise SystemExit("ARC-1: the peer reads another number of transfers")
    peer_read = time.perf_counter() - start
    print(
        f"ARC-1 {rows:,} events, {len(files)} days: {sum(f.stat().st_size for f in files) / moved:.1f} bytes a transfer, "
        f"written at {rows / written / 1e6:.2f} M/s, read at {rows / read / 1e6:.2f} M/s;  pandas, {moved:,} transfers: "
        f"{peer.stat().st_size / moved:.1f} bytes, {moved / peer_written / 1e6:.2f} M/s, {moved / peer_read / 1e6:.2f} M/s",
        flush=True,
    )


def main(arguments: list[str] | None = None) -> None:
    run_on_city(__doc__, compare, arguments)


if __name__ == "__main__":
    main()
