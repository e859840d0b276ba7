"""`chuantou evidence`: the evidence pack of an alert, checked against the alert that rests on it."""

import json
import sys
from pathlib import Path
from typing import Any

from chuantou.console.alerts import final_of
from chuantou.console.words import say
from chuantou.schemas.alerts import Alert, canonical_json, sha256_hex


def show_evidence(
    alert_id: str, alerts: Path | None, broker: str | None, directory: Path | None, out: Path | None
) -> None:
    """Print the evidence pack of an alert or write it to ``out``, as canonical JSON.

    ``directory`` is where `replay --evidence` wrote; without it, `evidence` beside the alerts or the alerts' own
    directory. ValueError for an unknown alert, a missing pack, or one that is not what the alert was written with.
    """
    alert = next((found for found in final_of(broker, alerts) if found.alert_id == alert_id), None)
    if alert is None:
        raise ValueError(say("evidence.unknown", id=alert_id))
    pack = canonical_json(pack_of(alert, alerts, directory))
    if sha256_hex(pack) != alert.evidence_sha256:
        raise ValueError(say("evidence.changed", id=alert_id))
    if out is None:
        sys.stdout.buffer.write(pack + b"\n")
    else:
        out.write_bytes(pack)


def pack_of(alert: Alert, alerts: Path | None, directory: Path | None) -> Any:
    """The content of the pack's file."""
    places = [directory] if directory is not None else [] if alerts is None else [alerts.parent / "evidence", alerts.parent]
    paths = [place / f"{alert.alert_id}.json" for place in places]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise ValueError(say("evidence.missing", id=alert.alert_id))
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(say("evidence.unreadable", path=path, reason=error)) from error
