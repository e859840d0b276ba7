"""Every version of every alert, with the instant at which it became known: the time of its record on `out.alerts`.

That time is no part of the alert, which is a function of the events alone; it is what the broker can testify to. So "what
did we know then" is what a reader of the topic would have had then.
"""

from typing import NamedTuple

import msgspec

from chuantou.schemas.alerts import Alert, decode_alert, encode_alert
from chuantou.schemas.clock import iso_shanghai, parse_time
from chuantou.streams.reading import StoredRecord, read_topic
from chuantou.streams.topics import OUT_ALERTS


class Told(NamedTuple):
    """One version of an alert, and when it was told (µs UTC)."""

    alert: Alert
    known_at: int


class _Stamp(msgspec.Struct):
    known_at: str | int


def read_versions(broker: str) -> list[Told]:
    """All versions on `out.alerts`, in the order of the topic. ValueError for a record without a time."""
    return [told_by(record) for record in read_topic(broker, OUT_ALERTS)]


def told_by(record: StoredRecord) -> Told:
    """The version that a record of `out.alerts` tells. ValueError for one without a time."""
    if record.timestamp < 0:
        raise ValueError(f"{OUT_ALERTS}@{record.offset} has no timestamp: nothing shows when it was known")
    return Told(decode_alert(record.value or b""), record.timestamp * 1_000)


def encode_told(told: Told) -> bytes:
    """An alert's JSON line with `known_at` (RFC 3339 at +08:00) as its last field."""
    stamp = msgspec.json.encode({"known_at": iso_shanghai(told.known_at)})
    return encode_alert(told.alert)[:-1] + b"," + stamp[1:]


def decode_told(line: bytes) -> Told:
    """The inverse; msgspec.DecodeError for a line without alert or `known_at`, ValueError for one that is no time."""
    return Told(decode_alert(line), parse_time(msgspec.json.decode(line, type=_Stamp).known_at))
