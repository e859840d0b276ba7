"""P2P-03 from its pack: loans of own money, loans of one lender sold on, loans paid out before they were raised."""

from typing import Any

from chuantou.console.recomputers.again import NONE, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.self_guarantee import MANNERS, own_money

DAY_US = 86_400_000_000


def again(pack: Pack) -> Again:
    """By the limb that the finding is about."""
    inputs, gate = pack["inputs"], pack["thresholds"]["platform_lending"]
    limb = {1: funded, 2: super_lender, 3: lent_first}[inputs["limb"]]
    loans, lent, shares, sold, fires = limb(inputs, gate)
    names = {manner: "own_funded_ppm" if manner == "fifo" else f"own_funded_{manner}_ppm" for manner in MANNERS}
    values: dict[str, int | str] = {
        "n_loans": loans,
        "lent_fen": lent,
        **{names[manner]: shares.get(manner, 0) for manner in MANNERS},
        "limb": inputs["limb"],
        "sold_ppm": sold,
    }
    return Again(values, lent, zero_tolerance(lent, pack["thresholds"]["zero_tolerance_fen"]) if fires else NONE)


def funded(inputs: dict[str, Any], gate: dict[str, Any]) -> tuple[int, int, dict[str, int], int, bool]:
    lent, own = 0, dict.fromkeys(MANNERS, 0)
    fires = bool(inputs["loans"])
    for loan in inputs["loans"]:
        paid = sum(row["fen"] for row in loan["paid"])
        parts = [own_money(part) for part in loan["parts"]]
        theirs = {manner: sum(part[manner] for part in parts) for manner in MANNERS}
        fires &= all(share_ppm(theirs[manner], paid) >= line_ppm(gate["share"]) for manner in ("fifo", "prorata"))
        lent += paid
        own = {manner: own[manner] + theirs[manner] for manner in MANNERS}
    return len(inputs["loans"]), lent, {manner: share_ppm(own[manner], lent) for manner in MANNERS}, 0, fires


def super_lender(inputs: dict[str, Any], gate: dict[str, Any]) -> tuple[int, int, dict[str, int], int, bool]:
    claims = inputs["claims"]
    lent = sum(claim["fen"] for claim in claims)
    within = gate["sold_days"] * DAY_US
    sold = sum(fen for claim in claims for time, fen in claim["sold"] if time - claim["time"] <= within)
    share = share_ppm(sold, lent)
    fires = len(claims) >= gate["loans"] and lent >= gate["fen"] and share >= line_ppm(gate["sold"])
    return len(claims), lent, {}, share, fires


def lent_first(inputs: dict[str, Any], gate: dict[str, Any]) -> tuple[int, int, dict[str, int], int, bool]:
    early = [x for x in inputs["early"] if x["full_at"] - x["paid_out"] >= gate["ahead_days"] * DAY_US]
    return len(early), sum(x["fen"] for x in early), {}, 0, len(early) >= gate["early_loans"]
