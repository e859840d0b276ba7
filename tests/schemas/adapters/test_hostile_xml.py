"""Attacks on bank messages: each ends in a clear letter, in less than a second and 200 MB; what is sound before it is read."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters.registry import adapters
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.streams.files import FORMATS

SECONDS, MEGABYTES = 1.0, 200
# The peak of each attack alone: ru_maxrss would begin with that of the process which started this one.
READING = """
import json, sys, time
from pathlib import Path
from chuantou.streams.files import FORMATS, detect
def kilobytes(name):
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
for path in map(Path, sys.argv[1:]):
    Path("/proc/self/clear_refs").write_text("5")
    before, began = kilobytes("VmRSS"), time.process_time()
    try:
        detect(path)
    except ValueError:
        pass
    events, found = 0, []
    for block in FORMATS[path.suffix[1:]](path):
        events += sum(batch.num_rows for batch in block.batches)
        found += [f"{letter.code} {letter.field}: {letter.found}" for letter in block.dead]
    grown = (kilobytes("VmHWM") - before) / 1024
    print(json.dumps([path.name, time.process_time() - began, grown, events, found[:3], len(found)]))
"""
FEEDS = Path(__file__).parents[2] / "data" / "feeds"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")
) + "]>"  # fmt: skip
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
FILE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
STATEMENT = "<Document><BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>104:a</Id></Othr></Id></Acct>"
GOOD = (
    "<Ntry><Amt>1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2016-06-20</Dt></BookgDt>"
    "<AcctSvcrRef>A</AcctSvcrRef></Ntry>"
)
HEAD = STATEMENT + GOOD
END = "</Stmt></BkToCstmrStmt></Document>"
PACS = (FEEDS / "pacs" / "payments.xml").read_text(encoding="utf-8")
CNAPS = (FEEDS / "cnaps" / "messages.txt").read_text(encoding="utf-8")
FIRST = CNAPS[: CNAPS.index("{H:", 3)]
MT940 = (FEEDS / "mt940" / "statement.sta").read_text(encoding="utf-8")


def text(content: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(content, encoding="utf-8", newline="") and None


def data(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb") as file:
        file.write((HEAD + "<Ntry>").encode())
        for _ in range(300):
            file.write(b" " * (1 << 20))


# file, how it is made, events that are read all the same, what the letter says
Attack = tuple[str, Callable[[Path], None], int, str]
ATTACKS: list[Attack] = [
    ("billion laughs.camt", text(BOMB + HEAD + "<Ntry>&i;</Ntry>"), 0, "document type"),
    ("quadratic blowup.camt", text(QUADRATIC + HEAD + f"<Ntry>{'&a;' * 100_000}</Ntry>"), 0, "document type"),
    ("external entity.camt", text(FILE + HEAD + "<Ntry>&e;</Ntry>"), 0, "document type"),
    ("external document type.camt", text('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + HEAD), 0, "document type"),
    ("unknown entity.camt", text(HEAD + "<Ntry>&nbsp;</Ntry>"), 1, "undefined entity"),
    ("deep.camt", text(HEAD + "<Ntry>" + "<a>" * 1_000_000), 1, "levels"),
    ("huge text.camt", text(HEAD + "<Ntry><Amt>" + "9" * 20_000_000), 1, "characters"),
    ("huge text that nobody reads.camt", text(HEAD + "<x>" + "9" * 20_000_000), 1, "characters"),
    ("huge attribute.camt", text(HEAD + f'<Ntry x="{"y" * 20_000_000}"/>'), 1, "tag, comment or attributes"),
    ("huge comment.camt", text(HEAD + f"<!--{'y' * 20_000_000}-->"), 1, "tag, comment or attributes"),
    ("many attributes.camt", text(HEAD + "<Ntry " + " ".join(f'a{i}="1"' for i in range(1_000)) + "/>"), 1, "attributes"),
    ("names of attributes.camt", text(HEAD + "".join(f'<x a{i}="1"/>' for i in range(200_000))), 1, "names of attributes"),
    ("names.camt", text(HEAD + "".join(f"<a{i}/>" for i in range(200_000))), 1, "different paths"),
    ("long names.camt", text(HEAD + "".join(f"<a{i}{'x' * 100_000}/>" for i in range(100))), 1, "a name of more"),
    ("details without end.camt", text(HEAD + "<Ntry><NtryDtls>" + "<TxDtls/>" * 500_000), 1, "no element found"),
    ("long memos.camt", text(HEAD + "<Ntry><NtryDtls>" + f"<TxDtls><AddtlTxInf>{'x' * 60_000}</AddtlTxInf></TxDtls>" * 1_200), 1,
     "in one record"),
    ("text beside elements.camt", text(HEAD + "<Ntry><Amt>1<x/>000</Amt></Ntry>" + GOOD), 1, "text before it"),
    ("a null byte.camt", text(HEAD + "<Ntry>\x00</Ntry>"), 1, "not well-formed"),
    ("no end.camt", text(HEAD + "<Ntry><Amt>1"), 1, "no element found"),
    ("two roots.camt", text(HEAD + END + HEAD), 1, "junk after document element"),
    ("not XML.camt", text("BkToCstmrStmt,1,2"), 0, "syntax error"),
    ("invalid UTF-8.camt", data(HEAD.encode() + b"<Ntry>" + "款".encode() * 9 + b"\xff\xfe\x80</Ntry>"), 0, "neither UTF-8 nor"),
    ("half a character of UTF-16.camt", data((HEAD + END).encode("utf-16")[:-1]), 1, "not utf-16"),
    ("UTF-16 said to be UTF-8.camt", data(b'<?xml version="1.0" encoding="UTF-8"?>' + HEAD.encode("utf-16-le")), 0, "formed"),
    ("UTF-7.camt", data(b'<?xml version="1.0" encoding="UTF-7"?>' + HEAD.encode() + "款".encode()), 0, "are read"),
    ("gzip bomb.camt", gzip_bomb, 1, "times its size|characters"),
    ("gzip without end.camt", data(gzip.compress((HEAD + END).encode())[:-9]), 0, "end-of-stream"),
    ("external entity.pacs", text(FILE + PACS[PACS.index("<Document") :].replace("李四", "&e;")), 0, "document type"),
    ("deep.pacs", text(PACS.replace("<Nm>某人</Nm>", "<Nm>" * 100_000)), 1, "levels"),
    ("no transaction.pacs", text("<Document><FIToFICstmrCdtTrf><GrpHdr/></FIToFICstmrCdtTrf></Document>"), 0, "no transaction"),
    ("a document type, then a message.cnaps", text(CNAPS[:130] + "\r\n" + BOMB + "<Document/>\n" + FIRST), 2, "document type"),
    ("a head without a document.cnaps", text(CNAPS[:130] + "\r\n" + FIRST), 2, "BAD_FILE"),
    ("heads.cnaps", text((CNAPS[:130] + "\n") * 3_000), 0, "BAD_FILE"),
    ("half heads.cnaps", text("{H:\n" * 20_000 + FIRST), 2, "BAD_FORMAT {H:"),
    ("blocks without end.cnaps", text(CNAPS[:130] + "{S:" + "x" * 20_000_000), 0, "BAD_FILE"),
    ("between messages.cnaps", text(FIRST + "rm -rf /\n" + FIRST), 4, "rm -rf"),
    ("a line without end.mt940", text(MT940[: MT940.index(":62M:")] + ":86:" + "x" * 20_000_000), 5, "a line of more"),
    ("lines without end.mt940", text(MT940[: MT940.index(":62M:")] + ":86:x\n" + "y\n" * 50_000), 5, "y"),
    ("no account.mt940", text(":20:A\n:60F:C160620CNY1,\n:61:160620C1,NTRFX//Y\n:62F:C160620CNY2,\n"), 0, "account"),
    ("huge amount.mt940", text(MT940.replace("D100,5", "D" + "9" * 3_000 + ",")), 6, "amount_fen"),
    ("no end.mt940", text(MT940[: MT940.index(":62M:")]), 5, "no :62F:"),
    ("other digits.mt940", text(MT940.replace("D100,5", "D１00,5")), 6, "BAD_FORMAT 61"),
]  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Every attack read in one process after another, so that growth of memory is each one's own."""
    folder = tmp_path_factory.mktemp("attacks")
    warm = {"camt": HEAD + END, "pacs": PACS, "cnaps": CNAPS, "mt940": MT940}
    for kind, content in warm.items():
        (folder / f"warm.{kind}").write_text(content, encoding="utf-8")
    for name, make, _, _ in ATTACKS:
        make(folder / name)
    files = [folder / f"warm.{kind}" for kind in warm] + [folder / name for name, *_ in ATTACKS]
    command = [sys.executable, "-c", READING, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {name: rest for name, *rest in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize(("name", "make", "read", "says"), ATTACKS, ids=[attack[0] for attack in ATTACKS])
def test_an_attack(outcomes: dict[str, list[Any]], name: str, make: object, read: int, says: str) -> None:
    seconds, grown, events, found, letters = outcomes[name]
    assert seconds < SECONDS and grown < MEGABYTES
    assert events == read and letters >= 1
    assert any(word in letter for word in says.split("|") for letter in found), found


SAMPLES = [path for kind in ("camt", "pacs", "cnaps") for path in sorted((FEEDS / kind).iterdir())]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_file_that_is_cut_anywhere_tells_only_what_the_whole_tells_and_says_so(path: Path, tmp_path: Path) -> None:
    read = adapters()[path.parent.name].read
    whole, part = path.read_bytes(), tmp_path / "part"
    known = [event for event in read(path) if isinstance(event, dict)]
    for at in range(1, len(whole.rstrip()), 13):
        part.write_bytes(whole[:at])
        told = list(read(part))
        events = [event for event in told if isinstance(event, dict)]
        assert events == known[: len(events)]
        assert len(told) > len(events) or whole[:at].rstrip().endswith((b"</Document>", b"</n:Document>"))


PUT = st.binary(max_size=6) | st.sampled_from([b"<", b"</", b">", b"{H:", b"\n:61:"])
EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 30), PUT), min_size=1, max_size=4)


@given(st.sampled_from([*SAMPLES, *sorted((FEEDS / "mt940").iterdir())]), EDITS)
def test_damaged_files_never_stop_the_reader(tmp_path_factory: pytest.TempPathFactory, path: Path, edits: list[Any]) -> None:
    content = path.read_bytes()
    for place, length, put in edits:
        at = place % len(content)
        content = content[:at] + put + content[at + length :]
    damaged = tmp_path_factory.getbasetemp() / "damaged"
    damaged.write_bytes(content)
    for block in FORMATS[path.parent.name](damaged):
        assert all(isinstance(letter, DeadLetter) for letter in block.dead)
        assert all(event.event_id for event in block.events)
