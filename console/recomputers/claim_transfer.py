"""P2P-13 from its pack: items sold or passed on, or a product's allocations over its investors' claims."""

from itertools import pairwise

from chuantou.console.recomputers.again import NONE, Again, Pack, zero_tolerance

LIMBS = ("mandate", "packed", "transferor", "unlicensed", "units")


def again(pack: Pack) -> Again:
    limb = pack["inputs"]["limb"]
    items, fen = mandate(pack) if limb == "mandate" else sold(pack)
    lines = pack["thresholds"]
    colour = zero_tolerance(fen, lines["zero_tolerance_fen"]) if fen >= lines["claim.transfer"]["fen"] else NONE
    return Again({"n_items": items, "amount_fen": fen, "limb": 1 + LIMBS.index(limb)}, fen, colour)


def sold(pack: Pack) -> tuple[int, int]:
    """Items with enough members; a product sold counts once, of the others every member."""
    fen: dict[str, int] = {}
    members: dict[str, set[str]] = {}
    least: dict[str, int] = {}
    for entry in pack["inputs"]["entries"]:
        item = entry["item"]
        fen[item] = fen.get(item, 0) + entry["fen"]
        members.setdefault(item, set()).add(entry["member"])
        least[item] = entry["least"]
    enough = [item for item in fen if len(members[item]) >= least[item]]
    per_item = pack["inputs"]["limb"] == "unlicensed"
    return sum(1 if per_item else len(members[item]) for item in enough), sum(fen[item] for item in enough)


def mandate(pack: Pack) -> tuple[int, int]:
    """Claims of investors whose money is in enough listings, where it was matched every month."""
    made, claims = pack["inputs"]["allocations"], pack["inputs"]["claims"]
    days = sorted({a["day"] for a in made})
    monthly = len(days) > 2 and days[-1] - days[0] >= 30 and all(b - a <= 31 for a, b in pairwise(days))
    listings: dict[str, set[str]] = {}
    for claim in claims:
        mine = {a["listing"] for a in made if a["claim"] in (None, claim["claim"])}
        listings.setdefault(claim["investor"], set()).update(mine)
    wide = {who for who, where in listings.items() if len(where) >= pack["thresholds"]["claim.transfer"]["claims"]}
    fen = sum(claim["fen"] for claim in claims if claim["investor"] in wide)
    return (max(len(where) for where in listings.values()), fen) if monthly and listings else (0, 0)
