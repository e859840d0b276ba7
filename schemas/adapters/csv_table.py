"""Bank statements as CSV, read by a mapping (`mapping`), as contract transfers.

The first line that holds all column names which a mapping requires is the header, whatever stands above it. Rows go through
columns (`csv_columns`) where they are plain and cell by cell (`table_rows`) where they are not; both say the same. A row that
cannot be read is a dead letter with its line; the rest goes on.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from chuantou.schemas.adapters.csv_columns import PlainColumns
from chuantou.schemas.adapters.feed_file import BREAKS, HEAD_BYTES, opened, start_of
from chuantou.schemas.adapters.mapping import Mapping, mappings
from chuantou.schemas.adapters.site import party_key
from chuantou.schemas.adapters.table_rows import BLANKS, TableRows
from chuantou.schemas.adapters.table_text import BrokenTableError, Rows, cells_of, data_blocks, head_texts, without_end
from chuantou.schemas.adapters.told import Block, Told, held_to_contract
from chuantou.schemas.dead_letters import BrokenRuleError, Reason

NAME = "csv"
HEADER_LINES = 60  # within which the header must stand
COLUMNS_MAX = 500


class Header(NamedTuple):
    """How a file is to be read: its mapping and charset, the lines above the header, and the names in it."""

    mapping: Mapping
    charset: str
    above: list[str]
    names: list[str]
    is_ascii: bool


def detects(path: Path) -> bool:
    """Whether a mapping finds its header in the head of the file."""
    return path.is_file() and header_of(path) is not None


def describe(path: Path) -> str:
    """Format, mapping and charset."""
    found = header_of(path)
    return NAME if found is None else f"{NAME} ({found.mapping.name}, {found.charset})"


def read(path: Path) -> Iterator[Told]:
    """Every row that moves money, cell by cell, in the order of the file; memory does not grow with it."""
    try:
        header, rows, own_road = _opened(path)
        with rows.stream:
            for first, block, readable in data_blocks(rows, len(header.above)):
                yield from _cells(own_road, first, block) if readable else [_unreadable(first, block)]
    except (BrokenRuleError, BrokenTableError, *BREAKS) as error:
        yield Told("", b"", as_fault(error))


def read_blocks(path: Path) -> Iterator[Block]:
    """The same as batches of columns and dead letters."""
    try:
        header, rows, own_road = _opened(path)
        plain = PlainColumns(own_road, len(header.names))
        with rows.stream:
            for first, block, readable in data_blocks(rows, len(header.above)):
                columns = plain.read(block) if readable else None
                if columns is not None:
                    others = (own_road.told(str(first + i), raw, row) for i, raw, row in columns.others)
                    told = [one for one in others if one is not None]
                else:
                    told = list(_cells(own_road, first, block)) if readable else [_unreadable(first, block)]
                batches, dead = held_to_contract(told, str(path))
                yield ([columns.batch] if columns is not None and columns.batch.num_rows else []) + batches, dead, len(block)
    except (BrokenRuleError, BrokenTableError, *BREAKS) as error:
        yield *held_to_contract([Told("", b"", as_fault(error))], str(path)), 0


def header_of(path: Path) -> Header | None:
    """The header of the first mapping that knows the file, in the likeliest charset; None where none does."""
    head = start_of(path)
    for charset, text in head_texts(head):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        whole = lines if len(head) < HEAD_BYTES else lines[:-1]
        for number, line in enumerate(whole[:HEADER_LINES]):
            for mapping in mappings():
                if mapping.requires[0] in line:
                    names = next(csv.reader([line], delimiter=mapping.delimiter), [])
                    if {name.strip(BLANKS) for name in names}.issuperset(mapping.requires):
                        return Header(mapping, mapping.charset or charset, lines[:number], names, head.isascii())
    return None


def as_fault(error: Exception) -> BrokenRuleError:
    """Why a file cannot be read on, as the rule that it breaks."""
    return error if isinstance(error, BrokenRuleError) else BrokenRuleError(Reason.BAD_FILE, "$", str(error)[:200], "a table")


def _opened(path: Path) -> tuple[Header, Rows, TableRows]:
    header = header_of(path)
    if header is None:
        expected = f"the columns of one of {', '.join(mapping.name for mapping in mappings())}"
        raise BrokenRuleError(Reason.BAD_FILE, "$", "no known header", expected)
    if len(header.names) > COLUMNS_MAX:
        raise BrokenRuleError(Reason.BAD_FILE, "$", f"{len(header.names)} columns", f"at most {COLUMNS_MAX} columns")
    rows = TableRows(header.mapping, header.names, header.above, party_key() if header.mapping.hides else b"")
    return header, Rows(opened(path), header.charset, header.is_ascii, header.mapping.delimiter), rows


def _cells(own_road: TableRows, first: int, block: bytes) -> Iterator[Told]:
    for place, raw, row in cells_of(first, block, own_road.mapping.delimiter):
        told = Told(place, raw, row) if isinstance(row, BrokenRuleError) else own_road.told(place, raw, row)
        if told is not None:
            yield told


def _unreadable(first: int, block: bytes) -> Told:
    return Told(str(first), block, without_end(block))
