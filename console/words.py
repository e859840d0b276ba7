"""The words of the command line in Chinese and English, and which of the two the user wants.

All of them stand in `words.yaml`; the program knows their keys alone.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Literal, get_args

import yaml

Language = Literal["zh", "en"]

_spoken: Language = "en"


def wanted_language(argv: Sequence[str], environment: Mapping[str, str]) -> Language:
    """What `--lang` says, else `CHUANTOU_LANG`, else the locale: Chinese where it begins with `zh`, else English."""
    flag = next((after for word, after in pairwise(argv) if word == "--lang"), "")
    flag = flag or next((word.removeprefix("--lang=") for word in argv if word.startswith("--lang=")), "")
    names = ("CHUANTOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    locale = flag or next((environment[name] for name in names if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def speak(language: Language) -> None:
    """Say everything in ``language`` from now on."""
    global _spoken
    _spoken = language


def spoken() -> Language:
    """The language in use."""
    return _spoken


def say(key: str, **details: object) -> str:
    """The words of ``key`` in the language in use, ``details`` filled in; KeyError for a key without words."""
    return catalogue()[key][_spoken].format(**details)


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Every key with its words in each language. ValueError for an entry that lacks one."""
    text = resources.files("chuantou.console").joinpath("words.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[Language, str]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for key, words in entries.items():
        if set(words) != set(get_args(Language)):
            raise ValueError(f"words.yaml: {key} needs {' and '.join(get_args(Language))}")
    return entries
