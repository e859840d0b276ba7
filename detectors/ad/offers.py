"""Whether a text offers financial business, and of which kind (AD-01, AD-02): not where it looks for staff."""

import re
from collections.abc import Mapping, Sequence

from chuantou.detectors.ad.word_lists import Banned, banned_in, lists_in_force
from chuantou.detectors.claims_in_text import YIELD, claims_in
from chuantou.detectors.phrases import SOLICITS
from chuantou.detectors.plain_text import plain_text
from chuantou.schemas.rules import RulePack

SEEKS_STAFF = re.compile(r"招聘|诚聘|急聘|聘请|应聘|求职|简历|底薪|五险一金|培训班|入职")


def business_in(rules: RulePack, text: str | None, kind: str, day: int) -> tuple[Banned, ...]:
    """The financial business that the text offers; a site or app must solicit or name a yield, an advert offers by being one."""
    lexicon = lists_in_force(rules, "ad.business", day, "ad.business.harmless")
    found = banned_in(text, lexicon) if lexicon is not None else ()
    if not found:
        return ()
    plain = plain_text(text)
    if SEEKS_STAFF.search(plain):
        return ()
    offered = kind == "ad" or SOLICITS.search(plain) is not None or any(claim.what == YIELD for claim in claims_in(text, day))
    return found if offered else ()


def uncovered(kinds: set[str], licences: Mapping[str, Sequence[str]], held: set[str], spared: Sequence[str]) -> set[str]:
    """The kinds of business that take a licence and have none of ``held``; ``spared`` are not judged."""
    return {kind for kind in kinds if kind not in spared and kind in licences and not held.intersection(licences[kind])}
