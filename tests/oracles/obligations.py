"""Plain twin of ``graph/obligations.py``: what is owed is worked out from the whole story, and no ladder is kept."""

from collections import Counter
from dataclasses import dataclass

from chuantou.schemas.clock import day_of_date, shanghai_day

FAR = 1 << 30


@dataclass
class PlainClaim:
    key: str
    holder: str
    fen: int
    due: int
    product: str | None
    subscribed_listing: str | None
    backing: str | None


def of(events, kind, **fields):
    return [e for e in events if e.type == kind and all(getattr(e, k) == v for k, v in fields.items())]


def disbursed(events, listing):
    return bool(of(events, "DISBURSE", listing=listing))


def plan_of(events, listing):
    """(due day, fen still owed) of every instalment: the last word on it, less what was repaid since."""
    told = [(i, e) for i, e in enumerate(events) if e.type == "REPAY_PLAN" and e.listing == listing]
    last = {e.plan_id: (i, e) for i, e in told}
    repaid = {p: sum(r.principal_fen for r in of(events[i:], "REPAY", plan_id=p)) for p, (i, _) in last.items()}
    return [(day_of_date(e.due), max(0, e.principal_fen - repaid[p])) for p, (_, e) in last.items()]


def ends(events, listing):
    plan = plan_of(events, listing)
    if plan:
        return max(due for due, _ in plan)
    asked = of(events, "LISTING", listing=listing)
    dues = [e.due for e in asked if e.due is not None]
    if dues:
        return day_of_date(dues[-1])
    paid = of(events, "DISBURSE", listing=listing)
    return shanghai_day(paid[0].event_time) + asked[-1].term_days if paid and asked else FAR


def owed_by_borrowers(events):
    """{due day: fen}, without zeros."""
    ladder = Counter()
    for listing in {e.listing for e in of(events, "DISBURSE")}:
        plan = plan_of(events, listing)
        lent = sum(e.amount_fen for e in of(events, "DISBURSE", listing=listing))
        for due, fen in plan or [(ends(events, listing), lent)]:
            ladder[due] += fen
    return {due: fen for due, fen in ladder.items() if fen}


def claims_of(events):
    """Claims that stand after the last event, by key."""
    claims = {}
    for i, e in enumerate(events):
        before = events[:i]
        if e.type == "SUBSCRIBE":
            subscribe(claims, before, e)
        elif e.type == "LISTING_STATUS" and e.status == "MISCARRY" and not disbursed(before, e.listing):
            for key in [key for key, c in claims.items() if c.subscribed_listing == e.listing]:
                del claims[key]
        elif e.type == "ALLOC" and e.claim in claims:
            claims[e.claim].backing = claims[e.claim].backing or e.listing
        elif e.type == "CLAIM_TRANSFER" and e.claim in claims:
            claim = claims[e.claim]
            claim.holder = e.to_party
            end = ends(before, claim.backing)
            claim.due = claim.due if end == FAR else max(claim.due, end)
        elif e.type == "REDEEM":
            redeem(claims, e)
    return claims


def subscribe(claims, before, e):
    key = e.claim or f"{e.source_id}/{e.event_id}"
    if key not in claims:
        claims[key] = PlainClaim(key, e.investor, e.amount_fen, due_of(before, e), e.product, e.listing, e.listing)
    elif e.confirmed and e.due is not None:
        claims[key].due = day_of_date(e.due)


def due_of(before, e):
    if e.due is not None:
        return day_of_date(e.due)
    start = shanghai_day(e.event_time) if e.start is None else day_of_date(e.start)
    offers = (e.product and of(before, "PRODUCT", product=e.product)) or of(before, "LISTING", listing=e.listing)
    return start + (offers[-1].term_days if offers else 0)


def redeem(claims, e):
    named = [c for c in claims.values() if (c.key == e.claim if e.claim else (c.product, c.holder) == (e.product, e.investor))]
    left = e.amount_fen
    for claim in sorted(named, key=lambda c: (c.due, c.key)):
        taken = min(left, claim.fen)
        claim.fen, left = claim.fen - taken, left - taken
        if not claim.fen:
            del claims[claim.key]


def owed_to_investors(events):
    """{due day: fen} of claims that run: on a product, or on a listing whose loan was paid out."""
    ladder = Counter()
    for claim in claims_of(events).values():
        if claim.subscribed_listing is None or disbursed(events, claim.subscribed_listing):
            ladder[claim.due] += claim.fen
    return {due: fen for due, fen in ladder.items() if fen}
