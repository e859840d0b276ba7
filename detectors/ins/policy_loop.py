"""INS-04 借道保险集资 · fund-raising by way of insurance policies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, RED, YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, zero_tolerance
from chuantou.detectors.ins.policy_chains import NO_PAYOUT, Chain, Outlay, Policies, Premium, kin_of, outlays
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.p2p.proceeds import Loan, Proceeds, follow_proceeds
from chuantou.detectors.p2p.self_financing import trace_inputs
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

PREMIUM = CLASS_ID["PREMIUM"]
WINDOW_DAYS = 30  # from the premium to the collector
INVESTORS_DAYS = 60  # how far back payers of the collector are counted
MANNERS = ("fifo", "prorata", "lifo", "maxflow")


@dataclass(frozen=True)
class Shown:
    parties: tuple[str, ...]
    chains: tuple[tuple[Chain, Proceeds], ...]
    outlays: tuple[Outlay, ...]
    investors: tuple[str, ...]


class PolicyLoop(Detector):
    """借道保险集资: policies are bought, surrendered or borrowed on at once, and the money goes to one collector.

    A chain: within 30 days of the first premium a person, or kin on file, gets ≥ 80 % of the premiums back from the licensed
    insurer (no claim), and ≥ 80 % of that is paid on, by him, by kin whom he paid or by the insurer for the same order, to
    parties in one control (R1) who are neither insurer nor bank. Fires at chains of ≥ 5 persons to a collector whom ≥ 10
    persons paid in 60 days [E]: zero tolerance of the lesser of what FIFO and pro-rata say reached it of the payouts; orange
    where pro-rata is over the first line and the max-flow over red (G16). Subjects: the collector; each insurer through which ≥ 5
    of them went, yellow. Judged at day closes. Clause 二(七). Amounts in fen.

    >>> PolicyLoop.colour(fifo=0, prorata=2_000_000, most=120_000_000)
    3
    >>> PolicyLoop.colour(fifo=20_000_000, prorata=150_000_000, most=150_000_000)
    3
    """

    id, clause, family = "INS-04", "二(七)", "insurance"
    title_zh, title_en = "借道保险集资", "fund-raising by way of policies"
    legal_basis = ("SEED 二(七)", "防范和处置非法集资条例 [L1]")
    parameters = ("ins.loop",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.policies = Policies(WINDOW_DAYS)
        self.insurers: dict[int, str] = {}  # licensed payees of premiums, by party id
        self.chains: dict[int, Chain] = {}  # by the payout's log index
        self._end = 0

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        yield from ()

    def _note(self, rows: NDArray[np.int64], day: int) -> None:
        """Take the day's premiums and payouts of licensed insurers, in booking order."""
        world, names = self.world, self.world.parties.names
        log, at = world.ledger.log, rows - world.ledger.base
        payer, payee = log.payer[at], log.payee[at]
        came = (log.flow_class[at] == PREMIUM) & (payer != NONE) & world.party_table.person[payer] & (payee != NONE)
        for party in np.unique(payee[came]).tolist():
            if world.register.has_licence(names[party], "insurance", day):
                self.insurers[party] = names[party]
        known = np.array(sorted(self.insurers), np.int32)
        came &= np.isin(payee, known)
        for i in np.flatnonzero(came | (np.isin(payer, known) & (payer != payee))).tolist():
            self._move(int(rows[i]), bool(came[i]))

    def _move(self, row: int, premium: bool) -> None:
        world, names = self.world, self.world.parties.names
        log, at = world.ledger.log, row - world.ledger.base
        time, fen, order, payer, payee = (int(c[at]) for c in (log.time, log.fen, log.order, log.payer, log.payee))
        if premium:
            self.policies.pay_in(Premium(time, row, names[payer], names[payee], fen, order))
            return
        share = self.in_force("ins.loop", time)
        if share is None or hard_class(world, row) in NO_PAYOUT:
            return
        person = self._policyholder(names[payee] if payee != NONE else None, order, time)
        if person is not None:
            found = self.policies.pay_out(person, names[payer], time, row, fen, to_ppm(share["back"]))
            self.chains.update({chain.row: chain for chain in found})

    def _policyholder(self, payee: str | None, order: int, time: int) -> str | None:
        """Whose premiums a payout gives back: those of the same order, the payee's own, or of his kin."""
        held = self.policies.premiums
        if order in self.policies.orders:
            return self.policies.orders[order]
        if payee is None or not payee.startswith("person:"):
            return None
        kin = sorted(kin_of(self.world, payee, shanghai_day(time)) & held.keys()) if payee not in held else [payee]
        return kin[0] if kin else None

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        first, self._end = self._end, self.world.ledger.end
        if first < self._end:
            self._note(np.arange(first, self._end), day)
        pack = self.in_force("ins.loop", now - 1)
        self.policies.forget(now - WINDOW_DAYS * DAY_US)
        self.chains = {row: c for row, c in self.chains.items() if c.time >= now - 2 * WINDOW_DAYS * DAY_US}
        if pack is None or not self.chains:
            return
        paid = {row: outlays(self.world, chain, min(now - 1, chain.until)) for row, chain in sorted(self.chains.items())}
        new = {outlay.payee for some in paid.values() for outlay in some if outlay.row >= first}
        done: set[str] = set()
        for payee in sorted(new):
            if payee not in done:
                parties = self._cluster(payee, {outlay.payee for some in paid.values() for outlay in some}, day)
                done.update(parties)
                yield from self._judge(parties, paid, now, pack)

    def _cluster(self, payee: str, payees: set[str], day: int) -> tuple[str, ...]:
        """The payee and other payees in one control with it, sorted."""
        if payee.startswith("account:"):
            return (payee,)
        related = self.world.register.related(payee, day)
        return tuple(sorted({payee, *(p for p in related if p in payees and one_control(related[p]))}))

    def _judge(
        self, parties: tuple[str, ...], paid: dict[int, list[Outlay]], now: int, pack: dict[str, Any]
    ) -> Iterator[Finding]:
        share = to_ppm(pack["passed"])
        reached: dict[int, list[Outlay]] = {}
        for row, some in paid.items():
            mine = [outlay for outlay in some if outlay.payee in parties]
            if mine and sum(outlay.fen for outlay in mine) * 1_000_000 >= share * self.chains[row].fen:
                reached[row] = mine
        people = {self.chains[row].person for row in reached}
        day = shanghai_day(now - 1)
        kinds = {licence.kind for party in parties for licence in self.world.register.licences(party, day)}
        if len(people) < pack["chains"] or kinds & {"insurance", "bank"}:
            return
        accounts = self._accounts(parties)
        investors = tuple(sorted({*self._payers(accounts, now), *people}))
        if len(investors) < pack["investors"]:
            return
        traced = tuple((self.chains[row], self._follow(self.chains[row], accounts, now)) for row in sorted(reached))
        spent = tuple(sorted(outlay for some in reached.values() for outlay in some))
        yield from self._tell(Shown(parties, traced, spent, investors), people, now, pack)

    def _accounts(self, parties: tuple[str, ...]) -> list[int]:
        ids = self.world.accounts.ids
        loose = [ids.get(party.removeprefix("account:")) for party in parties if party.startswith("account:")]
        held = [a for p in parties for a in self.world.accounts.of_party.get(self.world.parties.get(p), ())]
        return sorted({*loose, *held})

    def _payers(self, accounts: list[int], now: int) -> list[str]:
        """Persons who paid the collector in the last days."""
        log = self.world.ledger.log
        at = self.world.ledger.rows_of(now - INVESTORS_DAYS * DAY_US, now) - self.world.ledger.base
        payers = np.unique(log.payer[at[np.isin(log.creditor[at], accounts)]]).tolist()
        names = self.world.parties.names
        return [names[p] for p in payers if p != NONE and names[p].startswith("person:")]

    def _follow(self, chain: Chain, accounts: list[int], now: int) -> Proceeds:
        loan = Loan(chain.row, chain.insurer, NONE, NONE, chain.fen, chain.time)
        return follow_proceeds(self.world, loan, min(now - 1, chain.until), accounts)

    def _tell(self, shown: Shown, people: set[str], now: int, pack: dict[str, Any]) -> Iterator[Finding]:
        traces = [p.trace() for _, p in shown.chains]
        fen = {name: sum(getattr(trace, f"{name}_sink_fen") for trace in traces) for name in MANNERS}
        severity = self.colour(fen["fifo"], fen["prorata"], fen["maxflow"])
        if severity == NO_SEVERITY:
            return
        premiums = {p.row: p for chain, _ in shown.chains for p in chain.premiums}
        values = {
            "n_people": len(people),
            "n_investors": len(shown.investors),
            "premium_fen": sum(p.fen for p in premiums.values()),
            "payout_fen": sum(chain.fen for chain, _ in shown.chains),
            "collected_fen": fen["fifo"],
            **{f"collected_{name}_fen": fen[name] for name in MANNERS[1:]},
        }
        paid = {party: sum(o.fen for o in shown.outlays if o.payee == party) for party in shown.parties}
        main = min(shown.parties, key=lambda party: (-paid[party], party))
        through: dict[str, set[str]] = {}
        for chain, _ in shown.chains:
            through.setdefault(chain.insurer, set()).add(chain.person)
        told = [(main, severity)] + [(who, YELLOW) for who in sorted(through) if len(through[who]) >= pack["chains"]]
        first, last = min(p.time for p in premiums.values()), max(o.time for o in shown.outlays)
        for subject, colour in told:
            others = {*shown.parties, *through} - {subject}
            yield Finding(
                self.id, subject, last, colour, fen["fifo"] or fen["maxflow"], values, (first, last), low_fen=min(fen.values()),
                high_fen=max(fen.values()), others=tuple(sorted(p for p in others if not p.startswith("account:"))), known=now,
                key=shown, flags=("truncated",) if any(p.flow.truncated for _, p in shown.chains) else (),
            )  # fmt: skip

    @staticmethod
    def colour(fifo: int, prorata: int, most: int) -> int:
        """Zero tolerance by FIFO and pro-rata together; FIFO alone clears nobody (G16)."""
        sure = zero_tolerance(min(fifo, prorata))
        unsure = sure == NO_SEVERITY and zero_tolerance(prorata) != NO_SEVERITY and zero_tolerance(most) == RED
        return ORANGE if unsure else sure

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown: Shown = finding.key
        refs = self.world.refs
        chains, rows = [], set()
        for chain, p in shown.chains:
            premiums = [{"transaction": list(refs.of(q.row)), "time": q.time, "fen": q.fen} for q in chain.premiums]
            told = {"person": chain.person, "insurer": chain.insurer, "premiums": premiums, "back_fen": chain.back_fen}
            chains.append(told | trace_inputs(self.world, p, len(p.flow.rows)))
            rows |= {q.row for q in chain.premiums} | {int(row) for row in p.flow.rows}
        return Evidence(
            {"collected_fen": "what of the payouts reached accounts of the parties, by FIFO"},
            {
                "parties": list(shown.parties),
                "chains": chains,
                "outlays": [{"transaction": list(refs.of(o.row)), "time": o.time, "payee": o.payee, "fen": o.fen}
                            for o in shown.outlays],
                "investors": list(shown.investors),
                "insurer_duty": finding.subject not in shown.parties,
            },
            transactions=sorted(rows | {o.row for o in shown.outlays}),
            excuses=[excuse for _, p in shown.chains for excuse in p.excuses],
            thresholds={"ins.loop": self.in_force("ins.loop", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
