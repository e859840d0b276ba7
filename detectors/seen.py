"""Which events were seen: a set over the idempotency key (``source_id``, ``event_id``, ``op``, ``version``).

128 bits a key: with 10⁹ events the chance that two different keys meet is under 10⁻²⁰, and 32 bytes an event hold.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.detectors.kernels import keyset
from chuantou.schemas.text import text_buffers

KEY_COLUMNS = ("source_id", "event_id", "op")


class Seen:
    """Grows by doubling; pickles as its two arrays."""

    def __init__(self) -> None:
        self.count = 0
        self.high = np.zeros(1 << 12, np.uint64)
        self.low = np.zeros(1 << 12, np.uint64)

    def add(self, batch: pa.RecordBatch) -> NDArray[np.bool_]:
        """bool[n]: which rows are new; they are remembered."""
        high, low = self._keys(batch)
        while (self.count + len(high)) * 2 > len(self.high):
            self._grow()
        fresh = np.empty(len(high), np.bool_)
        self.count += int(keyset.add(high, low, self.high, self.low, fresh))
        return fresh

    @staticmethod
    def _keys(batch: pa.RecordBatch) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        version = batch.column("version").to_numpy(zero_copy_only=False).astype(np.uint64)
        high, low = version + np.uint64(0x51), version * np.uint64(3) + np.uint64(7)
        for name in KEY_COLUMNS:
            keyset.mix(high, low, *text_buffers(batch.column(name)))
        return high, low

    def _grow(self) -> None:
        old_high, old_low = self.high, self.low
        used = (old_high != 0) | (old_low != 0)
        self.high = np.zeros(2 * len(old_high), np.uint64)
        self.low = np.zeros(2 * len(old_low), np.uint64)
        keyset.add(old_high[used], old_low[used], self.high, self.low, np.empty(int(used.sum()), np.bool_))
