"""FLOW-02 归集分散 · gather–scatter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Evidence, Excuse, Finding, ppm
from chuantou.detectors.flow import excuses
from chuantou.detectors.flow.leads import AccountLead, institutions_on
from chuantou.detectors.flow.payments import Payments, both_sides, names_of, payment_rows
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.flow_windows import GATHER, MONTH, PASS
from chuantou.graph.kernels import windows as kernel
from chuantou.graph.windows import COUNTS, IN, OUT, PLAIN, Passing, Windows
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.rules import to_ppm

PPM = 1_000_000
MOST_WALKED = 1_000_000  # payments a side of a cluster that are looked at for the instants at which to judge it


def least_share(fen: NDArray[np.int64], share_ppm: int) -> NDArray[np.int64]:
    """⌈fen · share⌉ without leaving int64."""
    return fen // PPM * share_ppm - (-(fen % PPM * share_ppm) // PPM)


def over_gate(p: Passing, gate: dict[str, Any]) -> NDArray[np.int64]:
    """Places at which a payer's window has enough payers and payees and enough of it was passed on."""
    at = np.flatnonzero((p.payers >= gate["payers"]) & (p.payees >= gate["payees"]))
    return at[p.passed[at] >= least_share(p.gathered[at], to_ppm(gate["through"]))]


@dataclass(eq=False)
class Gathering:
    """What accounts gathered and scattered in a window, lawful parts taken out.

    back_fen int64[credits]: what went back to whom it came from; excused: by debit, the predicate's id or an empty string.
    """

    accounts: tuple[int, ...]
    credits: Payments
    debits: Payments
    back_fen: NDArray[np.int64]
    excused: list[str]
    tested: list[Excuse]

    @property
    def fen(self) -> NDArray[np.int64]:
        return self.credits.fen - self.back_fen

    @property
    def scattered(self) -> Payments:
        return self.debits.where(np.array([not excuse for excuse in self.excused], np.bool_) & self.debits.plain)

    @property
    def payers(self) -> NDArray[np.int64]:
        return np.unique(self.credits.who[self.credits.plain & (self.fen > 0)])

    def passed(self, horizon_us: int) -> int:
        """The most that can have been passed on, each credit within ``horizon_us``."""
        c, d, fen = self.credits, self.scattered, self.fen
        taken = np.zeros(len(c), np.int64)
        credits = c.row, np.ascontiguousarray(c.time), fen
        debits = d.row, np.ascontiguousarray(d.time), np.ascontiguousarray(d.fen)
        return int(kernel.match(*credits, *debits, horizon_us, taken))


class GatherScatter(AccountLead):
    """归集分散: many pay in, and most of it goes out to many within two days.

    One account, or the accounts of one party and its R1 parties, over a window of 10 days: ≥ 10 distinct payers, ≥ 10 distinct
    payees, and ≥ 80 % of what came in passed on within 2 days of its credit (the most that can have been: oldest credit
    first). Payers and payees are parties, where known; designated and other accounts with detectors of their own are
    none, but their money counts. Taken out: LA-SWEEP and LA-CASHPOOL, LA-IBK, LA-REFUND, LA-PAYROLL; silent by LA-ACQ. A lead on
    every account: ``log``, ``yellow`` where a watched party or its R1/R2 is on the path. Subject: the owner of the
    account that gathers. Clause 三(二) (catalogue §4.14). ``through_ppm`` = passed on / gathered; amount: fen passed on.

    >>> GatherScatter.colour(on_path_of_watched=False), least_share(np.array([1_000_001]), 800_000).tolist()
    (1, [800001])
    """

    id, clause, family = "FLOW-02", "三(二)", "flow"
    title_zh, title_en = "归集分散", "gather and scatter"
    legal_basis = ("SEED 三(二)",)
    parameters = ("flow.gather",)

    def over_the_line(self, segment: Segment) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        p = segment.passing
        gate = self.in_force("flow.gather", int(segment.time[0])) if len(segment.time) else None
        if gate is None:
            none = np.empty(0, np.int64)
            return none, none
        at = over_gate(p, gate)
        return at, p.passed[at]

    def gathering(self, accounts: Sequence[int], row: int, time: int) -> Gathering:
        """What the accounts gathered and scattered in the window that ends with log index ``row``."""
        world = self.world
        credits, debits = both_sides(world, accounts, time - int(world.flows.lengths[GATHER]), row)
        owners, day = excuses.owners_of(world, accounts), shanghai_day(time)
        lawful = [excuses.group_sweeps(world, self.clusters, p) | excuses.between_banks(world, owners, p, day)
                  for p in (credits, debits)]  # fmt: skip
        credits, debits = (p.where(~out) for p, out in zip((credits, debits), lawful))
        moved = Excuse("LA-CASHPOOL", bool(any(out.any() for out in lawful)),
                       {"swept_or_between_banks": sum(int(out.sum()) for out in lawful)})  # fmt: skip
        back_fen, refund = excuses.refunds(credits, debits)
        wages = excuses.payroll(world, accounts, owners, debits)
        excused = excuses.by_debit(len(debits), (wages, refund))
        tested = [moved, refund.excuse, wages.excuse, excuses.merchant(world, accounts, credits, debits)]
        return Gathering(tuple(accounts), credits, debits, back_fen, excused, tested)

    def finding(self, accounts: Sequence[int], row: int, time: int) -> Finding | None:
        world, gate = self.world, self.in_force("flow.gather", time)
        found = self.gathering(accounts, row, time)
        payees, gathered = np.unique(found.scattered.who), int(found.fen.sum())
        if len(found.payers) < gate["payers"] or len(payees) < gate["payees"] or found.tested[-1].holds:
            return None
        passed = found.passed(int(world.flows.lengths[PASS]))
        if passed * PPM < to_ppm(gate["through"]) * gathered:
            return None
        values = {"n_payers": len(found.payers), "n_payees": len(payees), "through_ppm": ppm(passed, gathered),
                  "gathered_fen": gathered}  # fmt: skip
        path = names_of(world, np.concatenate((found.payers, payees)))
        cut = found.credits.cut or found.debits.cut
        return self.lead(accounts, path, int(found.credits.time[0]), time, passed, values, found, cut)

    def cluster_rows(self, day: int) -> Iterator[tuple[Sequence[int], list[int]]]:
        flows = self.world.flows
        gate = self.world.rules.at("flow.gather", day)
        if gate is None:
            return
        came, paid = flows.side(IN, GATHER), flows.side(OUT, GATHER)
        for component in self.clusters.busy(self._day_row, [(came.others, gate["payers"]), (paid.others, gate["payees"])]):
            for accounts in self.clusters.in_one_hand(component, came.fen, day):
                rows = cluster_instants(self.world, accounts, self._day_row, gate)
                if rows:
                    yield accounts, rows

    def evidence(self, finding: Finding) -> Evidence:
        world, found = self.world, finding.key
        gate = self.in_force("flow.gather", finding.time)
        owners = excuses.owners_of(world, found.accounts)
        parties = [*owners, *names_of(world, np.concatenate((found.payers, found.scattered.who)))]
        rows = np.sort(np.concatenate((found.credits.row, found.debits.row)))
        return Evidence(
            formulas={
                "n_payers": "distinct(credits.payer where counts and fen > back_fen)",
                "n_payees": "distinct(debits.payee where counts and excuse is null)",
                "gathered_fen": "sum(credits.fen - credits.back_fen)",
                "through_ppm": "maximum of credits (less back_fen) met by later such debits within pass_us / gathered_fen",
            },
            inputs={
                "now": finding.time,
                "window_us": int(world.flows.lengths[GATHER]),
                "pass_us": int(world.flows.lengths[PASS]),
                "credits": payment_rows(world, found.credits, rows, "payer", back_fen=found.back_fen.tolist()),
                "debits": payment_rows(world, found.debits, rows, "payee", excuse=[e or None for e in found.excused]),
            },
            transactions=rows.tolist(),
            related={key: related_paths(world, key, parties) for key in institutions_on(world, parties)},
            excuses=found.tested,
            thresholds={"flow.gather": gate},
        )  # fmt: skip


def cluster_instants(world: World, accounts: Sequence[int], first_row: int, gate: dict[str, Any]) -> list[int]:
    """Rows since ``first_row`` at which the cluster as one account is over the line: the first, and the largest amount's."""
    flows = world.flows
    since = flows.now - int(flows.lengths[MONTH])
    credits, debits = both_sides(world, accounts, since, world.ledger.end - 1, MOST_WALKED)
    row = np.concatenate((credits.row, debits.row))
    order = np.argsort(row)
    outward = np.repeat([False, True], [len(credits), len(debits)])[order]
    columns = [np.concatenate((getattr(credits, name), getattr(debits, name)))[order] for name in ("time", "fen", "who", "plain")]
    time, fen, who, plain = columns
    _, other = np.unique(who, return_inverse=True)
    cluster, others = np.zeros(len(row), np.int32), (other + 1).astype(np.int32)
    windows = Windows(tuple(int(x) for x in flows.lengths), GATHER)  # type: ignore[arg-type]
    seen = windows.push(time, np.where(outward, cluster, others), np.where(outward, others, cluster), fen,
                        COUNTS + plain * np.int32(PLAIN))  # fmt: skip
    at = over_gate(seen, gate)
    at = at[(outward & (row[order] >= first_row))[at]]
    if not len(at):
        return []
    best = at[np.argmax(seen.passed[at])]
    return sorted({int(row[order][at[0]]), int(row[order][best])})
