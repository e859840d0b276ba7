"""Chains of transfers of a cycle: which transfers of each account fit, and which ones a loop names.

``options``: transfers with ``time`` and ``row``; ``older`` leads to the next older one of the same payer and payee.
``members``: options that can stand at one place of the chain, frame after frame, newest first.
"""

from numba import njit

from chuantou.graph.kernels.transfer_window import inlined

NO_RULE = -1  # keep_ppm of a search that does not look at amounts
PPM = 1_000_000


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
def gather(option, first, last, options, members, amount, keep_ppm, max_steps):
    """Put after ``members[first:last]`` those of a payer's transfers that can precede one of them, newest first.

    Without a rule on amounts the latest such transfer leaves most time to what came before: no other is needed.
    Returns (the new end, steps): comparisons, at most about ``max_steps``.
    """
    end, steps = last, 0
    while option >= 0 and steps < max_steps:
        for i in range(first, last):
            steps += 1
            if precedes(option, members[i], options, amount, keep_ppm):
                members[end] = option
                end += 1
                break
        if keep_ppm == NO_RULE and end > last:
            break
        option = options[option]["older"]
    return end, steps


@inlined
def strike_out(depth, end, frames, members, options, amount, keep_ppm, max_steps):
    """Strike out (negative) the members of a loop that no chain from its first payment reaches; return the steps."""
    steps = 0
    for d in range(depth, -1, -1):
        next_last = frames[d + 1]["last_member"] if d < depth else end
        for i in range(frames[d]["first_member"], frames[d]["last_member"]):
            possible = False
            for j in range(frames[d]["last_member"], next_last):
                steps += 1
                if members[j] >= 0 and precedes(members[j], members[i], options, amount, keep_ppm):
                    possible = True
                    break
            if not possible:
                members[i] = ~members[i]
            if steps >= max_steps:
                return steps
    return steps


@njit(cache=True)
def write_loop(depth, end, frames, members, options, amount, keep_ppm, loop, max_steps):
    """Write a loop's length, then its rows in order of payment: the latest that fit, chosen from its last payment back.

    Each frame holds the transfers that can *reach* the closing one; those no longer possible from the first payment
    on are struck out before the choice and restored after it. Returns the steps; at ``max_steps`` nothing is written.
    """
    steps = strike_out(depth, end, frames, members, options, amount, keep_ppm, max_steps)
    if steps < max_steps:
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
    return steps
