"""The delivery checks on the embedded broker, and what is its own: it ends with the process that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.checkpoint import StateError
from chuantou.streams.ingest import ingest
from chuantou.streams.topics import (
    ALL_TOPICS,
    EMBEDDED_SESSION_S,
    BrokerError,
    ensure_topics,
    session_timeout_s,
)
from chuantou.streams.worker import WorkerError, run_worker
from tests.streams.delivery_checks import CONTRACT, DeliveryChecks

pytestmark = pytest.mark.xdist_group("embedded-broker")

PARENT = """
import time
from chuantou.streams.broker import EmbeddedBroker
broker = EmbeddedBroker().start()
print(broker.pid, flush=True)
{then}
"""
GONE_TIMEOUT_S = 10.0


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


class TestDelivery(DeliveryChecks):
    pass


def test_an_unexpected_error_ends_the_worker(broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest([CONTRACT], "jsonl", broker)
    monkeypatch.setattr("chuantou.streams.pipeline.decode_records", lambda *_: 1 // 0)
    with pytest.raises(WorkerError, match="division"):
        run_worker(broker, drain=True, state=tmp_path / "state")
    monkeypatch.undo()
    assert run_worker(broker, drain=True, state=tmp_path / "state").processed == 205


def test_a_broker_that_forgot_is_told_apart(tmp_path: Path) -> None:
    with EmbeddedBroker() as first:
        ingest([CONTRACT], "jsonl", first.url)
        run_worker(first.url, drain=True, state=tmp_path / "state")
    with EmbeddedBroker() as second, pytest.raises(StateError, match="does not have what the state was made from"):
        run_worker(second.url, drain=True, state=tmp_path / "state")


def test_topics_are_made_once(broker: str) -> None:
    assert ensure_topics(broker) == dict.fromkeys(ALL_TOPICS, 1)
    assert ensure_topics(broker) == dict.fromkeys(ALL_TOPICS, 1)


def test_it_takes_the_short_session(broker: str) -> None:
    assert session_timeout_s(broker) == EMBEDDED_SESSION_S


def test_it_listens_on_this_machine_alone() -> None:
    with EmbeddedBroker() as embedded:
        listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        local = [line.split()[1] for line in listening.splitlines() if f":{embedded.port:04X} " in line.split()[1] + " "]
        assert {address.partition(":")[0] for address in local} == {"0100007F"}


def test_a_taken_port_is_an_error() -> None:
    with EmbeddedBroker() as first, pytest.raises(BrokerError, match="did not start"):
        EmbeddedBroker(first.port).start()


@pytest.mark.parametrize("then", ["", "raise SystemExit(3)", "time.sleep(60)"], ids=["end", "exit", "killed"])
def test_it_does_not_outlive_its_parent(then: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(then=then)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    if "sleep" in then:
        os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + GONE_TIMEOUT_S
    while _alive(server):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_in_the_foreground_it_prints_its_url_and_obeys_sigterm() -> None:
    command = "from chuantou.streams.broker import serve_broker; raise SystemExit(serve_broker(0))"
    server = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE)
    assert server.stdout is not None
    url = server.stdout.readline().decode().strip()
    assert session_timeout_s(url) == EMBEDDED_SESSION_S
    server.send_signal(signal.SIGTERM)
    assert server.wait(GONE_TIMEOUT_S) == 0


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
