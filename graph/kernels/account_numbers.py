"""Account ids of any int64 to dense numbers 0, 1, … in order of first sight: an open-addressed hash table."""

import numpy as np
from numba import njit


@njit(cache=True)
def slot_of(account, slots, ids):
    """Position in the open-addressed table ``slots`` that holds ``account``, or the free one where it belongs."""
    low, high = account & 0xFFFFFFFF, (account >> 32) & 0xFFFFFFFF
    mixed = low * 0x1E3779B1 + high * 0x05EBCA6B  # 32 × 29 bits each: the sum stays inside int64
    slot = (mixed ^ (mixed >> 29)) & (len(slots) - 1)
    while slots[slot] >= 0 and ids[slots[slot]] != account:
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@njit(cache=True)
def number_accounts(accounts, begin, slots, ids, known, numbers):
    """Number accounts 0, 1, … in order of first sight, from row ``begin``; return (next row, accounts known).

    ``slots``: of :func:`hash_slots` for ``ids``, of which ``known`` are in use. Stops early when all are.
    """
    for row in range(begin, len(accounts)):
        slot = slot_of(accounts[row], slots, ids)
        if slots[slot] < 0:
            if known == len(ids):
                return row, known
            slots[slot] = known
            ids[known] = accounts[row]
            known += 1
        numbers[row] = slots[slot]
    return len(accounts), known


@njit(cache=True)
def hash_slots(ids, known):
    """Table int32[power of two >= 2 · len(ids)] of the first ``known`` ids: the number in its slot, -1 where free."""
    size = 2
    while size < 2 * len(ids):
        size *= 2
    slots = np.full(size, -1, np.int32)
    for number in range(known):
        slots[slot_of(ids[number], slots, ids)] = number
    return slots
