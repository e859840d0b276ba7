"""Forwards from the payee of a transfer: the earliest time at which its money can be at each account, level by level.

Also whom the payee paid itself, and – *directs* – who of those paid whom after that: the last two payments of a cycle,
read from its closing transfer back, need no search.

``labels[account]`` is what every transfer read asks for, ``notes[account]`` what only some do; both hold for the search
numbered ``event``, older ones are stale. The window: ``lists`` and ``pool`` of
:mod:`chuantou.graph.kernels.transfer_window`.
"""

import numpy as np

from chuantou.graph.kernels.transfer_window import OUT, drop_before, inlined, newest_time

NEVER = 2**63 - 1
NOBODY = -1

LABEL = np.dtype(
    [
        ("event", "i8"),  # for which the label and the note hold
        ("arrival", "i8"),  # earliest time at which money of the payee can have come here
    ]
)
NOTE = np.dtype(
    [
        ("paid", "i8"),  # time of the payee's first own payment to here, or NEVER
        ("hops", "i4"),  # no more payments than this are needed for money to come here
        ("unscanned", "i4"),  # out-transfers older than this position have not been followed yet (-1: none has)
        ("queued", "i4"),  # level for which the account waits in the queue
        ("direct", "i4"),  # newest of the `directs` that pay the account, or NOBODY
        ("as_payer", "i4"),  # its row of `payers` while one account is expanded
        ("unused", "i4"),  # two notes fill a cache line
    ]
)
DIRECT = np.dtype([("oldest_time", "i8"), ("account", "i4"), ("other", "i4")])


@inlined
def follow_payments(
    account, level, levels, payer, latest, earliest, event, lists, pool, labels, notes, directs, n_directs, queue, waiting
):  # fmt: skip
    """Label those whom ``account`` paid after money arrived; put those who can pay on into the queue of ``level``.

    In level 2 ``account`` was paid by the payee: note for each one it paid after that when it did so first.
    Returns (accounts in the queue, directs noted, transfers read).
    """
    listed = lists[account, OUT]
    arrival, paid = labels[account]["arrival"], notes[account]["paid"]
    begin = listed["start"] + listed["first"]
    last = notes[account]["unscanned"] - 1
    position = last
    while position >= 0 and pool[begin + position]["time"] > arrival:
        time, payee = pool[begin + position]["time"], pool[begin + position]["other"]
        position -= 1
        if time > latest:
            continue
        label, note = labels[payee], notes[payee]
        fresh = label["event"] != event
        if fresh:
            label["event"] = event
            note["hops"] = level
            note["paid"] = NEVER
            note["unscanned"] = -1
            note["queued"] = 0
            note["direct"] = NOBODY
        if level == 1:
            note["paid"] = time
        elif level == 2 and time > paid:
            if note["direct"] == NOBODY or directs[note["direct"]]["account"] != account:
                directs[n_directs]["account"] = account
                directs[n_directs]["other"] = note["direct"]
                note["direct"] = n_directs
                n_directs += 1
            directs[note["direct"]]["oldest_time"] = time
        if not fresh and time >= label["arrival"]:
            continue
        label["arrival"] = time
        if level == levels and waiting > 0:
            continue  # that one waits is all that is asked
        onward = lists[payee, OUT]
        if note["queued"] != level and payee != payer and onward["count"] > 0 and newest_time(onward, pool) > time:
            if note["unscanned"] < 0:
                note["unscanned"] = drop_before(onward, pool, earliest)
            note["queued"] = level
            queue[level & 1, waiting] = payee
            waiting += 1
    notes[account]["unscanned"] = position + 1
    return waiting, n_directs, last - position


@inlined
def label_arrivals(
    payer, payee, latest, earliest, event, levels, max_steps, lists, pool, labels, notes, directs, queue
):  # fmt: skip
    """Label every account that money can reach from ``payee`` in at most ``levels`` payments inside the window.

    Returns whether any account waits to be followed further – 0 when there is nobody else to reach – and how many transfers
    were read; no account is followed after ``max_steps`` of them.
    """
    label, note = labels[payee], notes[payee]
    label["event"] = event
    label["arrival"] = earliest - 1
    note["paid"] = NEVER
    note["hops"] = 0
    note["direct"] = NOBODY
    note["unscanned"] = drop_before(lists[payee, OUT], pool, earliest)
    queue[0, 0] = payee
    waiting, level, steps, n_directs = 1, 0, 0, 0
    while waiting > 0 and level < levels and steps < max_steps:
        level += 1
        here, waiting_here, waiting = (level - 1) & 1, waiting, 0
        for i in range(waiting_here):
            waiting, n_directs, read = follow_payments(
                queue[here, i], level, levels, payer, latest, earliest, event,
                lists, pool, labels, notes, directs, n_directs, queue, waiting,
            )  # fmt: skip
            steps += read
            if steps >= max_steps:
                break
    return waiting, steps
