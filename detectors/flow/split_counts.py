"""The lines below which payments are split, and every account's payments near them (catalogue §3.8, §3.14 LVT-01)."""

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.kernels import just_below as kernel
from chuantou.schemas.clock import DAY_US, day_of_date, day_start_us
from chuantou.schemas.rules import Entry, RulePack, to_ppm

PPM = 1_000_000
ALWAYS = 1 << 62
LARGE_VALUE_LINES = ("lvt.cash", "lvt.entity.transfer", "lvt.person.domestic", "lvt.person.cross")


def dated_lines(rules: RulePack) -> list[tuple[int, int, int, int]]:
    """(fen, width, first, last µs in force) of every line, smallest first: those of ``flow.split`` and the large-value lines.

    A line whose dates lie inside those of another of the same fen is not listed again.
    """
    split, rows = rules.entries["flow.split"], []
    for entry in split:
        rows += [(int(fen), width_of(int(fen), entry), *span_of(entry)) for fen in entry.value["lines"]]
        for key in LARGE_VALUE_LINES:
            for large in rules.entries.get(key, ()):
                first, last = (pick(ends) for pick, ends in zip((max, min), zip(span_of(entry), span_of(large))))
                if first <= last:
                    rows.append((int(large.value), width_of(int(large.value), entry), first, last))
    rows = sorted(set(rows))
    return [row for row in rows if not any(row != other and row[:2] == other[:2] and other[2] <= row[2] and row[3] <= other[3]
                                           for other in rows)]  # fmt: skip


def width_of(fen: int, entry: Entry) -> int:
    """How far below the line is *just below*: the band, a share of the line."""
    return fen * to_ppm(entry.value["band"]) // PPM


def span_of(entry: Entry) -> tuple[int, int]:
    """First and last µs at which an entry is in force."""
    first = day_start_us(day_of_date(entry.first))
    last = ALWAYS if entry.last is None else day_start_us(day_of_date(entry.last) + 1) - 1
    return first, last


class SplitCounts:
    """Payments near the lines by account, in a window of ``window_days``; what is kept is bounded by the window."""

    def __init__(self, rules: RulePack, window_days: int) -> None:
        self.lines = np.array(dated_lines(rules), np.int64).reshape(-1, 4)
        self.window_us = window_days * DAY_US
        self.kept = np.zeros((1024, 5), np.int64)
        self.accounts = np.zeros((1024, 2 * len(self.lines)), np.int64)
        self.cursor = np.zeros(2, np.int64)

    def push(
        self, time: NDArray[np.int64], payer: NDArray[np.int32], fen: NDArray[np.int64], counts: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Take payments in time order; int64[k, 5]: (position, line, just below, beside, fen just below) of each just below."""
        if not len(time):
            return np.empty((0, 5), np.int64)
        room = kernel.near_any(fen, counts, self.lines)
        self._reserve(room, int(payer.max()) + 1)
        found = np.empty((room, 5), np.int64)
        n = kernel.count_near(time, payer, fen, counts, self.lines, self.window_us, self.kept, self.accounts, self.cursor, found)
        return found[:n]

    def _reserve(self, room: int, accounts: int) -> None:
        used, first = int(self.cursor[kernel.USED]), int(self.cursor[kernel.FIRST])
        if used + room > len(self.kept):
            live = self.kept[first:used]
            self.kept = np.zeros((max(len(self.kept), 2 * (len(live) + room)), 5), np.int64)
            self.kept[: len(live)] = live
            self.cursor[:] = len(live), 0
        if accounts > len(self.accounts):
            grown = np.zeros((max(accounts, 2 * len(self.accounts)), self.accounts.shape[1]), np.int64)
            grown[: len(self.accounts)] = self.accounts
            self.accounts = grown

    def advance(self, now: int) -> None:
        """Let everything leave that is too old at ``now``."""
        kernel.forget_before(now - self.window_us, self.kept, self.accounts, self.cursor)

    def below(self, line: int) -> NDArray[np.int64]:
        """Payments just below a line, int64[accounts]."""
        return self.accounts[:, 2 * line] // kernel.NEAR

    def below_fen(self, line: int) -> NDArray[np.int64]:
        """Their fen, int64[accounts]."""
        return self.accounts[:, 2 * line + 1]
