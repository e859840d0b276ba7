"""PAY-01 备付金缺口 · reserve shortfall."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, PPM, RED, YELLOW, YUAN, Detector, Evidence, Finding, ppm
from chuantou.detectors.pay.reserve_capital import CAPITAL, CapitalTest
from chuantou.detectors.pay.standing import STRANGER, Standing
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, closing_day, day_of_date, day_start_us, shanghai_day
from chuantou.schemas.streams import BalanceEvent, LiabilityReport

FLOOR_FEN = 10_000 * YUAN  # catalogue PAY-01 [E]; the law knows no tolerated shortfall
FLOOR_PPM = 500
RED_PPM = 10_000
RED_DAYS = 3
BREAK_PPM = 100  # roll-forward break of 0.01 %
BORROWED_DAYS = 5  # own money that enters the reserve and leaves again within these days was borrowed for the cut-off
SAME_PPM = 20_000
SAME_FEN = 1  # by which two statements of one account may differ
KEEP_DAYS = 40
INTEREST = CLASS_ID["INTEREST_BANK"]


@dataclass
class CutOff:
    """One daily statement, compared with the bank's balances."""

    day: int
    time: int
    report: LiabilityReport
    liabilities_fen: int = 0
    understated_fen: int = 0
    balances: list[tuple[int, int, tuple[str, str] | None]] = field(default_factory=list)
    client_net_fen: int = 0
    carried: tuple[int, int] | None = None  # yesterday's liabilities and money in transit, where rolled forward
    borrowed: list[tuple[int, int, int]] = field(default_factory=list)  # (log index in, log index out, fen)
    days: int = 0
    reconciled: list[tuple[int, int, int, int]] = field(default_factory=list)  # account, closing before, closing, booked between

    @property
    def unreconciled(self) -> list[int]:
        """By account, what the bank's closings moved by and no transfer told (DQ-07 from 2 fen on)."""
        return [abs(closing - before - net) for _, before, closing, net in self.reconciled]

    @property
    def borrowed_fen(self) -> int:
        return sum(fen for _, _, fen in self.borrowed)

    @property
    def in_transit_fen(self) -> int:
        return self.report.in_transit_fen or 0

    @property
    def assets_fen(self) -> int:
        held = sum(fen for _, fen, _ in self.balances)
        return held + self.in_transit_fen - (self.report.own_in_reserve_fen or 0) - self.borrowed_fen

    @property
    def shortfall_fen(self) -> int:
        return self.liabilities_fen + self.understated_fen - self.assets_fen


@dataclass
class Reserve:
    """One institution's statements and what moved on its reserve accounts, by day."""

    waiting: list[LiabilityReport] = field(default_factory=list)
    closing: dict[tuple[int, int], tuple[int, tuple[str, str], int]] = field(default_factory=dict)
    client_net: dict[int, int] = field(default_factory=dict)
    net: dict[int, dict[int, int]] = field(default_factory=dict)  # account -> day -> fen booked in less out
    own_in: list[tuple[int, int, int]] = field(default_factory=list)  # (time, fen, log index): own money put in
    cut_offs: dict[int, CutOff] = field(default_factory=dict)


class ReserveShortfall(Detector):
    """备付金缺口: what clients are owed is more than what lies in the reserve.

    At each daily cut-off: ``L`` = customer balances + prepaid unspent + merchants payable + in process; ``A`` = Σ closing
    balances of the reserve accounts + in transit − own money in the reserve; ``S = L − A``. Fires when S > max(10,000 yuan,
    0.05 % of L): orange, red on the third day in a row or at S ≥ 1 % of L. Roll-forward: L of yesterday + client credits −
    client debits + growth of what is in transit must be the L reported; a break of 0.01 % is added to L
    (LIABILITY_UNDERSTATED). Own or related money that leaves the reserve within 5 days of entering it does not count as
    held on the cut-offs between. Closings that moved by more than the transfers told are shown (``unreconciled_fen``, DQ-07).
    Limb 2, yellow, on the 15th and the last day of a month up to 2024-04-30: registered capital below 10 % of the average
    reserve of 90 days.
    Clause 二(二)1; 2013 办法 art. 3–4; 条例 art. 27. All amounts in fen.

    >>> ReserveShortfall.severity(shortfall=5_500_000, liabilities=650_000_000, days=1) == ORANGE
    True
    >>> ReserveShortfall.severity(shortfall=5_500_000, liabilities=650_000_000, days=3) == RED
    True
    """

    id, clause, family = "PAY-01", "二(二)1", "client_money"
    title_zh, title_en = "备付金缺口", "reserve shortfall"
    legal_basis = ("SEED 二(二)1", "支付机构客户备付金存管办法 2013 art. 3–4 [S2]", "条例 art. 27 [L2]")
    parameters = ("rsv.capital_ratio", "rsv.interest", "rsv.payees")
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.standing = Standing(world)
        self.reserves: dict[str, Reserve] = {}
        self.capital = CapitalTest(world)

    def observe(self, segment: Segment) -> Iterator[Finding]:
        institutions = set(self.institutions())
        if not institutions:
            return
        self.standing.refresh(sorted(institutions))
        rows = self._reserve_rows(segment)
        for before, event in [*segment.events, (segment.end, None)]:
            done = int(np.searchsorted(rows, before - segment.first))
            if done:
                yield from self._movements(segment, rows[:done])
                rows = rows[done:]
            if isinstance(event, LiabilityReport) and event.party in institutions:
                self.reserves.setdefault(event.party, Reserve()).waiting.append(event)
                yield from self._settle(event.party, event.event_time)
            elif isinstance(event, BalanceEvent) and event.kind == "CLOSING":
                yield from self._balance(event)

    def _balance(self, e: BalanceEvent) -> Iterator[Finding]:
        account = self.world.accounts.ids.get(e.account)
        institution = int(self.standing.reserve_of[account]) if account < len(self.standing.reserve_of) else NONE
        if institution != NONE:
            key = self.standing.keys[institution]
            reserve = self.reserves.setdefault(key, Reserve())
            reserve.closing[account, closing_day(e.as_of)] = (e.fen, (e.source_id, e.event_id), e.event_time)
            yield from self._settle(key, e.event_time)

    def _reserve_rows(self, s: Segment) -> NDArray[np.int64]:
        """Rows of the segment at a reserve account."""
        reserve_of = self.standing.reserve_of
        return np.flatnonzero((reserve_of[s.debtor] != NONE) | (reserve_of[s.creditor] != NONE))

    def _book(self, s: Segment, rows: NDArray[np.int64]) -> None:
        """What moved on each reserve account, by day."""
        day = shanghai_day(int(s.time[0]))
        for end, sign in ((s.creditor, 1), (s.debtor, -1)):
            for account in np.unique(end[rows]).tolist():
                institution = self.standing.reserve_of[account]
                if institution != NONE:
                    reserve = self.reserves.setdefault(self.standing.keys[institution], Reserve())
                    net = reserve.net.setdefault(account, {})
                    net[day] = net.get(day, 0) + sign * int(s.fen[rows[end[rows] == account]].sum())

    def _movements(self, s: Segment, rows: NDArray[np.int64]) -> Iterator[Finding]:
        """Client money in and out of the reserve by day; own money put in, and what of it leaves again."""
        self._book(s, rows)
        reserve_of, tier = self.standing.reserve_of, self.standing.tier
        rows = rows[reserve_of[s.debtor[rows]] != reserve_of[s.creditor[rows]]]
        for into in (True, False):
            end, other = (s.creditor, s.debtor) if into else (s.debtor, s.creditor)
            at = rows[reserve_of[end[rows]] != NONE]
            institution = reserve_of[end[at]]
            stranger = (tier[institution, other[at]] == STRANGER) & ~self._bank_interest(at + s.first)
            for k in np.unique(institution[stranger]).tolist():
                fen = int(s.fen[at[stranger & (institution == k)]].sum())
                net = self.reserves.setdefault(self.standing.keys[k], Reserve()).client_net
                day = shanghai_day(int(s.time[0]))
                net[day] = net.get(day, 0) + (fen if into else -fen)
        own = rows[self._own_money(s, rows)]
        for i in own.tolist():
            into = reserve_of[s.creditor[i]] != NONE
            key = self.standing.keys[reserve_of[s.creditor[i] if into else s.debtor[i]]]
            reserve = self.reserves.setdefault(key, Reserve())
            if into:
                reserve.own_in.append((int(s.time[i]), int(s.fen[i]), s.first + i))
            else:
                yield from self._borrowed(key, reserve, int(s.time[i]), int(s.fen[i]), s.first + i)

    def _bank_interest(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Interest on the reserve is no client's money (whether it may be paid is PAY-04's question)."""
        log, at = self.world.ledger.log, rows - self.world.ledger.base
        return (log.flow_class[at] == INTEREST) & IS_HARD_BASIS[log.basis[at]]

    def _own_money(self, s: Segment, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows move the institution's own or related money in or out of its reserve."""
        reserve_of, tier = self.standing.reserve_of, self.standing.tier
        debtor, creditor = s.debtor[rows], s.creditor[rows]
        into = (reserve_of[creditor] != NONE) & (tier[reserve_of[creditor], debtor] != STRANGER)
        out_of = (reserve_of[debtor] != NONE) & (tier[reserve_of[debtor], creditor] != STRANGER)
        return into | out_of

    def _borrowed(self, key: str, reserve: Reserve, time: int, fen: int, index: int) -> Iterator[Finding]:
        """Own money leaves: was it put in only for the cut-offs between?"""
        for entry in reserve.own_in:
            came, put_in, index_in = entry
            if time - came <= BORROWED_DAYS * DAY_US and abs(put_in - fen) * PPM <= SAME_PPM * put_in:
                reserve.own_in.remove(entry)
                for day in sorted(reserve.cut_offs):
                    cut = reserve.cut_offs[day]
                    held_over = came <= day_start_us(day + 1) <= time + DAY_US and came < cut.time <= time
                    if held_over and not self._declared(reserve, cut, came, min(put_in, fen)):
                        cut.borrowed.append((index_in, index, min(put_in, fen)))
                        yield from self._judge(key, reserve, cut, known=time)
                return

    @staticmethod
    def _declared(reserve: Reserve, cut: CutOff, came: int, fen: int) -> bool:
        """Whether the report itself takes the money out, as own: it states that much more than before it came."""
        earlier = [c for c in reserve.cut_offs.values() if c.time <= came]
        before = max(earlier, key=lambda c: c.day).report.own_in_reserve_fen or 0 if earlier else 0
        return (cut.report.own_in_reserve_fen or 0) - before >= fen

    def _settle(self, key: str, now: int) -> Iterator[Finding]:
        """Judge the statements for which every reserve account's closing balance is there."""
        reserve, names = self.reserves[key], self.world.accounts.ids.names
        accounts = sorted(self.standing.reserves(key), key=names.__getitem__)
        for report in sorted(reserve.waiting, key=lambda r: (r.as_of, r.event_time)):
            day = day_of_date(report.as_of)
            stated = [(a, reserve.closing.get((a, day))) for a in accounts]
            stated = [(a, balance) for a, balance in stated if balance is not None or self.world.accounts.is_open(a, day)]
            if not stated or any(balance is None for _, balance in stated):
                continue
            reserve.waiting.remove(report)
            cut = CutOff(day, now, report)
            cut.liabilities_fen = liabilities(report)
            cut.balances = [(a, balance[0], balance[1]) for a, balance in stated if balance is not None]
            cut.client_net_fen = reserve.client_net.get(day, 0)
            cut.understated_fen = self._understated(reserve, cut)
            cut.reconciled = self._reconciled(reserve, cut)
            reserve.cut_offs[day] = cut
            yield from self._judge(key, reserve, cut)

    @staticmethod
    def _understated(reserve: Reserve, cut: CutOff) -> int:
        """What the roll-forward says is missing from the reported liabilities, carried on until reports own up to it."""
        before = reserve.cut_offs.get(cut.day - 1)
        if before is None or not reserve.client_net:
            return 0
        cut.carried = owed, in_transit = before.liabilities_fen + before.understated_fen, before.in_transit_fen
        missing = owed + cut.client_net_fen - cut.liabilities_fen
        missing += cut.in_transit_fen - in_transit  # sold today, credited when it arrives
        return missing if missing * PPM >= BREAK_PPM * max(cut.liabilities_fen, 1) and missing > 0 else 0

    @staticmethod
    def _reconciled(reserve: Reserve, cut: CutOff) -> list[tuple[int, int, int, int]]:
        """Bank against transfers: accounts of which both closings are known and any transfer was ever told."""
        out = []
        for account, closing, _ in cut.balances:
            before = reserve.closing.get((account, cut.day - 1))
            if before is not None and account in reserve.net:
                out.append((account, before[0], closing, reserve.net[account].get(cut.day, 0)))
        return out

    @staticmethod
    def severity(shortfall: int, liabilities: int, days: int) -> int:
        """Severity of a shortfall on its ``days``-th day in a row."""
        if shortfall <= max(FLOOR_FEN, liabilities * FLOOR_PPM // PPM):
            return NO_SEVERITY
        return RED if days >= RED_DAYS or shortfall * PPM >= RED_PPM * liabilities else ORANGE

    def _judge(self, key: str, reserve: Reserve, cut: CutOff, known: int | None = None) -> Iterator[Finding]:
        owed = cut.liabilities_fen + cut.understated_fen
        before = reserve.cut_offs.get(cut.day - 1)
        short = self.severity(cut.shortfall_fen, owed, 1) > NO_SEVERITY
        cut.days = (before.days if before is not None else 0) + 1 if short else 0
        severity = self.severity(cut.shortfall_fen, owed, cut.days)
        if severity == NO_SEVERITY and cut.understated_fen:
            severity = YELLOW
        if severity == NO_SEVERITY or (self.in_force("rsv.payees", cut.time) is None and not self._seed(cut.time)):
            return
        values = {
            "liabilities_fen": owed,
            "assets_fen": cut.assets_fen,
            "shortfall_fen": cut.shortfall_fen,
            "shortfall_ppm": ppm(max(0, cut.shortfall_fen), owed),
            "days": cut.days,
            "understated_fen": cut.understated_fen,
            "borrowed_fen": cut.borrowed_fen,
            "unreconciled_fen": unreconciled if (unreconciled := sum(cut.unreconciled)) * PPM > BREAK_PPM * owed else 0,
        }
        told = {"LIABILITY_UNDERSTATED": cut.understated_fen > 0, "DQ-07": max(cut.unreconciled, default=0) > SAME_FEN}
        flags = tuple(flag for flag, holds in told.items() if holds)
        amount = max(cut.shortfall_fen, cut.understated_fen)
        accounts = tuple(self.world.accounts.ids.names[a] for a, _, _ in cut.balances)
        # as it stands at this instant: what is borrowed may come to light later in the segment
        as_judged = replace(cut, borrowed=list(cut.borrowed)), self._history(reserve, cut), self._transit(reserve, cut)
        yield Finding(self.id, key, cut.time, severity, amount, values, (day_start_us(cut.day), cut.time),
                      accounts=accounts, known=known, key=as_judged, flags=flags)  # fmt: skip

    @staticmethod
    def _history(reserve: Reserve, cut: CutOff) -> list[list[int]]:
        """``[day, owed, held, days short in a row]`` of every cut-off up to this one."""
        before = [reserve.cut_offs[day] for day in sorted(reserve.cut_offs) if day < cut.day]
        return [[c.day, c.liabilities_fen + c.understated_fen, c.assets_fen, c.days] for c in (*before, cut)]

    @staticmethod
    def _transit(reserve: Reserve, cut: CutOff) -> list[list[int]]:
        """``[day, in transit]`` of the cut-offs since nothing was on its way, up to this one."""
        days = [c.day for c in reserve.cut_offs.values() if c.day < cut.day and not c.in_transit_fen]
        since = max(days, default=0)
        held = [reserve.cut_offs[day] for day in sorted(reserve.cut_offs) if since < day <= cut.day]
        return [[c.day, c.in_transit_fen] for c in held]

    def _seed(self, time: int) -> bool:
        """The plan itself (2016-05-20 on) knows no tolerated misuse, whatever the reserve rules of the day."""
        return self.in_force("rsv.interest", time) is not None

    def day_close(self, day: int) -> Iterator[Finding]:
        for key in sorted(self.reserves):
            reserve = self.reserves[key]
            oldest = day - KEEP_DAYS
            reserve.closing = {k: v for k, v in reserve.closing.items() if k[1] > oldest}
            reserve.net = {a: {d: fen for d, fen in by_day.items() if d > oldest} for a, by_day in reserve.net.items()}
            reserve.client_net = {d: fen for d, fen in reserve.client_net.items() if d > oldest}
            reserve.cut_offs = {d: cut for d, cut in reserve.cut_offs.items() if d > oldest}
            reserve.own_in = [e for e in reserve.own_in if e[0] > day_start_us(day - BORROWED_DAYS)]
            reserve.waiting = [r for r in reserve.waiting if day_of_date(r.as_of) > oldest]
        for key in self.institutions() if not self.world.ended else ():
            latest = self.reserves[key].cut_offs if key in self.reserves else {}
            yield from self.capital.judge(key, day, latest[max(latest)] if latest else None)

    def evidence(self, finding: Finding) -> Evidence:
        if finding.values.get("limb") == CAPITAL:
            return self.capital.evidence(finding)
        cut, history, transit = finding.key
        report = cut.report
        names = self.world.accounts.ids.names
        parts = {name: getattr(report, name) or 0 for name in (*LIABILITY_PARTS, "own_in_reserve_fen", "in_transit_fen")}
        return Evidence(
            formulas={
                "liabilities_fen": "customer_balance + prepaid_unspent + merchant_payable + in_process + understated",
                "assets_fen": "sum(balances) + in_transit - own_in_reserve - borrowed_fen",
                "borrowed_fen": "sum(min(borrowed.in_fen, borrowed.out_fen))",
                "shortfall_fen": "liabilities_fen - assets_fen",
                "unreconciled_fen": "sum of |closing - closing before - booked between|, when > 0.01 %",
                "understated_fen": "yesterday's + client_net + growth in transit - reported liabilities, when >= 0.01 %",
            },
            inputs={
                "day": cut.day,
                "report": parts,
                "balances": [{"account": names[a], "fen": fen} for a, fen, _ in cut.balances],
                "yesterday_liabilities_fen": cut.carried[0] if cut.carried else None,
                "yesterday_in_transit_fen": cut.carried[1] if cut.carried else None,
                "client_net_fen": cut.client_net_fen,
                "borrowed": [self._borrowing(*entry) for entry in cut.borrowed],
                "history": history,
                "reconciled": [[names[a], before, closing, net] for a, before, closing, net in cut.reconciled],
                "in_transit": transit,
            },
            transactions=sorted({index for into, out, _ in cut.borrowed for index in (into, out)}),
            events=[(report.source_id, report.event_id), *(ref for _, _, ref in cut.balances if ref is not None)],
            related=related_paths(self.world, finding.subject, ()),
            thresholds={
                "floor_fen": FLOOR_FEN,
                "floor_ppm": FLOOR_PPM,
                "red_ppm": RED_PPM,
                "red_days": RED_DAYS,
                "break_ppm": BREAK_PPM,
                "source": "E",
            },
        )

    def _borrowing(self, index_in: int, index_out: int, fen: int) -> dict[str, Any]:
        """Own money that came for the cut-off and left again, as evidence."""
        log, base = self.world.ledger.log, self.world.ledger.base
        return {"in": list(self.world.refs.of(index_in)), "out": list(self.world.refs.of(index_out)),
                "in_fen": int(log.fen[index_in - base]), "out_fen": int(log.fen[index_out - base]),
                "fen": fen}  # fmt: skip


LIABILITY_PARTS = ("customer_balance_fen", "prepaid_unspent_fen", "merchant_payable_fen", "in_process_fen")


def liabilities(report: LiabilityReport) -> int:
    """What the institution says it owes its clients."""
    return sum(getattr(report, name) or 0 for name in LIABILITY_PARTS)
