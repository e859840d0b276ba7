"""PAY-06 from its pack: which payments in and out answer each other, and whether the position moved was their net."""

from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, PPM, RED, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance

DAY_US = 86_400_000_000
SHANGHAI_US = 8 * 3_600_000_000

Link = tuple[str, str, int, int]  # from bank, to bank, fen that came in, fen paid out


def again(pack: Pack) -> Again:
    """Checks every listed pair by itself, then counts, adds up and nets them."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    gate, netting, pairing = thresholds["clr.direct_link"], thresholds["clr.netting"], thresholds["clr.pairing"]
    day, fee = inputs["day"], line_ppm(pairing["fee"])
    links = [link for pair in inputs["pairs"] if (link := answered(pair, day, fee)) is not None]
    links += [(a, b, came, paid) for a, b, came, paid in inputs["unlisted"]]
    matched = sum(fen for *_, fen in links)
    of_banks = {frozenset((a, b)) for a, b, *_ in links}
    level = is_level(links, inputs["moves"], day, line_ppm(netting["diff"]))
    net = level and len(links) >= netting["pairs_day"]
    days = net + sum(was for on, was in inputs["history"] if day - netting["window_days"] < on < day)
    crossed = len(links) >= gate["pairs_day"] or ("fen_day" in gate and matched >= gate["fen_day"] and len(of_banks) >= 2)
    by_net = net and days >= netting["days"]
    least = YELLOW if "fen_day" in gate else ORANGE
    severity = min(RED, max(least, zero_tolerance(matched, thresholds["zero_tolerance_fen"])) + by_net)
    values: dict[str, int | str] = {
        "pairs": len(links),
        "matched_fen": matched,
        "net_days": days,
        "bank_pairs": len(of_banks),
        "dl_ppm": share_ppm(sum(came for _, _, came, _ in links), inputs["received_fen"]),
    }
    return Again(values, matched, severity if crossed or by_net else NONE)


def answered(pair: dict[str, Any], day: int, most_fee: int) -> Link | None:
    """The pair's banks and what was paid out, or None where its legs do not answer each other."""
    came, paid = (sum(leg["fen"] for leg in pair[side]) for side in ("in", "out"))
    first, other = pair["in"][0], pair["out"][0]
    on_the_day = (first["time"] + SHANGHAI_US) // DAY_US == day
    in_time = abs(other["time"] - first["time"]) < 2 * DAY_US
    fee_fits = 0 <= came - paid <= came * most_fee // PPM
    fits = on_the_day and in_time and fee_fits and first["bank"] != other["bank"]
    return (first["bank"], other["bank"], came, paid) if fits else None


def is_level(links: list[Link], moves: list[list[Any]], day: int, most_diff: int) -> bool:
    """Whether what was moved between two banks, on the day or the next, is what was paid out there net."""
    paid_out = [(a, b, paid) for a, b, _, paid in links]
    for a, b in {(a, b) for a, b, _ in paid_out}:
        net = signed(paid_out, a, b)
        for on in (day, day + 1):
            moved = signed([(x, y, fen) for _, when, x, y, fen in moves if when == on], a, b)
            if net > 0 and abs(moved - net) * PPM <= most_diff * net:
                return True
    return False


def signed(sums: list[tuple[str, str, int]], a: str, b: str) -> int:
    """From ``a`` to ``b``, less the other way."""
    return sum(fen for x, y, fen in sums if (x, y) == (a, b)) - sum(fen for x, y, fen in sums if (x, y) == (b, a))
