"""`chuantou ingest`: files to the broker, and what each of them held; `--watch`: a drop folder, for as long as it runs."""

import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chuantou.console.feeds import OWN_SITE, site_of
from chuantou.console.words import say
from chuantou.schemas.signatures import SigningKey, require_secret, signing_key
from chuantou.streams.feeds.watch import watch as run_watch
from chuantou.streams.ingest import FileTally
from chuantou.streams.ingest import ingest as run


def ingest(files: Sequence[Path], format: str, broker: str, json_messages: bool, key: str | None = None) -> None:
    """Send files as of `streams.ingest`, then print a table of them on stderr: format, events, dead letters, faults.

    ``key`` is as a feed's profile writes it. ValueError where there is no file, or no such key."""
    if not files:
        raise ValueError(say("ingest.nothing"))
    tally = run(files, format, broker, json_messages, None if key is None else usable_key(key))
    Console(stderr=True).print(table_of(tally.files))


def usable_key(text: str) -> SigningKey:
    """The key, with its secret at hand; ValueError says what is wrong."""
    key = signing_key(text)
    require_secret(key)
    return key


def watch(directory: Path, site: Path | None, broker: str, once: bool) -> None:
    """Take in what is dropped in the folder until SIGINT or SIGTERM, or ``once``; a line on stderr for each file.

    Without a site, the folder's own ``.chuantou`` is one. Errors as of `streams.feeds.watch`.
    """
    home = site_of(site) or directory / OWN_SITE
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_watch(directory, home, broker, once, stop)


def table_of(files: Sequence[FileTally]) -> Table:
    """One row a file; names and codes are shown as they are, never as markup."""
    table = Table()
    for key in ("ingest.file", "ingest.kind"):
        table.add_column(say(key), overflow="fold")
    for key in ("ingest.events", "ingest.dead"):
        table.add_column(say(key), justify="right")
    table.add_column(say("ingest.faults"), overflow="fold")
    for file in files:
        faults = ", ".join(f"{code} {count}" for code, count in sorted(file.faults.items()))
        cells = (str(file.path), file.format or say("ingest.unknown"), f"{file.events:,}", f"{file.dead:,}", faults)
        table.add_row(*map(Text, cells))
    return table
