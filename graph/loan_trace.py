"""Where the money of a loan went: outflows that carry a share of what came in, for a few steps (FinBench TCR8).

An edge counts when its amount exceeds ``threshold_ppm`` of the upstream of its payer: all transfers into him inside the
window. No order of time along the trace.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.edges import TimedEdges, Window
from chuantou.graph.kernels.paths import share_trace

MAX_THRESHOLD_PPM = 10**15


class LoanTrace(NamedTuple):
    """Accounts that the money reached, int32[k] in order of first sight; ``inflow`` int64[k] by edges that count, each once;
    ``distance`` int64[k], that of the first account is 1."""

    account: NDArray[np.int32]
    inflow: NDArray[np.int64]
    distance: NDArray[np.int64]


def loan_trace(
    flows: TimedEdges, transfers: TimedEdges, starts: Iterable[int], threshold_ppm: int, window: Window, steps: int = 3
) -> LoanTrace:
    """Accounts reached from ``starts`` by at most ``steps`` counting edges of ``flows`` inside the window.

    ``transfers``, over the same accounts, are the edges that make an upstream; a limit of the window holds for the edges that
    are followed only. A start is listed only when it is reached again. ValueError for a threshold outside 0 … 10¹⁵ ppm or
    accounts that differ, IndexError for a start that is no account.
    """
    if not 0 <= threshold_ppm <= MAX_THRESHOLD_PPM:
        raise ValueError(f"threshold_ppm {threshold_ppm}: expected 0 to {MAX_THRESHOLD_PPM}")
    if flows.n != transfers.n:
        raise ValueError(f"flows have {flows.n} accounts, transfers {transfers.n}")
    first = np.array(sorted(set(starts)), np.int32)
    if len(first) and not 0 <= first[0] <= first[-1] < flows.n:
        raise IndexError(f"starts {first[0]} to {first[-1]}: expected 0 to {flows.n - 1}")
    account, (inflow, distance) = np.empty(flows.n, np.int32), np.empty((2, flows.n), np.int64)
    seen, round_, slot, queue = flows.scratch()
    n = share_trace(first, steps, threshold_ppm, window.scope, flows.outgoing.lists, flows.outgoing.pool,
                    transfers.incoming.lists, transfers.incoming.pool, seen, round_, slot, queue,
                    account, inflow, distance)  # fmt: skip
    return LoanTrace(account[:n], inflow[:n], distance[:n])
