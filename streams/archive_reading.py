"""The archive read back: columns straight to the engine, dead letters as they were, refusals left out and counted."""

import base64
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from chuantou.schemas.columns import ARROW
from chuantou.schemas.dead_letters import DeadLetter, Reason
from chuantou.schemas.fields import FIELDS
from chuantou.streams.archive_files import ArchiveError, ArchiveFile, committed_files
from chuantou.streams.archive_tables import DEAD, MOMENT, contract_events, read_table
from chuantou.streams.files import Block

IN_FLIGHT = 2  # files a core that are read ahead: the bound on memory
_REFUSED_BY = ("source_id", "event_id", "event_time")


class _Read(NamedTuple):
    batches: list[pa.RecordBatch]
    late: int
    unknown: int


class ArchiveReader:
    """One reading of an archive: :meth:`blocks` once, then the counts.

    `late` counts the events that the worker refused as too old: they were never judged and are not judged now, so that
    the outcome is that of the live run. `unknown` counts those that had not come by `as_known_at` (µs UTC), by the time
    of their record; None reads everything.
    """

    def __init__(self, root: Path, as_known_at: int | None = None) -> None:
        self.root, self.as_known_at = root, as_known_at
        self.late = self.unknown = 0
        self._refused = self._read_refused()

    def blocks(self) -> Iterator[Block]:
        """Batches of `columns.ARROW`, by business day, and the dead letters. ArchiveError naming a file that is broken."""
        for file in committed_files(self.root, "dead"):
            yield Block([], self._letters(file), 0)
        waiting: deque[Future[_Read]] = deque()
        cores = os.cpu_count() or 1
        with ThreadPoolExecutor(cores, thread_name_prefix="archive") as pool:
            for file in committed_files(self.root, "events"):
                waiting.append(pool.submit(self._events, file))
                if len(waiting) >= IN_FLIGHT * cores:
                    yield self._taken(waiting.popleft().result())
            while waiting:
                yield self._taken(waiting.popleft().result())

    def _taken(self, read: _Read) -> Block:
        self.late += read.late
        self.unknown += read.unknown
        return Block(read.batches, [], 0)

    def _events(self, file: ArchiveFile) -> _Read:
        stream = file.path.parent.parent.name.removeprefix("stream=")
        if stream not in ARROW:
            raise ArchiveError(f"{file.path}: no stream {stream}")
        names = [field.wire for field in FIELDS[stream]]
        table = read_table(file.path, names if self.as_known_at is None else [*names, "received_at"])
        table, unknown = self._known(table)
        table, late = self._without_refused(table)
        return _Read(contract_events(stream, table, file.path), late, unknown)

    def _known(self, table: pa.Table) -> tuple[pa.Table, int]:
        """The rows that had come by then. What has no time of receipt cannot be shown to have been known."""
        if self.as_known_at is None:
            return table, 0
        came = pc.less_equal(table.column("received_at"), pa.scalar(self.as_known_at, MOMENT))
        known = table.filter(pc.fill_null(came, False))
        return known, table.num_rows - known.num_rows

    def _read_refused(self) -> pa.Table:
        tables = [read_table(file.path, list(_REFUSED_BY)) for file in committed_files(self.root, "late")]
        if not tables:
            return pa.table({name: [] for name in _REFUSED_BY})
        return pa.concat_tables(tables).group_by(list(_REFUSED_BY)).aggregate([])

    def _without_refused(self, table: pa.Table) -> tuple[pa.Table, int]:
        if not self._refused.num_rows:
            return table, 0
        suspects = pc.is_in(table.column("event_id"), self._refused.column("event_id"))
        if not pc.any(suspects).as_py():
            return table, 0
        refused = {tuple(row.values()) for row in self._refused.select(_REFUSED_BY).to_pylist()}
        keys = zip(*(table.column(name).to_pylist() for name in _REFUSED_BY))
        stay = pa.array([key not in refused for key in keys])
        return table.filter(stay), table.num_rows - pc.sum(stay).as_py()

    def _letters(self, file: ArchiveFile) -> list[DeadLetter]:
        table, _ = self._known(read_table(file.path))
        if table.schema.names != DEAD.names:
            raise ArchiveError(f"{file.path}: columns {table.schema.names}, expected {DEAD.names}")
        letters = []
        for row in table.select(DEAD.names[:9]).to_pylist():
            raw = base64.b64encode(row.pop("raw")).decode("ascii")
            letters.append(DeadLetter(**{**row, "code": Reason(row["code"])}, raw=raw))
        return letters
