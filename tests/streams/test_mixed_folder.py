"""One folder with a file of every format, fed to a real broker by the command: every event arrives as the table by hand says,
field by field, every fault is a letter, and the summary says so.

The table is `tests/data/folder/expected.jsonl`: what each file says as contract lines, read off the files by hand.
"""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.console.main import main
from chuantou.schemas.adapters.registry import adapters
from chuantou.schemas.columns import from_batch
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.streams import Envelope
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.outputs import read_dead_letters
from chuantou.streams.reading import read_topic
from chuantou.streams.topics import IN_TOPICS

pytestmark = pytest.mark.xdist_group("embedded-broker")

DATA = Path(__file__).parents[1] / "data"
FOLDER, FEEDS = DATA / "folder", DATA / "feeds"
TABLE = [json.loads(line) for line in (FOLDER / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
# What is in the folder under a name that tells nothing: the file, what the summary calls its format, and its faults.
FILES = {
    "00": (FEEDS / "camt" / "statement.xml", "camt", {"WRONG_TYPE amount_fen", "UNBALANCED closing"}),
    "01": (FEEDS / "cnaps" / "messages.txt", "cnaps", set()),
    "02": (FEEDS / "csv" / "icbc.csv", "csv (icbc, gb18030)", {"WRONG_TYPE amount_fen"}),
    "03": (FEEDS / "custody" / "transaction.txt", "custody", {"BAD_ENUM kind"}),
    "04": (FEEDS / "ifcert" / "batches.json", "ifcert",
           {"BAD_ENUM transType", "WRONG_TYPE amount_fen", "MISSING_FIELD amount_fen"}),
    "05": (FEEDS / "mt940" / "statement.sta", "mt940", {"WRONG_TYPE amount_fen", "UNBALANCED closing"}),
    "06": (FEEDS / "pacs" / "payments.xml", "pacs", set()),
    "07": (FEEDS / "xlsx" / "two_banks.xlsx", "xlsx (icbc, ccb)", {"WRONG_TYPE amount_fen", "BAD_FORMAT 对方账号"}),
    "08": (FOLDER / "lines.jsonl", "jsonl", {"OUT_OF_RANGE amount_fen"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No name tells a format; one file is known to nobody."""
    site, folder = tmp_path / "site", tmp_path / "dropped"
    site.mkdir()
    folder.mkdir()
    shutil.copy(FEEDS / "ifcert" / "institutions.yaml", site)
    for name, (path, shown, _) in FILES.items():
        content = path.read_bytes()
        (folder / name).write_bytes(gzip.compress(content) if shown == "jsonl" else content)
    shutil.copytree(FOLDER / "finbench", folder / "finbench")
    (folder / "picture").write_bytes(b"\x89PNG\r\n\x1a\n")
    monkeypatch.setenv("CHUANTOU_FEEDS", str(site))
    monkeypatch.setenv("CHUANTOU_PARTY_KEY", "a key")
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    monkeypatch.setenv("COLUMNS", "400")
    return folder


def received(broker: str) -> list[Envelope]:
    out: list[Envelope] = []
    for topic in IN_TOPICS:
        records = list(read_topic(broker, topic))
        chunk = decode_records(Partition(topic, 0), records) if records else None
        out += [event for batch in chunk.batches for event in from_batch(batch)] if chunk else []
    return out


def test_every_format_has_a_file_in_the_folder() -> None:
    shown = {shown.partition(" ")[0] for _, shown, _ in FILES.values()} | {"finbench"}
    assert shown == {*adapters(), "jsonl"} == {row["file"] for row in TABLE}


def test_a_folder_of_all_formats(broker: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(folder), "--broker", broker]) == 0
    told = capsys.readouterr()
    expected, wrong = decode_lines([json.dumps(row).encode() for row in TABLE], str)
    assert wrong == []
    here, wanted = (Counter(map(repr, events)) for events in (received(broker), expected))
    assert (here - wanted, wanted - here) == (Counter(), Counter())

    rows = {line.split("│")[1].strip().rpartition("/")[2]: [cell.strip() for cell in line.split("│")[2:-1]]
            for line in told.err.splitlines() if line.startswith("│")}  # fmt: skip
    events = Counter(row["file"] for row in TABLE)
    for name, (_, shown, faults) in FILES.items():
        assert rows[name][:3] == [shown, str(events[shown.partition(" ")[0]]), str(len(faults))]
        codes = Counter(fault.partition(" ")[0] for fault in faults)
        assert rows[name][3] == ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    assert rows["finbench"] == ["finbench", str(events["finbench"]), "0", ""]
    assert rows["picture"] == ["unknown, not read", "0", "0", ""]
    dead = sum(len(faults) for _, _, faults in FILES.values())
    assert told.out.splitlines()[-1] == f"in {len(TABLE) + dead} = sent {len(TABLE)} + dead {dead}"


def test_every_fault_is_a_letter_with_its_field(broker: str) -> None:
    letters = Counter(f"{letter.code} {letter.field}" for letter in read_dead_letters(broker))
    by_hand = Counter(fault for _, _, faults in FILES.values() for fault in faults)
    assert letters == by_hand
