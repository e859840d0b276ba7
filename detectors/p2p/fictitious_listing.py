"""P2P-09 虚构标的 · fictitious listing."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import PPM, YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.p2p import listing_marks as marks
from chuantou.detectors.p2p.exits import is_custody
from chuantou.detectors.p2p.listing_marks import AlikeTexts, Case
from chuantou.detectors.p2p.payouts import IS_REPAY
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.flow_class import class_mask
from chuantou.graph.ledger import CLIENT, LOAN
from chuantou.graph.pots import METHODS, pots_of
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, add_working_days, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

KEEP_US = 180 * DAY_US  # how long a listing is looked back at, and its repayments are traced
BEFORE_US = 3 * DAY_US  # money that investors pay in before they subscribe
REFUNDED_PPM = 900_000
MAX_PAYOUTS = 500  # transfers of one listing in the evidence
FULL = ("FULL", "REPAYING")
IS_REFUND = class_mask("REFUND", "RETURN_PRIN", "WITHDRAW")
IS_TRADE = class_mask("MERCH_SETTLE", "SUPPLIER")
MERCHANT = ROLE_ID["MERCHANT_SETTLE"]


class FictitiousListing(Detector):
    """虚构标的: a listing behind which nobody can be found to have borrowed.

    Score ≥ 1.0 [E] of: F1 (1.0) the borrower, an organisation, is not in the register or was cancelled before; F2 (1.0) fully
    subscribed and investors debited, and nothing paid out within 3 working days; F3 (0.6) paid out to somebody else (not
    受托支付 to a merchant); F4 (0.5) registered ≤ 30 days before, or asking > 5 times its capital and its receipts; F5 (0.4) its
    text is 0.9-alike (Jaccard of 3-character shingles) to those of 5 borrowers; F6 (0.4) phone, device or signatory shared by 5
    borrowers; F7 (0.4) ≥ 80 % of a repayment was the platform's circle's or clients' money, by FIFO and pro-rata; F8 (0.3) its
    collateral secures another live listing; F9 (0.3) a bill or invoice number is used again. Severity: zero tolerance of the
    listing's amount, at least yellow. Judged at day closes. Clause 二(一)1; 二(六)1. Amounts in fen.

    >>> FictitiousListing.score({"f3": {}, "f6": {}}, {"f3": 0.6, "f6": 0.4})
    1000000
    """

    id, clause, family = "P2P-09", "二(一)1", "client_money"
    title_zh, title_en = "虚构标的", "fictitious listing"
    legal_basis = ("SEED 二(一)1", "SEED 二(六)1")
    parameters = ("fiction",)
    sectors = ("P2P", "ECF", "AM", "ILF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)1"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.cases: dict[tuple[str, str], Case] = {}
        self.texts = AlikeTexts()
        self.by_mark: dict[tuple[str, str], dict[tuple[str, str], None]] = {}  # (collateral | bill, its name) -> listings
        self.due: dict[int, dict[tuple[str, str], None]] = {}  # day -> listings that must have been paid out by its end
        self.listed_today: dict[tuple[str, str], None] = {}
        self.marked: set[str] = set()  # borrowers of listings with a mark, as of the last day close
        self.tainted: dict[int, int] = {}  # log index of a credit of a borrower -> fen of it that was clients' money

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        events = [event for _, event in segment.events if isinstance(event, ProductEvent) and event.listing is not None]
        mine = set(self.institutions()) if events else set()
        for e in events:
            if e.platform in mine:
                self._take(e, (e.platform, e.listing or ""))
        self._note_clients(segment)
        yield from ()

    def _take(self, e: ProductEvent, key: tuple[str, str]) -> None:
        case = self.cases.get(key)
        if e.type == "LISTING" and e.borrower is not None and case is None:
            case = self.cases[key] = Case(*key, e.borrower, e.amount_fen or 0, e.event_time, (e.source_id, e.event_id),
                                          marks.plain_text(e.describe), marks.plain_text(e.collateral),
                                          marks.bills_in(e.describe, e.collateral, e.parent_contract))  # fmt: skip
            self.texts.add(case)
            for kind, name in (("collateral", case.collateral), *(("bill", bill) for bill in case.bills)):
                if name:
                    self.by_mark.setdefault((kind, name), {})[key] = None
            self.listed_today[key] = None
        if case is None:
            return
        if e.type == "LISTING_STATUS":
            case.status = e.status
        elif e.type == "CLOSE":
            case.status = "CLOSED"
        elif e.type == "SUBSCRIBE" and e.investor is not None and not case.decided:
            case.first_subscribed = case.first_subscribed or e.event_time
            case.investors[e.investor] = case.investors.get(e.investor, 0) + (e.amount_fen or 0)
        full = case.status in FULL or e.type == "DISBURSE" or 0 < case.asked_fen <= sum(case.investors.values())
        if full and case.full_at is None:
            case.full_at = e.event_time
            days = self._pack(e.event_time).get("match_days")
            if days is not None:
                self.due.setdefault(add_working_days(shanghai_day(e.event_time), days), {})[key] = None

    def _pack(self, time: int) -> dict[str, Any]:
        return self.in_force("fiction", time) or {}

    def _note_clients(self, s: Segment) -> None:
        """Clients' money in what borrowers of suspicious listings receive (F7)."""
        if not self.marked or not len(s.parts.root):
            return
        suspects = {self.world.parties.get(borrower) for borrower in self.marked}
        log, base = self.world.ledger.log, self.world.ledger.base
        row = s.parts.transfer - s.first
        to_suspect = np.isin(s.payee_party[row], sorted(suspects - {NONE})) & (log.kind[s.parts.root - base] == CLIENT)
        for p in np.flatnonzero(to_suspect).tolist():
            index = int(s.parts.transfer[p])
            self.tainted[index] = self.tainted.get(index, 0) + int(s.parts.fen[p])

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        changed: dict[tuple[str, str], int] = {}  # listing -> instant of its new mark
        borrowers = {case.borrower for case in self.cases.values()} if self.listed_today or day in self.due else set()
        for key in self.listed_today:
            self._by_register(self.cases[key], borrowers, self.cases[key].listed_at, now, changed)
        self._paid_to_others(now, changed)
        due = [key for key in self.due.pop(day, {}) if key in self.cases]
        self._not_paid_out(due, now, changed)
        for key in due:
            self._by_register(self.cases[key], borrowers, now - 1, now, changed)
        self._repaid_by_others(now, changed)
        self.listed_today.clear()
        for key in sorted(changed):
            self.marked.add(self.cases[key].borrower)
            yield from self._judge(self.cases[key], changed[key], now)
        self._forget(now)

    def _forget(self, now: int) -> None:
        old = [key for key, case in self.cases.items() if case.listed_at < now - KEEP_US]
        for key in old:
            case = self.cases.pop(key)
            for kind, name in (("collateral", case.collateral), *(("bill", bill) for bill in case.bills)):
                self.by_mark.get((kind, name), {}).pop(key, None)
        if old:
            self.marked = {case.borrower for case in self.cases.values() if case.marks}
            self.by_mark = {mark: held for mark, held in self.by_mark.items() if held}
            self.texts.forget(now - KEEP_US)
        self.tainted = {index: fen for index, fen in self.tainted.items() if index >= self.world.ledger.base}

    def _mark(self, case: Case, name: str, inputs: dict[str, Any] | None, time: int, changed: dict) -> None:
        if inputs is not None and name not in case.marks:
            case.marks[name] = inputs
            key = case.platform, case.listing
            changed[key] = max(time, changed.get(key, 0))

    def _by_register(self, case: Case, borrowers: set[str], time: int, now: int, changed: dict) -> None:
        """F1, F4, F5, F6, F8, F9: what the registry and other listings say of this one."""
        self._mark(case, "f1", marks.not_in_register(self.world, case), time, changed)
        self._mark(case, "f4", marks.cannot_carry(self.world, case, now), time, changed)
        alike = self.texts.alike(case)
        if len({borrower for _, borrower, _ in alike}) >= marks.ALIKE_BORROWERS:
            self._mark(case, "f5", {"texts": alike}, time, changed)
        self._mark(case, "f6", marks.shared_means(self.world, case, borrowers, shanghai_day(now - 1)), time, changed)
        self._mark(case, "f8", self._again("collateral", (case.collateral,), case), time, changed)
        self._mark(case, "f9", self._again("bill", case.bills, case), time, changed)

    def _again(self, kind: str, names: Iterable[str], case: Case) -> dict[str, Any] | None:
        """The listings that bear the same collateral (while live) or bill number."""
        for name in names:
            cases = [self.cases[key] for key in self.by_mark.get((kind, name), {})]
            held = sorted((x.platform, x.listing) for x in cases if kind == "bill" or x.live)
            if len(held) > 1 and (case.platform, case.listing) in held:
                return {"name": name, "listings": held}
        return None

    def _cases_of(self, rows: NDArray, at: NDArray) -> Iterator[tuple[Case, int]]:
        """``(case, log index)`` of the rows that carry a listing with a case."""
        log, world = self.world.ledger.log, self.world
        for row, listing in zip(rows.tolist(), log.listing[at].tolist()):
            platform = int(world.listing_table.platform[listing])
            case = self.cases.get((world.parties.names[platform], world.listings.names[listing])) if platform != NONE else None
            if case is not None:
                yield case, row

    def _paid_to_others(self, now: int, changed: dict) -> None:
        """F3: loans of the day that went to an account which is not the borrower's."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        rows = world.ledger.rows_of(now - DAY_US, now)
        at = rows - base
        lent = (log.kind[at] == LOAN) & (log.listing[at] != NONE) & (log.payee[at] != NONE)
        lent &= log.payee[at] != world.listing_table.borrower[log.listing[at]]
        for case, row in self._cases_of(rows[lent], at[lent]):
            account, flow = int(log.creditor[row - base]), log.flow_class[row - base]
            merchant = world.accounts.table.role[account] == MERCHANT and world.accounts.table.third_party[account]
            if merchant or IS_TRADE[flow] or is_custody(world, account, case.platform):
                continue
            paid = self._transfer(row) | {"payee_party": world.accounts.owner_name(account)}
            self._mark(case, "f3", {"borrower": case.borrower, "payments": [paid]}, int(log.time[row - base]), changed)

    def _not_paid_out(self, due: list[tuple[str, str]], now: int, changed: dict) -> None:
        """F2: listings whose time is over: investors were debited, and nobody was paid."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        cases = [self.cases[key] for key in due if self.cases[key].investors]
        for key in due:
            self.cases[key].decided = True
        if not cases:
            return
        since = min(case.first_subscribed for case in cases) - BEFORE_US
        rows = world.ledger.rows_of(since, now)
        at = rows - base
        listings = np.array(sorted({world.listings.get(case.listing) for case in cases} - {NONE}), np.int64)
        investors = np.array(sorted({world.parties.get(p) for case in cases for p in case.investors} - {NONE}), np.int64)
        borrowers = np.array(sorted({world.parties.get(case.borrower) for case in cases} - {NONE}), np.int64)
        named, by, to = np.isin(log.listing[at], listings), np.isin(log.payer[at], investors), np.isin(log.payee[at], borrowers)
        client = (log.kind[at] == CLIENT) & by
        refunds = IS_REFUND[log.flow_class[at]] & np.isin(log.payee[at], investors)
        kept = rows[named | client | to | refunds]
        for case in cases:
            self._mark(case, "f2", self._unpaid(case, kept, now), now - 1, changed)

    def _unpaid(self, case: Case, rows: NDArray, now: int) -> dict[str, Any] | None:
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        at = rows - base
        listing, borrower = world.listings.get(case.listing), world.parties.get(case.borrower)
        investors = np.array(sorted({world.parties.get(p) for p in case.investors} - {NONE}), np.int64)
        own = (log.listing[at] == listing) | (log.listing[at] == NONE)
        recent = log.time[at] >= case.first_subscribed - BEFORE_US
        cluster = world.watch.index(case.platform)
        circle, gathers = (world.watch.cluster_of[side[at]] == cluster for side in (log.debtor, log.creditor))
        debits = recent & own & gathers & np.isin(log.payer[at], investors)
        debits &= (log.kind[at] == CLIENT) | (log.listing[at] == listing)
        to_him = (log.payee[at] == borrower) & (borrower != NONE)  # a payee whom nobody names is not the borrower
        paid = own & to_him & (circle | (log.kind[at] == LOAN)) & recent
        paid |= (log.listing[at] == listing) & (log.kind[at] == LOAN)
        back = recent & own & IS_REFUND[log.flow_class[at]] & np.isin(log.payee[at], investors)
        debited, refunded = int(log.fen[at[debits]].sum()), int(log.fen[at[back]].sum())
        if not debited or paid.any() or case.status == "MISCARRY" or refunded * PPM >= REFUNDED_PPM * debited:
            return None
        return {"full_at": case.full_at, "judged_at": now, "subscribed_fen": sum(case.investors.values()), "payouts": [],
                "debits": [self._transfer(row) for row in rows[debits].tolist()[:MAX_PAYOUTS]],
                "refunds": [self._transfer(row) for row in rows[back].tolist()[:MAX_PAYOUTS]]}  # fmt: skip

    def _repaid_by_others(self, now: int, changed: dict) -> None:
        """F7: repayments of the day on listings that lack no more than this mark."""
        log, base = self.world.ledger.log, self.world.ledger.base
        rows = self.world.ledger.rows_of(now - DAY_US, now)
        at = rows - base
        repaid = IS_REPAY[log.flow_class[at]] & (log.listing[at] != NONE)
        for case, row in self._cases_of(rows[repaid], at[repaid]):
            weights = self._pack(now - 1).get("weights")
            if weights is None or not case.marks or "f7" in case.marks:
                continue
            by_himself = self.world.parties.names[log.payer[row - base]] == case.borrower
            if by_himself and self.score(case.marks | {"f7": {}}, weights) >= PPM:
                self._mark(case, "f7", self._funded(case, row, now), int(log.time[row - base]), changed)

    def _funded(self, case: Case, row: int, now: int) -> dict[str, Any] | None:
        """Whose money the borrower repaid with: the pots are his own accounts."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        members = np.zeros(world.ledger.accounts.size, np.bool_)
        members[world.accounts.of_party.get(world.parties.get(case.borrower), [])] = True
        pots = pots_of(world.ledger, members, now - KEEP_US, int(log.time[row - base]))
        place = int(np.searchsorted(pots.rows, row))
        circle = set(world.watch.institutions[case.platform].circle("R1", "R2"))
        listing = int(log.listing[row - base])
        transfers = []
        for i, index in enumerate(pots.rows[: place + 1].tolist()):
            loan = log.kind[index - base] == LOAN and int(log.listing[index - base]) == listing
            payer = world.accounts.owner_name(int(pots.debtor[i]))
            in_circle = payer in circle or world.watch.cluster_of[pots.debtor[i]] == world.watch.index(case.platform)
            strange = bool(pots.enters[i]) and not loan and (in_circle or log.kind[index - base] == LOAN)
            theirs = int(pots.fen[i]) if strange else 0 if loan else self.tainted.get(index, 0)
            names = world.accounts.ids.names
            transfers.append(
                self._transfer(index) | {"payer": None if pots.enters[i] else names[pots.debtor[i]],
                                         "payee": None if pots.leaves[i] else names[pots.creditor[i]], "others_fen": theirs}
            )  # fmt: skip
        share = {}
        for method in METHODS[:2]:
            parts = [(root, fen) for root, fen in pots.made_of(place, method) if 0 <= root != place]
            theirs = sum(fen * transfers[root]["others_fen"] // transfers[root]["fen"] for root, fen in parts)
            share[method] = ppm(theirs, int(pots.fen[place]))
        if min(share.values()) < to_ppm(self._pack(now - 1)["repaid"]):
            return None
        openings = [[world.accounts.ids.names[account], fen] for account, fen in pots.openings]
        return {"openings": openings, "transfers": transfers}

    def _transfer(self, row: int) -> dict[str, Any]:
        at = row - self.world.ledger.base
        return {"transaction": list(self.world.refs.of(row)), "row": row, "fen": int(self.world.ledger.log.fen[at])}

    @staticmethod
    def score(held: dict[str, Any], weights: dict[str, int | float]) -> int:
        """Σ of the weights of the marks that hold, in ppm."""
        return sum(to_ppm(weights[name]) for name in held)

    def _judge(self, case: Case, time: int, now: int) -> Iterator[Finding]:
        weights = self._pack(time).get("weights")
        score = self.score(case.marks, weights) if weights is not None else 0
        if score < PPM:
            return
        values = {"score_ppm": score, **{f"f{n}": int(f"f{n}" in case.marks) for n in range(1, 10)}}
        severity = max(YELLOW, zero_tolerance(case.asked_fen))
        told = (case.listing, case.borrower, case.asked_fen, case.event, dict(case.marks))
        yield Finding(self.id, case.platform, time, severity, case.asked_fen, values, (min(case.listed_at, time), time),
                      known=now, others=(case.borrower,), key=told)  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        listing, borrower, asked, event, held = finding.key
        rows = sorted({row for inputs in held.values() for row in rows_in(inputs)})
        trusted = Excuse("entrusted_payment", False, {"listing": listing})
        return Evidence(
            {"score_ppm": "sum of the weights of the marks that hold, f1 to f9"},
            {"listing": listing, "borrower": borrower, "asked_fen": asked, "marks": without_rows(held)},
            [row for row in rows if row >= self.world.ledger.base], [event], excuses=[trusted] if "f3" in held else [],
            thresholds={"fiction": self.in_force("fiction", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def rows_in(content: Any) -> Iterator[int]:
    """Log indices that stand anywhere in a mark's inputs."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from [value] if name == "row" else rows_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from rows_in(value)


def without_rows(content: Any) -> Any:
    """The same without log indices, which mean nothing outside."""
    if isinstance(content, dict):
        return {name: without_rows(value) for name, value in content.items() if name != "row"}
    return [without_rows(value) for value in content] if isinstance(content, list | tuple) else content
