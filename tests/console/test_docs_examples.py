"""The console examples of the documentation are run: every line that they show is printed."""

import os
import re
import shlex
from pathlib import Path

import pytest

from chuantou.console.main import main

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
DRAWN = re.compile(r"[─━│┃┏┓┗┛┡┩├┤┌┐└┘╇╈┳┴┬┼┻╭╮╰╯\s]+")


def examples() -> list[tuple[str, str, list[str]]]:
    """(page, command, lines shown)."""
    found = []
    for page in ("trace.md", "loops.md", "related.md"):
        for block in BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
            for part in block.split("$ ")[1:]:
                command, *lines = part.splitlines()
                found.append((page, command, [line for line in lines if line.strip()]))
    return found


def plain(line: str) -> str:
    return DRAWN.sub(" ", line).strip()


@pytest.mark.parametrize(("page", "command", "lines"), examples(), ids=lambda value: str(value)[:40])
def test_an_example_prints_what_the_page_shows(
    page: str, command: str, lines: list[str], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = shlex.split(command.replace("--html ", f"--html {tmp_path}/"))
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(ROOT)
    assert words[0] == "chuantou" and main(words[1:]) == 0
    printed = plain(capsys.readouterr().out)
    assert lines, (page, os.fspath(ROOT))
    for line in lines:
        assert plain(line) in printed, (page, line, printed)
