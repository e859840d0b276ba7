"""`chuantou ingest --watch`: sweeps over a drop folder, one after the other, until somebody ends it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chuantou.schemas.feed_profiles import load_profiles
from chuantou.schemas.signatures import require_secret
from chuantou.streams.durable import exclusive_lock
from chuantou.streams.feeds.desk import Desk
from chuantou.streams.feeds.drop_folder import SETTLED_S, DropFolder
from chuantou.streams.feeds.state import FeedState, FileRecord
from chuantou.streams.sending import Sender
from chuantou.streams.topics import ensure_topics

PAUSE_S = 1.0
STATE = "state"
STAGED = "staged"


class SiteInUseError(RuntimeError):
    """Another process watches for this site."""


def now_us() -> int:
    """µs since the epoch."""
    return time.time_ns() // 1_000


@contextmanager
def opened(directory: Path, site: Path, broker: str, settled_s: float = SETTLED_S) -> Iterator[DropFolder]:
    """The drop folder ``directory`` of a site, and all that it needs. SiteInUseError, BrokerError, ValueError of a profile."""
    profiles = load_profiles(site)
    for feed, profile in profiles.items():
        if profile.signed_by is not None:
            require_secret(profile.signed_by, feed)
        (directory / feed).mkdir(parents=True, exist_ok=True)
    state_directory = site / STATE
    state_directory.mkdir(parents=True, exist_ok=True)
    lock = exclusive_lock(state_directory / "lock")
    if lock is None:
        raise SiteInUseError(f"{state_directory} is in use by another process that watches")
    with lock:
        ensure_topics(broker)
        state, sender = FeedState(state_directory), Sender(broker)
        try:
            desk = Desk(state, state_directory / STAGED, profiles, sender, now_us)
            desk.forget()
            yield DropFolder(directory, desk, settled_s)
        finally:
            sender.close()
            state.close()


def watch(directory: Path, site: Path, broker: str, once: bool = False, stop: threading.Event | None = None) -> list[FileRecord]:
    """Sweep until ``stop`` is set, or ``once``; the files of the last sweep. Errors as of :func:`opened` and ``sweep``."""
    stop = stop or threading.Event()
    with opened(directory, site, broker) as folder:
        while True:
            finished = folder.sweep()
            if once or stop.wait(PAUSE_S):
                return finished
