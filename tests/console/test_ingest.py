"""What is printed of files that were fed."""

from collections import Counter
from pathlib import Path

from rich.console import Console

from chuantou.console.ingest import table_of
from chuantou.streams.ingest import FileTally


def test_every_file_is_a_row_and_no_name_is_markup() -> None:
    files = [
        FileTally(Path("a.csv"), "csv (icbc, gb18030)", 1_234, Counter({"BAD_ENUM": 2, "BAD_FILE": 1})),
        FileTally(Path("[red]b"), ""),
    ]
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(table_of(files))
    text = console.export_text()
    assert "csv (icbc, gb18030)" in text and "1,234" in text and "BAD_ENUM 2, BAD_FILE 1" in text
    assert "[red]b" in text and "unknown, not read" in text
