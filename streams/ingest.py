"""Feeding files to Kafka: validated once, in batches of columns, and not done before the broker has said so.

Every block sends what it has of *every* stream: the register's few events travel with the transfers of the same hours,
so that the worker need not wait for one topic with the other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from chuantou.schemas.columns import from_batch
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, dead_letter
from chuantou.schemas.ipc import ipc_bytes
from chuantou.schemas.signatures import SigningKey, require_signed
from chuantou.streams.decoding import decoded
from chuantou.streams.files import Block, contents, described, expand
from chuantou.streams.outputs import encode_dead_letter
from chuantou.streams.sending import Sender
from chuantou.streams.topics import ARROW_HEADERS, IN_PREFIX, OUT_DEAD, ensure_topics

# Half of what a message may be: the size counts before compression.
BATCH_BYTES_MAX = 1 << 20

_encode_event = msgspec.json.Encoder().encode


@dataclass
class FileTally:
    """What one file held: its ``format``, empty where no format knows it; ``faults`` are dead letters by code."""

    path: Path
    format: str
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def dead(self) -> int:
        """Dead letters."""
        return self.faults.total()


@dataclass
class IngestTally:
    """Where every event of the files went: `events = sent + dead`."""

    sent: int = 0
    dead: int = 0
    messages: int = 0
    files: list[FileTally] = field(default_factory=list)

    @property
    def events(self) -> int:
        """Events read."""
        return self.sent + self.dead

    def __str__(self) -> str:
        return f"in {self.events} = sent {self.sent} + dead {self.dead}"


def ingest(
    files: Sequence[Path], format: str, broker: str, json_messages: bool = False, key: SigningKey | None = None
) -> IngestTally:
    """Send the events of `files` to `in.<stream>`, bad ones to `out.dead`; prints and returns the counts. With a `key`, a file
    that is not signed by it is refused as a whole.

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
            for path, read in sources:
                file = FileTally(path, described(path, read))
                tally.files.append(file)
                refused = _refused(path, key)
                for block in decoded(path, read) if refused is None else (refused,):
                    for batch in block.batches:
                        _send(sender, batch, json_messages, tally)
                    _send_dead(sender, block.dead, tally)
                    file.events += sum(batch.num_rows for batch in block.batches)
                    file.faults.update(letter.code for letter in block.dead)
                    progress.advance(task, block.size)
        sender.flush()
    finally:
        sender.close()
    tally.files += [FileTally(path, "") for path in _unknown(files, {path for path, _ in sources})]
    print(tally)
    return tally


def _refused(path: Path, key: SigningKey | None) -> Block | None:
    """The one letter of a file that is not signed by the key; None where it is, or need not be."""
    try:
        if key is not None:
            require_signed(path, key)
    except BrokenRuleError as fault:
        return Block([], [dead_letter(fault, str(path), b"")], 0)
    return None


def _unknown(files: Sequence[Path], read: set[Path]) -> list[Path]:
    """Files of directories that no format knows."""
    directories = [path for path in files if path.is_dir() and path not in read]
    return [child for directory in directories for child, name in contents(directory) if name is None]


def _send_dead(sender: Sender, letters: Sequence[DeadLetter], tally: IngestTally) -> None:
    for letter in letters:
        sender.send(OUT_DEAD, encode_dead_letter(letter), letter.source.encode())
    tally.dead += len(letters)


def _send(sender: Sender, batch: pa.RecordBatch, json_messages: bool, tally: IngestTally) -> None:
    topic = IN_PREFIX + batch.schema.metadata[b"stream"].decode()
    if json_messages:
        for event in from_batch(batch):
            sender.send(topic, _encode_event(event), event.source_id.encode())
        tally.messages += batch.num_rows
    else:
        for part in fitting_parts(batch):
            sender.send(topic, ipc_bytes([part]), headers=ARROW_HEADERS)
            tally.messages += 1
    tally.sent += batch.num_rows


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
