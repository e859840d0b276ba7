"""FLOW-03 拆分 · splitting just below a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Evidence, Excuse, Finding, ppm
from chuantou.detectors.flow import excuses
from chuantou.detectors.flow.excuses import Taken
from chuantou.detectors.flow.leads import AccountLead, institutions_on
from chuantou.detectors.flow.payments import Payments, both_sides, names_of, payment_rows
from chuantou.detectors.flow.split_counts import SplitCounts
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.flow_windows import days_of
from chuantou.graph.windows import PLAIN
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import shanghai_day


class Line(NamedTuple):
    """A line in fen, how far below it is *just below*, and the instants (µs) between which it is in force."""

    fen: int
    width: int
    first: int
    last: int

    def below(self, p: Payments) -> NDArray[np.bool_]:
        return self.at_force(p) & (p.fen >= self.fen - self.width) & (p.fen < self.fen)

    def beside(self, p: Payments) -> NDArray[np.bool_]:
        near = (p.fen >= self.fen - 2 * self.width) & (p.fen < self.fen + self.width)
        return self.at_force(p) & near & ~self.below(p)

    def at_force(self, p: Payments) -> NDArray[np.bool_]:
        return (p.time >= self.first) & (p.time <= self.last)


@dataclass(eq=False)
class Split:
    """An account's payments of a window, each with the predicate that takes it out or an empty string, and the line."""

    accounts: tuple[int, ...]
    debits: Payments
    excused: list[str]
    tested: list[Excuse]
    line: Line

    @property
    def counted(self) -> Payments:
        plain = self.debits.plain & np.array([not excuse for excuse in self.excused], np.bool_)
        return self.debits.where(plain & self.line.at_force(self.debits))


def splits(below: Any, beside: Any, gate: dict[str, Any]) -> Any:
    """Whether so many lie just below, and at least ``ratio`` times what the amounts beside let expect; counts, or arrays of them.

    >>> gate = {"transfers": 10, "ratio": 5}
    >>> splits(10, 4, gate), splits(10, 5, gate), splits(9, 0, gate)
    (True, False, False)
    """
    return (below >= gate["transfers"]) & (2 * below >= gate["ratio"] * beside)


class JustBelow(AccountLead):
    """拆分: an account's payments crowd just below a line.

    Over 30 days, of the payments of one account, or of the accounts of one party and its R1 parties, to other owners: ≥ 10 in
    [0.9 T, T) and at least 5 times a smooth baseline, which is half of those beside, in [0.8 T, 0.9 T) and [T, 1.1 T). T: 50,000,
    200,000 and 500,000 yuan and the large-value lines in force on the payment's date (§3.8, §3.14 LVT-01) [E]. Taken out:
    LA-SWEEP and LA-CASHPOOL, LA-IBK, LA-REFUND, LA-PAYROLL, payments to and from designated accounts; silent by LA-ACQ.
    A lead on every account: ``log``, ``yellow`` where a watched party or its R1/R2 is on the path. Subject: the owner
    of the account that splits. Clause 三(二) (catalogue §4.14). ``n_transfers`` are just below, ``just_below_ppm`` is
    their share of all; amount: their fen.

    >>> JustBelow.colour(on_path_of_watched=True)
    2
    """

    id, clause, family = "FLOW-03", "三(二)", "flow"
    title_zh, title_en = "拆分", "splitting just below a line"
    legal_basis = ("SEED 三(二)",)
    parameters = ("flow.split",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.counts = SplitCounts(world.rules, days_of(world.rules, "flow.split", "window_days"))
        self.lines = [Line(*line) for line in self.counts.lines.tolist()]

    def over_the_line(self, segment: Segment) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        rows = np.arange(segment.first, segment.end, dtype=np.int64)
        plain = self.world.flows.stored_edges(rows)["state"] & PLAIN > 0
        found = self.counts.push(segment.time, segment.debtor, segment.fen, plain)
        gate = self.in_force("flow.split", int(segment.time[0])) if len(rows) else None
        if gate is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        over = found[splits(found[:, 2], found[:, 3], gate)]
        return over[:, 0], over[:, 4]

    def finding(self, accounts: Sequence[int], row: int, time: int) -> Finding | None:
        gate = self.in_force("flow.split", time)
        credits, debits = both_sides(self.world, accounts, time - self.counts.window_us, row)
        excused, tested = self._excused(accounts, credits, debits, time)
        if tested[-1].holds:
            return None
        best: tuple[int, Finding] | None = None
        for line in self.lines:
            split = Split(tuple(accounts), debits, excused, tested, line)
            counted = split.counted
            below, beside = line.below(counted), int(line.beside(counted).sum())
            n, amount = int(below.sum()), int(counted.fen[below].sum())
            if not line.first <= time <= line.last or not splits(n, beside, gate) or (best and best[0] >= amount):
                continue
            values = {"n_transfers": n, "just_below_ppm": ppm(n, len(counted)), "line_fen": line.fen, "n_beside": beside}
            path = names_of(self.world, counted.who[below])
            start = int(counted.time[below][0])
            best = amount, self.lead(accounts, path, start, time, amount, values, split, debits.cut or credits.cut)
        return best[1] if best else None

    def _excused(
        self, accounts: Sequence[int], credits: Payments, debits: Payments, time: int
    ) -> tuple[list[str], list[Excuse]]:
        """The predicate that takes each debit out, and all predicates tested, LA-ACQ last."""
        world, owners = self.world, excuses.owners_of(self.world, accounts)
        swept = excuses.group_sweeps(world, self.clusters, debits)
        banks = excuses.between_banks(world, owners, debits, shanghai_day(time))
        _, refund = excuses.refunds(credits, debits)
        wages = excuses.payroll(world, accounts, owners, debits)
        pooled = Excuse("LA-CASHPOOL", bool(swept.any()), {"payments": int(swept.sum())})
        interbank = Excuse("LA-IBK", bool(banks.any()), {"payments": int(banks.sum())})
        found = [wages, refund, Taken(banks, interbank), Taken(swept, pooled)]
        tested = [taken.excuse for taken in found]
        return excuses.by_debit(len(debits), found), [*tested, excuses.merchant(world, accounts, credits, debits)]

    def cluster_rows(self, day: int) -> Iterator[tuple[Sequence[int], list[int]]]:
        world, gate = self.world, self.world.rules.at("flow.split", day)
        if gate is None:
            return
        now = world.flows.now
        self.counts.advance(now)
        for number, line in enumerate(self.lines):
            for component in self.clusters.busy(self._day_row, [(self.counts.below(number), gate["transfers"])]):
                weight = np.zeros(max(len(self.counts.accounts), max(component) + 1), np.int64)
                weight[: len(self.counts.accounts)] = self.counts.below_fen(number)
                for accounts in self.clusters.in_one_hand(component, weight, day):
                    rows = self._instants(accounts, line, gate)
                    if rows:
                        yield accounts, rows

    def _instants(self, accounts: Sequence[int], line: Line, gate: dict[str, Any]) -> list[int]:
        """Rows of the day at which the cluster as one account splits below the line: the first, and the largest amount's."""
        world = self.world
        earliest = world.flows.now - int(world.flows.lengths[-1])
        _, debits = both_sides(world, accounts, earliest, world.ledger.end - 1)
        debits = debits.where(debits.plain)
        below, beside = line.below(debits), line.beside(debits)
        n_below, n_beside, fen = (np.concatenate(([0], np.cumsum(x))) for x in (below, beside, below * debits.fen))
        today = np.flatnonzero(below & (debits.row >= self._day_row))
        since = np.searchsorted(debits.time, debits.time[today] - self.counts.window_us)
        inside = [column[today + 1] - column[since] for column in (n_below, n_beside, fen)]
        over = splits(inside[0], inside[1], gate)
        if not over.any():
            return []
        best = np.argmax(np.where(over, inside[2], -1))
        return sorted({int(debits.row[today[over][0]]), int(debits.row[today[best]])})

    def evidence(self, finding: Finding) -> Evidence:
        world, split = self.world, finding.key
        counted = split.counted
        parties = [*excuses.owners_of(world, split.accounts), *names_of(world, counted.who[split.line.below(counted)])]
        rows = payment_rows(world, split.debits, split.debits.row, "payee", excuse=[e or None for e in split.excused])
        return Evidence(
            formulas={
                "n_transfers": "count(just below), of debits where counts and excuse is null and the line is in force",
                "just_below_ppm": "n_transfers / count(such debits)",
                "n_beside": "count(such debits less than width_fen further below, or less than width_fen above or at the line)",
            },
            inputs={
                "now": finding.time,
                "window_us": self.counts.window_us,
                "line": {"line_fen": split.line.fen, "width_fen": split.line.width, "from": split.line.first,
                         "to": split.line.last},
                "debits": rows,
            },
            transactions=split.debits.row.tolist(),
            related={key: related_paths(world, key, parties) for key in institutions_on(world, parties)},
            excuses=split.tested,
            thresholds={"flow.split": self.in_force("flow.split", finding.time)},
        )  # fmt: skip
