"""The archive's directory: which file holds which records, and how far everything is whole.

    ARCHIVE/committed.json                                               up to which offsets the files count
    ARCHIVE/events/stream=clr.transfers/day=2016-06-20/in.clr.transfers.0@000000000000000-000000005000000.parquet
    ARCHIVE/dead/day=2016-06-20/in.clr.transfers.0@…-….parquet           what broke the contract, by the day it came
    ARCHIVE/late/day=2015-01-05/late@…-….parquet                         what was refused as too old, by its own day

A *lane* is one partition (`topic.number`), or `late`, whose offsets count the refused. The span in a file's name is all
that exactly-once needs: a file beyond the committed offsets does not count, nor does one whose span lies in another's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from chuantou.schemas.clock import date_of_day, day_of_date
from chuantou.streams.checkpoint import StateError
from chuantou.streams.durable import flush_to_disk, write_durably
from chuantou.streams.messages import Partition

FORMAT = 1
LATE = "late"
KINDS = ("events", "dead", "late")
WRITING = ".writing"
# Days outside are a mistake of the sender; one directory for all of them bounds how many a hostile feed can make.
FIRST_DAY, LAST_DAY = day_of_date("1990-01-01"), day_of_date("2099-12-31")
NO_DAY = "__HIVE_DEFAULT_PARTITION__"  # what Hive, DuckDB and pyarrow read as null
_COMMITS = "committed.json"
_name = re.compile(r"(?P<lane>.+)@(?P<first>\d{15})-(?P<end>\d{15})\.parquet")


class ArchiveError(StateError):
    """The archive cannot be used as it is; the message says which file and what to do."""


class ArchiveFile(NamedTuple):
    """One Parquet file: rows of `lane` from the offsets `first` up to but not including `end`."""

    path: Path
    lane: str
    first: int
    end: int


class Commits(msgspec.Struct, frozen=True):
    """The last states of the archive that were whole, the newest last: offsets by lane."""

    history: list[dict[str, int]]
    format: int = FORMAT


def lane_of(partition: Partition) -> str:
    """The lane of a partition."""
    return f"{partition.topic}.{partition.partition}"


def day_name(day: int) -> str:
    """What stands in a path for a day number."""
    return date_of_day(day).isoformat() if FIRST_DAY <= day <= LAST_DAY else NO_DAY


def file_in(directory: Path, lane: str, first: int, end: int) -> ArchiveFile:
    """The file of a span in a directory of one day."""
    return ArchiveFile(directory / f"{lane}@{first:015d}-{end:015d}.parquet", lane, first, end)


def all_files(root: Path, kind: str) -> list[ArchiveFile]:
    """Every file of a kind, sorted by path, whether it counts or not. ArchiveError for a name that is none of ours."""
    found = []
    for path in sorted((root / kind).rglob("*.parquet")):
        match = _name.fullmatch(path.name)
        if match is None:
            raise ArchiveError(f"{path} is no file of an archive: its name has no offsets")
        found.append(ArchiveFile(path, match["lane"], int(match["first"]), int(match["end"])))
    return found


def committed_files(root: Path, kind: str) -> list[ArchiveFile]:
    """The files of a kind that count, by day and then by path. ArchiveError where `root` is no archive."""
    commits = read_commits(root)
    if commits is None:
        raise ArchiveError(f"{root} is no archive: it has no {_COMMITS}")
    offsets = commits.history[-1]
    whole = [file for file in all_files(root, kind) if file.end <= offsets.get(file.lane, 0)]
    swallowed = set(inside_others(whole))
    return sorted((f for f in whole if f not in swallowed), key=lambda file: (file.path.parent.name, file.path))


def inside_others(files: Iterable[ArchiveFile]) -> list[ArchiveFile]:
    """Files whose span lies in that of another of the same directory and lane: their rows are in that one as well."""
    groups: dict[tuple[Path, str], list[ArchiveFile]] = defaultdict(list)
    for file in files:
        groups[file.path.parent, file.lane].append(file)
    inside = []
    for group in groups.values():
        group.sort(key=lambda file: (file.first, -file.end))
        reach = group[0]
        for _, file in pairwise(group):
            if file.end <= reach.end:
                inside.append(file)
            else:
                reach = file
    return inside


def read_commits(root: Path) -> Commits | None:
    """What `committed.json` says; None where there is none. ArchiveError when it cannot be read."""
    path = root / _COMMITS
    try:
        commits = msgspec.json.decode(path.read_bytes(), type=Commits)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise ArchiveError(f"{path} cannot be read: {error}") from error
    if commits.format != FORMAT or not commits.history:
        raise ArchiveError(f"{path} has format {commits.format}, this program reads {FORMAT}")
    return commits


def write_commits(root: Path, commits: Commits) -> None:
    """Replace `committed.json` durably."""
    writing = root / (_COMMITS + WRITING)
    write_durably(writing, msgspec.json.format(msgspec.json.encode(commits)))
    writing.rename(root / _COMMITS)
    flush_to_disk(root)
