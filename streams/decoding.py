"""Decoding ahead: while the engine takes one block of a file, other threads decode the next ones (the kernel needs no GIL)."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from chuantou.streams.files import Block, Reader, decode_text, read_jsonl, read_text

IN_FLIGHT = 4  # blocks a core that wait to be decoded or taken: the bound on memory


def decoded(path: Path, read: Reader) -> Iterator[Block]:
    """The blocks of one file, in its order."""
    if read is not read_jsonl:
        yield from read(path)
        return
    cores = os.cpu_count() or 1
    waiting: deque[Future[Block]] = deque()
    with ThreadPoolExecutor(cores, thread_name_prefix="decode") as pool:
        for first, text in read_text(path):
            waiting.append(pool.submit(decode_text, path, first, text))
            if len(waiting) >= IN_FLIGHT * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
