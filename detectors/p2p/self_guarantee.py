"""P2P-05 自保 · self-guarantee."""

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import PPM, YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.p2p.exits import MANNERS
from chuantou.detectors.p2p.stand_ins import Part, StandIn, part_row, payers, stand_ins, together, unpaid
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.interest import OWN_TIERS
from chuantou.graph.obligations import Book, Claim
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

WINDOW_US = 90 * DAY_US
LICENSED = ("guarantee", "insurance", "bank")  # LA-GUAR; insurers' performance bonds, banks' guarantees
PAID, CLAIM = "paid", "claim"


class Offer(NamedTuple):
    """A listing that names a guarantor."""

    time: int
    listing: str
    guarantor: str
    borrower: str
    fen: int
    event: tuple[str, str]


class Desk:
    """One platform's stand-ins and guaranteed listings of the window."""

    def __init__(self) -> None:
        self.events: deque[StandIn] = deque()
        self.offers: deque[Offer] = deque()

    def forget(self, before: int) -> None:
        self.events = deque(event for event in self.events if event.time > before)
        self.offers = deque(offer for offer in self.offers if offer.time > before)


class SelfGuarantee(Detector):
    """自保: the platform, or its circle, makes good to investors what a borrower owes, or stands surety for him.

    Over 90 days: (a) compensations, repayments and returns in a borrower's place out of money of Own(P), R1 or R2 – paid by
    them, by a borrower, guarantor or stranger whom they fed within 3 days (by lots), or out of a reserve that they funded –
    and claims that R1–R3 take over at ≥ 90 % of par while an instalment is unpaid or within 3 days of its due date; one event
    is one listing's day. Fires at one event of ≥ 10,000 yuan or 3 events [E], FIFO and pro-rata both. (b) A guarantor of a
    listing in R1 or R2, licensed or not. (c) An unlicensed company that guarantees ≥ 3 borrowers. Severity by zero
    tolerance of Σ compensated, at least yellow. Clause 二(一)1; 2016 网络借贷暂行办法 art. 10(3) [S5]. Amounts in fen.

    >>> SelfGuarantee.fires([999_999, 900_000], event_fen=1_000_000, events=3), SelfGuarantee.fires([1, 1, 1], 1_000_000, 3)
    (False, True)
    """

    id, clause, family = "P2P-05", "二(一)1", "client_money"
    title_zh, title_en = "自保", "self-guarantee"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(3) [S5]")
    parameters = ("self_guarantee",)
    sectors = ("P2P", "ECF", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.desks: dict[str, Desk] = {}
        self.told_today: list[ProductEvent] = []

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, ProductEvent) and event.type in ("LISTING", "COMPENSATE", "CLAIM_TRANSFER"):
                self.told_today.append(event)
        yield from ()

    # -- what the day brought ------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        gate = self.in_force("self_guarantee", now - 1)
        touched = self.world.watch.changed_today & self.desks.keys()
        mine = set(self.institutions())
        paid = {(key, listing): parts for key, listing, parts in stand_ins(self.world, mine, day)}
        told = self._told(mine, day, gate)
        for key, listing in sorted(paid.keys() | told.keys()):
            self._desk(key).events.append(self._event(listing, paid.get((key, listing), []), told.get((key, listing), []), day))
            touched.add(key)
        for event in self.told_today:
            if event.platform in mine and self._take(event, day, gate):
                touched.add(event.platform)
        self.told_today.clear()
        for key in sorted(touched & mine):
            self.desks[key].forget(now - WINDOW_US)
            yield from self._judge(key, self.desks[key], now, gate)

    def _desk(self, key: str) -> Desk:
        return self.desks.setdefault(key, Desk())

    def _told(self, mine: set[str], day: int, gate: Any) -> dict[tuple[str, str], list[ProductEvent]]:
        """Compensations that the platform states and that its own circle is said to have paid, by listing."""
        out: dict[tuple[str, str], list[ProductEvent]] = {}
        for e in self.told_today:
            book = self.world.obligations.books.get(e.platform)
            listing = book.plan_listing.get(e.plan_id or "", e.listing) if book is not None else None
            own = e.platform in mine and e.guarantor is not None and self._tier(e.platform, e.guarantor) in OWN_TIERS
            if e.type == "COMPENSATE" and own and listing is not None and e.amount_fen:
                out.setdefault((e.platform, listing), []).append(e)
        return out

    def _tier(self, key: str, party: str) -> str | None:
        return self.world.watch.institutions[key].tier(party)

    def _event(self, listing: str, parts: list[Part], told: list[ProductEvent], day: int) -> StandIn:
        log, base = self.world.ledger.log, self.world.ledger.base
        stated = sum(e.amount_fen or 0 for e in told)
        times = [int(log.time[part.row - base]) for part in parts] + [e.event_time for e in told]
        own = {manner: max(fen, stated) for manner, fen in together(parts).items()}
        said = tuple((e.source_id, e.event_id, e.guarantor or "", e.amount_fen or 0) for e in told)
        return StandIn(max(times), PAID, listing, own, tuple(parts), said)

    def _take(self, e: ProductEvent, day: int, gate: Any) -> bool:
        """Note a guaranteed listing, or a claim that the circle took over at par."""
        if e.type == "LISTING" and e.guarantor is not None and e.listing is not None:
            offer = Offer(e.event_time, e.listing, e.guarantor, e.borrower or "", e.amount_fen or 0, (e.source_id, e.event_id))
            self._desk(e.platform).offers.append(offer)
            return True
        if e.type != "CLAIM_TRANSFER" or gate is None or self._tier(e.platform, e.to_party or "") is None:
            return False
        book = self.world.obligations.books[e.platform]
        claim = book.claims.get(e.claim or "") or book.closed_claims.get(e.claim or "")
        price, principal = e.amount_fen or 0, e.principal_fen or 0
        at_par = price > 0 and price * PPM >= principal * to_ppm(gate["par"])
        if claim is None or claim.listing is None or not at_par or not self._at_due_date(book, claim, day, gate):
            return False
        said = ((e.source_id, e.event_id, e.to_party or "", price),)
        self._desk(e.platform).events.append(
            StandIn(e.event_time, CLAIM, claim.listing, dict.fromkeys(MANNERS, price), (), said)
        )
        return True

    def _at_due_date(self, book: Book, claim: Claim, day: int, gate: Any) -> bool:
        loan = book.loans.get(claim.listing or "")
        near = loan is not None and any(abs(i.due - day) <= gate["around_days"] for i in loan.plan.values())
        return near or unpaid(self.world, book.platform, claim.listing or "", day)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, key: str, desk: Desk, now: int, gate: Any) -> Iterator[Finding]:
        if gate is None:
            return
        events = tuple(desk.events)
        total = {manner: sum(event.own[manner] for event in events) for manner in MANNERS}
        sure = [[event.own[manner] for event in events] for manner in ("fifo", "prorata")]
        fired = all(self.fires(fen, gate["event_fen"], gate["events"]) for fen in sure)
        related, public = self._guaranteed(key, desk, gate)
        offers = self._enough(related, gate) + public
        graded = max(YELLOW, zero_tolerance(min(total["fifo"], total["prorata"])))
        severity = graded if fired else YELLOW if offers else NO_SEVERITY
        if severity == NO_SEVERITY:
            return
        counted = events if fired else ()
        times = [event.time for event in counted] + [offer.time for offer in offers]
        shown = total if fired else dict.fromkeys(MANNERS, 0)
        values = {
            "compensated_fen": shown["fifo"],
            "n_events": len(counted),
            **{f"compensated_{manner}_fen": shown[manner] for manner in MANNERS[1:]},
            "n_guaranteed": len(offers),
            "guaranteed_fen": sum(offer.fen for offer in offers),
        }
        guarantors = {offer.guarantor for offer in offers} | {who for event in counted for _, _, who, _ in event.told}
        yield Finding(
            self.id, key, max(times), severity, shown["fifo"], values, (min(times), max(times)), known=now,
            low_fen=min(shown.values()), high_fen=max(shown.values()), others=tuple(sorted(guarantors - {key})),
            accounts=self._payers(counted), key=(counted, tuple(offers)),
        )  # fmt: skip

    @staticmethod
    def fires(fen: list[int], event_fen: int, events: int) -> bool:
        """Whether one event is large enough or there are enough of them; ``fen`` of each."""
        return max(fen, default=0) >= event_fen or sum(part > 0 for part in fen) >= events

    def _guaranteed(self, key: str, desk: Desk, gate: Any) -> tuple[list[Offer], list[Offer]]:
        """Listings with a guarantor in the circle, and those of unlicensed companies that guarantee the public."""
        related = [offer for offer in desk.offers if self._tier(key, offer.guarantor) in OWN_TIERS]
        borrowers: dict[str, set[str]] = {}
        for offer in desk.offers:
            if offer not in related and offer.guarantor.startswith("uscc:") and not self._licence(offer):
                borrowers.setdefault(offer.guarantor, set()).add(offer.borrower)
        public = {guarantor for guarantor, whom in borrowers.items() if len(whom) >= gate["public"]}
        return related, [o for o in desk.offers if o.guarantor in public and o not in related and not self._licence(o)]

    @staticmethod
    def _enough(offers: list[Offer], gate: Any) -> list[Offer]:
        enough = SelfGuarantee.fires([offer.fen for offer in offers], gate["event_fen"], gate["events"])
        return offers if enough else []

    def _licence(self, offer: Offer) -> list[str]:
        day = shanghai_day(offer.time)
        return [kind for kind in LICENSED if self.world.register.has_licence(offer.guarantor, kind, day)]

    def _payers(self, events: tuple[StandIn, ...]) -> tuple[str, ...]:
        names, log, base = self.world.accounts.ids.names, self.world.ledger.log, self.world.ledger.base
        return tuple(sorted({names[log.debtor[part.row - base]] for event in events for part in event.parts if part.row >= base}))

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        events, offers = finding.key
        base = self.world.ledger.base
        parties = {offer.guarantor for offer in offers} | {who for event in events for _, _, who, _ in event.told}
        rows: set[int] = set()
        listed = []
        for event in events:
            parts = []
            for part in event.parts:
                rows.update(row for row in part.rows() if row >= base)
                parties.update(payers(self.world, part))
                parts.append(part_row(self.world, part))
            told = [{"event": [source, name], "party": who, "fen": fen} for source, name, who, fen in event.told]
            listed.append({"time": event.time, "kind": event.kind, "listing": event.listing, "told": told, "parts": parts})
        guaranteed = [
            {"event": list(o.event), "time": o.time, "listing": o.listing, "guarantor": o.guarantor, "borrower": o.borrower,
             "fen": o.fen, "licences": self._licence(o), "related": self._tier(finding.subject, o.guarantor) in OWN_TIERS}
            for o in offers
        ]  # fmt: skip
        return Evidence(
            {
                "compensated_*_fen": "sum over events of the most of own money in, own money out, and what was told, by manner",
                "n_events": "events",
                "guaranteed_fen": "sum of fen of guaranteed",
            },
            {"events": listed, "guaranteed": guaranteed},
            sorted(rows),
            events=sorted({(s, n) for event in events for s, n, _, _ in event.told} | {o.event for o in offers}),
            related=related_paths(self.world, finding.subject, parties),
            excuses=[Excuse("LA-GUAR", False, {"guarantor": o["guarantor"], "licences": o["licences"]}) for o in guaranteed],
            thresholds={
                "self_guarantee": self.in_force("self_guarantee", finding.time),
                "zero_tolerance_fen": ZERO_TOLERANCE_FEN,
            },
        )
