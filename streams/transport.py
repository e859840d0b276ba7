"""Faust's aiokafka transport with three changes, each for a fault that was met.

1. Faust seeks to the committed offsets whenever partitions are assigned or the flow was stopped, and undoes every seek
   made in its signals. The truth is in the checkpoint, so :meth:`SeekingConsumer.perform_seek` asks us.
2. `fetch_max_wait_ms` is hard-coded to 1,500, which is 377 ms of latency in the median; 20 ms gives 7–11.
3. A refused join (a session the broker does not accept, no authorisation) leaves Faust waiting for ever;
   :meth:`SeekingConsumer.join_error` lets the watchdog see it.

Touches private names of faust-streaming 0.11–0.15 and aiokafka 0.12–0.14: `tests/streams/test_worker.py` runs them all.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

log = logging.getLogger(__name__)

FETCH_MAX_WAIT_MS = 20
COMMIT_TIMEOUT_S = 5.0

NextOffset = Callable[[TP], int | None]


class PromptThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread, with a broker that answers at once and a coordinator that can be asked how it is."""

    def _create_worker_consumer(self, transport: driver.Transport) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS
        return consumer

    async def commit_quietly(self, offsets: Mapping[TP, int]) -> None:
        """Commit what is assigned here. KafkaError when the broker refuses (Faust's own way would crash the app)."""
        consumer = self._ensure_consumer()
        mine = {TopicPartition(*tp): offset for tp, offset in offsets.items() if tp in self.assignment()}
        if mine:
            await self.call_thread(consumer.commit, mine)

    def join_error(self) -> BaseException | None:
        """What ended the group coordination, or what it waits for somebody to mend."""
        if self._consumer is None or (coordinator := self._consumer._coordinator) is None:
            return None
        if coordinator._pending_exception is not None:
            return coordinator._pending_exception
        ended = coordinator._coordination_task
        return ended.exception() if ended.done() and not ended.cancelled() else None


class SeekingConsumer(driver.Consumer):
    """Starts every partition where `transport.next_offset` says."""

    _thread: PromptThread

    def _new_consumer_thread(self) -> PromptThread:
        return PromptThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Seek to our offsets; partitions we know nothing of keep the committed ones."""
        await super().perform_seek()
        for tp in sorted(self.assignment()):
            offset = cast(SeekingTransport, self.transport).next_offset(tp)
            if offset is not None:
                await self.seek(tp, offset)
                # Faust drops a message whose offset is below the one read last, and ours is not read yet.
                self._read_offset[tp] = offset - 1 if offset else None

    def assigned(self) -> set[TP]:
        """The partitions that are ours now; empty before the consumer has started."""
        return self.assignment() if self._thread._consumer is not None else set()

    def known_end(self, tp: TP) -> int | None:
        """Offset after the last record of `tp` as the broker told it last; None before the first fetch."""
        return self.highwater(tp) if tp in self.assigned() else None

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust compares clocks of different epochs here; `watchdog` does it by offsets."""

    def join_error(self) -> BaseException | None:
        """Why this worker can never join its group, or None."""
        return self._thread.join_error()

    async def tell_committed(self, offsets: Mapping[TP, int]) -> None:
        """Commit `offsets` for those who watch lag with Kafka's own tools. A hint: we never read them back."""
        try:
            await asyncio.wait_for(self._thread.commit_quietly(offsets), COMMIT_TIMEOUT_S)
        except (KafkaError, TimeoutError) as error:
            log.warning("offsets not committed (the checkpoint has them): %r", error)


class SeekingTransport(driver.Transport):
    """Set as `app.transport`; `next_offset(tp)` is the offset of the next record wanted, None for foreign topics."""

    Consumer = SeekingConsumer

    def __init__(self, *args: Any, next_offset: NextOffset, **options: Any) -> None:
        super().__init__(*args, **options)
        self.next_offset = next_offset
        self.consumer: SeekingConsumer | None = None

    def create_consumer(self, callback: Any, **options: Any) -> SeekingConsumer:
        """The app's consumer, which we keep at hand: asking the app for it too early would make a second one."""
        self.consumer = cast(SeekingConsumer, super().create_consumer(callback, **options))
        return self.consumer
