"""``chuantou loops``: temporal cycles of a plain table of transfers, without knowing anything of institutions."""

import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from chuantou.graph.cycles import TIME_BOUND, Cycles, Loops, find_cycles, find_loops, ppm_of
from chuantou.graph.split_transfers import merge_splits

GZIP_MAGIC = b"\x1f\x8b"
DELIMITERS = ",;\t"  # anything else: fields stand apart by spaces, as in SNAP's files
NAMES = {  # columns of the contract in their order, and what headers call them
    "src": {"src", "source", "from", "payer", "debtor"},
    "dst": {"dst", "target", "to", "payee", "creditor"},
    "time": {"time", "timestamp", "t"},
    "amount": {"amount", "amount_fen", "fen"},
}
INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
DECIMAL = re.compile(r"\+?(\d+)(?:\.(\d*))?", re.ASCII)
NUMBER_STARTS = frozenset("+-0123456789")
MAX_DIGITS = 40  # of a number: far beyond int64, short enough to convert
Record = tuple[str, str, int, tuple[str, str]]  # src, dst, time, digits of the amount before and after the point


class TransferFileError(ValueError):
    """A file of transfers that cannot be read; the message names the line."""


@dataclass(frozen=True)
class TransferTable:
    """Transfers in file order: ``src``, ``dst`` int64[n] positions in ``accounts``; ``time``, ``amount`` int64[n].

    Amounts are in the smallest unit that any of them uses (12.5 and 3 are read as 125 and 30); empty if not asked for.
    """

    accounts: list[str]
    src: NDArray[np.int64]
    dst: NDArray[np.int64]
    time: NDArray[np.int64]
    amount: NDArray[np.int64]


def loops(
    transfers: Path, window: int, max_hops: int, keep: str | None, as_json: bool, out: Path | None, merge: int | None = None
) -> None:
    """Print the temporal cycles of a ``src,dst,time[,amount]`` file by length; write each of them to ``out``.

    ``keep``: a ratio such as 0.8; each payment moves between it and 1 times the one before. Transfers need not be
    sorted: those of one time keep the order of the file. ``merge``: transfers of one pair within it count as one payment
    of their sum; a loop then names the last transfer of each. Raises typer.BadParameter for what cannot be read.
    """
    try:
        keep_ppm = None if keep is None else ppm_of(keep)
        table = read_transfers(transfers, with_amounts=keep is not None)
        by_time = np.argsort(table.time, kind="stable")
        columns = table.src[by_time], table.dst[by_time], table.time[by_time]
        amount = None if keep_ppm is None else table.amount[by_time]
        if merge is not None:
            merged = merge_splits(*columns, np.zeros_like(by_time) if amount is None else amount, merge)
            columns, amount = (merged.src, merged.dst, merged.time), None if amount is None else merged.amount
            by_time = by_time[merged.members[merged.first[1:] - 1]]
        if keep_ppm is None and out is None:
            found: Cycles = find_cycles(*columns, window, max_hops)
        else:
            found = find_loops(*columns, window, max_hops, amount, keep_ppm)
        if out is not None and isinstance(found, Loops):
            write_loops(found, table.accounts, by_time.tolist(), out)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    counts = {str(hops): int(n) for hops, n in enumerate(found.counts.sum(axis=0)) if hops >= 2}
    edges, truncated = len(table.time), int(found.truncated.sum())
    if as_json:
        print(json.dumps({"counts": counts, "edges": edges, "truncated": truncated}))
    else:
        print_summary(counts, edges, truncated)


def read_transfers(path: Path, with_amounts: bool) -> TransferTable:
    """Read a table of transfers, plain or gzipped, with or without a header, its fields apart by comma, tab or space.

    Raises TransferFileError naming the file and the line.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        with gzip.open(path) if packed else path.open("rb") as lines:
            records = list(read_records(lines, with_amounts))
        src, dst, time, amounts = zip(*records) if records else ((), (), (), ())
        numbers: dict[str, int] = {}
        payers, payees = (
            np.array([numbers.setdefault(name, len(numbers)) for name in end], np.int64) for end in (src, dst)
        )
        return TransferTable(list(numbers), payers, payees, np.array(time, np.int64), scale_amounts(amounts))
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise TransferFileError(f"{path}: {error}") from error


def read_records(lines: Iterable[bytes], with_amounts: bool) -> Iterator[Record]:
    places: list[int] | None = None
    for number, fields in numbered_fields(lines):
        try:
            if places is None:
                places, is_header = place_columns(fields, with_amounts)
                if is_header:
                    continue
            record = read_record(fields, places)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
        yield record


def numbered_fields(lines: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, fields) of all lines but empty ones and ``#`` comments; the first shows the delimiter."""
    delimiter = ""
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8-sig").strip()
            if not text or text.startswith("#"):
                continue
            delimiter = delimiter or next((mark for mark in DELIMITERS if mark in text), " ")
            if delimiter == " ":
                yield number, text.split()
            elif '"' in text:
                yield number, next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
            else:
                yield number, [field.strip() for field in text.split(delimiter)]
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"line {number}: {error}") from error


def place_columns(head: list[str], with_amounts: bool) -> tuple[list[int], bool]:
    """Where src, dst, time (and amount) stand, and whether ``head`` is a header: no field of it starts like a number.

    A header whose names are not known leaves the columns in the order of the contract.
    """
    wanted = list(NAMES) if with_amounts else list(NAMES)[:3]
    is_header = not any(field[:1] in NUMBER_STARTS for field in head if field)
    named = {column: place for column in wanted for place, name in enumerate(head) if name.lower() in NAMES[column]}
    if not is_header or not {"src", "dst", "time"} <= named.keys():
        return list(range(len(wanted))), is_header
    if len(named) < len(wanted):
        raise ValueError("the header names no amount, and keep needs one")
    return [named[column] for column in wanted], True


def read_record(fields: list[str], places: list[int]) -> Record:
    if len(fields) <= max(places):
        raise ValueError(f"{len(fields)} fields where {max(places) + 1} are needed")
    src, dst, time, *amount = (fields[place] for place in places)
    if not src or not dst:
        raise ValueError("an account is empty")
    if not INTEGER.fullmatch(time):
        raise ValueError(f"time {time!r} is not an integer")
    if len(time) > MAX_DIGITS or abs(int(time)) > TIME_BOUND:
        raise ValueError(f"time {time} is beyond ±2⁶¹")
    return src, dst, int(time), read_amount(amount[0]) if amount else ("", "")


def read_amount(text: str) -> tuple[str, str]:
    """Digits before and after the point."""
    parts = DECIMAL.fullmatch(text)
    if not parts or len(text) > MAX_DIGITS:
        raise ValueError(f"amount {text!r} is not a decimal number of 0 or more in at most {MAX_DIGITS} characters")
    return parts[1], parts[2] or ""


def scale_amounts(amounts: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
    """All amounts as integers of the smallest unit that one of them needs; exact, or ValueError beyond int64."""
    decimals = max((len(fraction.rstrip("0")) for _, fraction in amounts), default=0)
    scaled = [int((whole + fraction[:decimals].ljust(decimals, "0")) or "0") for whole, fraction in amounts]
    if scaled and max(scaled) >= 2**63:
        raise ValueError(f"amounts of {decimals} decimals up to {max(scaled)} do not fit int64")
    return np.array(scaled, np.int64)


def write_loops(found: Loops, accounts: list[str], file_rows: list[int], out: Path) -> None:
    """One JSON object a loop: its accounts in order of payment and the row of each transfer in the file."""
    with out.open("w", encoding="utf-8") as file:
        for loop in found.loops:
            line = {"accounts": [accounts[i] for i in loop.accounts], "rows": [file_rows[row] for row in loop.rows]}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def print_summary(counts: dict[str, int], edges: int, truncated: int) -> None:
    table = Table("accounts", "loops", title=f"{sum(counts.values()):,} loops closed by {edges:,} transfers")
    for hops, n in counts.items():
        table.add_row(hops, f"{n:,}")
    console = Console()
    console.print(table)
    if truncated:
        console.print(f"{truncated:,} searches reached their bound: the counts are lower bounds", style="bold red")
