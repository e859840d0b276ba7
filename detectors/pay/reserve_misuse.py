"""PAY-02 备付金挪用 · reserve money paid to those who are not entitled to it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import PPM, RED, YUAN, Detector, Evidence, Finding, zero_tolerance
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.related_evidence import knowable_at, related_paths
from chuantou.graph.accounts import IS_RESERVE, NONE
from chuantou.graph.ledger import RESERVE
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us

WINDOW_US = 30 * DAY_US
OTHERS_FEN = 10_000 * YUAN  # to payees outside Own, Rel and wealth, per payee and window
SHAM_PPM = 800_000
ORDER_MEMORY_US = 180 * DAY_US  # LA-REFUND
WEALTH_ROLES = ("SEC_SETTLE", "FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP")
WEALTH_SECTORS = ("SECURITIES", "AM")
TIERS = ("R1", "R2")


@dataclass
class Order:
    """Client money that came in and went out under one order."""

    paid_in_fen: int = 0
    paid_out_fen: int = 0
    last: int = 0

    @property
    def fee_fen(self) -> int:
        """What a completed order leaves to the institution."""
        return max(0, self.paid_in_fen - self.paid_out_fen) if self.paid_out_fen else 0


@dataclass(frozen=True)
class Misuse:
    """One debit that its payee was not entitled to, or the part of it beyond what he was."""

    time: int
    index: int
    fen: int
    reason: str
    payee: str
    grave: bool


@dataclass
class Reserve:
    """One institution's orders, own money and misuses of the window."""

    orders: dict[int, Order] = field(default_factory=dict)
    fees_fen: int = 0
    own_fen: int = 0  # own money put in, less own money taken out
    paid_in: dict[int, int] = field(default_factory=dict)  # client account -> net fen it has in the reserve
    misuses: deque[Misuse] = field(default_factory=deque)
    forwarded: dict[int, int] = field(default_factory=dict)  # debit -> fen that came back to Own or Rel

    def order(self, number: int, time: int, paid_in: int = 0, paid_out: int = 0) -> None:
        order = self.orders.setdefault(number, Order())
        before = order.fee_fen
        order.paid_in_fen += paid_in
        order.paid_out_fen += paid_out
        order.last = time
        self.fees_fen += order.fee_fen - before


class ReserveMisuse(Detector):
    """备付金挪用: a debit of the reserve whose payee is not in the regime's list.

    Entitled: by client order, by a filed merchant account (MERCHANT_SETTLE), by refund to the account that paid in, own
    money up to fees of completed orders plus own top-ups, taxes and courts; moves between own reserve accounts – under
    the 2013 rules only towards or from the depository bank – and, from 2021-03-01, another institution's reserve by order.
    Everything else is not. Red from one fen when the payee is Own(P), R1/R2, or a wealth account, or a merchant that passes
    ≥ 80 % on to them within 2 days; others by the zero-tolerance table from 10,000 yuan a payee in 30 days.
    Clause 二(二)1; 2013 办法 [S2b]; 令〔2021〕1号 [S3]. ``misused_fen`` in fen over 30 days.

    >>> book = Reserve()
    >>> book.order(1, time=0, paid_in=100_000)
    >>> book.order(1, time=1, paid_out=99_400)
    >>> book.fees_fen
    600
    """

    id, clause, family = "PAY-02", "二(二)1", "client_money"
    title_zh, title_en = "备付金挪用", "misuse of reserve funds"
    legal_basis = ("SEED 二(二)1", "支付机构客户备付金存管办法 2013 [S2b]", "令〔2021〕1号 [S3]")
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.reserves: dict[str, Reserve] = {}

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first == segment.end:
            return
        mine = {self.world.parties.get(key): key for key in self.institutions()}
        mine.pop(NONE, None)
        if not mine:
            return
        for index, part in self._facts(segment):
            i = index - segment.first
            payer, payee = int(segment.debtor[i]), int(segment.creditor[i])
            if part is not None:
                yield from self._passed_on(index, *part, int(segment.time[i]))
                continue
            owner = self.world.accounts.table.owner
            from_key = mine.get(int(owner[payer])) if self._is_reserve(payer) else None
            into_key = mine.get(int(owner[payee])) if self._is_reserve(payee) else None
            if from_key is not None:
                yield from self._debit(from_key, index, payer, payee)
            if into_key is not None and into_key != from_key:
                self._credit(into_key, index, payer)

    def _facts(self, s: Segment) -> list[tuple[int, tuple[int, int] | None]]:
        """Rows at a reserve account, and shares of earlier payouts that move on, in booking order."""
        role, ledger = self.world.accounts.table.role, self.world.ledger
        rows = np.flatnonzero(IS_RESERVE[role[s.debtor]] | IS_RESERVE[role[s.creditor]])
        facts: list[tuple[int, tuple[int, int] | None]] = [(s.first + i, None) for i in rows.tolist()]
        moved = np.flatnonzero(ledger.log.kind[s.parts.root - ledger.base] == RESERVE)
        for p in moved.tolist():
            facts.append((int(s.parts.transfer[p]), (int(s.parts.root[p]), int(s.parts.fen[p]))))
        return sorted(facts, key=lambda fact: (fact[0], fact[1] is not None, fact[1] or (0, 0)))

    def _is_reserve(self, account: int) -> bool:
        return bool(IS_RESERVE[self.world.accounts.table.role[account]])

    def _log(self, index: int, *names: str) -> list[int]:
        at = index - self.world.ledger.base
        return [int(getattr(self.world.ledger.log, name)[at]) for name in names]

    def _credit(self, key: str, index: int, payer: int) -> None:
        reserve = self.reserves.setdefault(key, Reserve())
        time, fen, order = self._log(index, "time", "fen", "order")
        if self._tier(key, payer) in ("P", *TIERS):
            reserve.own_fen += fen
            return
        reserve.paid_in[payer] = reserve.paid_in.get(payer, 0) + fen
        if order != NONE:
            reserve.order(order, time, paid_in=fen)

    def _tier(self, key: str, account: int) -> str | None:
        return self.world.watch.institutions[key].tier(self.world.accounts.owner_name(account))

    def _debit(self, key: str, index: int, payer: int, payee: int) -> Iterator[Finding]:
        reserve = self.reserves.setdefault(key, Reserve())
        time, fen, order = self._log(index, "time", "fen", "order")
        excess, reason, grave = self._not_entitled(key, reserve, index, payer, payee)
        if order != NONE and not excess:
            reserve.order(order, time, paid_out=fen)
        if excess:
            yield from self._add(key, reserve, Misuse(time, index, excess, reason, self._payee(index, payee), grave))

    def _not_entitled(self, key: str, reserve: Reserve, index: int, payer: int, payee: int) -> tuple[int, str, bool]:
        """``(fen beyond what the payee is entitled to, why, whether to Own, Rel or wealth)``."""
        time, fen, order = self._log(index, "time", "fen", "order")
        by_order = order != NONE and order in reserve.orders
        role = self.world.accounts.role_of(payee)
        tier = self._tier(key, payee)
        if self._is_reserve(payee):
            return self._between_reserves(key, time, fen, order, payer, payee)
        if tier == "P":
            allowed = max(0, reserve.own_fen + reserve.fees_fen)
            reserve.own_fen -= min(fen, allowed)
            return max(0, fen - allowed), "own money beyond fees and top-ups", True
        if tier in TIERS and not by_order:
            return fen, f"related party ({tier}) without a client order", True
        if (role in WEALTH_ROLES or self._sector(payee) in WEALTH_SECTORS) and not by_order:
            return fen, "wealth or securities account without a client order", True
        if role == "MERCHANT_SETTLE" and self.world.accounts.table.third_party[payee]:
            return 0, "filed merchant account", False
        if order != NONE or role == "TAX":
            return 0, "client order" if order != NONE else "tax, treasury or court", False
        left = reserve.paid_in.get(payee, 0)
        reserve.paid_in[payee] = max(0, left - fen)
        return max(0, fen - left), "no order, no filing, not paid in before", False

    def _between_reserves(
        self, key: str, time: int, fen: int, order: int, payer: int, payee: int
    ) -> tuple[int, str, bool]:
        rule = self.in_force("rsv.payees", time)
        if self._tier(key, payee) == "P":
            depository = "RSV_DEPOSITORY" in (self.world.accounts.role_of(payer), self.world.accounts.role_of(payee))
            bank = self.world.accounts.bank
            same_bank = bank.get(payer) == bank.get(payee)
            if rule == "client_orders_and_own_reserve_moves" and not depository and not same_bank:
                return fen, "between cooperating banks, past the depository bank", False
            return 0, "own reserve account", False
        if rule == "whitelist5" and order != NONE:
            return 0, "another institution's reserve, by order", False
        return fen, "another institution's reserve", False

    def _sector(self, account: int) -> str | None:
        info = self.world.register.party(self.world.accounts.owner_name(account))
        return info.sector if info is not None else None

    def _payee(self, index: int, account: int) -> str:
        party = self._log(index, "payee")[0]
        return self.world.parties.names[party] if party != NONE else self.world.accounts.owner_name(account)

    def _passed_on(self, index: int, root: int, fen: int, time: int) -> Iterator[Finding]:
        """A share of payout ``root`` arrives somewhere: at Own or Rel of the institution that paid it?"""
        payer_account, paid, merchant = self._log(root, "debtor", "fen", "creditor")
        key = self.world.accounts.owner_name(payer_account)
        reserve = self.reserves.get(key)
        from_account, to_account = self._log(index, "debtor", "creditor")
        if reserve is None or self._is_reserve(to_account) or self._tier(key, merchant) in ("P", *TIERS):
            return
        if self._tier(key, to_account) not in ("P", *TIERS) or self._tier(key, from_account) in ("P", *TIERS):
            return
        before = reserve.forwarded.get(root, 0)
        reserve.forwarded[root] = before + fen
        line = SHAM_PPM * paid
        if before * PPM < line <= reserve.forwarded[root] * PPM:
            misuse = Misuse(time, root, paid, f"merchant passed it on to {self._payee(index, to_account)}",
                            self._payee(root, merchant), True)  # fmt: skip
            yield from self._add(key, reserve, misuse)

    def _add(self, key: str, reserve: Reserve, misuse: Misuse) -> Iterator[Finding]:
        now = misuse.time
        if self.in_force("rsv.payees", now) is None:
            return
        reserve.misuses.append(misuse)
        counted = self._counted(reserve, now)
        severity = self._severity(counted)
        if severity == NO_SEVERITY:
            return
        names = self.world.accounts.ids.names
        payees = sorted({m.payee for m in counted})
        known = knowable_at(self.world, key, payees)
        accounts = sorted({names[self._log(m.index, end)[0]] for m in counted for end in ("debtor", "creditor")
                           if m.index >= self.world.ledger.base})  # fmt: skip
        values = {"misused_fen": sum(m.fen for m in counted), "n_debits": len(counted)}
        yield Finding(
            self.id, key, now, severity, values["misused_fen"], values, (min(m.time for m in counted), now),
            others=tuple(p for p in payees if p != key and not p.startswith("account:")), accounts=tuple(accounts),
            known=known if known > now else None, key=now,
        )  # fmt: skip

    @staticmethod
    def _counted(reserve: Reserve, now: int) -> list[Misuse]:
        """Misuses of the window that count: grave ones from one fen, others from 10,000 yuan a payee."""
        inside = [m for m in reserve.misuses if now - WINDOW_US <= m.time <= now]
        by_payee: dict[str, int] = {}
        for m in inside:
            by_payee[m.payee] = by_payee.get(m.payee, 0) + m.fen
        return [m for m in inside if m.grave or by_payee[m.payee] >= OTHERS_FEN]

    @staticmethod
    def _severity(counted: list[Misuse]) -> int:
        if any(m.grave for m in counted):
            return RED
        return zero_tolerance(sum(m.fen for m in counted))

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key in sorted(self.reserves):
            reserve = self.reserves[key]
            while reserve.misuses and reserve.misuses[0].time < now - WINDOW_US - 2 * DAY_US:
                reserve.misuses.popleft()
            base = self.world.ledger.base
            reserve.forwarded = {root: fen for root, fen in reserve.forwarded.items() if root >= base}
            old = [number for number, order in reserve.orders.items() if order.last < now - ORDER_MEMORY_US]
            for number in old:
                del reserve.orders[number]
        return iter(())

    def evidence(self, finding: Finding) -> Evidence:
        counted = self._counted(self.reserves[finding.subject], finding.key)
        names = self.world.accounts.ids.names
        debits = []
        for m in counted:
            debtor, creditor, fen = self._log(m.index, "debtor", "creditor", "fen")
            debits.append({
                "transaction": list(self.world.refs.of(m.index)), "time": m.time, "from": names[debtor],
                "to": names[creditor], "payee": m.payee, "fen": fen, "misused_fen": m.fen, "reason": m.reason,
                "grave": m.grave, "class": hard_class(self.world, m.index),
            })  # fmt: skip
        return Evidence(
            formulas={"misused_fen": "sum(debits.misused_fen)", "n_debits": "count(debits)"},
            inputs={"now": finding.key, "window_us": WINDOW_US, "debits": debits},
            transactions=[m.index for m in counted],
            related=related_paths(self.world, finding.subject, [m.payee for m in counted]),
            thresholds={"rsv.payees": self.in_force("rsv.payees", finding.time), "others_fen": OTHERS_FEN},
        )
