"""ILF-03 固定返利节律 · fixed-return rhythm."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import ORANGE, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.ilf.exchanges import LICENSED, Exchange, Exchanges
from chuantou.detectors.ilf.gatherers import insiders
from chuantou.detectors.ilf.returns import (
    ALIKE_PERCENT,
    LEAST_PAYMENTS,
    PPM,
    ROUGHLY_PERCENT,
    Paid,
    Payee,
    alike,
    gain_of,
    lattice_of,
    month_rate,
    rhythm_of,
    unit_of,
)
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

DIVIDEND_PERCENT = 1  # LA-DIV: in proportion to holdings, within so much


@dataclass(frozen=True)
class Limb:
    """Payees whose payments follow what they gave by one reading, and the ratio; ``holds`` where they are enough and most."""

    payees: tuple[str, ...]
    of: int
    ratio_ppm: int

    def holds(self, least: int, share_ppm: int) -> bool:
        return len(self.payees) >= least and len(self.payees) * PPM >= share_ppm * self.of


class FixedReturn(Detector):
    """固定返利节律: thirty persons and more are paid a fixed return on what they gave.

    Over 180 days, persons who gave money to a party and its R1 parties and are paid by them afterwards, staff and kin apart:
    (a) rhythm: three payments and more, each at most a quarter of the principal of its moment, 7, 10, 15, 30 or 90 days ± 2
    apart, ratios with CV ≤ 0.05; ≥ 30 payees within 5 % of one ratio, ≥ 70 % of all with three payments; (b) lattice: ≥ 80 % of
    the credits are multiples of a unit U ≥ 500 yuan and ≥ 70 % of the payouts equal k·U·c with k·U what the payee gave and one c
    within 1 %; (c) against jitter, sums: ≥ 30 payees, ≥ 70 % of those with four payments, within 10 % of one sum of ratios for 30
    days, or of those who got more than they gave, of one gain. Yellow; orange from the entity's lines on (1,000,000 yuan given by
    the payees, or 150 of them) [L4 as noise gates]: a rhythm shows the promise, amounts are ILF-02's. Clause 二(五); 条例 art. 2,
    19 [L1]; ratios in ppm, amounts in fen. Source: catalogue ILF-03, G13 [S15b]; tolerances [E].

    >>> put, got = [Paid(0, 0, 250_000)], [Paid(9, 40, 293_750)]
    >>> unit = unit_of([250_000, 500_000, 750_000, 250_000, 1_000_000], 800_000, 50_000)
    >>> unit, lattice_of({"x": Payee(put, got)}, unit).ratio_ppm
    (250000, 1175000)
    """

    id, clause, family = "ILF-03", "二(五)", "private_finance"
    title_zh, title_en = "固定返利节律", "fixed-return rhythm"
    legal_basis = ("SEED 二(五)", "防范和处置非法集资条例 art. 2, 19 [L1]", "最高人民法院非法集资解释 art. 1 [L4]")
    parameters = ("ilf.rhythm", "ilf.entity.amount", "ilf.entity.people")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.exchanges = Exchanges(world)

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        pack = self.in_force("ilf.rhythm", now - 1)
        if pack is not None:
            for exchange in self.exchanges.today(day, pack["payees"]):
                yield from self._judge(exchange, pack, day, now)

    def _judge(self, e: Exchange, pack: dict[str, Any], day: int, now: int) -> Iterator[Finding]:
        log, base = self.world.ledger.log, self.world.ledger.base
        at = e.given - base
        inside = insiders(self.world, {*e.members, *e.hand}, log.payer[at], log.time[at], log.fen[at], day)
        apart = np.array(sorted(inside), np.int64)
        shares = dividends(self.world, e, pack)
        payees = payees_of(self.world, e, apart, shares)
        credits = log.fen[at][~np.isin(log.payer[at], apart)].tolist()
        unit = unit_of(credits, to_ppm(pack["credits"]), pack["unit_fen"])
        limbs, period = limbs_of(payees, unit, pack)
        held = [limb for limb in limbs.values() if limb.holds(pack["payees"], to_ppm(pack["alike"]))]
        if not held:
            return
        found = sorted({who for limb in held for who in limb.payees})
        principal = sum(paid.fen for who in found for paid in payees[who].put)
        not_shares = e.paid[~np.isin(e.paid, shares)]
        values = {
            "n_payees": len(found), "unit_fen": unit, "payout_ratio_ppm": held[0].ratio_ppm, "period_days": period,
            **{f"n_{name}": len(limb.payees) for name, limb in limbs.items()},
            "n_inside": len(np.intersect1d(apart, log.payee[not_shares - base])), "principal_fen": principal,
            "paid_fen": sum(paid.fen for who in found for paid in payees[who].got),
        }  # fmt: skip
        many, much = self.in_force("ilf.entity.people", now - 1), self.in_force("ilf.entity.amount", now - 1)
        last = int(log.time[e.paid[-1] - base])
        others = tuple(party for party in e.members[1:] if not party.startswith("account:"))
        yield Finding(
            self.id, e.subject, last, self.colour(len(found), principal, many, much), principal, values,
            (int(log.time[at[0]]), last), others=others, known=now, key=(e, inside, shares),
        )  # fmt: skip

    @staticmethod
    def colour(payees: int, principal_fen: int, many: int | None, much: int | None) -> int:
        """A rhythm accuses of a promise; from the entity's lines on it is graver."""
        over = (many is not None and payees >= many) or (much is not None and principal_fen >= much)
        return ORANGE if over else YELLOW

    def evidence(self, finding: Finding) -> Evidence:
        e, inside, shares = finding.key
        world, day = self.world, shanghai_day(finding.time)
        names, log, base = world.parties.names, world.ledger.log, world.ledger.base

        def told(rows: NDArray[np.int64], who: NDArray) -> list[dict[str, Any]]:
            return [
                {"transaction": list(world.refs.of(row)), "time": time, "day": shanghai_day(time), "person": names[person],
                 "fen": fen}
                for row, time, person, fen in zip(*(c.tolist() for c in (rows, log.time[rows - base], who, log.fen[rows - base])))
            ]  # fmt: skip

        paid = e.paid[~np.isin(e.paid, shares)]
        ties = world.register.related(e.subject, day) if not e.subject.startswith("account:") else {}
        return Evidence(
            {
                "n_payees": "payees of every reading that holds",
                "payout_ratio_ppm": "ratio of the first reading that holds: rhythm, lattice, sums, gains",
                "unit_fen": "largest unit of which enough credits are multiples",
            },
            {
                "hand": list(e.members), "given": told(e.given, log.payer[e.given - base]),
                "paid": told(paid, log.payee[paid - base]),
                "inside": {names[who]: why for who, why in sorted(inside.items(), key=lambda item: names[item[0]])},
            },
            sorted([*e.given.tolist(), *paid.tolist()]),
            related={p: {"tier": ties[p].tier} for p in e.members if p in ties},
            excuses=[*e.excuses, Excuse("LA-DIV", len(shares) > 0, {"payments": len(shares)}),
                     Excuse("LA-PAYROLL", bool(inside), {"inside": len(inside)}),
                     Excuse("LA-LICENCE", False, {"party": e.subject, "licences": LICENSED})],
            thresholds={
                "ilf.rhythm": self.in_force("ilf.rhythm", finding.time),
                "ilf.entity.people": self.in_force("ilf.entity.people", finding.time),
                "ilf.entity.amount": self.in_force("ilf.entity.amount", finding.time),
            },
        )  # fmt: skip


def payees_of(world: World, e: Exchange, apart: NDArray[np.int64], shares: NDArray[np.int64]) -> dict[str, Payee]:
    """Persons who gave and were paid, by name; without those ``apart`` and the payments that are ``shares`` of a profit."""
    log, base, names = world.ledger.log, world.ledger.base, world.parties.names
    paid = e.paid[~np.isin(e.paid, shares) & ~np.isin(log.payee[e.paid - base], apart)]
    out = {names[who]: Payee([], []) for who in np.unique(log.payee[paid - base]).tolist()}
    for rows, party, put in ((e.given, log.payer, True), (paid, log.payee, False)):
        at = rows - base
        for who, time, fen in zip(party[at].tolist(), log.time[at].tolist(), log.fen[at].tolist()):
            payee = out.get(names[who])
            if payee is not None:
                (payee.put if put else payee.got).append(Paid(time, shanghai_day(time), fen))
    return out


def limbs_of(payees: dict[str, Payee], unit: int, pack: dict[str, Any]) -> tuple[dict[str, Limb], int]:
    """The readings by name, in order, and the commonest period of those in rhythm (0 for none)."""
    points = {who: payee.points() for who, payee in payees.items()}
    regular = {who: r for who, p in points.items()
               if (r := rhythm_of(p, pack["periods"], pack["slack_days"], to_ppm(pack["cv"]))) is not None}  # fmt: skip
    ratio, in_rhythm = alike({who: r.ratio_ppm for who, r in regular.items()}, ALIKE_PERCENT)
    periods = Counter(regular[who].period for who in in_rhythm)
    lattice = lattice_of(payees, unit)
    on_lattice = lattice.payees if lattice.hits * PPM >= to_ppm(pack["alike"]) * lattice.payouts else ()
    rates = {who: rate for who, p in points.items() if (rate := month_rate(p)) is not None}
    rate, by_sums = alike(rates, ROUGHLY_PERCENT)
    gains = {who: gain for who, payee in payees.items() if (gain := gain_of(payee)) is not None}
    gain, by_gains = alike(gains, ROUGHLY_PERCENT)
    limbs = {
        "rhythm": Limb(tuple(in_rhythm), sum(len(p) >= LEAST_PAYMENTS for p in points.values()), ratio),
        "lattice": Limb(on_lattice, 0, lattice.ratio_ppm),
        "sums": Limb(tuple(by_sums), len(rates), rate),
        "gains": Limb(tuple(by_gains), len(gains), PPM + gain),
    }
    return limbs, min(periods, key=lambda period: (-periods[period], period)) if periods else 0


def dividends(world: World, e: Exchange, pack: dict[str, Any]) -> NDArray[np.int64]:
    """LA-DIV: log indices of payments to registered shareholders in proportion to their holdings, unless fixed and periodic."""
    log, base, names = world.ledger.log, world.ledger.base, world.parties.names
    found: dict[str, list[tuple[int, int, int]]] = {}
    days = shanghai_day(log.time[e.paid - base])
    for day in np.unique(days).tolist():
        rows = e.paid[days == day]
        stakes: dict[str, int] = {}
        for party in sorted({*e.members, *e.hand}):
            if not party.startswith(("account:", "person:")):
                stakes.update(world.register.stakes_in(party, day))
        held = [(row, names[int(log.payee[row - base])], int(log.fen[row - base])) for row in rows.tolist()]
        held = [(row, who, fen) for row, who, fen in held if stakes.get(who, 0) > 0]
        each = sorted(fen * PPM // stakes[who] for _, who, fen in held)
        middle = each[len(each) // 2] if each else 0
        for row, who, fen in held:
            if abs(fen * PPM // stakes[who] - middle) * 100 <= DIVIDEND_PERCENT * middle:
                found.setdefault(who, []).append((row, day, fen))
    lawful = [row for got in found.values() if not is_fixed([fen for _, _, fen in got], to_ppm(pack["cv"])) for row, _, _ in got]
    return np.array(sorted(lawful), np.int64)


def is_fixed(sizes: list[int], cv_ppm: int) -> bool:
    """Three payments and more of nearly one size: no share of a profit."""
    n, total = len(sizes), sum(sizes)
    return n >= LEAST_PAYMENTS and (n * sum(s * s for s in sizes) - total * total) * PPM * PPM <= cv_ppm * cv_ppm * total * total
