"""LVT-01 大额交易 · large-value report."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import LOG, Detector, Evidence, Excuse, Finding
from chuantou.detectors.lvt.day_sums import COUNTS, OTHER_BANK, REASONS, DaySide, Lines, day_sides
from chuantou.detectors.pay.bank_legs import bank_key
from chuantou.graph.accounts import NONE
from chuantou.schemas.clock import add_working_days, date_of_day, day_start_us, shanghai_day

FILE_DAYS = 5  # working days within which the report is filed [M-h]
LISTED = 2_000  # payments of a side listed one by one, the largest; the rest is told as a sum a bank


class Payment(NamedTuple):
    """A payment of the side: its log index, fen, the customer's account and that account's bank (None: not known)."""

    row: int
    fen: int
    account: str
    bank: str | None
    reason: str


class LargeValue(Detector):
    """大额交易: what one customer received, or paid, on one day reaches the line of the large-value report.

    A report and no suspicion: always ``log``, about every customer. Per customer, Shanghai day and side, cash (by rail, or class
    CASH_IN or CASH_OUT) and transfers apart: ``others_fen`` = Σ payments with others on all accounts, ``one_bank_fen`` = the
    largest sum at one bank, there with the customer's own money from and to other banks, ``total_fen`` = the larger. Lines by
    date: cash 200,000 yuan, from 2017-07-01 50,000; transfers 500,000 of a person, 2,000,000 of others. Not counted: moves
    between own accounts inside one bank (or banks not known), organs of state (codes 11…), taxes and the treasury, banks among
    themselves, interest that a bank pays, payment accounts before 2019. To be filed within 5 working days. Clause 三(二);
    令〔2006〕2号 [S9b], 令〔2016〕3号 [S9], 银发〔2018〕163号 [S10]. Amounts in fen.

    >>> Lines(cash=5_000_000, person=50_000_000, entity=200_000_000, payment_accounts=False).table().tolist()
    [[200000000, 5000000], [50000000, 5000000]]
    """

    id, clause, family = "LVT-01", "三(二)", "large_value"
    title_zh, title_en = "大额交易报告", "large-value report"
    legal_basis = ("SEED 三(二)", "人民银行令〔2006〕2号 [S9b]", "人民银行令〔2016〕3号 [S9]", "银发〔2018〕163号 [S10]")
    parameters = ("lvt.cash", "lvt.entity.transfer", "lvt.person.domestic", "lvt.pi.applies")

    def day_close(self, day: int) -> Iterator[Finding]:
        for side in day_sides(self.world, day, self._lines(day_start_us(day))):
            values = self._values(side)
            if values["total_fen"] >= side.line_fen:
                yield self._finding(side, day, values)

    def _lines(self, time: int) -> Lines:
        return Lines(
            self.in_force("lvt.cash", time), self.in_force("lvt.person.domestic", time),
            self.in_force("lvt.entity.transfer", time), bool(self.in_force("lvt.pi.applies", time)),
        )  # fmt: skip

    def _values(self, side: DaySide) -> dict[str, int]:
        at = side.rows - self.world.ledger.base
        own = self._own(side)
        sums = self.sums(self._banks(own), self.world.ledger.log.fen[at].tolist(), side.reason.tolist())
        n = int(np.isin(side.reason, (COUNTS, OTHER_BANK)).sum())
        return {**sums, "line_fen": side.line_fen, "n_transfers": n, "incoming": int(side.incoming), "cash": int(side.cash)}

    @staticmethod
    def sums(banks: list[str | None], fen: list[int], reasons: list[int]) -> dict[str, int]:
        """Sums of payments at ``banks`` (accounts of no known bank are one): with others, at one bank, and the larger of both.

        >>> LargeValue.sums(["102", "103", "103"], [30, 30, 20], [COUNTS, OTHER_BANK, COUNTS])
        {'total_fen': 50, 'others_fen': 50, 'one_bank_fen': 50, 'n_banks': 2}
        """
        others, at_bank = 0, Counter[str | None]()
        for bank, paid, reason in zip(banks, fen, reasons):
            others += paid if reason == COUNTS else 0
            if reason in (COUNTS, OTHER_BANK):
                at_bank[bank] += paid
        one = max(at_bank.values(), default=0)
        return {"total_fen": max(others, one), "others_fen": others, "one_bank_fen": one, "n_banks": len(at_bank)}

    def _finding(self, side: DaySide, day: int, values: dict[str, int]) -> Finding:
        kept = np.isin(side.reason, (COUNTS, OTHER_BANK))
        time = self.world.ledger.log.time[side.rows[kept] - self.world.ledger.base]
        names, first, last = self.world.accounts.ids.names, int(time[0]), int(time[-1])
        return Finding(
            self.id, side.party, last, LOG, values["total_fen"], values, (first, last),
            accounts=tuple(sorted(names[a] for a in np.unique(self._own(side)[kept]).tolist())), known=day_start_us(day + 1),
            key=side, flags=("truncated",) if len(side.rows) > LISTED else (),
        )  # fmt: skip

    def _own(self, side: DaySide) -> NDArray[np.int32]:
        log, at = self.world.ledger.log, side.rows - self.world.ledger.base
        return (log.creditor if side.incoming else log.debtor)[at]

    def _banks(self, accounts: NDArray[np.int32]) -> list[str | None]:
        names = self.world.accounts.banks.names
        banks = self.world.accounts.table.bank[accounts].tolist()
        key_of = {bank: bank_key(names[bank]) for bank in {*banks} if bank != NONE}
        return [key_of.get(bank) for bank in banks]

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        side, day, refs = finding.key, shanghai_day(finding.time), self.world.refs
        paid = sorted(self._payments(side), key=lambda p: (-p.fen, refs.of(p.row)))
        listed = sorted(paid[:LISTED], key=lambda p: p.row)
        log, base = self.world.ledger.log, self.world.ledger.base
        return Evidence(
            {
                "total_fen": "the larger of others_fen and one_bank_fen",
                "others_fen": "sum of fen of the payments without a reason",
                "one_bank_fen": "the largest sum at one bank of the payments without a reason or with other_bank",
            },
            {
                "customer": side.party, "day": str(date_of_day(day)), "incoming": side.incoming, "cash": side.cash,
                "file_by": str(date_of_day(add_working_days(day, FILE_DAYS))),
                "payments": [
                    {"transaction": list(refs.of(p.row)), "time": int(log.time[p.row - base]), "fen": p.fen, "account": p.account,
                     "bank": p.bank, "reason": p.reason or None}
                    for p in listed
                ],
                "rest": rest_by_bank(paid[LISTED:]),
            },
            [p.row for p in listed],
            excuses=[
                Excuse(name, bool(n), {"payments": n, "fen": fen})
                for name, n, fen in ((name, *counted([p for p in paid if p.reason == name])) for name in REASONS[1:])
            ],
            thresholds={"line_fen": side.line_fen, "file_days": FILE_DAYS},
        )  # fmt: skip

    def _payments(self, side: DaySide) -> Iterator[Payment]:
        log, at = self.world.ledger.log, side.rows - self.world.ledger.base
        own, names = self._own(side), self.world.accounts.ids.names
        columns = zip(side.rows.tolist(), log.fen[at].tolist(), own.tolist(), self._banks(own), side.reason.tolist())
        for row, fen, account, bank, reason in columns:
            yield Payment(row, fen, names[account], bank, REASONS[reason])


def counted(some: list[Payment]) -> tuple[int, int]:
    return len(some), sum(p.fen for p in some)


def rest_by_bank(some: list[Payment]) -> list[dict[str, Any]]:
    """Payments that are not listed, as one sum a bank and reason; by their names, unknown and none first."""
    kinds = sorted({(p.bank or "", p.reason) for p in some})
    of = {kind: counted([p for p in some if (p.bank or "", p.reason) == kind]) for kind in kinds}
    return [{"bank": bank or None, "reason": why or None, "n": n, "fen": fen} for (bank, why), (n, fen) in of.items()]
