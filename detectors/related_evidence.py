"""Related-party paths as evidence: who, in which tier, by which links, known since when (catalogue §3.13)."""

from collections.abc import Iterable
from typing import Any

from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day


def related_paths(world: World, institution: str, parties: Iterable[str]) -> dict[str, Any]:
    """``{party: {tier, path}}`` for those of ``parties`` that stand in the institution's circle."""
    circle = world.watch.institutions[institution].related
    out = {}
    for party in sorted(set(parties)):
        relation = circle.get(party)
        if relation is not None:
            out[party] = {"tier": relation.tier, "path": [link_row(link) for link in relation.path]}
    return out


def link_row(link: Any) -> dict[str, Any]:
    """One link of a path as plain data; days become dates, times stay µs."""
    return {
        "holder": link.from_party,
        "party": link.to_party,
        "kind": link.kind,
        "ratio_ppm": link.ratio_ppm,
        "role": link.role,
        "valid_from": str(date_of_day(link.valid_from)) if link.valid_from is not None else None,
        "valid_to": str(date_of_day(link.valid_to)) if link.valid_to is not None else None,
        "known_at": link.known_at,
    }


def knowable_at(world: World, institution: str, parties: Iterable[str]) -> int:
    """Event time at which the last of the links to ``parties`` was told; 0 where none was needed."""
    circle = world.watch.institutions[institution].related
    links = [link for party in set(parties) if party in circle for link in circle[party].path]
    return max((link.known_at for link in links), default=0)
