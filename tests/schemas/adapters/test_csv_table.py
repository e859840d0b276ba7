"""Bank tables by mapping: every field of five samples by hand, charsets, and two roads that say the same."""

import base64
import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.schemas.adapters import csv_table
from chuantou.schemas.adapters.csv_table import describe, detects, header_of, read, read_blocks
from chuantou.schemas.adapters.mapping import load_mapping, mappings
from chuantou.schemas.adapters.site import FEEDS_VARIABLE, KEY_VARIABLE
from chuantou.schemas.adapters.table_rows import fen_of, leg_hash
from chuantou.schemas.adapters.told import Told, held_to_contract
from chuantou.schemas.clock import parse_time
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter
from chuantou.schemas.party_keys import keyed_hash
from chuantou.streams.files import detect, expand

SAMPLES = Path(__file__).parents[2] / "data" / "feeds" / "csv"
KEY = "a key for tests"
HEADER = "账号,交易时间,借贷标志,交易金额,对方账号,摘要,交易流水号\n"
ROW = "105:a,20160620 10:00:00,贷,10.00,104:b,工资,S1\n"


def hidden(prefix: str, value: str) -> str:
    return prefix + keyed_hash(value, KEY.encode())


def moved(
    source: str, own: str, content: str, time: str, debtor: str, creditor: str, fen: int | str, memo: str = ""
) -> dict[str, Any]:
    """A transfer; a ``content`` that does not begin with # is a serial, and the id ends in the hash of the payment."""
    when = parse_time(f"2016-06-20T{time}+08:00")
    hashed = leg_hash(f"{when}|{debtor}|{creditor}|{fen}".encode())
    content = content[1:] if content[0] == "#" else f"{content}:{hashed}"
    told = {
        "stream": "clr.transfers", "event_id": f"{own}:{content}", "source_id": source, "event_time": when,
        "debtor_account": debtor, "creditor_account": creditor, "amount_fen": fen,
    }  # fmt: skip
    return told | ({"memo": memo} if memo else {})


ME, WANG = hidden("alipay:", "a@b.cn"), hidden("wechat:", "小王")
AGAIN = "1fc4451c5e4e885053f6"
BY_HAND = {
    "icbc": [
        moved("bank:icbc", "102:own", "V1", "10:00:00", "104:other", "102:own", 123_450, "货款"),
        moved("bank:icbc", "102:own", "V2", "11:00:00", "102:own", "104:shop", 9_990, "=cmd|calc"),
        moved("bank:icbc", "102:own", "V3", "12:00:00", "102:own", "external:bank:icbc", "x", "坏"),
    ],
    "ccb": [moved("bank:ccb", "105:a", "S1", "10:00:00", "104:b", "105:a", 1_000, "工资")],
    "city_bank": [
        moved("bank:city", "313:a", "9", "10:00:00", "313:a", "104:b", 12_345, "房租"),
        moved("bank:city", "313:a", f"#{AGAIN}", "10:00:01", "external:bank:city", "313:a", 500),
        moved("bank:city", "313:a", f"#{AGAIN}:2", "10:00:01", "external:bank:city", "313:a", 500),
    ],
    "alipay": [
        moved("pi:alipay", ME, "T1", "10:00:00", ME, hidden("alipay:", "shop@x.cn"), 10_000, "充值"),
        moved("pi:alipay", ME, "T2", "11:00:00", hidden("alipay:", "p@x.cn"), ME, 505, "转账"),
    ],
    "wechat": [moved("pi:wechat", WANG, "W1", "10:00:00", WANG, hidden("wechat:", "超市"), 1_230, "水果")],
}

@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)


def events_of(path: Path) -> list[dict[str, Any]]:
    return [told.what for told in read(path) if isinstance(told.what, dict)]


def faults_of(path: Path) -> list[tuple[str, str, str]]:
    return [(told.place, told.what.field, told.what.found) for told in read(path) if isinstance(told.what, BrokenRuleError)]


def in_columns(path: Path) -> tuple[list[dict[str, Any]], list[DeadLetter]]:
    blocks = list(read_blocks(path))
    rows = [row for batches, _, _ in blocks for batch in batches for row in batch.to_pylist()]
    return rows, [letter for _, dead, _ in blocks for letter in dead]


@pytest.mark.parametrize("name", BY_HAND)
def test_a_sample_field_by_field(name: str) -> None:
    path = SAMPLES / f"{name}.csv"
    assert detect(path) == "csv"
    assert events_of(path) == BY_HAND[name]


def test_every_shipped_mapping_has_a_sample() -> None:
    assert {mapping.name for mapping in mappings()} == BY_HAND.keys()


def test_through_the_reader_bad_rows_are_letters_with_line_and_bytes_and_the_rest_goes_on() -> None:
    ((path, reader),) = expand([SAMPLES / "icbc.csv"])
    (block,) = reader(path)
    (letter,) = block.dead
    assert len(block.events) == 2 and (letter.source, letter.field) == (f"{path}:5", "amount_fen")
    assert base64.b64decode(letter.raw).decode() == "2016-06-20,12:00:00,102:own,,x,,坏,V3"
    assert faults_of(SAMPLES / "ccb.csv") == [("3", "借贷标志", '"错"')]


def test_persons_are_not_named_and_not_read_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all("小王" not in str(event) and "超市" not in str(event) for event in events_of(SAMPLES / "wechat.csv"))
    monkeypatch.delenv(KEY_VARIABLE)
    ((_, _, found),) = faults_of(SAMPLES / "wechat.csv")
    assert KEY_VARIABLE in found
    _, (letter,) = in_columns(SAMPLES / "wechat.csv")
    assert letter.code == "BAD_FILE" and letter.source == str(SAMPLES / "wechat.csv")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_charsets(tmp_path: Path, charset: str, pack: Any) -> None:
    path = tmp_path / "export"
    path.write_bytes(pack((SAMPLES / "icbc.csv").read_bytes().decode("gb18030").replace("货款", "货款𠀀").encode(charset)))
    assert events_of(path)[0]["memo"] == "货款𠀀" and in_columns(path)[0][0]["memo"] == "货款𠀀"
    assert describe(path) == f"csv (icbc, {charset})"


def test_a_head_of_ascii_does_not_decide_the_charset(tmp_path: Path) -> None:
    path = tmp_path / "export"
    plain = "313:a|20160620100000|-5|104:b|x|{}\n"
    text = "ACCT_NO|TXN_TS|AMT_FEN|OPP_ACCT|REMARK|TXN_SEQ\n" + "".join(plain.format(n) for n in range(40_000))
    for charset in ("utf-8", "gb18030"):
        path.write_bytes((text + plain.format("end").replace("|x|", "|房租|")).encode(charset))
        assert events_of(path)[-1]["memo"] == "房租" and in_columns(path)[0][-1]["memo"] == "房租"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_character_cut_in_half_costs_its_memo_or_its_row_and_nothing_else(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "export"
    whole, half = "工资".encode(charset), "工资".encode(charset)[:-1]
    account = "甲".encode(charset)[:-1]
    rows = (HEADER + ROW * 3).encode(charset).split(b"\n")
    rows[2] = rows[2].replace(whole, half)
    rows[3] = rows[3].replace(b"104:b", b"104:" + account)
    path.write_bytes(b"\n".join(rows))
    assert [event["memo"] for event in events_of(path)] == ["工资", "工\ufffd"]
    told, letters = in_columns(path)
    assert len(told) == 2 and [(letter.code, letter.source) for letter in letters] == [("NOT_UTF8", f"{path}:4")]


def test_newlines_of_every_kind_and_quotes_over_lines(tmp_path: Path) -> None:
    path = tmp_path / "export"
    rows = [ROW.strip().replace("S1", f"S{n}") for n in range(5)]
    rows[3] = rows[3].replace("工资", '"工\n资"')
    path.write_text("".join(map("".join, zip([HEADER.strip(), *rows], ["\r\n", "\r", "\n", "\r\n", "\r\r\n", ""]))), newline="")
    memos = ["工资", "工资", "工资", "工\n资", "工资"]
    assert [event["memo"] for event in events_of(path)] == memos == [row["memo"] for row in in_columns(path)[0]]


def test_ids_say_what_is_one_payment(tmp_path: Path) -> None:
    path = tmp_path / "export"
    other_leg = ROW.replace("10.00", "0.50")
    path.write_text(HEADER + ROW + other_leg + ROW + ROW.replace(",S1", ",") * 2)
    ids = [event["event_id"] for event in events_of(path)]
    assert ids[0] == ids[2] != ids[1], "the same serial and payment is the same row; another leg is not"
    assert ids[4] == ids[3] + ":2", "two equal rows without a serial are two payments"
    path.write_text(HEADER + other_leg + ROW)
    assert [event["event_id"] for event in events_of(path)] == [ids[1], ids[0]], "order and company decide nothing"


def test_red_letters_are_told_the_other_way_and_not_booked_and_24_hours_end_the_day(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(HEADER + ROW.replace("10.00", "-10.00").replace("10:00:00", "24:00:00") + ROW.replace("10.00", "10.00-"))
    first, second = events_of(path)
    assert (first["debtor_account"], first["creditor_account"], first["amount_fen"]) == ("105:a", "104:b", 1_000)
    assert first["memo"] == second["memo"] == "REVERSAL_UNMATCHED 红字冲销 工资"
    assert first["status"] == second["status"] == "RETURNED", "what it reverses is not guessed"
    assert first["event_time"] == parse_time("2016-06-21T00:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [("1,234.50", "yuan", 123_450), ("¥0.01", "yuan", 1), ("-5", "yuan", -500), ("7", "fen", 7), ("1,2,3", "yuan", "1,2,3"),
     ("1.005", "yuan", "1.005"), ("1e3", "yuan", "1e3"), ("", "yuan", ""), ("NaN", "yuan", "NaN"), ("5.00-", "yuan", -500),
     ("-5-", "yuan", "-5-"), ("-¥1,000", "yuan", -100_000), ("1.5", "wan", 1_500_000), ("０", "yuan", "０"),
     ("1.2.3", "yuan", "1.2.3"), ("9" * 30, "yuan", "9" * 30), ("9" * 20, "yuan", "9" * 20)],
)  # fmt: skip
def test_amounts_are_exact_or_stay_text(text: str, unit: str, fen: int | str) -> None:
    assert fen_of(text, unit) == fen


CELLS = {
    "account": st.sampled_from(["105:a", " 105:b ", "", "x" * 65, '"105:q"', '"10""5"', "中"]),
    "time": st.sampled_from([
        "20160620 10:00:00", "2016-06-20 23:59:59", "20160230 10:00:00", "20160620 24:00:00", "", "2016/6/2 1:02:03", "1900",
    ]),
    "side": st.sampled_from(["借", "贷", " C", "D", "", "x"]),
    "amount": st.one_of(
        st.integers(0, 10**15).map(lambda fen: f"{fen // 100}.{fen % 100:02d}"),
        st.sampled_from(["1", "1.5", "0", "-3.00", "3.00-", '"1,234.50"', '"1,2"', "¥5.00", "1.001", "1e2", "", "9" * 14]),
    ),
    "other": st.sampled_from(["104:b", "/", "", "\u3000104:c", "y" * 65]),
    "memo": st.sampled_from([
        "工资", "", "/", "a\tb", "=1+1", '"a,b"', '"a""b"', 'a"b', '"a"b', '"a\nb"', "z" * 1_001, "\x00", "\ufffd",
    ]),
    "serial": st.sampled_from(["S1", "S2", "", "s" * 130]),
}  # fmt: skip
ODD = st.sampled_from(["", ",,", "合计,,,,,,", ROW.strip() + ",more"])
ROWS = st.lists(st.one_of(st.tuples(*CELLS.values()).map(",".join), ODD), max_size=12)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, ending=st.sampled_from(["\n", "\r\n", ""]))
def test_columns_and_cells_say_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[str], ending: str) -> None:
    path = tmp_path_factory.mktemp("table") / "export"
    path.write_text(HEADER + "\n".join(rows) + ending, newline="", encoding="utf-8")
    batches, dead = held_to_contract(list(read(path)), str(path))
    exact = [row for batch in batches for row in batch.to_pylist()]
    told, letters = in_columns(path)

    def by_id(some: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(some, key=lambda row: (row["event_id"], row["event_time"]))

    assert by_id(told) == by_id(exact)
    assert sorted(letters, key=lambda letter: letter.source) == sorted(dead, key=lambda letter: letter.source)


def test_columns_have_the_contracts_schema() -> None:
    ((batch,), _, _) = next(read_blocks(SAMPLES / "alipay.csv"))
    batches, _ = held_to_contract(list(read(SAMPLES / "alipay.csv")), "x")
    assert pa.Table.from_batches([batch]).equals(pa.Table.from_batches(batches))


OWN = """
name: village
source: bank:village
requires: [日期, 金额, 对方]
account: {constant: "901:village"}
time: {columns: [日期], formats: ["%Y.%m.%d"]}
amount: {value: 金额, signed: true, unit: wan}
currency: {column: 币种, accept: [CNY, RMB, "156", 人民币]}
counterparty: {account: 对方, prefix: "901:"}
delimiter: ";"
"""


def test_a_sites_own_mapping_is_read_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mappings").mkdir()
    own = tmp_path / "mappings" / "village.yaml"
    own.write_text(OWN, encoding="utf-8")
    path = tmp_path / "export"
    path.write_text("村镇银行\n日期;金额;对方;币种\n2016.06.20;-1.5;7;RMB\n2016.06.20;1;8;USD\n", encoding="utf-8")
    assert not detects(path)
    monkeypatch.setenv(FEEDS_VARIABLE, str(tmp_path))
    (event,) = events_of(path)
    assert (event["debtor_account"], event["creditor_account"], event["amount_fen"]) == ("901:village", "901:7", 1_500_000)
    assert event["event_time"] == parse_time("2016-06-20T00:00:00+08:00")
    assert faults_of(path) == [("4", "币种", '"USD"')]
    assert len(in_columns(path)[0]) == 1 and header_of(path).mapping.name == "village"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("source:", "colour: blue\nsource:", "colour"), ("unit: wan", "unit: liang", "unit"),
     ("{constant", "{column: 日期, constant", "account"), ("signed: true", "side: 币种", "amount"),
     ('delimiter: ";"', 'delimiter: ";;"', "delimiter"), ("[日期, 金额, 对方]", "[]", "requires"),
     ("name: village", "name: [", "yaml")],
)  # fmt: skip
def test_a_mapping_that_is_wrong_names_its_file_and_fault(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=says) as error:
        load_mapping(path)
    assert str(path) in str(error.value)


def test_a_table_without_serials_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chuantou.schemas.adapters.table_rows.UNNUMBERED_MAX", 3)
    path = tmp_path / "export"
    path.write_text(HEADER + "".join(ROW.replace(",S1", ",").replace("10.00", f"{n}.00") for n in range(1, 9)))
    (letter,) = in_columns(path)[1]
    assert letter.code == "BAD_FILE" and "serials" in letter.found
    assert isinstance(list(read(path))[-1], Told) and csv_table.NAME == "csv"
