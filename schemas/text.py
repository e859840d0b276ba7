"""The bytes of an Arrow string column, as kernels read them."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def text_buffers(column: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """``(offsets int32[n + 1], data uint8)`` of a string column, without copying; null entries hold no bytes."""
    _, offsets, data = column.buffers()
    starts = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return starts, np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
