"""Decoding of large files on all cores: lines go to other processes, Arrow batches come back, in the file's order."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from chuantou.schemas.columns import to_batches
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.ipc import ipc_bytes
from chuantou.streams.files import Reader, numbered, read_jsonl, read_lines

# Starting two interpreters costs about as much as decoding this much on one core.
PARALLEL_BYTES = 64 << 20
IN_FLIGHT = 4  # blocks of 1 MiB a process that wait to be decoded or taken: the bound on memory


class Decoded(NamedTuple):
    """Batches of consecutive lines, and their dead letters."""

    batches: list[pa.RecordBatch]
    dead: list[DeadLetter]


def decoded(path: Path, read: Reader) -> Iterator[Decoded]:
    """The events of one file as batches, in order; large files of lines are decoded by all cores."""
    cores = os.cpu_count() or 1
    if read is not read_jsonl or cores == 1 or path.stat().st_size < PARALLEL_BYTES:
        for block in read(path):
            yield Decoded(list(to_batches(block.events).values()), block.dead)
        return
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[tuple[list[bytes], list[DeadLetter]]]] = deque()
        for first, lines in read_lines(path):
            waiting.append(pool.submit(_decode, path, first, lines))
            if len(waiting) >= IN_FLIGHT * cores:
                yield _received(waiting.popleft())
        while waiting:
            yield _received(waiting.popleft())


def _decode(path: Path, first: int, lines: list[bytes]) -> tuple[list[bytes], list[DeadLetter]]:
    events, dead = decode_lines(lines, numbered(path, first))
    return [ipc_bytes([batch]) for batch in to_batches(events).values()], dead


def _received(future: Future[tuple[list[bytes], list[DeadLetter]]]) -> Decoded:
    streams, dead = future.result()
    return Decoded([batch for data in streams for batch in pa.ipc.open_stream(data)], dead)
