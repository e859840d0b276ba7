"""Twelve attacks and more: each ends in a clear letter, in less than a second and 200 MB, and what is sound beside it is read."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.schemas.adapters.test_ifcert import batch
from tests.schemas.adapters.test_xlsx import NAMES, inline, numbered, with_sheet

HEADER = "账号,交易时间,借贷标志,交易金额,对方账号,摘要,交易流水号\n"
ROW = "105:a,20160620 10:00:00,贷,10.00,104:b,工资,S{}\n"
SECONDS, MEGABYTES = 1.0, 200
READING = """
import json, resource, sys, time
from pathlib import Path
from chuantou.streams.files import FORMATS, detect
for path in map(Path, sys.argv[1:]):
    warm = list(FORMATS[path.suffix[1:]](path)) if path.stem == "warm" else []
for path in map(Path, sys.argv[1:]):
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    known = True
    try:
        detect(path)
    except ValueError:
        known = False
    events, found = 0, []
    for block in FORMATS[path.suffix[1:]](path):
        events += sum(batch.num_rows for batch in block.batches)
        found += [f"{letter.code} {letter.field}: {letter.found}" for letter in block.dead]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps([path.name, time.process_time() - began, grown, known, events, found[:3], len(found)]))
"""


def table(path: Path, text: str) -> None:
    path.write_text(HEADER + ROW.format(0) + text, encoding="utf-8")


def wrote(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def sheet(path: Path, cells: str, **parts: str) -> None:
    with_sheet(path, inline(*NAMES[:5]) + numbered("42541", "1") + cells, **parts)


def bomb(path: Path, entry: str) -> None:
    sheet(path, "")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(entry, "w") as stream:
        for _ in range(300):
            stream.write(b" " * (1 << 20))


def many_entries(path: Path) -> None:
    sheet(path, "")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1_001):
            archive.writestr(f"x{number}", b"")


def batches(path: Path, second: bytes) -> None:
    path.write_bytes(json.dumps(batch("83", {"transferId": "X"})).encode() + b"\n" + second)


GOOD = ROW.format(1)
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
# file, how it is made, events that are read all the same, what the letter says
Attack = tuple[str, Callable[[Path], None], int, str]
ATTACKS: list[Attack] = [
    ("quote never closes.csv", lambda p: table(p, '105:a,"2016' + "x" * 300_000 + "\n" + GOOD), 2, "without the end"),
    ("quote over rows.csv", lambda p: table(p, '105:a,"2016\n' + "y" * 99 + "\n" + GOOD * 5_000), 5_001, "without the end"),
    ("quotes that never close.csv", lambda p: table(p, ('105:a,"' + "x" * 70_000 + "\n") * 150), 1, "without the end|larger"),
    ("million columns.csv", lambda p: table(p, GOOD.strip() + ",x" * 1_000_000 + "\n" + GOOD), 2, "columns"),
    ("header of a million columns.csv", lambda p: wrote(p, HEADER.strip() + "," * 1_000_000 + "\n" + GOOD), 0, "header"),
    ("nul bytes.csv", lambda p: table(p, GOOD.replace("工资", "a\0b") + GOOD), 2, "NUL"),
    ("line of 100 MB.csv", lambda p: table(p, "z" * 100_000_000 + "\n" + GOOD), 2, "without the end"),
    ("huge integer.csv", lambda p: table(p, GOOD.replace("10.00", "9" * 5_000) + GOOD.replace("10.", "9" * 19)), 1, "amount_fen"),
    ("formula.csv", lambda p: table(p, GOOD.replace("10.00", "=1+1") + GOOD.replace("工资", "=cmd|' /C calc'!A0")), 2, '"=1+1"'),
    ("invalid utf-8.csv", lambda p: wrote(p, HEADER + GOOD * 2 + GOOD.replace("105", "\udcff\udcfe")), 2, "no text"),
    ("text after a quote.csv", lambda p: table(p, '105:a,"2016"x,1\n' + GOOD), 2, "expected after"),
    ("zip bomb.xlsx", lambda p: bomb(p, "xl/worksheets/sheet2.xml"), 0, "unpack to"),
    ("bomb of strings.xlsx", lambda p: bomb(p, "xl/sharedStrings.xml"), 0, "unpack to"),
    ("many entries.xlsx", many_entries, 0, "entries"),
    ("no zip.xlsx", lambda p: wrote(p, "PK\x03\x04" + "\0" * 100), 0, "zip"),
    ("external entity.xlsx", lambda p: sheet(p, "", strings=f"{ENTITY}<sst><si><t>&e;</t></si></sst>"), 0, "document type"),
    ("entity in the book.xlsx", lambda p: sheet(p, "", workbook=f"{ENTITY}<workbook>&e;</workbook>"), 0, "document type"),
    ("million cells.xlsx", lambda p: sheet(p, "<row>" + "<c/>" * 1_000_000 + "</row>"), 0, "unpack to"),
    ("cells without end.xlsx", lambda p: sheet(p, "<row>" + "<c/>" * 30_000 + "</row>"), 1, "in a row|columns"),
    ("huge attribute.xlsx", lambda p: sheet(p, f'<row r="{"7" * 900_000}"/>'), 1, "tag of more"),
    ("huge cell.xlsx", lambda p: sheet(p, f"<row><c><v>{'7' * 900_000}</v></c></row>"), 1, "characters in a cell"),
    ("far column.xlsx", lambda p: sheet(p, '<row><c r="ZZZ1"/></row>'), 1, "columns"),
    ("backward columns.xlsx", lambda p: sheet(p, '<row><c r="B1"/><c r="A1"/></row>'), 1, "columns in order"),
    ("deep xml.xlsx", lambda p: sheet(p, "<row>" + "<c>" * 10_000), 1, "levels"),
    ("huge number.xlsx", lambda p: sheet(p, numbered("42541", "1e999999") + numbered("42541", "1e999")), 1, "amount_fen"),
    ("deep json.ifcert", lambda p: batches(p, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 2, "levels"),
    ("deeper json.ifcert", lambda p: batches(p, b'{"a":' * 100_000 + b"1" + b"}" * 100_000), 2, "levels"),
    ("duplicate keys.ifcert", lambda p: batches(p, b'{"infType":"4","infType":"1"}'), 2, "twice"),
    ("huge integer.ifcert", lambda p: batches(p, b'{"infType":' + b"9" * 100_000 + b"}"), 2, "digits"),
    ("not a number.ifcert", lambda p: batches(p, b'{"infType":NaN}'), 2, "NaN"),
    ("json without end.ifcert", lambda p: batches(p, b'{"infType":"' + b"x" * 30_000_000), 2, "bytes"),
    ("string without end.ifcert", lambda p: batches(p, b'{"infType":"4'), 2, "inside an object"),
    ("other data.ifcert", lambda p: batches(p, b"rm -rf /\n" * 10), 2, "rm -rf"),
]  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """Every attack read in one process after another, so that growth of memory is each one's own."""
    folder = tmp_path_factory.mktemp("attacks")
    (folder / "warm.csv").write_text(HEADER + GOOD + ROW, encoding="utf-8")
    sheet(folder / "warm.xlsx", "")
    batches(folder / "warm.ifcert", b"")
    for name, make, _, _ in ATTACKS:
        make(folder / name)
    files = [folder / f"warm.{kind}" for kind in ("csv", "xlsx", "ifcert")] + [folder / name for name, *_ in ATTACKS]
    site = {"CHUANTOU_FEEDS": str(Path(__file__).parents[2] / "data" / "feeds" / "ifcert")}
    command = [sys.executable, "-c", READING, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=site)
    assert done.returncode == 0, done.stderr
    return {name: rest for name, *rest in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize(("name", "make", "read", "says"), ATTACKS, ids=[attack[0] for attack in ATTACKS])
def test_an_attack(outcomes: dict[str, list], name: str, make: object, read: int, says: str) -> None:
    seconds, grown, _, events, found, letters = outcomes[name]
    assert seconds < SECONDS and grown < MEGABYTES
    assert events == read and letters >= 1
    assert any(word in letter for word in says.split("|") for letter in found), found
