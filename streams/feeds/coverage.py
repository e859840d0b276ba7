"""What the feeds owe, as events: a missing day, a statement that does not add up, a batch that hides its payments (§8).

They are `ref.items` of table ``coverage`` (docs/events.md), one an account and day, of source ``feed:<name>``. When the fault is
gone the event is reversed; when it comes again, told again under the next number.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence

import pyarrow as pa

from chuantou.graph.coverage import TABLE
from chuantou.schemas.adapters.statement import OPAQUE
from chuantou.schemas.clock import closing_day, date_of_day, day_start_us, shanghai_day
from chuantou.schemas.feed_profiles import FeedProfile
from chuantou.schemas.streams import ReferenceItem
from chuantou.streams.feeds.staging import Staged, opaque_rows
from chuantou.streams.feeds.state import FeedState, Flag, FlagState

log = logging.getLogger(__name__)
FLAGS_MAX = 1_000_000  # of one feed: days times accounts; beyond it the earliest days are told


def flags_of(staged: Staged) -> set[Flag]:
    """What a file says of itself: the closing days of statements that do not add up, and the days of opaque batches."""
    found: set[Flag] = set()
    for batch in staged.events if staged.unbalanced or staged.opaque else ():
        stream = batch.schema.metadata[b"stream"]
        if stream == b"acct.balance":
            rows = zip(*(batch.column(name).to_pylist() for name in ("account", "kind", "as_of")))
            closing = ((account, as_of) for account, kind, as_of in rows if kind == "CLOSING" and account in staged.unbalanced)
            found |= {Flag("UNBALANCED", closing_day(as_of), account) for account, as_of in closing}
        elif stream == b"clr.transfers":
            found |= set(_opaque(batch))
    return found


def _opaque(batch: pa.RecordBatch) -> Iterator[Flag]:
    hidden = batch.filter(opaque_rows(batch))
    rows = zip(*(hidden.column(name).to_pylist() for name in ("event_time", "debtor_account", "creditor_account")))
    for time, *accounts in rows:
        for account in accounts:
            yield Flag(OPAQUE, shanghai_day(time), account)


def accounts_of(state: FeedState, profile: FeedProfile) -> list[str]:
    """The accounts whose movements a feed tells: those of its profile, and those of its statements; sorted."""
    return sorted({*profile.accounts, *state.names(profile.name, "account")})


def gaps_of(profile: FeedProfile, days: Sequence[int], accounts: Sequence[str]) -> set[Flag]:
    """The missing ``days`` of a feed, for each of its ``accounts``; at most ``FLAGS_MAX``."""
    if len(days) * len(accounts) > FLAGS_MAX:
        days = days[: FLAGS_MAX // len(accounts)]
        log.warning("%s: only the first %d missing days are told of its %d accounts", profile.name, len(days), len(accounts))
    return {Flag("GAP", day, account) for day in days for account in accounts}


def changes(state: FeedState, feed: str, origin: str, wanted: set[Flag]) -> tuple[list[ReferenceItem], dict[Flag, FlagState]]:
    """The events that make what is known because of ``origin`` – a file, or nothing: the calendar – what is ``wanted``, and
    what is known then."""
    known = state.flags(feed, origin)
    items: list[ReferenceItem] = []
    now: dict[Flag, FlagState] = {}
    for flag in sorted(wanted | known.keys()):
        before = known.get(flag, FlagState(0, False))
        if (flag in wanted) == before.open:
            continue
        number = before.number + (flag in wanted)
        now[flag] = FlagState(number, flag in wanted)
        items.append(_event(feed, origin, flag, number, flag in wanted))
    return items, now


def _event(feed: str, origin: str, flag: Flag, number: int, opens: bool) -> ReferenceItem:
    day = date_of_day(flag.day)
    file = hashlib.sha256(origin.encode()).hexdigest()[:12]
    name = f"{flag.code}:{day}:{flag.account}:{file}:{number}"
    return ReferenceItem(
        event_id=name if opens else f"{name}~closed", source_id=f"feed:{feed}", event_time=day_start_us(flag.day),
        op="NEW" if opens else "REVERSE", ref_event_id=None if opens else name, table=TABLE, key=flag.account,
        value={"code": flag.code, "feed": feed}, valid_from=day, valid_to=day,
    )  # fmt: skip
