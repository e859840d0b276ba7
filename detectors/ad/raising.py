"""Whether a text asks the public for money and promises something for it (AD-04)."""

from chuantou.detectors.ad.word_lists import Banned, banned_in, lists_in_force
from chuantou.schemas.rules import RulePack

LIMBS = {"asks", "promises"}


def raising_in(rules: RulePack, text: str | None, day: int) -> tuple[Banned, ...]:
    """What is asked for and what is promised, where the text says both of itself; nothing before the law."""
    lexicon = lists_in_force(rules, "ad.raising", day, "ad.raising.harmless")
    found = banned_in(text, lexicon) if lexicon is not None else ()
    return found if {said.rule for said in found} == LIMBS else ()
