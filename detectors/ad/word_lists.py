"""Word lists of the rule pack as lexicons: what a word on the list of a day stands for is its class and itself."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from chuantou.detectors.lexicon import HARMLESS, Lexicon, variants_of
from chuantou.detectors.phrases import said_in
from chuantou.schemas.rules import RulePack

BETWEEN = "|"
Frozen = tuple[tuple[str, tuple[str, ...]], ...]
MOST_ANSWERS = 1_000  # days and keys remembered
_ANSWERS: dict[tuple[str, str, int, str | None], Lexicon | None] = {}


class Banned(NamedTuple):
    """A word of a class that a text says of itself: ``span`` in the plain text, ``context`` with 30 characters on each side."""

    rule: str
    word: str
    span: tuple[int, int]
    context: str

    def row(self) -> dict[str, Any]:
        return {"class": self.rule, "word": self.word, "span": list(self.span), "context": self.context}


def banned_in(text: str | None, lexicon: Lexicon) -> tuple[Banned, ...]:
    """What of a lexicon of classes the text says of itself, in its order."""
    found = []
    for said in said_in(text, lexicon):
        rule, _, word = said.word.partition(BETWEEN)
        found.append(Banned(rule, word, (said.start, said.end), said.context))
    return tuple(found)


def lists_in_force(rules: RulePack, key: str, day: int, harmless: str | None = None) -> Lexicon | None:
    """The lexicon of the classes under ``key`` on a day; None where none was in force. Built once for each state of the lists."""
    question = (rules.sha256, key, day, harmless)
    if question not in _ANSWERS:
        if len(_ANSWERS) >= MOST_ANSWERS:
            _ANSWERS.clear()
        classes = rules.at(key, day)
        other = rules.at(harmless, day) if harmless is not None else None
        variants = _frozen(rules.at("words.variants", day) or {})
        _ANSWERS[question] = None if classes is None else _lexicon(_frozen(classes), tuple(other or ()), variants)
    return _ANSWERS[question]


def classes_of(classes: Mapping[str, Sequence[str]]) -> Lexicon:
    """As ``classed``, kept for the next time."""
    return _lexicon(_frozen(classes), (), ())


def classed(
    classes: Mapping[str, Sequence[str]], harmless: Sequence[str] = (), variants: Mapping[str, Sequence[str]] | None = None
) -> Lexicon:  # fmt: skip
    """ValueError for a word in two classes: what it stands for would depend on their order."""
    written = dict.fromkeys(harmless, HARMLESS)
    for rule in sorted(classes):
        for way, word in variants_of(classes[rule], variants or {}).items():
            if written.get(way):
                raise ValueError(f"{way!r} is in two classes: {written[way]} and {rule}")
            written[way] = f"{rule}{BETWEEN}{word}"
    return Lexicon(written)


def _frozen(classes: Mapping[str, Sequence[str]]) -> Frozen:
    return tuple((rule, tuple(classes[rule])) for rule in sorted(classes))


@cache
def _lexicon(classes: Frozen, harmless: tuple[str, ...], variants: Frozen) -> Lexicon:
    return classed(dict(classes), harmless, dict(variants))
