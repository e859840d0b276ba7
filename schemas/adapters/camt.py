"""ISO 20022 statements and notifications – camt.052, camt.053, camt.054 of any version – as contract events (catalogue §7.5).

One transfer a transaction detail. Where the details and the charges included do not add up to their entry, or an entry stands for
several that are not told, the entry is one transfer whose memo begins with ``BATCH_OPAQUE``. OPBD and PRCD become OPENING
balances – PRCD closed the day that it names, so it opens the next one – and CLBD a CLOSING one; balances, ids and reversals are
as in `statement`. What is not booked keeps its status; INFO entries say nothing and are counted in ``left_out``. A date without a
time is noon for entries, midnight or 23:59:59 for balances.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from chuantou.schemas.adapters import feed_file
from chuantou.schemas.adapters.amounts import fen_of
from chuantou.schemas.adapters.bank_accounts import account_id, bic_of, party_of
from chuantou.schemas.adapters.camt_layout import LAYOUT, MESSAGES
from chuantou.schemas.adapters.charsets import Utf8Chunks
from chuantou.schemas.adapters.moments import MIDNIGHT, NIGHT, NOON, at_time, first_stated, next_midnight
from chuantou.schemas.adapters.notes import Note, StatementPage
from chuantou.schemas.adapters.statement import OPAQUE, Fields, Movement, Statement, day_of
from chuantou.schemas.adapters.told import ACCOUNT_MAX
from chuantou.schemas.adapters.xml_stream import HostileXmlError, Values, records
from chuantou.schemas.dead_letters import BrokenRuleError, Reason

NAME = "camt"
NAMES = tuple(name.encode() for name in MESSAGES)
KINDS = {"OPBD": "OPENING", "PRCD": "OPENING", "CLBD": "CLOSING"}
STATUS = {"BOOK": "BOOKED", "PDNG": "PENDING", "FUTR": "PENDING"}
# What the bank's own codes say for sure: sub-families of BkTxCd, then purposes (ISO 20022 external code sets).
CLASSES = {
    "CHRG": "FEE", "COMM": "FEE", "FEES": "FEE", "INTR": "INTEREST_BANK", "SALA": "PAYROLL", "CDPT": "CASH_IN",
    "CWDL": "CASH_OUT", "TAXE": "TAX", "DVCA": "DIVIDEND", "SWEP": "SWEEP", "ZABA": "SWEEP", "TOPG": "SWEEP",
}  # fmt: skip
PURPOSES = {"SALA": "PAYROLL", "SUPP": "SUPPLIER", "TAXS": "TAX", "RENT": "RENT", "DIVI": "DIVIDEND"}
CASH = ("CASH_IN", "CASH_OUT")
SIDES = ("CRDT", "DBIT")
TRUE, FALSE = ("true", "1"), ("false", "0")
PAGE_DIGITS = 5
NUMBER_DIGITS = 18
NAME_MAX = 35  # characters of a statement's id, by ISO 20022
BOOKS = ("statement", "report")
NO_REFERENCE = ("NOTPROVIDED", "NONREF")
TOLD = ("end_to_end", "transaction", "uetr", "clearing", "instruction")
BANK_KEYS = {
    side: (f"{side}_issuer", f"{side}_branch", f"{side}_member", f"{side}_bic") for side in ("debtor", "creditor")
}  # fmt: skip
WHOLE: Values = {}  # stands for the details that an entry does not have

Share = tuple[Values, bool, int | str]  # a detail, whether it comes in, its fen


def recognises(head: bytes) -> bool:
    """Whether the head of the content is a statement's."""
    return feed_file.has_element(head, NAMES)


def detects(path: Path) -> bool:
    """Whether the file, plain or gzip, is a statement, by content."""
    return recognises(feed_file.head(path))


def read(path: Path, left_out: Counter[str] | None = None) -> Iterator[Fields | BrokenRuleError | Note]:
    """Contract events of one file, plain or gzip, in the order of the file, and a note on each statement or page of one; memory
    does not grow with it.

    An XML that cannot be read on ends with the broken rule that becomes the dead letter of the rest; a statement that is wrong
    as a whole is followed by one. ``left_out`` counts what no event says: INFO entries, balances of other kinds by code, and what
    could not be checked, as the other pages of the statement are not in the file.
    """
    with feed_file.opened(path) as stream:
        yield from events_of(stream, left_out)


def events_of(stream: BinaryIO, left_out: Counter[str] | None = None) -> Iterator[Fields | BrokenRuleError | Note]:
    """The same of a stream, unpacked."""
    left_out = Counter() if left_out is None else left_out
    head: Values = {}
    book = _Book({}, left_out, None)
    try:
        for name, values, begun in records(Utf8Chunks(stream), LAYOUT):
            if name == "entry":
                yield from book.entry(values)
            elif name == "balance":
                yield from book.balance(values)
            elif name in BOOKS and begun:
                book = _Book(head | values, left_out, book)
            elif name in BOOKS:
                yield from book.faults(values)
                if name == "statement" and len(book.statement.account) <= ACCOUNT_MAX:
                    yield book.note(values)
            elif begun:
                head = values
    except (HostileXmlError, *feed_file.BREAKS) as error:
        yield BrokenRuleError(Reason.BAD_FILE, "$", str(error), "a statement that can be read to its end")


class _Book:
    """One statement of the file, or a page of one: ``values`` is its head, ``before`` what stood before it."""

    def __init__(self, values: Values, left_out: Counter[str], before: "_Book | None") -> None:
        number, member, bic = values.get("account", ""), values.get("servicer_member"), values.get("servicer_bic")
        account = account_id(number, member, bic, values.get("account_issuer"))
        bank = bic_of(bic) if bic else member
        self.statement = Statement(account, f"bank:{bank}" if bank else f"camt:{account}", party_of(values.get("owner")))
        self.created, self.left_out = values.get("created"), left_out
        self.entries = self.provisional = 0
        self.page = _number(values.get("page"), PAGE_DIGITS) or 1
        self.name, self.is_last = (values.get("id"), account), values.get("last_page") not in FALSE
        self.complete = self.page == 1  # the pages before it are in the file as well
        if before is not None and not before.is_last and (before.name, before.page + 1) == (self.name, self.page):
            self.statement, self.complete = before.statement, before.complete

    def balance(self, values: Values) -> Iterator[Fields]:
        code = values.get("code", "")
        kind = KINDS.get(code)
        if kind is None:
            self.left_out[f"balance {code}"] += 1
            return
        fen = fen_of(values.get("amount"), values.get("currency"))
        if values.get("side") not in SIDES:
            fen = f"{fen} without a side"
        elif isinstance(fen, int) and values["side"] == "DBIT":
            fen = -fen
        day = values.get("date", "")
        when = next_midnight(day) if code == "PRCD" else at_time(day, MIDNIGHT if kind == "OPENING" else NIGHT)
        yield self.statement.balance(kind, code, day, when, fen)

    def entry(self, values: Values) -> Iterator[Fields]:
        self.entries += 1
        code: str = values.get("status", "")
        if code == "INFO":
            self.left_out["INFO entry"] += 1
            self.provisional += 1
            return
        status, incoming = STATUS.get(code, code), values.get("side") == "CRDT"
        total = fen_of(values.get("amount"), values.get("currency"))
        if not incoming and values.get("side") != "DBIT":
            total = f"{total} without a side"
        if status == "BOOKED":
            self.statement.count(incoming, total)
        else:
            self.provisional += 1
        shares, opaque = _shares(values, incoming, total)
        if len(shares) == 1:
            yield self.statement.transfer(self._movement(values, shares[0], status, False, opaque))
            return
        given: Counter[tuple[Any, ...]] = Counter()
        for share in shares:  # details of one entry are different payments, whatever their references say
            m = self._movement(values, share, status, True, opaque)
            given[m.reference, m.incoming, m.fen] += 1
            number = given[m.reference, m.incoming, m.fen]
            if m.reference is not None and number > 1:
                m = m._replace(reference=f"{m.reference}:{number}")
            yield self.statement.transfer(m)

    def _movement(self, entry: Values, share: Share, status: str, many: bool, opaque: bool) -> Movement:
        detail, incoming, fen = share
        whole, told = entry.get("reference"), _told(detail)
        own = detail.get("reference") or detail.get("uetr")
        if own is None and whole is not None:
            own = f"{whole}/{told[0]}" if many and told else whole
        other, bank = _other_side(detail, incoming)
        when, booked = _when(
            detail.get("executed"), detail.get("accepted"), entry.get("booked"), entry.get("value_date"), self.created
        )  # fmt: skip
        memo = detail.get("memo") or detail.get("information") or entry.get("information") or ""
        optional = _optional(entry, detail, incoming, bank)
        if booked and booked[:10] != when[:10]:
            optional["biz_date"] = booked[:10]
        if many and "batch" in entry:
            optional["batch_id"] = entry["batch"]
        return Movement(
            incoming, fen, when, status, own, told, other, f"{entry.get('number')}|{whole}|{other}",
            f"{OPAQUE} {memo}".strip() if opaque else memo, entry.get("reversal") in TRUE or "returned" in detail, optional,
        )  # fmt: skip

    def faults(self, values: Values) -> Iterator[BrokenRuleError]:
        """At the end of the statement: what it says of itself against what it had (DQ-02, DQ-04)."""
        if not (self.is_last and self.complete):
            self.left_out["page of a statement, not checked"] += not self.complete
            return
        yield from self.statement.faults()
        if self.page > 1:  # whether the totals are those of the page or of the statement is not told
            return
        stated: list[tuple[str, Any, Any]] = [("NbOfNtries", values.get("n_entries"), str(self.entries))]
        if not self.provisional and not self.statement.unreadable:
            stated.append(("TtlCdtNtries/Sum", _sum(values.get("credits")), self.statement.credits))
            stated.append(("TtlDbtNtries/Sum", _sum(values.get("debits")), self.statement.debits))
        for field, said, had in stated:
            if said is not None and said != had:
                yield BrokenRuleError(Reason.BAD_TOTALS, field, f"{self.statement.account}: {had} in the statement", str(said))

    def note(self, values: Values) -> StatementPage:
        """What the statements before and after must fit: its numbers, its page and its balances."""
        book, created = self.statement, day_of(at_time(self.created, NOON)) if self.created else None
        return StatementPage(
            account=book.account, name=values.get("id", "")[:NAME_MAX], page=self.page, last=self.is_last,
            electronic=_number(values.get("electronic"), NUMBER_DIGITS), legal=_number(values.get("legal"), NUMBER_DIGITS),
            opening=book.opening, opens=book.opens, closing=book.closing, closes=book.closes,
            day=next((day for day in (book.closes, book.opens, created) if day is not None), None),
        )  # fmt: skip


def _number(text: str | None, digits: int) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else None


@lru_cache(maxsize=1_024)  # many entries of one day
def _when(
    executed: str | None, accepted: str | None, booked: str | None, valued: str | None, created: str | None
) -> tuple[str, str]:
    """When a movement happened – an acceptance of another day does not say it – and when it was booked, as stated."""
    booked = first_stated(booked)
    if accepted is not None and accepted[:10] != booked[:10]:
        accepted = None
    return at_time(first_stated(executed, accepted, booked, valued, created), NOON), booked


def _sum(text: str | None) -> int | str | None:
    return None if text is None else fen_of(text, None)


def _told(detail: Values) -> tuple[str, ...]:
    """The references that the parties and the payment system gave, the payer's own first."""
    return tuple([told for key in TOLD if (told := detail.get(key)) is not None and told not in NO_REFERENCE])


def _other_side(detail: Values, incoming: bool) -> tuple[str | None, str | None]:
    """(account, bank) of the other side, None where they are not named."""
    side = "debtor" if incoming else "creditor"
    banks = [detail[key] for key in BANK_KEYS[side] if key in detail]
    number = detail.get(side)
    return account_id(number, *banks) if number else None, bic_of(banks[0]) if banks else None


def _optional(entry: Values, detail: Values, incoming: bool, bank: str | None) -> Fields:
    """What the bank may say besides."""
    optional: Fields = {}
    end_to_end, number = detail.get("end_to_end", ""), entry.get("number", "")
    if end_to_end and end_to_end not in NO_REFERENCE:
        optional["end_to_end_id"] = end_to_end
    if number.isdigit() and number.isascii() and len(number) < 18:
        optional["bank_seq"] = int(number)
    stated = detail.get("class") or CLASSES.get(detail.get("code") or entry.get("code", ""))
    flow = stated or PURPOSES.get(detail.get("purpose", ""))
    if flow is not None:
        optional |= {"flow_class": flow, "class_basis": "source"} | ({"rail": "CASH"} if flow in CASH else {})
    other = "debtor" if incoming else "creditor"
    if bank is not None:
        optional[f"{other}_bank"] = bank
    party = party_of(detail.get(f"{other}_party"))
    if party is not None:
        optional[f"{other}_party"] = party
    return optional


def _shares(entry: Values, incoming: bool, total: int | str) -> tuple[list[Share], bool]:
    """The movements that an entry stands for, and whether what it stands for is not told."""
    details = entry.get("details")
    if details is None:
        count = entry.get("batch_count")
        return [(WHOLE, incoming, total)], count is not None and count.lstrip("0") not in ("", "1")
    if not isinstance(total, int):
        return [(details[0], incoming, total)], len(details) > 1
    if len(details) == 1 and "amount" not in details[0]:
        return [(details[0], incoming, total)], False
    shares: list[Share] = []
    signed = 0
    for detail in details:
        fen = fen_of(detail.get("amount"), detail.get("currency") or entry.get("currency"))
        comes_in = detail["side"] == "CRDT" if "side" in detail else incoming
        if not isinstance(fen, int) or detail.get("side", "CRDT") not in SIDES:
            return [(details[0] if len(details) == 1 else WHOLE, incoming, total)], len(details) > 1
        shares.append((detail, comes_in, fen))
        signed += fen if comes_in else -fen
    missing = (total if incoming else -total) - signed
    if "cut" not in entry and missing == 0:
        return shares, False
    charged = _charged([*entry.get("charges", ()), *(charge for detail in details for charge in detail.get("charges", ()))])
    if "cut" not in entry and charged is not None and missing == charged != 0:
        return [*shares, ({"class": "FEE"}, charged > 0, abs(charged))], False
    return [(details[0] if len(details) == 1 else WHOLE, incoming, total)], True


def _charged(charges: list[Values]) -> int | None:
    """What the charges add to the account in fen (mostly below 0); None where one of them cannot be read."""
    total = 0
    for charge in charges:
        for record in charge.get("records", (charge,)):
            if record.get("included") in ("false", "0") or "amount" not in record:
                continue
            fen = fen_of(record["amount"], record.get("currency"))
            if not isinstance(fen, int):
                return None
            total += fen if record.get("side") == "CRDT" else -fen
    return total
