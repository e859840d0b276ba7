"""Checkpoints: the engine's memory and the offsets it was made from, in one directory that is whole or absent.

    STATE/snapshot-000041/   meta.json  engine.bin  SHA256SUMS
    STATE/journal-000041.jsonl     the steps taken since snapshot 41, one a line

A snapshot is written beside its final name, flushed to the disk and renamed: a crash leaves the old or the new one. The
journal tells which events made up each step, so that after a crash the engine takes the *same* steps again and says the
same things: an alert that was already published is never contradicted by a rerun that took other steps.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from chuantou.streams.durable import exclusive_lock, flush_to_disk, write_durably

log = logging.getLogger(__name__)

FORMAT = 1
KEPT = 3
_SUMS = "SHA256SUMS"


class StateError(RuntimeError):
    """The state directory cannot be used as it is; the message says what to do."""


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the engine's bytes.

    `program` is the version that wrote them: no other one reads them. Offsets by `topic/partition`: (read again from,
    taken up to).
    """

    format: int = FORMAT
    program: str
    rule_pack: str
    rules_sha256: str
    frontier: int
    offsets: dict[str, tuple[int, int]]
    dead: int
    late_told: int


class Step(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One call of the engine: events up to `frontier` of the records up to the offsets `taken`.

    `taken` names only partitions that moved since the step before. `then` is what followed: `flush` judged the slack of
    a quiet feed, `close` all windows.
    """

    frontier: int
    taken: dict[str, int] = {}
    then: Literal["", "flush", "close"] = ""


class Snapshot(msgspec.Struct, frozen=True):
    """A snapshot as read back, and the steps taken after it."""

    meta: Meta
    engine: bytes
    steps: list[Step]


class StateDirectory:
    """Owns `path` alone (a lock says so) and keeps the last :data:`KEPT` snapshots with their journals."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        lock = exclusive_lock(path / "lock")
        if lock is None:
            raise StateError(f"{path} is in use by another worker")
        self._lock = lock
        self._journal: BinaryIO | None = None
        for leftover in path.glob(".writing-*"):
            shutil.rmtree(leftover)

    def load(self) -> Snapshot | None:
        """The newest snapshot that is whole, with every step journalled since; None in an empty directory.

        A broken snapshot is reported loudly and the one before it is used: its journal leads to the same point.
        StateError when there are snapshots and none is whole.
        """
        numbers = self._numbers()
        for number in reversed(numbers):
            try:
                meta, engine = _read_snapshot(self._snapshot(number))
            except (OSError, StateError, msgspec.DecodeError) as error:
                log.error("snapshot %d is broken (%s): falling back to the one before it", number, error)
                continue
            later = [n for n in self._journal_numbers() if n >= number]
            return Snapshot(meta, engine, [step for n in later for step in _read_journal(self._journal_path(n))])
        if numbers:
            raise StateError(f"{self.path}: no snapshot is whole; move the directory away to read everything again")
        return None

    def save(self, meta: Meta, engine: bytes) -> int:
        """Write the next snapshot durably and begin its journal; returns its number."""
        number = max([0, *self._numbers(), *self._journal_numbers()]) + 1
        writing = self.path / f".writing-{number:06d}"
        writing.mkdir()
        contents = {"meta.json": msgspec.json.format(msgspec.json.encode(meta)), "engine.bin": engine}
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in contents.items())
        for name, data in {**contents, _SUMS: sums.encode()}.items():
            write_durably(writing / name, data)
        flush_to_disk(writing)
        writing.rename(self._snapshot(number))
        flush_to_disk(self.path)
        self._begin_journal(number)
        self._forget_old()
        return number

    def journal(self, step: Step) -> None:
        """Append one step; it survives the end of the process at once, and of the machine after :meth:`sync`."""
        if self._journal is None:
            raise RuntimeError("no snapshot was saved yet: a journal needs one to start from")
        self._journal.write(msgspec.json.encode(step) + b"\n")

    def sync(self) -> None:
        """Flush the journal to the disk."""
        if self._journal is not None:
            os.fsync(self._journal.fileno())

    def close(self) -> None:
        """Give the directory up."""
        if self._journal is not None:
            self._journal.close()
        self._lock.close()

    def _snapshot(self, number: int) -> Path:
        return self.path / f"snapshot-{number:06d}"

    def _journal_path(self, number: int) -> Path:
        return self.path / f"journal-{number:06d}.jsonl"

    def _numbers(self) -> list[int]:
        return sorted(int(path.name.removeprefix("snapshot-")) for path in self.path.glob("snapshot-*"))

    def _journal_numbers(self) -> list[int]:
        return sorted(int(path.stem.removeprefix("journal-")) for path in self.path.glob("journal-*.jsonl"))

    def _begin_journal(self, number: int) -> None:
        if self._journal is not None:
            self._journal.close()
        self._journal = self._journal_path(number).open("ab", buffering=0)
        flush_to_disk(self.path)

    def _forget_old(self) -> None:
        for number in self._numbers()[:-KEPT]:
            self._journal_path(number).unlink(missing_ok=True)
            shutil.rmtree(self._snapshot(number))


def _read_snapshot(directory: Path) -> tuple[Meta, bytes]:
    contents = {}
    for line in (directory / _SUMS).read_text().splitlines():
        expected, name = line.split("  ", 1)
        contents[name] = (directory / name).read_bytes()
        if hashlib.sha256(contents[name]).hexdigest() != expected:
            raise StateError(f"{directory / name} does not match its checksum")
    if not {"meta.json", "engine.bin"} <= contents.keys():
        raise StateError(f"{directory / _SUMS} is incomplete")
    meta = msgspec.json.decode(contents["meta.json"], type=Meta)
    if meta.format != FORMAT:
        raise StateError(f"{directory} has format {meta.format}, this program reads {FORMAT}")
    return meta, contents["engine.bin"]


def _read_journal(path: Path) -> Iterator[Step]:
    """Steps up to the first line that is not whole: nothing of that step had left the process."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            step = msgspec.json.decode(line, type=Step)
        except msgspec.DecodeError:
            step = None
        if step is None or not line.endswith(b"\n"):
            log.warning("%s ends in a torn line: that step is taken anew", path)
            return
        yield step
