"""YLD-03 交叉补贴、使用其他客户资金 · cross-subsidy."""

from collections.abc import Iterator
from typing import NamedTuple

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, ppm, zero_tolerance
from chuantou.detectors.related_evidence import related_paths
from chuantou.detectors.sources import (
    BORROWER,
    CLIENTS,
    CROSS,
    GUARANTOR,
    MANNERS,
    OTHERS,
    OWN,
    Sources,
    stop_of,
)
from chuantou.detectors.yld.payments import payment_rows, payouts_of, sources_of
from chuantou.graph.interest import BONUS, FEE, INTEREST, RECEIVED, ProductLegs
from chuantou.graph.pots import METHODS
from chuantou.schemas.clock import day_start_us
from chuantou.schemas.rules import to_ppm

WINDOW_DAYS = 30


class Judged(NamedTuple):
    """What a finding rests on."""

    product: str
    day: int
    legs: ProductLegs
    sources: Sources
    stop: int
    earmarked: tuple[int, ...]


class CrossSubsidy(Detector):
    """交叉补贴: investors of one product are paid interest out of other products' interest or other clients' principal.

    Per product, over 30 days: ``excess = Σ interest and bonuses paid − (Σ interest received − fees)``, no more than it is since
    the product's beginning; less what own and licensed guarantors' money paid of it. ``cross = min(excess, what of the
    payouts came from borrowers of other products or from other clients' principal)`` by FIFO, pro-rata, LIFO and at most;
    gross, product by product: what another product earned too much excuses nothing. Fires at 5 % of the payouts [E], FIFO
    and pro-rata both over it; severity by zero tolerance. Judged at day closes. Clause 三(四).
    Fen and ppm.

    >>> CrossSubsidy.graded(fen=1_500_000, payouts=30_000_000, line=50_000)
    2
    """

    id, clause, family = "YLD-03", "三(四)", "yield"
    title_zh, title_en = "交叉补贴或使用其他客户资金", "cross-subsidy of yields"
    legal_basis = ("SEED 三(四)",)
    parameters = ("yld.subsidy",)
    sectors = ("P2P", "ECF", "AM", "ILF")

    def day_close(self, day: int) -> Iterator[Finding]:
        now, interest = day_start_us(day + 1), self.world.interest
        gate = self.in_force("yld.subsidy", now - 1)
        if gate is None:
            return
        mine, pots = set(self.institutions()), dict[str, Sources]()
        for key, product in sorted(interest.touched):
            legs = interest.of[key][product]
            paid, excess = self._excess(legs, day)
            if key not in mine or ppm(excess, paid) < to_ppm(gate["cross"]):
                continue
            if key not in pots:
                pots[key] = sources_of(self.world, key, now)
            yield from self._judge(key, product, legs, pots[key], day, to_ppm(gate["cross"]))

    @staticmethod
    def _excess(legs: ProductLegs, day: int) -> tuple[int, int]:
        """What was paid in the window, and what of it no borrower of the product paid."""
        since = day - WINDOW_DAYS + 1
        paid = legs.total(INTEREST, BONUS, since=since)
        month = paid + legs.total(FEE, since=since) - legs.total(RECEIVED, since=since)
        return paid, max(0, min(paid, month, legs.net))

    def _judge(
        self, key: str, product: str, legs: ProductLegs, sources: Sources, day: int, line: int
    ) -> Iterator[Finding]:
        now, since = day_start_us(day + 1), day - WINDOW_DAYS + 1
        paid, excess = self._excess(legs, day)
        payouts = payouts_of(legs, since, self.world.ledger.base)
        stop, weighed = stop_of(sources, payouts), sources.weigh(product, payouts)
        earmarked = tuple(sources.earmarked(product, day_start_us(since), stop))
        tagged = sum(int(sources.pots.fen[i]) for i in earmarked)
        left = {method: max(0, excess - weighed.support(method, tagged, OWN, GUARANTOR)) for method in METHODS}
        cross: dict[str, int] = {method: min(left[method], weighed.fen(method, CROSS, OTHERS)) for method in METHODS}
        most = min(weighed.through_pots, sources.brought(stop, CLIENTS, BORROWER))
        most += weighed.direct[CROSS] + weighed.direct[OTHERS]
        cross["maxflow"] = max(min(max(left.values()), most), *cross.values())
        severity = min(self.graded(cross[method], paid, line) for method in ("fifo", "prorata"))
        if severity == NO_SEVERITY:
            return
        values = {
            "payouts_fen": paid,
            "excess_fen": excess,
            "cross_fen": cross["fifo"],
            "cross_ppm": ppm(cross["fifo"], paid),
            **{f"cross_{name}_fen": cross[name] for name in MANNERS[1:]},
            "other_products_fen": weighed.fen("fifo", CROSS),
            "other_clients_fen": weighed.fen("fifo", OTHERS),
        }
        names, log, base = self.world.accounts.ids.names, self.world.ledger.log, self.world.ledger.base
        yield Finding(
            self.id, key, now - 1, severity, cross["fifo"], values, (int(log.time[payouts[0][0] - base]), now - 1),
            low_fen=min(cross.values()), high_fen=cross["maxflow"], known=now,
            accounts=tuple(sorted({names[log.debtor[row - base]] for row, _ in payouts})),
            flags=("truncated",) if sources.pots.truncated else (),
            key=Judged(product, day, legs.copy(), sources, stop, earmarked),
        )  # fmt: skip

    @staticmethod
    def graded(fen: int, payouts: int, line: int) -> int:
        """Severity of a cross-subsidy of ``payouts``; ``line`` in ppm."""
        return zero_tolerance(fen) if fen and ppm(fen, payouts) >= line else NO_SEVERITY

    def evidence(self, finding: Finding) -> Evidence:
        j: Judged = finding.key
        since = j.day - WINDOW_DAYS + 1
        payments = payment_rows(j.sources, j.legs, 0)
        pots = j.sources.inputs(j.stop, list(j.earmarked))
        listed = [row for leg in j.legs.legs for row in leg.rows.tolist()] + j.sources.pots.rows[: j.stop].tolist()
        parties = {row["party"] for row in pots["transfers"]} | {payment["root_party"] for payment in payments}
        return Evidence(
            {
                "excess_fen": "min(paid - (received - fees) of the window, the same since the beginning, paid)",
                "cross_*_fen": "min(excess - own and guarantors' money, other products' and other clients' money in the payouts)",
            },
            {
                "product": j.product,
                "day": j.day,
                "first_day": since,
                "before_paid_fen": j.legs.before_paid,
                "before_received_fen": j.legs.before_received,
                "payments": payments,
                **pots,
            },
            sorted({row for row in listed if row >= self.world.ledger.base}),
            related=related_paths(self.world, finding.subject, {party for party in parties if party}),
            thresholds={
                "yld.subsidy": self.in_force("yld.subsidy", finding.time),
                "zero_tolerance_fen": ZERO_TOLERANCE_FEN,
            },
        )
