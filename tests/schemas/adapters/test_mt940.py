"""MT940 and MT942: every field of two samples by hand, strict lines, pages, cuts, reversals, and the same money as in camt."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters import camt, mt940
from chuantou.schemas.adapters.notes import StatementPage
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.streams.files import detect, expand
from tests.schemas.adapters.test_camt import balance, entry, moved, statement

FEEDS = Path(__file__).parents[2] / "data" / "feeds" / "mt940"
SAMPLE, INTERIM = FEEDS / "statement.sta", FEEDS / "interim.sta"
CCB, ACCOUNT = "bank:PCBCCNBJ", "105:6217000000000001"
CMB, OTHER = "bank:CMBCCNBS", "308:12990000000001"
NOON, OLD_YEAR = "2016-06-20T12:00:00+08:00", "2015-12-31T12:00:00+08:00"
FEES = f"{ACCOUNT}:#d2a8b77fb27b89c749db:D100"
FEE = {"flow_class": "FEE", "class_basis": "source"}
BY_HAND = [
    balance(CCB, ACCOUNT, "60F", "2016-06-19", "OPENING", "2016-06-20T00:00:00+08:00", 100_000),
    moved(CCB, f"{ACCOUNT}:B001:D10050", ACCOUNT, "102:6222000000000009", 10_050, NOON, end_to_end_id="REF1",
          creditor_bank="102100099996", memo="货款 六月"),
    moved(CCB, f"{ACCOUNT}:B002:C200000", "?", ACCOUNT, 200_000, NOON, memo="柜面存款"),
    moved(CCB, f"{ACCOUNT}:B003:C10050", "?", ACCOUNT, 10_050, NOON, end_to_end_id="REF1", op="REVERSE",
          ref_event_id=f"{ACCOUNT}:B001:D10050", return_of=f"{ACCOUNT}:B001:D10050"),
    moved(CCB, f"{ACCOUNT}:B004:C1", "?", ACCOUNT, 1, NOON, flow_class="INTEREST_BANK", class_basis="source"),
    moved(CCB, f"{ACCOUNT}:B005:D12.50 CNY", ACCOUNT, "?", "12.50 CNY", NOON),
    moved(CCB, FEES, ACCOUNT, "?", 100, OLD_YEAR, **FEE),
    moved(CCB, f"{FEES}:2", ACCOUNT, "?", 100, OLD_YEAR, **FEE),
    balance(CCB, ACCOUNT, "62F", "2016-06-20", "CLOSING", "2016-06-20T23:59:59+08:00", -700),
]  # fmt: skip
INTERIM_BY_HAND = [
    moved(CMB, f"{OTHER}:C001:C8880", "?", OTHER, 8_880, NOON, end_to_end_id="PAY-9", memo="投资款 王某某 第二行"),
    moved(CMB, f"{OTHER}:#9027900c1a96f7a9d1db:D300:PENDING", OTHER, "?", 300, "2016-06-21T12:00:00+08:00", memo="待扣手续费")
    | {"status": "PENDING"},
    moved(CMB, f"{OTHER}:C002:D8880", OTHER, "?", 8_880, NOON, op="REVERSE", ref_event_id=f"{OTHER}:C001:C8880",
          return_of=f"{OTHER}:C001:C8880"),
]  # fmt: skip


def told(tmp_path: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[BrokenRuleError]]:
    """Events and faults of a statement."""
    path = tmp_path / "statement"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    rows = list(mt940.read(path))
    return [row for row in rows if isinstance(row, dict)], [row for row in rows if isinstance(row, BrokenRuleError)]


def test_a_statement_of_two_pages_field_by_field(tmp_path: Path) -> None:
    events, (fault,) = told(tmp_path, SAMPLE.read_bytes())
    assert events == BY_HAND
    assert fault.code == "UNBALANCED" and fault.expected == "opening 300001 + credits 0 - debits 200 = 299801 fen"


def test_an_interim_report_field_by_field(tmp_path: Path) -> None:
    events, faults = told(tmp_path, INTERIM.read_bytes())
    assert events == INTERIM_BY_HAND
    assert [(fault.code, fault.field, fault.found) for fault in faults] == [("BAD_TOTALS", "90D", "1 entries, 8880 fen")]


def test_through_the_reader(tmp_path: Path) -> None:
    for path, events, letters in ((SAMPLE, 8, ["amount_fen", "closing"]), (INTERIM, 3, ["90D"])):
        assert detect(path) == "mt940"
        ((_, reader),) = expand([path])
        (block,) = reader(path)
        assert len(block.events) == events and [letter.field for letter in block.dead] == letters


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_charsets_and_ends_of_lines(tmp_path: Path, charset: str) -> None:
    events, _ = told(tmp_path, SAMPLE.read_text(encoding="utf-8").replace("\n", "\r\n").encode(charset))
    assert events == BY_HAND


HEAD = ":20:S\n:25:105:1\n:28C:1\n:60F:C160619CNY1,\n"
END = ":62F:C160620CNY2,\n"
LINES = {
    "a point": (":61:160620C1.00NTRFX//Y", "amount_fen"),
    "two commas": (":61:160620C1,0,0NTRFX//Y", "amount_fen"),
    "a sign": (":61:160620C-1,NTRFX//Y", "amount_fen"),
    "part of a fen": (":61:160620C1,001NTRFX//Y", "amount_fen"),
    "no comma": (":61:160620C100NTRFX//Y", "amount_fen"),
    "nothing": (":61:160620C0,NTRFX//Y", "amount_fen"),
    "no such day": (":61:160230C1,NTRFX//Y", "event_time"),
    "no such entry day": (":61:1606200631C1,NTRFX//Y", "event_time"),
    "no side": (":61:1606201,NTRFX//Y", "61"),
    "no type": (":61:160620C1,", "61"),
    "a field of nothing": (":99Z:160620C1,NTRFX//Y", "99Z"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_bad_line_is_one_letter_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    line, field = LINES[name]
    path = tmp_path / "statement"
    path.write_text(f"{HEAD}{line}\n:61:160620C1,NTRFX//Z\n{END}", encoding="utf-8")
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert sorted(event.event_id for event in block.events) == ["105:1:60F:2016-06-19", "105:1:62F:2016-06-20", "105:1:Z:C100"]
    counted = ["closing"] if field == "event_time" else []  # the amount could be read: the balance is that of two entries
    assert [letter.field for letter in block.dead] == [field, *counted]


def test_other_money_is_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_text(HEAD.replace("CNY", "USD") + ":61:160620C1,NTRFX//Z\n" + END.replace("CNY", "USD"), encoding="utf-8")
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert not block.events and [letter.found for letter in block.dead] == ['"1. USD"', '"1. USD"', '"2. USD"']


def test_what_is_cut_off_leaves_out_the_entry_that_may_be_cut(tmp_path: Path) -> None:
    whole = f"{HEAD}:61:160620C1,NTRFX//Y1\n:86:a\n:61:160620C2,NTRFX//Y2\n:86:memo\n:61:160620C3,NTRFX//Y3\n"
    for text, ids in ((whole, ["Y1", "Y2"]), (whole.rpartition(":61:")[0], ["Y1"]), (whole.rpartition("mo\n")[0], ["Y1"])):
        events, faults = told(tmp_path, text)
        assert [event["event_id"].split(":")[2] for event in events[1:]] == ids
        assert [fault.code for fault in faults] == ["BAD_FILE"]


def test_a_page_that_is_missing_is_told(tmp_path: Path) -> None:
    first = HEAD + ":62M:C160620CNY1,\n"
    third = HEAD.replace("60F", "60M").replace("CNY1,", "CNY3,") + END.replace("CNY2,", "CNY3,")
    second = third.replace("60M:C160619CNY3,", "60M:C160619CNY1,\n:61:160620C2,NTRFX//Y").replace("62F", "62M")
    assert told(tmp_path, first + second + third)[1] == []
    (fault,) = told(tmp_path, first + third)[1]
    assert (fault.code, fault.field, fault.found) == ("UNBALANCED", "60M", "105:1: 300 fen")
    assert fault.expected == "100 fen, as the page before closed"


def test_every_cut_of_a_file_tells_only_what_the_whole_tells(tmp_path: Path) -> None:
    whole = SAMPLE.read_bytes()
    known, _ = told(tmp_path, whole)
    for at in range(0, len(whole), 3):
        events, _ = told(tmp_path, whole[:at])
        assert all(event in known for event in events), whole[:at][-80:]


def test_entries_without_their_account_belong_to_nobody(tmp_path: Path) -> None:
    events, _ = told(tmp_path, f"{HEAD}{END}:20:T\n:61:160620C1,NTRFX//Y\n")
    assert events[-1]["creditor_account"] == ""


def test_who_sent_it() -> None:
    block = "{1:F01ICBKCNBJAXXX0000000000}"
    assert mt940._sender(f"{block}{{2:O9401800160620PCBCCNBJASHA00000000001606201800N}}{{4:") == "PCBCCNBJSHA"
    assert mt940._sender(f"{block}{{2:I940PCBCCNBJXXXXN}}{{4:") == "ICBKCNBJ"
    assert mt940._sender("{4:") is None


def test_a_bank_is_not_carried_into_a_message_without_one(tmp_path: Path) -> None:
    events, _ = told(tmp_path, "{1:F01ICBKCNBJAXXX0000000000}{2:I940PCBCCNBJXXXXN}{4:\n" + f"{HEAD}{END}-}}\n{HEAD}{END}")
    assert [event["source_id"] for event in events] == ["bank:ICBKCNBJ"] * 2 + ["mt940:105:1"] * 2


def test_the_year_of_an_entry_is_the_nearest(tmp_path: Path) -> None:
    lines = ":61:1512311231C1,NTRFX//A\n:61:1512310102C1,NTRFX//B\n:61:1601021231C1,NTRFX//C\n:61:9912310101C1,NTRFX//D\n"
    events, _ = told(tmp_path, HEAD + lines + END)
    assert [event["event_time"][:10] for event in events[1:-1]] == ["2015-12-31", "2016-01-02", "2015-12-31", "2000-01-01"]


@given(st.lists(st.tuples(st.integers(1, 10**13), st.sampled_from(["C", "D"])), max_size=6), st.integers(-2, 2))
def test_a_statement_balances_or_says_that_it_does_not(tmp_path_factory: Any, moves: list[tuple[int, str]], off: int) -> None:
    lines = "".join(f":61:160620{side}{fen // 100},{fen % 100:02d}NTRFX//Y{i}\n" for i, (fen, side) in enumerate(moves))
    closing = 100 + sum(fen if side == "C" else -fen for fen, side in moves) + off
    end = f":62F:{'D' if closing < 0 else 'C'}160620CNY{abs(closing) // 100},{abs(closing) % 100:02d}\n"
    events, faults = told(tmp_path_factory.getbasetemp(), HEAD + lines + end)
    assert [event["amount_fen"] for event in events[1:-1]] == [fen for fen, _ in moves] and events[-1]["fen"] == closing
    assert [fault.code for fault in faults] == ["UNBALANCED"] * (off != 0)


def test_one_movement_has_one_name_in_mt940_and_camt(tmp_path: Path) -> None:
    blocks = "{1:F01PCBCCNBJAXXX0000000000}{2:I940ICBKCNBJXXXXN}{4:\n"
    swift = HEAD.replace(":25:105:1", ":25:6217") + ":61:160620C50,NTRFE1//A1\n" + END
    (_, of_swift, _), _ = told(tmp_path, blocks + swift)
    bank = "<Svcr><FinInstnId><BICFI>PCBCCNBJXXX</BICFI></FinInstnId></Svcr>"
    iso = statement(entry(5_000, "CRDT", "A1", "E1")).replace("104:pool", "6217").replace("</Acct>", f"{bank}</Acct>", 1)
    of_iso = next(event for event in camt.events_of(BytesIO(iso.encode())) if isinstance(event, dict) and "amount_fen" in event)
    assert of_swift == of_iso


def test_each_page_is_noted_with_its_number_and_balances() -> None:
    day = day_of_date("2016-06-20")
    said = {"account": ACCOUNT, "electronic": 172, "day": day}
    assert [row for row in mt940.read(SAMPLE) if isinstance(row, StatementPage)] == [
        StatementPage(**said, page=1, last=False, opening=100_000, opens=day),
        StatementPage(**said, page=2, closing=-700, closes=day),
    ]
    assert not any(isinstance(row, StatementPage) for row in mt940.read(INTERIM))  # its entries come again with the day's MT940


@pytest.mark.parametrize(("text", "number"), [("7", (7, 1)), ("00000/001", (None, 1)), ("12/3", (12, 3)), ("x", (None, 1))])
def test_the_number_of_a_statement(tmp_path: Path, text: str, number: tuple[int | None, int]) -> None:
    path = tmp_path / "statement"
    path.write_text(HEAD.replace("28C:1", f"28C:{text}") + ":62F:C160619CNY1,\n")
    (note,) = (row for row in mt940.read(path) if isinstance(row, StatementPage))
    assert (note.electronic, note.page, note.last) == (*number, True)
