"""The archive: every accepted event, dead letter and refusal as Parquet, exactly once by offset (docs/archive.md).

Files are written beside the checkpoints and named by the offsets that they hold; `committed.json` says up to which ones
everything is there, and is written before the snapshot that says the same. So whatever a crash leaves lies beyond the
snapshot, and is dropped when the worker resumes: its records are read again.
"""

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chuantou.detectors.intake import LateRecord
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.streams.archive_compaction import FILES_MIN, compact
from chuantou.streams.archive_files import (
    FIRST_DAY,
    KINDS,
    LAST_DAY,
    LATE,
    WRITING,
    ArchiveError,
    ArchiveFile,
    Commits,
    all_files,
    day_name,
    file_in,
    inside_others,
    lane_of,
    read_commits,
    write_commits,
)
from chuantou.streams.archive_origins import origins, received_at
from chuantou.streams.archive_tables import DEAD, archived_events, write_table
from chuantou.streams.archive_tables import LATE as LATE_SCHEMA
from chuantou.streams.checkpoint import KEPT
from chuantou.streams.durable import flush_to_disk
from chuantou.streams.messages import Chunk, Partition

# Rows held before they are written, commit or not: about 300 bytes each.
HELD_ROWS_MAX = 500_000
# The state keeps its last snapshots, and there may be one commit more than snapshots.
COMMITS_KEPT = KEPT + 1

Place = tuple[str, ...]  # of a table below the archive: ("events", "stream=clr.transfers"), ("dead",) or ("late",)


class EventArchive:
    """Writes one archive. :meth:`resume` first, then append, and :meth:`commit` before each snapshot.

    Owned by the one worker that holds the lock of the state directory it belongs to.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._history: list[dict[str, int]] = []
        self._files: dict[Path, list[ArchiveFile]] = defaultdict(list)  # by directory of a day
        self._held: dict[str, dict[Place, list[pa.RecordBatch]]] = defaultdict(lambda: defaultdict(list))
        self._held_rows = 0
        self._written: dict[str, int] = {}
        self._reached: dict[str, int] = {}
        self._unflushed: set[Path] = set()

    def begin(self, starts: Mapping[Partition, int]) -> None:
        """A new archive, for partitions read from `starts`. ArchiveError when the directory holds another one."""
        offsets = _by_lane(starts, 0)
        commits = read_commits(self.root)
        if commits is None and not any(all_files(self.root, kind) for kind in KINDS):
            write_commits(self.root, commits := Commits([offsets]))
        if commits is None or commits.history != [offsets]:
            raise ArchiveError(f"{self.root} holds an archive already, and the state is new: use a new --archive")
        self._resume(offsets)

    def resume(self, accepted: Mapping[Partition, int], late: int) -> None:
        """Stand where a snapshot stood: drop what lies beyond it.

        ArchiveError unless the archive was committed with just these offsets and this count of refusals.
        """
        self._resume(_by_lane(accepted, late))

    def append(self, partition: Partition, records: Sequence[Any], chunk: Chunk) -> None:
        """Hold what `records` were decoded to; written at the next commit, or when much is held."""
        lane = lane_of(partition)
        for batch, of_record in zip(chunk.batches, origins(partition, records, chunk)):
            stream = batch.schema.metadata[b"stream"].decode()
            self._hold(lane, ("events", f"stream={stream}"), archived_events(stream, batch, of_record))
        if chunk.dead:
            self._hold(lane, ("dead",), _dead_rows(chunk.dead, records))
        self._reached[lane] = chunk.end
        if self._held_rows > HELD_ROWS_MAX:
            self._write_held()

    def append_late(self, late: Sequence[LateRecord]) -> None:
        """Hold what the engine refused as too old."""
        if late:
            columns = list(zip(*((r.source_id, r.event_id, r.event_time, r.judged_until) for r in late)))
            arrays = [pa.array(column, pa.string()) for column in columns[:2]]
            arrays += [pa.array(column, pa.int64()).view(LATE_SCHEMA.field("event_time").type) for column in columns[2:]]
            self._hold(LATE, ("late",), pa.RecordBatch.from_arrays(arrays, schema=LATE_SCHEMA))
            self._reached[LATE] += len(late)

    def commit(self, accepted: Mapping[Partition, int], late: int) -> None:
        """Write what is held, make all of it durable, and say that it is all up to these offsets."""
        self._reached = _by_lane(accepted, late)
        self._write_held()
        touched, self._unflushed = self._unflushed, set()
        for directory in sorted({above for path in touched for above in _up_to(path, self.root)}):
            flush_to_disk(directory)
        if self._history[-1] != self._reached:
            self._history = [*self._history, dict(self._reached)][-COMMITS_KEPT:]
            write_commits(self.root, Commits(self._history))
        if len(self._history) == COMMITS_KEPT:  # no snapshot that is kept goes back before the oldest of them
            for directory, files in sorted(self._files.items()):
                if len(files) >= FILES_MIN:
                    self._files[directory] = compact(files, self._history[0])

    def _resume(self, offsets: dict[str, int]) -> None:
        commits = read_commits(self.root)
        if commits is None or offsets not in commits.history:
            raise ArchiveError(
                f"{self.root} does not hold what the state was made from: it belongs to another --state; "
                f"use a new --archive with a new --state to read everything again"
            )
        self._history = commits.history[: commits.history.index(offsets) + 1]
        write_commits(self.root, Commits(self._history))  # first: from now on what lies beyond does not count
        for leftover in sorted(self.root.rglob("*" + WRITING)):
            leftover.unlink()
        files = [file for kind in KINDS for file in all_files(self.root, kind)]
        swallowed = set(inside_others(file for file in files if file.end <= offsets.get(file.lane, 0)))
        for file in files:
            if file.end > offsets.get(file.lane, 0) or file in swallowed:
                file.path.unlink()
            else:
                self._files[file.path.parent].append(file)
        self._written, self._reached = dict(offsets), dict(offsets)

    def _hold(self, lane: str, place: Place, rows: pa.RecordBatch) -> None:
        self._held[lane][place].append(rows)
        self._held_rows += rows.num_rows

    def _write_held(self) -> None:
        """One file for each lane, table and day; the span is that of everything read of the lane since the last ones."""
        for lane, places in sorted(self._held.items()):
            for place, batches in sorted(places.items()):
                table = pa.Table.from_batches(batches)
                for day, rows in _by_day(table, _days(place[0], table)):
                    directory = self.root.joinpath(*place, f"day={day}")
                    self._write(file_in(directory, lane, self._written.get(lane, 0), self._reached[lane]), rows)
        self._held.clear()
        self._held_rows = 0
        self._written = dict(self._reached)

    def _write(self, file: ArchiveFile, rows: pa.Table) -> None:
        directory = file.path.parent
        directory.mkdir(parents=True, exist_ok=True)
        writing = file.path.with_name(file.path.name + WRITING)
        write_table(writing, rows)
        flush_to_disk(writing)
        writing.rename(file.path)
        self._unflushed.add(directory)
        self._files[directory].append(file)


def _by_lane(accepted: Mapping[Partition, int], late: int) -> dict[str, int]:
    return {lane_of(partition): offset for partition, offset in accepted.items()} | {LATE: late}


def _days(kind: str, table: pa.Table) -> NDArray[np.int64]:
    """int64[rows]: the business day of events, the Shanghai day of what else there is (out of range where unknown)."""
    time = table.column("received_at" if kind == "dead" else "event_time")
    known = pc.fill_null(time.cast(pa.int64()), np.iinfo(np.int64).min // 2).to_numpy()
    days = shanghai_day(known)
    if kind == "events" and table.column("biz_date").null_count < table.num_rows:
        stated = table.column("biz_date").cast(pa.int32())
        days = np.where(stated.is_valid().to_numpy(), stated.fill_null(0).to_numpy(), days)
    return np.where((days < FIRST_DAY) | (days > LAST_DAY), LAST_DAY + 1, days)


def _by_day(table: pa.Table, days: NDArray[np.int64]) -> list[tuple[str, pa.Table]]:
    """The rows of each day, in their order."""
    order = np.argsort(days, kind="stable")
    found, first = np.unique(days[order], return_index=True)
    if len(found) > 1:
        table = table.take(pa.array(order))
    stops = [*first[1:], len(days)]
    return [(day_name(int(day)), table.slice(a, b - a)) for day, a, b in zip(found, first, stops)]


def _dead_rows(letters: Sequence[DeadLetter], records: Sequence[Any]) -> pa.RecordBatch:
    """Dead letters with the bytes as they came; their source names the record that they came in."""
    offsets = [int(letter.source.rpartition("@")[2].partition("#")[0]) for letter in letters]
    texts = [[getattr(letter, name) for letter in letters] for name in DEAD.names[:8]]
    raws = [base64.b64decode(letter.raw) for letter in letters]
    columns = [*(pa.array(text, pa.string()) for text in texts), pa.array(raws, pa.binary())]
    return pa.RecordBatch.from_arrays([*columns, pa.array(offsets), received_at(offsets, records)], schema=DEAD)


def _up_to(path: Path, root: Path) -> list[Path]:
    """`path` and the directories above it, up to and including `root`."""
    return [path, *(above for above in path.parents if above.is_relative_to(root))]
