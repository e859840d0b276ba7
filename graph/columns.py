"""Growable numpy arrays: one object owns what a kernel walks, and can be copied into a snapshot."""

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


class Rows:
    """int64 rows of named columns, so that a kernel finds all of an entry in one place; columns are views.

    ``empty`` gives for each name the value of unused entries; without ``fills`` they hold anything, for arrays of which an
    entry is written whole before it is read.
    """

    def __init__(self, empty: dict[str, int], size: int = 1024, fills: bool = True) -> None:
        self.fills = fills
        self.number = {name: i for i, name in enumerate(empty)}
        self.empty = np.array(list(empty.values()), np.int64)
        self._hold(np.tile(self.empty, (size, 1)))

    def _hold(self, rows: NDArray[np.int64]) -> None:
        """``rows`` from now on, and its columns as attributes: asking for one costs no more than for any other."""
        self.rows = rows
        self.__dict__.update({name: rows[:, number] for name, number in self.number.items()})

    @property
    def size(self) -> int:
        return len(self.rows)

    def __getattr__(self, name: str) -> NDArray[np.int64]:  # only for type checkers and a clear error
        raise AttributeError(f"no column {name!r}")

    def reserve(self, size: int) -> None:
        """Make room for ``size`` entries."""
        if size > self.size:
            grown = np.empty((max(size, 2 * self.size), len(self.empty)), np.int64)
            grown[: self.size] = self.rows
            if self.fills:
                grown[self.size :] = self.empty
            self._hold(grown)

    def drop_front(self, n: int, used: int) -> None:
        """Forget the first ``n`` of ``used`` entries and move the rest to the front."""
        self.rows[: used - n] = self.rows[n:used].copy()
        if self.fills:
            self.rows[used - n : used] = self.empty

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in self.number}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._hold(self.rows)
