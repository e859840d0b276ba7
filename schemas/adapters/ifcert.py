"""Batches of the P2P supervision interface (国家互联网应急中心, IFCERT, 2019) as contract events (catalogue §7.6).

A file holds batches: one, one a line, or an array of them. A batch that says another number of records than it has is refused
as a whole (DQ-02), as is test data; a record that cannot be read costs itself alone. A record sent again replaces the earlier
one, the latest ``sentTime`` wins: every event is a CORRECT of its own id with the time of sending as version, so that neither
the order of the files nor their cutting decides anything. What ``checkCode`` can prove is in `ifcert_seal`: a batch whose code
does not agree stands, and is told.

Among the batches may stand what the platform says it has sent (`ifcert_reconciliation`): a note, held against the batches by who
keeps them. What the twelve interfaces say is in `ifcert_records`, who stands behind a ``sourceCode`` in `site`.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from chuantou.schemas.adapters.feed_file import BREAKS, head, opened
from chuantou.schemas.adapters.ifcert_reconciliation import NUMBER_MAX, is_reconciliation, stated_by
from chuantou.schemas.adapters.ifcert_records import INTERFACES, Record, platform_accounts, text_of, time_of
from chuantou.schemas.adapters.ifcert_seal import sealed
from chuantou.schemas.adapters.json_objects import json_objects, parsed, text_of_json
from chuantou.schemas.adapters.notes import SentBatch, StatedBatches
from chuantou.schemas.adapters.site import institution
from chuantou.schemas.adapters.told import Told
from chuantou.schemas.clock import SECOND_US, parse_time, shanghai_day
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown

LIVE = "1"
TRANSACT = "4"
STATED_MAX = 400  # of one file: twelve interfaces, each day of a month and the month
VERSIONS_FROM = parse_time("2010-01-01T00:00:00+08:00")
RAW_MAX = 1 << 20  # bytes of a refused batch that its dead letter keeps


class Batch(NamedTuple):
    """What the envelope says: the platform's party id, its source, the interface, when it was sent, and the records; ``number``
    is its own, or a hash of it."""

    platform: str
    code: str
    interface: str
    sent: int
    records: list[Any]
    number: str


def detects(path: Path) -> bool:
    """Whether the head of the file is the envelope of a batch."""
    start = head(path)
    begins = start.lstrip(b"\xef\xbb\xbf \t\r\n[").startswith(b"{")
    return begins and b'"sourceCode"' in start and (b'"infType"' in start or b'"batchNum"' in start)


def read(path: Path) -> Iterator[Told]:
    """The events of every batch in the order of the file, and a note on it; memory holds one batch."""
    number = stated = 0
    known: set[str] = set()
    try:
        with opened(path) as stream:
            for number, raw in enumerate(json_objects(stream), 1):
                for told in _told(str(number), raw, known):
                    yield told
                    stated += isinstance(told.what, StatedBatches)
                if stated > STATED_MAX:
                    found = f"more than {STATED_MAX} statements of what was sent"
                    raise BrokenRuleError(Reason.BAD_LENGTH, "$", found, "one of each interface and day")
    except BrokenRuleError as fault:
        yield Told(str(number + 1), b"", fault)
    except BREAKS as error:
        yield Told("", b"", BrokenRuleError(Reason.BAD_FILE, "$", str(error)[:200], "batches that can be read to their end"))


def _told(place: str, raw: bytes, known: set[str]) -> Iterator[Told]:
    try:
        said = parsed(raw)
        if is_reconciliation(said):
            yield Told(place, b"", stated_by(said))
            return
        batch = _batch(said, raw)
        code = text_of(said, "checkCode")
        seal = sealed(code, text_of_json(raw), batch.records, text_of(said, "timestamp"))
    except BrokenRuleError as fault:
        yield Told(place, raw[:RAW_MAX], fault)
        return
    if seal is None:
        expected = "the MD5 of dataList, or of timestamp; the events stand"
        yield Told(place, b"", BrokenRuleError(Reason.BAD_CHECKSUM, "checkCode", shown(code), expected))
    if batch.code not in known:
        known.add(batch.code)
        yield from (Told(place, b"", what) for what in platform_accounts(batch.platform, batch.code))
    read, sums = 0, Counter[str]()
    for number, fields in enumerate(batch.records, 1):
        where, shape = f"{place}/{number}", str(fields).encode()
        try:
            if not isinstance(fields, dict):
                raise BrokenRuleError(Reason.WRONG_TYPE, "$", shown(str(fields)), "one object a record")
            record = Record(fields, batch.platform, batch.code, batch.sent)
            for what in INTERFACES[batch.interface](record):
                yield Told(where, shape, _resent(what, batch))
            read += 1
            if batch.interface == TRANSACT and isinstance(fen := record.fen("transMoney"), int):
                sums[record.need("transType")] += fen
        except BrokenRuleError as fault:
            yield Told(where, shape, fault)
    day = shanghai_day(batch.sent)
    note = SentBatch(code=batch.code, day=day, interface=batch.interface, number=batch.number, records=read, sums=dict(sums))
    yield Told(place, b"", note)


def _resent(event: dict[str, Any], batch: Batch) -> dict[str, Any]:
    version = (batch.sent - VERSIONS_FROM) // SECOND_US
    return event | {
        "source_id": f"platform:{batch.code}", "op": "CORRECT", "ref_event_id": event["event_id"], "version": version,
    }  # fmt: skip


def _batch(said: dict[str, Any], raw: bytes) -> Batch:
    code = text_of(said, "sourceCode")
    interface, kind, records = text_of(said, "infType"), text_of(said, "dataType"), said.get("dataList")
    if code is None:
        raise BrokenRuleError(Reason.MISSING_FIELD, "sourceCode", "nothing", "the platform's code")
    number = text_of(said, "batchNum")
    if number is not None and not (number.startswith(f"{code}_") and len(number) <= NUMBER_MAX):
        raise BrokenRuleError(Reason.BAD_FORMAT, "batchNum", shown(number), f"{code}_, then the day and a number")
    if interface not in INTERFACES:
        raise BrokenRuleError(Reason.BAD_ENUM, "infType", shown(interface), f"one of {', '.join(INTERFACES)}")
    if kind != LIVE:
        raise BrokenRuleError(Reason.BAD_ENUM, "dataType", shown(kind), "1: live data")
    if not isinstance(records, list):
        raise BrokenRuleError(Reason.WRONG_TYPE, "dataList", shown(str(records)), "a list of records")
    if text_of(said, "totalNum") != str(len(records)):
        expected = f"as many as totalNum says: {shown(text_of(said, 'totalNum'))}"
        raise BrokenRuleError(Reason.BAD_LENGTH, "dataList", f"{len(records)} records", expected)
    sent = time_of(said, "sentTime")
    if not isinstance(sent, int) or sent < VERSIONS_FROM:
        raise BrokenRuleError(Reason.BAD_TIME, "sentTime", shown(sent), "YYYY-MM-DD HH:MM:SS, from 2010 on")
    return Batch(institution(code), code, interface, sent, records, number or f"#{hashlib.sha256(raw).hexdigest()[:16]}")
