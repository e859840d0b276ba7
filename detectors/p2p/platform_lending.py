"""P2P-03 平台放贷 · the platform itself lends."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.p2p.exits import MANNERS, is_custody
from chuantou.detectors.p2p.offers import Offers, Sold
from chuantou.detectors.p2p.stand_ins import OTHER, OWN, Part, Views, label_of, measured, part_row, payers
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.feeding import FED_US
from chuantou.graph.flow_class import CLASS_ID
from chuantou.graph.interest import OWN_TIERS, institutions_of, tier_of
from chuantou.graph.ledger import LOAN
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

WINDOW_US = 90 * DAY_US
POT_US = 30 * DAY_US
LENDERS = ("microloan", "consumer_finance", "bank", "trust")  # LA-LICLOAN
MAX_FED = 50  # accounts that the circle fed and that are looked into with one payer
RETURNS = ("RETURN_PRIN", "RETURN_INT", "BONUS")  # what an investor got back is his own
FUNDED, SUPER_LENDER, LENT_FIRST = 1, 2, 3


class OwnLoan(NamedTuple):
    """What was paid out on one listing and day (or by one payment without a listing), and the own money in it."""

    time: int
    listing: str | None
    fen: int
    rows: tuple[int, ...]
    parts: tuple[Part, ...]

    def own(self, manner: str) -> int:
        return sum(part.own[manner] for part in self.parts)


class Told(NamedTuple):
    """What a finding rests on, by limb."""

    limb: int
    loans: tuple[OwnLoan, ...]
    sold: Sold | None
    early: tuple[Any, ...]
    excuses: tuple[Excuse, ...]


class PlatformLending(Detector):
    """平台放贷: the platform, not its investors, is the lender.

    Over 90 days. (1) Loans of the platform's listings, or paid by itself, of which ≥ 0.5 came from Own(P), R1 or R2 – from
    their accounts, or by lots through custody and the accounts of investors that they fed within 3 days; FIFO and pro-rata
    both. (2) A super-lender: somebody of the circle (R1–R3), or who sold > 0.9 of his claims to others, is first creditor of
    ≥ 10 loans of ≥ 5,000,000 yuan and sells ≥ 0.8 of them within 30 days. (3) ≥ 5 loans were paid out ≥ 1 day before their
    listing was fully subscribed [E]. Not: a licensed lender's own money (LA-LICLOAN), loans to the payer's own employees.
    Severity by zero tolerance of the sum lent. Clause 二(一)1; 2016 网络借贷暂行办法 art. 10(5) [S5]. Amounts in fen.

    >>> PlatformLending.is_own(own=500_000, lent=1_000_000, line=500_000), PlatformLending.is_own(499_999, 1_000_000, 500_000)
    (True, False)
    """

    id, clause, family = "P2P-03", "二(一)1", "client_money"
    title_zh, title_en = "平台自身发放贷款", "lending by the platform itself"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(5) [S5]")
    parameters = ("platform_lending",)
    sectors = ("P2P", "ECF", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.today: list[Any] = []  # log indices of loans
        self.funded: dict[str, deque[OwnLoan]] = {}
        self.offers: dict[str, Offers] = {}
        self.told_today: set[str] = set()

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, ProductEvent):
                self.offers.setdefault(event.platform, Offers()).take(event)
                self.told_today.add(event.platform)
        if segment.first != segment.end:
            log, base = self.world.ledger.log, self.world.ledger.base
            cluster = self.world.watch.cluster_of
            listed = log.listing[segment.first - base : segment.end - base] != NONE
            loans = (segment.kind == LOAN) & (listed | (cluster[segment.debtor] != NONE))
            self.today.append(np.flatnonzero(loans) + segment.first)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now, mine = day_start_us(day + 1), set(self.institutions())
        gate = self.in_force("platform_lending", now - 1)
        excuses = self._look(mine, now, gate) if gate is not None else {}
        for key in sorted(excuses):
            yield from self._judge_funded(key, now, gate, excuses[key])
        for key in self.told_today - mine:
            del self.offers[key]
        for key in sorted(self.told_today & mine):
            offers = self.offers[key]
            offers.forget(now - WINDOW_US - POT_US)
            if gate is not None:
                yield from self._judge_super_lender(key, offers, now, gate)
                yield from self._judge_lent_first(key, offers, now, gate)
        self.told_today.clear()

    # -- own money -----------------------------------------------------------------------------------------------------

    def _look(self, mine: set[str], now: int, gate: dict[str, Any]) -> dict[str, list[Excuse]]:
        """The day's loans that were made of own money; institutions that had one, with the look-alikes tested."""
        log, base, out = self.world.ledger.log, self.world.ledger.base, dict[str, list[Excuse]]()
        fed, line, views = self.world.feeding.fed(), to_ppm(gate["share"]), Views(self.world, now - 1)
        for (key, listing, _), rows in sorted(self._loans_of_today(mine).items()):
            parts = [part for row in rows if (part := own_loan(views, key, row, fed)) is not None]
            excuses = [excuse for part in parts if (excuse := self._excuse(key, part)) is not None]
            excused = {excuse.inputs["row"] for excuse in excuses if excuse.holds}
            kept = tuple(part for part in parts if part.row not in excused)
            fen, time = sum(int(log.fen[row - base]) for row in rows), int(log.time[rows[-1] - base])
            loan = OwnLoan(time, listing or None, fen, tuple(rows), kept)
            if all(self.is_own(loan.own(manner), fen, line) for manner in ("fifo", "prorata")):
                self.funded.setdefault(key, deque()).append(loan)
                out.setdefault(key, []).extend(excuse for excuse in excuses if not excuse.holds)
        return out

    def _loans_of_today(self, mine: set[str]) -> dict[tuple[str, str, int], list[int]]:
        """Log indices by institution and listing, in booking order; a payment without a listing stands alone."""
        rows = np.concatenate(self.today) if self.today else np.empty(0, np.int64)
        self.today.clear()
        log, base, out = self.world.ledger.log, self.world.ledger.base, dict[tuple[str, str, int], list[int]]()
        for row, where in zip(rows.tolist(), institutions_of(self.world, rows).tolist()):
            key = self.world.watch.keys[where] if where != NONE else ""
            if key in mine:
                listing = int(log.listing[row - base])
                group = (key, self.world.listings.names[listing], NONE) if listing != NONE else (key, "", row)
                out.setdefault(group, []).append(row)
        return out

    @staticmethod
    def is_own(own: int, lent: int, line: int) -> bool:
        """Whether own money made up the share ``line`` (ppm) of a loan."""
        return ppm(own, lent) >= line

    def _excuse(self, key: str, part: Part) -> Excuse | None:
        """LA-LICLOAN: a licensed lender's own money; or the payer's own employee borrows."""
        world, log, at = self.world, self.world.ledger.log, part.row - self.world.ledger.base
        payer, payee, day = int(log.payer[at]), int(log.payee[at]), shanghai_day(int(log.time[at]))
        name = world.parties.names[payer] if payer != NONE else ""
        held = [kind for kind in LENDERS if world.register.has_licence(name, kind, day)]
        if held:
            inputs = {"party": name, "licences": held, "own_money_only": part.view is None, "row": part.row}
            return Excuse("LA-LICLOAN", part.view is None, inputs)
        if log.listing[at] == NONE and payee != NONE:
            paid = wages(world, payer, payee)
            inputs = {"employer": name, "employee": world.parties.names[payee], "wages": paid, "row": part.row}
            return Excuse("LA-PAYROLL", paid > 0, inputs)
        return None

    def _judge_funded(self, key: str, now: int, gate: dict[str, Any], excuses: list[Excuse]) -> Iterator[Finding]:
        kept = self.funded[key]
        while kept[0].time <= now - WINDOW_US:
            kept.popleft()
        loans = tuple(kept)
        lent = sum(loan.fen for loan in loans)
        own = {manner: sum(loan.own(manner) for loan in loans) for manner in MANNERS}
        severity = zero_tolerance(lent)
        if severity == NO_SEVERITY:
            return
        values = self._values(FUNDED, len(loans), lent) | {share_name(manner): ppm(own[manner], lent) for manner in MANNERS}
        log, base, names = self.world.ledger.log, self.world.ledger.base, self.world.accounts.ids.names
        rows = [row - base for loan in loans for row in loan.rows if row >= base]
        borrowers = {self.world.parties.names[log.payee[at]] for at in rows if log.payee[at] != NONE}
        yield Finding(
            self.id, key, loans[-1].time, severity, lent, values, (loans[0].time, loans[-1].time), known=now,
            low_fen=min(own.values()), high_fen=lent, others=tuple(sorted(borrowers - {key})),
            accounts=tuple(sorted({names[log.debtor[at]] for at in rows})), key=Told(FUNDED, loans, None, (), tuple(excuses)),
        )  # fmt: skip

    @staticmethod
    def _values(limb: int, loans: int, fen: int) -> dict[str, int]:
        return {"n_loans": loans, "lent_fen": fen, **{share_name(m): 0 for m in MANNERS}, "limb": limb, "sold_ppm": 0}

    # -- super-lenders, and loans paid out first -----------------------------------------------------------------------

    def _judge_super_lender(self, key: str, offers: Offers, now: int, gate: dict[str, Any]) -> Iterator[Finding]:
        since, within = now - WINDOW_US, gate["sold_days"] * DAY_US
        for sold in offers.first_creditors(since, within):
            if len(sold.loans) < gate["loans"] or sold.lent_fen < gate["fen"] or sold.share_ppm < to_ppm(gate["sold"]):
                continue
            related = self.world.watch.institutions[key].tier(sold.lender) is not None
            severity = zero_tolerance(sold.lent_fen)
            if severity == NO_SEVERITY or not (related or sold.share_ppm > to_ppm(gate["stranger"])):
                continue
            values = self._values(SUPER_LENDER, len(sold.loans), sold.lent_fen) | {"sold_ppm": sold.share_ppm}
            if sold.last >= now - DAY_US:
                yield Finding(self.id, key, sold.last, severity, sold.lent_fen, values, (sold.first, sold.last), known=now,
                              others=(sold.lender,), key=Told(SUPER_LENDER, (), sold, (), ()))  # fmt: skip

    def _judge_lent_first(self, key: str, offers: Offers, now: int, gate: dict[str, Any]) -> Iterator[Finding]:
        early = offers.lent_first(now - WINDOW_US, gate["ahead_days"] * DAY_US)
        if len(early) < gate["early_loans"] or early[-1].full_at < now - DAY_US:
            return
        lent = sum(loan.fen for loan in early)
        severity = zero_tolerance(lent)
        if severity != NO_SEVERITY:
            yield Finding(self.id, key, early[-1].full_at, severity, lent, self._values(LENT_FIRST, len(early), lent),
                          (min(loan.paid_out for loan in early), early[-1].full_at), known=now,
                          key=Told(LENT_FIRST, (), None, tuple(early), ()))  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        told: Told = finding.key
        world, base = self.world, self.world.ledger.base
        parties = {who for loan in told.loans for part in loan.parts for who in payers(world, part)}
        parties |= {told.sold.lender} if told.sold else set()
        rows = {row for loan in told.loans for row in (*loan.rows, *(row for part in loan.parts for row in part.rows()))}
        offered = list(told.early) + (list(told.sold.loans) if told.sold else [])
        return Evidence(
            {
                "own_funded_*_ppm": "sum of own money by manner / sum of the loans",
                "sold_ppm": "principal sold within sold_days / principal lent",
                "n_loans": "loans of which own money made up the share; of the lender; paid out ahead of their full subscription",
            },
            {
                "limb": told.limb,
                "loans": [
                    {"time": loan.time, "listing": loan.listing, "paid": [self._paid(row) for row in loan.rows],
                     "parts": [part_row(world, part) for part in loan.parts]}
                    for loan in told.loans
                ],
                "lender": told.sold.lender if told.sold else None,
                "claims": [loan.row() for loan in told.sold.loans] if told.sold else [],
                "early": [loan.row() for loan in told.early],
            },
            sorted(row for row in rows if row >= base),
            events=sorted({event for loan in offered for event in loan.events}),
            related=related_paths(world, finding.subject, parties),
            excuses=[replace(x, inputs={name: said for name, said in x.inputs.items() if name != "row"}) for x in told.excuses],
            thresholds={
                "platform_lending": self.in_force("platform_lending", finding.time),
                "zero_tolerance_fen": ZERO_TOLERANCE_FEN,
            },
        )

    def _paid(self, row: int) -> dict[str, Any]:
        return {"transaction": list(self.world.refs.of(row)), "fen": int(self.world.ledger.log.fen[row - self.world.ledger.base])}


def share_name(manner: str) -> str:
    """``own_funded_ppm`` is the headline, by FIFO."""
    return "own_funded_ppm" if manner == "fifo" else f"own_funded_{manner}_ppm"


def own_loan(views: Views, key: str, row: int, fed: set[tuple[int, int]]) -> Part | None:
    """The circle's own money in one loan: from its own account, or through custody and whom it fed."""
    world = views.world
    log, at = world.ledger.log, row - world.ledger.base
    account, time = int(log.debtor[at]), int(log.time[at])
    owner, where = int(world.accounts.table.owner[account]), world.watch.index(key)
    custody = is_custody(world, account, key)
    own = owner != NONE and tier_of(world, key, owner) in OWN_TIERS
    if own and world.accounts.role_of(account) == "CLIENT_SUB":  # it lends through custody like a client: own all the same
        return Part(row, int(log.fen[at]), False, NONE, None, dict.fromkeys(MANNERS, int(log.fen[at])))
    if own and not custody:
        listed = log.listing[at] != NONE or world.parties.names[owner] == key
        return measured(views, key, row, False, [account], time - POT_US, OWN, seen_only=True) if listed else None
    theirs = sorted((a for institution, a in fed if institution == where), key=world.accounts.ids.names.__getitem__)[:MAX_FED]
    mine = world.accounts.of_party.get(owner, []) if world.accounts.role_of(account) == "CLIENT_SUB" else [account]
    if not theirs or (world.accounts.role_of(account) == "CLIENT_SUB" and not set(mine) & set(theirs)):
        return None
    return measured(views, key, row, False, sorted({account, *theirs, *mine}), time - FED_US, OTHER, label_of_loan)


def label_of_loan(world: World, key: str, row: int) -> str:
    """As `label_of`; a related party's own investment is own money, what it gives back to investors is theirs."""
    log, at = world.ledger.log, row - world.ledger.base
    payer = int(log.payer[at])
    own = payer != NONE and tier_of(world, key, payer) in OWN_TIERS and not is_custody(world, int(log.debtor[at]), key)
    if own and log.flow_class[at] in {CLASS_ID[name] for name in RETURNS}:
        return OTHER
    return OWN if own and log.flow_class[at] in (CLASS_ID["INVEST_IN"], CLASS_ID["TOPUP"]) else label_of(world, key, row)


def wages(world: World, employer: int, employee: int) -> int:
    """How many wages the employer paid the employee, as far as the log reaches."""
    log, used = world.ledger.log, world.ledger.end - world.ledger.base
    paid = (log.payer[:used] == employer) & (log.payee[:used] == employee) & (log.flow_class[:used] == CLASS_ID["PAYROLL"])
    return int(paid.sum())


