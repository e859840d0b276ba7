import ast
import string
from pathlib import Path

import pytest

from chuantou.console.words import catalogue, say, speak, spoken, wanted_language

CONSOLE = Path(__file__).parents[2] / "console"


@pytest.mark.parametrize(
    ("argv", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        ([], {"CHUANTOU_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        (["--lang", "en", "alerts"], {"CHUANTOU_LANG": "zh"}, "en"),
        (["--lang=zh", "--help"], {"LANG": "en_US"}, "zh"),
        (["--help", "--lang", "zh"], {}, "zh"),
    ],
)
def test_wanted_language(argv: list[str], environment: dict[str, str], language: str) -> None:
    assert wanted_language(argv, environment) == language


def test_speaking() -> None:
    before = spoken()
    try:
        speak("zh")
        assert say("severity.red") == "红"
        speak("en")
        assert say("severity.red") == "red"
    finally:
        speak(before)
    with pytest.raises(KeyError):
        say("no such words")


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_take_the_same_details(key: str) -> None:
    details = {language: {name for _, name, *_ in string.Formatter().parse(text) if name is not None}
               for language, text in catalogue()[key].items()}  # fmt: skip
    assert details["zh"] == details["en"]
    assert all(text.strip() for text in catalogue()[key].values())


def strings_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_word_is_used() -> None:
    used = set().union(*(strings_in(path) for path in CONSOLE.glob("*.py")))
    composed_of = ("table.", "sheet.", "severity.", "trace.", "detectors.", "webhooks.")
    composed = {key for key in catalogue() if key.startswith(composed_of)}
    assert set(catalogue()) - used - composed == set()
