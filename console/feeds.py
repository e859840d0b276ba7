"""`chuantou feeds`: the state of every feed, and the word that lets a held file through."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chuantou.console.words import say
from chuantou.schemas.adapters.site import FEEDS_VARIABLE
from chuantou.schemas.feed_profiles import load_profiles
from chuantou.streams.feeds.report import FeedReport, report
from chuantou.streams.feeds.state import DISCARDED, RELEASED, FeedState
from chuantou.streams.feeds.watch import STATE, now_us
from chuantou.streams.outputs import read_dead_letters

OWN_SITE = ".chuantou"  # of a drop folder without a site
GAPS_SHOWN = 3
FINDINGS_SHOWN = 5
DAY_S = 86_400


def site_of(site: Path | None) -> Path | None:
    """The site directory: as told, else that of the environment; adapters find its mappings by the environment alone."""
    if site is not None:
        os.environ[FEEDS_VARIABLE] = str(site)
    place = os.environ.get(FEEDS_VARIABLE)
    return Path(place) if place else None


def required_site(site: Path | None) -> Path:
    """As :func:`site_of`; ValueError where there is none."""
    place = site_of(site)
    if place is None:
        raise ValueError(say("feeds.no_site"))
    return place


def feeds(site: Path | None, broker: str | None, as_json: bool) -> None:
    """Print every feed of the site; with ``broker``, the events too late for the engine as well."""
    place = required_site(site)
    letters = None if broker is None else read_dead_letters(broker)
    state = FeedState(place / STATE)
    try:
        reports = report(state, load_profiles(place), now_us(), letters)
    finally:
        state.close()
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(reports)).decode() + "\n")
    else:
        Console().print(table_of(reports))


def release(feed: str, site: Path | None, discard: bool) -> None:
    """Release the held files of a feed, or discard them. ValueError where none is held."""
    state = FeedState(required_site(site) / STATE)
    try:
        held = state.decide(feed, DISCARDED if discard else RELEASED)
    finally:
        state.close()
    if not held:
        raise ValueError(say("feeds.none_held", feed=feed))
    for record in held:
        print(say("feeds.discarded" if discard else "feeds.released", feed=feed, file=record.name))


def table_of(reports: Sequence[FeedReport]) -> Table:
    """One row a feed; names are shown as they are, never as markup."""
    table = Table()
    for key in ("feeds.feed", "feeds.last", "feeds.lag", "feeds.events", "feeds.gaps", "feeds.faults", "feeds.held"):
        table.add_column(say(key), overflow="fold")
    for one in reports:
        table.add_row(*map(Text, (one.feed, one.last_event or "–", _lag(one.lag_seconds), _equation(one.events), _missing(one),
                                  ", ".join(f"{code} {count}" for code, count in one.faults.items()),
                                  f"{one.quarantine.file}: {one.quarantine.reason}" if one.quarantine else "")))  # fmt: skip
    return table


def _lag(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    if seconds >= DAY_S:
        return say("feeds.days", count=seconds // DAY_S)
    return f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}"


def _equation(events: dict[str, int | None]) -> str:
    counts = [f"{events[name]:,}" if events[name] is not None else "?" for name in ("processed", "duplicate", "late", "dead")]
    return f"{events['in']:,} = {' + '.join(counts)}"


def _missing(one: FeedReport) -> str:
    more = [f"… {len(one.findings) - FINDINGS_SHOWN}"] if len(one.findings) > FINDINGS_SHOWN else []
    return "\n".join(filter(None, (_gaps(one.gaps), *one.findings[:FINDINGS_SHOWN], *more)))


def _gaps(days: Sequence[str]) -> str:
    shown = ", ".join(days[-GAPS_SHOWN:])
    return f"{len(days)}: … {shown}" if len(days) > GAPS_SHOWN else shown
