"""Edges of every account in one direction, sorted by time: the layout that the searches of ``paths`` walk over.

``lists[account]`` says where in ``pool`` its edges lie; they are in order of (time, other end, amount), so that the order is
that of the set and not of arrival. A list that is full moves to a block of twice the size; what it leaves behind is never
more than what it holds.

``scope`` int64[4] is the window of a question: edges with ``scope[AFTER] < time < scope[BEFORE]``, and of each account's edges
in it only the newest ``scope[LIMIT]`` (positive), the oldest (negative) or all (0). ``scope[CUTS]`` counts where a search left
something out: because of the limit, or at its own bound.
"""

import numpy as np
from numba import njit

AFTER, BEFORE, LIMIT, CUTS = range(4)
SMALLEST_BLOCK = 4

LIST = np.dtype([("first", "i8"), ("stop", "i8"), ("room", "i8")])
EDGE = np.dtype([("time", "i8"), ("amount", "i8"), ("other", "i4"), ("unused", "i4")])


@njit(cache=True, inline="always")
def first_after(pool, first, stop, instant):
    """First place in ``pool[first:stop]`` whose time is later than ``instant``."""
    while first < stop:
        middle = (first + stop) // 2
        if pool[middle]["time"] > instant:
            stop = middle
        else:
            first = middle + 1
    return first


@njit(cache=True, inline="always")
def first_from(pool, first, stop, instant):
    """First place in ``pool[first:stop]`` whose time is ``instant`` or later."""
    while first < stop:
        middle = (first + stop) // 2
        if pool[middle]["time"] >= instant:
            stop = middle
        else:
            first = middle + 1
    return first


@njit(cache=True)
def inside(account, scope, lists, pool):
    """(first, stop) of the account's edges that the scope keeps; counts a cut where the limit drops some."""
    stop = lists[account]["stop"]
    first = first_after(pool, lists[account]["first"], stop, scope[AFTER])
    stop = first_from(pool, first, stop, scope[BEFORE])
    limit = scope[LIMIT]
    if limit != 0 and stop - first > abs(limit):
        scope[CUTS] += 1
        if limit > 0:
            first = stop - limit
        else:
            stop = first - limit
    return first, stop


@njit(cache=True)
def insert(account, other, time, amount, lists, pool, used):
    """Add one edge to the account's list; returns how much of the pool is used. The pool has room for a block more."""
    listed = lists[account]
    first, count = listed["first"], listed["stop"] - listed["first"]
    if count == listed["room"]:
        listed["room"] = max(2 * count, SMALLEST_BLOCK)
        for k in range(count):
            pool[used + k] = pool[first + k]
        listed["first"] = first = used
        used += listed["room"]
    at = first + count
    while at > first:
        before = pool[at - 1]
        if (before["time"], before["other"], before["amount"]) <= (time, other, amount):
            break
        pool[at] = before
        at -= 1
    pool[at]["time"] = time
    pool[at]["amount"] = amount
    pool[at]["other"] = other
    listed["stop"] = first + count + 1
    return used


@njit(cache=True)
def totals(account, over, scope, lists, pool, seen, round_):
    """Of the account's edges inside the scope with an amount above ``over``: (distinct other ends, edges, sum).

    seen int64[n] holds the round in which an account was last met.
    """
    first, stop = inside(account, scope, lists, pool)
    ends, count, total = 0, 0, 0
    for at in range(first, stop):
        amount = pool[at]["amount"]
        if amount > over:
            count += 1
            total += amount
            end = pool[at]["other"]
            if seen[end] != round_:
                seen[end] = round_
                ends += 1
    return ends, count, total


@njit(cache=True)
def gather(account, over, scope, lists, pool, seen, round_, slot, out, used):
    """Adds to ``out`` int64[5, room], from column ``used`` on, one column for each other end of the account's edges.

    Rows are account, other end, and count, sum and largest of the edges inside the scope with an amount above ``over``; columns
    in order of the first of them. Returns the columns used. seen int64[n] as in `totals`, slot int32[n] is scratch.
    """
    first, stop = inside(account, scope, lists, pool)
    for at in range(first, stop):
        amount, end = pool[at]["amount"], pool[at]["other"]
        if amount <= over:
            continue
        if seen[end] != round_:
            seen[end] = round_
            slot[end] = used
            out[0, used] = account
            out[1, used] = end
            out[2:, used] = 0
            used += 1
        k = slot[end]
        out[2, k] += 1
        out[3, k] += amount
        out[4, k] = max(out[4, k], amount)
    return used


@njit(cache=True)
def sums_by_neighbour(accounts, over, scope, lists, pool, seen, round_, slot):
    """`gather` for each of int64 ``accounts``, with the rounds ``round_ …``: int64[5, k]."""
    room = 0
    for account in accounts:
        room += lists[account]["stop"] - lists[account]["first"]
    out, used = np.empty((5, room), np.int64), 0
    for account in accounts:
        used = gather(account, over, scope, lists, pool, seen, round_, slot, out, used)
        round_ += 1
    return out[:, :used]


@njit(cache=True)
def edge_between(source, target, scope, lists, pool):
    """Whether an edge inside the scope goes from ``source`` to ``target``."""
    first, stop = inside(source, scope, lists, pool)
    for at in range(first, stop):  # noqa: SIM110 (numba compiles loops, not any())
        if pool[at]["other"] == target:
            return True
    return False


@njit(cache=True)
def triangles(source, target, scope, lists, pool, into_lists, into_pool, seen, round_, slot):
    """Third accounts with an edge from ``target`` and one to ``source`` inside the scope, neither of the two: int64[7, k].

    Rows are the account, then count, sum and largest of the edges to ``source``, then of those from ``target``. ``lists`` and
    ``pool`` are the edges by payer, ``into_*`` by payee. seen and slot as in `gather`; two rounds are used.
    """
    out = np.empty((7, lists[target]["stop"] - lists[target]["first"]), np.int64)
    one = np.array([target, source])
    onward = sums_by_neighbour(one[:1], -1, scope, lists, pool, seen, round_, slot)
    back = sums_by_neighbour(one[1:], -1, scope, into_lists, into_pool, seen, round_ + 1, slot)
    used = 0
    for k in range(onward.shape[1]):
        other = onward[1, k]
        if seen[other] == round_ + 1 and other != source and other != target:
            out[0, used] = other
            out[1:4, used] = back[2:, slot[other]]
            out[4:, used] = onward[2:, k]
            used += 1
    return out[:, :used]
