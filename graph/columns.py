"""Growable numpy columns: one object owns the arrays that a kernel walks, and can be copied into a snapshot."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Columns:
    """Named arrays of one length that double when they are full.

    ``fill`` gives for each name ``(dtype, value of unused entries)``.
    """

    def __init__(self, fill: dict[str, tuple[Any, Any]], size: int = 1024) -> None:
        self.fill = fill
        self.size = size
        for name, (dtype, value) in fill.items():
            setattr(self, name, np.full(size, value, dtype))

    def __getattr__(self, name: str) -> NDArray:  # only for type checkers and a clear error
        raise AttributeError(f"no column {name!r}")

    def reserve(self, size: int) -> None:
        """Make room for ``size`` entries."""
        if size <= self.size:
            return
        grown = max(size, 2 * self.size)
        for name, (dtype, value) in self.fill.items():
            wide = np.full(grown, value, dtype)
            wide[: self.size] = getattr(self, name)
            setattr(self, name, wide)
        self.size = grown

    def drop_front(self, n: int, used: int) -> None:
        """Forget the first ``n`` of ``used`` entries and move the rest to the front."""
        for name, (_, value) in self.fill.items():
            column = getattr(self, name)
            column[: used - n] = column[n:used].copy()
            column[used - n : used] = value

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
