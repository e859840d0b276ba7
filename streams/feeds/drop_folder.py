"""The drop folder: finished files are taken in, sent, and moved to ``done/``, ``failed/`` or ``held/``.

    DIR/<feed>/STMT_20160620.xml            dropped by the sender, best by renaming it into place
    DIR/.taken/<feed>/000012-STMT_….xml     ours alone, until its fate is written down
    DIR/done/<feed>/000012-STMT_….xml       its events are on the broker; also failed/ and held/

A sender needs no more than its own folder.

A file is taken when nothing about it has changed for ``SETTLED_S``. In this order: its row is written, its signature – beside
it as ``FILE.sig``, wherever it lies – and it are moved to ``.taken``, it is read, compared, sent, its fate written in one
transaction, and both moved to where they belong. A crash between any two steps leaves the row and the place of the file, and
these two say what is left to do (docs/feeds/operations.md).
"""

import logging
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from chuantou.schemas.feed_profiles import is_feed_name
from chuantou.schemas.signatures import SUFFIX as SIGNATURE
from chuantou.schemas.signatures import signature_of
from chuantou.streams.durable import flush_to_disk
from chuantou.streams.feeds.desk import Desk
from chuantou.streams.feeds.state import CLAIMED, DISCARDED, DONE, FAILED, HELD, RELEASED, FileRecord

log = logging.getLogger(__name__)

SETTLED_S = 5.0
FILES_IN_TURN = 100  # of one feed before the next one has its turn
TAKEN = ".taken"
NAME_BYTES_MAX = 200  # a name may have 255, and gets a number before it and the signature's one ``.sig`` behind it
PLACES = {CLAIMED: TAKEN, DONE: "done", FAILED: "failed", HELD: "held", RELEASED: "held", DISCARDED: "failed"}
UNFINISHED = (".tmp", ".part", ".filepart", ".swp", ".crdownload")  # names that senders give to what is under way
_numbered = re.compile(r"([0-9]{6,})-(.+)", re.DOTALL).fullmatch


class DropFolder:
    """One drop folder. The state of ``desk`` must belong to this process alone."""

    def __init__(self, directory: Path, desk: Desk, settled_s: float = SETTLED_S) -> None:
        self.directory, self.desk, self.settled_s = directory, desk, settled_s

    def sweep(self) -> list[FileRecord]:
        """Finish what a crash left, obey what humans have decided, take what was dropped; the files finished now.

        BrokerError and OSError leave everything so that the next sweep goes on.
        """
        out: list[FileRecord] = []
        for feed in self._feeds():
            self._tidy(feed)
            for record in self.desk.state.with_status(CLAIMED, RELEASED, feed=feed):
                path = self._path(record)
                if path.exists():
                    out.append(self._finish(record, path))
            for _ in range(FILES_IN_TURN):
                dropped = None if self.desk.state.with_status(HELD, feed=feed) else self._next(feed)
                if dropped is None:
                    break
                out.append(self._finish(*self._claim(feed, dropped)))
        self.desk.tell_gaps()
        return out

    def _feeds(self) -> list[str]:
        return sorted(child.name for child in self.directory.iterdir() if child.is_dir() and is_feed_name(child.name))

    def _tidy(self, feed: str) -> None:
        """Bring every file that was taken to the place that its row names, and drop rows whose file was never taken."""
        for place in (TAKEN, PLACES[HELD]):
            for path in _files(self.directory / place / feed):
                match = _numbered(path.name)
                record = self.desk.state.file(int(match[1])) if match else None
                if record is None or record.feed != feed:
                    raise OSError(f"{path}: not a file that this state has taken; put it back among the dropped ones")
                target = self._path(record)
                if PLACES[record.status] != place:
                    self._move(path, target if path.name == target.name else signature_of(target))
        for record in self.desk.state.with_status(CLAIMED, feed=feed):
            if not self._path(record).exists():
                self._put_back(record)
                self.desk.state.unclaim(record.id)

    def _put_back(self, record: FileRecord) -> None:
        """The signature of a file that was not taken; one that has been dropped since is the newer one."""
        taken, dropped = signature_of(self._path(record)), self.directory / record.feed / (record.name + SIGNATURE)
        if taken.exists() and dropped.exists():
            taken.unlink()
        elif taken.exists():
            self._move(taken, dropped)

    def _next(self, feed: str) -> Path | None:
        """The dropped file that settled first."""
        now = time.time()
        ready = []
        paths = {path.name: path for path in _files(self.directory / feed)}
        for name, path in paths.items():
            seen = [one.stat() for one in (path, paths.get(name + SIGNATURE)) if one is not None]
            newest = max(max(one.st_ctime, one.st_mtime) for one in seen)
            if not name.endswith((*UNFINISHED, SIGNATURE)) and now - newest >= self.settled_s:
                ready.append((seen[0].st_mtime_ns, name, path))
        return min(ready)[-1] if ready else None

    def _claim(self, feed: str, dropped: Path) -> tuple[FileRecord, Path]:
        name = _readable(dropped.name)
        record = FileRecord(id=self.desk.state.claim(feed, name), feed=feed, name=name, status=CLAIMED)
        log.debug("claimed %s", name)
        path = self._path(record)
        signature = self._dropped_signature(dropped)
        if signature is not None:
            self._move(signature, signature_of(path))
            log.debug("took the signature of %s", name)
        self._move(dropped, path)
        log.debug("took %s", name)
        return record, path

    def _finish(self, record: FileRecord, path: Path) -> FileRecord:
        done = self.desk.take(record, path)
        if signature_of(path).exists():
            self._move(signature_of(path), signature_of(self._path(done)))
        self._move(path, self._path(done))
        log.debug("moved %s", done.name)
        log.info("%s/%s: %s, in %d = sent %d + duplicate %d + dead %d%s", done.feed, done.name, done.status, done.received,
                 done.processed, done.duplicate, done.dead, f" ({done.reason})" if done.reason else "")  # fmt: skip
        return done

    @staticmethod
    def _dropped_signature(dropped: Path) -> Path | None:
        """It is found by the name as it is read: after a crash it may have been put back under that one."""
        wanted = _readable(dropped.name) + SIGNATURE
        return next((path for path in _files(dropped.parent) if path == signature_of(dropped) or path.name == wanted), None)

    def _path(self, record: FileRecord) -> Path:
        return self.directory / PLACES[record.status] / record.feed / f"{record.id:06d}-{record.name}"

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        """Rename durably; a file that is there already is never overwritten."""
        if source == target:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise FileExistsError(17, "is there already", str(target))
        source.rename(target)
        flush_to_disk(target.parent)
        flush_to_disk(source.parent)


def _files(directory: Path) -> Iterator[Path]:
    """Ordinary files: no link can point at what the sender may not read."""
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if path.is_file() and not path.is_symlink() and not _is_hidden(path):
            yield path


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _readable(name: str) -> str:
    """A file's name as text that fits: one that is not UTF-8 is GB18030, as older systems write it; of a long one the end."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "backslashreplace")
    return text.encode()[-NAME_BYTES_MAX:].decode("utf-8", "ignore")
