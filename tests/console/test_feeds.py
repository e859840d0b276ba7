"""`chuantou feeds` and `feeds release`, and what they say where something is missing."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from chuantou.console.main import main
from chuantou.schemas.adapters.notes import StatementPage
from chuantou.schemas.adapters.site import FEEDS_VARIABLE
from chuantou.streams.feeds.state import DONE, HELD, FeedState, FileRecord
from chuantou.streams.feeds.watch import STATE


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A feed with one file that was sent and one that is held."""
    monkeypatch.setenv(FEEDS_VARIABLE, "")
    monkeypatch.setenv("COLUMNS", "250")
    with closing(FeedState(tmp_path / STATE)) as state:
        numbers = [state.claim("bank", name) for name in ("a.xml", "b.xml")]
        state.finish(FileRecord(id=numbers[0], feed="bank", name="a.xml", status=DONE, processed=1_000, duplicate=2, dead=3,
                                newest_us=1_466_395_200_000_000, faults={"BAD_ENUM": 3}))  # type: ignore[arg-type] # fmt: skip
        state.finish(FileRecord(id=numbers[1], feed="bank", name="b.xml", status=HELD, finished_us=0, reason="UNIT_JUMP: [red]"))
    return tmp_path


def test_a_row_a_feed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "feeds", "--site", str(site)]) == 0
    said = capsys.readouterr().out
    for part in ("bank", "2016-06-20T12:00:00+08:00", "1,005 = 1,000 + 2 + ? + 3", "BAD_ENUM 3", "b.xml: UNIT_JUMP: [red]"):
        assert part in said


def test_the_same_as_json_and_by_the_environment(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FEEDS_VARIABLE, str(site))
    assert main(["feeds", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["feed"] == "bank" and one["files"] == {"done": 1, "failed": 0, "held": 1, "discarded": 0}
    assert one["events"] == {"in": 1005, "processed": 1000, "duplicate": 2, "late": None, "dead": 3}
    assert one["quarantine"]["file"] == "b.xml" and one["lag_seconds"] > 0


@pytest.mark.parametrize(("more", "status"), [([], "released"), (["--discard"], "discarded")])
def test_a_held_file_is_decided_once(site: Path, capsys: pytest.CaptureFixture[str], more: list[str], status: str) -> None:
    words = ["--lang", "en", "feeds", "release", "bank", "--site", str(site), *more]
    assert main(words) == 0
    assert "bank/b.xml" in capsys.readouterr().out
    with closing(FeedState(site / STATE)) as state:
        assert [record.name for record in state.with_status(status)] == ["b.xml"]
    assert main(words) == 1
    assert "bank has no held file" in capsys.readouterr().err


def test_what_is_missing_is_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "feeds"]) == 1
    assert "--site or CHUANTOU_FEEDS" in capsys.readouterr().err
    assert main(["--lang", "en", "ingest", "--broker", "kafka://127.0.0.1:1"]) == 1
    assert "give files, or a drop folder with --watch" in capsys.readouterr().err
    (site / "feeds").mkdir()
    (site / "feeds" / "bank.yaml").write_text("institution: 91320900MA1N000016\nformat: swift\n")
    assert main(["--lang", "zh", "feeds", "--site", str(site)]) == 1
    assert "bank.yaml: format: expected one of auto" in capsys.readouterr().err


def test_what_files_show_together_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements 1, 3, 5 … of an account: of many holes the first ones."""
    monkeypatch.setenv("COLUMNS", "400")
    with closing(FeedState(tmp_path / STATE)) as state:
        notes = [StatementPage(account="104:a", electronic=n, opens=n, closes=n, day=n) for n in range(1, 20, 2)]
        record = FileRecord(id=state.claim("bank", "a.xml"), feed="bank", name="a.xml", status=DONE, identity="a")
        state.finish(record, notes=notes)
    assert main(["--lang", "en", "feeds", "--site", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "104:a: no statement 2, between 1970-01-02 and 1970-01-04" in said and "no statement 10," in said
    assert "no statement 12," not in said and "… 4" in said and "GAP 9" in said
