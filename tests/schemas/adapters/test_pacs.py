"""pacs.008, pacs.009 and pacs.004: every field of three samples by hand, versions, ids, returns and totals."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from chuantou.schemas.adapters import pacs
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.streams.files import detect, expand
from tests.schemas.adapters.test_camt import OWNER

FEEDS = Path(__file__).parents[2] / "data" / "feeds" / "pacs"
PAYMENTS, RETURN, BANKS = FEEDS / "payments.xml", FEEDS / "return.xml", FEEDS / "banks.xml"
ICBC, CCB = "102:6222000000000009", "105:6217000000000001"
T1, T2 = "ICBKCNBJ:MSG1:T-1", "ICBKCNBJ:MSG1:T-2"
NINE, THIRD = "2021-03-01T09:00:00+08:00", "2021-03-03T09:00:00+08:00"


def outside(event_id: str, side: str, source: str = "clearing:pacs") -> str:
    return "external:" + hashlib.sha256(f"{source}|{event_id}|{side}".encode()).hexdigest()[:24]


def moved(
    event_id: str, debtor: str, creditor: str, fen: int, when: str, source: str = "clearing:pacs", **more: Any
) -> dict[str, Any]:
    return {
        "stream": "clr.transfers", "event_id": event_id, "source_id": source, "event_time": when, "debtor_account": debtor,
        "creditor_account": creditor, "amount_fen": fen, "status": "BOOKED", **more,
    }  # fmt: skip


PAID_BY_HAND = [
    moved(T1, ICBC, CCB, 100_050, NINE, debtor_bank="ICBKCNBJ", debtor_party=OWNER, creditor_bank="105100000017", rail="HVPS",
          end_to_end_id="E-1", memo="三月工资", batch_id="MSG1", flow_class="PAYROLL", class_basis="source"),
    moved(T2, ICBC, outside(T2, "creditor"), 50_000, "2021-03-01T23:59:59.5+08:00", debtor_bank="ICBKCNBJ", rail="HVPS",
          batch_id="MSG1"),
]  # fmt: skip
REFUND = {"batch_id": "RET1", "flow_class": "REFUND", "class_basis": "source"}
RETURNED_BY_HAND = [
    moved("105100000017:RET1:R-1", CCB, ICBC, 100_050, THIRD, debtor_bank="105100000017", creditor_bank="ICBKCNBJ",
          end_to_end_id="E-1", memo="AC04", op="REVERSE", ref_event_id=T1, return_of=T1, **REFUND),
    moved("105100000017:RET1:R-2", CCB, ICBC, 4_500, THIRD, creditor_bank="ICBKCNBJ", end_to_end_id="E-8", return_of="T-8",
          **REFUND),
]  # fmt: skip
BANKS_BY_HAND = [
    moved("CMBCCNBS:FI1:T-9", "bank:308", "104:990001", 2_000_000_000, "2021-03-01T16:30:00+08:00", biz_date="2021-03-02",
          debtor_bank="CMBCCNBS", creditor_bank="104100000004", end_to_end_id="E-9", flow_class="INTERBANK",
          class_basis="source"),
]  # fmt: skip
SAMPLES = {PAYMENTS: PAID_BY_HAND, RETURN: RETURNED_BY_HAND, BANKS: BANKS_BY_HAND}


def told(tmp_path: Path, text: str) -> tuple[list[dict[str, Any]], list[BrokenRuleError]]:
    """Events and faults of a message."""
    path = tmp_path / "message.xml"
    path.write_text(text, encoding="utf-8")
    rows = list(pacs.read(path))
    return [row for row in rows if isinstance(row, dict)], [row for row in rows if isinstance(row, BrokenRuleError)]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_message_field_by_field_and_through_the_reader(path: Path) -> None:
    assert list(pacs.read(path)) == SAMPLES[path]
    assert detect(path) == "pacs"
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert len(block.events) == len(SAMPLES[path]) and not block.dead


@pytest.mark.parametrize("version", range(2, 13))
def test_versions_are_read_by_structure(tmp_path: Path, version: int) -> None:
    for path, rows in SAMPLES.items():
        text = re.sub(r"(pacs\.00\d\.001)\.\d\d", rf"\1.{version:02}", path.read_text(encoding="utf-8"))
        if version < 3:
            text = text.replace("BICFI", "BIC").replace("FICdtTrf>", "FinInstnCdtTrf>")
        assert told(tmp_path, text) == (rows, [])


def test_a_return_of_part_or_of_what_is_not_named_is_a_movement_of_its_own(tmp_path: Path) -> None:
    text = RETURN.read_text(encoding="utf-8")
    for part in (text.replace('"CNY">1000.50</RtrdI', '"CNY">1000.49</RtrdI'), text.replace("OrgnlMsgId", "Other"),
                 text.replace("<OrgnlTxId>T-1</OrgnlTxId>", ""), text.replace("InstdAgt>", "Other>")):  # fmt: skip
        events, faults = told(tmp_path, part)
        assert not faults and "op" not in events[0]
        assert events[0]["return_of"] in ("T-1", "E-1") and events[0]["status"] == "BOOKED"


def test_transactions_without_numbers_are_told_apart(tmp_path: Path) -> None:
    text = PAYMENTS.read_text(encoding="utf-8").replace("<TxId>T-1</TxId>", "").replace("<TxId>T-2</TxId>", "")
    first, second = told(tmp_path, text)[0]
    assert first["event_id"] == "ICBKCNBJ:MSG1:E-1" and re.fullmatch("ICBKCNBJ:MSG1:#[0-9a-f]{20}", second["event_id"])
    whole = text[text.index("<CdtTrfTxInf><PmtId><EndToEndId>NOT") : text.index("</FIToFI")]
    twice = text.replace(whole, whole * 2).replace("<NbOfTxs>2", "<NbOfTxs>3").replace("1500.5", "2000.5")
    events, faults = told(tmp_path, twice)
    assert not faults
    assert [event["event_id"] for event in events] == [first["event_id"], second["event_id"], second["event_id"] + ":2"]


def test_who_sent_a_message_that_does_not_say_so(tmp_path: Path) -> None:
    sender = "<InstgAgt><FinInstnId><BICFI>ICBKCNBJXXX</BICFI></FinInstnId></InstgAgt>"
    text = PAYMENTS.read_text(encoding="utf-8")
    assert sender in text and told(tmp_path, text.replace(sender, "")) == (PAID_BY_HAND, [])  # the payer's bank did
    path = tmp_path / "unnamed.xml"
    for unnamed in (text.replace("MsgId>", "Other>"), text.replace("ICBKCNBJXXX", "")):
        path.write_text(unnamed, encoding="utf-8")
        ((_, reader),) = expand([path])
        (block,) = reader(path)
        assert not block.events and [letter.field for letter in block.dead] == ["event_id"] * 2


def test_totals_that_a_message_states_are_those_that_it_has(tmp_path: Path) -> None:
    text = PAYMENTS.read_text(encoding="utf-8")
    events, faults = told(tmp_path, text.replace("<NbOfTxs>2", "<NbOfTxs>3").replace("1500.5<", "1500.51<"))
    assert events == [row | {"batch_id": "MSG1"} for row in PAID_BY_HAND]
    assert [(fault.code, fault.field, fault.found) for fault in faults] == [
        ("BAD_TOTALS", "NbOfTxs", "MSG1: 2 transactions"), ("BAD_TOTALS", "CtrlSum", "MSG1: 150050 fen in its transactions"),
    ]  # fmt: skip


def test_other_money_is_a_letter_and_spoils_no_sum(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text(PAYMENTS.read_text(encoding="utf-8").replace('"CNY">500<', '"USD">500<'), encoding="utf-8")
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert [event.event_id for event in block.events] == [T1]
    assert [(letter.field, letter.found) for letter in block.dead] == [("amount_fen", '"500 USD"')]


def test_what_came_before_a_break_stays(tmp_path: Path) -> None:
    text = PAYMENTS.read_text(encoding="utf-8")
    events, (fault,) = told(tmp_path, text[: text.index("NOTPROVIDED")])
    assert events == PAID_BY_HAND[:1] and fault.code == "BAD_FILE" and "no element found" in fault.found
