"""Bank tables by mapping: every field of five samples by hand, charsets, and hostile tables that hurt nobody."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from chuantou.schemas.adapters import csv_table
from chuantou.schemas.adapters.csv_table import detects, fen_of, load_mapping, mappings, read
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.schemas.party_keys import keyed_hash
from chuantou.streams.files import detect, expand

SAMPLES = Path(__file__).parents[2] / "data" / "feeds" / "csv"
KEY = "a key for tests"


def hidden(prefix: str, value: str) -> str:
    return prefix + keyed_hash(value, KEY.encode())


def moved(source: str, event_id: str, time: str, debtor: str, creditor: str, fen: int | str, memo: str = "") -> dict[str, Any]:
    told = {
        "stream": "clr.transfers", "event_id": event_id, "source_id": source, "event_time": f"2016-06-20T{time}+08:00",
        "debtor_account": debtor, "creditor_account": creditor, "amount_fen": fen, "status": "BOOKED",
    }  # fmt: skip
    return told | ({"memo": memo} if memo else {})


ME, WANG = hidden("alipay:", "a@b.cn"), hidden("wechat:", "小王")
BY_HAND = {
    "icbc": [
        moved("bank:icbc", "102:own:V1", "10:00:00", "104:other", "102:own", 123_450, "货款"),
        moved("bank:icbc", "102:own:V2", "11:00:00", "102:own", "104:shop", 9_990, "=cmd|calc"),
        moved("bank:icbc", "102:own:V3", "12:00:00", "102:own", "external:bank:icbc", "x", "坏"),
    ],
    "ccb": [
        moved("bank:ccb", "105:a:S1", "10:00:00", "104:b", "105:a", 1_000, "工资"),
        moved("bank:ccb", "105:a:S2", "10:00:01", "104:b", "105:a", "错?100", "?"),
    ],
    "city_bank": [
        moved("bank:city", "313:a:9", "10:00:00", "313:a", "104:b", 12_345, "房租"),
        moved("bank:city", "313:a:36853a61046ecdc805f4", "10:00:01", "external:bank:city", "313:a", 500),
        moved("bank:city", "313:a:36853a61046ecdc805f4:2", "10:00:01", "external:bank:city", "313:a", 500),
    ],
    "alipay": [
        moved("pi:alipay", f"{ME}:T1", "10:00:00", ME, hidden("alipay:", "shop@x.cn"), 10_000, "充值"),
        moved("pi:alipay", f"{ME}:T2", "11:00:00", hidden("alipay:", "p@x.cn"), ME, 505, "转账"),
    ],
    "wechat": [moved("pi:wechat", f"{WANG}:W1", "10:00:00", WANG, hidden("wechat:", "超市"), 1_230, "水果")],
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(csv_table.KEY_VARIABLE, KEY)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_sample_field_by_field(name: str) -> None:
    path = SAMPLES / f"{name}.csv"
    assert detect(path) == "csv"
    assert list(read(path)) == BY_HAND[name]


def test_every_shipped_mapping_has_a_sample() -> None:
    assert {mapping.name for mapping in mappings()} == BY_HAND.keys()


def test_persons_are_not_named_and_not_read_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all("小王" not in str(event) and "超市" not in str(event) for event in read(SAMPLES / "wechat.csv"))
    monkeypatch.delenv(csv_table.KEY_VARIABLE)
    (broken,) = read(SAMPLES / "wechat.csv")
    assert isinstance(broken, BrokenRuleError) and csv_table.KEY_VARIABLE in broken.found


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_charsets(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "export"
    path.write_bytes((SAMPLES / "icbc.csv").read_bytes().decode("gb18030").replace("货款", "货款𠀀").encode(charset))
    assert next(read(path))["memo"] == "货款𠀀"  # type: ignore[index]


def test_through_the_reader_bad_amounts_are_letters_and_the_rest_goes_on() -> None:
    ((path, reader),) = expand([SAMPLES / "icbc.csv"])
    (block,) = reader(path)
    assert len(block.events) == 2 and [letter.field for letter in block.dead] == ["amount_fen"]


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [("1,234.50", "yuan", 123_450), ("¥0.01", "yuan", 1), ("-5", "yuan", -500), ("7", "fen", 7), ("1,2,3", "yuan", "1,2,3"),
     ("1.005", "yuan", "1.005"), ("1e3", "yuan", "1e3"), ("", "yuan", ""), ("NaN", "yuan", "NaN"),
     ("1.2.3", "yuan", "1.2.3"), ("9" * 30, "yuan", "9" * 30)],
)  # fmt: skip
def test_amounts_are_exact_or_stay_text(text: str, unit: str, fen: int | str) -> None:
    assert fen_of(text, unit) == fen


HEADER = "账号,交易时间,借贷标志,交易金额,对方账号\n"
ROW = "105:a,20160620 10:00:00,贷,10.00,104:b\n"
ATTACKS = {
    "a quote that never closes": (HEADER + ROW + '105:a,"20160620' + "x" * 300_000, "field larger than field limit"),
    "a huge field": (HEADER + ROW + "y" * 3_000_000 + ",1\n", "field larger than field limit"),
    "a million columns": (HEADER.strip() + "," * 1_000_000 + "\n" + ROW, "columns, at most|no known header"),
    "text after a quote": (HEADER + ROW + '105:a,"2016"x,贷,1,b\n', "expected after"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_one_clear_error(tmp_path: Path, name: str) -> None:
    text, says = ATTACKS[name]
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    broken = [row for row in read(path) if isinstance(row, BrokenRuleError)]
    assert len(broken) == 1 and any(word in broken[0].found for word in says.split("|"))


def test_what_is_no_table_is_not_taken_for_one(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"\x00\x01" * 50, b"a,b,c\n1,2,3\n", b"\xff\xfe\x00", HEADER.encode()[:20])):
        path = tmp_path / str(number)
        path.write_bytes(content)
        assert not detects(path)


def test_bytes_that_are_no_text_end_the_file_clearly(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes((HEADER + ROW * 20_000).encode("utf-8") + b"\xff\xfe\xfa\n")
    told = list(read(path))
    assert len(told) > 10_000 and isinstance(told[-1], BrokenRuleError) and "decode" in told[-1].found


def test_a_mapping_of_ones_own_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: x\nsource: bank:x\nrequires: [a]\ncolour: blue\n")
    with pytest.raises(msgspec.ValidationError, match="colour"):
        load_mapping(path)
