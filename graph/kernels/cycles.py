"""Temporal cycles closed by each transfer of a stream: a search over a sliding window of transfers.

A transfer payer → payee at time t closes a cycle when money can come from the payee back to the payer over distinct
accounts, at strictly increasing times, all of them in [t − window, t). For each transfer the kernel

1. labels, forwards from the payee, the earliest time money can arrive at each account (most transfers end here);
2. goes back from the payer, payment by payment, entering an account only if money can have arrived there in time;
   a cycle is found at each account on the way that the payee paid itself, early enough;
3. appends the transfer to the window.

All transfers from one account to another are *one* branch of both steps, so a cycle is counted once for its accounts,
however many transfers run beside each other ("bundled" count), and they cost what one does.

Layout, one record a row, so that what is read together lies in one cache line:

- ``lists``, ``pool``: the window (:mod:`chuantou.graph.kernels.transfer_window`).
- ``labels``, ``notes``, ``directs``: what step 1 found (:mod:`chuantou.graph.kernels.arrivals`).
- ``branches[account]``: where in ``payers`` step 2 has listed who paid the account, by the oldest transfer that money can
  have taken: the first one that is too late ends them. ``options``: their transfers.
- ``frames``, ``members``: the chain being followed, one frame an account, with the transfers by which it can pay on.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.arrivals import NOBODY, label_arrivals
from chuantou.graph.kernels.chain_members import NO_RULE, gather, write_loop
from chuantou.graph.kernels.prefetch import AHEAD, prefetch
from chuantou.graph.kernels.transfer_window import (
    IN,
    OUT,
    append,
    block_needed,
    drop_before,
    forget_passed_over,
    inlined,
    newest_time,
)

CLOSING = 0  # place in `options` of the transfer that is being searched

BRANCH = np.dtype(
    [
        ("expanded", "i8"),  # event for which the next three fields hold
        ("until", "i8"),  # payers are listed by their transfers before this time
        ("first", "i4"),
        ("last", "i4"),
        ("on_path", "i4"),
        ("unused", "i4"),
    ]
)
PAYER = np.dtype([("oldest_time", "i8"), ("account", "i4"), ("newest", "i4")])
OPTION = np.dtype([("time", "i8"), ("row", "i4"), ("older", "i4")])
FRAME = np.dtype(
    [
        ("time", "i8"),  # of the latest transfer by which the account can pay on
        ("account", "i4"),
        ("payer", "i4"),
        ("last_payer", "i4"),
        ("first_member", "i4"),
        ("last_member", "i4"),
        ("unused", "i4"),
    ]
)


# --- backwards from the payer ----------------------------------------------------------------------------------------


@inlined
def expand(
    account, payee, anyone, until, earliest, event, lists, pool, labels, notes, payers, n_payers, options, n_options
):  # fmt: skip
    """List who paid ``account`` before ``until`` and after money had come there, or ``anyone``, by their oldest such transfer.

    The payee is left out: his own payments are known. Returns (payers, options listed).
    """
    listed = lists[account, IN]
    count = drop_before(listed, pool, earliest)
    begin, first = listed["start"] + listed["first"], n_payers
    for place in range(begin, begin + count):
        time, other = pool[place]["time"], pool[place]["other"]
        if time >= until:
            break
        label = labels[other]
        if other == payee or (not anyone and (label["event"] != event or label["arrival"] >= time)):
            continue
        options[n_options]["time"] = time
        options[n_options]["row"] = pool[place]["row"]
        known = notes[other]["as_payer"]
        if first <= known < n_payers and payers[known]["account"] == other:
            options[n_options]["older"] = payers[known]["newest"]
        else:
            options[n_options]["older"] = NOBODY
            known = n_payers
            notes[other]["as_payer"] = known
            payers[known]["account"] = other
            payers[known]["oldest_time"] = time
            n_payers += 1
        payers[known]["newest"] = n_options
        n_options += 1
    return n_payers, n_options


@inlined
def enter(
    frame, account, left_out, anyone, latest, earliest, event,
    lists, pool, labels, notes, branches, payers, n_payers, options, n_options,
):  # fmt: skip
    """Put an account on the path, with all who paid it before the frame's time. Returns (payers, options listed).

    They are listed once, until then; an account that comes again at a later time is listed anew, to the end.
    """
    branch = branches[account]
    if branch["expanded"] != event or branch["until"] < min(frame["time"], latest + 1):
        branch["until"] = frame["time"] if branch["expanded"] != event else latest + 1
        branch["expanded"] = event
        branch["first"] = n_payers
        n_payers, n_options = expand(
            account, left_out, anyone, min(branch["until"], latest + 1), earliest, event,
            lists, pool, labels, notes, payers, n_payers, options, n_options,
        )  # fmt: skip
        branch["last"] = n_payers
    branch["on_path"] = 1
    frame["account"] = account
    frame["payer"] = branch["first"]
    frame["last_payer"] = branch["last"]
    return n_payers, n_options


@inlined
def count_directs(account, time, event, labels, notes, branches, directs):
    """How many accounts off the path paid ``account`` before ``time`` and after the payee had paid them; how many it read."""
    count, read = 0, 0
    direct = notes[account]["direct"] if labels[account]["event"] == event else NOBODY
    while direct != NOBODY:
        payer = directs[direct]["account"]
        count += directs[direct]["oldest_time"] < time and payer != account and branches[payer]["on_path"] == 0
        read += 1
        direct = directs[direct]["other"]
    return count, read


@inlined
def count_ends(account, time, depth, max_hops, event, labels, notes, branches, directs, counts):
    """Count the cycles that end at ``account``, the one of frame ``depth`` if it is ever entered, which pays on at ``time``.

    The payee paid it before, or – where only one more account may stand between – paid somebody who paid it.
    Returns (cycles, steps).
    """
    found, directly, read = 0, 0, 0
    if labels[account]["event"] == event and notes[account]["paid"] < time:
        found = 1
        counts[depth + 2] += 1
    if depth + 3 == max_hops:
        directly, read = count_directs(account, time, event, labels, notes, branches, directs)
        counts[max_hops] += directly
    return found + directly, read


@njit(cache=True)
def search_back(
    payer, payee, labels_complete, now, latest, earliest, event, row, max_hops, steps, max_steps, amount, keep_ppm,
    lists, pool, labels, notes, directs, branches, payers, options, frames, members, counts, loops, n_loops,
):  # fmt: skip
    """Count in ``counts[k]`` the cycles of k accounts that the transfer closes; write them to ``loops`` if they fit.

    Where only counts are wanted, an account that the payee paid itself, early enough, is the end of a cycle at once, and
    the last account of a chain is looked for among the ``directs``. Returns (loops found so far, whether the search was cut
    after ``max_steps``, of which ``steps`` are used).
    """
    only_count = keep_ppm == NO_RULE and len(loops) == 0
    left_out = payee if only_count else NOBODY
    options[CLOSING]["time"] = now
    options[CLOSING]["row"] = row
    members[0] = CLOSING
    n_payers, n_options, depth = 0, 1, 0
    account, time, first_member, end, entering = payer, now, 0, 1, True
    while depth > 0 or entering:
        if entering:
            entering = False
            if only_count:
                found, read = count_ends(account, time, depth, max_hops, event, labels, notes, branches, directs, counts)
                n_loops += found
                steps += read
            if not only_count or depth + 3 < max_hops:
                frame = frames[depth]
                frame["time"] = time
                frame["first_member"] = first_member
                frame["last_member"] = end
                listed = n_options
                n_payers, n_options = enter(
                    frame, account, left_out, depth == 0 and not labels_complete, latest, earliest, event,
                    lists, pool, labels, notes, branches, payers, n_payers, options, n_options,
                )  # fmt: skip
                steps += n_options - listed
                depth += 1
            continue
        frame = frames[depth - 1]
        time = frame["time"]
        if frame["payer"] == frame["last_payer"] or payers[frame["payer"]]["oldest_time"] >= time or steps >= max_steps:
            branches[frame["account"]]["on_path"] = 0
            depth -= 1
            continue
        candidate = payers[frame["payer"]]
        frame["payer"] += 1
        steps += 1
        account = candidate["account"]
        if branches[account]["on_path"] == 1:
            continue
        if notes[account]["hops"] > max_hops - 1 - depth and (depth > 1 or labels_complete):
            continue
        first_member = frame["last_member"]
        end, more = gather(
            candidate["newest"], frame["first_member"], first_member, options, members, amount, keep_ppm, max_steps - steps
        )
        steps += more
        if end == first_member:
            continue
        time = options[members[first_member]]["time"]
        entering = account != payee
        if not entering and steps < max_steps:
            if n_loops < len(loops):
                room = max_steps - steps
                steps += write_loop(depth - 1, end, frames, members, options, amount, keep_ppm, loops[n_loops], room)
            if steps < max_steps:  # otherwise it could not be written
                counts[depth + 1] += 1
                n_loops += 1
    return n_loops, steps >= max_steps


# --- the stream ------------------------------------------------------------------------------------------------------


@inlined
def last_receipt(paid, received, pool, now, earliest):
    """Until when the payer received money that can have come from the payee; before ``earliest`` if none can."""
    if paid["count"] == 0 or received["count"] == 0 or newest_time(paid, pool) < earliest:
        return earliest - 1
    latest = min(newest_time(received, pool), now - 1)
    if latest < earliest:
        return latest
    drop_before(paid, pool, earliest)
    return latest if pool[paid["start"] + paid["first"]]["time"] <= latest else earliest - 1


@njit(cache=True)
def close_cycles(
    src, dst, time, amount, begin, event, window, max_hops, max_steps, keep_ppm,
    lists, pool, used, labels, notes, directs, branches, queue, payers, options, frames, members,
    counts, truncated, loops, n_loops,
):  # fmt: skip
    """Search and append the transfers from row ``begin`` on; return (next row, pool used, loops found, loops full).

    ``event`` numbers row 0; no two searches of a stream share a number. Stops before a row for which the pool has no
    room, and at a row whose loops do not fit ``loops``, unless that is empty: make room and call again from there.
    """
    # The last level labels the most accounts, only to sift the payers of one: leave it to the search back. Level 2 finds
    # the directs.
    levels = max(max_hops - 3, min(max_hops - 1, 2))
    lines = lists.reshape(-1)
    for row in range(begin, len(src)):
        if row + AHEAD < len(src):
            prefetch(lines, 2 * src[row + AHEAD])
            prefetch(lines, 2 * dst[row + AHEAD])
        payer, payee, now = src[row], dst[row], time[row]
        if payer == payee:
            continue
        if used + block_needed(lists[payer, OUT]) + block_needed(lists[payee, IN]) > len(pool):
            return row, used, n_loops, False
        earliest = now - window
        latest = last_receipt(lists[payee, OUT], lists[payer, IN], pool, now, earliest)
        if latest >= earliest:
            labels[payer]["event"] = 0
            waiting, steps = label_arrivals(
                payer, payee, latest, earliest, event + row, levels, max_steps, lists, pool, labels, notes, directs, queue
            )
            if waiting > 0 or steps >= max_steps or labels[payer]["event"] == event + row:
                labels_complete = waiting == 0 or levels >= max_hops - 2
                found, truncated[row] = search_back(
                    payer, payee, labels_complete, now, latest, earliest, event + row, row, max_hops, steps, max_steps,
                    amount, keep_ppm, lists, pool, labels, notes, directs, branches, payers, options, frames, members,
                    counts[row], loops, n_loops,
                )  # fmt: skip
                if len(loops) > 0 and found > len(loops):
                    counts[row] = 0
                    return row, used, n_loops, True
                n_loops = found
        if keep_ppm == NO_RULE:
            forget_passed_over(lists[payer, OUT], lists[payee, IN], lists[payee, OUT], pool, payer, payee, now)
        used = append(lists[payer, OUT], pool, used, earliest, now, payee, row)
        used = append(lists[payee, IN], pool, used, earliest, now, payer, row)
    return len(src), used, n_loops, False
