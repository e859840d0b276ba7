"""Words in free text that say something (catalogue §3.10): normalised, and not where they are denied or quoted."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

SPACED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff·•.。*＊_\-—|/]+")
DENIES = re.compile(r"(不|非|未|无|没有|禁止|严禁|谨防|防范|拒绝|警惕|杜绝|骗局)[^，,；;！!]{0,8}$")
OPENS, CLOSES = ("“", '"', "「", "《"), ("”", '"', "」", "》")
SIMPLIFIED = str.maketrans("資購買賣產發兌證券貸過橋業樓戶項", "资购买卖产发兑证券贷过桥业楼户项")
MOST = 10_000  # characters looked at


def says(text: str | None, words: Sequence[str]) -> str | None:
    """The first of ``words`` that the text says of itself, or None.

    Widths are made one, separators inside words are taken out; a word after a denial, or in quotation marks, is not said.
    """
    if not text:
        return None
    plain = SPACED.sub("", unicodedata.normalize("NFKC", text[:MOST]).translate(SIMPLIFIED))
    for hit in _pattern(tuple(words)).finditer(plain):
        quoted = plain[max(hit.start() - 1, 0) : hit.start()] in OPENS and plain[hit.end() : hit.end() + 1] in CLOSES
        if not quoted and DENIES.search(plain[: hit.start()]) is None:
            return hit.group()
    return None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))
