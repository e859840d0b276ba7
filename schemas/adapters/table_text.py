"""The charset of a table, found by strict decoding, and its text as blocks of whole rows in UTF-8.

A mark decides; else NUL bytes mean UTF-16; else UTF-8 is tried and then GB18030, whatever the sender declared. A head that is all
ASCII decides nothing: the first byte beyond it does, wherever it comes. Bytes that are no text of the charset – a character cut
in half at a fixed length – become U+FFFD, and only their rows suffer.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from chuantou.schemas.dead_letters import BrokenRuleError, Reason

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
BLOCK_BYTES = 1 << 20
OPEN_MAX = 1 << 16  # bytes for which a quote may stay open
BROKEN_MAX = 100  # rows without an end
FIELD_MAX = 1 << 16  # characters of a cell


def candidates(head: bytes) -> tuple[str, ...]:
    """Charsets to try on the head of a file, the likeliest first."""
    for mark, charset in MARKS.items():
        if head.startswith(mark):
            return (charset,)
    if b"\x00" in head:
        return ("utf-16-le", "utf-16-be", "utf-8", "gb18030")
    return ("utf-8", "gb18030")


def head_texts(head: bytes) -> Iterator[tuple[str, str]]:
    """(charset, text) of the head of a file: strict readings first, then those with holes; its last character may be cut."""
    for errors in ("strict", "replace"):
        for charset in candidates(head):
            try:
                yield charset, codecs.getincrementaldecoder(charset)(errors).decode(head)
            except UnicodeDecodeError:
                continue


def regular_quotes(rows: bytes, delimiter: bytes) -> NDArray[np.int64] | None:
    """Where the quotes stand, if each opens a cell or closes one and none is doubled; None where some do otherwise."""
    text = np.frombuffer(b"\n" + rows + b"\n", np.uint8)
    quotes = np.flatnonzero(text == ord('"'))
    borders = np.array([ord("\n"), delimiter[0]], np.uint8)
    opening, closing = text[quotes[::2] - 1], text[quotes[1::2] + 1]
    return quotes - 1 if np.isin(opening, borders).all() and np.isin(closing, borders).all() else None


class BrokenTableError(ValueError):
    """The table cannot be read on; the message says why."""


class Rows:
    """Blocks of whole rows of a table as UTF-8 with plain newlines. ``charset`` is what is known by now."""

    def __init__(self, stream: BinaryIO, charset: str, head_is_ascii: bool, delimiter: str) -> None:
        self.stream, self.charset = stream, "ascii" if head_is_ascii and charset == "utf-8" else charset
        self.delimiter = delimiter.encode()
        self._opened = re.compile(rb'"(?<=[\n%b]")(?:[^"]|"")*+("?)' % re.escape(self.delimiter))
        self._wide = codecs.getincrementaldecoder(charset)("replace") if charset.startswith("utf-16") else None
        self._after_return = False
        self._broken = 0

    def blocks(self) -> Iterator[tuple[bytes, bool]]:
        """(whole rows, whether they can be read): a row whose quote does not close within ``OPEN_MAX`` bytes, or that has no end,
        comes alone and cannot.

        BrokenTableError after ``BROKEN_MAX`` such rows.
        """
        waiting = b""
        while chunk := self._chunk():
            waiting += chunk
            ready, waiting = self._cut(waiting)
            if ready:
                yield self._utf8(ready), True
            while len(waiting) > OPEN_MAX and b"\n" in waiting:
                end = waiting.find(b"\n") + 1
                yield self._lost(waiting[:end]), False
                ready, waiting = self._cut(waiting[end:])
                if ready:
                    yield self._utf8(ready), True
            if len(waiting) > BLOCK_BYTES:
                yield self._lost(waiting), False
                waiting = self._after_this_row()
        if waiting:
            yield self._utf8(waiting), True

    def _chunk(self) -> bytes:
        chunk = self.stream.read(BLOCK_BYTES)
        if self._wide:
            chunk = self._wide.decode(chunk, not chunk).encode()
        if self._after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:] or self._chunk()
        self._after_return = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in chunk else chunk

    def _cut(self, waiting: bytes) -> tuple[bytes, bytes]:
        """(rows that are complete, the rest): a newline inside quotes ends no row."""
        end = waiting.rfind(b"\n") + 1
        if b'"' in waiting and not self._closes(waiting[:end]):
            opened = [match.start() for match in self._opened.finditer(b"\n" + waiting[:end]) if not match[1]]
            end = waiting.rfind(b"\n", 0, max(opened[-1] - 1, 0)) + 1 if opened else end
        return waiting[:end], waiting[end:]

    def _closes(self, rows: bytes) -> bool:
        quotes = regular_quotes(rows, self.delimiter)
        return quotes is not None and len(quotes) % 2 == 0

    def _lost(self, row: bytes) -> bytes:
        self._broken += 1
        if self._broken > BROKEN_MAX:
            raise BrokenTableError(f"more than {BROKEN_MAX} rows without an end")
        return self._utf8(row[:OPEN_MAX])

    def _after_this_row(self) -> bytes:
        while chunk := self._chunk():
            _, newline, rest = chunk.partition(b"\n")
            if newline:
                return rest
        return b""

    def _utf8(self, ready: bytes) -> bytes:
        if self._wide or ready.isascii():
            return ready
        if self.charset == "ascii":
            self.charset = min(("utf-8", "gb18030"), key=lambda charset: ready.decode(charset, "replace").count("\ufffd"))
        text = ready.removeprefix(codecs.BOM_UTF8)
        return text.decode("gb18030" if self.charset == "gb18030" else "utf-8", "replace").encode()


def data_blocks(rows: Rows, above: int) -> Iterator[tuple[int, bytes, bool]]:
    """(line of the first row, rows, whether they can be read), from behind a header that stands below ``above`` lines."""
    line, left = 1, above + 1
    for block, readable in rows.blocks():
        while left and block:
            block = block.partition(b"\n")[2]
            line, left = line + 1, left - 1
        if block:
            yield line, block, readable
            line += block.count(b"\n")


def cells_of(first: int, block: bytes, delimiter: str) -> Iterator[tuple[str, bytes, list[str] | BrokenRuleError]]:
    """(line, row as it was written, its cells or why there are none) of a block that begins at line ``first``."""
    csv.field_size_limit(FIELD_MAX)
    reader = csv.reader(io.StringIO(block.decode("utf-8"), newline="\n"), delimiter=delimiter, strict=True)
    lines = block.split(b"\n")
    while True:
        start = reader.line_num
        row: list[str] | BrokenRuleError | None
        try:
            row = next(reader, None)
        except csv.Error as error:
            row = BrokenRuleError(Reason.BAD_FORMAT, "$", str(error), "a row of a table")
        if row is None:
            return
        yield str(first + start), b"\n".join(lines[start : reader.line_num])[:FIELD_MAX], row


def without_end(block: bytes) -> BrokenRuleError:
    """The fault of a row that `Rows` says cannot be read."""
    found = f"{len(block)} bytes without the end of the row"
    return BrokenRuleError(Reason.BAD_FORMAT, "$", found, "quotes that close and rows that end")
