"""What investors gave for single listings and products (RE-02, RE-03)."""

from typing import NamedTuple

from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us
from chuantou.schemas.streams import ProductEvent


class Sale(NamedTuple):
    """One subscription; ``time`` in µs."""

    time: int
    investor: str
    fen: int
    source: str
    event: str


def sale_of(e: ProductEvent) -> Sale | None:
    """A SUBSCRIBE event as a sale; None where it says too little."""
    if e.type != "SUBSCRIBE" or e.investor is None or e.amount_fen is None:
        return None
    return Sale(e.event_time, e.investor, e.amount_fen, e.source_id, e.event_id)


def sales_in_book(world: World, platform: str, listing: str) -> list[Sale]:
    """The claims on a listing that nobody looked at before, at the beginning of their day, whoever holds them now."""
    book = world.obligations.books.get(platform)
    held = [*book.claims.values(), *book.closed_claims.values()] if book is not None else []
    return sorted(
        Sale(day_start_us(claim.since), claim.holder, claim.subscribed_fen, *claim.event)
        for claim in held if claim.listing == listing
    )  # fmt: skip
