"""Plain twins of the ownership kernel and of the tiers: deques, exact fractions, closures by repetition."""

from collections import deque
from fractions import Fraction

WHOLE = 10**12
PPM = 10**6

Stakes = dict[tuple[int, int], int]  # (holder, company) → ppm


def push_shares(first_stake, company, ratio_ppm, holder, max_pushes, max_amount=8 * WHOLE, max_share=10_000 * WHOLE):
    """The kernel, with Python's integers and a deque."""
    n = len(first_stake) - 1
    share, arrived, remainder = [0] * n, [0] * n, [0] * len(company)
    arrived[holder] = WHOLE
    queue = deque([holder])
    for _ in range(max_pushes):
        if not queue:
            return share, False
        node = queue.popleft()
        amount, arrived[node] = arrived[node], 0
        if amount > max_amount or share[node] > max_share:
            return share, True
        for s in range(first_stake[node], first_stake[node + 1]):
            passed, remainder[s] = divmod(amount * ratio_ppm[s] + remainder[s], PPM)
            if passed:
                share[company[s]] += passed
                arrived[company[s]] += passed
                if company[s] not in queue:
                    queue.append(company[s])
    return share, bool(queue)


def effective(stakes: Stakes, n: int) -> list[list[Fraction]]:
    """E = A (I − A)⁻¹ exactly, by Gauss–Jordan elimination; ZeroDivisionError where I − A has no inverse."""
    a = [[Fraction(stakes.get((i, j), 0), PPM) for j in range(n)] for i in range(n)]
    rows = [[Fraction(i == j) - a[i][j] for j in range(n)] + [Fraction(i == j) for j in range(n)] for i in range(n)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            raise ZeroDivisionError("I - A has no inverse")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k])]
    inverse = [row[n:] for row in rows]
    return [[sum(a[i][k] * inverse[k][j] for k in range(n)) for j in range(n)] for i in range(n)]


def controls(stakes: Stakes, n: int) -> set[tuple[int, int]]:
    """(holder, company) by more than half, or by 30 % at least and more than twice every other."""
    found = set()
    for (holder, company), ppm in stakes.items():
        others = [stakes.get((h, company), 0) for h in range(n) if h != holder]
        if ppm > 500_000 or (ppm >= 300_000 and all(ppm > 2 * other for other in others)):
            found.add((holder, company))
    return found


def closure(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Transitive closure, by repetition until nothing is new."""
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs = pairs | more
    return pairs


def tiers(party: int, n: int, stakes: Stakes, reps, directors, kin, neighbours) -> dict[int, str]:
    """Who is R1, R2 or R3 of ``party``; the others are sets of pairs: (officer, company), (person, person)."""
    chain = closure(controls(stakes, n) | reps)
    r1 = {x for x in range(n) if (x, party) in chain or (party, x) in chain} - {party}
    e = effective(stakes, n)
    quarter = Fraction(1, 4)
    r2 = {x for x in range(n) if round(e[x][party], 6) >= quarter or round(e[party][x], 6) >= quarter}
    r2 |= {x for x in range(n) if {(x, party), (party, x)} & directors}
    r2 |= {x for x in range(n) for y in r1 | {party} if {(x, y), (y, x)} & kin}
    r2 |= {x for x in range(n) for y in (r1 | r2) - {party} if (y, x) in chain}
    r3 = {x for x in range(n) if {(x, party), (party, x)} & neighbours}
    return {x: "R1" if x in r1 else "R2" if x in r2 else "R3" for x in sorted(r1 | r2 | r3) if x != party}
