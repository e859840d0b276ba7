"""The page of a trace: well-formed, complete, bounded, and every name in it is only text."""

import re
import xml.dom.minidom
from pathlib import Path

import pytest

from chuantou.console import trace_picture
from chuantou.console.main import main
from chuantou.schemas.streams import encode_line
from tests.detectors.scenario import Scenario

CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"
HOSTILE = '<script>alert("1")</script>&amp;\'" onload=x'


def page_of(path: Path, transaction: str, tmp_path: Path) -> str:
    out = tmp_path / "trace.html"
    assert main(["trace", "--events", str(path), "--transaction", transaction, "--html", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    xml.dom.minidom.parseString(text.removeprefix("<!DOCTYPE html>"))
    assert "<script" not in text and "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in text
    return text


def test_g2_is_one_chain_from_the_platform_to_the_controllers_firm(tmp_path: Path) -> None:
    text = page_of(CONTRACT, "bank:A/g2-12", tmp_path)
    assert text.count("<path") == 5
    for amount in ("1,000,000", "980,000", "960,400", "941,192"):
        assert amount in text
    boxes = [int(x) for x in re.findall(r'<rect class="\w+" x="(\d+)"', text)]
    assert boxes == sorted(boxes) and len(set(boxes)) == 6  # one account a column


def test_hostile_names_are_text(tmp_path: Path) -> None:
    s = Scenario("x")
    one, two = HOSTILE[:60], s.account(s.org())
    s.pay("2016-06-13", one, two, 100, memo=HOSTILE, event_id=HOSTILE)
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(map(encode_line, s.events())))
    text = page_of(events, f"bank:A/{HOSTILE}", tmp_path)
    assert "&lt;script&gt;" in text


def test_a_large_picture_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_picture, "MAX_BANDS", 4)
    s = Scenario("wide")
    pot, end = s.account(s.org()), s.account(s.org())
    for number in range(9):
        s.pay(f"2016-06-13T10:0{number}", s.account(s.person()), pot, 100 + number)
    last = s.pay("2016-06-14", pot, end, 900)
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(map(encode_line, s.events())))
    text = page_of(events, f"bank:A/{last}", tmp_path)
    assert text.count("<path") == 4
    assert re.search(r"省略了 6 笔|6 smaller transfers", text)


def test_an_opening_balance_is_shown(tmp_path: Path) -> None:
    s = Scenario("open")
    old, end = s.account(s.org(), holds=500), s.account(s.org())
    paid = s.pay("2016-06-14", old, end, 300)
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(map(encode_line, s.events())))
    assert re.search("期初余额|opening balance", page_of(events, f"bank:A/{paid}", tmp_path))
