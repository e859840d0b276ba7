"""Which movement of a statement a reversal takes back (catalogue §8, DQ-08): the one that it surely means, or none.

What the bank marks as a reversal is one; words in a memo are the payer's and take nothing back. A reversal that refers to
something means the only movement – of the same amount, on the other side, not yet taken back – with that reference. One that
refers to nothing means the only movement of that amount and side, if it was booked in the five working days before and names no
other account.
"""

from typing import NamedTuple

from chuantou.schemas.clock import add_working_days, day_of_date

REMEMBERED_MAX = 30_000  # movements that a reversal in the same statement can find, at the least
SCANNED_MAX = 500  # of one amount and side, the last ones
REVERSAL_DAYS = 5  # working days in which a reversal without a reference follows


class Booked(NamedTuple):
    """A movement that can be taken back: its event, the references to it, the other side's account if named, its time."""

    event_id: str
    references: tuple[str, ...]
    other: str | None
    when: str


class Originals:
    """The booked movements of a statement by amount and side, the last `REMEMBERED_MAX` to twice as many."""

    def __init__(self) -> None:
        self._young: dict[tuple[int, bool], list[Booked]] = {}
        self._old: dict[tuple[int, bool], list[Booked]] = {}
        self._n_young = 0
        self._complete = True

    def remember(self, fen: int, incoming: bool, booked: Booked) -> None:
        if self._n_young == REMEMBERED_MAX:
            self._complete = self._complete and not self._old
            self._old, self._young, self._n_young = self._young, {}, 0
        self._n_young += 1
        self._young.setdefault((fen, incoming), []).append(booked)

    def take_back(self, fen: int, incoming: bool, reversal: Booked, refers: bool) -> str | None:
        """The event of the movement that a reversal of ``fen`` – ``incoming`` is its own side – means: once, then it is gone.

        ``refers`` is whether it refers to anything beside itself.
        """
        key = fen, not incoming
        candidates = [booked for kept in (self._old, self._young) for booked in kept.get(key, ())[-SCANNED_MAX:]]
        for reference in reversal.references:
            found = {booked.event_id for booked in candidates if reference in booked.references}
            if len(found) == 1:
                return self._taken(key, found.pop())
        if refers or not self._complete or len({booked.event_id for booked in candidates}) != 1:
            return None
        (booked, *_) = candidates
        same_other = reversal.other is None or booked.other is None or reversal.other == booked.other
        return self._taken(key, booked.event_id) if same_other and _soon_after(booked.when, reversal.when) else None

    def _taken(self, key: tuple[int, bool], event_id: str) -> str:
        for kept in (self._old, self._young):
            if key in kept:
                kept[key][-SCANNED_MAX:] = [booked for booked in kept[key][-SCANNED_MAX:] if booked.event_id != event_id]
        return event_id


def _soon_after(original: str, reversal: str) -> bool:
    """Whether a reversal is of the day of the original, or of one of the `REVERSAL_DAYS` working days after it."""
    try:
        begun, taken_back = day_of_date(original[:10]), day_of_date(reversal[:10])
    except ValueError:
        return False
    return begun <= taken_back <= add_working_days(begun, REVERSAL_DAYS)
