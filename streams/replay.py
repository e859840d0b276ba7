"""Replay: the same engine over files or an archive, without a broker, to the end of time or to a moment in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import canonical_json, encode_alert
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.rules import DEFAULT_PACK, RulePack
from chuantou.streams.archive_reading import ArchiveReader
from chuantou.streams.decoding import decoded
from chuantou.streams.files import Block, expand
from chuantou.streams.garbage import collect_rarely
from chuantou.streams.outputs import encode_dead_letter
from chuantou.streams.tally import Tally
from chuantou.streams.usable_rules import load_usable_pack


class Source(NamedTuple):
    """What to judge: event files and directories, or an archive; of it what happened up to `until` and had come by
    `as_known_at` (µs UTC, inclusive; None is everything). Only an archive knows when something came.
    """

    events: Sequence[Path] = ()
    archive: Path | None = None
    until: int | None = None
    as_known_at: int | None = None

    @property
    def is_cut(self) -> bool:
        """Whether it ends before its end."""
        return self.until is not None or self.as_known_at is not None


class Judged(NamedTuple):
    """An engine that has judged a source, the counts, and how many events the cut left out."""

    engine: Engine
    tally: Tally
    left_out: int


def replay(
    source: Source | Sequence[Path],
    alerts: Path,
    rules: str | RulePack = DEFAULT_PACK,
    dead_letters: Path | None = None,
    evidence: Path | None = None,
) -> Tally:
    """Judge a source, or event files, in event-time order (:func:`judge`); prints and returns counts.

    Writes the last version of each alert as JSON Lines sorted by id, dead letters as JSON Lines in the order of the
    files, and one evidence pack `<alert_id>.json` an alert, into `evidence` or beside the alerts.
    """
    source = source if isinstance(source, Source) else Source(source)
    with ExitStack() as stack:
        letters = stack.enter_context(dead_letters.open("wb")) if dead_letters is not None else None
        judged = judge(source, rules, lambda letter: letters and letters.write(encode_dead_letter(letter) + b"\n"))
    write_alerts(judged.engine, alerts, evidence)
    print(judged.tally)
    for name, n in judged.engine.bounds_met().items():
        print(f"bound met: {n} {name}")
    if source.is_cut:
        print(f"left out {judged.left_out}: they happened or came later")
    return judged.tally


def judge(
    source: Source,
    rules: str | RulePack = DEFAULT_PACK,
    bury: Callable[[DeadLetter], object] = lambda letter: None,
) -> Judged:
    """Judge everything of a source at once, so that nothing is late, and close all windows; `bury` takes dead letters.

    A source that is cut leaves the windows open that are open then: of money that still has time nothing is said.
    ValueError and OSError as of `files.expand`; RulePackError; ArchiveError.
    """
    collect_rarely()
    engine = Engine(load_usable_pack(rules) if isinstance(rules, str) else rules, rewind=False)
    reader = ArchiveReader(source.archive, source.as_known_at) if source.archive is not None else None
    dead = left_out = 0
    for block in _blocks(source.events) if reader is None else reader.blocks():
        kept = [_until(batch, source.until) for batch in block.batches]
        left_out += sum(batch.num_rows for batch in block.batches) - sum(batch.num_rows for batch in kept)
        engine.accept(kept)
        dead += len(block.dead)
        for letter in block.dead:
            bury(letter)
    if source.is_cut:
        engine.flush()
    else:
        engine.close()
    late, unknown = (reader.late, reader.unknown) if reader is not None else (0, 0)
    counts = engine.counts
    events = counts.received + late + dead
    return Judged(engine, Tally(events, counts.processed, counts.duplicate, late, dead, counts.pending), left_out + unknown)


def write_alerts(engine: Engine, alerts: Path, evidence: Path | None = None) -> None:
    """Write an engine's final alerts as JSON Lines, and their evidence packs into `evidence` or beside the alerts."""
    with alerts.open("wb") as file:
        file.writelines(encode_alert(alert) + b"\n" for alert in engine.final_alerts())
    packs = evidence_beside(alerts) if evidence is None else evidence
    packs.mkdir(parents=True, exist_ok=True)
    for alert in engine.final_alerts():
        (packs / f"{alert.alert_id}.json").write_bytes(canonical_json(engine.evidence(alert.alert_id)))


def evidence_beside(alerts: Path) -> Path:
    """Where the evidence packs of an alerts file lie when nobody says otherwise."""
    return alerts.with_name(alerts.name + ".evidence")


def _blocks(events: Sequence[Path]) -> Iterator[Block]:
    for path, read in expand(events):
        yield from decoded(path, read)


def _until(batch: pa.RecordBatch, until: int | None) -> pa.RecordBatch:
    if until is None:
        return batch
    return batch.filter(pa.array(batch.column("event_time").to_numpy() <= until))
