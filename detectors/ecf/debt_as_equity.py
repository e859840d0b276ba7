"""ECF-03 明股实债 · debt dressed as equity."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import PPM, YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.ecf.projects import Paid, Stake, sigma_ppm
from chuantou.detectors.phrases import says
from chuantou.graph.accounts import NONE
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

LEAST_DAYS = 180  # six months from the first money in to the last payment
KEEP_DAYS = 36 * 30 + 180  # 36 months for a repurchase, and a margin
REPURCHASE_DAYS = 36 * 30
BOUGHT_BACK = 5  # investors
SPREAD_PPM = 10_000  # results vary when they differ by so much
WORDS = ("回购", "到期退出", "固定收益", "保底", "差额补足", "本金兜底")


@dataclass
class Project:
    """A listing or product of a crowdfunding platform."""

    platform: str
    name: str
    issuer: str
    guarantors: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    clause: str | None = None  # what its text says of a repurchase
    results: list[tuple[int, int]] = field(default_factory=list)  # (µs, project return in ppm)
    stakes: dict[str, Stake] = field(default_factory=dict)
    sold_to: dict[str, int] = field(default_factory=dict)  # investor -> day on which the issuer's side took his claim at par


class DebtAsEquity(Detector):
    """明股实债: an equity project that pays like a loan.

    For a project of ≥ 5 investors, six months and more from the first money in to the last payment out of the issuer's, its
    guarantors' or the platform's side – whatever the payment is called: (a, .5) ≥ 80 % of the investors are paid at equal
    spacing (± 3 days), and σ of their rates is ≤ 0.5 pp; (b, .2) payments are of one size while the project's results vary,
    or in spite of a loss; (c, .5) its text promises a repurchase, or ≥ 5 investors got par or more back within 36 months.
    Fires at a score of 0.7 [E]; severity by zero tolerance of what was put in, at least yellow. Rates: simple interest,
    act/365, money-weighted. Not an issuer with a financial licence; dividends by results are not of one size. Judged at day
    closes for the day's last payment. Clause 二(六)1. Amounts in fen.

    >>> DebtAsEquity.score(regular=True, fixed=False, repurchase=True, weights={"a": 0.5, "b": 0.2, "c": 0.5})
    1000000
    """

    id, clause, family = "ECF-03", "二(六)1", "client_money"
    title_zh, title_en = "明股实债", "debt dressed as equity"
    legal_basis = ("SEED 二(六)1",)
    parameters = ("debt.equity",)
    sectors = ("ECF",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.projects: dict[tuple[str, str], Project] = {}
        self.claims: dict[tuple[str, str], tuple[str, str]] = {}  # (platform, claim) -> (project, investor)
        self.touched: dict[tuple[str, str], int] = {}

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        events = [event for _, event in segment.events if isinstance(event, ProductEvent)]
        mine = set(self.institutions()) if events else set()
        for e in events:
            if e.platform in mine:
                self._take(e)
        yield from ()

    def _take(self, e: ProductEvent) -> None:
        name = e.listing or e.product or ""
        key = e.platform, name
        if e.type in ("LISTING", "PRODUCT") and (e.borrower or e.issuer):
            project = self.projects.setdefault(key, Project(e.platform, name, e.borrower or e.issuer or ""))
            project.told.append((e.source_id, e.event_id))
            project.clause = project.clause or says(e.describe, WORDS)
            if e.guarantor is not None:
                project.guarantors.append(e.guarantor)
            if e.project_return_ppm is not None:
                project.results.append((e.event_time, e.project_return_ppm))
                self._touch(key, e.event_time)
        elif e.type == "SUBSCRIBE" and key in self.projects and e.investor is not None and e.amount_fen is not None:
            stake = self.projects[key].stakes.setdefault(e.investor, Stake())
            stake.put.append(Paid(e.event_time, e.amount_fen, e.source_id, e.event_id, NONE))
            if e.claim is not None:
                self.claims[e.platform, e.claim] = (name, e.investor)
        elif e.type == "CLAIM_TRANSFER" and e.to_party is not None:
            name, investor = self.claims.get((e.platform, e.claim or ""), ("", ""))
            sold = self.projects.get((e.platform, name))
            at_par = (e.amount_fen or 0) >= (e.principal_fen or 0) > 0
            if sold is not None and at_par and e.to_party in self._side(sold, shanghai_day(e.event_time)):
                sold.sold_to[investor] = shanghai_day(e.event_time)
                sold.told.append((e.source_id, e.event_id))
                self._touch((e.platform, name), e.event_time)

    def _touch(self, key: tuple[str, str], time: int) -> None:
        self.touched[key] = max(time, self.touched.get(key, 0))

    def _side(self, project: Project, day: int) -> set[str]:
        """Issuer and guarantors with whom they are in one control, and the platform."""
        side = {project.platform}
        for party in (project.issuer, *project.guarantors):
            related = self.world.register.related(party, day)
            side |= {party, *(name for name, relation in related.items() if one_control(relation))}
        return side

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        if self.projects:
            self._paid(day, now)
        for key in sorted(self.touched):
            yield from self._judge(self.projects[key], self.touched[key], now)
        self.touched.clear()
        old = [key for key, p in self.projects.items() if self._last_day(p) < day - KEEP_DAYS]
        for key in old:
            del self.projects[key]
        if old:
            self.claims = {claim: held for claim, held in self.claims.items() if (claim[0], held[0]) in self.projects}

    @staticmethod
    def _last_day(project: Project) -> int:
        times = [paid.time for stake in project.stakes.values() for paid in (*stake.put, *stake.got)]
        return shanghai_day(max(times, default=0)) if times else KEEP_DAYS * 1_000

    def _paid(self, day: int, now: int) -> None:
        """Payments of the day to investors of projects, by the issuer's side, whatever they are called."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        rows = world.ledger.rows_of(now - DAY_US, now)
        investors = {world.parties.get(who) for p in self.projects.values() for who in p.stakes} - {NONE}
        if not len(rows) or not investors:
            return
        at = rows - base
        hits = rows[np.isin(log.payee[at], np.array(sorted(investors), np.int64)) & (log.payer[at] != log.payee[at])].tolist()
        sides = {key: self._side(p, day) for key, p in sorted(self.projects.items())} if hits else {}
        for row in hits:
            payee, payer = world.parties.names[log.payee[row - base]], world.accounts.owner_name(int(log.debtor[row - base]))
            for key, side in sides.items():
                stake = self.projects[key].stakes.get(payee)
                if stake is not None and payer in side:
                    time, fen = int(log.time[row - base]), int(log.fen[row - base])
                    stake.got.append(Paid(time, fen, *world.refs.of(row), row))
                    self._touch(key, time)

    def _judge(self, project: Project, time: int, now: int) -> Iterator[Finding]:
        pack, stakes = self.in_force("debt.equity", time), project.stakes
        paid = {who: stake for who, stake in sorted(stakes.items()) if stake.got}
        if pack is None or len(stakes) < pack["investors"] or not paid or self._licensed(project.issuer, time):
            return
        first = min(p.time for stake in stakes.values() for p in stake.put)
        if shanghai_day(time) - shanghai_day(first) < LEAST_DAYS:
            return
        regular = {who: stake for who, stake in paid.items() if stake.is_regular()}
        sigma = sigma_ppm([stake.rate_ppm() for stake in regular.values()])
        even = len(regular) * PPM >= to_ppm(pack["share"]) * len(stakes) and sigma <= to_ppm(pack["sigma"])
        back = self._bought_back(project, shanghai_day(first))
        score = self.score(even, self._by_no_results(project, regular), bool(project.clause) or len(back) >= BOUGHT_BACK,
                           pack["weights"])  # fmt: skip
        if score < to_ppm(pack["fires"]):
            return
        put = sum(stake.put_fen for stake in stakes.values())
        values = {"irr_sigma_ppm": sigma, "score_ppm": score, "n_investors": len(stakes), "n_regular": len(regular),
                  "n_bought_back": len(back)}  # fmt: skip
        told = {who: Stake(list(stake.put), list(stake.got)) for who, stake in sorted(stakes.items())}
        yield Finding(
            self.id, project.platform, time, max(YELLOW, zero_tolerance(put)), put, values, (first, time), known=now,
            others=(project.issuer, *project.guarantors),
            key=(project.name, told, tuple(project.results), dict(project.sold_to), project.clause, tuple(project.told)),
        )  # fmt: skip

    @staticmethod
    def score(regular: bool, fixed: bool, repurchase: bool, weights: dict[str, float]) -> int:
        """Σ of the weights of what holds, in ppm; at most 1,000,000."""
        held = zip((regular, fixed, repurchase), ("a", "b", "c"))
        return min(PPM, sum(to_ppm(weights[name]) for holds, name in held if holds))

    @staticmethod
    def _by_no_results(project: Project, regular: dict[str, Stake]) -> bool:
        """(b): everybody's payments are of one size although results vary, or although a loss had been told."""
        results = [ppm for _, ppm in project.results]
        if not results or not regular or not all(stake.is_fixed() for stake in regular.values()):
            return False
        losses = [time for time, ppm in project.results if ppm < NO_SEVERITY]
        after_loss = bool(losses) and any(paid.time > losses[0] for stake in regular.values() for paid in stake.got)
        return after_loss or max(results) - min(results) >= SPREAD_PPM

    @staticmethod
    def _bought_back(project: Project, first: int) -> list[str]:
        """Investors who got par or more back from the issuer's side within 36 months."""
        by_claim = {who for who, day in project.sold_to.items() if day - first <= REPURCHASE_DAYS}
        by_money = {
            who for who, stake in project.stakes.items()
            if stake.is_bought_back() and stake.returns()[-1][0] - first <= REPURCHASE_DAYS
        }  # fmt: skip
        return sorted(by_claim | by_money)

    def _licensed(self, issuer: str, time: int) -> bool:
        """A licensed issuer discloses its preferred shares to its own supervisor."""
        return bool(self.world.register.licences(issuer, shanghai_day(time)))

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        name, stakes, results, sold_to, clause, told = finding.key
        base = self.world.ledger.base

        def rows(paid: list[Paid]) -> list[dict[str, Any]]:
            return [{"event": [p.source, p.event], "day": shanghai_day(p.time), "time": p.time, "fen": p.fen} for p in paid]

        everything = [paid for stake in stakes.values() for paid in (*stake.put, *stake.got)]
        licences = sorted({k.kind for k in self.world.register.licences(finding.others[0], shanghai_day(finding.time))})
        return Evidence(
            {"irr_sigma_ppm": "σ of the simple money-weighted rates of the investors paid at equal spacing"},
            {
                "project": name,
                "investors": [{"investor": who, "put": rows(stake.put), "got": rows(stake.got), "sold_day": sold_to.get(who)}
                              for who, stake in stakes.items()],
                "results": [list(result) for result in results],
                "clause": clause,
                "judged_at": finding.time,
            },
            sorted({paid.row for paid in everything if paid.row >= base}),
            sorted({(paid.source, paid.event) for paid in everything if paid.row < base} | set(told)),
            excuses=[Excuse("LA-DIV", False, {"issuer": finding.others[0], "licences": licences})],
            thresholds={"debt.equity": self.in_force("debt.equity", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
