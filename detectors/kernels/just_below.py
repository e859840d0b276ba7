"""How many of an account's payments lie just below a line, and how many beside it, inside one sliding window (catalogue §3.8).

Of a line T and a width w, [T − w, T) is just below; [T − 2w, T − w) and [T, T + w) are beside: a smooth distribution of
amounts puts half as many just below as beside. Only payments near a line are kept, in time order, oldest first.
"""

from numba import njit

# columns of a line: its fen, the width, and the first and last instant at which it is in force
LINE, WIDTH, FROM, TO = range(4)
# columns of a kept payment
TIME, ACCOUNT, FEN, NUMBER, BELOW = range(5)
# columns of an account, a group a line: payments just below · 2³² + beside, and the fen just below
NEAR = 1 << 32
USED, FIRST = 0, 1


@njit(cache=True, inline="always")
def leave(kept, accounts, cursor, earliest):
    """Forget the payments before ``earliest``."""
    while cursor[FIRST] < cursor[USED] and kept[cursor[FIRST], TIME] < earliest:
        account, line = kept[cursor[FIRST], ACCOUNT], 2 * kept[cursor[FIRST], NUMBER]
        if kept[cursor[FIRST], BELOW]:
            accounts[account, line] -= NEAR
            accounts[account, line + 1] -= kept[cursor[FIRST], FEN]
        else:
            accounts[account, line] -= 1
        cursor[FIRST] += 1


@njit(cache=True)
def forget_before(earliest, kept, accounts, cursor):
    """Forget the payments before an instant (µs)."""
    leave(kept, accounts, cursor, earliest)


@njit(cache=True, nogil=True)
def count_near(time, payer, fen, counts, lines, window, kept, accounts, cursor, found):
    """Take payments in time order; tells of each that is just below a line its payer's window right after it.

    time, fen int64[n], payer int32[n], counts bool[n]; lines int64[lines, 4]; ``kept`` and ``found`` have room for
    ``near_any`` rows more. found int64[k, 5]: (position, line, just below, beside, fen just below). Returns k.
    """
    n = 0
    for i in range(time.shape[0]):
        if not counts[i]:
            continue
        for line in range(lines.shape[0]):
            over = fen[i] - lines[line, LINE]
            width = lines[line, WIDTH]
            if over < -2 * width or over >= width or not lines[line, FROM] <= time[i] <= lines[line, TO]:
                continue
            leave(kept, accounts, cursor, time[i] - window)
            below = -width <= over < 0
            at = cursor[USED]
            kept[at, TIME] = time[i]
            kept[at, ACCOUNT] = payer[i]
            kept[at, FEN] = fen[i]
            kept[at, NUMBER] = line
            kept[at, BELOW] = below
            cursor[USED] += 1
            accounts[payer[i], 2 * line] += NEAR if below else 1
            if below:
                accounts[payer[i], 2 * line + 1] += fen[i]
                found[n, 0] = i
                found[n, 1] = line
                found[n, 2] = accounts[payer[i], 2 * line] // NEAR
                found[n, 3] = accounts[payer[i], 2 * line] % NEAR
                found[n, 4] = accounts[payer[i], 2 * line + 1]
                n += 1
    return n


@njit(cache=True)
def near_any(fen, counts, lines):
    """How many (payment, line) pairs are near each other, whatever the date: the room that ``count_near`` can need."""
    n = 0
    for i in range(fen.shape[0]):
        if counts[i]:
            for line in range(lines.shape[0]):
                over = fen[i] - lines[line, LINE]
                n += -2 * lines[line, WIDTH] <= over < lines[line, WIDTH]
    return n
