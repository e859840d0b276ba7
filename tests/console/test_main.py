from pathlib import Path

import pytest

from chuantou.console.main import app, flag_each, main

TRANSFERS = "src,dst,time\na,b,1\nb,c,2\nc,a,3\n"
COMMANDS = [command.callback.__name__ for command in app.registered_commands if command.callback]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")


def test_the_commands_that_are_documented() -> None:
    documented = "alerts broker cases demo detectors evidence ingest loops recompute related replay score trace worker"
    assert sorted(COMMANDS) == documented.split()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help(command: str | None, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", language, *([command] if command else []), "--help"]) == 0
    shown = capsys.readouterr().out
    assert ("选项" in shown) == (language == "zh")
    assert ("Options" in shown) == (language == "en")


def test_nothing_said_is_a_call_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "replay" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["replay"], "usage: --events is missing"),
        (["evidence"], "usage: ALERT_ID is missing"),
        (["alerts", "--nonsense"], "usage: no option --nonsense"),
        (["alerts"], "usage: give one of --broker, --alerts and --store"),
        (["nonsense"], "nonsense"),
        (["--lang", "fr", "alerts"], "fr"),
        (["related", "--events", "/nowhere", "--party", "p", "--as-of", "2016-06-20"], "/nowhere"),
        (["--lang", "zh", "replay"], "用法错误：缺少 --events"),
    ],
)
def test_wrong_usage_is_one_line_and_two(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert told in shown.err
    assert (shown.err.count("\n"), shown.out) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["alerts", "--broker", "not a url"], "error: broker 'not a url'"),
        (["related", "--events", "{file}", "--party", "p", "--as-of", "2016-13-45"], "error: not a date"),
        (["alerts", "--alerts", "{file}"], "error: {file}:1 is not an alert"),
    ],
)
def test_a_failure_is_one_line(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(TRANSFERS, encoding="utf-8")
    assert main([word.format(file=file) for word in arguments]) == 1
    shown = capsys.readouterr()
    assert told.format(file=file) in shown.err
    assert (shown.err.count("\n"), shown.out) == (1, "")


def test_debugging_shows_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    file.write_text("{}", encoding="utf-8")
    monkeypatch.setenv("CHUANTOU_DEBUG", "1")
    with pytest.raises(ValueError, match="is not an alert"):
        main(["alerts", "--alerts", str(file)])


def test_loops_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.csv"
    file.write_text(TRANSFERS, encoding="utf-8")
    assert main(["loops", "--transfers", str(file), "--window", "10", "--json"]) == 0
    assert '"3": 1' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("replay --events a b c --alerts o", "replay --events a --events b --events c --alerts o"),
        ("replay --events a --events b --alerts o", "replay --events a --events b --alerts o"),
        ("replay --alerts o --events a b", "replay --alerts o --events a --events b"),
        ("ingest a b --broker u", "ingest a b --broker u"),
        ("demo --events 5", "demo --events 5"),
        ("replay --events", "replay --events"),
    ],
)
def test_many_values_behind_one_option(given: str, meant: str) -> None:
    assert list(flag_each(given.split(), "--events")) == meant.split()
