"""Alignment by event time: thirteen topics are read at different speeds, the engine should see one time.

A backfill of years puts the whole register into one topic and the transfers into another. Read as they come, one would
run years ahead of the other, and every event of the slower one would send the engine back in time. So each partition
has a lane here, and events leave the lanes only up to the *frontier*: the least, over the partitions that still have
more to read, of the newest event time read from each. A partition at its end holds nobody back.

The engine is right without this (it is built for late events); alignment makes it fast.
"""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from chuantou.streams.messages import Chunk, Partition

NEVER = -(1 << 62)


@dataclass
class Position:
    """How far a partition is, and where to read again after a restart.

    Records below `accepted` were taken; of those from `resume` on, the events later than the frontier are still in the
    lane. All others were handed to the engine.
    """

    resume: int
    accepted: int


@dataclass
class _Held:
    """One batch that waits, and the first offset of the chunk it came in."""

    first: int
    batch: pa.RecordBatch
    oldest: int
    newest: int


@dataclass
class _Lane:
    accepted: int
    newest: int = NEVER
    rows: int = 0
    held: deque[_Held] = field(default_factory=deque)


class Alignment:
    """Lanes of batches, and the frontier (µs UTC) up to which they were let go. Deterministic, without a clock."""

    def __init__(self, starts: dict[Partition, int], frontier: int = NEVER) -> None:
        self.frontier = frontier
        self._lanes = {partition: _Lane(starts[partition]) for partition in sorted(starts)}

    def accepted(self, partition: Partition) -> int:
        """Offset of the next record to take from `partition`."""
        return self._lanes[partition].accepted

    def rows(self, partition: Partition) -> int:
        """Events that wait in the lane of `partition`."""
        return self._lanes[partition].rows

    @property
    def waiting(self) -> int:
        """Events that wait in all lanes."""
        return sum(lane.rows for lane in self._lanes.values())

    def take(self, partition: Partition, chunk: Chunk) -> None:
        """Append a decoded chunk. ValueError when it begins before what was already taken."""
        lane = self._lanes[partition]
        if chunk.first < lane.accepted:
            raise ValueError(f"{partition}: offset {chunk.first} was taken already (next is {lane.accepted})")
        self._hold(lane, chunk.first, chunk.batches)
        lane.accepted = chunk.end

    def take_again(self, partition: Partition, chunk: Chunk) -> None:
        """Refill a lane after a restart: of records taken before, the events that had not left yet."""
        self._hold(self._lanes[partition], chunk.first, [_later_than(batch, self.frontier) for batch in chunk.batches])

    def release(self, at_end: Collection[Partition]) -> list[pa.RecordBatch]:
        """Let go what the frontier allows when the partitions `at_end` have nothing more to read for now."""
        behind = [lane.newest for partition, lane in self._lanes.items() if partition not in at_end]
        reach = min(behind) if behind else max(lane.newest for lane in self._lanes.values())
        return self.release_until(reach)

    def release_until(self, frontier: int) -> list[pa.RecordBatch]:
        """Let go every event up to `frontier`, lanes in order of partition, each in order of offset.

        The frontier never goes back: what is older than it and arrives later leaves at once.
        """
        self.frontier = max(self.frontier, frontier)
        out: list[pa.RecordBatch] = []
        for lane in self._lanes.values():
            out += self._let_go(lane)
        return out

    def positions(self) -> dict[Partition, Position]:
        """Where every partition stands; what a checkpoint has to know."""
        return {
            partition: Position(lane.held[0].first if lane.held else lane.accepted, lane.accepted)
            for partition, lane in self._lanes.items()
        }

    def _hold(self, lane: _Lane, first: int, batches: Iterable[pa.RecordBatch]) -> None:
        for batch in batches:
            if batch.num_rows == 0:
                continue
            times = _times(batch)
            held = _Held(first, batch, int(times.min()), int(times.max()))
            lane.held.append(held)
            lane.rows += batch.num_rows
            lane.newest = max(lane.newest, held.newest)

    def _let_go(self, lane: _Lane) -> list[pa.RecordBatch]:
        out: list[pa.RecordBatch] = []
        stay: deque[_Held] = deque()
        for held in lane.held:
            if held.newest <= self.frontier:
                out.append(held.batch)
            elif held.oldest > self.frontier:
                stay.append(held)
            else:
                early = _times(held.batch) <= self.frontier
                out.append(held.batch.filter(pa.array(early)))
                rest = _later_than(held.batch, self.frontier)
                stay.append(_Held(held.first, rest, int(_times(rest).min()), held.newest))
        lane.held = stay
        lane.rows -= sum(batch.num_rows for batch in out)
        return out


def _times(batch: pa.RecordBatch) -> np.ndarray:
    return batch.column("event_time").to_numpy()


def _later_than(batch: pa.RecordBatch, frontier: int) -> pa.RecordBatch:
    return batch.filter(pa.array(_times(batch) > frontier))
