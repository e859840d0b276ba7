"""PAY-12 为无证机构提供通道 · channel for the unlicensed."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import RED, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.pay.acquiring import is_licensed, settles_merchants
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.accounts import NONE
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, add_working_days, day_start_us, iso_shanghai, shanghai_day

UNLICENSED = ("PAY-07", "PAY-09", "PAY-10")
WINDOW_DAYS = 30  # as long as an episode of the unlicensed party stays open without news
LOOK_BACK_DAYS = 30  # who of its circle was settled before the notice has a contract of its own


@dataclass(frozen=True)
class Notice:
    """A party with a red alert: the day of the notice, the first day after the grace, the first day on which it alone counts,
    and those of its circle that were settled before."""

    entity: str
    detector: str
    opened: int
    day: int
    after_grace: int
    alone: int
    old_contracts: frozenset[str]


class Settled(NamedTuple):
    """A settlement after the notice, to the ``entity`` or (``payee``) somebody in one control with it."""

    row: int
    time: int
    fen: int
    entity: str
    payee: str


class UnlicensedChannel(Detector):
    """为无证机构提供通道: a licensed institution goes on settling to parties that settle, issue cards or run wallets without one.

    A party has *notice* from the day on which its alert by PAY-07, PAY-09 or PAY-10 is red. Settlements by a licensed
    acquirer, payment institution or bank within 30 days, to it or – under a new contract – to a party in one control with it
    (R1), count from the eighth day and after the grace of 5 working days; or, with ≥ 3 such parties, after the grace from the
    first of the notices. Severity: zero tolerance of what counts. Clause 二(二)3; 银办发〔2017〕217号 [S13d]; 条例 2024
    art. 51(3) [L2]. Amounts in fen.

    >>> UnlicensedChannel.counts(day=17_000, alone=17_010, first_after_grace=16_990, entities=3, least=3)
    True
    >>> UnlicensedChannel.counts(day=17_000, alone=17_010, first_after_grace=16_990, entities=2, least=3)
    False
    """

    id, clause, family = "PAY-12", "二(二)3", "unlicensed_payment"
    title_zh, title_en = "为无证机构提供通道", "channel for the unlicensed"
    legal_basis = ("SEED 二(二)3", "银办发〔2017〕217号 [S13d]", "非银行支付机构监督管理条例 2024 art. 51(3) [L2]")
    parameters = ("channel",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.notices: dict[str, Notice] = {}
        self.settled: dict[str, deque[Settled]] = {}  # by licensed institution

    def combine(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        pack = self.in_force("channel", now - 1)
        if pack is None:
            return
        for party in sorted(self._take(day) if self.notices else ()):
            held = self.settled[party]
            while held[0].time < now - WINDOW_DAYS * DAY_US:
                held.popleft()
            yield from self._judge(party, list(held), pack["entities"], now)
        self._notice(day, pack)

    # -- facts ---------------------------------------------------------------------------------------------------------

    def _notice(self, day: int, pack: dict[str, int]) -> None:
        """Parties whose alert is red by the end of ``day`` and still open; a notice lasts as long as its episode."""
        since = day_start_us(day + 1) - WINDOW_DAYS * DAY_US
        known, self.notices = self.notices, {}
        for detector, party in sorted(key for key in self.episodes.by_subject if key[0] in UNLICENSED):
            for episode in self.episodes.of((detector,), party, RED, since):
                if party in known:
                    self.notices[party] = known[party]
                elif party not in self.notices:
                    grace = add_working_days(day, pack["grace_days"])
                    old = self._settled_before(party, day)
                    self.notices[party] = Notice(party, detector, episode.opened, day, grace + 1,
                                                 max(grace + 1, day + pack["days"]), old)  # fmt: skip

    def _settled_before(self, entity: str, day: int) -> frozenset[str]:
        now = day_start_us(day + 1)
        rows = settles_merchants(self.world, self.world.ledger.rows_of(now - LOOK_BACK_DAYS * DAY_US, now))
        return frozenset(payee for _, payee in self._to(entity, frozenset(), rows, day))

    def _take(self, day: int) -> set[str]:
        """Settlements of the day to parties with notice; returns who made them."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        rows = settles_merchants(world, world.ledger.rows_of(day_start_us(day), day_start_us(day + 1)))
        made: list[tuple[str, Settled]] = []
        for entity, notice in sorted(self.notices.items()):
            if is_licensed(world, entity, day):
                continue
            for row, payee in self._to(entity, notice.old_contracts, rows, day):
                payer = int(log.payer[row - base])
                if payer != NONE and is_licensed(world, world.parties.names[payer], day):
                    settled = Settled(row, int(log.time[row - base]), int(log.fen[row - base]), entity, payee)
                    made.append((world.parties.names[payer], settled))
        for party, settled in sorted(made, key=lambda one: one[1].row):
            self.settled.setdefault(party, deque()).append(settled)
        return {party for party, _ in made}

    def _to(self, entity: str, old: frozenset[str], rows: NDArray[np.int64], day: int) -> Iterator[tuple[int, str]]:
        """(row, payee) of the settlements to the party and, new contracts, to unlicensed parties in one control with it."""
        log, base, known = self.world.ledger.log, self.world.ledger.base, self.world.accounts
        related = {} if entity.startswith("account:") else self.world.register.related(entity, day)
        circle = [who for who, tie in related.items() if tie.tier == "R1" and who not in old]
        for who in (entity, *(who for who in circle if not is_licensed(self.world, who, day))):
            held = list(known.of_party.get(self.world.parties.get(who), ()))
            if who.startswith("account:"):
                held = [known.ids.get(who.removeprefix("account:"))]
            for row in rows[np.isin(log.creditor[rows - base], held)].tolist():
                yield row, who

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, party: str, settled: list[Settled], least: int, now: int) -> Iterator[Finding]:
        notices = {s.entity: self.notices[s.entity] for s in settled if s.entity in self.notices}
        settled = [s for s in settled if s.entity in notices]
        first = min(notice.after_grace for notice in notices.values())
        counted = [s for s in settled
                   if self.counts(shanghai_day(s.time), notices[s.entity].alone, first, len(notices), least)]  # fmt: skip
        amount = sum(s.fen for s in counted)
        severity = zero_tolerance(amount)
        if severity == NO_SEVERITY:
            return
        entities = sorted({s.entity for s in counted})
        last = counted[-1].time
        values = {
            "settled_fen": amount, "n_settlements": len(counted), "n_entities": len(entities),
            "n_noticed": len(notices), "n_new_contracts": len({s.payee for s in counted} - set(entities)),
            "days": shanghai_day(last) - min(notices[e].day for e in entities),
        }  # fmt: skip
        names, log, base = self.world.accounts.ids.names, self.world.ledger.log, self.world.ledger.base
        into = {names[log.creditor[s.row - base]] for s in counted}
        yield Finding(
            self.id, party, last, severity, amount, values, (counted[0].time, last), others=tuple(entities),
            accounts=tuple(sorted(into)), known=now, key=(tuple(settled), tuple(sorted(notices.items()))),
        )  # fmt: skip

    @staticmethod
    def counts(day: int, alone: int, first_after_grace: int, entities: int, least: int) -> bool:
        """Whether a settlement of ``day`` counts: its payee long noticed, or one of several, the first of them past the grace."""
        return day >= alone or (entities >= least and day >= first_after_grace)

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        settled, notices = finding.key
        day = shanghai_day(finding.time)
        ties = {s.payee: self.world.register.related(s.entity, day).get(s.payee) for s in settled if s.payee != s.entity}
        rows = [
            {"transaction": list(self.world.refs.of(s.row)), "time": s.time, "day": shanghai_day(s.time), "fen": s.fen,
             "entity": s.entity, "payee": s.payee}
            for s in settled
        ]  # fmt: skip
        told = [
            {"entity": entity, "detector": n.detector, "opened": iso_shanghai(n.opened), "day": n.day,
             "after_grace": n.after_grace, "alone": n.alone, "settled_before": sorted(n.old_contracts)}
            for entity, n in notices
        ]  # fmt: skip
        within = [s for s in settled if shanghai_day(s.time) < dict(notices)[s.entity].alone]
        return Evidence(
            {"settled_fen": "sum of fen settled to parties with notice, from the day on which each counts"},
            {"settlements": rows, "notices": told},
            [s.row for s in settled],
            related={who: {"tier": tie.tier, "path": [link_row(link) for link in tie.path]}
                     for who, tie in sorted(ties.items()) if tie is not None},
            excuses=[Excuse("LA-FIRST-NOTICE", bool(within), {"settlements": len(within), "fen": sum(s.fen for s in within)})],
            thresholds={"channel": self.in_force("channel", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
