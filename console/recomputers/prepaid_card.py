"""PAY-09 from its pack: what was sold, to how many, and what of it went to merchants."""

from typing import Any

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked


def again(pack: Pack) -> Again:
    """Limb 1: an unlicensed card of several companies; limb 2: a licensed one sold for cash or by credit card."""
    limb = programme if pack["inputs"]["limb"] == 1 else barred
    return limb(pack["inputs"], pack["thresholds"])


def programme(inputs: dict[str, Any], thresholds: dict[str, Any]) -> Again:
    """Books the transfers again and takes what of payments to merchants was sold stored value."""
    rows, line = inputs["transfers"], thresholds["card.programme"]
    settled = {}
    for name in ("fifo", "prorata"):
        made = booked(inputs["openings"], rows, METHODS[name])
        parts = [part for row, lots in zip(rows, made) if row["merchant"] is not None for part in lots]
        settled[name] = sum(fen for root, fen in parts if root >= 0 and rows[root]["buyer"] is not None)
    sold = sum(row["fen"] for row in rows if row["buyer"] is not None)
    buyers = {row["buyer"] for row in rows} - {None}
    merchants = {row["merchant"] for row in rows} - {None}
    told = {row["merchant"] for row in rows if row["told"]}
    values: dict[str, int | str] = {
        "limb": 1, "n_buyers": len(buyers), "sold_fen": sold, "n_merchants": len(merchants), "n_told": len(told),
        "settled_fen": settled["fifo"], "settled_prorata_fen": settled["prorata"], "unspent_fen": max(0, sold - settled["fifo"]),
    }  # fmt: skip
    reached = bool(told) or share_ppm(min(settled.values()), sold) >= line_ppm(line["share"])
    fires = reached and len(buyers) >= line["buyers"] and sold >= line["fen"] and len(merchants) >= line["merchants"]
    return Again(values, sold, zero_tolerance(sold, thresholds["zero_tolerance_fen"]) if fires else NONE)


def barred(inputs: dict[str, Any], thresholds: dict[str, Any]) -> Again:
    """The day's sales by credit card, and those in cash to a buyer who is over his line."""
    limit = thresholds["card.limit"]
    in_cash: dict[str, int] = {}
    for sale in inputs["sales"]:
        if sale["how"] == "cash":
            in_cash[sale["buyer"]] = in_cash.get(sale["buyer"], 0) + sale["fen"]
    over = {
        buyer for buyer, fen in in_cash.items()
        if fen >= limit["noncash_entity" if buyer.startswith("uscc:") else "noncash_person"]
    }  # fmt: skip
    counted = [sale for sale in inputs["sales"] if sale["how"] == "credit_card" or sale["buyer"] in over]
    cash = sum(sale["fen"] for sale in counted if sale["how"] == "cash")
    sold = sum(sale["fen"] for sale in counted)
    values: dict[str, int | str] = {
        "limb": 2, "n_buyers": len({sale["buyer"] for sale in counted}), "sold_fen": sold, "n_merchants": 0, "cash_fen": cash,
        "credit_card_fen": sold - cash,
    }  # fmt: skip
    return Again(values, sold, max(YELLOW, zero_tolerance(sold, thresholds["zero_tolerance_fen"])) if counted else NONE)
