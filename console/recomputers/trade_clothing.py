"""ILF-07 from its pack: each buyer's fixed payments and buy-back, and the goods that were bought."""

from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance

QUARTER, ALIKE, MOST = 25, 5, 70  # percent
PARTS_DAYS = 3


def again(pack: Pack) -> Again:
    """Buyers with the course of the limb, and the colour of what they paid."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    lines, limb = thresholds["ilf.trade"], inputs["limb"]
    courses = [course for buyer in inputs["buyers"] if (course := follow(buyer)) is not None]
    back = [course for course in courses if course["back"]]
    counted = back if limb == 1 else courses
    goods = share_ppm(sum(e["fen"] for e in inputs["bought"]), inputs["given_fen"])
    principal = sum(course["held"] for course in counted)
    values: dict[str, int | str] = {
        "limb": limb, "n_buyers": len(counted), "n_bought_back": len(back), "principal_fen": principal,
        "fixed_fen": sum(course["fixed"] for course in counted), "back_fen": sum(course["back"] for course in counted),
        "goods_ppm": goods, "n_inside": inputs["n_inside"],
    }  # fmt: skip
    colour = zero_tolerance(principal, thresholds["zero_tolerance_fen"])
    if limb == 2:
        colour = min(colour, YELLOW) if inputs["texts"] else NONE
    fires = len(counted) >= lines["people"] and goods < line_ppm(lines["goods"])
    return Again(values, principal, colour if fires else NONE)


def follow(buyer: dict[str, Any]) -> dict[str, int] | None:
    """Day by day: small payments until all that was paid in is back; None without three alike."""
    got = buyer["got"]
    small: list[tuple[int, int]] = []
    held = back = 0
    for day in sorted({e["day"] for e in got}):
        today = [e for e in got if e["day"] == day]
        start = min(e["time"] for e in today)
        held = sum(e["fen"] for e in buyer["put"] if e["time"] < start)
        if not held:
            continue
        lately = sum(e["fen"] for e in got if day - PARTS_DAYS < e["day"] <= day)
        if lately >= held:
            back = lately
            break
        fen = sum(e["fen"] for e in today)
        if fen * 100 <= QUARTER * held:
            small.append((fen * PPM // held, fen))
    ratios = sorted(ratio for ratio, _ in small)
    middle = ratios[(len(ratios) - 1) // 2] if ratios else 0
    fixed = [fen for ratio, fen in small if abs(ratio - middle) * 100 <= ALIKE * middle]
    if len(fixed) < 3 or len(fixed) * 100 < MOST * len(small):
        return None
    return {"held": held, "fixed": sum(fixed), "back": back}
