"""Strings ↔ dense int32 ids, in order of first sight; columns go through a kernel, single names through it too."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.graph.kernels import interning as kernel
from chuantou.schemas.text import text_buffers

NONE = -1
STRETCH = 4096  # strings for which room is made at once, as if all were new


class Names(Sequence[str]):
    """The names by id, decoded when they are first asked for."""

    def __init__(self, interner: "Interner") -> None:
        self._interner = interner
        self._decoded: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._interner)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = int(index)
        name = self._decoded.get(index)
        if name is not None:
            return name
        if not 0 <= index < len(self):
            raise IndexError(index)
        ends = self._interner.ends
        name = self._decoded[index] = self._interner.arena[ends[index] : ends[index + 1]].tobytes().decode()
        return name

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    def __getstate__(self) -> dict[str, object]:
        return {"_interner": self._interner, "_decoded": {}}


class Interner:
    """Ids are handed out once and never change."""

    def __init__(self) -> None:
        self.cursor = np.zeros(2, np.int64)
        self.arena = np.zeros(1 << 14, np.uint8)
        self.ends = np.zeros((1 << 10) + 1, np.int64)
        self.names = Names(self)
        self._asked: dict[str, int] = {}  # ids that were asked for one by one
        self._new_table(1 << 12)

    def __len__(self) -> int:
        return int(self.cursor[kernel.ENTRIES])

    def id(self, name: str) -> int:
        """The id of one name, new if it was never seen."""
        known = self._asked.get(name)
        if known is None:
            known = self._asked[name] = int(self._intern(*_one(name))[0])
        return known

    def learn(self, column: pa.Array) -> None:
        """Hand out ids for a column whose names will be asked for one by one."""
        ids = self.ids(column)
        self._asked.update(zip(column.to_pylist(), ids.tolist()))

    def get(self, name: str | None) -> int:
        """The id, or ``NONE`` when the name was never seen (or is missing)."""
        if name is None:
            return NONE
        known = self._asked.get(name)
        if known is None:
            offsets, data, _ = _one(name)
            known = int(kernel.find(offsets, data, self.table, self.arena))
            if known != NONE:
                self._asked[name] = known
        return known

    def ids(self, column: pa.Array) -> NDArray[np.int32]:
        """int32[n] of a string column; null is ``NONE``."""
        n = len(column)
        if column.null_count == n:
            return np.full(n, NONE, np.int32)
        starts, text = text_buffers(column)
        valid = column.is_valid().to_numpy(zero_copy_only=False) if column.null_count else np.ones(n, np.bool_)
        return self._intern(starts, text, valid)

    def begin_with(self, prefix: str, since: int) -> NDArray[np.bool_]:
        """bool[n - since]: the names from id ``since`` on that begin with ``prefix``."""
        starts, ends = self.ends[since : len(self)], self.ends[since + 1 : len(self) + 1]
        wanted = np.frombuffer(prefix.encode(), np.uint8)
        found = ends - starts >= len(wanted)
        for at, byte in enumerate(wanted.tolist()):
            found[found] = self.arena[starts[found] + at] == byte
        return found

    def _intern(self, offsets: NDArray, data: NDArray, valid: NDArray) -> NDArray[np.int32]:
        ids = np.empty(len(valid), np.int32)
        for start in range(0, len(valid), STRETCH):
            stop = min(start + STRETCH, len(valid))
            within = offsets[start : stop + 1]
            self._make_room(stop - start, int(within[-1]) - int(within[0]))
            kernel.intern(within, data, valid[start:stop], ids[start:stop], self.table, self.arena, self.ends, self.cursor)
        return ids

    def _make_room(self, entries: int, size: int) -> None:
        used, used_bytes = self.cursor.tolist()
        if used_bytes + size > len(self.arena):
            self.arena = np.concatenate((self.arena, np.zeros(max(len(self.arena), size), np.uint8)))
        if used + entries >= len(self.ends):
            self.ends = np.concatenate((self.ends, np.zeros(max(len(self.ends), entries), np.int64)))
        if (used + entries) * 2 > len(self.table):
            size = len(self.table)
            while (used + entries) * 2 > size:
                size *= 2
            self._new_table(size)
            kernel.rehash(self.arena, self.ends, used, self.table)

    def _new_table(self, size: int) -> None:
        self.table = np.full((size, 4), NONE, np.int64)


def _one(name: str) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]:
    raw = name.encode()
    data = np.frombuffer(raw, np.uint8) if raw else np.zeros(1, np.uint8)
    return np.array([0, len(raw)], np.int32), data, np.ones(1, np.bool_)
