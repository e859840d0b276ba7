"""Excel workbooks (.xlsx) of the tables that mappings know, row by row, as contract transfers.

Every sheet in which a mapping finds its header is read. Cells are taken as the file writes them, not as floats: a number keeps
the 15 digits that Excel itself vouches for, so that an amount is exact or a dead letter; a number of more digits – an account
that somebody stored as a number – has lost its last ones, and costs its row. Dates are serials of the 1900 or 1904 calendar.

A workbook is a zip of XML, and hostile until proven otherwise: entries, sizes, ratios, strings, rows and columns are bounded, and
a document type or an entity is refused (`workbook_xml`).
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Context, Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from chuantou.schemas.adapters.mapping import Mapping, Time, mappings
from chuantou.schemas.adapters.site import party_key
from chuantou.schemas.adapters.table_rows import BLANKS, TableRows
from chuantou.schemas.adapters.told import Told
from chuantou.schemas.adapters.workbook_xml import Element, XmlCell, elements
from chuantou.schemas.adapters.xml_stream import HostileXmlError
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown

NAME = "xlsx"
ZIP = b"PK\x03\x04"
WORKBOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
SHEET = re.compile(r"xl/worksheets/([^/]+)\.xml\Z")
ENTRIES_MAX = 1_000
UNPACKED_MAX = 1 << 30  # bytes of all entries
RATIO_MAX = 200  # unpacked to packed, of an entry above `SMALL`; real sheets reach 30
SMALL = 1 << 20
STRINGS_MAX, CHARACTERS_MAX = 2_000_000, 32_000_000  # of the table of shared strings
ROWS_MAX, COLUMNS_MAX = 1_048_576, 500  # rows: what Excel itself can hold
HEADER_ROWS = 60
DIGITS_MAX = 15
FIFTEEN = Context(prec=DIGITS_MAX)
ISO = "%Y-%m-%d %H:%M:%S"
CALENDARS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
FIRST_SERIAL = 61  # below, the 1900 calendar is off by its 29 February 1900, a day that never was
LAST_SERIAL = 2_958_465  # 9999-12-31
NUMBER = re.compile(r"-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?\Z")


class Cell(NamedTuple):
    """``text`` of a cell, and whether the file holds it as a number."""

    text: str
    is_number: bool


class Row(NamedTuple):
    place: str
    cells: list[Cell]

    @property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells]


class Workbook:
    """An open workbook. HostileXmlError, zipfile.BadZipFile or OSError where it cannot be read on."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        _guard(archive)
        self.archive = archive
        self.strings: list[str] = []
        self.starts_1904 = False
        entries = archive.namelist()
        if WORKBOOK in entries:
            properties = next(self._elements(WORKBOOK, "workbookPr"), None)
            self.starts_1904 = properties is not None and properties.attributes.get("date1904") in ("1", "true")
        self.sheets = sorted((found[1], name) for name in entries if (found := SHEET.match(name)))
        if STRINGS in entries:
            self.strings = self._shared()

    def rows(self, entry: str, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that the file holds; empty ones in between are not made up."""
        for number, element in enumerate(self._elements(entry, "row"), 1):
            if number > ROWS_MAX:
                raise HostileXmlError(f"more than {ROWS_MAX} rows")
            yield Row(f"{sheet}!{element.attributes.get('r', number)}", self._cells(element))

    def _elements(self, entry: str, name: str) -> Iterator[Element]:
        with self.archive.open(entry) as stream:
            yield from elements(stream, name)

    def _shared(self) -> list[str]:
        strings: list[str] = []
        characters = 0
        for element in self._elements(STRINGS, "si"):
            strings.append(element.text)
            characters += len(element.text)
            if len(strings) > STRINGS_MAX or characters > CHARACTERS_MAX:
                raise HostileXmlError(f"more than {STRINGS_MAX} shared strings or {CHARACTERS_MAX} characters in them")
        return strings

    def _cells(self, row: Element) -> list[Cell]:
        cells: list[Cell] = []
        for cell in row.cells:
            at = _column(cell.reference, len(cells))
            if not len(cells) <= at < COLUMNS_MAX:
                raise HostileXmlError(f"cell {cell.reference!r}: expected columns in order, at most {COLUMNS_MAX}")
            cells += [Cell("", False)] * (at - len(cells))
            cells.append(self._cell(cell))
        return cells

    def _cell(self, cell: XmlCell) -> Cell:
        value = cell.text
        if cell.kind == "s":
            known = value.isascii() and value.isdigit() and len(value) < 8 and int(value) < len(self.strings)
            return Cell(self.strings[int(value)] if known else f"#{value}", False)
        return Cell(value, cell.kind in ("", "n") and NUMBER.match(value) is not None)


def detects(path: Path) -> bool:
    """Whether it is a workbook with a sheet in which a mapping finds its header."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(4) != ZIP:
            return False
    try:
        with _opened(path) as book:
            return any(_header(book, entry, sheet) is not None for sheet, entry in book.sheets)
    except UNREADABLE:
        return False


def describe(path: Path) -> str:
    """Format and mappings."""
    try:
        with _opened(path) as book:
            found = [header[0].name for sheet, entry in book.sheets if (header := _header(book, entry, sheet)) is not None]
    except UNREADABLE:
        return NAME
    return f"{NAME} ({', '.join(found)})"


def read(path: Path) -> Iterator[Told]:
    """Every row that moves money, sheet by sheet; memory grows with the table of shared strings alone."""
    try:
        with _opened(path) as book:
            known = False
            for sheet, entry in book.sheets:
                header = _header(book, entry, sheet)
                if header is not None:
                    known = True
                    yield from _sheet(book, entry, sheet, *header)
            if not known:
                expected = f"the columns of one of {', '.join(mapping.name for mapping in mappings())}"
                raise BrokenRuleError(Reason.BAD_FILE, "$", "no known header in any sheet", expected)
    except BrokenRuleError as fault:
        yield Told("", b"", fault)
    except UNREADABLE as error:
        yield Told("", b"", BrokenRuleError(Reason.BAD_FILE, "$", str(error)[:200], "a workbook that can be read to its end"))


# RuntimeError: an encrypted entry; NotImplementedError: a method of compression that zipfile does not know
UNREADABLE = (HostileXmlError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError)


@contextmanager
def _opened(path: Path) -> Iterator[Workbook]:
    with zipfile.ZipFile(path) as archive:
        yield Workbook(archive)


def _guard(archive: zipfile.ZipFile) -> None:
    """Refuse a bomb by what its directory says; zipfile never unpacks more of an entry than is said there."""
    entries = archive.infolist()
    if len(entries) > ENTRIES_MAX:
        raise HostileXmlError(f"{len(entries)} entries, at most {ENTRIES_MAX}")
    if sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise HostileXmlError(f"more than {UNPACKED_MAX} bytes unpacked")
    for entry in entries:
        if entry.file_size > max(SMALL, RATIO_MAX * entry.compress_size):
            raise HostileXmlError(f"{entry.filename}: {entry.compress_size} bytes unpack to {entry.file_size}")


def _header(book: Workbook, entry: str, sheet: str) -> tuple[Mapping, list[str], int] | None:
    """(mapping, rows above as text, number of them) of the first mapping that knows a sheet."""
    above: list[str] = []
    for row in book.rows(entry, sheet):
        names = {text.strip(BLANKS) for text in row.texts}
        for mapping in mappings():
            if names.issuperset(mapping.requires):
                return mapping, above, len(above)
        above.append(",".join(row.texts))
        if len(above) == HEADER_ROWS:
            break
    return None


def _sheet(book: Workbook, entry: str, sheet: str, mapping: Mapping, above: list[str], skipped: int) -> Iterator[Told]:
    rows = book.rows(entry, sheet)
    for _ in range(skipped):
        next(rows)
    header = next(rows).texts
    dated = msgspec.structs.replace(mapping, time=Time(mapping.time.columns, [*mapping.time.formats, ISO]))
    table = TableRows(dated, header, above, party_key() if mapping.hides else b"")
    times = [table.place.get(name, -1) for name in mapping.time.columns]
    for row in rows:
        texts, raw = row.texts, "\t".join(row.texts).encode()
        texts += [""] * (len(header) - len(texts))  # empty cells at the end of a row are not in the file
        fault = None
        for i, cell in enumerate(row.cells):
            if cell.is_number:
                plain = _plain(cell.text)
                if plain is None:
                    found = f"number {cell.text}"
                    name = header[i] if i < len(header) else "$"
                    fault = BrokenRuleError(Reason.BAD_FORMAT, name, shown(found), f"text, or a number of {DIGITS_MAX} digits")
                else:
                    texts[i] = _time(plain, times.index(i), len(times), book.starts_1904) if i in times else plain
        told = Told(row.place, raw, fault) if fault is not None else table.told(row.place, raw, texts)
        if told is not None:
            yield told


def _plain(number: str) -> str | None:
    """A number in digits, of the 15 that Excel vouches for; None where its whole part alone has more."""
    value = FIFTEEN.create_decimal(number)
    if value and value.adjusted() >= DIGITS_MAX:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _time(number: str, part: int, parts: int, starts_1904: bool) -> str:
    """A number in a time column as ISO text: a serial or `20160620`; in a second column `93000` or a share of a day."""
    value = Decimal(number)
    if part > 0:
        if value < 1:
            return str((dt.datetime.min + dt.timedelta(seconds=round(value * 86_400) % 86_400)).time())
        padded = number.zfill(6)
        return f"{padded[:2]}:{padded[2:4]}:{padded[4:]}" if len(padded) == 6 else number
    if number.isdigit() and len(number) == 8:
        return f"{number[:4]}-{number[4:6]}-{number[6:]}{'' if parts > 1 else ' 00:00:00'}"
    if not (0 if starts_1904 else FIRST_SERIAL) <= value <= LAST_SERIAL:
        return number
    moment = CALENDARS[starts_1904] + dt.timedelta(days=int(value), seconds=round(value % 1 * 86_400))
    return moment.date().isoformat() if parts > 1 else moment.strftime(ISO)


def _column(reference: str, default: int) -> int:
    """0-based column of a reference such as `AB12`; ``default`` where there is none."""
    letters = reference.rstrip("0123456789")
    if not letters:
        return default
    if len(letters) > 3 or not letters.isascii() or not letters.isupper():
        return COLUMNS_MAX
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
