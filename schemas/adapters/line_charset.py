"""Lines in any charset that exporters write, as UTF-8: a mark decides, else the first line beyond ASCII does.

Contract lines are UTF-8; files of them come marked, in UTF-16 or in GB18030 all the same. Once a file has shown what it is, a
line that is not is left as it came, for the decoder to refuse.
"""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(line: bytes, charset: str) -> str | None:
    """The line as text; None where it is none of that charset.

    >>> text_of("盐城".encode("gb18030"), "utf-8"), text_of("盐城".encode("gb18030"), "gb18030")
    (None, '盐城')
    """
    try:
        return line.decode(charset)
    except UnicodeDecodeError:
        return None


def unmarked(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The stream in chunks of about ``size`` bytes, without its mark; UTF-16 as UTF-8, its broken characters as U+FFFD."""
    chunk = stream.read(size)
    if chunk.startswith(UTF16_MARKS):
        wide = codecs.getincrementaldecoder("utf-16")("replace")
        while chunk:
            yield wide.decode(chunk).encode()
            chunk = stream.read(size)
        yield wide.decode(b"", final=True).encode()
        return
    chunk = chunk.removeprefix(codecs.BOM_UTF8)
    while chunk:
        yield chunk
        chunk = stream.read(size)


class LineCharset:
    """What the lines of one file are written in, as far as they have shown it: None, ``utf-8`` or ``gb18030``."""

    def __init__(self) -> None:
        self.charset: str | None = None

    def utf8(self, lines: bytes) -> bytes:
        """Whole lines in UTF-8.

        >>> file = LineCharset()
        >>> [file.utf8(text).decode() for text in (b"a", "盐".encode("gb18030"))]
        ['a', '盐']
        """
        if self.charset == "utf-8" or lines.isascii():
            return lines
        out = lines.split(b"\n")
        for number, line in enumerate(out):
            if line.isascii():
                continue
            if self.charset is None and text_of(line, "utf-8") is not None:
                self.charset = "utf-8"
                return lines  # nothing before it was anything but ASCII, or text at all
            text = text_of(line, "gb18030")
            if text is not None:
                self.charset = "gb18030"
                out[number] = text.encode()
        return b"\n".join(out)
