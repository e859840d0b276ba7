"""The twelve interfaces of IFCERT, record by record (catalogue §7.6; the codes are those of the public interface handbook).

The book of a platform is seen as accounts: one of each user, one a listing or transfer through which its money goes, one for the
platform's fees, one for its own money, and the world outside. ``transact`` names one user and a type; the type says which account
stands on the other side, and in which direction. A negative amount is the same movement taken back (a failed T+1 reconciliation):
told the other way, as REFUND, flagged and not booked (DQ-08). `-1` and empty text are this interface's null; movements of zero
say nothing.

83 and 84 (an offer to transfer a claim, and its state) change no claim, and 88 says again, by product, what 82 and 4 say by
claim: they are checked and make no event. Users are named by their hash; an organisation whose hash stands in the site's list of
institutions is its USCC.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from chuantou.schemas.adapters.site import known_institution
from chuantou.schemas.adapters.table_rows import fen_of
from chuantou.schemas.adapters.told import Fields, fitting
from chuantou.schemas.clock import SHANGHAI, iso_shanghai, micros, parse_time
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown
from chuantou.schemas.party_keys import uscc_check_ok

NULLS = ("", "-1")
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y%m%d%H%M%S", "%Y%m%d")
KEY_MAX = 200
BOOKS_FROM = parse_time("2010-01-01T00:00:00+08:00")
STOCK_UNTIL = parse_time("2019-03-01T00:00:00+08:00")  # older loans come as a surplus, without their past movements
STATUS = {
    "0": "OPEN", "6": "OPEN", "1": "FULL", "2": "MISCARRY", "9": "REPAYING", "5": "REPAYING", "4": "REPAYING", "8": "REPAYING",
    "3": "CLOSED", "10": "CLOSED",
}  # fmt: skip
PERSON = "1"  # userType
UNMATCHED = "REVERSAL_UNMATCHED 冲正"

# transType: (class, payer, payee). `user` is the record's own; `pot` the listing's; `claim` that of a transfer of claims.
MOVES: dict[str, tuple[str, str, str]] = {
    "1": ("LOAN_OUT", "pot", "user"), "45": ("LOAN_OUT", "pot", "user"), "2": ("INVEST_IN", "user", "pot"),
    "3": ("FEE", "pot", "fee"), "4": ("FEE", "pot", "fee"), "29": ("FEE", "pot", "fee"),  # what is lent arrives without them
    "23": ("FEE", "user", "fee"), "32": ("FEE", "user", "fee"), "40": ("FEE", "user", "fee"), "46": ("FEE", "user", "fee"),
    "6": ("TOPUP", "outside", "user"), "7": ("WITHDRAW", "user", "outside"),
    "8": ("RETURN_PRIN", "pot", "user"), "9": ("RETURN_INT", "pot", "user"),
    "48": ("RETURN_INT", "pot", "user"), "49": ("RETURN_INT", "pot", "user"),
    "10": ("BONUS", "own", "user"), "39": ("BONUS", "own", "user"),
    "41": ("BONUS", "own", "user"), "44": ("BONUS", "own", "user"),
    "11": ("CLAIM_TRANSFER", "claim", "user"), "17": ("CLAIM_TRANSFER", "user", "claim"),
    "18": ("REPAY_PRIN", "user", "pot"), "19": ("REPAY_INT", "user", "pot"),
    "27": ("COMPENSATE_3P", "user", "pot"), "30": ("RECOVER", "pot", "user"), "50": ("RECOVER", "outside", "user"),
    "37": ("COMPENSATE_PLAT", "own", "pot"), "47": ("RECOVER", "pot", "own"),
}  # fmt: skip


BOOKED_TYPES = frozenset({"1", "8", "11", "18", "19", "27", "37"})  # those that also say something of a loan or a claim
MONEY = "money"  # what the ids of movements begin with


class Record(NamedTuple):
    """One record: its fields, the platform's party id and code, and when it was sent (µs UTC)."""

    said: dict[str, Any]
    platform: str
    code: str
    sent: int

    def text(self, name: str) -> str | None:
        return text_of(self.said, name)

    def need(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise BrokenRuleError(Reason.MISSING_FIELD, name, "nothing", "a value")
        return value

    def time(self, name: str) -> int | str:
        """µs UTC; the text itself where it is no time, the time of sending where there is none."""
        value = time_of(self.said, name)
        return self.sent if value is None else value

    def date(self, name: str) -> str | None:
        value = time_of(self.said, name)
        return iso_shanghai(value)[:10] if isinstance(value, int) else value

    def fen(self, name: str) -> int | str | None:
        value = self.text(name)
        return None if value is None else fen_of(value, "yuan")

    def user(self) -> str:
        """Party id of the record's user."""
        return party_of(self.need("userIdcardHash"))

    def account(self, kind: str) -> str:
        """The account on one side of a movement."""
        if kind == "user":
            return fitting(f"sub:{self.code}:{self.need('userIdcardHash')}")
        if kind == "pot":
            return fitting(f"pot:{self.code}:{self.text('sourceProductCode') or self.text('sourceFinancingCode') or 'all'}")
        if kind == "claim":
            return fitting(f"claim:{self.code}:{self.text('transferId') or self.text('finClaimId') or 'all'}")
        return fitting(f"external:{self.code}" if kind == "outside" else f"{kind}:{self.code}")

    def event(self, stream: str, key: tuple[str | None, ...], when: int | str, **fields: Any) -> Fields:
        named = "/".join(part or "" for part in key)
        if len(named) > KEY_MAX:
            named = f"{key[0]}/{hashlib.sha256(named.encode()).hexdigest()}"
        told = {"stream": stream, "event_id": named, "event_time": when}
        return told | {name: value for name, value in fields.items() if value is not None}


def text_of(said: dict[str, Any], name: str) -> str | None:
    """The value as text; None for this interface's nulls. `BrokenRuleError` for what is neither text nor number."""
    value = said.get(name)
    if value is None:
        return None
    if isinstance(value, bool | dict | list):
        raise BrokenRuleError(Reason.WRONG_TYPE, name, shown(str(value)), "text or a number")
    text = str(value).strip()
    return None if text in NULLS else text


def time_of(said: dict[str, Any], name: str) -> int | str | None:
    """µs UTC of a Shanghai time or date; the text itself where it is none; None for null."""
    text = text_of(said, name)
    if text is None:
        return None
    for form in TIMES:
        try:
            return micros(dt.datetime.strptime(text, form).replace(tzinfo=SHANGHAI))
        except (ValueError, OverflowError):
            continue
    return text


def party_of(user: str) -> str:
    """A user's party id: the USCC where the site's list knows it, else a person by the hash."""
    return known_institution(user) or (f"uscc:{user}" if uscc_check_ok(user) else f"person:{user}")


def type_of(event_id: str) -> str | None:
    """The transType of a movement by the id of its event, None of any other event; of a hashed id the id: it is like no other.

    >>> type_of("money/t1/6/////aa"), type_of("104:pool:A1:C500")
    ('6', None)
    """
    begin, *rest = event_id.split("/", 3)
    if begin != MONEY:
        return None
    return rest[1] if len(rest) == 3 else event_id


def _ppm(record: Record, name: str) -> int | str | None:
    text = record.text(name)
    try:
        ppm = None if text is None else Decimal(text) * 1_000_000
    except InvalidOperation:
        return text
    if ppm is None:
        return None
    return int(ppm) if ppm.is_finite() and ppm == ppm.to_integral_value() and abs(ppm) < 10**12 else text


def _days(record: Record, name: str) -> int | str | None:
    text = record.text(name)
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 7 else text


def platform_accounts(platform: str, code: str) -> Iterator[Fields]:
    """The platform's own accounts in its book: the same whenever they are told."""
    for kind, role in (("own", "OWN_GENERAL"), ("fee", "OWN_FEE")):
        yield {
            "stream": "acct.events", "event_id": f"platform/{kind}", "source_id": f"platform:{code}", "event_time": BOOKS_FROM,
            "type": "OPEN", "account": fitting(f"{kind}:{code}"), "owner": platform, "role": role, "platform": platform,
        }  # fmt: skip


def _user(record: Record) -> Iterator[Fields]:
    when, user, who = record.time("userCreateTime"), record.user(), record.need("userIdcardHash")
    is_person = record.text("userType") == PERSON
    name = None if is_person else record.text("userName")  # a natural person's name stays where it is
    yield record.event("party.events", ("user", who, "party"), when, party=user, kind="person" if is_person else "org", name=name)
    yield record.event(
        "acct.events", ("user", who, "account"), when, type="OPEN", account=record.account("user"), owner=user,
        role="OWN_GENERAL" if user == record.platform else "CLIENT_SUB", platform=record.platform,
    )  # fmt: skip


def _listing(record: Record) -> Iterator[Fields]:
    when, listing = record.time("productStartTime"), record.need("sourceProductCode")
    guarantor = record.text("securityCompanyIdcard")
    described = " ".join(filter(None, (record.text("productName"), record.text("loanDescribe"))))
    yield record.event(
        "prod.events", ("listing", listing), when, type="LISTING", platform=record.platform, listing=listing,
        borrower=record.user(), amount_fen=record.fen("amount"), rate_ppm=_ppm(record, "loanRate"),
        term_days=_days(record, "term"), start=record.date("productStartTime"), loan_use=record.text("loanUse"),
        describe=described or None, guarantor=party_of(guarantor) if guarantor else None,
    )  # fmt: skip
    yield record.event(
        "acct.events", ("listing", listing, "account"), when, type="OPEN", account=record.account("pot"), owner=record.platform,
        role="CLIENT_SUB", platform=record.platform,
    )  # fmt: skip
    surplus = record.fen("surplusAmount")
    if surplus not in (None, 0) and isinstance(when, int) and when < STOCK_UNTIL:
        yield record.event(
            "prod.events", ("listing", listing, "stock"), STOCK_UNTIL, type="DISBURSE", platform=record.platform, listing=listing,
            borrower=record.user(), amount_fen=surplus,
        )  # fmt: skip


def _status(record: Record) -> Iterator[Fields]:
    listing, said = record.need("sourceProductCode"), record.need("productStatus")
    if said not in STATUS:
        raise BrokenRuleError(Reason.BAD_ENUM, "productStatus", shown(said), f"one of {', '.join(STATUS)}")
    yield record.event(
        "prod.events", ("status", listing, said, record.text("productDate")), record.time("productDate"), type="LISTING_STATUS",
        platform=record.platform, listing=listing, status=STATUS[said],
    )  # fmt: skip


def _plan(record: Record) -> Iterator[Fields]:
    plan = record.need("replanId")
    yield record.event(
        "prod.events", ("plan", plan, record.text("issue")), record.sent, type="REPAY_PLAN", platform=record.platform,
        listing=record.need("sourceProductCode"), plan_id=plan, due=record.date("repayTime"), issue_no=_days(record, "issue"),
        principal_fen=record.fen("curFund") or 0, interest_fen=record.fen("curInterest") or 0,
    )  # fmt: skip


def _claim(record: Record) -> Iterator[Fields]:
    claim = record.need("finClaimId")
    yield record.event(
        "prod.events", ("claim", claim), record.time("invTime"), type="SUBSCRIBE", platform=record.platform,
        investor=record.user(), listing=record.need("sourceProductCode"), claim=claim, amount_fen=record.fen("invAmount"),
        rate_ppm=_ppm(record, "invRate"), start=record.date("invTime"),
    )  # fmt: skip


def _offer(record: Record) -> Iterator[Fields]:
    record.need("transferId")
    yield from ()


def _taken(record: Record) -> Iterator[Fields]:
    """The buyer's claim begins here; the seller's ends with the money that a `transact` of type 11 brings."""
    claim = record.need("unFinClaimId")
    yield record.event(
        "prod.events", ("taken", claim), record.time("takeTime"), type="SUBSCRIBE", platform=record.platform,
        investor=record.user(), product=record.need("transferId"), claim=claim, amount_fen=record.fen("takeAmount"),
        rate_ppm=_ppm(record, "takeRate"), start=record.date("takeTime"),
    )  # fmt: skip


def _product(record: Record) -> Iterator[Fields]:
    product, rate = record.need("sourceFinancingCode"), _ppm(record, "rate")
    yield record.event(
        "prod.events", ("product", product), record.time("financingStartTime"), type="PRODUCT", platform=record.platform,
        product=product, term_days=_days(record, "term"), rate_ppm=rate,
        advertised_yield_ppm=rate if record.text("maxRate") is None else _ppm(record, "maxRate"),
    )  # fmt: skip


def _config(record: Record) -> Iterator[Fields]:
    product, claim = record.need("sourceFinancingCode"), record.need("finClaimId")
    yield record.event(
        "prod.events", ("config", record.text("configId"), product, claim), record.sent, type="HOLDING", platform=record.platform,
        vehicle=product, asset=claim,
    )  # fmt: skip


def _particular(record: Record) -> Iterator[Fields]:
    record.need("transId")
    _kind(record)
    yield from ()


def _kind(record: Record) -> str:
    kind = record.need("transType")
    if kind not in MOVES:
        raise BrokenRuleError(Reason.BAD_ENUM, "transType", shown(kind), f"one of {', '.join(MOVES)}")
    return kind


def _movement(record: Record) -> Iterator[Fields]:
    kind, fen, when = _kind(record), record.fen("transMoney"), record.time("transTime")
    if fen == 0:
        return
    names = ("sourceProductCode", "finClaimId", "transferId", "replanId", "userIdcardHash")
    key = (record.need("transId"), kind, *(record.text(name) for name in names))
    flow, payer, payee = MOVES[kind]
    back = isinstance(fen, int) and fen < 0
    debtor, creditor = record.account(payer), record.account(payee)
    memo = f"{kind} {record.text('transTypeDec') or ''}".strip()
    yield record.event(
        "clr.transfers", (MONEY, *key), when, debtor_account=creditor if back else debtor, rail="CUSTODY_BOOK",
        creditor_account=debtor if back else creditor, amount_fen=-fen if isinstance(fen, int) and back else fen,
        flow_class="REFUND" if back else flow, class_basis="source", listing=record.text("sourceProductCode"),
        product=record.text("sourceFinancingCode"), plan_id=record.text("replanId"), memo=f"{UNMATCHED} {memo}" if back else memo,
        end_to_end_id=record.text("bankTransId"), status="RETURNED" if back else None,
    )  # fmt: skip
    if not back:
        yield from _booked(record, kind, fen, when, key)


def _booked(record: Record, kind: str, fen: int | str | None, when: int | str, key: tuple[str | None, ...]) -> Iterator[Fields]:
    """What a movement says of loans and claims."""
    listing, plan, claim = record.text("sourceProductCode"), record.text("replanId"), record.text("finClaimId")
    said: Fields | None = None
    if kind == "1" and listing:
        said = {"type": "DISBURSE", "listing": listing, "borrower": record.user(), "amount_fen": fen}
    elif kind in ("18", "19") and plan:
        principal, interest = (fen, 0) if kind == "18" else (0, fen)
        said = {"type": "REPAY", "plan_id": plan, "principal_fen": principal, "interest_fen": interest}
    elif kind in ("27", "37") and plan:
        guarantor = record.platform if kind == "37" else record.user()
        said = {"type": "COMPENSATE", "plan_id": plan, "guarantor": guarantor, "amount_fen": fen}
    elif kind in ("8", "11") and claim:
        said = {"type": "REDEEM", "investor": record.user(), "claim": claim, "amount_fen": fen}
    if said is not None:
        yield record.event("prod.events", ("book", *key), when, platform=record.platform, **said)


INTERFACES: dict[str, Callable[[Record], Iterator[Fields]]] = {
    "1": _user, "2": _listing, "6": _status, "81": _plan, "82": _claim, "83": _offer, "84": _offer, "85": _taken, "4": _movement,
    "86": _product, "87": _config, "88": _particular,
}  # fmt: skip
