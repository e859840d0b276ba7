"""Groups in one control, and what their members hold of each other (AM-05)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from chuantou.graph.accounts import NONE
from chuantou.graph.world import World
from chuantou.schemas.streams import ProductEvent

OF_BOOKS = ("PRODUCT", "HOLDING", "ALLOC", "SUBSCRIBE")


@dataclass(frozen=True)
class Group:
    """The organisations in one control with a watched institution: ``members`` with it, sorted; ``licences`` of (party, kind).

    ``friends``: whoever else is related to it: persons in control, and by influence, kin or soft traces (R2, R3); ``head``: who
    controls the others.
    """

    members: tuple[str, ...]
    friends: frozenset[str]
    licences: tuple[tuple[str, str], ...]
    head: str | None


def group_of(world: World, key: str, day: int) -> Group:
    """The group of the institution ``key`` on ``day`` (R1 closure, ties of ±180 days)."""
    circle = world.watch.institutions[key]
    members = tuple(sorted(party for party in (key, *circle.cluster()) if party.startswith("uscc:")))
    friends = frozenset(circle.related) - set(members)
    licences = tuple((member, licence.kind) for member in members for licence in world.register.licences(member, day))
    above = {member: {link.from_party for link in world.register.controllers_of(member, day)} for member in members}
    heads = [m for m in members if not above[m] & set(members) and any(m in over for over in above.values())]
    return Group(members, friends, tuple(sorted(set(licences))), heads[0] if len(heads) == 1 else None)


class Holding(NamedTuple):
    """What a product holds of an asset, as last told; ``party``: who owes or issued it, where that is known."""

    asset: str
    party: str | None
    fen: int
    event: tuple[str, str]
    time: int


@dataclass
class Book:
    """One product of an institution: ``held`` by asset, what it lent to persons, and what investors subscribed."""

    held: dict[str, Holding] = field(default_factory=dict)
    to_persons_fen: int = 0
    sold_fen: int = 0

    @property
    def nav_fen(self) -> int:
        """What the product is worth as far as is told: what it sold, or what it holds where that is more."""
        return max(self.sold_fen, self.to_persons_fen + sum(holding.fen for holding in self.held.values()))


class Books:
    """Products by institution and name, fed by HOLDING (the last word on an asset counts), ALLOC (adds) and SUBSCRIBE."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.books: dict[str, dict[str, Book]] = {}
        self.issuer: dict[str, str] = {}  # of products
        self.touched: set[str] = set()  # institutions whose products got or gave up an asset of an organisation

    def take(self, e: ProductEvent) -> None:
        if e.type == "PRODUCT" and e.product is not None and e.issuer is not None:
            self.issuer[e.product] = e.issuer
        elif e.type == "HOLDING" and e.vehicle is not None and e.asset is not None:
            self._hold(e, e.vehicle, e.asset, e.amount_fen or 0)
        elif e.type == "ALLOC" and e.product is not None and e.listing is not None:
            self._allocate(e, e.product, e.listing, e.amount_fen or 0)
        elif e.type == "SUBSCRIBE" and e.product is not None:
            self._book(e.platform, e.product).sold_fen += e.amount_fen or 0

    def _book(self, platform: str, name: str) -> Book:
        return self.books.setdefault(platform, {}).setdefault(name, Book())

    def _allocate(self, e: ProductEvent, name: str, listing: str, fen: int) -> None:
        """A loan to a natural person is nobody's in a group: only its sum is kept."""
        book, borrower = self._book(e.platform, name), self._behind(listing)
        if borrower is not None and borrower.startswith("person:"):
            book.to_persons_fen += fen
        else:
            before = book.held.get(listing)
            self._hold(e, name, listing, fen + (before.fen if before is not None else 0))

    def _hold(self, e: ProductEvent, name: str, asset: str, fen: int) -> None:
        event = e.source_id, e.event_id
        self._book(e.platform, name).held[asset] = Holding(asset, None, fen, event, e.event_time)
        self.touched.add(e.platform)

    def inside(self, platform: str, members: tuple[str, ...]) -> list[tuple[str, Book, list[Holding]]]:
        """Products of ``platform`` with what they hold of other members, by name."""
        others, out = set(members) - {platform}, []
        for name, book in sorted(self.books.get(platform, {}).items()):
            told = [h._replace(party=self._behind(h.asset)) for h in book.held.values()]
            out.append((name, book, sorted(h for h in told if h.party in others and h.asset != name)))
        return out

    def _behind(self, asset: str) -> str | None:
        """Who owes or issued an asset: the party that it names, the borrower of the listing, the issuer of the product."""
        world = self.world
        listing = world.listings.get(asset)
        borrower = int(world.listing_table.borrower[listing]) if 0 <= listing < world.listing_table.size else NONE
        if asset.startswith("uscc:") or borrower == NONE:
            return asset if asset.startswith("uscc:") else self.issuer.get(asset)
        return world.parties.names[borrower]
