"""Apache Kafka for the tests of this folder: one node a session, emptied after each test.

Skipped with a reason where Java, Maven or its network are missing; `CHUANTOU_REQUIRE_KAFKA=1` makes that a failure.
"""

import os
import time
from collections.abc import Iterator

import pytest
from confluent_kafka.admin import AdminClient

from chuantou.streams.topics import bootstrap
from tests.kafka.apache import ApacheKafka, NoKafkaError

EMPTY_TIMEOUT_S = 30.0


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    try:
        node = ApacheKafka(tmp_path_factory.mktemp("kafka")).__enter__()
    except NoKafkaError as missing:
        if os.environ.get("CHUANTOU_REQUIRE_KAFKA") == "1":
            raise
        pytest.skip(f"Apache Kafka cannot run here: {missing}")
    yield node
    node.__exit__()


@pytest.fixture
def broker(kafka: ApacheKafka) -> Iterator[str]:
    yield kafka.url
    admin = AdminClient({"bootstrap.servers": bootstrap(kafka.url)})
    ours = [topic for topic in admin.list_topics(timeout=10).topics if topic.startswith(("in.", "out."))]
    for outcome in (admin.delete_topics(ours) if ours else {}).values():
        outcome.result(EMPTY_TIMEOUT_S)
    deadline = time.monotonic() + EMPTY_TIMEOUT_S
    while any(topic in admin.list_topics(timeout=10).topics for topic in ours):
        assert time.monotonic() < deadline, "Kafka does not forget its topics"
        time.sleep(0.1)
