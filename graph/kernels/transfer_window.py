"""A sliding window of transfers as lists by account, both ways, in one pool of memory.

``lists[account, OUT | IN]`` says where in ``pool`` the account's transfers lie, oldest first: a cache line an account.
A list that is full moves to a block of twice the size; the blocks left behind are won back by copying what is still
inside the window to a new pool (:func:`room_for_window`, :func:`move_window`), so memory follows the window.
"""

import numpy as np
from numba import njit

OUT, IN = 0, 1
SMALLEST_BLOCK = 4
LOOK_BACK = 4  # payments that are looked at to prove another one superfluous

LIST = np.dtype([("start", "i8"), ("capacity", "i8"), ("first", "i8"), ("count", "i8")])
TRANSFER = np.dtype([("time", "i8"), ("other", "i4"), ("row", "i4")])

inlined = njit(cache=True, inline="always")  # a call that passes many arrays costs more than these bodies do


@inlined
def drop_before(listed, pool, earliest):
    """Forget the transfers of one list that are older than the window; return how many stay."""
    first, count = listed["first"], listed["count"]
    while count > 0 and pool[listed["start"] + first]["time"] < earliest:
        first += 1
        count -= 1
    listed["first"] = first
    listed["count"] = count
    return count


@inlined
def newest_time(listed, pool):
    return pool[listed["start"] + listed["first"] + listed["count"] - 1]["time"]


@inlined
def copy_transfers(pool, source, count, target_pool, target):
    for i in range(count):
        target_pool[target + i]["time"] = pool[source + i]["time"]
        target_pool[target + i]["other"] = pool[source + i]["other"]
        target_pool[target + i]["row"] = pool[source + i]["row"]


@inlined
def append(listed, pool, used, earliest, time, other, row):
    """Append a transfer to one list, moving the list to a block of twice the size when it is full; return ``used``."""
    count = drop_before(listed, pool, earliest)
    if count == 0:
        listed["first"] = 0
    start, first, capacity = listed["start"], listed["first"], listed["capacity"]
    if first + count == capacity:
        if first * 2 < capacity or capacity == 0:
            listed["start"] = used
            listed["capacity"] = max(2 * capacity, SMALLEST_BLOCK)
            used += listed["capacity"]
        copy_transfers(pool, start + first, count, pool, listed["start"])
        listed["first"] = 0
    end = listed["start"] + listed["first"] + count
    pool[end]["time"] = time
    pool[end]["other"] = other
    pool[end]["row"] = row
    listed["count"] = count + 1
    return used


@inlined
def needed_between(paid_on, pool, payer, since, until):
    """Whether a payee may have paid on, to another than its ``payer``, after ``since`` and not after ``until``."""
    place = paid_on["start"] + paid_on["first"] + paid_on["count"] - 1
    for _ in range(min(paid_on["count"], LOOK_BACK)):
        if pool[place]["time"] <= since:
            return False
        if pool[place]["other"] != payer and pool[place]["time"] <= until:
            return True
        place -= 1
    return paid_on["count"] > LOOK_BACK


@inlined
def last_two(listed, pool, other):
    """Places of the last but one and the last of the newest few transfers with ``other``; -1 where there is none."""
    older, newer = -1, -1
    place = listed["start"] + listed["first"] + listed["count"] - 1
    for _ in range(min(listed["count"], LOOK_BACK)):
        if pool[place]["other"] == other:
            if newer >= 0:
                older = place
                break
            newer = place
        place -= 1
    return older, newer


@inlined
def take_out(listed, pool, place):
    """Take one of the newest few transfers out of its list."""
    end = listed["start"] + listed["first"] + listed["count"]
    copy_transfers(pool, place + 1, end - place - 1, pool, place)
    listed["count"] -= 1


@inlined
def forget_passed_over(paid, received, paid_on, pool, payer, payee, now):
    """Forget the older of the last two transfers payer → payee, to be followed by a third at ``now``, if nobody needs it.

    Whatever the payee paid on, and pays from here on, after the older one it paid after the newer one too, which leaves
    more time to what came before; what it paid back to the payer is no way on. So no cycle is lost, and of many transfers
    side by side the window keeps few. Only exact where one transfer of a pair is as good as another.
    """
    if paid["count"] < 2 or received["count"] < 2:
        return
    older, newer = last_two(paid, pool, payee)
    if older < 0 or pool[newer]["time"] >= now:
        return
    if needed_between(paid_on, pool, payer, pool[older]["time"], pool[newer]["time"]):
        return
    take_out(paid, pool, older)
    older, _ = last_two(received, pool, payer)
    if older >= 0:
        take_out(received, pool, older)


@njit(cache=True)
def block_for(count):
    """Smallest block that holds ``count`` transfers; an empty list has none."""
    block = SMALLEST_BLOCK if count > 0 else 0
    while block < count:
        block *= 2
    return block


@njit(cache=True)
def room_for_window(lists, pool, earliest):
    """Forget everything older than the window; return the room that the rest needs."""
    room = 0
    for account in range(len(lists)):
        for side in (OUT, IN):
            room += block_for(drop_before(lists[account, side], pool, earliest))
    return room


@njit(cache=True)
def move_window(lists, pool, new_pool):
    """Copy the lists, cut by :func:`room_for_window`, block after block into ``new_pool``."""
    used = 0
    for account in range(len(lists)):
        for side in (OUT, IN):
            listed = lists[account, side]
            copy_transfers(pool, listed["start"] + listed["first"], listed["count"], new_pool, used)
            listed["start"] = used
            listed["capacity"] = block_for(listed["count"])
            listed["first"] = 0
            used += listed["capacity"]


@inlined
def block_needed(listed):
    """Room that appending one transfer to a list can take from the pool."""
    full = listed["first"] + listed["count"] == listed["capacity"]
    return max(2 * listed["capacity"], SMALLEST_BLOCK) if full else 0
