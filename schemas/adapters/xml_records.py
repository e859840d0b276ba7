"""Hostile XML read record by record: stdlib expat, no document type, no entities, limits on everything, constant memory.

A record is a small tree for each element of a wanted name; what stands around it is given as the text of the path so far. Names
are local names: versions of a message differ by namespace and hardly by structure.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import BinaryIO
from xml.parsers import expat

CHUNK = 1 << 16
DEPTH_MAX = 40
TEXT_MAX = 1 << 16  # characters of one element
NODES_MAX = 200_000  # elements of one record: a batch entry may hold thousands of details
ATTRIBUTES_MAX = 32
NAMES_MAX = 10_000  # different names of elements
NOTHING: dict[str, str] = {}


_ENCODING = re.compile(rb"""(<\?xml[^>]*encoding\s*=\s*["'])([\w.-]+)(["'])""")


class HostileXmlError(ValueError):
    """The document is refused, or cannot be read on; the message says why and where."""


class Node:
    """One element: local ``name``, ``text``, ``attributes`` and ``children`` in order."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes, self.text = name, attributes, ""
        self.children: list[Node] = []

    def all(self, path: str) -> "list[Node]":
        """Descendants by a path of names such as ``NtryDtls/TxDtls``."""
        found = [self]
        for name in _steps(path):
            found = [child for node in found for child in node.children if child.name == name]
            if not found:
                break
        return found

    def first(self, *paths: str) -> "Node | None":
        """The first descendant on the first path that leads anywhere."""
        return next((node for path in paths for node in self.all(path)), None)

    def get(self, *paths: str) -> str | None:
        """The stripped text of that descendant; None where there is none or it is empty."""
        for path in paths:
            for node in self.all(path):
                if node.text.strip():
                    return node.text.strip()
        return None


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def records(stream: BinaryIO, wanted: frozenset[str]) -> Iterator[Node]:
    """Every outermost element whose local name is wanted, as soon as it has ended.

    HostileXmlError for a DOCTYPE or an entity, for what is no XML, and where a limit is met; what came before was given.
    """
    parser, reader = expat.ParserCreate(namespace_separator=" "), _Reader(wanted)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse("a document type")
    parser.EntityDeclHandler = _refuse("an entity declaration")
    parser.ExternalEntityRefHandler = _refuse("an external entity")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        for chunk in _utf8(stream):
            parser.Parse(chunk, False)
            yield from reader.taken()
        parser.Parse(b"", True)
        yield from reader.taken()
    except expat.ExpatError as error:
        yield from reader.taken()
        raise HostileXmlError(f"line {error.lineno}, column {error.offset}: {expat.ErrorString(error.code)}") from None
    except HostileXmlError as error:
        yield from reader.taken()
        raise HostileXmlError(f"line {parser.CurrentLineNumber}: {error}") from None


def _utf8(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes as expat reads them: GB18030, which it does not know, becomes UTF-8, whatever the declaration says of it."""
    chunk = stream.read(CHUNK)
    declared = _ENCODING.search(chunk[:200])
    chinese = declared is not None and declared[2].lower() in (b"gb18030", b"gbk", b"gb2312")
    if not chinese and not (chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or _reads(chunk, "utf-8")):
        chinese = _reads(chunk, "gb18030")
    if not chinese:
        while chunk:
            yield chunk
            chunk = stream.read(CHUNK)
        return
    decoder = codecs.getincrementaldecoder("gb18030")()
    chunk = _ENCODING.sub(rb"\1utf-8\3", chunk, count=1)
    try:
        while chunk:
            yield decoder.decode(chunk).encode("utf-8")
            chunk = stream.read(CHUNK)
        yield decoder.decode(b"", True).encode("utf-8")
    except UnicodeDecodeError as error:
        raise HostileXmlError(f"not {error.encoding} at byte {error.start} of a block: {error.reason}") from None


def _reads(head: bytes, charset: str) -> bool:
    """Whether the head of a file is text of the charset; its last character may be cut."""
    try:
        codecs.getincrementaldecoder(charset)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _refuse(what: str) -> Callable[..., int]:
    def handler(*_: object) -> int:
        raise HostileXmlError(f"{what} is refused")

    return handler


class _Reader:
    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.depth = self.nodes = 0
        self.local: dict[str, str] = {}  # local name by qualified name
        self.open: list[Node] = []
        self.done: list[Node] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise HostileXmlError(f"more than {DEPTH_MAX} levels")
        if attributes and (len(attributes) > ATTRIBUTES_MAX or max(map(len, attributes.values())) > TEXT_MAX):
            raise HostileXmlError("too many or too long attributes")
        local = self.local.get(name)
        if local is None:
            if len(self.local) == NAMES_MAX:
                raise HostileXmlError(f"more than {NAMES_MAX} names of elements")
            local = self.local[name] = name.rpartition(" ")[2]
        if not self.open and local not in self.wanted:
            return
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise HostileXmlError(f"more than {NODES_MAX} elements in one record")
        node = Node(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()} if attributes else NOTHING)
        if self.open:
            self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.open:
            node = self.open.pop()
            if not self.open:
                self.done.append(node)
                self.nodes = 0

    def text(self, text: str) -> None:
        if self.open:
            node = self.open[-1]
            node.text += text
            if len(node.text) > TEXT_MAX:
                raise HostileXmlError(f"{node.name}: more than {TEXT_MAX} characters")

    def taken(self) -> list[Node]:
        done, self.done = self.done, []
        return done
