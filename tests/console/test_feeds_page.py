"""docs/feeds/operations.md is run, command by command, over a broker: every line that it shows is printed."""

import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from chuantou.console.main import main
from chuantou.schemas.clock import parse_time
from chuantou.schemas.streams import Transfer, encode_line
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.feeds.drop_folder import SETTLED_S

pytestmark = pytest.mark.xdist_group("embedded-broker")

DOCS = Path(__file__).parents[2] / "docs" / "feeds"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands() -> list[tuple[str, list[str]]]:
    blocks = BLOCK.findall((DOCS / "operations.md").read_text(encoding="utf-8"))
    return [(said[0], said[1:]) for block in blocks for part in block.split("$ ", 1)[1].split("\n$ ")
            if (said := [line for line in part.splitlines() if line.strip()])]  # fmt: skip


def day(path: Path, date: str, fen: list[int]) -> None:
    """A day's payments, one a minute from 10 o'clock on."""
    ten = parse_time(f"{date}T10:00:00+08:00")
    told = [Transfer(event_id=f"{date}/{i}", source_id="platform:P1", event_time=ten + 60_000_000 * i, debtor_account="102:7001",
                     creditor_account="102:7002", amount_fen=amount) for i, amount in enumerate(fen) if amount]  # fmt: skip
    path.write_bytes(b"".join(encode_line(event) + b"\n" for event in told))


def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    shutil.copytree(DOCS / "site", "site")
    Path("drop").mkdir()
    day(Path("p1-2026-09-29.jsonl"), "2026-09-29", [10_000] * 25)
    day(Path("p1-2026-09-29.2.jsonl"), "2026-09-29", [0, 12_000] + [10_000] * 23)
    day(Path("p1-2026-09-30.jsonl"), "2026-09-30", [1_000_000] * 25)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with EmbeddedBroker() as broker:
        for command, shown in commands():
            words = shlex.split(command.replace("$BROKER", broker.url))
            capfd.readouterr()
            if words[0] == "chuantou":
                time.sleep(SETTLED_S + 0.5 if "--watch" in words else 0)
                assert main(words[1:]) == 0, command
            else:
                subprocess.run(words, check=True)
            printed = capfd.readouterr().out
            for line in shown:
                assert line in printed, (command, line, printed)
    for number, handler in handlers.items():
        signal.signal(number, handler)
