"""`chuantou evidence`: the evidence pack of an alert, checked against the alert that rests on it."""

import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from chuantou.console.alerts import Source, final_of
from chuantou.console.words import say
from chuantou.schemas.alerts import Alert, canonical_json, sha256_hex
from chuantou.streams.replay import evidence_beside

CHUNK_RECORDS = 5_000  # decoded at a time


def show_evidence(
    alert_id: str, alerts: Path | None, broker: str | None, directory: Path | None, out: Path | None
) -> None:
    """Print the evidence pack of an alert or write it to ``out``, as canonical JSON.

    ``directory`` is where `replay --evidence` wrote; without it, where `replay` writes by itself, `evidence` beside the
    alerts, or the alerts' own directory. With a broker the pack is computed again from the events it holds: they decide
    every alert.
    ValueError for an unknown alert, a missing pack, or one that is not what the alert was written with.
    """
    alert = next((found for found in final_of(Source(broker, alerts)) if found.alert_id == alert_id), None)
    if alert is None:
        raise ValueError(say("evidence.unknown", id=alert_id))
    content = pack_from_events(alert, broker) if broker is not None else pack_in_file(alert, alerts, directory)
    pack = canonical_json(content)
    if sha256_hex(pack) != alert.evidence_sha256:
        raise ValueError(say("evidence.changed", id=alert_id))
    if out is None:
        sys.stdout.buffer.write(pack + b"\n")
    else:
        out.write_bytes(pack)


def pack_from_events(alert: Alert, broker: str) -> Any:
    """What the engine makes of all events on the broker."""
    from chuantou.detectors.engine import Engine
    from chuantou.streams.messages import Partition, decode_records
    from chuantou.streams.reading import read_topic
    from chuantou.streams.topics import IN_TOPICS

    engine = Engine(alert.rule_pack, rewind=False)
    for topic in IN_TOPICS:
        records = read_topic(broker, topic)
        while chunk := list(islice(records, CHUNK_RECORDS)):
            engine.accept(decode_records(Partition(topic, 0), chunk).batches)
    engine.close()
    try:
        return engine.evidence(alert.alert_id)
    except KeyError:
        raise ValueError(say("evidence.changed", id=alert.alert_id)) from None


def pack_in_file(alert: Alert, alerts: Path | None, directory: Path | None) -> Any:
    """The content of the file that `replay` wrote."""
    beside = [] if alerts is None else [evidence_beside(alerts), alerts.parent / "evidence", alerts.parent]
    places = beside if directory is None else [directory]
    paths = [place / f"{alert.alert_id}.json" for place in places]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise ValueError(say("evidence.missing", id=alert.alert_id))
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(say("evidence.unreadable", path=path, reason=error)) from error
