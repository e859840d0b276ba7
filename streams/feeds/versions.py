"""What a file adds to what its feed has told before: new events, corrections and reversals by difference (DQ-02).

Events are known by their idempotency key. One told again with the same content is a duplicate. With other content it becomes a
CORRECT, whichever file tells it: the last one counts. One that an earlier version of the same file told and this one does not is
reversed – unless a file of another name told it too: leaving out is then no statement. One that comes back gets its reversal
reversed.

All ids and versions made here carry the number of the file that caused them: the same file gives the same events after a crash.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from chuantou.schemas.columns import from_batch, to_batch
from chuantou.schemas.streams import INT32_MAX, Envelope, encode_line
from chuantou.streams.feeds.state import FeedState, Told

ID_MAX = 256
REF_BYTES = 6
TAKES_BACK = ("REVERSE", "CANCEL")
_encode_key = msgspec.json.Encoder().encode


class InexpressibleError(ValueError):
    """A changed REVERSE, CANCEL or CORRECT that no further event can put right."""


@dataclass
class Difference:
    """Where the events of a file went: ``sent`` or ``duplicate``; ``corrected`` and ``reversed`` are among those sent."""

    sent: int = 0
    duplicate: int = 0
    corrected: int = 0
    reversed: int = 0


class Versions:
    """The difference of file number ``file`` against what ``feed`` told; ``versions`` are the accepted ones of this file."""

    def __init__(self, state: FeedState, feed: str, file: int, versions: Sequence[int]) -> None:
        self.state, self.feed, self.file, self.versions = state, feed, file, versions
        self.tally = Difference()

    def of(self, events: Iterable[pa.RecordBatch], before: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What to send, batch by batch, given the events of this file and of its version before. `InexpressibleError`."""
        self.state.begin()
        for batch in events:
            yield from self._sent(self._told(batch))
        for batch in before:
            yield from self._sent(self._left_out(batch))

    def _sent(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                self.tally.sent += batch.num_rows
                yield batch

    def _told(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        events = from_batch(batch)
        keys = [self._key(event) for event in events]
        known = self.state.look_up(keys)
        noted: dict[bytes, Told] = {}
        fresh, changed = np.zeros(len(events), np.bool_), []
        for row, (event, key) in enumerate(zip(events, keys)):
            entry, seen = Told(_digest(event), self.file), noted.get(key) or known.get(key)
            if seen is None:
                fresh[row] = True
            elif seen.file == self.file:
                self.tally.duplicate += 1
                continue
            else:
                changes = self._changes(event, entry.digest, seen)
                self.tally.duplicate += not changes
                changed += changes
                entry = entry._replace(shared=seen.shared or seen.file not in self.versions)
            noted[key] = entry
        self.state.note(noted.items())
        stream = batch.schema.metadata[b"stream"].decode()
        return iter((batch.filter(pa.array(fresh)), to_batch(stream, changed)))

    def _changes(self, event: Envelope, digest: bytes, seen: Told) -> list[Envelope]:
        out: list[Envelope] = []
        if seen.gone:
            taken_back = _marked(event.event_id, "gone", seen.gone)
            out.append(replace(event, op="REVERSE", event_id=_marked(event.event_id, "back", self.file), ref_event_id=taken_back))
        if digest[:REF_BYTES] != seen.digest[:REF_BYTES]:
            raise InexpressibleError(f"{event.op} {event.event_id} names another event than before: {event.ref_event_id}")
        if digest != seen.digest:
            version = event.version + self.file
            if version > INT32_MAX:
                raise InexpressibleError(f"{event.op} {event.event_id} has changed, and no version is left after {event.version}")
            target = event.ref_event_id if event.op == "CORRECT" else event.event_id
            out.append(replace(event, op="CORRECT", ref_event_id=target, version=version))
            self.tally.corrected += 1
        return out

    def _left_out(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        events = from_batch(batch)
        keys = [self._key(event) for event in events]
        known = self.state.look_up(keys)
        noted: dict[bytes, Told] = {}
        out: list[Envelope] = []
        for event, key in zip(events, keys):
            seen = known.get(key)
            if seen is None or seen.file not in self.versions or seen.shared or seen.gone or key in noted:
                continue
            if event.event_id == event.ref_event_id:
                raise InexpressibleError(f"{event.op} {event.event_id} is missing now, and has no name of its own to take back")
            noted[key] = seen._replace(gone=self.file)
            out.append(replace(event, op="REVERSE", event_id=_marked(event.event_id, "gone", self.file),
                               ref_event_id=event.event_id))  # fmt: skip
        self.tally.reversed += len(out)
        self.state.note(noted.items())
        return iter((to_batch(batch.schema.metadata[b"stream"].decode(), out),))

    def _key(self, event: Envelope) -> bytes:
        key = (self.feed, event.source_id, event.event_id, event.op, event.version)
        return hashlib.blake2b(_encode_key(key), digest_size=16).digest()


def _digest(event: Envelope) -> bytes:
    """Of the event that it refers to, and of what it says; one that takes another back says no more than that."""
    ref = hashlib.blake2b(str(event.ref_event_id).encode(), digest_size=REF_BYTES).digest()
    if event.op in TAKES_BACK:
        return ref
    return ref + hashlib.blake2b(encode_line(event), digest_size=16 - REF_BYTES).digest()


def _marked(event_id: str, mark: str, file: int) -> str:
    marked = f"{event_id}~{mark}{file}"
    if len(marked) <= ID_MAX:
        return marked
    return f"#{hashlib.blake2b(event_id.encode(), digest_size=20).hexdigest()}~{mark}{file}"
