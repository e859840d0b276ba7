"""The way of one transfer's money, transfer by transfer, first in first out – exact, in both directions.

First in first out makes every account a tape: what comes in is written at its end, what goes out is read from its front. A
transfer reads an interval of its payer's tape and writes one of its payee's; what the payer does not hold is written last and
was read from nowhere. So the money of a transfer comes from the transfers that wrote the interval it read, and goes on by
those that read the interval it wrote. Same conventions as `lots.trace_lots`.

>>> lineage = Lineage([1, 2, 9, 9], [9, 9, 3, 4], [100, 200, 150, 100])
>>> lineage.before(2), lineage.after(1)
({0: 100, 1: 50}, {2: 50, 3: 100})
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

MAX_PIECES = 100_000  # intervals one walk may follow; reaching it is told by ``truncated``


class Tape:
    """One account: where transfers wrote to it and read from it; ``end`` of what is written, ``front`` of what is read."""

    def __init__(self) -> None:
        self.written: list[tuple[int, int]] = []  # (position, transfer), ascending
        self.read: list[tuple[int, int]] = []
        self.end = self.front = 0


class Lineage:
    """Transfers in booking order: account ids, amounts > 0 in fen; every account starts empty."""

    def __init__(self, debtor: Iterable[int], creditor: Iterable[int], amount_fen: Iterable[int]) -> None:
        self.payer, self.payee, self.fen = ([int(x) for x in column] for column in (debtor, creditor, amount_fen))
        self.tapes: dict[int, Tape] = defaultdict(Tape)
        self.read_at: list[int] = []
        self.covered: list[int] = []  # fen that the payer held
        self.written_at: list[int] = []
        self.truncated = False
        for i, (payer, payee, fen) in enumerate(zip(self.payer, self.payee, self.fen)):
            self._book(i, payer, payee, fen)

    def _book(self, i: int, payer: int, payee: int, fen: int) -> None:
        source, target = self.tapes[payer], self.tapes[payee]
        if payer == payee:  # changes nothing
            self.read_at.append(source.front)
            self.covered.append(0)
            self.written_at.append(-1)
            return
        covered = min(fen, source.end - source.front)
        self.read_at.append(source.front)
        self.covered.append(covered)
        if covered:
            source.read.append((source.front, i))
        source.front += covered
        self.written_at.append(target.end)
        target.written.append((target.end, i))
        target.end += fen

    def before(self, i: int) -> dict[int, int]:
        """Fen of the money of transfer ``i`` by every earlier transfer that carried it."""
        return self._walk(i, self._sources)

    def after(self, i: int) -> dict[int, int]:
        """Fen of the money of transfer ``i`` by every later transfer that carried it on."""
        return self._walk(i, self._uses)

    def _walk(self, i: int, step) -> dict[int, int]:  # type: ignore[no-untyped-def]
        carried: dict[int, int] = defaultdict(int)
        waiting, pieces = [(i, 0, self.fen[i])], 0
        while waiting:
            for j, low, high in step(*waiting.pop()):
                pieces += 1
                if pieces > MAX_PIECES:
                    self.truncated = True
                    return dict(sorted(carried.items()))
                carried[j] += high - low
                waiting.append((j, low, high))
        return dict(sorted(carried.items()))

    def _sources(self, i: int, low: int, high: int) -> Iterator[tuple[int, int, int]]:
        """(transfer, from, to) in its own fen: who wrote what ``i`` read of ``[low, high)``."""
        start, stop = self.read_at[i] + low, self.read_at[i] + min(high, self.covered[i])
        return overlaps(self.tapes[self.payer[i]].written, self.fen, start, stop)

    def _uses(self, i: int, low: int, high: int) -> Iterator[tuple[int, int, int]]:
        """(transfer, from, to) in its own fen: who read what ``i`` wrote of ``[low, high)``."""
        if self.written_at[i] < 0:
            return iter(())
        start, stop = self.written_at[i] + low, self.written_at[i] + high
        return overlaps(self.tapes[self.payee[i]].read, self.covered, start, stop)


def overlaps(places: list[tuple[int, int]], fen: list[int], start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """(transfer, from, to): what of ``[start, stop)`` each transfer at ``places`` covers, in its own fen; ``fen`` by transfer."""
    for at in range(max(0, bisect_right(places, (start, 1 << 62)) - 1), len(places)):  # from the first that may reach over start
        position, j = places[at]
        if position >= stop:
            break
        first, last = max(start, position), min(stop, position + fen[j])
        if first < last:
            yield j, first - position, last - position
