"""The plain rows of a table as columns: what `table_rows` says of a row, said of a hundred thousand at once.

Plain is a row whose cells all have the form that the mapping leads one to expect: a time of fixed width, an amount above zero
in digits, accounts that fit, known words. Everything else, and every block that a lenient reader of CSV could take for something
else (doubled quotes, quotes amid a cell, newlines in quotes, bytes that were no text), is left to the exact road.
"""

import io
import re
from collections.abc import Callable
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from chuantou.schemas.adapters.table_rows import BLANKS, MEMO_MAX, NOBODY, SERIAL_MAX, TableRows, leg_hash
from chuantou.schemas.adapters.table_text import regular_quotes
from chuantou.schemas.clock import DAY_US, SECOND_US, SHANGHAI_US
from chuantou.schemas.columns import ARROW
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.schemas.text import text_buffers

TRANSFERS = ARROW["clr.transfers"]
ACCOUNT_MAX = 64
WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
GROUPED = r"^[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?$"
PLAIN_AMOUNT = {"yuan": r"^-?[0-9]{1,13}(?:\.[0-9]{1,2})?$", "fen": r"^-?[0-9]{1,15}$"}

Mask = NDArray[np.bool_]
Texts: TypeAlias = pa.StringArray


class Plain(NamedTuple):
    """Transfers, and the rows that need the exact road: (number in the block, as it was written, cells)."""

    batch: pa.RecordBatch
    others: list[tuple[int, bytes, list[str]]]


class PlainColumns:
    """Reads blocks of one table; ``rows`` is its exact road, ``width`` the number of columns in its header."""

    def __init__(self, rows: TableRows, width: int) -> None:
        self.rows, self.mapping, self.width = rows, rows.mapping, width
        self._layouts = [layout for form in self.mapping.time.formats if (layout := _layout(form)) is not None]

    def read(self, block: bytes) -> Plain | None:
        """The rows of a block of UTF-8 lines; None where the exact road has to read all of it."""
        if b"\x00" in block or b"\xef\xbf\xbd" in block:
            return None
        if b'"' in block and regular_quotes(block, self.mapping.delimiter.encode()) is None:
            return None
        table, odd = self._parsed(block)
        if table.num_rows + len(odd) != block.count(b"\n") + (not block.endswith(b"\n")):
            return None
        cells = {name: self._column(table, name) for name in self.mapping.columns}
        n = table.num_rows
        moves, good = self._moving(cells, n)
        incoming, fen, plain = self._amounts(cells, n)
        time, timed = self._times(cells, n)
        debtor, creditor, own, fitting = self._accounts(cells, incoming, n)
        good &= moves & plain & timed & fitting
        numbers = np.setdiff1d(np.arange(n + len(odd)), np.array([number for number, _ in odd], np.int64), assume_unique=True)
        others = [(int(numbers[i]), i) for i in np.flatnonzero(moves & ~good)]
        moved = {"debtor_account": debtor, "creditor_account": creditor}
        moved |= {"event_time": pa.array(time), "amount_fen": pa.array(fen)}
        batch = self._batch(cells, np.flatnonzero(good), own, moved, table)
        lines = block.split(b"\n") if others or odd else []
        left = [(number, lines[number], [column[i].as_py() for column in table.columns]) for number, i in others]
        return Plain(batch, sorted(left + [(number, lines[number], cells) for number, cells in odd]))

    def _parsed(self, block: bytes) -> tuple[pa.Table, list[tuple[int, list[str]]]]:
        """(the rows of the right width, the others by number): an empty line is one of the others and says nothing."""
        odd: list[tuple[int, list[str]]] = []

        def keep(row: Any) -> str:
            odd.append((row.number - 1, row.text.split(self.mapping.delimiter)))
            return "skip"

        names = [str(i) for i in range(self.width)]
        table = arrow_csv.read_csv(
            io.BytesIO(block),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            arrow_csv.ParseOptions(delimiter=self.mapping.delimiter, invalid_row_handler=keep, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
        return table.combine_chunks(), odd

    def _column(self, table: pa.Table, name: str) -> Texts:
        at = self.rows.place.get(name)
        if at is None or not table.num_rows:
            return pa.array([""] * table.num_rows, pa.string())
        return pc.utf8_trim(table.column(at).chunk(0), BLANKS)

    def _moving(self, cells: dict[str, Texts], n: int) -> tuple[Mask, Mask]:
        """(rows that move money or are wrong, rows whose words are known)."""
        m, moves, good = self.mapping, np.zeros(n, bool), np.ones(n, bool)
        for name in m.time.columns:
            moves |= _mask(pc.not_equal(cells[name], ""))
        if m.status is not None:
            booked = _by_word(cells[m.status.column], lambda word: _quiet(self.rows.is_booked, word))
            moves &= booked != NOTHING
            good &= booked == KNOWN
        if m.currency is not None:
            good &= _mask(pc.is_in(cells[m.currency.column], pa.array(m.currency.accept)))
        return moves, good

    def _amounts(self, cells: dict[str, Texts], n: int) -> tuple[Mask, NDArray[np.int64], Mask]:
        """(whether money came in, fen, whether the amount is plain)."""
        a = self.mapping.amount
        if a.value is None:
            debit, credit = (_fen(cells[str(name)], a.unit) for name in (a.debit, a.credit))
            plain = debit.plain & credit.plain & ((debit.fen > 0) != (credit.fen > 0)) & (debit.fen >= 0) & (credit.fen >= 0)
            return credit.fen > 0, debit.fen + credit.fen, plain
        value = _fen(cells[a.value], a.unit)
        if a.signed:
            return value.fen > 0, np.abs(value.fen), value.plain & (value.fen != 0)
        sign = _by_word(cells[str(a.side)], lambda word: _quiet(self.rows.sign, word))
        return sign == 1, value.fen, value.plain & (value.fen > 0) & np.isin(sign, (1, -1))

    def _times(self, cells: dict[str, Texts], n: int) -> tuple[NDArray[np.int64], Mask]:
        columns = [cells[name] for name in self.mapping.time.columns]
        text = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " ")
        starts, data = text_buffers(text)
        time, known = np.zeros(n, np.int64), np.zeros(n, bool)
        for layout in self._layouts:
            rows = np.flatnonzero(~known & (np.diff(starts) == layout.length))
            if len(rows):
                time[rows], known[rows] = layout.read(data[starts[rows][:, None] + np.arange(layout.length)])
        return time, known

    def _accounts(self, cells: dict[str, Texts], incoming: Mask, n: int) -> tuple[Texts, Texts, Texts, Mask]:
        m = self.mapping
        if self.rows.own is not None:
            own = pa.repeat(pa.scalar(self.rows.own, pa.string()), n)
        else:
            own = self._shown(cells[str(m.account.column)], m.account.hidden, m.account.prefix)
        named = cells[m.counterparty.account]
        shown = self._shown(named, m.counterparty.hidden, m.counterparty.prefix)
        other = pc.if_else(pc.is_in(named, pa.array(NOBODY)), f"external:{m.source}", shown)
        side = pa.array(incoming)
        fitting = np.ones(n, bool)
        for account in (own, other):
            length = pc.utf8_length(account).to_numpy(zero_copy_only=False)
            fitting &= (length > 0) & (length <= ACCOUNT_MAX)
        return pc.if_else(side, other, own), pc.if_else(side, own, other), own, fitting

    def _shown(self, column: Texts, hidden: bool, prefix: str) -> Texts:
        if not hidden and not prefix:
            return column
        known = column.dictionary_encode()
        words = [self.rows.shown(word, hidden, prefix) for word in known.dictionary.to_pylist()]
        return pc.take(pa.array(words, pa.string()), known.indices)

    def _batch(
        self, cells: dict[str, Texts], good: NDArray[np.int64], own: Texts, moved: dict[str, pa.Array], table: pa.Table
    ) -> pa.RecordBatch:
        m, n, rows = self.mapping, len(good), pa.array(good)
        told: dict[str, pa.Array] = {name: column.take(rows) for name, column in moved.items()}
        for name, value in (("source_id", m.source), ("op", "NEW"), ("version", 1), ("status", "BOOKED")):
            told[name] = pa.repeat(pa.scalar(value, TRANSFERS.field(name).type), n)
        told["event_id"] = self._ids(cells, good, own.take(rows), told, table)
        memo = _joined_memo([cells[name].take(rows) for name in m.memo])
        if memo is not None:
            told["memo"] = memo
        columns = [told.get(field.name, pa.nulls(n, field.type)) for field in TRANSFERS]
        return pa.RecordBatch.from_arrays(columns, schema=TRANSFERS)

    def _ids(
        self, cells: dict[str, Texts], good: NDArray[np.int64], own: Texts, told: dict[str, pa.Array], table: pa.Table
    ) -> Texts:
        rows, serials = pa.array(good), pa.array([""] * len(good), pa.string())
        for name in reversed(self.mapping.id):
            here = cells[name].take(rows)
            serials = pc.if_else(pc.equal(here, ""), serials, here)
        time, fen = (pc.cast(told[name], pa.string()) for name in ("event_time", "amount_fen"))
        legs = pc.binary_join_element_wise(time, told["debtor_account"], told["creditor_account"], fen, "|")
        hashes = pa.array(list(map(leg_hash, pc.cast(legs, pa.binary()).to_pylist())), pa.string())
        contents = pc.binary_join_element_wise(pc.utf8_slice_codeunits(serials, 0, SERIAL_MAX), hashes, ":")
        if pc.any(pc.equal(serials, "")).as_py():
            contents = pa.array(map(self._content, contents.to_pylist(), serials.to_pylist(), good.tolist(), repeat(table)))
        return pc.binary_join_element_wise(own, contents, ":")

    def _content(self, content: str, serial: str, row: int, table: pa.Table) -> str:
        if serial:
            return content
        return self.rows.numbered("|".join(column[row].as_py().strip(BLANKS) for column in table.columns).encode())


NOTHING, KNOWN, WRONG = 0, 1, -9


def _quiet(ask: Callable[[str], int | None], word: str) -> int:
    """What the exact road says of a word: `NOTHING` for one that moves nothing, `WRONG` for one that it does not know."""
    try:
        said = ask(word)
    except BrokenRuleError:
        return WRONG
    return NOTHING if said is None else int(said)


def _by_word(column: Texts, meaning: Callable[[str], int]) -> NDArray[np.int64]:
    """The meaning of each cell of a column of few words."""
    known = column.dictionary_encode()
    said = np.array([meaning(word) for word in known.dictionary.to_pylist()] or [WRONG], np.int64)
    return said[known.indices.to_numpy(zero_copy_only=False)]


class _Amounts(NamedTuple):
    fen: NDArray[np.int64]
    plain: Mask


def _fen(column: Texts, unit: str) -> _Amounts:
    """Fen of each amount; 0 and plain where the cell is empty, 0 where it is not plain."""
    if pc.any(pc.match_substring(column, "¥")).as_py() or pc.any(pc.match_substring(column, "￥")).as_py():
        column = pc.replace_substring_regex(column, r"^[¥￥]\s*", "")
    if pc.any(pc.match_substring(column, ",")).as_py():
        grouped = pc.match_substring_regex(column, GROUPED)
        column = pc.if_else(grouped, pc.replace_substring(column, ",", ""), column)
    empty = pc.equal(column, "")
    if unit not in PLAIN_AMOUNT:
        return _Amounts(np.zeros(len(column), np.int64), _mask(empty))
    plain = pc.match_substring_regex(column, PLAIN_AMOUNT[unit])
    digits = pc.if_else(plain, column, "0")
    if unit == "fen":
        fen = pc.cast(digits, pa.int64()).to_numpy()
    else:
        exact = pc.cast(digits, pa.decimal128(18, 2))
        fen = np.frombuffer(exact.buffers()[1], np.int64)[::2][: len(exact)]  # the low half: 15 digits fit in it
    return _Amounts(fen, _mask(pc.or_(plain, empty)))


class _Layout(NamedTuple):
    """A time of fixed width: where each number and each other character stands."""

    length: int
    at: dict[str, int]
    literals: list[tuple[int, int]]

    def read(self, chars: NDArray[np.uint8]) -> tuple[NDArray[np.int64], Mask]:
        """(µs UTC of Shanghai times, whether they are such), rows of characters uint8[n, length]."""
        good = np.ones(len(chars), bool)
        for place, char in self.literals:
            good &= chars[:, place] == char
        part = {}
        for letter, place in self.at.items():
            digits = chars[:, place : place + WIDTHS[letter]].astype(np.int64) - ord("0")
            good &= ((digits >= 0) & (digits <= 9)).all(axis=1)
            part[letter] = digits @ 10 ** np.arange(WIDTHS[letter] - 1, -1, -1)
        hour, minute, second = (part.get(letter, np.zeros(len(chars), np.int64)) for letter in "HMS")
        good &= (part["Y"] >= 1900) & (part["m"] >= 1) & (part["m"] <= 12) & (hour < 24) & (minute < 60) & (second < 60)
        months = np.where(good, (part["Y"] - 1970) * 12 + part["m"] - 1, 0).astype("datetime64[M]")
        first = months.astype("datetime64[D]").astype(np.int64)
        after = (months + 1).astype("datetime64[D]").astype(np.int64)
        day = first + part["d"] - 1
        good &= (part["d"] >= 1) & (day < after)
        return day * DAY_US + (hour * 3_600 + minute * 60 + second) * SECOND_US - SHANGHAI_US, good


def _layout(form: str) -> _Layout | None:
    """The layout of a format of full date and whole numbers; None for any other."""
    at: dict[str, int] = {}
    literals: list[tuple[int, int]] = []
    length = 0
    for match in re.finditer(r"%(.)|(.)", form):
        letter, other = match[1], match[2]
        if letter is None:
            if not other.isascii():
                return None
            literals.append((length, ord(other)))
            length += 1
        elif letter in WIDTHS and letter not in at:
            at[letter] = length
            length += WIDTHS[letter]
        else:
            return None
    return _Layout(length, at, literals) if {"Y", "m", "d"} <= at.keys() else None


def _joined_memo(columns: list[Texts]) -> Texts | None:
    """What stands in the memo columns, joined by a space; null where nothing does; None without columns."""
    memo = None
    for column in columns:
        said = pc.if_else(pc.is_in(column, pa.array(NOBODY)), None, column)
        memo = said if memo is None else pc.coalesce(pc.binary_join_element_wise(memo, said, " "), memo, said)
    return None if memo is None else pc.utf8_slice_codeunits(memo, 0, MEMO_MAX)


def _mask(column: pa.Array) -> Mask:
    return column.to_numpy(zero_copy_only=False).astype(bool)
