"""What arrives: duplicates counted, corrections resolved, the rest held until the watermark has passed it.

Nothing here depends on the order of arrival: which events are *void* (reversed, cancelled, corrected) is a function of
the set of events, and every accepted event is kept in the archive so that the past can be played again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chuantou.detectors.archive import Archive, by_stream
from chuantou.detectors.seen import Seen
from chuantou.detectors.voids import UNDOING, Name, Undo, Voids
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.ipc import ipc_bytes

LATENESS_US = 400 * DAY_US  # catalogue §8, DQ-05
NEVER = -(1 << 62)
STRETCH_EVENTS = 50_000  # played at once of a long past
# what these tell is true of the past whenever it is told; only money and reports can be too late (docs/decisions.md)
NEVER_LATE = (b"party.events", b"own.events", b"lic.events", b"acct.events", b"ref.items")
IS_UNDOING = pa.array(UNDOING)


@dataclass
class Counts:
    """received = processed + duplicate + late + pending, always."""

    received: int = 0
    duplicate: int = 0
    late: int = 0
    pending: int = 0

    @property
    def processed(self) -> int:
        return self.received - self.duplicate - self.late - self.pending


@dataclass(frozen=True)
class LateRecord:
    """An event older than ``LATENESS_US`` before what was already judged: refused, with its key and time."""

    source_id: str
    event_id: str
    event_time: int
    judged_until: int


class Intake:
    """Accepts record batches of any stream in any order; hands out what is due, in no particular order."""

    def __init__(self, keep: bool = True) -> None:
        self.keep = keep  # whether the past may have to be played again
        self.seen = Seen()
        self.voids = Voids()
        self.counts = Counts()
        self.archive = Archive()
        self.waiting: list[pa.RecordBatch] = []
        self.newest = self.second = NEVER  # the two latest event times
        self.late: list[LateRecord] = []

    def accept(self, batches: Sequence[pa.RecordBatch], judged_until: int) -> int:
        """Take batches; returns the oldest event time whose outcome may have changed (``NEVER`` negated: nothing).

        Events more than ``LATENESS_US`` before ``judged_until`` are refused and listed in ``late``.
        """
        oldest = -NEVER
        for batch in batches:
            if batch.num_rows == 0:
                continue
            self.counts.received += batch.num_rows
            fresh = self.seen.add(batch)
            if not fresh.all():
                self.counts.duplicate += int((~fresh).sum())
                batch = batch.filter(pa.array(fresh))
            batch = self._refuse_late(batch, judged_until)
            if batch.num_rows == 0:
                continue
            if self.keep:
                self.archive.append(batch)
            self.waiting.append(batch)
            self.counts.pending += batch.num_rows
            oldest = min(oldest, int(pc.min(batch.column("event_time")).as_py()))
            undoing = pc.is_in(batch.column("op"), IS_UNDOING)
            if pc.any(undoing).as_py():
                oldest = min(oldest, self._undo(batch.filter(undoing)))
        return oldest

    @property
    def watermark(self) -> int:
        """How far the feeds have come. One event that leaps past the lateness allowed does not count before a second one:
        misdated, it would make everything behind it too late."""
        return self.newest if self.newest - self.second <= LATENESS_US else self.second

    def _refuse_late(self, batch: pa.RecordBatch, judged_until: int) -> pa.RecordBatch:
        time = batch.column("event_time").to_numpy()
        if len(time):
            latest = np.sort(time[np.argpartition(time, -min(2, len(time)))[-2:]])
            *_, self.second, self.newest = sorted((self.second, self.newest, *latest.tolist()))
        late = time < judged_until - LATENESS_US
        if batch.schema.metadata[b"stream"] in NEVER_LATE:
            return batch
        if not late.any():
            return batch
        refused = batch.filter(pa.array(late))
        self.counts.late += refused.num_rows
        rows = zip(*(refused.column(name).to_pylist() for name in ("source_id", "event_id", "event_time")))
        self.late.extend(LateRecord(source, event, time, judged_until) for source, event, time in rows)
        return batch.filter(pa.array(~late))

    def _undo(self, batch: pa.RecordBatch) -> int:
        changed: set[Name] = set()
        names = ("source_id", "event_id", "op", "ref_event_id", "version", "event_time")
        for source, event, op, ref, version, time in zip(*(batch.column(name).to_pylist() for name in names)):
            changed |= self.voids.add(Undo((source, event), op, version, time, (source, ref)))
        oldest = self.archive.oldest_of(changed)
        return -NEVER if oldest is None else oldest

    def stops(self, after: int, until: int) -> list[int]:
        """Instants at which to pause on the way to ``until``, so that what is taken at once stays in the processor's cache."""
        if self.counts.pending <= STRETCH_EVENTS:
            return [until]
        time = np.concatenate([batch.column("event_time").to_numpy() for batch in self.waiting])
        time = np.sort(time[(after < time) & (time < until)])
        return [*np.unique(time[STRETCH_EVENTS::STRETCH_EVENTS]).tolist(), until]

    def due(self, after: int, until: int) -> list[pa.RecordBatch]:
        """Take what waits with ``after < event_time ≤ until``: the events that stand, without those that only undo others."""
        out, rest = [], []
        for batch in self.waiting:
            time = batch.column("event_time").to_numpy()
            ready = (after < time) & (time <= until)
            if ready.all():
                out.append(batch)
            elif ready.any():
                out.append(batch.filter(pa.array(ready)))
                rest.append(batch.filter(pa.array(~ready)))
            else:
                rest.append(batch)
        self.waiting = rest
        self.counts.pending = sum(batch.num_rows for batch in rest)
        return [batch for batch in map(self._standing, out) if batch.num_rows]

    def _standing(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        undone = pc.is_in(batch.column("op"), pa.array(["REVERSE", "CANCEL"]))
        if pc.any(undone).as_py():
            batch = batch.filter(pc.invert(undone))
        if not self.voids.void:
            return batch
        maybe = pc.is_in(batch.column("event_id"), pa.array(sorted({key[1] for key in self.voids.void}), pa.string()))
        if not pc.any(maybe).as_py():
            return batch
        keys = zip(*(batch.column(name).to_pylist() for name in ("source_id", "event_id", "op", "version")))
        return batch.filter(pa.array([self.voids.stands(*key) for key in keys]))

    def play_again(self, after: int) -> None:
        """Put every archived event later than ``after`` back among what waits."""
        self.waiting = list(self.archive.since(after))
        self.counts.pending = sum(batch.num_rows for batch in self.waiting)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "waiting": [ipc_bytes([batch], "zstd") for batch in by_stream(self.waiting)]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.waiting = [batch for data in state["waiting"] for batch in pa.ipc.open_stream(data)]
