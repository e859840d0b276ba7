"""A file read once into a staged copy of its events: what it holds is known before the first event is sent.

Staged events also answer, when the file is sent again, what has changed. They lie in ``STATE/staged/`` as Arrow IPC streams with
zstd, each after its length; memory does not grow with the file, but for eight bytes an amount.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chuantou.schemas.adapters.notes import Note
from chuantou.schemas.adapters.statement import OPAQUE
from chuantou.schemas.dead_letters import DeadLetter, Reason
from chuantou.schemas.ipc import ipc_bytes
from chuantou.streams.decoding import decoded
from chuantou.streams.feeds.netting import netted, originals_of, unmatched_rows
from chuantou.streams.files import Reader

LENGTH_BYTES = 8
NOTES_MAX = 100_000
_encode_letter = msgspec.json.Encoder().encode
_decode_letter = msgspec.json.Decoder(DeadLetter).decode


class Batches:
    """Record batches of any streams in one file, in order."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with self.path.open("rb") as file:
            while length := file.read(LENGTH_BYTES):
                yield from pa.ipc.open_stream(file.read(int.from_bytes(length, "little")))


class BatchWriter:
    """Writes what :class:`Batches` reads; flushed to the disk at the end of its ``with`` block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("wb")

    def write(self, batch: pa.RecordBatch) -> None:
        data = ipc_bytes([batch], "zstd")
        self._file.write(len(data).to_bytes(LENGTH_BYTES, "little") + data)

    def __enter__(self) -> "BatchWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class Staged:
    """What a file holds: ``events`` and letters on the disk, and what must be known of the whole of it.

    ``median_fen`` is the lower median of the booked amounts, None without any; ``origins`` are the source ids and the accounts of
    stated balances; ``broken`` is the first letter that speaks against the file as a whole (DQ-02), ``unbalanced`` the accounts
    whose statement does not add up (DQ-04), ``opaque`` whether a batch hides its payments (§7.5), ``takes_back`` whether there
    are reversals of what the file does not hold (DQ-08); ``notes`` are what the files of the feed are compared by.
    """

    def __init__(self, path: Path, source: Path, shown: str) -> None:
        self.events = Batches(path)
        self.count = self.amounts = 0
        self.faults: Counter[str] = Counter()
        self.newest_us: int | None = None
        self.median_fen: int | None = None
        self.origins: set[tuple[str, str]] = set()
        self.broken: DeadLetter | None = None
        self.unbalanced: set[str] = set()
        self.opaque = self.takes_back = False
        self.notes: list[Note] = []
        self._letters = path.with_suffix(".letters")
        self._source, self._shown = str(source), shown

    def letters(self) -> Iterator[DeadLetter]:
        """The dead letters; their ``source`` names the file as it was dropped, not where it lies at the moment."""
        if self._letters.exists():
            with self._letters.open("rb") as file:
                yield from map(_decode_letter, file)

    def read(self, read: Reader) -> None:
        """Read the file by ``read``. ValueError where it has more than ``NOTES_MAX`` notes."""
        fen: list[NDArray[np.int64]] = []
        with BatchWriter(self.events.path) as out, self._letters.open("wb") as letters:
            for block in decoded(Path(self._source), read):
                for batch in block.batches:
                    out.write(batch)
                    self._note(batch, fen)
                self.notes += block.notes
                if len(self.notes) > NOTES_MAX:
                    raise ValueError(f"more than {NOTES_MAX} statements or batches in one file")
                for letter in block.dead:
                    letters.write(_encode_letter(self._note_letter(letter)) + b"\n")
        amounts = np.concatenate(fen) if fen else np.empty(0, np.int64)
        self.amounts = len(amounts)
        if len(amounts):
            self.median_fen = int(np.partition(amounts, (len(amounts) - 1) // 2)[(len(amounts) - 1) // 2])

    def net(self, earlier: Sequence[tuple[int, "Batches"]]) -> None:
        """Find what the reversals take back in the ``earlier`` files, as of `netting.originals_of`."""
        originals = originals_of(self.events, earlier) if self.takes_back else {}
        if not originals:
            return
        rewritten = self.events.path.with_suffix(".netted")
        with BatchWriter(rewritten) as out:
            for batch in self.events:
                out.write(netted(batch, originals))
        rewritten.replace(self.events.path)

    def _note(self, batch: pa.RecordBatch, fen: list[NDArray[np.int64]]) -> None:
        stream = batch.schema.metadata[b"stream"].decode()
        self.count += batch.num_rows
        newest = int(batch.column("event_time").to_numpy().max())
        self.newest_us = newest if self.newest_us is None else max(self.newest_us, newest)
        self.origins |= {("source", name) for name in batch.column("source_id").unique().to_pylist()}
        if stream == "clr.transfers":
            booked = np.array([status == "BOOKED" for status in batch.column("status").to_pylist()], np.bool_)
            self.takes_back = self.takes_back or bool(pc.any(unmatched_rows(batch)).as_py())
            self.opaque = self.opaque or bool(pc.any(opaque_rows(batch)).as_py())
            fen.append(batch.column("amount_fen").to_numpy()[booked])
        elif stream == "acct.balance":
            self.origins |= {("account", name) for name in batch.column("account").unique().to_pylist()}

    def _note_letter(self, letter: DeadLetter) -> DeadLetter:
        self.faults[letter.code.value] += 1
        whole = letter.source == self._source
        source = letter.source.replace(self._source, self._shown, 1)
        told = msgspec.structs.replace(letter, source=source, message=letter.message.replace(letter.source, source, 1))
        if letter.code == Reason.BAD_TOTALS or (letter.code == Reason.BAD_FILE and whole):
            self.broken = self.broken or told
        elif letter.code == Reason.UNBALANCED:
            self.unbalanced.add(letter.found.partition(": ")[0])
        return told


def opaque_rows(batch: pa.RecordBatch) -> pa.Array:
    """bool[n]: the transfers that stand for a batch whose payments are not told."""
    return pc.fill_null(pc.starts_with(batch.column("memo"), OPAQUE), False)
