"""Who stands below whom among those who bring money to a body: ties that the payments themselves show (ILF-05).

Plain data in, plain data out: names are party keys, money fen, times µs.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chuantou.schemas.clock import DAY_US

PASS_US = 3 * DAY_US  # who hands on what he collected does so within three days (§3.7)
PASSED_PPM = 800_000  # so much of what he collected, as for PAY-07's hands [E]
COLLECTED_PPM = 500_000  # and it is at least half of what he pays in: he is no mere investor who was given money [E]
LEAST_BELOW = 2  # one payer may be his wife
SHARE_US = 7 * DAY_US  # a commission is shared out within a week
MOST_LEVELS = 30
PPM = 1_000_000


class Paid(NamedTuple):
    """One payment; ``payer`` or ``payee`` is "" where it is the body, ``order`` "" where it names none."""

    time: int
    row: int
    payer: str
    payee: str
    fen: int
    order: str


@dataclass(frozen=True)
class Money:
    """Payments of a body's window, each in booking order.

    ``invested``: persons → body; ``rewarded``: body → persons, no returns; ``up``: persons → those who hand it on;
    ``down``: rewarded persons → those whose money they brought.
    """

    invested: Sequence[Paid]
    rewarded: Sequence[Paid]
    up: Sequence[Paid] = ()
    down: Sequence[Paid] = ()


@dataclass(frozen=True)
class Tree:
    """``level`` of everybody in a tie, from 1 at the top; ``below``: fen that came in below him; ``earned``: fen he kept."""

    level: dict[str, int]
    own: dict[str, int]
    below: dict[str, int]
    earned: dict[str, int]
    truncated: bool

    @property
    def uplines(self) -> list[str]:
        return sorted(person for person, fen in self.below.items() if fen)

    @property
    def points(self) -> list[tuple[int, int]]:
        """(fen below, fen earned) of everybody who has money below him."""
        return [(self.below[person], self.earned[person]) for person in self.uplines]


def hands_on(collected: Sequence[Paid], passed: Sequence[Paid]) -> bool:
    """Whether a person only collects: ≥ 80 % of what two others and more gave him he pays on within three days, first in first
    out, and it makes at least half of what he pays."""
    if len({p.payer for p in collected}) < LEAST_BELOW:
        return False
    waiting, covered = deque((p.time, p.fen) for p in collected), 0
    for p in sorted(passed):
        left = p.fen
        while waiting and left and waiting[0][0] <= p.time:
            time, fen = waiting.popleft()
            if p.time - time > PASS_US:
                continue
            took = min(fen, left)
            left, covered = left - took, covered + took
            if fen > took:
                waiting.appendleft((time, fen - took))
    gathered, paid = sum(p.fen for p in collected), sum(p.fen for p in passed)
    return covered * PPM >= PASSED_PPM * gathered and gathered * PPM >= COLLECTED_PPM * paid


def tree(money: Money) -> Tree:
    """The tree of uplines and what each brought and earned.

    A person stands below whom a commission for his order was paid to, to whom he gave money to hand on, or who shared a
    commission with him. A tie that would close a circle is left out, the later by time. What a person brought himself is
    what he paid in or up less what he collected; what he keeps of that is earned, and so is each commission less what
    he shared of it.
    """
    above = without_circles(_ties(money))
    people = sorted({*above, *(parent for parents in above.values() for parent in parents)})
    net: Counter[str] = Counter()
    earned: Counter[str] = Counter()
    for p in (*money.invested, *money.up):
        net[p.payer] += p.fen
    for p in money.up:
        net[p.payee] -= p.fen
    for p in (*money.rewarded, *money.down):
        earned[p.payee] += p.fen
    for p in money.down:
        earned[p.payer] -= p.fen
    below = dict.fromkeys(people, 0)
    for person in people:
        for upline in uplines_of(person, above):
            below[upline] += max(0, net[person])
    level, truncated = _levels(people, above)
    return Tree(
        level, {x: max(0, net[x]) for x in people}, below,
        {x: max(0, earned[x]) + max(0, -net[x]) for x in people}, truncated,
    )  # fmt: skip


def _ties(money: Money) -> Iterable[tuple[int, str, str]]:
    """(time, below, above), sorted."""
    payer_of: dict[str, set[str]] = {}
    for p in money.invested:
        if p.order:
            payer_of.setdefault(p.order, set()).add(p.payer)
    ties = {(p.time, child, p.payee) for p in money.rewarded for child in payer_of.get(p.order, ()) if child != p.payee}
    ties |= {(p.time, p.payer, p.payee) for p in money.up} | {(p.time, p.payee, p.payer) for p in money.down}
    return sorted(ties)


def without_circles(ties: Iterable[tuple[int, str, str]]) -> dict[str, list[str]]:
    """Who stands right above each person, sorted; ties are taken in their order."""
    above: dict[str, set[str]] = {}
    for _, child, parent in ties:
        if parent not in above.get(child, ()) and child != parent and child not in uplines_of(parent, above):
            above.setdefault(child, set()).add(parent)
    return {child: sorted(parents) for child, parents in above.items()}


def uplines_of(person: str, above: dict[str, Iterable[str]] | dict[str, set[str]] | dict[str, list[str]]) -> set[str]:
    """Everybody above a person, at any distance."""
    found: set[str] = set()
    waiting = [person]
    while waiting:
        for parent in above.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _levels(people: Sequence[str], above: dict[str, list[str]]) -> tuple[dict[str, int], bool]:
    """The longest way from the top down to each person, counted in persons; whether ``MOST_LEVELS`` cut it."""
    level = dict.fromkeys(people, 1)
    for _ in range(MOST_LEVELS):
        changed = False
        for person in people:
            deepest = 1 + max((level[parent] for parent in above.get(person, ())), default=0)
            if deepest > level[person]:
                level[person], changed = deepest, True
        if not changed:
            return level, False
    return {person: min(depth, MOST_LEVELS) for person, depth in level.items()}, True
