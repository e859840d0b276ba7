"""Small feeds for the tests: transfers as JSON records of a partition, and a topic that lives in memory."""

from collections.abc import Iterator
from typing import Any

import msgspec

from chuantou.streams.messages import Partition
from chuantou.streams.reading import MissingRecordsError, StoredRecord

TRANSFERS = Partition("in.clr.transfers", 0)
PARTIES = Partition("in.party.events", 0)


def transfer(event_id: str, time: int, **fields: Any) -> bytes:
    """One contract line with these fields besides; `time` is µs UTC."""
    return msgspec.json.encode({
        "stream": "clr.transfers", "event_id": event_id, "source_id": "bank:A", "event_time": time,
        "debtor_account": "a", "creditor_account": "b", "amount_fen": 100, **fields,
    })  # fmt: skip


def records(first: int, *values: bytes) -> list[StoredRecord]:
    """Stored records with ascending offsets."""
    return [StoredRecord(first + index, None, value, []) for index, value in enumerate(values)]


class MemoryTape:
    """What `reading.Tape` does, over a list of records."""

    def __init__(self, stored: list[StoredRecord], start: int) -> None:
        self.stored, self.next = stored, start

    def until(self, end: int) -> Iterator[list[StoredRecord]]:
        if end > self.next and (not self.stored or self.stored[-1].offset + 1 < end):
            raise MissingRecordsError(f"ends before {end}")
        ready = [record for record in self.stored if self.next <= record.offset < end]
        self.next = max(self.next, end)
        if ready:
            yield ready

    def close(self) -> None:
        """Nothing to give back."""
