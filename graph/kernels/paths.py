"""Walks over edges sorted by account and time: shortest paths in a window of time, and what a search reaches."""

from numba import njit

NOT_REACHED = -1


@njit(cache=True, inline="always")
def first_after(times, start, stop, instant):
    """First place in ``times[start:stop]``, ascending, whose time is later than ``instant``."""
    while start < stop:
        middle = (start + stop) // 2
        if times[middle] > instant:
            stop = middle
        else:
            start = middle + 1
    return start


@njit(cache=True)
def shortest_path(source, target, after, before, offsets, neighbour, times, seen, round_, queue):
    """Fewest edges with ``after < time < before`` from ``source`` to ``target``, or ``NOT_REACHED``.

    offsets int64[n + 1], neighbour int32[m] and times int64[m]: the edges that leave each account, by time. seen int64[n]
    holds the round in which an account was last met, queue int32[n] is scratch.
    """
    if source == target:
        return 0
    seen[source] = round_
    queue[0] = source
    head, tail, level_end, distance = 0, 1, 1, 1
    while head < tail:
        account = queue[head]
        head += 1
        stop = offsets[account + 1]
        at = first_after(times, offsets[account], stop, after)
        while at < stop and times[at] < before:
            other = neighbour[at]
            if other == target:
                return distance
            if seen[other] != round_:
                seen[other] = round_
                queue[tail] = other
                tail += 1
            at += 1
        if head == level_end:
            level_end = tail
            distance += 1
    return NOT_REACHED


@njit(cache=True)
def reached_from(source, after, before, offsets, neighbour, times, seen, round_, queue):
    """Writes to ``queue`` everyone reached from ``source`` by edges in the window, ``source`` first; returns how many."""
    seen[source] = round_
    queue[0] = source
    head, tail = 0, 1
    while head < tail:
        account = queue[head]
        head += 1
        stop = offsets[account + 1]
        at = first_after(times, offsets[account], stop, after)
        while at < stop and times[at] < before:
            other = neighbour[at]
            if seen[other] != round_:
                seen[other] = round_
                queue[tail] = other
                tail += 1
            at += 1
    return tail


@njit(cache=True)
def rising_steps(source, after, before, max_hops, offsets, neighbour, times, stack, place, found, lengths):
    """Every walk of 1 to ``max_hops`` edges with rising times inside the window and no account twice, from ``source``.

    Walks are written to ``found[k, :lengths[k] + 1]`` until it is full; returns how many there are, written or not.
    stack and place are int64[max_hops + 1] scratch: the walk, and where in the edges each step stands.
    """
    count, depth = 0, 0
    stack[0] = source
    place[0] = first_after(times, offsets[source], offsets[source + 1], after)
    while depth >= 0:
        at = place[depth]
        if depth == max_hops or at >= offsets[stack[depth] + 1] or times[at] >= before:
            depth -= 1
            continue
        place[depth] = at + 1
        other = neighbour[at]
        known = False
        for k in range(depth + 1):
            known |= stack[k] == other
        if known:
            continue
        depth += 1
        stack[depth] = other
        if count < found.shape[0]:
            for k in range(depth + 1):
                found[count, k] = stack[k]
            lengths[count] = depth
        count += 1
        place[depth] = first_after(times, offsets[other], offsets[other + 1], times[at])
    return count
