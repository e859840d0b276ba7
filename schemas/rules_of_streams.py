"""What a type alone cannot say of an event: time forms, references, needs of each `type`, parties of transfers."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, get_args

import msgspec
from msgspec.structs import force_setattr

from chuantou.schemas.clock import EPOCH, MICROSECOND, TIME_MAX, TIME_MIN, day_of_date, day_start_us, micros, parse_time
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown
from chuantou.schemas.fields import EXPECTED_PARTY, EXPECTED_TIME
from chuantou.schemas.streams import (
    PARTY_PATTERN,
    AccountEvent,
    BalanceEvent,
    Envelope,
    OwnershipEvent,
    OwnershipType,
    ProductEvent,
    TextItem,
    Transfer,
)

NEEDS_REF = frozenset({"CORRECT", "REVERSE", "CANCEL"})

# Contract, table of prod.events; `platform` is required by the struct itself. "a|b" is satisfied by either.
PRODUCT_NEEDS: dict[str, tuple[str, ...]] = {
    "PRODUCT": ("product", "term_days"),
    "LISTING": ("listing", "borrower", "amount_fen", "rate_ppm", "term_days"),
    "LISTING_STATUS": ("listing", "status"),
    "SUBSCRIBE": ("investor", "amount_fen", "product|listing"),
    "ALLOC": ("product", "listing", "amount_fen"),
    "DISBURSE": ("listing", "borrower", "amount_fen"),
    "REPAY_PLAN": ("listing", "plan_id", "due", "principal_fen", "interest_fen"),
    "REPAY": ("plan_id", "principal_fen", "interest_fen"),
    "OVERDUE": ("plan_id",),
    "COMPENSATE": ("plan_id", "guarantor", "amount_fen"),
    "CLAIM_TRANSFER": ("claim", "from_party", "to_party", "principal_fen", "amount_fen"),
    "REDEEM": ("investor", "amount_fen", "claim|product"),
    "CLOSE": ("product|listing",),
    "HOLDING": ("vehicle", "asset"),
    "TRADE": ("product", "from_party", "to_party", "units", "amount_fen"),
}
OWNERSHIP_NEEDS: dict[str, tuple[str, ...]] = {
    kind: ("holder",) for kind in get_args(OwnershipType) if kind != "CAPITAL"
}
ACCOUNT_NEEDS: dict[str, tuple[str, ...]] = {"OPEN": ("owner",)}
TYPE_NEEDS: dict[type[Envelope], dict[str, tuple[str, ...]]] = {
    ProductEvent: PRODUCT_NEEDS,
    OwnershipEvent: OWNERSHIP_NEEDS,
    AccountEvent: ACCOUNT_NEEDS,
}

_party = re.compile(PARTY_PATTERN).match
# Two datetimes that share their tzinfo object subtract ten times faster than two that do not. The decoder hands out one
# object for +08:00, the offset of nearly every feed; any other offset takes the general road to the same number.
_feed_zone = msgspec.json.decode(b'"1970-01-01T08:00:00+08:00"', type=dt.datetime).tzinfo
_feed_epoch = EPOCH.astimezone(_feed_zone)


def seal(event: Envelope) -> None:
    """Bring a freshly decoded event into its typed form, in place (only the decoder holds it yet).

    Raises `BrokenRuleError` for a rule that the struct's types cannot express.
    """
    when: Any = event.event_time
    if when.__class__ is not int:
        when = (when - _feed_epoch) // MICROSECOND if when.tzinfo is _feed_zone else micros(when)
        force_setattr(event, "event_time", when)
    if not TIME_MIN <= when <= TIME_MAX:
        raise BrokenRuleError(Reason.OUT_OF_RANGE, "event_time", str(when), EXPECTED_TIME)
    if event.op in NEEDS_REF and event.ref_event_id is None:
        raise BrokenRuleError(Reason.MISSING_REF, "ref_event_id", "nothing", f"the event_id this {event.op} is about")
    check = _CHECKS.get(event.__class__)
    if check is not None:
        check(event)


def _check_transfer(event: Transfer) -> None:
    if event.debtor_party is not None and not _party(event.debtor_party):
        raise BrokenRuleError(Reason.BAD_PARTY, "debtor_party", shown(event.debtor_party), EXPECTED_PARTY)
    if event.creditor_party is not None and not _party(event.creditor_party):
        raise BrokenRuleError(Reason.BAD_PARTY, "creditor_party", shown(event.creditor_party), EXPECTED_PARTY)


def _check_type_needs(event: Any) -> None:
    for need in TYPE_NEEDS[event.__class__].get(event.type, ()):
        if all(getattr(event, field) is None for field in need.split("|")):
            expected = f"{need.replace('|', ' or ')}, required for type {event.type}"
            raise BrokenRuleError(Reason.MISSING_FIELD, need.split("|")[0], "nothing", expected)


def _check_balance(event: BalanceEvent) -> None:
    when: Any = event.as_of
    force_setattr(event, "as_of", when if isinstance(when, int) else micros(when))
    if not TIME_MIN <= event.as_of <= TIME_MAX:
        raise BrokenRuleError(Reason.OUT_OF_RANGE, "as_of", str(event.as_of), EXPECTED_TIME)


def _check_product(event: ProductEvent) -> None:
    _check_type_needs(event)
    _settle_moment(event, "rating_time")


def _check_text(event: TextItem) -> None:
    _settle_moment(event, "first_seen")


def _settle_moment(event: Envelope, field: str) -> None:
    value = getattr(event, field)
    if value is None:
        return
    try:
        dated = isinstance(value, str) and len(value) == 10
        force_setattr(event, field, day_start_us(day_of_date(value)) if dated else parse_time(value))
    except ValueError:
        raise BrokenRuleError(Reason.BAD_TIME, field, shown(value), f"{EXPECTED_TIME}, or a date") from None


_CHECKS: dict[type, Callable[[Any], None]] = {
    Transfer: _check_transfer,
    OwnershipEvent: _check_type_needs,
    AccountEvent: _check_type_needs,
    BalanceEvent: _check_balance,
    ProductEvent: _check_product,
    TextItem: _check_text,
}
