"""Replay: the same engine over files, without a broker, to the end of time."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import canonical_json, encode_alert
from chuantou.streams.decoding import decoded
from chuantou.streams.files import expand
from chuantou.streams.garbage import collect_rarely
from chuantou.streams.outputs import encode_dead_letter
from chuantou.streams.tally import Tally, tally


def replay(
    events: Sequence[Path],
    alerts: Path,
    rules: str = "yancheng-2016",
    dead_letters: Path | None = None,
    evidence: Path | None = None,
) -> Tally:
    """Judge the events of files or directories in event-time order and close all windows; prints and returns counts.

    Writes the last version of each alert as JSON Lines sorted by id, dead letters as JSON Lines in the order of the
    files, and one evidence pack `<alert_id>.json` an alert, into `evidence` or beside the alerts. Everything is read
    before anything is judged, so nothing is late. ValueError and OSError as of `files.expand`.
    """
    sources = expand(events)
    collect_rarely()
    engine, dead = Engine(rules, rewind=False), 0
    with ExitStack() as stack:
        letters = stack.enter_context(dead_letters.open("wb")) if dead_letters is not None else None
        for path, read in sources:
            for block in decoded(path, read):
                engine.accept(block.batches)
                dead += len(block.dead)
                if letters is not None:
                    letters.writelines(encode_dead_letter(letter) + b"\n" for letter in block.dead)
    engine.close()
    with alerts.open("wb") as file:
        file.writelines(encode_alert(alert) + b"\n" for alert in engine.final_alerts())
    packs = evidence_beside(alerts) if evidence is None else evidence
    packs.mkdir(parents=True, exist_ok=True)
    for alert in engine.final_alerts():
        (packs / f"{alert.alert_id}.json").write_bytes(canonical_json(engine.evidence(alert.alert_id)))
    counts = tally(engine.counts, dead)
    print(counts)
    return counts


def evidence_beside(alerts: Path) -> Path:
    """Where the evidence packs of an alerts file lie when nobody says otherwise."""
    return alerts.with_name(alerts.name + ".evidence")
