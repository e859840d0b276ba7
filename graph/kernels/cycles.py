"""Temporal cycles closed by each transfer of a stream: a search over a sliding window of transfers.

A transfer payer → payee at time t closes a cycle when money can come from the payee back to the payer over distinct
accounts, at strictly increasing times, all of them in [t − window, t). For each transfer the kernel

1. labels, forwards from the payee, the earliest time money can arrive at each account (most transfers end here);
2. goes back from the payer, payment by payment, entering an account only if money can have arrived there in time;
3. appends the transfer to the window.

All transfers from one account to another are *one* branch of step 2, so a cycle is counted once for its accounts,
however many transfers run beside each other ("bundled" count).

Layout, one record a row, so that what is read together lies in one cache line:

- ``lists``, ``pool``: the window (:mod:`chuantou.graph.kernels.transfer_window`).
- ``marks[account]``: what the search for the transfer numbered ``event`` knows of the account; an older one is stale.
- ``payers``, ``options``: the payers of each account that step 2 has reached; each with its transfers, newest first.
- ``frames``, ``members``: the chain being followed, one frame a payment, with the transfers that can stand there.
"""

import numpy as np
from numba import njit

from chuantou.graph.kernels.transfer_window import IN, OUT, append, block_needed, drop_before, inlined, newest_time

NO_RULE = -1  # keep_ppm of a search that does not look at amounts
PPM = 1_000_000

MARK = np.dtype(
    [
        ("labelled", "i8"),  # event for which the next five fields hold
        ("arrival", "i8"),  # earliest time at which money of the payee can have come here
        ("hops", "i4"),  # no more payments than this are needed for it to come here
        ("unscanned", "i4"),  # out-transfers older than this position have not been followed yet (-1: none has)
        ("queued", "i4"),  # level for which the account waits in the queue
        ("on_path", "i4"),
        ("expanded", "i8"),  # event for which the next two fields hold
        ("first_payer", "i4"),
        ("last_payer", "i4"),
        ("as_payer", "i4"),  # its row of `payers` while one account is expanded
        ("unused", "i4", 3),  # fills the cache line
    ]
)
PAYER = np.dtype([("account", "i4"), ("newest", "i4"), ("oldest", "i4")])
OPTION = np.dtype([("time", "i8"), ("row", "i4"), ("older", "i4")])
FRAME = np.dtype(
    [("account", "i8"), ("payer", "i8"), ("last_payer", "i8"), ("first_member", "i8"), ("last_member", "i8")]
)


# --- 1. forwards from the payee --------------------------------------------------------------------------------------


@inlined
def follow_payments(account, level, payer, now, earliest, event, lists, pool, marks, queue, waiting):
    """Label those whom ``account`` paid after money arrived; put those who can pay on into the queue of ``level``."""
    mark, listed = marks[account], lists[account, OUT]
    arrival, begin = mark["arrival"], listed["start"] + listed["first"]
    position = mark["unscanned"] - 1
    while position >= 0 and pool[begin + position]["time"] > arrival:
        time, payee = pool[begin + position]["time"], pool[begin + position]["other"]
        position -= 1
        if time >= now or payee == payer:
            continue
        label = marks[payee]
        if label["labelled"] != event:
            label["labelled"] = event
            label["hops"] = level
            label["unscanned"] = -1
            label["queued"] = 0
        elif time >= label["arrival"]:
            continue
        label["arrival"] = time
        onward = lists[payee, OUT]
        if label["queued"] != level and onward["count"] > 0 and newest_time(onward, pool) > time:
            if label["unscanned"] < 0:
                label["unscanned"] = drop_before(onward, pool, earliest)
            label["queued"] = level
            queue[level & 1, waiting] = payee
            waiting += 1
    mark["unscanned"] = position + 1
    return waiting


@inlined
def label_arrivals(payer, payee, now, earliest, event, levels, lists, pool, marks, queue):
    """Label every account that money can reach from ``payee`` in at most ``levels`` payments inside the window.

    Returns how many accounts wait to be followed further: 0 when there is nobody else to reach.
    """
    mark = marks[payee]
    mark["labelled"] = event
    mark["arrival"] = earliest - 1
    mark["hops"] = 0
    mark["unscanned"] = lists[payee, OUT]["count"]
    queue[0, 0] = payee
    waiting, level = 1, 0
    while waiting > 0 and level < levels:
        level += 1
        here, waiting_here, waiting = (level - 1) & 1, waiting, 0
        for i in range(waiting_here):
            waiting = follow_payments(
                queue[here, i], level, payer, now, earliest, event, lists, pool, marks, queue, waiting
            )
    return waiting


# --- 2. backwards from the payer -------------------------------------------------------------------------------------


@inlined
def expand(account, anyone, now, earliest, event, lists, pool, marks, payers, n_payers, options, n_options):
    """List who paid ``account`` after money can have reached them, or ``anyone`` who did. Returns the new lengths."""
    listed = lists[account, IN]
    count = drop_before(listed, pool, earliest)
    begin, first = listed["start"] + listed["first"], n_payers
    for position in range(count - 1, -1, -1):
        time, other = pool[begin + position]["time"], pool[begin + position]["other"]
        label = marks[other]
        if time >= now:
            continue
        if not anyone and (label["labelled"] != event or label["arrival"] >= time):
            continue
        options[n_options]["time"] = time
        options[n_options]["row"] = pool[begin + position]["row"]
        options[n_options]["older"] = -1
        known = label["as_payer"]
        if first <= known < n_payers and payers[known]["account"] == other:
            options[payers[known]["oldest"]]["older"] = n_options
            payers[known]["oldest"] = n_options
        else:
            label["as_payer"] = n_payers
            payers[n_payers]["account"] = other
            payers[n_payers]["newest"] = n_options
            payers[n_payers]["oldest"] = n_options
            n_payers += 1
        n_options += 1
    mark = marks[account]
    mark["expanded"] = event
    mark["first_payer"] = first
    mark["last_payer"] = n_payers
    return n_payers, n_options


@njit(cache=True)
def least_kept(fen, keep_ppm):
    """Smallest amount that keeps ``keep_ppm`` of ``fen``: ⌈fen · keep_ppm / 10⁶⌉ without leaving int64."""
    return fen // PPM * keep_ppm - (-(fen % PPM * keep_ppm) // PPM)


@inlined
def precedes(earlier, later, options, amount, keep_ppm):
    """Whether a transfer can be the payment just before another one of a chain."""
    if options[earlier]["time"] >= options[later]["time"]:
        return False
    if keep_ppm == NO_RULE:
        return True
    before, after = amount[options[earlier]["row"]], amount[options[later]["row"]]
    return least_kept(before, keep_ppm) <= after <= before


@inlined
def gather(option, first, last, options, members, amount, keep_ppm):
    """Put after ``members[first:last]`` the transfers of one payer that can precede one of them; return the new end.

    Without a rule on amounts the latest such transfer leaves most time to what came before: no other is needed.
    """
    end = last
    while option >= 0:
        for i in range(first, last):
            if precedes(option, members[i], options, amount, keep_ppm):
                members[end] = option
                end += 1
                break
        if keep_ppm == NO_RULE and end > last:
            break
        option = options[option]["older"]
    return end


@njit(cache=True)
def write_loop(depth, end, frames, members, options, amount, keep_ppm, loop):
    """Write a loop's length, then its rows in order of payment: the latest that fit, chosen from its last payment back.

    Each frame holds the transfers that can *reach* the closing one; those no longer possible from the first payment
    on are struck out (negative) before the choice and restored after it.
    """
    for d in range(depth, -1, -1):
        next_last = frames[d + 1]["last_member"] if d < depth else end
        for i in range(frames[d]["first_member"], frames[d]["last_member"]):
            possible = False
            for j in range(frames[d]["last_member"], next_last):
                if members[j] >= 0 and precedes(members[j], members[i], options, amount, keep_ppm):
                    possible = True
                    break
            if not possible:
                members[i] = ~members[i]
    hops = depth + 2
    chosen = members[0]
    loop[0] = hops
    loop[hops] = options[chosen]["row"]
    for d in range(depth + 1):
        i = frames[d]["last_member"]
        while members[i] < 0 or not precedes(members[i], chosen, options, amount, keep_ppm):
            i += 1
        chosen = members[i]
        loop[hops - 1 - d] = options[chosen]["row"]
    for i in range(end):
        members[i] = max(members[i], ~members[i])


@njit(cache=True)
def search_back(
    payer, payee, labels_complete, now, earliest, event, row, max_hops, max_steps, amount, keep_ppm,
    lists, pool, marks, payers, options, frames, members, counts, loops, n_loops,
):  # fmt: skip
    """Count in ``counts[k]`` the cycles of k accounts that the transfer closes; write them to ``loops`` if they fit.

    Returns (loops found so far, whether the search was cut after trying ``max_steps`` payers).
    """
    options[0]["time"] = now
    options[0]["row"] = row
    members[0] = 0
    n_payers, n_options, steps, depth = 0, 1, 0, 0
    account, first_member, end = payer, 0, 1
    entering, cut = True, False
    while depth >= 0:
        frame = frames[depth]
        anyone = depth == 0 and not labels_complete
        if entering:
            mark = marks[account]
            if mark["expanded"] != event:
                n_payers, n_options = expand(
                    account, anyone, now, earliest, event, lists, pool, marks, payers, n_payers, options, n_options
                )
            mark["on_path"] = 1
            frame["account"] = account
            frame["payer"] = mark["first_payer"]
            frame["last_payer"] = mark["last_payer"]
            frame["first_member"] = first_member
            frame["last_member"] = end
            entering = False
        exhausted = frame["payer"] == frame["last_payer"]
        if exhausted or steps == max_steps:
            cut = cut or not exhausted
            marks[frame["account"]]["on_path"] = 0
            depth -= 1
            continue
        candidate = payers[frame["payer"]]
        frame["payer"] += 1
        steps += 1
        account = candidate["account"]
        mark = marks[account]
        if mark["on_path"] == 1 or (not anyone and mark["hops"] > max_hops - 2 - depth):
            continue
        first_member = frame["last_member"]
        end = gather(candidate["newest"], frame["first_member"], first_member, options, members, amount, keep_ppm)
        if end == first_member:
            continue
        if account != payee:
            depth += 1
            entering = True
            continue
        counts[depth + 2] += 1
        if n_loops < len(loops):
            write_loop(depth, end, frames, members, options, amount, keep_ppm, loops[n_loops])
        n_loops += 1
    return n_loops, cut


# --- the stream ------------------------------------------------------------------------------------------------------


@inlined
def can_close(paid, received, pool, now, earliest):
    """Whether the payee paid before the payer last received, both in [earliest, now). Cuts both lists to it."""
    if paid["count"] == 0 or received["count"] == 0:
        return False
    last_received = newest_time(received, pool)
    if last_received < earliest or newest_time(paid, pool) < earliest:
        return False
    drop_before(paid, pool, earliest)
    drop_before(received, pool, earliest)
    first_paid = pool[paid["start"] + paid["first"]]["time"]
    return first_paid < now and first_paid <= last_received


@njit(cache=True)
def close_cycles(
    src, dst, time, amount, begin, event, window, max_hops, max_steps, keep_ppm,
    lists, pool, used, marks, queue, payers, options, frames, members, counts, truncated, loops, n_loops,
):  # fmt: skip
    """Search and append the transfers from row ``begin`` on; return (next row, pool used, loops found, loops full).

    ``event`` numbers row 0; no two transfers of a stream share a number. Stops before a row for which the pool has no
    room, and at a row whose loops do not fit ``loops``, unless that is empty: make room and call again from there.
    """
    for row in range(begin, len(src)):
        payer, payee, now = src[row], dst[row], time[row]
        if payer == payee:
            continue
        if used + block_needed(lists[payer, OUT]) + block_needed(lists[payee, IN]) > len(pool):
            return row, used, n_loops, False
        earliest = now - window
        if can_close(lists[payee, OUT], lists[payer, IN], pool, now, earliest):
            # The last level labels the most accounts, only to sift the payers of one: leave it to the search back.
            levels = max(max_hops - 3, 0)
            waiting = label_arrivals(payer, payee, now, earliest, event + row, levels, lists, pool, marks, queue)
            labels_complete = waiting == 0 or levels == max_hops - 2
            found, truncated[row] = search_back(
                payer, payee, labels_complete, now, earliest, event + row, row, max_hops, max_steps, amount, keep_ppm,
                lists, pool, marks, payers, options, frames, members, counts[row], loops, n_loops,
            )  # fmt: skip
            if len(loops) > 0 and found > len(loops):
                counts[row] = 0
                return row, used, n_loops, True
            n_loops = found
        used = append(lists[payer, OUT], pool, used, earliest, now, payee, row)
        used = append(lists[payee, IN], pool, used, earliest, now, payer, row)
    return len(src), used, n_loops, False
