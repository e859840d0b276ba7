"""The metamorphic suite: whatever feeds do to the order and form of what they send, the final alerts are the same bytes."""

import gzip
import itertools
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chuantou import city
from chuantou.console.alerts import last_versions
from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import Alert, encode_alert
from chuantou.streams.alert_versions import read_versions
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.checkpoint import StateDirectory
from chuantou.streams.event_archive import EventArchive
from chuantou.streams.ingest import ingest
from chuantou.streams.messages import Partition
from chuantou.streams.outputs import read_alerts
from chuantou.streams.pipeline import Pipeline
from chuantou.streams.reading import StoredRecord
from chuantou.streams.replay import Source, judge
from chuantou.streams.worker import SLACK_MS
from tests.streams.delivery_checks import DeliveryChecks, as_judged, journalled, start_worker
from tests.streams.disorder import Event, disordered
from tests.streams.feeds import MemoryTape
from tests.streams.test_pipeline import Log, kept
from tests.town import EVENTS

SMALL, WHOLE = EVENTS, 200_000
POLL = 1_000
DRAIN_TIMEOUT_S = 300.0


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return list(city.build(events=SMALL).events())


@pytest.fixture(scope="module")
def clean(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return judged_files([write(tmp_path_factory.mktemp("clean") / "city.jsonl", events)])


def write(path: Path, events: list[Event], charset: str = "utf-8") -> Path:
    text = b"".join(msgspec.json.encode(event) + b"\n" for event in events).decode().encode(charset)
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def as_bytes(alerts: list[Alert]) -> list[bytes]:
    return [encode_alert(alert) for alert in as_judged(alerts)]


def judged_files(files: list[Path]) -> list[bytes]:
    """The standing alerts of files as bytes; every event that came in went somewhere."""
    engine, tally, left_out = judge(Source(files))
    assert tally.events == tally.processed + tally.duplicate + tally.late + tally.dead
    assert (tally.pending, left_out) == (0, 0)
    return as_bytes(engine.final_alerts())


@pytest.mark.parametrize("seed", [1, 2])
def test_files_in_any_order_and_charset_split_anyhow(events: list[Event], clean: list[bytes], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    told = [event for part in disordered(events, seed) for event in part]
    assert len(told) > len(events) * 105 // 100
    chance.shuffle(told)
    cuts = [0, *sorted(chance.sample(range(len(told)), 6)), len(told)]
    names = [f"part-{n}.jsonl" + (".gz" if n % 2 else "") for n in range(len(cuts))]
    charsets = itertools.cycle(("utf-8", "gb18030", "utf-8-sig", "utf-16"))
    files = [write(tmp_path / name, told[a:b], c) for name, (a, b), c in zip(names, itertools.pairwise(cuts), charsets)]
    assert len(clean) >= 30
    assert judged_files(files) == clean


@pytest.mark.slow
def test_a_whole_city_in_any_order(tmp_path: Path) -> None:
    whole = list(city.build(events=WHOLE).events())
    told = [event for part in disordered(whole, 3) for event in part]
    files = [write(tmp_path / f"{n}.jsonl", told[n::3]) for n in range(3)]
    assert judged_files(files) == judged_files([write(tmp_path / "clean.jsonl", whole)])


Topics = dict[Partition, list[StoredRecord]]


def topics_of(parts: list[list[Event]]) -> tuple[Topics, list[Topics]]:
    """All records by partition, and the same as polls in the order of arrival."""
    topics: Topics = {Partition(f"in.{stream}", 0): [] for stream in sorted({e["stream"] for p in parts for e in p})}
    polls: list[Topics] = []
    for part in parts:
        for start in range(0, len(part), POLL):
            poll: Topics = {}
            for event in part[start : start + POLL]:
                partition = Partition(f"in.{event['stream']}", 0)
                raw, millis = msgspec.json.encode(event), 1_480_000_000_000 + len(polls)
                record = StoredRecord(len(topics[partition]), None, raw, [], millis)
                topics[partition].append(record)
                poll.setdefault(partition, []).append(record)
            polls.append(poll)
    return topics, polls


def reborn(root: Path, log: Log, topics: Topics) -> Pipeline:
    """A pipeline as the worker builds it, from what is on the disk."""
    state, archive = StateDirectory(root), EventArchive(root / "archive")
    starts = dict.fromkeys(topics, 0)
    pipeline = Pipeline(Engine(slack_us=SLACK_MS * 1_000), state, log, starts, archive)
    snapshot = state.load()
    if snapshot is None:
        archive.begin(starts)
    else:
        pipeline.resume(snapshot, kept(topics), lambda p, offset: MemoryTape(topics[p], offset))  # type: ignore[arg-type, return-value]
    pipeline.save()
    return pipeline


def test_a_live_pipeline_that_dies_on_the_way(events: list[Event], clean: list[bytes], tmp_path: Path) -> None:
    topics, polls = topics_of(disordered(events, 4))
    log, pipeline = Log(), None
    for number, poll in enumerate(polls):
        if pipeline is None:
            pipeline = reborn(tmp_path, log, topics)
        for partition, records in poll.items():
            pipeline.take(partition, records)
        pipeline.pump(list(topics))
        if number % 6 == 2:
            pipeline.save()
        if number % 11 == 9 and number + 1 < len(polls):  # steps since the snapshot are in the journal alone
            pipeline.state.close()
            pipeline = None
            log = Log()
            polls[number + 1] = missed(topics, polls, number + 1)
    assert pipeline is not None
    pipeline.close()
    pipeline.save()
    assert as_bytes(pipeline.engine.final_alerts()) == clean  # type: ignore[attr-defined]
    live, archived = pipeline.tally, judge(Source(archive=tmp_path / "archive"))
    assert archived.tally == live
    assert live.duplicate > len(events) * 4 // 100
    assert as_bytes(archived.engine.final_alerts()) == clean


def missed(topics: Topics, polls: list[Topics], number: int) -> Topics:
    """A poll that begins, like one after a restart, with records taken before: the pipeline leaves them out."""
    return {p: topics[p][max(0, records[0].offset - 5) : records[-1].offset + 1] for p, records in polls[number].items()}


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


@pytest.mark.slow
@pytest.mark.xdist_group("embedded-broker")
class TestLiveWorker:
    def test_kill_9_amid_disorder(self, broker: str, events: list[Event], clean: list[bytes], tmp_path: Path) -> None:
        state = tmp_path / "state"
        for number, part in enumerate(disordered(events, 5)):
            worker = start_worker(broker, state, "live")
            before = journalled(state)
            ingest([write(tmp_path / f"{number}.jsonl", part)], "jsonl", broker, json_messages=number % 2 == 1)
            DeliveryChecks().wait_for(lambda before=before: journalled(state) > before, worker)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        drain = start_worker(broker, state, "drain")
        printed, _ = drain.communicate(timeout=DRAIN_TIMEOUT_S)
        assert drain.returncode == 0
        assert as_bytes(read_alerts(broker)) == clean
        told = read_versions(broker)
        assert last_versions(one.alert for one in told) == read_alerts(broker)
        archived = judge(Source(archive=state / "archive"))
        assert as_bytes(archived.engine.final_alerts()) == clean
        assert str(archived.tally) == printed.decode().splitlines()[-1]
