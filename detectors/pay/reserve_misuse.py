"""PAY-02 备付金挪用 · reserve money paid to those who are not entitled to it."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import PPM, RED, YUAN, ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, zero_tolerance
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.pay.reserve_book import ReserveBook
from chuantou.detectors.pay.standing import STRANGER
from chuantou.detectors.related_evidence import knowable_at, related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import RESERVE
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us

WINDOW_US = 30 * DAY_US
OTHERS_FEN = 10_000 * YUAN  # to payees outside Own, Rel and wealth, per payee and window
SHAM_PPM = 800_000
ORDER_MEMORY_US = 180 * DAY_US  # LA-REFUND
REGIME_2013 = "client_orders_and_own_reserve_moves"
# by reason code of the kernel: words, and whether the payee is Own, Rel or wealth
REASONS = (
    ("entitled", False),
    ("own money beyond fees and top-ups", True),
    ("related party without a client order", True),
    ("wealth or securities account without a client order", True),
    ("no order, no filing, not paid in before", False),
    ("across banks by a cooperating bank, past the depository bank", False),
    ("another institution's reserve", False),
)


@dataclass(frozen=True)
class Misuse:
    """One debit that its payee was not entitled to, or the part of it beyond what he was."""

    time: int
    index: int
    fen: int
    reason: str
    payee: str
    grave: bool


class Window:
    """Misuses of the last 30 days and their sum by payee."""

    def __init__(self) -> None:
        self.misuses: deque[Misuse] = deque()

    def counted(self, now: int) -> list[Misuse]:
        """Those that count at ``now``: grave ones from one fen, others from 10,000 yuan a payee."""
        # a debit without title that its payee passed on is one misuse: what was learned last holds
        inside = list({m.index: m for m in self.misuses if now - WINDOW_US <= m.time <= now}.values())
        by_payee: Counter[str] = Counter()
        for m in inside:
            by_payee[m.payee] += m.fen
        return [m for m in inside if m.grave or by_payee[m.payee] >= OTHERS_FEN]


class ReserveMisuse(Detector):
    """备付金挪用: a debit of the reserve whose payee is not in the regime's list.

    Entitled: by client order, by a filed merchant account (MERCHANT_SETTLE), by refund to the account that paid in, own
    money up to fees of completed orders plus own top-ups and bank interest, taxes and courts; moves between own reserve
    accounts and, from 2021-03-01, another institution's reserve by order. Under the 2013 rules a cooperating bank's account
    pays nobody at another bank but the depository bank. Everything else is not. Red from one fen when the payee is Own(P),
    R1/R2, or a wealth account, or a merchant that passes ≥ 80 % on to them within 2 days; others by the zero-tolerance table
    from 10,000 yuan a payee in 30 days. Each debit is judged by the rule of its own day.
    Clause 二(二)1; 2013 办法 [S2b]; 令〔2021〕1号 [S3]. ``misused_fen`` in fen over 30 days.

    >>> window = Window()
    >>> window.misuses.append(Misuse(time=0, index=0, fen=1, reason="own money", payee="uscc:P", grave=True))
    >>> window.misuses.append(Misuse(time=0, index=1, fen=999_999, reason="no order", payee="uscc:Q", grave=False))
    >>> [m.fen for m in window.counted(now=0)]
    [1]
    """

    id, clause, family = "PAY-02", "二(二)1", "client_money"
    title_zh, title_en = "备付金挪用", "misuse of reserve funds"
    legal_basis = ("SEED 二(二)1", "支付机构客户备付金存管办法 2013 [S2b]", "令〔2021〕1号 [S3]")
    parameters = ("rsv.payees",)
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.book = ReserveBook(world)
        self.windows: dict[str, Window] = {}
        self.forwarded: dict[int, int] = {}  # debit -> fen of it that came back to Own or Rel

    def observe(self, segment: Segment) -> Iterator[Finding]:
        institutions = list(self.institutions())
        if segment.first == segment.end or not institutions:
            return
        regime = self.in_force("rsv.payees", int(segment.time[0]))
        if regime is None:
            return
        judged = self.book.judge(segment, institutions, regime == REGIME_2013)
        standing = self.book.standing
        misuses: list[tuple[str, Misuse]] = []
        for k in np.flatnonzero(judged.excess).tolist():
            i = int(judged.row[k])
            key = standing.keys[standing.reserve_of[segment.debtor[i]]]
            reason, grave = REASONS[judged.reason[k]]
            payee = self._payee(segment.first + i, int(segment.creditor[i]))
            misuses.append((key, Misuse(int(segment.time[i]), segment.first + i, int(judged.excess[k]), reason, payee, grave)))
        misuses.extend(self._passed_on(segment))
        for key, misuse in sorted(misuses, key=lambda item: (item[1].time, item[1].index, item[0])):
            yield from self._add(key, misuse)

    def _passed_on(self, s: Segment) -> Iterator[tuple[str, Misuse]]:
        """Shares of earlier payouts that arrive at Own or Rel: the payee was a sham merchant once they are 80 %."""
        ledger, standing = self.world.ledger, self.book.standing
        root_at = s.parts.root - ledger.base
        institution_of = standing.reserve_of[ledger.log.debtor[root_at]]
        arrives = standing.tier[institution_of, s.creditor[s.parts.transfer - s.first]] != STRANGER
        passed = (ledger.log.kind[root_at] == RESERVE) & (institution_of != NONE) & arrives
        for p in np.flatnonzero(passed).tolist():
            root, transfer, fen = (int(column[p]) for column in (s.parts.root, s.parts.transfer, s.parts.fen))
            payer, paid, merchant = self._log(root, "debtor", "fen", "creditor")
            from_account, to_account = self._log(transfer, "debtor", "creditor")
            institution = int(standing.reserve_of[payer])
            if standing.reserve_of[to_account] != NONE:
                continue
            stands = standing.tier[institution, [merchant, from_account, to_account]]
            if stands[0] or stands[1] or not stands[2]:
                continue
            before = self.forwarded.get(root, 0)
            self.forwarded[root] = before + fen
            if before * PPM < SHAM_PPM * paid <= self.forwarded[root] * PPM:
                time = int(s.time[transfer - s.first])
                reason = f"merchant passed it on to {self._payee(transfer, to_account)}"
                yield standing.keys[institution], Misuse(time, root, paid, reason, self._payee(root, merchant), True)

    def _log(self, index: int, *names: str) -> list[int]:
        at = index - self.world.ledger.base
        return [int(getattr(self.world.ledger.log, name)[at]) for name in names]

    def _order(self, index: int) -> str | None:
        order = self._log(index, "order")[0]
        return self.world.orders.names[order] if order != NONE else None

    def _payee(self, index: int, account: int) -> str:
        party = self._log(index, "payee")[0]
        return self.world.parties.names[party] if party != NONE else self.world.accounts.owner_name(account)

    def _add(self, key: str, misuse: Misuse) -> Iterator[Finding]:
        now = misuse.time
        window = self.windows.setdefault(key, Window())
        window.misuses.append(misuse)
        counted = window.counted(now)
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
    def _severity(counted: list[Misuse]) -> int:
        if any(m.grave for m in counted):
            return RED
        return zero_tolerance(sum(m.fen for m in counted))

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        self.book.forget_before(now - ORDER_MEMORY_US)
        self.forwarded = {root: fen for root, fen in self.forwarded.items() if root >= self.world.ledger.base}
        for window in self.windows.values():
            while window.misuses and window.misuses[0].time < now - WINDOW_US - 2 * DAY_US:
                window.misuses.popleft()
        return iter(())

    def evidence(self, finding: Finding) -> Evidence:
        counted = self.windows[finding.subject].counted(finding.key)
        names = self.world.accounts.ids.names
        debits = []
        for m in counted:
            debtor, creditor, fen = self._log(m.index, "debtor", "creditor", "fen")
            debits.append({
                "transaction": list(self.world.refs.of(m.index)), "time": m.time, "from": names[debtor],
                "to": names[creditor], "payee": m.payee, "fen": fen, "misused_fen": m.fen, "reason": m.reason,
                "grave": m.grave, "class": hard_class(self.world, m.index), "regime": self.in_force("rsv.payees", m.time),
                "order": self._order(m.index), "payee_role": self.world.accounts.role_of(creditor),
            })  # fmt: skip
        return Evidence(
            formulas={"misused_fen": "sum(debits.misused_fen)", "n_debits": "count(debits)"},
            inputs={"now": finding.key, "window_us": WINDOW_US, "debits": debits},
            transactions=[m.index for m in counted],
            related=related_paths(self.world, finding.subject, [m.payee for m in counted]),
            thresholds={"rsv.payees": self.in_force("rsv.payees", finding.time), "others_fen": OTHERS_FEN,
                        "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )
