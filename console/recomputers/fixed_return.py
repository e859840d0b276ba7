"""ILF-03 from its pack: who is paid by the calendar, by the unit, or alike in sum, on what he gave."""

from collections import Counter, defaultdict
from itertools import pairwise
from math import gcd
from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, PPM, YELLOW, Again, Pack, line_ppm

Flow = tuple[int, int, int]  # time, day, fen
Reading = tuple[set[str], int, int]  # payees, out of how many, their ratio


def again(pack: Pack) -> Again:
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    lines, inside = thresholds["ilf.rhythm"], inputs["inside"]
    put, got = flows(inputs["given"], inside), flows(inputs["paid"], inside)
    unit = unit_of([fen for some in put.values() for _, _, fen in some], line_ppm(lines["credits"]), lines["unit_fen"])
    points = {who: returns(put.get(who, []), got[who]) for who in got}
    rhythm, period = by_calendar(points, lines)
    readings = {
        "rhythm": rhythm,
        "lattice": by_unit(put, got, unit, line_ppm(lines["alike"])),
        "sums": around({who: month(p) for who, p in points.items() if len(p) > 3}, 10),
        "gains": by_gain(put, got),
    }
    held = [r for r in readings.values() if len(r[0]) >= lines["payees"] and len(r[0]) * PPM >= line_ppm(lines["alike"]) * r[1]]
    found = set().union(*(payees for payees, _, _ in held))
    principal = sum(fen for who in found for _, _, fen in put[who])
    values: dict[str, int | str] = {
        "n_payees": len(found), "unit_fen": unit, "payout_ratio_ppm": held[0][2] if held else 0, "period_days": period,
        **{f"n_{name}": len(payees) for name, (payees, _, _) in readings.items()},
        "n_inside": len({row["person"] for row in inputs["paid"] if row["person"] in inside}), "principal_fen": principal,
        "paid_fen": sum(fen for who in found for _, _, fen in got[who]),
    }  # fmt: skip
    grave = any(line is not None and value >= line for value, line in (
        (len(found), thresholds["ilf.entity.people"]), (principal, thresholds["ilf.entity.amount"])))  # fmt: skip
    return Again(values, principal, (ORANGE if grave else YELLOW) if held else NONE)


def flows(rows: list[dict[str, Any]], inside: dict[str, str]) -> dict[str, list[Flow]]:
    """By person, without those inside."""
    out: dict[str, list[Flow]] = defaultdict(list)
    for row in rows:
        if row["person"] not in inside:
            out[row["person"]].append((row["time"], row["day"], row["fen"]))
    return out


def returns(put: list[Flow], got: list[Flow]) -> list[tuple[int, int]]:
    """(day, ppm of the principal) of days on which no more than a quarter of the principal was paid."""
    by_day: dict[int, list[Flow]] = defaultdict(list)
    for flow in got:
        by_day[flow[1]].append(flow)
    out, returned = [], 0
    for day in sorted(by_day):
        fen, since = sum(flow[2] for flow in by_day[day]), min(flow[0] for flow in by_day[day])
        principal = sum(given for time, _, given in put if time < since) - returned
        if principal > 0 and 2 * fen >= principal:
            returned += min(fen, principal)
        elif principal > 0 and 4 * fen <= principal:
            out.append((day, fen * PPM // principal))
    return out


def by_calendar(points: dict[str, list[tuple[int, int]]], lines: dict[str, Any]) -> tuple[Reading, int]:
    """Payees whose payments keep one known distance and one ratio, and the distance that most of them keep."""
    three = {who: p for who, p in points.items() if len(p) > 2}
    period, ratio = {}, {}
    for who, p in three.items():
        gaps = [b - a for (a, _), (b, _) in pairwise(p)]
        fits = [d for d in lines["periods"] if max(abs(gap - d) for gap in gaps) <= lines["slack_days"]]
        if fits and steady([r for _, r in p], line_ppm(lines["cv"])):
            period[who] = sorted(fits, key=lambda d: (abs(d * len(gaps) - sum(gaps)), d))[0]
            ratio[who] = sum(r for _, r in p) // len(p)
    payees, _, middle = around(ratio, 5)
    count = Counter(period[who] for who in payees)
    return (payees, len(three), middle), min(count, key=lambda d: (-count[d], d), default=0)


def steady(ratios: list[int], cv: int) -> bool:
    """Whether standard deviation over mean is at most ``cv`` ppm."""
    n, total = len(ratios), sum(ratios)
    spread = sum((n * r - total) ** 2 for r in ratios)  # n³ · variance
    return total > 0 and spread * PPM**2 <= n * cv**2 * total**2


def around(ratios: dict[str, int], percent: int) -> Reading:
    """Who is within so many per cent of the (lower) median."""
    if not ratios:
        return set(), 0, 0
    middle = sorted(ratios.values())[(len(ratios) - 1) // 2]
    return {who for who, r in ratios.items() if 100 * abs(r - middle) <= percent * middle}, len(ratios), middle


def month(points: list[tuple[int, int]]) -> int:
    return sum(r for _, r in points[1:]) * 30 // (points[-1][0] - points[0][0])


def by_gain(put: dict[str, list[Flow]], got: dict[str, list[Flow]]) -> Reading:
    total = {who: (sum(f[2] for f in put[who]), sum(f[2] for f in got[who])) for who in got}
    payees, of, gain = around({who: (out - came) * PPM // came for who, (came, out) in total.items() if out > came}, 10)
    return payees, of, PPM + gain


def unit_of(credits: list[int], share: int, least: int) -> int:
    """The largest common unit of enough credits, among the common divisors of the 64 commonest; at most 512 are tried."""
    count = Counter(credits)
    common = [fen for fen, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))[:64]]
    tried, fresh = set(common), sorted(common)
    while fresh and len(tried) < 512:
        fresh = sorted({d for a in fresh for b in common if (d := gcd(a, b)) >= least} - tried)[:512]
        tried |= set(fresh)
    fits = [u for u in tried if u >= least and sum(n for fen, n in count.items() if fen % u == 0) * PPM >= share * len(credits)]
    return max(fits, default=0)


def by_unit(put: dict[str, list[Flow]], got: dict[str, list[Flow]], unit: int, share: int) -> Reading:
    """The run of ratios within one per cent that most payouts have to what their payee gave in whole units."""
    marks: list[tuple[int, str, int]] = []
    for who in sorted(got):
        for number, (time, _, fen) in enumerate(got[who]):
            given = [given for at, _, given in put[who] if at < time]
            gains = sum(f for _, _, f in got[who][: number + 1]) > sum(given)
            for base in {base for base in [*given, sum(given)] if unit and base and base % unit == 0}:
                ratio = fen * PPM // base
                if 4 * ratio <= PPM or (ratio > PPM and gains):
                    marks.append((ratio, who, number))
    marks = sorted(set(marks))
    best: Reading = (set(), 0, 0)
    most, end = 0, 0
    for first, (low, _, _) in enumerate(marks):
        before = end
        while end < len(marks) and marks[end][0] * 100 <= low * 101:
            end += 1
        if end == before and first:
            continue
        run = marks[first:end]
        times = Counter(who for who, _ in {(who, number) for _, who, number in run})
        kept = {who for who, n in times.items() if n >= (1 if low > PPM else 3)}
        hits = len({(who, number) for _, who, number in run if who in kept})
        if hits > most:
            ratios = Counter(ratio for ratio, who, _ in run if who in kept)
            most, best = hits, (kept, 0, min(ratios, key=lambda r: (-ratios[r], r)))
    enough = most * PPM >= share * sum(map(len, got.values()))
    return best if enough else (set(), 0, best[2])
