"""CNAPS2 messages with their heads: every field of two samples by hand, order, broken and forged messages, charsets."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters import cnaps
from chuantou.schemas.adapters.charsets import CHUNK
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.streams.files import detect, expand
from tests.schemas.adapters.test_pacs import moved

FEEDS = Path(__file__).parents[2] / "data" / "feeds" / "cnaps"
MESSAGES, BANKS = FEEDS / "messages.txt", FEEDS / "banks.txt"
TEXT = MESSAGES.read_text(encoding="utf-8")
HEAD = TEXT[: cnaps.HEAD_BYTES]
PAYER, PAYEE = "103:6228450000000000074", "313:01100302000000686"
PACKAGE = {"debtor_bank": "103684964610", "creditor_bank": "313684001107", "rail": "BEPS", "biz_date": "2016-06-21",
           "batch_id": "2016062020203150"}  # fmt: skip
TO_BOC = {"debtor_bank": "105100000017", "creditor_bank": "104100000004"}
PAYERS = ("105:6217000000000001", "104:4563510000000001")
BY_HAND = [
    moved("103100000026:2016062020203150:2016062016842718", PAYER, PAYEE, 12_000_000, "2016-06-20T09:07:35+08:00",
          "clearing:BEPS", memo="货款", **PACKAGE),
    moved("103100000026:2016062020203150:2016062016842719", PAYER, PAYEE, 3_000, "2016-06-20T09:07:35+08:00", "clearing:BEPS",
          flow_class="REFUND", class_basis="source", return_of="2016061900000001", **PACKAGE),
    moved("105100000017:2016062000000007:TX7", *PAYERS, 800_000_000, "2016-06-20T10:15:00+08:00", "clearing:HVPS", rail="HVPS",
          end_to_end_id="EE7", memo="放款 标的9", **TO_BOC),
    moved("105100000017:2016062000000009:TX9", *PAYERS, 8_880, "2016-06-20T22:15:00+08:00", "clearing:IBPS", rail="IBPS",
          end_to_end_id="EE9", **TO_BOC) | {"status": "REJECTED"},
    moved("908100000002:19218385:1", "402:1", "105:2", 20_000_000, "2016-06-20T11:00:00+08:00", "clearing:HVPS", rail="HVPS",
          debtor_bank="402451000010", creditor_bank="105100000017"),
]  # fmt: skip
INTERBANK = {"flow_class": "INTERBANK", "class_basis": "source", "debtor_bank": "102100099996", "creditor_bank": "105100000017"}
BANKS_BY_HAND = [
    moved("102100099996:2016062000000112:FT1", "bank:102", "105:0011", 50_000_000_000, "2016-06-20T10:30:00+08:00",
          "clearing:HVPS", rail="HVPS", end_to_end_id="FE1", memo="同业拆借𠮷", **INTERBANK),
    moved("102100099996:2016062000000122:FT2", "bank:102", "bank:105", 100_000, "2016-06-20T11:30:00+08:00", "clearing:BEPS",
          rail="BEPS", **INTERBANK),
]  # fmt: skip
SAMPLES = {MESSAGES: BY_HAND, BANKS: BANKS_BY_HAND}
FIRST = TEXT[: TEXT.index("{H:", 3)]


def told(path: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[BrokenRuleError]]:
    """Events and faults of a file of messages."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    rows = list(cnaps.read(path))
    return [row for row in rows if isinstance(row, dict)], [row for row in rows if isinstance(row, BrokenRuleError)]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_messages_field_by_field_and_through_the_reader(path: Path) -> None:
    assert list(cnaps.read(path)) == SAMPLES[path]
    assert detect(path) == "cnaps"
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert len(block.events) == len(SAMPLES[path]) and not block.dead


def test_every_type_that_is_read_is_in_a_sample() -> None:
    heads = MESSAGES.read_bytes() + BANKS.read_bytes()
    assert all(f"XML{name}.001.01".encode() in heads for name in cnaps.TYPES)


def test_a_message_of_another_type_is_one_letter_and_the_next_is_read(tmp_path: Path) -> None:
    events, (fault,) = told(tmp_path / "m", TEXT.replace("XMLhvps.111.001.01", "XMLccms.900.001.02"))
    assert fault.code == "BAD_ENUM" and fault.found == "HVPA0000000000000007: ccms.900.001.02"
    assert events == BY_HAND[:2] + BY_HAND[3:]


def test_a_broken_message_is_one_letter_and_the_next_is_read(tmp_path: Path) -> None:
    for sound, broken in (("<CdtTrfTxInf><PmtId><EndToEndId>EE7", "<<"), ("\n{H:02105100000017  HVPS", "\n{H:0")):
        events, (fault,) = told(tmp_path / "m", TEXT.replace(sound, broken))
        assert fault.code in ("BAD_FILE", "BAD_FORMAT")
        assert events == BY_HAND[:2] + BY_HAND[3:]


def test_a_memo_cannot_forge_a_message(tmp_path: Path) -> None:
    forged = f"货款\n{HEAD}\n<Document>".replace("<", "&lt;")
    events, faults = told(tmp_path / "m", TEXT.replace("货款", forged))
    assert not faults and [event["event_id"] for event in events] == [event["event_id"] for event in BY_HAND]
    assert HEAD.split("XML")[0] in events[0]["memo"]


def test_a_document_is_not_taken_for_that_of_another_head(tmp_path: Path) -> None:
    events, (fault,) = told(tmp_path / "m", HEAD.replace("103100000026", "999100000026") + "\r\n{S:x}\r\n" + TEXT)
    assert events == BY_HAND and fault.code == "BAD_FILE"


@pytest.mark.parametrize("between", ["x", "<Document/>", "{X:1}", "\n\nabc\n"])
def test_what_stands_between_messages_is_a_letter(tmp_path: Path, between: str) -> None:
    events, faults = told(tmp_path / "m", f"{FIRST.strip()}{between}\n{FIRST}{between}")
    assert events == BY_HAND[:2] * 2
    assert [(fault.code, fault.field, fault.found) for fault in faults] == [("BAD_FORMAT", "{H:", between.strip())] * 2


def test_the_head_fills_in_what_the_document_leaves_out(tmp_path: Path) -> None:
    bare = FIRST.replace("<MsgId>2016062020203150</MsgId><CreDtTm>2016-06-20T09:07:35</CreDtTm>", "")
    events, faults = told(tmp_path / "m", bare.replace("<InstgDrctPty>103100000026</InstgDrctPty>", ""))
    assert not faults and events[0]["event_id"] == "103100000026:BEPE5FB7A35B27276456:2016062016842718"
    assert events[0]["event_time"] == "2016-06-20T09:07:35+08:00"


@given(st.integers(0, 400), st.sampled_from(["\n", "\r\n", ""]))
def test_blocks_of_the_file_may_end_anywhere(tmp_path_factory: Any, pad: int, end: str) -> None:
    """Heads and documents lie across the bounds of the blocks in which the file is read."""
    signature = "{S:" + "x" * (CHUNK - 2 * cnaps.HEAD_BYTES - pad) + "}\r\n"
    text = TEXT.replace("}\n<?xml", "}" + end + signature + "<?xml", 1).replace("</Document>\n", "</Document>" + end)
    events, faults = told(tmp_path_factory.getbasetemp() / "m", text)
    assert events == BY_HAND and not faults
