"""Reading a topic without a group: from one offset to another, for recovery and for those who want the results."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from chuantou.streams.messages import Partition
from chuantou.streams.topics import BrokerError, bootstrap

SILENCE_S = 30.0  # a broker that has the records and does not send them for so long is gone
BATCH_RECORDS = 5_000
POLL_S = 0.5
RETRY_S = 0.1
_NOT_YET = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART)
QUEUE_KBYTES = 16_384  # what librdkafka may fetch ahead of us, a partition


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record of a topic: `offset`, `key`, `value` and `headers` as bytes, `timestamp` in ms UTC (-1: none)."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp: int = -1


class MissingRecordsError(RuntimeError):
    """The topic ends before an offset that was once read from it."""


class Tape:
    """One partition from an offset onward, played up to wherever the caller wants to be next."""

    def __init__(self, broker: str, partition: Partition, start: int) -> None:
        self.partition, self.next = partition, start
        self._ahead: list[StoredRecord] = []
        self._consumer = _consumer(broker)
        self._consumer.assign([TopicPartition(partition.topic, partition.partition, start)])

    def until(self, end: int) -> Iterator[list[StoredRecord]]:
        """The records from where the tape stands up to but not including `end`, in lists.

        MissingRecordsError when the partition ends before, BrokerError when nothing comes for :data:`SILENCE_S`.
        """
        deadline = time.monotonic() + SILENCE_S
        while self.next < end:
            if not self._ahead:
                self._fetch(end)
            ready = [record for record in self._ahead if record.offset < end]
            self._ahead = self._ahead[len(ready) :]
            if ready:
                self.next, deadline = ready[-1].offset + 1, time.monotonic() + SILENCE_S
                yield ready
            elif self._ahead:  # offsets below `end` that hold no record, as compaction leaves them
                self.next = end
            elif time.monotonic() > deadline:
                raise BrokerError(f"{self.partition}: no record came for {SILENCE_S:.0f} s at offset {self.next}")

    def close(self) -> None:
        """Leave the partition."""
        self._consumer.close()

    def _fetch(self, end: int) -> None:
        for message in _arrived(self._consumer):
            error = message.error()
            if error is None:
                self._ahead.append(_stored(message))
            elif error.code() == KafkaError._PARTITION_EOF:
                if not self._ahead and _offset(message) < end:
                    raise MissingRecordsError(f"{self.partition} ends at {message.offset()}, {end} was read before")
                if not self._ahead:
                    self.next = end
            elif error.fatal() or not error.retriable():
                raise BrokerError(f"{self.partition}: {error}")


def watermarks(broker: str, partitions: Iterable[Partition]) -> dict[Partition, tuple[int, int]]:
    """(first offset kept, offset after the last record) of each partition. BrokerError when the broker is silent.

    The embedded broker lists the *first* record of the last batch as the last one, so the listed end is only where to
    begin: a partition ends where a fetch says that it ends.
    """
    consumer = _consumer(broker)
    try:
        listed = {partition: _listed(consumer, partition) for partition in partitions}
        filled = [TopicPartition(*partition, end - 1) for partition, (start, end) in listed.items() if end > start]
        ends = _ends(consumer, filled)
    except KafkaException as error:
        raise BrokerError(f"broker {broker}: {error.args[0]}") from error
    finally:
        consumer.close()
    return {partition: (start, ends.get(partition, end)) for partition, (start, end) in listed.items()}


def _listed(consumer: Consumer, partition: Partition) -> tuple[int, int]:
    """First offset and listed end; a topic made a moment ago may have no leader yet."""
    deadline = time.monotonic() + SILENCE_S
    while True:
        try:
            return consumer.get_watermark_offsets(TopicPartition(*partition), timeout=SILENCE_S, cached=False)
        except KafkaException as error:
            if error.args[0].code() not in _NOT_YET or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_S)


def _ends(consumer: Consumer, near: list[TopicPartition]) -> dict[Partition, int]:
    """Where each partition ends, read from the offsets given."""
    if not near:
        return {}
    consumer.assign(near)
    ends: dict[Partition, int] = {}
    deadline = time.monotonic() + SILENCE_S
    while len(ends) < len(near):
        if time.monotonic() > deadline:
            raise BrokerError(f"no end of {len(near) - len(ends)} partitions found in {SILENCE_S:.0f} s")
        for message in _arrived(consumer):
            error = message.error()
            if error is not None and error.code() == KafkaError._PARTITION_EOF:
                ends[_partition(message)] = _offset(message)
    return ends


def read_topic(broker: str, topic: str) -> Iterator[StoredRecord]:
    """Every record of `topic` up to its present end, partition by partition; nothing for a topic that is not there."""
    for partition, (start, end) in spans_of(broker, topic).items():
        for records in read_span(broker, partition, start, end):
            yield from records


def spans_of(broker: str, topic: str) -> dict[Partition, tuple[int, int]]:
    """The first offset held and the present end of each partition; none for a topic that is not there."""
    consumer = _consumer(broker)
    try:
        known = consumer.list_topics(topic, timeout=SILENCE_S).topics[topic]
    except KafkaException as error:
        raise BrokerError(f"broker {broker}: {error.args[0]}") from error
    finally:
        consumer.close()
    return watermarks(broker, [Partition(topic, number) for number in sorted(known.partitions)] if known.error is None else [])


def read_span(broker: str, partition: Partition, start: int, end: int) -> Iterator[list[StoredRecord]]:
    """The records of a partition from `start` up to but not including `end`, in lists."""
    if start < end:
        tape = Tape(broker, partition, start)
        try:
            yield from tape.until(end)
        finally:
            tape.close()


def _arrived(consumer: Consumer) -> list[Message]:
    """What is there now, or the first thing that comes within a moment (`consume` alone would wait for a full list)."""
    first = consumer.poll(POLL_S)
    return [] if first is None else [first, *consumer.consume(BATCH_RECORDS, timeout=0)]


def _stored(message: Message) -> StoredRecord:
    headers = cast(list[tuple[str, bytes]], message.headers() or [])
    key, value = cast(bytes | None, message.key()), cast(bytes | None, message.value())
    return StoredRecord(_offset(message), key, value, headers, message.timestamp()[1])


# confluent-kafka's types allow None where a polled message never has it.
def _offset(message: Message) -> int:
    return cast(int, message.offset())


def _partition(message: Message) -> Partition:
    return Partition(cast(str, message.topic()), cast(int, message.partition()))


def _consumer(broker: str) -> Consumer:
    return Consumer({
        "bootstrap.servers": bootstrap(broker),
        "group.id": "chuantou-reader",  # required by the client; never joined, nothing is committed
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "error",  # a missing offset is an error, not a reason to start elsewhere
        "queued.max.messages.kbytes": QUEUE_KBYTES,
        "allow.auto.create.topics": False,
        "log_level": 3,
    })  # fmt: skip
