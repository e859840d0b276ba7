"""Look-through shares: what one party owns of each other through every chain and ring of stakes (catalogue §3.3).

Value flows from *givers* to *takers*: from holder to company for what a party owns, from company to holder for who owns it.
In units of 1 / ``WHOLE`` the shares are defined as the least fixed point *y* of

    y[t] = start[t] + floor(sum of y[g] * ratio[g, t] over its givers / 10^6)

It is unique, whatever the order of computing, and less than one unit a step below the exact E = A(I − A)⁻¹: let *x* be the
exact solution and *w* the number of steps a unit takes before it leaves the register (w = 1 + sum of w * ratio), then
x − w < y <= x. Outside rings it is computed in one pass. A ring is first *bracketed*: floats guess x and w, and integers prove
the bracket, so that no accident of the floats can reach a result:

- ``low`` <= y, because low[t] + 1 <= start[t] + floor(inflow of low) for every t of the ring (subtract from y's own
  inequality: the difference is at least its own inflow, and nothing negative stays when it is followed round for ever);
- ``high`` >= x, because high[t] >= start[t] + ceil(inflow of high) for every t of the ring.

Where low and high round to one ppm, so do x and y. Where they do not, the ring *climbs* from low to y in integers.
"""

import numpy as np
from numba import njit

NONE = -1
PPM = 1_000_000
WHOLE = 1_000_000_000_000_000  # 100 %
UNITS_A_PPM = WHOLE // PPM
MAX_SHARE = 1_000 * WHOLE  # a value that would pass it stays there: inflow never leaves int64
# columns of a stake, and of a party
HOLDER, COMPANY, RATIO, FIRST, LAST, NEXT_HELD, NEXT_HOLDER = range(7)
FIRST_HELD, FIRST_HOLDER = range(2)
MAX_GUESS_VISITS = 50_000_000  # stakes one guess may look at: about 0.1 s
MAX_CLIMB_VISITS = 50_000_000
ROUNDING = 2e-15  # steps that floats cannot tell from noise, in parts of the largest value
STEADY = 0.003  # how far the decay of the guess's steps may still move before it is summed up as a geometric series


@njit(cache=True)
def counts_on(stakes, parties, stake, day):
    """Whether a stake counts on ``day``. On the day of a hand-over those that begin count, not those that end."""
    if stakes[stake, FIRST] > day or stakes[stake, LAST] < day:
        return False
    if stakes[stake, LAST] != day or stakes[stake, FIRST] == day:
        return True
    other = parties[stakes[stake, COMPANY], FIRST_HOLDER]
    while other != NONE:
        if stakes[other, FIRST] == day and stakes[other, LAST] >= day:
            return False
        other = stakes[other, NEXT_HOLDER]
    return True


@njit(cache=True)
def reach(stakes, parties, start, first_day, last_day, upward, stops, most):
    """(stakes int64[k] on walks from ``start`` that are valid on one of the days, whether there were more than ``most``).

    ``stops`` bool[parties]: from whom walks do not go on. Too many: those of the last full distance from the start.
    """
    near, follow, far = (FIRST_HOLDER, NEXT_HOLDER, HOLDER) if upward else (FIRST_HELD, NEXT_HELD, COMPANY)
    found = np.empty(min(most, stakes.shape[0]), np.int64)
    seen = np.zeros(parties.shape[0], np.bool_)
    queue = np.empty(parties.shape[0], np.int64)
    queue[0] = start
    seen[start] = True
    head, tail, level_end = 0, 1, 1
    n, n_before = 0, 0
    while head < tail:
        if head == level_end:
            level_end, n_before = tail, n
        stake = parties[queue[head], near]
        head += 1
        while stake != NONE:
            if stakes[stake, FIRST] <= last_day and stakes[stake, LAST] >= first_day:
                if n == most:
                    return found[:n_before], True
                found[n] = stake
                n += 1
                end = stakes[stake, far]
                if not seen[end]:
                    seen[end] = True
                    if not stops[end]:
                        queue[tail] = end
                        tail += 1
            stake = stakes[stake, follow]
    return found[:n], False


@njit(cache=True)
def that_count(stakes, parties, rows, day):
    """bool[k]: which of the stakes ``rows`` count on ``day``."""
    counts = np.empty(rows.shape[0], np.bool_)
    for i in range(rows.shape[0]):
        counts[i] = counts_on(stakes, parties, rows[i], day)
    return counts


@njit(cache=True)
def issued(stakes, parties, companies, day):
    """int64[k]: ppm of each company that is held on ``day``, all its stakes together."""
    total = np.zeros(companies.shape[0], np.int64)
    for i in range(companies.shape[0]):
        stake = parties[companies[i], FIRST_HOLDER]
        while stake != NONE:
            if counts_on(stakes, parties, stake, day):
                total[i] += stakes[stake, RATIO]
            stake = stakes[stake, NEXT_HOLDER]
    return total


@njit(cache=True)
def by_node(n, node):
    """(first int64[n + 1], order int64[m]): the entries of each node, in their order."""
    first = np.zeros(n + 1, np.int64)
    for i in range(node.shape[0]):
        first[node[i] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    free = first[:n].copy()
    order = np.empty(node.shape[0], np.int64)
    for i in range(node.shape[0]):
        order[free[node[i]]] = i
        free[node[i]] += 1
    return first, order


@njit(cache=True)
def distances(n, giver, taker, start):
    """int64[n]: stakes on the shortest way from ``start``; ``NONE`` where there is none."""
    first, order = by_node(n, giver)
    distance = np.full(n, NONE, np.int64)
    queue = np.empty(n, np.int64)
    distance[start] = 0
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        for k in range(first[node], first[node + 1]):
            end = taker[order[k]]
            if distance[end] == NONE:
                distance[end] = distance[node] + 1
                queue[tail] = end
                tail += 1
    return distance


@njit(cache=True)
def components(n, first, order, taker):
    """(place int64[n], stop int64[n]): nodes in an order in which givers come before takers, rings together.

    ``stop[p]`` is where the ring that begins at place *p* ends (p + 1 for a node in none). Tarjan's algorithm, SIAM J.
    Comput. 1 (1972), without recursion.
    """
    number = np.full(n, NONE, np.int64)
    least = np.empty(n, np.int64)
    step = first[:n].copy()
    path, open_nodes = np.empty(n, np.int64), np.empty(n, np.int64)
    is_open = np.zeros(n, np.bool_)
    place, stop = np.empty(n, np.int64), np.empty(n, np.int64)
    counter, n_open, end = 0, 0, n
    for root in range(n):
        if number[root] != NONE:
            continue
        path[0] = root
        depth = 1
        while depth > 0:
            node = path[depth - 1]
            if number[node] == NONE:
                number[node] = least[node] = counter
                counter += 1
                open_nodes[n_open] = node
                n_open += 1
                is_open[node] = True
            if step[node] < first[node + 1]:
                other = taker[order[step[node]]]
                step[node] += 1
                if number[other] == NONE:
                    path[depth] = other
                    depth += 1
                elif is_open[other]:
                    least[node] = min(least[node], number[other])
                continue
            depth -= 1
            if depth > 0:
                least[path[depth - 1]] = min(least[path[depth - 1]], least[node])
            if least[node] == number[node]:
                size = 0
                while open_nodes[n_open - 1 - size] != node:
                    size += 1
                size += 1
                for i in range(size):
                    place[open_nodes[n_open - size + i]] = end - size + i
                    is_open[open_nodes[n_open - size + i]] = False
                stop[end - size] = end
                n_open -= size
                end -= size
    return place, stop


@njit(cache=True)
def arrange(n, giver, taker, ratio, upward):
    """The stakes as :func:`settle` walks them: (place, stop, first, inside, source, ratio, weight, closed).

    Places as of :func:`components`. The givers of place *p* are ``source[first[p] : first[p + 1]]``, ascending, from
    ``inside[p]`` on those of its own ring. ``closed`` bool[n] marks a ring of which nobody outside holds anything, by its
    first place; so is one that holds more than all of one of its companies.
    """
    out_first, order = by_node(n, giver)
    place, stop = components(n, out_first, order, taker)
    node_at = np.empty(n, np.int64)
    for node in range(n):
        node_at[place[node]] = node
    ring = np.empty(n, np.int64)
    p = 0
    while p < n:
        ring[p : stop[p]] = p
        p = stop[p]
    first, _ = by_node(n, place[taker])
    inside, free = first[:n].copy(), first[:n].copy()
    source = np.empty(giver.shape[0], np.int32)
    ratios = np.empty(giver.shape[0], np.int64)
    within = np.zeros(n, np.int64)  # ppm of each company that its ring holds
    for p in range(n):
        node = node_at[p]
        for k in range(out_first[node], out_first[node + 1]):
            target = place[taker[order[k]]]
            source[free[target]] = p
            ratios[free[target]] = ratio[order[k]]
            free[target] += 1
            if ring[target] == ring[p]:
                within[p if upward else target] += ratio[order[k]]
            else:
                inside[target] += 1
    closed = np.zeros(n, np.bool_)
    p = 0
    while p < n:
        held = within[p : stop[p]]
        closed[p] = stop[p] > p + 1 and (held.min() >= PPM or held.max() > PPM)
        p = stop[p]
    return place, stop, first, inside, source, ratios, ratios / PPM, closed


@njit(cache=True)
def inflow(value, source, ratio, begin, end, round_up):
    """What these givers' values bring, rounded; int64 ``value`` by place, at most ``MAX_SHARE`` each."""
    whole, rest = 0, PPM - 1 if round_up else 0
    for k in range(begin, end):
        parts = value[source[k]] // PPM
        whole += parts * ratio[k]
        rest += (value[source[k]] - parts * PPM) * ratio[k]
        if whole > MAX_SHARE:
            return MAX_SHARE
    return min(whole + rest // PPM, MAX_SHARE)


@njit(cache=True)
def guess(x, base, p, stop, first, inside, source, weight, precision):
    """Solve x = base + inflow of the ring for its places ``p : stop``, in floats, until no step exceeds ``precision``.

    Gauss–Seidel; once its steps shrink by a steady factor, the rest of the series is added at once (Lyusternik).
    """
    before = np.zeros(stop - p)
    sweeps = MAX_GUESS_VISITS // (first[stop] - first[p] + 1)
    decay_before = 0.0
    for _ in range(sweeps):
        product, square, largest_step, largest = 0.0, 0.0, 0.0, 0.0
        for j in range(p, stop):
            total = base[j]
            for k in range(inside[j], first[j + 1]):
                total += x[source[k]] * weight[k]
            step = total - x[j]
            x[j] = total
            product += step * before[j - p]
            square += before[j - p] * before[j - p]
            before[j - p] = step
            largest_step = max(largest_step, abs(step))
            largest = max(largest, abs(total))
        if largest_step <= max(precision, ROUNDING * largest) or largest > MAX_SHARE or not np.isfinite(square):
            return
        decay = product / square if square > 0 else 0.0
        if 0 < decay < 1 and abs(decay - decay_before) < STEADY * (1 - decay):
            for j in range(p, stop):
                x[j] += before[j - p] * decay / (1 - decay)
        decay_before = decay


@njit(cache=True)
def bracket(low, high, given, walk, x, base, p, stop, first, inside, source, ratio, weight):
    """Put proven bounds of the ring ``p : stop`` into ``low`` and ``high``; False where they could not be proven."""
    width = 0
    for j in range(p, stop):
        least = given[j] + inflow(low, source, ratio, first[j], inside[j], False)
        width = max(width, given[j] + inflow(high, source, ratio, first[j], inside[j], True) - least)
        base[j] = least
        x[j] = least
    guess(x, base, p, stop, first, inside, source, weight, 0.5)
    if walk[p] == 0.0:
        walk[p:stop] = 1.0
        guess(walk, np.ones(first.shape[0]), p, stop, first, inside, source, weight, 0.1)
    margin = 4.0 + width
    for _ in range(4):
        proven = True
        for j in range(p, stop):
            if not (0 < walk[j] * margin < MAX_SHARE / 4 and abs(x[j]) < MAX_SHARE / 4):
                return False
            low[j] = int(np.floor(x[j] - margin * walk[j]))
            high[j] = int(np.ceil(x[j] + margin * walk[j]))
        for j in range(p, stop):
            proven &= low[j] < given[j] + inflow(low, source, ratio, first[j], first[j + 1], False)
            proven &= high[j] >= given[j] + inflow(high, source, ratio, first[j], first[j + 1], True)
        if proven:
            low[p:stop] = np.maximum(low[p:stop], 0)
            return True
        margin *= 64
    return False


@njit(cache=True)
def climb(low, given, p, stop, first, source, ratio):
    """Raise ``low`` of the ring to the least fixed point; False where ``MAX_CLIMB_VISITS`` cut it short."""
    sweeps = MAX_CLIMB_VISITS // (first[stop] - first[p] + 1)
    for _ in range(sweeps):
        still = True
        for j in range(p, stop):
            value = min(given[j] + inflow(low, source, ratio, first[j], first[j + 1], False), MAX_SHARE)
            if value > low[j]:
                low[j] = value
                still = False
        if still:
            return True
    return False


@njit(cache=True)
def settle(start, exact, walk, stop, first, inside, source, ratio, weight, closed):
    """Shares from place ``start``: (low int64[n], high int64[n], met_closed bool[n], whether a bound was met).

    ``exact``: ``low`` is the least fixed point itself. ``walk`` float64[n] keeps what rings of one arrangement have in
    common, zero at first. A closed ring is taken as one company: who is in it owns all of it.
    """
    n = stop.shape[0]
    low, high, given = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    met_closed = np.zeros(n, np.bool_)
    x, base = np.empty(n), np.empty(n)
    given[start] = WHOLE
    cut = False
    p = 0
    while p < n:
        end = stop[p]
        if end <= start:  # above it
            p = end
            continue
        if end == p + 1:
            low[p] = given[p] + inflow(low, source, ratio, first[p], first[end], False)
            high[p] = given[p] + inflow(high, source, ratio, first[p], first[end], True)
        else:
            least, most = 0, 0
            for j in range(p, end):
                least = min(WHOLE, least + given[j] + inflow(low, source, ratio, first[j], inside[j], False))
                most = min(WHOLE, most + given[j] + inflow(high, source, ratio, first[j], inside[j], True))
            if closed[p]:
                low[p:end], high[p:end] = least, most
                met_closed[p:end] = most > 0
            elif most > 0:
                if not bracket(low, high, given, walk, x, base, p, end, first, inside, source, ratio, weight):
                    low[p:end] = 0
                    cut |= not climb(low, given, p, end, first, source, ratio)
                    high[p:end] = low[p:end]
                elif exact:
                    cut |= not climb(low, given, p, end, first, source, ratio)
                    high[p:end] = low[p:end]
        for j in range(p, end):
            cut |= low[j] >= MAX_SHARE
        p = end
    return low, high, met_closed, cut


@njit(cache=True, nogil=True)
def shares_from(start, walk, place, stop, first, inside, source, ratio, weight, closed):
    """(ppm int64[n] to the nearest, whether in a closed ring bool[n], both by node; whether a bound was met).

    Arguments as of :func:`settle`, with the ``place`` of every node. Where a bound was met nothing exceeds 100 %: what goes
    round a ring that is all but closed says no more than "all of it".
    """
    low, high, met_closed, cut = settle(place[start], False, walk, stop, first, inside, source, ratio, weight, closed)
    if ((low + UNITS_A_PPM // 2) // UNITS_A_PPM != (high + UNITS_A_PPM // 2) // UNITS_A_PPM).any():
        low, high, met_closed, cut = settle(place[start], True, walk, stop, first, inside, source, ratio, weight, closed)
    ppm = (low + UNITS_A_PPM // 2) // UNITS_A_PPM
    return (np.minimum(ppm, PPM) if cut else ppm)[place], met_closed[place], cut
