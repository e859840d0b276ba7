"""REG-03 股东身份与资金来源 · shareholders and where their capital comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import (
    LOG,
    PPM,
    YELLOW,
    ZERO_TOLERANCE_FEN,
    Detector,
    Evidence,
    Excuse,
    Finding,
    ppm,
    zero_tolerance,
)
from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.p2p.proceeds import Loan, Proceeds, follow_to
from chuantou.detectors.p2p.self_financing import trace_inputs
from chuantou.detectors.reg.capital import MANNERS, Behind, behind, sure, total
from chuantou.detectors.reg.nominees import Nominee, Nominees, is_nominee
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS, IS_UNSTATED
from chuantou.graph.ownership import Window
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

CAPITAL_IN = CLASS_ID["CAPITAL_IN"]
SWEEPS = [CLASS_ID["SWEEP"], CLASS_ID["POOL_SWEEP"]]
IS_CLIENTS = role_mask("CLIENT_MASTER", "CLIENT_SUB")
NOMINEE = 3  # the limb with values of its own
AROUND_RISE_DAYS = 30  # a shareholder's payment without a class is capital when the registered capital changes around it [E]


@dataclass
class Payment:
    """A capital payment: log index, instant, fen, contributor; ``circular`` fen by manner once it is known, and where it goes."""

    row: int
    time: int
    fen: int
    who: str
    circular: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MANNERS, 0))
    gone_at: int = 0
    upto: int = 0
    proceeds: Proceeds | None = None
    checked: int = NONE
    reached: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))


class Judged(NamedTuple):
    """One limb: the payments it is judged on, fen by manner, and severity."""

    payments: tuple[Payment, ...]
    fen: dict[str, int]
    severity: int

    @property
    def paid_fen(self) -> int:
        return sum(p.fen for p in self.payments)


class ShareholderCapital(Detector):
    """股东资金来源: capital that is the institution's own, or its clients', money come round, and capital taken out again.

    Capital payments: CAPITAL_IN into own accounts of a watched institution, and what a shareholder pays there without a class
    within 30 days of a change of the registered capital. (a) circular: of a contributor's payments at least half was, within 60
    days, paid out of accounts of the institution, its subsidiaries or its clients, or lent by R1 or R2. (b) withdrawn: of a
    payment at least 80 % is, within 90 days, with shareholders, R1 or R2. (c) nominee: at least 80 % of a holder's capital is
    another's money, all else that came to him is below 20 % of it, and at least 80 % of his dividends go on to that other within
    30 days: yellow, among kin a lead. FIFO and pro-rata both. Wages, dividends, refunds,
    trade, returns to investors and group sweeps by the bank's code make nothing circular; what a reduction of the registered
    capital gives back is not withdrawn. Zero tolerance of the lesser fen. Clause 三(二); 公司法 [M-h]; 条例 2024 art. 8, 48
    [L2]. Amounts in fen.

    >>> ShareholderCapital.colour({"fifo": 60_000_000, "prorata": 50_000_000}, 100_000_000, 500_000)
    3
    >>> ShareholderCapital.colour({"fifo": 60_000_000, "prorata": 49_000_000}, 100_000_000, 500_000)
    0
    """

    id, clause, family = "REG-03", "三(二)", "capital"
    title_zh, title_en = "股东资金来源异常", "capital of doubtful source"
    legal_basis = ("SEED 三(二)", "公司法 [M-h]", "非银行支付机构监督管理条例 2024 art. 8, 48 [L2]")
    parameters = ("capital.source",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.payments: dict[str, dict[int, Payment]] = {}
        self.behind: dict[str, Behind] = {}
        self.nominees = Nominees(world)
        self._today: dict[str, set[int]] = {}

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        log, base = self.world.ledger.log, self.world.ledger.base
        flow = log.flow_class[segment.first - base : segment.end - base]
        for at in np.flatnonzero(flow == CAPITAL_IN).tolist():
            owner = int(self.world.accounts.table.owner[segment.creditor[at]])
            key = self.world.parties.names[owner] if owner != NONE else ""
            own = key in self.world.watch.institutions and int(segment.payer_party[at]) != owner
            if own and not IS_CLIENTS[self.world.accounts.table.role[segment.creditor[at]]]:
                self._today.setdefault(key, set()).add(segment.first + at)
        self.nominees.note(segment)
        yield from ()

    def _unstated(self, key: str, day: int, now: int) -> set[int]:
        """What shareholders paid without a class around a change of the registered capital."""
        register, world = self.world.register, self.world
        changes = [when for when, _ in register.capital_changes(key) if day - AROUND_RISE_DAYS <= when <= day]
        held = world.accounts.of_party.get(world.parties.get(key), ())
        if not changes or not held:
            return set()
        rows = world.ledger.rows_of(now - 2 * AROUND_RISE_DAYS * DAY_US, now)
        log, at = world.ledger.log, rows - world.ledger.base
        holders = [world.parties.get(name) for name in register.shareholders_of(key, day)]
        into = np.isin(log.creditor[at], [a for a in held if not IS_CLIENTS[world.accounts.table.role[a]]])
        mine = into & IS_UNSTATED[log.flow_class[at]] & np.isin(log.payer[at], holders)
        found = rows[mine]
        days = shanghai_day(log.time[found - world.ledger.base])
        near = (np.abs(days[:, None] - np.array(changes)[None, :]) <= AROUND_RISE_DAYS).any(axis=1)
        return set(found[near].tolist())

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        gate = self.in_force("capital.source", now - 1)
        if gate is None:
            return
        for key in sorted(self.world.watch.institutions):
            held = self.payments.get(key, {})
            fresh = sorted((self._today.pop(key, set()) | self._unstated(key, day, now)) - held.keys())
            if fresh:
                held = self.payments.setdefault(key, held)
                held.update({row: self._payment(row) for row in fresh})
                for row in fresh:
                    self.nominees.pay_in(key, held[row].who, row)
                self._look_behind(key, fresh, gate)
            if held and (self._follow(key, held, now, gate) or fresh):
                yield from self._judge(key, list(held.values()), now, gate)
        yield from (self._nominee(key, nominee, now, gate) for key, nominee in self.nominees.of_day(now, gate)
                    if is_nominee(nominee.values(), gate))  # fmt: skip
        self._forget(now, gate)
        self.nominees.forget(now)

    def _payment(self, row: int) -> Payment:
        log, at = self.world.ledger.log, row - self.world.ledger.base
        payer = int(log.payer[at])
        who = self.world.parties.names[payer] if payer != NONE else self.world.accounts.owner_name(int(log.debtor[at]))
        return Payment(row, int(log.time[at]), int(log.fen[at]), who)

    def _look_behind(self, key: str, fresh: list[int], gate: dict[str, Any]) -> None:
        """All payments of the last weeks again: a later one may show who stood behind the first."""
        held, reach = self.payments[key], gate["circular_days"] * DAY_US
        last = max(held[row].time for row in fresh)
        rows = [row for row, p in held.items() if p.time > last - (gate["withdrawn_days"] + 1) * DAY_US]
        since = min(held[row].time for row in rows) - reach
        view = self.behind[key] = behind(self.world, key, rows, since, last)
        for row, parts in view.parts(reach).items():
            held[row].circular = parts

    def _follow(self, key: str, held: dict[int, Payment], now: int, gate: dict[str, Any]) -> bool:
        """Where the capital went since the last look; whether more of it arrived."""
        world, last_out, news = self.world, self.world.ledger.accounts.last_out, False
        for p in held.values():
            until = p.time + gate["withdrawn_days"] * DAY_US
            if now - 1 > until + DAY_US or (p.checked != NONE and not bool((last_out[p.reached] >= p.checked).any())):
                continue
            ends = self._ends(key, [q.who for q in held.values()])
            loan = Loan(p.row, key, world.parties.get(key), NONE, p.fen, p.time)
            proceeds = without_sweeps(world, follow_to(world, loan, min(now - 1, until), ends.__contains__))
            p.reached, p.checked = proceeds.flow.accounts[1:], world.ledger.end
            upto = last_arrival(proceeds)
            if upto and upto != p.upto:
                traced = proceeds.trace(upto)
                p.gone = {m: int(getattr(traced, f"{m}_sink_fen")) for m in MANNERS}
                p.proceeds, p.upto, news = proceeds, upto, True
                p.gone_at = int(world.ledger.log.time[proceeds.flow.rows[upto - 1] - world.ledger.base])
        return news

    def _ends(self, key: str, contributors: list[str]) -> set[int]:
        """Accounts of shareholders, contributors, R1 and R2, but for companies below the institution, and banks."""
        world, day = self.world, self.world.day
        circle = world.watch.institutions[key].circle("R1", "R2")
        below = world.register.effective_ppm(key, day)
        banks = world.register.banks(Window(day, day))
        who = {*circle, *contributors, *world.register.shareholders_of(key, day)} - {key} - below.keys() - banks
        return {a for party in sorted(who) for a in world.accounts.of_party.get(world.parties.get(party), ())}

    @staticmethod
    def colour(fen: dict[str, int], paid_fen: int, line_ppm: int) -> int:
        """Severity of what FIFO and pro-rata both say, where their shares of what was paid reach the line."""
        return zero_tolerance(sure(fen)) if ppm(sure(fen), paid_fen) >= line_ppm else NO_SEVERITY

    def _circular(self, payments: list[Payment], gate: dict[str, Any]) -> Judged:
        """The contributors whose capital is circular by itself; where there is none, all of them."""
        line = to_ppm(gate["circular"])
        by: dict[str, list[Payment]] = {}
        for p in payments:
            by.setdefault(p.who, []).append(p)
        alone = [some for _, some in sorted(by.items())
                 if ppm(sure(total(p.circular for p in some)), sum(p.fen for p in some)) >= line]  # fmt: skip
        chosen = tuple(p for some in alone for p in some) or tuple(payments)
        fen = total(p.circular for p in chosen)
        return Judged(chosen, fen, self.colour(fen, sum(p.fen for p in chosen), line))

    def _withdrawn(self, key: str, payments: list[Payment], gate: dict[str, Any]) -> Judged:
        line = to_ppm(gate["withdrawn"])
        chosen = tuple(p for p in payments if ppm(sure(p.gone), p.fen) >= line) or tuple(payments)
        fen = total(p.gone for p in chosen)
        colour = self.colour(fen, sum(p.fen for p in chosen), line)
        return Judged(chosen, fen, colour if fen["fifo"] > self._reduced(key, payments) else NO_SEVERITY)

    def _reduced(self, key: str, payments: list[Payment]) -> int:
        """By how much the registered capital was reduced since the first of the payments."""
        first = shanghai_day(min(p.time for p in payments))
        changes = self.world.register.capital_changes(key)
        steps = [(day, before - after) for (_, before), (day, after) in pairwise(changes)]
        return sum(step for day, step in steps if day >= first and step > 0)

    def _judge(self, key: str, payments: list[Payment], now: int, gate: dict[str, Any]) -> Iterator[Finding]:
        oldest = now - (gate["withdrawn_days"] + 1) * DAY_US
        payments = sorted((p for p in payments if p.time > oldest), key=lambda p: p.row)
        if not payments:
            return
        circular, withdrawn = self._circular(payments, gate), self._withdrawn(key, payments, gate)
        severity = max(circular.severity, withdrawn.severity)
        if severity == NO_SEVERITY:
            return
        fires = [limb for limb in (circular, withdrawn) if limb.severity]
        chief = max(fires, key=lambda limb: (limb.severity, limb.fen["fifo"]))
        values = {
            "contributed_fen": sum(p.fen for p in payments), "n_contributors": len({p.who for p in payments}),
            **shares("circular", circular), **shares("withdrawn", withdrawn),
        }  # fmt: skip
        time = max([p.time for p in circular.payments] if chief is circular else [p.gone_at for p in withdrawn.payments])
        names = self.world.accounts.ids.names
        log, base = self.world.ledger.log, self.world.ledger.base
        accounts = {names[int(log.creditor[p.row - base])] for p in payments}
        yield Finding(
            self.id, key, time, severity, chief.fen["fifo"], values, (min(p.time for p in payments), time),
            low_fen=min(chief.fen.values()), high_fen=max(chief.fen.values()), known=now,
            others=tuple(sorted({p.who for limb in fires for p in limb.payments if not p.who.startswith("account:")})),
            accounts=tuple(sorted(accounts)), key=self._held(key, payments), flags=self._flags(key, payments),
        )  # fmt: skip

    def _held(self, key: str, payments: list[Payment]) -> tuple[Any, ...]:
        rows = tuple((p.row, p.time, p.fen, p.who, p.upto) for p in payments)
        return self.behind[key], rows, tuple(p.proceeds for p in payments), self._reduced(key, payments)

    def _flags(self, key: str, payments: list[Payment]) -> tuple[str, ...]:
        cut = self.behind[key].truncated or any(p.proceeds is not None and p.proceeds.flow.truncated for p in payments)
        return ("truncated",) if cut else ()

    def _nominee(self, key: str, nominee: Nominee, now: int, gate: dict[str, Any]) -> Finding:
        values = nominee.values() | {"limb": NOMINEE, "kin": int(nominee.kin), "circular_ppm": 0, "withdrawn_ppm": 0}
        log, base = self.world.ledger.log, self.world.ledger.base
        passed = [row for dividend in nominee.dividends for row, _ in dividend.passed]
        last, amount = int(log.time[max(passed) - base]), values["contributed_fen"] * values["rooted_ppm"] // PPM
        first = int(nominee.time[nominee.paid[0]])
        return Finding(
            self.id, key, last, LOG if nominee.kin else YELLOW, amount, values, (first, last), known=now,
            others=(nominee.holder, nominee.master), key=nominee, flags=("truncated",) if nominee.pots.truncated else (),
        )  # fmt: skip

    def _forget(self, now: int, gate: dict[str, Any]) -> None:
        oldest = now - (gate["withdrawn_days"] + gate["circular_days"]) * DAY_US
        for key, held in list(self.payments.items()):
            self.payments[key] = {row: p for row, p in held.items() if p.time > oldest}
            if not self.payments[key]:
                del self.payments[key], self.behind[key]

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        if isinstance(finding.key, Nominee):
            return self._nominee_evidence(finding.key, finding)
        view, payments, followed, reduced = finding.key
        traces = [trace_inputs(self.world, p, upto) | {"payment": k}
                  for k, ((*_, upto), p) in enumerate(zip(payments, followed)) if p is not None]  # fmt: skip
        rows = {row for row, *_ in payments} | set(view.pots.rows.tolist())
        rows |= {row for (*_, upto), p in zip(payments, followed) if p is not None for row in p.flow.rows[:upto].tolist()}
        gate = self.in_force("capital.source", finding.time)
        return Evidence(
            {
                "circular_ppm": "sum over payments of what booked transfers with a label brought, by FIFO / sum of the payments",
                "withdrawn_ppm": "sum over followed payments of sink_fen, by FIFO / sum of the payments",
            },
            {
                "payments": [{"transaction": list(self.world.refs.of(row)), "time": time, "fen": fen, "contributor": who}
                             for row, time, fen, who, _ in payments],
                "openings": [[self.world.accounts.ids.names[account], fen] for account, fen in view.pots.openings],
                "transfers": behind_rows(self.world, view),
                "followed": traces, "reduced_fen": reduced,
            },
            sorted(rows),
            related=related_paths(self.world, finding.subject, finding.others),
            excuses=[Excuse("capital_reduction", reduced > 0, {"reduced_fen": reduced}),
                     *(excuse for p in followed if p is not None for excuse in p.excuses)],
            thresholds={"capital.source": gate, "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip

    def _nominee_evidence(self, nominee: Nominee, finding: Finding) -> Evidence:
        names, pots, refs, paid = self.world.accounts.ids.names, nominee.pots, self.world.refs, set(nominee.paid)
        rows = {int(row) for row in pots.rows}
        rows |= {row for d in nominee.dividends for row in (d.row, *(passed for passed, _ in d.passed))}
        return Evidence(
            {
                "rooted_ppm": "of the capital payments, what transfers with behind brought, by FIFO",
                "own_inflow_ppm": "what came from anybody else, in shares of the capital",
                "passed_on_ppm": "of the dividends, what was paid on to the one behind, no more than each",
            },
            {
                "limb": NOMINEE, "holder": nominee.holder, "master": nominee.master, "kin": nominee.kin,
                "openings": [[names[account], fen] for account, fen in pots.openings],
                "transfers": [
                    {"transaction": list(refs.of(int(pots.rows[i]))), "time": int(nominee.time[i]), "fen": int(pots.fen[i]),
                     "payer": None if pots.enters[i] else names[pots.debtor[i]],
                     "payee": None if pots.leaves[i] else names[pots.creditor[i]],
                     "behind": nominee.behind[i], "capital": i in paid}
                    for i in range(len(pots.rows))
                ],
                "dividends": [
                    {"transaction": list(refs.of(d.row)), "fen": d.fen,
                     "passed": [{"transaction": list(refs.of(row)), "fen": fen} for row, fen in d.passed]}
                    for d in nominee.dividends
                ],
            },
            sorted(rows),
            related=related_paths(self.world, finding.subject, finding.others),
            excuses=[Excuse("LA-FAMILY", nominee.kin, {"holder": nominee.holder, "master": nominee.master})],
            thresholds={"capital.source": self.in_force("capital.source", finding.time)},
        )  # fmt: skip


def shares(name: str, limb: Judged) -> dict[str, int]:
    """FIFO under the limb's own name, the other manners beside it, and what they are shares of."""
    named = {f"{name}_ppm" if m == "fifo" else f"{name}_{m}_ppm": ppm(fen, limb.paid_fen) for m, fen in limb.fen.items()}
    return {**named, f"{name}_of_fen": limb.paid_fen}


def behind_rows(world: World, view: Behind) -> list[dict[str, Any]]:
    """The transfers behind the capital as plain data; an end outside the view is null."""
    names, pots, paid = world.accounts.ids.names, view.pots, set(view.paid)
    return [
        {"transaction": list(world.refs.of(int(pots.rows[i]))), "time": int(view.time[i]), "fen": int(pots.fen[i]),
         "payer": None if pots.enters[i] else names[pots.debtor[i]],
         "payee": None if pots.leaves[i] else names[pots.creditor[i]], "label": view.label[i] or None, "capital": i in paid}
        for i in range(len(pots.rows))
    ]  # fmt: skip


def last_arrival(p: Proceeds) -> int:
    """One past the last transfer that brought some of the money to an end; 0 where none did."""
    arrived = np.flatnonzero(p.sinks[p.creditor] & (p.trace().hop > 0))
    return int(arrived[-1]) + 1 if len(arrived) else 0


def without_sweeps(world: World, p: Proceeds) -> Proceeds:
    """LA-CASHPOOL: what the bank sweeps to the group's header by its own code is not withdrawn."""
    log, at = world.ledger.log, p.flow.rows - world.ledger.base
    swept = np.isin(log.flow_class[at], SWEEPS) & IS_HARD_BASIS[log.basis[at]] & p.sinks[p.creditor]
    if swept.any():
        p.creditor[swept] = len(p.flow.accounts)
        p.excuses.append(Excuse("LA-CASHPOOL", True, {"fen": int(p.flow.fen[swept].sum())}))
    return p
