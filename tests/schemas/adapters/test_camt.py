"""camt statements: every field of a sample by hand, versions by structure, charsets, and hostile files that hurt nobody."""

import gzip
import re
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from chuantou.schemas.adapters import camt
from chuantou.schemas.adapters.xml_records import HostileXmlError, records
from chuantou.streams.files import detect, expand

SAMPLE = Path(__file__).parents[2] / "data" / "feeds" / "camt" / "statement.xml"
SOURCE = "bank:BKCHCNBJ95A"
OTHER = f"external:{SOURCE}"


def moved(event_id: str, debtor: str, creditor: str, fen: int | str, when: str, **more: Any) -> dict[str, Any]:
    return {
        "stream": "clr.transfers", "event_id": event_id, "source_id": SOURCE, "event_time": when, "debtor_account": debtor,
        "creditor_account": creditor, "amount_fen": fen, "status": "BOOKED", **more,
    }  # fmt: skip


NOON = "2016-06-20T12:00:00+08:00"
BALANCES = {"stream": "acct.balance", "source_id": SOURCE, "account": "104:pool"}
MORNING, NIGHT = "2016-06-20T00:00:00+08:00", "2016-06-20T23:59:59+08:00"
BY_HAND = [
    BALANCES
    | {"event_id": "104:pool:OPBD:2016-06-20", "kind": "OPENING", "event_time": MORNING, "as_of": MORNING, "fen": 100_000},
    BALANCES | {"event_id": "104:pool:CLBD:2016-06-20", "kind": "CLOSING", "event_time": NIGHT, "as_of": NIGHT, "fen": 135_050},
    moved("104:pool:A1", "102:zhang", "104:pool", 50_050, "2016-06-20T10:00:00+08:00", end_to_end_id="E1", memo="投资 一期"),
    moved("104:pool:A2-1", "104:pool", "DE02120300000000202051", 10_000, NOON, batch_id="B7"),
    moved("104:pool:A2-2", "104:pool", "external:102100099996", 5_000, NOON, batch_id="B7"),
    moved("104:pool:A3", "104:pool", OTHER, 1_000, "2016-06-21T12:00:00+08:00") | {"status": "PENDING"},
    moved("104:pool:A5", OTHER, "104:pool", "99.00 USD", NOON),
    moved("104:pool:A6", OTHER, "104:pool", 700, NOON, end_to_end_id="E9", return_of="E9"),
]  # fmt: skip


def test_a_statement_field_by_field() -> None:
    told = list(camt.read(SAMPLE))
    assert told[:8] == BY_HAND
    opaque, again = told[8:]
    assert opaque["memo"] == again["memo"] == "BATCH_OPAQUE" and again["event_id"] == opaque["event_id"] + ":2"
    assert opaque["amount_fen"] == 3_000


def test_through_the_reader_foreign_money_is_a_letter_and_the_rest_goes_on() -> None:
    ((path, read),) = expand([SAMPLE])
    (block,) = read(path)
    assert len(block.events) == 9
    assert [(letter.field, letter.found) for letter in block.dead] == [("amount_fen", '"99.00 USD"')]


@pytest.mark.parametrize("version", [2, 3, 4, 6, 8, 10, 13])
def test_versions_are_read_by_structure(tmp_path: Path, version: int) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace("camt.053.001.08", f"camt.053.001.{version:02}")
    if version < 3:
        text = text.replace("BICFI", "BIC").replace("<Pty><Nm>张三</Nm></Pty>", "<Nm>张三</Nm>")
    if version < 7:
        text = re.sub(r"<Sts><Cd>(\w+)</Cd></Sts>", r"<Sts>\1</Sts>", text)
    path = tmp_path / "s"
    path.write_text(text, encoding="utf-8")
    assert detect(path) == "camt" and list(camt.read(path))[:8] == BY_HAND


def test_reports_and_notifications_and_no_namespace(tmp_path: Path) -> None:
    for outer, inner in (("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")):
        text = SAMPLE.read_text(encoding="utf-8").replace("BkToCstmrStmt", outer).replace("Stmt>", f"{inner}>")
        path = tmp_path / inner
        path.write_text(re.sub(' xmlns="[^"]*"', "", text), encoding="utf-8")
        assert detect(path) == "camt" and list(camt.read(path))[:8] == BY_HAND


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "gb18030", "declared wrongly"])
def test_charsets(tmp_path: Path, charset: str) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace("一期", "一期𠀀")  # four bytes in GB18030
    path = tmp_path / "statement"
    if charset == "declared wrongly":
        path.write_bytes(text.encode("gb18030"))
    else:
        path.write_bytes(text.replace("UTF-8", charset.removesuffix("-sig")).encode(charset))
    assert [event.get("memo") for event in camt.read(path)][2] == "投资 一期𠀀"


def test_sent_again_it_has_the_same_ids(tmp_path: Path) -> None:
    path = tmp_path / "again.xml.gz"
    path.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    assert [e["event_id"] for e in camt.read(path)] == [e["event_id"] for e in camt.read(SAMPLE)]


def test_what_came_before_a_break_stays(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    whole = SAMPLE.read_bytes()
    path.write_bytes(whole[: whole.index(b"<AcctSvcrRef>A3")])
    ((_, read),) = expand([path])
    (block,) = read(path)
    assert len(block.events) == 5
    (letter,) = block.dead
    assert letter.code == "BAD_FILE" and "no element found" in letter.found and letter.source == str(path)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")
) + "]>"  # fmt: skip
HEAD = "<Document><BkToCstmrStmt><Stmt>"
ATTACKS = {
    "billion laughs": (BOMB + HEAD + "<Ntry>&i;</Ntry>", "document type"),
    "external entity": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + HEAD + "<Ntry>&e;</Ntry>", "document type"),
    "external document type": ('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + HEAD, "document type"),
    "unknown entity": (HEAD + "<Ntry>&nbsp;</Ntry>", "undefined entity"),
    "deep": (HEAD + "<Ntry>" + "<a>" * 100_000, "levels"),
    "huge text": (HEAD + "<Ntry><Amt>" + "9" * 3_000_000 + "</Amt></Ntry>", "characters"),
    "huge attribute": (HEAD + f'<Ntry x="{"y" * 3_000_000}"/>', "attributes"),
    "many attributes": (HEAD + "<Ntry " + " ".join(f'a{i}="1"' for i in range(1_000)) + "/>", "attributes"),
    "many details": (HEAD + "<Ntry>" + "<a/>" * 250_000 + "</Ntry>", "elements in one record"),
    "a null byte": (HEAD + "<Ntry>\x00</Ntry>", "not well-formed"),
    "no end": (HEAD + "<Ntry><Amt>1", "no element found"),
    "two roots": ("<Document/><Document/>", "junk after document element"),
    "not XML": ("BkToCstmrStmt,1,2", "syntax error"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_one_clear_error_and_costs_little(tmp_path: Path, name: str) -> None:
    text, says = ATTACKS[name]
    path = tmp_path / "attack.xml"
    path.write_text(text)
    tracemalloc.start()
    begun = time.process_time()
    with path.open("rb") as stream, pytest.raises(HostileXmlError, match=says):
        list(records(stream, frozenset({"Ntry"})))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 << 20
    assert time.process_time() - begun < 60  # a bound against endlessness, not a measurement
    ended = list(camt.read(path))
    assert says in ended[-1].found
