"""Related parties of a party around a day, in three tiers, each with the path that put it there (catalogue §3.3).

R1  control: chains of control up and down, head office and branch; accounts in the same hands.
R2  effective share of 25 % either way; directors, supervisors, senior staff; kin of R1 persons; whom R1 or R2 control.
R3  soft traces: same address, phone, device; officers who left no more than 24 months ago. Two of them of different
    kinds and a money link make R2; R3 alone leads nowhere.

A tie counts that was valid on any day of the window, so that "drop the relative before the deal" does not help. Nothing
spreads through a licensed bank: it can be related itself, but what else it holds, controls or signs for is not.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from chuantou.graph.account_control import AccountControl
from chuantou.graph.look_through import largest_holdings
from chuantou.graph.ownership import Link, OwnershipGraph, Window

Tier = Literal["R1", "R2", "R3"]
BENEFICIAL_PPM = 250_000  # effective share, the beneficial-owner line [M-h]
EX_OFFICER_DAYS = 730  # 24 months before the day that is asked about
SOFT_KINDS = ("SAME_ADDRESS", "SAME_DEVICE", "SAME_PHONE")
INDEPENDENT_LINKS = 2
MAX_RELATED = 20_000  # parties in one answer


@dataclass(frozen=True, slots=True)
class Relation:
    """Why a party is related: the chain of links from the party asked about, each in its own direction.

    ``links``: every soft link of an R3 party, so that a caller who finds money between them can judge again.
    ``effective_ppm``: the share, where an effective share is the reason.
    """

    tier: Tier
    path: tuple[Link, ...]
    links: tuple[Link, ...] = ()
    effective_ppm: int | None = None


class Related(dict[str, Relation]):
    """Relations by party, sorted by key; ``truncated`` where a bound was met, so that some may be missing."""

    truncated: bool = False


class RelatedSearch:
    """One question, put on ``day``: who is related to ``party`` on any day of the window. Nothing spreads through ``banks``."""

    def __init__(
        self,
        ownership: OwnershipGraph,
        accounts: AccountControl,
        banks: frozenset[str],
        party: str,
        day: int,
        window: Window,
    ) -> None:
        self.ownership, self.accounts = ownership, accounts
        self.banks, self.party, self.day, self.window = banks, party, day, window
        self.found: dict[str, Relation] = {}
        self.truncated = False

    def run(self) -> Related:
        self.control_chains()
        self.accounts_in_the_same_hands()
        self.effective_owners_and_holdings()
        self.officers()
        self.kin_of_controllers()
        self.controlled_by_relatives()
        self.soft_traces()
        related = Related(sorted(self.found.items()))
        related.truncated = self.truncated
        return related

    def closed(self, party: str) -> bool:
        """Whether relations end at this party."""
        return party != self.party and party in self.banks

    def add(self, party: str, relation: Relation) -> None:
        """Keep the first relation of a party: the rules are asked from the closest tier down."""
        if party == self.party or party in self.found:
            return
        if len(self.found) >= MAX_RELATED:
            self.truncated = True
            return
        self.found[party] = relation

    def control_chains(self) -> None:
        """R1 (a–d): who controls the party, through any number of links, and whom it controls so."""
        start: list[tuple[str, tuple[Link, ...]]] = [(self.party, ())]
        self.follow(start, "R1", lambda party: self.ownership.controllers(party, self.window))
        self.follow(start, "R1", lambda party: self.ownership.controlled(party, self.window))

    def accounts_in_the_same_hands(self) -> None:
        """R1 (e): signatories, whom they also sign for, whom the party signs for, who shares its accounts' device."""
        for link in self.accounts.signatories(self.party, self.window):
            signatory = link.from_party
            self.add(signatory, Relation("R1", (link,)))
            if not self.closed(signatory):
                for other in self.accounts.signs_for(signatory, self.window):
                    self.add(other.to_party, Relation("R1", (link, other)))
        for link in self.account_control(self.party):
            self.add(link.to_party, Relation("R1", (link,)))

    def account_control(self, party: str) -> list[Link]:
        """Accounts of others that ``party`` has in hand."""
        return self.accounts.signs_for(party, self.window) + self.accounts.same_device(party, self.window)

    def effective_owners_and_holdings(self) -> None:
        """R2: who owns 25 % of the party by look-through, and what it owns so."""
        for upward in (True, False):
            holdings, cut = largest_holdings(self.ownership, self.party, self.window, upward, self.banks, BENEFICIAL_PPM)
            self.truncated |= cut
            for party, holding in holdings.items():
                self.add(party, Relation("R2", holding.chain, effective_ppm=holding.ppm))

    def officers(self) -> None:
        """R2: the party's directors, supervisors and senior staff; the companies it serves as one."""
        for link in self.both_ways(self.party, ("OFFICER",), self.window):
            self.add(link.other_end(self.party), Relation("R2", (link,)))

    def kin_of_controllers(self) -> None:
        """R2: kin of R1 persons, and of the party itself."""
        paths = [(self.party, ()), *((party, r.path) for party, r in self.found.items() if r.tier == "R1")]
        for party, path in paths:
            for link in self.both_ways(party, ("KIN",), self.window):
                self.add(link.other_end(party), Relation("R2", (*path, link)))

    def controlled_by_relatives(self) -> None:
        """R2: whom the relatives found so far control, through any number of links."""
        relatives = [(party, relation.path) for party, relation in self.found.items() if not self.closed(party)]
        self.follow(
            relatives,
            "R2",
            lambda party: self.ownership.controlled(party, self.window) + self.account_control(party),
        )

    def soft_traces(self) -> None:
        """R3: same address, phone or device; officers who left before the window and within 24 months of the day."""
        links = self.both_ways(self.party, SOFT_KINDS, self.window)
        left = Window(self.day - EX_OFFICER_DAYS, self.window.first - 1)
        links += [k for k in self.both_ways(self.party, ("OFFICER",), left) if k.valid_to is not None]
        by_party: dict[str, list[Link]] = {}
        for link in links:
            by_party.setdefault(link.other_end(self.party), []).append(link)
        for party, traces in by_party.items():
            self.add(party, Relation("R3", (traces[0],), tuple(traces)))

    def both_ways(self, party: str, kinds: Iterable[str], window: Window) -> list[Link]:
        return self.ownership.into(party, kinds, window) + self.ownership.out_of(party, kinds, window)

    def follow(self, start: list[tuple[str, tuple[Link, ...]]], tier: Tier, links_of: Callable[[str], list[Link]]) -> None:
        """Add everyone reached from ``start`` by ``links_of``, nearest first; nothing is reached through a bank."""
        seen = {self.party, *(party for party, _ in start)}
        queue = deque(start)
        while queue and len(self.found) < MAX_RELATED:
            party, path = queue.popleft()
            for link in links_of(party):
                end = link.other_end(party)
                if end in seen:
                    continue
                seen.add(end)
                self.add(end, Relation(tier, (*path, link)))
                if not self.closed(end):
                    queue.append((end, (*path, link)))
        self.truncated |= bool(queue)


def with_money(related: Related, money_with: Iterable[str]) -> Related:
    """The same relations, with R3 parties in ``money_with`` raised to R2 where their soft links are independent.

    Links are independent when their kinds differ; the path then shows all of them.
    """
    paying = set(money_with)
    raised = Related(
        (party, replace(r, tier="R2", path=r.links) if party in paying and is_independent(r.links) else r)
        for party, r in related.items()
    )
    raised.truncated = related.truncated
    return raised


def is_independent(links: tuple[Link, ...]) -> bool:
    return len({link.kind for link in links}) >= INDEPENDENT_LINKS
