"""snapml's GraphFeaturePreprocessor counting temporal cycles: the peer of CYC-2.

It counts what we call bundled cycles, closed by each edge, when it is fed edge by edge; in larger batches its counts depend
on the cut, edges that arrive late lose cycles, and times of 2³¹ and more break it (seconds are fine).
"""

import time

import numpy as np
from snapml import GraphFeaturePreprocessor

FEATURES = ("fan", "degree", "scatter-gather", "temp-cycle", "lc-cycle")
LONGEST = 11  # its bins: cycles of 2 … 11 accounts, the last one open


def preprocessor(window: int) -> GraphFeaturePreprocessor:
    gfp = GraphFeaturePreprocessor()
    settings = {"num_threads": 1, "time_window": -1, "max_no_edges": -1, "vertex_stats": False}
    settings |= {feature: feature == "temp-cycle" for feature in FEATURES}
    gfp.set_params({**settings, "temp-cycle_tw": window, "temp-cycle_bins": list(range(2, LONGEST + 1))})
    return gfp


def cycle_counts(src: np.ndarray, dst: np.ndarray, times: np.ndarray, window: int, batch: int = 1) -> tuple[np.ndarray, float]:
    """int64[n, 12], column *k*: cycles of *k* accounts each edge closes; and the seconds that it took."""
    gfp = preprocessor(window)
    rows = np.column_stack((np.arange(len(src)), src, dst, times)).astype(float)
    start = time.perf_counter()
    parts = [gfp.transform(rows[at : at + batch]) for at in range(0, len(rows), batch)]
    seconds = time.perf_counter() - start
    counts = np.zeros((len(src), LONGEST + 1), np.int64)
    counts[:, 2:] = np.vstack(parts)[:, 4:].astype(np.int64)
    return counts, seconds
