"""Bank statements as CSV, read by a mapping – one YAML a bank in ``mappings/`` – as contract transfers.

A mapping is known by the column names that it requires: the first line of the file that holds them all is the header,
whatever stands above it. A mapping says which columns make the time, the amount and its side, the accounts, the memo and the
id; the charset is found by strict decoding (UTF-8, UTF-16 by its mark, GB18030). Where accounts are names of persons, or their
mail and telephone (``hidden``), the events hold keyed hashes; the key is the environment's ``CHUANTOU_PARTY_KEY``. Rows that
move no money – totals below the table, closed payments – are left out by rules that the mapping states; whatever else cannot
be read keeps its text, so that the decoder refuses it by name. A row without an id gets a hash of what it says, and its number
where that repeats.
"""

import csv
import datetime as dt
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from chuantou.schemas.dead_letters import BrokenRuleError, Reason
from chuantou.schemas.party_keys import keyed_hash

HEAD_BYTES = 1 << 16
HEADER_LINES = 60  # within which the header must stand
FIELD_MAX = 1 << 16
COLUMNS_MAX = 500
KEY_VARIABLE = "CHUANTOU_PARTY_KEY"
MAPPINGS = Path(__file__).parent / "mappings"
CHARSETS = ("utf-8-sig", "gb18030")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GROUPED = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")  # 1,234.50 and no other comma

Fields = dict[str, Any]


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose statement it is: a column, or a pattern with one group in the lines above the header."""

    column: str | None = None
    preamble: str | None = None
    prefix: str = ""
    hidden: bool = False


class Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: list[str]
    formats: list[str]


class Amount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``debit`` and ``credit`` name columns, or, with ``value`` and ``side``, the words of the side column."""

    unit: str
    value: str | None = None
    side: str | None = None
    debit: str | list[str] | None = None
    credit: str | list[str] | None = None
    skip: list[str] = []
    signed: bool = False


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    column: str
    booked: list[str]
    skip: list[str] = []


class Counterparty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    account: str
    prefix: str = ""
    hidden: bool = False


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bank's table."""

    name: str
    source: str
    requires: list[str]
    account: Account
    time: Time
    amount: Amount
    counterparty: Counterparty
    memo: list[str] = []
    id: list[str] = []
    status: Status | None = None
    delimiter: str = ","


@cache
def mappings() -> tuple[Mapping, ...]:
    """The shipped mappings by name. msgspec.ValidationError names what a file has wrong."""
    return tuple(load_mapping(path) for path in sorted(MAPPINGS.glob("*.yaml")))


def load_mapping(path: Path) -> Mapping:
    """A mapping of one's own."""
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Mapping)


def detects(path: Path) -> bool:
    """Whether one of the shipped mappings finds its header in the head of the file."""
    return path.is_file() and _found(path) is not None


def read(path: Path) -> Iterator[Fields | BrokenRuleError]:
    """Contract transfers of one file, in its order; memory does not grow with it."""
    found = _found(path)
    if found is None:
        yield BrokenRuleError(Reason.BAD_FILE, "$", "no known header", f"the columns of one of {[m.name for m in mappings()]}")
        return
    mapping, charset, line = found
    key = os.environ.get(KEY_VARIABLE, "").encode()
    if (mapping.account.hidden or mapping.counterparty.hidden) and not key:
        yield BrokenRuleError(Reason.BAD_FILE, "$", f"no {KEY_VARIABLE}", "the key by which persons are hashed")
        return
    csv.field_size_limit(FIELD_MAX)
    try:
        with path.open(encoding=charset, newline="") as text:
            above = [next(text) for _ in range(line)]
            rows = csv.reader(text, delimiter=mapping.delimiter, strict=True)
            yield from _Table(mapping, next(rows), above, key).events(rows)
    except (csv.Error, UnicodeDecodeError) as error:
        yield BrokenRuleError(Reason.BAD_FILE, "$", str(error)[:200], f"a {charset} table that can be read to its end")


def _found(path: Path) -> tuple[Mapping, str, int] | None:
    """(mapping, charset, lines above the header)."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if b"\x00" in head and head[:2] not in MARKS:
        return None
    for charset in (MARKS[head[:2]],) if head[:2] in MARKS else CHARSETS:
        try:
            text = head.decode(charset) if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1].decode(charset)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines()[:HEADER_LINES]):
            for mapping in mappings():
                names = {name.strip().strip('"') for name in line.split(mapping.delimiter)}
                if names.issuperset(mapping.requires):
                    return mapping, charset, number
    return None


class _Table:
    def __init__(self, mapping: Mapping, header: list[str], above: list[str], key: bytes) -> None:
        if len(header) > COLUMNS_MAX:
            raise csv.Error(f"{len(header)} columns, at most {COLUMNS_MAX}")
        self.mapping, self.key = mapping, key
        self.place = {name.strip(): i for i, name in enumerate(header)}
        self.seen: Counter[str] = Counter()
        pattern = mapping.account.preamble
        found = re.search(pattern, "".join(above)) if pattern else None
        self.own = mapping.account.prefix + self.shown(found[1], mapping.account.hidden) if found else None

    def shown(self, value: str, hidden: bool) -> str:
        return keyed_hash(value, self.key) if hidden else value

    def get(self, row: list[str], name: str) -> str:
        at = self.place.get(name)
        return row[at].strip() if at is not None and at < len(row) else ""

    def events(self, rows: Iterator[list[str]]) -> Iterator[Fields]:
        m = self.mapping
        for row in rows:
            if not any(cell.strip() for cell in row) or not any(self.get(row, name) for name in m.time.columns):
                continue  # a blank line, or a total below the table
            state = self.get(row, m.status.column) if m.status else ""
            if m.status and state in m.status.skip:
                continue
            sided = self.amount(row)
            if sided is None:
                continue
            yield self.transfer(row, *sided, "BOOKED" if not m.status or state in m.status.booked else state)

    def amount(self, row: list[str]) -> tuple[bool, int | str] | None:
        """(whether money came in, fen or the text that is none); None where the row moves nothing."""
        a = self.mapping.amount
        if a.value is None:
            debit, credit = self.get(row, str(a.debit)), self.get(row, str(a.credit))
            incoming = fen_of(debit, a.unit) in (0, "")
            return incoming, fen_of(credit if incoming else debit, a.unit)
        fen = fen_of(self.get(row, a.value), a.unit)
        if a.signed:
            return (fen >= 0, abs(fen)) if isinstance(fen, int) else (True, fen)
        side = self.get(row, a.side or "")
        if side in a.skip:
            return None
        if side in (a.credit or ()):
            return True, fen
        return (False, fen) if side in (a.debit or ()) else (True, f"{side}?{fen}")

    def transfer(self, row: list[str], incoming: bool, fen: int | str, status: str) -> Fields:
        m = self.mapping
        own = self.own or (m.account.prefix + self.get(row, m.account.column) if m.account.column else "")
        other = self.get(row, m.counterparty.account)
        known = other not in ("", "/")
        other = m.counterparty.prefix + self.shown(other, m.counterparty.hidden) if known else f"external:{m.source}"
        when = self.when(row)
        told = next((value for name in m.id if (value := self.get(row, name))), "")
        content = told or hashlib.sha256("|".join(cell.strip() for cell in row).encode()).hexdigest()[:20]
        base = f"{own}:{content}"[:240]
        self.seen[base] += 1
        fields: Fields = {
            "stream": "clr.transfers", "event_id": base if self.seen[base] == 1 else f"{base}:{self.seen[base]}",
            "source_id": m.source, "event_time": when, "debtor_account": other if incoming else own,
            "creditor_account": own if incoming else other, "amount_fen": fen, "status": status,
        }  # fmt: skip
        memo = " ".join(value for name in m.memo if (value := self.get(row, name)) and value != "/")[:1000]
        return fields | ({"memo": memo} if memo else {})

    def when(self, row: list[str]) -> str:
        """RFC 3339 in Shanghai, or the text that no format reads."""
        text = " ".join(value for name in self.mapping.time.columns if (value := self.get(row, name)))
        for form in self.mapping.time.formats:
            try:
                return dt.datetime.strptime(text, form).isoformat() + "+08:00"
            except ValueError:
                continue
        return text


def fen_of(text: str, unit: str) -> int | str:
    """Exact fen; the text itself where it is no amount or no whole fen; empty stays empty."""
    plain = text.strip().removeprefix("¥").removeprefix("￥").strip()
    plain = plain.replace(",", "") if GROUPED.match(plain) else plain
    if not plain or len(plain) > 24 or set(plain.lstrip("-")) - set("0123456789."):
        return plain
    try:
        fen = Decimal(plain) * (1 if unit == "fen" else 100)
    except InvalidOperation:
        return plain
    return int(fen) if fen == fen.to_integral_value() else plain
