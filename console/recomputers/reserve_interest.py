"""PAY-04 from its pack: what was paid for money that lay there, and how closely it followed the balances."""

from itertools import permutations
from math import factorial, lcm
from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, zero_tolerance

DAY_US = 86_400_000_000
MOST_ORDERED = 8


def again(pack: Pack) -> Again:
    """By limb: 1 on the reserve itself, 2 in disguise, 3 to users."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    gate = thresholds["rsv.interest.gate"]
    values: dict[str, int | str] = {"limb": inputs["limb"]}
    if inputs["limb"] == 1:
        since = inputs["now"] - gate["days"] * DAY_US
        paid = [credit for credit in inputs["credits"] if not credit["excused"] and credit["time"] >= since]
        holds = total(paid) >= gate["direct_fen"]
    elif inputs["limb"] == 2:
        paid = [each for period in inputs["periods"] for each in period["paid"]]
        figures, excused = follows(inputs["periods"])
        values |= figures
        enough = figures["periods"] >= gate["periods"] and total(paid) >= gate["disguised_fen"]
        holds = enough and figures["r2_ppm"] >= line_ppm(gate["r2"]) and not excused
    else:
        users = thresholds["rsv.user_interest"]
        days = [day for day in inputs["days"] if day["stated"] or gifts_follow(day, users)]
        paid = [each for day in days for each in day["paid"]]
        values["n_users"] = len({each["user"] for each in paid})
        holds = total(paid) >= users["fen"]
    values |= {"interest_fen": total(paid), "n_payments": len(paid)}
    colour = max(YELLOW, zero_tolerance(total(paid), thresholds["zero_tolerance_fen"]))
    return Again(values, total(paid), colour if holds else NONE)


def total(paid: list[dict[str, Any]]) -> int:
    return sum(each["fen"] for each in paid)


def follows(periods: list[dict[str, Any]]) -> tuple[dict[str, int], bool]:
    """R², periods, chance and yearly rate; and whether the payees' own balance or the turnover explains it better."""
    ys = [total(period["paid"]) for period in periods]
    scale = lcm(*(period["days"] for period in periods))
    xs = [period["level_days_fen"] * (scale // period["days"]) for period in periods]
    square = determination(xs, ys)
    others = [determination([period[name] for period in periods], ys) for name in ("own_days_fen", "turnover_fen")]
    level_days = sum(period["level_days_fen"] for period in periods)
    rate = sum(ys) * 365 * PPM // level_days if level_days > 0 else 0
    return {"r2_ppm": square, "periods": len(ys), "p_ppm": chance(xs, ys), "rate_ppm": rate}, max(others) > square


def determination(xs: list[int], ys: list[int]) -> int:
    """Squared correlation in ppm of whole numbers; 0 unless both vary and rise together."""
    n, sum_x, sum_y = len(xs), sum(xs), sum(ys)
    cov = sum((n * x - sum_x) * (n * y - sum_y) for x, y in zip(xs, ys))
    var_x, var_y = sum((n * x - sum_x) ** 2 for x in xs), sum((n * y - sum_y) ** 2 for y in ys)
    return cov * cov * PPM // (var_x * var_y) if cov > 0 and var_x and var_y else 0


def chance(xs: list[int], ys: list[int]) -> int:
    """Share of the orders of the last payments whose products with the balances sum up to as much."""
    xs, ys = xs[-MOST_ORDERED:], ys[-MOST_ORDERED:]
    told = sum(x * y for x, y in zip(xs, ys))
    orders = (sum(x * y for x, y in zip(xs, order)) for order in permutations(ys))
    return sum(value >= told for value in orders) * PPM // factorial(len(ys))


def gifts_follow(day: dict[str, Any], users: dict[str, Any]) -> bool:
    """Whether a day's gifts reach enough users and rise with what each has in the reserve."""
    given: dict[str, int] = {}
    for each in day["paid"]:
        given[each["user"]] = given.get(each["user"], 0) + each["fen"]
    held = dict(day["balances"])
    square = determination([held[user] for user in given], list(given.values()))
    return len(given) >= users["people"] and square >= line_ppm(users["r2"])
