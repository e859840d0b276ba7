"""SWIFT MT940 and MT942 statements as contract events, strictly and line by line.

The library ``mt-940`` was not taken: it reads the whole file before the first statement, and skips in silence what it does not
know. Here a line of the statement that cannot be read is one dead letter and the rest goes on; ids, other sides, reversals
(RC, RD) and the balances' identity are those of `statement`. ``:60F:`` is an OPENING balance – the closing one before, of whose
day it bears the date – and ``:62F:`` a CLOSING one; ``:60M:`` and ``:62M:`` of a statement in several pages only have to agree
with their page and the one before. Where a file was cut off – its last line has no end, or its last page does not close – the
last field or entry may be cut itself and is left out. The entries of MT942 count as booked, under the ids that the MT940 of the
day repeats, expected ones (EC, ED) as pending.

Amounts have a comma and nothing else (``1234,5``). Dates are ``YYMMDD`` of 1980 to 2079; an entry is dated by its entry date,
else its value date, at noon in Shanghai.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from chuantou.schemas.adapters import feed_file
from chuantou.schemas.adapters.amounts import fen_of_comma
from chuantou.schemas.adapters.bank_accounts import account_id, bic_of
from chuantou.schemas.adapters.charsets import CharsetError, Utf8Chunks
from chuantou.schemas.adapters.moments import NIGHT, NOON, at_time, next_midnight
from chuantou.schemas.adapters.notes import Note, StatementPage
from chuantou.schemas.adapters.statement import Fields, Movement, Statement
from chuantou.schemas.adapters.told import ACCOUNT_MAX
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown

NAME = "mt940"
LINE_MAX = 1 << 12  # characters; SWIFT allows 65
FIELD_LINES_MAX = 64
NO_REFERENCE = ("", "NONREF")
CENTURY = 80  # two-digit years from here are of the twentieth
_TAG = re.compile(r":(\d{2}[A-Z]?):(.*)\Z", re.DOTALL)
# Who sent the message: the network's own output names him in block 2, and there block 1 is the receiver.
_SENDERS = tuple(
    re.compile(block + "([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3})") for block in (r"\{2:O94[02][0-9]{10}", r"\{1:F[0-9]{2}")
)
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>RC|RD|EC|ED|C|D)(?P<funds>[A-Z])?(?P<amount>[0-9.,+\-]+)(?P<type>[A-Z][A-Z0-9]{3})"
    r"(?P<reference>[^\n]*?)(?://(?P<bank>[^\n]*))?(?:\n(?P<more>.*))?\Z",
    re.DOTALL,
)
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<date>\d{6})(?P<currency>[A-Z]{3})(?P<amount>[0-9.,+\-]+)\Z")
_SUM = re.compile(r"(?P<count>\d{1,5})(?P<currency>[A-Z]{3})(?P<amount>[0-9.,+\-]+)\Z")
_NUMBERS = re.compile(r"(?P<statement>\d{1,5})(?:/(?P<page>\d{1,5}))?\Z", re.ASCII)
_SUBFIELD = re.compile(r"\?(\d{2})")
# SWIFT transaction types that say for sure what was paid.
CLASSES = {"CHG": "FEE", "COM": "FEE", "INT": "INTEREST_BANK", "DIV": "DIVIDEND"}
RETURNED = ("RTI",)
SILENT = ("13", "13D", "21", "64", "65", "86")  # fields that say nothing of movements


class LineError(ValueError):
    """A line that does not end."""


BREAKS = (LineError, CharsetError, *feed_file.BREAKS)


class Tag(NamedTuple):
    """One field of a statement: ``:61:…`` with the lines that belong to it; the ``last`` one, or one ``broken`` off."""

    name: str
    text: str
    last: bool = False
    broken: bool = False


def recognises(head: bytes) -> bool:
    """Whether the content has the first fields of a statement, at the beginnings of lines."""
    lines = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").splitlines()[:40]
    starts = {line[:4] for line in lines} | {b":20:" for line in lines if line.endswith(b"{4:")}
    return b":25:" in starts and b":20:" in starts and any(line.startswith((b":28", b":60", b":34F:")) for line in lines)


def detects(path: Path) -> bool:
    """Whether the file, plain or gzip, is a statement, by content."""
    return recognises(feed_file.head(path))


def read(path: Path) -> Iterator[Fields | BrokenRuleError | Note]:
    """Contract events of the statements of one file, plain or gzip, in the order of the file, and a note on each page of one;
    memory does not grow with it."""
    with feed_file.opened(path) as stream:
        try:
            yield from _statements(_tags(_lines(Utf8Chunks(stream))))
        except BREAKS as error:
            yield BrokenRuleError(Reason.BAD_FILE, "$", str(error), "a statement that can be read to its end")


def _lines(chunks: Utf8Chunks) -> Iterator[str]:
    """Lines without their ends; LineError for one that does not end."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).replace(b"\r\n", b"\n").split(b"\n")
        for line in lines:
            yield _text(line)
        if len(rest) > LINE_MAX:
            raise LineError(f"a line of more than {LINE_MAX} bytes")
    yield _text(rest)
    if rest.strip() and not rest.startswith(b"-"):
        raise LineError("the last line has no end")


def _text(line: bytes) -> str:
    return line.rstrip(b"\r").decode("utf-8", "replace")  # what is no UTF-8 was refused before; a character may be cut at the end


def _tags(lines: Iterator[str]) -> Iterator[Tag]:
    """The fields; as ``{`` what stands in braces around them, as ``?`` what belongs to none. A field ends where one begins."""
    name, text = "", ""
    kept = 0
    try:
        for line in lines:
            before, brace, inside = line.partition("{4:")
            found = _TAG.match(inside if brace else line)
            if brace or line.startswith("{") or line == "-" or line.startswith("-}"):
                if name:
                    yield Tag(name, text)
                name = ""
                yield Tag("{", before or line)
            elif found is not None and name:
                yield Tag(name, text)
            if found is not None:
                name, text, kept = found[1], found[2], 1
            elif name and kept < FIELD_LINES_MAX and line:
                text, kept = f"{text}\n{line}", kept + 1
            elif line.strip("-} \x03") and not brace and not line.startswith("{"):
                yield Tag("?", line)
    except BREAKS:
        yield Tag(name, text, last=True, broken=True)
        raise
    if name:
        yield Tag(name, text, last=True)


def _statements(tags: Iterator[Tag]) -> Iterator[Fields | BrokenRuleError | Note]:
    bank, page, before, line = None, _Page("", None, None), None, None
    for tag in tags:
        cut = tag.broken or (tag.last and tag.name in ("61", "86") and page.opened and not page.closed)
        if line is not None and not (cut and tag.name == "86"):
            yield from page.movement(line, tag.text if tag.name == "86" else "")
        line = None
        if cut:
            continue
        if tag.name == "{":
            bank = _sender(tag.text) or (None if tag.text.startswith("-") else bank)
        elif tag.name == "20":
            yield from page.end()
            page, before = _Page("", bank, None), page  # entries belong to no account until it is named
        elif tag.name in ("25", "25P"):
            yield from page.end()
            page, before = _Page(tag.text.partition("\n")[0].strip(), bank, before), None
        elif tag.name == "61":
            line = tag.text
        else:
            yield from page.field(tag)
    if line is not None:
        yield from page.movement(line, "")
    yield from page.end()


class _Page:
    """One message: a statement, or the next page of the one ``before``, if that closed with ``:62M:``.

    ``owner`` is field 25: the account, alone or as ``bank/account``.
    """

    def __init__(self, owner: str, bank: str | None, before: "_Page | None") -> None:
        left, slash, right = owner.partition("/")
        number = right if slash else left
        account, source = account_id(number, left if slash else None, bank), f"bank:{bank}" if bank else f"mt940:{number}"
        self.statement = Statement(account, source)
        self.due: int | None = None  # what the page before closed with
        if before is not None and before.goes_on and before.statement.account == account:
            self.statement, self.due = before.statement, before.statement.closing
            self.statement.next_page()
        self.opened = self.closed = False
        self.begins = True  # with :60F:
        self.goes_on: bool = False
        self.number: int | None = None
        self.page = 1
        self.currency: str | None = None
        self.counts = {"C": 0, "D": 0}

    def field(self, tag: Tag) -> Iterator[Fields | BrokenRuleError]:
        """A balance, a sum, or a field that says nothing of movements; any other is told as such."""
        if tag.name in ("60F", "60M", "62F", "62M"):
            found = _BALANCE.match(tag.text.strip())
            if found is None:
                yield BrokenRuleError(Reason.BAD_FORMAT, tag.name, shown(tag.text), "side, date, currency, amount with a comma")
                return
            self.currency = found["currency"]
            fen = fen_of_comma(found["amount"], self.currency)
            signed = -fen if isinstance(fen, int) and found["mark"] == "D" else fen
            opening = tag.name.startswith("60")
            day = _date(found["date"])
            when = next_midnight(day) if opening else at_time(day, NIGHT)
            event = self.statement.balance("OPENING" if opening else "CLOSING", tag.name, day, when, signed)
            self.begins, self.goes_on = self.begins and tag.name != "60M", tag.name == "62M"
            self.opened, self.closed = self.opened or opening, not opening
            if tag.name.endswith("F"):
                yield event
            elif opening and self.due is not None and signed != self.due:
                said = f"{self.statement.account}: {signed} fen"
                yield BrokenRuleError(Reason.UNBALANCED, tag.name, said, f"{self.due} fen, as the page before closed")
        elif tag.name in ("90C", "90D"):
            found = _SUM.match(tag.text.strip())
            had = self.counts[tag.name[2]], self.statement.credits if tag.name == "90C" else self.statement.debits
            if found is None or (int(found["count"]), fen_of_comma(found["amount"], found["currency"])) != had:
                yield BrokenRuleError(Reason.BAD_TOTALS, tag.name, f"{had[0]} entries, {had[1]} fen", tag.text.strip())
        elif tag.name == "34F":
            self.currency = tag.text[:3]
        elif tag.name in ("28", "28C"):
            numbers = _NUMBERS.match(tag.text.strip())
            if numbers is not None:
                self.number, self.page = int(numbers["statement"]) or None, int(numbers["page"] or 1)
        elif tag.name not in SILENT:
            yield BrokenRuleError(Reason.BAD_FORMAT, tag.name, shown(tag.text), "a field of MT940 or MT942")

    def movement(self, text: str, information: str) -> Iterator[Fields | BrokenRuleError]:
        """One line of the statement (field 61) and what is said of it (field 86)."""
        found = _LINE.match(text)
        if found is None:
            self.statement.count(True, text)
            yield BrokenRuleError(Reason.BAD_FORMAT, "61", shown(text), "date, side, amount with a comma, type, reference")
            return
        mark = found["mark"]
        incoming, returns = mark in ("C", "EC", "RD"), mark[0] == "R" or found["type"][1:] in RETURNED
        fen, booked = fen_of_comma(found["amount"], self.currency), mark[0] != "E"
        if booked:
            self.statement.count(incoming, fen)
        self.counts["C" if incoming else "D"] += booked
        said = _subfields(information)
        memo = " ".join((said["memo"] or information or found["more"] or "").split())
        bank, reference = (found["bank"] or "").strip(), found["reference"].strip()
        told = () if reference in NO_REFERENCE else (reference,)
        other = account_id(said["account"], said["bank"]) if said["account"] else None
        value = _date(found["value"])
        when = at_time(_entry_date(value, found["entry"]), NOON)
        flow = CLASSES.get(found["type"][1:])
        optional: Fields = {"flow_class": flow, "class_basis": "source"} if flow else {}
        if told:
            optional["end_to_end_id"] = reference
        if said["bank"]:
            optional["debtor_bank" if incoming else "creditor_bank"] = said["bank"]
        own = None if bank in NO_REFERENCE else bank
        content = f"{found['type']}|{value}|{other}"
        yield self.statement.transfer(
            Movement(incoming, fen, when, "BOOKED" if booked else "PENDING", own, told, other, content, memo, returns, optional)
        )

    def end(self) -> Iterator[BrokenRuleError | Note]:
        """What the page as a whole has wrong, and what the pages and statements before and after it must fit."""
        if self.opened and not self.closed:
            found = f"{self.statement.account}: no :62F: or :62M: at the end of the statement"
            yield BrokenRuleError(Reason.BAD_FILE, "62F", found, "a statement that can be read to its end")
        yield from self.statement.faults()
        if (self.opened or self.closed) and len(self.statement.account) <= ACCOUNT_MAX:  # MT942 has no balances
            book = self.statement
            whole = (book.closes, None if book.opens is None else book.opens - 1)
            yield StatementPage(
                account=book.account, electronic=self.number, page=self.page, last=self.closed and not self.goes_on,
                opening=book.opening if self.begins else None, opens=book.opens if self.begins else None,
                closing=None if self.goes_on else book.closing, closes=None if self.goes_on else book.closes,
                day=next((day for day in whole if day is not None), None),
            )  # fmt: skip


def _sender(blocks: str) -> str | None:
    """The BIC of who sent a message, from its first blocks."""
    found = next((match for pattern in _SENDERS if (match := pattern.search(blocks))), None)
    return None if found is None else bic_of(found[1] + found[2])


def _subfields(information: str) -> dict[str, str]:
    """Of a structured field 86 (``…?20memo?30bank?31account``) its memo, the other side's bank and account."""
    parts = _SUBFIELD.split(information.replace("\n", ""))
    pairs = list(zip(parts[1::2], parts[2::2]))
    first = dict(reversed(pairs))
    memo = " ".join(text for code, text in pairs if code[0] == "2" or code in ("60", "61", "62", "63"))
    return {"memo": memo, "bank": first.get("30", "").strip(), "account": first.get("31", "").strip()}


def _date(text: str) -> str:
    """``YYMMDD`` as a date; the text itself where there is no such day."""
    year = int(text[:2])
    return f"{(1900 if year >= CENTURY else 2000) + year}-{text[2:4]}-{text[4:6]}"


def _entry_date(value: str, entry: str | None) -> str:
    """The entry date ``MMDD`` in the year that brings it nearest to the value date."""
    if entry is None:
        return value
    days = [day for step in (-1, 0, 1) if (day := _day(f"{int(value[:4]) + step}-{entry[:2]}-{entry[2:]}")) is not None]
    valued = _day(value)
    if valued is None or not days:
        return f"{value[:4]}-{entry[:2]}-{entry[2:]}"
    return min(days, key=lambda day: abs(day - valued)).isoformat()


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
