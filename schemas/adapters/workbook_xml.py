"""The XML inside a workbook, element by element: stdlib expat, no document type, no entities, limits on everything.

Rows and shared strings are all that a table needs of it: an outer element with its cells, of each its reference, its kind and its
text. What Excel wrote about how something is read aloud (``rPh``) is no text.
"""

from collections.abc import Iterator
from typing import IO, NamedTuple, NoReturn
from xml.parsers import expat

from chuantou.schemas.adapters.xml_stream import HostileXmlError

CHUNK = 1 << 16
DEPTH_MAX = 40
TEXT_MAX = 1 << 16  # characters of one cell
TOKEN_MAX = 1 << 18  # bytes of one tag
CELLS_MAX = 20_000  # of one row; Excel holds 16,384


class XmlCell(NamedTuple):
    """``reference`` such as `B7` and ``kind`` such as `s` as the file states them, empty where it does not."""

    reference: str
    kind: str
    text: str


class Element(NamedTuple):
    """One outer element: its attributes, its cells, and the text outside of cells."""

    attributes: dict[str, str]
    cells: list[XmlCell]
    text: str


def elements(stream: IO[bytes], name: str) -> Iterator[Element]:
    """Every element called ``name``, by local names, as soon as it has ended.

    HostileXmlError for a document type or an entity, for what is no XML, and where a limit is met; what came before was given.
    """
    reader = _Reader(name)
    parser, fed = reader.parser, 0
    try:
        while chunk := stream.read(CHUNK):
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > TOKEN_MAX:
                raise HostileXmlError(f"a tag of more than {TOKEN_MAX} bytes")
            yield from reader.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        yield from reader.taken()
        raise HostileXmlError(f"line {error.lineno}, column {error.offset}: {expat.ErrorString(error.code)}") from None
    except HostileXmlError:
        yield from reader.taken()
        raise
    yield from reader.taken()


class _Reader:
    def __init__(self, name: str) -> None:
        self.name, self.done = name, list[Element]()
        self.depth = self.phonetic = self.length = 0
        self.attributes: dict[str, str] | None = None
        self.cells: list[XmlCell] = []
        self.cell: tuple[str, str] | None = None
        self.inner: list[str] = []  # text of the cell
        self.outer: list[str] = []  # text beside cells
        self.taking = False
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self.start, self.end, self.text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise HostileXmlError(f"more than {DEPTH_MAX} levels")
        local = name.rpartition(":")[2]
        if self.attributes is None:
            if local == self.name:
                self.attributes = attributes
        elif local == "c":
            self.cell = (attributes.get("r", ""), attributes.get("t", ""))
        elif local == "rPh":
            self.phonetic += 1
        else:
            self.taking = local in ("v", "t") and not self.phonetic

    def end(self, name: str) -> None:
        self.depth -= 1
        self.taking = False
        if self.attributes is None:
            return
        local = name.rpartition(":")[2]
        if local == "c" and self.cell is not None:
            if len(self.cells) == CELLS_MAX:
                raise HostileXmlError(f"more than {CELLS_MAX} cells in a row")
            self.cells.append(XmlCell(*self.cell, "".join(self.inner)))
            self.cell, self.length = None, 0
            self.inner.clear()
        elif local == "rPh":
            self.phonetic -= 1
        elif local == self.name:
            self.done.append(Element(self.attributes, self.cells, "".join(self.outer)))
            self.attributes, self.cells, self.length = None, [], 0
            self.outer.clear()

    def text(self, text: str) -> None:
        if self.taking:
            self.length += len(text)
            if self.length > TEXT_MAX:
                raise HostileXmlError(f"more than {TEXT_MAX} characters in a cell")
            (self.outer if self.cell is None else self.inner).append(text)

    def taken(self) -> list[Element]:
        done, self.done = self.done, []
        return done


def _refuse(*_: object) -> NoReturn:
    raise HostileXmlError("a document type or an entity is refused")
