"""The Faust app: one agent over all `in.*` topics, set up so that nothing of Faust's own memory matters."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import faust

from chuantou.streams.messages import Partition
from chuantou.streams.scheduler import PollScheduler, RawSchema
from chuantou.streams.topics import IN_TOPICS, addresses, session_timeout_s
from chuantou.streams.transport import SeekingTransport

# A poll of JSON messages decodes in about 5,000 × 3 µs = 15 ms: long enough to be cheap, short enough for an alert to
# leave within a second. Arrow messages are bounded by bytes.
POLL_RECORDS = 5_000
FETCH_PARTITION_BYTES = 4 * 1024 * 1024
# It counts lists: 8 polls of 5,000 JSON events are 40 MB; 4,096 (the default) cost 870 MB.
BUFFER_LISTS = 8
MAX_POLL_INTERVAL_S = 3_600.0  # a long replay inside the engine is work, not a hang
HEARTBEATS_PER_SESSION = 4

Take = Callable[[Partition, list[Any]], Awaitable[None]]
NextOffset = Callable[[Partition], int | None]


def build_app(broker: str, group: str, datadir: Path, next_offset: NextOffset, take: Take) -> faust.App:
    """An app that hands `take` one list of records a partition and poll, starting where `next_offset` says.

    Call it inside the event loop that will run it.
    """
    session = session_timeout_s(broker)
    app = faust.App(
        group,
        broker=[f"kafka://{server}" for server in addresses(broker)],
        store="memory://",
        datadir=str(datadir),
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_PARTITION_BYTES,
        broker_max_poll_records=POLL_RECORDS,
        broker_max_poll_interval=MAX_POLL_INTERVAL_S,
        broker_session_timeout=session,
        broker_rebalance_timeout=session,
        broker_heartbeat_interval=session / HEARTBEATS_PER_SESSION,
        stream_wait_empty=False,  # it hangs rebalances
        stream_buffer_maxsize=BUFFER_LISTS,
        ConsumerScheduler=PollScheduler,
    )
    app.transport = SeekingTransport(app.conf.broker_consumer, app, next_offset=lambda tp: next_offset(Partition(*tp)))
    # acks=False: an acknowledgement would be Faust's idea of progress, and ours is in the checkpoint.
    incoming = app.topic(*IN_TOPICS, schema=RawSchema(), acks=False)

    async def deliver(stream: Any) -> None:
        async for event in stream.events():
            await take(Partition(*event.message.tp), event.value)

    app.agent(incoming, name="take", concurrency=1)(deliver)
    return app
