"""Alerts as a CSV file, through the command that writes it and a reader that is not ours."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from chuantou.console.alert_sheet import COLUMNS, harmless
from chuantou.console.main import main
from chuantou.console.words import speak, spoken
from chuantou.schemas.alerts import Alert, encode_alert
from tests.console.sample_alerts import SUBJECT, sample_alert


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CHUANTOU_LANG", "zh")
    before = spoken()
    yield
    speak(before)


def sheet_of(tmp_path: Path, *alerts: Alert) -> Path:
    stored, sheet = tmp_path / "alerts.jsonl", tmp_path / "sheet.csv"
    stored.write_bytes(b"\n".join(map(encode_alert, alerts)))
    assert main(["alerts", "--alerts", str(stored), "--csv", str(sheet)]) == 0
    return sheet


def test_a_sheet_has_a_row_an_alert_the_gravest_first(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, sample_alert("b", severity="yellow"), sample_alert("a", amount_low_fen=100))
    read = pd.read_csv(sheet, dtype=str)
    assert read.shape == (2, len(COLUMNS))
    assert list(read["预警编号"]) == ["a", "b"]
    assert list(read["金额（元）"]) == ["1234567.89"] * 2 and read["金额下限（元）"][0] == "1.00"
    assert SUBJECT in read["主体"][0]


def test_no_name_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    key = "account:=cmd|' /C calc'!A0"
    sheet = sheet_of(tmp_path, sample_alert(subjects=[key], summary_zh=f'=HYPERLINK("x")（{key}）归集资金。'))
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_formula_is_text_in_what_we_write(text: str) -> None:
    assert harmless(text) == "'" + text


def test_other_text_stays_as_it_is() -> None:
    assert all(harmless(text) == text for text in ("", "货款", "1=1", "a-b", "'x"))
