"""The one order of events: (event_time, source_id, bank_seq, event_id) over all streams.

Transfers of one instant that no ``bank_seq`` orders are booked credits first: an account is credited before it is
debited (catalogue §3.6), so sources that give only a date do not invent overdrafts.
"""

from collections import defaultdict
from heapq import heapify, heappop, heappush

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.detectors.kernels import ordering as kernel
from chuantou.schemas.text import text_buffers

LONG_TIE = 64  # insertion sort up to here


def merged_order(
    time: NDArray[np.int64], source: pa.Array, bank_seq: NDArray[np.int64], event_id: pa.Array
) -> NDArray[np.int64]:
    """int64[n]: the permutation that puts events into the one order. All inputs have n entries."""
    if len(time) < 2 or bool((np.diff(time) > 0).all()):
        return np.arange(len(time))
    encoded = source.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    rank_of = np.empty(len(names), np.int64)
    rank_of[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    rank = rank_of[encoded.indices.to_numpy(zero_copy_only=False)]
    order = np.lexsort((bank_seq, rank, time))
    same = (np.diff(time[order]) == 0) & (np.diff(rank[order]) == 0) & (np.diff(bank_seq[order]) == 0)
    if not same.any():
        return order
    offsets, data = text_buffers(event_id)
    if kernel.sort_ties(order, same, offsets, data, LONG_TIE):
        for start, stop in runs(same):
            if stop - start > LONG_TIE:
                tied = order[start:stop]
                ids = event_id.take(pa.array(tied)).to_pylist()
                order[start:stop] = tied[sorted(range(len(ids)), key=ids.__getitem__)]
    return order


def runs(same: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """``[start, stop)`` of every run of two or more equal neighbours; ``same[i]``: entry i equals entry i+1."""
    if not same.any():
        return []
    edge = np.diff(np.concatenate(([0], same.astype(np.int8), [0])))
    return list(zip(np.flatnonzero(edge == 1).tolist(), (np.flatnonzero(edge == -1) + 1).tolist()))


def credits_first(
    time: NDArray[np.int64], bank_seq: NDArray[np.int64], debtor: NDArray[np.int32], creditor: NDArray[np.int32]
) -> NDArray[np.int64] | None:
    """A permutation that books credits before debits among transfers of one instant and ``bank_seq``, or None.

    Transfers are in the one order already; within a tie the earliest in that order goes first among those whose payer
    awaits no further credit of the tie. A circle of waiting payers is broken at its earliest transfer.
    """
    same = (np.diff(time) == 0) & (np.diff(bank_seq) == 0)
    if not same.any():
        return None
    waiting = np.zeros(len(time), np.bool_)
    stamp = np.zeros(int(max(debtor.max(), creditor.max())) + 1, np.int64)
    if not kernel.awaits_credit(same, debtor, creditor, stamp, waiting):
        return None
    order = np.arange(len(time))
    for start, stop in runs(same):
        if waiting[start]:
            paying, paid = debtor[start:stop].tolist(), creditor[start:stop].tolist()
            order[start:stop] = start + np.array(_topological(paying, paid), np.int64)
    return order


def _topological(debtor: list[int], creditor: list[int]) -> list[int]:
    awaited: dict[int, int] = defaultdict(int)
    by_payer: dict[int, list[int]] = defaultdict(list)
    for i, (payer, payee) in enumerate(zip(debtor, creditor)):
        by_payer[payer].append(i)
        if payer != payee:
            awaited[payee] += 1
    ready = [i for i, payer in enumerate(debtor) if not awaited[payer]]
    heapify(ready)
    out: list[int] = []
    done, oldest = [False] * len(debtor), 0
    while len(out) < len(debtor):
        if not ready:  # a circle: its earliest transfer goes ahead
            while done[oldest]:
                oldest += 1
            heappush(ready, oldest)
        i = heappop(ready)
        if done[i]:
            continue
        done[i] = True
        out.append(i)
        payee = creditor[i]
        if debtor[i] != payee:
            awaited[payee] -= 1
            if not awaited[payee]:
                for j in by_payer[payee]:
                    heappush(ready, j)
    return out
