"""One poll, one list: how many events a second go through Faust without two asyncio tasks for each of them.

Faust asks its `ConsumerScheduler` in which order the records of a poll are delivered. Ours delivers the records of each
partition as *one* record whose value is the list of them (249 k/s against 7–14 k/s, measured on two cores).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import faust
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

from chuantou.streams.topics import IN_PREFIX


class PolledRecords:
    """The records of one partition in one poll, in the shape of one aiokafka record: the last one, with all as value."""

    __slots__ = ("offset", "partition", "timestamp", "timestamp_type", "topic", "value")

    headers: tuple[()] = ()
    key = None
    checksum = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(self, tp: TP, records: list[Any]) -> None:
        last = records[-1]
        self.topic, self.partition, self.offset = tp.topic, tp.partition, last.offset
        self.timestamp, self.timestamp_type = last.timestamp, last.timestamp_type
        self.value = records


class PollScheduler(DefaultSchedulingStrategy):
    """Lists for the `in.*` topics, Faust's own order for whatever else it reads."""

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        """(partition, record) pairs of one poll; partitions sorted, so that a run can be told again."""
        others: dict[TP, list[Any]] = {}
        for tp in sorted(records):
            if not records[tp]:
                continue
            if tp.topic.startswith(IN_PREFIX):
                yield tp, PolledRecords(tp, records[tp])
            else:
                others[tp] = records[tp]
        yield from super().iterate(others)


class RawSchema(faust.Schema):
    """Key and value pass through untouched: the value is a list already, and decoding is ours."""

    def loads_key(self, app: Any, message: Any, *, loads: Any = None, serializer: Any = None) -> Any:
        """The key as it came."""
        return message.key

    def loads_value(self, app: Any, message: Any, *, loads: Any = None, serializer: Any = None) -> Any:
        """The value as it came."""
        return message.value
