"""TXT-1, TXT-2: words of the rule pack in texts of 300 characters, one at a time, and in names of companies, all at once.

``python -m benchmarks.words [--texts N] [--names N] [--small]``. One text in ten has a word, and half of these deny
it; one name in twenty has one. Peer: one compiled alternation of Python's ``re``, longest first, on the same plain text and
words; both must find the same.
"""

import argparse
import re
import time

import numpy as np

from chuantou.detectors.lexicon import Lexicon, lexicon_of
from chuantou.detectors.phrases import said_in
from chuantou.detectors.plain_text import plain_text
from chuantou.schemas.rules import load_rule_pack

SYLLABLES = "江苏盐城大丰东台建湖射阳阜宁滨海响水亭都华信达通和兴隆昌盛泰安康顺源天地润泽商贸科技建材运输电子机械农业有限公司"
LENGTH = 300


def drawn(n: int, length: int, words: list[str], share: float) -> list[str]:
    """``n`` texts of characters that make no word, a word in ``share`` of them, every other one denied."""
    rng = np.random.default_rng(2016)
    letters = np.array(list(SYLLABLES + "，。、"))
    out = []
    for k, row in enumerate(letters[rng.integers(0, len(letters), (n, length))]):
        text = "".join(row)
        if rng.random() < share:
            text = text[: length // 2] + ("，不承诺" if k % 2 else "。本产品") + words[k % len(words)] + text[length // 2 :]
        out.append(text)
    return out


def by_alternation(texts: list[str], words: list[str]) -> list[int]:
    """How many words each text has."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))
    return [len(pattern.findall(plain_text(text))) for text in texts]


def timed(run) -> tuple[float, object]:
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def measure(texts: int, names: int) -> None:
    words = sorted(load_rule_pack().at("names.hard", "2016-06-01"))
    one = lexicon_of(tuple(words))
    said_in("基金", one)  # the kernel is loaded before the clock starts
    written = drawn(texts, LENGTH, words, 0.1)
    seconds, _ = timed(lambda: [said_in(text, one) for text in written])
    peer_seconds, expected = timed(lambda: by_alternation(written, words))
    check("TXT-1", [len(one.find(plain_text(text))) for text in written], expected)
    print(f"TXT-1 {texts:,} texts: {texts / seconds:9,.0f} texts/s;  re, no scopes: ratio {peer_seconds / seconds:5.2f}")
    called = drawn(names, 14, words, 0.05)
    seconds, found = timed(lambda: in_names(one, called))
    peer_seconds, expected = timed(lambda: by_alternation(called, words))
    check("TXT-2", found, expected)
    print(f"TXT-2 {names:,} names: {names / seconds:9,.0f} names/s;  re: ratio {peer_seconds / seconds:5.2f}", flush=True)


def in_names(one: Lexicon, names: list[str]) -> list[int]:
    out = [0] * len(names)
    for index, _, hits in one.find_in(names):
        out[index] = len(hits)
    return out


def check(scenario: str, found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"{scenario}: re finds other words")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--names", type=int, default=500_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    measure(*(200, 500) if options.small else (options.texts, options.names))


if __name__ == "__main__":
    main()
