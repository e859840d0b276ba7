"""Transfers of a window chained by account and size class, on either side: what the search for loops walks over.

A *side* is payers (``OUT``) or payees (``IN``). ``table`` int64[2^k, 2] leads from (account, size class) to its newest edge,
``back`` int32[edges] from an edge to the one before it in its chain, as a distance, 0 at the end; ``bits`` uint64[accounts]
holds a bit for each size class (modulo 64) that the account ever had on that side, and answers most questions alone. A size class
is half an octave; exact amounts are compared anyway. Edges are numbered over the whole stream; ``base`` is the first one kept.
"""

import numpy as np
from numba import njit

NONE = -1
PPM = 1_000_000
MOST = 2**63 - 1
KEY, LAST = 0, 1  # columns of a table: (account, size class) and its newest edge


@njit(cache=True, inline="always")
def size_class(fen):
    """Half octaves: [2^k, 1.5·2^k) is 2k, [1.5·2^k, 2^(k+1)) is 2k+1."""
    octave = 0
    rest = fen
    for shift in (32, 16, 8, 4, 2, 1):
        if rest >> shift:
            rest >>= shift
            octave += shift
    upper = octave > 0 and (fen >> (octave - 1)) & 1
    return 2 * octave + (1 if upper else 0)


@njit(cache=True, inline="always")
def least_kept(fen, keep_ppm):
    """The least amount that keeps ``keep_ppm`` of ``fen``: ⌈fen · keep_ppm / 10⁶⌉ without leaving int64."""
    return fen // PPM * keep_ppm - (-(fen % PPM * keep_ppm) // PPM)


@njit(cache=True, inline="always")
def most_before(fen, keep_ppm):
    """The most of which ``fen`` keeps ``keep_ppm``: ⌊fen · 10⁶ / keep_ppm⌋, int64's greatest where it is more."""
    if fen // keep_ppm >= MOST // PPM - 1:
        return MOST
    return fen // keep_ppm * PPM + fen % keep_ppm * PPM // keep_ppm


@njit(cache=True, inline="always")
def home_of(key, table):
    return np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & (table.shape[0] - 1)


@njit(cache=True, inline="always")
def slot_of(key, table):
    mask = table.shape[0] - 1
    slot = home_of(key, table)
    while table[slot, KEY] != key and table[slot, KEY] != NONE:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, inline="always")
def newest(account, klass, bits, table):
    """The newest edge of ``account`` of a size class, or NONE."""
    if not (bits[account] >> np.uint64(klass & 63)) & np.uint64(1):
        return NONE
    slot = slot_of(np.int64(account) * 128 + klass, table)
    return table[slot, LAST] if table[slot, KEY] != NONE else NONE


@njit(cache=True, inline="always")
def had_any(account, klass, classes, bits):
    """Whether the account may have edges of one of so many size classes from ``klass`` on."""
    if classes >= 64:
        return True
    shift = np.uint64(klass & 63)
    ones = (np.uint64(1) << np.uint64(classes)) - np.uint64(1)
    wanted = (ones << shift) | (ones >> ((np.uint64(64) - shift) & np.uint64(63)) if shift else ones)
    return (bits[account] & wanted) != 0


@njit(cache=True, inline="always")
def one_before(edge, back, base):
    """The edge before ``edge`` in its chain, or NONE."""
    distance = back[edge - base]
    return edge - distance if distance else NONE


@njit(cache=True, inline="always")
def chain_up(edge, account, klass, back, base, bits, table):
    """Make ``edge`` the newest one of ``account`` of its size class; returns 1 where the table has got a new row."""
    bits[account] |= np.uint64(1) << np.uint64(klass & 63)
    slot = slot_of(np.int64(account) * 128 + klass, table)
    is_new = table[slot, KEY] == NONE
    if is_new:
        table[slot, KEY] = np.int64(account) * 128 + klass
        back[edge - base] = 0
    else:
        before = table[slot, LAST]
        back[edge - base] = edge - before if before >= base else 0
    table[slot, LAST] = edge
    return 1 if is_new else 0


@njit(cache=True)
def rebuild(accounts, fen, back, base, end, bits, table):
    """Fill an empty table with the edges ``base .. end``; returns its rows in use."""
    used = 0
    bits[:] = 0
    for edge in range(base, end):
        used += chain_up(edge, accounts[edge - base], size_class(fen[edge - base]), back, base, bits, table)
    return used
