"""Log indices of some kind of transfer, kept by day for a window."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


class Kept:
    """Of the last ``days`` days."""

    def __init__(self, days: int) -> None:
        self.days = days
        self._held: deque[tuple[int, Rows]] = deque()

    def add(self, day: int, rows: Rows) -> None:
        """Take a day's rows, ascending; forget what has become too old."""
        if len(rows):
            self._held.append((day, rows))
        while self._held and self._held[0][0] <= day - self.days:
            self._held.popleft()

    def since(self, day: int) -> Rows:
        """Rows from ``day`` on, ascending."""
        held = [rows for when, rows in self._held if when >= day]
        return np.concatenate(held) if held else np.empty(0, np.int64)
