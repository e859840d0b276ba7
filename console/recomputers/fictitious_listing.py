"""P2P-09 from its pack: which of nine marks hold, and what they weigh."""

from collections.abc import Callable
from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import booked, in_proportion, oldest_first

DAY_US = 86_400_000_000
Inputs = dict[str, Any]


def again(pack: Pack) -> Again:
    """A mark counts when its inputs still say so."""
    inputs, lines = pack["inputs"], pack["thresholds"]["fiction"]
    held = {name for name, told in inputs["marks"].items() if MARKS[name](told, inputs, lines)}
    score = sum(line_ppm(lines["weights"][name]) for name in held)
    values: dict[str, int | str] = {"score_ppm": score, **{f"f{n}": int(f"f{n}" in held) for n in range(1, 10)}}
    asked = inputs["asked_fen"]
    colour = max(YELLOW, zero_tolerance(asked, pack["thresholds"]["zero_tolerance_fen"])) if score >= PPM else NONE
    return Again(values, asked, colour)


def not_registered(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    gone = told["status"] in ("CANCELLED", "REVOKED") and told["status_since"] < told["listed_at"]
    return told["registered_at"] is None or gone


def not_paid_out(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    debited, refunded = (sum(t["fen"] for t in told[name]) for name in ("debits", "refunds"))
    return debited > 0 and not told["payouts"] and refunded * 10 < debited * 9


def paid_to_another(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    return any(payment["payee_party"] != told["borrower"] for payment in told["payments"])


def cannot_carry(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    young = 0 <= told["listed_at"] - told["registered_at"] <= 30 * DAY_US
    capital, asked = told["capital_fen"], told["asked_fen"]
    return young or (capital is not None and asked > 5 * capital and asked > 5 * told["receipts_fen"])


def alike(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    """Jaccard of the sets of three characters in a row, against the first text."""
    sets = [(who, {text[i : i + 3] for i in range(len(text) - 2)}) for _, who, text in told["texts"]]
    mine = sets[0][1]
    near = {who for who, other in sets if 10 * len(mine & other) >= 9 * len(mine | other)}
    return len(near) >= 5


def together(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    """Borrowers reached from the listing's own by the ties, one after the other."""
    reached = {pack["borrower"]}
    for one, other, _ in told["ties"]:
        if one in reached:
            reached.add(other)
    return len(reached & set(told["borrowers"])) >= 5


def repaid_by_others(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    rows = told["transfers"]
    shares = []
    for take in (oldest_first, in_proportion):
        parts = booked(told["openings"], rows, take)[-1]
        theirs = sum(fen * rows[root]["others_fen"] // rows[root]["fen"] for root, fen in parts if 0 <= root != len(rows) - 1)
        shares.append(share_ppm(theirs, rows[-1]["fen"]))
    return min(shares) >= line_ppm(lines["repaid"])


def used_again(told: Inputs, pack: Inputs, lines: Inputs) -> bool:
    return len({tuple(listing) for listing in told["listings"]}) > 1


MARKS: dict[str, Callable[[Inputs, Inputs, Inputs], bool]] = {
    "f1": not_registered, "f2": not_paid_out, "f3": paid_to_another, "f4": cannot_carry, "f5": alike, "f6": together,
    "f7": repaid_by_others, "f8": used_again, "f9": used_again,
}  # fmt: skip
