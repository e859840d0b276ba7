"""What texts say, and what they only speak of: pairs of sentences that differ in that alone (catalogue §3.10)."""

from pathlib import Path

import pytest
import yaml

from chuantou.detectors.ad.misleading_advert import banned_words
from chuantou.detectors.ad.offers import business_in
from chuantou.detectors.ad.raising import raising_in
from chuantou.detectors.ad.word_lists import banned_in, lists_in_force
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.rules import load_rule_pack

RULES = load_rule_pack()
TEXTS = yaml.safe_load((Path(__file__).parent / "texts.yaml").read_text(encoding="utf-8"))
PAIRS = TEXTS["pairs"]
DAY = day_of_date("2016-06-20")


def found(rule: str, text: str, day: int = DAY) -> set[str]:
    """The rules of its kind that an advert of that day breaks."""
    kind, _, _ = rule.partition(":")
    if kind == "business":
        return {f"business:{b.rule}" for b in business_in(RULES, text, "ad", day)}
    if kind == "raising":
        return {"raising" for _ in raising_in(RULES, text, day)}
    if kind == "ins":
        lexicon = lists_in_force(RULES, "ins.banned", day, "ad.harmless")
        assert lexicon is not None
        return {f"ins:{b.rule}" for b in banned_in(text, lexicon)}
    return {b.rule for b in banned_words(RULES, text, "ad", day)}


def test_there_are_pairs_enough_and_of_every_rule() -> None:
    assert len(PAIRS) >= 120
    rules = {pair["rule"] for pair in PAIRS}
    assert {rule for rule in rules if len(rule) == 1} == set("12345689")
    for prefix, key in (("business", "ad.business"), ("ins", "ins.banned")):
        assert rules >= {f"{prefix}:{name}" for name in RULES.at(key, DAY)} - {"business:consumer"}


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{n} {pair['rule']}" for n, pair in enumerate(PAIRS)])
def test_the_sentence_is_found_and_its_twin_is_not(pair: dict) -> None:
    day = day_of_date(pair.get("day", "2016-06-20"))
    assert pair["rule"] in found(pair["rule"], pair["hit"], day)
    assert pair["rule"] not in found(pair["rule"], pair["silent"], day)


@pytest.mark.parametrize("text", TEXTS["silent"])
def test_texts_that_warn_teach_or_report_say_nothing(text: str) -> None:
    for rule in ("2", "business", "raising", "ins"):
        assert found(rule, text) == set()
        assert found(rule, text, day_of_date("2021-06-01")) == set()
