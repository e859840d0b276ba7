"""Which transfers tell a payment that another source has told before (catalogue §8, DQ-03).

A table of payments in order of their first telling; those of one (debtor, creditor, amount) hang in chains, newest first. A
payment has at most one telling of each witness: two equal transfers of one are two payments. A witness is a source, or a source's
statements of payers or of payees.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.prefetch import AHEAD, prefetch

NONE = -1
WITNESSES_MAX = 4  # "2–4 witnesses"; a fifth source tells another payment
COMPARED_MAX = 256  # equal payments that one transfer is compared with
UNREFERENCED_US = 300_000_000  # 5 minutes
REFERENCED_US = 7 * 86_400_000_000  # banks may book one payment on different days; its reference says that it is one
NOBODYS, PAYERS, PAYEES, SIDES = 0, 1, 2, 3  # statements
COLON = ord(":")
COUNT, CUT = 0, 1  # cursor: payments in the table; transfers that were not compared with all equal ones


@njit(cache=True, inline="always")
def home_of(debtor, creditor, fen, head):
    """The chain of a (debtor, creditor, amount)."""
    key = np.uint64(fen) * np.uint64(0x9E3779B97F4A7C15) ^ (np.uint64(debtor) << np.uint64(32) | np.uint64(creditor))
    key = (key ^ (key >> np.uint64(29))) * np.uint64(0xC2B2AE3D27D4EB4F)
    return np.int64(key >> np.uint64(20)) & (head.shape[0] - 1)


@njit(cache=True, inline="always")
def reach_us(reference):
    """How long after its first telling a payment can be told again."""
    return UNREFERENCED_US if reference == 0 else REFERENCED_US


@njit(cache=True)
def hang(head, link, debtor, creditor, fen, first, end):
    """Hang payments ``first`` to ``end`` into their chains."""
    for j in range(first, end):
        home = home_of(debtor[j], creditor[j], fen[j], head)
        link[j] = head[home]
        head[home] = j


@njit(cache=True)
def keep_open(now, cursor, time, debtor, creditor, fen, reference, row, sources):
    """Drop the payments that nothing from ``now`` on can be a telling of; those left stay in order."""
    kept = 0
    for j in range(cursor[COUNT]):
        if now - time[j] <= reach_us(reference[j]):
            time[kept], debtor[kept], creditor[kept], fen[kept] = time[j], debtor[j], creditor[j], fen[j]
            reference[kept], row[kept] = reference[j], row[j]
            sources[kept] = sources[j]
            kept += 1
    cursor[COUNT] = kept


@njit(cache=True)
def match(
    new_time, new_debtor, new_creditor, new_fen, new_reference, new_source, first_row,
    cursor, head, link, time, debtor, creditor, fen, reference, row, sources, told_as,
):  # fmt: skip
    """For each new transfer, in the one order, ``told_as`` gets the row of the payment that it tells again, or ``NONE``: it is
    one itself, and gets the next row from ``first_row`` on. The table must have room for all of them.

    References are hashes, 0 for none. Of several payments that it could be, one of its reference goes first, then the earliest.
    """
    next_row = first_row
    n = new_time.shape[0]
    for i in range(n):
        ahead = i + AHEAD
        if ahead < n:
            prefetch(head, home_of(new_debtor[ahead], new_creditor[ahead], new_fen[ahead], head))
        home = home_of(new_debtor[i], new_creditor[i], new_fen[i], head)
        best, by_reference, compared = NONE, False, 0
        j = head[home]
        while j != NONE:
            age = new_time[i] - time[j]
            if age > REFERENCED_US:
                break
            equal = debtor[j] == new_debtor[i] and creditor[j] == new_creditor[i] and fen[j] == new_fen[i]
            if equal and age <= reach_us(reference[j]):
                compared += 1
                if compared > COMPARED_MAX:
                    cursor[CUT] += 1
                    break
                referred = new_reference[i] != 0 and reference[j] != 0
                fits = new_reference[i] == reference[j] if referred else age <= UNREFERENCED_US
                for k in range(WITNESSES_MAX):
                    fits = fits and sources[j, k] != new_source[i]
                if fits and sources[j, WITNESSES_MAX - 1] == NONE and (referred or not by_reference):
                    best, by_reference = j, referred
            j = link[j]
        if best == NONE:
            j = cursor[COUNT]
            time[j], debtor[j], creditor[j], fen[j] = new_time[i], new_debtor[i], new_creditor[i], new_fen[i]
            reference[j], row[j] = new_reference[i], next_row
            sources[j, 0] = new_source[i]
            sources[j, 1:] = NONE
            link[j] = head[home]
            head[home] = j
            cursor[COUNT] += 1
            next_row += 1
            told_as[i] = NONE
        else:
            told_as[i] = row[best]
            if reference[best] == 0:
                reference[best] = new_reference[i]
            for k in range(WITNESSES_MAX):
                if sources[best, k] == NONE:
                    sources[best, k] = new_source[i]
                    break


@njit(cache=True, inline="always")
def begins_with(offsets, data, i, account_offsets, account_data, account):
    """Length of ``account`` where text ``i`` begins with it and a colon, else -1."""
    start, length = offsets[i], account_offsets[account + 1] - account_offsets[account]
    if offsets[i + 1] - start <= length or data[start + length] != COLON:
        return -1
    for k in range(length):
        if data[start + k] != account_data[account_offsets[account] + k]:
            return -1
    return length


@njit(cache=True)
def statement_sides(offsets, data, debtor_offsets, debtor_data, creditor_offsets, creditor_data, side):
    """``side[i]`` says whose statement told transfer *i*: event ids of statements begin with the account and a colon.

    Where both accounts fit, the longer one does: ``104:A`` begins ``104:A:B`` too.
    """
    for i in range(side.shape[0]):
        payer = begins_with(offsets, data, i, debtor_offsets, debtor_data, i)
        payee = begins_with(offsets, data, i, creditor_offsets, creditor_data, i)
        side[i] = NOBODYS if payer < 0 and payee < 0 else PAYERS if payer >= payee else PAYEES
