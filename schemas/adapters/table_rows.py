"""One row of a bank's table as a contract transfer: the exact road, cell by cell, for every kind of table file.

What a row says decides what it becomes, not where it stands: an id is the bank's serial and a hash of the payment (one serial
may stand for several legs; the same leg sent twice is one payment, DQ-03), or, of a row without a serial, a hash of the whole row
and its number where that repeats. What is no amount or no time keeps its text, so that the decoder refuses it by name. A negative
debit or credit is a red-letter reversal (红字冲销, DQ-08): told the other way and flagged, but not booked, as the table does not
say what it reverses.
"""

import datetime as dt
import hashlib
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zlib import crc32

from chuantou.schemas.adapters.mapping import FEN, Mapping, one_of
from chuantou.schemas.adapters.told import Fields, Told
from chuantou.schemas.clock import DAY_US, SHANGHAI, micros
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown
from chuantou.schemas.party_keys import keyed_hash
from chuantou.schemas.streams import INT64_MAX

BLANKS = " \t\r\n\u00a0\u3000\ufeff"  # around a cell
REPLACED = "\ufffd"  # what stands for bytes that are no text
NOBODY = ("", "/", "-", "--")
SERIAL_MAX = 120  # characters of a bank's serial that go into an id
MEMO_MAX = 1_000
UNNUMBERED_MAX = 2_000_000  # rows without a serial whose repetitions one table may make us count
RED = "REVERSAL_UNMATCHED 红字冲销"
GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")  # 1,234.50 and no other comma
DIGITS_MAX = 24


class TableRows:
    """The rows of one table. ``key`` hashes what names a person; it may be empty where the mapping hides nobody."""

    def __init__(self, mapping: Mapping, header: list[str], above: list[str], key: bytes) -> None:
        self.mapping = mapping
        self.place: dict[str, int] = {}
        for i, name in enumerate(header):
            self.place.setdefault(name.strip(BLANKS), i)
        self.width = len(header)
        self.needed = max((self.place[name] for name in mapping.columns if name in self.place), default=0) + 1
        self.seen: Counter[bytes] = Counter()
        self.hashed = lru_cache(1 << 14)(lambda value: keyed_hash(value, key))
        self.own = self._own(above)

    def told(self, place: str, raw: bytes, row: list[str]) -> Told | None:
        """What the row says; None where it moves no money: blank, a total below the table, closed, between own pockets."""
        try:
            what = self._event([cell.strip(BLANKS) for cell in row])
        except BrokenRuleError as fault:
            return Told(place, raw, fault)
        return None if what is None else Told(place, raw, what)

    def numbered(self, content: bytes) -> str:
        """The hash of a row without a serial, numbered where it repeats."""
        known = hashlib.blake2b(content, digest_size=10).digest()
        self.seen[known] += 1
        if len(self.seen) > UNNUMBERED_MAX:
            raise BrokenRuleError(Reason.BAD_FILE, "$", "a table without serials", f"at most {UNNUMBERED_MAX} rows of such")
        return known.hex() if self.seen[known] == 1 else f"{known.hex()}:{self.seen[known]}"

    def shown(self, value: str, hidden: bool, prefix: str) -> str:
        return prefix + (self.hashed(value) if hidden and value else value)

    def is_booked(self, state: str) -> bool | None:
        """Whether a row of this status is booked; None where it moves nothing. `BrokenRuleError` for an unknown one."""
        status = self.mapping.status
        if status is None or one_of(state, status.booked):
            return True
        if one_of(state, status.skip):
            return None
        known = [*status.booked, *status.skip]
        raise BrokenRuleError(Reason.BAD_ENUM, status.column, shown(state), f"one of {', '.join(known)}")

    def sign(self, side: str) -> int:
        """1 for money that came in, -1 for money that went out, 0 where nothing moved."""
        amount = self.mapping.amount
        if amount.side is None:
            return 1
        if side in amount.skip:
            return 0
        if side in (amount.credit or ()):
            return 1
        if side in (amount.debit or ()):
            return -1
        known = [*(amount.debit or ()), *(amount.credit or ()), *amount.skip]
        raise BrokenRuleError(Reason.BAD_ENUM, amount.side, shown(side), f"one of {', '.join(known)}")

    def _get(self, row: list[str], name: str | None) -> str:
        at = self.place.get(name) if name is not None else None
        return row[at] if at is not None and at < len(row) else ""

    def _own(self, above: list[str]) -> str | None:
        account = self.mapping.account
        if account.preamble is not None:
            found = re.search(account.preamble, "\n".join(above))
            return self.shown(found[1].strip(BLANKS), account.hidden, account.prefix) if found else ""
        return None if account.constant is None else account.prefix + account.constant

    def _event(self, row: list[str]) -> Fields | None:
        m = self.mapping
        if not any(row) or not any(self._get(row, name) for name in m.time.columns):
            return None
        if len(row) < self.needed or any(row[self.width :]):
            expected = f"{self.width} columns, as in the header"
            raise BrokenRuleError(Reason.BAD_LENGTH, "$", f"{len(row)} columns", expected)
        if any("\x00" in cell for cell in row):
            raise BrokenRuleError(Reason.BAD_FORMAT, "$", "a NUL character", "text")
        state = self._get(row, m.status.column) if m.status else ""
        if self.is_booked(state) is None:
            return None
        moved = self._moved(row, self.sign(self._get(row, m.amount.side)))
        if moved is None:
            return None
        if m.currency and self._get(row, m.currency.column) not in m.currency.accept:
            found = shown(self._get(row, m.currency.column))
            raise BrokenRuleError(Reason.BAD_ENUM, m.currency.column, found, f"one of {', '.join(m.currency.accept)}")
        event = self._transfer(row, *moved)
        if any(REPLACED in str(value) for name, value in event.items() if name != "memo"):
            raise BrokenRuleError(Reason.NOT_UTF8, "$", "bytes that are no text", "text of one charset outside of the memo")
        return event

    def _moved(self, row: list[str], sign: int) -> tuple[bool, bool, int | str] | None:
        """(whether money came in, whether by a red letter, fen or the text that is none)."""
        a = self.mapping.amount
        if sign == 0:
            return None
        if a.value is not None:
            fen = fen_of(self._get(row, a.value), a.unit)
            if isinstance(fen, str):
                return sign > 0, False, fen
            return ((fen > 0) == (sign > 0), fen < 0 and not a.signed, abs(fen))
        debit, credit = (fen_of(self._get(row, str(name)), a.unit) for name in (a.debit, a.credit))
        if debit not in (0, "") and credit not in (0, ""):
            raise BrokenRuleError(Reason.BAD_FORMAT, str(a.debit), f"{debit} and {credit} fen", "a debit or a credit, not both")
        incoming = debit in (0, "")
        fen = credit if incoming else debit
        return (incoming, False, fen) if isinstance(fen, str) else (incoming == (fen >= 0), fen < 0, abs(fen))

    def _transfer(self, row: list[str], incoming: bool, red: bool, fen: int | str) -> Fields:
        m = self.mapping
        own, other = self.own, self._get(row, m.counterparty.account)
        if own is None:
            own = self.shown(self._get(row, m.account.column), m.account.hidden, m.account.prefix)
        other = f"external:{m.source}" if other in NOBODY else self.shown(other, m.counterparty.hidden, m.counterparty.prefix)
        when = self.when([self._get(row, name) for name in m.time.columns])
        debtor, creditor = (other, own) if incoming else (own, other)
        serial = next((value for name in m.id if (value := self._get(row, name))), "")
        if serial:
            content = f"{serial[:SERIAL_MAX]}:{leg_hash(f'{when}|{debtor}|{creditor}|{fen}'.encode())}"
        else:
            content = self.numbered("|".join(row).encode())
        fields: Fields = {
            "stream": "clr.transfers", "event_id": f"{own[:64]}:{content}", "source_id": m.source, "event_time": when,
            "debtor_account": debtor, "creditor_account": creditor, "amount_fen": fen,
        }  # fmt: skip
        memo = " ".join(value for name in m.memo if (value := self._get(row, name)) not in NOBODY)
        memo = f"{RED} {memo}".rstrip() if red else memo
        if red:
            fields["status"] = "RETURNED"
        return fields | {"memo": memo[:MEMO_MAX]} if memo else fields

    def when(self, cells: list[str]) -> int | str:
        """µs UTC of a Shanghai time, or the text that no format reads. 24:00:00 is the end of its day."""
        text = " ".join(cell for cell in cells if cell)
        late = text.endswith(("24:00:00", "240000"))
        read = re.sub(r"24(:?)00(:?)00\Z", r"00\g<1>00\g<2>00", text) if late else text
        for form in self.mapping.time.formats:
            try:
                return micros(dt.datetime.strptime(read, form).replace(tzinfo=SHANGHAI)) + late * DAY_US
            except (ValueError, OverflowError):
                continue
        return text


def leg_hash(payment: bytes) -> str:
    """Eight hex digits that tell the legs of one serial apart, from `time|debtor|creditor|fen`."""
    return f"{crc32(payment):08x}"


def fen_of(text: str, unit: str) -> int | str:
    """Exact fen; the text itself where it is no amount or no whole fen; empty stays empty.

    Read are `1234.5`, `1,234.50`, `¥12.30`, `-5` and `5-`; not exponents, not other commas, not more than int64 holds.
    """
    plain = text.strip(BLANKS)
    bare = plain.removeprefix("-").removeprefix("¥").removeprefix("￥").strip(BLANKS)
    negative = plain.startswith("-")
    if bare.startswith("-") and not negative:
        bare, negative = bare[1:], True
    elif bare.endswith("-") and not negative:
        bare, negative = bare[:-1], True
    bare = bare.replace(",", "") if GROUPED.match(bare) else bare
    if not bare or len(bare) > DIGITS_MAX or set(bare) - set("0123456789."):
        return plain
    try:
        fen = Decimal(bare) * FEN[unit]
    except InvalidOperation:
        return plain
    if fen != fen.to_integral_value() or fen > INT64_MAX:
        return plain
    return -int(fen) if negative else int(fen)
