"""Many words looked for at once (catalogue §3.10): the longest at a place counts, and harmless longer ones hide it."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.kernels.word_scan import scan
from chuantou.detectors.plain_text import LINE_END, plain_codes, plain_text, text_of

BASIC_PLANE = 65_536
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
HARMLESS = ""  # what such a word stands for


class Hit(NamedTuple):
    """``word`` is what the occurrence ``plain[start:end]`` stands for."""

    word: str
    start: int
    end: int


class Lexicon:
    """Words by the way they are written: ``{"匹凸匹": "P2P", "基金会": HARMLESS}``; built once, immutable.

    A hit that lies within a longer one is none; a Latin word is one only where no letter touches it.

    >>> Lexicon({"基金": "基金", "基金管理": "基金管理", "基金会": HARMLESS}).find(plain_text("基 金管理，慈善基金会"))
    [Hit(word='基金管理', start=0, end=4)]
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        self.written = [word for word in sorted({plain_text(w): m for w, m in written.items()}) if word]
        meaning = {plain_text(w): m for w, m in sorted(written.items())}
        self.meaning = [meaning[word] for word in self.written]
        self.length = [len(word) for word in self.written]
        self._latin = [word[0] in LETTERS or word[-1] in LETTERS for word in self.written]
        self._build()

    def _build(self) -> None:
        symbols = {c: k for k, c in enumerate(sorted({c for word in self.written for c in word}), 1)}
        children: list[dict[int, int]] = [{}]
        ends = [-1]
        for number, word in enumerate(self.written):
            at = 0
            for symbol in (symbols[c] for c in word):
                if symbol not in children[at]:
                    children.append({})
                    ends.append(-1)
                    children[at][symbol] = len(children) - 1
                at = children[at][symbol]
            ends[at] = number
        self._symbol_of = np.zeros(BASIC_PLANE, np.int32)
        for c, symbol in symbols.items():
            if ord(c) >= BASIC_PLANE:
                raise ValueError(f"a word may only have characters of the basic plane: {c!r}")
            self._symbol_of[ord(c)] = symbol
        self._move, self._shorter = moves(children, ends, len(symbols) + 1)
        self._ends = np.array(ends, np.int32)

    def find(self, plain: str) -> list[Hit]:
        """Occurrences in a text that is plain already, in order of their beginning; the longest only."""
        codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self._kept(plain, *self._scan(codes))

    def find_in(self, texts: Sequence[str]) -> Iterator[tuple[int, str, list[Hit]]]:
        """``(index, plain text, hits)`` of the texts in which something is found; each is read as one line.

        One pass over all of them: what costs is their characters, not their number.
        """
        codes = plain_codes("\n".join([" ".join(text.split()) for text in texts]))
        ends, words = self._scan(codes)
        if not len(ends):
            return
        breaks = np.concatenate(([-1], np.flatnonzero(codes == LINE_END), [len(codes)]))
        at = np.searchsorted(breaks, ends, "left") - 1
        cuts = np.flatnonzero(np.diff(at, prepend=-1, append=-1))
        for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist()):
            index = int(at[first])
            start = int(breaks[index]) + 1
            plain = text_of(codes[start : int(breaks[index + 1])])
            hits = self._kept(plain, ends[first:last] - start, words[first:last])
            if hits:
                yield index, plain, hits

    def _scan(self, codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        room = 16 + len(codes) // 8
        while True:
            ends, words = np.empty(room, np.int64), np.empty(room, np.int32)
            count = scan(codes, self._symbol_of, self._move, self._ends, self._shorter, ends, words)
            if count <= room:
                return ends[:count], words[:count]
            room = count

    def _kept(self, plain: str, ends: NDArray[np.int64], words: NDArray[np.int32]) -> list[Hit]:
        found = sorted(
            (end - self.length[word], -end, word)
            for end, word in zip(ends.tolist(), words.tolist())
            if not self._latin[word] or self._stands_alone(plain, end - self.length[word], end)
        )
        kept, reach = list[Hit](), -1
        for start, minus_end, word in found:
            if -minus_end > reach:
                reach = -minus_end
                kept.append(Hit(self.meaning[word], start, reach))
        return [hit for hit in kept if hit.word != HARMLESS]

    @staticmethod
    def _stands_alone(plain: str, start: int, end: int) -> bool:
        before = plain[start - 1 : start] if plain[start] in LETTERS else ""
        after = plain[end : end + 1] if plain[end - 1] in LETTERS else ""
        return before not in LETTERS and after not in LETTERS


def moves(children: list[dict[int, int]], ends: list[int], symbols: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The automaton of a trie: where each state goes on each symbol, and its next shorter word's state."""
    move = np.zeros((len(children), symbols), np.int32)
    shorter = np.zeros(len(children), np.int32)
    fall = [0] * len(children)
    queue = deque(children[0].values())
    for symbol, child in children[0].items():
        move[0, symbol] = child
    while queue:
        at = queue.popleft()
        move[at] = move[fall[at]]
        shorter[at] = fall[at] if ends[fall[at]] >= 0 else shorter[fall[at]]
        for symbol, child in children[at].items():
            fall[child] = int(move[fall[at], symbol])
            move[at, symbol] = child
            queue.append(child)
    return move, shorter


@lru_cache(maxsize=256)
def lexicon_of(words: tuple[str, ...], harmless: tuple[str, ...] = ()) -> Lexicon:
    """The lexicon of words that stand for themselves."""
    return Lexicon({**dict.fromkeys(harmless, HARMLESS), **{word: word for word in words}})


def variants_of(words: Iterable[str], table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every way of writing the words: themselves, and with their parts replaced as the table has it.

    >>> variants_of(["P2P理财"], {"P2P": ["匹凸匹"], "理财": ["理材"]})
    {'P2P理财': 'P2P理财', '匹凸匹理财': 'P2P理财', 'P2P理材': 'P2P理财', '匹凸匹理材': 'P2P理财'}
    """
    out: dict[str, str] = {}
    for word in words:
        ways = [word]
        for part in sorted(table):
            if part in word:
                ways += [way.replace(part, other) for other in table[part] for way in list(ways) if part in way]
        for way in ways:
            out.setdefault(way, word)
    return out
