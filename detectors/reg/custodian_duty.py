"""REG-06 存管银行履责 · a custodian's duty to report."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, RED, SEVERITIES, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.episodes import Episode
from chuantou.detectors.pay.bank_legs import bank_key
from chuantou.graph.accounts import NONE, role_mask
from chuantou.graph.tips import Report
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_of_date, day_start_us, is_working_day, shanghai_day

BREACHES = ("P2P-16", "P2P-18", "PAY-01", "PAY-02")
IS_BANKS_OWN = role_mask("BANK_INTERNAL", "NOSTRO")
SHOWN_ROWS = 20  # transfers shown of a breach: the first of its day at the accounts that the bank keeps


class Breach(NamedTuple):
    """Another detector's finding that a bank's own records show: computable from ``day`` on, reported or not, and how late."""

    detector: str
    subject: str
    opened: int
    severity: int
    amount_fen: int
    first_breach: int
    day: int
    report: Report | None
    lag_days: int
    accounts: tuple[str, ...]


class CustodianDuty(Detector):
    """存管银行履责: a bank that keeps clients' money or a reserve does not report the breach that its own records show.

    For each finding of P2P-16, P2P-18, PAY-01 or PAY-02, yellow or graver, of which all accounts are kept by one bank (it is
    their custodian, or their bank number is its own): ``lag`` = working days from the day at whose close the breach could be
    computed to the bank's report about the institution (``tip.items`` of the bank), or to today. Over 90 days: yellow with a lag
    above 5, orange with two red ones that are not reported on the next working day. Only banks are judged of which reports
    are received: it reported before, or ``custodian_list`` says since when (``reports_since``). Clause 三(二). Amount: Σ of the
    findings that are late, in fen.

    >>> CustodianDuty.colour(late=1, unreported_reds=1, most_reds=2)
    2
    """

    id, clause, family = "REG-06", "三(二)", "custody"
    title_zh, title_en = "存管银行未及时报告", "custodian that does not report"
    legal_basis = ("SEED 三(二)", "2017 网络借贷资金存管业务指引 [S6]")
    parameters = ("custodian.duty",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.seen: dict[tuple[str, str, int], int] = {}  # episode → day at whose close it was there first
        self.shown: dict[str, tuple[int, ...]] = {}

    def combine(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        gate = self.in_force("custodian.duty", now - 1)
        if gate is None or self.world.ended:
            return
        since = now - gate["window_days"] * DAY_US
        found = [e for key in sorted(self.world.watch.institutions) for e in self.episodes.of(BREACHES, key, YELLOW, since)]
        for episode in found:
            self.seen.setdefault(episode.key, day)
        if not found:
            return
        keeper_of = keepers(self.world)
        by_bank: dict[str, list[Breach]] = {}
        for episode in found:
            bank = self._keeper(episode, keeper_of)
            if bank is not None and self._reports_received(bank, day, keeper_of):
                by_bank.setdefault(bank, []).append(self._breach(episode, bank, day, keeper_of))
        for bank in sorted(by_bank):
            yield from self._judge(bank, by_bank[bank], now, gate)

    def _keeper(self, episode: Episode, keeper_of: dict[str, str]) -> str | None:
        """The one bank that keeps all accounts of the finding; a breach that is partly elsewhere it cannot see."""
        world, banks = self.world, set[str | None]()
        for name in episode.best.accounts:
            account = world.accounts.ids.get(name)
            custodian, number = int(world.accounts.table.custodian[account]), int(world.accounts.table.bank[account])
            by_number = keeper_of.get(bank_key(world.accounts.banks.names[number])) if number != NONE else None
            banks.add(world.parties.names[custodian] if custodian != NONE else by_number)
        return banks.pop() if len(banks) == 1 else None

    def _sources(self, bank: str, keeper_of: dict[str, str]) -> set[str]:
        """By what source ids the bank's reports are told: its key, or a number of its own."""
        numbers = {key for key, keeper in keeper_of.items() if keeper == bank}
        by_number = {s for s in self.world.tips.reporters if s.startswith("bank:") and bank_key(s[5:]) in numbers}
        return {f"bank:{bank}", f"custodian:{bank}", *by_number}

    def _reports_received(self, bank: str, day: int, keeper_of: dict[str, str]) -> bool:
        row = self.world.references.at("custodian_list", bank, day)
        since = row.value.get("reports_since") if row is not None and isinstance(row.value, dict) else None
        told = isinstance(since, str) and _is_date(since) and day_of_date(since) <= day
        return told or bool(self._sources(bank, keeper_of) & self.world.tips.reporters)

    def _breach(self, episode: Episode, bank: str, day: int, keeper_of: dict[str, str]) -> Breach:
        best, computable, sources = episode.best, self.seen[episode.key], self._sources(bank, keeper_of)
        told = [report for report in self.world.tips.reports.get(episode.subject, ())
                if report.source in sources and shanghai_day(report.time) >= shanghai_day(episode.first_breach)]  # fmt: skip
        report = min(told, default=None)
        until = shanghai_day(report.time) if report is not None else day
        return Breach(
            episode.detector, episode.subject, episode.opened, best.severity, best.amount_fen, episode.first_breach, computable,
            report, working_days(computable, until), tuple(best.accounts),
        )  # fmt: skip

    def _judge(self, bank: str, breaches: list[Breach], now: int, gate: dict[str, int]) -> Iterator[Finding]:
        late = [b for b in breaches if b.lag_days > gate["lag_days"]]
        reds = [b for b in breaches if b.severity == RED and b.report is None and b.lag_days >= 1]
        severity = self.colour(len(late), len(reds), gate["reds"])
        fen = sum(b.amount_fen for b in breaches if b in late or (b in reds and len(reds) >= gate["reds"]))
        shown = (severity, fen, len(breaches), len(late), len(reds))
        if severity == NO_SEVERITY or self.shown.get(bank) == shown:
            return
        self.shown[bank] = shown
        values = {
            "n_breaches": len(breaches), "n_late": len(late), "n_unreported": sum(b.report is None for b in breaches),
            "n_unreported_red": len(reds), "lag_days": max(b.lag_days for b in breaches),
        }  # fmt: skip
        accounts, first = {a for b in breaches for a in b.accounts}, min(b.first_breach for b in breaches)
        yield Finding(
            self.id, bank, now - 1, severity, fen, values, (first, now - 1), known=now,
            others=tuple(sorted({b.subject for b in breaches})), accounts=tuple(sorted(accounts)),
            key=tuple(sorted(breaches, key=lambda b: (b.detector, b.subject, b.opened))),
        )  # fmt: skip

    @staticmethod
    def colour(late: int, unreported_reds: int, most_reds: int) -> int:
        """Orange for several red breaches left unreported, yellow for one report that is late."""
        return ORANGE if unreported_reds >= most_reds else YELLOW if late else NO_SEVERITY

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        breaches: tuple[Breach, ...] = finding.key
        rows = sorted({row for b in breaches for row in self._rows(b)})
        reports = [b.report for b in breaches if b.report is not None]
        return Evidence(
            {
                "lag_days": "working days from computable_day to the report, or to the day of judgement",
                "n_unreported_red": "red breaches without a report on the next working day",
            },
            {
                "breaches": [
                    {"detector": b.detector, "subject": b.subject, "opened": b.opened, "severity": SEVERITIES[b.severity],
                     "amount_fen": b.amount_fen, "computable_day": b.day, "lag_days": b.lag_days, "accounts": list(b.accounts),
                     "report": [b.report.source, b.report.event] if b.report is not None else None,
                     "reported_day": shanghai_day(b.report.time) if b.report is not None else None}
                    for b in breaches
                ],
                "judged_day": shanghai_day(finding.time),
            },
            rows, sorted({(report.source, report.event) for report in reports}),
            excuses=[Excuse("reported_in_time", b.report is not None, {"detector": b.detector, "subject": b.subject})
                     for b in breaches],
            thresholds={"custodian.duty": self.in_force("custodian.duty", finding.time)},
        )  # fmt: skip

    def _rows(self, b: Breach) -> list[int]:
        """The bank's own entries of the day on which the breach began, else the last ones."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        held = [world.accounts.ids.get(name) for name in b.accounts]
        day = shanghai_day(b.first_breach)
        rows = world.ledger.rows_of(day_start_us(day), day_start_us(day + 1))
        rows = rows[np.isin(log.debtor[rows - base], held) | np.isin(log.creditor[rows - base], held)]
        last = [int(a) for a in (*world.ledger.accounts.last_in[held], *world.ledger.accounts.last_out[held]) if a >= base]
        return rows[:SHOWN_ROWS].tolist() or last


def keepers(world: World) -> dict[str, str]:
    """The bank by its number: who is custodian of accounts there, or has accounts of its own there; none where several are."""
    table, parties = world.accounts.table, world.parties.names
    own = IS_BANKS_OWN[table.role] & table.third_party & (table.owner != NONE)
    found: dict[str, set[str]] = {}
    for account in np.flatnonzero((table.bank != NONE) & (own | (table.custodian != NONE))).tolist():
        custodian = int(table.custodian[account])
        keeper = custodian if custodian != NONE else int(table.owner[account])
        found.setdefault(bank_key(world.accounts.banks.names[int(table.bank[account])]), set()).add(parties[keeper])
    return {key: next(iter(some)) for key, some in sorted(found.items()) if len(some) == 1}


def working_days(first: int, last: int) -> int:
    """Working days after ``first`` up to and with ``last``."""
    return sum(is_working_day(day) for day in range(first + 1, last + 1))


def _is_date(text: str) -> bool:
    try:
        return bool(day_of_date(text))
    except ValueError:
        return False
