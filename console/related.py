"""``chuantou related``: who belongs to a party around a date, and what it owns through every layer."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console

from chuantou.console.words import say
from chuantou.detectors.voids import standing
from chuantou.graph.ownership import Link
from chuantou.graph.register import Register
from chuantou.graph.related import Relation
from chuantou.schemas.clock import date_of_day, day_of_date, iso_shanghai
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.streams import AccountEvent, Envelope, LicenceEvent, OwnershipEvent, PartyEvent

CHUNK_LINES = 10_000
REGISTER_EVENTS = (PartyEvent, OwnershipEvent, LicenceEvent, AccountEvent)


def related(events: list[Path], party: str, as_of: str, as_json: bool) -> None:
    """Print holdings and related parties of ``party`` on ``as_of`` (``YYYY-MM-DD``): the contract's JSON, or words.

    ValueError for a date that is none and a party that no line names; lines that are no events are counted on standard error.
    """
    day = day_of_date(as_of)
    register, n_dead, named = read_register(events, party)
    if n_dead:
        Console(stderr=True).print(say("trace.dead", count=n_dead))
    if not named:
        raise ValueError(say("related.unknown", party=party))
    answer = answer_of(register, party, day)
    print(json.dumps(answer, ensure_ascii=False) if as_json else in_words(register, party, as_of, answer))


def read_register(paths: list[Path], party: str) -> tuple[Register, int, bool]:
    """The register that files of contract lines (or directories of ``*.jsonl``) tell; how many lines were bad; whether any
    line, of whatever stream, names ``party``."""
    told: list[Envelope] = []
    n_dead, named = 0, False
    spellings = {json.dumps(party, ensure_ascii=ascii).encode() for ascii in (True, False)}
    for file in files_of(paths):
        with file.open("rb") as lines:
            for chunk, first in chunks(lines):
                found, dead = decode_lines(chunk, partial(line_name, file, first))
                n_dead += len(dead)
                named = named or any(spelling in line for line in chunk for spelling in spellings)
                told.extend(e for e in found if isinstance(e, REGISTER_EVENTS))
    register = Register()
    for event in sorted(standing(told), key=lambda e: (e.event_time, e.source_id, e.event_id)):
        tell(register, event)
    return register, n_dead, named


def line_name(file: Path, first: int, at: int) -> str:
    return f"{file}:{first + at}"


def files_of(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.jsonl")) if path.is_dir() else (path,)


def chunks(lines: Iterable[bytes]) -> Iterator[tuple[list[bytes], int]]:
    """Lines in lists of ``CHUNK_LINES`` at most, with the number of the first, from 1."""
    rest, first = iter(lines), 1
    while chunk := list(islice(rest, CHUNK_LINES)):
        yield chunk, first
        first += len(chunk)


def tell(register: Register, e: Envelope) -> None:
    if isinstance(e, PartyEvent):
        register.party_event(e)
    elif isinstance(e, OwnershipEvent):
        register.ownership_event(e)
    elif isinstance(e, LicenceEvent):
        register.licence_event(e)
    elif isinstance(e, AccountEvent):
        register.account_link(e.account, e.owner, e.signatories or (), e.device, e.event_time)


def answer_of(register: Register, party: str, day: int) -> dict[str, Any]:
    """The contract's object; ``truncated`` where a bound was met and more may be true; what the register cannot mean."""
    shares = register.effective_shares(party, day)
    relations = register.related(party, day)
    return {
        "holdings": [{"party": company, "effective_ppm": ppm} for company, ppm in shares.ppm.items()],
        "related": [relation_as_json(key, relation) for key, relation in relations.items()],
        "truncated": shares.truncated or relations.truncated,
        "closed_rings": list(shares.closed_rings),
        "over_issued": list(shares.over_issued),
    }


def relation_as_json(key: str, relation: Relation) -> dict[str, Any]:
    row: dict[str, Any] = {"party": key, "tier": relation.tier, "path": [link_as_json(k) for k in relation.path]}
    if relation.effective_ppm is not None:
        row["effective_ppm"] = relation.effective_ppm
    if relation.links:
        row["links"] = [link_as_json(k) for k in relation.links]
    return row


def link_as_json(link: Link) -> dict[str, Any]:
    """A link with its dates as the contract writes them; what does not apply is left out."""
    row = {
        "from": link.from_party,
        "to": link.to_party,
        "kind": link.kind,
        "ratio_ppm": link.ratio_ppm,
        "role": link.role,
        "via": link.via,
        "valid_from": date_of_day(link.valid_from).isoformat(),
        "valid_to": None if link.valid_to is None else date_of_day(link.valid_to).isoformat(),
        "known_at": iso_shanghai(link.known_at),
    }
    return {name: value for name, value in row.items() if value is not None or name == "valid_to"}


def in_words(register: Register, party: str, as_of: str, answer: dict[str, Any]) -> str:
    """One line a holding, one line a related party with its path."""

    def named(key: str) -> str:
        info = register.party(key)
        return f"{key} {info.name}" if info is not None and info.name else key

    def step(link: dict[str, Any]) -> str:
        share = f" {percent(link['ratio_ppm'])}" if "ratio_ppm" in link else ""
        what = link.get("role") or link["kind"]
        until = link["valid_to"] or "…"
        return f"{named(link['from'])} –{what}{share}→ {named(link['to'])} [{link['valid_from']} – {until}]"

    lines = [f"{named(party)} {as_of}"]
    lines += [f"  {say('related.holds')} {percent(h['effective_ppm']):>10} {named(h['party'])}" for h in answer["holdings"]]
    lines += [f"  {r['tier']} {named(r['party'])}: {'; '.join(map(step, r['path']))}" for r in answer["related"]]
    for doubt, key in (("closed_rings", "related.closed_rings"), ("over_issued", "related.over_issued")):
        if answer[doubt]:
            lines.append(f"  {say(key, parties=', '.join(map(named, answer[doubt])))}")
    if answer["truncated"]:
        lines.append(f"  {say('related.truncated')}")
    return "\n".join(lines)


def percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000:04d} %"
