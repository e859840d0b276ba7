"""Alerts as they leave, and canonical JSON, the form in which evidence is hashed."""

import hashlib
import json
from typing import Any, Literal

import msgspec

AlertKind = Literal["created", "amended", "withdrawn", "escalated"]
Severity = Literal["log", "yellow", "orange", "red"]


class Window(msgspec.Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The span an alert speaks of: RFC 3339 at +08:00 (`clock.iso_shanghai`)."""

    first: str
    last: str


class TransactionRef(msgspec.Struct, frozen=True, order=True):
    """One event, by the source that sent it and its id there."""

    source_id: str
    event_id: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an alert (docs/events.md, "Alerts").

    Times are RFC 3339 strings at +08:00, amounts int64 fen, `score` 0–100. Every field is written, null where unknown;
    `flags` is the one field beside the contract: what bounded the search or marred the data (`truncated`).
    """

    alert_id: str
    version: int
    kind: AlertKind
    detector: str
    clause: str
    subjects: list[str]
    accounts: list[str]
    severity: Severity
    score: int
    amount_fen: int | None
    amount_low_fen: int | None
    amount_high_fen: int | None
    window: Window
    first_breach: str
    values: dict[str, int | float]
    transactions: list[TransactionRef]
    more: int = 0
    merkle_root: str | None = None
    offices: list[str] = []
    county_lead: str | None = None
    county_assist: list[str] = []
    four_in_one: bool = False
    recommended_class: str | None = None
    rule_pack: str
    evidence_sha256: str
    summary_zh: str
    summary_en: str
    flags: list[str] = []


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Alert).decode


def encode_alert(alert: Alert) -> bytes:
    """One JSON line without newline: fields in the contract's order, names in `values` sorted."""
    return _encode(alert)


def decode_alert(raw: bytes) -> Alert:
    """The alert of a line; msgspec.DecodeError names the field that does not fit."""
    return _decode(raw)


def canonical_json(content: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: one byte string for one content.

    Takes dicts with string keys, lists, tuples, strings, integers, booleans and None. Raises TypeError, naming the
    place, for anything else; above all for a float, whose text is a matter of taste.
    """
    _require_canonical(content, "$")
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _require_canonical(content: Any, path: str) -> None:
    if isinstance(content, dict):
        for key, value in content.items():
            if not isinstance(key, str):
                raise TypeError(f"{path}: key {key!r} is not a string")
            _require_canonical(value, f"{path}.{key}")
    elif isinstance(content, list | tuple):
        for index, value in enumerate(content):
            _require_canonical(value, f"{path}[{index}]")
    elif content is not None and not isinstance(content, str | int):
        raise TypeError(f"{path}: {type(content).__name__} {content!r} has no canonical form")
