"""What became of every file of every feed, and what each feed has told: one SQLite file, written in whole transactions.

A file is *claimed* (its row exists before it is moved), and then *done* (its events are on the broker), *failed* (refused as a
whole) or *held* (in quarantine). A held one becomes *released* or *discarded* by a human's word; a released one, done or failed.
The number of a file orders it among the others and is never given twice. Only the transaction that makes a file done counts it:
a crash before it leaves the numbers as they were.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from chuantou.schemas.adapters.notes import Note, decode_note, encode_note

CLAIMED, DONE, FAILED, HELD, RELEASED, DISCARDED = "claimed", "done", "failed", "held", "released", "discarded"
LOOKUP_MAX = 4_000  # keys a query; SQLite takes 32,766 parameters
FORGOTTEN_US = 400 * 86_400 * 1_000_000  # what is older is refused as too late anyway
SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
  id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, identity TEXT,
  version INTEGER, day INTEGER, sha256 TEXT, finished_us INTEGER, format TEXT, processed INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0, corrected INTEGER NOT NULL DEFAULT 0,
  reversed INTEGER NOT NULL DEFAULT 0, newest_us INTEGER, amounts INTEGER,
  median_fen INTEGER, faults TEXT NOT NULL DEFAULT '{}', reason TEXT);
CREATE INDEX IF NOT EXISTS file_of_feed ON file (feed, status, identity);
CREATE TABLE IF NOT EXISTS told (
  key BLOB PRIMARY KEY, digest BLOB NOT NULL, file INTEGER NOT NULL, shared INTEGER NOT NULL, gone INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flag (
  feed TEXT, origin TEXT, code TEXT, day INTEGER, account TEXT, number INTEGER NOT NULL, open INTEGER NOT NULL,
  PRIMARY KEY (feed, origin, code, day, account)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (feed TEXT, subject TEXT, file INTEGER, number INTEGER, note BLOB NOT NULL,
  PRIMARY KEY (feed, subject, file, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS note_of_file ON note (file);
CREATE TABLE IF NOT EXISTS origin (feed TEXT, kind TEXT, name TEXT, PRIMARY KEY (feed, kind, name)) WITHOUT ROWID;
"""
OF_THIS_FILE = """
CREATE TEMP TABLE IF NOT EXISTS now (
  key BLOB PRIMARY KEY, digest BLOB NOT NULL, file INTEGER NOT NULL, shared INTEGER NOT NULL, gone INTEGER NOT NULL
) WITHOUT ROWID;
"""


class Told(NamedTuple):
    """What was told under one key: a digest of its content, the last ``file`` that told it, whether files of several identities
    did, and the file that took it back (0: none)."""

    digest: bytes
    file: int
    shared: bool = False
    gone: int = 0


class Flag(NamedTuple):
    """A fault of one account on one day: ``GAP``, ``UNBALANCED`` or ``BATCH_OPAQUE``."""

    code: str
    day: int
    account: str


class FlagState(NamedTuple):
    """How often a flag was told, and whether it holds."""

    number: int
    open: bool


class FileRecord(msgspec.Struct, kw_only=True):
    """One file that was dropped; ``day`` is a day number, times are µs UTC, ``faults`` counts codes. ``corrected`` and
    ``reversed`` count what it changed of earlier ones; they are among ``processed``."""

    id: int
    feed: str
    name: str
    status: str
    identity: str | None = None
    version: int | None = None
    day: int | None = None
    sha256: str | None = None
    finished_us: int | None = None
    format: str | None = None
    processed: int = 0
    duplicate: int = 0
    dead: int = 0
    corrected: int = 0
    reversed: int = 0
    newest_us: int | None = None
    amounts: int | None = None
    median_fen: int | None = None
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    reason: str | None = None

    @property
    def received(self) -> int:
        """Events that the file told, with those taken back because a later version of it told them no more."""
        return self.processed + self.duplicate + self.dead


COLUMNS = FileRecord.__struct_fields__
SELECT = f"SELECT {', '.join(COLUMNS)} FROM file "


class FeedState:
    """The state in ``directory/feeds.sqlite``; created where it is missing."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(directory / "feeds.sqlite", timeout=30, isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {SCHEMA} {OF_THIS_FILE}")

    def close(self) -> None:
        self._db.close()

    # -- files ---------------------------------------------------------------------------------------------------

    def claim(self, feed: str, name: str) -> int:
        """Note that a file is about to be taken; its number."""
        number = self._db.execute("INSERT INTO file (feed, name, status) VALUES (?, ?, ?)", (feed, name, CLAIMED)).lastrowid
        assert number is not None
        return number

    def unclaim(self, number: int) -> None:
        """A claimed file was not there any more."""
        self._db.execute("DELETE FROM file WHERE id = ? AND status = ?", (number, CLAIMED))

    def file(self, number: int) -> FileRecord | None:
        return next(iter(self._files("WHERE id = ?", (number,))), None)

    def with_status(self, *statuses: str, feed: str | None = None) -> list[FileRecord]:
        """Files of one feed or all, by number."""
        where = f"WHERE status IN ({', '.join('?' * len(statuses))})" + ("" if feed is None else " AND feed = ?")
        return self._files(where, (*statuses, *([] if feed is None else [feed])))

    def versions(self, feed: str, identity: str) -> list[FileRecord]:
        """The accepted versions of one file, by number."""
        return self._files("WHERE feed = ? AND status = ? AND identity = ?", (feed, DONE, identity))

    def medians(self, feed: str, least: int, last: int) -> list[int]:
        """Median amounts of the ``last`` accepted files with at least ``least`` amounts; a file that a human released begins a
        new history."""
        asked = """SELECT median_fen FROM file WHERE feed = :feed AND status = :done AND amounts >= :least AND id >= (
          SELECT coalesce(max(id), 0) FROM file WHERE feed = :feed AND status = :done AND reason = :released)
          ORDER BY id DESC LIMIT :last"""
        values = {"feed": feed, "done": DONE, "released": RELEASED, "least": least, "last": last}
        return [fen for (fen,) in self._db.execute(asked, values)]

    def decide(self, feed: str, status: str) -> list[FileRecord]:
        """A human's word about the held files of a feed (``RELEASED`` or ``DISCARDED``); the files concerned."""
        held = self.with_status(HELD, feed=feed)
        self._db.execute("UPDATE file SET status = ? WHERE feed = ? AND status = ?", (status, feed, HELD))
        return held

    def feeds(self) -> list[str]:
        """Feeds that ever dropped a file."""
        return [feed for (feed,) in self._db.execute("SELECT DISTINCT feed FROM file ORDER BY feed")]

    def days(self, feed: str) -> set[int]:
        """Days of which a file was accepted."""
        asked = "SELECT DISTINCT day FROM file WHERE feed = ? AND status = ? AND day IS NOT NULL"
        return {day for (day,) in self._db.execute(asked, (feed, DONE))}

    def names(self, feed: str, kind: str) -> list[str]:
        """What a feed has spoken of: its ``source`` ids, or the ``account`` ids whose balances or opening it told; sorted."""
        asked = "SELECT name FROM origin WHERE feed = ? AND kind = ? ORDER BY name"
        return [name for (name,) in self._db.execute(asked, (feed, kind))]

    def _files(self, where: str, values: Sequence[Any]) -> list[FileRecord]:
        rows = self._db.execute(f"{SELECT} {where} ORDER BY id", values)
        return [self._record(row) for row in rows]

    @staticmethod
    def _record(row: Sequence[Any]) -> FileRecord:
        fields = dict(zip(COLUMNS, row))
        return FileRecord(**{**fields, "faults": Counter(msgspec.json.decode(fields["faults"]))})

    # -- events --------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Forget what :meth:`note` noted of a file that was not finished."""
        self._db.execute("DELETE FROM now")

    def look_up(self, keys: Sequence[bytes]) -> dict[bytes, Told]:
        """What was told under these keys, this file included."""
        found: dict[bytes, Told] = {}
        for start in range(0, len(keys), LOOKUP_MAX):
            some = keys[start : start + LOOKUP_MAX]
            marks = ", ".join("?" * len(some))
            for table in ("told", "now"):
                asked = f"SELECT key, digest, file, shared, gone FROM {table} WHERE key IN ({marks})"
                found |= {key: Told(digest, file, bool(shared), gone) for key, digest, file, shared, gone in
                          self._db.execute(asked, some)}  # fmt: skip
        return found

    def note(self, told: Iterable[tuple[bytes, Told]]) -> None:
        """What the file at hand tells; it counts from :meth:`finish` on."""
        rows = [(key, *entry) for key, entry in told]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO now VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def finish(
        self,
        record: FileRecord,
        origins: Iterable[tuple[str, str]] = (),
        flags: Mapping[str, Mapping[Flag, FlagState]] | None = None,
        notes: Sequence[Note] = (),
    ) -> None:
        """Make a file done, failed or held, in one transaction with what :meth:`note` noted where it is done.

        ``flags`` are by origin; ``notes`` take the place of those of earlier versions of the file.
        """
        fields = {name: getattr(record, name) for name in COLUMNS}
        fields["faults"] = msgspec.json.encode(dict(sorted(record.faults.items()))).decode()
        changes = ", ".join(f"{name} = :{name}" for name in COLUMNS if name != "id")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if record.status == DONE:
                self._db.execute("INSERT OR REPLACE INTO told SELECT * FROM now")
                named = [(record.feed, kind, name) for kind, name in origins]
                self._db.executemany("INSERT OR IGNORE INTO origin VALUES (?, ?, ?)", named)
                self._replace_notes(record, notes)
            self._db.execute(f"UPDATE file SET {changes} WHERE id = :id", fields)
            for origin, told in (flags or {}).items():
                self._write_flags(record.feed, origin, told)

    # -- notes ---------------------------------------------------------------------------------------------------

    def subjects(self, feed: str, files: Iterable[int] | None = None) -> list[str]:
        """What there are notes of, from all files of a feed or from these; sorted."""
        if files is None:
            rows = self._db.execute("SELECT DISTINCT subject FROM note WHERE feed = ?", (feed,))
            return sorted(subject for (subject,) in rows)
        found: set[str] = set()
        for file in files:
            found |= {subject for (subject,) in self._db.execute("SELECT DISTINCT subject FROM note WHERE file = ?", (file,))}
        return sorted(found)

    def notes(self, feed: str, subject: str, but_of: Collection[int] = ()) -> list[Note]:
        """The notes about one subject, in the order in which their files were accepted, but those of some files."""
        asked = "SELECT file, note FROM note WHERE feed = ? AND subject = ? ORDER BY file, number"
        return [decode_note(note) for file, note in self._db.execute(asked, (feed, subject)) if file not in but_of]

    def _replace_notes(self, record: FileRecord, notes: Sequence[Note]) -> None:
        versions = "SELECT id FROM file WHERE feed = ? AND status = ? AND identity = ?"
        self._db.execute(f"DELETE FROM note WHERE file IN ({versions})", (record.feed, DONE, record.identity))
        rows = [(record.feed, note.subject, record.id, number, encode_note(note)) for number, note in enumerate(notes)]
        self._db.executemany("INSERT INTO note VALUES (?, ?, ?, ?, ?)", rows)

    # -- flags ---------------------------------------------------------------------------------------------------

    def flags(self, feed: str, origin: str | None = None) -> dict[Flag, FlagState]:
        """What was told of the accounts of a feed: because of one file (an identity), of what several say together of a subject
        (``/`` and its name: no file is called so), of the calendar (``""``), or of any."""
        asked = "SELECT code, day, account, number, open FROM flag WHERE feed = ?" + ("" if origin is None else " AND origin = ?")
        rows = self._db.execute(asked, (feed,) if origin is None else (feed, origin))
        return {Flag(code, day, account): FlagState(number, bool(holds)) for code, day, account, number, holds in rows}

    def write_flags(self, feed: str, origin: str, flags: Mapping[Flag, FlagState]) -> None:
        """In one transaction."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._write_flags(feed, origin, flags)

    def _write_flags(self, feed: str, origin: str, flags: Mapping[Flag, FlagState]) -> None:
        rows = [(feed, origin, *flag, *state) for flag, state in flags.items()]
        self._db.executemany("INSERT OR REPLACE INTO flag VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def flagged(self, feed: str) -> list[str]:
        """Accounts of which a flag holds, sorted."""
        asked = "SELECT DISTINCT account FROM flag WHERE feed = ? AND open ORDER BY account"
        return [account for (account,) in self._db.execute(asked, (feed,))]

    def forget(self, now_us: int) -> list[int]:
        """Drop the keys and notes of files finished so long ago that the engine refuses what they repeat; their numbers."""
        old = "SELECT id FROM file WHERE finished_us < ?"
        for table in ("told", "note"):
            self._db.execute(f"DELETE FROM {table} WHERE file IN ({old})", (now_us - FORGOTTEN_US,))
        return [number for (number,) in self._db.execute(old, (now_us - FORGOTTEN_US,))]
