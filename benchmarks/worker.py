"""WRK-0, WRK-1, WRK-2: the worker with all detectors, from messages to alerts.

``python -m benchmarks.worker [--events N] [--arrow] [--small]``. A generated city is fed to an embedded broker, one JSON
event a message (WRK-1) or as the Arrow batches of ``chuantou ingest`` (WRK-2, ``--arrow``). Then ``chuantou worker
--drain`` reads it to the end as a process of its own. Its rate is that of the events by which the city is more than its
first few thousand, over the seconds by which the same command takes longer: starting, loading the kernels, joining the
group and stopping are in both. Start-up is the time from the process's birth to the first step in its journal, memory
the largest resident set of the city's run. WRK-0 hands the same messages to the worker's pipeline in this process: what
is left without Kafka and Faust.

The peer, Quix Streams, reads the transfers of the same topic, decodes them and keeps running sums by account. It is
found where it is installed, else ``uv`` fetches it for the run; it is timed from its first message to its last.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from benchmarks.engine import batches_of, draw
from benchmarks.replay import city_file
from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import Alert
from chuantou.schemas.columns import from_batch
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.checkpoint import StateDirectory
from chuantou.streams.files import read_jsonl
from chuantou.streams.ingest import ingest
from chuantou.streams.messages import Partition
from chuantou.streams.pipeline import Pipeline
from chuantou.streams.reading import StoredRecord
from chuantou.streams.topics import ARROW_HEADERS, IN_PREFIX, IN_TOPICS, addresses
from chuantou.streams.worker import SLACK_MS

DEMO_EVENTS = 200_000  # what `chuantou demo` builds
FEW = 2_000  # events of the run that does little but start and stop
SMALL = 2_000
LOOK_S = 0.02  # between two looks at a running worker
TIMEOUT_S = 900
TRANSFERS = IN_PREFIX + "clr.transfers"
PARTITIONS = [Partition(topic, 0) for topic in IN_TOPICS]


# -- without a broker ------------------------------------------------------------------------------------------------


class Collected:
    """A way out that keeps what leaves, and when (seconds of ``time.perf_counter``)."""

    def __init__(self) -> None:
        self.published: list[tuple[float, Alert]] = []
        self.letters: list[DeadLetter] = []

    def alerts(self, alerts: Sequence[Alert]) -> None:
        now = time.perf_counter()
        self.published.extend((now, alert) for alert in alerts)

    def dead(self, letters: Sequence[DeadLetter]) -> None:
        self.letters.extend(letters)

    def flush(self) -> None:
        """Everything is there already."""

    def poll(self) -> None:
        """Nothing is under way."""


def new_pipeline(state: Path) -> tuple[Pipeline, Collected]:
    """The worker's pipeline at the start of empty topics."""
    collected = Collected()
    engine = Engine(slack_us=SLACK_MS * 1_000)
    pipeline = Pipeline(engine, StateDirectory(state), collected, dict.fromkeys(PARTITIONS, 0))
    pipeline.save()
    return pipeline, collected


Poll = list[tuple[Partition, list[StoredRecord]]]


def polls(blocks: Iterable[Sequence[pa.RecordBatch]], arrow: bool) -> Iterator[Poll]:
    """The messages that ``ingest`` would send of each block, as one poll."""
    offsets = dict.fromkeys(PARTITIONS, 0)
    headers = list(ARROW_HEADERS) if arrow else []
    for batches in blocks:
        poll: Poll = []
        for batch in batches:
            partition = Partition(IN_PREFIX + batch.schema.metadata[b"stream"].decode(), 0)
            raw = [ipc(batch)] if arrow else [msgspec.json.encode(event) for event in from_batch(batch)]
            first = offsets[partition]
            poll.append((partition, [StoredRecord(first + i, None, value, headers) for i, value in enumerate(raw)]))
            offsets[partition] += len(raw)
        yield poll


def ipc(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def play(ready: list[Poll], state: Path) -> tuple[Pipeline, Collected]:
    """All polls, one after the other, to the end of time."""
    pipeline, collected = new_pipeline(state)
    for poll in ready:
        for partition, records in poll:
            pipeline.take(partition, records)
        pipeline.pump(PARTITIONS)
    pipeline.close()
    pipeline.state.close()
    return pipeline, collected


def without_broker(blocks: Iterable[Sequence[pa.RecordBatch]], arrow: bool, scratch: Path) -> None:
    """WRK-0."""
    ready = list(polls(blocks, arrow))
    play(ready[:1], scratch / "warm")  # loads the kernels
    start = time.perf_counter()
    pipeline, collected = play(ready, scratch / "state")
    seconds = time.perf_counter() - start
    n = pipeline.tally.processed
    kind = "Arrow" if arrow else "JSON"
    print(f"WRK-0 {kind} {n:,} events, {len(collected.published):,} alerts: {n / seconds / 1e3:7.1f} k events/s", flush=True)


# -- with a broker ---------------------------------------------------------------------------------------------------


class Drained(NamedTuple):
    """A worker's whole life in seconds, its birth to the first step, the largest resident set, events it counted."""

    seconds: float
    ready_s: float
    peak_mib: int
    events: int


def worker_command(broker: str, state: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "chuantou.console.main", "worker", "--broker", broker, "--state", str(state), *options]


def drain(events: Path, arrow: bool, scratch: Path) -> Drained:
    """Feed the file to a broker of its own and let a worker read it to the end."""
    with EmbeddedBroker() as broker:
        ingest([events], "jsonl", broker.url, json_messages=not arrow)
        return watch_worker(broker.url, scratch)


def watch_worker(broker: str, scratch: Path) -> Drained:
    state = Path(tempfile.mkdtemp(dir=scratch))
    begun, ready_s, peak = time.perf_counter(), 0.0, 0
    process = subprocess.Popen(worker_command(broker, state, "--drain"), stdout=subprocess.PIPE, text=True)
    while process.poll() is None:
        peak = max(peak, peak_mib(process.pid))
        if not ready_s and any(journal.stat().st_size for journal in state.glob("journal-*")):
            ready_s = time.perf_counter() - begun
        if time.perf_counter() - begun > TIMEOUT_S:
            process.kill()
        time.sleep(LOOK_S)
    seconds = time.perf_counter() - begun
    said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"the worker ended with {process.returncode}: {said}")
    return Drained(seconds, ready_s, peak, int(said.split()[1]))  # in N = processed …


def peak_mib(pid: int) -> int:
    """Largest resident set so far. Not of ``wait4``: that counts the parent's as well, before the exec."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def quix_rate(broker: str, transfers: int, arrow: bool) -> float | str:
    """Transfers a second of the peer, or why there is none."""
    if importlib.util.find_spec("quixstreams"):
        python = [sys.executable]
    elif shutil.which("uv"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        python = ["uv", "run", "-q", "--no-project", "--python", version, "--with", "quixstreams", "--with", "pyarrow", "python"]
    else:
        return "neither quixstreams nor uv is installed"
    (address,) = addresses(broker)
    command = [*python, "-m", "benchmarks.peers.quix", "--broker", address, "--topic", TRANSFERS]
    options = ["--events", str(transfers), *(["--arrow"] if arrow else [])]
    ran = subprocess.run([*command, *options], capture_output=True, text=True, timeout=TIMEOUT_S)
    if ran.returncode:
        return (ran.stderr.strip().splitlines() or ["no output"])[-1]
    events, seconds = ran.stdout.split()
    return int(events) / float(seconds)


def compare(events: Path, arrow: bool, scratch: Path) -> None:
    scenario = "WRK-2 Arrow" if arrow else "WRK-1 JSON "
    few = scratch / "few.jsonl"
    with events.open("rb") as lines:
        few.write_bytes(b"".join(islice(lines, FEW)))
    drain(few, arrow, scratch)  # compiles what is not in the cache yet
    idle = drain(few, arrow, scratch)
    with EmbeddedBroker() as broker:
        ingest([events], "jsonl", broker.url, json_messages=not arrow)
        ours = watch_worker(broker.url, scratch)
        transfers = sum(b'"stream":"clr.transfers"' in line for line in events.open("rb"))
        peer = quix_rate(broker.url, transfers, arrow)
    rate = (ours.events - idle.events) / (ours.seconds - idle.seconds)
    said = peer if isinstance(peer, str) else f"{peer / 1e3:7.1f} k transfers/s, ratio {rate / peer:.2f}"
    print(
        f"{scenario} {ours.events:,} events: {rate / 1e3:7.1f} k events/s ({ours.seconds:.1f} s, of them {idle.seconds:.1f} s "
        f"for {idle.events:,});  ready in {idle.ready_s:.1f} s; {ours.peak_mib:,} MiB;  Quix Streams: {said}",
        flush=True,
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=DEMO_EVENTS)
    parser.add_argument("--arrow", action="store_true")
    parser.add_argument("--small", action="store_true", help="WRK-0 on a few transfers: prove that it works")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chuantou-bench-") as scratch:
        if options.small:
            batches = batches_of(draw(SMALL, accounts=2_000, share=0), accounts=2_000)
            without_broker(([batch] for batch in batches), options.arrow, Path(scratch))
            return
        city = city_file(options.events)
        without_broker((block.batches for block in read_jsonl(city)), options.arrow, Path(scratch))
        compare(city, options.arrow, Path(scratch))


if __name__ == "__main__":
    main()
