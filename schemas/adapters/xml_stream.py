"""Hostile XML of many small records, fast: stdlib expat, no document type, no entities, limits on everything, constant memory.

A layout says which elements make records and which texts in them are kept, by paths of local names: versions of a message
differ by namespace and hardly by structure. The reader walks a tree of the paths that it has met, so an element costs a look-up;
depth and names are bounded where that tree grows, texts where they are kept, and the bytes of one record whatever is in them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from xml.parsers import expat

from chuantou.schemas.adapters.charsets import CharsetError, Utf8Chunks

DEPTH_MAX = 40
TEXT_MAX = 1 << 16  # characters of one element
ATTRIBUTES_MAX = 32  # of one element, and times as many different ones in the document
NAME_MAX = 128  # characters
TOKEN_MAX = 1 << 18  # bytes of one tag, comment or instruction
PLACES_MAX = 10_000  # different paths of elements
PARTS_MAX = 50_000  # parts that one record collects, such as the details of a batch
RECORD_BYTES_MAX = 64 << 20  # between the ends of two records

Values = dict[str, Any]


class HostileXmlError(ValueError):
    """The document is refused, or cannot be read on; the message says why and where."""


@dataclass(frozen=True)
class Part:
    """An element that makes a record.

    ``fields``: a path inside it, ``path@attribute`` or ``//name`` (at any depth) -> the key of its text; of several texts for one
    key the first counts, for a ``joined`` key all, with blanks between. ``parts``: a path -> the record that it makes: collected
    in a list under its name, or, if ``streamed``, given out as soon as it has ended.
    """

    name: str
    fields: Mapping[str, str]
    parts: "Mapping[str, Part]" = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    streamed: bool = False

    @cached_property
    def attributes(self) -> dict[str, list[tuple[str, str]]]:
        """The attributes among the fields: path -> (attribute, key)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path, key in self.fields.items():
            at, _, attribute = path.partition("@")
            if attribute:
                found.setdefault(at, []).append((attribute, key))
        return found


class Record(NamedTuple):
    """A streamed part: ``begun`` before the first streamed part inside it, with what was known then; not ``begun`` at its end.

    ``values`` has texts and, under the names of collected parts, lists of such; ``cut`` is true where a list met its bound.
    """

    name: str
    values: Values
    begun: bool = False


class _Open:
    """A part at its place in the document."""

    __slots__ = ("outer", "part", "told", "values")

    def __init__(self, part: Part, outer: "_Open | None") -> None:
        self.part, self.outer, self.told = part, outer, False
        self.values: Values = {}


class _Place(dict[str, "_Place"]):
    """One path of the document, with its children by name, which come into being as they are met."""

    __slots__ = ("attributes", "depth", "ends", "joined", "kept", "key", "outer", "owner", "path", "reader")

    def __init__(self, reader: "_Reader", outer: "_Place | None", local: str) -> None:
        self.reader = reader
        self.outer: _Place = outer if outer is not None else self
        self.depth: int = 0 if outer is None else outer.depth + 1
        self.owner: _Open | None = None if outer is None else outer.owner
        self.path: str = local if outer is None or not outer.path else f"{outer.path}/{local}"
        part = reader.part_at(self, local)
        self.ends: _Open | None = None  # the part that ends where this element ends
        if part is not None:
            self.owner = self.ends = _Open(part, self.owner)
            self.path = ""
        fields = self.owner.part.fields if self.owner is not None else {}
        self.key = None if part is not None else fields.get(self.path) or fields.get(f"//{local}")
        self.joined = self.owner is not None and self.key in self.owner.part.joined
        self.kept: Values = self.owner.values if self.owner is not None else {}
        self.attributes = self.owner.part.attributes.get(self.path, ()) if self.owner is not None and part is None else ()

    def __missing__(self, name: str) -> "_Place":
        if len(name) > NAME_MAX:
            raise HostileXmlError(f"a name of more than {NAME_MAX} characters")
        if self.depth == DEPTH_MAX:
            raise HostileXmlError(f"more than {DEPTH_MAX} levels")
        self.reader.places += 1
        if self.reader.places > PLACES_MAX:
            raise HostileXmlError(f"more than {PLACES_MAX} different paths of elements")
        self[name] = place = _Place(self.reader, self, name.rpartition(":")[2])
        return place


def records(chunks: Utf8Chunks, layout: Mapping[str, Part], several: bool = False) -> Iterator[Record]:
    """The streamed parts of one document, in its order.

    ``layout`` holds the outermost parts by local name; ``*`` is any child of the root. With ``several`` the document may be
    followed by something else, which is given back to ``chunks``. HostileXmlError for a document type or an entity, for what
    is no XML, and where a limit is met: what came before was given, and the rest is given back.
    """
    reader = _Reader(layout)
    parser = reader.parser
    fed = 0
    chunk = b""
    try:
        for chunk in chunks:
            fed += len(chunk)
            parser.Parse(chunk, False)
            reader.check(fed)
            yield from reader.taken()
        chunk = b""
        parser.Parse(b"", True)
        yield from reader.taken()
    except expat.ExpatError as error:
        yield from reader.taken()
        chunks.give_back(chunk[max(parser.ErrorByteIndex - fed + len(chunk), 0) :])
        if not (several and reader.ended()):
            raise HostileXmlError(f"line {error.lineno}, column {error.offset}: {expat.ErrorString(error.code)}") from None
    except (HostileXmlError, CharsetError) as error:
        yield from reader.taken()
        chunks.give_back(chunk[max(parser.CurrentByteIndex - fed + len(chunk), 0) + 1 :])
        raise HostileXmlError(f"line {parser.CurrentLineNumber}: {error}") from None


class _Reader:
    """The parser with its handlers, and the records that have ended but were not taken yet."""

    def __init__(self, layout: Mapping[str, Part]) -> None:
        self.layout = layout
        self.done: list[Record] = []
        self.text: list[str] = []
        self.places = self.parts = 0
        self.attributes: set[str] = set()
        self.given = 0  # bytes of the document up to the last record
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler, self.depth = self._handlers()
        self.parser.CharacterDataHandler = self.text.append
        self.parser.StartDoctypeDeclHandler = _refuse("a document type")
        self.parser.EntityDeclHandler = _refuse("an entity declaration")
        self.parser.ExternalEntityRefHandler = _refuse("an external entity")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def part_at(self, place: _Place, local: str) -> Part | None:
        """The part that begins at a new place, if one does."""
        if place.owner is not None:
            return place.owner.part.parts.get(place.path)
        return self.layout.get(local) or (self.layout.get("*") if place.depth == 2 else None)

    def _handlers(self) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None], Callable[[], int]]:
        """Closures and not methods: they run twice an element."""
        text, take, finish = self.text, self._take, self._finish
        place = _Place(self, None, "")

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal place
            if text:
                if place.key is not None and not "".join(text).isspace():
                    raise HostileXmlError(f"{name}: text before it in the same element")
                text.clear()
            place = place[name]
            if attributes:
                take(place, attributes)

        def end(name: str) -> None:
            nonlocal place
            if text:
                key = place.key
                if key is not None:
                    value = (text[0] if len(text) == 1 else "".join(text)).strip()
                    if len(value) > TEXT_MAX:
                        raise HostileXmlError(f"{name}: more than {TEXT_MAX} characters")
                    values = place.kept
                    if value and key not in values:
                        values[key] = value
                    elif value and place.joined and len(values[key]) < TEXT_MAX:
                        values[key] += " " + value
                text.clear()
            if place.ends is not None:
                finish(place.ends)
            place = place.outer

        return start, end, lambda: place.depth

    def ended(self) -> bool:
        """Whether the root has ended, so that what follows is no part of the document."""
        return self.places > 0 and self.depth() == 0

    def _take(self, place: _Place, attributes: dict[str, str]) -> None:
        if not attributes.keys() <= self.attributes:
            self.attributes.update(attributes)
            if max(map(len, attributes)) > NAME_MAX or len(self.attributes) > ATTRIBUTES_MAX**2:
                raise HostileXmlError("too many or too long names of attributes")
        if len(attributes) > ATTRIBUTES_MAX or max(map(len, attributes.values())) > TEXT_MAX:
            raise HostileXmlError("too many or too long attributes")
        for name, key in place.attributes:
            value = attributes.get(name)
            if value is not None:
                place.kept.setdefault(key, value.strip())

    def _finish(self, open_: _Open) -> None:
        values, part, outer = open_.values.copy(), open_.part, open_.outer
        if part.streamed:
            self._announce(outer)
            if not open_.told and any(inner.streamed for inner in part.parts.values()):
                self._announce(open_)
            self.done.append(Record(part.name, values))
            self.parts = 0
        elif outer is not None:
            self.parts += 1
            if self.parts <= PARTS_MAX:
                outer.values.setdefault(part.name, []).append(values)
            else:
                outer.values["cut"] = True
        open_.told = False
        open_.values.clear()

    def _announce(self, open_: _Open | None) -> None:
        if open_ is not None and not open_.told:
            self._announce(open_.outer)
            open_.told = True
            self.done.append(Record(open_.part.name, open_.values.copy(), begun=True))

    def check(self, fed: int) -> None:
        """The bounds that no element tells of: what lies between two of them."""
        if sum(map(len, self.text)) > TEXT_MAX:
            raise HostileXmlError(f"more than {TEXT_MAX} characters without an element")
        if fed - self.parser.CurrentByteIndex > TOKEN_MAX:
            raise HostileXmlError(f"a tag, comment or attributes of more than {TOKEN_MAX} bytes")
        if self.done:
            self.given = fed
        if fed - self.given > RECORD_BYTES_MAX:
            raise HostileXmlError(f"more than {RECORD_BYTES_MAX} bytes in one record")

    def taken(self) -> list[Record]:
        done, self.done = self.done, []
        return done


def _refuse(what: str) -> Callable[..., int]:
    def handler(*_: object) -> int:
        raise HostileXmlError(f"{what} is refused")

    return handler
