"""Ties of the one order: neighbours of one instant sorted by event id, and those that must be booked credits first."""

from numba import njit


@njit(cache=True, inline="always")
def before(a, b, offsets, data):
    """Whether string *a* sorts before string *b*: by UTF-8 bytes, which is by code points."""
    i, j = offsets[a], offsets[b]
    while i < offsets[a + 1] and j < offsets[b + 1]:
        if data[i] != data[j]:
            return data[i] < data[j]
        i += 1
        j += 1
    return j < offsets[b + 1]


@njit(cache=True, inline="always")
def end_of_run(same, start):
    """One past the last row of the run of equal neighbours that begins at ``start``; ``same[i]``: row i equals row i+1."""
    stop = start + 1
    while stop < same.shape[0] and same[stop]:
        stop += 1
    return stop + 1


@njit(cache=True)
def sort_ties(order, same, offsets, data, longest):
    """Sort every run of equal neighbours in ``order`` by string, in place; returns the rows of runs over ``longest``.

    order int64[n], same bool[n-1]. Insertion sort: ties are short, and longer ones are left to the caller.
    """
    left = 0
    i = 0
    n = order.shape[0]
    while i < n - 1:
        if not same[i]:
            i += 1
            continue
        stop = end_of_run(same, i)
        if stop - i > longest:
            left += stop - i
        else:
            for k in range(i + 1, stop):
                row = order[k]
                at = k
                while at > i and before(row, order[at - 1], offsets, data):
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = row
        i = stop
    return left


@njit(cache=True)
def awaits_credit(same, debtor, creditor, stamp, waiting):
    """Mark in ``waiting`` the runs of equal neighbours in which a payer is credited too (by their first row).

    stamp int64[accounts], zero on entry and on return.
    """
    i = 0
    found = 0
    n = debtor.shape[0]
    while i < n - 1:
        if not same[i]:
            i += 1
            continue
        stop = end_of_run(same, i)
        for k in range(i, stop):
            if debtor[k] != creditor[k]:
                stamp[creditor[k]] = i + 1
        for k in range(i, stop):
            if stamp[debtor[k]] == i + 1:
                waiting[i] = True
                found += 1
                break
        for k in range(i, stop):
            stamp[creditor[k]] = 0
        i = stop
    return found
