"""Credit transfers and returns between banks – pacs.008, pacs.009, pacs.004 of any version – as contract events (catalogue §7.4).

One ``clr.transfers`` a transaction. All have the source ``clearing:pacs`` and the id ``<sender>:<message>:<transaction>``, so
that a return names the event that it takes back whoever sends it: a pacs.004 of the whole amount that says which message and
transaction it returns is a REVERSE (DQ-08: both are netted out); any other is a movement of its own, back to the payer, with
``return_of``. A transaction without a number of its own (TxId, UETR, RtrId) is known by the payer's reference or by what it says,
and by its number among equal ones. Amounts are what settled between the banks. A message whose counts or sums are not those of
its content is followed by a fault.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from chuantou.schemas.adapters import feed_file
from chuantou.schemas.adapters.amounts import fen_of
from chuantou.schemas.adapters.bank_accounts import account_id, bank_digits, bic_of, is_masked, outside_account, party_of
from chuantou.schemas.adapters.charsets import Utf8Chunks
from chuantou.schemas.adapters.moments import NOON, at_time, first_stated
from chuantou.schemas.adapters.pacs_layout import PACS, PACS_MESSAGES
from chuantou.schemas.adapters.statement import MEMO_MAX, UNREFERENCED_MAX, Fields, Recent
from chuantou.schemas.adapters.xml_stream import HostileXmlError, Record, Values, records
from chuantou.schemas.dead_letters import BrokenRuleError, Reason

NAME = "pacs"
SOURCE = "clearing:pacs"
NAMES = tuple(name.encode() for name in PACS_MESSAGES)
RAILS = {"HVPS": "HVPS", "BEPS": "BEPS", "IBPS": "IBPS", "NUCC": "NUCC", "EPCC": "NUCC", "CUPS": "UNIONPAY"}
# What the clearing centre did with a message; other states are on the way to being settled [catalogue §7.4, from memory].
REJECTED = frozenset({"PR08", "PR09", "PR21", "PR32"})
RETURN_CATEGORY = "A105"  # 退汇: a new credit with its own business type
PURPOSES = {"SALA": "PAYROLL", "SUPP": "SUPPLIER", "TAXS": "TAX", "RENT": "RENT", "DIVI": "DIVIDEND"}
NO_REFERENCE = "NOTPROVIDED"
BANK_KEYS = ("issuer", "branch", "member", "bic")


def recognises(head: bytes) -> bool:
    """Whether the head of the content is such a message's, without the head of CNAPS2 before it."""
    return not head.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"{H:") and feed_file.has_element(head, NAMES)


def detects(path: Path) -> bool:
    """Whether the file, plain or gzip, is such a message, by content."""
    return recognises(feed_file.head(path))


def read(path: Path) -> Iterator[Fields | BrokenRuleError]:
    """Contract events of one file, plain or gzip; an XML that cannot be read on ends with the broken rule of the rest."""
    with feed_file.opened(path) as stream:
        yield from _events(stream)


def _events(stream: BinaryIO) -> Iterator[Fields | BrokenRuleError]:
    try:
        yield from events_of(records(Utf8Chunks(stream), PACS), Message(SOURCE, None, {}))
    except (HostileXmlError, *feed_file.BREAKS) as error:
        yield BrokenRuleError(Reason.BAD_FILE, "$", str(error), "a message that can be read to its end")


class Message:
    """One message while it is read: ``rail`` where it is known, ``around`` what stood before it, under the keys of its head."""

    def __init__(self, source: str, rail: str | None, around: Values) -> None:
        self.source, self.rail, self.head = source, rail, around
        self.n_transfers = self.sum = self.unreadable = 0
        self._seen: Recent[int] = Recent(UNREFERENCED_MAX)

    def begin(self, values: Values) -> None:
        self.head = self.head | values

    def event(self, values: Values, is_return: bool) -> Fields:
        """The transfer of one transaction of the message."""
        fen = fen_of(values.get("amount"), values.get("currency"))
        self.n_transfers += 1
        if isinstance(fen, int):
            self.sum += fen
        else:
            self.unreadable += 1
        head = self.head
        message = head.get("message", "")
        event_id = self._event_id(values, message, "creditor" if is_return else "debtor")
        booked = first_stated(values.get("settled_on"), head.get("settled_on"), head.get("cleared_on"))
        when = at_time(first_stated(values.get("settled"), head.get("cleared"), head.get("created"), booked), NOON)
        rejected = "rejected" in head or head.get("processed") in REJECTED
        fields: Fields = {
            "stream": "clr.transfers", "event_id": event_id, "source_id": self.source, "event_time": when,
            **self._sides(values, event_id, is_return), "amount_fen": fen, "status": "REJECTED" if rejected else "BOOKED",
        }  # fmt: skip
        rail = self.rail or RAILS.get(head.get("system", ""))
        returned = is_return or values.get("category") == RETURN_CATEGORY
        end_to_end, memo = values.get("end_to_end"), values.get("memo") or values.get("reason")
        optional = {
            "rail": rail, "end_to_end_id": None if end_to_end == NO_REFERENCE else end_to_end,
            "memo": memo[:MEMO_MAX] if memo else None, "biz_date": booked[:10] if booked[:10] != when[:10] else None,
            "batch_id": message if head.get("n_transfers", "1").lstrip("0") != "1" else None, **_class_of(values, returned),
            **self._original(values, fen, is_return, returned),
        }  # fmt: skip
        return fields | {name: value for name, value in optional.items() if value}

    def _event_id(self, values: Values, message: str, payer: str) -> str:
        """Nothing, which the decoder refuses, where the message or its sender – at least the payer's bank – is not named."""
        sender = _bank(values, "sender") or _bank(self.head, "sender") or _bank(values, payer) or _bank(values, payer, "_self")
        return f"{sender}:{message}:{self._own_id(values)}" if sender and message else ""

    def _own_id(self, values: Values) -> str:
        own: str | None = values.get("transaction") or values.get("uetr")
        if own is not None:
            return own
        told: str = values.get("end_to_end", NO_REFERENCE)
        if told == NO_REFERENCE:
            told = "#" + hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:20]
        number = (self._seen.get(told) or 0) + 1
        self._seen.put(told, number)
        return told if number == 1 else f"{told}:{number}"

    def _sides(self, values: Values, event_id: str, is_return: bool) -> Fields:
        """Accounts, banks and parties; a return flows from the original creditor to the original debtor."""
        sides: Fields = {}
        for side, other in (("debtor", "creditor"), ("creditor", "debtor")):
            said = other if is_return else side
            number, bank = values.get(said), _bank(values, said)
            itself = _bank(values, said, "_self")  # the party is a bank
            if number is not None and not is_masked(number):
                sides[f"{side}_account"] = account_id(number, *_banks(values, said), itself)
            elif itself is not None:
                sides[f"{side}_account"] = f"bank:{bank_digits(itself) or itself}"
            else:
                sides[f"{side}_account"] = outside_account(self.source, f"{event_id}|{side}")
            if bank or itself:
                sides[f"{side}_bank"] = bank or itself
            party = party_of(values.get(f"{said}_party"))
            if party is not None:
                sides[f"{side}_party"] = party
        return sides

    def _original(self, values: Values, fen: int | str, is_return: bool, returned: bool) -> Fields:
        """What a return refers to; the whole of a known transaction given back undoes it."""
        if not returned:
            return {}
        message = values.get("original_message") or self.head.get("original_message")
        original = values.get("original")
        sender = _bank(values, "original_sender") or values.get("original_sender") or _bank(values, "receiver")
        sender = sender or _bank(self.head, "receiver")
        whole = fen == fen_of(values.get("original_amount"), values.get("original_currency"))
        if is_return and whole and message and original and sender:
            target = f"{sender}:{message}:{original}"
            return {"op": "REVERSE", "ref_event_id": target, "return_of": target}
        return {"return_of": original or values.get("end_to_end") if is_return else original or message}

    def faults(self) -> Iterator[BrokenRuleError]:
        """At the end of the message: what it says of itself against what it had (DQ-02)."""
        head, message = self.head, self.head.get("message", "")
        stated = head.get("n_transfers")
        if stated is not None and stated.lstrip("0") != str(self.n_transfers):
            yield BrokenRuleError(Reason.BAD_TOTALS, "NbOfTxs", f"{message}: {self.n_transfers} transactions", stated)
        if not self._seen.complete:
            found = f"{message}: more than {UNREFERENCED_MAX} transactions without a number"
            yield BrokenRuleError(Reason.BAD_FILE, "$", found, "numbers; equal transactions far apart were read as one")
        total = head.get("sum")
        if total is not None and not self.unreadable and fen_of(total, None) != self.sum:
            yield BrokenRuleError(Reason.BAD_TOTALS, "CtrlSum", f"{message}: {self.sum} fen in its transactions", total)


def events_of(told: Iterator[Record], message: Message) -> Iterator[Fields | BrokenRuleError]:
    """Events of the records of one document, and its faults at the end of it."""
    for name, values, begun in told:
        if name != "message":
            yield message.event(values, name == "return")
        elif begun:
            message.begin(values)
        else:
            if message.n_transfers == 0 and "amount" in values:
                message.begin(values)
                yield message.event(values, False)
            elif message.n_transfers == 0:
                found = f"{values.get('message')}: no transaction"
                yield BrokenRuleError(Reason.BAD_FORMAT, "$", found, "a message with transfers")
            message.begin(values)
            yield from message.faults()


def _class_of(values: Values, returned: bool) -> Fields:
    banks_only = any(f"debtor_{key}_self" in values for key in BANK_KEYS)
    flow = "REFUND" if returned else "INTERBANK" if banks_only else PURPOSES.get(values.get("purpose", ""))
    return {"flow_class": flow, "class_basis": "source"} if flow else {}


def _banks(values: Values, side: str) -> list[str]:
    """The numbers of the bank of a side, nearest to the account first."""
    return [values[f"{side}_{key}"].strip() for key in BANK_KEYS if f"{side}_{key}" in values]


def _bank(values: Values, side: str, suffix: str = "") -> str | None:
    return next((bic_of(values[f"{side}_{key}{suffix}"]) for key in BANK_KEYS if f"{side}_{key}{suffix}" in values), None)
