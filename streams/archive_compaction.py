"""Compaction: the many small files that a live worker writes for a day become one, while nothing is ever missing.

The merged file is whole and durable before the small ones go, and its span holds theirs: a crash in between leaves both,
and readers take the larger span.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from chuantou.streams.archive_files import WRITING, ArchiveFile, file_in
from chuantou.streams.archive_tables import read_table, write_table
from chuantou.streams.durable import flush_to_disk

FILES_MIN = 8  # worth merging
# A file joins younger ones that are at least half its size, so that a row is rewritten a few times and not at every merge.
SIZE_FACTOR = 2
FULL_BYTES = 64 << 20  # about 4 million transfers: never merged again, which bounds what a merge holds in memory


def compact(files: Sequence[ArchiveFile], settled: Mapping[str, int]) -> list[ArchiveFile]:
    """Merge what is worth it among the files of one day's directory; returns those that are left.

    Only files below the offsets `settled` are merged: a resumed worker may have to drop the others.
    """
    lanes: dict[str, list[ArchiveFile]] = defaultdict(list)
    for file in files:
        lanes[file.lane].append(file)
    out = []
    for lane, group in sorted(lanes.items()):
        group.sort(key=lambda file: file.first)
        old = [file for file in group if file.end <= settled.get(lane, 0)]
        start = _first_worth_merging(old) if len(old) >= FILES_MIN else len(old)
        merged = [_merge(old[start:])] if len(old) - start >= FILES_MIN else old[start:]
        out += [*old[:start], *merged, *group[len(old) :]]
    return out


def _first_worth_merging(files: Sequence[ArchiveFile]) -> int:
    total, start = 0, len(files)
    for file in reversed(files):
        size = file.path.stat().st_size
        if size > FULL_BYTES or (total and size > SIZE_FACTOR * total):
            break
        total, start = total + size, start - 1
    return start


def _merge(files: Sequence[ArchiveFile]) -> ArchiveFile:
    directory = files[0].path.parent
    merged = file_in(directory, files[0].lane, files[0].first, files[-1].end)
    writing = merged.path.with_name(merged.path.name + WRITING)
    write_table(writing, pa.concat_tables([read_table(file.path) for file in files]).combine_chunks())
    flush_to_disk(writing)
    writing.rename(merged.path)
    flush_to_disk(directory)
    for file in files:
        file.path.unlink()
    return merged
