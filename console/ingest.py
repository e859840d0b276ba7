"""`chuantou ingest`: files to the broker, and what each of them held."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chuantou.console.words import say
from chuantou.streams.ingest import FileTally
from chuantou.streams.ingest import ingest as run


def ingest(files: Sequence[Path], format: str, broker: str, json_messages: bool) -> None:
    """Send files as of `streams.ingest`, then print a table of them on stderr: format, events, dead letters, faults."""
    tally = run(files, format, broker, json_messages)
    Console(stderr=True).print(table_of(tally.files))


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
