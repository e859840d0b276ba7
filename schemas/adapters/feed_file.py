"""A feed's file as a stream of bytes: plain or gzip, known by its first bytes and not by its name."""

import gzip
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

HEAD_BYTES = 1 << 16
GZIP = b"\x1f\x8b"
# Statements shrink 10 to 60 times; deflate cannot do more than 1,032. What shrinks more than this was made to hurt.
RATIO_MAX = 400
RATIO_FROM = 1 << 20  # unpacked bytes from which the ratio is asked


class DamagedError(OSError):
    """A gzip file that is cut off or broken, or unpacks to far more than text does."""


BREAKS = (DamagedError,)  # what reading a file raises that is no fault of the machine


class _Unpacked(gzip.GzipFile):
    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def read(self, size: int | None = -1) -> bytes:
        try:
            chunk = super().read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedError(f"gzip: {error}") from None
        unpacked = self.tell()
        if unpacked > RATIO_FROM and unpacked > RATIO_MAX * self._packed.tell():
            raise DamagedError(f"unpacks to more than {RATIO_MAX} times its size")
        return chunk

    def close(self) -> None:
        super().close()
        self._packed.close()


def opened(path: Path) -> BinaryIO:
    """The bytes of the file, unpacked. Reading raises one of ``BREAKS`` where they end too early or too late."""
    file: Any = path.open("rb")
    start = file.read(2)
    file.seek(0)
    return cast(BinaryIO, _Unpacked(file) if start == GZIP else file)


def head(path: Path) -> bytes:
    """The first ``HEAD_BYTES`` unpacked bytes, for recognition; nothing where they cannot be read."""
    return start_of(path) if path.is_file() else b""


def start_of(path: Path) -> bytes:
    """As :func:`head`; OSError where there is no file."""
    try:
        with opened(path) as stream:
            return stream.read(HEAD_BYTES)
    except BREAKS:
        return b""


def has_element(start: bytes, names: tuple[bytes, ...]) -> bool:
    """Whether the head of an XML text opens an element of one of these local names, in any charset that is read."""
    plain = start.replace(b"\x00", b"")
    for name in names:
        at = plain.find(name)
        while at > 0:
            before, after = plain[at - 1 : at], plain[at + len(name) : at + len(name) + 1]
            if before in (b"<", b":") and after in (b">", b" ", b"\r", b"\n", b"\t", b"/"):
                return True
            at = plain.find(name, at + 1)
    return False
