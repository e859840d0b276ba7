"""REG-05 资金来源与运用画像 · profile of sources and uses."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import LOG, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.reg.month_statement import Side, investors, share, side_of, stability_ppm
from chuantou.graph.accounts import NONE
from chuantou.graph.watch import by_cluster
from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day, day_of_date, day_start_us
from chuantou.schemas.rules import to_ppm

LISTED = 500  # payments shown: cash and unknown ones first, the largest first


class Month(NamedTuple):
    """Sums by kind of one institution and month, and how many payments they are."""

    first: int
    sources: dict[str, int]
    uses: dict[str, int]
    n_in: int
    n_out: int


class MoneyProfile(Detector):
    """资金来源与运用画像: each month's sources and uses of an institution's money by kinds, and their drift.

    At the close of a calendar month, over all accounts of the institution and those kept for its clients, moves between them
    apart. Sources: investors, borrowers, related (R1, R2), banks, income, cash, others, unknown; uses: investors, borrowers,
    related, expenses, real estate, securities, banks, cash, others, unknown. On a side of 20 payments and 100,000 yuan: cash of
    20 % or more is yellow; unknown money of 20 %, or a population stability index ``Σ (p − q) · ln(p / q)`` of 0.25 or more
    against the month before, is a lead. Clause 三(二). Shares in ppm; amount: cash and unknown money of both sides, in fen.

    >>> MoneyProfile.colour(cash=200_000, unknown=0, drift=0, lines=(200_000, 250_000))
    2
    >>> MoneyProfile.colour(cash=0, unknown=0, drift=250_000, lines=(200_000, 250_000))
    1
    """

    id, clause, family = "REG-05", "三(二)", "profile"
    title_zh, title_en = "资金来源与运用异动", "drift of sources and uses"
    legal_basis = ("SEED 三(二)",)
    parameters = ("money.profile",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.before: dict[str, Month] = {}

    def day_close(self, day: int) -> Iterator[Finding]:
        if date_of_day(day + 1).day != 1 or self.world.ended:
            return
        gate = self.in_force("money.profile", day_start_us(day))
        first = day_of_date(date_of_day(day).replace(day=1))
        held = self._payments(first, day) if gate is not None else {}
        for key in sorted(held):
            sides = tuple(side_of(self.world, key, rows, incoming) for rows, incoming in zip(held[key], (True, False)))
            yield from self._judge(key, first, day, sides, gate)

    def _payments(self, first: int, day: int) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Log indices into and out of the accounts of each institution with any, its own moves apart."""
        world, watch = self.world, self.world.watch
        of = np.full(world.ledger.accounts.size, NONE, np.int32)
        for number, key in enumerate(watch.keys):
            party = world.parties.get(key)
            of[world.accounts.of_party.get(party, [])] = number
            of[: world.accounts.table.size][world.accounts.table.platform[: len(of)] == party] = number
        rows = world.ledger.rows_of(day_start_us(first), day_start_us(day + 1))
        log, at = world.ledger.log, rows - world.ledger.base
        payer, payee = of[log.debtor[at]], of[log.creditor[at]]
        inward, outward = (by_cluster(np.where(payer != payee, side, NONE).astype(np.int32), rows) for side in (payee, payer))
        none = np.empty(0, np.int64)
        return {watch.keys[n]: (inward.get(n, none), outward.get(n, none)) for n in inward.keys() | outward.keys()}

    def _judge(self, key: str, first: int, day: int, sides: tuple[Side, ...], gate: dict[str, Any]) -> Iterator[Finding]:
        inward, outward = sides
        month = Month(first, inward.sums(), outward.sums(), len(inward.rows), len(outward.rows))
        before = self.before.get(key)
        self.before[key] = month
        if before is not None and day_of_date(date_of_day(first - 1).replace(day=1)) != before.first:
            before = None
        values = self.values(month, before, gate)
        judged = [side for side in ("in", "out") if values[f"judged_{side}"]]
        cash, unknown, drift = (max((values[f"{what}_{side}_ppm"] for side in judged), default=0)
                                for what in ("cash", "unknown", "psi"))  # fmt: skip
        severity = self.colour(cash, unknown, drift, (to_ppm(gate["share"]), to_ppm(gate["psi"])))
        if severity == NO_SEVERITY:
            return
        fen = sum(sums[name] for sums in (month.sources, month.uses) for name in ("cash", "unknown"))
        now = day_start_us(day + 1)
        yield Finding(
            self.id, key, now - 1, severity, fen, values, (day_start_us(first), now - 1), known=now,
            key=(month, before, sides, investors(self.world, inward)),
        )  # fmt: skip

    @staticmethod
    def values(month: Month, before: Month | None, gate: dict[str, Any]) -> dict[str, int]:
        """Shares and indices of both sides; an index of 0 where the month before was too small, or there is none."""
        out = {"sources_fen": sum(month.sources.values()), "uses_fen": sum(month.uses.values())}
        sides = (("in", month.sources, month.n_in, before.sources if before else {}, before.n_in if before else 0),
                 ("out", month.uses, month.n_out, before.uses if before else {}, before.n_out if before else 0))  # fmt: skip
        for name, sums, n, sums_before, n_before in sides:
            enough = n >= gate["payments"] and sum(sums.values()) >= gate["fen"]
            enough_before = n_before >= gate["payments"] and sum(sums_before.values()) >= gate["fen"]
            out |= {
                f"judged_{name}": int(enough), f"cash_{name}_ppm": share(sums, "cash"),
                f"unknown_{name}_ppm": share(sums, "unknown"),
                f"psi_{name}_ppm": stability_ppm(sums, sums_before) if enough and enough_before else 0,
            }  # fmt: skip
        return out

    @staticmethod
    def colour(cash: int, unknown: int, drift: int, lines: tuple[int, int]) -> int:
        """Yellow for cash; what is not known, or has changed, is a lead."""
        if cash >= lines[0]:
            return YELLOW
        return LOG if unknown >= lines[0] or drift >= lines[1] else NO_SEVERITY

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        month, before, sides, people = finding.key
        listed = sorted((x for side in sides for x in self._listed(side)), key=lambda x: (not x[2], -x[1], x[0]))[:LISTED]
        told = {"sources": self._table(month.sources, sides[0].counts()), "uses": self._table(month.uses, sides[1].counts())}
        return Evidence(
            {"psi_in_ppm": "sum of (p - q) * ln(p / q) over the kinds, p and q at least 100 ppm", "cash_in_ppm": "cash / all"},
            {
                **told, "month": str(date_of_day(month.first)), "n_in": month.n_in, "n_out": month.n_out,
                "before": {"month": str(date_of_day(before.first)), "sources": before.sources, "uses": before.uses,
                           "n_in": before.n_in, "n_out": before.n_out} if before is not None else None,
                "investors_by_size": people["size"], "investors_by_region": people["region"],
                "listed": [{"transaction": list(self.world.refs.of(row)), "fen": fen, "kind": kind}
                           for row, fen, _, kind in listed],
            },
            sorted({row for row, *_ in listed}),
            excuses=[Excuse("first_month", before is None, {"month": str(date_of_day(month.first))})],
            thresholds={"money.profile": self.in_force("money.profile", finding.time)},
        )  # fmt: skip

    @staticmethod
    def _table(sums: dict[str, int], counts: dict[str, int]) -> list[dict[str, Any]]:
        return [{"kind": name, "n": counts[name], "fen": fen} for name, fen in sums.items()]

    @staticmethod
    def _listed(side: Side) -> Iterator[tuple[int, int, bool, str]]:
        """(log index, fen, whether it is cash or unknown, kind)."""
        for row, fen, kind in zip(side.rows.tolist(), side.fen.tolist(), side.kind.tolist()):
            yield row, fen, side.names[kind] in ("cash", "unknown"), side.names[kind]


