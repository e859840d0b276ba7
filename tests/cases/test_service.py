"""The whole way: events through the worker, alerts into the store, signed webhooks to a receiver, and kill -9 in between."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook

from chuantou.console.main import main
from chuantou.schemas.alerts import decode_alert, encode_alert
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.ingest import ingest
from chuantou.streams.outputs import read_alerts
from chuantou.streams.worker import run_worker
from tests.cases.receiver import Receiver, receiving

pytestmark = pytest.mark.xdist_group("embedded-broker")

CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"
PATIENCE_S = 60.0


@contextmanager
def served(receiver: Receiver) -> Iterator[None]:
    """The receiver in a thread of its own, for tests that are not coroutines."""
    ready, done = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with receiving(receiver):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(done.set)
        thread.join()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker on which the worker has told the alerts of the contract's example."""
    with EmbeddedBroker() as embedded:
        ingest([CONTRACT], "jsonl", embedded.url)
        run_worker(embedded.url, drain=True, state=tmp_path_factory.mktemp("worker"))
        yield embedded.url


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANTOU_LANG", "en")


def test_alerts_reach_a_receiver_signed_and_the_store_once(
    broker: str, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver, key = Receiver(), tmp_path / "audit.key"
    with served(receiver):
        assert main(["webhooks", "add", receiver.url, "--store", store, "--severity", "log", "--allow-http"]) == 0
        secret = capsys.readouterr().out.split()[-1]
        assert main(["audit", "key", str(key)]) == 0 and key.stat().st_mode & 0o777 == 0o600
        drain = ["cases", "--store", store, "--broker", broker, "--drain", "--allow", "127.0.0.0/8", "--key", str(key)]
        assert main(drain) == 0
        told = len(receiver.got)
        assert told >= len(read_alerts(broker)) > 0
        assert main(drain) == 0 and len(receiver.got) == told  # nothing new
    for headers, body in receiver.got:
        Webhook(secret).verify(body.decode(), headers)
    last = {event["subject"]: event["data"] for event in receiver.bodies}
    assert [decode_alert(json_of(last[alert_id])) for alert_id in sorted(last)] == read_alerts(broker)
    capsys.readouterr()
    assert main(["alerts", "--store", store, "--jsonl"]) == 0
    assert capsys.readouterr().out.encode().splitlines() == [encode_alert(alert) for alert in read_alerts(broker)]
    assert main(["audit", "verify", "--store", store, "--public-key", f"{key}.pub"]) == 0
    assert f"whole: {told + 1} row(s)" in capsys.readouterr().out  # the subscription, then every version


def json_of(content: object) -> bytes:
    return msgspec.json.encode(content)


def test_killed_at_any_moment_every_alert_is_delivered_and_none_taken_twice(broker: str, store: str) -> None:
    receiver = Receiver(delay_s=0.02)
    with served(receiver):
        assert main(["webhooks", "add", receiver.url, "--store", store, "--severity", "log", "--allow-http"]) == 0
        call = [sys.executable, "-m", "chuantou.console.main", "cases", "--store", store, "--broker", broker,
                "--allow", "127.0.0.0/8"]  # fmt: skip
        for pause in (0.0, 0.05, 0.2):
            seen = len(receiver.got)
            process = subprocess.Popen(call)
            deadline = time.monotonic() + PATIENCE_S
            while len(receiver.got) == seen and pending(receiver, broker) and time.monotonic() < deadline:
                assert process.poll() is None
                time.sleep(0.01)
            time.sleep(pause)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert main([*call[3:], "--drain"]) == 0
    versions = set(receiver.ids)
    assert {event["subject"] for event in receiver.bodies} == {alert.alert_id for alert in read_alerts(broker)}
    for alert in read_alerts(broker):  # all versions up to the last, and no body that differs under one id
        assert {f"{alert.alert_id}-{number}" for number in range(1, alert.version + 1)} <= versions
    bodies: dict[str, set[bytes]] = {}
    for name, (_, body) in zip(receiver.ids, receiver.got):
        bodies.setdefault(name, set()).add(body)
    assert all(len(told) == 1 for told in bodies.values())


def pending(receiver: Receiver, broker: str) -> bool:
    return len(set(receiver.ids)) < sum(alert.version for alert in read_alerts(broker))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["webhooks", "add", "http://127.0.0.1/hook", "--store", "STORE"], "only https"),
        (["webhooks", "add", "https://a.example/", "--store", "STORE", "--severity", "blue"], "severity"),
        (["webhooks", "resend", "sub_none", "--store", "STORE"], "no subscription sub_none"),
        (["webhooks", "list", "--store", "mysql://x/y"], "expected sqlite:///PATH or postgresql"),
        (["alerts", "--store", "STORE", "--broker", "kafka://127.0.0.1:1"], "one of --broker, --alerts and --store"),
    ],
)
def test_wrong_usage_has_a_clear_answer(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f"sqlite:///{tmp_path / 'cases.db'}"
    assert main([store if argument == "STORE" else argument for argument in arguments]) in (1, 2)
    assert says in capsys.readouterr().err


def test_a_test_message_says_how_the_receiver_answered(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    receiver = Receiver(answer=lambda number: 204 if number == 0 else 410)
    with served(receiver):
        assert main(["webhooks", "add", receiver.url, "--store", store, "--allow-http"]) == 0
        name = capsys.readouterr().out.split()[1]
        test = ["webhooks", "test", name, "--store", store, "--allow", "127.0.0.0/8"]
        assert main(test) == 0 and "answered" in capsys.readouterr().out
        assert main(test) == 1 and "HTTP 410" in capsys.readouterr().out
        assert main(test[:-2]) == 1 and "no public address" in capsys.readouterr().out
        assert main(["webhooks", "list", "--store", store, "--json"]) == 0
        shown = capsys.readouterr().out
    assert receiver.url in shown and "whsec_" not in shown
