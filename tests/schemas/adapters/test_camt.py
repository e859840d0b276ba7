"""camt statements: every field of two samples by hand, versions by structure, charsets, reversals, balances and totals."""

import gzip
import hashlib
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters import camt
from chuantou.schemas.adapters.notes import StatementPage
from chuantou.schemas.adapters.xml_stream import PARTS_MAX
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.streams.files import detect, expand

FEEDS = Path(__file__).parents[2] / "data" / "feeds" / "camt"
SAMPLE, REVERSALS = FEEDS / "statement.xml", FEEDS / "reversals.xml"
BOC, CCB = "bank:BKCHCNBJ95A", "bank:PCBCCNBJ"
POOL, PAYER = "104:pool", "105:6217000000000001"


def outside(source: str, event_id: str) -> str:
    return "external:" + hashlib.sha256(f"{source}|{event_id}".encode()).hexdigest()[:24]


def moved(source: str, event_id: str, debtor: str, creditor: str, fen: int | str, when: str, **more: Any) -> dict[str, Any]:
    """A row of a table by hand; ``?`` is the account of somebody who is not named."""
    named = [outside(source, event_id) if account == "?" else account for account in (debtor, creditor)]
    return {
        "stream": "clr.transfers", "event_id": event_id, "source_id": source, "event_time": when, "debtor_account": named[0],
        "creditor_account": named[1], "amount_fen": fen, "status": "BOOKED", **more,
    }  # fmt: skip


def balance(source: str, account: str, code: str, day: str, kind: str, when: str, fen: int) -> dict[str, Any]:
    return {
        "stream": "acct.balance", "event_id": f"{account}:{code}:{day}", "source_id": source, "event_time": when,
        "account": account, "as_of": when, "kind": kind, "fen": fen,
    }  # fmt: skip


DAY, NOON = "2016-06-20", "2016-06-20T12:00:00+08:00"
MORNING, NIGHT, MIDNIGHT = "2016-06-20T00:00:00+08:00", "2016-06-20T23:59:59+08:00", "2016-06-21T00:00:00+08:00"
OWNER = "uscc:91350200776049653A"
BATCHES = "104:pool:#a69f13d20c9d8c2c063b:C3000"
BY_HAND = [
    balance(BOC, POOL, "OPBD", DAY, "OPENING", MORNING, 100_000),
    balance(BOC, POOL, "CLBD", DAY, "CLOSING", NIGHT, 135_050),
    moved(BOC, "104:pool:A1:C50050", "102:zhang", POOL, 50_050, "2016-06-20T10:00:00+08:00", end_to_end_id="E1", bank_seq=1,
          memo="投资 一期"),
    moved(BOC, "104:pool:A2-1:D10000", POOL, "DE02120300000000202051", 10_000, NOON, batch_id="B7"),
    moved(BOC, "104:pool:A2-2:D5000", POOL, "?", 5_000, NOON, batch_id="B7", creditor_bank="102100099996"),
    moved(BOC, "104:pool:A3:D1000:PENDING", POOL, "?", 1_000, "2016-06-21T12:00:00+08:00") | {"status": "PENDING"},
    moved(BOC, "104:pool:A5:C99.00 USD", "?", POOL, "99.00 USD", NOON),
    moved(BOC, "104:pool:A6:C700", "?", POOL, 700, NOON, end_to_end_id="E9", return_of="E9", memo="REVERSAL_UNMATCHED")
    | {"status": "RETURNED"},
    moved(BOC, BATCHES, "?", POOL, 3_000, NOON, memo="BATCH_OPAQUE"),
    moved(BOC, f"{BATCHES}:2", "?", POOL, 3_000, NOON, memo="BATCH_OPAQUE"),
]  # fmt: skip
REVERSED_BY_HAND = [
    balance(CCB, PAYER, "PRCD", "2016-06-19", "OPENING", MORNING, 0),
    balance(CCB, PAYER, "CLBD", DAY, "CLOSING", NIGHT, -10_200),
    moved(CCB, f"{PAYER}:P1:D50000", PAYER, "102:6222000000000009", 50_000, "2016-06-20T09:15:30+08:00", end_to_end_id="E1",
          creditor_bank="102100099996", debtor_party=OWNER),
    moved(CCB, f"{PAYER}:P2:C50000", "?", PAYER, 50_000, NOON, end_to_end_id="E1", creditor_party=OWNER, op="REVERSE",
          ref_event_id=f"{PAYER}:P1:D50000", return_of=f"{PAYER}:P1:D50000"),
    moved(CCB, f"{PAYER}:P3:C10000", "?", PAYER, 10_000, MIDNIGHT, biz_date=DAY, creditor_party=OWNER),
    moved(CCB, f"{PAYER}:P3:D100", PAYER, "?", 100, MIDNIGHT, biz_date=DAY, debtor_party=OWNER, flow_class="FEE",
          class_basis="source"),
    moved(CCB, f"{PAYER}:P4:D20000", PAYER, "?", 20_000, NOON, end_to_end_id="E0", debtor_party=OWNER, return_of="E0",
          memo="REVERSAL_UNMATCHED 冲正") | {"status": "RETURNED"},
    moved(CCB, f"{PAYER}:P5:D100", PAYER, "?", 100, "2016-06-21T02:00:00+08:00", debtor_party=OWNER, flow_class="FEE",
          class_basis="source", memo="账户管理费"),
    moved(CCB, f"{PAYER}:P6:D1,234.50:PENDING", PAYER, "?", "1,234.50", "2016-06-21T02:00:00+08:00", debtor_party=OWNER)
    | {"status": "PENDING"},
]  # fmt: skip


def told(text: str | bytes) -> tuple[list[dict[str, Any]], list[BrokenRuleError]]:
    """Events and faults of a statement."""
    rows = list(camt.events_of(BytesIO(text if isinstance(text, bytes) else text.encode())))
    return [row for row in rows if isinstance(row, dict)], [row for row in rows if isinstance(row, BrokenRuleError)]


def read(path: Path) -> list[dict[str, Any]]:
    return [row for row in camt.read(path) if isinstance(row, dict)]


def test_a_statement_field_by_field() -> None:
    events, (fault,) = told(SAMPLE.read_bytes())
    assert events == BY_HAND
    assert fault.code == "UNBALANCED" and fault.found == "104:pool: closing 135050 fen, 1 booked entries unreadable"
    assert fault.expected == "opening 100000 + credits 56750 - debits 15000 = 141750 fen"


def test_reversals_charges_and_an_owner_field_by_field() -> None:
    assert told(REVERSALS.read_bytes()) == (REVERSED_BY_HAND, [])


def test_what_no_event_says_is_counted() -> None:
    left_out: Counter[str] = Counter()
    *events, note = camt.read(REVERSALS, left_out)
    assert len(events) == len(REVERSED_BY_HAND) and isinstance(note, StatementPage)
    assert left_out == {"INFO entry": 1, "balance ITBD": 1}


def test_through_the_reader_foreign_money_is_a_letter_and_the_rest_goes_on() -> None:
    ((_, reader),) = expand([SAMPLE])
    (block,) = reader(SAMPLE)
    assert len(block.events) == 9
    assert [(letter.code, letter.field, letter.found) for letter in block.dead] == [
        ("WRONG_TYPE", "amount_fen", '"99.00 USD"'), ("UNBALANCED", "closing", block.dead[1].found),
    ]  # fmt: skip
    ((_, reader),) = expand([REVERSALS])
    (block,) = reader(REVERSALS)
    assert len(block.events) == 8 and [letter.found for letter in block.dead] == ['"1,234.50"']


def in_version(version: int) -> str:
    """The sample as a camt.053 of that version."""
    text = SAMPLE.read_text(encoding="utf-8").replace("camt.053.001.08", f"camt.053.001.{version:02}")
    if version < 3:
        text = text.replace("BICFI", "BIC")
        side = r"(</Refs>)(<Amt [^>]*>[^<]*</Amt>)<CdtDbtInd>\w+</CdtDbtInd>"
        text = re.sub(side, r"\1<AmtDtls><TxAmt>\2</TxAmt></AmtDtls>", text)
    if version < 7:
        text = re.sub(r"<Sts><Cd>(\w+)</Cd></Sts>", r"<Sts>\1</Sts>", text).replace("<Pty><Nm>张三</Nm></Pty>", "<Nm>张三</Nm>")
    return text


@pytest.mark.parametrize("version", range(2, 14))
def test_versions_are_read_by_structure(tmp_path: Path, version: int) -> None:
    path = tmp_path / "s"
    path.write_text(in_version(version), encoding="utf-8")
    assert detect(path) == "camt" and read(path) == BY_HAND


def test_reports_and_notifications_in_an_envelope_and_no_namespace(tmp_path: Path) -> None:
    for outer, inner in (("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")):
        text = SAMPLE.read_text(encoding="utf-8").replace("BkToCstmrStmt", outer).replace("Stmt>", f"{inner}>")
        text = re.sub(' xmlns="[^"]*"', "", text).replace("<Document>", "<Envelope><AppHdr><Id>x</Id></AppHdr><Document>")
        path = tmp_path / inner
        path.write_text(f"{text.strip()}</Envelope>", encoding="utf-8")
        assert detect(path) == "camt" and read(path) == BY_HAND


@pytest.mark.parametrize(
    ("declared", "charset"),
    [("UTF-8", "utf-8-sig"), ("utf-16", "utf-16"), ("UTF-16LE", "utf-16-le"), ("GB18030", "gb18030"), ("GBK", "gb18030"),
     ("UTF-8", "gb18030"), ("GB2312", "utf-8")],
)  # fmt: skip
def test_charsets_declared_rightly_or_not(declared: str, charset: str) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace("一期", "一期𠀀㐀（三）项目共八字").replace("UTF-8", declared)
    events, _ = told(text.encode(charset))
    assert events[2]["memo"] == "投资 一期𠀀㐀（三）项目共八字"
    assert [event["event_id"] for event in events] == [event["event_id"] for event in BY_HAND]


@pytest.mark.parametrize(("declared", "bytes_"), [("Big5", "投資".encode("big5")), ("UTF-8", b"\xff\xff"), ("GB18030", b"\xff")])
def test_a_text_in_no_charset_that_is_read_is_refused(declared: str, bytes_: bytes) -> None:
    text = SAMPLE.read_bytes().replace(b"UTF-8", declared.encode()).replace("投资".encode(), bytes_)
    _, faults = told(text)
    assert faults[-1].code == "BAD_FILE" and re.search("are read|neither UTF-8 nor GB18030|not ", faults[-1].found)


def test_sent_again_it_has_the_same_ids(tmp_path: Path) -> None:
    path = tmp_path / "again.xml.gz"
    path.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    assert detect(path) == "camt" and read(path) == BY_HAND


def test_what_came_before_a_break_stays(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    whole = SAMPLE.read_bytes()
    path.write_bytes(whole[: whole.index(b"<AcctSvcrRef>A3")])
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert len(block.events) == 5
    (letter,) = block.dead
    assert letter.code == "BAD_FILE" and "no element found" in letter.found and letter.source == str(path)


def test_a_gzip_of_noise_is_no_statement(tmp_path: Path) -> None:
    path = tmp_path / "noise.xml.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" + b"\xff" * 1_000)
    assert not camt.detects(path)
    (fault,) = camt.read(path)
    assert isinstance(fault, BrokenRuleError) and fault.code == "BAD_FILE"


def entry(fen: int, side: str, ref: str = "", end_to_end: str = "", day: str = DAY, more: str = "", detail: str = "") -> str:
    """A booked entry."""
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    refs = f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>" if end_to_end else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{fen // 100}.{fen % 100:02d}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}<Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{reference}<NtryDtls><TxDtls>{refs}{detail}</TxDtls></NtryDtls></Ntry>"
    )


def statement(*entries: str, opening: int | None = 0, closing: int | None = None, summary: str = "") -> str:
    balances = ""
    for code, fen in (("OPBD", opening), ("CLBD", closing)):
        if fen is not None:
            side = "DBIT" if fen < 0 else "CRDT"
            balances += (
                f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt>{abs(fen) // 100}.{abs(fen) % 100:02d}</Amt>"
                f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{DAY}</Dt></Dt></Bal>"
            )
    account = "<Acct><Id><Othr><Id>104:pool</Id></Othr></Id></Acct>"
    return f"<Document><BkToCstmrStmt><Stmt>{account}{balances}{summary}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"


BACK = "<RvslInd>true</RvslInd>"
PAID = entry(5_000, "DBIT", "A1", "E1")
ZHANG = "<RltdPties><{0}Acct><Id><Othr><Id>102:{1}</Id></Othr></Id></{0}Acct></RltdPties>"
REVERSAL_CASES = {
    "by the payer's reference": ([PAID, entry(5_000, "CRDT", "A2", "E1", more=BACK)], True),
    "by the bank's own": ([PAID, entry(5_000, "CRDT", "A1", more=BACK)], True),
    "another amount": ([PAID, entry(4_999, "CRDT", "A2", "E1", more=BACK)], False),
    "the same side": ([PAID, entry(5_000, "DBIT", "A2", "E1", more=BACK)], False),
    "a reference to nothing here": ([PAID, entry(5_000, "CRDT", "A2", "E7", more=BACK)], False),
    "before what it refers to": ([entry(5_000, "CRDT", "A2", "E1", more=BACK), PAID], False),
    "two with that reference": ([PAID, entry(5_000, "DBIT", "A3", "E1"), entry(5_000, "CRDT", "A2", "E1", more=BACK)], False),
    "no reference, the only one": ([PAID, entry(5_000, "CRDT", "A2", more=BACK)], True),
    "no reference, two": ([PAID, entry(5_000, "DBIT", "A3", "E3"), entry(5_000, "CRDT", "A2", more=BACK)], False),
    "no reference, the fifth working day": (
        [entry(5_000, "DBIT", "A1", day="2016-09-30"), entry(5_000, "CRDT", "A2", day="2016-10-12", more=BACK)], True,
    ),
    "no reference, the sixth": (
        [entry(5_000, "DBIT", "A1", day="2016-09-30"), entry(5_000, "CRDT", "A2", day="2016-10-13", more=BACK)], False,
    ),
    "no reference, the day before": (
        [entry(5_000, "DBIT", "A1", day="2016-09-30"), entry(5_000, "CRDT", "A2", day="2016-09-29", more=BACK)], False,
    ),
    "no reference, the same other side": (
        [entry(5_000, "DBIT", "A1", detail=ZHANG.format("Cdtr", "z")),
         entry(5_000, "CRDT", "A2", more=BACK, detail=ZHANG.format("Dbtr", "z"))], True,
    ),
    "no reference, another side": (
        [entry(5_000, "DBIT", "A1", detail=ZHANG.format("Cdtr", "z")),
         entry(5_000, "CRDT", "A2", more=BACK, detail=ZHANG.format("Dbtr", "y"))], False,
    ),
    "a return and no reversal": (
        [PAID, entry(5_000, "CRDT", "A2", "E1", detail="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REVERSAL_CASES)
def test_a_reversal_takes_back_what_it_surely_means_and_nothing_else(name: str) -> None:
    entries, taken = REVERSAL_CASES[name]
    events, faults = told(statement(*entries))
    assert not faults
    back = next(event for event in events if event["event_id"].startswith(("104:pool:A2", "104:pool:A1:C")))
    if taken:
        assert back["op"] == "REVERSE" and back["ref_event_id"] == "104:pool:A1:D5000" == back["return_of"]
    else:
        assert "op" not in back and back["status"] == "RETURNED" and back["memo"] == "REVERSAL_UNMATCHED"


def test_what_is_taken_back_once_is_not_taken_back_again() -> None:
    backs = [entry(5_000, "CRDT", "A2", "E1", more=BACK), entry(5_000, "CRDT", "A3", "E1", more=BACK)]
    events, _ = told(statement(PAID, *backs, entry(5_000, "CRDT", "A1", more=BACK)))
    assert [event.get("op") for event in events[1:]] == [None, "REVERSE", None, None]


def test_a_payer_who_writes_that_he_reverses_reverses_nothing() -> None:
    events, _ = told(statement(PAID, entry(5_000, "CRDT", "A2", detail="<RmtInf><Ustrd>冲正</Ustrd></RmtInf>")))
    assert [(event["status"], event.get("op")) for event in events[1:]] == [("BOOKED", None)] * 2


def test_details_that_are_too_many_leave_the_entry_as_one() -> None:
    details = '<TxDtls><Amt Ccy="CNY">0.01</Amt></TxDtls>' * (PARTS_MAX + 1)
    whole = f'<Ntry><Amt Ccy="CNY">{(PARTS_MAX + 1) // 100}.{(PARTS_MAX + 1) % 100:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    events, _ = told(statement(f"{whole}<Sts>BOOK</Sts><AcctSvcrRef>B</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"))
    assert [(event["amount_fen"], event["memo"]) for event in events[1:]] == [(PARTS_MAX + 1, "BATCH_OPAQUE")]


def test_equal_details_of_one_entry_are_different_payments() -> None:
    detail = '<Refs><EndToEndId>E</EndToEndId></Refs><Amt Ccy="CNY">1.00</Amt>'
    events, _ = told(statement(entry(200, "CRDT", "A1", detail=f"{detail}</TxDtls><TxDtls>{detail}")))
    assert [event["event_id"] for event in events[1:]] == ["104:pool:A1/E:C100", "104:pool:A1/E:2:C100"]


@pytest.mark.parametrize(
    ("summary", "fields"),
    [("<TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries>", []),
     ("<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>", ["NbOfNtries"]),
     ("<TtlCdtNtries><Sum>9</Sum></TtlCdtNtries><TtlDbtNtries><Sum>2.50</Sum></TtlDbtNtries>", []),
     ("<TtlCdtNtries><Sum>9.01</Sum></TtlCdtNtries><TtlDbtNtries><Sum>x</Sum></TtlDbtNtries>",
      ["TtlCdtNtries/Sum", "TtlDbtNtries/Sum"])],
)  # fmt: skip
def test_totals_that_a_statement_states_are_those_that_it_has(summary: str, fields: list[str]) -> None:
    two = entry(900, "CRDT", "A1"), entry(250, "DBIT", "A2")
    _, faults = told(statement(*two, summary=f"<TxsSummry>{summary}</TxsSummry>"))
    assert [(fault.code, fault.field) for fault in faults] == [("BAD_TOTALS", field) for field in fields]


BROKEN = {
    "no status": (PAID.replace("<Sts>BOOK</Sts>", ""), "status"),
    "a status of its own": (PAID.replace("<Sts>BOOK</Sts>", "<Sts><Prtry>SETL</Prtry></Sts>"), "status"),
    "no side": (PAID.replace("DBIT", ""), "amount_fen"),
    "no amount": (PAID.replace("50.00", ""), "amount_fen"),
    "a negative amount": (PAID.replace("50.00", "-50.00"), "amount_fen"),
    "an exponent": (PAID.replace("50.00", "5E1"), "amount_fen"),
    "part of a fen": (PAID.replace("50.00", "50.001"), "amount_fen"),
    "wide digits": (PAID.replace("50.00", "５０.00"), "amount_fen"),
    "no such day": (PAID.replace(DAY, "2016-02-30"), "event_time"),
    "no date at all": (PAID.replace(f"<Dt>{DAY}</Dt>", ""), "event_time"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_entry_is_one_letter_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    bad, field = BROKEN[name]
    path = tmp_path / "statement.xml"
    path.write_text(statement(bad, entry(100, "CRDT", "A2")), encoding="utf-8")
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert [letter.field for letter in block.dead] == [field]
    assert [event.event_id for event in block.events] == ["104:pool:OPBD:2016-06-20", "104:pool:A2:C100"]


def test_a_side_that_is_not_told_is_not_guessed() -> None:
    (opening, _), _ = told(statement(PAID, opening=7).replace("CRDT", "", 1))
    assert opening["fen"] == "7 without a side"
    detail = '<Amt Ccy="CNY">1.00</Amt><CdtDbtInd>{}</CdtDbtInd>'
    sides = detail.format("DBIT") + "</TxDtls><TxDtls>" + '<Amt Ccy="CNY">3.00</Amt>'
    unknown = entry(200, "CRDT", "A2", detail=sides.replace("DBIT", "?"))
    events, _ = told(statement(entry(200, "CRDT", "A1", detail=sides), unknown))
    assert [event["event_id"] for event in events[1:]] == ["104:pool:A1:D100", "104:pool:A1:C300", "104:pool:A2:C200"]
    assert events[3]["memo"] == "BATCH_OPAQUE"


@pytest.mark.parametrize(
    ("dates", "when"),
    [("<TxDtTm>2016-06-19T08:00:00Z</TxDtTm><AccptncDtTm>2016-06-20T09:00:00</AccptncDtTm>", "2016-06-19T08:00:00Z"),
     ("<AccptncDtTm>2016-06-20T09:00:00</AccptncDtTm>", "2016-06-20T09:00:00+08:00"),
     ("<AccptncDtTm>2016-06-17T09:00:00</AccptncDtTm>", NOON), ("<TxDtTm>9999-12-31T00:00:00</TxDtTm>", NOON)],
)  # fmt: skip
def test_when_a_movement_happened(dates: str, when: str) -> None:
    events, _ = told(statement(entry(200, "CRDT", "A1", detail=f"<RltdDts>{dates}</RltdDts>")))
    assert events[1]["event_time"] == when and events[1].get("biz_date") == (None if when[:10] == DAY else DAY)


def page(number: int, last: bool, *entries: str, opening: int | None = None, closing: int | None = None, name: str = "S") -> str:
    """The inside of a message: one page of a statement."""
    pages = f"<Id>{name}</Id><StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{str(last).lower()}</LastPgInd></StmtPgntn>"
    text = statement(*entries, opening=opening, closing=closing)
    return text[text.index("<Stmt>") : text.index("</BkTo")].replace("<Stmt>", f"<Stmt>{pages}")


def test_a_statement_in_pages_balances_as_a_whole() -> None:
    two = page(1, False, entry(500, "CRDT", "A1", "E1"), opening=100), page(2, False, entry(200, "DBIT"))
    ends = page(3, True, entry(200, "DBIT"), entry(500, "DBIT", "A2", "E1", more=BACK), closing=-300)
    whole = "<Document><BkToCstmrStmt>{}</BkToCstmrStmt></Document>"
    events, faults = told(whole.format("".join((*two, ends))))
    assert not faults and len({event["event_id"] for event in events}) == 6
    assert events[-1]["ref_event_id"] == "104:pool:A1:C500"
    _, (fault,) = told(whole.format("".join((*two, ends.replace("3.00</Amt>", "3.01</Amt>")))))
    assert fault.code == "UNBALANCED"
    for part in (two[0] + two[1], two[1] + ends, two[0] + ends, two[0] + two[1] + ends.replace("<Id>S<", "<Id>T<")):
        assert told(whole.format(part))[1] == []  # what is not there cannot be checked
    left_out: Counter[str] = Counter()
    list(camt.events_of(BytesIO(whole.format(ends).encode()), left_out))
    assert left_out == {"page of a statement, not checked": 1}


def test_a_page_that_is_a_message_of_its_own_is_not_checked() -> None:
    head = "<GrpHdr><MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn></GrpHdr>"
    text = statement(entry(500, "CRDT", "A1"), opening=0, closing=1)
    assert len(told(text)[1]) == 1
    assert told(text.replace("<Stmt>", f"{head}<Stmt>"))[1] == []


MOVES = st.lists(st.tuples(st.integers(1, 10**12), st.booleans(), st.sampled_from(["", "R1", "R2"])), max_size=6)


@given(MOVES, st.integers(-(10**12), 10**12), st.integers(-2, 2), st.randoms(use_true_random=False))
def test_a_statement_balances_or_says_that_it_does_not(moves: list[Any], opening: int, off: int, order: Any) -> None:
    entries = [entry(fen, "CRDT" if incoming else "DBIT", ref) for fen, incoming, ref in moves]
    closing = opening + sum(fen if incoming else -fen for fen, incoming, _ in moves)
    events, faults = told(statement(*entries, opening=opening, closing=closing + off))
    assert [fault.code for fault in faults] == ["UNBALANCED"] * (off != 0)
    assert [event["fen"] for event in events[:2]] == [opening, closing + off]
    order.shuffle(entries)  # another order of the same entries tells the same events
    again, _ = told(statement(*entries, opening=opening, closing=closing + off))
    assert sorted(event["event_id"] for event in again) == sorted(event["event_id"] for event in events)


# -- notes -------------------------------------------------------------------------------------------------------


def notes(text: str) -> list[StatementPage]:
    return [row for row in camt.events_of(BytesIO(text.encode())) if isinstance(row, StatementPage)]


def test_each_statement_is_noted_with_its_numbers_pages_and_balances() -> None:
    day = day_of_date(DAY)
    numbers = "<Id>S1</Id><ElctrncSeqNb>171</ElctrncSeqNb><LglSeqNb>9</LglSeqNb>"
    days = {"opens": day, "closes": day, "day": day}
    assert notes(SAMPLE.read_text(encoding="utf-8").replace("<Id>S1</Id>", numbers)) == [
        StatementPage(account=POOL, name="S1", electronic=171, legal=9, opening=100_000, closing=135_050, **days),
    ]
    assert notes(REVERSALS.read_text(encoding="utf-8")) == [
        StatementPage(account=PAYER, name="S2", opening=0, closing=-10_200, **days),
    ]


def test_pages_are_noted_one_by_one() -> None:
    both = page(1, False, opening=5) + page(2, True, closing=5)
    told = notes(f"<Document><BkToCstmrStmt>{both}</BkToCstmrStmt></Document>")
    assert [(note.name, note.page, note.last, note.opening, note.closing) for note in told] == [
        ("S", 1, False, 5, None), ("S", 2, True, 5, 5),
    ]  # fmt: skip


def test_reports_and_notifications_are_not_noted() -> None:
    for message, inside in (("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")):
        text = SAMPLE.read_text(encoding="utf-8").replace("BkToCstmrStmt", message).replace("Stmt>", f"{inside}>")
        assert notes(text) == []


def test_of_endless_names_no_note_is_made() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert notes(text.replace("104:pool", "104:" + "1" * 61)) == []
    (note,) = notes(text.replace("<Id>S1</Id>", f"<Id>{'S' * 60_000}</Id>"))
    assert note.name == "S" * 35


def test_a_number_that_is_none_is_not_one() -> None:
    for number in ("-1", "1.5", "９", "1" * 19, ""):
        text = SAMPLE.read_text(encoding="utf-8").replace("<Id>S1</Id>", f"<Id>S1</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>")
        assert [note.electronic for note in notes(text)] == [None]
