"""The desk: one claimed file is read, held against its feed's profile and history, and sent, refused or held as a whole.

Nothing is sent before the last line is read. What is sent carries names that follow from the file and from what was finished
before it, so a file that a crash sends twice is the same events twice, and counts once.
"""

import hashlib
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from chuantou.schemas.adapters.feed_file import BREAKS
from chuantou.schemas.columns import to_batch
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, Reason, dead_letter
from chuantou.schemas.feed_profiles import FeedProfile, FileName, read_name
from chuantou.schemas.ipc import ipc_bytes
from chuantou.schemas.signatures import require_signed
from chuantou.streams.feeds.coverage import accounts_of, changes, flags_of, gaps_of
from chuantou.streams.feeds.findings import Comparison
from chuantou.streams.feeds.report import missing_days
from chuantou.streams.feeds.staging import Batches, BatchWriter, Staged
from chuantou.streams.feeds.state import DONE, FAILED, FORGOTTEN_US, HELD, RELEASED, FeedState, FileRecord, Flag, FlagState
from chuantou.streams.feeds.units import AMOUNTS_MIN, HISTORY_FILES, unit_jump
from chuantou.streams.feeds.versions import InexpressibleError, Versions
from chuantou.streams.files import FORMATS, Reader, described, detect
from chuantou.streams.ingest import fitting_parts
from chuantou.streams.outputs import encode_dead_letter
from chuantou.streams.sending import Sender
from chuantou.streams.topics import ARROW_HEADERS, IN_PREFIX, OUT_DEAD

log = logging.getLogger(__name__)
HASHED_BYTES = 1 << 20
CONTRACT = "jsonl"
UNREADABLE = (ValueError, *BREAKS)  # what a cut or damaged file raises; not a full disk


class RefusedError(Exception):
    """The file is refused as a whole; ``fault`` says why."""

    def __init__(self, code: Reason, field: str, found: str, expected: str) -> None:
        self.fault = BrokenRuleError(code, field, found, expected)


class Desk:
    """Takes files of the feeds in ``profiles``, and of others by what is in them; ``clock`` gives µs UTC."""

    def __init__(
        self, state: FeedState, scratch: Path, profiles: Mapping[str, FeedProfile], sender: Sender, clock: Callable[[], int]
    ) -> None:
        self.state, self.profiles, self.sender, self.clock = state, profiles, sender, clock
        self.scratch = scratch
        self._owed: dict[str, tuple[list[int], list[str]]] = {}  # missing days and accounts of each feed as last told
        scratch.mkdir(parents=True, exist_ok=True)

    def take(self, record: FileRecord, path: Path) -> FileRecord:
        """Decide about a file that lies at ``path``, send what is to be sent, and write down what became of it.

        BrokerError and OSError: then nothing is written down, and the file can be taken again.
        """
        profile = self.profiles.get(record.feed)
        flags: dict[str, dict[Flag, FlagState]] = {}
        before = path.stat()
        staged = Staged(self._staged(record.id), path, f"{record.feed}/{record.id:06d}-{record.name}")
        out = FileRecord(id=record.id, feed=record.feed, name=record.name, status=DONE, sha256=_sha256(path))
        try:
            self._require_signed(profile, path)
            name = self._named(profile, out)
            self._read(profile, path, staged, out)
            self._require_unchanged(path, before)
            self._net(staged, out)
            self._require_usual_units(profile, staged, record, out)
            if out.status == DONE:
                flags = self._send_difference(name, staged, out)
        except RefusedError as refusal:
            self._refuse(refusal.fault, staged, out)
        log.debug("sent %s", out.name)
        out.finished_us = self.clock()
        self.state.finish(out, staged.origins, flags, staged.notes)
        log.debug("finished %s", out.name)
        self._tidy(out)
        return out

    @staticmethod
    def _require_signed(profile: FeedProfile | None, path: Path) -> None:
        if profile is None or profile.signed_by is None:
            return
        try:
            require_signed(path, profile.signed_by)
        except BrokenRuleError as fault:
            raise RefusedError(fault.code, fault.field, fault.found, fault.expected) from None

    def _named(self, profile: FeedProfile | None, out: FileRecord) -> FileName:
        try:
            name = FileName(out.name.removesuffix(".gz"), 0, None) if profile is None else read_name(profile, out.name)
        except ValueError as error:
            raise RefusedError(Reason.WRONG_NAME, "file name", out.name, str(error)) from None
        out.identity, out.version, out.day = name.identity, name.version, name.day
        newest = max((one.version or 0 for one in self.state.versions(out.feed, name.identity)), default=0)
        if name.version < newest:
            raise RefusedError(Reason.OLD_VERSION, "version", str(name.version), f"at least {newest}, which is here already")
        return name

    def _read(self, profile: FeedProfile | None, path: Path, staged: Staged, out: FileRecord) -> None:
        try:
            out.format, read = self._reader(profile, path)
            staged.read(read)
        except UNREADABLE as error:
            raise RefusedError(Reason.BAD_FILE, "$", str(error), "a file that can be read to its end") from None
        out.newest_us, out.amounts, out.median_fen = staged.newest_us, staged.amounts, staged.median_fen
        out.faults, out.dead = Counter(staged.faults), staged.faults.total()
        log.debug("read %s", out.name)
        if staged.broken is not None:
            letter = staged.broken
            raise RefusedError(letter.code, letter.field, letter.found, letter.expected)

    @staticmethod
    def _require_unchanged(path: Path, before: os.stat_result) -> None:
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            expected = "a complete file, renamed into its place"
            raise RefusedError(Reason.BAD_FILE, "$", f"{before.st_size} bytes that became {after.st_size}", expected)

    @staticmethod
    def _reader(profile: FeedProfile | None, path: Path) -> tuple[str, Reader]:
        if not path.stat().st_size:  # a day without a movement
            return "empty", lambda _: iter(())
        name = detect(path) if profile is None or profile.format == "auto" else profile.format
        told = described(path, FORMATS[name])
        if profile is not None and profile.mapping is not None and profile.mapping not in _words(told):
            raise RefusedError(Reason.BAD_FILE, "$", told, f"a table of mapping {profile.mapping}")
        return told, FORMATS[name]

    def _require_usual_units(self, profile: FeedProfile | None, staged: Staged, record: FileRecord, out: FileRecord) -> None:
        """Hold a file whose amounts jump (DQ-11), unless a human has released it."""
        if record.status == RELEASED:
            out.reason = RELEASED
            return
        typical = profile.typical_fen if profile is not None else None
        history = self.state.medians(out.feed, AMOUNTS_MIN, HISTORY_FILES)
        jump = unit_jump(staged.median_fen, staged.amounts, history, typical)
        if jump is not None:
            out.status, out.reason, out.dead = HELD, f"{Reason.UNIT_JUMP}: {jump}", 0
            out.faults = Counter({Reason.UNIT_JUMP.value: 1})

    def _net(self, staged: Staged, out: FileRecord) -> None:
        """Let the file's reversals find what earlier files booked (DQ-08); in contract lines the sender has said it himself."""
        if not staged.takes_back or out.format == CONTRACT:
            return
        others = {one.identity: one for one in self.state.with_status(DONE, feed=out.feed) if one.identity != out.identity}
        recent = sorted(others.values(), key=lambda one: (one.newest_us or 0, one.id), reverse=True)
        kept = [(one.newest_us or 0, Batches(self._staged(one.id))) for one in recent if self._staged(one.id).exists()]
        staged.net(kept)
        log.debug("netted %s", out.name)

    def forget(self) -> None:
        """Drop what is kept of files so old that nothing can be compared with them any more."""
        for number in self.state.forget(self.clock()):
            self._staged(number).unlink(missing_ok=True)

    def tell_gaps(self) -> None:
        """Tell which days are missing by now, and which no longer (DQ-01)."""
        now = self.clock()
        for feed, profile in self.profiles.items():
            owed = missing_days(self.state, profile, now), accounts_of(self.state, profile)
            if self._owed.get(feed) == owed:
                continue
            items, flags = changes(self.state, feed, "", gaps_of(profile, *owed))
            self._send([to_batch("ref.items", items)] if items else [])
            self.sender.flush()
            log.debug("told %d gaps of %s", len(items), feed)
            self.state.write_flags(feed, "", flags)
            self._owed[feed] = owed

    def _send_difference(self, name: FileName, staged: Staged, out: FileRecord) -> dict[str, dict[Flag, FlagState]]:
        before = self.state.versions(out.feed, name.identity)
        versions = Versions(self.state, out.feed, out.id, [one.id for one in before])
        compared = [one for one in before if (one.finished_us or 0) >= self.clock() - FORGOTTEN_US]
        earlier: Iterable[pa.RecordBatch] = Batches(self._staged(compared[-1].id)) if compared else ()
        to_send = Batches(self.scratch / f"{out.id:06d}.sending")
        try:
            with BatchWriter(to_send.path) as writer:
                for batch in versions.of(staged.events, earlier):
                    writer.write(batch)
        except InexpressibleError as error:
            raise RefusedError(Reason.BAD_FILE, "$", str(error), "a version that differs by what can be corrected") from None
        log.debug("compared %s", out.name)
        profile = self.profiles.get(out.feed)
        numbered = profile is None or profile.numbered
        comparison = Comparison(self.state, out.feed, [one.id for one in before], staged.notes, numbered)
        wanted = {name.identity: flags_of(staged)} | comparison.flags
        changed = {origin: changes(self.state, out.feed, origin, flags) for origin, flags in wanted.items()}
        items = [item for some, _ in changed.values() for item in some]
        letters = list(comparison.letters(f"{out.feed}/{out.id:06d}-{out.name}"))
        self._send(to_send)
        self._send([to_batch("ref.items", items)] if items else [])
        self._send_dead([*staged.letters(), *letters])
        out.faults += Counter(letter.code.value for letter in letters)
        out.dead += len(letters)
        tally = versions.tally
        out.processed, out.duplicate = tally.sent, tally.duplicate
        out.corrected, out.reversed = tally.corrected, tally.reversed
        return {origin: flags for origin, (_, flags) in changed.items()}

    def _send(self, batches: Iterable[pa.RecordBatch]) -> None:
        for batch in batches:
            topic = IN_PREFIX + batch.schema.metadata[b"stream"].decode()
            log.debug("sending %d events to %s", batch.num_rows, topic)
            for part in fitting_parts(batch):
                self.sender.send(topic, ipc_bytes([part]), headers=ARROW_HEADERS)

    def _refuse(self, fault: BrokenRuleError, staged: Staged, out: FileRecord) -> None:
        """Tell why, with the dead letters that the file had; none of its events is sent (DQ-02)."""
        refusal = dead_letter(fault, f"{out.feed}/{out.id:06d}-{out.name}", b"")
        letters = [] if staged.broken is not None else [refusal]
        self._send_dead([*staged.letters(), *letters])
        out.status, out.reason = FAILED, f"{fault.code}: {fault}"
        out.faults = staged.faults + Counter(letter.code.value for letter in letters)
        out.dead = out.faults.total()
        staged.origins, staged.notes = set(), []

    def _send_dead(self, letters: Iterable[DeadLetter]) -> None:
        for letter in letters:
            self.sender.send(OUT_DEAD, encode_dead_letter(letter), letter.source.encode())
        self.sender.flush()

    def _staged(self, number: int) -> Path:
        return self.scratch / f"{number:06d}.events"

    def _tidy(self, record: FileRecord) -> None:
        """Keep staged events of the last accepted version of each file alone: what a next one is compared with."""
        numbers = [record.id] if record.status != DONE else []
        if record.status == DONE and record.identity is not None:
            numbers += [one.id for one in self.state.versions(record.feed, record.identity)][:-1]
        leftover = [self._staged(number) for number in numbers]
        leftover += [self._staged(record.id).with_suffix(suffix) for suffix in (".letters", ".sending", ".netted")]
        for path in leftover:
            path.unlink(missing_ok=True)


_words = re.compile(r"[^ (),]+").findall


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(HASHED_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
