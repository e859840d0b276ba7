"""`chuantou ingest --watch` as a process: it takes what is dropped while it runs, and ends with 0 when it is told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chuantou.streams.broker import EmbeddedBroker

pytestmark = pytest.mark.xdist_group("embedded-broker")

LINE = (
    b'{"stream":"clr.transfers","event_id":"1","source_id":"bank:A","event_time":"2016-06-20T10:00:00+08:00",'
    b'"debtor_account":"a","creditor_account":"b","amount_fen":1}\n'
)
PATIENCE_S = 60


def test_it_watches_until_it_is_told_to_end(tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    with EmbeddedBroker() as broker:
        words = [sys.executable, "-m", "chuantou.console.main", "ingest", "--watch", str(tmp_path), "--broker", broker.url]
        environment = {name: value for name, value in os.environ.items() if name != "CHUANTOU_FEEDS"}
        with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as watcher:
            (tmp_path / "bank" / ".a.jsonl").write_bytes(LINE)
            (tmp_path / "bank" / ".a.jsonl").rename(tmp_path / "bank" / "a.jsonl")
            deadline = time.monotonic() + PATIENCE_S
            while not list(tmp_path.glob("done/bank/*")) and time.monotonic() < deadline:
                time.sleep(0.2)
            watcher.send_signal(signal.SIGTERM)
            _, said = watcher.communicate(timeout=30)
    assert watcher.returncode == 0 and "bank/a.jsonl: done, in 1 = sent 1 + duplicate 0 + dead 0" in said
    assert (tmp_path / "done" / "bank" / "000001-a.jsonl").read_bytes() == LINE
    assert (tmp_path / ".chuantou" / "state" / "feeds.sqlite").exists()
