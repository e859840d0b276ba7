"""Plain twins of the ownership kernel and of the tiers: exact fractions, closures and fixed points by repetition."""

from fractions import Fraction

WHOLE = 10**15
MAX_SHARE = 1_000 * WHOLE
PPM = 10**6

Stakes = dict[tuple[int, int], int]  # (holder, company) → ppm


def rings(stakes: Stakes, n: int) -> list[set[int]]:
    """Who reaches whom and back, by following every stake; only where there are at least two."""
    reached = closure({pair for pair in stakes if pair[0] != pair[1]})
    found = [{i} | {j for j in range(n) if (i, j) in reached and (j, i) in reached} for i in range(n)]
    return [ring for i, ring in enumerate(found) if len(ring) > 1 and min(ring) == i]


def is_closed(ring: set[int], stakes: Stakes) -> bool:
    """Nobody outside holds anything of the ring, or it holds more than all of a company."""
    held = [sum(ppm for (h, c), ppm in stakes.items() if c == company and h in ring) for company in ring]
    return min(held) >= PPM or max(held) > PPM


def least_fixed_point(stakes: Stakes, n: int, start: int, upward: bool) -> list[int]:
    """y[t] = start[t] + floor(inflow of y / 10^6), by repetition from zero; a closed ring as one company."""
    flows = {(c, h) if upward else (h, c): ppm for (h, c), ppm in stakes.items()}
    closed = {member: ring for ring in rings(stakes, n) if is_closed(ring, stakes) for member in ring}
    y = [0] * n

    def entering(t: int, without: set[int]) -> int:
        return WHOLE * (t == start) + sum(y[g] * ppm for (g, to), ppm in flows.items() if to == t and g not in without) // PPM

    def value(t: int) -> int:
        if t in closed:
            return min(WHOLE, sum(entering(member, closed[t]) for member in closed[t]))
        return min(MAX_SHARE, entering(t, set()))

    while (better := [value(t) for t in range(n)]) != y:
        y = better
    return y


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
