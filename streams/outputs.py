"""What leaves: alerts and dead letters onto their topics, and how a reader gets the final ones back.

Both are published at least once. An alert says which one it is (`alert_id`, `version`), a dead letter where it stood
(`source`), so a reader that keeps one of each has the exact set.
"""

from collections.abc import Iterable

import msgspec
from chuantou.schemas.alerts import Alert, decode_alert, encode_alert
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.streams.reading import read_topic
from chuantou.streams.topics import MESSAGE_MAX_BYTES, OUT_ALERTS, OUT_DEAD, BrokerError, bootstrap
from confluent_kafka import KafkaException, Producer

# An outage shorter than this loses nothing and is not even noticed; a longer one ends the worker, which resumes.
DELIVERY_TIMEOUT_S = 120.0
LINGER_MS = 5

_encode_dead = msgspec.json.Encoder().encode
_decode_dead = msgspec.json.Decoder(DeadLetter).decode


class Publisher:
    """Sends without waiting; :meth:`flush` is the point after which everything sent is on the broker."""

    def __init__(self, broker: str) -> None:
        self._failure: str | None = None
        self._producer = Producer({
            "bootstrap.servers": bootstrap(broker),
            "acks": "all",
            "linger.ms": LINGER_MS,
            "message.timeout.ms": int(DELIVERY_TIMEOUT_S * 1_000),
            "message.max.bytes": MESSAGE_MAX_BYTES,
            "log_level": 3,
        })  # fmt: skip

    def alerts(self, alerts: Iterable[Alert]) -> None:
        """Publish alert versions on `out.alerts`, keyed by alert id."""
        for alert in alerts:
            self._send(OUT_ALERTS, alert.alert_id.encode(), encode_alert(alert))

    def dead(self, letters: Iterable[DeadLetter]) -> None:
        """Publish dead letters on `out.dead`, keyed by where they stood."""
        for letter in letters:
            self._send(OUT_DEAD, letter.source.encode(), _encode_dead(letter))

    def flush(self) -> None:
        """Wait until all is delivered. BrokerError when anything was not."""
        left = self._producer.flush(DELIVERY_TIMEOUT_S)
        if left and self._failure is None:
            self._failure = f"{left} messages undelivered after {DELIVERY_TIMEOUT_S:.0f} s"
        self._raise_failure()

    def poll(self) -> None:
        """Take note of deliveries; BrokerError as soon as one has failed for good."""
        self._producer.poll(0)
        self._raise_failure()

    def _send(self, topic: str, key: bytes, value: bytes) -> None:
        try:
            self._producer.produce(topic, value=value, key=key, on_delivery=self._delivered)
        except BufferError:  # the queue of the client is full: wait for room, which the timeout bounds
            self.flush()
            self._producer.produce(topic, value=value, key=key, on_delivery=self._delivered)
        except KafkaException as error:
            raise BrokerError(f"cannot publish on {topic}: {error.args[0]}") from error
        self.poll()

    def _delivered(self, error: object, message: object) -> None:
        if error is not None and self._failure is None:
            self._failure = str(error)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise BrokerError(f"not published: {self._failure}")


def read_alerts(broker: str) -> list[Alert]:
    """The last version of each alert on `out.alerts`, withdrawn ones marked as such, sorted by id.

    Of one version published twice the later record counts; a restart publishes the same again.
    """
    final: dict[str, Alert] = {}
    for record in read_topic(broker, OUT_ALERTS):
        alert = decode_alert(record.value or b"")
        if alert.alert_id not in final or alert.version >= final[alert.alert_id].version:
            final[alert.alert_id] = alert
    return [final[alert_id] for alert_id in sorted(final)]


def read_dead_letters(broker: str) -> list[DeadLetter]:
    """The dead letters on `out.dead`, one for each place, sorted by it."""
    letters = (_decode_dead(record.value or b"") for record in read_topic(broker, OUT_DEAD))
    return [letter for _, letter in sorted({letter.source: letter for letter in letters}.items())]
