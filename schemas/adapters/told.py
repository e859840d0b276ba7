"""What an adapter makes of one record: contract fields or the rule that it broke, and where and what the record was."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from chuantou.schemas.adapters.notes import Note
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, dead_letter
from chuantou.schemas.flat_lines import decode_columns, joined

Fields = dict[str, Any]
Block = tuple[list[pa.RecordBatch], list[DeadLetter], int]  # batches, dead letters, bytes of the file
ACCOUNT_MAX = 64


class Told(NamedTuple):
    """One event, one fault or one note: ``place`` in the file (a line, a sheet and row, a batch and record) or empty for
    the whole of it, ``raw`` the record."""

    place: str
    raw: bytes
    what: Fields | BrokenRuleError | Note


def held_to_contract(told: Sequence[Told], name: str) -> tuple[list[pa.RecordBatch], list[DeadLetter]]:
    """Batches of what obeys the contract, and a letter for everything else, with the record as the sender wrote it.

    ``name`` of the file is what the letters' ``source`` begins with.
    """
    if not told:
        return [], []
    said = [one for one in told if isinstance(one.what, dict)]
    places = [_source(name, one) for one in said]
    batches, dead = decode_columns(joined([msgspec.json.encode(one.what) for one in said]), places.__getitem__)
    raw = {place: one.raw for place, one in zip(places, said) if one.raw}
    letters = [_with_raw(letter, raw.get(letter.source)) for letter in dead]
    faults = [(one, one.what) for one in told if isinstance(one.what, BrokenRuleError)]
    return batches, letters + [dead_letter(fault, _source(name, one), one.raw) for one, fault in faults]


def _source(name: str, one: Told) -> str:
    return f"{name}:{one.place}" if one.place else name


def _with_raw(letter: DeadLetter, raw: bytes | None) -> DeadLetter:
    return letter if raw is None else msgspec.structs.replace(letter, raw=base64.b64encode(raw).decode("ascii"))


def fitting(account: str) -> str:
    """An account id that fits the contract: the hash of what is too long."""
    if len(account) <= ACCOUNT_MAX:
        return account
    kind = account.partition(":")[0]
    return f"{kind}:{hashlib.sha256(account.encode()).hexdigest()[:40]}"
