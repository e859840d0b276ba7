"""P2P-05 from its pack: own money in payments made in a borrower's place, and guarantors that are none."""

from typing import Any

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked

MANNERS = (*METHODS, "maxflow")


def again(pack: Pack) -> Again:
    """Follows every payment back through its payer's ledger, and counts the guaranteed listings."""
    inputs, gate = pack["inputs"], pack["thresholds"]["self_guarantee"]
    events = [event_fen(event) for event in inputs["events"]]
    total = {manner: sum(fen[manner] for fen in events) for manner in MANNERS}
    fired = all(fires([fen[manner] for fen in events], gate) for manner in ("fifo", "prorata"))
    related = [offer for offer in inputs["guaranteed"] if offer["related"]]
    others = [offer for offer in inputs["guaranteed"] if not offer["related"] and not offer["licences"]]
    for_whom: dict[str, set[str]] = {}
    for offer in others:
        for_whom.setdefault(offer["guarantor"], set()).add(offer["borrower"])
    stood = related if fires([offer["fen"] for offer in related], gate) else []
    stood = stood + [offer for offer in others if len(for_whom[offer["guarantor"]]) >= gate["public"]]
    values: dict[str, int | str] = {
        "compensated_fen": total["fifo"],
        "n_events": len(events),
        **{f"compensated_{manner}_fen": total[manner] for manner in MANNERS[1:]},
        "n_guaranteed": len(stood),
        "guaranteed_fen": sum(offer["fen"] for offer in stood),
    }
    graded = max(YELLOW, zero_tolerance(min(total["fifo"], total["prorata"]), pack["thresholds"]["zero_tolerance_fen"]))
    return Again(values, total["fifo"], graded if fired else YELLOW if stood else NONE)


def fires(fen: list[int], gate: dict[str, Any]) -> bool:
    return max(fen, default=0) >= gate["event_fen"] or sum(part > 0 for part in fen) >= gate["events"]


def event_fen(event: dict[str, Any]) -> dict[str, int]:
    """Own money of one event by manner: in, out or as told, whichever is most."""
    told = sum(said["fen"] for said in event["told"])
    parts = [(part["payout"], own_money(part)) for part in event["parts"]]
    return {
        manner: max(told, *(sum(own[manner] for out, own in parts if out is way) for way in (True, False))) for manner in MANNERS
    }


def own_money(part: dict[str, Any]) -> dict[str, int]:
    """What of the last transfer of the payer's ledger was own money; all of it without a ledger."""
    ledger = part["ledger"]
    if ledger is None:
        return dict.fromkeys(MANNERS, part["fen"])
    rows, held, unseen = ledger["transfers"], ledger["held"], ledger["unseen"]
    last = len(rows) - 1
    strange = ("client", "borrower", "anybody") if held == "own" else ("client", "borrower", "anybody", "other")
    own = {}
    for method, take in METHODS.items():
        made = booked(ledger["openings"], rows, take)[last]
        own[method] = sum(
            fen for root, fen in made if (unseen if root == last else held if root < 0 else rows[root]["root"]) not in strange
        )
    came = sum(row["fen"] for row in rows[:last] if row["payer"] is None and row["root"] not in strange)
    there = sum(fen for _, fen in ledger["openings"]) if held == "own" else 0
    return own | {"maxflow": max(min(part["fen"], came + there), *own.values())}
