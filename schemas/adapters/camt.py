"""ISO 20022 statements and notifications – camt.052, camt.053, camt.054 of any version – as contract events (§7.5).

One transfer a transaction detail, or one an entry that has none or whose details do not add up to it (``BATCH_OPAQUE`` in its
memo); OPBD and PRCD become OPENING balances, CLBD a CLOSING one. The own side is the statement's account; where the other side is
not named it is ``external:<bank>``, an account outside of view. What is not booked keeps its status, INFO entries say nothing and
are left out. A reversal (``RvslInd``) is a movement of its own in the direction that it states; where it refers to an entry it
is that entry's return. Amounts that are not in CNY, or not whole fen, keep their text, so that the decoder refuses them by name.

Ids come from the bank's own references (AcctSvcrRef, else EndToEndId, TxId or UETR), so that a statement sent again is known as
such; entries without any are told apart by their content and how often it occurred before in the statement. A date without a time
is noon in Shanghai for entries, midnight for balances.
"""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO, cast

from chuantou.schemas.adapters.xml_records import HostileXmlError, Node, records
from chuantou.schemas.dead_letters import BrokenRuleError, Reason

HEAD_BYTES = 1 << 16
STATEMENTS = (b"BkToCstmrStmt", b"BkToCstmrAcctRpt", b"BkToCstmrDbtCdtNtfctn")
WANTED = frozenset({"Acct", "Bal", "Ntry", "CreDtTm"})
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
STATUS = {"BOOK": "BOOKED", "PDNG": "PENDING", "FUTR": "PENDING"}
YUAN_CODES = ("CNY", "RMB", "156")

Fields = dict[str, Any]


def detects(path: Path) -> bool:
    """Whether the head of the file is a statement, by content."""
    if not path.is_file():
        return False
    with _opened(path) as stream:
        try:
            head = stream.read(HEAD_BYTES)
        except (OSError, EOFError):
            return False
    wide = head.replace(b"\x00", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    return any(name in wide for name in STATEMENTS)


def read(path: Path) -> Iterator[Fields | BrokenRuleError]:
    """Contract events of one file, plain or gzip, in the order of the file; memory does not grow with it.

    An XML that cannot be read on ends with the broken rule that becomes the dead letter of the rest.
    """
    statement = _Statement()
    with _opened(path) as stream:
        try:
            for node in records(stream, WANTED):
                if node.name == "Acct":
                    statement = _Statement(node, statement.created)
                elif node.name == "CreDtTm":
                    statement.created = node.text.strip()
                elif node.name == "Bal":
                    yield from statement.balance(node)
                else:
                    yield from statement.entry(node)
        except (HostileXmlError, OSError, EOFError) as error:
            yield BrokenRuleError(Reason.BAD_FILE, "$", str(error), "a statement that can be read to its end")


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb"))


class _Statement:
    """The account of the statement that is being read, and how often entries without references occurred in it."""

    def __init__(self, account: Node | None = None, created: str | None = None) -> None:
        self.created = created
        self.account = (account.get("Id/IBAN", "Id/Othr/Id") if account else None) or ""
        ids = ("Svcr/FinInstnId/BICFI", "Svcr/FinInstnId/BIC", "Svcr/FinInstnId/ClrSysMmbId/MmbId")
        bank = account.get(*ids) if account else None
        self.source = f"bank:{bank}" if bank else f"camt:{self.account}"
        self.seen: Counter[str] = Counter()

    def balance(self, node: Node) -> Iterator[Fields]:
        code = node.get("Tp/CdOrPrtry/Cd") or ""
        kind = "OPENING" if code in OPENING else "CLOSING" if code in CLOSING else None
        amount = node.first("Amt")
        if kind is None or amount is None:
            return
        fen = fen_of(amount)
        if isinstance(fen, int) and node.get("CdtDbtInd") == "DBIT":
            fen = -fen
        day = node.get("Dt/Dt", "Dt/DtTm") or ""
        when = at_time(day, "00:00:00" if kind == "OPENING" else "23:59:59")
        yield {
            "stream": "acct.balance", "event_id": f"{self.account}:{code}:{day}", "source_id": self.source, "event_time": when,
            "account": self.account, "as_of": when, "kind": kind, "fen": fen,
        }  # fmt: skip

    def entry(self, node: Node) -> Iterator[Fields]:
        status = node.get("Sts/Cd", "Sts") or "BOOK"
        if status == "INFO":
            return
        details = node.all("NtryDtls/TxDtls")
        total = fen_of(node.first("Amt"))
        amounts = [fen_of(detail.first("Amt", "AmtDtls/TxAmt/Amt")) if len(details) > 1 else total for detail in details]
        batch = node.get("NtryDtls/Btch/MsgId", "NtryDtls/Btch/PmtInfId")
        opaque = bool(details) and (any(not isinstance(x, int) for x in amounts) or sum(amounts) != total)  # type: ignore[arg-type]
        if not details or opaque:
            memo = "BATCH_OPAQUE" if opaque or node.first("NtryDtls/Btch") is not None else None
            yield self.transfer(node, node, total, status, batch, memo)
            return
        for detail, fen in zip(details, amounts):
            yield self.transfer(node, detail, fen, status, batch if len(details) > 1 else None, None)

    def transfer(self, entry: Node, detail: Node, fen: int | str, status: str, batch: str | None, memo: str | None) -> Fields:
        side = detail.get("CdtDbtInd") or entry.get("CdtDbtInd") or ""
        other = "Dbtr" if side == "CRDT" else "Cdtr"
        other_account = detail.get(f"RltdPties/{other}Acct/Id/IBAN", f"RltdPties/{other}Acct/Id/Othr/Id")
        agent = detail.get(f"RltdAgts/{other}Agt/FinInstnId/BICFI", f"RltdAgts/{other}Agt/FinInstnId/BIC",
                           f"RltdAgts/{other}Agt/FinInstnId/ClrSysMmbId/MmbId")  # fmt: skip
        external = other_account or f"external:{agent or self.source}"[:64]
        debtor, creditor = (external, self.account) if side == "CRDT" else (self.account, external)
        if side not in ("CRDT", "DBIT"):
            debtor = creditor = ""
        when = entry.get("BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm", "ValDt/Dt") or self.created or ""
        text = " ".join(node.text.strip() for node in detail.all("RmtInf/Ustrd") if node.text.strip())
        fields: Fields = {
            "stream": "clr.transfers", "event_id": self.reference(entry, detail, f"{fen}|{side}|{external}|{when}"),
            "source_id": self.source, "event_time": at_time(when, "12:00:00"), "debtor_account": debtor,
            "creditor_account": creditor, "amount_fen": fen, "status": STATUS.get(status, status),
        }  # fmt: skip
        end_to_end = detail.get("Refs/EndToEndId")
        optional = {
            "end_to_end_id": None if end_to_end == "NOTPROVIDED" else end_to_end,
            "batch_id": batch, "memo": (memo or text or detail.get("AddtlTxInf") or "")[:1000] or None,
            "return_of": self.returned(entry, detail),
        }  # fmt: skip
        return fields | {name: value[:1000] for name, value in optional.items() if value}

    @staticmethod
    def returned(entry: Node, detail: Node) -> str | None:
        """What a reversal or a return refers to."""
        if entry.get("RvslInd") not in ("true", "1") and detail.first("RtrInf") is None:
            return None
        return detail.get("Refs/ClrSysRef", "Refs/EndToEndId", "RtrInf/OrgnlBkTxCd/Prtry/Cd") or entry.get("NtryRef")

    def reference(self, entry: Node, detail: Node, content: str) -> str:
        """The bank's own reference of the movement, else a hash of what it says of it; and its number where both repeat."""
        whole = entry.get("AcctSvcrRef")
        alone = len(entry.all("NtryDtls/TxDtls")) <= 1
        own = (detail.get("Refs/AcctSvcrRef") if detail is not entry else None) or (whole if alone or detail is entry else None)
        if own is None:
            told = detail.get("Refs/UETR", "Refs/TxId", "Refs/EndToEndId") or entry.get("NtryRef") or ""
            own = hashlib.sha256(f"{whole}|{told}|{content}".encode()).hexdigest()[:20]
        base = f"{self.account}:{own}"[:240]
        self.seen[base] += 1
        return base if self.seen[base] == 1 else f"{base}:{self.seen[base]}"


def fen_of(amount: Node | None) -> int | str:
    """Exact fen of an amount in yuan; its own text where it is another currency, no number or no whole fen."""
    if amount is None:
        return ""
    text, currency = amount.text.strip(), amount.attributes.get("Ccy", "CNY")
    if currency not in YUAN_CODES:
        return f"{text} {currency}"
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        return text
    plain = len(text) <= 24 and not set(text) - set("0123456789.")  # no sign, exponent or separator: the side is told apart
    return int(fen) if plain and fen == fen.to_integral_value() else text


def at_time(text: str, of_day: str) -> str:
    """RFC 3339 of a date or a time; a time without offset is Shanghai's."""
    if len(text) == 10:
        return f"{text}T{of_day}+08:00"
    has_offset = text.endswith("Z") or "+" in text[10:] or "-" in text[10:]
    return text if has_offset or not text else f"{text}+08:00"
