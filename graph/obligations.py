"""Who owes what to whom, and when (contract, “Who owes whom on day d”).

One book a platform: claims of investors and loans to borrowers, each with a ladder ``{due day: fen}`` that is kept up
to date at every event, so that a maturity gap of any day is a sum over at most a few hundred entries.

Readings (docs/decisions.md): a claim on a listing runs from the day its loan is disbursed – until then the money lies
in escrow and is owed back at once, whoever asks; a buyer of a claim holds it to the end of the loan behind it.
"""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from chuantou.schemas.clock import day_of_date, shanghai_day
from chuantou.schemas.required import required
from chuantou.schemas.streams import ProductEvent

FAR = 1 << 30
REDEEMED_DAYS = 60


@dataclass
class Claim:
    """An investor's principal. ``due`` is a day; ``sold_to`` names the buyers after the first holder."""

    key: str
    holder: str
    principal_fen: int
    due: int
    since: int
    product: str | None
    listing: str | None
    event: tuple[str, str]
    exit_due: int = 0  # the day on which its first holder may leave
    subscribed_fen: int = 0
    running: bool = True
    exited: bool = False  # counted as left before its loan ended
    sold_to: list[tuple[int, str]] = field(default_factory=list)

    @property
    def unit(self) -> str | None:
        """What was bought: the product, or the listing where there is none."""
        return self.product or self.listing


@dataclass
class Instalment:
    """What a borrower owes on a day; ``left_fen`` is what was not repaid yet."""

    plan_id: str
    due: int
    principal_fen: int
    left_fen: int
    event: tuple[str, str]
    interest_fen: int = 0
    overdue_on: int | None = None  # day on which the platform said so


@dataclass
class Loan:
    """A listing: asked for, disbursed, repaid. ``left_fen`` without a plan falls due on ``due``."""

    key: str
    borrower: str | None = None
    asked_fen: int = 0
    disbursed_fen: int = 0
    disbursed_on: int | None = None
    due: int | None = None
    term_days: int | None = None
    status: str | None = None
    rate_ppm: int | None = None  # what the borrower pays
    project_return_ppm: int | None = None
    plan: dict[str, Instalment] = field(default_factory=dict)
    event: tuple[str, str] = ("", "")

    @property
    def ends(self) -> int:
        """Day on which the last principal falls due; ``FAR`` when nobody says."""
        if self.plan:
            return max(i.due for i in self.plan.values())
        if self.due is not None:
            return self.due
        if self.disbursed_on is not None and self.term_days is not None:
            return self.disbursed_on + self.term_days
        return FAR

    @property
    def repaid(self) -> bool:
        return bool(self.plan) and all(i.left_fen == 0 for i in self.plan.values())


class Book:
    """Claims and loans of one platform, with a ladder of principal by due day on either side."""

    def __init__(self, platform: str) -> None:
        self.platform = platform
        self.claims: dict[str, Claim] = {}
        self.loans: dict[str, Loan] = {}
        self.products: dict[str, ProductEvent] = {}
        self.allocated: dict[str, set[str]] = defaultdict(set)
        self.plan_listing: dict[str, str] = {}
        self.owed_to_investors: dict[int, int] = defaultdict(int)
        self.owed_by_borrowers: dict[int, int] = defaultdict(int)
        self.waiting: dict[str, list[Claim]] = defaultdict(list)  # not names: a name may be given again
        self.closed_claims: dict[str, Claim] = {}
        self.matched: dict[str, Counter[str]] = {}  # listing -> product -> fen matched to it
        self.redeemed: deque[tuple[int, int, int]] = deque()  # (day, day on which it was due, fen) of the last weeks
        self.given_back: Counter[str] = Counter()  # product or listing -> Σ principal given back · days it was held

    def apply(self, e: ProductEvent) -> None:
        """Take one product event; what it lacks to be understood leaves the book unchanged."""
        handler = getattr(self, f"_{e.type.lower()}", None)
        if handler is not None:
            handler(e, shanghai_day(e.event_time))

    def loan(self, listing: str) -> Loan:
        return self.loans.setdefault(listing, Loan(listing))

    def _product(self, e: ProductEvent, day: int) -> None:
        self.products[required(e.product, "product")] = e

    def _listing(self, e: ProductEvent, day: int) -> None:
        loan = self.loan(required(e.listing, "listing"))
        self._ladder(loan, -1)
        loan.borrower, loan.asked_fen, loan.term_days = e.borrower, e.amount_fen or 0, e.term_days
        loan.rate_ppm, loan.project_return_ppm = e.rate_ppm, e.project_return_ppm
        loan.event = (e.source_id, e.event_id)
        if e.due is not None:
            loan.due = day_of_date(e.due)
        self._ladder(loan, +1)

    def _listing_status(self, e: ProductEvent, day: int) -> None:
        listing = required(e.listing, "listing")
        self.loan(listing).status = e.status
        if e.status == "MISCARRY":
            for claim in self.waiting.pop(listing, ()):
                if self.claims.get(claim.key) is claim:
                    del self.claims[claim.key]

    def _subscribe(self, e: ProductEvent, day: int) -> None:
        key = e.claim or f"{e.source_id}/{e.event_id}"
        known = self.claims.get(key)
        if known is not None:
            if e.confirmed and e.due is not None:  # the investor acted: a renewal, not an automatic roll-over
                self._move_due(known, day_of_date(e.due))
                known.exit_due = known.due
            return
        due = self._claim_due(e, day)
        investor, fen = required(e.investor, "investor"), required(e.amount_fen, "amount_fen")
        claim = Claim(key, investor, fen, due, day, e.product, e.listing, (e.source_id, e.event_id), due, fen)
        self.claims[key] = claim
        if e.listing is not None and self.loan(e.listing).disbursed_on is None:
            claim.running = False
            self.waiting[e.listing].append(claim)
        else:
            self.owed_to_investors[claim.due] += claim.principal_fen

    def _claim_due(self, e: ProductEvent, day: int) -> int:
        if e.due is not None:
            return day_of_date(e.due)
        start = day_of_date(e.start) if e.start is not None else day
        offered = self.products.get(e.product) if e.product else None
        if offered is not None and offered.term_days is not None:
            return start + offered.term_days
        loan = self.loans.get(e.listing) if e.listing else None
        if loan is not None and loan.term_days is not None:
            return start + loan.term_days
        return start  # payable on demand

    def _move_due(self, claim: Claim, due: int) -> None:
        if claim.running:
            self.owed_to_investors[claim.due] -= claim.principal_fen
            self.owed_to_investors[due] += claim.principal_fen
        claim.due = due

    def forget_closed(self, before: int) -> None:
        """Drop repaid claims whose exit lies before the day ``before``."""
        self.closed_claims = {key: c for key, c in self.closed_claims.items() if c.exit_due >= before}

    def _alloc(self, e: ProductEvent, day: int) -> None:
        product, listing = required(e.product, "product"), required(e.listing, "listing")
        self.allocated[product].add(listing)
        self.matched.setdefault(listing, Counter())[product] += required(e.amount_fen, "amount_fen")
        claim = self.claims.get(e.claim) if e.claim else None
        if claim is not None and claim.listing is None:
            claim.listing = e.listing

    def _disburse(self, e: ProductEvent, day: int) -> None:
        listing = required(e.listing, "listing")
        loan = self.loan(listing)
        if loan.borrower is None:
            loan.borrower = e.borrower
        self._ladder(loan, -1)
        loan.disbursed_fen += required(e.amount_fen, "amount_fen")
        if loan.disbursed_on is None:
            loan.disbursed_on = day
        self._ladder(loan, +1)
        for claim in self.waiting.pop(listing, ()):
            claim.running = True
            self.owed_to_investors[claim.due] += claim.principal_fen

    def _ladder(self, loan: Loan, sign: int) -> None:
        """Add (+1) or take away (−1) what the loan's borrower still owes."""
        if loan.disbursed_on is None:
            return
        if loan.plan:
            for instalment in loan.plan.values():
                self.owed_by_borrowers[instalment.due] += sign * instalment.left_fen
        else:
            self.owed_by_borrowers[loan.ends] += sign * loan.disbursed_fen

    def _repay_plan(self, e: ProductEvent, day: int) -> None:
        listing, plan_id, due = required(e.listing, "listing"), required(e.plan_id, "plan_id"), required(e.due, "due")
        loan = self.loan(listing)
        self._ladder(loan, -1)
        fen = e.principal_fen or 0
        event = (e.source_id, e.event_id)
        loan.plan[plan_id] = Instalment(plan_id, day_of_date(due), fen, fen, event, e.interest_fen or 0)
        self.plan_listing[plan_id] = listing
        self._ladder(loan, +1)

    def _repay(self, e: ProductEvent, day: int) -> None:
        plan_id = required(e.plan_id, "plan_id")
        loan = self.loans.get(self.plan_listing.get(plan_id, ""))
        if loan is None:
            return
        self._ladder(loan, -1)
        instalment = loan.plan[plan_id]
        instalment.left_fen = max(0, instalment.left_fen - (e.principal_fen or 0))
        self._ladder(loan, +1)

    def _overdue(self, e: ProductEvent, day: int) -> None:
        plan_id = required(e.plan_id, "plan_id")
        loan = self.loans.get(self.plan_listing.get(plan_id, ""))
        if loan is not None and loan.plan[plan_id].overdue_on is None:
            loan.plan[plan_id].overdue_on = day

    def _redeem(self, e: ProductEvent, day: int) -> None:
        left = required(e.amount_fen, "amount_fen")
        if e.claim is not None:
            held = [self.claims[e.claim]] if e.claim in self.claims else []
        else:
            held = [c for c in self.claims.values() if c.product == e.product and c.holder == e.investor]
        for claim in sorted(held, key=lambda c: (c.due, c.key)):
            left -= self._reduce(claim, left, day)

    def _reduce(self, claim: Claim, fen: int, day: int) -> int:
        taken = min(fen, claim.principal_fen)
        if claim.unit is not None:
            self.given_back[claim.unit] += taken * max(0, day - claim.since)
        if taken and claim.running:
            self.redeemed.append((day, claim.due, taken))
            while self.redeemed[0][0] <= day - REDEEMED_DAYS:
                self.redeemed.popleft()
        claim.principal_fen -= taken
        if claim.running:
            self.owed_to_investors[claim.due] -= taken
        if claim.principal_fen == 0:
            self.closed_claims[claim.key] = self.claims.pop(claim.key)
        return taken

    def _claim_transfer(self, e: ProductEvent, day: int) -> None:
        claim, buyer = self.claims.get(required(e.claim, "claim")), required(e.to_party, "to_party")
        if claim is None:
            return
        claim.holder = buyer
        claim.sold_to.append((day, buyer))
        loan = self.loans.get(claim.listing) if claim.listing else None
        if loan is not None and loan.ends != FAR:
            self._move_due(claim, max(claim.due, loan.ends))

    def _close(self, e: ProductEvent, day: int) -> None:
        if e.listing is not None:
            self.loan(e.listing).status = "CLOSED"

    def outstanding_fen(self) -> int:
        """Principal owed to investors on running claims."""
        return sum(self.owed_to_investors.values())


class Obligations:
    """The books of all platforms."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}

    def apply(self, e: ProductEvent) -> Book:
        book = self.books.get(e.platform)
        if book is None:
            book = self.books[e.platform] = Book(e.platform)
        book.apply(e)
        return book
