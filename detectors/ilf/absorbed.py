"""What a gatherer absorbed from each person by the methods of the interpretations: gross, net of roll-over, outstanding (ILF-02).

Repaid principal is not deducted from what was absorbed, re-invested principal counts again (catalogue ILF-02, §6.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chuantou.schemas.clock import DAY_US

REFUND_US = 180 * DAY_US  # LA-REFUND: so long after the payment
GIVEN, BACK, REFUNDED = "given", "back", "refunded"


class Entry(NamedTuple):
    """A payment, or the payments of one month, of one person: µs, day, ``GIVEN``, ``BACK`` or ``REFUNDED``, fen."""

    time: int
    day: int
    kind: str
    fen: int


class Deposit(NamedTuple):
    """What was given at a time and not refunded: fen, what of it had been paid back before, what is still out."""

    day: int
    fen: int
    rolled_fen: int
    left_fen: int


def deposits_of(entries: Sequence[Entry]) -> list[Deposit]:
    """The deposits of one person, in order; ``entries`` by time.

    A refund undoes the newest payments of 180 days before it. What is paid back is principal of the oldest deposit first, and
    whatever is given afterwards, up to that amount, is rolled over.
    """
    given = [[e.time, e.day, e.fen, 0] for e in entries if e.kind == GIVEN]
    for refund in (e for e in entries if e.kind == REFUNDED):
        rest = refund.fen
        for deposit in reversed([d for d in given if refund.time - REFUND_US <= d[0] <= refund.time]):
            undone = min(rest, deposit[2])
            deposit[2], rest = deposit[2] - undone, rest - undone
    free, at = 0, 0
    for entry in entries:
        if entry.kind == BACK:
            free += entry.fen
        elif entry.kind == GIVEN:
            given[at][3] = min(free, given[at][2])
            free, at = free - given[at][3], at + 1
    back = sum(e.fen for e in entries if e.kind == BACK)
    out = []
    for _, day, fen, rolled in given:
        paid = min(back, fen)
        back -= paid
        if fen:
            out.append(Deposit(day, fen, rolled, fen - paid))
    return out


@dataclass
class Slice:
    """Deposits under one set of lines, the last of them on ``last_day``. ``lines``: amount, people, loss; None: there is none."""

    first_day: int
    lines: dict[str, int | None]
    people: set[str] = field(default_factory=set)
    gross_fen: int = 0
    rolled_fen: int = 0
    outstanding_fen: int = 0
    loss_fen: int = 0
    last_day: int | None = None

    def take(self, who: str, deposit: Deposit, overdue_fen: int) -> int:
        """Add a deposit; of what is out, ``overdue_fen`` is lost already. Returns how much of that it took."""
        lost = min(deposit.left_fen, overdue_fen)
        self.people.add(who)
        self.last_day = max(self.last_day or deposit.day, deposit.day)
        self.gross_fen += deposit.fen
        self.rolled_fen += deposit.rolled_fen
        self.outstanding_fen += deposit.left_fen
        self.loss_fen += lost
        return lost

    def reached(self, lines: dict[str, int | None], share_ppm: int = 1_000_000) -> bool:
        """Whether any of the figures is at a share of its line."""
        figures = {"amount": self.gross_fen, "people": len(self.people), "loss": self.loss_fen}
        return any(line is not None and figures[name] * 1_000_000 >= share_ppm * line for name, line in lines.items())
