"""PAY-08 from its pack: what of the sales went back to who paid, and what the sales look like."""

from typing import Any

from chuantou.console.recomputers.again import NONE, Again, Pack, line_ppm, share_ppm, zero_tolerance

DAY_US = 86_400_000_000
SHANGHAI_US = 28_800_000_000
Row = dict[str, Any]


def again(pack: Pack) -> Again:
    """The four signs; without the loop, terminals that are offered in texts."""
    lines, shape = pack["thresholds"]["card.cash_out"], pack["thresholds"]["card.cash_out.shape"]
    sales, paid, texts = pack["inputs"]["sales"], pack["inputs"]["paid"], pack["inputs"]["texts"]
    sold, n = sum(s["fen"] for s in sales), len(sales)
    back = went_back(sales, paid, lines["days"] * DAY_US)
    to_people = min(sold, sum(p["fen"] for p in paid if not p["refund"]))
    shares = {
        "loop": share_ppm(back, sold),
        "shape": share_ppm(sum(shaped(s["fen"], shape) for s in sales), n),
        "night": share_ppm(sum(nightly(s["time"], *shape["hours"]) for s in sales), n),
        "credit": share_ppm(sum(s["fen"] for s in sales if s["by_credit"]), sold),
    }
    signs = [name for name, share in shares.items() if share >= line_ppm(lines[name])]
    terminals = {s["terminal"] for s in sales} - {None}
    limb = 1 if "loop" in signs and len(signs) >= lines["signs"] else 2
    values: dict[str, int | str] = {
        "limb": limb, "volume_fen": sold, "looped_fen": back, "loop_ppm": shares["loop"], "shape_ppm": shares["shape"],
        "night_ppm": shares["night"], "credit_ppm": shares["credit"], "signs": len(signs), "paid_fen": to_people,
        "n_tickets": n, "n_payers": len({s["payer"] for s in sales}), "n_merchants": len({s["merchant"] for s in sales}),
        "n_terminals": len(terminals), "n_texts": len(texts),
    }  # fmt: skip
    offers = bool(texts) and len(terminals) >= lines["terminals"] and share_ppm(to_people, sold) >= line_ppm(lines["loop"])
    amount = back if limb == 1 else to_people
    fires = sold >= lines["fen"] and (limb == 1 or offers)
    return Again(values, amount, zero_tolerance(amount, pack["thresholds"]["zero_tolerance_fen"]) if fires else NONE)


def went_back(sales: list[Row], paid: list[Row], within: int) -> int:
    """Each payment uses up the oldest sales of the payer whom it goes to."""
    rest = [s["fen"] for s in sales]
    of_payer: dict[str, list[int]] = {}
    for i, s in enumerate(sales):
        of_payer.setdefault(s["payer"], []).append(i)
    for p in paid:
        wanted = 0 if p["refund"] else p["fen"]
        for i in of_payer.get(p["holder"], []):
            if sales[i]["time"] <= p["time"] <= sales[i]["since"] + within:
                used = min(wanted, rest[i])
                wanted -= used
                rest[i] -= used
    return sum(s["fen"] for s in sales) - sum(rest)


def shaped(fen: int, shape: dict[str, Any]) -> bool:
    """In the band below a limit, or short of a round sum by no more than a fee."""
    floor = 1_000_000 - line_ppm(shape["band"])
    short = -fen % shape["round_fen"]
    below = any(floor * step <= fen * 1_000_000 < step * 1_000_000 for step in shape["steps"])
    return below or short * 1_000_000 <= line_ppm(shape["near"]) * fen


def nightly(time: int, evening: int, morning: int) -> bool:
    """The hour in Shanghai; exactly midnight is a date without an hour."""
    second = (time + SHANGHAI_US) // 1_000_000 % 86_400
    return second > 0 and (second >= evening * 3_600 or second < morning * 3_600)
