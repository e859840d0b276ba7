"""A set of 128-bit keys: which events were seen before."""

import numpy as np
from numba import njit

EMPTY = 0
_PRIME_A = np.uint64(0x9E3779B97F4A7C15)
_PRIME_B = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)


@njit(cache=True)
def mix(high, low, offsets, data):
    """Fold the bytes of each string into the two lanes of its row, in place. offsets int32[n+1], data uint8."""
    for i in range(high.shape[0]):
        a, b = high[i], low[i]
        for k in range(offsets[i], offsets[i + 1]):
            byte = np.uint64(data[k]) + np.uint64(1)
            a = (a ^ byte) * _PRIME_A
            a ^= a >> _SHIFT
            b = (b + byte) * _PRIME_B
            b ^= b >> _SHIFT
        length = np.uint64(offsets[i + 1] - offsets[i])
        high[i] = (a ^ length) * _PRIME_B
        low[i] = (b + length) * _PRIME_A


@njit(cache=True)
def add(high, low, table_high, table_low, fresh):
    """Insert keys; ``fresh[i]`` says whether key *i* was new. The table must have room (load under one half)."""
    mask = np.uint64(table_high.shape[0] - 1)
    added = 0
    for i in range(high.shape[0]):
        h, lo = high[i], low[i]
        if h == EMPTY and lo == EMPTY:
            lo = np.uint64(1)
        slot = (h ^ (lo >> np.uint64(17))) & mask
        while True:
            if table_high[slot] == h and table_low[slot] == lo:
                fresh[i] = False
                break
            if table_high[slot] == EMPTY and table_low[slot] == EMPTY:
                table_high[slot] = h
                table_low[slot] = lo
                fresh[i] = True
                added += 1
                break
            slot = (slot + np.uint64(1)) & mask
    return added
