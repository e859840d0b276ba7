"""REG-02 名称与经营范围关键词 · reserved words in names and scopes."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from chuantou.detectors.contract import LOG, Detector, Evidence, Excuse, Finding
from chuantou.detectors.lexicon import HARMLESS, Hit, Lexicon, variants_of
from chuantou.detectors.phrases import Said, shown, unsaid
from chuantou.graph.register import PartyInfo
from chuantou.schemas.clock import date_of_day, day_of_date, day_start_us
from chuantou.schemas.rules import RulePack

NAME, SCOPE = "name", "scope"
HARD, SOFT = "hard", "soft"
LISTS = ("names.hard", "names.statute", "names.soft")
EXCEPTED = re.compile(r"^[^,;。(（]{0,15}除外")
FIELDS = ("name", "scope_text")
GOVERNMENT = re.compile(r"人民政府|国有资产|国资|财政局|财政厅|管理委员会|管委会")
BATCH = 50_000  # companies that are read at once


class Word(NamedTuple):
    """A word of a list as it stands in a field of the register."""

    field: str
    listed: str
    said: Said

    @property
    def word(self) -> str:
        return self.said.word

    def row(self) -> dict[str, Any]:
        return {"field": self.field, "list": self.listed, "word": self.said.word, "span": [self.said.start, self.said.end],
                "context": self.said.context}  # fmt: skip


class NameKeywords(Detector):
    """名称与经营范围关键词: a company without the licence bears a word of finance in its name or scope.

    The 16 words of the plan, those reserved by statute on the day, and synonyms (soft list); longest match, in any writing
    (widths, separators, traditional, homophones, English). Not words in other words (基金会, 金融街, 金融机具), nor, in a scope,
    what is denied or excepted. Each word takes one of its licences (``names.licences``). Judged when name, scope or licences
    are told, and for all existing companies when a list changes. A watch – key supervision, told to the offices daily – never
    a violation: always ``log``. A firm of the government is listed and marked, to be cleared. Clause 三(一); 条例 art. 9 [L1].

    >>> from chuantou.schemas.rules import load_rule_pack
    >>> lexicons = lexicons_on(load_rule_pack(), day_of_date("2016-06-01"))
    >>> [(w.word, w.listed) for w in words_of([PartyInfo("A", name="盐城Ｐ·2·P理㎜財大厦普惠公司")], lexicons)["A"]]
    [('P2P', 'hard'), ('理财', 'hard'), ('普惠', 'soft')]
    """

    id, clause, family = "REG-02", "三(一)", "registry"
    title_zh, title_en = "名称与经营范围关键词", "reserved words in name or scope"
    legal_basis = ("SEED 三(一)", "2021 防范和处置非法集资条例 art. 9 [L1]", "2024 非银行支付机构监督管理条例 art. 6 [L2]")
    parameters = (*LISTS, "names.licences", "names.harmless", "names.harmless.scope", "names.english", "words.variants")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.judged_on: int | None = None  # the last day that was judged

    def day_close(self, day: int) -> Iterator[Finding]:
        keys = self._due(day)
        self.judged_on = day
        lexicons = lexicons_on(self.world.rules, day)
        if lexicons is None:
            return
        for start in range(0, len(keys), BATCH):
            infos = [self.world.register.party(key) for key in keys[start : start + BATCH]]
            known = [info for info in infos if info is not None and info.kind != "person"]
            words = words_of(known, lexicons)
            for info in known:
                found = self._unlicensed(info, words.get(info.key, ()), day)
                if found:
                    yield self._finding(info, found, day)

    def _due(self, day: int) -> list[str]:
        """Companies told of since the last day; all where a list has changed since."""
        before = self.judged_on if self.judged_on is not None else day - 1
        starts = {day_of_date(entry.first) for key in LISTS for entry in self.world.rules.entries[key]}
        if any(before < start <= day for start in starts):
            return self.world.register.companies()
        return sorted(self.world.register.renamed_today)

    def _unlicensed(self, info: PartyInfo, words: Sequence[Word], day: int) -> tuple[Word, ...]:
        register = self.world.register
        if not words or (info.sector == "BANK" and not register.licence_told(info.key, "bank")):
            return ()
        held = {licence.kind for licence in register.licences(info.key, day)}
        takes = self.world.rules.at("names.licences", day) or {}
        return tuple(word for word in words if not (held.intersection(takes[word.word]) if word.word in takes else held))

    def _finding(self, info: PartyInfo, found: tuple[Word, ...], day: int) -> Finding:
        statute = set(self.world.rules.at("names.statute", day) or ())
        government = self._government(info.key, day)
        words = {word.word: word.listed for word in found}
        values = {
            "n_words": len(words), "n_hard": sum(listed == HARD for listed in words.values()),
            "n_soft": sum(listed == SOFT for listed in words.values()), "n_statute": sum(word in statute for word in words),
            "in_name": int(any(word.field == NAME for word in found)),
            "in_scope": int(any(word.field == SCOPE for word in found)), "government": int(bool(government)),
        }  # fmt: skip
        time = day_start_us(day + 1) - 1
        return Finding(self.id, info.key, time, LOG, 0, values, (day_start_us(day), time), known=time + 1,
                       key=(info, found, tuple(government), day))  # fmt: skip

    def _government(self, key: str, day: int) -> list[str]:
        """Names of those in control that are offices or holdings of the government."""
        holders = (self.world.register.party(link.from_party) for link in self.world.register.controllers_of(key, day))
        return sorted({h.name for h in holders if h is not None and h.name and GOVERNMENT.search(h.name) is not None})

    def evidence(self, finding: Finding) -> Evidence:
        info, found, government, day = finding.key
        held = self.world.register.licences(info.key, day)
        return Evidence(
            {"n_words": "different words without a licence that they take", "n_statute": "of these, those in names.statute"},
            {"date": str(date_of_day(day)), "name": info.name, "scope_text": info.scope_text,
             "words": [word.row() for word in found], "licences": sorted({licence.kind for licence in held}),
             "government": list(government)},
            events=sorted({told for field in FIELDS if (told := self.world.register.told_by(info.key, field)) is not None}),
            excuses=[Excuse("government_platform", bool(government), {"holders": list(government)})],
            thresholds={key: self.world.rules.at(key, day) for key in (*LISTS, "names.licences")},
        )  # fmt: skip


class Lexicons(NamedTuple):
    """Of names and of scopes; ``listed``: on which list a word stands."""

    name: Lexicon
    scope: Lexicon
    listed: dict[str, str]


def lexicons_on(rules: RulePack, day: int) -> Lexicons | None:
    """The lists in force on a day; None before the first."""
    lists = [tuple(rules.at(key, day) or ()) for key in LISTS]
    if not any(lists):
        return None
    tables = [rules.at(key, day) or {} for key in ("words.variants", "names.english")]
    written = tuple(sorted(ways_of({word for words in lists for word in words}, *tables).items()))
    harmless = [tuple(rules.at(key, day) or ()) for key in ("names.harmless", "names.harmless.scope")]
    hard = {*lists[0], *lists[1]}
    listed = {word: HARD if word in hard else SOFT for words in lists for word in words}
    return Lexicons(_lexicon(written, harmless[0]), _lexicon(written, harmless[0] + harmless[1]), listed)


def ways_of(words: set[str], *tables: dict[str, Sequence[str]]) -> dict[str, str]:
    """Every way of writing each word: itself, by the parts of a table, or the whole by an entry of its own."""
    out = {word: word for word in words}
    for table in tables:
        for way, word in variants_of(sorted(words), table).items():
            out.setdefault(way, word)
    return out


@cache
def _lexicon(written: tuple[tuple[str, str], ...], harmless: tuple[str, ...]) -> Lexicon:
    return Lexicon(dict.fromkeys(harmless, HARMLESS) | dict(written))


def words_of(infos: Sequence[PartyInfo], lexicons: Lexicons) -> dict[str, tuple[Word, ...]]:
    """The words of the lists in names and scopes, by party; scopes only where they are said of itself."""
    out: dict[str, list[Word]] = {}
    for field, lexicon, texts in (
        (NAME, lexicons.name, [info.name or "" for info in infos]),
        (SCOPE, lexicons.scope, [info.scope_text or "" for info in infos]),
    ):
        for index, plain, hits in lexicon.find_in(texts):
            for hit in hits:
                if field == NAME or not _excepted(plain, hit):
                    said = shown(plain, hit)
                    out.setdefault(infos[index].key, []).append(Word(field, lexicons.listed[hit.word], said))
    return {key: tuple(words) for key, words in out.items()}


def _excepted(plain: str, hit: Hit) -> bool:
    return EXCEPTED.search(plain[hit.end :]) is not None or unsaid(plain, hit.start, hit.end)

