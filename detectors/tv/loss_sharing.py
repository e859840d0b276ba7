"""TV-05 对赌、客损分成 · a venue that shares its clients' losses with those who bring them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import RED, Detector, Evidence, Excuse, Finding, ppm
from chuantou.detectors.related_evidence import knowable_at, related_paths
from chuantou.detectors.tv.rounds import Rounds, rounds_of
from chuantou.graph.accounts import IS_LOOP_BLOCKED
from chuantou.graph.flow_class import BASES, FLOW_CLASSES, HARD_BASIS
from chuantou.graph.trades import Closing, VenueTrades
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

# by more than a memo: what a client takes out, wages, taxes and shares of the profit are no commission
NO_COMMISSION = ("WITHDRAW", "REFUND", "RETURN_PRIN", "PAYROLL", "TAX", "DIVIDEND", "CAPITAL_IN")
LISTED = 5_000  # closings of one finding, the largest gains and losses; of the others, sums by client and day


class Payment(NamedTuple):
    """What the venue's circle paid to a party outside it."""

    day: int
    row: int
    payer: str
    payee: str
    fen: int
    fee: bool


@dataclass
class Clients:
    """Who trades on a venue and is not ``outside`` (its circle, its members): what they lost and turned over, by day."""

    venue: VenueTrades
    outside: frozenset[str]
    lost: dict[int, int]
    traded: dict[int, int]

    @classmethod
    def of(cls, venue: VenueTrades, outside: frozenset[str]) -> "Clients":
        lost = {day: -sum(fen for who, fen in gains.items() if who not in outside) for day, gains in venue.gains.items()}
        traded = {
            day: sum(fen * ((seller not in outside) + (buyer not in outside)) for (seller, buyer), fen in pairs.items())
            for day, pairs in venue.turnover.items()
        }
        return cls(venue, outside, lost, {day: fen for day, fen in traded.items() if fen})

    def between(self, first: int, last: int) -> tuple[dict[str, int], Counter[str], int]:
        """After day ``first`` to day ``last``: gain by client, fen by counterparty of clients, and all of it."""
        gain: dict[str, int] = {}
        against: Counter[str] = Counter()
        for day in (day for day in self.venue.turnover if first < day <= last):
            for who, fen in self.venue.gains[day].items():
                if who not in self.outside:
                    gain[who] = gain.get(who, 0) + fen
            for (seller, buyer), fen in self.venue.turnover[day].items():
                for client, other in ((seller, buyer), (buyer, seller)):
                    if client not in self.outside:
                        against[other] += fen
        return gain, against, sum(against.values())

    def told(self, first: int, last: int) -> "Told":
        """The same days as evidence: the largest closings, and of the others sums by day and client."""
        closings = [c for c in self.venue.closings if first < c.day <= last and c.party not in self.outside]
        order = sorted(range(len(closings)), key=lambda i: (-abs(closings[i].gain_fen), i))
        unlisted: Counter[tuple[int, str]] = Counter()
        for i in order[LISTED:]:
            unlisted[closings[i].day, closings[i].party] += closings[i].gain_fen
        turnover = tuple(
            (day, seller, buyer, fen) for day, pairs in sorted(self.venue.turnover.items()) if first < day <= last
            for (seller, buyer), fen in sorted(pairs.items()) if not self.outside.issuperset((seller, buyer))
        )  # fmt: skip
        met = {party for _, seller, buyer, _ in turnover for party in (seller, buyer)}
        listed = tuple(closings[i] for i in sorted(order[:LISTED]))
        return Told(listed, tuple(sorted(unlisted.items())), turnover, tuple(sorted(self.outside & met)))


class Told(NamedTuple):
    """What a finding's evidence says of the clients' trades."""

    closings: tuple[Closing, ...]
    unlisted: tuple[tuple[tuple[int, str], int], ...]
    turnover: tuple[tuple[int, str, str, int], ...]
    not_clients: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What a finding's evidence is written from."""

    told: Told
    rounds: Rounds
    payments: tuple[Payment, ...]
    hubs: tuple[str, ...]


class LossSharing(Detector):
    """对赌、客损分成: the venue's circle trades against clients and pays members a share of what they lose.

    Clients are who trades on the venue and stands neither in its circle (itself, R1, R2) nor among its members, the parties
    whom the circle pays on ≥ 3 days. Over 90 days, for one member, or all together whose payments are fees: each day of payment
    ends a round, which is held against the clients' net loss since the one before, up to 3 days earlier. Loss = what closed
    positions cost − what they brought, oldest first. ``beta = Σ paid / Σ lost``, ``corr`` = Pearson's. Red [E]: beta 0.3–0.95,
    corr ≥ 0.8 and above the correlation with the turnover, clients trade on ≥ 20 days, ≥ 10 of them of whom ≥ 80 % lose, and
    ≥ 90 % of their turnover is against at most 3 parties of the circle or the members paid. Of fewer than 10 rounds each must
    fit: Σ |paid − beta · lost| ≤ a quarter of Σ paid. Amount: Σ paid. Clause 二(四); 国发〔2011〕38号 [S16]. Amounts in fen,
    shares in ppm.

    >>> r = rounds_of({2: 50, 3: 100, 4: 25}, {2: 100, 3: 200, 4: 50}, {2: 900, 3: 900, 4: 800}, most_lag=0)
    >>> r.beta_ppm, r.corr, r.traded_corr
    (500000, 1000000, 755928)
    """

    id, clause, family = "TV-05", "二(四)", "venue"
    title_zh, title_en = "对赌、客损分成", "betting against clients and sharing their losses"
    legal_basis = ("SEED 二(四)", "国发〔2011〕38号, 国办发〔2012〕37号 [S16]")
    parameters = ("tv.loss_sharing",)
    sectors = ("TV",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.payments: dict[str, list[Payment]] = {}
        self._end = 0

    def observe(self, segment: Segment) -> Iterator[Finding]:
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        first, self._end = self._end, self.world.ledger.end
        now = day_start_us(day + 1)
        pack = self.in_force("tv.loss_sharing", now - 1)
        if pack is None:
            return
        watch = self.world.watch
        for key in sorted(self.world.trades.venues.keys() & watch.institutions.keys()):
            again = key in watch.changed_today or key not in self.payments
            held = [] if again else [p for p in self.payments[key] if p.day > day - pack["window_days"]]
            since = self.world.ledger.rows_of(day_start_us(day + 1 - pack["window_days"]), now) if again else None
            new = self._paid(key, np.arange(first, self._end) if since is None else since)
            self.payments[key] = [*held, *new]
            if new:
                yield from self._judge(key, {p.payee for p in new}, day, pack)

    def _paid(self, key: str, rows: Any) -> list[Payment]:
        """What of these log rows the circle paid to parties outside it, by reasons that may be a commission."""
        world = self.world
        log, at = world.ledger.log, rows - world.ledger.base
        mine = np.zeros(world.accounts.table.size, np.bool_)
        mine[world.watch.accounts_of(key, "R1", "R2")] = True
        role = world.accounts.table.role
        at = at[mine[log.debtor[at]] & ~mine[log.creditor[at]] & ~IS_LOOP_BLOCKED[role[log.creditor[at]]]]
        owner, out = world.accounts.owner_name, []
        for i in at.tolist():
            flow, hard = FLOW_CLASSES[log.flow_class[i]], BASES[log.basis[i]] in HARD_BASIS
            if not (hard and flow in NO_COMMISSION):
                payer, payee = owner(int(log.debtor[i])), owner(int(log.creditor[i]))
                out.append(Payment(shanghai_day(int(log.time[i])), i + world.ledger.base, payer, payee, int(log.fen[i]),
                                   flow == "FEE"))  # fmt: skip
        return out

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, key: str, paid_now: set[str], day: int, pack: dict[str, Any]) -> Iterator[Finding]:
        venue = self.world.trades.venues[key]
        traders = {party for pairs in venue.turnover.values() for pair in pairs for party in pair}
        by_payee: dict[str, list[Payment]] = {}
        for p in self.payments[key]:  # a person who trades is a client; a firm that trades may be a member all the same
            if not (p.payee.startswith("person:") and p.payee in traders):
                by_payee.setdefault(p.payee, []).append(p)
        members = {who: some for who, some in by_payee.items() if len({p.day for p in some}) >= pack["rounds"]}
        outside = frozenset({*self.world.watch.institutions[key].circle("R1", "R2"), *members})
        fees = {who for who, some in members.items() if all(p.fee for p in some)}
        groups: list[tuple[str, ...]] = [(who,) for who in sorted(members.keys() & paid_now)]
        groups += [tuple(sorted(fees))] if len(fees) > 1 and fees & paid_now else []
        if not groups:
            return
        clients = Clients.of(venue, outside)
        found = [self._measure(key, group, members, clients, day, pack) for group in groups]
        yield from sorted((f for f in found if f is not None), key=lambda f: (-f.amount_fen, f.others))[:1]

    def _measure(
        self, key: str, group: tuple[str, ...], members: dict[str, list[Payment]], clients: Clients, day: int,
        pack: dict[str, Any],
    ) -> Finding | None:  # fmt: skip
        payments = tuple(sorted((p for who in group for p in members[who]), key=lambda p: p.row))
        paid: Counter[int] = Counter()
        for p in payments:
            paid[p.day] += p.fen
        rounds = rounds_of(paid, clients.lost, clients.traded, pack["most_lag"])
        gain, against, total = clients.between(rounds.first, rounds.last)
        hubs = [who for who, _ in sorted(against.items(), key=lambda item: (-item[1], item[0]))
                if who in clients.outside and (who not in members or who in group)][: pack["counterparties"]]  # fmt: skip
        values = {
            "beta_ppm": rounds.beta_ppm,
            "corr_ppm": rounds.corr,
            "turnover_corr_ppm": rounds.traded_corr,
            "commission_fen": sum(rounds.paid),
            "lost_fen": sum(rounds.lost),
            "misfit_ppm": rounds.misfit_ppm,
            "n_rounds": len(rounds.paid),
            "lag_days": rounds.lag,
            "n_days": sum(rounds.first < d <= rounds.last for d in clients.traded),
            "n_clients": len(gain),
            "losers_ppm": ppm(sum(fen < 0 for fen in gain.values()), len(gain)),
            "n_counterparties": len(hubs),
            "against_ppm": ppm(sum(against[who] for who in hubs), total),
        }
        if not self.fires(values, pack):
            return None
        owners, ends = {p.payer for p in payments} | {*hubs}, rounds.first + rounds.lag
        names, log, base = self.world.accounts.ids.names, self.world.ledger.log, self.world.ledger.base
        accounts = {names[int(side[p.row - base])] for p in payments for side in (log.debtor, log.creditor)}
        return Finding(
            self.id, key, int(log.time[payments[-1].row - base]), RED, sum(rounds.paid), values,
            (day_start_us(rounds.first + 1), int(log.time[payments[-1].row - base])),
            others=tuple(who for who in group if not who.startswith("account:")), accounts=tuple(sorted(accounts)),
            known=max(day_start_us(day + 1), knowable_at(self.world, key, owners)),
            key=Shown(clients.told(ends - pack["most_lag"], rounds.last + rounds.lag), rounds, payments, tuple(hubs)),
        )  # fmt: skip

    @staticmethod
    def fires(values: dict[str, int], pack: dict[str, Any]) -> bool:
        """Whether the values are those of shared losses."""
        low, high = map(to_ppm, pack["beta"])
        fits = values["n_rounds"] >= pack["many_rounds"] or values["misfit_ppm"] <= to_ppm(pack["misfit"])
        shared = low <= values["beta_ppm"] <= high and values["corr_ppm"] >= to_ppm(pack["corr"]) and fits
        crowd = values["n_days"] >= pack["days"] and values["n_clients"] >= pack["clients"]
        betting = values["losers_ppm"] >= to_ppm(pack["losers"]) and values["against_ppm"] >= to_ppm(pack["against"])
        return shared and crowd and betting and values["corr_ppm"] > values["turnover_corr_ppm"]

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown: Shown = finding.key
        told, rounds = shown.told, shown.rounds
        return Evidence(
            {
                "beta_ppm": "fen paid in all rounds / net loss of clients in the days that the rounds are for",
                "corr_ppm": "correlation of the fen of each round with the clients' loss of its days, at the best lag",
            },
            {
                "payments": [{"transaction": list(self.world.refs.of(p.row)), "day": p.day, "payer": p.payer, "payee": p.payee,
                              "fen": p.fen} for p in shown.payments],
                "closings": [{"day": c.day, "party": c.party, "product": c.product, "long": c.long, "units": c.units,
                              "opened_fen": c.opened_fen, "closed_fen": c.closed_fen, "opened": list(c.opened),
                              "event": list(c.event)} for c in told.closings],
                "unlisted": [[day, party, fen] for (day, party), fen in told.unlisted],
                "turnover": [list(row) for row in told.turnover],
                "not_clients": list(told.not_clients),
                "hubs": list(shown.hubs),
            },
            transactions=[p.row for p in shown.payments],
            events=sorted({c.event for c in told.closings} | {c.opened for c in told.closings}),
            related=related_paths(self.world, finding.subject, {*shown.hubs, *(p.payer for p in shown.payments)}),
            excuses=[Excuse("COMMISSION-BY-VOLUME", False, {"corr_ppm": rounds.corr, "turnover_corr_ppm": rounds.traded_corr})],
            thresholds={"tv.loss_sharing": self.in_force("tv.loss_sharing", finding.time)},
        )  # fmt: skip

