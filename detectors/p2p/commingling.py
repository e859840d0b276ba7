"""P2P-15 自有、客户资金未分账 · commingling of own and client funds."""

from collections import deque
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, zero_tolerance
from chuantou.detectors.lookalikes import custody
from chuantou.detectors.p2p.exits import is_custody
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day

WINDOW_US = 30 * DAY_US
IS_EXPENSE = class_mask("PAYROLL", "RENT", "TAX", "SUPPLIER", "DIVIDEND")
IS_INCOME = class_mask("CAPITAL_IN", "DIVIDEND", "MERCH_SETTLE", "RENT")  # a platform's own, beyond fees
MAY_ENTER_CUSTODY = class_mask("FEE", "BONUS", "TOPUP", "REFUND", "SWEEP")  # own money in custody that carries its tag
CREDIT, DEBIT, INCOME, INTO_CUSTODY = "client_credit", "own_debit", "own_income", "own_into_custody"


class Entry(NamedTuple):
    """What touched an account: ``counted`` fen of ``fen``; ``through``: paid by another account out of this one's money."""

    time: int
    row: int
    what: str
    fen: int
    counted: int
    through: bool


class Commingling(Detector):
    """未分账: one account of the platform's circle holds clients' money and pays, or receives, the platform's own.

    Over 30 days, for one account: ≥ 3 client credits of Σ ≥ 50,000 yuan, and an own-expense debit (PAYROLL, RENT, TAX,
    SUPPLIER, DIVIDEND) – also by a sister's account, as far as first-in-first-out lots say that clients' money of this one
    pays it, fees apart – or an own income that is no fee; or custody of the platform receives its own money without a tag of fee,
    bonus, top-up or refund. Severity: zero tolerance of Σ client credits, of Σ own money for custody. Clause 二(一)2; 2016
    办法 art. 28 [S6b]. Amounts in fen, also the alert's.

    >>> Commingling.graded(credits=3, credits_fen=5_000_000, own=1, into_custody=0, gate=(3, 5_000_000))
    (2, 5000000)
    """

    id, clause, family = "P2P-15", "二(一)2", "client_money"
    title_zh, title_en = "自有资金与客户资金未分账", "commingling of own and client funds"
    legal_basis = ("SEED 二(一)2", "2016 网络借贷暂行办法 art. 28 [S6b]")
    parameters = ("commingle",)
    sectors = ("P2P", "ECF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)2"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.entries: dict[str, dict[int, deque[Entry]]] = {}  # institution -> account -> its window
        self.earned: dict[int, int] = {}  # account -> fees out of clients' money that it has not spent
        self.touched: set[tuple[str, str, int]] = set()  # (institution, account's name, account)

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first == segment.end:
            return
        watch, log, base = self.world.watch, self.world.ledger.log, self.world.ledger.base
        into, out_of = segment.into, segment.out_of
        flow = log.flow_class[segment.first - base : segment.end - base]
        inside = into == out_of
        client = (into != NONE) & (segment.kind == CLIENT) & ~inside
        expense = (out_of != NONE) & IS_EXPENSE[flow] & ~inside
        income = (into != NONE) & IS_INCOME[flow] & ~inside
        own = (into != NONE) & inside & ~MAY_ENTER_CUSTODY[flow] & (segment.kind != CLIENT)
        mine = set(self.institutions())
        for i in np.flatnonzero(client | expense | income | own).tolist():
            key = watch.keys[into[i] if into[i] != NONE and not expense[i] else out_of[i]]
            if key not in mine:
                continue
            if client[i]:
                self._note(segment, i, key, int(segment.creditor[i]), CREDIT)
            if income[i]:
                self._note(segment, i, key, int(segment.creditor[i]), INCOME)
            if own[i] and self._is_own(key, int(segment.debtor[i])) and is_custody(self.world, int(segment.creditor[i]), key):
                self._note(segment, i, key, int(segment.creditor[i]), INTO_CUSTODY)
            if expense[i]:
                self._note(segment, i, key, int(segment.debtor[i]), DEBIT)
        self._sisters(segment, expense, mine)
        yield from ()

    def _is_own(self, key: str, account: int) -> bool:
        return self.world.accounts.owner_name(account) == key and not is_custody(self.world, account, key)

    def _sisters(self, s: Segment, expense: np.ndarray, mine: set[str]) -> None:
        """Expenses paid by one account of the circle with clients' money of another, beyond the fees that it earned."""
        log, base, watch = self.world.ledger.log, self.world.ledger.base, self.world.watch
        row = s.parts.transfer - s.first
        fee = log.flow_class[s.parts.transfer - base] == CLASS_ID["FEE"]
        fee &= s.into[row] != NONE
        for p in np.flatnonzero((expense[row] | fee) & (log.kind[s.parts.root - base] == CLIENT)).tolist():
            i, pot, fen = int(row[p]), int(log.creditor[s.parts.root[p] - base]), int(s.parts.fen[p])
            cluster, payer = int(watch.cluster_of[pot]), int(s.debtor[i])
            if fee[p]:
                self.earned[int(s.creditor[i])] = self.earned.get(int(s.creditor[i]), 0) + fen
            elif cluster == watch.cluster_of[payer] and pot != payer and watch.keys[cluster] in mine:
                earned = min(fen, self.earned.get(payer, 0))
                if earned:
                    self.earned[payer] -= earned
                if fen > earned:
                    self._note(s, i, watch.keys[cluster], pot, DEBIT, fen - earned)

    def _note(self, s: Segment, i: int, key: str, account: int, what: str, counted: int | None = None) -> None:
        fen = int(s.fen[i])
        entry = Entry(int(s.time[i]), s.first + i, what, fen, fen if counted is None else counted, counted is not None)
        self.entries.setdefault(key, {}).setdefault(account, deque()).append(entry)
        self.touched.add((key, self.world.accounts.ids.names[account], account))

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key, _, account in sorted(self.touched):
            entries = self.entries[key][account]
            while entries and entries[0].time <= now - DAY_US - WINDOW_US:
                entries.popleft()
            yield from self._judge(key, account, list(entries), now)
        self.touched.clear()

    def _judge(self, key: str, account: int, entries: list[Entry], now: int) -> Iterator[Finding]:
        """At every entry of the day that makes the day's gravest finding graver, and at its last one."""
        told = NO_SEVERITY
        first, sums = 0, Sums()
        for n, entry in enumerate(entries):
            sums.add(entry, 1)
            while entries[first].time <= entry.time - WINDOW_US:
                sums.add(entries[first], -1)
                first += 1
            gate = self.in_force("commingle", entry.time)
            if gate is None or entry.time < now - DAY_US:
                continue
            severity, amount = self.graded(sums.count[CREDIT], sums.fen[CREDIT], sums.count[DEBIT] + sums.count[INCOME],
                                           sums.fen[INTO_CUSTODY], (gate["credits"], gate["credits_fen"]))  # fmt: skip
            if severity > told or (severity and n == len(entries) - 1):
                told = severity
                yield self._finding(key, account, entries[first : n + 1], sums, severity, amount, now)

    def _finding(
        self, key: str, account: int, window: list[Entry], sums: "Sums", severity: int, amount: int, now: int
    ) -> Finding:
        values = {
            "client_credits": sums.count[CREDIT],
            "client_credits_fen": sums.fen[CREDIT],
            "own_debits": sums.count[DEBIT],
            "own_debits_fen": sums.fen[DEBIT],
            "own_income_fen": sums.fen[INCOME],
            "own_into_custody_fen": sums.fen[INTO_CUSTODY],
        }
        last = window[-1].time
        return Finding(self.id, key, last, severity, amount, values, (window[0].time, last), known=now,
                       accounts=(self.world.accounts.ids.names[account],), key=(account, tuple(window)))  # fmt: skip

    @staticmethod
    def graded(credits: int, credits_fen: int, own: int, into_custody: int, gate: tuple[int, int]) -> tuple[int, int]:
        """``(severity, fen)``: ``own`` counts debits and incomes, ``into_custody`` is fen, ``gate`` (credits, fen)."""
        mixed = credits_fen if credits >= gate[0] and credits_fen >= gate[1] and own else 0
        amount = max(mixed, into_custody)
        return zero_tolerance(amount), amount

    def evidence(self, finding: Finding) -> Evidence:
        account, window = finding.key
        rows = [
            {"transaction": list(self.world.refs.of(e.row)), "time": e.time, "what": e.what, "fen": e.fen,
             "counted_fen": e.counted, "through_another_account": e.through}
            for e in window
        ]  # fmt: skip
        return Evidence(
            {"client_credits_fen": "sum of counted_fen of client_credit", "own_debits_fen": "sum of counted_fen of own_debit"},
            {"account": self.world.accounts.ids.names[account], "entries": rows},
            sorted({e.row for e in window}),
            excuses=[custody(self.world, account, shanghai_day(finding.time))],
            thresholds={"commingle": self.in_force("commingle", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )


class Sums:
    """Counts and counted fen of a window by what it was."""

    def __init__(self) -> None:
        self.count = dict.fromkeys((CREDIT, DEBIT, INCOME, INTO_CUSTODY), 0)
        self.fen = dict(self.count)

    def add(self, entry: Entry, sign: int) -> None:
        self.count[entry.what] += sign
        self.fen[entry.what] += sign * entry.counted
