"""Text as the rules read it (catalogue §3.10): one width, simplified, without what only separates the characters of a word."""

import re
import unicodedata
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

MOST = 10_000  # characters looked at
# traditional characters of the words looked for
TRADITIONAL = (
    "資资購购買买賣卖產产發发兌兑證证券券貸贷過过橋桥業业樓楼戶户項项財财網网絡络險险眾众籌筹託托管管權权益益證证債债務务"
    "國国際际銀银行行儲储蓄蓄認认應应報报還还償偿擔担無无穩稳賺赚虧亏損损賠赔虛虚偽伪誇夸導导歷历績绩專专協协會会薦荐獎奖"
    "紅红勵励類类額额貿贸現现貨货貴贵屬属郵邮幣币單单機机構构構构營营經经濟济監监級级別别達达實实際际時时間间開开門门聯联"
    "錢钱鑫鑫創创業业東东陽阳鹽盐豐丰縣县區区長长體体優优質质風风測测評评獲获領领滿满內内號号廣广價价儘尽僅仅們们為为與与"
    "義义團团隊队員员養养車车庫库隨随帳账賬账單单據据讓让轉转週周傳传說说話话責责負负養养動动態态衛卫務务選选擇择"
)
# rare characters and letters of other alphabets that are drawn like those of the words looked for [E]
LOOK_ALIKE = "夲本釒金钅金螎融瀜融囯国囻国葆保伩信岀出囙回亊事РPΡPСCОOΟOАAΑA"
NOTHING = {"So", "Sk", "Mn", "Me", "Cf", "Cc"}  # pictures, accents, what nobody sees
SEPARATORS = "·•.*_-—|/~^`\\‐‑‒–―・･"
PICTURES = (0x1F000, 0x1FB00)
AS_THEY_ARE = ((0x3400, 0x9FFF), (0xAC00, 0xDFFF))  # ideographs, syllables, surrogates
REMEMBERED = 256  # texts that several rules read one after the other
BLANK, LINE_END = 0x20, 0x0A
BLANKS = re.compile(r"[^\S\n]{2,}")


def _pairs(table: str) -> dict[str, str]:
    return dict(zip(table[::2], table[1::2], strict=True))


SIMPLIFIED = str.maketrans(_pairs(TRADITIONAL))


def _read(c: str, same: dict[str, str]) -> str:
    """What one character is read as: one or more others, or nothing. An ideograph in a circle is that ideograph."""
    whole = unicodedata.normalize("NFKC", c)
    if c in "\n" or c in same:
        return same.get(c, c)
    if unicodedata.category(c) in NOTHING and not c.isspace() and not "\u3400" <= whole <= "\u9fff":
        return ""
    if whole.isspace():
        return " "
    return "".join("" if one in SEPARATORS else same.get(one, one).upper() for one in whole)


@cache
def _readings() -> tuple[NDArray[np.uint32], re.Pattern[str], dict[str, str]]:
    """What each code point is read as (0: nothing), and the characters that are read as several."""
    table, many = np.arange(0x110000, dtype=np.uint32), dict[str, str]()
    table[slice(*PICTURES)] = 0
    same = _pairs(TRADITIONAL) | _pairs(LOOK_ALIKE)
    for c, other in same.items():
        table[ord(c)] = ord(other)
    for code in (code for code in range(0xFFFF) if not any(first <= code <= last for first, last in AS_THEY_ARE)):
        c = chr(code)
        read = _read(c, same)
        if len(read) > 1:
            many[c] = read
        table[code] = ord(read) if len(read) == 1 else 0
    return table, re.compile(f"[{re.escape(''.join(many))}]"), many


def plain_codes(text: str) -> NDArray[np.uint32]:
    """The code points of ``plain_text``."""
    table, several, as_several = _readings()
    if several.search(text):
        text = several.sub(lambda hit: as_several[hit.group()], text)
    codes = table[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    codes = codes[codes != 0]
    blank = codes == BLANK
    if blank.any():
        letter = np.zeros(len(codes) + 4, np.bool_)
        letter[2:-2] = (codes >= ord("A")) & (codes <= ord("Z"))
        between = letter[1:-3] & letter[3:-1] & (letter[:-4] | letter[4:])  # of two words, one of which is no single letter
        codes = codes[~blank | between]
    return codes


@lru_cache(REMEMBERED)
def plain_text(text: str | None) -> str:
    """The text with one width, simplified characters and capital letters; blanks and what else stands inside words are gone.

    Line ends and punctuation between words stay; so does one blank between Latin words. At most ``MOST`` characters are read.

    >>> plain_text("Ｐ 2·p　理㎜財，㊎ 融 Peer to  peer")
    'P2P理财,金融PEER TO PEER'
    """
    if not text:
        return ""
    return text_of(plain_codes(BLANKS.sub(" ", text[:MOST])))


def text_of(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
