"""Files that survive a power cut – written and flushed, then renamed, then their directory flushed – and locks of one process."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import BinaryIO


def write_durably(path: Path, data: bytes) -> None:
    """Write a file and flush it; its name is safe once its directory is flushed too."""
    path.write_bytes(data)
    flush_to_disk(path)


def flush_to_disk(path: Path) -> None:
    """Make a file, or the names in a directory, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exclusive_lock(path: Path) -> BinaryIO | None:
    """A lock that ends with the process at the latest; None where another one holds it."""
    lock = path.open("ab")
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    lock.close()
    return None
