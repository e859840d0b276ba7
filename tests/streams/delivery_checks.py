"""What must hold on every broker: the same checks run on the embedded one and on Apache Kafka.

A test class inherits :class:`DeliveryChecks` and provides the fixture `broker`, the URL of an empty broker.
"""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from chuantou.schemas.alerts import Alert, decode_alert
from chuantou.streams.ingest import ingest
from chuantou.streams.outputs import read_alerts, read_dead_letters
from chuantou.streams.reading import read_topic
from chuantou.streams.replay import replay
from chuantou.streams.tally import Tally
from chuantou.streams.topics import OUT_ALERTS, bootstrap
from chuantou.streams.worker import run_worker

CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"
BROKEN = (
    b'{"stream":"clr.transfers"',
    b"\xff\xfe",
    b'{"stream":"no.such","event_id":"x","source_id":"s","event_time":1}',
    b'{"stream":"clr.transfers","event_id":"x","source_id":"s","event_time":1,"debtor_account":"a",'
    b'"creditor_account":"b","amount_fen":-5}',
)
WORKER = "import sys; from pathlib import Path; from chuantou.streams.worker import run_worker; " \
    "run_worker(sys.argv[1], None, Path(sys.argv[2]), sys.argv[3] == 'drain')"  # fmt: skip
STEP_TIMEOUT_S = 60.0
SLICE_LINES = 15


def replayed(events: Path, tmp_path: Path) -> list[Alert]:
    """What the engine says of a file without any broker."""
    out = tmp_path / "replayed.jsonl"
    replay([events], out)
    return [decode_alert(line) for line in out.read_bytes().splitlines()]


def as_judged(alerts: list[Alert]) -> list[Alert]:
    """What stands, without how many versions it took: disorder costs versions, never the outcome."""
    standing = [alert for alert in alerts if alert.kind != "withdrawn"]
    return [msgspec.structs.replace(alert, version=0, kind="created") for alert in standing]


def start_worker(broker: str, state: Path, mode: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WORKER, broker, str(state), mode], stdout=subprocess.PIPE)


def journalled(state: Path) -> int:
    """Bytes of journal in the directory: grows with every step of the worker."""
    return sum(path.stat().st_size for path in state.glob("journal-*.jsonl"))


class DeliveryChecks:
    """See the module."""

    @pytest.mark.parametrize("json_messages", [False, True])
    def test_a_drain_says_what_replay_says(self, broker: str, tmp_path: Path, json_messages: bool) -> None:
        feed = tmp_path / "feed.jsonl"
        lines = CONTRACT.read_bytes().splitlines()
        feed.write_bytes(b"\n".join([*BROKEN, *lines, lines[7], b""]))
        told = ingest([feed], "auto", broker, json_messages=json_messages)
        assert (told.events, told.sent, told.dead) == (len(lines) + 1 + len(BROKEN), len(lines) + 1, len(BROKEN))
        counts = run_worker(broker, drain=True, state=tmp_path / "state")
        total = len(lines) + 1
        assert counts == Tally(events=total, processed=total - 1, duplicate=1, late=0, dead=0, pending=0)
        assert read_alerts(broker) == replayed(feed, tmp_path)
        assert len(read_alerts(broker)) >= 4
        assert [letter.source for letter in read_dead_letters(broker)] == [f"{feed}:{n}" for n in (1, 2, 3, 4)]

    def test_bad_messages_of_foreign_producers_are_told(self, broker: str, tmp_path: Path) -> None:
        ingest([CONTRACT], "jsonl", broker)
        producer = Producer({"bootstrap.servers": bootstrap(broker), "compression.type": "zstd"})
        for raw in BROKEN:
            producer.produce("in.clr.transfers", raw)
        producer.produce("in.clr.transfers", b"no arrow", headers={"content-type": "application/vnd.apache.arrow.stream"})
        producer.flush(30)
        counts = run_worker(broker, drain=True)
        assert (counts.events, counts.processed, counts.dead) == (210, 205, 5)
        assert len({letter.source for letter in read_dead_letters(broker)}) == 5
        assert read_alerts(broker) == replayed(CONTRACT, tmp_path)

    def test_a_drained_worker_goes_on_where_it_was(self, broker: str, tmp_path: Path) -> None:
        lines = CONTRACT.read_bytes().splitlines(keepends=True)
        random.Random(7).shuffle(lines)  # the second half is older than what the first half closed
        state = tmp_path / "state"
        for part in (lines[:100], lines[100:]):
            feed = tmp_path / "part.jsonl"
            feed.write_bytes(b"".join(part))
            ingest([feed], "jsonl", broker, json_messages=True)
            counts = run_worker(broker, drain=True, state=state)
        assert (counts.events, counts.processed) == (205, 205)
        assert as_judged(read_alerts(broker)) == as_judged(replayed(CONTRACT, tmp_path))

    def test_nothing_new_changes_nothing(self, broker: str, tmp_path: Path) -> None:
        ingest([CONTRACT], "jsonl", broker)
        first = run_worker(broker, drain=True, state=tmp_path / "state")
        said = read_alerts(broker)
        assert run_worker(broker, drain=True, state=tmp_path / "state") == first
        assert read_alerts(broker) == said

    @pytest.mark.parametrize("kills", [1, pytest.param(4, marks=pytest.mark.slow)])
    def test_kill_9_changes_nothing(self, broker: str, tmp_path: Path, kills: int) -> None:
        lines = CONTRACT.read_bytes().splitlines(keepends=True)
        random.Random(kills).shuffle(lines)
        state, feed = tmp_path / "state", tmp_path / "slice.jsonl"
        cuts = [round(number * len(lines) / (kills + 1)) for number in range(kills + 2)]
        for start, end in itertools.pairwise(cuts):
            worker = start_worker(broker, state, "live")
            before = journalled(state)
            for number in range(start, end, SLICE_LINES):
                feed.write_bytes(b"".join(lines[number : min(number + SLICE_LINES, end)]))
                ingest([feed], "jsonl", broker, json_messages=number % 2 == 0)
            self.wait_for(lambda before=before: journalled(state) > before, worker)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        drain = start_worker(broker, state, "drain")
        printed, _ = drain.communicate(timeout=STEP_TIMEOUT_S)
        assert drain.returncode == 0
        assert printed.decode().splitlines()[-1] == "in 205 = processed 205 + duplicate 0 + late 0 + dead 0"
        assert as_judged(read_alerts(broker)) == as_judged(replayed(CONTRACT, tmp_path))
        versions: dict[tuple[str, int], bytes] = {}
        for record in read_topic(broker, OUT_ALERTS):
            alert = decode_alert(record.value or b"")
            assert versions.setdefault((alert.alert_id, alert.version), record.value or b"") == record.value

    def test_sigterm_stops_a_live_worker_cleanly(self, broker: str, tmp_path: Path) -> None:
        state = tmp_path / "state"
        worker = start_worker(broker, state, "live")
        ingest([CONTRACT], "jsonl", broker)
        self.wait_for(lambda: journalled(state) > 0, worker)
        worker.send_signal(signal.SIGTERM)
        printed, _ = worker.communicate(timeout=STEP_TIMEOUT_S)
        assert worker.returncode == 0
        assert printed.decode().startswith("in 205 = ")
        assert run_worker(broker, drain=True, state=state).processed == 205
        assert as_judged(read_alerts(broker)) == as_judged(replayed(CONTRACT, tmp_path))

    def test_topics_may_have_more_partitions(self, broker: str, tmp_path: Path) -> None:
        admin = AdminClient({"bootstrap.servers": bootstrap(broker)})
        for outcome in admin.create_topics([NewTopic("in.clr.transfers", 3, 1)]).values():
            outcome.result(30)
        producer = Producer({"bootstrap.servers": bootstrap(broker)})
        rest = tmp_path / "rest.jsonl"
        with rest.open("wb") as others:
            for number, line in enumerate(CONTRACT.read_bytes().splitlines()):
                if b'"clr.transfers"' in line:
                    producer.produce("in.clr.transfers", line, partition=number % 3)
                else:
                    others.write(line + b"\n")
        producer.flush(30)
        ingest([rest], "jsonl", broker)
        assert run_worker(broker, drain=True).processed == 205
        assert read_alerts(broker) == replayed(CONTRACT, tmp_path)

    def wait_for(self, happened: Callable[[], bool], worker: "subprocess.Popen[bytes]") -> None:
        """Until `happened()`; a worker that ends meanwhile or takes too long fails the test."""
        deadline = time.monotonic() + STEP_TIMEOUT_S
        while not happened():
            assert worker.poll() is None, f"the worker ended with {worker.returncode}"
            assert time.monotonic() < deadline, "the worker did not move"
            time.sleep(0.05)

