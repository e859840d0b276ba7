"""Which payment in may have been which payment out at another bank (PAY-06): candidates, and the nearest first."""

import numpy as np
from numba import njit

PPM = 1_000_000


@njit(cache=True)
def part(fen, share_ppm):
    """``fen * share_ppm // PPM`` without overflow."""
    return fen // PPM * share_ppm + fen % PPM * share_ppm // PPM


@njit(cache=True)
def candidates(
    fen_in, time_in, bank_in, fen_out, time_out, bank_out, sorted_out, period, window, ahead, fee_ppm, pair_in, pair_out, cost
):
    """Number of candidate pairs; the first ``len(pair_in)`` of them are written as (in, out, cost).

    fen, time int64 and bank int32 by leg; sorted_out int64: the legs out by ``time // period``, then amount. A pair: other
    banks, what is kept is at most fee_ppm of what came, and the leg out comes no later than ``window`` after the leg in and
    no earlier than ``ahead`` before it. The cost is the distance in time. Candidates come in order of the leg in.
    """
    found = 0
    periods, amounts = time_out[sorted_out] // period, fen_out[sorted_out]
    for i in range(fen_in.shape[0]):
        most = fen_in[i]
        least = most - part(most, fee_ppm)
        for p in range((time_in[i] - ahead) // period, (time_in[i] + window) // period + 1):
            first = np.searchsorted(periods, p)
            stop = np.searchsorted(periods, p + 1)
            at = first + np.searchsorted(amounts[first:stop], least)
            while at < stop and amounts[at] <= most:
                j = sorted_out[at]
                at += 1
                apart = time_out[j] - time_in[i]
                if bank_in[i] == bank_out[j] or apart > window or apart < -ahead:
                    continue
                if found < pair_in.shape[0]:
                    pair_in[found], pair_out[found], cost[found] = i, j, abs(apart)
                found += 1
    return found


@njit(cache=True)
def nearest_first(order, cost, pair_in, pair_out, partner_in, partner_out):
    """Take candidates in ``order`` (int64: by cost, of one cost by leg in) where both legs are free; fills the partners (int64,
    -1 where there is none). Of the legs out that are as near to one leg in, the first that is free is taken."""
    k = 0
    while k < len(order):
        i, near = pair_in[order[k]], cost[order[k]]
        taken = -1
        while k < len(order) and pair_in[order[k]] == i and cost[order[k]] == near:
            j = pair_out[order[k]]
            if partner_in[i] < 0 and partner_out[j] < 0 and (taken < 0 or j < taken):
                taken = j
            k += 1
        if taken >= 0:
            partner_in[i] = taken
            partner_out[taken] = i
