"""PAY-07 二清 · settlement of other people's card money without a licence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, RED, Detector, Evidence, Finding, ppm
from chuantou.detectors.pay.acquiring import Acquired, is_licensed
from chuantou.detectors.pay.onward import Onward, Rhythm, onward, rhythm
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_windows import MONTH
from chuantou.graph.pots import METHODS
from chuantou.graph.windows import OUT
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

LAG_DAYS = 7  # T+7: how old the sales may be that a payment settles, in days
KEEP_DAYS = 30 + 3 * LAG_DAYS  # a window that ended a week ago, and the sales that its first round may pay for
STEADY_ROUNDS = 4  # so many rounds show by themselves that a fee is steady, where the money's way is disputed [E]
MOST_PAYEES = 500  # asked for relations among each other, the largest first; the others count as related


@dataclass(frozen=True)
class Judged:
    """What was computed of one view, and what its severity rests on."""

    values: dict[str, int]
    severity: int
    amount_fen: int
    amounts: tuple[int, ...]


class SecondClearing(Detector):
    """无证支付·二清: an unlicensed party gets merchants' card money from a licensed acquirer and settles it to them itself.

    Over W = 30 days: ``Q`` = MERCH_SETTLE credits from licensed acquirers, ``D`` = what of them is paid within T+7 to payees
    other than the party's R1/R2, by FIFO roots; ``split = D / Q``. Fires at Q ≥ 500,000 yuan, ≥ 10 payees, split ≥ 0.6 by
    FIFO and pro-rata, ≥ 60 % of the payees paid in 8 rounds (in half of the rounds where there are fewer than 16), and a fee
    ``1 − paid / sales`` of 0.05–5 % with quartiles at most 0.3 pp apart [E]. Red when one receiving account serves ≥ 10 payees
    that have nothing to do with each other, else orange; orange too where only the upper bound is over the split and four
    rounds show the steady fee (old money in the account): that bound is then the amount.
    Clause 二(二)3; 令〔2010〕2号 [S32]; 条例 2024 [L2]. Amounts in fen, shares in ppm.

    >>> SecondClearing.colour(sure=993_800, most=993_800, line=600_000, steady=False, unrelated=14, payees=10)
    4
    >>> SecondClearing.colour(sure=0, most=993_800, line=600_000, steady=True, unrelated=14, payees=10)
    3
    """

    id, clause, family = "PAY-07", "二(二)3", "unlicensed_payment"
    title_zh, title_en = "无证支付（二清）", "unlicensed settlement (second clearing)"
    legal_basis = ("SEED 二(二)3", "令〔2010〕2号 [S32]", "银办发〔2017〕217号 [S13d]", "非银行支付机构监督管理条例 2024 [L2]")
    parameters = ("second_clear", "second_clear.shape")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.acquired = Acquired(world, KEEP_DAYS)

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first < segment.end:
            self.acquired.note(segment)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        rows = self.acquired.close_day(day)
        gate, shape = self.in_force("second_clear", now - 1), self.in_force("second_clear.shape", now - 1)
        if gate is None or shape is None or not len(rows):
            return
        for subject, held in self._busy(rows, gate, now):
            if is_licensed(self.world, subject, day):
                continue
            view = onward(self.world, subject, held, rows, now, shape["window_days"], gate["payees"])
            if view is not None and view.paid and view.paid[-1].day == day:
                yield from self._judge(view, gate, shape)

    def _busy(self, rows: Any, gate: dict[str, Any], now: int) -> list[tuple[str, list[int]]]:
        """Parties with enough settlements and payments, some of them today or through somebody's hands, and their accounts."""
        world = self.world
        log, base = world.ledger.log, world.ledger.base
        accounts, number = np.unique(log.creditor[rows - base], return_inverse=True)
        owner = world.accounts.table.owner[accounts]
        party = np.where(owner == NONE, ~accounts, owner)
        parties, of = np.unique(party, return_inverse=True)
        came = np.zeros(len(parties), np.int64)
        np.add.at(came, of[number], log.fen[rows - base])
        out = []
        for p in np.flatnonzero(came >= gate["min_fen"]).tolist():
            held = accounts[of == p].tolist()
            if owner[of == p][0] != NONE:
                held = sorted({*held, *world.accounts.of_party.get(int(parties[p]), ())})
            paid = sum(int(world.flows.side(OUT, MONTH, account).fen) for account in held if account < len(world.flows.accounts))
            last = max(int(world.ledger.accounts.last_out[account]) for account in held)
            recent = last >= base and log.time[last - base] >= now - (LAG_DAYS + 1) * DAY_US
            if recent and paid >= to_ppm(gate["split"]) * gate["min_fen"] // 1_000_000:
                out.append((world.accounts.owner_name(held[0]), held))
        return sorted(out)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, view: Onward, gate: dict[str, Any], shape: dict[str, Any]) -> Iterator[Finding]:
        beat = rhythm(view.came, [(p.day, p.payee, p.fen) for p in view.paid], shape["times"], LAG_DAYS)
        enough = view.received_fen >= gate["min_fen"] and len(view.payees) >= gate["payees"]
        if not enough or not self.fits(beat, len(view.payees), shape):
            return
        groups = self._groups(view)
        judged = self._measure(view, beat, groups, gate)
        if judged.severity == NO_SEVERITY:
            return
        last = int(view.time[view.paid[-1].at])
        first = min(int(view.time[at]) for at in view.credits)
        names = self.world.accounts.ids.names
        accounts = {names[int(view.pots.creditor[at])] for at in view.credits} | set(view.hands)
        yield Finding(
            self.id, view.subject, last, judged.severity, judged.amount_fen, judged.values, (first, last),
            low_fen=min(judged.amounts), high_fen=max(judged.amounts), accounts=tuple(sorted(accounts)), known=view.now,
            key=(view, groups), flags=("truncated",) if view.pots.truncated else (),
        )  # fmt: skip

    @staticmethod
    def fits(beat: Rhythm, payees: int, shape: dict[str, Any]) -> bool:
        """Whether payees recur and the fee is that of a settlement service."""
        low, high = map(to_ppm, shape["fee"])
        steady = beat.spread_ppm <= to_ppm(shape["spread"]) and low <= beat.fee_ppm <= high
        return steady and ppm(beat.recurring, payees) >= to_ppm(shape["recurring"])

    def _measure(self, view: Onward, beat: Rhythm, groups: dict[str, str], gate: dict[str, Any]) -> Judged:
        received = view.received_fen
        parts = {method: view.settled(method, gate["days"]) for method in METHODS}
        settled = {method: sum(sum(some.values()) for some in payments) for method, payments in parts.items()}
        most = max(view.most_settled(gate["days"]), *settled.values())
        served: dict[int, set[str]] = {}
        for p, roots in zip(view.paid, parts["fifo"]):
            for root in roots:
                served.setdefault(int(view.pots.creditor[root]), set()).add(groups[p.payee])
        unrelated = max(map(len, served.values()), default=0)
        split = {method: ppm(fen, received) for method, fen in settled.items()}
        severity = self.colour(
            min(split["fifo"], split["prorata"]), ppm(most, received), to_ppm(gate["split"]), beat.rounds >= STEADY_ROUNDS,
            unrelated, gate["payees"],
        )  # fmt: skip
        values = {
            "settled_fen": settled["fifo"],
            "split_ppm": split["fifo"],
            "split_prorata_ppm": split["prorata"],
            "split_lifo_ppm": split["lifo"],
            "split_maxflow_ppm": ppm(most, received),
            "received_fen": received,
            "n_payees": len(view.payees),
            "n_unrelated": unrelated,
            "recurring_ppm": ppm(beat.recurring, len(view.payees)),
            "fee_ppm": beat.fee_ppm,
            "fee_spread_ppm": beat.spread_ppm,
            "lag_days": beat.lag_days,
            "rounds": beat.rounds,
        }
        amount = settled["fifo"] if split["fifo"] >= to_ppm(gate["split"]) else most
        return Judged(values, severity, amount, (*settled.values(), most))

    @staticmethod
    def colour(sure: int, most: int, line: int, steady: bool, unrelated: int, payees: int) -> int:
        """Severity of a split in ppm: ``sure`` by FIFO and pro-rata, ``most`` by the upper bound."""
        if sure >= line:
            return RED if unrelated >= payees else ORANGE
        return ORANGE if steady and most >= line else NO_SEVERITY

    def _groups(self, view: Onward) -> dict[str, str]:
        """Each payee's trade: payees tied to each other in any way, by address too, are one, named by the first of them."""
        day = shanghai_day(view.now - 1)
        paid: dict[str, int] = {}
        for p in view.paid:
            paid[p.payee] = paid.get(p.payee, 0) + p.fen
        asked = sorted(paid, key=lambda payee: (-paid[payee], payee))[:MOST_PAYEES]
        group = {payee: payee if payee in asked else asked[0] for payee in paid}
        for payee in sorted(asked):
            ties = () if payee.startswith("account:") else self.world.register.related(payee, day)
            joined = {group[payee], *(group[other] for other in ties if other in group)}
            name = min(joined)
            group = {who: name if old in joined else old for who, old in group.items()}
        return group

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        view, groups = finding.key
        pots, names, paid = view.pots, self.world.accounts.ids.names, {p.at: p for p in view.paid}
        rows = [
            {
                "transaction": list(self.world.refs.of(int(pots.rows[i]))),
                "time": int(view.time[i]),
                "day": shanghai_day(int(view.time[i])),
                "payer": None if pots.enters[i] else names[pots.debtor[i]],
                "payee": None if pots.leaves[i] else names[pots.creditor[i]],
                "fen": int(pots.fen[i]),
                "settlement": i in view.credits,
                "paid_to": paid[i].payee if i in paid else None,
                "trade": groups[paid[i].payee] if i in paid else None,
            }
            for i in range(view.paid[-1].at + 1)
        ]
        day = shanghai_day(finding.time)
        related = {} if view.subject.startswith("account:") else self.world.register.related(view.subject, day)
        owners = {self.world.accounts.owner_name(self.world.accounts.ids.get(name)) for name in view.hands}
        return Evidence(
            {
                "settled_fen": "sum of settlement fen paid within T+days to payees, by FIFO",
                "fee_ppm": "median over rounds of 1 - paid / sales, at the lag where it is the steadiest",
            },
            {
                "openings": [[names[account], fen] for account, fen in pots.openings],
                "transfers": rows,
                "sales": [[day, fen] for day, fen in view.came],
                "hands": view.hands,
                "days": [view.first_day, view.last_day],
            },
            transactions=[int(index) for index in pots.rows[: view.paid[-1].at + 1]],
            related={
                party: {"tier": related[party].tier, "path": [link_row(link) for link in related[party].path]}
                for party in sorted(owners) if party in related
            },
            excuses=view.excuses,
            thresholds={
                "second_clear": self.in_force("second_clear", finding.time),
                "second_clear.shape": self.in_force("second_clear.shape", finding.time),
                "lag_days": LAG_DAYS,
                "steady_rounds": STEADY_ROUNDS,
            },
        )  # fmt: skip
