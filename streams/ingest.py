"""Feeding files to Kafka: validated once, in batches of columns, and not done before the broker has said so.

Every cycle sends what it has of *every* stream: the register's few events travel with the transfers of the same hours,
so that the worker need not wait for one topic with the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from chuantou.schemas.columns import stream_of, to_batches
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.ipc import ipc_bytes
from chuantou.schemas.streams import Envelope
from chuantou.streams.files import expand
from chuantou.streams.outputs import encode_dead_letter
from chuantou.streams.sending import Sender
from chuantou.streams.topics import ARROW_HEADERS, IN_PREFIX, OUT_DEAD, ensure_topics

# 5,000 transfers are 1 MB of columns: above, latency grows and throughput does not (2.2–3.2 M events/s at 2,000).
CYCLE_EVENTS = 5_000
# Half of what a message may be: the size counts before compression.
BATCH_BYTES_MAX = 1 << 20

_encode_event = msgspec.json.Encoder().encode


@dataclass
class IngestTally:
    """Where every event of the files went: `events = sent + dead`."""

    sent: int = 0
    dead: int = 0
    messages: int = 0

    @property
    def events(self) -> int:
        """Events read."""
        return self.sent + self.dead

    def __str__(self) -> str:
        return f"in {self.events} = sent {self.sent} + dead {self.dead}"


def ingest(files: Sequence[Path], format: str, broker: str, json_messages: bool = False) -> IngestTally:
    """Send the events of `files` to `in.<stream>`, bad ones to `out.dead`; prints and returns the counts.

    Returns when everything is acknowledged; on an error some of it may be there, and doing it again does no harm
    (duplicates are counted by the engine). BrokerError, ValueError and OSError.
    """
    sources = expand(files, format)
    ensure_topics(broker)
    sender, tally = Sender(broker), IngestTally()
    # Progress counts bytes of text: a compressed file does not tell how many those are before its end.
    known = all(path.is_file() and path.suffix != ".gz" for path, _ in sources)
    size = sum(path.stat().st_size for path, _ in sources) if known else None
    try:
        with _progress() as progress:
            task = progress.add_task("ingest", total=size)
            waiting: list[Envelope] = []
            for path, read in sources:
                for block in read(path):
                    waiting = _send_cycles(sender, waiting + block.events, json_messages, tally)
                    _send_dead(sender, block.dead, tally)
                    progress.advance(task, block.size)
            _send(sender, waiting, json_messages, tally)
        sender.flush()
    finally:
        sender.close()
    print(tally)
    return tally


def _send_cycles(sender: Sender, events: list[Envelope], json_messages: bool, tally: IngestTally) -> list[Envelope]:
    """Send all full cycles; returns what is left for the next."""
    full = len(events) - len(events) % CYCLE_EVENTS
    for start in range(0, full, CYCLE_EVENTS):
        _send(sender, events[start : start + CYCLE_EVENTS], json_messages, tally)
    return events[full:]


def _send_dead(sender: Sender, letters: Sequence[DeadLetter], tally: IngestTally) -> None:
    for letter in letters:
        sender.send(OUT_DEAD, encode_dead_letter(letter), letter.source.encode())
    tally.dead += len(letters)


def _send(sender: Sender, events: Sequence[Envelope], json_messages: bool, tally: IngestTally) -> None:
    if json_messages:
        for event in events:
            sender.send(IN_PREFIX + stream_of(event), _encode_event(event), event.source_id.encode())
        tally.messages += len(events)
    else:
        for stream, batch in to_batches(events).items():
            for part in fitting_parts(batch):
                sender.send(IN_PREFIX + stream, ipc_bytes([part]), headers=ARROW_HEADERS)
                tally.messages += 1
    tally.sent += len(events)


def fitting_parts(batch: pa.RecordBatch) -> Iterable[pa.RecordBatch]:
    """The batch in pieces that fit a message; one row always does (a line may be 1 MiB)."""
    if batch.nbytes <= BATCH_BYTES_MAX or batch.num_rows <= 1:
        yield batch
        return
    half = batch.num_rows // 2
    yield from fitting_parts(batch.slice(0, half))
    yield from fitting_parts(batch.slice(half))


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
