"""Look-through shares by pushing whole holdings down the stakes, in integers (catalogue §3.3, E = A(I − A)⁻¹).

The row of E that belongs to one holder is the sum over all walks that start there. A unit of ownership is put on the
holder; whatever reaches a company is counted there and handed on in proportion to the company's own stakes, until
nothing is left. Every stake carries the remainder of its divisions over to its next push, so all it ever loses is less
than one unit, however often money goes round a cross-holding. No float: the result is the same on every machine.
"""

import numpy as np
from numba import njit

# 100 %: a stake of one ppm of a stake of one ppm is still one unit
WHOLE = 1_000_000_000_000
PPM = 1_000_000
# Bounds inside int64: what is pushed at once is multiplied by a ratio, what has been pushed in all is added up. The
# first is met only where a register hands out more than 100 % of a company, the second where a ring owns all of itself,
# or more than 99.99 %.
MAX_AMOUNT = 8 * WHOLE
MAX_SHARE = 10_000 * WHOLE


@njit(cache=True)
def push_shares(first_stake, company, ratio_ppm, holder, max_pushes):
    """(share int64[n], in units of ``WHOLE``; whether the search was cut short).

    Node *i* holds the stakes ``first_stake[i] : first_stake[i + 1]``: int64 ``company[s]`` and ``ratio_ppm[s]``.
    Pushes are first in, first out. They are cut short after ``max_pushes``, ``MAX_AMOUNT`` or ``MAX_SHARE``; the shares
    are then lower bounds.
    """
    n = first_stake.shape[0] - 1
    share = np.zeros(n, np.int64)
    arrived = np.zeros(n, np.int64)
    remainder = np.zeros(company.shape[0], np.int64)
    queue = np.empty(n, np.int64)
    waiting = np.zeros(n, np.bool_)
    arrived[holder] = WHOLE
    waiting[holder] = True
    queue[0] = holder
    head, length = 0, 1
    pushes = 0
    while length > 0:
        if pushes == max_pushes:
            return share, True
        pushes += 1
        node = queue[head]
        head = (head + 1) % n
        length -= 1
        waiting[node] = False
        amount = arrived[node]
        arrived[node] = 0
        if amount > MAX_AMOUNT or share[node] > MAX_SHARE:
            return share, True
        for s in range(first_stake[node], first_stake[node + 1]):
            product = amount * ratio_ppm[s] + remainder[s]
            passed = product // PPM
            remainder[s] = product - passed * PPM
            if passed == 0:
                continue
            target = company[s]
            share[target] += passed
            arrived[target] += passed
            if not waiting[target]:
                waiting[target] = True
                queue[(head + length) % n] = target
                length += 1
    return share, False
