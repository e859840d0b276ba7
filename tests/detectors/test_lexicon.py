"""Words found in texts: against the naive twin, however they are written, and only where the text says them of itself."""

import doctest
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors import lexicon, phrases, plain_text
from chuantou.detectors.kernels.word_scan import scan
from chuantou.detectors.lexicon import HARMLESS, Hit, Lexicon, lexicon_of, variants_of
from chuantou.detectors.phrases import CONTEXT, said_in, says, snapshot_hash
from tests.oracles.words import occurrences

LETTERS = "保本息A，B"
words = st.dictionaries(st.text(LETTERS, min_size=1, max_size=4), st.sampled_from(["x", "y", HARMLESS]), min_size=1, max_size=8)


@pytest.mark.parametrize("module", [lexicon, phrases, plain_text])
def test_documented_examples(module) -> None:
    assert doctest.testmod(module).failed == 0


@given(words, st.text(LETTERS, max_size=40))
def test_the_automaton_finds_what_the_naive_search_finds(written, text) -> None:
    hits = [(hit.word, hit.start, hit.end) for hit in Lexicon(written).find(plain_text.plain_text(text))]
    assert hits == occurrences(plain_text.plain_text(text), {plain_text.plain_text(word): to for word, to in written.items()})


@given(words, st.lists(st.text(LETTERS + "\n ", max_size=12), max_size=6))
def test_many_texts_at_once_are_read_like_one_by_one(written, texts) -> None:
    one = Lexicon(written)
    lines = [plain_text.plain_text(" ".join(text.split())) for text in texts]
    assert list(one.find_in(texts)) == [(k, line, hits) for k, line in enumerate(lines) if (hits := one.find(line))]


def test_room_that_is_too_small_is_asked_for_again() -> None:
    assert len(lexicon_of(("本",)).find("本" * 1_000)) == 1_000
    codes, one = np.array([ord("本")] * 9, np.uint32), lexicon_of(("本",))
    ends, found = np.zeros(2, np.int64), np.zeros(2, np.int32)
    assert scan(codes, one._symbol_of, one._move, one._ends, one._shorter, ends, found) == 9
    assert ends.tolist() == [1, 2]


@pytest.mark.parametrize(
    "text",
    ["Ｐ２Ｐ", "p2p", "P 2 P", "P·2·P", "P-2-P", "P\u200b2\u200bP", "Р2Р", "P②P", "P.2.P", "🎉P2P🎉", "P2P平台", "我的P2P"],
)
def test_ways_of_writing(text) -> None:
    assert says(text, ("P2P",)) == "P2P"


READ_AS = {"理㎜財": "理财", "㊎融": "金融", "金螎": "金融", "保　本": "保本", "夲金": "本金", "資產管理": "资产管理"}


@pytest.mark.parametrize(("text", "word"), READ_AS.items())
def test_characters_that_are_read_as_others(text, word) -> None:
    assert says(text, (word,)) == word


@pytest.mark.parametrize("text", ["AP2P", "P2PA", "REFUNDED", "现金。融资", "保，本"])
def test_what_is_no_word(text) -> None:
    assert says(text, ("P2P", "FUND", "金融", "保本")) is None


def test_latin_words_keep_the_blank_between_them() -> None:
    assert says("our fund is a Peer to  Peer one", ("fund", "peer to peer")) == "fund"
    assert says("a refund", ("fund",)) is None


def test_the_longest_counts_and_a_harmless_longer_one_hides_it() -> None:
    one = Lexicon({"基金": "基金", "基金管理": "基金管理", "基金会": HARMLESS})
    assert one.find("基金会与基金管理") == [Hit("基金管理", 4, 8)]


def test_a_character_beyond_the_basic_plane_is_refused() -> None:
    with pytest.raises(ValueError, match="basic plane"):
        lexicon_of(("𠮷",))


def test_variants_multiply() -> None:
    assert variants_of(["P2P理财"], {"P2P": ["A", "B"], "理财": ["理材"]}).keys() == {
        a + b for a in ("P2P", "A", "B") for b in ("理财", "理材")
    }  # fmt: skip


def test_context_span_and_hash() -> None:
    (said,) = said_in("甲" * 50 + "保 本" + "乙" * 50, lexicon_of(("保本",)))
    assert (said.start, said.end) == (50, 52)
    assert said.context == "甲" * CONTEXT + "保本" + "乙" * CONTEXT
    assert snapshot_hash("保本") != snapshot_hash("保 本")


def test_hostile_texts_do_not_stall() -> None:
    begun = time.process_time()
    for text in (*(c * 9_000 + "保本" for c in "不“，任\ufdfa\ud800"), "保本" * 5_000, "保本不" * 3_000):
        says(text, ("保本",))
    assert time.process_time() - begun < 5
