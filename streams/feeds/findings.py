"""What the notes of a feed's files show together: statements and pages that are missing, balances that do not follow, and batches
of which more was sent than was accepted.

Everything follows from the set of accepted files – a finding is gone when the missing file comes – and is told in the same way as
a missing day (`coverage`).
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chuantou.schemas.adapters.notes import Note, SentBatch, StatedBatches, StatementPage
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, Reason, dead_letter
from chuantou.streams.feeds.reconciliation import Difference, differences
from chuantou.streams.feeds.state import FeedState, Flag
from chuantou.streams.feeds.statement_chain import breaks

log = logging.getLogger(__name__)
DAYS_MAX = 400  # of one finding that are told; what is older could not be judged any more


class Finding(NamedTuple):
    """``code`` is ``GAP`` or ``UNBALANCED``, of ``account``, on the days ``first`` to ``last``; ``text`` says what is wrong."""

    code: str
    account: str
    first: int
    last: int
    text: str


def findings(notes: Iterable[Note], numbered: bool = True) -> list[Finding]:
    """All findings of the notes of one subject, given in the order in which their files were accepted; ``numbered`` as of
    `statement_chain.breaks`."""
    pages, sent, stated = _sorted_out(notes)
    unequal = (Finding(one.code, one.account, one.first, one.last, one.text) for one in differences(sent, stated))
    return [*(Finding(*one) for one in breaks(pages, numbered)), *unequal]


def findings_of_feed(state: FeedState, feed: str, numbered: bool) -> list[Finding]:
    """What the accepted files of a feed show at present."""
    return [one for subject in state.subjects(feed) for one in findings(state.notes(feed, subject), numbered)]


class Comparison:
    """The ``notes`` of a file with those of the other accepted files of its feed; ``versions`` are the earlier ones of itself.

    ``flags`` are what holds from now on, by origin: of every subject that this file or an earlier version of it speaks of. Memory
    holds the notes of this file and of one subject.
    """

    def __init__(self, state: FeedState, feed: str, versions: Sequence[int], notes: Sequence[Note], numbered: bool) -> None:
        own: dict[str, list[Note]] = {}
        for note in notes:
            own.setdefault(note.subject, []).append(note)
        self.flags: dict[str, set[Flag]] = {}
        self._unequal: list[Difference] = []
        for subject in sorted({*own, *state.subjects(feed, versions)}):
            all_of_it = [*state.notes(feed, subject, versions), *own.get(subject, ())]
            self.flags[f"/{subject}"] = _flags(findings(all_of_it, numbered))
            stated = _sorted_out(own.get(subject, ()))[2]
            if stated:
                self._unequal += differences(_sorted_out(all_of_it)[1], stated)

    def letters(self, source: str) -> Iterator[DeadLetter]:
        """A letter for each number that this file states and the accepted batches do not have (DQ-02), at a place of its own."""
        for number, one in enumerate(self._unequal, 1):
            fault = BrokenRuleError(Reason.BAD_TOTALS, one.about, f"{one.accepted} accepted", f"{one.sent}, as was sent")
            yield dead_letter(fault, f"{source}:stated/{number}", b"")


def _sorted_out(notes: Iterable[Note]) -> tuple[list[StatementPage], list[SentBatch], list[StatedBatches]]:
    pages: list[StatementPage] = []
    sent: list[SentBatch] = []
    stated: list[StatedBatches] = []
    for note in notes:
        if isinstance(note, StatementPage):
            pages.append(note)
        elif isinstance(note, SentBatch):
            sent.append(note)
        else:
            stated.append(note)
    return pages, sent, stated


def _flags(found: Iterable[Finding]) -> set[Flag]:
    """Each finding on each of its days, at most the last ``DAYS_MAX``."""
    flags: set[Flag] = set()
    for one in found:
        first = max(one.first, one.last - DAYS_MAX + 1)
        if first > one.first:
            log.warning("%s: only the last %d days are told of: %s", one.account, DAYS_MAX, one.text)
        flags |= {Flag(one.code, day, one.account) for day in range(first, one.last + 1)}
    return flags
