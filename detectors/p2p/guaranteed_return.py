"""P2P-06 承诺保本保息 · guaranteed principal and return, in words and by behaviour."""

from collections import Counter, deque
from collections.abc import Iterator
from math import isqrt
from typing import Any, NamedTuple

from chuantou.detectors.contract import ORANGE, RED, YELLOW, Detector, Evidence, Excuse, Finding, ppm
from chuantou.detectors.p2p.promises import Promise, promise_of
from chuantou.graph.accounts import NONE
from chuantou.graph.obligations import Loan
from chuantou.graph.peers import BUCKETS, term_bucket
from chuantou.graph.repayments import IS_COMPENSATION, IS_RETURN, DaySum, due_by, missing_of
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_of_date, day_start_us
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent, TextItem

WINDOW_DAYS = 90
GRACE_DAYS = 3
MOST_PROMISES = 200  # of a platform in the window, the newest
YEAR_DAYS = 365
LICENSED = ("bank", "trust", "fund", "insurance")  # “Not”: deposits, insured deposits


class Instalment(NamedTuple):
    """One instalment as it stood three days after it was due; ``due_fen`` and ``paid`` count from the listing's beginning."""

    listing: str
    plan_id: str
    due: int
    term_days: int
    due_fen: int
    paid: DaySum
    rows: tuple[Any, ...]  # arrays of log indices

    @property
    def missing_fen(self) -> int:
        return missing_of(self.due_fen, self.paid.by_borrower)

    def covered_fen(self, by: int) -> int:
        """What of the missing money was there all the same, up to all of it."""
        return max(0, min(self.missing_fen, by))


class Lent(NamedTuple):
    """What one investor lent on a listing, for how long, and all that it was paid."""

    listing: str
    investor: str
    term_days: int
    due: int
    principal_fen: int
    received_fen: int

    @property
    def yield_ppm(self) -> int:
        """Simple annual yield, act/365, rounded down."""
        return (self.received_fen - self.principal_fen) * YEAR_DAYS * 1_000_000 // (self.principal_fen * self.term_days)


class GuaranteedReturn(Detector):
    """承诺保本保息: principal or return is promised, or investors are paid on schedule whether the borrowers pay or not.

    Over the instalments that fell due within 90 days: unpaid by the borrower himself 3 days after the due date (n ≥ 20);
    guaranteed where others' money covered ≥ 0.8 of what was missing by then [E]; ``G = guaranteed / unpaid`` ≥ 0.95 fires orange.
    Or, within a term bucket, the yields of ≥ 20 investors of listings that ended have σ ≤ 0.1 percentage points while borrowers
    left ≥ 2 % of what was due unpaid. Who paid, the transfers say; what a licensed guarantor or insurer of nobody's circle
    covered is left out (LA-GUAR). In words: a promise of class 2 of ``ad.banned`` in an advert, site, app, contract template,
    chat script or product of the platform within 90 days, said of itself, fires yellow alone; both together are red. Clause
    二(一)1. Fen, ppm.

    >>> GuaranteedReturn.spread_ppm([95_000] * 20), GuaranteedReturn.spread_ppm([90_000, 92_000])
    (0, 1000)
    """

    id, clause, family = "P2P-06", "二(一)1", "client_money"
    title_zh, title_en = "承诺保本保息", "guaranteed principal and return"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(3) [S5]", "资管新规 [S8]")
    parameters = ("guaranteed.return", "ad.banned", "ad.harmless", "ad.risk_notice")
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.due: dict[int, set[tuple[str, str, str]]] = {}  # day to look -> (platform, listing, plan)
        self.lent: dict[tuple[str, str], Counter[str]] = {}  # (platform, listing) -> investor -> fen
        self.instalments: dict[str, deque[Instalment]] = {}
        self.yields: dict[str, deque[Lent]] = {}
        self.promises: dict[str, deque[Promise]] = {}
        self.promised_today: dict[str, list[Promise]] = {}

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, e in segment.events:
            if isinstance(e, TextItem):
                self._read(e.party, e)
                continue
            if isinstance(e, ProductEvent) and e.describe:
                self._read(e.platform, e)
            if not isinstance(e, ProductEvent) or e.listing is None:
                continue
            if e.type == "REPAY_PLAN" and e.due is not None and e.plan_id is not None:
                self.due.setdefault(day_of_date(e.due) + GRACE_DAYS, set()).add((e.platform, e.listing, e.plan_id))
            elif e.type == "SUBSCRIBE" and e.investor is not None and e.amount_fen:
                self.lent.setdefault((e.platform, e.listing), Counter())[e.investor] += e.amount_fen
        yield from ()

    def _read(self, party: str | None, e: TextItem | ProductEvent) -> None:
        promise = promise_of(self.world.rules, e) if party in self.world.watch.institutions else None
        if promise is not None:
            self.promised_today.setdefault(party or "", []).append(promise)

    def day_close(self, day: int) -> Iterator[Finding]:
        late = [when for when in self.due if when <= day]
        looked = sorted(item for when in late for item in self.due.pop(when))
        gate = self.in_force("guaranteed.return", day_start_us(day + 1) - 1)
        mine, touched = set(self.institutions()), set()
        for key, listing, plan_id in looked:
            book = self.world.obligations.books.get(key)
            loan = book.loans.get(listing) if book is not None else None
            if key in mine and loan is not None and plan_id in loan.plan and loan.disbursed_on is not None:
                self._look(key, loan, plan_id, day)
                touched.add(key)
            elif key not in mine:
                self.lent.pop((key, listing), None)
        said, self.promised_today = self.promised_today, {}
        for key in sorted(touched | (mine & said.keys())):
            self._forget(key, day)
            self.promises[key].extend(sorted(said.get(key, ())))
            if gate is not None and not self.world.ended:
                yield from self._judge(key, day, gate, key in touched, key in said)

    def _forget(self, key: str, day: int) -> None:
        for past in (self.instalments.setdefault(key, deque()), self.yields.setdefault(key, deque())):
            while past and past[0].due <= day - GRACE_DAYS - WINDOW_DAYS:
                past.popleft()
        promises = self.promises.setdefault(key, deque(maxlen=MOST_PROMISES))
        while promises and promises[0].time < day_start_us(day + 1) - WINDOW_DAYS * DAY_US:
            promises.popleft()

    def _look(self, key: str, loan: Loan, plan_id: str, day: int) -> None:
        due = loan.plan[plan_id].due
        flow = self.world.repayments.of.get(key, {}).get(loan.key)
        paid = flow.paid(day) if flow is not None else DaySum(day, 0, 0)
        rows = tuple(flow.rows) if flow is not None else ()
        term = loan.term_days or max(1, loan.ends - (loan.disbursed_on or due))
        said = Instalment(loan.key, plan_id, due, term, due_by(loan, due), paid, rows)
        self.instalments.setdefault(key, deque()).append(said)
        if due == loan.ends:
            lent = self.lent.pop((key, loan.key), Counter())
            self.yields.setdefault(key, deque()).extend(self._lent(loan.key, term, due, lent, rows))

    def _lent(self, listing: str, term: int, due: int, lent: Counter[str], rows: tuple[Any, ...]) -> Iterator[Lent]:
        """What each investor was paid on a listing that ended; nothing where the log does not reach back to its beginning."""
        log, base = self.world.ledger.log, self.world.ledger.base
        received: Counter[int] = Counter()
        if any(int(day.min()) < base for day in rows if len(day)):
            return
        for day in rows:
            at = day - base
            paid = (IS_RETURN | IS_COMPENSATION)[log.flow_class[at]] & (log.payee[at] != NONE)
            for payee, fen in zip(log.payee[at[paid]].tolist(), log.fen[at[paid]].tolist()):
                received[payee] += fen
        for investor, fen in sorted(lent.items()):
            yield Lent(listing, investor, term, due, fen, received[self.world.parties.get(investor)])

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, key: str, day: int, gate: dict[str, Any], looked: bool, spoken: bool) -> Iterator[Finding]:
        """``looked``: instalments were looked at today; ``spoken``: something was promised today."""
        seen, promises, excuse = tuple(self.instalments[key]), tuple(self.promises[key]), self._licensed(key, day)
        share = to_ppm(gate["covered"])
        counted = [i for i in seen if i.missing_fen and not enough(i, i.paid.by_guarantor, share)]
        guaranteed = [i for i in counted if enough(i, i.paid.to_investors - i.paid.by_borrower, share)]
        told = any(i.paid.by_borrower for i in seen)  # where no borrower's payment is ever told, the feed is blind to them
        level = len(counted) >= gate["unpaid"] and ppm(len(guaranteed), len(counted)) >= to_ppm(gate["share"])
        bucket = self._alike(key, seen, gate)
        behaves = told and (level or bucket is not None) and (looked or spoken)
        if excuse.holds or not (behaves or spoken):
            return
        fen = sum(i.covered_fen(i.paid.to_investors - i.paid.by_borrower) for i in guaranteed)
        values = {
            "guaranteed_ppm": ppm(len(guaranteed), len(counted)),
            "n_unpaid": len(counted),
            "guaranteed_fen": fen,
            **(bucket or {"spread_ppm": 0, "n_alike": 0, "default_ppm": 0}),
            "n_promises": len({promise.sha256 for promise in promises}),
        }
        now = day_start_us(day + 1) - 1
        first = min([day_start_us(i.due) for i in seen] + [promise.time for promise in promises])
        time = now if behaves else promises[-1].time
        yield Finding(self.id, key, time, self.colour(behaves, bool(promises)), fen, values, (min(first, time), time),
                      known=now + 1, key=(seen, tuple(self.yields[key]), promises, day, excuse))  # fmt: skip

    @staticmethod
    def colour(behaves: bool, promises: bool) -> int:
        """Of behaviour and words: either, or both."""
        return RED if behaves and promises else ORANGE if behaves else YELLOW

    def _alike(self, key: str, seen: tuple[Instalment, ...], gate: dict[str, Any]) -> dict[str, int] | None:
        """The bucket in which yields are all but equal though borrowers default; of several, the one of most investors."""
        found = []
        for bucket in BUCKETS:
            yields = [lent.yield_ppm for lent in self.yields[key] if term_bucket(lent.term_days) == bucket]
            if len(yields) < gate["unpaid"]:
                continue
            spread, default = self.spread_ppm(yields), ppm(*defaults(seen, bucket))
            if spread <= to_ppm(gate["spread"]) and default >= to_ppm(gate["default"]):
                found.append({"spread_ppm": spread, "n_alike": len(yields), "default_ppm": default})
        return max(found, key=lambda values: values["n_alike"], default=None)

    @staticmethod
    def spread_ppm(yields: list[int]) -> int:
        """Standard deviation of yields in ppm, rounded up."""
        n, total = len(yields), sum(yields)
        variance = n * sum(y * y for y in yields) - total * total  # times n²
        root = isqrt(variance)
        exact = root * root == variance and root % n == 0
        return root // n if exact else root // n + 1

    def _licensed(self, key: str, day: int) -> Excuse:
        held = [kind for kind in LICENSED if self.world.register.has_licence(key, kind, day)]
        return Excuse("LA-LICENSED", bool(held), {"party": key, "licences": held})

    def evidence(self, finding: Finding) -> Evidence:
        seen, yields, promises, day, excuse = finding.key
        base = self.world.ledger.base
        rows = {int(row) for i in seen if i.missing_fen for part in i.rows for row in part.tolist() if row >= base}
        listed = [
            {"listing": i.listing, "plan_id": i.plan_id, "due": i.due, "term_days": i.term_days, "due_fen": i.due_fen,
             "by_borrower_fen": i.paid.by_borrower, "to_investors_fen": i.paid.to_investors,
             "by_guarantor_fen": i.paid.by_guarantor}
            for i in seen
        ]  # fmt: skip
        lent = [
            {"listing": x.listing, "investor": x.investor, "term_days": x.term_days, "principal_fen": x.principal_fen,
             "received_fen": x.received_fen}
            for x in yields
        ]  # fmt: skip
        return Evidence(
            {
                "n_unpaid": "instalments with due_fen - by_borrower_fen above 1 % and 100 fen that no guarantor covered",
                "guaranteed_ppm": "of these, to_investors_fen - by_borrower_fen covers the missing part",
                "spread_ppm": "standard deviation of (received - principal) * 365 / (principal * term), rounded up",
                "n_promises": "different sha256 of the promises of 90 days",
                "default_ppm": "sum of what was missing, without what guarantors covered / sum of what fell due, in the bucket",
            },
            {"day": day, "instalments": listed, "lent": lent, "promises": [promise.row() for promise in promises]},
            sorted(rows),
            sorted({promise.event for promise in promises}),
            excuses=[excuse],
            thresholds={"guaranteed.return": self.in_force("guaranteed.return", finding.time)},
        )


def enough(instalment: Instalment, by: int, share: int) -> bool:
    """Whether money of others covers the given share of what the borrower left unpaid."""
    return ppm(instalment.covered_fen(by), instalment.missing_fen) >= share


def defaults(seen: tuple[Instalment, ...], bucket: str) -> tuple[int, int]:
    """What neither borrowers of a bucket nor licensed guarantors had paid, and what had fallen due: of each listing the last."""
    last = {i.listing: i for i in seen if term_bucket(i.term_days) == bucket}
    missing = sum(i.missing_fen - i.covered_fen(i.paid.by_guarantor) for i in last.values())
    return missing, sum(i.due_fen for i in last.values())
