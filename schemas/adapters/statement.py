"""What every bank statement needs, whatever its format: ids that a second sending repeats, other sides, reversals, balances.

Ids. The bank's own reference of a movement, its side and amount (``104:6217:A1:C50050``), so that what is sent again is known as
such, and a payment, its fee and its reversal under one reference are three. Movements without a reference are known by what they
say, and, as two equal ones are two payments (DQ-03), by their number among the equal ones of the statement.

Reversals (DQ-08). One that surely means a movement of the same statement (`reversals`) is a REVERSE of it: both are netted out.
Any other is kept, not booked (RETURNED), with ``REVERSAL_UNMATCHED`` before its memo: it is never guessed into money.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from chuantou.schemas.adapters.bank_accounts import is_masked, outside_account
from chuantou.schemas.adapters.reversals import Booked, Originals
from chuantou.schemas.clock import parse_time, shanghai_day
from chuantou.schemas.dead_letters import BrokenRuleError, Reason

Fields = dict[str, Any]
UNREFERENCED_MAX = 100_000  # different movements without a reference that one statement counts at the least
MEMO_MAX = 1_000
UNMATCHED, OPAQUE = "REVERSAL_UNMATCHED", "BATCH_OPAQUE"


class Movement(NamedTuple):
    """One movement on the statement's account; ``fen`` is text where it is no amount, ``reference`` the bank's own one.

    ``told`` are the other references, ``other`` the other side's account if it is named, ``content`` what tells movements without
    reference apart; ``returns`` whether it takes another movement back.
    """

    incoming: bool
    fen: int | str
    when: str
    status: str
    reference: str | None
    told: tuple[str, ...]
    other: str | None
    content: str
    memo: str
    returns: bool
    optional: Fields


Value = TypeVar("Value")


class Recent(Generic[Value]):
    """A mapping of what was put in last: at least ``size`` keys, at most twice as many; ``complete`` until one is forgotten."""

    def __init__(self, size: int) -> None:
        self.size, self.complete = size, True
        self._young: dict[Any, Value] = {}
        self._old: dict[Any, Value] = {}

    def get(self, key: Any) -> Value | None:
        value = self._young.get(key)
        return value if value is not None else self._old.get(key)

    def put(self, key: Any, value: Value) -> None:
        if len(self._young) >= self.size:
            self.complete = self.complete and not self._old
            self._old, self._young = self._young, {}
        self._young[key] = value


class Statement:
    """One account's statement while it is read."""

    def __init__(self, account: str, source: str, owner: str | None = None) -> None:
        self.account, self.source, self.owner = account, source, owner
        self.opening: int | None = None
        self.closing: int | None = None
        self.opens: int | None = None  # the day that begins with the opening balance
        self.closes: int | None = None  # the day that ends with the closing one
        self.credits = self.debits = self.unreadable = 0
        self._seen: Recent[int] = Recent(UNREFERENCED_MAX)
        self._originals = Originals()

    def balance(self, kind: str, code: str, day: str, when: str, fen: int | str) -> Fields:
        """The ``acct.balance`` of an opening or closing balance; the first opening and the last closing one must agree."""
        if isinstance(fen, int) and kind == "CLOSING":
            self.closing, self.closes = fen, day_of(when)
        elif isinstance(fen, int) and self.opening is None:
            self.opening, self.opens = fen, day_of(when)
        return {
            "stream": "acct.balance", "event_id": f"{self.account}:{code}:{day}", "source_id": self.source, "event_time": when,
            "account": self.account, "as_of": when, "kind": kind, "fen": fen,
        }  # fmt: skip

    def count(self, incoming: bool, fen: int | str) -> None:
        """A booked entry, for the identity of the balances."""
        if not isinstance(fen, int):
            self.unreadable += 1
        elif incoming:
            self.credits += fen
        else:
            self.debits += fen

    def transfer(self, m: Movement) -> Fields:
        """The ``clr.transfers`` event of a movement."""
        event_id = self._event_id(m)
        other = m.other if m.other is not None and not is_masked(m.other) else outside_account(self.source, event_id)
        debtor, creditor = (other, self.account) if m.incoming else (self.account, other)
        fields: Fields = {
            "stream": "clr.transfers", "event_id": event_id, "source_id": self.source, "event_time": m.when,
            "debtor_account": debtor, "creditor_account": creditor, "amount_fen": m.fen, "status": m.status,
        }  # fmt: skip
        fields.update(m.optional)
        if self.owner is not None:
            fields["creditor_party" if m.incoming else "debtor_party"] = self.owner
        memo = m.memo
        if m.returns:
            memo = self._take_back(m, fields)
        elif m.status == "BOOKED" and isinstance(m.fen, int):
            self._originals.remember(m.fen, m.incoming, Booked(event_id, _references(m), m.other, m.when))
        if memo:
            fields["memo"] = memo[:MEMO_MAX]
        return fields

    def next_page(self) -> None:
        """Another page of the same statement: balances begin anew, what was seen and can be referred to stays."""
        self.opening = self.closing = self.opens = self.closes = None
        self.credits = self.debits = self.unreadable = 0

    def faults(self) -> Iterator[BrokenRuleError]:
        """What the whole statement has wrong (DQ-04), at its end. Its events stand all the same."""
        if self.opening is not None and self.closing is not None:
            due = self.opening + self.credits - self.debits
            if due != self.closing:
                found = f"{self.account}: closing {self.closing} fen, {self.unreadable} booked entries unreadable"
                sum_ = f"opening {self.opening} + credits {self.credits} - debits {self.debits} = {due} fen"
                yield BrokenRuleError(Reason.UNBALANCED, "closing", found, sum_)
        if not self._seen.complete:
            found = f"{self.account}: more than {UNREFERENCED_MAX} movements without a reference"
            yield BrokenRuleError(Reason.BAD_FILE, "$", found, "references; equal movements far apart were read as one")

    def _event_id(self, m: Movement) -> str:
        mark = f"{'C' if m.incoming else 'D'}{m.fen}" + ("" if m.status == "BOOKED" else f":{m.status}")
        if m.reference is not None:
            return f"{self.account}:{m.reference}:{mark}"
        digest = hashlib.sha256(f"{m.told}|{m.content}|{m.when}|{m.memo}|{mark}".encode()).digest()
        key = int.from_bytes(digest[:8], "big")
        number = (self._seen.get(key) or 0) + 1
        self._seen.put(key, number)
        base = f"{self.account}:#{digest[:10].hex()}:{mark}"
        return base if number == 1 else f"{base}:{number}"

    def _take_back(self, m: Movement, fields: Fields) -> str:
        """Make the event a REVERSE of what it takes back, or one that is not booked; returns its memo."""
        references = _references(m)
        if isinstance(m.fen, int):
            reversal = Booked(fields["event_id"], references, m.other, m.when)
            original = self._originals.take_back(m.fen, m.incoming, reversal, bool(m.told))
            if original is not None:
                fields.update(op="REVERSE", ref_event_id=original, return_of=original)
                return m.memo
        if references:
            fields["return_of"] = references[0]
        if fields["status"] == "BOOKED":
            fields["status"] = "RETURNED"
        return f"{UNMATCHED} {m.memo}".strip()


def day_of(when: str) -> int | None:
    """The Shanghai day number of a time; None where it is none."""
    try:
        return shanghai_day(parse_time(when))
    except ValueError:
        return None


def _references(m: Movement) -> tuple[str, ...]:
    """The references of the parties and the payment system, then the bank's own."""
    return m.told if m.reference is None else (*m.told, m.reference)
