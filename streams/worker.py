"""The worker: a Faust app around the pipeline.

Faust joins the group, polls and outlives the broker; the scheduler makes each poll one list; the pipeline does the
rest.
No Faust table holds state, nothing is acknowledged: the offsets inside the checkpoint are the truth.
"""

import asyncio
import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import faust
from faust.types import TP

from chuantou.detectors.engine import Engine
from chuantou.streams.checkpoint import StateDirectory
from chuantou.streams.event_archive import EventArchive
from chuantou.streams.faust_app import build_app
from chuantou.streams.garbage import collect_rarely
from chuantou.streams.messages import Partition
from chuantou.streams.outputs import Publisher
from chuantou.streams.pipeline import Pipeline
from chuantou.streams.reading import Tape, watermarks
from chuantou.streams.tally import Tally
from chuantou.streams.topics import IN_TOPICS, ensure_topics
from chuantou.streams.transport import SeekingConsumer, SeekingTransport
from chuantou.streams.watchdog import Watchdog

log = logging.getLogger(__name__)

# A lane that waits for slower topics stops reading at this many events (about 300 bytes each in columns: 150 MB) and
# goes on at half of it.
LANE_ROWS_MAX = 500_000
# A partition counts as read to its end after this long without news: a producer in mid-backfill sends more often.
AT_END_GRACE_S = 0.1
TICK_S = 0.02
# A snapshot costs seconds once the archive is large. Every 30 s bounds the repetition after a crash to half a minute of
# work; five times its own cost bounds what snapshots may take to a sixth of the time.
SNAPSHOT_EVERY_S = 30.0
SNAPSHOT_COST_FACTOR = 5.0
# Feeds silent for so long: judge what waits in the slack, so that the last event's alert leaves as well.
QUIET_FLUSH_S = 0.3
# Alignment has merged the topics already; what is left is the jitter between sources of one topic. What comes later than
# that is collected and replayed, so a larger slack costs latency and buys fewer replays.
SLACK_MS = 20
WATCH_EVERY_S = 1.0
STOP_TIMEOUT_S = 10.0


class WorkerError(RuntimeError):
    """The worker cannot go on; its state is on disk, a restart resumes."""


def run_worker(
    broker: str,
    shard: str | None = None,
    state: Path | None = None,
    drain: bool = False,
    rules: str = "yancheng-2016",
    slack_ms: int = SLACK_MS,
    archive: Path | None = None,
) -> Tally:
    """Read the `in.*` topics, publish `out.alerts` and `out.dead`, until stopped (SIGTERM, SIGINT) or drained.

    Without `state` everything is read from the start of the topics each time; with it, what comes in is kept in `archive`
    (default: the directory `archive` of the state). With `drain` the topics are read to the end they had at the start and
    all windows close. Prints and returns the counts. ValueError for a wrong `shard`, or an `archive` without `state`;
    BrokerError, StateError and WorkerError for what cannot be mended here and now.
    """
    group = group_of(shard or "1/1")
    collect_rarely()
    if archive is not None and state is None:
        raise ValueError("--archive needs --state: what is archived is told by the offsets of a state")
    with tempfile.TemporaryDirectory(prefix="chuantou-worker-") as scratch:
        directory, publisher = StateDirectory(state or Path(scratch) / "state"), Publisher(broker)
        try:
            kept = EventArchive(archive or state / "archive") if state is not None else None
            counts = Worker(broker, group, directory, publisher, drain, rules, Path(scratch), slack_ms, kept).run()
        finally:
            publisher.close()
            directory.close()
    print(counts)
    return counts


def group_of(shard: str) -> str:
    """The consumer group of shard `I/N`. ValueError unless it is 1/1: sharding is not built."""
    index, slash, count = shard.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise ValueError(f"--shard {shard!r}: expected I/N with 1 <= I <= N")
    if int(count) > 1:
        raise ValueError(f"--shard {shard}: one worker serves a city; sharding is not built yet")
    return f"chuantou-worker-{index}-of-{count}"


class Worker:
    """One run: built once, :meth:`run` once."""

    def __init__(
        self,
        broker: str,
        group: str,
        state: StateDirectory,
        publisher: Publisher,
        drain: bool,
        rules: str,
        scratch: Path,
        slack_ms: int,
        archive: EventArchive | None,
    ) -> None:
        self.broker, self.group, self.drain, self.scratch = broker, group, drain, scratch
        numbers = ensure_topics(broker)
        self.partitions = [Partition(topic, n) for topic in IN_TOPICS for n in range(numbers[topic])]
        marks = watermarks(broker, self.partitions)
        self.ends = {partition: end for partition, (_, end) in marks.items()}
        starts = {partition: start for partition, (start, _) in marks.items()}
        self.pipeline = Pipeline(Engine(rules, slack_us=slack_ms * 1_000), state, publisher, starts, archive)
        snapshot = state.load()
        if snapshot is None:
            if archive is not None:
                archive.begin(starts)
        else:
            self.pipeline.resume(snapshot, marks, lambda partition, offset: Tape(broker, partition, offset))
        self._arrived, self._done = asyncio.Event(), asyncio.Event()
        self._arrived_at = time.monotonic()
        self._worked_s: float = 0.0
        self._began_at: float | None = None  # of the piece of work under way
        self._ended_at: dict[Partition, float] = {}
        self._paused: set[Partition] = set()
        self._bench = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pipeline")
        self._transport: SeekingTransport | None = None
        self._failure: BaseException | None = None

    @property
    def _consumer(self) -> SeekingConsumer | None:
        return self._transport.consumer if self._transport is not None else None

    def run(self) -> Tally:
        """Blocks until stopped, drained or failed."""
        self.pipeline.save()
        if not (self.drain and self._drained()):
            asyncio.run(self._serve())
        if self._failure is not None:
            raise WorkerError(f"{self._failure}; restart to resume from the last snapshot") from self._failure
        if self.drain and self._drained():
            self.pipeline.close()
        self.pipeline.save()
        if self.drain and not self._drained():
            raise WorkerError("stopped before the topics were drained; run it again to go on")
        return self.pipeline.tally

    async def _serve(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._done.set)
        app = build_app(self.broker, self.group, self.scratch / "faust", self._next_offset, self._take)
        self._transport = cast(SeekingTransport, app.transport)
        jobs = [app.start(), self._pump(), self._keep_snapshots(), self._watch(app)]
        tasks = [asyncio.create_task(self._guarded(job)) for job in jobs]
        await self._done.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._bench.shutdown()  # a step that is under way is finished
        await self._stop(app)

    async def _stop(self, app: faust.App) -> None:
        stopping = asyncio.create_task(app.stop())
        finished, _ = await asyncio.wait([stopping], timeout=STOP_TIMEOUT_S)
        if finished and stopping.exception() is None:
            return
        log.error("Faust did not stop: %s", stopping.exception() if finished else f"busy after {STOP_TIMEOUT_S} s")
        if self._failure is not None:  # its threads would keep a broken worker looking alive
            logging.shutdown()
            os._exit(1)

    async def _in_turn(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run a piece of the pipeline in its thread, one after the other: Faust goes on polling and heartbeating."""
        return await asyncio.get_running_loop().run_in_executor(self._bench, self._timed, work, *args)

    def _timed(self, work: Callable[..., Any], *args: Any) -> Any:
        self._began_at = time.monotonic()
        try:
            return work(*args)
        finally:
            self._began_at, self._worked_s = None, self._worked()

    def _worked(self) -> float:
        """Seconds for which the pipeline's thread has been at work, the piece under way included."""
        worked, began = self._worked_s, self._began_at  # in this order: a piece that ends now is never counted twice
        return worked + (time.monotonic() - began if began is not None else 0.0)

    async def _guarded(self, job: Awaitable[Any]) -> None:
        """An error anywhere ends the worker: Faust would acknowledge it and go on."""
        try:
            await job
        except Exception as error:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        log.critical("worker fails: %s", error, exc_info=error)
        if self._failure is None:
            self._failure = error
        self._done.set()

    # What Faust calls

    def _next_offset(self, tp: Any) -> int | None:
        return self.pipeline.alignment.accepted(Partition(*tp)) if tp in self.ends else None

    async def _take(self, partition: Partition, records: list[Any]) -> None:
        if self._done.is_set():
            return
        if self.drain and records[-1].offset >= self.ends[partition]:
            records = [record for record in records if record.offset < self.ends[partition]]
        await self._guarded(self._in_turn(self.pipeline.take, partition, records))
        self._arrived_at = time.monotonic()
        self._arrived.set()

    # What runs beside it

    async def _pump(self) -> None:
        """Step the engine whenever records arrived, and when time alone has shown that a partition is at its end."""
        while not self._done.is_set():
            try:
                await asyncio.wait_for(self._arrived.wait(), TICK_S)
            except TimeoutError:
                if not self.drain and time.monotonic() - self._arrived_at > QUIET_FLUSH_S:
                    await self._in_turn(self.pipeline.flush)
            self._arrived.clear()
            await self._in_turn(self.pipeline.pump, self._at_end())
            self._hold_back()
            if self.drain and self._drained():
                self._done.set()

    async def _keep_snapshots(self) -> None:
        wait = SNAPSHOT_EVERY_S
        while True:
            await asyncio.sleep(wait)
            if self.pipeline.steps_since_save:
                started = time.monotonic()
                await self._in_turn(self.pipeline.save)
                wait = max(SNAPSHOT_EVERY_S, SNAPSHOT_COST_FACTOR * (time.monotonic() - started))
                if self._consumer is not None:
                    known = {TP(*p): offset for p in self.partitions if (offset := self._next_offset(p)) is not None}
                    await self._consumer.tell_committed(known)

    async def _watch(self, app: faust.App) -> None:
        watchdog = Watchdog()
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            self.pipeline.publisher.poll()
            if app.crashed:
                raise WorkerError(f"Faust crashed: {app.crash_reason!r}")
            refused = self._consumer.join_error() if self._consumer else None
            if refused is not None:
                raise WorkerError(f"cannot join group {self.group}: {refused}")
            assigned = self._consumer.assigned() if self._consumer else set()
            taken = {p: self.pipeline.alignment.accepted(p) for p in self.partitions}
            complaint = watchdog.observe(
                time.monotonic(),
                progress=sum(taken.values()),
                behind=sum(max(0, self._end(p) - taken[p]) for p in self.partitions if p not in self._paused),
                missing=sum(p not in assigned for p in self.partitions),
                worked=self._worked(),
            )
            if complaint:
                raise WorkerError(complaint)

    # What is asked of the broker's end offsets

    def _end(self, partition: Partition) -> int:
        """The end to read to: fixed at the start for a drain, else what the broker told last (-1: nothing yet)."""
        if self.drain:
            return self.ends[partition]
        known = self._consumer.known_end(TP(*partition)) if self._consumer else None
        return -1 if known is None else known

    def _drained(self) -> bool:
        return all(self.pipeline.alignment.accepted(p) >= self.ends[p] for p in self.partitions)

    def _at_end(self) -> set[Partition]:
        """Partitions that have had nothing more to read for :data:`AT_END_GRACE_S`."""
        now = time.monotonic()
        for partition in self.partitions:
            if 0 <= self._end(partition) <= self.pipeline.alignment.accepted(partition):
                self._ended_at.setdefault(partition, now)
            else:
                self._ended_at.pop(partition, None)
        grace = 0.0 if self.drain else AT_END_GRACE_S
        return {partition for partition, since in self._ended_at.items() if now - since >= grace}

    def _hold_back(self) -> None:
        """Stop reading lanes that are far ahead, go on with those that have drained."""
        full = {p for p in self.partitions if self.pipeline.alignment.rows(p) > LANE_ROWS_MAX}
        low = {p for p in self._paused if self.pipeline.alignment.rows(p) < LANE_ROWS_MAX // 2}
        if self._consumer is not None and full - self._paused:
            self._consumer.pause_partitions({TP(*p) for p in full})
        if self._consumer is not None and low:
            self._consumer.resume_partitions({TP(*p) for p in low})
        self._paused = (self._paused | full) - low
