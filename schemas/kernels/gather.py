"""From the cells that ``flat_json`` filled to columns of numbers and of text."""

import numpy as np
from numba import njit

from chuantou.schemas.kernels.flat_json import SHIFT

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def copy_numbers(rows, field, known, cells, fill, out, valid):
    """``out[k]`` = the number of ``rows[k]``, or ``fill`` and not valid."""
    bit = _ONE << np.uint64(field)
    for k in range(rows.shape[0]):
        has = known[rows[k]] & bit != 0
        valid[k] = has
        out[k] = cells[rows[k], field] if has else fill


@njit(cache=True, nogil=True)
def text_sizes(rows, field, known, cells, default_size, offsets, valid):
    """Arrow offsets int32[n + 1] of a text column; returns how many bytes it needs."""
    bit = _ONE << np.uint64(field)
    at = 0
    offsets[0] = 0
    for k in range(rows.shape[0]):
        has = known[rows[k]] & bit != 0
        valid[k] = has
        at += cells[rows[k], field] & ((1 << SHIFT) - 1) if has else default_size
        offsets[k + 1] = at
    return at


@njit(cache=True, nogil=True)
def copy_text(rows, field, known, cells, data, default, offsets, out):
    """Copy the bytes of a text column into ``out`` at ``offsets``."""
    bit = _ONE << np.uint64(field)
    for k in range(rows.shape[0]):
        at, size = offsets[k], offsets[k + 1] - offsets[k]
        if known[rows[k]] & bit != 0:
            start = cells[rows[k], field] >> SHIFT
            for j in range(size):
                out[at + j] = data[start + j]
        else:
            for j in range(size):
                out[at + j] = default[j]
