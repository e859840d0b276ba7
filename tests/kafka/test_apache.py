"""The delivery checks on Apache Kafka, and what it wants otherwise than the embedded broker."""

import pytest

from chuantou.streams.topics import KAFKA_SESSION_S, session_timeout_s
from chuantou.streams.worker import WorkerError, run_worker
from tests.streams.delivery_checks import DeliveryChecks

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("apache-kafka")]


class TestDelivery(DeliveryChecks):
    pass


def test_it_tells_its_shortest_session(broker: str) -> None:
    assert session_timeout_s(broker) == KAFKA_SESSION_S


def test_a_refused_join_is_the_end_not_a_hang(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chuantou.streams.faust_app.session_timeout_s", lambda _: 1.0)
    with pytest.raises(WorkerError, match="cannot join group"):
        run_worker(broker)
