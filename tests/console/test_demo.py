"""The commands around a broker, as a person types them: each in a process of its own, on the embedded broker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.schemas.alerts import decode_alert, sha256_hex
from chuantou.streams.broker import EmbeddedBroker
from tests.town import EVENTS

CONTRACT = Path(__file__).parents[1] / "data" / "contract"
COMMAND_TIMEOUT_S = 600  # a clean checkout compiles its kernels first

pytestmark = pytest.mark.xdist_group("embedded broker")


def chuantou(*words: str | Path) -> bytes:
    """Standard output of a command that must succeed."""
    command = [sys.executable, "-m", "chuantou.console.main", *map(str, words)]
    environment = os.environ | {"CHUANTOU_LANG": "en"}
    done = subprocess.run(command, capture_output=True, timeout=COMMAND_TIMEOUT_S, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as running:
        yield running.url


def test_broker_and_files_give_the_same_alerts_and_evidence(broker: str, tmp_path: Path) -> None:
    events = CONTRACT / "events.jsonl"
    fed = chuantou("ingest", events, "--broker", broker)
    counts = chuantou("worker", "--broker", broker, "--state", tmp_path / "state", "--drain")
    streamed = chuantou("alerts", "--jsonl", "--broker", broker).splitlines()

    file, evidence = tmp_path / "alerts.jsonl", tmp_path / "evidence"
    replayed = chuantou("replay", "--events", events, "--alerts", file, "--evidence", evidence)
    assert counts.splitlines()[-1] == replayed.splitlines()[-1]
    n_events = len(events.read_bytes().splitlines())
    assert fed.startswith(f"in {n_events} = ".encode())
    alerts = [decode_alert(line) for line in streamed]
    on_file = [decode_alert(line) for line in file.read_bytes().splitlines()]
    assert alerts
    assert [(a.alert_id, a.evidence_sha256) for a in alerts] == [(a.alert_id, a.evidence_sha256) for a in on_file]

    last = alerts[-1]
    from_broker = chuantou("evidence", last.alert_id, "--broker", broker)
    assert sha256_hex(from_broker.removesuffix(b"\n")) == last.evidence_sha256
    assert from_broker == chuantou("evidence", last.alert_id, "--alerts", file)


def test_demo(tmp_path: Path) -> None:
    report = tmp_path / "alerts.jsonl"
    told = chuantou("demo", "--no-console", "--events", str(EVENTS), "--json", report).decode()
    alerts = [json.loads(line) for line in report.read_bytes().splitlines()]
    assert f"in {EVENTS} = processed {EVENTS} + duplicate 0 + late 0 + dead 0" in told
    assert f"{len(alerts)} alerts" in told
    assert "recall 100.0%, precision 100.0%, lawful look-alikes hit 0" in told
    assert alerts
    assert all(alert["alert_id"] in told for alert in alerts)
