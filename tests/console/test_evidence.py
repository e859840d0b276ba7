import json
from pathlib import Path

import pytest

from chuantou.console.main import main
from chuantou.schemas.alerts import canonical_json, encode_alert
from tests.console.sample_alerts import PACK, sample_alert


@pytest.fixture
def alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    file = tmp_path / "alerts.jsonl"
    file.write_bytes(encode_alert(sample_alert()))
    return file


def keep(directory: Path, content: object = PACK) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "a1.json").write_text(json.dumps(content), encoding="utf-8")
    return directory


@pytest.mark.parametrize("place", ["evidence", ".", "elsewhere"])
def test_the_pack_is_found_and_written_canonically(alerts: Path, place: str, tmp_path: Path) -> None:
    directory = keep(tmp_path / place)
    out = tmp_path / "pack.json"
    where = ["--evidence", str(directory)] if place == "elsewhere" else []
    assert main(["evidence", "a1", "--alerts", str(alerts), *where, "--out", str(out)]) == 0
    assert out.read_bytes() == canonical_json(PACK)


def test_the_pack_on_the_screen(alerts: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    keep(tmp_path / "evidence")
    assert main(["evidence", "a1", "--alerts", str(alerts)]) == 0
    assert capfdbinary.readouterr().out == canonical_json(PACK) + b"\n"


def test_what_can_be_wrong(alerts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "nobody", "--alerts", str(alerts)]) == 1
    assert "no alert nobody" in capsys.readouterr().err
    assert main(["evidence", "a1", "--alerts", str(alerts)]) == 1
    assert "no evidence pack of alert a1" in capsys.readouterr().err
    keep(tmp_path / "evidence", PACK | {"note": "another"})
    assert main(["evidence", "a1", "--alerts", str(alerts)]) == 1
    assert "is not the one the alert was written with" in capsys.readouterr().err
    (tmp_path / "evidence" / "a1.json").write_text("{", encoding="utf-8")
    assert main(["evidence", "a1", "--alerts", str(alerts)]) == 1
    assert "is not an evidence pack" in capsys.readouterr().err
    assert main(["evidence", "a1"]) == 2
    assert "give one of --broker, --alerts and --store" in capsys.readouterr().err
