"""ILF-05 提成层级 · commission pyramid."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import ORANGE, RED, Detector, Evidence, Excuse, Finding, ppm
from chuantou.detectors.correlation import r_squared
from chuantou.detectors.ilf.commissions import Commissions
from chuantou.detectors.ilf.upline import PASSED_PPM, SHARE_US, Money, Paid, Tree, hands_on, tree
from chuantou.graph.accounts import NONE
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

WINDOW_DAYS = 90
WINDOW_US = WINDOW_DAYS * DAY_US
MOST_ROUNDS = 8  # how far below the body money is looked for that was handed up, or commissions that were shared
# may sell through agents, whose commission is lawful
LICENSED = ("insurance", "insurance_broker", "bank", "securities", "fund", "fund_sales", "trust")


class CommissionPyramid(Detector):
    """提成层级: who brings money is paid by what those below him bring, over three levels and more.

    Of every body that persons invest in, over 90 days: a person stands below whom it paid a commission for his order, whom
    he gave money that is handed on to the body, or who shared a commission with him. Fires at ≥ 30 persons so tied, ≥ 3 levels
    of persons (a natural person who takes the money is one) and R² ≥ 0.8, rising, between what came in below each of ≥ 4
    uplines and what he earned: commissions, less what he shared, and what he kept back. Orange, red from 120 persons or
    2.5 m yuan of theirs. Not for licensed insurers, brokers and fund sellers, nor for goods sold by the staff: no investments.
    Judged at day closes. Clause 二(五); SPC 2022 art. 13 [L4b]; lines of pyramid selling [M]. Fen.

    >>> CommissionPyramid.colour(30, 100, people=120, fen=250_000_000), CommissionPyramid.colour(120, 1, 120, 250_000_000)
    (3, 4)
    """

    id, clause, family = "ILF-05", "二(五)", "fundraising"
    title_zh, title_en = "提成层级（传销式集资）", "commission pyramid"
    legal_basis = ("SEED 二(五)", "SPC 2022 art. 13 [L4b]", "2013 公通字〔2013〕37号 (lines of pyramid selling) [M]")
    parameters = ("ilf.pyramid",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.commissions = Commissions(world, WINDOW_DAYS)

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first < segment.end:
            self.commissions.bodies.note(segment)
        yield from ()

    @staticmethod
    def colour(participants: int, raised: int, people: int, fen: int) -> int:
        """Severity of a pyramid over the first lines: red where so many ``people`` or so much ``fen`` make it grave."""
        return RED if participants >= people or raised >= fen else ORANGE

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        bodies = self.commissions.close_day(day)
        pack = self.in_force("ilf.pyramid", now - 1)
        for body in bodies if pack is not None else ():
            yield from self._judge(body, now, pack)

    def _judge(self, body: int, now: int, pack: dict[str, Any]) -> Iterator[Finding]:
        day = shanghai_day(now - 1)
        subject = self.world.parties.names[body]
        if self._licence(body, day).holds:
            return
        money = self._money(body, now)
        if money is None:
            return
        found = tree(money)
        person = bool(self.world.party_table.person[body])
        values = values_of(found, person)
        enough = values["n_participants"] >= pack["people"] and values["levels"] >= pack["levels"]
        if not (enough and values["n_uplines"] >= pack["uplines"] and values["r2_ppm"] >= to_ppm(pack["r2"])):
            return
        grave = pack["grave"]
        severity = self.colour(values["n_participants"], values["raised_fen"], grave["people"], grave["fen"])
        kept = [p for some in (money.invested, money.rewarded, money.up, money.down) for p in some]
        kept = [p for p in kept if {p.payer, p.payee} & found.level.keys()]
        times = [p.time for p in kept]
        yield Finding(
            self.id, subject, max(times), severity, values["raised_fen"], values, (min(times), max(times)), known=now,
            key=(money, found, person), flags=("truncated",) if found.truncated else (),
        )  # fmt: skip

    def _licence(self, body: int, day: int) -> Excuse:
        name = self.world.parties.names[body]
        held = [kind for kind in LICENSED if self.world.register.has_licence(name, kind, day)]
        return Excuse("LA-AGENT", bool(held), {"party": name, "licences": held})

    # -- whose money, and whose commissions ----------------------------------------------------------------------------

    def _money(self, body: int, now: int) -> Money | None:
        """The payments of the window; None where it goes on to another body, and the pyramid is that one's."""
        world, log, bodies = self.world, self.world.ledger.log, self.commissions.bodies
        inside, base, since = bodies.accounts_of(body), world.ledger.base, shanghai_day(now - WINDOW_US)
        invested = self.commissions.invested.since(since) - base
        invested = invested[inside[log.creditor[invested]] & ~inside[log.debtor[invested]]]
        rewarded = self.commissions.rewarded.since(since) - base
        rewarded = rewarded[inside[log.debtor[rewarded]] & ~inside[log.creditor[rewarded]]]
        at = np.arange(*world.ledger.between(now - WINDOW_US - 1, now - 1), dtype=np.int64)
        tied, payee = self.commissions.tied_to(body), log.payee[at]
        elsewhere = (payee != NONE) & (bodies.of[payee] != NONE) & (bodies.of[payee] != body)
        onward = at[inside[log.debtor[at]] & ~inside[log.creditor[at]] & elsewhere]
        if ppm(int(log.fen[onward].sum()), int(log.fen[invested].sum())) >= PASSED_PPM:
            return None
        between = at[~inside[log.creditor[at]] & ~inside[log.debtor[at]]]
        between = between[self.commissions.between_persons(between)]
        direct = self._told(invested[tied[log.payer[invested]]], payee_is_body=True)
        paid = self._told(rewarded[tied[log.payee[rewarded]]], payer_is_body=True)
        up = self._handed_up(direct, between)
        deeper = self.commissions.mask_of({p.payer for p in up}) & ~tied
        direct = sorted(direct + self._told(invested[deeper[log.payer[invested]]], payee_is_body=True))
        return Money(direct, paid, up, self._shared(paid, {p.payer for p in (*direct, *up)}, between))

    def _handed_up(self, direct: list[Paid], between: NDArray[np.int64]) -> list[Paid]:
        """What persons gave those who hand it on to the body, through however many hands."""
        log = self.world.ledger.log
        money = between[self.commissions.may_be_handed_up(between)]
        passed: dict[str, list[Paid]] = {}
        for p in direct:
            passed.setdefault(p.payer, []).append(p)
        asked, hands, up = set(passed), set[str](), list[Paid]()
        for _ in range(MOST_ROUNDS):
            collected: dict[str, list[Paid]] = {}
            for p in self._told(money[self.commissions.mask_of(asked)[log.payee[money]]]):
                if p.payer not in hands:
                    collected.setdefault(p.payee, []).append(p)
            new = {person for person, got in collected.items() if hands_on(got, passed[person])}
            if not new:
                break
            hands |= new
            asked = set()
            for person in sorted(new):
                up += collected[person]
                for p in collected[person]:
                    passed.setdefault(p.payer, []).append(p)
                    asked.add(p.payer)
            asked -= hands
        return sorted(up)

    def _shared(self, paid: list[Paid], brought: set[str], between: NDArray[np.int64]) -> list[Paid]:
        """What persons who got a commission paid within a week to others who brought money, level by level."""
        log, down = self.world.ledger.log, list[Paid]()
        got: dict[str, list[Paid]] = {}
        for p in paid:
            got.setdefault(p.payee, []).append(p)
        asked, done = set(got), set[str]()
        for _ in range(MOST_ROUNDS):
            done |= asked
            new = [
                p
                for p in self._told(between[self.commissions.mask_of(asked)[log.payer[between]]])
                if p.payee in brought and p.fen <= sum(c.fen for c in got[p.payer] if 0 <= p.time - c.time <= SHARE_US)
            ]
            down += new
            for p in new:
                got.setdefault(p.payee, []).append(p)
            asked = {p.payee for p in new} - done
            if not asked:
                break
        return sorted(down)

    def _told(self, at: NDArray[np.int64], payee_is_body: bool = False, payer_is_body: bool = False) -> list[Paid]:
        log, base = self.world.ledger.log, self.world.ledger.base
        names, orders = self.world.parties.names, self.world.orders.names
        return [
            Paid(
                int(log.time[i]), i + base, "" if payer_is_body else names[log.payer[i]],
                "" if payee_is_body else names[log.payee[i]], int(log.fen[i]),
                orders[log.order[i]] if log.order[i] != NONE else "",
            )
            for i in at.tolist()
        ]  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        money, found, person = finding.key
        rows: list[int] = []
        told: dict[str, list[dict[str, Any]]] = {}
        for name, some in (("invested", money.invested), ("rewarded", money.rewarded), ("up", money.up), ("down", money.down)):
            mine = [p for p in some if {p.payer, p.payee} & found.level.keys()]
            rows += [p.row for p in mine]
            told[name] = [
                {"transaction": list(self.world.refs.of(p.row)), "time": p.time, "payer": p.payer or None,
                 "payee": p.payee or None, "fen": p.fen, "order": p.order or None}
                for p in mine
            ]  # fmt: skip
        table = [{"person": x, "level": found.level[x], "below_fen": found.below[x], "earned_fen": found.earned[x]}
                 for x in found.uplines]  # fmt: skip
        day = shanghai_day(finding.time)
        return Evidence(
            {
                "levels": "longest chain of persons tied by orders, money handed up and commissions shared",
                "r2_ppm": "squared correlation of below_fen and earned_fen over the uplines",
            },
            {**told, "person": person, "uplines": table},
            sorted(rows),
            excuses=[self._licence(self.world.parties.get(finding.subject), day)],
            thresholds={"ilf.pyramid": self.in_force("ilf.pyramid", finding.time)},
        )


def values_of(found: Tree, person: bool) -> dict[str, int]:
    """The values of a tree; ``person``: the body is a natural person, who is its top."""
    return {
        "n_participants": len(found.level) + person,
        "levels": max(found.level.values(), default=0) + person,
        "n_uplines": len(found.uplines),
        "raised_fen": sum(found.own.values()),
        "commission_fen": sum(earned for _, earned in found.points),
        "r2_ppm": r_squared(found.points),
    }
