"""YLD-02 自有资金补贴 · own-money subsidy."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, ppm, zero_tolerance
from chuantou.detectors.related_evidence import related_paths
from chuantou.detectors.sources import MANNERS, OWN, Sources, stop_of
from chuantou.detectors.yld.payments import payment_rows, payouts_of, sources_of
from chuantou.graph.interest import BONUS, FEE, INTEREST, RECEIVED, VIEW_DAYS, ProductLegs, principal_days
from chuantou.graph.pots import METHODS
from chuantou.schemas.clock import day_start_us
from chuantou.schemas.rules import to_ppm

MONTH_DAYS = 30
YEAR_DAYS = 365


class Judged(NamedTuple):
    """What a finding rests on: the product's legs as they stood, and the pots."""

    product: str
    day: int
    legs: ProductLegs
    sources: Sources
    stop: int
    earmarked: tuple[int, ...]
    claims: tuple[tuple[str, int, int], ...]


class OwnMoneySubsidy(Detector):
    """自有资金补贴: the platform pays its investors more than its borrowers pay, out of its own pocket.

    Per product, since its beginning: ``net = Σ interest and bonuses paid to investors − (Σ interest received from borrowers −
    fees taken out of it)``; ``subsidy = min(net, what of those payments came from Own(P), R1 and R2)`` by FIFO, pro-rata, LIFO
    and at most; own money that enters designated custody for the product, or as a bonus, counts by its tag. Fires when net
    stood above zero at ≥ 30 day closes in a row and the subsidy is ≥ 10 % of what was paid, or ≥ 100,000 yuan within 30 days
    [E]; FIFO and pro-rata must both be over the line. ``all_in_yield = Σ paid · 365 / Σ principal · days``. Severity by zero
    tolerance. Clause 三(四). Fen, ppm a year (act/365).

    >>> OwnMoneySubsidy.graded(fen=1_116_438, paid=3_335_616, month=1_116_438, line=(100_000, 10_000_000))  # golden case G9
    2
    """

    id, clause, family = "YLD-02", "三(四)", "yield"
    title_zh, title_en = "以自有资金变相补贴", "own-money subsidy of yields"
    legal_basis = ("SEED 三(四)",)
    parameters = ("yld.subsidy",)
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.above: dict[tuple[str, str], int] = {}  # (institution, product) -> first day of the run above zero

    def day_close(self, day: int) -> Iterator[Finding]:
        now, interest = day_start_us(day + 1), self.world.interest
        gate = self.in_force("yld.subsidy", now - 1)
        standing = {}
        pots: dict[str, Sources] = {}
        for key in self.institutions():
            for product, legs in sorted(interest.of.get(key, {}).items()):
                if legs.net <= 0:
                    continue
                since = standing[key, product] = self.above.get((key, product), day)
                run = day - since + 1
                due = gate is not None and run >= gate["days"] and (run == gate["days"] or (key, product) in interest.touched)
                if due and not self.world.ended:  # that no borrower pays after the end of the data says nothing
                    if key not in pots:
                        pots[key] = sources_of(self.world, key, now)
                    yield from self._judge(key, product, legs, pots[key], day, min(run, VIEW_DAYS), gate)
        self.above = standing

    def _judge(
        self, key: str, product: str, legs: ProductLegs, sources: Sources, day: int, run: int, gate: dict[str, Any]
    ) -> Iterator[Finding]:
        now, base = day_start_us(day + 1), self.world.ledger.base
        payouts = payouts_of(legs, 0, base)
        stop, weighed = stop_of(sources, payouts), sources.weigh(product, payouts)
        earmarked = tuple(i for i in sources.earmarked(product, 0, stop) if sources.came[i].kind == OWN)
        tagged = sum(int(sources.pots.fen[i]) for i in earmarked)
        own: dict[str, int] = {method: min(legs.net, weighed.support(method, tagged, OWN)) for method in METHODS}
        most = weighed.direct[OWN] + min(weighed.through_pots, sources.brought(stop, OWN))
        own["maxflow"] = max(min(legs.net, most), *own.values())
        paid = legs.before_paid + legs.total(INTEREST, BONUS)
        month = legs.total(INTEREST, BONUS, FEE, since=day - MONTH_DAYS + 1) - legs.total(RECEIVED, since=day - MONTH_DAYS + 1)
        line = (to_ppm(gate["share"]), gate["month_fen"])
        severity = min(self.graded(own[method], paid, min(own[method], month), line) for method in ("fifo", "prorata"))
        if severity == NO_SEVERITY:
            return
        claims = tuple(principal_days(self.world.obligations.books.get(key), product, day))
        weighted = sum(fen * days for _, fen, days in claims)
        values = {
            "subsidy_fen": own["fifo"],
            "subsidy_ppm": ppm(own["fifo"], paid),
            "all_in_yield_ppm": paid * YEAR_DAYS * 1_000_000 // weighted if weighted else 0,
            "paid_fen": paid,
            "received_fen": paid - legs.net,
            **{f"subsidy_{name}_fen": own[name] for name in MANNERS[1:]},
            "month_fen": max(0, min(own["fifo"], month)),
            "days": run,
        }
        names, log = self.world.accounts.ids.names, self.world.ledger.log
        first = int(log.time[payouts[0][0] - base]) if payouts else now - 1
        yield Finding(
            self.id, key, now - 1, severity, own["fifo"], values, (first, now - 1), low_fen=min(own.values()),
            high_fen=own["maxflow"], known=now, flags=("truncated",) if sources.pots.truncated else (),
            accounts=tuple(sorted({names[log.debtor[row - base]] for row, _ in payouts})),
            key=Judged(product, day, legs.copy(), sources, stop, earmarked, claims),
        )  # fmt: skip

    @staticmethod
    def graded(fen: int, paid: int, month: int, line: tuple[int, int]) -> int:
        """Severity of a subsidy of what was ``paid``, of which ``month`` within 30 days; ``line``: (ppm, fen)."""
        fires = fen > 0 and (ppm(fen, paid) >= line[0] or month >= line[1])
        return zero_tolerance(fen) if fires else NO_SEVERITY

    def evidence(self, finding: Finding) -> Evidence:
        j: Judged = finding.key
        payments = payment_rows(j.sources, j.legs, 0)
        pots = j.sources.inputs(j.stop, list(j.earmarked))
        listed = [row for leg in j.legs.legs for row in leg.rows.tolist()] + j.sources.pots.rows[: j.stop].tolist()
        parties = {row["party"] for row in pots["transfers"]} | {payment["root_party"] for payment in payments}
        return Evidence(
            {
                "subsidy_*_fen": "min(paid - received, own money in the payouts by manner)",
                "received_fen": "sum of received - sum of fee, and before_received_fen",
                "month_fen": "min(subsidy, paid - received of the last 30 days)",
                "all_in_yield_ppm": "paid * 365 * 10^6 / sum(fen * days of claims)",
                "days": "day closes in a row with paid > received",
            },
            {
                "product": j.product,
                "day": j.day,
                "before_paid_fen": j.legs.before_paid,
                "before_received_fen": j.legs.before_received,
                "payments": payments,
                "claims": j.claims,
                **pots,
            },
            sorted({row for row in listed if row >= self.world.ledger.base}),
            related=related_paths(self.world, finding.subject, {party for party in parties if party}),
            thresholds={
                "yld.subsidy": self.in_force("yld.subsidy", finding.time),
                "zero_tolerance_fen": ZERO_TOLERANCE_FEN,
                "view_days": VIEW_DAYS,
            },
        )
