"""RUN-01 爆雷、挤兑前兆 · precursors of a run or of flight."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, PPM, RED, Detector, Evidence, Excuse, Finding
from chuantou.detectors.run.diary import KEEP_DAYS, Diary, Entry, Notes, cash_of, masters_of, weighted_median
from chuantou.graph.obligations import REDEEMED_DAYS, Book
from chuantou.graph.peers import Baseline, median
from chuantou.graph.world import Segment
from chuantou.schemas.clock import date_of_day, day_of_date, day_start_us
from chuantou.schemas.rules import to_ppm

WEEK, MONTH, SEASON_BEFORE, SEASON_AFTER = 7, 28, 21, 7
HISTORY_WEEKS = 12
CASH_SCALE_FEN = 1_000_000  # 10,000 yuan: the least deviation of weekly cash-outs that says something [E]
NAMES = ("coverage", "outflow", "delay", "fewer_clients", "cash_out", "change", "overseas", "complaints")


class Ladders(NamedTuple):
    """What is due to investors and from borrowers within the horizon, (due day, fen); what was redeemed lately."""

    investors: tuple[tuple[int, int], ...]
    borrowers: tuple[tuple[int, int], ...]
    redeemed: tuple[tuple[int, int, int], ...]


class Seen(NamedTuple):
    """What the eight signals of one platform rest on at one day close."""

    day: int
    cash_fen: int
    ladders: Ladders
    entries: tuple[Entry, ...]
    last_year: tuple[Entry, ...]
    changes: tuple[tuple[int, str], ...]


class RunPrecursors(Detector):
    """爆雷/挤兑前兆: of eight signals at a day close, three make orange and five red.

    (1) coverage: (cash of own and designated accounts, less what the circle put in within 7 days, + borrowers' principal due
    in 7 days) < investors' principal due in 7 days; (2) clients' net inflow below zero on 5 of 7 days, unless as in last
    year's weeks around the Spring Festival; (3) the median delay of redemptions, those overdue included, ≥ 3 times that of
    the month before; (4) new clients of 7 days ≤ half of a week's share of the 28 days before, in season of last year's;
    (5) the circle's persons take out a week's sum at z ≥ 3 of the weeks before, from 100,000 yuan; (6) control, legal
    representative or office changed within 7 days; (7) overseas transfers: no stream tells them; (8) complaints of a week at
    z ≥ 3, from 5 on [E]. A warning of an event, not of an act. Clause 三(六). Fen, days, z in thousandths.

    >>> [RunPrecursors.colour(signals, {"orange": 3, "red": 5}) for signals in (2, 3, 4, 5)]
    [0, 3, 3, 4]
    """

    id, clause, family = "RUN-01", "三(六)", "run"
    title_zh, title_en = "爆雷或挤兑前兆", "precursors of a run or of flight"
    legal_basis = ("SEED 三(六)", "SEED 一(二)1")
    parameters = ("run.precursors", "run.spring_festival")
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.diaries: dict[str, Diary] = {}
        self.notes = Notes()
        self.version = -1  # of the register when it was last looked at

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first != segment.end:
            self.notes.take(self.world, segment)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        if self.world.ended:  # a feed that ends is no flight
            return
        for key in self.institutions():
            self.diaries.setdefault(key, Diary())
        entries = self.notes.close_day(self.world, self.diaries, day)
        masters = masters_of(self.world)
        register = self.world.register
        moved = register.version != self.version or register.window_moves(day - 1, day, 0)
        self.version = register.version
        gate = self.in_force("run.precursors", day_start_us(day))
        for key in sorted(entries):
            diary = self.diaries[key]
            self._write(diary, entries[key], day)
            if moved or diary.control is None:
                self._look(key, diary, day)
            while diary.changes and diary.changes[0][0] <= day - WEEK:
                diary.changes.popleft()
            if gate is None:
                continue
            seen = self._seen(key, diary, day, cash_of(self.world, key, day, masters), gate)
            signals, values = self._signals(seen, gate)
            severity = self.colour(sum(signals.values()), gate)
            if severity != NO_SEVERITY:
                yield self._finding(key, seen, signals, values, severity)

    @staticmethod
    def _write(diary: Diary, entry: Entry, day: int) -> None:
        """Enter the day; days without any event are entered as empty."""
        if diary.entries:
            diary.entries.extend(Entry(missing) for missing in range(diary.entries[-1].day + 1, day))
        diary.entries.append(entry)
        while diary.entries[0].day <= day - KEEP_DAYS:
            diary.entries.popleft()

    def _look(self, key: str, diary: Diary, day: int) -> None:
        """Enter who controls the platform and where it works, and what changed of it."""
        links = self.world.register.controllers_of(key, day)
        control = frozenset((link.from_party, link.kind, link.role or "") for link in links)
        info = self.world.register.party(key)
        office = (info.op_region, info.reg_region) if info is not None else (None, None)
        if diary.control is not None and control != diary.control:
            diary.changes.extend((day, ":".join(link)) for link in sorted(control ^ diary.control))
        if diary.office is not None and office != diary.office:
            diary.changes.append((day, f"office:{office[0]}:{office[1]}"))
        diary.control, diary.office = control, office

    def _seen(self, key: str, diary: Diary, day: int, cash: int, gate: dict[str, Any]) -> Seen:
        book = self.world.obligations.books.get(key)
        return Seen(day, cash, ladders(book, day, gate["horizon_days"]), tuple(diary.last(WEEK * (HISTORY_WEEKS + 1))),
                    self._last_year(diary, day), tuple(diary.changes))  # fmt: skip

    def _last_year(self, diary: Diary, day: int) -> tuple[Entry, ...]:
        """The same week before or after last year's Spring Festival; nothing out of its season or before the diary."""
        feasts = [day_of_date(date) for date in self.in_force("run.spring_festival", day_start_us(day)) or ()]
        for before, feast in pairwise(feasts):
            if feast - SEASON_BEFORE <= day <= feast + SEASON_AFTER:
                end = day - feast + before
                return tuple(entry for entry in diary.entries if end - WEEK < entry.day <= end)
        return ()

    # -- the signals ---------------------------------------------------------------------------------------------------

    def _signals(self, s: Seen, gate: dict[str, Any]) -> tuple[dict[str, int], dict[str, int]]:
        week, months = s.entries[-WEEK:], s.entries[-WEEK - MONTH : -WEEK]
        weeks = [s.entries[-WEEK * (n + 2) : -WEEK * (n + 1)] for n in range((len(s.entries) - WEEK) // WEEK)]
        lent_in = max(0, sum(entry.lent_in for entry in week))
        due_to, due_from = sum(fen for _, fen in s.ladders.investors), sum(fen for _, fen in s.ladders.borrowers)
        covered = max(0, s.cash_fen - lent_in) + due_from
        negative = sum(entry.inflow < entry.outflow for entry in week)
        seasonal = sum(entry.inflow < entry.outflow for entry in s.last_year) >= gate["outflow_days"]
        delay, usual = delays(s)
        new, before = sum(e.new_clients for e in week), sum(e.new_clients for e in months)
        usually = sum(e.new_clients for e in s.last_year)  # in season, a week is held against last year's
        enough = bool(s.last_year) or (len(months) == MONTH and before >= gate["least_clients"])
        share = PPM - to_ppm(gate["fewer"])
        fewer = new * PPM <= usually * share if s.last_year else new * MONTH * PPM <= before * WEEK * share
        cash_out, cash_z = unusual([e.cash_out for e in week], [[e.cash_out for e in w] for w in weeks], gate, CASH_SCALE_FEN)
        tips, tips_z = unusual([e.complaints for e in week], [[e.complaints for e in w] for w in weeks], gate, 1)
        signals = {
            "coverage": int(due_to > 0 and covered < due_to),
            "outflow": int(negative >= gate["outflow_days"] and not seasonal),
            "delay": int(delay is not None and usual is not None and delay >= gate["delay_ratio"] * usual),
            "fewer_clients": int(enough and fewer and (usually > 0 or not s.last_year)),
            "cash_out": int(cash_out >= gate["least_cash_out"] and cash_z is not None and cash_z >= gate["z"] * 1_000),
            "change": int(bool(s.changes)),
            "overseas": 0,
            "complaints": int(tips >= gate["least_complaints"] and tips_z is not None and tips_z >= gate["z"] * 1_000),
        }
        values = {
            "covered_fen": covered, "due_fen": due_to, "outflow_days": negative, "delay_days": delay or 0,
            "usual_delay_days": usual or 0, "new_clients": new, "cash_out_fen": cash_out, "complaints": tips,
        }  # fmt: skip
        return signals, values

    @staticmethod
    def colour(signals: int, gate: dict[str, Any]) -> int:
        """Severity of a number of signals."""
        return RED if signals >= gate["red"] else ORANGE if signals >= gate["orange"] else NO_SEVERITY

    def _finding(self, key: str, seen: Seen, signals: dict[str, int], values: dict[str, int], severity: int) -> Finding:
        now = day_start_us(seen.day + 1)
        told = {"signals": sum(signals.values())} | {f"signal_{name}": signals[name] for name in NAMES} | values
        fen = max(0, values["due_fen"] - values["covered_fen"])
        return Finding(self.id, key, now - 1, severity, fen, told, (day_start_us(seen.day - WEEK + 1), now - 1), known=now,
                       key=(seen, tuple(rows for day, rows in self.diaries[key].rows if day > seen.day - WEEK)))  # fmt: skip

    def evidence(self, finding: Finding) -> Evidence:
        s, rows = finding.key
        columns, base = list(Entry._fields), self.world.ledger.base
        return Evidence(
            {
                "covered_fen": "max(0, cash_fen - lent_in of 7 days) + owed by borrowers",
                "delay_days": "median by fen of (day - due) + 1 of the week's redemptions and of what is overdue",
                "signals": "of coverage, outflow, delay, fewer_clients, cash_out, change, overseas, complaints",
            },
            {
                "day": s.day,
                "cash_fen": s.cash_fen,
                "owed_to_investors": [list(rung) for rung in s.ladders.investors],
                "owed_by_borrowers": [list(rung) for rung in s.ladders.borrowers],
                "redeemed": [list(row) for row in s.ladders.redeemed],
                "columns": columns,
                "entries": [list(entry) for entry in s.entries],
                "last_year": [list(entry) for entry in s.last_year],
                "changes": [list(change) for change in s.changes],
            },
            sorted({row for day in rows for row in day.tolist() if row >= base}),
            excuses=[Excuse("LA-SEASON", bool(s.last_year), {"days": [str(date_of_day(e.day)) for e in s.last_year]})],
            thresholds={"run.precursors": self.in_force("run.precursors", finding.time), "cash_scale_fen": CASH_SCALE_FEN},
        )


def ladders(book: Book | None, day: int, horizon: int) -> Ladders:
    """Within ``horizon`` days: to investors what is overdue too, from borrowers only what is to come."""
    if book is None:
        return Ladders((), (), ())
    first, last = day - REDEEMED_DAYS, day + horizon
    to = sorted((due, fen) for due, fen in book.owed_to_investors.items() if fen > 0 and first < due <= last)
    owed = sorted((due, fen) for due, fen in book.owed_by_borrowers.items() if fen > 0 and day < due <= last)
    return Ladders(tuple(to), tuple(owed), tuple(sorted(row for row in book.redeemed if row[0] > day - WEEK - MONTH)))


def delays(s: Seen) -> tuple[int | None, int | None]:
    """Median days by fen from the due day of a claim to its redemption, both counted: of the week, and of the month before."""
    recent, usual = Counter[int](), Counter[int]()
    for day, due, fen in s.ladders.redeemed:
        (recent if day > s.day - WEEK else usual)[max(0, day - due) + 1] += fen
    for due, fen in s.ladders.investors:
        if due < s.day:
            recent[s.day - due + 1] += fen
    return weighted_median(recent), weighted_median(usual)


def unusual(week: list[int], weeks: list[list[int]], gate: dict[str, Any], scale: int) -> tuple[int, int | None]:
    """The week's sum, and its robust z among the weeks before; None where these are too few."""
    total, before = sum(week), [sum(one) for one in weeks]
    if len(before) < gate["least_weeks"]:
        return total, None
    middle = median(before)
    return total, Baseline(middle, median([abs(x - middle) for x in before]), len(before), "weeks").z_milli(total, scale)
