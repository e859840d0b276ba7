"""Workbooks field by field, and what Excel does to numbers and dates."""

import base64
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chuantou.schemas.adapters import xlsx
from chuantou.schemas.adapters.table_rows import leg_hash
from chuantou.schemas.adapters.xlsx import describe, detects, read
from chuantou.schemas.clock import parse_time
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.streams.files import detect, expand

SAMPLE = Path(__file__).parents[2] / "data" / "feeds" / "xlsx" / "two_banks.xlsx"
NAMES = ["账号", "交易时间", "借贷标志", "交易金额", "对方账号", "摘要", "交易流水号"]
ROW = ["105:a", "2016-06-20 10:00:00", "贷", "10.00", "104:b", "工资", "S1"]


def moved(source: str, serial: str, time: str, debtor: str, creditor: str, fen: int | str, memo: str) -> dict[str, Any]:
    when = parse_time(f"2016-06-20T{time}+08:00")
    own = "102:own" if source == "bank:icbc" else "105:a"
    return {
        "stream": "clr.transfers", "event_id": f"{own}:{serial}:{leg_hash(f'{when}|{debtor}|{creditor}|{fen}'.encode())}",
        "source_id": source, "event_time": when, "debtor_account": debtor, "creditor_account": creditor, "amount_fen": fen,
        "memo": memo,
    }  # fmt: skip


BY_HAND = [
    moved("bank:icbc", "V1", "10:00:00", "104:other", "102:own", 123_450, "货款"),
    moved("bank:icbc", "V2", "11:00:00", "102:own", "104:shop", 9_990, "=1+1"),
    moved("bank:icbc", "V4", "12:30:15", "102:own", "104:third", 30, "零头"),
    moved("bank:icbc", "V5", "13:00:00", "104:third", "102:own", "1.005", "不足一分"),
    moved("bank:icbc", "V6", "09:30:00", "1040001", "102:own", 1_200, "数字时间"),
    moved("bank:ccb", "S1", "23:59:59", "104:b", "105:a", 8_880, "工资"),
]


def events_of(path: Path) -> list[dict[str, Any]]:
    return [told.what for told in read(path) if isinstance(told.what, dict)]


def faults_of(path: Path) -> list[tuple[str, str, str]]:
    return [(told.place, told.what.field, told.what.found) for told in read(path) if isinstance(told.what, BrokenRuleError)]


def book_of(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def with_sheet(path: Path, cells: str, **parts: str) -> Path:
    """A workbook written by hand: XML of the rows of its sheet, and other parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", parts.get("workbook", "<workbook/>"))
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>")
        if "strings" in parts:
            archive.writestr("xl/sharedStrings.xml", parts["strings"])
    return path


def inline(*texts: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts) + "</row>"


def numbered(time: str, amount: str, account: str = "104:b") -> str:
    own = '<row><c t="str"><v>105:a</v></c>'
    other = f"<c><v>{account}</v></c>" if account[0].isdigit() and ":" not in account else f'<c t="str"><v>{account}</v></c>'
    return f'{own}<c><v>{time}</v></c><c t="str"><v>贷</v></c><c><v>{amount}</v></c>{other}</row>'


def test_a_sample_field_by_field() -> None:
    assert detect(SAMPLE) == "xlsx" and describe(SAMPLE) == "xlsx (icbc, ccb)"
    assert events_of(SAMPLE) == BY_HAND
    ((place, field, found),) = faults_of(SAMPLE)
    assert (place, field) == ("sheet1!6", "对方账号") and "6.222020200012345e+18" in found


def test_through_the_reader_letters_name_sheet_and_row() -> None:
    ((path, reader),) = expand([SAMPLE])
    (block,) = reader(path)
    assert len(block.events) == 5
    letters = {letter.source.rpartition("/")[2]: letter for letter in block.dead}
    assert letters.keys() == {"two_banks.xlsx:sheet1!6", "two_banks.xlsx:sheet1!8"}
    assert b"1.005" in base64.b64decode(letters["two_banks.xlsx:sheet1!8"].raw)


@pytest.mark.parametrize(
    ("stored", "fen"),
    [("0.30000000000000004", 30), ("1234.4999999999998", 123_450), ("19.989999999999998", 1_999), ("1e2", 10_000),
     ("0.015", "0.015"), ("9999999999999.99", 999_999_999_999_999), ("-5", -500), ("5E-3", "0.005")],
)  # fmt: skip
def test_an_amount_is_what_excel_vouches_for_or_stays_text(tmp_path: Path, stored: str, fen: int | str) -> None:
    path = with_sheet(tmp_path / "book", inline(*NAMES[:5]) + numbered("42541", stored))
    (event,) = events_of(path)
    assert event["amount_fen"] == (abs(fen) if isinstance(fen, int) else fen)
    assert (event["creditor_account"] == "105:a") == (not isinstance(fen, int) or fen > 0)


@pytest.mark.parametrize(
    ("stored", "calendar", "time"),
    [("42541", "", "2016-06-20T00:00:00"), ("42541.999988425924", "", "2016-06-20T23:59:59"),
     ("41079.5", ' date1904="1"', "2016-06-20T12:00:00"), ("20160620", "", "2016-06-20T00:00:00"),
     ("61", "", "1900-03-01T00:00:00")],
)  # fmt: skip
def test_dates_are_serials(tmp_path: Path, stored: str, calendar: str, time: str) -> None:
    parts = {"workbook": f"<workbook><workbookPr{calendar}/></workbook>"}
    path = with_sheet(tmp_path / "book", inline(*NAMES[:5]) + numbered(stored, "1"), **parts)
    (event,) = events_of(path)
    assert event["event_time"] == parse_time(f"{time}+08:00")


@pytest.mark.parametrize("stored", ["60", "0", "-1", "2958466", "1e300"])
def test_what_is_no_date_stays_text_or_costs_its_row(tmp_path: Path, stored: str) -> None:
    path = with_sheet(tmp_path / "book", inline(*NAMES[:5]) + numbered(stored, "1"))
    assert all(event["event_time"] == stored for event in events_of(path))
    assert len(events_of(path)) + len(faults_of(path)) == 1


def test_strings_have_runs_but_no_phonetics_and_bad_references_stay_visible(tmp_path: Path) -> None:
    strings = "<sst><si><r><t>工</t></r><r><t>资</t></r><rPh><t>gongzi</t></rPh></si></sst>"
    row = numbered("42541", "1").replace("</row>", '<c t="s"><v>0</v></c><c t="s"><v>7</v></c></row>')
    path = with_sheet(tmp_path / "book", inline(*NAMES) + row, strings=strings)
    (event,) = events_of(path)
    assert event["memo"] == "工资" and event["event_id"].startswith("105:a:#7:")


def test_gaps_between_cells_are_empty_cells(tmp_path: Path) -> None:
    path = book_of(tmp_path / "book", [None, *NAMES], [None, *ROW[:4], None, *ROW[5:]])
    (event,) = events_of(path)
    assert event["debtor_account"] == "external:bank:ccb" and event["memo"] == "工资"


def test_a_book_without_a_known_table_says_so(tmp_path: Path) -> None:
    path = book_of(tmp_path / "book", ["a", "b"], [1, 2])
    assert not detects(path)
    ((place, _, found),) = faults_of(path)
    assert place == "" and "no known header" in found
    assert describe(path) == "xlsx ()" and xlsx.NAME == "xlsx"
