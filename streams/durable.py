"""Files that survive a power cut: written and flushed, then renamed, then their directory flushed."""

import os
from pathlib import Path


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
