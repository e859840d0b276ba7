"""Bytes of a text in any charset that Chinese banks send, as UTF-8 chunks (catalogue §8, DQ-10).

The mark of the order of bytes decides, else the zeros of UTF-16. Otherwise all is ASCII until the first chunk that is not: there
the declaration decides unless the content speaks against it – what is declared UTF-8 (or nothing) and is not, is GB18030 if it
decodes strictly; what is declared GB18030 and reads as UTF-8 with ``SURE`` characters or more is UTF-8: for GB18030 text the odds
of that are below one in a million. Decoding is strict: not one character is replaced or dropped.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 16
SURE = 8
CHINESE = frozenset({"gb18030", "gbk", "gb2312", "cp936"})
UNICODE = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"})
UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


class CharsetError(ValueError):
    """The bytes are no text of a charset that is read."""


class Utf8Chunks:
    """The chunks of a stream as UTF-8, with a way to give a part of one back. CharsetError where the text breaks."""

    def __init__(self, stream: BinaryIO) -> None:
        self._chunks = _utf8(stream)
        self._back = b""

    def __iter__(self) -> "Utf8Chunks":
        return self

    def __next__(self) -> bytes:
        if self._back:
            chunk, self._back = self._back, b""
            return chunk
        return next(self._chunks)

    def give_back(self, rest: bytes) -> None:
        """What the next step of the iteration begins with."""
        self._back = rest + self._back


def _utf8(stream: BinaryIO) -> Iterator[bytes]:
    chunk = stream.read(CHUNK)
    wide = UTF16.get(chunk[:2])
    if wide is not None:
        yield from _decoded(stream, chunk, wide)
        return
    declared = _DECLARED.search(chunk[:400])
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    chunk = chunk.removeprefix(codecs.BOM_UTF8)
    while chunk and chunk.isascii():
        yield chunk
        chunk = stream.read(CHUNK)
    if chunk:
        yield from _decoded(stream, chunk, _charset(chunk, name))


def _decoded(stream: BinaryIO, chunk: bytes, charset: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        while chunk:
            yield decoder.decode(chunk).encode("utf-8")
            chunk = stream.read(CHUNK)
        yield decoder.decode(b"", True).encode("utf-8")
    except UnicodeError as error:
        raise CharsetError(f"not {charset}: {getattr(error, 'reason', error)}") from None


def _charset(chunk: bytes, declared: str) -> str:
    characters = _characters(chunk, "utf-8")
    if declared in UNICODE:
        if characters is not None:
            return "utf-8"
    elif characters is not None and characters >= SURE:
        return "utf-8"
    elif declared not in CHINESE:
        raise CharsetError(f"declared {declared}: UTF-8, UTF-16 and GB18030 are read")
    if _characters(chunk, "gb18030") is None:
        raise CharsetError("neither UTF-8 nor GB18030")
    return "gb18030"


def _characters(chunk: bytes, charset: str) -> int | None:
    """How many characters beyond ASCII the chunk has in that charset; None where it is none. Its last one may be cut."""
    try:
        text = codecs.getincrementaldecoder(charset)().decode(chunk)
    except UnicodeDecodeError:
        return None
    return len(text) - len(text.encode("ascii", "ignore"))
