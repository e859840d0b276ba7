"""Sending messages so that none is lost without a word: bounded queue and waiting, every delivery accounted for."""

import time
from collections.abc import Sequence

from confluent_kafka import KafkaException, Producer

from chuantou.streams.topics import MESSAGE_MAX_BYTES, BrokerError, bootstrap

# A shorter outage loses nothing and is not even noticed; a longer one ends the sender, which can be started again.
DELIVERY_TIMEOUT_S = 120.0
LINGER_MS = 5
QUEUE_KBYTES = 65_536  # what may be under way; a sender that is faster than the broker waits here


class Sender:
    """A producer: :meth:`send` waits only for room in the queue, :meth:`flush` for all acknowledgements."""

    def __init__(self, broker: str) -> None:
        self._failure: str | None = None
        self._producer = Producer({
            "bootstrap.servers": bootstrap(broker),
            "acks": "all",
            "linger.ms": LINGER_MS,
            "compression.type": "lz4",
            "message.timeout.ms": int(DELIVERY_TIMEOUT_S * 1_000),
            "message.max.bytes": MESSAGE_MAX_BYTES,
            "queue.buffering.max.kbytes": QUEUE_KBYTES,
            "log_level": 3,
        })  # fmt: skip

    def send(
        self, topic: str, value: bytes, key: bytes | None = None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Queue one message. BrokerError when it is refused, or an earlier one was lost."""
        deadline = time.monotonic() + DELIVERY_TIMEOUT_S
        while True:
            try:
                self._producer.produce(topic, value, key, headers=list(headers), on_delivery=self._on_delivery)
                break
            except BufferError:
                if time.monotonic() > deadline:
                    raise BrokerError(f"no room to send for {DELIVERY_TIMEOUT_S:.0f} s: is the broker there?") from None
                self._producer.poll(0.1)
            except KafkaException as error:
                raise BrokerError(f"cannot send to {topic}: {error.args[0]}") from error
        self.poll()

    def poll(self) -> None:
        """Take note of deliveries. BrokerError as soon as one has failed for good."""
        self._producer.poll(0)
        if self._failure is not None:
            raise BrokerError(f"not delivered: {self._failure}")

    def flush(self) -> None:
        """Wait until everything is acknowledged. BrokerError when anything was not."""
        left = self._producer.flush(DELIVERY_TIMEOUT_S)
        if left and self._failure is None:
            self._failure = f"{left} messages not acknowledged in {DELIVERY_TIMEOUT_S:.0f} s"
        self.poll()

    def close(self) -> None:
        """Let go of the broker; what is not flushed is lost."""
        self._producer.purge()
        self._producer.close()

    def _on_delivery(self, error: object, message: object) -> None:
        if error is not None and self._failure is None:
            self._failure = str(error)
