"""PAY-10 from its pack: who put in and took out, and whether they paid others in between."""

from collections import Counter
from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance

DAY_US = 86_400_000_000


def again(pack: Pack) -> Again:
    """Users by their first top-up and last withdrawal; what they did by the sums of their moves."""
    moves, line = pack["inputs"]["moves"], pack["thresholds"]["wallet"]
    put, taken = total(moves, "topup"), total(moves, "withdraw")
    first = {m["user"]: m["time"] for m in reversed(moves) if m["what"] == "topup"}
    last = {m["user"]: m["time"] for m in moves if m["what"] == "withdraw"}
    users = {who for who in first if who in last and last[who] - first[who] >= line["rest_days"] * DAY_US}
    net = line_ppm(line["net"])
    givers = [who for who in users if taken[who] * PPM <= put[who] * (PPM - net)]
    getters = [who for who in users if taken[who] * PPM >= put[who] * (PPM + net)]
    spenders = users & set(total(moves, "spend"))
    companies = {m["other"] for m in moves if m["other"] is not None and m["other"].startswith("uscc:")}
    topup = sum(put[who] for who in users)
    values: dict[str, int | str] = {
        "n_users": len(users), "topup_fen": topup, "withdrawn_fen": sum(taken[who] for who in users),
        "balance_fen": highest(moves, users), "n_spenders": len(spenders), "n_givers": len(givers), "n_getters": len(getters),
        "n_merchants": len(companies),
    }  # fmt: skip
    paying = max(len(spenders), min(len(givers), len(getters)))
    uses = share_ppm(paying, len(users)) >= line_ppm(line["share"]) or len(companies) >= line["merchants"]
    colour = max(YELLOW, zero_tolerance(topup, pack["thresholds"]["zero_tolerance_fen"]))
    return Again(values, topup, colour if uses and len(users) >= line["users"] else NONE)


def total(moves: list[dict[str, Any]], what: str) -> Counter[str]:
    """Fen by user."""
    out: Counter[str] = Counter()
    for m in moves:
        if m["what"] == what:
            out[m["user"]] += m["fen"]
    return out


def highest(moves: list[dict[str, Any]], users: set[str]) -> int:
    """The running balance of all users together, at its highest."""
    held, peak = 0, 0
    for m in moves:
        if m["user"] in users:
            held = held + m["fen"] if m["what"] == "topup" else held - m["fen"]
        peak = max(peak, held)
    return peak
