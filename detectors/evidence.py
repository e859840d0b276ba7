"""Evidence packs: everything a second program needs to compute an alert's values again (catalogue §3.13).

A pack holds integers, strings and lists only; its canonical JSON is what ``evidence_sha256`` hashes.
"""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from chuantou.detectors.contract import SEVERITIES, Detector, Finding
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import BASES, FLOW_CLASSES
from chuantou.graph.world import World
from chuantou.schemas.clock import iso_shanghai, shanghai_day
from chuantou.schemas.party_keys import uscc_check_ok

LISTED = 5_000  # transactions listed in full; of more, the largest, and a Merkle root over the rest
CODE_VERSION = version("chuantou")


def build_pack(world: World, detector: Detector, finding: Finding) -> dict[str, Any]:
    """The pack of one finding; spans and flags of its episode are added by the writer."""
    evidence = detector.evidence(finding)
    info = world.register.party(finding.subject)
    booked = [index for index in evidence.transactions if index >= world.ledger.base]
    witnesses = world.witnesses.of(booked, until=finding.known or finding.time)
    rows = [_transaction(world, index, witnesses.get(index, ())) for index in booked]
    listed, rest = _top(rows)
    events = [{"source_id": s, "event_id": e} for s, e in evidence.events]
    return {
        "detector_id": detector.id,
        "rule_pack_id": world.rules.id,
        "rule_pack_sha256": world.rules.sha256,
        "clause_ref": detector.clause_for(info.sector if info is not None else None),
        "legal_basis": list(detector.legal_basis),
        "subjects": [_subject(world, party, shanghai_day(finding.time)) for party in (finding.subject, *finding.others)],
        "as_of_valid_time": iso_shanghai(finding.time),
        "values": {name: plain(value) for name, value in sorted(finding.values.items())},
        "amount_fen": finding.amount_fen,
        "severity": SEVERITIES[finding.severity],
        "formulas": evidence.formulas,
        "inputs": _plain(evidence.inputs),
        "thresholds": _plain(evidence.thresholds),
        "transactions": listed + events,
        "transactions_more": len(rest),
        "merkle_root": merkle_root([f"{r['source_id']}/{r['event_id']}" for r in rest]) if rest else None,
        "related": _plain(evidence.related),
        "look_alikes": [{"id": x.id, "holds": x.holds, "inputs": _plain(x.inputs)} for x in evidence.excuses],
        "coverage": _coverage(world, evidence.transactions),
        "replay": {"code_version": CODE_VERSION, "contract": 1, "rule_pack": world.rules.id, "subject": finding.subject,
                   "until": iso_shanghai(finding.known or finding.time)},
    }  # fmt: skip


def _transaction(world: World, index: int, witnesses: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A booked transfer; ``witnesses`` are the other sources that told it, if there are any."""
    log, at = world.ledger.log, index - world.ledger.base
    source_id, event_id = world.refs.of(index)
    names = world.accounts.ids.names
    told = {"witnesses": [{"source_id": s, "event_id": e} for s, e in witnesses]} if witnesses else {}
    return {
        "source_id": source_id,
        "event_id": event_id,
        "time": iso_shanghai(int(log.time[at])),
        "payer": names[log.debtor[at]],
        "payee": names[log.creditor[at]],
        "fen": int(log.fen[at]),
        "flow_class": FLOW_CLASSES[log.flow_class[at]],
        "class_basis": BASES[log.basis[at]] or None,
        **told,
    }


def _top(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if len(rows) <= LISTED:
        return rows, []
    largest = sorted(rows, key=lambda r: (-r["fen"], r["source_id"], r["event_id"]))
    return largest[:LISTED], largest[LISTED:]


def merkle_root(leaves: list[str]) -> str:
    """SHA-256 Merkle root of the sorted leaves; an odd node moves up unpaired. Leaves and nodes are hashed apart."""
    level = [hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in sorted(leaves)]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2])]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def _subject(world: World, party: str, day: int) -> dict[str, Any]:
    info = world.register.party(party)
    licences = sorted({licence.kind for licence in world.register.licences(party, day)})
    return {
        "key": party,
        "name": info.name if info is not None else None,
        "sector": info.sector if info is not None else None,
        "licences": licences,
        "key_check": None if not party.startswith("uscc:") else "ok" if uscc_check_ok(party) else "USCC_CHECK",
    }


def _coverage(world: World, transactions: list[int]) -> dict[str, int]:
    """How much of the listed money has an end at an account whose owner nobody told us."""
    total = unknown = 0
    owner = world.accounts.table.owner
    for index in transactions:
        at = index - world.ledger.base
        if at < 0:
            continue
        fen = int(world.ledger.log.fen[at])
        total += fen
        if NONE in (int(owner[world.ledger.log.debtor[at]]), int(owner[world.ledger.log.creditor[at]])):
            unknown += fen
    return {"listed_fen": total, "unknown_owner_fen": unknown}


def plain(value: int | float) -> int | str:
    """Integers as they are; decimal days as text, so that no float is hashed."""
    return value if isinstance(value, int) else repr(value)


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return repr(content) if isinstance(content, float) else content
