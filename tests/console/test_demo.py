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

CONTRACT = Path(__file__).parents[1] / "data" / "contract"
SMALL_CITY = 40_000  # the scenes and a village around them
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
    report = tmp_path / "demo.json"
    told = chuantou("demo", "--no-console", "--events", str(SMALL_CITY), "--json", report).decode()
    content = json.loads(report.read_bytes())
    counts = content["counts"]
    assert counts["events"] == SMALL_CITY
    assert counts["pending"] == 0
    assert counts["events"] == sum(counts[name] for name in ("processed", "duplicate", "late", "dead"))
    assert f"{len(content['alerts'])} alerts" in told
    assert content["alerts"]
    assert content["score"]["lookalike_hits"] == 0
    assert content["score"]["recall"] > 0.9
    assert all(alert["alert_id"] in told for alert in content["alerts"])
