import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from chuantou.console.alerts import gravest_first, last_versions, print_table, who_and_why, yuan
from chuantou.console.main import main
from chuantou.console.words import Language, speak, spoken
from chuantou.schemas.alerts import Alert, encode_alert
from tests.console.sample_alerts import SUBJECT, sample_alert


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    before = spoken()
    yield
    speak(before)


def shown(alerts: list[Alert], language: Language) -> str:
    speak(language)
    paper = io.StringIO()
    print_table(alerts, Console(file=paper, width=200))
    return paper.getvalue()


def test_the_table_says_who_what_how_much_since_when_and_why() -> None:
    chinese = shown([sample_alert()], "zh")
    words = ("红", "甲平台", SUBJECT, "二(一)1", "P2P-01", "1,234,567.89", "2016-06-20", "亭湖区", "公安", "四合一")
    for told in (*words, "网络借贷", "归集资金。", "最终预警 1 条"):
        assert told in chinese
    english = shown([sample_alert()], "en")
    for told in ("red", "甲平台", "Tinghu", "P2P lending", "police", "four-in-one", "gathered money."):
        assert told in english


def test_an_interval_is_shown_and_an_amount_may_be_unknown() -> None:
    interval = sample_alert(amount_fen=200, amount_low_fen=100, amount_high_fen=300)
    assert "1.00 – 3.00" in shown([interval], "en")
    unknown = sample_alert(amount_fen=None, amount_low_fen=None, amount_high_fen=None)
    assert "–" in shown([unknown], "en")


def test_withdrawn_alerts_are_marked_and_come_last() -> None:
    withdrawn = sample_alert("w", kind="withdrawn", severity="red", version=2)
    standing = sample_alert("s", severity="yellow", amount_fen=1)
    assert sorted([withdrawn, standing], key=gravest_first) == [standing, withdrawn]
    assert "(withdrawn)" in shown([withdrawn], "en")


def test_the_gravest_then_the_largest_first() -> None:
    alerts = [
        sample_alert("a", severity="log", amount_fen=900),
        sample_alert("b", severity="red", amount_fen=5),
        sample_alert("c", severity="red", amount_fen=7),
        sample_alert("d", severity="orange", amount_fen=None),
    ]
    assert [alert.alert_id for alert in sorted(alerts, key=gravest_first)] == ["c", "b", "d", "a"]


def test_a_subject_without_a_name_and_one_that_looks_like_markup() -> None:
    speak("en")
    nameless = sample_alert(summary_en=f"{SUBJECT}, 2016-06-01 to 2016-06-20: gathered.")
    assert who_and_why(nameless) == (SUBJECT, "2016-06-01 to 2016-06-20: gathered.")
    markup = sample_alert(summary_en=f"[bold]甲[/]（{SUBJECT}）, gathered.")
    assert "[bold]甲[/]" in shown([markup], "en")


def test_json_lines_are_the_last_versions(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    versions = [sample_alert("b", version=2, severity="red"), sample_alert("a"), sample_alert("b", severity="yellow")]
    file = tmp_path / "alerts.jsonl"
    file.write_bytes(b"\n".join(encode_alert(alert) for alert in versions))
    assert main(["alerts", "--jsonl", "--alerts", str(file)]) == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [(line["alert_id"], line["version"]) for line in lines] == [("a", 1), ("b", 2)]


@given(st.permutations([sample_alert(name, version=n) for name in "ab" for n in (1, 2, 3)]))
def test_last_versions_in_any_order(alerts: list[Alert]) -> None:
    assert [(alert.alert_id, alert.version) for alert in last_versions(alerts)] == [("a", 3), ("b", 3)]


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (-150, "-1.50"), (10**12, "10,000,000,000.00")])
def test_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text
