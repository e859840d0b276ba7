"""The order of things: what is published was journalled, what is snapshotted was delivered, a restart repeats steps."""

from pathlib import Path

import pytest

from chuantou.schemas.alerts import Alert, encode_alert
from chuantou.schemas.dead_letters import DeadLetter, Reason
from chuantou.streams.checkpoint import StateDirectory, StateError
from chuantou.streams.messages import Partition
from chuantou.streams.pipeline import Pipeline
from chuantou.streams.reading import StoredRecord
from tests.streams.counting_engine import CountingEngine, CountingRules
from tests.streams.feeds import PARTIES, TRANSFERS, MemoryTape, records, transfer

STARTS = {TRANSFERS: 0, PARTIES: 0}


class Log:
    """A publisher that remembers what it was told, and in which order."""

    def __init__(self) -> None:
        self.told: list[bytes] = []
        self.letters: list[DeadLetter] = []
        self.undelivered = 0

    def alerts(self, alerts: list[Alert]) -> None:
        self.told += map(encode_alert, alerts)
        self.undelivered += len(alerts)

    def dead(self, letters: list[DeadLetter]) -> None:
        self.letters += letters

    def flush(self) -> None:
        self.undelivered = 0

    def poll(self) -> None:
        """Nothing fails here."""


Topics = dict[Partition, list[StoredRecord]]


def fresh(path: Path, log: Log) -> Pipeline:
    pipeline = Pipeline(CountingEngine(), StateDirectory(path), log, STARTS)
    pipeline.save()
    return pipeline


def reborn(path: Path, log: Log, topics: Topics, rules: CountingRules | None = None) -> Pipeline:
    state = StateDirectory(path)
    snapshot = state.load()
    assert snapshot is not None
    pipeline = Pipeline(CountingEngine(rules), state, log, STARTS)
    pipeline.resume(snapshot, kept(topics), lambda p, offset: MemoryTape(topics[p], offset))  # type: ignore[arg-type, return-value]
    return pipeline


def kept(topics: Topics) -> dict[Partition, tuple[int, int]]:
    """Offsets the topics have: the first, and the one after the last."""
    return {p: (held[0].offset, held[-1].offset + 1) if held else (0, 0) for p, held in topics.items()}


def feed() -> Topics:
    return {
        TRANSFERS: records(0, *(transfer(f"t{time}", time) for time in (10, 20, 30, 40, 50, 60))),
        PARTIES: records(0, *(transfer(f"p{time}", time) for time in (15, 35, 55))),
    }


def drive(pipeline: Pipeline, topics: Topics, upto: int) -> None:
    """The first `upto` polls of a run in which the two partitions take turns and one record is bad."""
    polls = [
        (TRANSFERS, topics[TRANSFERS][:3]), (PARTIES, topics[PARTIES][:1]), (TRANSFERS, topics[TRANSFERS][3:4]),
        (PARTIES, topics[PARTIES][1:2]), (TRANSFERS, topics[TRANSFERS][4:]), (PARTIES, topics[PARTIES][2:]),
    ]  # fmt: skip
    for partition, polled in polls[:upto]:
        pipeline.take(partition, polled)
        pipeline.pump([])


@pytest.mark.parametrize("killed_after", range(7))
@pytest.mark.parametrize("saved_after", range(7))
def test_after_a_crash_every_event_is_judged_once(tmp_path: Path, saved_after: int, killed_after: int) -> None:
    topics = feed()
    whole = fresh(tmp_path / "straight", Log())
    drive(whole, topics, 6)
    whole.close()

    first = fresh(tmp_path / "killed", Log())
    drive(first, topics, min(saved_after, killed_after))
    first.save()
    drive(first, topics, killed_after)
    for partition, polled in rest(topics, first):
        first.take(partition, polled[:1])  # taken, not yet handed on when the end comes
    first.state.close()

    second = reborn(tmp_path / "killed", Log(), topics)
    second.save()
    for partition, polled in rest(topics, second):
        second.take(partition, polled)
    second.close()
    assert judged(second) == judged(whole)
    assert second.tally == whole.tally


def rest(topics: Topics, pipeline: Pipeline) -> list[tuple[Partition, list[StoredRecord]]]:
    """What is left to take of each partition."""
    left = {partition: topics[partition][pipeline.alignment.accepted(partition) :] for partition in sorted(topics)}
    return [(partition, polled) for partition, polled in left.items() if polled]


def judged(pipeline: Pipeline) -> list[str]:
    """Every event the engine was given, and the close, sorted."""
    return sorted(event for step in pipeline.engine.steps for event in step)  # type: ignore[attr-defined]


@pytest.mark.parametrize("saved_after", range(6))
def test_alerts_told_before_the_crash_are_told_alike_after_it(tmp_path: Path, saved_after: int) -> None:
    topics, log = feed(), Log()
    first = fresh(tmp_path, log)
    drive(first, topics, saved_after)
    first.save()
    mark = len(log.told)
    drive(first, topics, 6)
    first.flush()
    first.close()
    told = log.told[mark:]
    first.state.close()
    again = Log()
    second = reborn(tmp_path, again, topics)
    assert again.told == told
    assert second.tally == first.tally


def test_a_snapshot_waits_for_delivery(tmp_path: Path) -> None:
    log = Log()
    pipeline = fresh(tmp_path, log)
    drive(pipeline, feed(), 6)
    assert log.undelivered
    pipeline.save()
    assert log.undelivered == 0


def test_bad_and_late_events_are_told_once_and_counted(tmp_path: Path) -> None:
    log = Log()
    pipeline = fresh(tmp_path, log)
    pipeline.take(TRANSFERS, records(0, transfer("t1", 1), b"{", b"", transfer("late1", 2)))
    pipeline.pump([TRANSFERS, PARTIES])
    assert [(letter.code, letter.source) for letter in log.letters] == [
        (Reason.BAD_JSON, "in.clr.transfers/0@1"),
        (Reason.TOO_OLD, "bank:A/late1"),
    ]
    assert (pipeline.tally.events, pipeline.tally.dead) == (3, 1)  # a message without value is no event
    pipeline.save()
    pipeline.state.close()
    again = Log()
    resumed = reborn(tmp_path, again, {TRANSFERS: records(0, b"", b"", b"", b""), PARTIES: []})
    resumed.save()
    resumed.take(TRANSFERS, records(4, transfer("t2", 3)))
    resumed.pump([TRANSFERS, PARTIES])
    assert again.letters == []
    assert (resumed.tally.events, resumed.tally.dead) == (4, 1)


def test_what_a_seek_repeats_is_left_out(tmp_path: Path) -> None:
    pipeline = fresh(tmp_path, Log())
    stored = records(0, transfer("t1", 1), transfer("t2", 2), transfer("t3", 3))
    pipeline.take(TRANSFERS, stored[:2])
    pipeline.take(TRANSFERS, stored)
    pipeline.take(TRANSFERS, stored[:1])
    pipeline.pump([TRANSFERS, PARTIES])
    assert pipeline.engine.steps == [["t1", "t2", "t3"]]  # type: ignore[attr-defined]


def test_state_of_other_rules_is_refused(tmp_path: Path) -> None:
    fresh(tmp_path, Log()).state.close()
    with pytest.raises(StateError, match="rule pack"):
        reborn(tmp_path, Log(), feed(), CountingRules(sha256="0" * 64))


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("left", [slice(0, 0), slice(0, 3), slice(4, 6)], ids=["all", "the end", "the beginning"])
def test_state_of_a_broker_that_forgot_is_refused(tmp_path: Path, saved: bool, left: slice) -> None:
    pipeline = fresh(tmp_path, Log())
    topics = feed()
    drive(pipeline, topics, 4)
    if saved:
        pipeline.save()
    pipeline.state.close()
    forgotten = {TRANSFERS: topics[TRANSFERS][left], PARTIES: topics[PARTIES]}
    with pytest.raises(StateError, match="does not have what the state was made from"):
        reborn(tmp_path, Log(), forgotten)


def test_state_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(tmp_path, Log()).state.close()
    monkeypatch.setattr("chuantou.streams.pipeline.PROGRAM", "0.0.0")
    with pytest.raises(StateError, match=r"this is 0\.0\.0"):
        reborn(tmp_path, Log(), feed())
