"""One folder with a file of every format, fed to a real broker by the command: every event arrives, and the summary says so."""

import gzip
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from chuantou.console.main import main
from chuantou.schemas.adapters.registry import adapters
from chuantou.schemas.clock import iso_shanghai
from chuantou.schemas.columns import from_batch
from chuantou.schemas.streams import Envelope, Transfer
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.files import read_jsonl
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.outputs import read_dead_letters
from chuantou.streams.reading import read_topic
from chuantou.streams.topics import IN_TOPICS

pytestmark = pytest.mark.xdist_group("embedded-broker")

DATA = Path(__file__).parents[1] / "data"
FEEDS = DATA / "feeds"
CONTRACT = DATA / "contract" / "events.jsonl"


class Expected(NamedTuple):
    """What the file ``sample`` holds: events, codes of its dead letters, and one of its transfers, read by hand."""

    sample: str
    shown: str
    events: int
    faults: tuple[str, ...]
    source: str
    time: str
    debtor: str
    creditor: str
    fen: int


TABLE = [
    Expected("camt/statement.xml", "camt", 9, ("UNBALANCED", "WRONG_TYPE"), "bank:BKCHCNBJ95A",
             "2016-06-20T10:00:00+08:00", "102:zhang", "104:pool", 50_050),
    Expected("cnaps/messages.txt", "cnaps", 5, (), "clearing:BEPS", "2016-06-20T09:07:35+08:00",
             "103:6228450000000000074", "313:01100302000000686", 12_000_000),
    Expected("csv/icbc.csv", "csv (icbc, gb18030)", 2, ("WRONG_TYPE",), "bank:icbc", "2016-06-20T11:00:00+08:00",
             "102:own", "104:shop", 9_990),
    Expected("custody/transaction.txt", "custody", 6, ("BAD_ENUM",), "custody:PT001", "2018-04-19T12:00:00+08:00",
             "sub:PT001:U1", "sub:PT001:U2", 100_000),
    Expected("ifcert/batches.json", "ifcert", 27, ("BAD_ENUM", "MISSING_FIELD", "WRONG_TYPE"), "platform:CERT20190411026",
             "2019-04-02T10:00:00+08:00", "external:CERT20190411026",
             "sub:CERT20190411026:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 100_000),
    Expected("mt940/statement.sta", "mt940", 8, ("UNBALANCED", "WRONG_TYPE"), "bank:PCBCCNBJ", "2016-06-20T12:00:00+08:00",
             "105:6217000000000001", "102:6222000000000009", 10_050),
    Expected("pacs/payments.xml", "pacs", 2, (), "clearing:pacs", "2021-03-01T09:00:00+08:00", "102:6222000000000009",
             "105:6217000000000001", 100_050),
    Expected("xlsx/two_banks.xlsx", "xlsx (icbc, ccb)", 5, ("BAD_FORMAT", "WRONG_TYPE"), "bank:ccb",
             "2016-06-20T23:59:59+08:00", "104:b", "105:a", 8_880),
]  # fmt: skip


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No name tells a format; one file is known to nobody."""
    site, folder = tmp_path / "site", tmp_path / "dropped"
    site.mkdir()
    (folder / "finbench").mkdir(parents=True)
    shutil.copy(FEEDS / "ifcert" / "institutions.yaml", site)
    for number, expected in enumerate(TABLE):
        shutil.copy(FEEDS / expected.sample, folder / f"{number:02d}")
    shutil.copytree(DATA / "finbench", folder / "finbench", dirs_exist_ok=True)
    (folder / "lines").write_bytes(gzip.compress(CONTRACT.read_bytes()))
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
    assert {one.shown.partition(" ")[0] for one in TABLE} | {"finbench"} == set(adapters())


def test_a_folder_of_all_formats(broker: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(folder), "--broker", broker]) == 0
    summary = capsys.readouterr().err
    events = received(broker)
    rows = {line.split("│")[1].strip().rpartition("/")[2]: [cell.strip() for cell in line.split("│")[2:-1]]
            for line in summary.splitlines() if line.startswith("│")}  # fmt: skip
    for number, expected in enumerate(TABLE):
        shown, n_events, n_dead, faults = rows[f"{number:02d}"]
        assert (shown, n_events, n_dead) == (expected.shown, str(expected.events), str(len(expected.faults)))
        assert tuple(sorted(fault.partition(" ")[0] for fault in faults.split(", ") if fault)) == expected.faults
        told = [e for e in events if isinstance(e, Transfer) and e.source_id == expected.source]
        fields = [(iso_shanghai(e.event_time), e.debtor_account, e.creditor_account, e.amount_fen) for e in told]
        assert expected[5:] in fields, fields
    assert rows["picture"][0] == "unknown, not read"
    lines = sum(len(block.events) for block in read_jsonl(CONTRACT))
    assert rows["lines"][:2] == ["jsonl", f"{lines:,}"]
    assert rows["finbench"][0] == "finbench"
    assert len(events) == sum(int(cells[1].replace(",", "")) for cells in rows.values() if cells[1].replace(",", "").isdigit())
    letters = Counter(letter.code.value for letter in read_dead_letters(broker))
    assert letters == Counter(fault for expected in TABLE for fault in expected.faults)
