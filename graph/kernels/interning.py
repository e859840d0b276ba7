"""Strings to dense ids: an open-addressed table over an arena of bytes. Equal means equal byte by byte."""

import numpy as np
from numba import njit

NONE = -1
ENTRIES, BYTES = 0, 1
HASH, ENTRY, START, STOP = 0, 1, 2, 3  # columns of the table: half a cache line answers all but the bytes
_PRIME_A = np.uint64(0x9E3779B97F4A7C15)
_PRIME_B = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)


@njit(cache=True, inline="always")
def hash_bytes(data, start, stop):
    """A hash of the bytes; never negative."""
    h = np.uint64(stop - start) * _PRIME_B
    for k in range(start, stop):
        h = (h ^ np.uint64(data[k])) * _PRIME_A
        h ^= h >> _SHIFT
    return np.int64(h >> np.uint64(1))


@njit(cache=True, inline="always")
def same_bytes(data, start, stop, arena, a, b):
    if stop - start != b - a:
        return False
    for k in range(stop - start):  # noqa: SIM110 – a generator is no kernel
        if data[start + k] != arena[a + k]:
            return False
    return True


@njit(cache=True, inline="always")
def put(table, slot, h, entry, start, stop):
    table[slot, HASH] = h
    table[slot, ENTRY] = entry
    table[slot, START] = start
    table[slot, STOP] = stop


@njit(cache=True)
def intern(offsets, data, valid, ids, table, arena, ends, cursor):
    """Write the id of each string into ``ids``; unseen ones get the next id. Returns how many ids there are.

    offsets int32[n+1] and data uint8: the strings; valid bool[n]: others get NONE. table int64[2^k, 4]
    (ENTRY NONE: free), arena uint8 and ends int64[capacity + 1] (entry i is ``arena[ends[i]:ends[i+1]]``) must have
    room for all of them. cursor int64[2]: entries and bytes in use.
    """
    mask = table.shape[0] - 1
    for i in range(ids.shape[0]):
        if not valid[i]:
            ids[i] = NONE
            continue
        start, stop = offsets[i], offsets[i + 1]
        h = hash_bytes(data, start, stop)
        slot = (h >> 20) & mask
        while True:
            entry = table[slot, ENTRY]
            if entry == NONE:
                entry = cursor[ENTRIES]
                used = cursor[BYTES]
                for k in range(stop - start):
                    arena[used + k] = data[start + k]
                cursor[BYTES] = used + stop - start
                cursor[ENTRIES] = entry + 1
                ends[entry + 1] = cursor[BYTES]
                put(table, slot, h, entry, used, cursor[BYTES])
                break
            if table[slot, HASH] == h and same_bytes(data, start, stop, arena, table[slot, START], table[slot, STOP]):
                break
            slot = (slot + 1) & mask
        ids[i] = entry
    return cursor[ENTRIES]


@njit(cache=True)
def find(offsets, data, table, arena):
    """The id of one string, or NONE."""
    mask = table.shape[0] - 1
    start, stop = offsets[0], offsets[1]
    h = hash_bytes(data, start, stop)
    slot = (h >> 20) & mask
    while table[slot, ENTRY] != NONE:
        if table[slot, HASH] == h and same_bytes(data, start, stop, arena, table[slot, START], table[slot, STOP]):
            return table[slot, ENTRY]
        slot = (slot + 1) & mask
    return NONE


@njit(cache=True)
def rehash(arena, ends, entries, table):
    """Fill an empty table with the entries that are there."""
    mask = table.shape[0] - 1
    for entry in range(entries):
        h = hash_bytes(arena, ends[entry], ends[entry + 1])
        slot = (h >> 20) & mask
        while table[slot, ENTRY] != NONE:
            slot = (slot + 1) & mask
        put(table, slot, h, entry, ends[entry], ends[entry + 1])
