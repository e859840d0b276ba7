"""P2P-12 限额 · borrower cap."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chuantou.detectors.contract import LOG, RED, YELLOW, Detector, Evidence, Finding
from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.p2p.debts import Debt, Debts
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment
from chuantou.schemas.clock import day_of_date, day_start_us, shanghai_day
from chuantou.schemas.streams import ProductEvent

RED_PERCENT = 120  # of the cap: yellow below, red from there on
ONE, ALL, GROUP = "one", "all", "group"


class Cap(NamedTuple):
    """A limit in fen, the first day of the law that sets it, and whether that law is in force on the day asked about."""

    fen: int
    first_day: int
    in_force: bool


class Ledger(NamedTuple):
    """What a finding rests on, as it stood: the debts counted and the ties of a group."""

    scope: str
    borrower: str
    day: int
    cap: Cap
    debts: tuple[Debt, ...]
    ties: dict[str, Any]


class BorrowerCap(Detector):
    """限额: a borrower owes more principal than the law allows.

    At every DISBURSE: ``outstanding = Σ DISBURSE − Σ REPAY principal`` of its borrower, on that platform (person 200,000
    yuan, others 1,000,000) and on all platforms (1,000,000 and 5,000,000), by party key. Yellow above the cap, red from
    120 % on; interest and overdue interest are no principal. The subject is the platform that lends. Loans issued before
    2016-08-24 are not counted: what exceeds the cap with them, what did before that date, and what the borrower's R1
    circle owes together on the platform (held against the largest cap among them) are leads: ``legacy``, ``group``.
    Clause 二(一)1; 2016 网络借贷暂行办法 art. 17 [S4]. Principal in fen. Amount: what exceeds the cap.

    >>> [BorrowerCap.colour(fen, 20_000_000) for fen in (20_000_000, 20_000_001, 23_999_999, 24_000_000)]
    [0, 2, 2, 4]
    """

    id, clause, family = "P2P-12", "二(一)1", "client_money"
    title_zh, title_en = "超限额借款", "borrower over the cap"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 17 [S4]")
    parameters = ("p2p.cap.person.one", "p2p.cap.person.all", "p2p.cap.entity.one", "p2p.cap.entity.all")
    sectors = ("P2P",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.debts = Debts()
        self.lent_today: set[tuple[str, str]] = set()  # (platform, borrower)

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            debt = self.debts.apply(event) if isinstance(event, ProductEvent) else None
            if debt is not None:
                self.lent_today.add((debt.platform, debt.borrower))
                yield from self._judge(debt, event.event_time)

    def _judge(self, debt: Debt, now: int) -> Iterator[Finding]:
        day = shanghai_day(now)
        for scope, platform in ((ONE, debt.platform), (ALL, None)):
            owed = self.debts.owed_by(debt.borrower, platform)
            cap = self._cap(debt.borrower, scope, day)
            elsewhere = scope == ONE or len({other.platform for other in owed}) > 1
            if elsewhere and sum(other.left_fen for other in owed) > cap.fen and self._supervised(debt.platform):
                yield self._finding(debt.platform, now, Ledger(scope, debt.borrower, day, cap, copies(owed), {}))

    def day_close(self, day: int) -> Iterator[Finding]:
        """The R1 circle of whoever was lent to: ties that were told during the day are known by now."""
        for platform, borrower in sorted(self.lent_today):
            related = self.world.register.related(borrower, day)
            circle = [borrower, *(p for p, r in sorted(related.items()) if p in self.debts.of_borrower and one_control(r))]
            if len(circle) == 1 or not self._supervised(platform):
                continue
            owed = [debt for party in circle for debt in self.debts.owed_by(party, platform)]
            cap = max((self._cap(debt.borrower, ONE, day) for debt in owed), default=None)
            if cap is not None and sum(debt.left_fen for debt in owed) > cap.fen and len({d.borrower for d in owed}) > 1:
                ties = {
                    party: {"tier": related[party].tier, "path": [link_row(link) for link in related[party].path]}
                    for party in sorted({debt.borrower for debt in owed} - {borrower})
                }
                yield self._finding(platform, day_start_us(day + 1), Ledger(GROUP, borrower, day, cap, copies(owed), ties))
        self.lent_today.clear()

    def _supervised(self, platform: str) -> bool:
        info = self.world.register.party(platform)
        return info is not None and info.sector in self.sectors and platform in self.world.watch.institutions

    def _cap(self, borrower: str, scope: str, day: int) -> Cap:
        kind = "person" if borrower.startswith("person:") else "entity"
        key = f"p2p.cap.{kind}.{'all' if scope == ALL else 'one'}"
        entry = self.world.rules.entry(key, day)
        coming = entry or self.world.rules.entries[key][0]
        return Cap(coming.value, day_of_date(coming.first), entry is not None)

    def _finding(self, platform: str, now: int, ledger: Ledger) -> Finding:
        cap = ledger.cap
        everything = sum(debt.left_fen for debt in ledger.debts)
        legacy = sum(debt.left_fen for debt in ledger.debts if debt.issued < cap.first_day)
        severity = self.colour(everything - legacy, cap.fen) if cap.in_force and ledger.scope != GROUP else NO_SEVERITY
        by_legacy = ledger.scope != GROUP and severity == NO_SEVERITY
        counted = everything if ledger.scope == GROUP or by_legacy else everything - legacy
        values = {
            "outstanding_fen": counted,
            "cap_fen": cap.fen,
            "legacy_fen": legacy,
            "n_platforms": len({debt.platform for debt in ledger.debts}),
            "legacy": int(by_legacy),
            "group": int(ledger.scope == GROUP),
        }
        first = min(time for debt in ledger.debts for time, *_ in debt.entries)
        return Finding(
            self.id, platform, now, max(severity, LOG), counted - cap.fen, values, (first, now),
            others=(ledger.borrower, *ledger.ties), key=ledger,
        )  # fmt: skip

    @staticmethod
    def colour(fen: int, cap_fen: int) -> int:
        """Severity of an outstanding principal under a cap."""
        if fen <= cap_fen:
            return NO_SEVERITY
        return RED if fen * 100 >= cap_fen * RED_PERCENT else YELLOW

    def evidence(self, finding: Finding) -> Evidence:
        ledger: Ledger = finding.key
        loans = [
            {
                "platform": debt.platform,
                "listing": debt.listing,
                "borrower": debt.borrower,
                "issued_day": debt.issued,
                "entries": [{"event": [source, event], "time": time, "fen": fen} for time, fen, source, event in debt.entries],
            }
            for debt in ledger.debts
        ]
        return Evidence(
            {
                "outstanding_fen": "sum of the entries of the loans; without those issued before cap_first_day unless they alone "
                "make the excess (legacy) or the loans are those of a group",
                "legacy_fen": "sum of the entries of the loans issued before cap_first_day",
            },
            {"scope": ledger.scope, "borrower": ledger.borrower, "day": ledger.day, "loans": loans},
            events=sorted({(source, event) for debt in ledger.debts for _, _, source, event in debt.entries}),
            related=ledger.ties,
            thresholds={
                "cap_fen": ledger.cap.fen,
                "cap_first_day": ledger.cap.first_day,
                "cap_in_force": ledger.cap.in_force,
                "red_percent": RED_PERCENT,
            },
        )


def copies(debts: list[Debt]) -> tuple[Debt, ...]:
    return tuple(debt.copy() for debt in debts)
