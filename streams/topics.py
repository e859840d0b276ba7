"""Names of the topics, the address of the broker, and what the broker has to say about both.

`in.<stream>` takes events in (JSON, or Arrow IPC marked by a header), `out.alerts` and `out.dead` take results out.
Each topic has one partition unless somebody made it with more: order inside a partition is the order inside a source.
"""

import logging
from concurrent.futures import Future

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from chuantou.schemas.streams import STREAMS

log = logging.getLogger(__name__)

IN_PREFIX = "in."
IN_TOPICS = tuple(IN_PREFIX + stream for stream in STREAMS)
OUT_ALERTS = "out.alerts"
OUT_DEAD = "out.dead"
ALL_TOPICS = (*IN_TOPICS, OUT_ALERTS, OUT_DEAD)

ARROW_CONTENT_TYPE = b"application/vnd.apache.arrow.stream"
ARROW_HEADERS = [("content-type", ARROW_CONTENT_TYPE)]

# A line may be 1 MiB (docs/dead-letters.md) and its dead letter carries it again in base64: 1.34 MiB and some words.
MESSAGE_MAX_BYTES = 2 * 1024 * 1024

# The embedded broker waits half a session at every join, so the session is short there; Apache Kafka refuses less than
# `group.min.session.timeout.ms`, and says so when asked.
EMBEDDED_SESSION_S = 3.0
KAFKA_SESSION_S = 6.0
ADMIN_TIMEOUT_S = 15.0


class BrokerError(RuntimeError):
    """The broker is unreachable or refuses what we need of it."""


def addresses(broker: str) -> list[str]:
    """`host:port` of each server in `kafka://h1:p1,h2:p2` (the scheme may be missing). ValueError for another form."""
    servers = broker.removeprefix("kafka://").rstrip("/").split(",")
    for server in servers:
        host, colon, port = server.rpartition(":")
        if not (host and colon and port.isdecimal()):
            raise ValueError(f"broker {broker!r}: expected kafka://HOST:PORT[,HOST:PORT...]")
    return servers


def bootstrap(broker: str) -> str:
    """The same for confluent-kafka's `bootstrap.servers`."""
    return ",".join(addresses(broker))


def ensure_topics(broker: str, topics: tuple[str, ...] = ALL_TOPICS) -> dict[str, int]:
    """Create those of `topics` that are missing, one partition each; returns the partitions of each topic.

    BrokerError when the broker does not answer or refuses.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap(broker), "socket.connection.setup.timeout.ms": 5_000})
    try:
        existing = admin.list_topics(timeout=ADMIN_TIMEOUT_S).topics
        missing = [topic for topic in topics if topic not in existing]
        config = {"max.message.bytes": str(MESSAGE_MAX_BYTES), "retention.ms": "-1"}
        if missing:
            new = [NewTopic(topic, num_partitions=1, replication_factor=1, config=config) for topic in missing]
            for topic, outcome in admin.create_topics(new, operation_timeout=ADMIN_TIMEOUT_S).items():
                _await_creation(topic, outcome)
        described = admin.list_topics(timeout=ADMIN_TIMEOUT_S).topics
    except KafkaException as error:
        raise BrokerError(f"broker {broker}: {error.args[0]}") from error
    return {topic: max(1, len(described[topic].partitions)) if topic in described else 1 for topic in topics}


def _await_creation(topic: str, outcome: Future[None]) -> None:
    try:
        outcome.result(timeout=ADMIN_TIMEOUT_S)
        log.info("created topic %s", topic)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # somebody was faster: as good
            raise


def session_timeout_s(broker: str) -> float:
    """Shortest consumer session this broker accepts, in seconds; see the constants above."""
    admin = AdminClient({"bootstrap.servers": bootstrap(broker), "log_level": 0})
    try:
        node = min(admin.list_topics(timeout=ADMIN_TIMEOUT_S).brokers)
        asked = ConfigResource(ResourceType.BROKER, str(node))
        settings = admin.describe_configs([asked], request_timeout=ADMIN_TIMEOUT_S)[asked].result(ADMIN_TIMEOUT_S)
    except KafkaException as error:  # Apache Kafka may be forbidden to tell; what it asks for by default is safe
        log.warning("broker does not tell its shortest session (%s): using %s s", error.args[0], KAFKA_SESSION_S)
        return KAFKA_SESSION_S
    if "group.min.session.timeout.ms" not in settings:  # the embedded broker has no settings to tell
        return EMBEDDED_SESSION_S
    shortest_ms = int(settings["group.min.session.timeout.ms"].value)
    return max(EMBEDDED_SESSION_S, shortest_ms / 1_000)
