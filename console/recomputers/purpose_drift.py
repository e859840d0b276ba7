"""PAY-11 from its pack: three shares of a month against those of peers."""

from fractions import Fraction
from math import floor

from chuantou.console.recomputers.again import LOG, NONE, Again, Detail, Pack, line_ppm, share_ppm

PARTS = {"large": "tickets", "transfers": "paid", "interest": "income"}
LEAST_PEERS = 20


def again(pack: Pack) -> Again:
    """Robust z of each share; a note from the line on."""
    inputs, lines = pack["inputs"], pack["thresholds"]["purpose.drift"]
    month = inputs["month"]
    shares = {part: share_ppm(month[part], month[whole]) for part, whole in PARTS.items()}
    z, details = {}, []
    for part, share in shares.items():
        line, peers = inputs["lines"][part], inputs["peers"][part]
        if len(peers) >= LEAST_PEERS:
            mid = middle(peers)
            stated = [line["median"], line["mad"]] if line else None
            line = {"median": mid, "mad": middle([abs(x - mid) for x in peers])}
            details.append(Detail(f"lines.{part}", stated, [line["median"], line["mad"]]))
        least = Fraction(line_ppm(lines["scale_floor"]))
        scale = max(Fraction(14_826 * line["mad"], 10_000), least) if line else Fraction(1)
        z[part] = floor((share - line["median"]) * 1_000 / scale) if line else 0
    worst = max(z, key=lambda part: (z[part], part))
    values: dict[str, int | str] = {f"{part}_ppm": share for part, share in shares.items()}
    values |= {f"{part}_z_milli": value for part, value in z.items()}
    values["n_peers"] = len(inputs["peers"]["large"])
    enough = month["tickets"] + month["paid"] >= lines["least_fen"]
    return Again(values, month[worst], LOG if enough and z[worst] >= lines["z"] * 1_000 else NONE, details)


def middle(values: list[int]) -> int:
    """Median; of an even number the mean of the middle two, rounded down."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2
