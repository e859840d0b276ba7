"""The worker without Kafka: records in, engine stepped, alerts out, checkpoints written. Synchronous, one thread.

The order of things is the whole of the delivery guarantee (docs/delivery.md):
records are taken → a step is journalled → the engine makes it → the journal is flushed → its alerts are published;
everything published is delivered → a snapshot is written.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Protocol

import pyarrow as pa

from chuantou.detectors.intake import Counts, LateRecord
from chuantou.schemas.alerts import Alert
from chuantou.schemas.clock import iso_shanghai
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, Reason, dead_letter
from chuantou.streams.alignment import Alignment
from chuantou.streams.checkpoint import Meta, Snapshot, StateDirectory, StateError, Step
from chuantou.streams.event_archive import EventArchive
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.reading import MissingRecordsError, Tape
from chuantou.streams.tally import Tally, tally

log = logging.getLogger(__name__)

PROGRAM = version("chuantou")


class RulesLike(Protocol):
    """What we ask of a rule pack: who it is."""

    @property
    def id(self) -> str: ...
    @property
    def sha256(self) -> str: ...


class EngineLike(Protocol):
    """What the pipeline asks of `chuantou.detectors.engine.Engine`."""

    @property
    def rules(self) -> RulesLike: ...
    @property
    def counts(self) -> Counts: ...
    @property
    def settled(self) -> bool: ...

    def step(self, batches: Sequence[pa.RecordBatch]) -> list[Alert]: ...
    def flush(self) -> list[Alert]: ...
    def close(self) -> list[Alert]: ...
    def late_records(self) -> list[LateRecord]: ...
    def snapshot(self) -> bytes: ...
    def restore(self, data: bytes) -> None: ...


class PublisherLike(Protocol):
    """What the pipeline asks of `outputs.Publisher`."""

    def alerts(self, alerts: Sequence[Alert]) -> None: ...
    def dead(self, letters: Sequence[DeadLetter]) -> None: ...
    def flush(self) -> None: ...
    def poll(self) -> None: ...


class Pipeline:
    """One engine, its lanes, its state directory, its way out and, where one is wanted, the archive of what came in.

    A new pipeline stands at `starts`; :meth:`resume` puts it where a snapshot was. :meth:`save` before the first step.
    """

    def __init__(
        self,
        engine: EngineLike,
        state: StateDirectory,
        publisher: PublisherLike,
        starts: Mapping[Partition, int],
        archive: EventArchive | None = None,
    ) -> None:
        self.engine, self.state, self.publisher, self.archive = engine, state, publisher, archive
        self.alignment = Alignment(dict(starts))
        self.dead = 0
        self.steps_since_save = 0
        self._late_told = 0
        self._journalled = dict(starts)

    @property
    def tally(self) -> Tally:
        """Counts up to now."""
        return tally(self.engine.counts, self.dead, self.alignment.waiting)

    def take(self, partition: Partition, records: Sequence[Any]) -> None:
        """Decode polled records into their lane; those taken before (a seek repeats them) are left out."""
        accepted = self.alignment.accepted(partition)
        if records and records[0].offset < accepted:
            records = [record for record in records if record.offset >= accepted]
        if not records:
            return
        chunk = decode_records(partition, records)
        if self.archive is not None:
            self.archive.append(partition, records, chunk)
        self.publisher.dead(chunk.dead)
        self.dead += len(chunk.dead)
        self.alignment.take(partition, chunk)

    def pump(self, at_end: Collection[Partition]) -> bool:
        """Hand the engine what the frontier lets go, given the partitions that are at their end; whether it did."""
        batches = self.alignment.release(at_end)
        if batches:
            self._step(batches)
        return bool(batches)

    def flush(self) -> None:
        """Judge what waits in the slack: the feeds are quiet, nobody knows for how long."""
        if not self.engine.settled and not self.alignment.waiting:
            self._step([], then="flush")

    def close(self) -> None:
        """The end of time: everything that was taken is judged, all windows close."""
        self._step(self.alignment.release(tuple(self.alignment.positions())), then="close")

    def save(self) -> None:
        """Write a snapshot once everything published is delivered."""
        self.publisher.flush()
        positions = self.alignment.positions()
        if self.archive is not None:
            self.archive.commit({partition: position.accepted for partition, position in positions.items()}, self._late_told)
        offsets = {_name(partition): (position.resume, position.accepted) for partition, position in positions.items()}
        meta = Meta(
            program=PROGRAM,
            rule_pack=self.engine.rules.id,
            rules_sha256=self.engine.rules.sha256,
            frontier=self.alignment.frontier,
            offsets=offsets,
            dead=self.dead,
            late_told=self._late_told,
        )
        data = self.engine.snapshot()
        number = self.state.save(meta, data)
        self.steps_since_save = 0
        log.info("snapshot %d: %d bytes, %s", number, len(data), self.tally)

    def resume(
        self,
        snapshot: Snapshot,
        kept: Mapping[Partition, tuple[int, int]],
        tape: Callable[[Partition, int], Tape],
    ) -> None:
        """Stand where the snapshot stood, then take the journalled steps again, from the records themselves.

        `kept` says which offsets (first, end) the broker has, `tape(partition, offset)` opens a partition. StateError
        when rules, program or broker are not those of the snapshot.
        """
        self._require_same_origin(snapshot, kept)
        meta = snapshot.meta
        self.engine.restore(snapshot.engine)
        self.dead, self._late_told = meta.dead, meta.late_told
        spans = {_partition(name): span for name, span in meta.offsets.items()}
        if self.archive is not None:
            self.archive.resume({partition: accepted for partition, (_, accepted) in spans.items()}, meta.late_told)
        starts = {p: spans[p][1] if p in spans else self.alignment.accepted(p) for p in self.alignment.positions()}
        self.alignment = Alignment(starts, meta.frontier)
        self._journalled = dict(starts)
        tapes: dict[Partition, Tape] = {}
        try:
            for partition, (again, accepted) in sorted(spans.items()):
                ahead = any(_name(partition) in step.taken for step in snapshot.steps)
                if again < accepted or ahead:
                    tapes[partition] = tape(partition, again)
                if again < accepted:
                    for records in tapes[partition].until(accepted):
                        self.alignment.take_again(partition, decode_records(partition, records))
            for step in snapshot.steps:
                self._repeat(step, tapes)
        except MissingRecordsError as error:
            raise StateError(f"the broker does not have what the state was made from: {error}") from error
        finally:
            for opened in tapes.values():
                opened.close()
        log.info("resumed: %d steps repeated, %s", len(snapshot.steps), self.tally)

    def _require_same_origin(self, snapshot: Snapshot, kept: Mapping[Partition, tuple[int, int]]) -> None:
        meta = snapshot.meta
        if meta.program != PROGRAM:
            raise StateError(f"the state was made by version {meta.program}, this is {PROGRAM}: use another --state")
        if meta.rules_sha256 != self.engine.rules.sha256:
            raise StateError(
                f"the state was made with rule pack {meta.rule_pack} ({meta.rules_sha256[:12]}), this is "
                f"{self.engine.rules.id} ({self.engine.rules.sha256[:12]}): use another --state to judge anew"
            )
        taken = {name: accepted for name, (_, accepted) in meta.offsets.items()}
        for step in snapshot.steps:
            taken.update(step.taken)
        for name, (again, _) in sorted(meta.offsets.items()):
            first, end = kept.get(_partition(name), (0, 0))
            if again < first or end < taken[name]:
                raise StateError(
                    f"the broker does not have what the state was made from: {name} holds {first} to {end}, "
                    f"{again} to {taken[name]} is needed; use another --state to read everything again"
                )

    def _repeat(self, step: Step, tapes: Mapping[Partition, Tape]) -> None:
        for name, end in sorted(step.taken.items()):
            partition = _partition(name)
            for records in tapes[partition].until(end):
                self.take(partition, records)
            self._journalled[partition] = end
        self._perform(self.alignment.release_until(step.frontier), step.then)

    def _step(self, batches: Sequence[pa.RecordBatch], then: str = "") -> None:
        now = {p: position.accepted for p, position in self.alignment.positions().items()}
        moved = {_name(p): offset for p, offset in now.items() if offset != self._journalled[p]}
        self.state.journal(Step(frontier=self.alignment.frontier, taken=moved, then=then))  # type: ignore[arg-type]
        self._journalled = now
        self.steps_since_save += 1
        self._perform(batches, then)

    def _perform(self, batches: Sequence[pa.RecordBatch], then: str) -> None:
        alerts = self.engine.step(batches) if batches else []
        if then == "flush":
            alerts += self.engine.flush()
        elif then == "close":
            alerts += self.engine.close()
        late = self.engine.late_records()[self._late_told :]
        self._late_told += len(late)
        if self.archive is not None:
            self.archive.append_late(late)
        if alerts:
            self.state.sync()  # before anybody can know of them
        self.publisher.dead([_letter_of_late(record) for record in late])
        self.publisher.alerts(alerts)


def _letter_of_late(record: LateRecord) -> DeadLetter:
    """What is too old to be judged is told as well; its bytes are on its topic still."""
    fault = BrokenRuleError(
        Reason.TOO_OLD, "event_time", iso_shanghai(record.event_time), f"at most 400 days before {record.judged_until}"
    )
    return dead_letter(fault, f"{record.source_id}/{record.event_id}", b"", event_id=record.event_id)


def _name(partition: Partition) -> str:
    return f"{partition.topic}/{partition.partition}"


def _partition(name: str) -> Partition:
    topic, _, number = name.rpartition("/")
    return Partition(topic, int(number))
